"""Amounts in capitals (大写金额), as 《支付结算办法》 annex 1 writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenwu.lib.numerals import MOST_CENTS, capitals

DIGITS = {sign: number for number, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (100, "壹元整"), (105020, "壹仟零伍拾元贰角整"), (140950, "壹仟肆佰零玖元伍角整"), (600714, "陆仟零柒元壹角肆分"),
        (32504, "叁佰贰拾伍元零肆分"), (1640902, "壹万陆仟肆佰零玖元零贰分"), (10700053, "壹拾万零柒仟元伍角叁分"), (10000100000, "壹亿零壹仟元整"), (-1234, "负壹拾贰元叁角肆分"),
        (MOST_CENTS + 1, ""),
    ],
)  # fmt: skip
def test_amounts_are_written_in_capitals(cents: int, words: str) -> None:
    assert capitals(cents) == words


@given(st.integers(0, MOST_CENTS))
def test_what_is_written_reads_back_as_the_amount(cents: int) -> None:
    assert value_of(capitals(cents)) == cents


def value_of(words: str) -> int:
    """The amount that capitals say, read from left to right."""
    total = group = digit = 0
    for sign in words.removesuffix("整"):
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in PLACES:
            group, digit = group + digit * PLACES[sign], 0
        elif sign in "万亿":
            total, group, digit = total + (group + digit) * {"万": 10**4, "亿": 10**8}[sign] * 100, 0, 0
        elif sign == "元":
            total, group, digit = total + (group + digit) * 100, 0, 0
        else:
            total, digit = total + digit * {"角": 10, "分": 1}[sign], 0
    return total + group
