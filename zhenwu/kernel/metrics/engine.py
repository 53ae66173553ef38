"""The engine: all cells of many additive metrics in one pass over the rows.

Rows come in batches. The rows of a batch are put in the order of their cell once per date that places them. A mask is
then a string of bits; a count is the bits set between the cells' edges, a sum one running sum over the masked rows, read
at the edges. Running sums wrap around and their differences are exact all the same, so no float is ever touched; that
the totals themselves fit is checked by bound. Memory holds one batch and the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from zhenwu.kernel.metrics.additive import Additive
from zhenwu.kernel.metrics.bits import Bits, Rank, unpack
from zhenwu.kernel.metrics.cells import Cells, Ints, Narrow, merged, overflow, rows_of
from zhenwu.kernel.metrics.masks import NARROW, Masks, Ordered, Terms
from zhenwu.kernel.metrics.placing import Place, Placing, place
from zhenwu.lib.problems import Problem

BATCH_ROWS = 1 << 18  # many rows to a cell, and the running sums of a batch stay near the processor
_KEPT_KEYS = 1 << 22  # rows of distinct keys waiting to be merged
_LARGE, _EXACT = float(1 << 45), float(1 << 62)


def compute(rows: pl.LazyFrame, metrics: Sequence[Additive], units: int) -> Cells:
    """All cells of the metrics over ``rows``, whose column ``unit`` holds codes 0 … ``units`` − 1.

    Dates are ``pl.Date``, measures integers in their field's scale. A row without a unit contributes nothing. Raises
    ``Problem``: ``metric.column`` (no such column), ``metric.unit`` (a code out of range), ``metric.overflow``.
    """
    schema = rows.collect_schema()
    _check_columns(metrics, schema)
    rebuild = _Rebuild(metrics, units, schema)
    needed = sorted({"unit"}.union(*(metric.columns for metric in metrics)))
    source = rows.select(needed).filter(pl.col("unit").is_not_null())
    for frame in source.collect_batches(chunk_size=BATCH_ROWS, maintain_order=False, engine="streaming"):
        if frame.height:
            rebuild.add(frame.rechunk() if frame.n_chunks() > 1 else frame)
    return rebuild.cells()


def _check_columns(metrics: Sequence[Additive], schema: pl.Schema) -> None:
    for metric in metrics:
        missing = sorted(metric.columns - set(schema))
        if missing:
            raise Problem(
                "metric.column",
                f"指标“{metric.key}”用到的栏目“{'、'.join(missing)}”在台账里没有",
                "可用的栏目：" + "、".join(sorted(schema)) + "。",
            )


class _Rebuild:
    """The cells so far, and how the metrics share the work."""

    def __init__(self, metrics: Sequence[Additive], units: int, schema: pl.Schema) -> None:
        self.metrics = {metric.key: metric for metric in metrics}
        self.units = units
        self.measures = {metric.measure: metric.key for metric in metrics if metric.measure is not None}
        self.terms = Terms((metric.filter for metric in metrics), self.measures, schema)
        self.shares = _shares(metrics, self.terms)
        self.rows = rows_of(metrics)
        self.planes: dict[int, Narrow | Ints] = {}
        self.reach: dict[int, int] = {}
        self.rooms: dict[type[Any], Narrow | Ints] = {kind: np.empty(0, dtype=kind) for kind in (np.int32, np.int64)}
        self.keys = {
            m.key: [_no_keys(schema[m.distinct])] for m in metrics if m.kind == "distinct" and m.distinct
        }
        self.bounds = dict.fromkeys(self.measures, 0.0)

    def add(self, frame: pl.DataFrame) -> None:
        """Take one batch of rows into the cells."""
        unit = frame["unit"].to_numpy()
        if unit.min() < 0 or unit.max() >= self.units:
            raise Problem("metric.unit", "记录所属的单位不在单位表里", "请重建取数缓存；仍不行时联系系统管理员。")
        masks = Masks(frame, self.terms)
        self._bound(masks)
        for placing, by_filter in self.shares.items():
            placed = place(frame, placing)
            if len(placed.order):
                batch = _Batch(frame, masks.ordered(placed.order), placed, self)
                for wanted, metrics in by_filter.items():
                    batch.add(wanted, metrics, -1 if placing.leaving else 1)

    def _bound(self, masks: Masks) -> None:
        for measure, key in self.measures.items():
            values = masks.numbers[measure]
            most = float(masks.most[measure]) * len(values)
            self.bounds[measure] += most if most < _LARGE else float(np.abs(values.astype(np.float64)).sum())
            if self.bounds[measure] >= _EXACT:
                raise overflow(key)

    def plane(self, month: int, reach: int) -> Narrow | Ints:
        """The cells of one month, zero when it is first met; ``reach`` is the most that will be added to any.

        They are int32, half the memory to move, until they might not fit.
        """
        self.reach[month] = self.reach.get(month, 0) + reach
        kind = np.int32 if self.reach[month] < NARROW else np.int64
        if month not in self.planes:
            self.planes[month] = np.zeros((len(self.rows), self.units), dtype=kind)
        elif self.planes[month].dtype != kind:
            self.planes[month] = self.planes[month].astype(kind)
        return self.planes[month]

    def scratch(self, size: int, kind: type[np.int32] | type[np.int64]) -> Narrow | Ints:
        """The same memory every time: fresh memory costs more than the sums that fill it."""
        if self.rooms[kind].size < size:
            self.rooms[kind] = np.empty(size, dtype=kind)
        return self.rooms[kind][:size]

    def cells(self) -> Cells:
        months = sorted(self.planes)
        keys = {key: merged(frames) for key, frames in self.keys.items()}
        planes = [self.planes[month] for month in months]
        return Cells(self.units, self.metrics, np.array(months, dtype=np.int64), planes, keys)


def _shares(metrics: Sequence[Additive], terms: Terms) -> dict[Placing, dict[tuple[int, ...], list[Additive]]]:
    """Metrics by how their rows are placed and by filter, so that order and mask are made once."""
    shares: dict[Placing, dict[tuple[int, ...], list[Additive]]] = {}
    for metric in metrics:
        placings = [Placing(metric.time)]
        if metric.kind == "stock":
            placings = [Placing(metric.time, metric.until, leaving) for leaving in (False, True)]
        for placing in placings:
            shares.setdefault(placing, {}).setdefault(terms.of(metric.filter), []).append(metric)
    return shares


class _Batch:
    """One batch in one order, ready to be summed filter by filter."""

    def __init__(self, frame: pl.DataFrame, masks: Ordered, place: Place, rebuild: _Rebuild) -> None:
        self.frame, self.masks, self.place, self.rebuild = frame, masks, place, rebuild
        self.rank = Rank(place.edges, len(place.order))
        self.most_rows = int(np.diff(place.edges).max())
        reach = self._reach()
        self.planes = [rebuild.plane(span.month, reach) for span in place.spans]

    def add(self, wanted: tuple[int, ...], metrics: Sequence[Additive], sign: int) -> None:
        """Add the metrics of one filter."""
        mask = self.masks.all_of(wanted)
        for metric in metrics:
            if metric.kind == "distinct":
                self._add_keys(metric, mask)
                continue
            sums = self.rank.between(mask) if metric.measure is None else self._sum(metric.measure, mask)
            row = self.rebuild.rows[metric.key]
            for plane, span in zip(self.planes, self.place.spans, strict=True):
                if sign > 0:
                    plane[row, span.units] += sums[span.cells]
                else:
                    plane[row, span.units] -= sums[span.cells]

    def _reach(self) -> int:
        """No cell of this batch passes this, whatever is masked."""
        return self.most_rows * max([1, *(self.masks.most[measure] for measure in self.rebuild.measures)])

    def _sum(self, measure: str, mask: Bits) -> Narrow | Ints:
        rows = len(self.place.order)
        # Sums that fit int32 may be read off running sums that do not: both wrap around alike.
        narrow = self.most_rows * self.masks.most[measure] < NARROW
        running = self.rebuild.scratch(rows + 1, np.int32 if narrow else np.int64)
        running[0] = 0
        np.multiply(self.masks.numbers[measure], unpack(mask, rows), out=running[1:])
        np.cumsum(running[1:], dtype=running.dtype, out=running[1:])
        at_edges = running.take(self.place.edges)
        return at_edges[1:] - at_edges[:-1]

    def _add_keys(self, metric: Additive, mask: Bits) -> None:
        assert metric.distinct is not None
        rows = np.flatnonzero(unpack(mask, len(self.place.order)))
        of_rows = self.place.order[rows]
        found = pl.DataFrame(
            {
                "unit": self.frame["unit"].gather(of_rows),
                "month": self.place.months.take(rows).astype(np.int32),
                "key": self.frame[metric.distinct].gather(of_rows),
            }
        ).drop_nulls("key")
        counted = found.group_by("unit", "month", "key").agg(pl.len().cast(pl.Int64).alias("count"))
        kept = self.rebuild.keys[metric.key]
        kept.append(counted)
        if sum(frame.height for frame in kept[1:]) > max(_KEPT_KEYS, kept[0].height):
            kept[:] = [merged(kept)]


def _no_keys(dtype: pl.DataType) -> pl.DataFrame:
    return pl.DataFrame(schema={"unit": pl.Int32, "month": pl.Int32, "key": dtype, "count": pl.Int64})
