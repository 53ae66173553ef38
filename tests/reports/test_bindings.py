"""Bindings are data that a county official can read; what is wrong in them is refused with its place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.reports.documents import TOWN_BINDINGS, seed_text
from zhenwu.kernel.reports.bindings import read_bindings
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.text_template import read_text
from zhenwu.lib.problems import Problem, Problems
from zhenwu.lib.units import factor

SLOT = """id = 1
meaning = "拆违面积"
kind = "number"
unit = "万平方米"
metric = "demolition.area"
period = "year"
"""


def told(tmp_path: Path, text: str) -> list[Problem]:
    path = tmp_path / "town.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((Problem, Problems)) as caught:
        read_bindings(path)
    return caught.value.found if isinstance(caught.value, Problems) else [caught.value]


def test_an_unknown_key_is_refused_with_file_key_and_the_allowed_keys(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, f"[[slot]]\n{SLOT}colour = 1\n")
    assert problem.code == "binding.unknown_key"
    assert "colour" in problem.message and "metric" in problem.remedy
    assert (problem.place.file, problem.place.key) == ("town.toml", "slot 1")


def test_every_fault_of_a_file_is_told_in_one_go(tmp_path: Path) -> None:
    text = f'colour = 1\n[[slot]]\n{SLOT}profile = "town"\n[[slot]]\nid = 2\n[[rule]]\nkind = "magic"\n'
    codes = [problem.code for problem in told(tmp_path, text)]
    assert codes == ["binding.unknown_key", "binding.source", "binding.source", "rule.kind"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("decimals = 9", "binding.decimals"),
        ("decimals = true", "binding.decimals"),
        ('anchor = "?"', "binding.anchor"),
        ("hint = 3", "binding.type"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, line: str, code: str) -> None:
    assert [problem.code for problem in told(tmp_path, f"[[slot]]\n{SLOT}{line}\n")] == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"number"', '"figure"', "binding.kind"),
        ('"demolition.area"', '"area"', "binding.metric"),
        ('"demolition.area"', '["demolition.area"]', "binding.type"),
        ('"year"', '"last year"', "binding.period"),
        ('"万平方米"', '"平米"', "unit.unknown"),
        ("id = 1", "id = [1]", "binding.id"),
        ("id = 1\n", "", "binding.id"),
    ],
)
def test_a_slot_that_cannot_be_filled_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert [problem.code for problem in told(tmp_path, f"[[slot]]\n{SLOT.replace(old, new)}")] == [code]


def test_two_slots_with_one_id_and_a_file_that_is_no_toml_are_refused(tmp_path: Path) -> None:
    assert [problem.code for problem in told(tmp_path, f"[[slot]]\n{SLOT}[[slot]]\n{SLOT}")] == [
        "binding.twice"
    ]
    assert [problem.code for problem in told(tmp_path, "[[slot")] == ["binding.toml"]
    assert [problem.code for problem in told(tmp_path, "slot = 3")] == ["binding.type"]


@pytest.mark.parametrize(
    ("form", "period"),
    [
        ("year", "2020"),
        ("year-5", "2015"),
        ("year+1", "2021"),
        ("five_years", "2016..2020"),
        ("next_five_years", "2021..2025"),
    ],
)
def test_periods_follow_the_year_under_review(form: str, period: str) -> None:
    assert str(resolve_period(form, 2020)) == period


class TestTheTownsReport:
    def test_every_blank_is_bound_and_only_four_are_beyond_knowing(self) -> None:
        bindings = read_bindings(TOWN_BINDINGS)
        assert [binding.id for binding in bindings.slots] == list(range(1, 162))
        pending = {binding.id: binding.hint for binding in bindings.slots if binding.pending}
        assert set(pending) == {65, 132, 143, 155}
        assert pending[65] == pending[132] == "疑为镇名"

    def test_its_rules_name_only_its_own_blanks(self) -> None:
        bindings = read_bindings(TOWN_BINDINGS)
        assert {slot for rule in bindings.rules for slot in rule.slots} <= {one.id for one in bindings.slots}

    def test_it_keeps_no_words_of_the_document_in_its_anchors(self) -> None:
        for slot in tomllib.loads(TOWN_BINDINGS.read_text(encoding="utf-8"))["slot"]:
            assert slot["anchor"].isascii()

    @pytest.mark.seed
    def test_what_it_says_of_a_blank_agrees_with_the_words_around_it(self) -> None:
        bindings = read_bindings(TOWN_BINDINGS)
        for slot in read_text(seed_text()).slots:
            binding = bindings[slot.index]
            assert binding.kind == slot.kind
            if slot.kind in ("number", "percent"):
                assert factor(binding.unit, slot.unit) == 1
                assert binding.decimals == slot.decimals
                assert binding.form(slot).word == slot.word
