"""Rules of a pack: read, checked and stored, and refused with the place and the remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from zhenwu.kernel.telemetry.api import ALARM_COLUMNS
from zhenwu.lib.expressions import evaluate, from_json
from zhenwu.lib.problems import Problem
from zhenwu.packkit import check_pack, columns, load_pack

PACKS = Path(__file__).resolve().parents[2] / "packs"
SOUND = """
[[rule]]
id = "seen"
label = "发现即报"
on = "alarm.raised"
when = "kind = 'water_level'"
[rule.open]
title = "{label}报警"
"""


@pytest.fixture
def rules(river: Path) -> Callable[[str, str], None]:
    """Write a sound rule into the river pack, some words of it replaced."""

    def write(old: str = "", new: str = "") -> None:
        assert old in SOUND
        (river / "rules.toml").write_text(SOUND.replace(old, new, 1) if old else SOUND, encoding="utf-8")

    return write


def test_a_rule_is_stored_with_the_tree_of_its_condition() -> None:
    body = load_pack(PACKS / "demolition").rules["demolition.large_found"]
    holds = evaluate(from_json(body["when"]))
    assert holds({"state": "found", "area": 50001}) and not holds({"state": "found", "area": 50000})
    assert (body["on"], body["ledger"], body["when_text"]) == (
        "record.saved", "demolition.structure", "state = 'found' AND area > 500",
    )  # fmt: skip
    assert body["open"]["workflow"] == "standard" and body["open"]["action"] == "report"


def test_a_sound_rule_has_no_problem(rules: Callable[..., None], codes: Callable[[], list[str]]) -> None:
    rules()
    assert codes() == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kind = 'water_level'", "depth > 3", "expression.column"),
        ("kind = 'water_level'", "1 + 1", "metric.where"),
        ("{label}", "{owner}", "rule.title"),
        ("{label}", "{label", "rule.title"),
        ("{label}", "很长" * 40, "rule.title"),
        ('on = "alarm.raised"', 'on = "record.saved"', "rule.ledger"),
        ('on = "alarm.raised"', 'on = "alarm.raised"\nledger = "reach"', "rule.ledger"),
        ('on = "alarm.raised"', 'on = "record.saved"\nledger = "nowhere"', "metric.ledger"),
        ('on = "alarm.raised"', 'on = "record.saved"\nledger = "others.ledger"', "pack.undeclared"),
        ('on = "alarm.raised"', 'on = "matter.closed"', "pack.kind"),
        ('on = "alarm.raised"', 'on = "matter.step"', "rule.enter"),
        ('on = "alarm.raised"', 'on = "alarm.raised"\nworkflow = "standard"', "rule.open"),
        ("[rule.open]", '[rule.open]\nworkflow = "nowhere"', "rule.workflow"),
        ("[rule.open]", '[rule.open]\naction = "accept"', "rule.action"),
        ("[rule.open]", '[rule.open]\nverb = "delete"', "pack.unknown_key"),
        ("[rule.open]", '[rule.open]\nchannel = "nowhere"', "rule.channel"),
        ("[rule.open]", "[rule.shut]", "pack.unknown_key"),
        ("[rule.open]", "[rule.beside]\ndays = 30\n[rule.open]", "rule.beside"),
        ("[rule.open]", "[rule.beside]\nwithin = 30\n[rule.open]", "pack.unknown_key"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    rules: Callable[..., None], river: Path, codes: Callable[[], list[str]], old: str, new: str, code: str
) -> None:
    rules(old, new)
    assert code in codes()


def test_the_problem_names_the_file_and_what_may_be_written(
    rules: Callable[..., None], only: Callable[[], Problem]
) -> None:
    rules("{label}", "{owner}")
    problem = only()
    assert problem.place.file == "rules.toml" and "seen" in problem.place.key and "label" in problem.remedy


STEPPING = """
[[rule]]
id = "gone"
label = "已拆除"
on = "matter.step"
workflow = "demolish"
when = "state = 'removed'"
[rule.enter]
ledger = "structure"
given = {code = "record", area = "removed_area"}
says = {state = "removed"}
day = "step_on"
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('workflow = "demolish"\n', ""),
        ('workflow = "demolish"', 'workflow = "standard"'),
        ('ledger = "structure"', 'ledger = "nowhere"'),
        ('code = "record", ', ""),
        ('"removed_area"', '"area_that_is_not"'),
        ('"removed_area"', '"result"'),
        ('"removed_area"', '"reopened_times"'),
        ('state = "removed"}', 'state = "gone"}'),
        ('state = "removed"}', 'location = "{place}", state = "removed"}'),
        ('says = {state', 'says = {owner = "某人", state'),
        ('"step_on"', '"state"'),
        ('day = "step_on"', 'until = "step_on"'),
        ("[rule.enter]", '[rule.open]\ntitle = "看"\n[rule.enter]'),
    ],
)
def test_a_rule_that_brings_what_it_cannot_is_refused(tmp_path: Path, old: str, new: str) -> None:
    pack = tmp_path / "demolition"
    shutil.copytree(PACKS / "demolition", pack)
    (pack / "rules.toml").write_text(STEPPING, encoding="utf-8")
    assert not {"rule.enter"} & {problem.code for problem in check_pack(pack)}
    assert old in STEPPING
    (pack / "rules.toml").write_text(STEPPING.replace(old, new, 1), encoding="utf-8")
    assert "rule.enter" in {problem.code for problem in check_pack(pack)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('ledger = "point_rate"', 'ledger = "check"'),
        ('same = {outcome = "outcome"}', 'same = {points = "outcome"}'),
        ("same = {outcome", "same = {nothing"),
        ('"table_points"', '"table_worth"'),
        ('ledger = "points"', 'ledger = "check"'),
    ],
)
def test_a_rule_that_looks_up_what_is_not_there_or_goes_in_a_circle_is_refused(tmp_path: Path, old: str, new: str) -> None:
    for name in ("waste", "premises", "residents"):
        shutil.copytree(PACKS / name, tmp_path / name)
    pack = tmp_path / "waste"
    text = (pack / "rules.toml").read_text(encoding="utf-8")
    assert old in text
    (pack / "rules.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert "rule.enter" in {problem.code for problem in check_pack(pack)}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('ledger = "risk_unit"', 'ledger = "rainfall"', "rule.each"),
        ('ledger = "risk_unit"', 'ledger = "nowhere"', "rule.each"),
        ("each_h24_mm", "each_nothing", "expression.column"),
        ("{each_title}", "{each_nobody}", "rule.title"),
        ("[rule.each]", '[rule.beside]\ndays = 3\n[rule.each]', "rule.each"),
    ],
)
def test_a_rule_for_each_record_of_what_is_no_such_ledger_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    for name in ("emergency", "premises", "residents"):
        shutil.copytree(PACKS / name, tmp_path / name)
    pack = tmp_path / "emergency"
    text = (pack / "rules.toml").read_text(encoding="utf-8")
    assert old in text
    (pack / "rules.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert code in {problem.code for problem in check_pack(pack)}


def test_alarms_have_the_columns_that_telemetry_gives() -> None:
    assert {name: column.kind for name, column in columns.ALARM_COLUMNS.items()} == ALARM_COLUMNS


@pytest.mark.parametrize(
    "given",
    [{"gone": "channel"}, {"gaps": "channel"}, {"item": "gone"}, {"item": "promised_on"}, {"taken_at": "route"}, {"item": "item"}],
    ids=["no such field", "not taken by the action", "no such column", "another kind", "other choices", "a need left open"],
)
def test_what_a_rule_gives_must_be_there_and_fit(tmp_path: Path, given: dict[str, str]) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    rules = folder / "service" / "rules.toml"
    text, told = rules.read_text(encoding="utf-8"), "{" + ", ".join(f'{name} = "{column}"' for name, column in given.items()) + "}"
    assert [problem.code for problem in check_pack(folder / "service")] == []
    rules.write_text(text.replace('{item = "item", route = "route", taken_at = "channel", applicant = "applicant", earlier = "earlier"}', told, 1), encoding="utf-8")
    assert {problem.code for problem in check_pack(folder / "service")} & {"rule.given", "rule.action"}
