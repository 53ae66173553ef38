"""点名: what is on, who is called, ticked off on the phone one by one, who is still missing, where each is, who is back."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.kernel.rounds.api import Call, Called, book, call_roll, calls, note_return, rolls_for, tick
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem
from zhenwu.web import doors
from zhenwu.web.calling import called
from zhenwu.web.records import place_name
from zhenwu.web.views import kept

WHICH = ("", "done", "all")


@doors.page
def rolls(request: HttpRequest) -> HttpResponse:
    """What is on and what ended lately."""
    who = doors.actor(request)
    return render(request, "web/rolls.html", {"calls": calls(who), "lists": rolls_for(who), "made": kept.moment()})


@doors.page
def roll_list(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind a roll, group by group: how many households, how many people by the register on a day."""
    day = _day(request.GET.get("day", ""))
    return render(request, "web/roll_list.html", {"book": book(doors.actor(request), key, day or today())})


@doors.page
def roll(request: HttpRequest, key: str, event: UUID) -> HttpResponse:
    """One roll call, grid by grid; first those who are missing."""
    who = doors.actor(request)
    return _page(request, who, call_roll(who, key, event), request.GET.get("which", ""))


def _page(request: HttpRequest, who: Actor, call: Call, which: str, asking: str = "") -> HttpResponse:
    """The page; ``asking``: the member of whom it asks once more whether they are back."""
    names = called(who, call.roll.of, {one.key for one in call.members})
    which = which if which in WHICH else ""
    shown = [one for one in call.members if which == "all" or one.done == (which == "done") or one.key == asking]
    return render(request, "web/roll.html", {
        "call": call, "groups": _by_place(call, shown, names), "which": which, "choices": _choices(call), "done": len(call.members) - len(call.missing),
        "early": [(place_name(one.unit), one, names.get(one.key, "")) for one in call.early], "asking": asking,
        "made": kept.moment(),
    })  # fmt: skip


def _choices(call: Call) -> dict[str, str]:
    words = call.roll.words
    return {"": f"{words['missing']}的", "done": f"{words['done']}的", "all": "全部"}


@doors.page
@doors.by_post
def call_off(request: HttpRequest, key: str, event: UUID) -> HttpResponse:
    """One household: ticked off; or back, which is asked for twice. What the phone kept without signal asks for an answer in JSON."""
    who, sent = doors.actor(request), request.POST
    if kept.is_asked(request):
        return kept.answered(request, lambda: {"told": _written(request, who, key, event)})
    if sent.get("act") == "back" and not sent.get("sure"):
        return _page(request, who, call_roll(who, key, event), sent.get("which", ""), asking=sent.get("member", ""))
    messages.success(request, _written(request, who, key, event))
    which = sent.get("which", "")
    return redirect(reverse("roll", args=[key, event]) + (f"?which={which}" if which in WHICH and which else ""))


def _written(request: HttpRequest, who: Actor, key: str, event: UUID) -> str:
    """Write it down; what to say of it."""
    op_id, sent = doors.operation(request), request.POST
    act, member, on = sent.get("act", ""), sent.get("member", ""), _day(sent.get("on", ""))
    if act == "tick":
        tick(who, op_id, key, event, member, on)
    elif act == "back" and sent.get("sure"):
        note_return(who, op_id, key, event, member, doors.version(sent.get("version", "")), on)
    else:
        raise Problem("roll.act", "没有写明登记什么", "请回到点名页，点页面上的按钮。")
    doors.settle()
    return "已登记。" if act == "tick" else f"已登记{call_roll(who, key, event).roll.words['returned']}。"


def _day(told: str) -> date | None:
    """The day on which a phone without signal says it was; None for what is no day."""
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        return None


def _by_place(call: Call, kept: list[Called], names: dict[str, str]) -> list[dict[str, Any]]:
    """The members by place, each place with how many it has and how many are missing."""
    now = tree()
    named = sorted(((place_name(one.unit, now), one) for one in call.members), key=lambda row: (row[0], row[1].key))
    wanted = {one.key for one in kept}
    found = []
    for place, rows in groupby(named, key=lambda row: row[0]):
        members = [one for _, one in rows]
        shown = [{"one": one, "name": names.get(one.key, ""), "op_id": uuid4(), "form": _form(call, one), "may_return": not call.on if call.roll.again else one.done} for one in members if one.key in wanted]
        found.append({"place": place, "rows": shown, "whole": len(members), "missing": sum(not one.done for one in members)})
    return [group for group in found if group["rows"]]


def _form(call: Call, one: Called) -> str:
    """Where what a tick cannot say is written down: a new record with the names in it, or the correction of what stands there."""
    if one.made is not None:
        return reverse("correct_record", args=[one.made[0]])
    given = {f"f_{call.roll.names}": call.key, f"f_{call.roll.link}": one.key, "unit": str(one.unit)}
    return f"{reverse('new_record', args=[call.roll.by])}?{urlencode(given)}"
