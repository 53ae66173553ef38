"""Telling those whom a waterworks feeds: who is called, by whom ticked, called again once the water is good, and how many the list has."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town
from tests.rounds.test_rolls import put, somebody
from tests.rounds.town import founded
from zhenwu.kernel.ledgers.api import RecordInput, find_record, history, save_record
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.rounds.api import Call, book, call_roll, calls, note_return, tick
from zhenwu.kernel.rules.api import follow_rules
from zhenwu.lib.clock import at
from zhenwu.lib.problems import NotFound, Problem

pytestmark = pytest.mark.django_db
ROLL, DAY = "drinking.telling", date(2020, 7, 6)
# household → grid, station, the second one, how many live there
HOMES = {"H1": ("深塘一格", "W1", "", 3), "H2": ("深塘一格", "W2", "W1", 2), "H3": ("上垟一格", "W1", "", 4), "H4": ("上垟一格", "W2", "", 1)}


@pytest.fixture
def town() -> Town:
    """深塘水站 feeds two households of its village and one of the next; 上垟水站 two."""
    town = founded()
    with at(date(2020, 4, 1)):
        for code, place in (("W1", "深塘村"), ("W2", "上垟村")):
            data = {"code": code, "title": f"{place}水站", "scale": "small", "households": "9", "source": "spring", "disinfection": "hypochlorite", "running": "running"}
            put("drinking.station", town[place], "2019-01-01", **data)
        for code, (grid, station, second, people) in HOMES.items():
            put("residents.household", town[grid], "2019-01-01", code=code)
            for number in range(people):
                put("residents.person", town[grid], "2019-01-01", code=f"{code}-{number}", person="雷根土", household=code, relation="other")
            put("drinking.supply", town[grid], "2019-06-01", household=code, station=station, **({"second": second} if second else {}))
    return town


def failed(town: Town, verdict: str = "failed") -> UUID:
    sample = put("drinking.sample", town["深塘村"], str(DAY), sheet="S1", station="W1", purpose="daily", place="tap", scale="small", chlorine="0.02" if verdict == "failed" else "0.1", verdict=verdict)
    follow_rules()
    return sample


def the_call(who: object = SYSTEM) -> Call:
    (head,) = calls(who)  # type: ignore[arg-type]
    return call_roll(who, ROLL, head.record)  # type: ignore[arg-type]


def over(until: str) -> None:
    event = find_record("drinking.notice", "告S1")
    assert event is not None
    save_record(SYSTEM, "drinking.notice", RecordInput({}, until=until, reason="结案"), uuid4(), event, history(event)[-1].number)


def test_a_failed_test_calls_the_households_that_the_station_feeds_wherever_they_are(town: Town) -> None:
    with at(DAY):
        failed(town)
        assert sorted(one.key for one in the_call().missing) == ["H1", "H2", "H3"]  # one by its second pipe, one in the next village
        assert ("供水站", "深塘村水站") in the_call().words


def test_a_test_that_passes_calls_nobody_and_one_that_was_copied_wrong_calls_no_longer(town: Town) -> None:
    with at(DAY):
        sample = failed(town)
        save_record(SYSTEM, "drinking.sample", RecordInput({"verdict": "passed", "chlorine": "0.20"}, reason="抄错了"), uuid4(), sample, 1)
        follow_rules()
        assert calls(SYSTEM) == []


def test_each_tells_those_of_her_own_grid(town: Town) -> None:
    worker = somebody(town, "阿莲", "grid_worker", "上垟一格")
    with at(DAY):
        failed(town)
        assert [one.key for one in the_call(worker).members] == ["H3"]
        with pytest.raises(NotFound):
            tick(worker, uuid4(), ROLL, the_call().record, "H1")
        tick(worker, uuid4(), ROLL, the_call().record, "H3")
        assert sorted(one.key for one in the_call().missing) == ["H1", "H2"]
        assert calls(somebody(town, "外乡人")) == []


def test_when_all_is_clear_everybody_is_told_once_more_and_not_before(town: Town) -> None:
    with at(DAY):
        failed(town)
        event = the_call().record
        for home in ("H1", "H2"):
            tick(SYSTEM, uuid4(), ROLL, event, home)
        with pytest.raises(Problem, match="还没有恢复正常"):
            note_return(SYSTEM, uuid4(), ROLL, event, "H1", 1)
        assert [one.key for one in the_call().missing] == ["H3"]
        over("2020-07-08")
    with at(date(2020, 7, 9)):
        assert sorted(one.key for one in the_call().missing) == ["H1", "H2", "H3"]
        note_return(SYSTEM, uuid4(), ROLL, event, "H1", 1)
        tick(SYSTEM, uuid4(), ROLL, event, "H3")  # was never told of the bad water: told once, of the end
        assert [one.key for one in the_call().missing] == ["H2"]
        said = history(find_record("drinking.telling", "告S1/H3"))[-1]  # type: ignore[arg-type]
        assert (str(said.starts_on), said.data["again_on"]) == ("2020-07-07", "2020-07-09")


def test_water_that_is_back_on_the_very_day_ends_the_call(town: Town) -> None:
    with at(DAY):
        put("drinking.outage", town["深塘村"], str(DAY), sheet="T1", station="W1", cause="burst", planned="false", households="3")
        follow_rules()
        assert the_call().on
        record = find_record("drinking.outage", "T1")
        save_record(SYSTEM, "drinking.outage", RecordInput({"restored_on": str(DAY)}, reason="恢复"), uuid4(), record, 1)
        follow_rules()
        assert not the_call().on


def test_the_list_says_how_many_households_and_people_a_station_feeds_nobody_twice(town: Town) -> None:
    with at(DAY):
        found = book(SYSTEM, ROLL, DAY)
        assert [(one.title, one.households, one.people) for one in found.groups] == [("深塘村水站", 3, 9), ("上垟村水站", 2, 3)]
        assert (found.households, found.people) == (4, 10)
        worker = book(somebody(town, "阿莲", "grid_worker", "上垟一格"), ROLL, DAY)
        assert (worker.households, worker.people) == (2, 5)
        assert book(SYSTEM, ROLL, date(2019, 3, 1)).households == 0  # before any pipe was laid
        with pytest.raises(NotFound):
            book(somebody(town, "外乡人"), ROLL, DAY)
