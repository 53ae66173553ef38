"""A dry run: what would be told about a matter, to whom, when, if nobody took another step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from zhenwu.kernel.matters.access import reach_of
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.matters.reading import current
from zhenwu.kernel.matters.running_limits import Reckoned, reckon
from zhenwu.kernel.matters.schedule import OVERDUE, REMIND, Call
from zhenwu.kernel.matters.steps import workflow_of
from zhenwu.kernel.matters.telling import PROPOSE, To, Whom, delivery, dispatchers
from zhenwu.kernel.orgs.api import Actor, names_of, post_kinds, posts_at, staff, tree


@dataclass(frozen=True)
class Told:
    """One thing told, or to be told: ``at`` when its time comes, ``deliver_at`` when it reaches people; ``done``: it was told.
    ``to``: who is meant, in words, and the names of those who hold that post today."""

    limit: str
    what: str
    at: datetime
    deliver_at: datetime
    done: bool
    to: tuple[tuple[str, tuple[str, ...]], ...]


def timeline(actor: Actor, matter: UUID) -> list[Told]:
    """What is told about the running limits of a matter, in order of time. Raises ``NotFound`` out of reach."""
    step = current(actor, matter)
    found: Matter = step.matter
    limits = {limit.id: limit for limit in workflow_of(found).limits}
    lines, whom, barred = list[Told](), Whom(), frozenset(names_of(map(UUID, step.carried.get("barred", ()))).values())
    for one in reckon([matter]).get(matter, ()):
        urgent = one.row.limit in limits and limits[one.row.limit].clock == "urgent_hour"
        for call in one.calls:
            lines.append(_line(one, call, call.what, whom.of(one.row.line, one.row.unit_id, one.row.assigned_id, call), urgent))
            if call.what == OVERDUE:
                lines.append(_line(one, call, PROPOSE, [(post, None, None) for post in sorted(dispatchers(workflow_of(found)))], urgent))
    lines = [replace(one, to=tuple((words, tuple(name for name in names if name not in barred)) for words, names in one.to)) for one in lines]
    return sorted(lines, key=lambda line: line.at)


def _line(one: Reckoned, call: Call, what: str, to: list[To], urgent: bool) -> Told:
    done = what in one.told or (what == REMIND and OVERDUE in one.told)
    whom = tuple(_whom(one.row.line, one.row.unit_id, *single) for single in to)
    return Told(one.row.label, what, call.at, delivery(call.at, urgent), done, whom)


def _whom(line: str, unit: UUID, post: str, office: UUID | None, person: UUID | None) -> tuple[str, tuple[str, ...]]:
    if person is not None:
        return "包村的人", tuple(names_of([person]).values())
    label = post_kinds()[post].label
    if office is not None:
        here = [one.name for one in staff() if any(held.kind == post and held.unit_id == office for held in one.posts) and reach_of(one, "list", line).covers(unit)]
        return f"{tree().called(office)} {label}", tuple(here)
    return label, tuple(one.name for one in staff() if post in posts_at(one, line, unit) and reach_of(one, "list", line).covers(unit))
