"""A dry run: what would be told about a matter, or about all of them on one day, to whom, when, if nobody took another step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.matters.access import reach_of
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.pressing import may_be_pressed, signers
from zhenwu.kernel.matters.reading import current, visible
from zhenwu.kernel.matters.running_limits import Reckoned, reckon
from zhenwu.kernel.matters.schedule import ENDS, OVERDUE, REMIND, Call, come
from zhenwu.kernel.matters.steps import workflow_of
from zhenwu.kernel.matters.telling import PRESS, PROPOSE, To, Whom, delivery, dispatchers
from zhenwu.kernel.orgs.api import Actor, names_of, post_kinds, posts_at, staff, tree
from zhenwu.lib.clock import LOCAL, today
from zhenwu.lib.problems import Problem

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Told:
    """One thing told, or to be told: ``at`` when its time comes, ``deliver_at`` when it reaches people; ``done``: it was told.
    ``to``: who is meant, in words, and the names of those who hold that post today. ``unit``: where the matter lies."""

    limit: str
    what: str
    at: datetime
    deliver_at: datetime
    done: bool
    to: tuple[tuple[str, tuple[str, ...]], ...]
    matter: UUID
    unit: UUID


def timeline(actor: Actor, matter: UUID) -> list[Told]:
    """What is told about the running limits of a matter, in order of time. Raises ``NotFound`` out of reach."""
    step = current(actor, matter)
    return sorted(_lines(step, reckon([matter]).get(matter, ()), Whom()), key=lambda line: line.at)


def foretell(actor: Actor, day: date) -> list[Told]:
    """What would be told on a day about all matters that are not over and within reach, if nobody took another step until then, in order of
    time; on the present day also what has come before and was not told yet. Nothing is written. Raises ``Problem('matter.day')`` for a day
    that is over."""
    if day < today():
        raise Problem("matter.day", f"{day} 已经过了", "写今天或以后的一天；已经发过的，在事项页和“我的待办”里看。")
    ends, whom, found = datetime.combine(day + timedelta(days=1), time(), LOCAL), Whom(), list[Told]()
    for some in chunks(sorted(Step.objects.filter(retired_by=None, ends_on=None).values_list("matter_id", flat=True)), IN):
        fresh = reckon(some)
        for step in visible(actor, "list", Step.objects.filter(matter_id__in=some, retired_by=None, ends_on=None).select_related("matter")):
            rows = [replace(one, calls=tuple(_on(one, day, ends))) for one in fresh.get(step.matter_id, ())]
            found += _lines(step, rows, whom)
    return sorted(found, key=lambda line: (line.at, line.matter))


def _on(one: Reckoned, day: date, ends: datetime) -> list[Call]:
    """The calls that are made on a day. Those of the days before are made by then: the clockwork turns all the time."""
    return [call for call in come(one.calls, one.told, ends - _MOMENT) if call.at.astimezone(LOCAL).date() == day or day == today()]


def _lines(step: Step, rows: Sequence[Reckoned], whom: Whom) -> list[Told]:
    """The calls about a matter with whom they are for, but nobody who is kept out of it."""
    found: Matter = step.matter
    workflow, lines = workflow_of(found), list[Told]()
    barred = frozenset(names_of(map(UUID, step.carried.get("barred", ()))).values())
    hurried = {limit.id for limit in workflow.limits if limit.clock == "urgent_hour"}
    for one in rows:
        urgent = one.row.limit in hurried
        for call in one.calls:
            lines.append(_line(one, call, call.what, whom.of(one.row.line, one.row.unit_id, one.row.assigned_id, call), urgent))
            if call.what == OVERDUE:
                lines.append(_line(one, call, PROPOSE, [(post, None, None) for post in sorted(dispatchers(workflow))], urgent))
            if call.presses and may_be_pressed(found, one.row.unit_id):
                lines.append(_line(one, call, PRESS, [(post, None, None) for post in sorted(signers())], urgent))
    return [replace(one, to=tuple((words, tuple(name for name in names if name not in barred)) for words, names in one.to)) for one in lines]


def _line(one: Reckoned, call: Call, what: str, to: list[To], urgent: bool) -> Told:
    done = what in one.told or (what == REMIND and bool(one.told & ENDS)) or (what == PRESS and call.what in one.told)
    whom = tuple(_whom(one.row.line, one.row.unit_id, *single) for single in to)
    return Told(one.row.label, what, call.at, delivery(call.at, urgent), done, whom, one.row.matter_id, one.row.unit_id)


def _whom(line: str, unit: UUID, post: str, office: UUID | None, person: UUID | None) -> tuple[str, tuple[str, ...]]:
    if person is not None:
        return "包村的人", tuple(names_of([person]).values())
    label = post_kinds()[post].label
    if office is not None:
        here = [one.name for one in staff() if any(held.kind == post and held.unit_id == office for held in one.posts) and reach_of(one, "list", line).covers(unit)]
        return f"{tree().called(office)} {label}", tuple(here)
    return label, tuple(one.name for one in staff() if post in posts_at(one, line, unit) and reach_of(one, "list", line).covers(unit))
