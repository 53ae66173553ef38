"""Reading matters: facts for counting, what an event changed, and what a person may see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.journal.api import (
    IN,
    Event,
    chunks,
    in_scope,
    known_id,
    plain_rows,
    read_date,
    read_id,
    selecting,
    stream,
)
from zhenwu.kernel.matters.access import doer_of, lines_there, opener, over_lines, seen_by, sent_to, walked
from zhenwu.kernel.matters.barring import sealed_lines
from zhenwu.kernel.matters.built_in import BUILT_IN, offered
from zhenwu.kernel.matters.columns import COLUMNS
from zhenwu.kernel.matters.hindrances import allowed
from zhenwu.kernel.matters.models import Matter, MatterNumber, RunningLimit, Step
from zhenwu.kernel.matters.offices import goes_on, lies_with
from zhenwu.kernel.matters.standing import Doer, Standing
from zhenwu.kernel.matters.steps import KERNEL_WORKFLOWS, brought, standing_of, workflow_at, workflow_of
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.kernel.orgs.api import Actor, Purpose, Reach, reach_filter, tree
from zhenwu.lib.clock import now as moment_now
from zhenwu.lib.facts import Fact, Row, Scope
from zhenwu.lib.problems import NotFound

PREFIX = "workflow:"
_DAYS = [name for name, kind in COLUMNS.items() if kind == "date"]


def columns_of(key: str, position: int | None = None) -> dict[str, str]:
    """column → type name, over all columns of a workflow's matters, its own fields among them (as known at a position)."""
    found = find("workflow", key, position)
    if found is None and key in KERNEL_WORKFLOWS:
        form = brought(key).form
        return {**COLUMNS, **{one.id: one.type for one in (form.fields if form else ())}}
    return {**COLUMNS, **{one["id"]: one["type"] for one in (found.body.get("field", ()) if found else ())}}


def steps_in(scope: Scope) -> QuerySet[Step]:
    """The live steps of a workflow's matters within a scope, as known at its position."""
    steps = Step.objects.filter(in_scope(scope), matter__workflow=scope.source.removeprefix(PREFIX))
    return steps.select_related("matter")


def facts(scope: Scope) -> Iterator[Fact]:
    """The facts within a scope, oldest first."""
    sql, values = selecting(_COLUMNS, _STEPS, scope, "m.workflow = %s", [scope.source.removeprefix(PREFIX)])
    yield from (_plain_fact(*told) for *told, _ in stream(f"{sql} ORDER BY 7, 9", *values))


_COLUMNS = "m.workflow, m.revision_id, m.line, v.matter_id, v.number, v.unit_id, v.starts_on, v.columns, v.id"
_STEPS = "matters_step v JOIN matters_matter m ON m.id = v.matter_id"


def _facts(steps: QuerySet[Step]) -> Iterator[Fact]:
    """Model instances, of the step and of its matter, would cost three times the time."""
    return starmap(_plain_fact, plain_rows(steps.select_related(None).values_list(*_TOLD)))


_TOLD = ("matter__workflow", "matter__revision_id", "matter__line", "matter_id", "number", "unit_id", "starts_on", "columns")


def _plain_fact(
    workflow: str, revision_id: int | None, line: str, matter: UUID | str, number: int, unit: UUID | str, starts_on: date | str, columns: str
) -> Fact:  # fmt: skip
    """A fact from a row as the driver gives it."""
    row = Row(orjson.loads(columns), line=line, month=read_date(starts_on).month)
    for name in (*_DAYS, *workflow_at(workflow, revision_id).days):
        if row.get(name):
            row[name] = date.fromisoformat(row[name])
    return Fact(PREFIX + workflow, read_id(matter), number, known_id(unit), row)


def sources() -> set[str]:
    """The workflows of which there are matters, as sources of facts."""
    return {PREFIX + workflow for workflow in Matter.objects.order_by().values_list("workflow", flat=True).distinct()}


def changes(events: Sequence[Event]) -> tuple[list[Fact], list[Fact]]:
    """What events put away and what they put in its place: (before, after)."""
    steps = Step.objects.all()
    # What a batch put in place and away again was never seen by anybody.
    before, after = steps.filter(retired_by__in=events).exclude(event__in=events), steps.filter(event__in=events).exclude(retired_by__in=events)
    return list(_facts(before)), list(_facts(after))


@dataclass(frozen=True, slots=True)
class Touched:
    """A matter as an event left it: ids and codes only."""

    event: int
    matter: UUID
    line: str
    number: int
    state: str


def touched(events: Sequence[Event]) -> list[Touched]:
    """Every step that events took, in the order of each matter's steps, but for matters that are sealed. For followers: no rights are
    checked."""
    steps = Step.objects.filter(event__in=events).exclude(carried__has_key="sealed").order_by("number")
    return [Touched(*row) for row in steps.values_list("event_id", "matter_id", "matter__line", "number", "state")]


def visible(actor: Actor, purpose: Purpose, query: QuerySet[Step]) -> QuerySet[Step]:
    """Narrow steps to what the actor's posts and places allow, each matter by its own line; nothing by default."""
    return query.filter(seen_by(actor, purpose, query.order_by().values_list("matter__line", flat=True).distinct()))


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


@dataclass(frozen=True)
class Narrow:
    """What a list is narrowed to: all ``words`` in the title or in a number (案号; the id of a matter is one), a ``unit`` with all below it
    today, the ``office`` that has it now, the ``state`` of a ``workflow``, any of these ``categories`` (None: whichever), a ``channel``,
    reported from the day ``since`` to the day ``until``."""

    words: str = ""
    unit: UUID | None = None
    office: UUID | None = None
    workflow: str = ""
    state: str = ""
    categories: frozenset[str] | None = None
    channel: str = ""
    since: date | None = None
    until: date | None = None

    def rows(self, step: str = "") -> Q:
        """Rows that have a matter, a ``place`` (see ``walked``), an assigned unit and, under the prefix ``step``, what a live step has."""
        found = Q(*map(_says, self.words.split()))
        if self.unit is not None:
            found &= reach_filter(Reach(units=frozenset({self.unit})), "place")
        told = {
            "matter__workflow": self.workflow, f"{step}state": self.state, f"{step}columns__channel": self.channel,
            f"{step}starts_on__gte": self.since, f"{step}starts_on__lte": self.until,
        }  # fmt: skip
        found &= Q(**{name: value for name, value in told.items() if value})
        if self.categories is not None:
            found &= Q(**{f"{step}columns__category__in": sorted(self.categories)}) if self.categories else Q(pk__in=[])
        return found & lies_with(self.office) if self.office is not None else found


EVERYTHING = Narrow()


def _says(word: str) -> Q:
    """Rows with a matter whose title or number has a word, or whose whole id it is: the number that another platform gave to a villager."""
    found = Q(matter__title__icontains=word) | Q(Exists(MatterNumber.objects.filter(matter=OuterRef("matter_id"), value__icontains=word)))
    try:
        return found | Q(matter_id=UUID(word))
    except ValueError:
        return found


def listed(actor: Actor, line: str = "", over: bool | None = False, narrow: Narrow = EVERYTHING, purpose: Purpose = "list") -> QuerySet[Step]:
    """The matters (of a line) that this person may see, as they stand, those that are over, those that are not, or (None) both; what was
    last done comes first."""
    query = Step.objects.filter(retired_by=None, **({} if over is None else {"ends_on__isnull": not over})).select_related("matter")
    lines = [line] if line else lines_there()
    within = over_lines(actor, purpose, lines, "of_line", "place") | sent_to(actor, purpose, lines, "of_line")
    return query.alias(**walked("matter__line")).filter(within, narrow.rows()).order_by("-event_id", "-id")


def waiting(actor: Actor, line: str = "", most: int = 1000, narrow: Narrow = EVERYTHING, purpose: Purpose = "list") -> list[Step]:
    """The matters (of the ``most`` that are due first) that this person's post may take a step on, the most urgent first: a step onwards,
    not one that goes back, stops the clock or opens again; or of which an answer is waited for (协办、延期)."""
    now, found = tree(), []
    for row in by_due(actor, line, narrow=narrow, purpose=purpose).filter(step__retired_by=None)[:most]:
        step, matter = row.step, row.matter
        step.matter = matter
        if is_turn(step, doer_of(actor, matter.line, step, now)):
            found.append(step)
    return found


def is_turn(step: Step, by: Doer) -> bool:
    """Whether a step onwards, or an answer that is waited for, is this doer's."""
    workflow = workflow_of(step.matter)
    standing = standing_of(workflow, step)
    if any(goes_on(workflow, action, step.state) for action in allowed(workflow, standing, by)):
        return True
    return any(action.id in ("answer_part", "grant_extension") for action in offered(workflow, standing, by))


def by_due(actor: Actor, line: str = "", late: bool = False, narrow: Narrow = EVERYTHING, purpose: Purpose = "list") -> QuerySet[RunningLimit]:
    """The matters that are not over and that this person may see, each by the limit that comes first, the most urgent first; with ``late``
    only those that are overdue by now."""
    # A limit's line is that for which its matter was sealed, if it was: then it is asked for by the matter's own line (``own``).
    query = RunningLimit.objects.filter(first=True, **({"line__in": [line, *sealed_lines(actor)]} if line else {}))
    query = query.filter(order_at__lte=moment_now()) if late else query
    lines = [line] if line else lines_there()
    within = over_lines(actor, purpose, lines, place="place", own="matter__line") | sent_to(actor, purpose, lines, "line")
    return query.alias(**walked()).filter(within, narrow.rows("step__")).select_related("step", "matter").order_by("order_at", "matter_id")


def openable(actor: Actor, matters: Collection[UUID]) -> set[UUID]:
    """Those of these matters whose page this person may open."""
    query = Step.objects.filter(retired_by=None)
    return {found for some in chunks(list(matters), IN) for found in visible(actor, "list", query.filter(matter__in=some)).values_list("matter_id", flat=True)}


def firsts(matters: Collection[UUID]) -> dict[UUID, RunningLimit]:
    """matter → the limit that comes first. For matters whose reader was already found to be within reach."""
    return {one.matter_id: one for some in chunks(list(matters), IN) for one in RunningLimit.objects.filter(matter_id__in=some, first=True)}


def late_among(matters: Collection[UUID]) -> int:
    """How many of these matters are overdue now. For matters whose reader was already found to be within reach."""
    found = RunningLimit.objects.filter(first=True, order_at__lte=moment_now())
    return sum(found.filter(matter_id__in=some).count() for some in chunks(list(matters), IN))


def citing(actor: Actor, line: str, records: Collection[UUID]) -> list[Step]:
    """The matters of a line ("" for any) about these records, as they stand, newest first, as far as this person may see them."""
    query = Step.objects.filter(matter__record__in=records, retired_by=None, **({"matter__line": line} if line else {})).select_related("matter")
    return list(visible(actor, "list", query).order_by("-matter__event_id"))


def records_behind(matters: Collection[Matter]) -> dict[UUID, UUID]:
    """matter → the ledger's record that it is about; of one that has none, that of the matter which it presses or was split from. Matters
    without one are left out. For matters whose reader was already found to be within reach."""
    others = {one.about_id or one.parent_id for one in matters if one.record is None} - {None}
    theirs = {id: record for some in chunks(sorted(others), IN) for id, record in Matter.objects.filter(id__in=some).values_list("id", "record")}
    found = {one.id: one.record or next((theirs[other] for other in (one.about_id, one.parent_id) if other in theirs), None) for one in matters}
    return {matter: record for matter, record in found.items() if record}


def history(actor: Actor, matter: UUID) -> list[Step]:
    """All steps of a matter within reach, oldest first."""
    current(actor, matter)
    return list(Step.objects.filter(matter_id=matter).select_related("event", "matter").order_by("number"))


def allowed_actions(actor: Actor, step: Step) -> list[Action]:
    """What this person may do with a matter as it stands, by its table and by what every matter knows: the buttons of its page."""
    matter: Matter = step.matter
    workflow, who = workflow_of(matter), doer_of(actor, matter.line, step)
    standing = standing_of(workflow, step)
    taken_back = [BUILT_IN["withdraw"]] if _may_withdraw(workflow, step, actor) else []
    merged = [BUILT_IN["part_merged"]] if standing.merged and step.ends_on is None and who.posts & workflow.jump_by else []
    return [*allowed(workflow, standing, who), *([] if standing.merged else offered(workflow, standing, who)), *taken_back, *merged]


def _may_withdraw(workflow: Workflow, step: Step, actor: Actor) -> bool:
    return step.number > 1 and step.principal == actor.principal and step.action not in BUILT_IN and not workflow.state(step.state).end


def may_open_here(actor: Actor, line: str, workflow: Workflow, action: Action, among: Collection[UUID] | None = None) -> Iterator[UUID]:
    """The townships, villages and grids (of ``among``, if given) at which this person may open a matter by an action, in the order of
    the tree."""
    now = tree()
    posts = next(move.posts for known, move in workflow.moves_from(None) if known.id == action.id)
    for kind in ("township", "village", "grid"):
        for unit in now.of_kind(kind):
            if among is not None and unit not in among:
                continue
            if opener(actor, line, (unit, *now.ancestors(unit)), workflow).posts & posts:
                yield unit


def may_join(actor: Actor, step: Step) -> bool:
    """Whether this person may merge and split such matters."""
    workflow = workflow_of(step.matter)
    return not workflow.state(step.state).end and not step.columns.get("merged") and bool(doer_of(actor, step.matter.line, step).posts & workflow.jump_by)


def may_override(actor: Actor, step: Step) -> list[Action]:
    """What this person may do only by passing a rule, with a reason (破例)."""
    matter: Matter = step.matter
    workflow, who = workflow_of(matter), doer_of(actor, matter.line, step)
    if not who.posts & workflow.override_by or step.columns.get("merged"):
        return []
    able = {action.id for action in allowed(workflow, standing_of(workflow, step), who)}
    ruled = [(action, action.joins or action.voids or move.when is not None) for action, move in workflow.moves_from(step.state)]
    return [action for action, has_rules in ruled if has_rules or action.id not in able]


def states_passed(step: Step) -> list[str]:
    """The states that a matter was in before, in the order of its workflow, without ends: whereto it may be sent back."""
    workflow = workflow_of(step.matter)
    passed = set(Step.objects.filter(matter_id=step.matter_id).values_list("state", flat=True))
    return [state.id for state in workflow.states if state.id in passed and not state.end and state.id != step.state]


def kin(actor: Actor, matter: Matter) -> dict[str, list[Step]]:
    """What belongs to a matter, as far as this person may see it: ``merged`` into it, its ``children``, its ``parent``, the matter it
    was merged ``into``, the ``pressing`` 督办, and the one it is ``about``."""
    live = Step.objects.filter(retired_by=None).select_related("matter")
    asked = {
        "merged": live.filter(matter__merged_into=matter), "children": live.filter(matter__parent=matter), "parent": live.filter(matter=matter.parent_id),
        "into": live.filter(matter=matter.merged_into_id), "pressing": live.filter(matter__about=matter), "about": live.filter(matter=matter.about_id),
    }  # fmt: skip
    return {name: found for name, query in asked.items() if (found := list(visible(actor, "list", query).order_by("matter__event_id")))}


def standing_at(step: Step) -> Standing:
    """Where a matter stood after a step, as the engine sees it."""
    return standing_of(workflow_of(step.matter), step)
