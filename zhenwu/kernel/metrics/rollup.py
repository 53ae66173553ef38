"""Rolling up: cells of unit × month become figures of every unit × period.

A tree is a parent for each unit code. Put depth-first, a unit and all below it are one run of positions, and a period
is one run of months, so both sums are differences of running sums, exact in int64. A flow takes the months of the
period, a stock the running sum at its last month. With ``as_was`` every period has the tree of its last day; periods that
share a tree are rolled together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.kernel.metrics.cells import Cells, Ints
from zhenwu.kernel.metrics.roll_keys import count_keys, keys_of
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem

Codes = npt.NDArray[np.int32]
Figures = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_NARROW = 1 << 31  # sums below this fit int32: half the memory to move and to keep


class Tree:
    """Units under units on one day: ``parents[unit]`` is the code of its parent, −1 at the top.

    Any unit may hold records of its own (未分配), not only a leaf. Raises ``Problem('metric.tree')`` on a circle or a
    parent that does not exist.
    """

    def __init__(self, parents: Sequence[int] | Codes) -> None:
        self.parents: Codes = np.asarray(parents, dtype=np.int32)
        if len(self.parents) and (self.parents.max() >= len(self.parents) or self.parents.min() < -1):
            raise Problem("metric.tree", "单位表里有上级不存在的单位", "请在“组织机构”里补上缺失的上级单位。")
        self.levels = _levels(self.parents)

    def __len__(self) -> int:
        return len(self.parents)

    @cached_property
    def sizes(self) -> Ints:
        """How many units each unit holds, itself included."""
        sizes = np.ones(len(self), dtype=np.int64)
        for level in reversed(self.levels[1:]):
            np.add.at(sizes, self.parents[level], sizes[level])
        return sizes

    @cached_property
    def positions(self) -> Ints:
        """The depth-first position of each unit: those below it take the places right after."""
        positions = np.zeros(len(self), dtype=np.int64)
        for depth, level in enumerate(self.levels):
            # Within one parent, units follow one another by the sizes of their elder siblings.
            level = level[np.argsort(self.parents[level], kind="stable")]
            before = np.cumsum(self.sizes[level]) - self.sizes[level]
            if depth == 0:
                positions[level] = before
                continue
            parent = self.parents[level]
            eldest = np.searchsorted(parent, parent)
            positions[level] = positions[parent] + 1 + before - before[eldest]
        return positions

    @cached_property
    def ancestors(self) -> list[Codes]:
        """For each depth, the unit at that depth above (or equal to) each unit; −1 where there is none."""
        found = [np.full(len(self), -1, dtype=np.int32) for _ in self.levels]
        for depth, level in enumerate(self.levels):
            found[depth][level] = level
            for above in range(depth):
                found[above][level] = found[above][self.parents[level]]
        return found


def _levels(parents: Codes) -> list[Codes]:
    """Units by depth, tops first."""
    depth = np.where(parents < 0, 0, -1)
    levels: list[Codes] = []
    while (level := np.flatnonzero(depth == len(levels)).astype(np.int32)).size:
        levels.append(level)
        below = (depth < 0) & (parents >= 0)
        below[below] = depth[parents[below]] == len(levels) - 1
        depth[below] = len(levels)
    if (depth < 0).any():
        raise Problem("metric.tree", "单位表里有互为上下级的单位", "请在“组织机构”里改正这些单位的上级。")
    return levels


def calendar_periods(first: int, last: int) -> list[Period]:
    """Every month, quarter, half-year and year that touches the months ``first`` … ``last`` (month indices)."""
    return [
        Period(start, length)
        for length in (1, 3, 6, 12)
        for start in range(first - first % length, last + 1, length)
    ]


Trees = Tree | Mapping[Period, Tree]  # one tree for all (as_is), or that of each period's last day (as_was)


def roll(cells: Cells, trees: Trees, periods: Sequence[Period]) -> Iterator[tuple[str, Figures]]:
    """Figures of each metric in turn: its key and an array of (periods, units), rows in the order asked.

    The array is int64, or int32 where everything fits.
    A generator, so that memory holds one metric's figures at a time; ``dict(roll(…))`` keeps them all.
    """
    plans = _plans(trees, periods)
    for key, metric in cells.metrics.items():
        if metric.kind == "distinct":
            yield key, _roll_keys(cells.keys[key], cells.units, plans, periods)
        else:
            yield key, _roll_sums(cells, key, metric.kind == "stock", plans, periods)


class _Room:
    """Memory used for one metric after another: fresh memory costs more than the sums that fill it."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[str, Any], Figures] = {}

    def __call__(self, name: str, shape: tuple[int, int], kind: np.dtype[Any]) -> Figures:
        """The array of this name, of whatever it held before."""
        array = self.arrays.get((name, kind))
        if array is None or array.shape != shape:
            array = self.arrays[name, kind] = np.empty(shape, dtype=kind)
        return array


class _Plan:
    """Rows of the answer that share a tree."""

    def __init__(self, tree: Tree, rows: list[int], periods: Sequence[Period], room: _Room) -> None:
        self.tree, self.rows, self.room = tree, np.array(rows, dtype=np.intp), room
        self.periods = [periods[row] for row in rows]
        self.by_place = np.argsort(tree.positions)
        self.holders = np.flatnonzero(tree.sizes > 1)
        self.start = tree.positions[self.holders]
        self.end = self.start + tree.sizes[self.holders]

    def up_the_tree(self, own: Figures) -> None:
        """Each unit's own figures (rows, units) become those of all it holds, in place."""
        placed = self.room("placed", own.shape, own.dtype)
        running = self.room("running", (len(own), len(self.tree) + 1), own.dtype)
        own.take(self.by_place, axis=1, out=placed, mode="clip")  # the mode that writes without a buffer
        running[:, 0] = 0
        np.cumsum(placed, axis=1, dtype=own.dtype, out=running[:, 1:])
        own[:, self.holders] = running.take(self.end, axis=1) - running.take(self.start, axis=1)

    def over_periods(self, months: Ints, monthly: Figures, stock: bool) -> Figures:
        """Figures of the months, after a first row of zeros, become those of the periods."""
        running = np.cumsum(monthly, axis=0, dtype=monthly.dtype, out=monthly)
        figures = running.take(np.searchsorted(months, [period.last for period in self.periods], side="right"), axis=0)
        if not stock:
            before = np.searchsorted(months, [period.first for period in self.periods], side="left")
            earlier = self.room("earlier", figures.shape, figures.dtype)
            figures -= running.take(before, axis=0, out=earlier, mode="clip")
        return figures


def _plans(trees: Trees, periods: Sequence[Period]) -> list[_Plan]:
    room = _Room()
    if isinstance(trees, Tree):
        return [_Plan(trees, list(range(len(periods))), periods, room)]
    rows: dict[int, list[int]] = {}
    for row, period in enumerate(periods):
        rows.setdefault(id(trees[period]), []).append(row)
    return [_Plan(trees[periods[shared[0]]], shared, periods, room) for shared in rows.values()]


def _roll_sums(cells: Cells, key: str, stock: bool, plans: list[_Plan], periods: Sequence[Period]) -> Figures:
    own = _with_zeros_before(cells.sums(key))
    figures = np.zeros((len(periods), cells.units), dtype=own.dtype)
    for plan in plans:
        # The tree first: there are fewer months than periods.
        monthly = own if plan is plans[-1] else own.copy()
        plan.up_the_tree(monthly)
        rolled = plan.over_periods(cells.months, monthly, stock)
        if len(plans) == 1:
            return rolled
        figures[plan.rows] = rolled
    return figures


def _with_zeros_before(own: Figures) -> Figures:
    """The cells after a row of zeros, as int32 where no sum of them can pass it, else as int64."""
    most = int(np.abs(own).sum(dtype=np.int64))
    whole = np.zeros((len(own) + 1, own.shape[1]), dtype=np.int32 if most < _NARROW else np.int64)
    whole[1:] = own
    return whole


def _roll_keys(frame: pl.DataFrame, units: int, plans: list[_Plan], periods: Sequence[Period]) -> Ints:
    figures = np.zeros((len(periods), units), dtype=np.int64)
    keys = keys_of(frame)
    for plan in plans:
        for ancestor in plan.tree.ancestors:
            # A unit stands at one depth only, so each of its figures comes from one level.
            figures[plan.rows] += count_keys(keys, ancestor, plan.periods)
    return figures
