"""What a step is judged to be when it is taken: whether a limit was missed, and how long the work took.

Judged once, by the calendar and the values as they are known then, and kept in the matter's columns for counting (decision 0026);
what a page shows of a deadline is reckoned anew each time (decision 0021).
"""

from __future__ import annotations

from datetime import datetime

from zhenwu.kernel.matters.deadlines import Terms, begun
from zhenwu.kernel.matters.limits import Run
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.matters.standing import Outcome, Standing
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.lib.calendars import DAY, Calendar
from zhenwu.lib.changing import changed
from zhenwu.lib.clocks import due_at, last_day, office_minutes


def judged(matter: Matter, outcome: Outcome, calendar: Calendar, terms: Terms | None = None) -> Outcome:
    """An outcome with the limits that this step missed counted, and the office minutes from acceptance to 办结. A run that was missed and went on
    after a 返工 is counted once; one that was early and did not stay so is early no more."""
    standing = outcome.standing
    late = [run.limit for run in outcome.over if not (run.limit.right or run.missed) and is_late(matter, run, calendar, terms)]
    early = {run.limit.early: True for run in outcome.over if run.limit.early and is_early(matter, run, calendar, terms)}
    early |= {run.limit.early: False for run in outcome.over if run.again and run.limit.early not in early and standing.fields.get(run.limit.early)}
    if standing.marks.get("completed") == standing.since and standing.minutes is None:
        standing = changed(standing, minutes=_minutes(standing, calendar))
    if late:
        flags = {limit.late: True for limit in late if limit.late}
        missed = {limit.id for limit in late}
        done = tuple(changed(run, missed=run.missed or run.limit.id in missed) for run in standing.done)
        standing = changed(standing, overdue=standing.overdue + sum(limit.is_ours for limit in late), fields={**standing.fields, **flags}, done=done)
    if early:
        standing = changed(standing, fields={**standing.fields, **early})
    return outcome if standing is outcome.standing else changed(outcome, standing=standing)


def is_late(matter: Matter, run: Run, calendar: Calendar, terms: Terms | None = None) -> bool:
    """Whether what a run waited for was done after its time."""
    at = _due(matter, run, calendar, terms or Terms())
    return at is not None and run.over is not None and run.over >= at


def is_early(matter: Matter, run: Run, calendar: Calendar, terms: Terms | None = None) -> bool:
    """Whether what a run waited for was done on a day before its last one; what was extended is not early."""
    at = None if run.extended else _due(matter, run, calendar, terms or Terms())
    return at is not None and run.over is not None and run.over < at - DAY


def late_now(matter: Matter, standing: Standing, calendar: Calendar, terms: Terms | None = None) -> frozenset[str]:
    """The limits whose time is over at the moment of a standing's ``since``."""
    return frozenset(run.limit.id for run in standing.runs if not run.is_paused and is_late(matter, changed(run, over=standing.since), calendar, terms))


def ahead_now(matter: Matter, standing: Standing, calendar: Calendar, terms: Terms | None = None) -> dict[str, str]:
    """The limits whose time is not over at the moment of a standing's ``since``, with the last day (or minute) of each; "" for one that stands
    still. What has no term for its first day is not waited for."""
    found, known = {}, terms or Terms()
    for run in standing.runs:
        at = _due(matter, run, calendar, known)
        if known.of(matter, run) and (at is None or standing.since < at):
            found[run.limit.id] = last_day(at)
    return found


def _due(matter: Matter, run: Run, calendar: Calendar, terms: Terms) -> datetime | None:
    """When a run is due; None where it has no term, or stands still."""
    told = terms.of(matter, run)
    since = begun(matter, run, calendar, terms) if told else None
    return due_at(told[0], since, run.pauses, calendar) if told and since else None


def timing(
    workflow: Workflow, action: str, matter: Matter, standing: Standing | None, moment: datetime, calendar: Calendar, terms: Terms | None = None
) -> tuple[frozenset[str], dict[str, str]]:  # fmt: skip
    """(the limits that are over at a moment, those that are not); each asked only where a move of the action must be in time, or wait."""
    table = workflow.action(action)
    if standing is None or table is None:
        return frozenset(), {}
    here = changed(standing, since=moment)
    late = late_now(matter, here, calendar, terms) if any(one.in_time for one in table.moves) else frozenset[str]()
    return late, ahead_now(matter, here, calendar, terms) if any(one.after_time for one in table.moves) else {}


def _minutes(standing: Standing, calendar: Calendar) -> int | None:
    begun = standing.marks.get("accepted") or standing.marks.get("reported")
    rests = [one for one in standing.rests if one.until is not None and begun is not None and one.until > begun]
    return office_minutes(begun, standing.since, rests, calendar) if begun else None
