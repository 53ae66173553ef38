"""换班: what may be exchanged by whom, and what an exchange that was granted does to the roster."""

from __future__ import annotations

from collections.abc import Sequence
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
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.lib.roster_rules import DAY, Duty, breaches
from zhenwu.web import rostering
from zhenwu.web.roster_tables import BROKEN, told_watch
from zhenwu.web.rostering import ASSIGNMENT, LINE, Stand

SWAP = f"{LINE}.swap"
MOST = 60


def coming(who: Actor) -> list[Stand]:
    """The assignments that have not begun."""
    at = now().astimezone(LOCAL).replace(tzinfo=None)
    return [one for one in rostering.stands(who, today(), today() + DAY * rostering.AHEAD) if one.duty.watch.starts > at and one.on_post is None]


def swap_choices(who: Actor, login: str, may_fill: bool) -> dict[str, Any]:
    """What somebody may offer (their own watches; for who has no log-in, whoever makes rosters), and what may come back."""
    logins, posts, future = rostering.accounts(who), rostering.posts(who, today()), coming(who)
    own = [one for one in future if _speaks(login, may_fill, logins.get(one.duty.watcher, ""))]
    told = {one.record: f"{one.duty.watcher}　{told_watch(one.duty.watch, posts)}" for one in future}
    return {"own": [(one.record, told[one.record]) for one in own], "back": list(told.items()) if own else [], "others": sorted(logins) if own else []}


def ask(who: Actor, login: str, record: UUID, other: str, back: UUID | None, reason: str, op_id: UUID) -> None:
    """Ask for an exchange; raises ``Problem`` for one that the rest rules forbid, ``Refused`` for another's watch."""
    future = {one.record: one for one in coming(who)}
    mine, theirs = future.get(record), future.get(back) if back else None
    if mine is None or (back and theirs is None):
        raise NotFound("swap.watch", "没有这个班，或者已经开始了", "刷新页面，重新选。")
    other = theirs.duty.watcher if theirs else other
    logins = rostering.accounts(who)
    if not _speaks(login, bool(rostering.filler(who).units), logins.get(mine.duty.watcher, "")):
        raise Refused("swap.not_yours", "只能申请换自己的班", "请本人登录申请；没有账号的由办公室代办。")
    if other not in logins or other == mine.duty.watcher:
        raise Problem("swap.other", "没有选和谁换", "选一个在值班人员名单里的人。")
    check(who, mine, other, theirs)
    posts = rostering.posts(who, today())
    title = f"{mine.duty.watcher}的班换给{other}：{told_watch(mine.duty.watch, posts)}"
    text = f"换回来的班：{told_watch(theirs.duty.watch, posts)}。" if theirs else "不换回来。"
    given = {"reason": reason, "asker": mine.duty.watcher, "other": other, "back": str(back or "")}
    open_matter(who, op_id, Report(LINE, mine.unit, title[:120], text, record=mine.record), workflow=SWAP, given=given)


def take(who: Actor, login: str, matter: UUID, action: str, base: int, reason: str, op_id: UUID) -> str:
    """A step of an exchange; granting it changes the roster too where the person may. Returns what was done, in words."""
    step = current(who, matter)
    if step.matter.workflow != SWAP:
        raise NotFound("matter.unknown", "没有这个换班申请", "刷新页面再试。")
    asked = history(who, matter)[0].given
    if action == "agree":
        _require_other(who, login, str(asked["other"]))
    if action == "apply":
        return _apply(who, step, asked, op_id)
    advance_matter(who, op_id, matter, action, base, {"reason": reason} if reason else {})
    if action == "approve" and rostering.filler(who).covers(step.unit_id):
        return _apply(who, current(who, matter), asked, uuid5(op_id, "apply"))
    return {"agree": "已同意，等领导批准。", "approve": "已批准，请办公室改班表。", "decline": "已记下：不换。"}.get(action, "已留痕。")


def open_swaps(who: Actor, login: str, write: Filler) -> list[dict[str, Any]]:
    """The exchanges that are not over, each with what this person may do."""
    logins, rows = rostering.accounts(who), []
    for step in listed(who, LINE).filter(matter__workflow=SWAP)[:MOST]:
        asked = history(who, step.matter_id)[0].given
        able = {action.id: action.label for action in allowed_actions(who, step)}
        if not _speaks(login, bool(write.units), logins.get(str(asked.get("other")), "")):
            able.pop("agree", None)
        if not write.covers(step.unit_id):
            able.pop("apply", None)
        rows.append({
            "id": step.matter_id, "title": step.matter.title, "text": step.matter.text, "reason": asked.get("reason", ""), "number": step.number,
            "state": workflow_of(step.matter).state(step.state).label, "actions": able.items(),
        })  # fmt: skip
    return rows


def check(who: Actor, mine: Stand, other: str, theirs: Stand | None) -> None:
    """Raises ``Problem`` when either would then break a rule."""
    days = [one.duty.watch.id.day for one in (mine, theirs) if one]
    asked = rostering.question(who, [mine.duty.watch.id.post, *([theirs.duty.watch.id.post] if theirs else [])], min(days), max(days))
    moved = [Duty(other, mine.duty.role, mine.duty.watch), *([Duty(mine.duty.watcher, theirs.duty.role, theirs.duty.watch)] if theirs else [])]
    gone = {(one.duty.watch.id, one.duty.watcher) for one in (mine, theirs) if one}
    kept = [one for one in asked.kept if (one.watch.id, one.watcher) not in gone]
    for duty, broken in breaches(moved, {one.code: one for one in asked.watchers}, asked.rules, kept):
        raise Problem("swap.broken", f"换不成：{duty.watcher}{BROKEN[broken]}", "换一个人，或者换一个班。")


def _apply(who: Actor, step: Step, asked: Any, op_id: UUID) -> str:
    """Give the watches new people, with the exchange as the reason, and close the matter."""
    if step.state != "approved":
        raise Problem("swap.not_now", "还没有批准，不能改班表", "等领导批准以后再改。")
    future = {one.record: one for one in coming(who)}
    mine, back = future.get(step.matter.record or UUID(int=0)), str(asked.get("back") or "")
    theirs = future.get(UUID(back)) if back else None
    asker, other = str(asked["asker"]), str(asked["other"])
    if mine is None or (back and theirs is None) or {mine.duty.watcher} - {asker, other}:
        raise Problem("swap.gone", "班表后来改过，或者这个班已经开始，换不成了", "在这件事里选“不换”，写明原因，再重新申请。")
    _require_agreed(who, step, other)
    if mine.duty.watcher == asker:
        check(who, mine, other, theirs)
    reason = f"换班：{asked.get('reason', '')}，{asker}换给{other}，{other}同意，已批准"[:200]
    for stand, watcher in ((mine, other), (theirs, asker)):
        if stand is not None and stand.duty.watcher != watcher:
            said = RecordInput({"watcher": watcher, "swap": "agreed"}, reason=reason)
            save_record(who, ASSIGNMENT, said, uuid5(op_id, stand.record.hex), stand.record, stand.number)
    given = {"result": "班表已改", "assignment": rostering.name_of(mine.duty.watch.id)}
    advance_matter(who, uuid5(op_id, "applied"), step.matter_id, "apply", step.number, given)
    return "已批准，班表已改。"


def _require_other(who: Actor, login: str, other: str) -> None:
    if not _speaks(login, bool(rostering.filler(who).units), rostering.accounts(who).get(other, "")):
        raise Refused("swap.not_asked", f"要{other}本人同意", "请本人登录同意；没有账号的由办公室代办。")


def _require_agreed(who: Actor, step: Step, other: str) -> None:
    """Whoever has a log-in must have agreed by it, wherever the button was pressed."""
    account = rostering.accounts(who).get(other, "")
    person = find_person(account) if account else None
    agreed = _last(history(who, step.matter_id), "agree")
    if person is not None and agreed != f"person:{person.id}":
        raise Problem("swap.agreed", f"同意换班的不是{other}本人", "在这件事里选“不换”，请本人重新同意。")


def _last(steps: Sequence[Step], action: str) -> str:
    return next((step.principal for step in reversed(steps) if step.action == action), "")


def _speaks(login: str, may_fill: bool, account: str) -> bool:
    return account == login if account else may_fill


