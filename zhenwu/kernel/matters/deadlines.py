"""When a matter's limits are due: its steps, the values in force on the day each limit began, and the calendar."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import Definition, find, number_on
from zhenwu.kernel.definitions.api import calendar as calendar_in_force
from zhenwu.kernel.ledgers.api import Sayings
from zhenwu.kernel.matters.engine import GRANTED
from zhenwu.kernel.matters.limits import Run, Stood, runs
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import history
from zhenwu.kernel.matters.steps import row_of_step, standing_of, workflow_of
from zhenwu.kernel.matters.workflow import CLOCKS, MONTHS, Workflow
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.calendars import Calendar
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.clocks import UNITS, Due, Term, due, due_at, in_days, last_day

_MOMENT = timedelta(microseconds=1)


class Terms:
    """What terms are made of, for the length of one act: each parameter and each record of a standard is read once."""

    def __init__(self) -> None:
        self.said = Sayings()
        self._params: dict[str, Definition | None] = {}
        self._known: dict[tuple[Any, ...], tuple[Term, str] | None] = {}

    def of(self, matter: Matter, run: Run) -> tuple[Term, str] | None:
        """``term_of``, found once for all matters whose limit began on the same day and was extended alike; a standard or a day is looked
        up for each."""
        limit = run.limit
        if limit.until or (limit.ledger and run.key):
            return term_of(matter, run, self)
        key = (matter.workflow, matter.revision_id, matter.line, limit.id, run.since.astimezone(LOCAL).date(), run.extra)
        if key not in self._known:
            self._known[key] = term_of(matter, run, self)
        return self._known[key]

    def param(self, key: str) -> Mapping[str, Any]:
        """The body of a parameter; empty when it is not installed."""
        if key not in self._params:
            self._params[key] = find("param", key)
        found = self._params[key]
        return found.body if found else {}


@dataclass(frozen=True)
class Deadline:
    """A limit of a matter. ``over``: when what it waits for was done; ``past``: whether its time was over before that, or is by now. Of one that is a
    party's nobody is late: ``binds`` says whose it is, ``deed`` what they must do, or ``may``; ``opens``: what an office may do once it lapsed."""

    limit: str
    label: str
    since: datetime
    due: Due
    over: datetime | None
    past: bool
    binds: str
    deed: str
    may: bool
    opens: tuple[str, ...]

    @property
    def last_day(self) -> str:
        """The last day on which it is in time, or the minute; "" while it stands still."""
        return last_day(self.due.at)

    @property
    def is_ours(self) -> bool:
        """Whether an office is to keep it."""
        return not (self.binds or self.may)

    @property
    def late(self) -> bool:
        """Whether an office did, or does, what it owes too late."""
        return self.past and self.is_ours

    @property
    def lapsed(self) -> bool:
        """Whether the time of a party is over."""
        return self.past and not self.is_ours


def deadlines(actor: Actor, matter: UUID) -> list[Deadline]:
    """Every run of a matter's limits, in the order in which they began; a limit whose parameter says nothing for its first
    day has no deadline. Raises ``NotFound`` out of reach."""
    return deadlines_of(history(actor, matter), calendar_in_force())


def running(matters: Collection[UUID]) -> dict[UUID, Deadline]:
    """matter → the deadline that comes first of those it runs towards now, if any. For matters whose reader was already found to be within reach."""
    steps = Step.objects.filter(matter_id__in=matters, retired_by=None).select_related("matter")
    calendar = calendar_in_force()
    told = {step.matter_id: _judged(step.matter, [run for run in standing_of(workflow_of(step.matter), step).runs if run.limit.is_ours], calendar) for step in steps}
    return {matter: min(found, key=_first) for matter, found in told.items() if found}


def promised(step: Step, limits: Collection[str]) -> Deadline | None:
    """Of these limits, the deadline that comes first of those that a live step runs towards."""
    ran = [run for run in standing_of(workflow_of(step.matter), step).runs if run.limit.id in limits and not run.limit.right]
    return min(_judged(step.matter, ran, calendar_in_force()), key=_first, default=None)


def _first(one: Deadline) -> tuple[bool, datetime]:
    return one.due.at is None, one.due.at or one.since


def deadlines_of(steps: Sequence[Step], calendar: Calendar) -> list[Deadline]:
    """The deadlines that a matter's steps (all, oldest first) make."""
    found: Matter = steps[0].matter
    workflow = workflow_of(found)
    return _judged(found, runs(workflow, [stood_of(workflow, one) for one in steps]), calendar)


def _judged(matter: Matter, found: Sequence[Run], calendar: Calendar) -> list[Deadline]:
    ran, terms, workflow = [], Terms(), workflow_of(matter)
    for run in found:
        told, since = terms.of(matter, run), begun(matter, run, calendar, terms)
        ran += [_deadline(workflow, run, since, *told, calendar)] if told and since else []
    return ran


def begun(matter: Matter, run: Run, calendar: Calendar, terms: Terms) -> datetime | None:
    """The moment from which a run counts: since it began, or since the end of the limit that it follows; None where that has no time."""
    before = run.after
    if not run.limit.follows:
        return run.since
    told = terms.of(matter, before) if before else None
    if before is None or told is None:
        return None
    at = due_at(told[0], before.since, before.pauses, calendar)
    if at is None:  # it stands still, and so does what follows it
        return before.pauses[-1].since if before.pauses else before.since
    return at if run.limit.clock.endswith("hour") else at - _MOMENT  # of days: the last one of the other is the one that is not counted


def stood_of(workflow: Workflow, step: Step) -> Stood:
    """What the limits read of a step."""
    granted = (str(step.given["limit"]), int(step.given["units"])) if step.action == GRANTED else None
    again = [name for name, told in step.carried.get("runs", {}).items() if told.get("again")]  # said by the step: one taken before 0039 says none
    return Stood(
        step.state, step.at, str(step.given.get("reason") or ""), row_of_step(workflow, step), granted, bool(step.columns.get("merged")), step.action == "withdraw", again,
    )  # fmt: skip


def _deadline(workflow: Workflow, run: Run, since: datetime, term: Term, source: str, calendar: Calendar) -> Deadline:
    limit, opens = run.limit, tuple(one.label for one in workflow.opened_by(run.limit.id))
    reckoned = due(term, since, run.pauses, calendar)
    extended = (f"其中批准延期 {run.extra}{UNITS[term.clock]}",) if run.extra else ()
    again = ("返工不另给时间，从头一次开始的那天算起",) if run.again else ()
    whose = (f"这是{limit.binds}的期限，过了不算本单位超期",) if limit.binds else ()
    follows = (f"从“{run.after.limit.called}”的最后一天起算",) if run.after else ()
    reckoned = replace(reckoned, why=(*((f"依据：{source}",) if source else ()), *whose, *follows, *reckoned.why, *extended, *again))
    past = reckoned.at is not None and (run.over or now()) >= reckoned.at
    return Deadline(limit.id, limit.called, run.since, reckoned, run.over, past, limit.binds, limit.label, limit.right, opens)


def term_of(matter: Matter, run: Run, known: Terms | None = None) -> tuple[Term, str] | None:
    """The term of a run and where it comes from: the workflow's own number, the pack's parameter or the record of standards as
    they were when it began, the day that its field holds now; None when neither says anything for that day."""
    limit, known = run.limit, known or Terms()
    clock, source = limit.clock, limit.source
    value: int | Fraction | None = limit.value  # the value beside a ledger is for what the ledger does not know
    if limit.ledger:
        key = run.key
        told = (known.said(_full(matter, limit.ledger), key, run.since) if key else None) or {}
        named, amount = clock if clock and limit.value is None else str(told.get("clock") or ""), told.get(limit.amount)
        if named in CLOCKS and isinstance(amount, int):
            clock, source, value = named, str(told.get("source") or source), amount
    elif limit.until:
        told_day = run.columns.get(limit.until)
        return None if told_day is None else (Term(_after_day(matter, run, known) + run.extra, clock, until=told_day), source or f"“{_label_of(matter, limit.until)}”写明的日期")  # type: ignore[arg-type]
    elif limit.param:
        param = known.param(_full(matter, limit.param))
        number = number_on(param, run.since.astimezone(LOCAL).date()) if param else None
        unit = str(param.get("unit") or "")
        value, source = _units(number, unit, clock), source or str(param.get("source") or "")
        if value is not None and clock.endswith("day") and unit == MONTHS:
            return _of_months(Term(value, "month", limit.counts_first, limit.runs_on), run), source
    if value is None:
        return None
    return Term(value + run.extra, clock, limit.counts_first, limit.runs_on), source  # type: ignore[arg-type]


def _after_day(matter: Matter, run: Run, known: Terms) -> int:
    """How many days after the day that was set: the workflow's own number, or the parameter's as it was when the limit began."""
    limit = run.limit
    param = known.param(_full(matter, limit.param)) if limit.param else {}
    number = number_on(param, run.since.astimezone(LOCAL).date()) if param else None
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


def _units(number: Fraction | None, unit: str, clock: str) -> int | Fraction | None:
    """What a parameter says, in units of a clock: of an hour clock also minutes, where they are its unit; None for no whole number."""
    if number is None or number.denominator != 1:
        return None
    return number / 60 if clock.endswith("hour") and unit == "分钟" else number.numerator


def _full(matter: Matter, key: str) -> str:
    """A name of the pack's own: of the workflow's pack, of a general matter its line."""
    pack, dot, _ = matter.workflow.partition(".")
    return key if "." in key else f"{pack if dot else matter.line}.{key}"
