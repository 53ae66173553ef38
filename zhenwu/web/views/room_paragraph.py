"""One paragraph of a draft: as it reads, its sentences with what was said of them, its versions; held and edited by one person at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.orgs.api import Actor, names_of
from zhenwu.kernel.reports.api import (
    Draft,
    Edit,
    give_opinion,
    hold_paragraph,
    holding_of,
    installed_text,
    known_keys,
    may_write,
    opinions_of,
    owners_of,
    paragraph_of,
    release_paragraph,
    save_paragraph,
    sentences_of,
    versions_of,
)
from zhenwu.lib.problems import Conflict, Problem
from zhenwu.web import doors
from zhenwu.web.drafting import Version, draft_for, names, prints_of, read_rows
from zhenwu.web.words import moment, said


@doors.page
def paragraph(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """The paragraph; whoever holds it sees it in a box to edit."""
    who, draft = draft_for(request, year)
    return _page(request, who, draft, paragraph_of(who, draft, paragraph))


@doors.page
@doors.by_post
def hold(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """改这一段: nobody else edits it meanwhile."""
    who, draft = draft_for(request, year)
    hold_paragraph(who, draft, paragraph, doors.operation(request))
    return redirect(reverse("room_paragraph", args=[year, paragraph]) + "#edit")


@doors.page
@doors.by_post
def release(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """不改了."""
    who, draft = draft_for(request, year)
    release_paragraph(who, draft, paragraph, doors.operation(request))
    return redirect("room_paragraph", year=year, paragraph=paragraph)


@doors.page
@doors.by_post
def save(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """Save the next version; what is wrong is told above the box, with the text as typed."""
    who, draft = draft_for(request, year)
    op_id, sent = doors.operation(request), request.POST
    text = "" if sent.get("remove") else sent.get("text", "").replace("\r\n", "\n")
    base = sent.get("base", "")
    edit = Edit(text, sent.get("reason", ""), int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0, bool(sent.get("checked")))
    row = paragraph_of(who, draft, paragraph)
    if not text.strip() and not sent.get("remove"):
        fault = Problem("paragraph.empty", "这一段是空的", "要删去整段，请打勾“删去这一段”。")
        return _page(request, who, draft, row, {"fault": fault, "typed": edit}, 400)
    try:
        save_paragraph(who, draft, paragraph, edit, op_id)
    except Conflict as fault:
        theirs = names([row.event.principal])(row.event.principal)
        return _page(request, who, draft, row, {"conflict": fault, "typed": edit, "theirs": theirs, "theirs_at": moment(row.event.recorded_at)}, 409)
    except Problem as fault:
        if fault.code.startswith("paragraph.") and fault.code != "paragraph.unknown":
            return _page(request, who, draft, row, {"fault": fault, "typed": edit}, 400)
        raise
    messages.success(request, "这一段已删去，文字还留在改动经过里。" if not text.strip() else "已保存，改动经过已留痕。")
    return redirect("room_paragraph", year=year, paragraph=paragraph)


@doors.page
@doors.by_post
def opine(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """提意见 on a sentence."""
    who, draft = draft_for(request, year)
    number = request.POST.get("sentence", "")
    sentence = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else -1
    give_opinion(who, draft, paragraph, sentence, request.POST.get("words", ""), doors.operation(request))
    messages.success(request, "意见已提，责任人会写明采纳情况。")
    return redirect("room_paragraph", year=year, paragraph=paragraph)


def _page(request: HttpRequest, who: Actor, draft: Draft, row: Version, extra: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    filled, lines = read_rows(who, draft, [row])
    prints, owner, holding = prints_of(filled), owners_of(who, draft).get(row.paragraph), holding_of(row.paragraph)
    may_edit = may_write(who, draft.unit) or (owner is not None and owner == who.person_id)
    mine = holding is not None and holding.person == who.person_id
    versions = versions_of(who, draft, row.paragraph)
    heard = opinions_of(who, draft, row.paragraph)
    called = names([*(one.event.principal for one in versions), *(one.opinion.event.principal for one in heard)])
    wanted = request.GET.get("from", "")
    older = next((one for one in versions if str(one.number) == wanted), row)
    typed = Edit(older.text, "" if older is row else f"改回第 {older.number} 版", row.number)
    return render(request, "web/room_paragraph.html", {
        "year": draft.year, "row": row, "lines": lines, "owner": names_of([owner]).get(owner, "") if owner else "", "holding": holding,
        "may_edit": may_edit, "editing": may_edit and (mine or bool(extra)), "typed": typed, "op_id": uuid4(),
        "sentences": [(number, said(one, prints).strip()) for number, one in enumerate(sentences_of(row.text))],
        "heard": [(one, called(one.opinion.event.principal), said(one.opinion.sentence, prints)) for one in heard],
        "versions": [(one, called(one.event.principal), moment(one.event.recorded_at), said(one.text, prints)) for one in versions],
        "blanks": _blanks(draft, prints) if may_edit else [], **(extra or {}),
    }, status=status)  # fmt: skip


def _blanks(draft: Draft, prints: dict[str, str]) -> list[tuple[str, str]]:
    """The blanks that may be put into a paragraph: those in it with what they print, then the others."""
    known = known_keys(installed_text(draft), draft.name)
    return [(key, prints.get(key, "")) for key in sorted(known, key=lambda key: (key not in prints, key))]


