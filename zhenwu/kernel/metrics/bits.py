"""Masks as strings of bits, sixty-four rows to a word, and how many bits are set between edges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


def words_of(rows: int) -> int:
    """How many words hold so many rows; always one bit to spare, so that the end of the rows is a place too."""
    return rows // 64 + 1


def pack(mask: Bools) -> Bits:
    """The mask as bits, the bits after its last row not set."""
    packed = np.packbits(mask, bitorder="little")
    whole = np.zeros(words_of(len(mask)) * 8, dtype=np.uint8)
    whole[: len(packed)] = packed
    return whole.view(np.uint64)


def unpack(bits: Bits, rows: int) -> Bools:
    """The first ``rows`` bits as a mask."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little", count=rows).view(np.bool_)


def constant(value: bool, rows: int) -> Bits:
    """The same bit for every row (and after the last)."""
    return np.full(words_of(rows), ~np.uint64(0) if value else np.uint64(0))


class Rank:
    """Ascending edges 0 ≤ e₀ ≤ … ≤ eₙ ≤ rows between which bits are counted."""

    def __init__(self, edges: Places, rows: int) -> None:
        self.word = edges >> 6
        self.below = (np.uint64(1) << (edges & 63).astype(np.uint64)) - np.uint64(1)
        self.before = np.zeros(words_of(rows) + 1, dtype=np.int32)

    def between(self, bits: Bits) -> npt.NDArray[np.int32]:
        """How many bits are set from each edge up to the next; bits after the last edge do not matter."""
        np.cumsum(np.bitwise_count(bits), dtype=np.int32, out=self.before[1:])
        running = self.before.take(self.word)
        running += np.bitwise_count(bits.take(self.word) & self.below)
        return running[1:] - running[:-1]
