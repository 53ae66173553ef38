"""Laws of units, periods and codes: what must hold of every one of them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.lib.codes import credit_code_holds, identity_check, read_identity
from zhenwu.lib.periods import Period, month_of
from zhenwu.lib.problems import Problem
from zhenwu.lib.units import convert, factor

ALIKE = [
    ["平方米", "亩", "公顷", "平方公里", "万平方米", "万亩"], ["米", "公里", "万公里"], ["公斤", "斤", "吨", "克", "万斤"],
    ["元", "分钱", "万元", "亿元"], ["%", "‰", "倍", "百分点"], ["人", "万人"], ["户", "百户"],
]  # fmt: skip
pairs = st.sampled_from(ALIKE).flatmap(lambda units: st.tuples(*[st.sampled_from(units)] * 3))
values = st.fractions(min_value=-(10**12), max_value=10**12)
periods = st.builds(Period, st.integers(1900 * 12, 2100 * 12), st.integers(1, 60))


@settings(max_examples=60)
@given(values, pairs)
def test_a_conversion_there_and_back_loses_nothing_and_takes_no_detour(value: Fraction, units: tuple[str, str, str]) -> None:
    source, between, target = units
    assert convert(convert(value, source, target), target, source) == value
    assert convert(convert(value, source, between), between, target) == convert(value, source, target)


def test_an_acre_is_two_thousand_thirds_of_a_square_metre_exactly() -> None:
    assert factor("亩", "平方米") == Fraction(2000, 3)
    assert factor("公顷", "亩") == 15 and factor("斤", "公斤") == Fraction(1, 2) and factor("万元", "元") == 10_000


@pytest.mark.parametrize("unit", "亩 公顷 平方米 斤 公斤 吨 元 万元 亿元 户 人 人次 件 个 家 座 条 只 头 株 万 万亩 万只 亿斤".split())
def test_every_measure_of_a_township_converts_into_itself_and_its_ten_thousandfold(unit: str) -> None:
    assert factor(unit, unit) == 1
    assert unit.startswith(("万", "亿")) or factor(f"万{unit}", unit) == 10_000


@pytest.mark.parametrize(("source", "target"), [("户", "人"), ("亩", "元"), ("公里", "平方公里"), ("%", "人")])
def test_what_measures_another_thing_does_not_convert(source: str, target: str) -> None:
    with pytest.raises(Problem) as raised:
        factor(source, target)
    assert raised.value.code == "unit.mismatch"


@settings(max_examples=60)
@given(periods, st.dates(date(1900, 1, 1), date(2104, 12, 31)))
def test_a_period_holds_a_day_by_its_ends_as_by_its_months(period: Period, day: date) -> None:
    by_days = period.start <= day <= period.end
    assert by_days == (month_of(day) in period.each_month()) == (period.first <= month_of(day) <= period.last)
    assert period.after - timedelta(days=1) == period.end


@settings(max_examples=60)
@given(periods)
def test_periods_that_have_a_text_form_are_read_back_from_it(period: Period) -> None:
    text = str(period)
    if text.count("-") < 2:
        assert Period.parse(text) == period
    assert period.earlier(12).start.year == period.start.year - 1


@pytest.mark.parametrize("text", ["2020-13", "2020Q5", "2020H3", "2021..2020", "二〇二〇", "2020-6", ""])
def test_what_is_no_period_is_a_problem(text: str) -> None:
    with pytest.raises(Problem) as raised:
        Period.parse(text)
    assert raised.value.code == "period.form"


born = st.dates(date(1900, 1, 1), date(2025, 12, 31))


@settings(max_examples=60)
@given(st.integers(110000, 659999), born, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_of_an_identity_number_is_always_found(
    place: int, day: date, serial: int, where: int, shift: int
) -> None:
    first = f"{place}{day:%Y%m%d}{serial:03d}"
    number = first + identity_check(first)
    identity = read_identity(number.lower())
    assert (identity.born_on, identity.sex) == (day, "male" if serial % 2 else "female")
    digits = list(number.replace("X", "0") if where == 17 else number)
    if digits[where] == "X":
        return
    digits[where] = str((int(digits[where]) + shift) % 10)
    if "".join(digits) != number:
        with pytest.raises(Problem):
            read_identity("".join(digits))


def test_a_credit_codes_check_character_is_held_against_the_rest() -> None:
    code = "91350100M000100Y43"  # the standard's own example
    assert credit_code_holds(code)
    assert not any(credit_code_holds(code[:n] + ("2" if code[n] != "2" else "3") + code[n + 1 :]) for n in range(18))
