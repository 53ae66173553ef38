"""数字状态: a figure is as sure as the least sure of what it is made of, and the county's word is awaited until it comes."""

from __future__ import annotations

from uuid import uuid4

from tests.reports.room.office import AREA, INCOME, QUOTA_NEXT, RATE, Office
from zhenwu.kernel.ledgers.api import history
from zhenwu.kernel.reports.api import Grades, Standing, standings
from zhenwu.sdk import SYSTEM, Figures, RecordInput, catch_up, save_record


def standing(office: Office, key: str) -> Standing:
    return next(one for one in standings([*office.blanks().values()], Figures()) if one.blank.key == key)


def grade(office: Office, code: str, authority: str) -> None:
    last = history(office.records[code])[-1]
    save_record(SYSTEM, last.ledger, RecordInput({}, authority=authority, reason="认定"), uuid4(), last.record_id, last.number)
    catch_up()


def test_a_figure_whose_rows_nobody_checked_is_self_reported(office: Office) -> None:
    found = standing(office, AREA)
    assert (found.state, found.grades, found.blank.office) == ("self", Grades(whole=frozenset({"self"})), "综合行政执法队")


def test_a_figure_is_as_sure_as_its_least_sure_row(office: Office) -> None:
    grade(office, "A1", "recognised")
    grade(office, "A2", "reviewed")
    assert standing(office, AREA).grades == Grades(self=1, reviewed=1, recognised=1)
    assert standing(office, AREA).state == "self"
    grade(office, "B1", "recognised")
    assert standing(office, AREA).state == "reviewed"  # B2 was found and not removed: it is no row of this figure
    grade(office, "A2", "recognised")
    assert (standing(office, AREA).state, standing(office, AREA).awaited) == ("recognised", False)


def test_a_ratio_is_as_sure_as_the_less_sure_of_its_two_numbers(office: Office) -> None:
    for code in ("A1", "A2", "B1"):
        grade(office, code, "recognised")
    assert standing(office, RATE).state == "recognised"
    office.correct("A2", area="81")  # a corrected record is no longer what the county recognised
    assert standing(office, RATE).state in ("self", "reviewed")


def test_where_the_county_recognised_some_rows_the_others_are_awaited(office: Office) -> None:
    assert not standing(office, AREA).awaited
    grade(office, "A1", "recognised")
    assert standing(office, AREA).awaited


def test_an_estimate_of_what_others_publish_is_awaited_until_they_do(office: Office) -> None:
    office.publish("demolition.quota", "2021", "12000", "forecast")
    assert (standing(office, QUOTA_NEXT).state, standing(office, QUOTA_NEXT).awaited) == ("forecast", True)
    office.publish("demolition.quota", "2021", "11000", "recognised")
    assert (standing(office, QUOTA_NEXT).state, standing(office, QUOTA_NEXT).awaited) == ("recognised", False)


def test_what_nobody_knows_is_pending_and_awaited_where_others_publish_it(office: Office) -> None:
    assert (standing(office, INCOME).state, standing(office, INCOME).awaited) == ("pending", True)
    assert (standing(office, "县里主题").state, standing(office, "县里主题").awaited) == ("pending", False)


def test_a_word_of_the_profile_is_no_figure(office: Office) -> None:
    office.save("profile.fact", "云岭镇", "2015-01-01", key="town", turn="1", value="云岭")
    assert standing(office, "镇名").state == "profile"
