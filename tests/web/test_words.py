"""How numbers, filters and bars are said and drawn: laws that hold for all of them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from zhenwu.web.chart import HEIGHT, WIDTH, draw
from zhenwu.web.words import amount, condition, exact

LABELS = {"state": "状态", "area": "建筑面积"}
CHOICES = {"state": {"removed": "已拆除"}}


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_an_amount_that_ends_is_said_with_every_digit(whole: int, digits: int) -> None:
    value = Fraction(whole, 10**digits)
    assert Fraction(exact(value)) == value
    assert Fraction(amount(value, "平方米", 2)) == value


@given(st.integers(1, 10**6))
def test_an_amount_without_end_is_never_said_as_if_it_had_one(whole: int) -> None:
    assert exact(Fraction(3 * whole + 1, 3)).startswith("约 ")


@given(st.lists(st.none() | st.fractions(-(10**9), 10**9), min_size=1, max_size=12))
def test_bars_stay_inside_the_chart_and_keep_their_order(values: list[Fraction | None]) -> None:
    chart = draw([(str(place), value, "") for place, value in enumerate(values)])
    if chart is None:
        assert not any(values)
        return
    for bar in chart.bars:
        assert 0 <= bar.x and bar.x + bar.width <= WIDTH and 0 <= bar.y and bar.y + bar.height <= HEIGHT
    tall = {bar.height: abs(value or 0) for bar, value in zip(chart.bars, values, strict=True)}
    assert [tall[height] for height in sorted(tall)] == sorted(tall.values())


def test_a_filter_is_said_by_labels_and_choices() -> None:
    assert condition("state = 'removed' AND area >= 100", LABELS, CHOICES) == "状态是“已拆除”，并且建筑面积不小于100"


@given(st.text(max_size=40))
def test_any_filter_can_be_said(where: str) -> None:
    assert isinstance(condition(where, LABELS, CHOICES), str)
