"""A limit that counts from where another began; one that marks what was done before its last day."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matters.timed import moment, on, take
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
    open_matter,
    rebuild_limits,
    standard_body,
)
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds
from zhenwu.lib.problems import Problems

pytestmark = pytest.mark.django_db
TAKING = {"id": "take_in", "label": "受理时限", "during": ["reported"], "value": 3, "clock": "work_day", "owner": ["clerk"]}
DOING = {"id": "do", "label": "办理时限", "during": ["accepted", "dispatched", "signed", "handling"], "value": 4, "clock": "work_day", "owner": ["clerk"],
         "counts_from": "take_in", "late": "missed", "early": "ahead", "extend": {"by": ["office_head"], "most": 5, "times": 1}}  # fmt: skip


def body(**limit: Any) -> dict[str, Any]:
    told = standard_body() | {"id": "counted", "label": "起算"}
    told["field"] = [*standard_body()["field"], *({"id": name, "label": name, "type": "flag"} for name in ("missed", "ahead"))]
    told["limit"] = [TAKING, DOING | limit]
    return told


def installed(**limit: Any) -> str:
    assert check_workflow(read_workflow(body(**limit)), post_kinds()) == []
    install(SYSTEM, [Draft("workflow", "grid.counted", "grid", {"key": "grid.counted", "pack": "grid", **body(**limit)})], uuid4())
    return "grid.counted"


def done(town: Town, when: str, **limit: Any) -> UUID:
    """Reported on Thursday 8 February, accepted on Friday, completed when told."""
    with on("02-08 10:00"):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "路灯不亮"), workflow=installed(**limit))["matter"])
        catch_up_limits()
    with on("02-09 10:00"):
        take(matter, "accept")
        take(matter, "dispatch", unit=str(town["综合站"]))
        take(matter, "sign")
        take(matter, "handle")
    with on(when):
        take(matter, "complete", result="换了灯头")
    return matter


def test_a_limit_counts_from_where_the_one_that_ended_with_its_first_step_began(town: Town, calendar_of_2029: None) -> None:
    matter = done(town, "02-22 10:00")
    taken, did = deadlines(SYSTEM, matter)
    assert (taken.over, did.since) == (moment("02-09 10:00"), moment("02-08 10:00"))
    # From Thursday the 8th: Friday, Saturday (worked), Monday, the 20th is after the festival and the fourth worked day.
    assert did.due.at == moment("02-21 00:00") and did.late
    assert current(SYSTEM, matter).columns["missed"] is True


def test_without_that_it_counts_from_its_own_first_step_and_rows_equal_what_a_page_reckons(town: Town, calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "路灯不亮"), workflow=installed(counts_from="", value=4))["matter"])
    with on("02-09 10:00"):
        take(matter, "accept")
        assert deadlines(SYSTEM, matter)[1].due.at == moment("02-22 00:00") == RunningLimit.objects.get().due_at
        rebuild_limits()
        assert RunningLimit.objects.get().due_at == moment("02-22 00:00")


@pytest.mark.parametrize(("when", "ahead"), [("02-12 23:59", True), ("02-20 00:00", None), ("02-20 17:00", None), ("02-21 09:00", None)])
def test_what_is_done_on_a_day_before_the_last_is_ahead(town: Town, calendar_of_2029: None, when: str, ahead: bool | None) -> None:
    assert current(SYSTEM, done(town, when)).columns.get("ahead") is ahead


def test_what_was_extended_is_not_ahead(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "路灯不亮"), workflow=installed())["matter"])
        take(matter, "accept")
        take(matter, "dispatch", unit=str(town["综合站"]))
        take(matter, "sign")
        advance_matter(people["老周"], uuid4(), matter, "ask_extension", 4, {"limit": "do", "units": "3", "reason": "缺灯头"})
        take(matter, "grant_extension")
        take(matter, "handle")
        take(matter, "complete", result="换了灯头")
    assert current(SYSTEM, matter).columns.get("ahead") is None


@pytest.mark.parametrize(
    ("limit", "code"),
    [({"counts_from": "gone"}, "workflow.stranger"), ({"counts_from": "do"}, "workflow.stranger"), ({"early": "gone"}, "workflow.stranger"), ({"amount": "days"}, "workflow.limit"), ({"clock": "work_hour"}, "workflow.clock")],
)
def test_a_limit_that_makes_no_sense_is_refused(limit: dict[str, Any], code: str) -> None:
    try:
        found = [one.code for one in check_workflow(read_workflow(body(**limit)), post_kinds())]
    except Problems as problems:
        found = [one.code for one in problems.found]
    assert code in found
