"""What became of a report, told to whoever made it: accepted, sent back, put off, merged, ended with its result (decision 0034).

Nothing is stored but that somebody has seen it: an answer is read from the steps of the matter, and, while it rests in another (merged),
from that one's. A step that was taken back says nothing. What is told at night counts as new in the morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from zhenwu.kernel.journal.api import IN, Act, Writer, chunks, perform
from zhenwu.kernel.matters.access import over_lines
from zhenwu.kernel.matters.barring import not_kept_out
from zhenwu.kernel.matters.built_in import BUILT_IN
from zhenwu.kernel.matters.models import AnswerRead, Matter, Step
from zhenwu.kernel.matters.steps import workflow_of
from zhenwu.kernel.matters.telling import delivery
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.clock import now

NEWS = timedelta(days=60)  # what is older is no news, seen or not
MOST_REPORTED = 1000  # of the reports of one person, the last
MOST_MOVED = 300  # of these looked at for news, what moved last first
MOST_READ = 500
_BY_NAME = {"merge": "merged", "part_merged": "parted", "answer_merged": "ended", "reopen_merged": "reopened", "jump": "returned"}
_OF_THE_LEAD = ("accepted", "returned", "paused")  # its end and its reopening are steps of what was merged into it, too


class _Taken(NamedTuple):
    """A step as far as it can answer anything."""

    id: int
    event_id: int
    action: str
    state: str
    principal: str
    at: datetime
    given: Mapping[str, Any]
    columns__ending: str | None


@dataclass(frozen=True)
class Answer:
    """One thing that a report was answered with. ``what``: accepted, returned, paused, merged, parted, ended, reopened; ``label`` the step
    in the words of its workflow; ``words`` its result or reason; ``by`` a principal; ``lead``: the step was taken on the matter into which
    this one was merged; ``fresh``: it is news to the reporter who asks."""

    step: int
    what: str
    label: str
    at: datetime
    by: str
    words: str
    lead: bool = False
    fresh: bool = False


def reported(actor: Actor) -> QuerySet[Step]:
    """What this person reported, as it stands, what was reported last first, ``MOST_REPORTED`` at most. It is theirs to see wherever their posts lie now, but for what
    they are kept out of, and what a confidential line looks into beyond their reach. What came in by a table is answered in that table,
    and a part that was split off was nobody's report."""
    if actor.person_id is None or not actor.posts:
        return Step.objects.none()
    opened = Step.objects.filter(number=1, principal=actor.principal, matter__parent=None).exclude(event__kind="matter.batched", matter__record__isnull=False)
    last = opened.order_by("-id").values("matter")[:MOST_REPORTED]
    mine = Step.objects.filter(retired_by=None, matter__in=last).select_related("matter")
    return mine.filter(_may_be_told(actor)).order_by("-matter__event_id", "-id")


def answers(actor: Actor, steps: Sequence[Step]) -> dict[UUID, list[Answer]]:
    """matter → what its report was answered with, oldest first. ``steps`` are live ones, whose reader was already found to be within reach
    or to have reported them; of a matter into which one was merged only what this reader may be told."""
    taken = _steps_of([step.matter_id for step in steps])
    leads = {step.matter_id: step.matter.merged_into_id for step in steps if step.matter.merged_into_id}
    live = Step.objects.filter(_may_be_told(actor), matter__in=set(leads.values()), retired_by=None).select_related("matter") if leads else ()
    open_leads = {step.matter_id: step.matter for step in live}
    of_leads = _steps_of(open_leads)
    found = {step.matter_id: list(_told(step.matter, taken[step.matter_id])) for step in steps}
    for matter, lead in leads.items():
        since = max((step.event_id for step in taken[matter] if step.action == "merge"), default=0)
        if lead in open_leads:
            told = [replace(one, lead=True) for one in _told(open_leads[lead], of_leads[lead], since) if one.what in _OF_THE_LEAD]
            found[matter] = sorted([*found[matter], *told], key=lambda one: (one.at, one.step))
    return _marked(actor, found)


def news(actor: Actor) -> list[tuple[Step, list[Answer]]]:
    """The reports of this person that were answered with something they have not seen, each with all its answers; what moved last first."""
    since = now() - NEWS
    # A report that rests in another moves with that one.
    by_others = Step.objects.filter(matter=OuterRef("matter_id"), at__gte=since, number__gt=1).exclude(principal=actor.principal)
    moved = list(reported(actor).filter(Q(Exists(by_others), at__gte=since) | Q(matter__merged_into__isnull=False)).order_by("-event_id")[:MOST_MOVED])
    told = answers(actor, moved)
    fresh = [(step, told[step.matter_id]) for step in moved if any(one.fresh for one in told[step.matter_id])]
    return sorted(fresh, key=lambda row: row[1][-1].at, reverse=True)


def read_answers(actor: Actor, op_id: UUID, steps: Collection[int]) -> dict[str, Any]:
    """Mark answers (by their ``step``) as seen; returns ``{"read": how many were not before}``. Journalled like ``read_notices``. Those
    that are no news to this person are passed over."""
    wanted = sorted(set(steps))[:MOST_READ]

    def write(writer: Writer) -> dict[str, Any]:
        fresh = sorted({one.step for _, told in news(actor) for one in told if one.fresh}.intersection(wanted))
        if fresh and actor.person_id is not None:
            event = writer.event("answer.read", actor.principal, {"steps": fresh})
            AnswerRead.objects.bulk_create(AnswerRead(step_id=one, person_id=actor.person_id, event=event) for one in fresh)
        return {"read": len(fresh)}

    return perform(Act(actor.principal, op_id, "read_answers", {"steps": wanted}), write)


def _may_be_told(actor: Actor) -> Q:
    """Live steps of matters of which a reporter may be told something."""
    closed = Q(matter__line__in=settings.CLOSED_LINES)
    return not_kept_out(actor) & (~closed | over_lines(actor, "list", settings.CLOSED_LINES, "matter__line"))


def _steps_of(matters: Iterable[UUID]) -> dict[UUID, list[_Taken]]:
    """The steps of matters, oldest first; plain rows, for a first page asks this of hundreds of matters."""
    found: dict[UUID, list[_Taken]] = defaultdict(list)
    for some in chunks(list(matters), IN):
        for matter, *row in Step.objects.filter(matter__in=some).order_by("number").values_list("matter_id", *_Taken._fields):
            found[matter].append(_Taken(*row))
    return found


def _told(matter: Matter, steps: Sequence[_Taken], since: int = 0) -> Iterable[Answer]:
    """What the steps of a matter (all of them, oldest first) answer its reporter; ``since``: those of later events."""
    workflow, result = workflow_of(matter), ""
    labels = {action.id: action.label for action in (*BUILT_IN.values(), *workflow.actions)}
    for number, step in enumerate(steps):
        result = str(step.given.get("result") or result)
        before, after = steps[number - 1] if number else None, steps[number + 1] if number + 1 < len(steps) else None
        what = _what(workflow, before, step)
        if what == "reopened":
            result = ""
        if what and step.event_id > since and not (after and after.action == "withdraw"):
            words = _words(workflow, step, result if what == "ended" else "")
            yield Answer(step.id, what, labels.get(step.action, step.action), step.at, step.principal, words)


def _what(workflow: Workflow, before: _Taken | None, step: _Taken) -> str:
    """What a step says to the reporter; "" for what is the office's own affair."""
    action, state = workflow.action(step.action), workflow.state(step.state)
    if before is None or action is None:
        return _BY_NAME.get(step.action, "") if before else ""
    if action.reopens:
        return "reopened"
    if state.end:
        return "ended"
    if action.returns:
        return "returned"
    if action.marks == "accepted":
        return "accepted"
    return "paused" if state.pauses and step.state != before.state else ""


def _words(workflow: Workflow, step: _Taken, result: str) -> str:
    """What came of it (结案类型), the result, the reason, as far as they were said."""
    # What ended with its lead is told the lead's result; that it was merged was told before.
    ending = dict(workflow.endings).get(step.columns__ending or "", "") if result and step.action != "answer_merged" else ""
    return "；".join(dict.fromkeys(words for words in (ending, result, str(step.given.get("reason") or "")) if words))


def _marked(actor: Actor, found: Mapping[UUID, list[Answer]]) -> dict[UUID, list[Answer]]:
    """The answers with those marked that are news: by another's hand, delivered by now, not seen."""
    moment = now()
    may_be = {one.step for told in found.values() for one in told if one.by != actor.principal and one.at >= moment - NEWS and delivery(one.at, False) <= moment}
    seen = {
        step for some in chunks(sorted(may_be), IN)
        for step in AnswerRead.objects.filter(step__in=some, person=actor.person_id).values_list("step_id", flat=True)
    }  # fmt: skip
    return {matter: [replace(one, fresh=one.step in may_be - seen) for one in told] for matter, told in found.items()}
