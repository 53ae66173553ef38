"""Who may see and work on the matters of a line.

The matters of a confidential line (``CLOSED_LINES`` of the settings: what the discipline inspection looks into) are there only
for those whose appointment names the line; whoever else asks is told that there is no such matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import Q, UUIDField
from django.db.models.functions import Coalesce

from zhenwu.kernel.journal.api import ask
from zhenwu.kernel.matters.engine import Doer
from zhenwu.kernel.orgs.api import (
    Actor,
    Purpose,
    Reach,
    posts_at,
    posts_over,
    reach,
    reach_filter,
    reach_of_posts,
    tree,
)

_LINES = """
WITH RECURSIVE there(line) AS (
    SELECT min(line) FROM matters_matter
    UNION ALL SELECT (SELECT min(line) FROM matters_matter WHERE line > there.line) FROM there WHERE there.line IS NOT NULL
) SELECT line FROM there WHERE line IS NOT NULL
"""


def reach_of(actor: Actor, purpose: Purpose, line: str) -> Reach:
    """Where the actor may see matters of a line for a purpose."""
    return reach(actor, purpose, line, named=line in settings.CLOSED_LINES)


def doer(actor: Actor, line: str, unit: UUID) -> Doer:
    """Who the actor is to a matter of a line that lies at a unit."""
    return Doer(actor.principal, posts_at(actor, line, unit, named=line in settings.CLOSED_LINES))


def doer_over(actor: Actor, line: str, above: Collection[UUID]) -> Doer:
    """``doer`` for a unit whose ancestors (itself among them) are known already."""
    return Doer(actor.principal, posts_over(actor, line, above, named=line in settings.CLOSED_LINES))


def lines_there() -> list[str]:
    """The lines of which there are matters, however many those are: one look into the index for each."""
    return [line for (line,) in ask(_LINES)]


def over_lines(actor: Actor, purpose: Purpose, lines: Collection[str], column: str = "line", place: str = "unit_id") -> Q:
    """What the actor may see for a purpose of rows that have a unit and, under ``column``, a line; lines that are reached alike are asked
    together. ``place``: the name under which rows have their unit for a wide reach (``walked``)."""
    return _together({line: reach_of(actor, purpose, line) for line in lines}, column, place)


def where_posted(actor: Actor, post: str, lines: Collection[str]) -> Q:
    """Rows of these lines over whose unit the actor holds a kind of post."""
    return _together({line: reach_of_posts(actor, line, (post,)) for line in lines}, "line", "unit_id")


def walked(column: str = "line") -> dict[str, Coalesce]:
    """Aliases ``place`` and ``of_line`` of a row's unit and line that no index knows: who sees a whole township walks a list in its order
    and stops at the page's end, instead of gathering and sorting all that lies in each of its units."""
    return {"place": Coalesce("unit_id", "unit_id", output_field=UUIDField()), "of_line": Coalesce(column, column)}


def _together(reaches: Mapping[str, Reach], column: str, place: str) -> Q:
    alike: dict[Reach, list[str]] = {}
    for line, found in reaches.items():
        if not found.nothing:
            alike.setdefault(found, []).append(line)
    within, now = Q(pk__in=[]), tree()
    for found, some in alike.items():
        wide = any(now.kind(unit) in ("county", "township") for unit in found.units if unit in now)
        within |= Q(**{f"{column}__in": some}) & reach_filter(found, place if wide else "unit_id")
    return within
