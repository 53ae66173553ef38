"""Roll calls: a warning calls the list by grid; each household is ticked off once, by those whose place it is; who is missing, who is back too early."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town
from tests.rounds.town import PACKS, founded
from zhenwu.kernel.ledgers.api import RecordInput, find_record, history, save_record
from zhenwu.kernel.orgs.api import SYSTEM, Actor, actor_of, appoint, enrol_person
from zhenwu.kernel.orgs.models import Person
from zhenwu.kernel.rounds.api import call_roll, calls, note_return, tick
from zhenwu.kernel.rules.api import follow_rules
from zhenwu.lib.clock import at
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.packkit import check_pack

pytestmark = pytest.mark.django_db
ROLL, DAY = "emergency.evacuation", date(2020, 6, 10)
HOUSES = (("H1", "深塘一格", "flood", "4"), ("H2", "深塘一格", "landslide", "2"), ("H3", "上垟一格", "flood", "3"), ("H4", "上垟一格", "flood", "5"))


def put(ledger: str, where: UUID, day: str, until: str | None = None, **data: str) -> UUID:
    return UUID(save_record(SYSTEM, ledger, RecordInput(data, where, day, until), uuid4())["record"])


@pytest.fixture
def town() -> Town:
    """Four households on the list; 避灾点 A1 for the first."""
    town = founded()
    with at(date(2020, 4, 1)):
        put("premises.facility", town["深塘村"], "2019-01-01", code="A1", title="深塘避灾点", kind="shelter")
        for code, grid, hazard, people in HOUSES:
            put("residents.household", town[grid], "2019-01-01", code=code)
            put("emergency.call_list", town[grid], "2020-04-01", household=code, hazard=hazard, people=people, helper="吴远帆", **({"shelter": "A1"} if code == "H1" else {}))
    return town


def somebody(town: Town, name: str, kind: str = "", unit: str = "") -> Actor:
    person = enrol_person(SYSTEM, uuid4(), f"who{uuid4().hex[:8]}", name, "long-enough-to-pass")
    if kind:
        appoint(SYSTEM, uuid4(), person, kind, town[unit], ["*"], date(2020, 1, 2))
    return actor_of(Person.objects.get(id=person))


@pytest.fixture
def grid_worker(town: Town) -> Actor:
    return somebody(town, "阿莲", "grid_worker", "深塘一格")


def warned(town: Town, code: str = "梅汛2020-1", until: str | None = None, **more: str) -> UUID:
    return put("emergency.warning", town["云岭镇"], str(DAY), until, code=code, level="orange", source="3小时62毫米", decided_by="叶镇长", **more)


def missing(actor: Actor, event: UUID) -> list[str]:
    return [one.key for one in call_roll(actor, ROLL, event).missing]


def test_a_warning_calls_those_on_the_list_whom_it_means(town: Town) -> None:
    with at(DAY):
        whole, floods = warned(town), warned(town, "梅汛2020-2", hazard="flood")
        assert [call.key for call in calls(SYSTEM) if call.on] == ["梅汛2020-1", "梅汛2020-2"]
        assert sorted(missing(SYSTEM, whole)) == ["H1", "H2", "H3", "H4"]
        assert sorted(missing(SYSTEM, floods)) == ["H1", "H3", "H4"]


def test_a_tick_writes_the_record_as_the_list_says_and_once(town: Town, grid_worker: Actor) -> None:
    with at(DAY):
        event, op_id = warned(town), uuid4()
        tick(grid_worker, op_id, ROLL, event, "H1")
        tick(grid_worker, uuid4(), ROLL, event, "H2")
        assert missing(grid_worker, event) == [] and sorted(missing(SYSTEM, event)) == ["H3", "H4"]
        record = find_record("emergency.evacuation", "梅汛2020-1/H1")
        assert record is not None
        data = history(record)[-1].data
        assert {name: data[name] for name in ("called", "moved", "placed")} == {"called": 4, "moved": 4, "placed": "A1"}
        (first, _) = call_roll(grid_worker, ROLL, event).members
        assert (first.place, first.done, first.back) == ("深塘避灾点", True, None)
        with pytest.raises(Problem, match="已有"):
            tick(grid_worker, uuid4(), ROLL, event, "H1")


def test_a_form_sent_twice_ticks_once(town: Town) -> None:
    with at(DAY):
        event, op_id = warned(town), uuid4()
        assert tick(SYSTEM, op_id, ROLL, event, "H3") == tick(SYSTEM, op_id, ROLL, event, "H3")
        back = uuid4()
        assert note_return(SYSTEM, back, ROLL, event, "H3", 1) == note_return(SYSTEM, back, ROLL, event, "H3", 1)
        assert sorted(missing(SYSTEM, event)) == ["H1", "H2", "H3", "H4"]  # she is home again before the release


def test_a_grid_worker_sees_and_ticks_her_own_grid_alone(town: Town, grid_worker: Actor) -> None:
    with at(DAY):
        event = warned(town)
        assert sorted(missing(grid_worker, event)) == ["H1", "H2"]
        with pytest.raises(NotFound):
            tick(grid_worker, uuid4(), ROLL, event, "H3")
        with pytest.raises(NotFound):
            call_roll(somebody(town, "外乡人"), ROLL, event)
        with pytest.raises(Refused):
            tick(somebody(town, "何书记", "secretary", "云岭镇"), uuid4(), ROLL, event, "H3")


def test_who_refuses_is_still_missing_and_who_is_away_is_not(town: Town) -> None:
    with at(DAY):
        event = warned(town)
        for code, reason in (("H3", "refused"), ("H4", "away")):
            put("emergency.evacuation", town["上垟一格"], str(DAY), warning="梅汛2020-1", household=code, called="3", moved="0", reason=reason)
        assert sorted(missing(SYSTEM, event)) == ["H1", "H2", "H3"]
        assert [one.reason for one in call_roll(SYSTEM, ROLL, event).missing if one.key == "H3"] == ["不愿离开"]


def test_back_before_the_release_is_early_and_opens_a_matter_back_after_it_is_not(town: Town) -> None:
    with at(DAY):
        event = warned(town)
        for code in ("H1", "H3"):
            tick(SYSTEM, uuid4(), ROLL, event, code)
    with at(date(2020, 6, 11)):
        note_return(SYSTEM, uuid4(), ROLL, event, "H1", 1)
        with pytest.raises(Problem, match="已经登记返回"):
            note_return(SYSTEM, uuid4(), ROLL, event, "H1", 2)
        assert [one.key for one in call_roll(SYSTEM, ROLL, event).early] == ["H1"]
        assert sorted(missing(SYSTEM, event)) == ["H1", "H2", "H4"]  # whoever is back too early has to be fetched again
        follow_rules()
        assert titles() == ["梅汛2020-1还没有解除，H1户已经返回，请劝离"]
    with at(date(2020, 6, 12)):
        save_record(SYSTEM, "emergency.warning", RecordInput({"released": "雨停，县里解除"}, until="2020-06-12", reason="解除"), uuid4(), event, 1)
        note_return(SYSTEM, uuid4(), ROLL, event, "H3", 1)
        call = call_roll(SYSTEM, ROLL, event)
        assert (call.on, [one.key for one in call.early]) == (False, ["H1"])
        follow_rules()
        assert len(titles()) == 1


def titles() -> list[str]:
    from zhenwu.kernel.matters.models import Matter

    return list(Matter.objects.filter(line="emergency").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('of = "call_list"', 'of = "evacuation"', "roll.shape"),
        ('event = "warning"', 'event = "gone"', "roll.ledger"),
        ('link = "household"', 'link = "reason"', "roll.field"),
        ('same = ["hazard", "area"]', 'same = ["level"]', "roll.same"),
        ('names = "warning"', 'names = "household"', "roll.key"),
        ('called = "people"', 'reason = "people"', "roll.fill"),
        ('moved >= called OR', 'moved >= nobody OR', "expression.column"),
        ('back = "returned_on"', "", "roll.field"),
        ('place = "placed"', 'plaza = "placed"', "pack.unknown_key"),
    ],
)
def test_a_roll_that_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    file = folder / "emergency" / "rolls.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    found: list[Any] = [problem.code for problem in check_pack(folder / "emergency")]
    assert code in found


def test_what_a_phone_without_signal_sends_later_keeps_its_day_within_the_event(town: Town, grid_worker: Actor) -> None:
    with at(DAY):
        event = warned(town)
    with at(date(2020, 6, 12)):
        for house, claimed in (("H1", date(2020, 6, 11)), ("H2", date(2019, 1, 1))):
            tick(grid_worker, uuid4(), ROLL, event, house, claimed)
        tick(SYSTEM, uuid4(), ROLL, event, "H3", date(2031, 1, 1))
    assert [history(find_record("emergency.evacuation", f"梅汛2020-1/{house}"))[0].starts_on.day for house in ("H1", "H2", "H3")] == [11, 10, 12]  # type: ignore[arg-type]


def test_a_return_sent_after_the_release_was_early_on_the_day_it_was_seen(town: Town, grid_worker: Actor) -> None:
    with at(DAY):
        event = warned(town, until="2020-06-12")
        for house in ("H1", "H2"):
            tick(grid_worker, uuid4(), ROLL, event, house)
    with at(date(2020, 6, 13)):
        for house, day in (("H1", date(2020, 6, 11)), ("H2", date(2020, 6, 12))):
            note_return(grid_worker, uuid4(), ROLL, event, house, 1, day)
        assert {one.key: (one.early, one.back and one.back.day) for one in call_roll(grid_worker, ROLL, event).members} == {"H1": (True, 11), "H2": (False, 12)}
