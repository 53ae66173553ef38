"""A term that binds a party (缴款、补正、自行拆除): shown as theirs, followed by whoever has it, never an office's delay; and what an office owes after it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matters.timed import journal, on, take, tick
from tests.orgs.staff import Town
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters.api import (
    Report,
    advance_matter,
    by_due,
    catch_up_limits,
    check_workflow,
    current,
    deadlines,
    late_among,
    notices_for,
    open_matter,
    proposed,
    read_workflow,
    running,
    standard_body,
    timeline,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds
from zhenwu.lib.problems import Problem

pytestmark = pytest.mark.django_db
PAY = {"id": "pay", "label": "缴清罚款", "binds": "当事人", "during": ["reported"], "value": 3, "clock": "natural_day", "owner": ["clerk"], "late": "paid_late", "remind": 1}
URGE = {"id": "urge", "label": "催告", "follows": "pay", "during": ["reported"], "value": 2, "clock": "work_day", "owner": ["clerk"], "remind": 0}


def body(*limits: dict[str, Any]) -> dict[str, Any]:
    """The standard workflow: from its report on a party is to pay; it is accepted when that time is over."""
    told = standard_body() | {"id": "paying", "label": "缴款事项", "limit": list(limits or (PAY, URGE))}
    told["field"] += [{"id": "paid_late", "label": "逾期缴款", "type": "flag"}]
    accept = next(one for one in told["action"] if one["id"] == "accept")
    accept["move"] = [one | {"after_time": ["pay"]} for one in accept["move"]]
    return told


def opened(town: Town, *limits: dict[str, Any]) -> UUID:
    told = body(*limits)
    assert check_workflow(read_workflow(told), post_kinds()) == []
    install(SYSTEM, [Draft("workflow", "grid.paying", "grid", {"key": "grid.paying", "pack": "grid", **told})], uuid4())
    matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "占道罚款"), workflow="grid.paying")["matter"])
    catch_up_limits()
    return matter


def test_a_party_that_is_late_makes_no_office_late(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-05 10:00"):
        matter = opened(town, PAY)
    with on("03-09 00:00"):  # Monday, and three days: over with Thursday
        [pay] = deadlines(SYSTEM, matter)
        assert (pay.last_day, pay.late, pay.lapsed, pay.binds, pay.deed, pay.opens) == ("2029-03-08", False, True, "当事人", "缴清罚款", ("受理",))
        assert pay.label == "当事人缴清罚款的期限" and "这是当事人的期限，过了不算本单位超期" in pay.due.why
        assert late_among([matter]) == 0 and not list(by_due(SYSTEM, late=True)) and running([matter]) == {}
        [row] = by_due(SYSTEM)
        assert (row.label, row.last_day, row.late, row.binds) == ("当事人缴清罚款的期限", "2029-03-08", False, "当事人")
        take(matter, "accept")
    columns = current(SYSTEM, matter).columns
    assert columns["overdue_times"] == 0 and columns["paid_late"] is True, "that they were late is a fact of its own"


def test_whoever_follows_it_is_reminded_and_then_told_what_may_be_done_and_nobody_else(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-05 10:00"):
        matter = opened(town, PAY)
    tick("03-08 00:00")
    tick("03-12 08:00")
    assert journal() == [("reminded", "03-08 00:00"), ("lapsed", "03-09 00:00")]
    assert tick("03-12 09:00") == 0
    with on("03-12 09:00"):
        [told] = notices_for(people["窗口"])
        assert (told.what, told.label, told.last_day) == ("lapse", "当事人缴清罚款的期限", "2029-03-08")
        assert not list(proposed(people["窗口"])), "no 提醒单 for what no office owes"
        assert not list(notices_for(people["何书记"])) and not list(notices_for(people["阿莲"]))
        take(matter, "accept")
        assert not list(notices_for(people["窗口"])), "what was done falls silent"


def test_what_an_office_owes_after_it_runs_from_its_last_day_and_is_an_office_s(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-05 10:00"):
        matter = opened(town)
        urge = next(one for one in deadlines(SYSTEM, matter) if one.limit == "urge")
        assert urge.last_day == "2029-03-12", "two worked days after Thursday the 8th"
        assert "从“当事人缴清罚款的期限”的最后一天起算" in urge.due.why
        with pytest.raises(Problem, match="“当事人缴清罚款的期限”到 2029-03-08 为止"):
            advance_matter(people["窗口"], uuid4(), matter, "accept", 1)
    tick("03-13 08:00")
    assert journal() == [("lapsed", "03-09 00:00"), ("overdue", "03-13 00:00")]
    with on("03-13 08:00"):
        assert late_among([matter]) == 1 and running([matter])[matter].late
        take(matter, "accept")
    assert current(SYSTEM, matter).columns["overdue_times"] == 1


def test_in_time_after_the_party_it_was_not_late(town: Town, calendar_of_2029: None) -> None:
    with on("03-05 10:00"):
        matter = opened(town)
    with on("03-12 23:00"):
        take(matter, "accept")
    assert current(SYSTEM, matter).columns["overdue_times"] == 0


def test_what_they_may_do_is_told_when_it_is_over_without_a_reminder(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("03-05 10:00"):
        may = {name: value for name, value in PAY.items() if name not in ("late", "remind")} | {"label": "要求听证", "right": True}
        matter = opened(town, may)
        assert deadlines(SYSTEM, matter)[0].may
    assert [one.what for one in timeline(SYSTEM, matter)] == ["lapse"]
    tick("03-12 08:00")
    assert journal() == [("lapsed", "03-09 00:00")]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ([PAY | {"escalate": [{"after": 1, "to": ["overseer"]}]}], "binds"),
        ([PAY | {"binds": "当事人" * 9}], "binds"),
        ([{name: value for name, value in PAY.items() if name != "binds"}, URGE], "follows"),
        ([PAY, URGE | {"during": ["reported", "accepted"]}], "follows"),
        ([PAY, URGE | {"right": True}], "follows"),
        ([PAY, URGE | {"follows": "nothing"}], "stranger"),
    ],
)
def test_a_table_in_which_it_makes_no_sense_is_refused(limits: list[dict[str, Any]], code: str) -> None:
    assert {one.code for one in check_workflow(read_workflow(body(*limits)), post_kinds())} == {f"workflow.{code}"}
