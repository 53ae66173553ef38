"""Reading matters: facts for counting, what an event changed, and what a person may see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhenwu.kernel.journal.api import Event, in_scope
from zhenwu.kernel.matters.access import doer, doer_over, reach_of
from zhenwu.kernel.matters.engine import Doer, allowed
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.verbs import COLUMNS, standing_of, workflow_of
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.kernel.orgs.api import Actor, Purpose, reach_filter, tree
from zhenwu.lib.facts import Fact, Row, Scope
from zhenwu.lib.problems import NotFound

PREFIX = "workflow:"
_DAYS = [name for name, kind in COLUMNS.items() if kind == "date"]


def steps_in(scope: Scope) -> QuerySet[Step]:
    """The live steps of a workflow's matters within a scope, as known at its position."""
    steps = Step.objects.filter(in_scope(scope), matter__workflow=scope.source.removeprefix(PREFIX))
    return steps.select_related("matter")


def facts(scope: Scope) -> Iterator[Fact]:
    """The facts within a scope, oldest first."""
    for step in steps_in(scope).order_by("starts_on", "id").iterator(chunk_size=2000):
        yield fact_of(step)


def fact_of(step: Step) -> Fact:
    """The columns of one step."""
    row = Row(step.columns, line=step.matter.line, month=step.starts_on.month)
    for name in _DAYS:
        if row.get(name):
            row[name] = date.fromisoformat(row[name])
    return Fact(PREFIX + step.matter.workflow, step.matter_id, step.number, step.unit_id, row)


def changes(events: Sequence[Event]) -> tuple[list[Fact], list[Fact]]:
    """What events put away and what they put in its place: (before, after)."""
    steps = Step.objects.select_related("matter")
    # What a batch put in place and away again was never seen by anybody.
    before, after = steps.filter(retired_by__in=events).exclude(event__in=events), steps.filter(event__in=events).exclude(retired_by__in=events)
    return [fact_of(step) for step in before], [fact_of(step) for step in after]


def visible(actor: Actor, purpose: Purpose, query: QuerySet[Step]) -> QuerySet[Step]:
    """Narrow steps to what the actor's posts and places allow, each matter by its own line; nothing by default."""
    allowed_here = Q(pk__in=[])
    for line in query.order_by().values_list("matter__line", flat=True).distinct():
        allowed_here |= Q(matter__line=line) & reach_filter(reach_of(actor, purpose, line))
    return query.filter(allowed_here)


def visible_ids(actor: Actor, purpose: Purpose, scope: Scope, line: str) -> set[tuple[UUID, int]]:
    """(matter, step number) of the facts in a scope that this person may see row by row.

    ``line`` is not asked: matters of one workflow belong to many lines, and each is judged by its own.
    """
    return set(visible(actor, purpose, steps_in(scope)).values_list("matter_id", "number"))


def titles(matters: Collection[UUID]) -> dict[UUID, tuple[str, str, datetime]]:
    """matter → (title, who reported it, when). For rows whose reader was already found to be within reach."""
    steps = Step.objects.filter(matter_id__in=matters, number=1).select_related("matter")
    return {step.matter_id: (step.matter.title, step.principal, step.at) for step in steps}


def current(actor: Actor, matter: UUID, purpose: Purpose = "list") -> Step:
    """A matter as it stands, if within reach; else ``NotFound`` (the same as for no matter)."""
    query = Step.objects.filter(matter_id=matter, retired_by=None).select_related("matter")
    found = visible(actor, purpose, query).first()
    if found is None:
        raise NotFound("matter.unknown", "没有这个事项", "请检查链接，或联系受理人员。")
    return found


def listed(actor: Actor, line: str = "", over: bool = False) -> QuerySet[Step]:
    """The matters (of a line) that this person may see, as they stand, those that are over or those that are not, newest first."""
    query = Step.objects.filter(retired_by=None, ends_on__isnull=not over).select_related("matter")
    query = query.filter(matter__line=line) if line else query
    return visible(actor, "list", query).order_by("-starts_on", "-matter_id")


def waiting(actor: Actor, line: str = "", most: int = 1000) -> list[Step]:
    """The matters (of the newest ``most``) that this person's post may take a step on: a step onwards, not one that goes back, stops
    the clock or opens again."""
    now, doers, found = tree(), dict[tuple[str, UUID], Doer](), []
    for step in listed(actor, line)[:most]:
        matter: Matter = step.matter
        where = (matter.line, step.unit_id)
        if where not in doers:
            above = (step.unit_id, *now.ancestors(step.unit_id)) if step.unit_id in now else ()
            doers[where] = doer_over(actor, matter.line, above) if above else doer(actor, *where)
        if is_turn(step, doers[where]):
            found.append(step)
    return found


def is_turn(step: Step, by: Doer) -> bool:
    """Whether a matter's next step is this doer's."""
    workflow = workflow_of(step.matter)
    return any(_goes_on(workflow, action, step.state) for action in allowed(workflow, standing_of(step), by))


def _goes_on(workflow: Workflow, action: Action, source: str) -> bool:
    target = next(move.target for move in action.moves if move.source == source)
    return not (action.returns or action.reopens or workflow.state(target).pauses)


def citing(actor: Actor, line: str, records: Collection[UUID]) -> list[Step]:
    """The matters of a line about these records, as they stand, newest first, as far as this person may see them."""
    query = Step.objects.filter(matter__line=line, matter__record__in=records, retired_by=None).select_related("matter")
    return list(visible(actor, "list", query).order_by("-matter__event_id"))


def history(actor: Actor, matter: UUID) -> list[Step]:
    """All steps of a matter within reach, oldest first."""
    current(actor, matter)
    return list(Step.objects.filter(matter_id=matter).select_related("event", "matter").order_by("number"))


def allowed_actions(actor: Actor, step: Step) -> list[Action]:
    """What this person may do with a matter as it stands: the buttons of its page."""
    matter: Matter = step.matter
    return allowed(workflow_of(matter), standing_of(step), doer(actor, matter.line, step.unit_id))
