"""A roster put together, checked against the rules as they stand, and written; arrivals and the log of a watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import Filler, RecordInput, form_of, remove_record, save_record, save_records
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rosters.asking import Question, question
from zhenwu.kernel.rosters.reading import AHEAD, Stand, filler, moment, name_of, posts, read_watch, stands
from zhenwu.kernel.rosters.scheme import Scheme
from zhenwu.kernel.rosters.words import BROKEN, told_watch
from zhenwu.lib.clock import today
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.lib.roster_rules import DAY, Duty, breaches, missing, tallied
from zhenwu.lib.rosters import Roster, solve, spreads

LONGEST, MOST_POSTS = 31, 8


@dataclass(frozen=True)
class Proposal:
    """A roster before it is saved: what was asked, what was found, and the watches as they would stand."""

    asked: Question
    found: Roster
    stands: tuple[Stand, ...]


def proposal(who: Actor, scheme: Scheme, codes: Sequence[str], first: date, last: date) -> Proposal:
    """A roster as the solver would have it. What is made up of former rosters is bounded; what people have stood is told in full."""
    asked = _asked(who, scheme, codes, first, last)
    found = solve(asked.watches, asked.weighed, asked.rules, asked.kept)
    tallies = tallied(asked.watchers, found.duties)
    found = replace(found, tallies=tallies, spreads=tuple(spreads(asked.watchers, tallies)))
    units, ids = {one.code: one.unit for one in asked.posts}, {watch.id for watch in asked.watches}
    shown = [Stand(UUID(int=0), 0, units[duty.watch.id.post], duty, None, "") for duty in (*asked.kept, *found.duties) if duty.watch.id in ids]
    return Proposal(asked, found, tuple(shown))


def save(who: Actor, scheme: Scheme, codes: Sequence[str], first: date, last: date, told: Any, op_id: UUID) -> int:
    """Save a proposed roster, ``told`` as [watch, role, watcher] rows, one record per person and watch; returns how many (0: it was saved already)."""
    asked = _asked(who, scheme, codes, first, last)
    duties = _told_duties(scheme, told, asked)
    there = {(one.watch.id, one.watcher) for one in asked.kept}
    if duties and all((one.watch.id, one.watcher) in there for one in duties):
        return 0
    _check(asked, duties)
    units = {one.code: one.unit for one in asked.posts}
    rows = [RecordInput(_row(duty), units[duty.watch.id.post], today()) for duty in duties]
    return int(save_records(who, scheme.into, rows, op_id, scheme.label)["saved"])


def clearable(stood: Sequence[Stand], write: Filler) -> list[Stand]:
    """What is planned, has not begun, and is this person's to plan."""
    return [one for one in stood if one.duty.watch.starts > moment() and one.on_post is None and write.covers(one.unit)]


def clear(who: Actor, scheme: Scheme, codes: Sequence[str], first: date, last: date, reason: str, op_id: UUID) -> int:
    """Take back what is planned for these posts (none named: all) and has not begun, to plan it anew; returns how much."""
    if not first <= last < first + DAY * LONGEST:
        raise Problem("roster.period", f"日期不行：{first} 到 {last}", f"一次最多 {LONGEST} 天。")
    if not reason:
        raise Problem("roster.reason", "没有写为什么重排", "写一句，例如“有人调动”。")
    found = [one for one in clearable(stands(who, scheme, first, last), filler(who, scheme)) if not codes or one.duty.watch.id.post in codes]
    for one in found:
        remove_record(who, scheme.into, one.record, one.number, f"重排：{reason}"[:200], uuid5(op_id, one.record.hex))
    return len(found)


def note_arrival(who: Actor, scheme: Scheme, name: str, came: Collection[str], op_id: UUID) -> None:
    """Note for one watch who came and who did not."""
    watch = read_watch(name)
    here = [one for one in stands(who, scheme, watch.day, watch.day) if one.duty.watch.id == watch]
    if not here or here[0].duty.watch.starts > moment() + timedelta(hours=1):
        raise Problem("roster.not_yet", "这个班还没有开始，或者没有排人", "接班以后再登记到岗。")
    for one in here:
        found = one.duty.watcher in came
        if one.on_post is not found:
            said = RecordInput({"on_post": found}, reason="登记到岗" if found else "没有到岗")
            save_record(who, scheme.into, said, uuid5(op_id, one.record.hex), one.record, one.number)


def write_log(who: Actor, scheme: Scheme, post: str, said: Mapping[str, str], op_id: UUID) -> None:
    """One line of a watch's log; its number is given here."""
    there = posts(who, scheme, today()).get(post)
    if there is None or not scheme.log:
        raise NotFound("roster.post", "没有这个值班点", "刷新页面再选。")
    [key] = form_of(current("ledger", scheme.log)).key_fields
    line = {**said, key: f"R{today():%Y%m%d}{op_id.hex[:6]}", "post": there.code}
    save_record(who, scheme.log, RecordInput(line, there.unit, today()), op_id)


def _asked(who: Actor, scheme: Scheme, codes: Sequence[str], first: date, last: date) -> Question:
    """The question, where it is this person's to ask."""
    write = filler(who, scheme)
    if not write.units:
        raise Refused("roster.fill", "您的岗位不能排班", f"请联系{scheme.steward}排班。")
    _require_period(first, last)
    asked = question(who, scheme, codes[:MOST_POSTS], first, last)
    if not all(write.covers(one.unit) for one in asked.posts):
        raise Refused("roster.place", "有的值班点不归您排班", "只选您负责的值班点。")
    return asked


def _require_period(first: date, last: date) -> None:
    if not first <= last < first + DAY * LONGEST or last > today() + DAY * AHEAD or first < today() - DAY * LONGEST:
        raise Problem("roster.period", f"排班的日期不行：{first} 到 {last}", f"一次最多排 {LONGEST} 天，最远排到 {AHEAD} 天以后。")


def _told_duties(scheme: Scheme, told: Any, asked: Question) -> list[Duty]:
    """The duties that the form carries; raises ``Problem`` for what is none."""
    watches = {name_of(watch.id): watch for watch in asked.watches}
    try:
        return [Duty(watcher, role, watches[watch]) for watch, role, watcher in told if isinstance(watcher, str) and role in scheme.roles]
    except (ValueError, KeyError, TypeError) as error:
        raise Problem("roster.told", "提交的班表和值班点对不上", "值班点刚改过的，回到排班页重新排一次。") from error


def _check(asked: Question, duties: list[Duty]) -> None:
    """What is saved keeps the rules as they stand now: somebody may have fallen ill since it was proposed."""
    if not duties:
        raise Problem("roster.empty", "没有要保存的安排", "值班点都已经排满，或者没有能排的人。")
    for duty, broken in breaches(duties, {one.code: one for one in asked.watchers}, asked.rules, asked.kept):
        message = f"{told_watch(duty.watch, {one.code: one for one in asked.posts})}不能排{duty.watcher}：{BROKEN[broken]}"
        raise Problem("roster.broken", message, "名单或请假刚改过，回到排班页重新排一次。")
    needed, brought = missing(asked.watches, asked.kept), Counter((duty.watch.id, duty.role) for duty in duties)
    if any(count > needed.get(one, 0) for one, count in brought.items()):
        raise Problem("roster.taken", "有的班别人刚刚排过了", "回到排班页重新排一次，只补空着的。")


def _row(duty: Duty) -> dict[str, Any]:
    watch = duty.watch
    return {
        "watch": name_of(watch.id), "watcher": duty.watcher, "role": duty.role, "post": watch.id.post, "watch_day": watch.id.day,
        "begins": f"{watch.starts:%H:%M}", "next_day": watch.starts.date() > watch.id.day, "length": watch.minutes, "night": watch.is_night, "day_off": watch.is_holiday, "swap": "none",
    }  # fmt: skip
