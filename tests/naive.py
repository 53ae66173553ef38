"""A naive reference for metrics: plain dicts and loops, written from the words of ``docs/house.md`` alone.

It imports nothing from the metrics shelf; a filter is any function of a row. Slow and obvious on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
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
