"""The rows of due times are a cache: after any history they equal a rebuild, and what ``deadlines`` says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matters.timed import journal, moment
from tests.orgs.staff import Town
from zhenwu.kernel.definitions.api import DayInput, set_days
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters.api import (
    Report,
    RunningLimit,
    advance_matter,
    catch_up_limits,
    current,
    deadlines,
    open_matter,
    rebuild_limits,
    sweep,
    tell_due,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Problem

pytestmark = pytest.mark.django_db

ACTS = {
    "accept": {}, "dispatch": {"unit": ""}, "sign": {}, "handle": {}, "complete": {"result": "好了"}, "verify": {"seen": "亮了"}, "close": {},
    "send_back": {"reason": "不对"}, "suspend": {"reason": "等鉴定"}, "resume": {"reason": "好了"}, "void": {"reason": "重复"}, "reopen": {"reason": "又来了"}, "rework": {"reason": "还是不亮"}, "jump": {"to": "handling", "reason": "退错了"},
}  # fmt: skip


def rows() -> set[tuple[Any, ...]]:
    fields = ("matter_id", "step_id", "limit", "since", "due_at", "remind_at", "next_at", "order_at", "provisional", "paused", "first", "unit_id", "assigned_id")
    return set(RunningLimit.objects.values_list(*fields))


def by_deadlines(matters: list[UUID]) -> set[tuple[Any, ...]]:
    return {
        (matter, one.limit, one.since, one.due.at, one.due.provisional)
        for matter in matters for one in deadlines(SYSTEM, matter) if one.over is None
    }  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["open", "work", "work", "tick", "holiday", "read", *ACTS, *ACTS, "rework"]), st.integers(1, 40)), min_size=4, max_size=30))
def test_after_any_history_the_rows_are_a_rebuild_and_what_deadlines_say(town: Town, people: dict[str, Actor], story: list[tuple[int, str, int]]) -> None:
    with transaction.atomic():
        matters: list[UUID] = []
        moves = moment("02-08 09:00")
        for which, what, hours in story:
            moves += timedelta(hours=hours)
            with at(moves):
                happen(town, people, matters, which, what)
        with at(moves):
            catch_up_limits()
            assert sweep()
            told = journal()
            kept = rows()
            assert {(row[0], *row[2:5], row[8]) for row in kept if row[2]} == by_deadlines(matters)
            rebuild_limits()
            assert rows() == kept
            assert len(told) == len(set(Event.objects.filter(kind__in=["matter.reminded", "matter.overdue", "matter.escalated"]).values_list("op_id", flat=True)))
        transaction.set_rollback(True)


def happen(town: Town, people: dict[str, Actor], matters: list[UUID], which: int, what: str) -> None:
    """One thing of a random story; what the matter's state does not allow does not happen."""
    if what == "open" or not matters:
        matters.append(UUID(open_matter(SYSTEM, uuid4(), Report("grid", town["深塘一格"], "事"))["matter"]))
    elif what == "tick":
        catch_up_limits()
        tell_due()
    elif what == "holiday":
        set_days(SYSTEM, [DayInput(date(2029, 2, 12 + which), False, "放假")], uuid4())
    elif what == "read":
        catch_up_limits()
    elif what == "work":  # random steps hardly ever come as far as that
        for step in ("accept", "dispatch", "sign", "handle", "complete"):
            happen(town, people, matters, which, step)
    else:
        matter = matters[which % len(matters)]
        given_ = {name: value or str(town["综合站"]) for name, value in ACTS[what].items()}
        try:
            doer = people["阿莲"] if what == "rework" else SYSTEM  # never who handled it
            advance_matter(doer, uuid4(), matter, what, current(SYSTEM, matter).number, given_)
        except Problem:
            return
