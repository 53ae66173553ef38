"""Who may see and work on the matters of a line.

The matters of a confidential line (``CLOSED_LINES`` of the settings: what the discipline inspection looks into) are there only
for those whose appointment names the line; whoever else asks is told that there is no such matter.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.matters.engine import Doer
from zhenwu.kernel.orgs.api import Actor, Purpose, Reach, posts_at, posts_over, reach


def reach_of(actor: Actor, purpose: Purpose, line: str) -> Reach:
    """Where the actor may see matters of a line for a purpose."""
    return reach(actor, purpose, line, named=line in settings.CLOSED_LINES)


def doer(actor: Actor, line: str, unit: UUID) -> Doer:
    """Who the actor is to a matter of a line that lies at a unit."""
    return Doer(actor.principal, posts_at(actor, line, unit, named=line in settings.CLOSED_LINES))


def doer_over(actor: Actor, line: str, above: Collection[UUID]) -> Doer:
    """``doer`` for a unit whose ancestors (itself among them) are known already."""
    return Doer(actor.principal, posts_over(actor, line, above, named=line in settings.CLOSED_LINES))
