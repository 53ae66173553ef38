"""值班排班: who stands when, what is missing, a roster proposed and saved, arrivals and the log of a watch."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.ledgers.api import RecordInput, read_day, remove_record, save_record, save_records
from zhenwu.kernel.orgs.api import Actor, reach, tree
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.lib.roster_rules import DAY, ROLES, Duty, Watch, breaches, missing
from zhenwu.lib.rosters import COUNTERS, solve, told_gap, told_remedy
from zhenwu.web import doors, rostering
from zhenwu.web.roster_swapping import open_swaps, swap_choices
from zhenwu.web.roster_tables import BROKEN, Cell, spread_lines, tables, tally_rows, told_watch
from zhenwu.web.rostering import ASSIGNMENT, HANDOVER, LINE, Question, Stand

SPANS = {7: "一周", 14: "两周", 31: "一个月"}
LONGEST, MOST_POSTS, LOOK = 31, 8, 7


@doors.page
def rosters(request: HttpRequest) -> HttpResponse:
    """The roster of some days, today's watches, what is missing, and the exchanges asked for."""
    who = require_duty(request)
    first, days = _day(request.GET.get("first", ""), today()), request.GET.get("days", "")
    length = int(days) if days in map(str, SPANS) else LOOK
    last, write = first + DAY * (length - 1), rostering.filler(who)
    there, stood = rostering.posts(who, first), rostering.stands(who, first, last)
    shown = tables(there, stood, rostering.span(first, last), rostering.days_off(first, last))
    return render(request, "web/rosters.html", {
        "tables": shown, "first": first, "last": last, "length": length, "spans": SPANS, "earlier": first - DAY * length, "later": first + DAY * length,
        "today": today(), "now": _on_duty(who, write), "gaps": warnings(who), "may_write": bool(write.units), "posts": there.values(),
        "next_month": _next_month(), "swaps": open_swaps(who, request.user.get_username(), write), "op_id": uuid4(),
        "choices": swap_choices(who, request.user.get_username(), bool(write.units)), "begun": _clearable(stood, write),
    })  # fmt: skip


@doors.page
def propose(request: HttpRequest) -> HttpResponse:
    """A roster as the solver would have it, before it is saved."""
    who = require_duty(request)
    _require_fill(who)
    first, last = _period(request.GET.get("first", ""), request.GET.get("last", ""))
    asked = rostering.question(who, request.GET.getlist("post")[:MOST_POSTS], first, last)
    _require_places(who, asked)
    found = solve(asked.watches, asked.watchers, asked.rules, asked.kept)
    posts = {one.code: one for one in asked.posts}
    ids = {watch.id for watch in asked.watches}
    stands = [Stand(UUID(int=0), 0, posts[duty.watch.id.post].unit, duty, None, "") for duty in (*asked.kept, *found.duties) if duty.watch.id in ids]
    told = [{"watch": told_watch(gap.watch, posts), "why": told_gap(gap, asked.rules)} for gap in found.gaps]
    return render(request, "web/roster_proposal.html", {
        "tables": tables(posts, stands, rostering.span(first, last), rostering.days_off(first, last)), "first": first, "last": last, "gaps": told,
        "remedy": told_remedy(found), "tallies": tally_rows(asked.watchers, found), "spreads": spread_lines(found.spreads), "best": found.is_best,
        "counters": COUNTERS.values(), "rules": asked.rules, "new": len(found.duties), "op_id": uuid4(), "posts": asked.posts,
        "told": orjson.dumps([[rostering.name_of(duty.watch.id), duty.role, duty.watcher] for duty in found.duties]).decode(),
    })  # fmt: skip


@doors.page
@doors.by_post
def save(request: HttpRequest) -> HttpResponse:
    """Save a proposed roster as assignments, one record per person and watch."""
    op_id, who = doors.operation(request), require_duty(request)
    _require_fill(who)
    first, last = _period(request.POST.get("first", ""), request.POST.get("last", ""))
    asked = rostering.question(who, request.POST.getlist("post")[:MOST_POSTS], first, last)
    _require_places(who, asked)
    duties = _told_duties(request.POST.get("told", ""), asked)
    posts = {one.code: one for one in asked.posts}
    if _has_saved(asked, duties):
        messages.success(request, "这张班表已经保存过了。")
        return redirect("rosters")
    _check(asked, duties)
    rows = [RecordInput(_row(duty), posts[duty.watch.id.post].unit, today()) for duty in duties]
    answer = save_records(who, ASSIGNMENT, rows, op_id, "值班排班")
    doors.settle()
    messages.success(request, f"已排好 {answer['saved']} 人次，已留痕。")
    return redirect(f"{request.path.rsplit('/', 1)[0]}?first={first}&days={LONGEST if (last - first).days >= LOOK else LOOK}")


@doors.page
@doors.by_post
def arrive(request: HttpRequest) -> HttpResponse:
    """Note for one watch who came and who did not."""
    op_id, who = doors.operation(request), require_duty(request)
    watch = rostering.read_watch(request.POST.get("watch", ""))
    here = [one for one in rostering.stands(who, watch.day, watch.day) if one.duty.watch.id == watch]
    if not here or here[0].duty.watch.starts > now().astimezone(LOCAL).replace(tzinfo=None) + timedelta(hours=1):
        raise Problem("roster.not_yet", "这个班还没有开始，或者没有排人", "接班以后再登记到岗。")
    came = set(request.POST.getlist("came"))
    for one in here:
        found = one.duty.watcher in came
        if one.on_post is not found:
            said = RecordInput({"on_post": found}, reason="登记到岗" if found else "没有到岗")
            save_record(who, ASSIGNMENT, said, uuid5(op_id, one.record.hex), one.record, one.number)
    doors.settle()
    messages.success(request, "已登记到岗，已留痕。")
    return redirect("rosters")


@doors.page
@doors.by_post
def note(request: HttpRequest) -> HttpResponse:
    """One line of a watch's log."""
    op_id, who, sent = doors.operation(request), require_duty(request), request.POST
    post = rostering.posts(who, today()).get(sent.get("post", ""))
    if post is None:
        raise NotFound("roster.post", "没有这个值班点", "刷新页面再选。")
    names = ("kind", "at", "caller", "content", "handling", "informed", "signed")
    said = {name: value for name in names if (value := sent.get(name, "").strip())}
    code = f"R{today():%Y%m%d}{op_id.hex[:6]}"
    save_record(who, HANDOVER, RecordInput({"code": code, "post": post.code, **said}, post.unit, today()), op_id)
    doors.settle()
    messages.success(request, "已记入值班日志。")
    return redirect("rosters")


@doors.page
@doors.by_post
def clear(request: HttpRequest) -> HttpResponse:
    """Take back what is planned and has not begun, to plan it anew."""
    op_id, who = doors.operation(request), require_duty(request)
    first, last = _period(request.POST.get("first", ""), request.POST.get("last", ""))
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Problem("roster.reason", "没有写为什么重排", "写一句，例如“有人调动”。")
    found = _clearable(rostering.stands(who, first, last), rostering.filler(who))
    for one in found:
        remove_record(who, ASSIGNMENT, one.record, one.number, f"重排：{reason}"[:200], uuid5(op_id, one.record.hex))
    doors.settle()
    messages.success(request, f"已作废 {len(found)} 人次还没有开始的安排；可以重新排班。")
    return redirect("rosters")


@doors.page
def board(request: HttpRequest) -> HttpResponse:
    """联防联控: the posts of each alliance and who stands there today, over all townships within reach."""
    who, there = require_duty(request), tree()
    known = rostering.posts(who, today())
    today_: dict[str, list[Stand]] = defaultdict(list)
    for one in rostering.stands(who, today() - DAY, today()):
        if one.duty.watch.ends > _moment():
            today_[one.duty.watch.id.post].append(one)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for post in known.values():
        if post.alliance:
            row = {"post": post, "town": there.name(there.township_of(post.unit)), "place": there.name(post.unit), "cells": [Cell.of(one) for one in today_[post.code]]}
            groups[post.alliance].append(row)
    return render(request, "web/roster_board.html", {"groups": dict(groups), "today": today()})


def warnings(who: Actor) -> list[str]:
    """What is missing within a week, and watches that began without anybody noted."""
    posts = rostering.posts(who, today())
    said = [f"{told_watch(one.duty.watch, posts)}：{one.duty.watcher}还没有登记到岗" for one in rostering.unnoted(who)]
    by_post: dict[str, list[tuple[Watch, str, int]]] = defaultdict(list)
    for watch, role, count in rostering.lacking(who, today(), today() + DAY * (LOOK - 1)):
        if watch.ends > _moment():
            by_post[watch.id.post].append((watch, role, count))
    for code, rows in by_post.items():
        whole = {watch.id for watch, _, _ in rows}
        if len(rows) > 4:
            said.append(f"{posts[code].spot}：{LOOK}天内有 {len(whole)} 个班没有排满，最早的是{told_watch(rows[0][0], posts)}")
        else:
            said += [f"{told_watch(watch, posts)}：缺{ROLES[role]}{count}人" for watch, role, count in rows]
    return said


def require_duty(request: HttpRequest) -> Actor:
    """The person asking; raises ``Refused`` for who sees nothing of duty."""
    who = doors.actor(request)
    if reach(who, "list", LINE).nothing or not rostering.is_on():
        raise Refused("roster.refused", "值班排班不在您的权限内", "请联系党政办，由安全管理员开通“值班值守”条线。")
    return who


def _require_fill(who: Actor) -> None:
    if not rostering.filler(who).units:
        raise Refused("roster.fill", "您的岗位不能排班", "请联系党政办排班。")


def _require_places(who: Actor, asked: Question) -> None:
    write = rostering.filler(who)
    if not all(write.covers(one.unit) for one in asked.posts):
        raise Refused("roster.place", "有的值班点不归您排班", "只选您负责的值班点。")


def _moment() -> Any:
    return now().astimezone(LOCAL).replace(tzinfo=None)


def _day(text: str, otherwise: date) -> date:
    return date.fromisoformat(read_day(text)) if text else otherwise


def _period(first: str, last: str) -> tuple[date, date]:
    begins, ends = _day(first, today()), _day(last, today() + DAY * (LOOK - 1))
    if not begins <= ends < begins + DAY * LONGEST or ends > today() + DAY * rostering.AHEAD or begins < today() - DAY * LONGEST:
        raise Problem("roster.period", f"排班的日期不行：{begins} 到 {ends}", f"一次最多排 {LONGEST} 天，最远排到 {rostering.AHEAD} 天以后。")
    return begins, ends


def _next_month() -> tuple[date, date]:
    first = (today().replace(day=1) + DAY * 32).replace(day=1)
    return first, (first + DAY * 32).replace(day=1) - DAY


def _on_duty(who: Actor, write: Any) -> list[dict[str, Any]]:
    """The watches that run now or begin within the hour, each with who stands it."""
    rows: dict[Any, list[Stand]] = defaultdict(list)
    for one in rostering.stands(who, today() - DAY, today()):
        if one.duty.watch.starts <= _moment() + timedelta(hours=1) and one.duty.watch.ends > _moment():
            rows[one.duty.watch.id].append(one)
    posts = rostering.posts(who, today())
    return [
        {"name": rostering.name_of(id), "label": told_watch(some[0].duty.watch, posts), "cells": [Cell.of(one) for one in some], "may": write.covers(some[0].unit)}
        for id, some in rows.items()
    ]


def _clearable(stood: list[Stand], write: Any) -> list[Stand]:
    return [one for one in stood if one.duty.watch.starts > _moment() and one.on_post is None and write.covers(one.unit)]


def _told_duties(told: str, asked: Question) -> list[Duty]:
    """The duties that the form carries; raises ``Problem`` for what is none."""
    watches = {rostering.name_of(watch.id): watch for watch in asked.watches}
    try:
        rows = orjson.loads(told)
        return [Duty(watcher, role, watches[watch]) for watch, role, watcher in rows if isinstance(watcher, str) and role in ROLES]
    except (ValueError, KeyError, TypeError) as error:
        raise Problem("roster.told", "提交的班表和值班点对不上", "值班点刚改过的，回到值班排班重新排一次。") from error


def _has_saved(asked: Question, duties: list[Duty]) -> bool:
    there = {(one.watch.id, one.watcher) for one in asked.kept}
    return bool(duties) and all((one.watch.id, one.watcher) in there for one in duties)


def _check(asked: Question, duties: list[Duty]) -> None:
    """What is saved keeps the rules as they stand now: somebody may have fallen ill since it was proposed."""
    if not duties:
        raise Problem("roster.empty", "没有要保存的安排", "值班点都已经排满，或者没有能排的人。")
    for duty, broken in breaches(duties, {one.code: one for one in asked.watchers}, asked.rules, asked.kept):
        message = f"{told_watch(duty.watch, {one.code: one for one in asked.posts})}不能排{duty.watcher}：{BROKEN[broken]}"
        raise Problem("roster.broken", message, "名单或请假刚改过，回到值班排班重新排一次。")
    needed, brought = missing(asked.watches, asked.kept), Counter((duty.watch.id, duty.role) for duty in duties)
    if any(count > needed.get(one, 0) for one, count in brought.items()):
        raise Problem("roster.taken", "有的班别人刚刚排过了", "回到值班排班重新排一次，只补空着的。")


def _row(duty: Duty) -> dict[str, Any]:
    watch = duty.watch
    return {
        "watch": rostering.name_of(watch.id), "watcher": duty.watcher, "role": duty.role, "post": watch.id.post, "watch_day": watch.id.day,
        "begins": f"{watch.starts:%H:%M}", "next_day": watch.starts.date() > watch.id.day, "length": watch.minutes, "night": watch.is_night, "day_off": watch.is_holiday, "swap": "none",
    }  # fmt: skip
