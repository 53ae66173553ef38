"""The three reference systems of coordinates that people here have, and the way between them. Pure.

CGCS2000 is the state's (within a metre of WGS-84, which a phone's browser gives); GCJ-02 the shifted one of public maps; BD-09 the one
of Baidu, shifted again. A coordinate is kept in the system in which it came; it is converted for measuring and drawing only.
The shift is no law but arithmetic that became known; its inverse is found by looking for it (both published by many, e.g. eviltransform).
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, pi, sin, sqrt

Degrees = tuple[float, float]  # longitude, latitude
CGCS2000, GCJ02, BD09 = "CGCS2000", "GCJ-02", "BD-09"
SYSTEMS = (CGCS2000, GCJ02, BD09)
# How people write them; compared without blanks, hyphens and case.
_NAMES = {
    "cgcs2000": CGCS2000, "wgs84": CGCS2000, "4490": CGCS2000, "epsg:4490": CGCS2000, "4326": CGCS2000, "epsg:4326": CGCS2000, "国家2000": CGCS2000,
    "2000国家大地坐标系": CGCS2000, "gcj02": GCJ02, "高德": GCJ02, "腾讯": GCJ02, "bd09": BD09, "百度": BD09,
}  # fmt: skip
_A, _EE = 6378245.0, 0.00669342162296594323  # the ellipsoid of the shift
_BAIDU = pi * 3000.0 / 180.0
_TURNS = 30
_CLOSE = 1e-10  # degrees: a hundredth of a millimetre


def system_named(name: str) -> str | None:
    """The system that somebody means; None for a name that is none."""
    return _NAMES.get(name.strip().lower().replace("-", "").replace(" ", "").replace("_", ""))


def to_cgcs2000(system: str, at: Degrees) -> Degrees:
    """A coordinate of any system in the state's own."""
    if system == CGCS2000:
        return at
    return _inverse(_shifted, at) if system == GCJ02 else _inverse(lambda one: _of_baidu(_shifted(one)), at)


def from_cgcs2000(system: str, at: Degrees) -> Degrees:
    """A coordinate of the state's system in another."""
    if system == CGCS2000:
        return at
    return _shifted(at) if system == GCJ02 else _of_baidu(_shifted(at))


def _inverse(shift: Callable[[Degrees], Degrees], wanted: Degrees) -> Degrees:
    """What is shifted to ``wanted``: the shift changes so slowly that correcting by what is left closes in at once."""
    x, y = wanted
    for _ in range(_TURNS):
        there = shift((x, y))
        dx, dy = wanted[0] - there[0], wanted[1] - there[1]
        x, y = x + dx, y + dy
        if abs(dx) < _CLOSE and abs(dy) < _CLOSE:
            break
    return x, y


def _shifted(at: Degrees) -> Degrees:
    x, y = at[0] - 105.0, at[1] - 35.0
    dx = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    dy = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    dx += common + (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0 + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    dy += common + (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0 + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    latitude = at[1] / 180.0 * pi
    magic = 1.0 - _EE * sin(latitude) ** 2
    root = sqrt(magic)
    return at[0] + dx * 180.0 / (_A / root * cos(latitude) * pi), at[1] + dy * 180.0 / (_A * (1.0 - _EE) / (magic * root) * pi)


def _of_baidu(at: Degrees) -> Degrees:
    far = hypot(*at) + 0.00002 * sin(at[1] * _BAIDU)
    angle = atan2(at[1], at[0]) + 0.000003 * cos(at[0] * _BAIDU)
    return far * cos(angle) + 0.0065, far * sin(angle) + 0.006
