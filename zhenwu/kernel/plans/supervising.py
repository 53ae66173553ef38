"""督办: what the pack's rule proposed for a task that is far behind. A person signs it, or says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import PREFIX, facts
from zhenwu.kernel.matters.api import advance_matter, allowed_actions, citing, current
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.plans.reading import LINE, PROGRESS
from zhenwu.lib.facts import Scope

LAGGING = "lagging"
SIGN, DECLINE = "accept", "void"


@dataclass(frozen=True)
class Supervision:
    """A matter that a red light opened; ``actions`` are what this person may do with it now."""

    matter: UUID
    version: int
    title: str
    state: str
    actions: tuple[str, ...]


def supervisions(actor: Actor, task: str) -> list[Supervision]:
    """The 督办 proposed for a task, newest first, as far as this person may see them."""
    reports = [fact.id for fact in facts(Scope(PREFIX + PROGRESS)) if fact.row["task"] == task]
    found = [one for one in citing(actor, LINE, reports) if one.columns["category"] == LAGGING]
    return [
        Supervision(one.matter_id, one.number, one.matter.title, one.state, tuple(action.id for action in allowed_actions(actor, one)))
        for one in found
    ]


def sign_supervision(actor: Actor, matter: UUID, base_version: int, op_id: UUID) -> dict[str, Any]:
    """签发: the matter is taken up; from here on it is handled like any other."""
    current(actor, matter)
    return advance_matter(actor, op_id, matter, SIGN, base_version)


def decline_supervision(actor: Actor, matter: UUID, base_version: int, reason: str, op_id: UUID) -> dict[str, Any]:
    """不督办, with a reason."""
    current(actor, matter)
    return advance_matter(actor, op_id, matter, DECLINE, base_version, {"reason": reason})
