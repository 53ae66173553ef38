"""A naive reference for metrics: plain dicts and loops, written from the words of ``docs/house.md`` alone.

It imports nothing from the metrics shelf; a filter is any function of a row. Slow and obvious on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
Filter = Callable[[Row], object]


def within(unit: int, top: int, parents: Sequence[int]) -> bool:
    """Whether ``unit`` is ``top`` or lies somewhere below it."""
    while unit != -1:
        if unit == top:
            return True
        unit = parents[unit]
    return False


def of_unit(rows: Iterable[Row], top: int, parents: Sequence[int]) -> list[Row]:
    """The rows placed at a unit or below it."""
    return [row for row in rows if row["unit"] is not None and within(row["unit"], top, parents)]


def flow(rows: Iterable[Row], holds: Filter, measure: str | None, time: str, start: date, after: date) -> int:
    """The sum (or count) of what happened from ``start`` up to, not including, ``after``."""
    total = 0
    for row in rows:
        if holds(row) and row[time] is not None and start <= row[time] < after:
            total += 1 if measure is None else (row[measure] or 0)
    return total


def stock(rows: Iterable[Row], holds: Filter, measure: str | None, last_day: date) -> int:
    """The sum (or count) of what exists on ``last_day``: begun by then and not yet ended."""
    total = 0
    for row in rows:
        begun = row["valid_from"] is not None and row["valid_from"] <= last_day
        if holds(row) and begun and (row["valid_until"] is None or last_day < row["valid_until"]):
            total += 1 if measure is None else (row[measure] or 0)
    return total


def distinct(rows: Iterable[Row], holds: Filter, column: str, time: str, start: date, after: date) -> int:
    """How many different values occur from ``start`` up to, not including, ``after``."""
    found = set()
    for row in rows:
        if holds(row) and row[column] is not None and row[time] is not None and start <= row[time] < after:
            found.add(row[column])
    return len(found)


def added(contributions: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    """Contributions to named cells, summed; cells at zero are left out."""
    cells: Counter[Any] = Counter()
    for cell, value in contributions:
        cells[cell] += value
    return {cell: value for cell, value in cells.items() if value}


class Places:
    """Where units stood: for each its spans ``(since, until or None, parent or None)``, and what each became."""

    def __init__(self) -> None:
        self.spans: dict[Any, list[tuple[date, date | None, Any]]] = {}
        self.became: dict[Any, list[Any]] = {}

    def open(self, unit: Any, parent: Any, on: date) -> None:
        self.spans[unit] = [(on, None, parent)]

    def move(self, unit: Any, parent: Any, on: date) -> None:
        self.end(unit, on)
        self.spans[unit].append((on, None, parent))

    def end(self, unit: Any, on: date, into: Sequence[Any] = ()) -> None:
        since, _, parent = self.spans[unit].pop()
        if since < on:
            self.spans[unit].append((since, on, parent))
        if into:
            self.became[unit] = list(into)

    def parent(self, unit: Any, day: date) -> Any:
        """The parent on a day; ``KeyError`` for a unit that does not stand then."""
        for since, until, parent in self.spans[unit]:
            if since <= day and (until is None or day < until):
                return parent
        raise KeyError(unit)

    def stands(self, unit: Any, day: date) -> bool:
        return any(since <= day and (until is None or day < until) for since, until, _ in self.spans[unit])

    def children(self, unit: Any, day: date) -> list[Any]:
        return [one for one in self.spans if self.stands(one, day) and self.parent(one, day) == unit]

    def home(self, unit: Any, day: date) -> Any:
        """Where its records count: an ended unit's only successor or last parent; before its beginning, what it alone
        came of, or its first parent."""
        while not self.stands(unit, day):
            if day < self.spans[unit][0][0]:
                kin, above = [old for old, new in self.became.items() if unit in new], self.spans[unit][0][2]
            else:
                kin, above = self.became.get(unit, []), self.spans[unit][-1][2]
            unit = kin[0] if len(kin) == 1 else above
        return unit

    def within(self, unit: Any, top: Any, day: date) -> bool:
        """Whether the records of a unit count at ``top`` on a day."""
        here = self.home(unit, day)
        while here is not None:
            if here == top:
                return True
            here = self.parent(here, day)
        return False


def ratio(numerator: Fraction | None, denominator: Fraction | None) -> Fraction | None:
    """In per cent."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator * 100


def change(now: Fraction | None, then: Fraction | None, relative: bool = False) -> Fraction | None:
    """What was added; ``relative`` in per cent of what there was."""
    if now is None or then is None:
        return None
    return ratio(now - then, abs(then)) if relative else now - then
