"""督办: what the pack's rule proposed for a task that is far behind. A leader signs it or says why not; whoever is behind
answers; a leader strikes it off. The steps, posts and limits are the pack's workflow; nothing here knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import PREFIX, facts
from zhenwu.kernel.matters.api import (
    Action,
    Deadline,
    advance_matter,
    allowed_actions,
    citing,
    current,
    deadlines,
    history,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.plans.reading import LINE, PROGRESS
from zhenwu.lib.facts import Scope

LAGGING = "lagging"
WORDS = frozenset({"reason", "result"})  # what a step may ask for that is said in words


@dataclass(frozen=True)
class Said:
    """One step: what was done, when, by whom (a principal), and the words given with it."""

    label: str
    at: datetime
    principal: str
    words: str


@dataclass(frozen=True)
class Supervision:
    """A matter that a red light opened; ``state`` in words, ``actions`` are what this person may do with it now by words
    alone, ``deadlines`` the limits that ran or run."""

    matter: UUID
    version: int
    title: str
    state: str
    is_over: bool
    actions: tuple[Action, ...]
    steps: tuple[Said, ...]
    deadlines: tuple[Deadline, ...]


def supervisions(actor: Actor, task: str) -> list[Supervision]:
    """The 督办 proposed for a task, newest first, as far as this person may see them."""
    reports = [fact.id for fact in facts(Scope(PREFIX + PROGRESS)) if fact.row["task"] == task]
    found = []
    for step in (one for one in citing(actor, LINE, reports) if one.columns["category"] == LAGGING):
        workflow = workflow_of(step.matter)
        labels, state = {action.id: action.label for action in workflow.actions}, workflow.state(step.state)
        steps = tuple(
            Said(labels.get(one.action, one.action), one.at, one.principal, str(one.given.get("reason") or one.given.get("result") or ""))
            for one in history(actor, step.matter_id)
        )
        allowed = tuple(action for action in allowed_actions(actor, step) if WORDS.issuperset(action.needs))
        found.append(Supervision(step.matter_id, step.number, step.matter.title, state.label, state.end, allowed, steps, tuple(deadlines(actor, step.matter_id))))
    return found


def advance_supervision(actor: Actor, matter: UUID, base_version: int, action: str, words: str, op_id: UUID) -> dict[str, Any]:
    """Take a step; ``words`` is the reason or the answer that the action needs, or a remark. Raises what ``advance_matter`` raises."""
    step = current(actor, matter)
    needs = next((one.needs for one in workflow_of(step.matter).actions if one.id == action), ()) or ("reason",)
    return advance_matter(actor, op_id, matter, action, base_version, {name: words for name in needs if words})
