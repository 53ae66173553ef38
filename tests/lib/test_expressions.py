"""What a pack author may write, what is refused and how, and what a tree means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.lib.expressions import (
    DAY,
    FLAG,
    INTEGER,
    TEXT,
    Type,
    columns_of,
    evaluate,
    from_json,
    parse,
    to_javascript,
    to_json,
)
from zhenwu.lib.problems import Place, Problem

COLUMNS = {
    "age": INTEGER,
    "area": Type("integer", 2),
    "state": TEXT,
    "urgent": FLAG,
    "day": DAY,
    "date": DAY,
    "month": INTEGER,
    "面积": INTEGER,
}


def value(text: str, **row: object) -> object:
    return evaluate(parse(text, COLUMNS))(row)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("state = 'removed' AND area > 12.5", {"state": "removed", "area": 1251}, True),
        ("area = 12.50", {"area": 1250}, True),
        ("area * 1.5", {"area": 200}, 3000),
        ("-age + 3", {"age": 1}, 2),
        ("age = -1", {"age": -1}, True),
        ("day >= '2020-01-01'", {"day": date(2020, 1, 1)}, True),
        ("day < DATE '2020-01-01'", {"day": date(2020, 1, 1)}, False),
        ("YEAR(day) = 2020 AND MONTH(day) = month", {"day": date(2020, 5, 1), "month": 5}, True),
        ("date = '0001-03-01'", {"date": date(1, 3, 1)}, True),
        ("CASE WHEN urgent THEN 2 WHEN age > 9 THEN 1 ELSE 0 END", {"age": 10}, 1),
        ("CASE WHEN urgent THEN 2 END", {}, None),
        ("COALESCE(area, 0)", {}, 0),
        ("STARTS_WITH(state, '拆')", {"state": "拆除"}, True),
        ("state NOT IN ('a', 'b')", {"state": "c"}, True),
        ("面积 BETWEEN 1 AND 3", {"面积": 3}, True),
    ],
)
def test_a_filter_means_what_it_says(text: str, row: dict, expected: object) -> None:
    assert value(text, **row) == expected


def test_a_comparison_with_a_missing_value_is_false_and_its_negation_true() -> None:
    assert value("age = 1") is False
    assert value("age <> 1") is False
    assert value("NOT (age = 1)") is True
    assert value("age NOT IN (1)") is True
    assert value("age IS NULL") is True


def test_a_missing_flag_is_false_where_a_truth_is_needed_but_can_be_asked_for() -> None:
    assert value("urgent") is False
    assert value("NOT urgent") is True
    assert value("urgent = FALSE") is False
    assert value("urgent IS NULL") is True
    assert value("COALESCE(urgent, TRUE)") is True


def test_arithmetic_that_leaves_the_safe_range_is_missing() -> None:
    most = 2**53 - 1
    assert value("age + 0", age=most) == most
    assert value("age + 1", age=most) is None
    assert value("age * age", age=94906266) is None
    assert value("age - age", age=2**60) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("age = 1" + " " * 2000, "long"),
        ("size = 1", "column"),
        ('state = "removed"', "column"),
        ("age / 2 = 1", "forbidden"),
        ("age % 2 = 1", "forbidden"),
        ("state LIKE '拆%'", "forbidden"),
        ("age IN (SELECT 1)", "forbidden"),
        ("age::text = '1'", "forbidden"),
        ("age = 1; DROP TABLE users", "forbidden"),
        ("CAST(age AS text) = '1'", "function"),
        ("COUNT(age) > 1", "function"),
        ("age = 1 -- 注释", "comment"),
        ("age = 1e3", "number"),
        ("area = 1.255", "scale"),
        ("age + area = 1", "scale"),
        ("age = 99999999999999999", "number"),
        ("age = 9007199254740992", "range"),
        ("state < 'b'", "types"),
        ("state = 1", "types"),
        ("NOT age", "types"),
        ("day = '2020-02-30'", "day"),
        ("age = NULL", "null"),
        ("age =", "syntax"),
        ("state = 'open", "syntax"),
        ("（age = 1）", "full_width"),
        ("(" * 900 + "urgent" + ")" * 900, "deep"),
        ("NOT " * 400 + "urgent", "deep"),
        ("- " * 900 + "age = 1", "deep"),
        ("CASE WHEN " * 180, "deep"),
        ("age" + " + age" * 30 + " = 1", "deep"),
    ],
)
def test_what_is_not_of_the_language_is_refused_with_a_remedy(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text, COLUMNS, Place(file="metrics.toml", key="area"))
    assert caught.value.code == f"expression.{code}"
    assert caught.value.remedy and caught.value.place.file == "metrics.toml"


def test_an_unknown_column_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Problem) as caught:
        parse("aera > 1", COLUMNS)
    assert "aera" in caught.value.message and "是不是“area”" in caught.value.remedy
    assert "面积" in caught.value.remedy


def test_a_long_run_of_or_is_flat_and_allowed() -> None:
    assert value(" OR ".join(f"age = {n}" for n in range(150)), age=149) is True


def test_the_columns_of_a_tree_are_known() -> None:
    assert columns_of(parse("age = 1 OR MONTH(day) = month", COLUMNS)) == {"age", "day", "month"}


SPOILT = [
    *(None, [], {}, [[]], ["eval", "x"], ["not", 1], ["day", "20200101"], ["case", [], None]),
    *(["compare", "=", ["integer", 1, 0], ["text", "1"]], ["column", "a", [], 0], ["integer", 2**60, 0]),
    *(["integer", True, 0], ["in", ["flag", True], []], ["junction", "AND", 7], ["integer", 1, -1], ["text", "\x00"]),
]


@pytest.mark.parametrize("stored", SPOILT)
def test_a_spoilt_stored_tree_is_a_problem_and_never_a_traceback(stored: object) -> None:
    with pytest.raises(Problem):
        from_json(stored)  # type: ignore[arg-type]


def test_a_stored_tree_nested_without_end_is_refused() -> None:
    stored: list = ["flag", True]
    for _ in range(5000):
        stored = ["not", stored]
    with pytest.raises(Problem):
        from_json(stored)


SOUP = st.lists(st.sampled_from("age state ( ) NOT AND = 1 'a' CASE WHEN THEN END IN , -".split())).map(" ".join)


@given(st.text(max_size=60) | SOUP)
@settings(max_examples=150, deadline=None)
def test_any_text_becomes_a_tree_or_a_problem(text: str) -> None:
    try:
        tree = parse(text, COLUMNS)
    except Problem as problem:
        assert problem.code.startswith("expression.")
    else:
        assert from_json(to_json(tree)) == tree


def test_javascript_cannot_close_the_script_it_stands_in() -> None:
    assert "</script>" not in to_javascript(parse("state = '</script>'", COLUMNS))
