"""Matters and steps as the database spells them, read and written by plain SQL: what one act and a bulk of them do alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from zhenwu.kernel.journal.api import (
    among,
    as_row,
    ask,
    ask_of,
    insert,
    known_id,
    locking,
    read_date,
    read_id,
    read_moment,
    stored_moment,
    tell_of,
)
from zhenwu.kernel.matters.models import Matter, Step

_MATTER = ("id", "workflow", "revision", "line", "title", "text", "record", "about", "parent", "event")
_STEP = (
    "matter", "number", "action", "state", "principal", "unit", "assigned", "at", "starts_on", "ends_on", "columns", "hands", "marks",
    "given", "carried", "event", "retired_by",
)  # fmt: skip
_MATTERS = """SELECT id, workflow, revision_id, line, title, text, record, about_id, parent_id, merged_into_id, event_id
FROM matters_matter WHERE id IN (%s)"""
_STEPS = """SELECT s.id, s.matter_id, s.number, s.action, s.state, s.principal, s.unit_id, s.assigned_id, s.at, s.starts_on, s.ends_on, s.columns, s.hands,
s.marks, s.given, s.carried, s.event_id, s.retired_by_id FROM matters_step s"""
_LIVE = f"{_STEPS} WHERE s.retired_by_id IS NULL AND s.matter_id IN (%s)"
_OF_EVENTS = f"{_STEPS} JOIN matters_matter m ON m.id = s.matter_id WHERE WORKFLOWS AND s.event_id IN (%s)"
_BEFORE = f"""{_STEPS} JOIN matters_step later ON later.matter_id = s.matter_id AND later.number = s.number + 1
JOIN matters_matter m ON m.id = s.matter_id WHERE WORKFLOWS AND later.event_id IN (%s)"""
_NUMBERS = "SELECT matter_id, number FROM matters_step WHERE retired_by_id IS NULL AND matter_id IN (%s)"
_RETIRE_ALL = "UPDATE matters_step SET retired_by_id = %s WHERE retired_by_id IS NULL AND matter_id IN (%s)"
_RETIRE = "UPDATE matters_step SET retired_by_id = %s WHERE id = %s"


def locked(matter: UUID) -> tuple[Matter | None, Step | None]:
    """A matter, locked until the transaction ends, and then its live step, as nobody can change it any more."""
    found = next((_matter(row) for row in ask(locking(_MATTERS), matter.hex)), None)
    return found, next((_step(row) for row in ask(_LIVE, matter.hex)), None)


def locked_numbers(matters: Sequence[UUID]) -> Iterator[tuple[UUID, int]]:
    """(matter, number of its live step), the steps locked until the transaction ends."""
    return ((read_id(matter), number) for matter, number in ask_of(locking(_NUMBERS), [one.hex for one in matters]))


def retire_all(matters: Sequence[UUID], event: int) -> None:
    """Other steps take the place of the live ones of these matters."""
    tell_of(_RETIRE_ALL, [one.hex for one in matters], event)


def live_steps(matters: Sequence[UUID]) -> list[Step]:
    """The live steps of matters, each with its matter. The steps are read first: a matter that has one is there."""
    return _with_matters([_step(row) for row in ask_of(_LIVE, [one.hex for one in matters])])


def steps_of(events: Sequence[int], workflows: Sequence[str]) -> tuple[list[Step], list[Step]]:
    """(the steps that events took of matters of these workflows, in the order of each matter's; the one before each), all with their matters."""
    wanted = among("m.workflow", len(workflows))
    taken, before = ([_step(row) for row in ask_of(sql.replace("WORKFLOWS", wanted), events, *workflows)] for sql in (_OF_EVENTS, _BEFORE))
    _with_matters([*taken, *before])
    return sorted(taken, key=lambda step: (step.number, step.id)), before


def _with_matters(steps: list[Step]) -> list[Step]:
    found = {one.id: one for one in map(_matter, ask_of(_MATTERS, sorted({step.matter_id.hex for step in steps})))}
    for step in steps:
        step.matter = found[step.matter_id]
    return steps


def _matter(row: tuple[Any, ...]) -> Matter:
    id, workflow, revision, line, title, text, record, about, parent, merged_into, event = row
    return as_row(
        Matter, id=read_id(id), workflow=workflow, revision_id=revision, line=line, title=title, text=text, record=_if(record), about_id=_if(about),
        parent_id=_if(parent), merged_into_id=_if(merged_into), event_id=event,
    )  # fmt: skip


def _step(row: tuple[Any, ...]) -> Step:
    id, matter, number, action, state, principal, unit, assigned, at, starts_on, ends_on, *told, event, retired = row
    columns, hands, marks, given, carried = map(orjson.loads, told)
    return as_row(
        Step, id=id, matter_id=read_id(matter), number=number, action=action, state=state, principal=principal, unit_id=known_id(unit),
        assigned_id=known_id(assigned) if assigned else None, at=read_moment(at), starts_on=read_date(starts_on), ends_on=read_date(ends_on),
        columns=columns, hands=hands, marks=marks, given=given, carried=carried, event_id=event, retired_by_id=retired,
    )  # fmt: skip


def _if(told: UUID | str | None) -> UUID | None:
    return read_id(told) if told else None


def open_parts(matters: Sequence[UUID]) -> Counter[UUID]:
    """How many parts of each matter have not ended."""
    return Counter(read_id(parent) for (parent,) in ask_of(_OPEN_PARTS, [one.hex for one in matters]))


def merged_away(matters: Sequence[UUID]) -> set[UUID]:
    """Those into which others were merged."""
    return {read_id(lead) for (lead,) in ask_of(_MERGED, [one.hex for one in matters])}


_OPEN_PARTS = """SELECT part.parent_id FROM matters_matter part JOIN matters_step live ON live.matter_id = part.id
WHERE live.retired_by_id IS NULL AND live.ends_on IS NULL AND part.parent_id IN (%s)"""
_MERGED = "SELECT merged_into_id FROM matters_matter WHERE merged_into_id IN (%s)"


def recorded() -> int:
    """How many steps there are."""
    return Step.objects.count()


def recorded_since(position: int, most: int) -> int:
    """How many steps were written after a position; no more than ``most`` are counted."""
    return Step.objects.filter(event__sequenced__position__gt=position)[:most].count()


def insert_matters(matters: Sequence[Matter], event: int) -> None:
    """New matters of one event."""
    insert(Matter, _MATTER, [(*_matter_row(one), event) for one in matters])


def insert_steps(steps: Sequence[tuple[Step, int | None]], event: int) -> None:
    """New steps of one event, each with the event that already retired it, if any."""
    insert(Step, _STEP, [(*_step_row(step), event, retired) for step, retired in steps])


def retire(step: Step, event: int) -> None:
    """Another step takes the place of this one."""
    with connection.cursor() as cursor:
        cursor.execute(_RETIRE, [event, step.id])


def _matter_row(matter: Matter) -> tuple[Any, ...]:
    kin = (one and one.hex for one in (matter.record, matter.about_id, matter.parent_id))
    return (matter.id.hex, matter.workflow, matter.revision_id, matter.line, matter.title, matter.text, *kin)


def _step_row(step: Step) -> tuple[Any, ...]:
    """A step as the database spells it, but for its events."""
    told = (orjson.dumps(part).decode() for part in (step.columns, step.hands, step.marks, step.given, step.carried))
    return (
        step.matter_id.hex, step.number, step.action, step.state, step.principal, step.unit_id.hex, step.assigned_id and step.assigned_id.hex,
        stored_moment(step.at), step.starts_on.isoformat(), step.ends_on and step.ends_on.isoformat(), *told,
    )  # fmt: skip
