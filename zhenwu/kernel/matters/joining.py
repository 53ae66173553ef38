"""The verbs of several matters at once: many reports of one thing merged, one matter split into parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.rows import locked
from zhenwu.kernel.matters.steps import Report, check_given, check_report, matter_of, workflow_of
from zhenwu.kernel.matters.verbs import opening, seen_at, standing_now, stepping, told_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Problem

MOST = 50
SAME = "上报的人说是同一件"  # why, as the steps of both say it


def join_report(
    actor: Actor, op_id: UUID, report: Report, lead: UUID, *, workflow: str = "standard", action: str = "report",
    given: Mapping[str, Any] | None = None, seen: datetime | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Report what was told before: the matter that is opened rests in the ``lead`` from the first, in one act, so that this reporter is answered
    with it, and nothing is counted or handled twice.

    The ``lead`` must be within reach; who receives the matters may part them again. Returns ``{"matter": the new one, "version", "state", "lead"}``.
    Raises as ``open_matter`` and ``merge_matters`` do; nothing is written then.
    """
    report, filled = check_report(report), check_given(given)
    asked = {"workflow": workflow, "action": action, "given": filled, "lead": str(lead), **told_of(report)}

    def write(writer: Writer) -> dict[str, Any]:
        found, last = _leading(actor, lead)
        noted = seen_at(seen)
        opening(writer, actor, matter_of(op_id), report, workflow, action, {**filled, **noted}, {**asked, **noted})
        other, first = locked(matter_of(op_id))
        assert other is not None and first is not None
        step = _rest(writer, actor, found, other, first, {"reason": SAME}, asked, lent=True)
        stepping(writer, actor, found, last, "gather", {"reason": SAME}, asked, reporters=frozenset({actor.principal}), lent=True)
        return {"matter": str(step.matter_id), "version": step.number, "state": step.state, "lead": str(lead)}

    return perform(Act(actor.principal, op_id, "join_report", asked), write)


def merge_matters(actor: Actor, op_id: UUID, lead: UUID, others: Sequence[tuple[UUID, int]], reason: str) -> dict[str, Any]:
    """Merge reports of one thing into the ``lead``; ``others`` are (matter, the version one has seen).

    They rest from now on and come to their end with it, so that each reporter is answered; one incident counts once. Returns
    ``{"matter": lead, "version", "merged": how many}``. Raises as ``advance_matter`` does, and ``Problem('matter.merge')``.
    """
    given = check_given({"reason": reason})
    asked = {"lead": str(lead), "others": [[str(matter), version] for matter, version in others], "reason": reason}

    def write(writer: Writer) -> dict[str, Any]:
        found, last = standing_now(actor, lead, None)
        if not others or len(others) > MOST or lead in {matter for matter, _ in others} or len({matter for matter, _ in others}) != len(others):
            raise Problem("matter.merge", "没有选要并入的事项，选重了，或者选了主件自己", f"选 1 到 {MOST} 件别的事项。")
        _check_lead(last)
        for matter, version in sorted(others):
            _merge(writer, actor, found, matter, version, given, asked)
        reporters = frozenset(Step.objects.filter(matter__in=[matter for matter, _ in others], number=1).values_list("principal", flat=True))
        kept = Step.objects.filter(matter__in=[matter for matter, _ in others], retired_by=None).values_list("carried", flat=True)
        barred = frozenset(person for one in kept for person in one.get("barred", ()))
        step = stepping(writer, actor, found, last, "gather", given, asked, reporters=reporters, barred=barred)
        return {"matter": str(lead), "version": step.number, "merged": len(others)}

    return perform(Act(actor.principal, op_id, "merge_matters", asked), write)


def _leading(actor: Actor, lead: UUID) -> tuple[Matter, Step]:
    found, last = standing_now(actor, lead, None)
    _check_lead(last)
    return found, last


def _check_lead(last: Step) -> None:
    if last.ends_on is not None or last.columns.get("merged"):
        raise Problem("matter.merge", "主件已经结束，或者自己也并入了别的事项", "选一件正在办理的作主件。")


def _merge(writer: Writer, actor: Actor, lead: Matter, matter: UUID, version: int, given: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    other, last = standing_now(actor, matter, version)
    _rest(writer, actor, lead, other, last, given, asked)


def _rest(
    writer: Writer, actor: Actor, lead: Matter, other: Matter, last: Step, given: Mapping[str, Any], asked: Mapping[str, Any], *, lent: bool = False
) -> Step:  # fmt: skip
    """Let a locked matter rest in another; ``lent`` as ``stepping`` has it."""
    if other.line not in {lead.line, *workflow_of(lead).gathers} or Matter.objects.filter(merged_into=other).exists():
        raise Problem("matter.merge", f"“{other.title}”不是同一类事项，或者它自己就是别人的主件", "同一业务的事项才能合并；主件之间合并，先把它下面的分出来。")
    step = stepping(writer, actor, other, last, "merge", {**given, "into": str(lead.id)}, asked, lent=lent)
    Matter.objects.filter(id=other.id).update(merged_into=lead)
    return step


def part_merged(actor: Actor, op_id: UUID, matter: UUID, base_version: int, reason: str) -> dict[str, Any]:
    """Take a matter that was merged by mistake out again; it goes on where it rested."""
    given, asked = check_given({"reason": reason}), {"matter": str(matter), "base_version": base_version, "reason": reason}

    def write(writer: Writer) -> dict[str, Any]:
        found, last = standing_now(actor, matter, base_version)
        if found.merged_into_id is None or last.ends_on is not None:
            raise Problem("matter.not_now", "这件事没有并入别的事项，或者已经随主件答复", "刷新这一页，看现在到了哪一步。")
        step = stepping(writer, actor, found, last, "part_merged", given, asked)
        Matter.objects.filter(id=matter).update(merged_into=None)
        return {"matter": str(matter), "version": step.number, "state": step.state}

    return perform(Act(actor.principal, op_id, "part_merged", asked), write)


def split_matter(actor: Actor, op_id: UUID, matter: UUID, base_version: int, parts: Sequence[Report], reason: str) -> dict[str, Any]:
    """Split children off a matter: each goes its own way on the same workflow, and the parent ends after them.

    Returns ``{"matter", "version", "children": [ids]}``. Raises as ``open_matter`` does.
    """
    given = check_given({"reason": reason})
    parts = [check_report(part) for part in parts]
    asked = {"matter": str(matter), "base_version": base_version, "parts": [told_of(part) for part in parts], "reason": reason}

    def write(writer: Writer) -> dict[str, Any]:
        found, last = standing_now(actor, matter, base_version)
        if not 2 <= len(parts) <= MOST or any(part.line != found.line for part in parts):
            raise Problem("matter.split", "没有写拆成哪几件，只写了一件，或者写了别的业务", f"拆成 2 到 {MOST} 件，业务与原来相同。")
        step = stepping(writer, actor, found, last, "split", given, asked)
        opener = Step.objects.filter(matter=found, number=1).values_list("action", flat=True).get()
        ids = [uuid5(op_id, f"part {number}") for number in range(len(parts))]
        for identity, part in zip(ids, parts, strict=True):
            opening(writer, actor, identity, part, found.workflow, opener, {}, asked, parent=found.id, held=str(last.columns.get("channel") or ""))
        return {"matter": str(matter), "version": step.number, "children": [str(identity) for identity in ids]}

    return perform(Act(actor.principal, op_id, "split_matter", asked), write)
