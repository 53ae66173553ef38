"""What is owed again and again is written down when its span closes: once, also after kills and weeks in the dark."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.orgs.staff import Town, posted
from tests.rounds.town import (
    BEAT,
    PLAN,
    TALLY,
    TRIP,
    beat,
    correct,
    founded,
    plan,
    record,
    told,
    trip,
    trips,
    turn,
    versions,
    void,
)
from zhenwu.jobs.clockwork import Clockwork
from zhenwu.kernel.definitions.api import Definition, Draft, current, every, install, switch_off
from zhenwu.kernel.journal.api import events_about, rewind, sequence
from zhenwu.kernel.journal.models import Event, Sequenced
from zhenwu.kernel.ledgers.api import RecordInput, history, save_record
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import SYSTEM, merge_units, split_unit
from zhenwu.kernel.rounds.api import FOLLOWER, close_spans, follow_rounds
from zhenwu.kernel.rounds.models import Reached
from zhenwu.kernel.rules.api import follow_rules
from zhenwu.lib.clock import at
from zhenwu.lib.expressions import INTEGER, parse, to_json
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return founded()


def written() -> int:
    """How many events wrote tallies."""
    return Event.objects.filter(kind="record.saved", body__ledger=TALLY).count()


def days_of(event: Event) -> list[date]:
    """The last days of the spans that an event told of, in its order."""
    return [history(UUID(record))[0].starts_on for record, _, _ in event.body["versions"]]


def of_pack(kind: str) -> list[Definition]:
    """What the patrol pack has of a kind."""
    return [one for one in every(kind) if one.pack == "patrol"]


def test_a_span_that_closes_is_told_with_what_was_due_made_and_valid(town: Town) -> None:
    beat(town)
    plan(town, 2, "ten_days", "2020-03-01", minutes="10", gap_hours="24")
    for day, more in (("2020-03-02", {}), ("2020-03-03", {}), ("2020-03-14", {}), ("2020-03-15", {"minutes": "5"})):
        trip(town, day, **more)
    turn("2020-03-20")
    assert told() == {"H1/2020-03上旬": "2/2/2√"}, "the second ten days end tonight"
    turn("2020-03-21")
    assert told() == {"H1/2020-03上旬": "2/2/2√", "H1/2020-03中旬": "2/2/1"}


def test_two_walks_too_close_together_count_as_one(town: Town) -> None:
    beat(town)
    plan(town, 2, "month", "2020-03-01", gap_hours="96")
    for day in ("2020-03-02", "2020-03-04", "2020-03-05"):
        trip(town, day)
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "2/3/1"}
    trip(town, "2020-03-06")
    turn("2020-04-02")
    assert told() == {"H1/2020-03": "2/4/2√"}


def test_a_walk_for_another_rank_does_not_count_and_a_short_stretch_is_walked_when_it_is_walked_whole(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01", metres="5000")
    trip(town, "2020-03-02", rank="township", metres="9000")
    trip(town, "2020-03-03", metres="2599")
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/2/0"}
    trip(town, "2020-03-04", metres="2600")
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/3/1√"}


def test_a_late_entry_makes_a_new_version_that_says_why(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    turn("2020-05-01")
    assert told() == {"H1/2020-03": "1/0/0", "H1/2020-04": "1/0/0"}
    trip(town, "2020-03-09")
    turn("2020-05-20")
    assert told() == {"H1/2020-03": "1/1/1√", "H1/2020-04": "1/0/0"}
    assert versions("H1/2020-03") == [(1, "system", ""), (2, "system", "补录、更正后重算：做了0次改为1次，有效0次改为1次")]
    assert len(versions("H1/2020-04")) == 1


def test_a_machine_that_was_off_for_weeks_makes_up_each_span_once_the_oldest_first(town: Town) -> None:
    beat(town)
    beat(town, "H2")
    plan(town, 1, "week", "2020-03-02")
    turn("2020-03-03")
    trip(town, "2020-03-11")
    turn("2020-04-06")
    made_up = told()
    assert sorted(made_up) == [f"{code}/2020-W{week}" for code in ("H1", "H2") for week in range(10, 15)]
    assert made_up["H1/2020-W11"] == "1/1/1√" and made_up["H2/2020-W11"] == "1/0/0"
    order = [day for event in Event.objects.filter(kind="record.saved", body__ledger=TALLY).order_by("id") for day in days_of(event)]
    assert order == sorted(order) and len(order) == 10
    before = written()
    turn("2020-04-06")
    turn("2020-04-07")
    assert told() == made_up and written() == before


def test_a_batch_that_comes_again_changes_nothing(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    trip(town, "2020-03-09")
    turn("2020-06-01")
    before, events = told(), written()
    rewind(FOLLOWER.name, 0)
    Reached.objects.all().delete()
    turn("2020-06-01")
    assert told() == before and written() == events and len(versions("H1/2020-03")) == 1


def test_a_kill_between_the_tallies_and_the_position_writes_nothing_twice(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    turn("2020-02-01")
    with at(date(2020, 5, 5)):
        close_spans()
        trip(town, "2020-03-09")
        sequence()
        rows = Sequenced.objects.select_related("event").order_by("position")
        FOLLOWER.prepare([(row.position, row.event) for row in rows if row.event.kind == "record.saved"])
    before = told()
    assert before == {"H1/2020-03": "1/1/1√", "H1/2020-04": "1/0/0"}
    events = written()
    turn("2020-05-02")
    assert told() == before and written() == events


def test_a_correction_or_a_voided_walk_takes_back_what_it_gave(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01", until="2020-05-01")
    trips(town, ["2020-03-09", "2020-04-09"])
    turn("2020-05-01")
    assert told() == {"H1/2020-03": "1/1/1√", "H1/2020-04": "1/1/1√"}
    correct(SYSTEM, TRIP, "H1/本0", {"rank": "township"})
    void(TRIP, "H1/本1")
    turn("2020-05-02")
    assert told() == {"H1/2020-03": "1/1/0", "H1/2020-04": "1/0/0"}


def test_what_was_computed_cannot_be_talked_better_and_an_excuse_stays(town: Town) -> None:
    zhou = posted("zhou", "老周", "officer", town["综合站"])
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    turn("2020-04-01")
    with at(date(2020, 4, 5)):
        correct(zhou, TALLY, "H1/2020-03", {"met": "是", "valid": "4", "closed": "是", "short_because": "weather"}, "塌方")
    turn("2020-04-02")
    assert told() == {"H1/2020-03": "1/0/0"}
    data = history(record("H1/2020-03"))[-1].data
    assert data["closed"] is True and data["short_because"] == "weather"
    assert [author for _, author, _ in versions("H1/2020-03")] == ["system", zhou.principal, "system"]
    void(TALLY, "H1/2020-03", zhou)
    turn("2020-04-03")
    assert told() == {"H1/2020-03": "1/0/0"}, "what is voided by hand is told again"
    void(TALLY, "H1/2020-03", zhou)
    turn("2020-04-03")
    assert told() == {"H1/2020-03": "1/0/0"}, "and again"


def test_only_spans_in_which_thing_and_plan_stand_whole_are_owed(town: Town) -> None:
    beat(town, begins="2020-03-02")
    plan(town, 1, "month", "2020-01-01", until="2020-06-30")
    turn("2020-09-01")
    assert sorted(told()) == ["H1/2020-04", "H1/2020-05"], "March began before the beat, June ended after the plan"


def test_the_season_is_looked_at(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-01-01", month_from="11", month_to="2")
    turn("2021-01-01")
    assert sorted(told()) == ["H1/2020-01", "H1/2020-02", "H1/2020-11", "H1/2020-12"]


def test_two_plans_for_the_same_span_owe_the_greater_and_those_of_other_kinds_owe_beside(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01", until="2020-05-01")
    plan(town, 3, "month", "2020-04-01", code="汛期", until="2020-05-01")
    plan(town, 1, "half_month", "2020-04-16", code="加密", until="2020-05-01")
    turn("2020-05-10")
    assert told() == {"H1/2020-03": "1/0/0", "H1/2020-04": "3/0/0", "H1/2020-04下半月": "1/0/0"}


def test_a_plan_put_right_changes_what_was_owed_and_one_that_ends_takes_back_what_it_owed_too_much(town: Town) -> None:
    beat(town)
    plan(town, 2, "month", "2020-03-01")
    turn("2020-06-01")
    assert sorted(told().values()) == ["2/0/0"] * 3
    correct(SYSTEM, PLAN, "F1", {"times": "1"}, "看错了文件")
    turn("2020-06-01")
    assert sorted(told().values()) == ["1/0/0"] * 3
    assert versions("H1/2020-03")[-1][2] == "应做次数由2改为1：计划或对象有更正"
    correct(SYSTEM, PLAN, "F1", {}, "四月底停了", until="2020-05-01")
    turn("2020-06-01")
    assert sorted(told()) == ["H1/2020-03", "H1/2020-04"]
    void(PLAN, "F1")
    turn("2020-06-01")
    assert told() == {}


def test_a_beat_that_was_never_there_owes_nothing(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    turn("2020-05-01")
    assert len(told()) == 2
    correct(SYSTEM, BEAT, "H1", {"rank": "township"}, "登记成村级了")
    turn("2020-05-01")
    assert told() == {}


def test_a_beat_entered_late_is_made_up_from_its_beginning_and_one_of_last_year_from_there(town: Town) -> None:
    plan(town, 1, "quarter", "2020-01-01")
    turn("2020-10-02")
    assert told() == {}
    beat(town, begins="2020-04-01")
    turn("2020-10-02")
    assert sorted(told()) == ["H1/2020Q2", "H1/2020Q3"]


def test_what_was_missed_is_put_to_the_office_once(town: Town) -> None:
    beat(town)
    plan(town, 2, "month", "2020-03-01", until="2020-04-01")
    turn("2020-04-01")
    follow_rules()
    trip(town, "2020-03-20")
    turn("2020-04-04")
    follow_rules()
    found = [matters.history(SYSTEM, fact.id)[0].matter.title for fact in matters.facts(Scope("workflow:standard")) if fact.row["line"] == "patrol"]
    assert found == ["巡查对象H1段（2020-03）应巡2次，有效0次，没有巡够"]


def test_a_thing_that_cannot_be_placed_does_not_hold_up_the_others(town: Town) -> None:
    beat(town)
    beat(town, "H2", place="上垟村")
    plan(town, 1, "month", "2020-03-01")
    with at(date(2020, 3, 15)):
        split_unit(SYSTEM, uuid4(), town["上垟村"], ["上垟东村", "上垟西村"], date(2020, 3, 15))
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/0/0"}
    failed = [event.body["code"] for _, event in events_about("round:patrol.patrol")]
    assert failed == ["ledger.unit_level"]
    turn("2020-05-01")
    assert sorted(told()) == ["H1/2020-03", "H1/2020-04"]


def test_a_round_that_was_changed_is_looked_at_anew_and_one_switched_off_writes_no_more(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    trip(town, "2020-03-03", minutes="15")
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/1/1√"}
    old = current("round", "patrol.patrol")
    body = {**old.body, "valid": to_json(parse("minutes >= 20", {"minutes": INTEGER})), "valid_text": "minutes >= 20"}
    everything = [Draft(one.kind, one.key, one.pack, one.body) for kind in ("pack", "ledger", "metric", "rule") for one in of_pack(kind)]
    install(SYSTEM, [*everything, Draft("round", old.key, old.pack, body)], uuid4())
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/1/0"}
    switch_off(SYSTEM, "patrol", uuid4())
    turn("2020-07-01")
    assert told() == {"H1/2020-03": "1/1/0"}


def test_a_walk_costs_as_many_questions_with_many_beats_as_with_few(town: Town) -> None:
    def questions() -> int:
        trip(town, "2020-03-09")
        sequence()
        with at(date(2020, 5, 5)), CaptureQueriesContext(connection) as asked:
            follow_rounds()
        return len(asked)

    beat(town)
    plan(town, 1, "month", "2020-03-01")
    turn("2020-05-02")
    few = questions()
    for number in range(40):
        beat(town, f"K{number}")
    turn("2020-05-02")
    assert questions() <= few


def test_a_turn_of_the_clockwork_on_a_new_day_closes_what_ended_yesterday(town: Town, tmp_path: Path) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    work = Clockwork(tmp_path)
    with at(date(2020, 4, 3)):
        work.turn()
    assert told() == {}
    with at(date(2020, 4, 4)):
        work.turn()
        assert not close_spans()
    assert told() == {"H1/2020-03": "1/0/0"}


def test_what_is_written_down_within_the_days_of_grace_is_no_late_entry(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    for day in (1, 2, 3):
        with at(date(2020, 4, day)):
            follow_rounds()
        assert told() == {}
    with at(date(2020, 4, 3)):
        trip(town, "2020-03-31")
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/1/1√"} and len(versions("H1/2020-03")) == 1


def test_a_place_that_ended_leaves_its_beats_to_its_successor(town: Town) -> None:
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    with at(date(2020, 3, 20)):
        into = merge_units(SYSTEM, uuid4(), [town["深塘村"], town["上垟村"]], "双溪村", date(2020, 3, 20), code="33-1-3")
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/0/0"}
    assert history(record("H1/2020-03"))[-1].unit_id == into


def test_a_stranger_cannot_excuse_a_span(town: Town) -> None:
    stranger = posted("wai", "外乡人", "officer", town["外乡"], "care")
    beat(town)
    plan(town, 1, "month", "2020-03-01")
    turn("2020-04-01")
    with at(date(2020, 4, 5)), pytest.raises(Problem):
        correct(stranger, TALLY, "H1/2020-03", {"closed": "是"})
    with pytest.raises(Problem):
        save_record(stranger, TALLY, RecordInput({"beat": "H1", "sheet": "2020-01", "kind": "river", "rank": "village", "due": "1", "made": "1", "valid": "1", "met": "是"}, town["深塘村"], "2020-01-31"), uuid4())
