"""督办: what the pack's rule proposed for a task that is far behind. Its steps, posts and limits are the pack's workflow; it is
taken on like any other matter."""

from __future__ import annotations

from zhenwu.kernel.ledgers.api import PREFIX, facts
from zhenwu.kernel.matters.api import Step, citing
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.plans.reading import LINE, PROGRESS
from zhenwu.lib.facts import Scope

LAGGING = "lagging"


def supervisions(actor: Actor, task: str) -> list[Step]:
    """The 督办 proposed for a task as they stand, newest first, as far as this person may see them."""
    reports = [fact.id for fact in facts(Scope(PREFIX + PROGRESS)) if fact.row["task"] == task]
    return [one for one in citing(actor, LINE, reports) if one.columns["category"] == LAGGING]
