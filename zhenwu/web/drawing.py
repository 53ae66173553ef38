"""Lines on the ground as numbers for an inline SVG: fitted into a frame, with a scale bar and labels that do not cover one another. Pure.

No tiles and nothing from elsewhere: where a township's lines lie to one another is what is asked here. North is up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import hypot

from zhenwu.lib.coordinates import Degrees
from zhenwu.lib.polylines import Metres, plane

WIDTH, LEAST, MOST, EDGE = 1000, 340, 900, 46
_BARS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
_SIGN, HEIGHT_OF_LABEL = 23, 30  # how wide a Chinese sign and how tall a line is, in the picture's units


@dataclass(frozen=True)
class Way:
    """One line to be drawn: ``kind`` is its class in the style sheet; ``number`` and ``name`` are written beside it, where given."""

    places: Sequence[Degrees]
    kind: str
    title: str = ""
    href: str = ""
    number: str = ""
    name: str = ""


@dataclass(frozen=True)
class Drawn:
    """A line in the picture: ``points`` as an SVG says them; its label's place and whether there was room for the name."""

    way: Way
    points: str
    x: int = 0
    y: int = 0
    named: bool = False


@dataclass(frozen=True)
class Picture:
    """``bar`` is the scale bar's length in the picture, ``bar_words`` what it stands for."""

    ways: tuple[Drawn, ...]
    height: int
    bar: int
    bar_words: str
    width: int = WIDTH
    edge: int = EDGE

    @property
    def bar_end(self) -> int:
        return EDGE + self.bar

    @property
    def foot(self) -> int:
        return self.height - 18


@dataclass
class _Labels:
    """What has been written so far."""

    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    def free(self, x: float, y: float, wide: float) -> bool:
        box = (x, y - HEIGHT_OF_LABEL, x + wide, y + 6)
        if box[2] > WIDTH or box[1] < 0 or any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in self.boxes):
            return False
        self.boxes.append(box)
        return True


def draw(ways: Sequence[Way]) -> Picture | None:
    """The picture of some lines; None for none."""
    places = list(chain.from_iterable(way.places for way in ways))
    if not places:
        return None
    origin = (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
    flat = [plane(way.places, origin) for way in ways]
    west, east, south, north = _bounds(chain.from_iterable(flat))
    wide, tall = max(east - west, 1.0), max(north - south, 1.0)
    height = round(min(MOST, max(LEAST, tall / wide * (WIDTH - 2 * EDGE) + 2 * EDGE + 20)))
    scale = min((WIDTH - 2 * EDGE) / wide, (height - 2 * EDGE - 20) / tall)  # picture units to a metre; the scale bar lies below
    left, top = (WIDTH - wide * scale) / 2, (height - 20 - tall * scale) / 2
    labels, drawn = _Labels(), []
    for way, metres in zip(ways, flat, strict=True):
        drawn.append(_drawn(way, [(left + (x - west) * scale, top + (north - y) * scale) for x, y in metres], labels))
    length = max((one for one in _BARS if one * scale <= WIDTH / 4), default=_BARS[0])
    words = f"{length} 米" if length < 1000 else f"{length // 1000} 公里"
    return Picture(tuple(drawn), height, round(length * scale), words)


def _bounds(points: Iterable[Metres]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), max(xs), min(ys), max(ys)


def _drawn(way: Way, points: Sequence[tuple[float, float]], labels: _Labels) -> Drawn:
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    if not way.number:
        return Drawn(way, told)
    spots = [_part(points, part) for part in (0.5, 0.25, 0.75, 0.1, 0.9)]
    short, whole = 16 * len(way.number) + 8, 16 * len(way.number) + 8 + _SIGN * len(way.name)
    for x, y in spots if way.name else ():
        if labels.free(x + 8, y - 8, whole):
            return Drawn(way, told, round(x + 8), round(y - 8), True)
    x, y = next(((x, y) for x, y in spots if labels.free(x + 8, y - 8, short)), spots[0])
    return Drawn(way, told, round(x + 8), round(y - 8))


def _part(points: Sequence[tuple[float, float]], part: float) -> tuple[float, float]:
    """The point after so much of a line."""
    lengths = [hypot(v[0] - u[0], v[1] - u[1]) for u, v in zip(points, points[1:], strict=False)]
    left = sum(lengths) * part
    for (x, y), (u, v), length in zip(points, points[1:], lengths, strict=False):
        if left <= length and length:
            return x + (u - x) * left / length, y + (v - y) * left / length
        left -= length
    return points[-1]
