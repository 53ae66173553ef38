"""How much of a line was walked: what the plan asks, what the map says of it, whose it is to see, and how a track becomes the line."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.orgs.staff import Town, posted
from tests.rounds.town import BEAT, TALLY, TRIP, beat, correct, founded, plan, record, told, trip, turn, versions
from zhenwu.kernel.ledgers.api import history
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rounds.api import drawn_rounds, stretches, take_course, trails, walked_of
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

pytestmark = pytest.mark.django_db
PATROL = "patrol.patrol"
LINE = "124.5,29.5; 124.52,29.5"
WHOLE, HALF = "124.5,29.5,0; 124.52,29.5001,1800", "124.5,29.5,0; 124.51,29.5001,1800"


@pytest.fixture
def town() -> Town:
    town = founded()
    beat(town)
    correct(posted("zhan", "站长", "office_head", town["综合站"]), BEAT, "H1", {"course": LINE})
    return town


def stands(actor: Actor, day: str) -> list[tuple[Any, ...]]:
    with at(date.fromisoformat(day)):
        return [(row.key, row.standing, row.valid, row.due, row.told_span) for row in stretches(actor, PATROL)]


def test_whoever_walked_half_of_the_line_walked_once_less_where_the_plan_asks_for_a_share(town: Town) -> None:
    plan(town, 2, "month", "2020-03-01", minutes="10", coverage="90")
    trip(town, "2020-03-02", track=WHOLE)
    trip(town, "2020-03-09", track=HALF)
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "2/2/1"}
    correct(posted("zhou", "老周", "officer", town["综合站"]), "patrol.frequency", "F1", {"coverage": "50"})
    turn("2020-04-02")
    assert told() == {"H1/2020-03": "2/2/2√"}


def test_without_a_share_asked_or_without_a_track_or_a_line_a_walk_counts_as_before(town: Town) -> None:
    beat(town, "H2")
    plan(town, 1, "month", "2020-03-01", "F0", until="2020-04-01", minutes="10")
    plan(town, 1, "month", "2020-04-01", minutes="10", coverage="100")
    trip(town, "2020-03-02", track=HALF)
    trip(town, "2020-03-02", "H2", track=HALF)
    trip(town, "2020-04-02")
    trip(town, "2020-04-02", "H2", track=HALF)
    turn("2020-05-01")
    assert told() == {"H1/2020-03": "1/1/1√", "H2/2020-03": "1/1/1√", "H1/2020-04": "1/1/1√", "H2/2020-04": "1/1/1√"}


def test_how_far_beside_the_line_counts_is_what_the_plan_says(town: Town) -> None:
    plan(town, 1, "month", "2020-03-01", coverage="90", near="5")
    trip(town, "2020-03-02", track=WHOLE)  # up to eleven metres beside it
    turn("2020-04-01")
    assert told() == {"H1/2020-03": "1/1/0"}


def test_a_missed_beat_is_red_with_its_tally_behind_it_until_it_is_walked_enough(town: Town) -> None:
    zhou = posted("zhou", "老周", "officer", town["综合站"])
    plan(town, 1, "month", "2020-03-01", minutes="10")
    assert stands(zhou, "2020-03-20") == [("H1", "short", 0, 1, "")]
    assert stands(zhou, "2020-04-02") == [("H1", "missed", 0, 1, "2020年3月 0/1 次，还可以补记")], "the days of grace still run"
    turn("2020-04-01")
    assert stands(zhou, "2020-04-20") == [("H1", "missed", 0, 1, "2020-03 没有巡够")]
    with at(date(2020, 4, 20)):
        assert stretches(zhou, PATROL)[0].told == record("H1/2020-03", TALLY)
    trip(town, "2020-04-21", track=WHOLE)
    assert stands(zhou, "2020-04-22") == [("H1", "enough", 1, 1, "2020-03 没有巡够")]
    turn("2020-05-01")
    assert stands(zhou, "2020-05-20") == [("H1", "short", 0, 1, "")]


def test_a_span_that_was_excused_is_not_missed(town: Town) -> None:
    zhou = posted("zhou", "老周", "officer", town["综合站"])
    plan(town, 1, "month", "2020-03-01")
    turn("2020-04-01")
    correct(zhou, TALLY, "H1/2020-03", {"closed": "是", "short_because": "weather"})
    assert stands(zhou, "2020-04-20") == [("H1", "short", 0, 1, "")]


def test_nobody_sees_lines_or_tracks_beyond_their_places(town: Town) -> None:
    beat(town, "H2", place="上垟村")
    plan(town, 1, "month", "2020-03-01")
    trip(town, "2020-03-02", sheet="1", track=WHOLE)
    secretary = posted("village", "村书记", "village_secretary", town["上垟村"])
    stranger, nobody = posted("wai", "外乡人", "officer", town["外乡"]), posted("chai", "拆违", "officer", town["综合站"], "demolition")
    with at(date(2020, 3, 20)):
        assert [row.key for row in stretches(secretary, PATROL)] == ["H2"] and trails(secretary, PATROL, date(2020, 3, 1), date(2020, 3, 20)) == []
        assert stretches(stranger, PATROL) == [] == trails(stranger, PATROL, date(2020, 3, 1), date(2020, 3, 20))
        assert drawn_rounds(nobody) == {}
        with pytest.raises(NotFound):
            stretches(nobody, PATROL)
        assert walked_of(secretary, history(record("H1/1", TRIP))[-1]) is None


def test_a_track_becomes_the_line_by_one_act_of_whoever_may_correct_the_beat(town: Town) -> None:
    zhou, secretary = posted("zhou", "老周", "officer", town["综合站"]), posted("village", "村书记", "village_secretary", town["深塘村"])
    trip(town, "2020-03-02", sheet="1", track=HALF)
    trip(town, "2020-03-03", sheet="2")
    walk, base = history(record("H1/1", TRIP))[-1], history(record("H1", BEAT))[-1].number
    found = walked_of(zhou, walk)
    assert found is not None and found.able and found.base == base and found.walk is not None and found.walk.covered in (50, 51, 52)
    assert (seen := walked_of(secretary, walk)) is not None and not seen.able
    with pytest.raises(Refused):
        take_course(secretary, walk, base, uuid4())
    take_course(zhou, walk, base, uuid4())
    assert history(record("H1", BEAT))[-1].data["course"] == "CGCS2000 124.500000,29.500000; 124.510000,29.500100"
    assert versions("H1", BEAT)[-1] == (base + 1, zhou.principal, "用2020-03-02的轨迹作线")
    after = walked_of(zhou, walk)
    assert after is not None and after.walk is not None and after.walk.covered == 100
    with pytest.raises(Conflict):
        take_course(zhou, walk, base, uuid4())
    with pytest.raises(Problem, match="没有轨迹"):
        take_course(zhou, history(record("H1/2", TRIP))[-1], base + 1, uuid4())
