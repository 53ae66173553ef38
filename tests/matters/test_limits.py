"""Limits over a matter's steps: when each began, stood still and was over."""

from __future__ import annotations

from datetime import datetime

from zhenwu.kernel.matters.limits import Run, Stood, runs
from zhenwu.kernel.matters.workflow_tables import standard
from zhenwu.lib.clock import LOCAL


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 9, tzinfo=LOCAL)


def told(*steps: tuple[str, int]) -> list[Run]:
    return runs(standard(), [Stood(state, day(number), "等鉴定") for state, number in steps])


def test_each_limit_runs_while_the_matter_waits_for_what_it_limits() -> None:
    accept, handle = told(("reported", 2), ("accepted", 3), ("dispatched", 3), ("handling", 5))
    assert (accept.limit.id, accept.since, accept.over) == ("accept", day(2), day(3))
    assert (handle.limit.id, handle.since, handle.over) == ("handle", day(3), None)


def test_a_pause_stands_until_the_matter_goes_on() -> None:
    (_, paused) = told(("reported", 2), ("accepted", 3), ("signed", 4), ("suspended", 6))
    assert paused.is_paused and [(one.since, one.until, one.reason) for one in paused.pauses] == [(day(6), None, "等鉴定")]
    (_, resumed) = told(("reported", 2), ("accepted", 3), ("signed", 4), ("suspended", 6), ("handling", 12))
    assert not resumed.is_paused and resumed.over is None
    assert [(one.since, one.until) for one in resumed.pauses] == [(day(6), day(12))]
    assert told(("reported", 2), ("accepted", 3), ("suspended", 6), ("closed", 12))[1].over == day(12)


def test_what_is_sent_back_runs_anew() -> None:
    found = told(("reported", 2), ("accepted", 3), ("handling", 4), ("completed", 6), ("handling", 9), ("completed", 11))
    assert [(one.since, one.over) for one in found if one.limit.id == "handle"] == [(day(3), day(6)), (day(9), day(11))]
