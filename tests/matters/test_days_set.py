"""A limit that ends on a day that the matter brings; an action that must be in time; lines whose reports are gathered."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matters.timed import journal, moment, on, take, tick
from tests.orgs.staff import Town
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters.api import (
    Report,
    RunningLimit,
    advance_matter,
    catch_up_limits,
    check_workflow,
    current,
    deadlines,
    merge_matters,
    open_matter,
    rebuild_limits,
    standard_body,
)
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds
from zhenwu.lib.clocks import Pause, Term, due
from zhenwu.lib.problems import Problem, Problems

pytestmark = pytest.mark.django_db
LIMIT = {"id": "sent", "label": "来单期限", "during": ["reported", "accepted", "dispatched", "signed", "handling"], "until": "due_on", "clock": "work_day",
         "owner": ["clerk"], "late": "missed", "remind": 2, "escalate": [{"after": 1, "to": ["overseer"]}], "extend": {"by": ["office_head"], "most": 5, "times": 1}}  # fmt: skip


def body(**limit: Any) -> dict[str, Any]:
    """The standard workflow whose matters bring their last day; 不予受理 must be in time."""
    told = standard_body() | {"id": "sent", "label": "来单", "gathers": ["petition"]}
    told["field"] += [{"id": "due_on", "label": "期限", "type": "date"}, {"id": "missed", "label": "超期", "type": "flag"}]
    told["limit"] = [LIMIT | limit]
    told["action"] = [one | ({"takes": ["due_on"]} if one["id"] in ("report", "accept") else {}) for one in told["action"]]
    refuse = next(one for one in told["action"] if one["id"] == "refuse")
    refuse["move"] = [one | {"in_time": "sent"} for one in refuse["move"]]
    return told


@pytest.fixture
def workflow() -> str:
    assert check_workflow(read_workflow(body()), post_kinds()) == []
    install(SYSTEM, [Draft("workflow", "grid.sent", "grid", {"key": "grid.sent", "pack": "grid", **body()})], uuid4())
    return "grid.sent"


def opened(town: Town, workflow: str, line: str = "grid", **given: str) -> UUID:
    matter = UUID(open_matter(SYSTEM, uuid4(), Report(line, town["深塘一格"], "路灯不亮"), workflow=workflow, given=given)["matter"])
    catch_up_limits()
    return matter


def test_it_is_due_at_the_end_of_the_day_that_the_matter_brings(town: Town, workflow: str, calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = opened(town, workflow, due_on="2029-02-21")
        (found,) = deadlines(SYSTEM, matter)
    assert (found.due.at, found.last_day) == (moment("02-22 00:00"), "2029-02-21")
    assert found.due.why == ("依据：“期限”写明的日期", "写明办到 2029-02-21", "到 2029-02-21 当天结束")
    for when in ("02-11 00:00", "02-12 00:00", "02-20 00:00", "02-22 00:00", "02-24 12:00"):
        tick(when)
    # Two worked days are left from the 20th on (13 to 19 are the festival); one worked day after the 21st is the 22nd.
    assert journal() == [("reminded", "02-20 00:00"), ("overdue", "02-22 00:00"), ("escalated", "02-23 00:00")]


def test_another_day_moves_it_and_the_rows_are_what_a_page_reckons(town: Town, workflow: str, calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = opened(town, workflow, due_on="2029-02-09")
    with on("02-09 10:00"):
        take(matter, "accept", due_on="2029-02-26")
        assert RunningLimit.objects.get().due_at == deadlines(SYSTEM, matter)[0].due.at == moment("02-27 00:00")
        rebuild_limits()
        assert RunningLimit.objects.get().due_at == moment("02-27 00:00")


def test_a_matter_that_brings_no_day_has_no_deadline(town: Town, workflow: str) -> None:
    assert deadlines(SYSTEM, opened(town, workflow)) == []


def test_a_missed_day_marks_the_matter_and_one_in_time_does_not(town: Town, workflow: str, calendar_of_2029: None) -> None:
    found = []
    for last in ("2029-02-08", "2029-02-09"):
        with on("02-08 10:00"):
            matter = opened(town, workflow, due_on=last)
        with on("02-09 10:00"):
            take(matter, "void" if last == "" else "accept")
            take(matter, "dispatch", unit=str(town["综合站"]))
            take(matter, "sign")
            take(matter, "handle")
            take(matter, "complete", result="换了灯头")
        columns = current(SYSTEM, matter).columns
        found.append((columns.get("missed"), columns["overdue_times"]))
    assert found == [(True, 1), (None, 0)]


def test_what_must_be_in_time_is_refused_after_the_limit(town: Town, workflow: str, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        early, late = (opened(town, workflow, due_on="2029-02-08") for _ in range(2))
        assert advance_matter(people["窗口"], uuid4(), early, "refuse", 1, {"reason": "不归我们管"})["state"] == "refused"
    with on("02-09 00:00"), pytest.raises(Problem, match="“来单期限”已经过了，不能再“不予受理”"):
        advance_matter(people["窗口"], uuid4(), late, "refuse", 1, {"reason": "不归我们管"})


def test_an_extension_counts_its_units_after_the_day_and_no_earlier_pause_moves_it() -> None:
    stood = [Pause(moment("02-01 09:00"), moment("02-07 09:00"), "挂账")]
    assert due(Term(0, "work_day", until=date(2029, 2, 9)), moment("02-01 08:00"), stood).at == moment("02-10 00:00")
    longer = due(Term(2, "work_day", until=date(2029, 2, 9)), moment("02-01 08:00"), stood)  # a Friday
    assert (longer.at, longer.why[0]) == (moment("02-14 00:00"), "写明办到 2029-02-09")


def test_reports_of_a_gathered_line_are_merged_and_of_no_other(town: Town, workflow: str) -> None:
    lead, same, other = opened(town, workflow), opened(town, "standard", "petition"), opened(town, "standard", "mediation")
    assert merge_matters(SYSTEM, uuid4(), lead, [(same, 1)], "说的是同一盏灯")["merged"] == 1
    assert current(SYSTEM, same).columns["merged"] is True
    with pytest.raises(Problem, match="同一业务"):
        merge_matters(SYSTEM, uuid4(), lead, [(other, 1)], "不是一回事")


@pytest.mark.parametrize(
    ("limit", "code"),
    [({"ledger": "standards", "by": "due_on"}, "workflow.limit"), ({"value": 3, "param": "days"}, "workflow.limit"), ({"clock": "work_hour"}, "workflow.clock"), ({"until": "missed"}, "workflow.limit_field"), ({"late": "due_on"}, "workflow.limit_field"), ({"until": "gone"}, "workflow.stranger")],
)
def test_a_limit_that_makes_no_sense_is_refused(limit: dict[str, Any], code: str) -> None:
    try:
        found = [one.code for one in check_workflow(read_workflow(body(**limit)), post_kinds())]
    except Problems as problems:
        found = [one.code for one in problems.found]
    assert code in found
