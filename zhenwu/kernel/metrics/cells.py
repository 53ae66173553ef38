"""Cells: what the additive metrics of a township come to, per unit and month.

Each month in which anything happened has a dense plane of (metrics, units), int32 or int64, so a stray date costs one
plane, not a thousand years; a stock's cells hold changes, not levels. A distinct metric has a frame of (unit, month, key, count), count
being how many rows gave that key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.kernel.metrics.additive import Additive
from zhenwu.lib.problems import Problem

Ints = npt.NDArray[np.int64]
Narrow = npt.NDArray[np.int32]
_GROUPED_ROWS = 1 << 18
Entry = tuple[int, int, Any, int]  # unit, month, key or None, value


@dataclass
class Cells:
    """Cells of metrics over unit codes 0 … ``units`` − 1 and the ascending month indices ``months``.

    ``planes`` has an array for each month, with a row per flow or stock metric (``rows`` says which) and a column per
    unit; ``keys`` a frame for each distinct metric.
    """

    units: int
    metrics: dict[str, Additive]
    months: Ints
    planes: list[Narrow | Ints]
    keys: dict[str, pl.DataFrame]

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each flow or stock metric in a plane."""
        return rows_of(self.metrics.values())

    def sums(self, key: str) -> Narrow | Ints:
        """The cells of a flow or stock metric as one array of (months, units): int32 where all planes are."""
        row = self.rows[key]
        kind = np.result_type(np.int32, *(plane.dtype for plane in self.planes))
        return np.array([plane[row] for plane in self.planes], dtype=kind).reshape(-1, self.units)

    def entries(self, key: str) -> Iterator[Entry]:
        """The cells of one metric that are not zero: ``(unit, month, key or None, value)``."""
        if key in self.keys:
            yield from self.keys[key].select("unit", "month", "key", "count").iter_rows()
            return
        values = self.sums(key)
        rows, units = np.nonzero(values)
        found = values[rows, units]
        for month, unit, value in zip(self.months[rows].tolist(), units.tolist(), found.tolist(), strict=True):
            yield unit, month, None, value


def rows_of(metrics: Iterable[Additive]) -> dict[str, int]:
    """Rows of a plane: flow and stock metrics in the order given."""
    return {key: row for row, key in enumerate(metric.key for metric in metrics if metric.kind != "distinct")}


def from_entries(units: int, metrics: Sequence[Additive], entries: Mapping[str, Iterable[Entry]]) -> Cells:
    """Cells out of stored entries, those of one cell added; the inverse of ``Cells.entries``.

    A metric without entries has only zeros. Raises ``Problem('metric.overflow')`` where a sum passes int64.
    """
    stored = {metric.key: list(entries.get(metric.key, ())) for metric in metrics}
    months = sorted({month for found in stored.values() for _, month, _, _ in found})
    rows, planes = rows_of(metrics), {}
    for month in months:
        planes[month] = np.zeros((len(rows), units), dtype=np.int64)
    for key, row in rows.items():
        _fill(key, row, stored[key], planes)
    keys = {metric.key: merged([_frame(stored[metric.key])]) for metric in metrics if metric.kind == "distinct"}
    named = {metric.key: metric for metric in metrics}
    return Cells(units, named, np.array(months, dtype=np.int64), list(planes.values()), keys)


def overflow(key: str) -> Problem:
    """A total that would not fit int64: some record holds a number no township has."""
    return Problem(
        "metric.overflow", f"指标“{key}”的合计大到存不下", "请查一查这个指标取数的字段，多半有记录把数字填错了（多了很多位）。"
    )


def merged(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames of (unit, month, key, count) as one, counts of the same cell and key added, zeros dropped.

    Some units at a time: grouping what fits the processor's cache costs a third, and the memory for it stays small.
    """
    together = pl.concat(frames, how="vertical_relaxed")
    turns = together.height // _GROUPED_ROWS + 1
    done = []
    for turn in range(turns):
        part = together if turns == 1 else together.filter(pl.col("unit") % turns == turn)
        done.append(part.group_by("unit", "month", "key").agg(pl.col("count").sum()).filter(pl.col("count") != 0))
    return pl.concat(done)


def _frame(entries: list[Entry]) -> pl.DataFrame:
    unit, month, key, count = zip(*entries, strict=True) if entries else ((), (), (), ())
    numbers = {"unit": unit, "month": month, "count": count}
    frame = pl.DataFrame(numbers, schema={"unit": pl.Int32, "month": pl.Int32, "count": pl.Int64})
    return frame.with_columns(pl.Series("key", key)).select("unit", "month", "key", "count")


def _fill(key: str, row: int, entries: list[Entry], planes: Mapping[int, Ints]) -> None:
    exact: dict[tuple[int, int], int] = {}
    for unit, month, _, value in entries:
        exact[month, unit] = exact.get((month, unit), 0) + value
    try:
        for (month, unit), value in exact.items():
            planes[month][row, unit] = value
    except OverflowError:
        raise overflow(key) from None
