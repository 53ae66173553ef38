"""What is still owed, for whom, before the span is over."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from tests.orgs.staff import Town, posted
from tests.rounds.town import beat, founded, plan, trip
from zhenwu.kernel.ledgers.api import RecordInput, save_record
from zhenwu.kernel.orgs.api import SYSTEM, Actor, find_person
from zhenwu.kernel.rounds.api import owed, owing
from zhenwu.lib.clock import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    town = founded()
    beat(town)
    beat(town, "H2", place="上垟村")
    plan(town, 2, "ten_days", "2020-03-01", minutes="10", gap_hours="24")
    return town


def told(actor: Actor, day: date) -> list[tuple[str, int, int, int, int]]:
    with at(day):
        return [(row.key, row.due, row.made, row.valid, row.days_left) for row in owed(actor)]


def test_what_ends_is_counted_down_and_what_is_done_moves_to_the_end(town: Town) -> None:
    zhou = posted("zhou", "老周", "officer", town["综合站"])
    trip(town, "2020-03-12")
    trip(town, "2020-03-13", minutes="3")
    assert told(zhou, date(2020, 3, 14)) == [("H2", 2, 0, 0, 6), ("H1", 2, 2, 1, 6)]
    trip(town, "2020-03-14")
    assert told(zhou, date(2020, 3, 14)) == [("H2", 2, 0, 0, 6), ("H1", 2, 3, 2, 6)]
    with at(date(2020, 3, 14)):
        [rows] = owing(zhou)
        assert [(row.key, row.span, row.chief, row.title) for row in rows] == [("H2", "2020年3月中旬", "何大山", "H2段")]
        assert {row.key: row.last for row in owed(zhou)} == {"H1": date(2020, 3, 14), "H2": None}
    assert told(zhou, date(2020, 3, 21)) == [("H1", 2, 0, 0, 10), ("H2", 2, 0, 0, 10)], "a new span begins with nothing done"


def test_everybody_sees_their_own_places_and_only_who_walks_is_reminded(town: Town) -> None:
    secretary = posted("village", "村书记", "village_secretary", town["深塘村"])
    leader, stranger = posted("he", "何书记", "secretary", town["云岭镇"]), posted("wai", "外乡人", "officer", town["外乡"])
    day = date(2020, 3, 14)
    assert [key for key, *_ in told(secretary, day)] == ["H1"]
    assert [key for key, *_ in told(leader, day)] == ["H1", "H2"]
    assert told(stranger, day) == []
    with at(day):
        assert [[row.key for row in rows] for rows in owing(secretary)] == [["H1"]]
        assert owing(leader) == [] == owing(stranger)


def test_a_person_in_care_is_owed_a_look_within_their_own_interval(town: Town) -> None:
    with at(date(2020, 3, 1)):
        save_record(SYSTEM, "residents.household", RecordInput({"code": "J1", "head": "钟小满"}, town["深塘一格"], "2020-01-01"), uuid4())
        save_record(SYSTEM, "residents.person", RecordInput({"code": "P1", "person": "钟小满", "household": "J1", "relation": "head"}, town["深塘一格"], "2020-01-01"), uuid4())
        save_record(SYSTEM, "care.dependant", RecordInput({"person": "P1", "kind": "alone", "interval_days": "30"}, town["深塘一格"], "2020-03-01"), uuid4())
    alian = posted("alian", "阿莲", "grid_worker", town["深塘一格"])
    with at(date(2020, 3, 20)):
        [[row]] = owing(alian)
        assert (row.round, row.due, row.days_left, row.span) == ("care.visits", 1, 10, "2020-03-01起30天")


def test_the_page_and_the_first_page_say_what_is_left(town: Town, client: Client) -> None:
    posted("zhou", "老周", "officer", town["综合站"])
    with at(date(2020, 3, 14)):
        client.force_login(find_person("zhou"), backend="django.contrib.auth.backends.ModelBackend")
        home = client.get("/").content.decode()
        assert "2020年3月中旬还有 2 处没有做够，最早的 3月20日到期" in home and "/rounds?round=patrol.patrol" in home
        page = client.get("/rounds").content.decode()
        assert "H1段" in page and "何大山" in page and "0/2 次" in page and "6 天" in page
        assert "H1段" not in client.get("/rounds?which=done").content.decode()
