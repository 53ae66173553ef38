"""Placing: which rows of a batch fall into which cell of unit × month, and the order that brings a cell's rows together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.kernel.metrics.cells import Ints
from zhenwu.kernel.metrics.masks import Bools, Places


class Placing(NamedTuple):
    """A way rows fall into months: by the date ``time``; for a stock also where it ends."""

    time: str
    until: str | None = None
    leaving: bool = False


class Place(NamedTuple):
    """Rows of a batch in the order of their cells: ``last`` is the last row of each, at ``months`` and ``units``."""

    order: Places
    last: Places
    months: Ints
    units: npt.NDArray[np.int32]


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
        return Place(nothing, nothing, months, units)
    lowest_unit = int(units.min())
    width = int(units.max()) - lowest_unit + 1
    cell = (months - months.min()) * width + (units - lowest_unit)
    order = _radix_order(cell)
    cell = cell.take(order)
    last = np.append(np.flatnonzero(cell[1:] != cell[:-1]), len(cell) - 1)
    ends = order[last]
    return Place(order if chosen is None else chosen[order], last, months[ends], units[ends])


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
