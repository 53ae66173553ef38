"""Numbers read aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenwu.lib.numerals import below_hundred, spoken, spoken_year

PLACES = {"十": 10, "百": 100, "千": 1000}


@pytest.mark.parametrize(
    ("printed", "words"),
    [("0", "零"), ("10", "十"), ("15", "十五"), ("110", "一百一十"), ("1005", "一千零五"), ("20744", "二万零七百四十四"), ("100000", "十万"),
     ("130000", "十三万"), ("10010", "一万零一十"), ("100000005", "一亿零五"), ("120003000", "一亿二千万三千"), ("1.05", "一点零五"), ("0.2", "零点二"),
     ("122%", "百分之一百二十二"), ("3.5‰", "千分之三点五"), ("-12", "负十二"), ("007", "七")],
)  # fmt: skip
def test_a_number_is_read_as_people_read_it(printed: str, words: str) -> None:
    assert spoken(printed) == words


@pytest.mark.parametrize("text", ["", "云坪", "待补", "1,000", "1.", "12345678901234567", "٣"])
def test_what_is_no_number_has_no_words(text: str) -> None:
    assert spoken(text) == ""


def test_a_year_is_read_digit_by_digit() -> None:
    assert spoken_year("2020") == "二〇二〇"
    assert spoken_year("二〇") == ""


@given(st.integers(0, 10**16 - 1))
def test_the_words_mean_the_number(number: int) -> None:
    words = spoken(str(number))
    assert _meant("一" + words if words.startswith("十") else words) == number
    assert "零零" not in words and (number == 0 or not words.endswith("零"))


def _meant(words: str) -> int:
    """The value of the words, read back by another way than they were made."""
    for sign, worth in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        left, found, right = words.partition(sign)
        if found:
            return _meant(left) * worth + (_meant(right) if right else 0)
    total, digit = 0, 0
    for sign in words:
        if sign in PLACES:
            total, digit = total + digit * PLACES[sign], 0
        else:
            digit = "零一二三四五六七八九".index(sign)
    return total + digit


@given(st.integers(0, 99))
def test_words_below_a_hundred_are_read_back(number: int) -> None:
    assert below_hundred(spoken(str(number))) == number
    assert below_hundred("两") == 2
