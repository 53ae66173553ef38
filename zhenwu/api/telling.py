"""Matters and workflows as plain values of the shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import visible_history
from zhenwu.kernel.matters.api import (
    BUILT_IN,
    Action,
    Answer,
    Deadline,
    Step,
    Workflow,
    allowed_actions,
    answers,
    attachments,
    deadlines,
    history,
    running,
    standing_at,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, Tree, names_of, tree
from zhenwu.lib.problems import NotFound

Told = dict[str, Any]
_CODED = ("category", "channel", "level", "ending")


def action_row(action: Action) -> Told:
    """What a caller needs to know to take an action."""
    return {"id": action.id, "label": action.label, "needs": list(action.needs), "takes": list(action.takes)}


def rows_of(steps: Sequence[Step]) -> list[Told]:
    """Matters as they stand, for a list; their reader was found to be within reach."""
    now, due = tree(), running([step.matter_id for step in steps if step.ends_on is None])
    return [row_of(step, now, due.get(step.matter_id)) for step in steps]


def row_of(step: Step, now: Tree, due: Deadline | None) -> Told:
    """A matter as it stands."""
    matter: Any = step.matter
    return {
        "id": step.matter_id, "version": step.number, "position": getattr(step, "position", None), "title": matter.title,
        "line": matter.line, "workflow": matter.workflow, "state": step.state, "state_label": workflow_of(matter).state(step.state).label,
        "unit": named(step.unit_id, now), "assigned": named(step.assigned_id, now) if step.assigned_id else None,
        **{name: step.columns.get(name) or "" for name in _CODED},
        "reported_on": step.starts_on, "ended_on": step.ends_on, "updated_at": step.at, "due": due.due.at if due else None,
        "late": bool(due and due.late),
    }  # fmt: skip


def whole(actor: Actor, step: Step, position: int | None) -> Told:
    """One matter with its steps, its deadlines and what this caller may do with it."""
    matter: Any = step.matter
    workflow, steps, due = workflow_of(matter), history(actor, step.matter_id), deadlines(actor, step.matter_id)
    open_ones = [one for one in due if one.over is None and one.due.at is not None and one.is_ours]
    first = min(open_ones, key=lambda one: one.due.at) if open_ones else None  # type: ignore[arg-type, return-value]
    names, labels = people_behind(one.principal for one in steps), {name: one.label for name, one in BUILT_IN.items()} | {action.id: action.label for action in workflow.actions}
    return row_of(step, tree(), first) | {
        "position": position, "text": matter.text, "record": matter.record if _may_open(actor, matter.record) else None,
        "steps": [
            {
                "version": one.number, "action": one.action, "label": labels.get(one.action, one.action), "state": one.state,
                "by": names.get(one.principal, "系统自动"), "at": one.at, "given": one.given,
            }
            for one in steps
        ],
        "deadlines": [_deadline(one) for one in due],
        "allowed": [action_row(action) for action in allowed_actions(actor, step)],
        "fields": {name: step.columns[name] for name in sorted(workflow.fields) if name in step.columns}, "rating": step.columns.get("rating") or "",
        "parts": [{"unit": named(UUID(unit), tree()), "answered": part.answered, "declined": part.declined} for unit, part in standing_at(step).parts.items()],
        "answers": answers_of(answers(actor, [step])[step.matter_id]), "merged_into": matter.merged_into_id, "parent": matter.parent_id, "files": files_of(actor, step.matter_id),
    }  # fmt: skip


def answers_of(some: Sequence[Answer]) -> list[Told]:
    """What a report was answered with, oldest first."""
    names = people_behind(one.by for one in some)
    return [{"what": one.what, "label": one.label, "at": one.at, "by": names.get(one.by, "系统自动"), "words": one.words, "of_lead": one.lead} for one in some]


def files_of(actor: Actor, matter: UUID) -> list[Told]:
    """The photos and papers of a matter."""
    told = ("number", "step", "kind", "name", "digest", "at", "elsewhere")
    return [{name: getattr(one, name) for name in told} for one in attachments(actor, matter)]


def named(unit: UUID, now: Tree) -> Told:
    """A unit by its id and what people call it, also one that has ended."""
    return {"id": unit, "name": now.called(unit)}


def people_behind(principals: Iterable[str]) -> Mapping[str, str]:
    """principal → name, for those that are people or systems."""
    ids = {one: UUID(one.partition(":")[2]) for one in set(principals) if one.startswith("person:")}
    names = names_of(ids.values())
    return {principal: names.get(id, "（已离任人员）") for principal, id in ids.items()}


def workflow_whole(key: str, workflow: Workflow) -> Told:
    """A workflow's table."""
    return {
        "key": key, "label": workflow.label,
        "fields": [{"id": one.id, "label": one.label, "type": one.type, "unit": one.unit, "choices": list(one.choices), "ledger": one.ledger} for one in (workflow.form.fields if workflow.form else ())],
        "states": [{"id": one.id, "label": one.label, "end": one.end, "pauses": one.pauses} for one in workflow.states],
        "actions": [
            action_row(action) | {"returns": action.returns, "reworks": action.reworks, "reopens": action.reopens, "voids": action.voids, "moves": [
                {
                    "source": move.source, "target": move.target, "posts": sorted(move.posts), "not_by": sorted(move.not_by),
                    "only_by": sorted(move.only_by), "at_office": move.at_office,
                }
                for move in action.moves
            ]}
            for action in workflow.actions
        ],
        "limits": [
            {
                "id": limit.id, "label": limit.label, "during": sorted(limit.during), "value": limit.value, "param": limit.param,
                "clock": limit.clock, "owner": sorted(limit.owner), "ledger": limit.ledger, "by": limit.by, "until": limit.until, "source": limit.source, "binds": limit.binds, "follows": limit.follows, "right": limit.right,
            }
            for limit in workflow.limits
        ],
    }  # fmt: skip


def _deadline(one: Deadline) -> Told:
    return {
        "limit": one.limit, "label": one.label, "since": one.since, "due": one.due.at, "last_day": one.last_day,
        "provisional": one.due.provisional, "over": one.over, "late": one.late, "binds": one.binds, "lapsed": one.lapsed, "opens": list(one.opens), "why": list(one.due.why),
    }  # fmt: skip


def _may_open(actor: Actor, record: UUID | None) -> bool:
    if record is None:
        return False
    try:
        return bool(visible_history(actor, record, "api"))
    except NotFound:
        return False
