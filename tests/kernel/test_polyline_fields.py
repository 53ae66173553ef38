"""A field that holds a line, and numbers that are measured from it: what is kept, what wins, what is refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, posted
from tests.rounds.town import BEAT, TRIP, beat, correct, founded, record, trip
from zhenwu.kernel.ledgers.api import RecordInput, history, save_record, save_records
from zhenwu.kernel.ledgers.spreadsheets import export_sheet, import_sheet
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.problems import Problem, Problems

pytestmark = pytest.mark.django_db
LINE = "CGCS2000 124.500000,29.500000; 124.520000,29.500000"
TRACK = "CGCS2000 124.500000,29.500000,0; 124.510000,29.500000,1230"


@pytest.fixture
def town() -> Town:
    found = founded()
    beat(found)
    return found


def walk(town: Town, sheet: str, **more: Any) -> UUID:
    data = {"beat": "H1", "sheet": sheet, "kind": "river", "rank": "village", "problem": "none", "handled": "none", **more}
    return UUID(save_record(SYSTEM, TRIP, RecordInput(data, town["深塘村"], "2020-03-02"), uuid4())["record"])


def said(found: UUID) -> tuple[Any, Any, Any]:
    data = history(found)[-1].data
    return data.get("track"), data["minutes"], data["metres"]


def test_a_track_says_minutes_and_metres_whatever_was_typed(town: Town) -> None:
    assert said(walk(town, "1", track=TRACK)) == (TRACK, 20, 970)
    assert said(walk(town, "2", track=TRACK, minutes="90", metres="5000")) == (TRACK, 20, 970)
    assert said(walk(town, "3", minutes="90", metres="5000")) == (None, 90, 5000)


def test_without_times_the_minutes_are_typed(town: Town) -> None:
    assert said(walk(town, "1", track="124.5,29.5; 124.51,29.5", minutes="33")) == ("CGCS2000 124.500000,29.500000; 124.510000,29.500000", 33, 970)
    with pytest.raises(Problems) as refused:
        walk(town, "2", track="124.5,29.5; 124.51,29.5")
    assert [(one.code, one.place.column) for one in refused.value.found] == [("ledger.required", "用时")]


def test_a_correction_of_the_numbers_alone_does_not_outdo_the_track_but_one_that_takes_it_away_does(town: Town) -> None:
    found = walk(town, "1", track=TRACK)
    correct(SYSTEM, TRIP, "H1/1", {"metres": "5000", "problem": "dumping"})
    assert said(found) == (TRACK, 20, 970) and history(found)[-1].data["problem"] == "dumping"
    correct(SYSTEM, TRIP, "H1/1", {"track": "", "metres": "5000", "minutes": "50"})
    assert said(found) == (None, 50, 5000)
    correct(SYSTEM, TRIP, "H1/1", {"track": TRACK})
    assert said(found) == (TRACK, 20, 970)


def test_a_track_that_is_too_short_or_wrong_is_told_at_its_column(town: Town) -> None:
    for track, column, code in (("124.5,29.5,0; 124.501,29.5,30", "用时", "ledger.bounds"), ("29.5,124.5; 29.5,124.6", "轨迹", "line.swapped")):
        with pytest.raises(Problems) as refused:
            walk(town, "1", track=track, minutes="30", metres="900")
        assert [(one.code, one.place.column) for one in refused.value.found] == [(code, column)]


def test_a_course_keeps_no_times(town: Town) -> None:
    correct(SYSTEM, BEAT, "H1", {"course": TRACK})
    assert history(record("H1", BEAT))[-1].data["course"] == "CGCS2000 124.500000,29.500000; 124.510000,29.500000"


def test_many_rows_are_measured_as_one(town: Town) -> None:
    rows = [
        RecordInput({"beat": "H1", "sheet": str(n), "kind": "river", "rank": "village", "problem": "none", "handled": "none"} | more, town["深塘村"], "2020-03-02")
        for n, more in enumerate([{"track": TRACK}, {"minutes": "7", "metres": "300"}, {"track": TRACK, "minutes": "7", "metres": "300"}] * 30)
    ]
    save_records(SYSTEM, TRIP, rows, uuid4())
    assert [said(record(f"H1/{n}", TRIP))[1:] for n in (87, 88, 89)] == [(20, 970), (7, 300), (20, 970)]


def test_a_line_goes_out_into_a_spreadsheet_and_comes_back_unchanged(town: Town) -> None:
    zhou = posted("zhou", "老周", "officer", town["综合站"])
    trip(town, "2020-03-02", sheet="1", track=TRACK)
    for suffix in (".xlsx", ".csv"):
        told = import_sheet(zhou, TRIP, export_sheet(zhou, TRIP, suffix).content, f"巡查记录{suffix}", correct=True, reason="核对")
        assert told["saved"] == 0 and len(history(record("H1/1", TRIP))) == 1
    assert said(record("H1/1", TRIP)) == (TRACK, 20, 970)


def test_what_is_no_line_never_breaks_a_sheet_of_many(town: Town) -> None:
    with pytest.raises((Problem, Problems), match="第 2 个点"):
        walk(town, "1", track="124.5,29.5; 124.6", minutes="30", metres="900")
