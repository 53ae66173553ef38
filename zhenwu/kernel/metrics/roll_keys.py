"""Rolling up different keys: they do not add up, so each level of the tree counts anew.

At each level every (unit above, key, month) becomes one whole number; sorted, the months of one key in one unit follow one
another, and a key is counted where the period of its month is not that of the month before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from zhenwu.kernel.metrics.cells import Ints, Narrow
from zhenwu.lib.periods import Period

_WIDE = 1 << 32  # whole numbers that spread less are their own ids


class Keys(NamedTuple):
    """Which key occurs where and when: units, ids of keys, and places in the ascending ``months``."""

    units: Narrow
    ids: Ints
    at: Narrow
    months: Ints


def keys_of(frame: pl.DataFrame) -> Keys:
    """The keys of a distinct metric's frame (unit, month, key, count)."""
    months, at = np.unique(frame["month"].to_numpy(), return_inverse=True)
    return Keys(frame["unit"].to_numpy(), _ids(frame["key"]), at.astype(np.int32), months.astype(np.int64))


def _ids(values: pl.Series) -> Ints:
    """A number from 0 up for each value, the same for the same."""
    if values.dtype.is_signed_integer() and len(values):
        whole = values.to_numpy()
        lowest = int(whole.min())
        if int(whole.max()) - lowest < _WIDE:
            return whole.astype(np.int64) - lowest
    return values.rank("dense").to_numpy().astype(np.int64)


def count_keys(keys: Keys, above: Narrow, periods: Sequence[Period]) -> Ints:
    """How many different keys each unit has in each period, as (periods, units).

    ``above`` is the unit at which a unit's keys count, −1 for none.
    """
    figures = np.zeros((len(periods), len(above)), dtype=np.int64)
    if not len(keys.ids):
        return figures
    key_bits, month_bits = _bits(keys.ids), _bits(keys.at)
    unit = above.take(keys.units).astype(np.int64)
    codes = ((unit << key_bits | keys.ids) << month_bits) | keys.at
    codes = codes[unit >= 0] if above.min() < 0 else codes
    if not len(codes):
        return figures
    codes.sort()
    at = (codes & ((1 << month_bits) - 1)).astype(np.int32)
    codes >>= month_bits
    begins = _differs(codes)
    codes >>= key_bits
    for group in apart(periods):
        slot = _slots(keys.months, [periods[row] for row in group]).take(at)
        new = (begins | _differs(slot)) & (slot >= 0)
        counted = np.bincount(codes[new] * len(group) + slot[new], minlength=len(above) * len(group))
        figures[group] = counted.reshape(-1, len(group)).T
    return figures


def _bits(numbers: npt.NDArray[np.int32] | Ints) -> int:
    return int(numbers.max()).bit_length() if len(numbers) else 0


def _differs(values: npt.NDArray[np.int32] | Ints) -> npt.NDArray[np.bool_]:
    """Where a value is not the one before it; the first has none before it."""
    differs = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return differs


def _slots(months: Ints, periods: Sequence[Period]) -> Narrow:
    """For each month which of the ascending periods holds it, −1 for none."""
    slots = np.full(len(months), -1, dtype=np.int32)
    for slot, period in enumerate(periods):
        first, after = np.searchsorted(months, [period.first, period.last + 1])
        slots[first:after] = slot
    return slots


def apart(periods: Sequence[Period]) -> list[list[int]]:
    """Places of the periods in groups, ascending, whose periods do not overlap: each month of a group has one period."""
    groups: list[list[int]] = []
    for row in sorted(range(len(periods)), key=lambda row: (periods[row].months, periods[row].first)):
        period = periods[row]
        # Sorted by length and start, so only the last of the latest group can overlap.
        if groups and periods[groups[-1][-1]].months == period.months and periods[groups[-1][-1]].last < period.first:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups
