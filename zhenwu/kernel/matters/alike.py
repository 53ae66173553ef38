"""What else was told of the same thing: the matters that may be merged into one, by the rules of ``joining``."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from zhenwu.kernel.matters.built_in import bound_by
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import may_join, visible
from zhenwu.kernel.matters.steps import standing_of, workflow_of
from zhenwu.kernel.orgs.api import Actor, tree

LOOKED_AT = 200  # of those that were worked on last


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
