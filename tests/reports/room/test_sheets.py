"""报数单: asked of who writes on the line, pre-filled, answered by that person alone; a number is corrected in its ledger."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.reports.room.office import AREA, DUE, INCOME, QUOTA_NEXT, RATE, Office
from zhenwu.kernel.metrics.api import history_of
from zhenwu.kernel.reports.api import (
    SheetInput,
    Staff,
    answer_sheet,
    find_sheet,
    give_value,
    issue_report,
    recall_sheet,
    send_sheets,
    sheets_for,
    sheets_of,
)
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem, Problems, Refused
from zhenwu.sdk import SYSTEM, current


def give(office: Office, sheet: UUID, key: str, value: str, authority: str = "ledger", source: str = "老周的本子") -> None:
    give_value(office["老周"], find_sheet(sheet), key, value, authority, source, uuid4())


def test_a_sheet_holds_every_figure_of_its_lines_as_it_stood(office: Office) -> None:
    asked = office.asked(office.send("demolition"))
    assert {AREA, RATE, QUOTA_NEXT} <= set(asked) and all(one.blank and one.blank.line == "demolition" for one in asked.values())
    entry = asked[AREA].entry
    assert (entry["printed"], entry["value"], entry["last"]) == ("0.05", "510", None)
    assert "拆除违法建筑0.05万平方米" in entry["sentence"] and "面积" in entry["basis"]


def test_last_years_print_is_that_of_the_issued_report(office: Office) -> None:
    text = current("report", "report.annual").body["text"]
    issue_report(SYSTEM, text.encode(), "annual.md", 2019, "上年", uuid4())
    office.publish("demolition.quota", "2020", "9000", "statutory")
    assert office.asked(office.send("demolition"))["下年拆违"].entry["last"] == "0.1"


def test_whom_to_ask_is_who_writes_on_the_line_for_the_whole_township(office: Office) -> None:
    able = Staff(office.unit).able("demolition", "综合行政执法队")
    assert [one.name for one in able] == ["老周"]  # 阿莲 writes on every line, in her grid only
    with pytest.raises(Problem, match="不登记这项业务"):
        office.send("demolition", to="阿莲")


@pytest.mark.parametrize("who", ["阿莲", "何书记", "外乡人"])
def test_who_writes_neither_the_report_nor_the_line_sends_nothing(office: Office, who: str) -> None:
    with pytest.raises(Refused):
        office.send("demolition", by=who)
    assert sheets_of(office.draft) == []


def test_a_line_is_asked_once_until_its_sheet_is_recalled(office: Office) -> None:
    sheet = office.send("demolition")
    with pytest.raises(Problem, match="已经发出"):
        office.send("demolition", "income")
    with pytest.raises(Refused):
        recall_sheet(office["何书记"], find_sheet(sheet), uuid4())
    recall_sheet(office["老周"], find_sheet(sheet), uuid4())
    assert office.send("demolition", "income")
    with pytest.raises(Problem, match="已经收回"):
        office.say(sheet, AREA, "unchanged")


@pytest.mark.parametrize("asked, due, told", [([], DUE, "没有选"), (["demolition"], date(2021, 1, 19), "过了"), (["nothing"], DUE, "没有它的数")])
def test_a_sheet_that_cannot_be_sent_is_refused_in_words(office: Office, asked: list[str], due: date, told: str) -> None:
    sent = [SheetInput(office.town.people["老周"], tuple(asked))] if asked else []
    with pytest.raises(Problem, match=told):
        send_sheets(office["老周"], office.draft, sent, due, uuid4())


def test_a_figure_answered_unchanged_is_asked_again_when_it_moves(office: Office) -> None:
    sheet = office.send("demolition")
    office.say(sheet, AREA, "unchanged")
    assert office.asked(sheet)[AREA].state == "unchanged"
    office.correct("B1", area="5000")
    moved = office.asked(sheet)[AREA]
    assert (moved.state, moved.entry["printed"], moved.now, moved.is_open) == ("moved", "0.05", "0.52", True)


def test_what_differs_is_corrected_in_its_ledger_and_the_sheet_shows_before_and_after(office: Office) -> None:
    sheet = office.send("demolition")
    with pytest.raises(Problem, match="没有写哪里不对"):
        office.say(sheet, AREA, "differs")
    office.say(sheet, AREA, "differs", "上垟的一处量错了")
    assert office.asked(sheet)[AREA].state == "differs"
    office.correct("B1", area="5000")
    after = office.asked(sheet)[AREA]
    assert (after.state, after.entry["printed"], after.now) == ("corrected", "0.05", "0.52")


def test_a_number_for_what_is_not_known_becomes_a_series_value_with_its_source(office: Office) -> None:
    sheet = office.send("income")
    give(office, sheet, INCOME, "30500", "forecast")
    asked = office.asked(sheet)[INCOME]
    assert (asked.state, asked.now, asked.blank and asked.blank.figure and asked.blank.figure.authority) == ("given", "30500", "forecast")
    row = history_of("income.farmer_income", office.unit, Period.year(2020))[-1]
    assert (row.value, row.authority, row.source, row.event.principal) == (30500, "forecast", "老周的本子", office["老周"].principal)


def test_a_number_given_never_stands_before_the_countys(office: Office) -> None:
    office.publish("demolition.quota", "2021", "11000", "recognised")
    sheet = office.send("demolition")
    give(office, sheet, QUOTA_NEXT, "15000")
    assert office.prints(QUOTA_NEXT) == {QUOTA_NEXT: "1.1"}
    assert [one.authority for one in (office.blanks()[QUOTA_NEXT].figure or pytest.fail()).offers] == ["ledger", "recognised"]


def test_a_counted_figure_takes_no_number(office: Office) -> None:
    sheet = office.send("demolition")
    with pytest.raises(Problem, match="到台账里"):
        give(office, sheet, AREA, "9999")
    assert history_of("demolition.area", office.unit, Period.year(2020)) == []


@pytest.mark.parametrize("value, authority, source", [("很多", "ledger", "本子"), ("5", "statutory", "本子"), ("5", "ledger", " ")])
def test_a_number_nobody_could_stand_for_is_refused_and_nothing_is_written(office: Office, value: str, authority: str, source: str) -> None:
    sheet = office.send("income")
    with pytest.raises((Problem, Problems)):
        give(office, sheet, INCOME, value, authority, source)
    assert office.asked(sheet)[INCOME].state == "open" and office.prints(INCOME) == {INCOME: ""}


def test_only_the_person_asked_answers(office: Office) -> None:
    sheet = office.send("demolition")
    for who in ("阿莲", "何书记", "外乡人"):
        with pytest.raises(Refused):
            office.say(sheet, AREA, "unchanged", by=who)


def test_an_answer_to_what_no_longer_stands_there_is_refused(office: Office) -> None:
    sheet, seen = office.send("demolition"), office.prints(AREA)
    office.correct("B1", area="5000")
    with pytest.raises(Problem, match="变了"):
        answer_sheet(office["老周"], find_sheet(sheet), {AREA: ("unchanged", "")}, seen, uuid4())


def test_an_answer_sent_twice_is_one(office: Office) -> None:
    sheet, operation = find_sheet(office.send("demolition")), uuid4()
    for _ in range(2):
        answer_sheet(office["老周"], sheet, {AREA: ("unchanged", "")}, {AREA: "0.05"}, operation)
    assert sheet.answers.count() == 1


def test_a_persons_sheets_are_those_of_reports_not_issued_yet(office: Office) -> None:
    sheet = office.send("demolition")
    assert [one.id for one in sheets_for(office.town.people["老周"])] == [sheet]
    text = current("report", "report.annual").body["text"]
    issue_report(office["老周"], text.encode(), "annual.md", 2020, "报告", uuid4(), unsigned_reason="今天就要上会")
    assert sheets_for(office.town.people["老周"]) == []
