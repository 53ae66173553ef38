"""The verbs of one matter: open, advance. A thin shell around the engine: rights, one transaction, one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import calendar
from zhenwu.kernel.journal.api import Act, Event, Writer, perform
from zhenwu.kernel.matters.access import doer_of, opener, sees
from zhenwu.kernel.matters.barring import write_bars
from zhenwu.kernel.matters.built_in import BUILT_IN, SHARED
from zhenwu.kernel.matters.channels import check_channel
from zhenwu.kernel.matters.engine import GRANTED
from zhenwu.kernel.matters.judging import judged, late_now, timing
from zhenwu.kernel.matters.linking import on_record
from zhenwu.kernel.matters.models import Assist, Attachment, Matter, Step
from zhenwu.kernel.matters.numbering import write_numbers
from zhenwu.kernel.matters.rows import insert_matters, insert_steps, locked, retire
from zhenwu.kernel.matters.standing import Around, Doer, Outcome, Standing
from zhenwu.kernel.matters.steps import (
    SEEN,
    Report,
    absent,
    assigned,
    assisting,
    check_barred,
    check_given,
    check_place,
    check_report,
    coded_of,
    level_at,
    level_sent,
    make_step,
    matter_of,
    move,
    pinned,
    recoded,
    standing_of,
    workflow_of,
)
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.kernel.orgs.api import Actor, Purpose, above, tree
from zhenwu.lib.clock import now
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Conflict, Problem

LONGEST_KEPT = timedelta(days=31)  # what a phone claims to have seen before that, it has by a clock that was wrong


def open_matter(
    actor: Actor,
    op_id: UUID,
    report: Report,
    *,
    workflow: str = "standard",
    action: str = "report",
    given: Mapping[str, Any] | None = None,
    seen: datetime | None = None,
) -> dict[str, Any]:
    """Open a matter; returns ``{"matter": id, "version": 1, "state": …}``.

    ``seen``: when somebody without signal says that they saw it. It is held between a month ago and now and kept beside the moment of
    receipt, from which every limit runs; it is no part of what is asked, so that a phone may reckon it anew at each try.
    """
    report = check_report(report)
    filled = check_given(given)
    asked = {"workflow": workflow, "action": action, "given": filled, **told_of(report)}

    def write(writer: Writer) -> dict[str, Any]:
        noted = seen_at(seen)
        step = opening(writer, actor, matter_of(op_id), report, workflow, action, {**filled, **noted}, {**asked, **noted})
        return {"matter": str(step.matter_id), "version": 1, "state": step.state}

    return perform(Act(actor.principal, op_id, "open_matter", asked), write)


def seen_at(claimed: datetime | None) -> dict[str, str]:
    """When it was seen, as the opening step keeps it."""
    received = now()
    return {SEEN: max(min(claimed, received), received - LONGEST_KEPT).isoformat()} if claimed else {}


def told_of(report: Report) -> dict[str, Any]:
    """A report as the digest of an act spells it."""
    told = {name: str(value) if isinstance(value, UUID) else value for name in ("unit", "record", "about") if (value := getattr(report, name))}
    return {**told, "line": report.line, "title": report.title, "text": report.text, "coded": [report.category, report.channel, report.level]}


def opening(
    writer: Writer, actor: Actor, matter: UUID, report: Report, workflow: str, action: str, given: Mapping[str, Any], asked: Mapping[str, Any],
    parent: UUID | None = None, held: str = "",
) -> Step:  # fmt: skip
    """Write a new matter and its first step inside an act. ``held``: the channel of what a part is split from, which it may keep whatever is
    known today."""
    if report.channel != held:
        check_channel(report.channel)
    over = above(report.unit)
    check_place(report.unit, over.__contains__)
    revision, table = pinned(workflow)
    found = Matter(
        id=matter, workflow=workflow, revision_id=revision, line=report.line, title=report.title.strip(), text=report.text,
        record=report.record, about_id=report.about, parent_id=parent,
    )  # fmt: skip
    coded = coded_of(found, {"category": report.category, "channel": report.channel})
    check_barred(given)
    around = _from_kin(Around(coded, report.level or level_at(table, report.unit, tree()), level_sent(table, given, tree())), found)
    around = replace(around, on_record=on_record(actor, report.record, table, action, given, now()))
    outcome = move(table, None, action, opener(actor, report.line, over, table), now(), given, around)
    found.event = note(writer, "matter.opened", matter, 1, outcome, asked)
    insert_matters([found], found.event_id)
    step = make_step(found, 1, report.unit, outcome, actor.principal, coded, given)
    step.event, step.assigned_id = found.event, assigned(given)
    insert_steps([(step, None)], step.event_id)
    step.matter = found
    write_bars([(None, step)])
    write_numbers([(None, step)])
    return step


def _from_kin(around: Around, found: Matter) -> Around:
    """Whoever is kept out of a matter is kept out of the 督办 that presses it and of its parts."""
    kin = [one for one in (found.about_id, found.parent_id) if one]
    kept = list(Step.objects.filter(matter__in=kin, retired_by=None).values_list("carried", flat=True)) if kin else []
    barred = frozenset(person for one in kept for person in one.get("barred", ()))
    return replace(around, barred=barred, sealed=next((one["sealed"] for one in kept if one.get("sealed")), ""))


def advance_matter(
    actor: Actor, op_id: UUID, matter: UUID, action: str, base_version: int, given: Mapping[str, Any] | None = None, *,
    overriding: bool = False, purpose: Purpose = "list",
) -> dict[str, Any]:  # fmt: skip
    """Take an action on a matter at the version one has seen; returns ``{"matter", "version", "state"}``.

    ``overriding``: somebody who may passes the rules that stand in the way, with a reason that everybody sees (破例).
    ``purpose``: what the matter must be within reach for. Raises
    ``Conflict`` when somebody was quicker, ``NotFound`` when it is not there or not this person's to see.
    """
    filled = check_given(given)
    asked = {"matter": str(matter), "action": action, "base_version": base_version, "given": filled, **({"overriding": True} if overriding else {})}

    def write(writer: Writer) -> dict[str, Any]:
        if action in SHARED:
            raise Problem("matter.not_now", f"“{BUILT_IN[action].label}”要和另外的事项一起办", "用合并、拆分的按钮。")
        found, last = standing_now(actor, matter, base_version, purpose)
        step = stepping(writer, actor, found, last, action, filled, asked, overriding=overriding)
        follow_lead(writer, found, step, asked)
        return {"matter": str(matter), "version": step.number, "state": step.state}

    return perform(Act(actor.principal, op_id, "advance_matter", asked), write)


def standing_now(actor: Actor, matter: UUID, base_version: int | None, purpose: Purpose = "list") -> tuple[Matter, Step]:
    """A matter, locked, and its live step, within reach and at the version that was seen; raises ``NotFound``, ``Conflict``."""
    found, last = locked(matter)
    if found is None or last is None or not sees(actor, purpose, found.line, last):
        raise absent()
    if base_version is not None and last.number != base_version:
        raise Conflict("这件事刚才已有人办过一步", base_version, last.number)
    last.matter = found
    return found, last


def stepping(
    writer: Writer, actor: Actor, found: Matter, last: Step, action: str, given: Mapping[str, Any], asked: Mapping[str, Any], *,
    overriding: bool = False, reporters: frozenset[str] = frozenset(), barred: frozenset[str] = frozenset(), lent: bool = False,
) -> Step:  # fmt: skip
    """Take a step of a locked matter inside an act and write it. ``lent``: with the posts that may merge, for whoever reports what was told before."""
    workflow, moment = workflow_of(found), now()
    standing, calendar_now = standing_of(workflow, last), calendar()
    check_barred(given)
    around = replace(_around(found, last, workflow, standing, action, moment, given), reporters=reporters, barred=barred)
    around = replace(around, on_record=on_record(actor, found.record, workflow, action, given, moment))
    if workflow.has_levels and workflow.action(action):
        around = replace(around, level=level_at(workflow, last.assigned_id or last.unit_id, tree()), sent=level_sent(workflow, given, tree()))
    by = doer_of(actor, found.line, last)
    by = replace(by, posts=by.posts | workflow.jump_by) if lent else by
    outcome = move(workflow, standing, action, by, moment, given, around, overriding=overriding)
    outcome = judged(found, outcome, calendar_now)
    if action == GRANTED and standing.request:
        given = {**given, "limit": standing.request.limit, "units": standing.request.units}
    return write_step(writer, found, last, outcome, actor.principal, given, asked)


def write_step(
    writer: Writer, found: Matter, last: Step, outcome: Outcome, principal: str, given: Mapping[str, Any], asked: Mapping[str, Any]
) -> Step:
    """Put a step in the place of the last one."""
    event = note(writer, f"matter.{_past(outcome)}", found.id, last.number + 1, outcome, asked)
    retire(last, event.id)
    step = make_step(found, last.number + 1, last.unit_id, outcome, principal, outcome.coded, given, last)
    table = workflow_of(found).action(outcome.action)
    step.assigned_id, step.event = (assigned(given) if table else None) or _stays_with(found, last, outcome, table), event
    insert_steps([(step, None)], event.id)
    step.matter = found
    write_bars([(last, step)])
    write_numbers([(last, step)])
    if outcome.action == "withdraw":
        Assist.objects.filter(matter=found).exclude(unit__in=map(UUID, outcome.standing.parts)).delete()
    if table is not None and given.get("assist"):
        Assist.objects.bulk_create((Assist(matter=found, unit_id=unit) for unit in assisting(given)), ignore_conflicts=True)
    return step


def _stays_with(found: Matter, last: Step, outcome: Outcome, table: Action | None) -> UUID | None:
    """The office that has a matter after a step that names none: what is sent back waits to be sent elsewhere, and what goes back to an
    earlier step, or is taken back, goes back to the office of that step."""
    if outcome.action in ("jump", "withdraw"):
        earlier = Step.objects.filter(matter=found, state=outcome.standing.state, number__lt=last.number).order_by("-number")
        return earlier.values_list("assigned", flat=True).first()
    return None if table is not None and table.returns else last.assigned_id


def follow_lead(writer: Writer, lead: Matter, step: Step, asked: Mapping[str, Any]) -> None:
    """What was merged into a matter comes to its end with it, so that every reporter is answered, and is opened again with it."""
    table = workflow_of(lead).action(step.action)
    if table is None or (step.ends_on is None and not table.reopens):
        return
    for other in Matter.objects.select_for_update().filter(merged_into=lead):
        last = Step.objects.get(matter=other, retired_by=None)
        if table.reopens == (last.action == "answer_merged"):
            _follow(writer, lead, other, last, step, asked)


def _follow(writer: Writer, lead: Matter, other: Matter, last: Step, step: Step, asked: Mapping[str, Any]) -> None:
    workflow, action, given = workflow_of(other), "reopen_merged", {"reason": str(step.given.get("reason") or "")}
    before: tuple[str, str, Standing] | None = None
    if last.action == "answer_merged":
        rested = Step.objects.get(matter=other, number=last.number - 1)
        before = (last.action, last.principal, standing_of(workflow, rested))
    else:
        ends = [state.id for state in workflow.states if state.end]
        action, given = "answer_merged", {"to": step.state if step.state in ends else ends[0], "result": _result(lead)}
    around = Around(coded_of(other, last.columns), before=before)
    outcome = move(workflow, standing_of(workflow, last), action, Doer(step.principal, frozenset()), step.at, given, around)
    write_step(writer, other, last, outcome, step.principal, given, asked)


def _result(found: Matter) -> str:
    """What was last said to be the result of a matter."""
    told = Step.objects.filter(matter=found).order_by("-number").values_list("given", flat=True)
    return next((str(given["result"]) for given in told if given.get("result")), "")


def _around(found: Matter, last: Step, workflow: Workflow, standing: Standing, action: str, moment: datetime, given: Mapping[str, Any]) -> Around:
    """What the engine must know beside the standing; only what the action asks for is looked up."""
    known = coded_of(found, last.columns)
    coded = recoded(workflow, action, given, known)
    if action == "withdraw":
        before = Step.objects.filter(matter=found, number=last.number - 1).first()
        return Around(coded_of(found, before.columns) if before else coded, before=(last.action, last.principal, standing_of(workflow, before)) if before else None)
    if action == "jump":
        steps = Step.objects.filter(matter=found).order_by("number")
        return Around(coded, passed={step.state: standing_of(workflow, step) for step in steps})
    if action == "ask_extension":
        return Around(coded, late=late_now(found, replace(standing, since=moment), calendar()))
    table = workflow.action(action)
    ends = table is not None and any(workflow.state(one.target).end for one in table.moves)
    children = Step.objects.filter(matter__parent=found, retired_by=None, ends_on=None).count() if ends else 0
    asked = table is not None and bool({"photo", "paper"}.intersection(table.needs))
    late, ahead = timing(workflow, action, found, standing, moment, calendar())
    return Around(coded, children=children, attached=_attached(found, last.number) if asked else frozenset(), late=late, ahead=ahead, recoded=coded != known)


def _attached(found: Matter, step: int) -> frozenset[str]:
    """The kinds of file that were attached while a matter stood at a step."""
    return frozenset(Attachment.objects.filter(matter=found, step=step).values_list("kind", flat=True))


def _past(outcome: Outcome) -> str:
    """What the journal calls it: ``matter.closed`` and ``matter.completed`` are listened for by name."""
    if outcome.reopened:
        return "reopened"
    if outcome.ended and outcome.action not in BUILT_IN or outcome.action == "answer_merged":
        return "closed" if "closed" in outcome.standing.marks else "ended"
    return "completed" if outcome.standing.marks.get("completed") == outcome.standing.since else "advanced"


def note(writer: Writer, kind: str, matter: UUID, number: int, outcome: Outcome, asked: Mapping[str, Any]) -> Event:
    """The event of a step: ids and codes, and the digest of what was asked."""
    body = {
        "matter": str(matter), "version": number, "action": outcome.action, "state": outcome.standing.state,
        "starts": [limit.id for limit in outcome.starts], "stops": list(outcome.stops),
        "pauses": list(outcome.pauses), "resumes": list(outcome.resumes), "digest": digest(asked),
    }  # fmt: skip
    if outcome.overruled:
        body["overruled"] = len(outcome.overruled)
    return writer.event(kind, f"matter:{matter}", body)
