"""How units are seen in a period: its tree, what counts in each unit, what it is called. Each is found once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from zhenwu.kernel.orgs.api import History, Tree
from zhenwu.lib.clock import today
from zhenwu.lib.periods import Period

TreeMode = Literal["as_was", "as_is"]


@dataclass
class Place:
    """A unit in a period. ``there``: whether it stood then; ``members``: the units whose records count in it (None: all);
    ``begun``: whether the period has; ``done``: what was computed for it, by metric."""

    unit: UUID
    period: Period
    tree: Tree
    there: bool
    members: list[UUID] | None
    name: str
    begun: bool
    done: dict[str, Any] = field(default_factory=dict)


class Seeing:
    """The places of many figures that are read together."""

    def __init__(self, past: History, mode: TreeMode) -> None:
        self._past, self._mode = past, mode
        self._first_day = min((placement.valid_from for placement in past.placements), default=date.min)
        self._trees: dict[date, Tree] = {}
        self._members: dict[tuple[date, UUID], list[UUID]] = {}
        self._places: dict[Period, tuple[Tree, dict[UUID, Place]]] = {}

    def tree(self, period: Period) -> Tree:
        """The tree a period is seen by: that of its last day (today for a running period), or today's.

        A period before the first unit was entered is seen by the first tree: its official series still stand.
        """
        return self._of(period)[0]

    def place(self, period: Period, unit: UUID) -> Place:
        """A unit in a period."""
        tree, places = self._of(period)
        found = places.get(unit)
        if found is None:
            there = unit in tree
            name = tree.name(unit) if there else "（当时没有这个单位）"
            found = places[unit] = Place(unit, period, tree, there, self._counting(tree, unit, there), name, period.start <= today())
        return found

    def _of(self, period: Period) -> tuple[Tree, dict[UUID, Place]]:
        found = self._places.get(period)
        if found is None:
            day = max(today() if self._mode == "as_is" else min(period.end, today()), self._first_day)
            if day not in self._trees:
                self._trees[day] = Tree(day, self._past)
            found = self._places[period] = (self._trees[day], {})
        return found

    def _counting(self, seen: Tree, unit: UUID, there: bool) -> list[UUID] | None:
        """The units whose records count here, ended ones by their homes; None means all. None did at a unit that was not there."""
        if unit == seen.root:
            return None
        if not there:
            return []
        if (seen.day, unit) not in self._members:
            under = set(seen.under(unit))
            self._members[seen.day, unit] = sorted(one for one in seen.history.units if one in under or seen.place(one).unit_id in under)
        return self._members[seen.day, unit]
