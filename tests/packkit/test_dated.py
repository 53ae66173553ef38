"""Parameters with days in conditions: the number that was in force on the day of the row, whatever it is today."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shelves import our_packs
from zhenwu.lib.expressions import evaluate, parse
from zhenwu.lib.expressions.types import Type
from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit import check_pack
from zhenwu.packkit.dated import written_out

PACKS = Path(__file__).resolve().parents[2] / "packs"
TYPES = {"mm": Type("integer", 0), "name": Type("text", 0), "day": Type("day", 0)}
RED = {"from": {"2010-01-01": {"value": 100}, "2020-01-01": {"value": 80}, "2024-01-01": {"abolished": True}}}
LOW = {"from": {"2015-06-01": {"value": 50}}}


def holds(text: str, day: str, mm: int | None, absent: bool = False) -> bool:
    tree = parse(written_out(text, {"red": RED, "low": LOW}, "day", Place("rules.toml"), absent), TYPES)
    return bool(evaluate(tree)({"mm": mm, "name": "param_red", "day": date.fromisoformat(day)}))


def test_the_number_of_the_day_is_asked_of_each_row() -> None:
    asked = [holds("mm >= param_red", day, 90) for day in ("2009-12-31", "2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01")]
    assert asked == [False, False, True, True, False]


def test_what_is_not_in_force_yet_or_no_longer_holds_nobody_back() -> None:
    assert [holds("mm <= param_red", day, 500, absent=True) for day in ("2009-12-31", "2010-01-01", "2024-01-01")] == [True, False, True]


def test_words_in_quotes_are_no_parameters() -> None:
    assert written_out("name = 'param_red'", {}, "day", Place("rules.toml")) == "name = 'param_red'"
    assert holds("name = 'param_red' AND mm >= param_red", "2020-01-01", 80)


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(0, 200))
def test_two_parameters_are_each_read_as_on_the_day(day: date, mm: int) -> None:
    red = 80 if date(2020, 1, 1) <= day < date(2024, 1, 1) else 100 if date(2010, 1, 1) <= day < date(2024, 1, 1) else None
    low = 50 if day >= date(2015, 6, 1) else None
    assert holds("mm >= param_low AND mm < param_red", day.isoformat(), mm) == (red is not None and low is not None and low <= mm < red)


@pytest.mark.parametrize(("old", "new", "code"), [
    ("param_rain_red_mm\"", "param_rain_rot_mm\"", "param.unknown"), ("\"2007-06-12\" = {value = 100}", "\"2007-06-12\" = {amount = 100}", "param.value"),
])  # fmt: skip
def test_a_parameter_that_is_not_there_or_is_no_number_is_refused_by_the_check(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    for name in ("rules.toml", "params.toml"):
        file = folder / "emergency" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = [problem for problem in check_pack(folder / "emergency") if problem.code == code]
    assert found and "rules.toml" in str(found[0].place)


@pytest.mark.parametrize(("old", "new", "code"), [
    ("mm >= param_rain_orange_mm)", "mm >= param_rain_amber_mm)", "param.unknown"),
    ("where = \"kind = 'village'\"", "where = \"kind = 'village' AND param_rain_red_mm > 1\"", "param.stock"),
    ("mm >= param_rain_orange_mm)", "mm >= param_rain_orange_mm AND occurred_on = 3)", "expression.types"),
])  # fmt: skip
def test_a_filter_of_a_metric_that_cannot_be_read_by_a_day_is_refused_with_its_place(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    file = folder / "emergency" / "metrics.toml"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = [problem for problem in check_pack(folder / "emergency") if problem.code == code]
    assert found and "metrics.toml" in str(found[0].place) and "where" in str(found[0].place)


def test_a_metric_keeps_what_was_written_and_what_it_names_beside_what_was_written_out() -> None:
    (pack,) = [one for one in our_packs() if one.id == "drinking"]
    body = next(body for kind, key, body in pack.definitions() if key == "drinking.samples_within")
    assert "param_chlorine_max" in body["where_text"] and "drinking.chlorine_max" in body["params"]
    assert "param_" not in str(body["where"]) and "2023-04-01" in str(body["where"])
    plain = next(body for kind, key, body in pack.definitions() if key == "drinking.samples_passed")
    assert "params" not in plain  # a key more would make every metric another one


def test_an_unknown_parameter_is_told_with_those_that_there_are() -> None:
    with pytest.raises(Problem, match="没有“param_rot”这个参数") as told:
        written_out("mm > param_rot", {"red": RED}, "day", Place("rules.toml"))
    assert "param_red" in told.value.remedy
