"""How much of a line was walked by whoever left a track, and where not. Pure.

The line is cut into pieces of equal length; a piece was walked when its middle lies within so many metres of the track. The share is rounded
down, so that a hundred means every piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from math import ceil, hypot

from zhenwu.lib.coordinates import Degrees
from zhenwu.lib.polylines import Metres, distance, kept_polyline, plane

NEAR = 50  # metres: a phone under trees is that wrong, where nobody said another distance
_PIECE, _FEWEST, _MOST = 10.0, 20, 400  # metres; pieces


@dataclass(frozen=True)
class Walk:
    """``covered``: hundredths of the line that were walked, rounded down; ``gap``: the longest stretch that was not, in metres;
    ``left``: the stretches that were not, as places to be drawn."""

    covered: int
    gap: int
    left: tuple[tuple[Degrees, ...], ...]


@lru_cache(maxsize=4096)
def walked(course: str, track: str, near: int = NEAR) -> Walk:
    """What a track covers of a course, both as they are kept."""
    line, trace = kept_polyline(course).places, kept_polyline(track).places
    flat, steps = plane(line, line[0]), list(pairwise(plane(trace, line[0])))
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(flat)]
    whole = sum(lengths)
    count = min(_MOST, max(_FEWEST, ceil(whole / _PIECE)))
    middles = list(_along(flat, lengths, [(number + 0.5) * whole / count for number in range(count)]))
    hit = [_near(point, steps, near) for point in middles]
    runs = [[number for number, _ in run] for was, run in groupby(enumerate(hit), key=lambda one: one[1]) if not was]
    gap = max((len(run) for run in runs), default=0) * whole / count
    return Walk(sum(hit) * 100 // count, round(gap), tuple(_stretch(line, lengths, run[0] * whole / count, (run[-1] + 1) * whole / count) for run in runs))


def _near(point: Metres, steps: Sequence[tuple[Metres, Metres]], near: int) -> bool:
    x, y = point
    return any(
        min(a[0], b[0]) - near <= x <= max(a[0], b[0]) + near and min(a[1], b[1]) - near <= y <= max(a[1], b[1]) + near and distance(point, a, b) <= near
        for a, b in steps
    )


def _along(points: Sequence[tuple[float, float]], lengths: Sequence[float], wanted: Sequence[float]) -> Iterator[tuple[float, float]]:
    """The points that lie so many metres from the beginning (in order)."""
    at, behind = 0, 0.0
    for metres in wanted:
        while at < len(lengths) - 1 and behind + lengths[at] < metres:
            behind += lengths[at]
            at += 1
        part = (metres - behind) / lengths[at] if lengths[at] else 0.0
        (x, y), (u, v) = points[at], points[at + 1]
        yield x + (u - x) * part, y + (v - y) * part


def _stretch(line: Sequence[Degrees], lengths: Sequence[float], start: float, end: float) -> tuple[Degrees, ...]:
    first, last = _along(line, lengths, [start, end])
    behind, between = 0.0, []
    for number, length in enumerate(lengths):
        if start < behind < end:
            between.append(line[number])
        behind += length
    return (first, *between, last)
