"""One paragraph of a draft: as it reads, its sentences with what was said of them, its versions; held and edited by one person at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.orgs.api import Actor, names_of
from zhenwu.kernel.reports.api import (
    Aside,
    Draft,
    Edit,
    asides_of,
    break_hold,
    broken_for,
    discard_aside,
    give_opinion,
    hold_paragraph,
    holding_of,
    installed_text,
    known_keys,
    leads,
    live_paragraphs,
    may_edit,
    move_paragraph,
    note_broken,
    opinions_of,
    owners_of,
    paragraph_of,
    release_paragraph,
    save_paragraph,
    sentences_of,
    set_aside,
    versions_of,
)
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused
from zhenwu.web import doors
from zhenwu.web.drafting import Version, draft_for, names, prints_of, read_rows
from zhenwu.web.views.room import uuid_of
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
    op_id, edit = doors.operation(request), _edit(request)
    row = paragraph_of(who, draft, paragraph)
    if not edit.text.strip() and not request.POST.get("remove"):
        fault = Problem("paragraph.empty", "这一段是空的", "要删去整段，请打勾“删去这一段”。")
        return _page(request, who, draft, row, {"fault": fault, "typed": edit}, 400)
    try:
        save_paragraph(who, draft, paragraph, edit, op_id)
    except Problem as fault:
        return _refused(request, who, draft, row, edit, fault, op_id)
    messages.success(request, "这一段已删去，文字还留在改动经过里。" if not edit.text.strip() else "已保存，改动经过已留痕。")
    return redirect("room_paragraph", year=year, paragraph=paragraph)


@doors.page
@doors.by_post
def aside(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """先存着: what is typed so far is kept beside the paragraph, which stays held."""
    who, draft = draft_for(request, year)
    op_id, edit = doors.operation(request), _edit(request)
    set_aside(who, draft, paragraph, edit.text, edit.reason, edit.base, op_id)
    hold_paragraph(who, draft, paragraph, uuid5(op_id, "hold"))
    messages.success(request, "先存下了，稿子还没有变；再有二十分钟只有您能改。")
    return redirect(reverse("room_paragraph", args=[year, paragraph]) + "#edit")


@doors.page
@doors.by_post
def discard(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """不要了: a text set aside."""
    who, draft = draft_for(request, year)
    discard_aside(who, draft, paragraph, uuid_of(request.POST.get("aside", "")), doors.operation(request))
    messages.success(request, "搁下的文字收走了。")
    return redirect("room_paragraph", year=year, paragraph=paragraph)


@doors.page
@doors.by_post
def take_over(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """收回: a hold is broken by the head, with a reason."""
    who, draft = draft_for(request, year)
    break_hold(who, draft, paragraph, request.POST.get("reason", ""), doors.operation(request))
    messages.success(request, "这一段收回来了，由您改；原来在改的人会看到您写的理由，他写了没有存的不会丢。")
    return redirect(reverse("room_paragraph", args=[year, paragraph]) + "#edit")


@doors.page
@doors.by_post
def seen(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """知道了: that the paragraph was taken back."""
    who, draft = draft_for(request, year)
    note_broken(who, draft, paragraph, doors.operation(request))
    return redirect("room_paragraph", year=year, paragraph=paragraph)


@doors.page
@doors.by_post
def move(request: HttpRequest, year: int, paragraph: UUID) -> HttpResponse:
    """挪动: put behind another paragraph ("" : before all)."""
    who, draft = draft_for(request, year)
    behind = request.POST.get("behind", "")
    number = move_paragraph(who, draft, paragraph, uuid_of(behind) if behind else None, doors.operation(request))
    order = [row.paragraph for row in live_paragraphs(paragraph_of(who, draft, paragraph).manuscript)]
    messages.success(request, f"挪好了，文字和数字没有动；存为第 {number} 稿。")
    return redirect(reverse("room", args=[year]) + f"#p{order.index(paragraph) + 1}")


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
    edits, leading = may_edit(who, row.manuscript, owner), leads(who, row.manuscript)
    mine = holding is not None and holding.person == who.person_id
    versions = versions_of(who, draft, row.paragraph)
    heard = opinions_of(who, draft, row.paragraph)
    asides, broken = asides_of(who, draft, row.paragraph), broken_for(who.person_id, row.paragraph) if who.person_id else []
    writers = [one.event.principal for one in (*versions, *broken)] + [one.opinion.event.principal for one in heard] + [one.row.event.principal for one in asides]
    called = names(writers)
    return render(request, "web/room_paragraph.html", {
        "year": draft.year, "row": row, "lines": lines, "owner": names_of([owner]).get(owner, "") if owner else "", "holding": holding,
        "may_edit": edits, "editing": edits and (mine or bool(extra)), "op_id": uuid4(), "leads": leading,
        "typed": _typed(request, who, row, versions, asides), "places": _places(row, prints) if leading else [],
        "asides": [(one, called(one.row.event.principal), moment(one.row.event.recorded_at), one.row.person == who.person_id) for one in asides],
        "broken": [(one, called(one.event.principal), moment(one.event.recorded_at)) for one in broken],
        "sentences": [(number, said(one, prints).strip()) for number, one in enumerate(sentences_of(row.text))],
        "heard": [(one, called(one.opinion.event.principal), said(one.opinion.sentence, prints)) for one in heard],
        "versions": [(one, called(one.event.principal), moment(one.event.recorded_at), said(one.text, prints)) for one in versions],
        "blanks": _blanks(draft, prints) if edits else [], **(extra or {}),
    }, status=status)  # fmt: skip


def _refused(request: HttpRequest, who: Actor, draft: Draft, row: Version, edit: Edit, fault: Problem, op_id: UUID) -> HttpResponse:
    """Nothing was saved. What was typed stands in the box again; where another was quicker or the right is gone, it is set aside too."""
    if isinstance(fault, Conflict):
        _keep(who, draft, row, edit, op_id)
        theirs = {"theirs": names([row.event.principal])(row.event.principal), "theirs_at": moment(row.event.recorded_at)}
        return _page(request, who, draft, row, {"conflict": fault, "typed": edit, **theirs}, 409)
    if isinstance(fault, Refused) and _keep(who, draft, row, edit, op_id):
        return _page(request, who, draft, row, {"fault": fault, "typed": edit}, 403)
    if isinstance(fault, NotFound) or not fault.code.startswith("paragraph."):
        raise fault
    if fault.code == "paragraph.held":
        _keep(who, draft, row, edit, op_id)
    return _page(request, who, draft, row, {"fault": fault, "typed": edit}, 400)


def _keep(who: Actor, draft: Draft, row: Version, edit: Edit, op_id: UUID) -> bool:
    """Set aside what was typed, if it may be and says anything new."""
    if not edit.text.strip() or edit.text.strip() == row.text:
        return False
    try:
        set_aside(who, draft, row.paragraph, edit.text, edit.reason, edit.base, uuid5(op_id, "aside"))
    except Problem:
        return False
    return True


def _edit(request: HttpRequest) -> Edit:
    """The form as sent."""
    sent = request.POST
    text = "" if sent.get("remove") else sent.get("text", "").replace("\r\n", "\n")
    base = sent.get("base", "")
    return Edit(text, sent.get("reason", ""), int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0, bool(sent.get("checked")))


def _typed(request: HttpRequest, who: Actor, row: Version, versions: Sequence[Version], asides: Sequence[Aside]) -> Edit:
    """What stands in the box at first: a version or a text set aside that was asked for, one's own text set aside, or the paragraph."""
    older = next((one for one in versions if str(one.number) == request.GET.get("from", "")), None)
    if older is not None and older is not row:
        return Edit(older.text, f"改回第 {older.number} 版", row.number)
    asked = request.GET.get("aside", "")
    kept = next((one.row for one in asides if str(one.row.id) == asked or (not asked and one.row.person == who.person_id)), None)
    return Edit(kept.text, kept.reason, row.number) if kept and older is None else Edit(row.text, "", row.number)


def _places(row: Version, prints: dict[str, str]) -> list[tuple[str, str]]:
    """Where a paragraph may be put: (behind which, in words)."""
    rows = live_paragraphs(row.manuscript)
    told = [(str(one.paragraph), f"第 {number} 段后面：{said(one.text, prints)}") for number, one in enumerate(rows, start=1)]
    here = next((place for place, one in enumerate(rows) if one.paragraph == row.paragraph), None)
    if here is None:
        return []
    first = [("", "最前面")] if here else []
    return first + [one for place, one in enumerate(told) if place not in (here, here - 1)]


def _blanks(draft: Draft, prints: dict[str, str]) -> list[tuple[str, str]]:
    """The blanks that may be put into a paragraph: those in it with what they print, then the others."""
    known = known_keys(installed_text(draft), draft.name)
    return [(key, prints.get(key, "")) for key in sorted(known, key=lambda key: (key not in prints, key))]


