"""值班排班: who stands when, what is missing, a roster proposed and saved, arrivals and the log of a watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import form_of, read_day
from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.rosters import api as kernel
from zhenwu.kernel.rosters.api import LOOK, Post, Scheme, Stand, told_hours, told_watch
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.problems import Problem, Refused
from zhenwu.lib.roster_rules import DAY
from zhenwu.lib.rosters import COUNTERS, told_gap, told_remedy
from zhenwu.web import doors, entry
from zhenwu.web.roster_tables import WEEKDAYS, Cell, spread_lines, tables, tally_rows

ALL = "all"


@doors.page
def first_roster(request: HttpRequest) -> HttpResponse:
    """The address without a roster leads to the first that is theirs to see."""
    found = kernel.schemes_for(doors.actor(request))
    if not found:
        raise Refused("roster.refused", "没有您看得到的班表", "请联系办公室，由安全管理员开通这个条线。")
    return redirect("rosters", found[0].key)


@doors.page
def rosters(request: HttpRequest, key: str) -> HttpResponse:
    """One month of one post, before it the reader's own turns, today's watches, what is missing, and the exchanges asked for."""
    who = doors.actor(request)
    scheme, login = kernel.require(who, key), request.user.get_username()
    first, last = _month(request.GET.get("month", ""))
    write, off = kernel.filler(who, scheme), kernel.days_off(first, last)
    there = kernel.posts(who, scheme, first) | kernel.posts(who, scheme, last)
    stood, own = kernel.stands(who, scheme, first, last), _own_names(kernel.accounts(who, scheme), login)
    mine = [one for one in stood if one.duty.watcher in own]
    chosen = _chosen(request.GET.get("post", ""), there, mine)
    shown = tables(scheme, {one.code: one for one in chosen}, stood, kernel.span(first, last), off, own)
    choices = kernel.swap_choices(who, scheme, login, bool(write.units))
    begun = [one for one in kernel.clearable(stood, write) if one.duty.watch.id.post in {post.code for post in chosen}]
    return render(request, "web/rosters.html", {
        "scheme": scheme, "tables": shown, "first": first, "last": last, "earlier": first - DAY, "later": last + DAY, "today": today(),
        "mine": _turns(mine, there), "own": sorted(own), "now": _on_duty(request, scheme), "gaps": kernel.warnings(who, scheme),
        "may_write": bool(write.units), "posts": there.values(), "one": chosen[0].code if len(chosen) == 1 else ALL, "next_month": _month_after(today()),
        "swaps": kernel.open_swaps(who, scheme, login, write), "op_id": uuid4(), "choices": choices, "begun": begun, "log": _log(scheme),
    })  # fmt: skip


@doors.page
def propose(request: HttpRequest, key: str) -> HttpResponse:
    """A roster as the solver would have it, before it is saved."""
    who = doors.actor(request)
    scheme = kernel.require(who, key)
    first, last = _period(request.GET.get("first", ""), request.GET.get("last", ""))
    made = kernel.proposal(who, scheme, request.GET.getlist("post"), first, last)
    asked, found, posts = made.asked, made.found, {one.code: one for one in made.asked.posts}
    told = [{"watch": told_watch(gap.watch, posts), "why": told_gap(gap, asked.rules, scheme.roles)} for gap in found.gaps]
    return render(request, "web/roster_proposal.html", {
        "scheme": scheme, "tables": tables(scheme, posts, made.stands, kernel.span(first, last), kernel.days_off(first, last)), "first": first,
        "last": last, "gaps": told, "remedy": told_remedy(found), "tallies": tally_rows(scheme, asked.watchers, found),
        "spreads": spread_lines(found.spreads), "best": found.is_best, "counters": COUNTERS.values(), "rules": asked.rules, "make_up": asked.make_up,
        "new": len(found.duties), "op_id": uuid4(), "posts": asked.posts,
        "told": orjson.dumps([[kernel.name_of(duty.watch.id), duty.role, duty.watcher] for duty in found.duties]).decode(),
    })  # fmt: skip


@doors.page
@doors.by_post
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Save a proposed roster as assignments, one record per person and watch."""
    op_id, who = doors.operation(request), doors.actor(request)
    scheme, codes = kernel.require(who, key), request.POST.getlist("post")
    first, last = _period(request.POST.get("first", ""), request.POST.get("last", ""))
    try:
        told = orjson.loads(request.POST.get("told", ""))
    except ValueError as error:
        raise Problem("roster.told", "没有收到要保存的班表", "回到排班页重新排一次。") from error
    saved = kernel.save(who, scheme, codes, first, last, told, op_id)
    doors.settle()
    messages.success(request, f"已排好 {saved} 人次，已留痕。" if saved else "这张班表已经保存过了。")
    return redirect(f"{reverse('rosters', args=[key])}?{urlencode({'month': f'{first:%Y-%m}', 'post': codes[0] if codes else ''})}")


@doors.page
@doors.by_post
def arrive(request: HttpRequest, key: str) -> HttpResponse:
    """Note for one watch who came and who did not."""
    op_id, who = doors.operation(request), doors.actor(request)
    kernel.note_arrival(who, kernel.require(who, key), request.POST.get("watch", ""), set(request.POST.getlist("came")), op_id)
    doors.settle()
    messages.success(request, "已登记到岗，已留痕。")
    return redirect("rosters", key)


@doors.page
@doors.by_post
def note(request: HttpRequest, key: str) -> HttpResponse:
    """One line of a watch's log."""
    op_id, who, sent = doors.operation(request), doors.actor(request), request.POST
    scheme = kernel.require(who, key)
    said = {one.name.removeprefix("f_"): value for one in _log(scheme) if (value := sent.get(one.name, "").strip())}
    kernel.write_log(who, scheme, sent.get("post", ""), said, op_id)
    doors.settle()
    messages.success(request, f"已记入{scheme.labels['log']}。")
    return redirect("rosters", key)


@doors.page
@doors.by_post
def clear(request: HttpRequest, key: str) -> HttpResponse:
    """Take back what is planned and has not begun, to plan it anew; who does so says twice that it is meant."""
    op_id, who = doors.operation(request), doors.actor(request)
    scheme = kernel.require(who, key)
    if not request.POST.get("sure"):
        raise Problem("roster.sure", "没有确认，什么都没有动", "确实要作废的，勾上“确实要作废这些”再按一次。")
    first, last = _period(request.POST.get("first", ""), request.POST.get("last", ""))
    taken = kernel.clear(who, scheme, request.POST.getlist("post"), first, last, request.POST.get("reason", "").strip(), op_id)
    doors.settle()
    messages.success(request, f"已作废 {taken} 人次还没有开始的安排；可以重新排班。")
    return redirect("rosters", key)


@doors.page
def board(request: HttpRequest, key: str) -> HttpResponse:
    """联防联控: the posts that share a board and who stands there today, over all townships within reach."""
    who, there = doors.actor(request), tree()
    scheme = kernel.require(who, key)
    today_: dict[str, list[Stand]] = defaultdict(list)
    for one in kernel.stands(who, scheme, today() - DAY, today()):
        if one.duty.watch.ends > _moment():
            today_[one.duty.watch.id.post].append(one)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for post in kernel.posts(who, scheme, today()).values():
        if post.board:
            cells = [Cell.of(scheme, one) for one in today_[post.code]]
            groups[post.board].append({"post": post, "town": there.name(there.township_of(post.unit)), "place": there.name(post.unit), "cells": cells})
    word = next((one.label for one in form_of(current("ledger", scheme.posts)).fields if one.id == scheme.board), "")
    return render(request, "web/roster_board.html", {"scheme": scheme, "groups": dict(groups), "today": today(), "word": word})


def _own_names(accounts: dict[str, str], login: str) -> set[str]:
    """The names under which the reader stands on rosters."""
    return {name for name, account in accounts.items() if account and account == login}


def _chosen(told: str, there: dict[str, Post], mine: Sequence[Stand]) -> list[Post]:
    """The posts whose tables are shown: the one asked for, all of them, or else where the reader stands next, or else the first."""
    if told == ALL:
        return list(there.values())
    own = [one.duty.watch.id.post for one in mine if one.duty.watch.ends > _moment()]
    code = next((code for code in (told, *own, *there) if code in there), None)
    return [there[code]] if code else []


def _turns(mine: Sequence[Stand], there: dict[str, Post]) -> dict[str, list[dict[str, Any]]]:
    """The reader's own turns of the month: those that are to come, and those that are over."""
    found: dict[str, list[dict[str, Any]]] = {"coming": [], "over": []}
    for one in mine:
        watch = one.duty.watch
        spot = there[watch.id.post].spot if watch.id.post in there else watch.id.post
        row = {"day": watch.id.day, "weekday": WEEKDAYS[watch.id.day.weekday()], "hours": told_hours(watch), "spot": spot, "name": one.duty.watcher}
        found["coming" if watch.ends > _moment() else "over"].append(row)
    return found


def _on_duty(request: HttpRequest, scheme: Scheme) -> list[dict[str, Any]]:
    """The watches that run now or begin within the hour, each with who stands it."""
    who = doors.actor(request)
    rows: dict[Any, list[Stand]] = defaultdict(list)
    for one in kernel.stands(who, scheme, today() - DAY, today()):
        if one.duty.watch.starts <= _moment() + timedelta(hours=1) and one.duty.watch.ends > _moment():
            rows[one.duty.watch.id].append(one)
    posts, write = kernel.posts(who, scheme, today()), kernel.filler(who, scheme)
    return [
        {"name": kernel.name_of(id), "label": told_watch(some[0].duty.watch, posts), "cells": [Cell.of(scheme, one) for one in some], "may": write.covers(some[0].unit)}
        for id, some in rows.items()
    ]  # fmt: skip


def _log(scheme: Scheme) -> list[entry.Control]:
    """The controls of a line of the log: its fields but for the number and the post."""
    if not scheme.log:
        return []
    definition = current("ledger", scheme.log)
    given: Collection[str] = {"post", *form_of(definition).key_fields}
    return [one for one in entry.fields_of(definition) if one.name.removeprefix("f_") not in given]


def _moment() -> Any:
    return now().astimezone(LOCAL).replace(tzinfo=None)


def _month(told: str) -> tuple[date, date]:
    """The first and the last day of a month written 2026-12; of this month for anything else."""
    try:
        first = date.fromisoformat(f"{told}-01") if told else today().replace(day=1)
    except ValueError as error:
        raise Problem("roster.month", f"“{told[:10]}”不是月份", "写成 2026-12 这样。") from error
    return first, _next_first(first) - DAY


def _month_after(day: date) -> tuple[date, date]:
    first = _next_first(day)
    return first, _next_first(first) - DAY


def _next_first(day: date) -> date:
    return (day.replace(day=1) + DAY * 32).replace(day=1)


def _day(text: str, otherwise: date) -> date:
    return date.fromisoformat(read_day(text)) if text else otherwise


def _period(first: str, last: str) -> tuple[date, date]:
    return _day(first, today()), _day(last, today() + DAY * (LOOK - 1))
