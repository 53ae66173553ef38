"""Invented people: names, and identity numbers that pass every check and belong to nobody."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhenwu.lib.codes import identity_check

NO_AREA = "999999"  # assigned to no place (GB/T 2260), so that no living person can have such a number
SURNAMES = "蓝雷钟叶吴陈林毛柳梅潘季夏胡徐张王李刘杨"
GIVEN = "山水木春秋金银福寿松柏竹梅兰菊勇强明亮根土旺发生元贵荣华英珍香玉娟丽芳月云霞凤娇德仁义良善和平安宁大小阿长永新志文"
CADRES = ("吴远帆", "潘小舟", "季青松", "柳如岩", "毛立夏", "徐望川", "胡一禾", "林晚晴", "陈牧野", "夏知秋", "梅若谷", "钟有田")


def invent_name(rng: Random) -> str:
    """Two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))


def invent_identity(rng: Random, youngest: int, oldest: int) -> str:
    """An identity number (GB 11643) of somebody born between two years, with a right check digit."""
    born = date(rng.randint(oldest, youngest), 1, 1) + timedelta(days=rng.randrange(365))
    first17 = f"{NO_AREA}{born:%Y%m%d}{rng.randrange(1, 999):03d}"
    return first17 + identity_check(first17)
