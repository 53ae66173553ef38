"""When a limit's people are told: reminded before it is due, told that it is overdue, and higher posts some units later; of a party's own, whoever
follows it is told that it is over. Pure.

The reminder comes so many units of the limit's own clock before the due time (of days: at the beginning of the first that counts of
those that are left); an escalation so many units after it. Of a term in months both count natural days. While a limit stands still nothing is due and nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from zhenwu.kernel.matters.workflow import Limit
from zhenwu.lib.calendars import DAY, Calendar
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.clocks import Due, Pause, Term, due, in_days

REMIND, OVERDUE, LAPSE, ESCALATE = "remind", "overdue", "lapse", "escalate"
ENDS = frozenset({OVERDUE, LAPSE})  # what is told at the due time itself: a reminder has no more to say then
BESIDE = frozenset({"overseer", "village_secretary", "grid_worker"})  # 包村领导、村书记、网格员 of the place see what is overdue together


@dataclass(frozen=True)
class Call:
    """Something to be told about a limit from a moment on. ``what``: ``remind``, ``overdue``, ``lapse``, ``escalate1``, ``escalate2``…;
    ``owners``: to the posts that answer for the limit, where the matter was sent; ``beside``: to these posts over its place;
    ``presses``: a 督办 is proposed with it."""

    what: str
    at: datetime
    owners: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    presses: bool = False


def calls(limit: Limit, term: Term, since: datetime, pauses: Sequence[Pause], calendar: Calendar, reckoned: Due) -> tuple[Call, ...]:
    """What is to be told about a limit that began at ``since`` and is due as reckoned, in the order of the moments."""
    if reckoned.at is None:
        return ()
    term = in_days(term, since)
    reminded = _reminder(limit, term, since, pauses, calendar, reckoned.at)
    found = [Call(REMIND, reminded, limit.owner)] if reminded is not None and reminded < reckoned.at else []
    if limit.binds:
        return (*found, Call(LAPSE, reckoned.at, limit.owner))
    found.append(Call(OVERDUE, reckoned.at, limit.owner, BESIDE))
    for number, step in enumerate(limit.escalate, 1):
        at = due(replace(term, value=step.after, counts_first=True, until=None), reckoned.at, pauses, calendar).at
        found += [Call(f"{ESCALATE}{number}", at, beside=step.to, presses=step.presses)] if at is not None else []
    return tuple(found)


def left(calls: Sequence[Call], told: frozenset[str]) -> Call | None:
    """The first that was not told yet; once it is told that a limit is over, its reminder has no more to say."""
    return next((call for call in calls if call.what not in told and not (call.what == REMIND and told & ENDS)), None)


def come(calls: Sequence[Call], told: frozenset[str], now: datetime) -> list[Call]:
    """What is to be told now: all whose moment has come and that was not told, but no reminder of what is over by now."""
    found = [call for call in calls if call.at <= now and call.what not in told]
    over = bool(told & ENDS) or any(call.what in ENDS for call in found)
    return [call for call in found if call.what != REMIND or not over]


def _reminder(limit: Limit, term: Term, since: datetime, pauses: Sequence[Pause], calendar: Calendar, reckoned: datetime) -> datetime | None:
    if term.until is not None:
        return _before_day(limit, term, since, reckoned, calendar)
    before = _before(limit, term)
    if not before or (term.value <= before and term.clock.endswith("hour")):
        return None
    at = due(replace(term, value=max(term.value - before, 0), runs_on=False), since, pauses, calendar).at
    if at is None or term.clock.endswith("hour"):
        return at
    first = at.astimezone(LOCAL)
    while any(one.covers(first.date()) for one in pauses) or (term.clock == "work_day" and not calendar.is_worked(first.date())):
        first += DAY
    return first


def _before_day(limit: Limit, term: Term, since: datetime, reckoned: datetime, calendar: Calendar) -> datetime | None:
    """The beginning of the last days (one, unless the workflow says) before a day that was set; never before the day after it began."""
    left_days, day = (int(not limit.right) if limit.remind is None else limit.remind), reckoned.astimezone(LOCAL)
    earliest = since.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    if not left_days:
        return None
    while left_days and day > earliest:
        day -= DAY
        left_days -= term.clock == "natural_day" or calendar.is_worked(day.date())
    return max(day, earliest)


def _before(limit: Limit, term: Term) -> int | Fraction:
    """How many units before: what the workflow says, or a fifth (of days: whole ones, at least one)."""
    if limit.remind is not None or limit.right:
        return limit.remind or 0
    return Fraction(term.value) / 5 if term.clock.endswith("hour") else max(int(term.value) // 5, 1)
