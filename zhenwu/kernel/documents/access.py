"""Who may make a document of a matter, and who reads persons' names and numbers in it.

Whoever may take a step on the matter may make one; and whoever writes on its line at its place, also when it is not their turn. Names and
numbers are theirs who write there: they work on the matter. All others within reach of it read masks.
"""

from __future__ import annotations

from django.conf import settings

from zhenwu.kernel.matters.api import Step, allowed_actions
from zhenwu.kernel.orgs.api import Actor, reach


def sees_persons(actor: Actor, step: Step) -> bool:
    """Whether documents of a matter within reach show this reader its persons in full (which is logged)."""
    line = step.matter.line
    return reach(actor, "write", line, named=line in settings.CLOSED_LINES).covers_one(step.unit_id)


def may_make(actor: Actor, step: Step) -> bool:
    """Whether this person may make documents of a matter within reach."""
    return sees_persons(actor, step) or bool(allowed_actions(actor, step))
