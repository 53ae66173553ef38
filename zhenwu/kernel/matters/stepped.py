"""What steps said, for followers that act on them: each step as it was taken, with the columns before and after. No rights are checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters.barring import sealed_for
from zhenwu.kernel.matters.columns import day_of
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.rows import steps_of
from zhenwu.kernel.matters.steps import row_of_step, workflow_of

# What a step says beside the columns of its matter: the day on which it was taken and what was written with it.
OF_THE_STEP: Mapping[str, str] = {"step_on": "date", "paper_no": "text", "result": "text"}


@dataclass(frozen=True)
class Stepped:
    """A step: ``before`` (None: it opened the matter) and ``after`` are the columns as expressions read them, ``said`` the columns and
    ``OF_THE_STEP`` as a person types them into a form, ``said_before`` the columns before; what says nothing is left out. ``event`` is
    the id of its event."""

    event: int
    matter: UUID
    number: int
    workflow: str
    action: str
    state: str
    unit: UUID
    record: UUID | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    said: Mapping[str, str]
    said_before: Mapping[str, str]


def steps_taken(events: Sequence[Event], workflows: Collection[str]) -> list[Stepped]:
    """Every step that events took of matters of these workflows, in the order of each matter's steps, but for matters that are sealed."""
    taken, before = steps_of([event.id for event in events], sorted(workflows))
    known = {(step.matter_id, step.number + 1): step for step in before}
    return [_stepped(step, known.get((step.matter_id, step.number))) for step in taken if not sealed_for(step)]


def _stepped(step: Step, last: Step | None) -> Stepped:
    workflow, matter = workflow_of(step.matter), step.matter
    before, after = _row(last) if last else None, _row(step)
    scales = {one.id: one.scale for one in (workflow.form.fields if workflow.form else ())}
    more = {"step_on": day_of(step.at), **{name: step.given.get(name) for name in ("paper_no", "result")}}
    return Stepped(
        step.event_id, matter.id, step.number, matter.workflow, step.action, workflow.state(step.state).label, step.unit_id,
        matter.record, before, after, _said({**after, **more}, scales), _said(before or {}, scales),
    )  # fmt: skip


def _said(told: Mapping[str, Any], scales: Mapping[str, int]) -> dict[str, str]:
    return {name: typed(value, scales.get(name, 0)) for name, value in told.items() if value not in (None, "")}


def _row(step: Step) -> dict[str, Any]:
    return {**row_of_step(workflow_of(step.matter), step), "month": step.starts_on.month}


def typed(value: Any, scale: int = 0) -> str:
    """A column's value as a person types it; whole numbers are in a scale."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and scale:
        return f"{Decimal(value).scaleb(-scale):f}"
    return value.isoformat() if isinstance(value, date) else str(value)
