"""Placing: which rows of a batch fall into which cell of unit × month, and the order that brings a cell's rows together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from zhenwu.kernel.metrics.bits import Bools, Places
from zhenwu.kernel.metrics.cells import Ints


class Placing(NamedTuple):
    """A way rows fall into months: by the date ``time``; for a stock also where it ends."""

    time: str
    until: str | None = None
    leaving: bool = False


class Span(NamedTuple):
    """Cells of one month that follow one another: which of a place's cells they are, and at which units they stand.

    The units are a slice where nearly all of them occur, those without rows among them: adding to a slice of a plane
    costs a tenth of adding to units picked one by one.
    """

    month: int
    cells: slice
    units: slice | Places


class Place(NamedTuple):
    """Rows of a batch in the order of their cells: cell ``i`` has the rows ``edges[i]`` up to ``edges[i + 1]``."""

    order: Places
    edges: Places
    spans: list[Span]
    months: Ints  # of the rows, in their order


def place(frame: pl.DataFrame, placing: Placing) -> Place:
    """Order the rows that are placed at all: their date is there and, for a stock, their interval not empty."""
    unit = frame["unit"].to_numpy()
    days = frame[placing.until if placing.leaving and placing.until else placing.time]
    usable = _usable(frame, placing)
    chosen = None if usable.all() else np.flatnonzero(usable)
    units = unit if chosen is None else unit[chosen]
    months = _months(days if chosen is None else days.gather(chosen))
    if not len(months):
        nothing = np.zeros(0, dtype=np.intp)
        return Place(nothing, nothing, [], months)
    lowest_unit, lowest_month = int(units.min()), int(months.min())
    width = int(units.max()) - lowest_unit + 1
    cell = (months - lowest_month) * width + (units - lowest_unit)
    order = _radix_order(cell)
    cell = cell.take(order)
    first = np.append(0, np.flatnonzero(cell[1:] != cell[:-1]) + 1)
    month, unit_of_cell = np.divmod(cell[first], width)
    edges, spans = _spans(first, month + lowest_month, unit_of_cell + lowest_unit, len(cell))
    return Place(order if chosen is None else chosen[order], edges, spans, months.take(order))


def _spans(first: Places, months: Ints, units: Ints, rows: int) -> tuple[Places, list[Span]]:
    """Edges and spans of cells that begin at the rows ``first``, months and units ascending."""
    borders = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist(), len(months)]
    edges: list[Places] = []
    spans: list[Span] = []
    known, bounds = 0, np.append(first, rows)
    for start, after in zip(borders, borders[1:], strict=False):
        there = units[start:after]
        low, high = int(there[0]), int(there[-1]) + 1
        dense = high - low <= 2 * len(there)
        begins = bounds[start + np.searchsorted(there, np.arange(low, high))] if dense else first[start:after]
        edges.append(begins)
        spans.append(Span(int(months[start]), slice(known, known + len(begins)), slice(low, high) if dense else there))
        known += len(begins)
    return np.concatenate([*edges, [rows]]), spans


def _usable(frame: pl.DataFrame, placing: Placing) -> Bools:
    time = pl.col(placing.time)
    if placing.until is None:
        return frame.select(time.is_not_null()).to_series().to_numpy()
    until = pl.col(placing.until)
    lasting = until > time if placing.leaving else (until > time) | (until.is_null() & time.is_not_null())
    return frame.select(lasting.fill_null(False)).to_series().to_numpy()


def _months(days: pl.Series) -> Ints:
    """The month index of each day, by a table over the span of days."""
    since_1970 = days.to_physical().to_numpy()
    if not len(since_1970):
        return np.zeros(0, dtype=np.int64)
    first, last = int(since_1970.min()), int(since_1970.max())
    span = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return span[since_1970 - first]


def _radix_order(cell: Ints) -> Places:
    """The stable order of non-negative numbers: numpy sorts 16-bit digits in linear time, wider ones not."""
    order = np.argsort(cell.astype(np.uint16), kind="stable")
    rest = cell >> 16
    while rest.any():
        order = order[np.argsort(rest.astype(np.uint16)[order], kind="stable")]
        rest = rest >> 16
    return order
