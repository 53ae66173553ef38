"""Who may make a document of a matter or of a record, and who reads persons' names and numbers in it.

Whoever may take a step on the matter may make one; and whoever writes on its line at its place, also when it is not their turn. Names and
numbers are theirs who write there: they work on the matter. All others within reach of it read masks. Of a record both are theirs who may
write it (``Filler``).
"""

from __future__ import annotations

from django.conf import settings

from zhenwu.kernel.documents.facts import Version
from zhenwu.kernel.ledgers.api import Filler, form_at
from zhenwu.kernel.matters.api import Step, allowed_actions
from zhenwu.kernel.orgs.api import Actor, reach, tree


def sees_persons(actor: Actor, step: Step) -> bool:
    """Whether documents of a matter within reach show this reader its persons in full (which is logged)."""
    line = step.matter.line
    return reach(actor, "write", line, named=line in settings.CLOSED_LINES).covers_one(step.unit_id)


def may_make(actor: Actor, step: Step) -> bool:
    """Whether this person may make documents of a matter within reach."""
    return sees_persons(actor, step) or bool(allowed_actions(actor, step))


def writes_record(actor: Actor, version: Version) -> bool:
    """Whether a record within reach is theirs to write, and so its documents are theirs to make and to read with its persons in full."""
    return Filler(actor, form_at(version), tree()).covers(version.unit_id)
