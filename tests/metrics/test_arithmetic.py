"""Derived figures are exact."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.kernel.metrics import arithmetic

amounts = st.one_of(st.integers(1, 10**15), st.fractions(min_value=Fraction(1, 1000), max_value=10**6))


@settings(max_examples=200, deadline=None)
@given(amounts, amounts, st.integers(1, 12))
def test_growth_is_the_root_rounded_to_twelve_decimals(first: Fraction, last: Fraction, years: int) -> None:
    rate = arithmetic.growth(first, last, years)
    assert rate is not None and (rate * 10**12).denominator == 1
    half = Fraction(1, 2 * 10**12)
    assert (1 + rate - half) ** years <= Fraction(last) / Fraction(first) < (1 + rate + half) ** years


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**6), st.integers(-999, 10**4), st.integers(1, 9))
def test_a_rate_of_few_decimals_is_found_again(first: int, thousandths: int, years: int) -> None:
    rate = Fraction(thousandths, 1000)
    assert arithmetic.growth(first, first * (1 + rate) ** years, years) == rate


def test_what_has_no_answer_is_none_and_not_zero() -> None:
    assert arithmetic.ratio(1, 0) is None
    assert arithmetic.ratio(None, 1) is None
    assert arithmetic.share(3, None) is None
    assert arithmetic.change(None, 3) is None
    assert arithmetic.relative_change(3, 0) is None
    assert arithmetic.cumulative([1, None]) is None
    assert arithmetic.cumulative([]) is None
    assert arithmetic.net([3, 4], [None]) is None
    assert arithmetic.growth(0, 5, 5) is None
    assert arithmetic.growth(5, -1, 5) is None
    assert arithmetic.growth(5, 6, 0) is None


def test_changes_and_sums_are_exact() -> None:
    assert arithmetic.ratio(1, 3) == Fraction(1, 3)
    assert arithmetic.change(5, Fraction(1, 3)) == Fraction(14, 3)
    assert arithmetic.relative_change(-1, -2) == Fraction(1, 2)
    assert arithmetic.cumulative([1, Fraction(1, 3), 2]) == Fraction(10, 3)
    assert arithmetic.net([5, Fraction(1, 3)], [2]) == Fraction(10, 3)
    assert arithmetic.growth(100, 0, 5) == -1
