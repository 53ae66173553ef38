"""起草: the report's drafting room — who leads, paragraphs with their owners, editions, repeated sentences, a slogan replaced everywhere."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.orgs.api import Actor, names_of
from zhenwu.kernel.reports.api import (
    Draft,
    begin_manuscript,
    candidates,
    editions_of,
    find_manuscript,
    hand_out,
    head_of,
    holdings,
    leads,
    live_paragraphs,
    may_write,
    name_head,
    opinions_of,
    origins,
    owners_of,
    preview_replacing,
    repeated,
    replace_everywhere,
    store_edition,
    writers,
)
from zhenwu.lib.problems import Problem
from zhenwu.web import doors
from zhenwu.web.document import Line
from zhenwu.web.drafting import Shown, Version, draft_for, names, prints_of, read_rows
from zhenwu.web.views.report import title_of
from zhenwu.web.words import moment, said

_ORIGINS = {"template": "报告模块的文字", "last_year": "上一年的文字"}


@doors.page
def room(request: HttpRequest, year: int) -> HttpResponse:
    """The room: where a draft is begun, handed out, stored; every paragraph as it reads now."""
    who, draft = draft_for(request, year)
    manuscript = find_manuscript(draft.key, draft.year, draft.unit)
    told = {
        "year": year, "title": title_of(year, draft.unit), "op_id": uuid4(), "may_write": may_write(who, draft.unit), "manuscript": manuscript,
        "editions": _editions(who, draft), "may_export": doors.may_read_report(who, "export"),
    }  # fmt: skip
    if manuscript is None:
        return render(request, "web/room.html", told | {"origins": origins(draft)})
    rows, leading, leader = live_paragraphs(manuscript), leads(who, manuscript), head_of(manuscript)
    filled, lines = read_rows(who, draft, rows)
    shown = _shown(who, draft, rows, lines, leading)
    numbers, prints = {one.id: one.number for one in shown}, prints_of(filled)
    again = [(said(sentence, prints), [(one, numbers[one]) for one in places]) for sentence, places in repeated(rows)]
    return render(request, "web/room.html", told | {
        "shown": shown, "repeated": again, "people": candidates(draft.unit) if leading else [], "leads": leading,
        "head": names_of([leader]).get(leader, "") if leader else "",
        "heirs": [(one, name) for one, name in writers(draft.unit) if one != leader and (leading or one == who.person_id)],
        "begun": _ORIGINS.get(manuscript.origin, manuscript.origin), "by": names([manuscript.event.principal])(manuscript.event.principal),
        "at": moment(manuscript.event.recorded_at), "heard": len(opinions_of(who, draft)),
    })  # fmt: skip


@doors.page
@doors.by_post
def begin(request: HttpRequest, year: int) -> HttpResponse:
    """起稿."""
    who, draft = draft_for(request, year)
    count = begin_manuscript(who, draft, request.POST.get("origin", ""), doors.operation(request))
    messages.success(request, f"已起稿，共 {count} 段。可以分给人改了。")
    return redirect("room", year=year)


@doors.page
@doors.by_post
def assign(request: HttpRequest, year: int) -> HttpResponse:
    """Hand paragraphs to a person."""
    who, draft = draft_for(request, year)
    op_id, person = doors.operation(request), request.POST.get("person", "")
    chosen = [uuid_of(one) for one in request.POST.getlist("paragraph")]
    count = hand_out(who, draft, chosen, uuid_of(person), op_id)
    messages.success(request, f"{count} 段已交给{names_of([uuid_of(person)]).get(uuid_of(person), '')}。")
    return redirect("room", year=year)


@doors.page
@doors.by_post
def head(request: HttpRequest, year: int) -> HttpResponse:
    """统稿 handed on, or taken over."""
    who, draft = draft_for(request, year)
    person = uuid_of(request.POST.get("person", ""))
    name_head(who, draft, person, request.POST.get("reason", ""), doors.operation(request))
    messages.success(request, f"现在由{names_of([person]).get(person, '')}统稿。")
    return redirect("room", year=year)


@doors.page
@doors.by_post
def store(request: HttpRequest, year: int) -> HttpResponse:
    """存一稿."""
    who, draft = draft_for(request, year)
    number = store_edition(who, draft, request.POST.get("note", ""), doors.operation(request))
    messages.success(request, f"已存为第 {number} 稿。")
    return redirect("room", year=year)


@doors.page
def replace_words(request: HttpRequest, year: int) -> HttpResponse:
    """A slogan replaced everywhere: looked at first, then done to exactly what was looked at."""
    who, draft = draft_for(request, year)
    sent = request.POST if request.method == "POST" else request.GET
    find, put = sent.get("find", "").strip(), sent.get("put", "").strip()
    if request.method == "POST":
        seen = [(uuid_of(one.partition("@")[0]), _whole(one.partition("@")[2])) for one in request.POST.getlist("seen")]
        count = replace_everywhere(who, draft, find, put, seen, doors.operation(request))
        messages.success(request, f"{count} 段里的“{find}”都换成了“{put}”，原来的话留在各段的改动经过里。")
        return redirect("room", year=year)
    places, manuscript = preview_replacing(who, draft, find, put) if find else [], find_manuscript(draft.key, draft.year, draft.unit)
    return render(request, "web/room_replace.html", {
        "year": year, "find": find, "put": put, "places": [(one, _parts(one.before, find)) for one in places], "op_id": uuid4(),
        "times": sum(one.times for one in places), "leads": manuscript is not None and leads(who, manuscript), "held": any(one.held for one in places),
    })  # fmt: skip


def uuid_of(text: str) -> UUID:
    """An id that a form sent; raises ``Problem('web.id')``."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem("web.id", "没有选，或选的已经不在了", "刷新页面，重新选。") from error


def _shown(who: Actor, draft: Draft, rows: list[Version], lines: list[Line], leading: bool) -> list[Shown]:
    owners = owners_of(who, draft)
    called = names_of(owners.values())
    held = holdings([row.paragraph for row in rows])
    waiting = Counter(one.opinion.paragraph for one in opinions_of(who, draft) if one.ruling is None)
    ids = [str(row.paragraph) for row in rows]
    ups, downs = [None, "", *ids[:-2]], [*ids[1:], None]
    return [
        Shown(row.paragraph, number, line, called.get(owners[row.paragraph], "") if row.paragraph in owners else "",
              leading or owners.get(row.paragraph) == who.person_id, held.get(row.paragraph), waiting[row.paragraph], up, down)
        for number, (row, line, up, down) in enumerate(zip(rows, lines, ups, downs, strict=False), start=1)
    ]  # fmt: skip


def _editions(who: Actor, draft: Draft) -> list[dict[str, object]]:
    cards = editions_of(who, draft)[1:]
    called = names([card.principal for card in cards])
    return [
        {"card": card, "by": called(card.principal), "at": moment(card.at), "number": _whole(card.name.removeprefix("e"))} for card in cards
    ]


def _parts(text: str, find: str) -> list[str]:
    """A text cut where the words stand, for marking them."""
    return text.split(find)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
