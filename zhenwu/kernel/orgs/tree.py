"""The tree of units on one day. Pure; no database.

``order`` lists all units depth first, so that what lies under a unit is one contiguous range: rolling up is
arithmetic on ``range_of``. Records may sit at any unit, not only at a leaf, hence ranges run over all units.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property
from uuid import UUID

from zhenwu.kernel.orgs.history import History, Home, Placement, Succession
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import NotFound, Problem

__all__ = ["History", "Home", "Placement", "Succession", "Tree"]


class Tree:
    """The units that exist on ``day``; raises ``Problem('orgs.tree.*')`` when they do not form one tree."""

    def __init__(self, day: date, history: History) -> None:
        self.day = day
        self.history = history
        self._placements: dict[UUID, Placement] = {}
        for placement in history.placements:
            if placement.holds(day):
                if placement.unit_id in self._placements:
                    raise Problem("orgs.tree.double", f"“{placement.name}”在{day}有两个位置", "请核对机构调整记录。")
                self._placements[placement.unit_id] = placement
        self._children = self._by_parent()
        self.order: tuple[UUID, ...] = ()
        self._ranges: dict[UUID, tuple[int, int]] = {}
        self._lay_out()

    def _by_parent(self) -> dict[UUID | None, list[UUID]]:
        children: dict[UUID | None, list[UUID]] = defaultdict(list)
        for placement in sorted(self._placements.values(), key=lambda p: (p.code, p.name, p.unit_id)):
            if placement.parent_id is not None and placement.parent_id not in self._placements:
                raise Problem(
                    "orgs.tree.orphan",
                    f"“{placement.name}”在{self.day}没有上级单位",
                    "先把它调整到别的上级之下。",
                )
            children[placement.parent_id].append(placement.unit_id)
        if self._placements and len(children[None]) != 1:
            raise Problem("orgs.tree.root", f"{self.day}的机构应当只有一个最上级单位", "其余单位要写明上级。")
        return children

    def _lay_out(self) -> None:
        order: list[UUID] = []
        waiting: list[tuple[UUID, bool]] = [(top, False) for top in self._children[None]]
        while waiting:
            unit_id, done = waiting.pop()
            if done:
                self._ranges[unit_id] = (self._ranges[unit_id][0], len(order))
                continue
            self._ranges[unit_id] = (len(order), len(order))
            order.append(unit_id)
            waiting.append((unit_id, True))
            waiting.extend((child, False) for child in reversed(self._children.get(unit_id, [])))
        if len(order) != len(self._placements):
            raise Problem("orgs.tree.cycle", "单位的上下级绕成了圈", "请检查最近一次调整的上级单位。")
        self.order = tuple(order)

    def __contains__(self, unit_id: UUID) -> bool:
        return unit_id in self._placements

    def __len__(self) -> int:
        return len(self.order)

    @property
    def root(self) -> UUID:
        """The topmost unit; raises ``NotFound('orgs.tree.empty')`` on a day before there was one."""
        if not self.order:
            raise NotFound("orgs.tree.empty", f"{self.day}还没有任何单位", "请换一个日期，或先建立最上级单位。")
        return self.order[0]

    def placement(self, unit_id: UUID) -> Placement:
        """How a unit stands on this day; raises ``NotFound('orgs.unit.absent')``."""
        if unit_id not in self._placements:
            raise NotFound("orgs.unit.absent", f"{self.day}没有这个单位", "它可能尚未设立或已经撤并，请换一个日期。")
        return self._placements[unit_id]

    def parent(self, unit_id: UUID) -> UUID | None:
        return self.placement(unit_id).parent_id

    def name(self, unit_id: UUID) -> str:
        return self.placement(unit_id).name

    def called(self, unit_id: UUID) -> str:
        """What people call a unit, also one that has ended: 上垟村（已撤并，现归双溪村）. Raises ``NotFound`` for one that never was."""
        if unit_id in self:
            return self.name(unit_id)
        names = [one.name for one in self.history.placements if one.unit_id == unit_id]
        home = self.place(unit_id).unit_id
        return f"{names[-1]}（已撤并，现归{self.name(home)}）"

    def kind(self, unit_id: UUID) -> str:
        return self.placement(unit_id).kind

    def code(self, unit_id: UUID) -> str:
        return self.placement(unit_id).code

    def children(self, unit_id: UUID) -> tuple[UUID, ...]:
        """The units directly below, in order of code, then name."""
        self.placement(unit_id)
        return tuple(self._children.get(unit_id, ()))

    def ancestors(self, unit_id: UUID) -> tuple[UUID, ...]:
        """From the parent up to the root."""
        found: list[UUID] = []
        above = self.parent(unit_id)
        while above is not None:
            found.append(above)
            above = self.parent(above)
        return tuple(found)

    def range_of(self, unit_id: UUID) -> tuple[int, int]:
        """``[start, end)`` in ``order``: the unit itself first, then all below it."""
        self.placement(unit_id)
        return self._ranges[unit_id]

    def under(self, unit_id: UUID) -> tuple[UUID, ...]:
        """The unit and all below it, depth first."""
        start, end = self.range_of(unit_id)
        return self.order[start:end]

    def leaves_under(self, unit_id: UUID) -> tuple[UUID, ...]:
        """Those of ``under`` that have nothing below them."""
        return tuple(found for found in self.under(unit_id) if not self._children.get(found))

    def of_kind(self, kind: str) -> tuple[UUID, ...]:
        """All units of a kind, depth first."""
        return tuple(found for found in self.order if self._placements[found].kind == kind)

    def township_of(self, unit_id: UUID) -> UUID:
        """The township in which a record of this unit counts; the topmost unit where that lies in none."""
        here = self.place(unit_id).unit_id
        return next((one for one in (here, *self.ancestors(here)) if self.kind(one) == "township"), self.root)

    def place(self, unit_id: UUID) -> Home:
        """Where a record of this unit counts on this day.

        A unit that exists is its own home; after a merger its successor is; after a split or a closing the
        last parent, ``unplaced``. Before its beginning: the unit it was split from, else its first parent,
        ``unplaced``. Never guessed. Raises ``NotFound`` for a unit that never was, or a day before the root.
        """
        here: UUID | None = unit_id
        unplaced = False
        seen: set[UUID] = set()
        while here is not None and here not in self._placements and here not in seen:
            seen.add(here)
            here, lost = self.history.towards(here, self.day)
            unplaced = unplaced or lost
        if here is None or here not in self._placements:
            raise NotFound("orgs.unit.absent", f"{self.day}没有能归入的单位", "请换一个日期。")
        return Home(here, unplaced)

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex. Two trees with one digest name, order and place every unit that ever was alike."""
        standing = [
            (str(p.unit_id), str(p.parent_id), p.kind, p.code, p.name)
            for p in (self._placements[unit_id] for unit_id in self.order)
        ]
        elsewhere = []
        for unit_id in sorted(set(self.history.units) - self._placements.keys()) if self.order else ():
            home = self.place(unit_id)
            elsewhere.append((str(unit_id), str(home.unit_id), home.unplaced))
        return digest([standing, elsewhere])
