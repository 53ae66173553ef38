"""When a matter's limits are due: its steps, the values in force on the day each limit began, and the calendar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from zhenwu.kernel.definitions.api import calendar as calendar_in_force
from zhenwu.kernel.definitions.api import param_on
from zhenwu.kernel.matters.limits import Run, Stood, runs
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import history
from zhenwu.kernel.matters.verbs import workflow_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.calendars import Calendar
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.clocks import Due, Term, due, last_day


@dataclass(frozen=True)
class Deadline:
    """A limit of a matter. ``over``: when what it waits for was done; ``late``: whether that was, or is by now, too late."""

    limit: str
    label: str
    since: datetime
    due: Due
    over: datetime | None
    late: bool

    @property
    def last_day(self) -> str:
        """The last day on which it is in time, or the minute; "" while it stands still."""
        return last_day(self.due.at)


def deadlines(actor: Actor, matter: UUID) -> list[Deadline]:
    """Every run of a matter's limits, in the order in which they began; a limit whose parameter says nothing for its first
    day has no deadline. Raises ``NotFound`` out of reach."""
    return _deadlines(history(actor, matter), calendar_in_force())


def running(matters: Collection[UUID]) -> dict[UUID, Deadline]:
    """matter → the deadline that comes first of those it runs towards now, if any. For matters whose reader was already found to be within reach."""
    steps = Step.objects.filter(matter_id__in=matters).select_related("matter").order_by("matter_id", "number")
    calendar = calendar_in_force()
    told = {matter: _deadlines(list(some), calendar) for matter, some in groupby(steps, key=lambda one: one.matter_id)}
    return {matter: min(found, key=_first) for matter, some in told.items() if (found := [one for one in some if one.over is None])}


def _first(one: Deadline) -> tuple[bool, datetime]:
    return one.due.at is None, one.due.at or one.since


def _deadlines(steps: Sequence[Step], calendar: Calendar) -> list[Deadline]:
    found: Matter = steps[0].matter
    told = [(run, value_of(found, run)) for run in ran(steps)]
    return [_deadline(run, value, calendar) for run, value in told if value is not None]


def _deadline(run: Run, value: int, calendar: Calendar) -> Deadline:
    reckoned = due(term_of(run, value), run.since, run.pauses, calendar)
    late = reckoned.at is not None and (run.over or now()) >= reckoned.at
    return Deadline(run.limit.id, run.limit.label, run.since, reckoned, run.over, late)


def term_of(run: Run, value: int) -> Term:
    """How long a limit is."""
    return Term(value, run.limit.clock)  # type: ignore[arg-type]


def ran(steps: Sequence[Step]) -> list[Run]:
    """Every run of every limit over a matter's steps (oldest first)."""
    return runs(workflow_of(steps[0].matter), [Stood(one.state, one.at, str(one.given.get("reason") or "")) for one in steps])


def value_of(matter: Matter, run: Run) -> int | None:
    """How many units: the workflow's own number, or the pack's parameter as it was on the day the limit began."""
    if run.limit.value is not None:
        return run.limit.value
    pack = matter.workflow.partition(".")[0]
    key = run.limit.param if "." in run.limit.param else f"{pack}.{run.limit.param}"
    told = param_on(key, run.since.astimezone(LOCAL).date())
    return None if told is None or told.denominator != 1 else told.numerator
