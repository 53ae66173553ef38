"""Places to choose among, as a select shows them: the offices together, the grids of each village under its name."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from zhenwu.kernel.orgs.api import Tree, tree
from zhenwu.lib.problems import Problem
from zhenwu.web.records import place_name

Group = tuple[str, list[tuple[UUID, str]]]  # its label ("" for what stands in no group), its places with their names
TOWNS, OFFICES, VILLAGES = range(3)  # the order of the groups


def chosen_unit(told: str) -> UUID:
    """The unit chosen in a form; raises ``Problem('matter.unit')`` where none was."""
    try:
        return UUID(told)
    except ValueError:
        raise Problem("matter.unit", "没有选在哪里", "选一个网格、村或者本镇。") from None


def everywhere() -> list[Group]:
    """All offices, villages and grids of today."""
    now = tree()
    return grouped([unit for unit in now.order if now.kind(unit) not in ("county", "township")], now)


def grounds() -> list[Group]:
    """All villages and grids of today: where something can lie."""
    now = tree()
    return grouped([unit for unit in now.order if now.kind(unit) not in ("county", "township", "office")], now)


def grouped(units: Iterable[UUID], now: Tree) -> list[Group]:
    """These units of today: townships first and in no group, then the offices, then village by village. Where no village has two of
    them the villages are one group, and a group alone needs no label."""
    wanted = set(units)
    groups: dict[tuple[int, str], list[UUID]] = {}
    for unit in (one for one in now.order if one in wanted):
        groups.setdefault(_group_of(unit, now), []).append(unit)
    ones = [key for key, some in groups.items() if key[0] == VILLAGES and len(some) == 1]
    together = len(ones) == sum(kind == VILLAGES for kind, _ in groups)
    if ones and together:
        groups[VILLAGES, "村（社区）"] = [unit for key in ones for unit in groups.pop(key)]
    name = place_name if together else _below
    told = [(label, [(unit, name(unit, now)) for unit in some]) for (_, label), some in sorted(groups.items(), key=lambda one: one[0][0])]
    return [("", told[0][1])] if len(told) == 1 else told


def _group_of(unit: UUID, now: Tree) -> tuple[int, str]:
    town = f"{now.name(now.township_of(unit))} · " if len(now.of_kind("township")) > 1 else ""
    village = _village(unit, now)
    if village is not None:
        return VILLAGES, f"{town}{now.name(village)}"
    return (OFFICES, f"{town}站所") if now.kind(unit) == "office" else (TOWNS, "")


def _village(unit: UUID, now: Tree) -> UUID | None:
    return next((one for one in (unit, *now.ancestors(unit)) if now.kind(one) in ("village", "community")), None)


def _below(unit: UUID, now: Tree) -> str:
    """A unit as its village's group names it: the village as a whole, or the path below it."""
    village = _village(unit, now)
    if village is None:
        return now.name(unit)
    return f"{now.name(unit)}（全村）" if unit == village else place_name(unit, now).removeprefix(f"{place_name(village, now)} · ")
