"""The verbs of matters: open, advance. A thin shell around the engine: rights, one transaction, one event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.definitions.api import find, revision
from zhenwu.kernel.journal.api import Act, Event, Writer, perform
from zhenwu.kernel.matters.access import doer, reach_of
from zhenwu.kernel.matters.engine import Outcome, Standing, advance
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.workflow import MARKS, Workflow, read_workflow, standard
from zhenwu.kernel.orgs.api import Actor, stands
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Conflict, NotFound, Problem

COLUMNS: Mapping[str, str] = {
    "line": "text", "state": "text", "category": "text", "channel": "text", "level": "text", "reported_on": "date",
    "accepted_on": "date", "completed_on": "date", "closed_on": "date", "ending": "text", "returned_times": "integer",
    "suspended_times": "integer", "reopened_times": "integer", "month": "integer",
}  # fmt: skip
LONGEST_TEXT = 5000
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Report:
    """What is reported. ``line`` is a pack id; ``category``, ``channel`` and ``level`` are ids or empty; ``record``: the
    ledger's record it is about."""

    line: str
    unit: UUID
    title: str
    text: str = ""
    category: str = ""
    channel: str = ""
    level: str = ""
    record: UUID | None = None


def open_matter(
    actor: Actor,
    op_id: UUID,
    report: Report,
    *,
    workflow: str = "standard",
    action: str = "report",
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Open a matter; returns ``{"matter": id, "version": 1, "state": …}``."""
    check_report(report)
    filled = check_given(given)
    asked = {
        "workflow": workflow, "action": action, "given": filled, "line": report.line, "unit": str(report.unit),
        "title": report.title, "text": report.text, "record": str(report.record or ""),
        "coded": [report.category, report.channel, report.level],
    }  # fmt: skip

    def write(writer: Writer) -> dict[str, Any]:
        check_place(report.unit)
        in_force = pinned(workflow)
        outcome = advance(in_force[1], None, action, doer(actor, report.line, report.unit), now(), filled)
        matter_id = uuid5(op_id, "matter")
        event = _event(writer, "matter.opened", matter_id, 1, outcome, asked)
        Matter.objects.create(
            id=matter_id, workflow=workflow, revision_id=in_force[0], line=report.line,
            title=report.title.strip(), text=report.text, record=report.record, event=event,
        )  # fmt: skip
        coded = {"category": report.category, "channel": report.channel, "level": report.level}
        step = make_step(matter_id, 1, report.unit, outcome, actor, coded, filled)
        step.event = event
        step.save(force_insert=True)
        return {"matter": str(matter_id), "version": 1, "state": outcome.standing.state}

    return perform(Act(actor.principal, op_id, "open_matter", asked), write)


def advance_matter(
    actor: Actor, op_id: UUID, matter: UUID, action: str, base_version: int, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Take an action on a matter at the version one has seen; returns ``{"matter", "version", "state"}``.

    Raises ``Conflict`` when somebody was quicker, ``NotFound`` when it is not there or not this person's to see.
    """
    filled = check_given(given)
    asked = {"matter": str(matter), "action": action, "base_version": base_version, "given": filled}

    def write(writer: Writer) -> dict[str, Any]:
        found = Matter.objects.select_for_update().filter(id=matter).first()
        last = Step.objects.filter(matter_id=matter, retired_by=None).first()
        if found is None or last is None:
            raise absent()
        if not reach_of(actor, "list", found.line).covers(last.unit_id):
            raise absent()
        by = doer(actor, found.line, last.unit_id)
        if last.number != base_version:
            raise Conflict("这件事刚才已有人办过一步", base_version, last.number)
        outcome = advance(workflow_of(found), standing_of(last), action, by, now(), filled)
        event = _event(writer, f"matter.{_past(outcome)}", matter, last.number + 1, outcome, asked)
        Step.objects.filter(id=last.id).update(retired_by=event)
        coded = {name: last.columns[name] for name in ("category", "channel", "level")}
        step = make_step(matter, last.number + 1, last.unit_id, outcome, actor, coded, filled, last)
        step.assigned_id, step.event = assigned(filled) or last.assigned_id, event
        step.save(force_insert=True)
        return {"matter": str(matter), "version": step.number, "state": step.state}

    return perform(Act(actor.principal, op_id, "advance_matter", asked), write)


def workflow_of(matter: Matter) -> Workflow:
    """The workflow a matter was opened under, whatever has been installed since."""
    return standard() if matter.revision_id is None else _workflow_at(matter.revision_id)


def standing_of(step: Step) -> Standing:
    """The engine's view of a step."""
    hands = {action: frozenset(people) for action, people in step.hands.items()}
    marks = {mark: datetime.fromisoformat(at) for mark, at in step.marks.items()}
    returned, suspended, reopened = (step.columns.get(f"{name}_times", 0) for name in ("returned", "suspended", "reopened"))
    return Standing(step.state, step.at, hands, marks, returned, suspended, reopened, step.columns.get("ending", ""))


@lru_cache(maxsize=512)
def _workflow_at(revision_id: int) -> Workflow:
    found = revision(revision_id)
    return read_workflow({name: part for name, part in found.body.items() if name not in ("key", "pack")}, found.key)


def pinned(key: str) -> tuple[int | None, Workflow]:
    """The workflow in force and its revision; the built-in one needs no installing."""
    found = find("workflow", key)
    if found is not None:
        return found.id, _workflow_at(found.id)
    if key == "standard":
        return None, standard()
    raise NotFound("matter.workflow", "没有这种办理流程", "业务模块可能没有启用，请联系管理员。")


def check_given(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was filled in with an action: flat, short, storable; raises ``Problem('matter.given')``."""
    kept = dict(given or {})
    for name, value in kept.items():
        plain = value is None or isinstance(value, str | int | bool)
        if not _ID.fullmatch(str(name)) or not plain or len(str(value)) > LONGEST_TEXT or not _storable(str(value)):
            raise Problem("matter.given", "填写的内容太长，或含有不能保存的字符", f"每一项不超过{LONGEST_TEXT}字。")
    if kept.get("ending") and not _ID.fullmatch(str(kept["ending"])):
        raise Problem("matter.code", f"“{str(kept['ending'])[:40]}”不是结案类型的编号", "请从列表里选择。")
    return kept


def _storable(text: str) -> bool:
    """Neither NUL (PostgreSQL refuses it) nor a lone surrogate (no UTF-8 has it)."""
    return not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text)


def absent() -> NotFound:
    """What is said of a matter that is not there or not this person's to see."""
    return NotFound("matter.unknown", "没有这个事项", "请检查链接，或联系受理人员。")


def _past(outcome: Outcome) -> str:
    """What the journal calls it: ``matter.closed`` and ``matter.completed`` are listened for by name."""
    if outcome.reopened:
        return "reopened"
    if outcome.ended:
        return "closed" if "closed" in outcome.standing.marks else "ended"
    return "completed" if outcome.standing.marks.get("completed") == outcome.standing.since else "advanced"


def _event(writer: Writer, kind: str, matter: UUID, number: int, outcome: Outcome, asked: Mapping[str, Any]) -> Event:
    body = {
        "matter": str(matter), "version": number, "action": outcome.action, "state": outcome.standing.state,
        "starts": [limit.id for limit in outcome.starts], "stops": list(outcome.stops),
        "pauses": list(outcome.pauses), "resumes": list(outcome.resumes), "digest": digest(asked),
    }  # fmt: skip
    return writer.event(kind, f"matter:{matter}", body)


def make_step(
    matter: UUID, number: int, unit: UUID, outcome: Outcome, actor: Actor, coded: Mapping[str, str], given: Mapping[str, Any],
    before: Step | None = None,
) -> Step:  # fmt: skip
    """A step to be written; its event is still to be set."""
    standing = outcome.standing
    days = {f"{mark}_on": standing.marks.get(mark) for mark in MARKS if f"{mark}_on" in COLUMNS}
    columns = {
        **coded,
        **{name: str(_day(at)) if at else None for name, at in days.items()},
        "state": standing.state,
        "ending": standing.ending,
        "returned_times": standing.returned,
        "suspended_times": standing.suspended,
        "reopened_times": standing.reopened,
    }
    return Step(
        matter_id=matter, number=number, unit_id=unit, starts_on=before.starts_on if before else _day(standing.since),
        ends_on=_day(standing.since) if outcome.ended else None, action=outcome.action, state=standing.state,
        principal=actor.principal, at=standing.since, columns=columns, given=dict(given),
        hands={action: sorted(people) for action, people in standing.hands.items()},
        marks={mark: at.isoformat() for mark, at in standing.marks.items()},
    )  # fmt: skip


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def assigned(given: Mapping[str, Any], there: Callable[[UUID], bool] = stands) -> UUID | None:
    """The unit named in what was filled in, if any."""
    if not given.get("unit"):
        return None
    try:
        unit = UUID(str(given["unit"]))
    except ValueError:
        unit = None
    if unit is None or not there(unit):
        raise Problem("matter.assigned", "派遣的单位已经撤并或不存在", "请从单位列表里选择。")
    return unit


def check_place(unit: UUID, there: Callable[[UUID], bool] = stands) -> None:
    """Raises ``Problem('matter.unit')`` for a unit that has ended."""
    if not there(unit):
        raise Problem("matter.unit", "所选的地方已经撤并或不存在", "请改选现有的网格或村。")


def check_report(report: Report) -> None:
    """Raises ``Problem`` for a title, text or code that cannot be kept."""
    if not report.title.strip() or len(report.title) > 120 or not report.title.isprintable():
        raise Problem("matter.title", "标题不合要求", "用1到120个字写清什么事，不要换行。")
    if len(report.text) > LONGEST_TEXT or not _storable(report.text):
        raise Problem("matter.text", "说明太长，或含有不能保存的字符", f"说明不超过{LONGEST_TEXT}字。")
    for value in (report.category, report.channel, report.level):
        if value and not _ID.fullmatch(value):
            raise Problem("matter.code", f"“{value[:40]}”不是分类、渠道或级别的编号", "请从列表里选择。")
    if not _ID.fullmatch(report.line):
        raise Problem("matter.line", "没有写属于哪个业务模块", "请选择业务模块。")
