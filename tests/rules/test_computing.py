"""What a record is worth is looked up in the township's table of its day and written into another ledger: once, anew when it is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.journal.api import events_about, rewind
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    RecordInput,
    find_record,
    history,
    keyed_facts,
    remove_record,
    save_record,
    save_records,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.rules import computing
from zhenwu.kernel.rules.api import FOLLOWER, follow_rules
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
CHECK, POINTS, RATE = "waste.check", "waste.points", "waste.point_rate"


@pytest.fixture
def town() -> Town:
    town = found_town()
    install_packs(SYSTEM, [PACKS], uuid4())
    save_record(SYSTEM, "residents.household", RecordInput({"code": "H1", "head": "钟小满"}, town["深塘一格"], date(2019, 1, 1)), uuid4())
    for code, outcome, points, since, until in (("一", "right", "5", date(2020, 1, 1), date(2020, 7, 1)), ("二", "right", "8", date(2020, 7, 1), None), ("三", "partly", "2", date(2020, 1, 1), None)):
        save_record(SYSTEM, RATE, RecordInput({"code": code, "outcome": outcome, "points": points, "source": "例"}, town["云岭镇"], since, until), uuid4())
    return town


def checked(town: Town, sheet: str, outcome: str, day: date) -> RecordInput:
    return RecordInput({"household": "H1", "sheet": sheet, "outcome": outcome, "followed": "none"}, town["深塘一格"], day)


def points() -> dict[str, Any]:
    return {key: (fact.row["points"], fact.row["because"]) for key, fact in keyed_facts(Scope(PREFIX + POINTS))}


def correct(at: str, **data: str) -> None:
    record = find_record(CHECK, f"H1/{at}")
    assert record is not None
    save_record(SYSTEM, CHECK, RecordInput(data, reason="看错了"), uuid4(), record, history(record)[-1].number)
    follow_rules()


def test_each_check_is_worth_what_the_table_said_on_its_day_and_says_why(town: Town) -> None:
    save_records(SYSTEM, CHECK, [checked(town, "1", "right", date(2020, 6, 30)), checked(town, "2", "right", date(2020, 7, 1)), checked(town, "3", "absent", date(2020, 7, 2))], uuid4())
    follow_rules()
    assert points() == {
        "H1/查1": (5, "抽查单1：分对了，照积分标准“一”得5"), "H1/查2": (8, "抽查单2：分对了，照积分标准“二”得8"),
    }  # fmt: skip


def test_a_corrected_check_corrects_its_points_and_one_that_is_worth_nothing_has_none(town: Town) -> None:
    save_record(SYSTEM, CHECK, checked(town, "1", "right", date(2020, 6, 30)), uuid4())
    follow_rules()
    correct("1", outcome="partly")
    assert points()["H1/查1"][0] == 2
    record = find_record(POINTS, "H1/查1")
    assert record is not None and "第2版" in history(record)[-1].reason
    correct("1", outcome="wrong")
    assert points() == {}
    correct("1", outcome="right")
    assert points()["H1/查1"][0] == 5


def test_another_number_of_the_check_moves_the_points(town: Town) -> None:
    save_record(SYSTEM, CHECK, checked(town, "1", "right", date(2020, 6, 30)), uuid4())
    follow_rules()
    correct("1", sheet="9")
    assert set(points()) == {"H1/查9"}


def test_a_void_check_has_no_points_and_a_batch_that_comes_again_changes_nothing(town: Town) -> None:
    made = [UUID(save_record(SYSTEM, CHECK, checked(town, sheet, "right", date(2020, 6, 30)), uuid4())["record"]) for sheet in ("1", "2")]
    follow_rules()
    remove_record(SYSTEM, CHECK, made[0], 1, "不是这一户", uuid4())
    follow_rules()
    assert set(points()) == {"H1/查2"}
    kept = find_record(POINTS, "H1/查2")
    assert kept is not None
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert set(points()) == {"H1/查2"} and len(history(kept)) == 1
    assert events_about("rule:waste.points_by_check") == []


@pytest.mark.parametrize("fault", [Problems([Problem("ledger.too_much", "太多", "写少些。")]), KeyError("a fault of our own")])
def test_one_check_whose_points_are_refused_does_not_hold_up_those_beside_it(town: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def refusing(actor: Actor, ledger: str, rows: Sequence[RecordInput], op_id: UUID, **more: Any) -> dict[str, Any]:
        if any(row.data["sheet"] == "查2" for row in rows):
            raise fault
        return save_records(actor, ledger, rows, op_id, **more)

    monkeypatch.setattr(computing, "save_records", refusing)
    save_records(SYSTEM, CHECK, [checked(town, sheet, "right", date(2020, 6, 30)) for sheet in ("1", "2", "3")], uuid4())
    follow_rules()
    assert set(points()) == {"H1/查1", "H1/查3"}
    assert [event.kind for _, event in events_about("rule:waste.points_by_check")] == ["rule.failed"]
