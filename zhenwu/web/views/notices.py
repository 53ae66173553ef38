"""提醒: what was told to this person about time limits and still stands; 提醒单, which a person signs before it goes out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.matters.api import (
    LAPSE,
    Notice,
    ReminderSlip,
    catch_up_limits,
    history,
    in_words,
    may_sign,
    notices_for,
    owed_by,
    proposed,
    read_notices,
    receivers,
    sign_slip,
    slip_of,
    unread,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, names_of, post_kinds, tree
from zhenwu.web import doors
from zhenwu.web.calling import cited
from zhenwu.web.records import place_name
from zhenwu.web.words import moment

MOST = 100  # of each kind shown
COUNTED = 1000  # of each kind counted


@doors.page
def notices(request: HttpRequest) -> HttpResponse:
    """What is told to this person: what they have not read first."""
    who, labels, places = doors.actor(request), doors.line_labels(), tree()
    fresh: list[Any] = list(unread(who)[:MOST])
    read: list[Any] = list(notices_for(who).filter(reads__person=who.person_id)[: MOST - len(fresh)])
    asked = list(proposed(who)[:MOST])
    names = cited(who, [one.matter for one in (*fresh, *read, *asked)])
    rows = [
        {
            "matter": one.matter_id, "title": one.matter.title, "called": names.get(one.matter_id, ""), "line": labels.get(one.line, one.line), "place": place_name(one.unit_id, places),
            "words": in_words(one.what), "label": one.label, "opens": _opens(one), "last_day": one.last_day, "when": moment(one.came_at), "fresh": one in fresh,
            "slip": one.slip if hasattr(one, "slip") else None,
        }
        for one in [*fresh, *read]
    ]  # fmt: skip
    waits = [
        {"id": one.slip.pk, "title": one.matter.title, "called": names.get(one.matter_id, ""), "place": place_name(one.unit_id, places), "label": one.label, "last_day": one.last_day}
        for one in asked
    ]  # fmt: skip
    return render(request, "web/notices.html", {
        "rows": rows, "waits": waits, "fresh": [one.pk for one in fresh], "unread": counted(unread(who)), "waiting": counted(proposed(who)),
        "most": MOST, "op_id": uuid4(),
    })  # fmt: skip


def _opens(one: Notice) -> str:
    """What may be done now that a party's limit is over, in words."""
    return "、".join(action.label for action in workflow_of(one.matter).opened_by(one.limit)) if one.what == LAPSE else ""


def counted(found: Any) -> str:
    """How many there are, in words: as the list says it, up to a thousand."""
    number = found[:COUNTED].count()
    return f"{number}" if number < COUNTED else f"{COUNTED} 以上"


def told_of(who: Actor) -> str:
    """The line of 我的待办; "" when there is nothing."""
    news, slips = counted(unread(who)), counted(proposed(who))
    return "，".join([f"{news} 条没有看"] * (news != "0") + [f"{slips} 张提醒单等着签"] * (slips != "0"))


@doors.page
@doors.by_post
def mark_read(request: HttpRequest) -> HttpResponse:
    """Notices that were read."""
    who, op_id = doors.actor(request), doors.operation(request)
    done = read_notices(who, op_id, doors.numbers(request, "notice"))["read"]
    messages.success(request, f"{done} 条已标为看过。" if done else "没有要标的。")
    return redirect("notices")


@doors.page
def slip(request: HttpRequest, number: int) -> HttpResponse:
    """A 提醒单: to be signed, or as it went out."""
    who = doors.actor(request)
    found = slip_of(who, number)
    told, (office, posts) = found.notice, owed_by(found)
    whom = "、".join(post_kinds()[post].label for post in posts if post in post_kinds())
    return render(request, "web/slip.html", {
        "slip": found, "notice": told, "matter": told.matter, "called": cited(who, [told.matter]).get(told.matter_id, ""), "line": doors.line_labels().get(told.line, told.line), "place": place_name(told.unit_id),
        "to": f"{place_name(office)} {whom}" if office else whom, "township": tree().called(tree().township_of(told.unit_id)),
        "may_sign": may_sign(who, found), "signed": moment(found.signed_at), "reported": history(who, told.matter_id)[0].starts_on,
        "op_id": uuid4(), "received": _received(found) if found.event_id else (),
    })  # fmt: skip


def _received(slip: ReminderSlip) -> list[dict[str, str]]:
    """Each to whom it went: post, names (who has read it, who has not), in words."""
    rows, kinds = [], post_kinds()
    found = receivers(slip)
    names = names_of(person for one in found for person in one.people)
    for one in found:
        label = kinds[one.post].label if one.post in kinds else "包村领导"
        read = "、".join(names.get(person, "") for person in one.read)
        left = "、".join(names.get(person, "") for person in one.people if person not in one.read)
        rows.append({"post": f"{place_name(one.office)} {label}" if one.office else label, "read": read, "left": left})
    return rows


@doors.page
@doors.by_post
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """A 提醒单 that is signed, and so goes out."""
    who, op_id = doors.actor(request), doors.operation(request)
    sign_slip(who, op_id, number, request.POST.get("words", ""))
    catch_up_limits()
    messages.success(request, "已签发，提醒单发给了责任岗位和包村领导、村书记、网格员。")
    return redirect("slip", number)
