"""A printed number must make its sentence true."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.lib.printing import AND_MORE, AT_LEAST, PASSED, Form, interval, print_number
from zhenwu.lib.problems import Problem

amounts = st.fractions(min_value=11, max_value=10**7, max_denominator=10**4)
words = st.sampled_from(["", *sorted(AND_MORE | PASSED | AT_LEAST)])


@pytest.mark.parametrize(
    ("value", "word", "printed"),
    [
        (87, "余", "80"),
        (80, "多", "70"),  # “80多个” would not be true of exactly 80
        (1234, "余", "1200"),
        (1200, "余", "1100"),
        (Fraction(251, 2), "超过", "125"),
        (12, "突破", "11"),
        (12, "以上", "12"),
        (Fraction(25, 2), "", "13"),
        (Fraction(24, 2), "", "12"),
    ],
)
def test_the_word_beside_a_number_decides_its_rounding(value: Fraction, word: str, printed: str) -> None:
    assert print_number(value, "个", Form("个", word=word)) == printed


def test_a_total_is_converted_exactly_before_it_is_rounded() -> None:
    assert print_number(30, "亩", Form("平方米")) == "20000"
    assert print_number(18_450, "平方米", Form("万平方米", 1)) == "1.8"
    assert print_number(18_500, "平方米", Form("万平方米", 1)) == "1.9"


def test_a_share_prints_100_only_when_the_counts_are_equal() -> None:
    share = Form("%", 2, percent=True, sign="%")
    assert print_number(Fraction("99.996"), "%", share) == "99.99%"
    assert print_number(100, "%", share) == "100.00%"
    assert print_number(Fraction("100.004"), "%", share) == "100.01%"


def test_a_number_too_small_for_its_word_is_refused_and_not_invented() -> None:
    for value, word in ((8, "余"), (10, "多"), (0, "超过"), (-3, "余")):
        with pytest.raises(Problem) as told:
            print_number(value, "个", Form("个", word=word))
        assert told.value.code == "printing.untrue"


def test_what_is_not_a_number_has_no_interval() -> None:
    for text in ("待补", "", "12万", "1.", "--1", "１２个"):
        with pytest.raises(Problem):
            interval(text)


@given(amounts, words, st.integers(0, 3), st.booleans())
@settings(max_examples=200)
def test_a_value_lies_in_the_interval_of_its_print(
    value: Fraction, word: str, decimals: int, percent: bool
) -> None:
    form = Form("%" if percent else "个", decimals, percent, word)
    low, high = interval(print_number(value, form.unit, form), form)
    assert low <= value <= high


@given(amounts, st.sampled_from(sorted(AND_MORE | PASSED)), st.integers(0, 3))
@settings(max_examples=100)
def test_a_number_that_was_passed_is_printed_strictly_below(
    value: Fraction, word: str, decimals: int
) -> None:
    assert Fraction(print_number(value, "个", Form("个", decimals, word=word))) < value


@given(st.fractions(min_value=0, max_value=200, max_denominator=10**6), st.integers(0, 4))
@settings(max_examples=100)
def test_no_share_but_the_whole_prints_as_100(value: Fraction, decimals: int) -> None:
    printed = Fraction(print_number(value, "%", Form("%", decimals, percent=True)))
    assert (printed == 100) == (value == 100)
