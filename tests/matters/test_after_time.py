"""A step that waits: until a limit is over, or a day that somebody set has passed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matters.timed import journal, moment, on, tick
from tests.orgs.staff import Town
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters.api import (
    Report,
    Taken,
    advance_matter,
    catch_up_limits,
    check_workflow,
    current,
    deadlines,
    open_matter,
    standard_body,
    take_steps,
)
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds
from zhenwu.lib.problems import Problem, Problems

pytestmark = pytest.mark.django_db


def body(*after_time: str, during: str = "reported") -> dict[str, Any]:
    """The standard workflow whose acceptance waits; its notice runs three work days, and ends on a day that whoever reports sets."""
    told = standard_body() | {"id": "waiting", "label": "公示事项"}
    told["field"] += [{"id": "notice_until", "label": "公示结束", "type": "date"}]
    told["limit"] = [
        {"id": "notice", "label": "公示期", "during": [during], "value": 3, "clock": "work_day", "owner": ["clerk"], "right": True},
        {"id": "notice_over", "label": "登记结果", "during": ["reported"], "until": "notice_until", "value": 2, "clock": "work_day", "owner": ["clerk"], "remind": 2},
    ]
    told["action"] = [one | ({"takes": ["notice_until"]} if one["id"] == "report" else {}) for one in told["action"]]
    accept = next(one for one in told["action"] if one["id"] == "accept")
    accept["move"] = [one | {"after_time": list(after_time)} for one in accept["move"]]
    return told


def workflow(*after_time: str) -> str:
    assert check_workflow(read_workflow(body(*after_time)), post_kinds()) == []
    install(SYSTEM, [Draft("workflow", "grid.waiting", "grid", {"key": "grid.waiting", "pack": "grid", **body(*after_time)})], uuid4())
    return "grid.waiting"


def opened(town: Town, key: str, **given: str) -> UUID:
    matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "征地公示"), workflow=key, given=given)["matter"])
    catch_up_limits()
    return matter


def refused(who: Actor, matter: UUID) -> str:
    with pytest.raises(Problem) as found:
        advance_matter(who, uuid4(), matter, "accept", 1)
    assert found.value.code == "matter.guard"
    return found.value.message


def test_it_is_refused_while_the_limit_runs_and_told_until_when(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):  # Thursday: Friday 9, Saturday 10 (worked) and Sunday 11 lie before a festival that begins on the 13th
        matter = opened(town, workflow("notice"))
        assert refused(people["窗口"], matter) == "“公示期”到 2029-02-12 为止，过了才能“受理”"
    with on("02-12 23:59"):
        refused(people["窗口"], matter)
    with on("02-13 00:00"):
        assert advance_matter(people["窗口"], uuid4(), matter, "accept", 1)["state"] == "accepted"
        assert current(SYSTEM, matter).columns["overdue_times"] == 0


def test_it_is_refused_on_the_day_that_was_set_and_goes_on_the_day_after(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter, unsaid = opened(town, workflow("notice_until"), notice_until="2029-02-20"), opened(town, "grid.waiting")
        assert refused(people["窗口"], unsaid) == "“公示结束”没有写是哪一天，过了才能“受理”"
    with on("02-20 23:00"):
        assert refused(people["窗口"], matter) == "“公示结束”是 2029-02-20，过了才能“受理”"
    with on("02-21 00:00"):
        assert advance_matter(people["窗口"], uuid4(), matter, "accept", 1)["state"] == "accepted"


def test_all_that_is_not_over_is_told_at_once_and_a_leader_may_pass_it(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = opened(town, workflow("notice", "notice_until"), notice_until="2029-02-20")
        with pytest.raises(Problem) as found:
            advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
        assert ["公示期" in found.value.all[0].message, "公示结束" in found.value.all[1].message] == [True, True]
        advance_matter(people["何书记"], uuid4(), matter, "accept", 1, {"reason": "县里同意缩短"}, overriding=True)
        assert len(current(SYSTEM, matter).given["overruled"]) == 3  # his post is none that accepts, besides


def test_many_steps_at_once_wait_as_one_does(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = opened(town, workflow("notice"))
    with on("02-13 08:00"):
        with pytest.raises(Problems) as found:
            take_steps(people["窗口"], uuid4(), [Taken(matter, "accept", 1, at=moment("02-12 09:00"))], workflow="grid.waiting")
        assert "公示期" in found.value.found[0].message
        assert take_steps(people["窗口"], uuid4(), [Taken(matter, "accept", 1)], workflow="grid.waiting") == {"steps": 1}


def test_what_is_due_some_days_after_a_day_that_was_set_is_reminded_of_when_that_has_passed(town: Town, calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = opened(town, workflow("notice_until"), notice_until="2029-02-20")
        found = next(one for one in deadlines(SYSTEM, matter) if one.limit == "notice_over")
    assert found.last_day == "2029-02-22" and found.due.why[0] == "依据：“公示结束”写明的日期" and "2个工作日" in "".join(found.due.why)
    for when in ("02-20 23:59", "02-21 00:00", "02-23 00:00"):
        tick(when)
    assert journal() == [("reminded", "02-21 00:00"), ("overdue", "02-23 00:00")]


@pytest.mark.parametrize(
    ("told", "code"),
    [(body("gone"), "workflow.stranger"), (body("self_settled"), "workflow.stranger"), (body("notice", during="accepted"), "workflow.after_time")],
)
def test_waiting_for_what_is_no_time_or_never_runs_there_is_refused(told: dict[str, Any], code: str) -> None:
    assert code in [one.code for one in check_workflow(read_workflow(told), post_kinds())]
