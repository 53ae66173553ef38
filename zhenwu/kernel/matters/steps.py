"""Between the engine and the rows: what was filled in, a step as the engine sees it, and an outcome as a step to be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.definitions.api import find, revision
from zhenwu.kernel.journal.api import as_row
from zhenwu.kernel.matters.built_in import BUILT_IN, take
from zhenwu.kernel.matters.columns import CODED, COUNTED, KIND, LEVELS, day_of, row_of
from zhenwu.kernel.matters.engine import advance
from zhenwu.kernel.matters.given import with_days
from zhenwu.kernel.matters.limits import Run, linked
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.standing import Around, Doer, Outcome, Part, Request, Standing
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.matters.workflow_tables import PRESSING, STANDARD, built_in_body, read_workflow
from zhenwu.kernel.orgs.api import Tree, staff, stands
from zhenwu.lib.clocks import Pause
from zhenwu.lib.masking import mask_numbers
from zhenwu.lib.problems import NotFound, Problem

LONGEST_TEXT = 5000
MOST_ASSISTING = 20
KERNEL_WORKFLOWS = (STANDARD, PRESSING)
SEEN = "seen_at"  # in ``given`` of an opening: when a phone without signal says that it was seen
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Report:
    """What is reported. ``line`` is a pack id; ``category``, ``channel`` and ``level`` are ids or empty; ``record``: the
    ledger's record it is about; ``about``: the matter that a 督办 presses."""

    line: str
    unit: UUID
    title: str
    text: str = ""
    category: str = ""
    channel: str = ""
    level: str = ""
    record: UUID | None = None
    about: UUID | None = None


def matter_of(op_id: UUID) -> UUID:
    """The matter that an operation opens."""
    return uuid5(op_id, "matter")


def move(
    workflow: Workflow, standing: Standing | None, action: str, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around,
    *, overriding: bool = False,
) -> Outcome:  # fmt: skip
    """Any action, of the table or built in."""
    if standing is not None and action in BUILT_IN:
        return take(workflow, standing, action, doer, now, given, around)
    return advance(workflow, standing, action, doer, now, given, around, overriding=overriding)


def workflow_of(matter: Matter) -> Workflow:
    """The workflow a matter was opened under, whatever has been installed since."""
    return workflow_at(matter.workflow, matter.revision_id)


def workflow_at(name: str, revision_id: int | None) -> Workflow:
    """A workflow as of a revision; without one the kernel brings it."""
    return brought(name) if revision_id is None else _workflow_at(revision_id)


@lru_cache(maxsize=512)
def _workflow_at(revision_id: int) -> Workflow:
    found = revision(revision_id)
    return read_workflow({name: part for name, part in found.body.items() if name not in ("key", "pack")}, found.key)


@lru_cache(maxsize=8)
def brought(name: str) -> Workflow:
    """A workflow that the kernel brings."""
    return read_workflow(built_in_body(name), f"{name}.toml")


def pinned(key: str) -> tuple[int | None, Workflow]:
    """The workflow in force and its revision; the built-in ones need no installing."""
    found = find("workflow", key)
    if found is not None:
        return found.id, _workflow_at(found.id)
    if key in KERNEL_WORKFLOWS:
        return None, brought(key)
    raise NotFound("matter.workflow", "没有这种办理流程", "业务模块可能没有启用，请联系管理员。")


def standing_of(workflow: Workflow, step: Step) -> Standing:
    """The engine's view of a step."""
    columns, carried = step.columns, step.carried
    counted = {name: columns.get(f"{name}_times") or 0 for name in (*COUNTED, "overdue")}
    limits = {limit.id: limit for limit in workflow.limits}
    asked = carried.get("request")
    return Standing(
        step.state, step.at, {action: frozenset(people) for action, people in step.hands.items()},
        {mark: datetime.fromisoformat(at) for mark, at in step.marks.items()}, **counted, ending=columns.get("ending") or "",
        minutes=columns.get("handled_minutes"), level=columns.get("level") or "", rating=columns.get("rating") or "", first_rating=columns.get("first_rating") or "",
        merged=bool(columns.get("merged")), fields=with_days(workflow, {name: columns[name] for name in workflow.fields if name in columns}),
        parts={unit: Part(datetime.fromisoformat(since), _moment(done), declined) for unit, (since, done, declined) in carried.get("parts", {}).items()},
        request=Request(*asked) if asked else None, barred=frozenset(carried.get("barred", ())), sealed=carried.get("sealed", ""),
        rests=tuple(Pause(datetime.fromisoformat(since), _moment(until), "") for since, until in carried.get("rests", ())),
        runs=linked(workflow, [_run(limits[name], told) for name, told in carried.get("runs", {}).items() if name in limits]),
        done=tuple(_run(limits[name], told) for name, told in carried.get("done", {}).items() if name in limits),
    )  # fmt: skip


def _run(limit: Any, told: Mapping[str, Any]) -> Run:
    pauses = tuple(Pause(datetime.fromisoformat(since), _moment(until), reason) for since, until, reason in told.get("pauses", ()))
    columns = {limit.by: told.get("by")} if limit.by else {limit.until: _day(told.get("by"))} if limit.until else {}
    return Run(limit, datetime.fromisoformat(told["since"]), pauses, _moment(told.get("over")), columns, told.get("extra", 0), told.get("extended", 0), told.get("again", 0), told.get("missed", False))


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def carried_of(standing: Standing) -> dict[str, Any]:
    """What of a standing has no column of its own, empty parts left out."""
    runs, done = ({run.limit.id: _told(run) for run in some} for some in (standing.runs, standing.done))
    parts = {unit: [part.asked.isoformat(), part.answered and part.answered.isoformat(), part.declined] for unit, part in standing.parts.items()}
    rests = [[one.since.isoformat(), one.until and one.until.isoformat()] for one in standing.rests]
    asked = [standing.request.limit, standing.request.units, standing.request.principal] if standing.request else None
    kept_out = (("barred", sorted(standing.barred)), ("sealed", standing.sealed))
    return {name: told for name, told in (("runs", runs), ("done", done), ("parts", parts), ("request", asked), ("rests", rests), *kept_out) if told}


def _told(run: Run) -> dict[str, Any]:
    pauses = [[one.since.isoformat(), one.until and one.until.isoformat(), one.reason] for one in run.pauses]
    by = run.key if run.limit.by else run.columns.get(run.limit.until)
    told = {
        "since": run.since.isoformat(), "pauses": pauses, "extra": run.extra, "extended": run.extended,
        "by": by.isoformat() if isinstance(by, date) else by, "over": run.over and run.over.isoformat(), "again": run.again, "missed": run.missed,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def coded_of(matter: Matter, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that only a step which asks for them changes."""
    return {**{name: columns.get(name) or "" for name in CODED}, "line": matter.line, "child": matter.parent_id is not None}


def recoded(workflow: Workflow, action: str, given: Mapping[str, Any], coded: Mapping[str, Any]) -> dict[str, Any]:
    """``coded`` after an action: another kind (小类), where the action takes one and one was given."""
    table = workflow.action(action)
    told = str(given.get(KIND) or "") if table is not None and KIND in (*table.needs, *table.takes) else ""
    return {**coded, **({KIND: told} if told else {})}


def row_of_step(workflow: Workflow, step: Step) -> dict[str, Any]:
    """A step's columns as expressions read them."""
    return row_of(standing_of(workflow, step), coded_of(step.matter, step.columns))


def make_step(
    matter: Matter, number: int, unit: UUID, outcome: Outcome, principal: str, coded: Mapping[str, Any], given: Mapping[str, Any],
    before: Step | None = None,
) -> Step:  # fmt: skip
    """A step to be written; its event is still to be set."""
    standing = outcome.standing
    row = {name: value for name, value in row_of(standing, coded).items() if name != "line"}
    ended = (before.ends_on if before and before.ends_on else day_of(standing.since)) if outcome.ended else None
    told = {**given, "overruled": list(outcome.overruled)} if outcome.overruled else dict(given)
    return as_row(
        Step, matter_id=matter.id, number=number, unit_id=unit, starts_on=before.starts_on if before else day_of(standing.since), ends_on=ended,
        action=outcome.action, state=standing.state, principal=principal, at=standing.since, given=told, carried=carried_of(standing),
        columns={name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()},
        hands={action: sorted(people) for action, people in standing.hands.items()},
        marks={mark: at.isoformat() for mark, at in standing.marks.items()},
    )  # fmt: skip


def check_given(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was filled in with an action: flat, short, storable; raises ``Problem('matter.given')``."""
    kept = dict(given or {})
    for name, value in kept.items():
        plain = value is None or isinstance(value, str | int | bool) or (name in ("assist", "barred") and _are_ids(value))
        if not _ID.fullmatch(str(name)) or name in ("overruled", SEEN) or not plain or len(str(value)) > LONGEST_TEXT or not is_storable(str(value)):
            raise Problem("matter.given", "填写的内容太长，或含有不能保存的字符", f"每一项不超过{LONGEST_TEXT}字。")
    kept = {name: mask_numbers(value).text if isinstance(value, str) and name in ("reason", "result") else value for name, value in kept.items()}
    for name, word in (("ending", "结案类型"), (KIND, "分类")):
        if kept.get(name) and not _ID.fullmatch(str(kept[name])):
            raise Problem("matter.code", f"“{str(kept[name])[:40]}”不是{word}的编号", "请从列表里选择。")
    return kept


def _are_ids(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ASSISTING and all(isinstance(one, str) for one in value)


def is_storable(text: str) -> bool:
    """Neither NUL (PostgreSQL refuses it) nor a lone surrogate (no UTF-8 has it)."""
    return not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text)


def check_report(report: Report) -> Report:
    """A report as it may be kept: without identity, telephone or card numbers in its title and text, which belong into envelopes, in
    ledgers. Raises ``Problem`` for a title, text or code that cannot be kept."""
    if not report.title.strip() or len(report.title) > 120 or not report.title.isprintable():
        raise Problem("matter.title", "标题不合要求", "用1到120个字写清什么事，不要换行。")
    if len(report.text) > LONGEST_TEXT or not is_storable(report.text):
        raise Problem("matter.text", "说明太长，或含有不能保存的字符", f"说明不超过{LONGEST_TEXT}字。")
    for value in (report.category, report.channel, report.level):
        if value and not _ID.fullmatch(value):
            raise Problem("matter.code", f"“{value[:40]}”不是分类、渠道或级别的编号", "请从列表里选择。")
    if not _ID.fullmatch(report.line):
        raise Problem("matter.line", "没有写属于哪个业务模块", "请选择业务模块。")
    return replace(report, title=mask_numbers(report.title).text, text=mask_numbers(report.text).text)


def level_at(workflow: Workflow, unit: UUID, now: Tree) -> str:
    """The level at which a unit deals with matters, an office at its township's; "" for one that is not there today, and where the
    workflow knows no levels."""
    kind = now.kind(unit) if workflow.has_levels and unit in now else ""
    return "township" if kind == "office" else kind if kind in LEVELS else ""


def level_sent(workflow: Workflow, given: Mapping[str, Any], now: Tree) -> str:
    """The level of the unit to which a step sends a matter; "" where it sends it nowhere, and where the workflow knows no levels."""
    unit = assigned(given, now.__contains__) if workflow.has_levels else None
    return level_at(workflow, unit, now) if unit else ""


def assigned(given: Mapping[str, Any], there: Callable[[UUID], bool] = stands) -> UUID | None:
    """The unit named in what was filled in, if any."""
    return None if not given.get("unit") else _unit(given["unit"], "派遣的单位", there)


def assisting(given: Mapping[str, Any], there: Callable[[UUID], bool] = stands) -> list[UUID]:
    """The assisting units named in what was filled in; the leading one is none of them."""
    units = [_unit(told, "协办的单位", there) for told in given.get("assist") or ()]
    if len(set(units)) != len(units) or given.get("unit") in given.get("assist", ()):
        raise Problem("matter.assist", "协办单位写重了，或者和主办是同一个", "主办一个，协办可以几个，各写一次。")
    return units


def check_barred(given: Mapping[str, Any]) -> None:
    """Raises ``Problem('matter.barred')`` unless those whom a step keeps out are persons of the staff."""
    named = given.get("barred") or []
    if named and len(named) != len({str(one.person_id) for one in staff()}.intersection(named)):
        raise Problem("matter.barred", "要回避的人选重了，或者不在工作人员名单里", "从名单里选；名单里没有的人本来就看不到，不用写。")


def _unit(told: Any, what: str, there: Callable[[UUID], bool]) -> UUID:
    try:
        unit = UUID(str(told))
    except ValueError:
        unit = None
    if unit is None or not there(unit):
        raise Problem("matter.assigned", f"{what}已经撤并或不存在", "请从单位列表里选择。")
    return unit


def check_place(unit: UUID, there: Callable[[UUID], bool] = stands) -> None:
    """Raises ``Problem('matter.unit')`` for a unit that has ended."""
    if not there(unit):
        raise Problem("matter.unit", "所选的地方已经撤并或不存在", "请改选现有的网格或村。")


def absent() -> NotFound:
    """What is said of a matter that is not there or not this person's to see."""
    return NotFound("matter.unknown", "没有这个事项", "请检查链接，或联系受理人员。")

