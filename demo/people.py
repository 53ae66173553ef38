"""Invented people: names, and identity numbers that pass every check and belong to nobody."""

from __future__ import annotations

from datetime import date
from random import Random

from zhenwu.lib.codes import identity_check

SURNAMES = "蓝雷钟叶吴陈林毛柳梅潘季夏胡徐张王李刘杨"
GIVEN = "山水木春秋金银福寿松柏竹梅兰菊勇强明亮根土旺发生元贵荣华英珍香玉娟丽芳月云霞凤娇德仁义良善和平安宁大小阿长永新志文"
CADRES = ("吴远帆", "潘小舟", "季青松", "柳如岩", "毛立夏", "徐望川", "胡一禾", "林晚晴", "陈牧野", "夏知秋", "梅若谷", "钟有田")
AREAS = tuple(str(number) for number in range(999900, 1000000))  # no place begins with 99 (GB/T 2260): nobody has such a number


def invent_name(rng: Random) -> str:
    """Two or three characters."""
    return rng.choice(SURNAMES) + given_name(rng)


def given_name(rng: Random) -> str:
    """One or two characters."""
    return "".join(rng.sample(GIVEN, rng.choice((1, 2, 2, 2))))


def identity_of(born: date, sex: str, number: int) -> str:
    """An identity number (GB 11643) with a right check digit; ``number`` tells people of one birthday apart."""
    area, serial = divmod(number % (499 * len(AREAS)), 499)
    order = 2 * serial + (1 if sex == "male" else 2)  # odd for men, even for women
    first17 = f"{AREAS[area]}{born:%Y%m%d}{order:03d}"
    return first17 + identity_check(first17)


def invent_identity(rng: Random, youngest: int, oldest: int) -> str:
    """An identity number of somebody born between two years, who is on no register."""
    born = date(rng.randint(oldest, youngest), rng.randint(1, 12), rng.randint(1, 28))
    return identity_of(born, rng.choice(("male", "female")), rng.randrange(499 * len(AREAS)))
