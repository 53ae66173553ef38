"""When a matter's limits are due: its steps, the values in force on the day each limit began, and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import calendar as calendar_in_force
from zhenwu.kernel.definitions.api import param_on, param_source, param_unit
from zhenwu.kernel.ledgers.api import said_at
from zhenwu.kernel.matters.engine import GRANTED
from zhenwu.kernel.matters.limits import Run, Stood, runs
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import history
from zhenwu.kernel.matters.steps import row_of_step, standing_of, workflow_of
from zhenwu.kernel.matters.workflow import CLOCKS, MONTHS, Workflow
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.calendars import Calendar
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.clocks import UNITS, Due, Term, due, in_days, last_day

Saying = Callable[[str, str, datetime], Mapping[str, Any] | None]  # (ledger, key, moment) → what the record said


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
    return deadlines_of(history(actor, matter), calendar_in_force())


def running(matters: Collection[UUID]) -> dict[UUID, Deadline]:
    """matter → the deadline that comes first of those it runs towards now, if any. For matters whose reader was already found to be within reach."""
    steps = Step.objects.filter(matter_id__in=matters, retired_by=None).select_related("matter")
    calendar = calendar_in_force()
    told = {step.matter_id: _judged(step.matter, [run for run in standing_of(workflow_of(step.matter), step).runs if not run.limit.right], calendar) for step in steps}
    return {matter: min(found, key=_first) for matter, found in told.items() if found}


def _first(one: Deadline) -> tuple[bool, datetime]:
    return one.due.at is None, one.due.at or one.since


def deadlines_of(steps: Sequence[Step], calendar: Calendar) -> list[Deadline]:
    """The deadlines that a matter's steps (all, oldest first) make."""
    found: Matter = steps[0].matter
    workflow = workflow_of(found)
    return _judged(found, runs(workflow, [stood_of(workflow, one) for one in steps]), calendar)


def _judged(matter: Matter, found: Sequence[Run], calendar: Calendar) -> list[Deadline]:
    ran = [(run, term_of(matter, run)) for run in found]
    return [_deadline(run, *told, calendar) for run, told in ran if told is not None]


def stood_of(workflow: Workflow, step: Step) -> Stood:
    """What the limits read of a step."""
    granted = (str(step.given["limit"]), int(step.given["units"])) if step.action == GRANTED else None
    return Stood(
        step.state, step.at, str(step.given.get("reason") or ""), row_of_step(workflow, step), granted, bool(step.columns.get("merged")), step.action == "withdraw",
    )  # fmt: skip


def _deadline(run: Run, term: Term, source: str, calendar: Calendar) -> Deadline:
    reckoned = due(term, run.since, run.pauses, calendar)
    extended = (f"其中批准延期 {run.extra}{UNITS[term.clock]}",) if run.extra else ()
    reckoned = replace(reckoned, why=(*((f"依据：{source}",) if source else ()), *reckoned.why, *extended))
    late = not run.limit.right and reckoned.at is not None and (run.over or now()) >= reckoned.at
    return Deadline(run.limit.id, run.limit.label, run.since, reckoned, run.over, late)


def term_of(matter: Matter, run: Run, said: Saying = said_at) -> tuple[Term, str] | None:
    """The term of a run and where it comes from: the workflow's own number, the pack's parameter or the record of standards (``said``) as
    they were when it began, the day that its field holds now; None when neither says anything for that day."""
    limit = run.limit
    clock, source = limit.clock, limit.source
    value: int | Fraction | None = limit.value  # the value beside a ledger is for what the ledger does not know
    if limit.ledger:
        key = run.key
        told = (said(_full(matter, limit.ledger), key, run.since) if key else None) or {}
        named, amount = clock if clock and limit.value is None else str(told.get("clock") or ""), told.get(limit.amount)
        if named in CLOCKS and isinstance(amount, int):
            clock, source, value = named, str(told.get("source") or source), amount
    elif limit.until:
        told_day = run.columns.get(limit.until)
        return None if told_day is None else (Term(_after_day(matter, run) + run.extra, clock, until=told_day), source or f"“{_label_of(matter, limit.until)}”写明的日期")  # type: ignore[arg-type]
    elif limit.param:
        key = _full(matter, limit.param)
        number = param_on(key, run.since.astimezone(LOCAL).date())
        value, source = _units(number, key, clock), source or param_source(key)
        if value is not None and clock.endswith("day") and param_unit(key) == MONTHS:
            return _of_months(Term(value, "month", limit.counts_first, limit.runs_on), run), source
    if value is None:
        return None
    return Term(value + run.extra, clock, limit.counts_first, limit.runs_on), source  # type: ignore[arg-type]


def _after_day(matter: Matter, run: Run) -> int:
    """How many days after the day that was set: the workflow's own number, or the parameter's as it was when the limit began."""
    limit = run.limit
    number = param_on(_full(matter, limit.param), run.since.astimezone(LOCAL).date()) if limit.param else None
    return limit.value or (number.numerator if number is not None and number.denominator == 1 else 0)


def _label_of(matter: Matter, field: str) -> str:
    """What a field of a matter's workflow is called."""
    form = workflow_of(matter).form
    return next((one.label for one in form.fields if one.id == field), field) if form else field


def _of_months(term: Term, run: Run) -> Term:
    """A parameter in months under a clock of days (a matter opened before it was): what it was extended by are days."""
    if not run.extra:
        return term
    days = in_days(term, run.since)
    return replace(days, value=days.value + run.extra)


def _units(number: Fraction | None, key: str, clock: str) -> int | Fraction | None:
    """What a parameter says, in units of a clock: of an hour clock also minutes, where they are its unit; None for no whole number."""
    if number is None or number.denominator != 1:
        return None
    return number / 60 if clock.endswith("hour") and param_unit(key) == "分钟" else number.numerator


def _full(matter: Matter, key: str) -> str:
    """A name of the pack's own: of the workflow's pack, of a general matter its line."""
    pack, dot, _ = matter.workflow.partition(".")
    return key if "." in key else f"{pack if dot else matter.line}.{key}"
