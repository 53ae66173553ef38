"""Where the rivers, roads and woods of 云岭镇 lie, and which way their walkers went.

No real place is meant: the township is put into the open sea, at 124.5° east and 29.5° north, a hundred kilometres from any land.
Lines and tracks have few points each, so that the demonstration grows by some kilobytes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, radians, sin
from random import Random

from demo.places import VILLAGES
from zhenwu.lib.polylines import Polyline, kept_polyline, read_polyline

MIDDLE = (124.5, 29.5)
_EAST, _NORTH = 96_970.0, 110_850.0  # metres to a degree there
# Kilometres east and north of the middle, in the order of VILLAGES: 深塘 in the valley, the others around it.
_LIES = ((0, 0), (3.6, 1.2), (-3.2, 2.6), (2.2, -3.4), (-4.6, -1.4), (5.8, 3.8), (-1.4, 4.6), (-6.4, 3.6), (4.8, -1.8), (-2.6, -4.2), (-4.4, -4.8))


def course(rng: Random, village: str, kind: str, length: int) -> str:
    """The line of a stretch of about so many metres, that begins at its village; woods and ponds are walked round."""
    east, north = _LIES[list(VILLAGES).index(village)]
    begins = (east * 1000 + rng.uniform(-300, 300), north * 1000 + rng.uniform(-300, 300))
    steps = _round(rng) if kind == "forest" or length < 300 else _along(rng)
    walked = sum((x * x + y * y) ** 0.5 for x, y in steps)
    points = [begins]
    for x, y in steps:
        points.append((points[-1][0] + x * length / walked, points[-1][1] + y * length / walked))
    return str(read_polyline("; ".join(f"{MIDDLE[0] + x / _EAST:.6f},{MIDDLE[1] + y / _NORTH:.6f}" for x, y in points)))


def _along(rng: Random) -> list[tuple[float, float]]:
    """A valley that bends now and then."""
    heading, steps = rng.uniform(0, 2 * pi), []
    for _ in range(rng.randint(8, 12)):
        heading += radians(rng.uniform(-38, 38))
        far = rng.uniform(0.7, 1.3)
        steps.append((far * cos(heading), far * sin(heading)))
    return steps


def _round(rng: Random) -> list[tuple[float, float]]:
    corners = 9
    radii = [rng.uniform(0.7, 1.2) for _ in range(corners)]
    at = [(radius * cos(2 * pi * n / corners), radius * sin(2 * pi * n / corners)) for n, radius in enumerate([*radii, radii[0]])]
    return [(u[0] - v[0], u[1] - v[1]) for v, u in zip(at, at[1:], strict=False)]


def track(rng: Random, line: str, minutes: int) -> Polyline:
    """How somebody went along a line in about so many minutes: a few metres beside it; one in seven turned back about half way."""
    points: Sequence[tuple[int, int]] = kept_polyline(line).points
    if rng.random() <= 0.14:
        points = _part(points, rng.uniform(0.4, 0.6))
    beside = [(x + rng.randint(-90, 90), y + rng.randint(-90, 90)) for x, y in points]
    last = minutes * 60 + rng.randint(0, 59)
    told = [(x, y, last * number // (len(points) - 1)) for number, (x, y) in enumerate(beside)]
    return read_polyline("; ".join(f"{x / 1e6:.6f},{y / 1e6:.6f},{second}" for x, y, second in told))


def reached_the_end(line: str, walk: str) -> bool:
    """Whether a walk along a line was ended where the line ends: whoever turned back did so hundreds of metres before."""
    return _apart(kept_polyline(line).points[-1], kept_polyline(walk).points[-1]) < 60


def _part(points: Sequence[tuple[int, int]], share: float) -> list[tuple[int, int]]:
    """The way along some points for a share of its length."""
    left = share * sum(_apart(one, other) for one, other in zip(points, points[1:], strict=False))
    kept = [points[0]]
    for one, other in zip(points, points[1:], strict=False):
        far = _apart(one, other)
        if far >= left:
            return [*kept, (round(one[0] + (other[0] - one[0]) * left / far), round(one[1] + (other[1] - one[1]) * left / far))]
        kept.append(other)
        left -= far
    return kept


def _apart(one: Sequence[int], other: Sequence[int]) -> float:
    """Metres between two points in millionths of a degree."""
    return float((((one[0] - other[0]) * _EAST / 1e6) ** 2 + ((one[1] - other[1]) * _NORTH / 1e6) ** 2) ** 0.5)
