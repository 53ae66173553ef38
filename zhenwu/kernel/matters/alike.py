"""What else was told of the same thing: the matters that may be merged into one, by the rules of ``joining``, and what was told before of what
somebody is about to report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from zhenwu.kernel.matters.answering import reported
from zhenwu.kernel.matters.built_in import bound_by
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import may_join, visible
from zhenwu.kernel.matters.steps import matter_of, pinned, standing_of, workflow_of
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import today

LOOKED_AT = 200  # of those that were worked on last
TOLD_LATELY = timedelta(days=14)  # what was reported longer ago is hardly what somebody sees now for the first time


@dataclass(frozen=True)
class Alike:
    """``steps``: the matters as they stand that may be merged, the likeliest first. ``bound``: those near that go their own way, because a
    term runs in which the law has somebody answered."""

    steps: tuple[Step, ...] = ()
    bound: tuple[Step, ...] = ()


def alike(actor: Actor, step: Step, most: int = 20) -> Alike:
    """Open matters of its line, and of those that its workflow gathers, at its place and near it, which this person may merge into it.

    Near is the village with its grids, and the township where nobody wrote down which village; for what lies at the township, all of it.
    """
    matter, workflow = step.matter, workflow_of(step.matter)
    if matter.about_id is not None or not may_join(actor, step):
        return Alike()
    leads = Matter.objects.filter(merged_into=OuterRef("matter_id"))
    query = Step.objects.filter(
        retired_by=None, ends_on=None, unit__in=_near(step.unit_id), matter__line__in=[matter.line, *workflow.gathers], matter__merged_into=None, matter__about=None
    ).exclude(matter=matter.id)  # fmt: skip
    found = visible(actor, "list", query.filter(~Exists(leads)).select_related("matter")).order_by("-event_id")[:LOOKED_AT]
    able = sorted((one for one in found if may_join(actor, one)), key=lambda one: _distance(step, one))
    bound = [one for one in able if bound_by(standing_of(workflow_of(one.matter), one))]
    return Alike(tuple([one for one in able if one not in bound][:most]), tuple(bound[:most]))


@dataclass(frozen=True)
class ToldBefore:
    """An open matter of the same kind at the same place, told lately. ``own``: this person reported it, and is answered anyhow."""

    step: Step
    own: bool


def told_before(actor: Actor, line: str, workflow: str, action: str, category: str, unit: UUID, op_id: UUID | None = None, most: int = 3) -> list[ToldBefore]:
    """What was told in the last days of what somebody is about to report: the same small kind (``category``; none is like nothing) at the same place
    (its village as a whole counts), neither over nor put right (办结), what was told last first.

    Only what this person may see, or reported themself and may still be told of. Empty where the law has whoever reports answered by a
    term that runs from the first: such reports are not merged; and where the operation ``op_id`` has opened it already, whose answer was lost.
    """
    if not category or _answered_by_law(workflow, action) or (op_id and Matter.objects.filter(id=matter_of(op_id)).exists()):
        return []
    query = Step.objects.filter(
        retired_by=None, ends_on=None, starts_on__gte=today() - TOLD_LATELY, unit__in=_here(unit), matter__line=line, matter__workflow=workflow,
        columns__category=category, matter__merged_into=None, matter__about=None,
    ).exclude(marks__has_key="completed").select_related("matter")  # fmt: skip
    own = set(reported(actor).filter(pk__in=query.values("pk")).values_list("pk", flat=True))
    seen = set(visible(actor, "list", query).values_list("pk", flat=True))
    found = query.filter(pk__in=own | seen).order_by("-matter__event_id")[:most]
    return [ToldBefore(step, step.pk in own) for step in found]


def _answered_by_law(workflow: str, action: str) -> bool:
    table = pinned(workflow)[1]
    opened = {move.target for known, move in table.moves_from(None) if known.id == action}
    return any(limit.is_bound and opened.intersection(limit.during) for limit in table.limits)


def _here(unit: UUID) -> set[UUID]:
    """A place, what lies in it, and what it lies in up to the village."""
    now = tree()
    if unit not in now:
        return {unit}
    around = {one for one in now.ancestors(unit) if now.kind(one) in ("village", "community", "grid")}
    return {unit, *around, *(now.under(unit) if now.kind(unit) not in ("county", "township") else ())}


def _near(unit: UUID) -> set[UUID]:
    now = tree()
    if unit not in now:
        return {unit}
    village = next((one for one in (unit, *now.ancestors(unit)) if now.kind(one) == "village"), None)
    return {unit, now.township_of(unit), *now.under(village or unit)}


def _distance(step: Step, other: Step) -> tuple[bool, int, bool]:
    """The same kind first, then what is called alike, then the same place."""
    kind = step.columns.get("category")
    return not kind or other.columns.get("category") != kind, -len(_pairs(step) & _pairs(other)), other.unit_id != step.unit_id


def _pairs(step: Step) -> set[str]:
    """The pairs of signs in a title: what two titles of one thing share, however each was put."""
    title = step.matter.title
    return {title[at : at + 2] for at in range(len(title) - 1)}
