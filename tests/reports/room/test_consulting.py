"""会商: the rows that two counts do not share, and the ruling which of the two is printed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.reports.room.office import ACCEPTED, BUILT, TOILETS, Office, toilets
from zhenwu.kernel.reports.api import (
    Dispute,
    dispute,
    disputes,
    elsewhere,
    find_issue,
    issue_report,
    rule,
    rulings_about,
    verify_report,
)
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.sdk import SYSTEM, Figures, RecordInput, catch_up, current, save_record

YEAR = Period.year(2020)


def found(office: Office) -> Dispute:
    catch_up()
    return dispute(Figures(), BUILT, ACCEPTED, YEAR, office.unit)


def ruled(office: Office, printed: str = ACCEPTED, reason: str = "以代表验收为准", by: str = "老周", mark: str = "") -> None:
    rule(office[by], BUILT, ACCEPTED, YEAR, office.unit, printed, reason, mark or found(office).mark, uuid4())


def test_the_rows_that_the_two_offices_do_not_share_are_named(office: Office) -> None:
    rows, both = toilets(office), found(office)
    assert both.comparison is not None and (both.own.value, both.other.value, both.gap) == (3, 2, 1)
    assert [one.fact.id for one in both.comparison.only_own] == [rows["F2"], rows["F3"]]
    assert [one.fact.id for one in both.comparison.only_other] == [rows["村报-1"]]
    assert [pair.other[0].fact.id for pair in both.comparison.alike] == [rows["G1"]]
    assert (both.comparison.own, both.comparison.other) == (both.own.value, both.other.value)


def test_a_row_that_the_other_side_has_but_does_not_count_is_found_there(office: Office) -> None:
    rows = toilets(office)
    there = elsewhere(found(office), Figures())
    assert {own: fact.id for own, fact in there.items()} == {rows["F2"]: rows["G2"]}  # accepted in January


def test_a_ruling_prints_the_other_number_and_changes_neither(office: Office) -> None:
    toilets(office)
    assert office.prints(TOILETS) == {TOILETS: "3"} and found(office).state == "open"
    ruled(office)
    assert office.prints(TOILETS) == {TOILETS: "2"} and found(office).state == "ruled"
    blank = office.blanks()[TOILETS]
    assert "会商后改印“实事验收公厕数”" in blank.answer.why and blank.line == "deeds"
    assert (found(office).own.value, found(office).other.value) == (3, 2)
    assert [one.values for one in rulings_about(BUILT, office.unit, YEAR)] == [["3", "2"]]


def test_a_ruling_falls_due_again_when_a_row_of_either_side_changes(office: Office) -> None:
    rows = toilets(office)
    ruled(office)
    save_record(SYSTEM, "deeds.acceptance", RecordInput({"users_say": "fair"}, reason="回访"), uuid4(), rows["G1"], 1)
    assert found(office).state == "again" and office.prints(TOILETS) == {TOILETS: "2"}  # printed by until somebody rules anew
    ruled(office, BUILT, "逐座看过，以竣工为准")
    assert found(office).state == "ruled" and office.prints(TOILETS) == {TOILETS: "3"}
    assert [one.retired_by_id is None for one in rulings_about(BUILT, office.unit, YEAR)] == [True, False]


def test_rows_that_change_elsewhere_leave_a_ruling_alone(office: Office) -> None:
    toilets(office)
    ruled(office)
    office.correct("A1", area="99")
    assert found(office).state == "ruled"


def test_who_rules_must_have_seen_the_rows_as_they_are(office: Office) -> None:
    toilets(office)
    with pytest.raises(Problem, match="又变了"):
        ruled(office, mark="0" * 64)


@pytest.mark.parametrize("printed, reason, told", [("demolition.area", "因为", "没有写印哪一个"), (BUILT, " ", "理由"), (BUILT, "长" * 301, "理由")])
def test_a_ruling_names_one_of_the_two_and_why(office: Office, printed: str, reason: str, told: str) -> None:
    toilets(office)
    with pytest.raises(Problem, match=told):
        ruled(office, printed, reason)


@pytest.mark.parametrize("who", ["阿莲", "何书记", "外乡人"])
def test_who_draws_up_no_report_and_keeps_not_both_books_rules_nothing(office: Office, who: str) -> None:
    toilets(office)
    with pytest.raises(Refused):
        ruled(office, by=who)


def test_two_metrics_that_do_not_stand_beside_each_other_are_not_compared(office: Office) -> None:
    with pytest.raises(NotFound):
        dispute(Figures(), BUILT, "demolition.area", YEAR, office.unit)


def test_an_issue_with_a_ruled_figure_is_verified_from_the_rows_of_the_printed_one(office: Office) -> None:
    toilets(office)
    ruled(office)
    text = current("report", "report.annual").body["text"]
    issue = issue_report(office["老周"], text.encode(), "annual.md", 2020, "报告", uuid4())
    assert next(slot["printed"] for slot in issue.frozen["slots"] if slot["meaning"] == TOILETS) == "2"
    ruled(office, BUILT, "后来又改了主意")
    assert verify_report(find_issue(str(issue.number))) == []


def test_the_countys_rate_stands_beside_the_townships_own(office: Office) -> None:
    """A published rate has no rows: the totals alone are compared, and a ruling is possible all the same."""
    office.publish("insurance.medical_rate_county", "2020", "98.5")
    pairs = {blank.key: one for blank, one in disputes(office.blanks().values(), 2020, Figures())}
    assert pairs["医保"].other.value is not None and pairs["医保"].comparison is None
