"""Who may see and work on the matters of a line.

A matter is within reach where a person's posts reach its place for its line; and for those who hold a post at the office that it
was sent to or that assists, whatever their line. The matters of a confidential line (``CLOSED_LINES`` of the settings: what the
discipline inspection looks into) are there only for those whose appointment names the line; whoever else asks is told that there is
no such matter. Who is kept out by name, or by a seal, is told the same (``barring``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, UUIDField
from django.db.models.functions import Coalesce

from zhenwu.kernel.journal.api import ask
from zhenwu.kernel.matters.barring import is_kept_out, not_kept_out, reach_of_sealed, sealed_for, seen_sealed
from zhenwu.kernel.matters.models import Assist, Step
from zhenwu.kernel.matters.standing import Doer
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.orgs.api import (
    Actor,
    Purpose,
    Reach,
    Tree,
    posts_at,
    posts_over,
    reach,
    reach_filter,
    reach_of_posts,
    tree,
)
from zhenwu.kernel.orgs.api import post_kinds as kinds

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


def doer_of(actor: Actor, line: str, step: Step, now: Tree | None = None) -> Doer:
    """Who the actor is to a matter as it stands: where it lies, at the office that it was sent to, at the offices that assist."""
    units, line = now or tree(), sealed_for(step) or line
    above = (step.unit_id, *units.ancestors(step.unit_id)) if step.unit_id in units else ()
    known = doer_over(actor, line, above) if above else doer(actor, line, step.unit_id)
    owing = [unit for unit, (_, answered, _) in step.carried.get("parts", {}).items() if answered is None]
    office = None if step.assigned_id is None else held_at(actor, line, step.assigned_id, units)
    assists = frozenset(unit for unit in owing if held_at(actor, line, UUID(unit), units))
    return Doer(known.principal, known.posts, office, assists)


def held_at(actor: Actor, line: str, unit: UUID, units: Tree) -> frozenset[str]:
    """The kinds of post that an actor holds at an office, village or grid itself, or at a place under it, of whatever line."""
    if actor.person_id is None:
        return frozenset(kinds())
    if line in settings.CLOSED_LINES:
        held = [one for one in actor.posts if line in one.lines]
    else:
        held = list(actor.posts)
    return frozenset(one.kind for one in held if one.unit_id == unit or (one.unit_id in units and unit in units.ancestors(one.unit_id)))


def sees(actor: Actor, purpose: Purpose, line: str, step: Step) -> bool:
    """Whether a matter as it stands is within reach."""
    if is_kept_out(actor, step):
        return False
    if sealed := sealed_for(step):
        return reach_of_sealed(actor, purpose, sealed).covers_one(step.unit_id)
    return reach_of(actor, purpose, line).covers_one(step.unit_id) or was_sent(actor, purpose, line, step)


def opener(actor: Actor, line: str, above: Collection[UUID], workflow: Workflow) -> Doer:
    """Who the actor is to a matter of a line that would be opened at a unit: by the line itself, or by a line from which the workflow
    receives (whoever hands in what others look into need not be one of them)."""
    posts = doer_over(actor, line, above).posts.union(*(posts_over(actor, other, above) for other in workflow.receives_from))
    return Doer(actor.principal, posts)


def was_sent(actor: Actor, purpose: Purpose, line: str, step: Step) -> bool:
    """Whether a matter was sent to an office of the actor's, or asks it to assist."""
    if line in settings.CLOSED_LINES or purpose not in SENT:
        return False
    asked = {step.assigned_id, *map(UUID, step.carried.get("parts", {}))}
    return not asked.isdisjoint(_own_units(actor))


SENT = ("list", "api")  # what those may do with a matter to whom it was sent, beyond their own line: take it on


def seen_by(actor: Actor, purpose: Purpose, lines: Iterable[str]) -> Q:
    """The steps within reach as a filter, each line by its own rights; nothing by default."""
    found, open_lines = Q(pk__in=[]), []
    for line in lines:
        found |= Q(matter__line=line) & reach_filter(reach_of(actor, purpose, line))
        open_lines += [line] if line not in settings.CLOSED_LINES else []
    within = (found | sent_to(actor, purpose, open_lines, "matter__line")) & not_kept_out(actor)
    return within | seen_sealed(actor, purpose)


def sent_to(actor: Actor, purpose: Purpose, lines: Collection[str], column: str) -> Q:
    """Rows (with a matter, an assigned unit and, under ``column``, a line) of what was sent to an office of the actor's or asks it to
    assist; never of a confidential line."""
    own = _own_units(actor) if purpose in SENT and actor.person_id is not None else frozenset()
    if not own:
        return Q(pk__in=[])
    assisting = Assist.objects.filter(matter=OuterRef("matter_id"), unit__in=own)
    able = [line for line in lines if line not in settings.CLOSED_LINES]
    return Q(**{f"{column}__in": able}) & (Q(assigned__in=own) | Q(Exists(assisting))) & not_kept_out(actor)


def _own_units(actor: Actor) -> frozenset[UUID]:
    """The units at which somebody takes on what is sent there: those of their posts that may see lists, and no unit above them."""
    able = kinds()
    return frozenset(held.unit_id for held in actor.posts if held.kind in able and "list" in able[held.kind].purposes)


def lines_there() -> list[str]:
    """The lines of which there are matters, however many those are: one look into the index for each."""
    return [line for (line,) in ask(_LINES)]


def over_lines(actor: Actor, purpose: Purpose, lines: Collection[str], column: str = "line", place: str = "unit_id", own: str = "") -> Q:
    """What the actor may see for a purpose of rows that have a unit and, under ``column``, one of these lines; lines that are reached alike
    are asked together. ``place``: the name under which rows have their unit for a wide reach (``walked``); ``own``: that under which they
    have the line of the matter itself, where ``column`` is the line that it was sealed for."""
    within = _together({line: reach_of(actor, purpose, line) for line in lines}, column, place)
    return within & not_kept_out(actor) | Q(**{f"{own or column}__in": list(lines)}) & seen_sealed(actor, purpose)


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
