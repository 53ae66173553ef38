"""返工 gives no new term: the run goes on from where it first began; what is opened again has its whole time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matters.test_ahead import done
from tests.matters.test_engine import ALIAN, CLOSED, DOERS, FILLED, HANDLED, NOON, walked
from tests.matters.test_limits import day
from tests.matters.timed import journal, moment, on, report, take, tick
from tests.orgs.staff import Town
from zhenwu.kernel.matters.api import (
    RunningLimit,
    advance_matter,
    catch_up_limits,
    check_workflow,
    current,
    deadlines,
    notices_for,
    rebuild_limits,
)
from zhenwu.kernel.matters.engine import advance
from zhenwu.kernel.matters.hindrances import allowed
from zhenwu.kernel.matters.limits import Run, Stood, runs
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.workflow_tables import read_workflow, standard, standard_body
from zhenwu.kernel.orgs.api import SYSTEM, Actor, post_kinds
from zhenwu.lib.problems import Problem

AGAIN = standard().resumed
HANDLING = {"accepted", "dispatched", "signed", "handling"}


def told(*steps: Stood, **limit: Any) -> list[Run]:
    """The runs of the standard workflow's limit of handling, changed, over some steps."""
    table = standard_body()
    table["limit"] = [one | limit if one["id"] == "handle" else one for one in table["limit"]]
    return [one for one in runs(read_workflow(table), steps) if one.limit.id == "handle"]


TWICE = (Stood("accepted", day(3)), Stood("handling", day(4)), Stood("completed", day(6)), Stood("handling", day(9), again=AGAIN))


def test_work_that_is_done_again_goes_on_from_the_first_day() -> None:
    assert [(one.since, one.over, one.again) for one in told(*TWICE)] == [(day(3), None, 1)]
    assert [(one.since, one.over, one.again) for one in told(*TWICE, Stood("completed", day(11)))] == [(day(3), day(11), 1)]
    more = told(*TWICE, Stood("completed", day(11)), Stood("handling", day(12), again=AGAIN), Stood("completed", day(13)))
    assert [(one.since, one.over, one.again) for one in more] == [(day(3), day(13), 2)]


def test_a_limit_that_says_anew_has_its_whole_time_again() -> None:
    assert AGAIN == {"handle"}
    table = standard_body()
    table["limit"] = [one | {"anew": True} if one["id"] == "handle" else one for one in table["limit"]]
    workflow = read_workflow(table)
    assert check_workflow(workflow, post_kinds()) == [] and workflow.resumed == set()
    found = [(one.since, one.over) for one in runs(workflow, [Stood(one.state, one.at, again=workflow.resumed) for one in TWICE]) if one.limit.id == "handle"]
    assert found == [(day(3), day(6)), (day(9), None)]


def test_anew_where_no_rework_comes_back_is_refused() -> None:
    table = standard_body()
    table["limit"] = [one | {"anew": True} if one["id"] == "accept" else one for one in table["limit"]]
    assert [one.code for one in check_workflow(read_workflow(table), post_kinds())] == ["workflow.anew"]


def test_what_waited_before_the_rework_is_no_used_time_and_an_extension_stays() -> None:
    granted = Stood("handling", day(4), granted=("handle", 3))
    rested = Stood("completed", day(7), "同一盏灯", merged=True)
    (found,) = told(Stood("accepted", day(3)), granted, Stood("completed", day(6)), rested, Stood("completed", day(9)), Stood("handling", day(10), again=AGAIN))
    assert (found.since, found.over, found.extra, found.extended) == (day(3), None, 3, 1)
    assert [(one.since, one.until) for one in found.pauses] == [(day(7), day(9))]


def test_another_day_set_with_the_rework_is_a_new_term() -> None:
    def stood(state: str, at: int, until: int, **more: Any) -> Stood:
        return Stood(state, day(at), columns={"due_on": day(until).date()}, **more)

    until = {"field": [*standard_body()["field"], {"id": "due_on", "label": "限期", "type": "date"}]}
    table = standard_body() | until
    table["limit"] = [{"id": "handle", "label": "限期", "during": ["handling"], "until": "due_on", "clock": "natural_day", "owner": ["clerk"]}]
    workflow = read_workflow(table)
    same = runs(workflow, [stood("handling", 3, 8), stood("completed", 5, 8), stood("handling", 6, 8, again=workflow.resumed)])
    moved = runs(workflow, [stood("handling", 3, 8), stood("completed", 5, 8), stood("handling", 6, 20, again=workflow.resumed)])
    assert [one.since for one in same] == [day(3)] and [one.since for one in moved] == [day(3), day(6)]


def test_a_rework_lets_the_limit_run_on_and_a_reopening_starts_it() -> None:
    back = walked(*HANDLED, ("rework", ALIAN))
    assert (back.starts, back.resumes, back.stops) == ((), ("handle",), ("verify",))
    (run,) = back.standing.runs
    assert (run.since, run.again, back.standing.done) == (NOON + timedelta(hours=1), 1, ())
    again = walked(*CLOSED, ("reopen", ALIAN))
    assert [one.id for one in again.starts] == ["handle"] and again.standing.done == ()


def test_what_is_opened_again_before_it_is_done_again_has_its_whole_time() -> None:
    table = standard_body()
    (reopen,) = (one for one in table["action"] if one["id"] == "reopen")
    reopen["move"][0]["to"] = "completed"
    workflow, standing = read_workflow(table), walked(*CLOSED).standing
    assert [one.limit.id for one in standing.done] == ["handle"]
    back = advance(workflow, standing, "reopen", ALIAN, standing.since, FILLED).standing
    again = advance(workflow, back, "rework", ALIAN, standing.since, FILLED)
    assert back.done == () and [one.id for one in again.starts] == ["handle"] and again.standing.runs[0].since == standing.since


# Short stories hardly ever come to a rework: the walk chooses among what the doer may do.
WALKS = st.lists(st.tuples(st.integers(0, 20), DOERS, st.integers(0, 50)), min_size=10, max_size=80)


@settings(max_examples=300, deadline=None)
@given(WALKS)
def test_on_any_way_a_limit_counts_from_its_first_day_in_a_life_of_the_matter_and_a_replay_says_the_same(walk: list[tuple[int, Any, int]]) -> None:
    workflow, standing, first, now = standard(), None, None, NOON
    running, stood = False, list[Stood]()
    for choice, doer, hours in walk:
        able = allowed(workflow, standing, doer)
        if not able:
            continue
        action, now = able[choice % len(able)], now + timedelta(hours=hours)
        try:
            outcome = advance(workflow, standing, action.id, doer, now, FILLED | {"category": "lamp"})
        except Problem:
            continue
        standing = outcome.standing
        first, running = naive(first, running, action.id, standing.state, now)
        assert [one.since for one in standing.runs if one.limit.id == "handle"] == ([first] if running else [])
        assert not {one.id for one in outcome.starts} & set(outcome.resumes)
        told = frozenset(one.limit.id for one in standing.runs if one.again)
        stood.append(Stood(standing.state, now, FILLED["reason"], again=told))
        assert sorted((one.limit.id, one.since, one.pauses, one.again) for one in runs(workflow, stood) if one.over is None) == sorted(
            (one.limit.id, one.since, one.pauses, one.again) for one in standing.runs
        )


def naive(first: datetime | None, running: bool, action: str, state: str, now: datetime) -> tuple[datetime | None, bool]:
    """Since when the handling counts, told by the words of decision 0039 alone."""
    runs_now = state in HANDLING or (running and state in ("suspended", "with_county"))
    if runs_now and not running and not (action == "rework" and first):
        first = now
    return first, runs_now


# -- in the store -------------------------------------------------------------------------------------------------------------

stored = pytest.mark.django_db


def rework(matter: UUID, by: Actor, when: str) -> None:
    with on(when):
        advance_matter(by, uuid4(), matter, "rework", current(SYSTEM, matter).number, {"reason": "还是不亮"})
        catch_up_limits()


def finish(matter: UUID, when: str) -> dict[str, Any]:
    with on(when):
        take(matter, "complete", result="又换了灯头")
    return current(SYSTEM, matter).columns


@stored
def test_a_limit_missed_is_counted_once_though_the_work_was_done_again(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    matter = done(town, "02-22 10:00")  # the 20th was the last day
    assert current(SYSTEM, matter).columns["overdue_times"] == 1
    rework(matter, people["阿莲"], "02-23 10:00")
    assert finish(matter, "02-26 10:00")["overdue_times"] == 1
    _, did, *_ = deadlines(SYSTEM, matter)
    assert (did.label, did.since, did.over, did.late) == ("办理时限", moment("02-08 10:00"), moment("02-26 10:00"), True)
    assert any("返工不另给时间" in line for line in did.due.why)


@stored
def test_what_was_in_time_once_is_late_when_the_work_done_again_is_late_and_ahead_no_more(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    matter = done(town, "02-12 10:00")
    assert (current(SYSTEM, matter).columns["ahead"], current(SYSTEM, matter).columns["overdue_times"]) == (True, 0)
    rework(matter, people["阿莲"], "02-22 10:00")
    with on("02-22 10:00"):
        (row,) = RunningLimit.objects.all()
        assert (row.since, row.due_at) == (moment("02-08 10:00"), moment("02-21 00:00"))
        rebuild_limits()
        (again,) = RunningLimit.objects.all()
        assert (again.since, again.due_at) == (row.since, row.due_at)
    columns = finish(matter, "02-23 10:00")
    assert (columns["ahead"], columns["missed"], columns["overdue_times"]) == (False, True, 1)


@stored
def test_what_was_told_of_a_run_is_not_told_again_when_the_work_is_done_again(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    with on("02-08 10:00"):
        matter = report(town)
        take(matter, "accept")
        take(matter, "dispatch", unit=str(town["综合站"]))
        take(matter, "sign")
        take(matter, "handle")
    tick("02-26 08:00")
    before = journal()
    assert ("overdue", "02-24 00:00") in before
    with on("02-26 09:00"):
        take(matter, "complete", result="换了灯头")
    rework(matter, people["阿莲"], "02-26 10:00")
    tick("02-26 11:00")
    assert journal() == before
    with on("02-26 11:00"):
        assert "overdue" in {one.what for one in notices_for(people["何书记"])} | {one.what for one in notices_for(people["阿莲"])}


@stored
def test_a_matter_whose_steps_say_nothing_of_what_is_over_runs_anew_on_its_page_and_in_its_rows(town: Town, people: dict[str, Actor], calendar_of_2029: None) -> None:
    """Steps written before decision 0039."""
    matter = done(town, "02-12 10:00")
    step = Step.objects.get(matter_id=matter, retired_by=None)
    assert step.carried.pop("done")
    Step.objects.filter(id=step.id).update(carried=step.carried)
    rework(matter, people["阿莲"], "02-22 10:00")
    with on("02-22 10:00"):
        (row,) = RunningLimit.objects.all()
        assert [one.since for one in deadlines(SYSTEM, matter) if one.over is None] == [row.since] == [moment("02-22 10:00")]

