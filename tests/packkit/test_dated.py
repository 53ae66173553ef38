"""Parameters with days in conditions: the number that was in force on the day of the row, whatever it is today."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_an_unknown_parameter_is_told_with_those_that_there_are() -> None:
    with pytest.raises(Problem, match="没有“param_rot”这个参数") as told:
        written_out("mm > param_rot", {"red": RED}, "day", Place("rules.toml"))
    assert "param_red" in told.value.remedy
