"""换班: what may be exchanged by whom, and what an exchange that was granted does to the roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.ledgers.api import Filler, RecordInput, save_record
from zhenwu.kernel.matters.api import (
    Report,
    Step,
    advance_matter,
    allowed_actions,
    current,
    history,
    listed,
    open_matter,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, find_person
from zhenwu.kernel.rosters.asking import question
from zhenwu.kernel.rosters.reading import AHEAD, Stand, accounts, filler, moment, name_of, posts, stands
from zhenwu.kernel.rosters.scheme import Scheme
from zhenwu.kernel.rosters.words import BROKEN, told_watch
from zhenwu.lib.clock import today
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.lib.roster_rules import DAY, Duty, breaches

MOST = 60


@dataclass(frozen=True)
class Swap:
    """An exchange that is not over: what is asked, its state in words, and (action, label) of what this person may do."""

    id: UUID
    title: str
    text: str
    reason: str
    number: int
    state: str
    actions: tuple[tuple[str, str], ...]


def coming(who: Actor, scheme: Scheme) -> list[Stand]:
    """The assignments that have not begun."""
    at = moment()
    return [one for one in stands(who, scheme, today(), today() + DAY * AHEAD) if one.duty.watch.starts > at and one.on_post is None]


def swap_choices(who: Actor, scheme: Scheme, login: str, may_fill: bool) -> dict[str, Any]:
    """What somebody may offer (their own watches; for who has no log-in, whoever makes rosters), and what may come back."""
    logins, there, future = accounts(who, scheme), posts(who, scheme, today()), coming(who, scheme)
    own = [one for one in future if scheme.swaps and _speaks(login, may_fill, logins.get(one.duty.watcher, ""))]
    told = {one.record: f"{one.duty.watcher}　{told_watch(one.duty.watch, there)}" for one in future}
    return {"own": [(one.record, told[one.record]) for one in own], "back": list(told.items()) if own else [], "others": sorted(logins) if own else []}


def ask(who: Actor, scheme: Scheme, login: str, record: UUID, other: str, back: UUID | None, reason: str, op_id: UUID) -> None:
    """Ask for an exchange; raises ``Problem`` for one that the rest rules forbid, ``Refused`` for another's watch."""
    if not scheme.swaps:
        raise NotFound("swap.none", f"{scheme.label}没有换班", "请联系排班的人。")
    future = {one.record: one for one in coming(who, scheme)}
    mine, theirs = future.get(record), future.get(back) if back else None
    if mine is None or (back and theirs is None):
        raise NotFound("swap.watch", "没有这个班，或者已经开始了", "刷新页面，重新选。")
    other = theirs.duty.watcher if theirs else other
    logins = accounts(who, scheme)
    if not _speaks(login, bool(filler(who, scheme).units), logins.get(mine.duty.watcher, "")):
        raise Refused("swap.not_yours", "只能申请换自己的班", "请本人登录申请；没有账号的由办公室代办。")
    if other not in logins or other == mine.duty.watcher:
        raise Problem("swap.other", "没有选和谁换", f"选一个在“{scheme.labels['people']}”里的人。")
    check(who, scheme, mine, other, theirs)
    there = posts(who, scheme, today())
    title = f"{mine.duty.watcher}的班换给{other}：{told_watch(mine.duty.watch, there)}"
    text = f"换回来的班：{told_watch(theirs.duty.watch, there)}。" if theirs else "不换回来。"
    given = {"reason": reason, "asker": mine.duty.watcher, "other": other, "back": str(back or "")}
    open_matter(who, op_id, Report(scheme.pack, mine.unit, title[:120], text, record=mine.record), workflow=scheme.swaps, given=given)


def take(who: Actor, scheme: Scheme, login: str, matter: UUID, action: str, base: int, reason: str, op_id: UUID) -> str:
    """A step of an exchange; granting it changes the roster too where the person may. Returns what was done, in words."""
    step = current(who, matter)
    if step.matter.workflow != scheme.swaps or not scheme.swaps:
        raise NotFound("matter.unknown", "没有这个换班申请", "刷新页面再试。")
    asked = history(who, matter)[0].given
    if action == "agree":
        _require_other(who, scheme, login, str(asked["other"]))
    if action == "apply":
        return _apply(who, scheme, step, asked, op_id)
    advance_matter(who, op_id, matter, action, base, {"reason": reason} if reason else {})
    if action == "approve" and filler(who, scheme).covers(step.unit_id):
        return _apply(who, scheme, current(who, matter), asked, uuid5(op_id, "apply"))
    return {"agree": "已同意，等领导批准。", "approve": "已批准，请办公室改班表。", "decline": "已记下：不换。"}.get(action, "已留痕。")


def open_swaps(who: Actor, scheme: Scheme, login: str, write: Filler) -> list[Swap]:
    """The exchanges that are not over, each with what this person may do."""
    logins, rows = accounts(who, scheme), list[Swap]()
    for step in listed(who, scheme.pack).filter(matter__workflow=scheme.swaps)[:MOST] if scheme.swaps else ():
        asked = history(who, step.matter_id)[0].given
        able = {action.id: action.label for action in allowed_actions(who, step)}
        if not _speaks(login, bool(write.units), logins.get(str(asked.get("other")), "")):
            able.pop("agree", None)
        if not write.covers(step.unit_id):
            able.pop("apply", None)
        state = workflow_of(step.matter).state(step.state).label
        rows.append(Swap(step.matter_id, step.matter.title, step.matter.text, str(asked.get("reason", "")), step.number, state, tuple(able.items())))
    return rows


def check(who: Actor, scheme: Scheme, mine: Stand, other: str, theirs: Stand | None) -> None:
    """Raises ``Problem`` when either would then break a rule."""
    days = [one.duty.watch.id.day for one in (mine, theirs) if one]
    asked = question(who, scheme, [mine.duty.watch.id.post, *([theirs.duty.watch.id.post] if theirs else [])], min(days), max(days))
    moved = [Duty(other, mine.duty.role, mine.duty.watch), *([Duty(mine.duty.watcher, theirs.duty.role, theirs.duty.watch)] if theirs else [])]
    gone = {(one.duty.watch.id, one.duty.watcher) for one in (mine, theirs) if one}
    kept = [one for one in asked.kept if (one.watch.id, one.watcher) not in gone]
    for duty, broken in breaches(moved, {one.code: one for one in asked.watchers}, asked.rules, kept):
        raise Problem("swap.broken", f"换不成：{duty.watcher}{BROKEN[broken]}", "换一个人，或者换一个班。")


def _apply(who: Actor, scheme: Scheme, step: Step, asked: Any, op_id: UUID) -> str:
    """Give the watches new people, with the exchange as the reason, and close the matter."""
    if step.state != "approved":
        raise Problem("swap.not_now", "还没有批准，不能改班表", "等领导批准以后再改。")
    future = {one.record: one for one in coming(who, scheme)}
    mine, back = future.get(step.matter.record or UUID(int=0)), str(asked.get("back") or "")
    theirs = future.get(UUID(back)) if back else None
    asker, other = str(asked["asker"]), str(asked["other"])
    if mine is None or (back and theirs is None) or {mine.duty.watcher} - {asker, other}:
        raise Problem("swap.gone", "班表后来改过，或者这个班已经开始，换不成了", "在这件事里选“不换”，写明原因，再重新申请。")
    _require_agreed(who, scheme, step, other)
    if mine.duty.watcher == asker:
        check(who, scheme, mine, other, theirs)
    reason = f"换班：{asked.get('reason', '')}，{asker}换给{other}，{other}同意，已批准"[:200]
    for stand, watcher in ((mine, other), (theirs, asker)):
        if stand is not None and stand.duty.watcher != watcher:
            said = RecordInput({"watcher": watcher, "swap": "agreed"}, reason=reason)
            save_record(who, scheme.into, said, uuid5(op_id, stand.record.hex), stand.record, stand.number)
    given = {"result": "班表已改", "assignment": name_of(mine.duty.watch.id)}
    advance_matter(who, uuid5(op_id, "applied"), step.matter_id, "apply", step.number, given)
    return "已批准，班表已改。"


def _require_other(who: Actor, scheme: Scheme, login: str, other: str) -> None:
    if not _speaks(login, bool(filler(who, scheme).units), accounts(who, scheme).get(other, "")):
        raise Refused("swap.not_asked", f"要{other}本人同意", "请本人登录同意；没有账号的由办公室代办。")


def _require_agreed(who: Actor, scheme: Scheme, step: Step, other: str) -> None:
    """Whoever has a log-in must have agreed by it, wherever the button was pressed."""
    account = accounts(who, scheme).get(other, "")
    person = find_person(account) if account else None
    agreed = _last(history(who, step.matter_id), "agree")
    if person is not None and agreed != f"person:{person.id}":
        raise Problem("swap.agreed", f"同意换班的不是{other}本人", "在这件事里选“不换”，请本人重新同意。")


def _last(steps: Sequence[Step], action: str) -> str:
    return next((step.principal for step in reversed(steps) if step.action == action), "")


def _speaks(login: str, may_fill: bool, account: str) -> bool:
    return account == login if account else may_fill


