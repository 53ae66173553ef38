"""Additive metrics: what one row contributes, the definition every faster way must equal.

A flow puts its measure (or one) into the month of its time. A stock is kept as changes: its measure enters in the
month of ``time`` and leaves in the month of ``until`` (exclusive), so the level at the end of a month is the running
sum up to it and a record of any age touches at most two cells. A distinct count keeps how often each key occurs.

The law of missing values: a row whose time, measure or key is missing contributes nothing; a stock row whose interval
is empty (``until <= time``) contributes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zhenwu.lib.expressions import Tree, columns_of, evaluate
from zhenwu.lib.periods import month_of

Row = Mapping[str, Any]
Change = tuple[int, Any, int]  # month index, key of a distinct count or None, what is added
Contribution = Callable[[Row], list[Change]]


@dataclass(frozen=True)
class Additive:
    """A metric whose cells are sums of what its rows contribute.

    ``filter`` is an expression tree or None for all rows; ``measure`` an integer column in its field's scale, None to
    count rows; ``time`` the date that places a row (for a stock: where its interval begins) and ``until`` the exclusive
    end of a stock's interval; ``distinct`` the column whose different values a distinct metric counts.
    """

    key: str
    kind: Literal["flow", "stock", "distinct"]
    filter: Tree | None = None
    measure: str | None = None
    time: str = "occurred_on"
    distinct: str | None = None
    until: str = "valid_until"

    @property
    def columns(self) -> frozenset[str]:
        """Every column of the rows it reads, the unit excepted."""
        named = (self.time, self.measure, self.distinct, self.until if self.kind == "stock" else None)
        filtered: frozenset[str] = frozenset() if self.filter is None else columns_of(self.filter)
        return filtered.union(name for name in named if name is not None)


def contribution(metric: Additive) -> Contribution:
    """What one row adds to the cells of its own unit, as ``[(month, key or None, delta)]``.

    Compiled once per metric; a follower calls it for the old and the new version of a changed record.
    """
    whole = {"flow": _flow, "stock": _stock, "distinct": _distinct}[metric.kind](metric)
    if metric.filter is None:
        return whole
    holds = evaluate(metric.filter)
    return lambda row: whole(row) if holds(row) else []


def _flow(metric: Additive) -> Contribution:
    time, measure = metric.time, metric.measure

    def flow(row: Row) -> list[Change]:
        day = row[time]
        value = 1 if measure is None else row[measure]
        return [(month_of(day), None, value)] if day is not None and value else []

    return flow


def _stock(metric: Additive) -> Contribution:
    time, until, measure = metric.time, metric.until, metric.measure

    def stock(row: Row) -> list[Change]:
        begin, end = row[time], row[until]
        value = 1 if measure is None else row[measure]
        if begin is None or not value:
            return []
        if end is None:
            return [(month_of(begin), None, value)]
        first, last = month_of(begin), month_of(end)
        return [(first, None, value), (last, None, -value)] if first < last else []

    return stock


def _distinct(metric: Additive) -> Contribution:
    time, column = metric.time, metric.distinct
    assert column is not None, "a distinct metric names its column"

    def distinct(row: Row) -> list[Change]:
        day, key = row[time], row[column]
        return [(month_of(day), key, 1)] if day is not None and key is not None else []

    return distinct
