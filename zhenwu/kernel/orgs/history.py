"""The dated past of the units: where each stood, from when to when, and what it became. Pure; no database.

Days are business days (the day a change takes effect); a span is ``[valid_from, valid_until)``. A unit's
placements follow one another without gaps. A unit that has ended says what it became by its successions: one
(a merger), several (a split) or none (closed).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from zhenwu.lib.problems import NotFound, Problem

_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Placement:
    """One unit's kind, name, code and parent over a span of days; the root has no parent."""

    unit_id: UUID
    parent_id: UUID | None
    kind: str
    name: str
    code: str
    valid_from: date
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Succession:
    """What a unit became, wholly (one row) or in part (one row for each), on a day."""

    unit_id: UUID
    into_id: UUID
    on: date


@dataclass(frozen=True, slots=True)
class Home:
    """Where a unit counts on a day; ``unplaced`` (未分配) when only the unit above is certain."""

    unit_id: UUID
    unplaced: bool


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Over these days ``descendant`` counts under ``ancestor`` (itself included while it exists)."""

    descendant: UUID
    ancestor: UUID
    valid_from: date
    valid_until: date | None


class History:
    """All placements and successions known at some position of the journal."""

    def __init__(self, placements: Iterable[Placement], successions: Iterable[Succession] = ()) -> None:
        self.placements = tuple(placements)
        self.successions = tuple(successions)
        self._of: dict[UUID, list[Placement]] = defaultdict(list)
        for placement in sorted(self.placements, key=lambda found: found.valid_from):
            self._of[placement.unit_id].append(placement)
        self._became: dict[UUID, list[UUID]] = defaultdict(list)
        self._came_of: dict[UUID, list[UUID]] = defaultdict(list)
        for succession in self.successions:
            self._became[succession.unit_id].append(succession.into_id)
            self._came_of[succession.into_id].append(succession.unit_id)

    @property
    def units(self) -> tuple[UUID, ...]:
        """Every unit that ever was."""
        return tuple(self._of)

    def of(self, unit_id: UUID) -> list[Placement]:
        """A unit's placements, oldest first; raises ``NotFound('orgs.unit.unknown')``."""
        if unit_id not in self._of:
            raise NotFound("orgs.unit.unknown", "没有这个单位", "请从单位列表里选择。")
        return self._of[unit_id]

    def on(self, unit_id: UUID, day: date) -> Placement | None:
        """The placement that holds on a day, or None when the unit has not begun or has ended."""
        return next((found for found in self.of(unit_id) if found.holds(day)), None)

    def boundaries(self, since: date) -> list[date]:
        """``since`` and each later day on which anything changes."""
        days = {since}
        for placement in self.placements:
            days.update(day for day in (placement.valid_from, placement.valid_until) if day and day > since)
        return sorted(days)

    def towards(self, unit_id: UUID, day: date) -> tuple[UUID | None, bool]:
        """The next unit to look at for one that is not there on ``day``, and whether certainty was lost.

        An ended unit leads to its only successor, else to its last parent. One not yet begun leads to the
        unit it was split from, else to its first parent: it is not known what the place belonged to.
        """
        first, last = self.of(unit_id)[0], self.of(unit_id)[-1]
        if day < first.valid_from:
            kin, above = self._came_of[unit_id], first.parent_id
        else:
            kin, above = self._became[unit_id], last.parent_id
        return (kin[0], False) if len(kin) == 1 else (above, True)

    def lineage(self, unit_id: UUID) -> list[Span]:
        """Each unit under which this one counts, and when, from its beginning on.

        An ended unit counts where its successor does, or under its last parent.
        """
        found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
        for ancestor, start, end in self._climb(unit_id, date.min, date.max, 0):
            found[ancestor].append((start, end))
        return [
            Span(unit_id, ancestor, start, None if end == date.max else end)
            for ancestor, spans in found.items()
            for start, end in _joined(spans)
        ]

    def _climb(self, unit_id: UUID, since: date, until: date, depth: int) -> Iterator[tuple[UUID, date, date]]:
        if depth > _DEEPEST:
            raise Problem("orgs.tree.cycle", "单位的上下级绕成了圈", "请检查最近一次调整的上级单位。")
        placements = self.of(unit_id)
        for placement in placements:
            start, end = max(placement.valid_from, since), min(placement.valid_until or date.max, until)
            if start >= end:
                continue
            yield unit_id, start, end
            if placement.parent_id:
                yield from self._climb(placement.parent_id, start, end, depth + 1)
        ended = placements[-1].valid_until
        if ended and max(ended, since) < until:
            home, _ = self.towards(unit_id, ended)
            if home:
                yield from self._climb(home, max(ended, since), until, depth + 1)


def _joined(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """Touching spans made one."""
    joined: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
