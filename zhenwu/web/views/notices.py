"""提醒: what was told to this person about time limits and still stands; 提醒单, which a person signs before it goes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.matters.api import (
    Notice,
    catch_up_limits,
    history,
    in_words,
    may_sign,
    notices_for,
    read_notices,
    sign_slip,
    slip_of,
)
from zhenwu.kernel.orgs.api import tree
from zhenwu.lib.clock import now
from zhenwu.web import doors
from zhenwu.web.records import place_name
from zhenwu.web.words import moment

MOST = 300  # notices shown; what was read goes to the end
PROPOSE = "propose"


def unread(found: Iterable[Any]) -> list[Notice]:
    """Those that say something to be read, and were not."""
    return [one for one in found if one.what != PROPOSE and not one.read]


def proposed(found: Iterable[Any]) -> list[Notice]:
    """Those that ask for a signature."""
    return [one for one in found if one.what == PROPOSE]


@doors.page
def notices(request: HttpRequest) -> HttpResponse:
    """What is told to this person."""
    who, labels, places = doors.actor(request), doors.line_labels(), tree()
    found: list[Any] = list(notices_for(who)[:MOST])
    fresh = unread(found)
    rows = [
        {
            "id": one.pk, "matter": one.matter_id, "title": one.matter.title, "line": labels.get(one.line, one.line), "place": place_name(one.unit_id, places),
            "words": in_words(one.what), "label": one.label, "last_day": one.last_day, "when": moment(one.came_at), "read": one.read,
        }
        for one in sorted((one for one in found if one.what != PROPOSE), key=lambda one: one.read)
    ]  # fmt: skip
    waits = [
        {"id": one.slip.pk, "title": one.matter.title, "place": place_name(one.unit_id, places), "label": one.label, "last_day": one.last_day}
        for one in proposed(found)
    ]  # fmt: skip
    return render(request, "web/notices.html", {"rows": rows, "waits": waits, "fresh": [one.pk for one in fresh], "op_id": uuid4()})


@doors.page
@doors.by_post
def mark_read(request: HttpRequest) -> HttpResponse:
    """Notices that were read."""
    who, op_id = doors.actor(request), doors.operation(request)
    ids = [int(one) for one in request.POST.getlist("notice") if one.isdecimal() and len(one) < 16]
    done = read_notices(who, op_id, ids)["read"]
    messages.success(request, f"{done} 条已标为看过。" if done else "没有要标的。")
    return redirect("notices")


@doors.page
def slip(request: HttpRequest, number: int) -> HttpResponse:
    """A 提醒单: to be signed, or as it went out."""
    who = doors.actor(request)
    found = slip_of(who, number)
    told, then = found.notice, found.signed_at or now()
    stands = [step for step in history(who, told.matter_id) if step.at <= then][-1]  # as it stood when it was signed
    office = place_name(stands.assigned_id) if stands.assigned_id else place_name(told.unit_id)
    return render(request, "web/slip.html", {
        "slip": found, "notice": told, "matter": told.matter, "line": doors.line_labels().get(told.line, told.line), "place": place_name(told.unit_id),
        "to": office, "township": tree().called(tree().township_of(told.unit_id)),
        "may_sign": may_sign(who, found), "signed": moment(found.signed_at), "reported": stands.starts_on,
        "op_id": uuid4(),
    })  # fmt: skip


@doors.page
@doors.by_post
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """A 提醒单 that is signed, and so goes out."""
    who, op_id = doors.actor(request), doors.operation(request)
    sign_slip(who, op_id, number, request.POST.get("words", ""))
    catch_up_limits()
    messages.success(request, "已签发，提醒单发给了责任岗位和包村领导、村书记、网格员。")
    return redirect("slip", number)
