"""The invented township 云岭镇: its villages, grids and offices, and what becomes of them in the years."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random
from zlib import crc32

TOWN = "云岭"
TOWNSHIP = "云岭镇"
COUNTY = "青屏县"
CITY = "澄州市"
MAYOR = "叶知远"
OFFICES = (
    "党政综合办公室", "综合行政执法队", "农业农村办公室", "经济发展办公室", "统计站", "社会治理办公室", "便民服务中心", "社会事务办公室",
    "村镇建设办公室", "财政所", "应急管理站", "纪检监察室", "司法所", "文化旅游站", "市场监管所",
)  # fmt: skip
VILLAGES = {
    "深塘村": 5, "上垟村": 4, "竹岭村": 4, "梅溪村": 4, "石门坑村": 4, "茶坪村": 3, "枫树湾村": 3, "大源头村": 3,
    "白鹤岙村": 3, "东坞村": 3, "西坞村": 3,
}  # fmt: skip
SEAT = "深塘村"  # where the street, the market and the offices are
HOME_GRID = "深塘一网格"  # 阿莲's own
MERGED = ("东坞村", "西坞村")
MERGED_INTO = "双坞村"
SPLIT = "茶坪三网格"
SPLIT_INTO = ("茶坪上坪网格", "茶坪下坪网格")
_ORDINALS = "一二三四五六七八九"


def grid_names(village: str) -> list[str]:
    """The grids that a village begins with: 深塘一网格, 深塘二网格, …"""
    return [f"{village.removesuffix('村')}{_ORDINALS[number]}网格" for number in range(VILLAGES[village])]


def every_grid() -> list[str]:
    """The grids of the beginning, thirty-nine of them."""
    return [grid for village in VILLAGES for grid in grid_names(village)]


@cache
def village_of(grid: str) -> str:
    """The village under which a grid began."""
    return next(village for village in VILLAGES if grid.startswith(village.removesuffix("村")))


def a_village(rng: Random, seat: int = 1) -> str:
    """A village, the larger the more often; that of the street ``seat`` times as often again."""
    return rng.choices(list(VILLAGES), [grids * (seat if village == SEAT else 1) for village, grids in VILLAGES.items()])[0]


def by_size() -> list[str]:
    """The villages, each as many times as it has grids: what is drawn from them without return falls more on the larger."""
    return [village for village, grids in VILLAGES.items() for _ in range(grids)]


def merger_day(year: int) -> date:
    """When 东坞 and 西坞 become one village; ``year`` is the last complete year."""
    return date(year - 3, 6, 1)


def split_day(year: int) -> date:
    """When the third grid of 茶坪 becomes two."""
    return date(year - 1, 9, 1)


def stands_as(place: str, day: date, year: int, hint: str = "") -> str:
    """The name under which a place of the beginning is entered on a day; ``hint`` decides which half of a split grid."""
    if place in MERGED and day >= merger_day(year):
        return MERGED_INTO
    if place == SPLIT and day >= split_day(year):
        return SPLIT_INTO[crc32(hint.encode()) % 2]
    return place
