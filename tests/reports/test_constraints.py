"""What the text fixes about its own figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.documents import TOWN_BINDINGS
from zhenwu.kernel.reports.bindings import read_bindings
from zhenwu.kernel.reports.constraints import check, read_rule
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import Problem

RULES = read_bindings(TOWN_BINDINGS).rules
FORMS = {
    27: Form("万元", word="余"),
    28: Form("个", word="余"),
    80: Form("个", word="余"),
    32: Form("万平方米", 1),
    33: Form("%", percent=True, sign="%"),
    71: Form("元"),
    73: Form("元"),
    74: Form("%", percent=True, word="以上", sign="%"),
    81: Form("亿元", 2),
}


def broken(values: dict[int | str, str], **facts: tuple[Fraction, str]) -> list[str]:
    named = {key.replace("__", "."): fact for key, fact in facts.items()}
    return [found.rule for found in check(RULES, values, FORMS, named)]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({7: "3"}, "县级卡口"),
        ({22: "5"}, "民宿"),
        ({46: "3"}, "信息平台"),
        ({97: "1"}, "全国文明村"),
        ({28: "40", 80: "20"}, "美丽城镇项目"),
        ({27: "9000", 81: "0.50"}, "美丽城镇投资"),
        ({90: "12", 93: "11"}, "行政村数"),
        ({117: "2021", 118: "99"}, "建党周年"),
        ({125: "5", 126: "6"}, "超亿元项目"),
        ({3: "云坪", 6: "云屏"}, "镇名"),
        ({40: "100.50%"}, "份额"),
        ({71: "10000", 73: "14000", 74: "9%"}, "农民收入增速"),
        ({70: "2016", 72: "2020"}, "五年跨度"),
    ],
)
def test_a_document_that_contradicts_itself_is_told_so(values: dict[int | str, str], rule: str) -> None:
    assert broken(values) == [rule]


def test_a_document_that_agrees_with_itself_is_left_in_peace() -> None:
    values: dict[int | str, str] = {
        7: "2", 22: "4", 46: "4", 97: "2", 28: "20", 80: "40", 27: "4900", 81: "0.50", 90: "12", 93: "12",
        117: "2021", 118: "100", 125: "5", 126: "5", 3: "云坪", 6: "云坪", 40: "100.00%",
        71: "10000", 73: "15390", 74: "9%", 32: "1.8", 33: "123%",
    }  # fmt: skip
    assert (
        broken(
            values, demolition__quota=(Fraction(15_000), "平方米"), profile__villages=(Fraction(12), "个")
        )
        == []
    )


def test_a_completion_rate_must_follow_from_area_and_target() -> None:
    target = (Fraction(15_000), "平方米")
    assert broken({32: "1.8", 33: "110%"}, demolition__quota=target) == ["拆违完成率"]
    assert broken({32: "1.8", 33: "110%"}) == []


def test_villages_are_as_many_as_the_profile_says() -> None:
    assert broken({90: "12", 93: "12"}, profile__villages=(Fraction(13), "个")) == ["行政村数"]


def test_what_is_still_to_be_supplied_contradicts_nothing() -> None:
    assert broken({slot: "待补" for rule in RULES for slot in rule.slots}) == []


def test_a_contradiction_says_in_chinese_which_figures_and_why() -> None:
    (found,) = check(RULES, {7: "3"})
    assert found.message == "数字不一致：第7项“3”应是 2（前文列了两处卡口）"


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=80)
def test_figures_printed_from_one_truth_never_contradict(
    area: int, target: int, one: int, other: int
) -> None:
    forms: dict[int | str, Form] = {32: Form("万平方米", one), 33: Form("%", other, percent=True)}
    values: dict[int | str, str] = {
        32: print_number(area, "平方米", forms[32]),
        33: print_number(Fraction(area * 100, target), "%", forms[33]),
    }
    assert check(RULES, values, forms, {"demolition.quota": (Fraction(target), "平方米")}) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "magic"},
        {"kind": "equals", "id": "a", "because": "b", "slot": 1},
        {"kind": "equals", "id": "a", "because": "b", "slot": 1, "value": 1, "colour": 2},
        {"kind": "equals", "id": "a", "because": "b", "slot": 1, "value": "一"},
        {"kind": "same", "id": "a", "because": "b", "slots": 1},
        {"kind": "growth", "id": "a", "because": "b", "slot": 1, "first": 2, "last": 3, "years": 0},
    ],
)
def test_a_rule_that_says_nothing_clear_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        read_rule(entry, "town.toml")
