"""The engine: all cells of many additive metrics in one pass over the rows.

Rows come in batches. The rows of a batch are put in the order of their cell once per date that places them; a metric is
then one running sum over its masked rows, read at the cells' edges. Running sums wrap around in int64 and their
differences are exact all the same, so no float is ever touched; that the totals themselves fit is checked by bound.
Memory holds one batch and the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.kernel.metrics.additive import Additive
from zhenwu.kernel.metrics.cells import Cells, Ints, merged, overflow, rows_of
from zhenwu.kernel.metrics.masks import Bools, Masks, Ordered, Terms
from zhenwu.kernel.metrics.placing import Place, Placing, place
from zhenwu.lib.problems import Problem

BATCH_ROWS = 1 << 17  # the running sums of a batch stay in the processor's cache
_KEPT_KEYS = 1 << 21  # rows of distinct keys waiting to be merged
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
        self.planes: dict[int, Ints] = {}
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
            most = max(float(values.max()), -float(values.min())) * len(values)
            self.bounds[measure] += most if most < _LARGE else float(np.abs(values.astype(np.float64)).sum())
            if self.bounds[measure] >= _EXACT:
                raise overflow(key)

    def plane(self, month: int) -> Ints:
        """The cells of one month, zero when it is first met."""
        if month not in self.planes:
            self.planes[month] = np.zeros((len(self.rows), self.units), dtype=np.int64)
        return self.planes[month]

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
        self.counts = np.empty(len(place.order), dtype=np.int32)
        self.totals = np.empty(len(place.order), dtype=np.int64)
        edges = [0, *(np.flatnonzero(np.diff(place.months)) + 1).tolist(), len(place.months)]
        self.months = [
            (rebuild.plane(int(place.months[first])), slice(first, after), place.units[first:after].astype(np.intp))
            for first, after in zip(edges, edges[1:], strict=False)
        ]

    def add(self, wanted: tuple[int, ...], metrics: Sequence[Additive], sign: int) -> None:
        """Add the metrics of one filter."""
        mask = self.masks.all_of(wanted)
        for metric in metrics:
            if metric.kind == "distinct":
                self._add_keys(metric, mask)
                continue
            sums = self._count(mask) if metric.measure is None else self._sum(metric.measure, mask)
            row = self.rebuild.rows[metric.key]
            for plane, part, units in self.months:
                plane[row][units] += sums[part] if sign > 0 else -sums[part]

    def _count(self, mask: Bools) -> npt.NDArray[np.int32]:
        np.cumsum(mask, out=self.counts)
        return _steps(self.counts.take(self.place.last))

    def _sum(self, measure: str, mask: Bools) -> Ints:
        np.multiply(self.masks.numbers[measure], mask, out=self.totals)
        np.cumsum(self.totals, out=self.totals)
        return _steps(self.totals.take(self.place.last))

    def _add_keys(self, metric: Additive, mask: Bools) -> None:
        assert metric.distinct is not None
        cell_of_row = np.repeat(np.arange(len(self.place.last)), np.diff(self.place.last, prepend=-1))[mask]
        found = pl.DataFrame(
            {
                "unit": self.place.units[cell_of_row],
                "month": self.place.months[cell_of_row].astype(np.int32),
                "key": self.frame[metric.distinct].gather(self.place.order[mask]),
            }
        ).drop_nulls("key")
        counted = found.group_by("unit", "month", "key").agg(pl.len().cast(pl.Int64).alias("count"))
        kept = self.rebuild.keys[metric.key]
        kept.append(counted)
        if sum(frame.height for frame in kept[1:]) > max(_KEPT_KEYS, kept[0].height):
            kept[:] = [merged(kept)]


def _steps(running: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What a running sum gained at each place."""
    steps = running.copy()
    steps[1:] -= running[:-1]
    return steps


def _no_keys(dtype: pl.DataType) -> pl.DataFrame:
    return pl.DataFrame(schema={"unit": pl.Int32, "month": pl.Int32, "key": dtype, "count": pl.Int64})
