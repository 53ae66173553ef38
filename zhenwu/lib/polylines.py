"""Lines on the ground: read from what people have, kept as one text, measured. Pure.

The text of a line names its reference system and then its points, longitude before latitude, six decimals (a hand's breadth); of a track
each point has the seconds since the first one as well::

    CGCS2000 124.512345,29.512345; 124.513000,29.513100
    CGCS2000 124.512345,29.512345,0; 124.513000,29.513100,75

There is one spelling for a line, so texts are equal where lines are. ``walks`` says how much of one line another one follows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import cos, fsum, hypot, radians, sin, sqrt
from typing import Any

from zhenwu.lib.coordinates import CGCS2000, SYSTEMS, Degrees, system_named, to_cgcs2000
from zhenwu.lib.problems import Problem

MOST_READ, MOST_KEPT = 5000, 400  # points: of what is read, of what is kept
LONGEST_TEXT = 400_000
LONGEST = 300_000  # metres
LONGEST_TIME = 24 * 3600  # seconds
NEAREST = 3.0  # metres: what lies nearer to the straight line between its neighbours says nothing new
WEST, EAST, SOUTH, NORTH = 73_000_000, 136_000_000, 3_000_000, 54_000_000  # the country with its seas, in millionths of a degree
_CHUNK = 200  # points simplified together: what a hostile line costs grows with its length, not with its square
_A, _EE = 6378137.0, 0.00669438002290  # the ellipsoid of CGCS2000: metres, eccentricity squared
_NAMED = re.compile(r"\s*([A-Za-z\u4e00-\u9fff][A-Za-z\u4e00-\u9fff0-9_-]*(?::\d{4})?|\d{4}国家大地坐标系)\s*[:：]?\s+|\s*([A-Za-z\u4e00-\u9fff][A-Za-z\u4e00-\u9fff0-9_-]*)\s*[:：]\s*")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,15})?")
_HOW = "一个点写成“经度,纬度”，点和点之间用分号，例如 120.123456,28.123456; 120.124000,28.124100；也可以粘贴 GeoJSON 的 LineString。"
Metres = tuple[float, float]  # east, north


@dataclass(frozen=True)
class Polyline:
    """One line as it is kept. ``points``: (longitude, latitude) in millionths of a degree of ``system``; ``seconds``: of a track, since
    its first point, never falling."""

    system: str
    points: tuple[tuple[int, int], ...]
    seconds: tuple[int, ...] = ()

    def __str__(self) -> str:
        told = [f"{_degrees(x)},{_degrees(y)}" for x, y in self.points]
        if self.seconds:
            told = [f"{at},{second}" for at, second in zip(told, self.seconds, strict=True)]
        return f"{self.system} {'; '.join(told)}"

    @cached_property
    def places(self) -> tuple[Degrees, ...]:
        """Its points in CGCS2000, in degrees: for measuring and drawing only."""
        return tuple(to_cgcs2000(self.system, (x / 1e6, y / 1e6)) for x, y in self.points)

    @property
    def metres(self) -> int:
        """How long it is along the ground, to the metre; the same both ways."""
        return round(fsum(apart(one, other) for one, other in pairwise(self.places)))

    @property
    def minutes(self) -> int | None:
        """How many whole minutes it took; None for a line without times."""
        return self.seconds[-1] // 60 if self.seconds else None

    @property
    def untimed(self) -> Polyline:
        """The line without its times: as a course that others follow."""
        return Polyline(self.system, self.points)

    @property
    def backwards(self) -> Polyline:
        """The same line from its other end."""
        return Polyline(self.system, self.points[::-1], tuple(self.seconds[-1] - one for one in reversed(self.seconds)))


def _degrees(millionths: int) -> str:
    whole, part = divmod(abs(millionths), 1_000_000)
    return f"{'-' if millionths < 0 else ''}{whole}.{part:06d}"


def read_polyline(value: Any) -> Polyline:
    """A line out of what somebody typed, pasted or walked, simplified by a few metres. Raises ``Problem`` (``line.…``), which says what to do."""
    text = str(value).strip()
    if len(text) > LONGEST_TEXT:
        raise Problem("line.too_long", "这条线的点太多了", f"最多 {MOST_READ} 个点，请分成几段。")
    system, told = _told(text)
    if len(told) > MOST_READ:
        raise Problem("line.too_long", f"这条线有 {len(told)} 个点，太多了", f"最多 {MOST_READ} 个点，请分成几段。")
    for number, point in enumerate(told, start=1):
        _look_at(number, point)
    points = tuple((x, y) for x, y, *_ in told)
    if len(set(points)) < 2:
        raise Problem("line.too_short", "一条线至少要有两个不同的点", _HOW)
    line = Polyline(system, points, _seconds(told))
    if line.metres > LONGEST:
        raise Problem("line.too_far", f"这条线有 {line.metres // 1000} 公里，太长了", f"最长 {LONGEST // 1000} 公里；多半是有一个点写错了，请核对。")
    return _simplified(line)


def _look_at(number: int, point: Sequence[int]) -> None:
    x, y = point[0], point[1]
    if WEST <= x <= EAST and SOUTH <= y <= NORTH:
        return
    if WEST <= y <= EAST and SOUTH <= x <= NORTH:
        raise Problem("line.swapped", f"第 {number} 个点的经度和纬度写反了（{_degrees(x)},{_degrees(y)}）", "经度（大的数，如 120.1）写在前面，纬度（如 28.1）写在后面。")
    raise Problem("line.outside", f"第 {number} 个点不在国内（{_degrees(x)},{_degrees(y)}）", "请核对；要写经纬度（度，小数），不写度分秒，也不写米。")


def _seconds(told: Sequence[Sequence[int]]) -> tuple[int, ...]:
    timed = [point[2] for point in told if len(point) == 3]
    if not timed:
        return ()
    if len(timed) != len(told):
        raise Problem("line.times", "有的点写了第几秒，有的没有写", "轨迹每个点都写第三个数（从开始起的秒数），或者都不写。")
    if any(later < earlier for earlier, later in pairwise(timed)):
        raise Problem("line.times", "轨迹的时间倒着走了", "第三个数是从开始起的秒数，要一个比一个大。")
    if timed[-1] - timed[0] > LONGEST_TIME:
        raise Problem("line.times", "这条轨迹超过了一天", "一次巡查一条轨迹，请分开记。")
    return tuple(one - timed[0] for one in timed)


def _told(text: str) -> tuple[str, list[tuple[int, ...]]]:
    """The system that a text names (by GeoJSON's own rule, and of what a phone gives: the state's) and its points."""
    system = CGCS2000
    if found := _NAMED.match(text):
        name = found[1] or found[2]
        known = system_named(name)
        if known is None:
            raise Problem("line.system", f"不认得坐标系“{name[:20]}”", f"可以写：{'、'.join(SYSTEMS)}；手机定位的不用写。")
        system, text = known, text[found.end() :]
    if text.startswith(("{", "[")):
        return system, _of_geojson(text)
    parts = [one for one in re.split(r"[;；\n]+", text) if one.strip()]
    return system, [_point(number, part) for number, part in enumerate(parts, start=1)]


def _point(number: int, text: str) -> tuple[int, ...]:
    told = [one for one in re.split(r"[,，\s]+", text.strip()) if one]
    if len(told) not in (2, 3) or not all(map(_NUMBER.fullmatch, told)) or (len(told) == 3 and not told[2].isdecimal()):
        raise Problem("line.point", f"第 {number} 个点“{text.strip()[:40]}”读不出来", _HOW)
    return (*map(_millionths, told[:2]), *map(int, told[2:]))


def _millionths(degrees: str) -> int:
    """Exactly rounded from its digits: a float's last bit never decides."""
    whole, _, part = degrees.lstrip("-").partition(".")
    number = (int(whole) * 10_000_000 + int(part[:7].ljust(7, "0")) + 5) // 10
    return -number if degrees.startswith("-") else number


def _of_geojson(text: str) -> list[tuple[int, ...]]:
    """The one LineString of a GeoJSON; a third number is a height there, which nobody asked for."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
        coordinates = found if isinstance(found, list) else _linestring(found)
        return [_millionth_pair(one) for one in coordinates]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise Problem("line.geojson", "这段 GeoJSON 读不出一条线", "要有且只有一条 LineString。") from error


def _linestring(found: dict[str, Any]) -> list[Any]:
    if found["type"] == "FeatureCollection":
        (found,) = found["features"]
    if found["type"] == "Feature":
        found = found["geometry"]
    if found["type"] != "LineString" or not isinstance(found["coordinates"], list):
        raise ValueError
    return found["coordinates"]


def _millionth_pair(point: Any) -> tuple[int, int]:
    x, y = str(point[0]), str(point[1])
    if not isinstance(point, list) or not _NUMBER.fullmatch(x) or not _NUMBER.fullmatch(y):
        raise ValueError
    return _millionths(x), _millionths(y)


def _simplified(line: Polyline) -> Polyline:
    """Without the points that say nothing new; coarser where too many would be left."""
    near = NEAREST
    while len(line.points) > MOST_KEPT:
        if near > 50:
            raise Problem("line.too_long", "这条线太碎，点太多", "请分成几段。")
        line = _thinned(line, near, _CHUNK)
        near *= 2
    return _thinned(line, NEAREST, MOST_KEPT)  # in one piece: read again, what was kept comes out as it is


def _thinned(line: Polyline, near: float, chunk: int) -> Polyline:
    flat = plane(line.places, line.places[0])
    last = len(flat) - 1
    kept = sorted({one for start in range(0, last, chunk) for one in _telling(flat, start, min(start + chunk, last), near)})
    return Polyline(line.system, tuple(line.points[one] for one in kept), tuple(line.seconds[one] for one in kept) if line.seconds else ())


def _telling(flat: Sequence[Metres], first: int, last: int, near: float) -> Iterator[int]:
    """Douglas and Peucker: the ends, and whatever lies farther than ``near`` from the straight line between."""
    waiting = [(first, last)]
    yield from (first, last)
    while waiting:
        start, end = waiting.pop()
        far, at = max(((distance(flat[one], flat[start], flat[end]), one) for one in range(start + 1, end)), default=(0.0, 0))
        if far > near:
            yield at
            waiting += [(start, at), (at, end)]


def apart(one: Degrees, other: Degrees) -> float:
    """Metres between two places that lie some kilometres apart at most, by the curvature of the ellipsoid between them."""
    east, north = _per_degree((one[1] + other[1]) / 2)
    return hypot((other[0] - one[0]) * east, (other[1] - one[1]) * north)


def plane(places: Iterable[Degrees], origin: Degrees) -> list[Metres]:
    """Places as metres east and north of one of them: a township is flat enough."""
    east, north = _per_degree(origin[1])
    return [((x - origin[0]) * east, (y - origin[1]) * north) for x, y in places]


def _per_degree(latitude: float) -> tuple[float, float]:
    sine = sin(radians(latitude))
    bent = 1.0 - _EE * sine * sine
    return radians(_A / sqrt(bent) * cos(radians(latitude))), radians(_A * (1.0 - _EE) / (bent * sqrt(bent)))


def distance(point: Metres, start: Metres, end: Metres) -> float:
    """Metres from a point to a straight piece."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    squared = dx * dx + dy * dy
    along = 0.0 if not squared else max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / squared))
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


@lru_cache(maxsize=4096)
def kept_polyline(text: str) -> Polyline:
    """A line out of the text that was kept of it."""
    system, told = _told(text)
    return Polyline(system, tuple((x, y) for x, y, *_ in told), tuple(point[2] for point in told if len(point) == 3))


def in_words(text: str) -> str:
    """A kept line as a person reads it: 1203 米，25 分钟，18 个点."""
    line = kept_polyline(text)
    parts = [f"{line.metres} 米", *([f"{line.minutes} 分钟"] if line.seconds else []), f"{len(line.points)} 个点"]
    return "，".join(parts) + ("" if line.system == CGCS2000 else f"（{line.system}）")
