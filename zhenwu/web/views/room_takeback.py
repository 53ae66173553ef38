"""取回改稿: a .docx edited in Word or WPS is looked at against the draft that went out, and taken in when nothing stops it."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.files.api import put_file, take_file
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import (
    Choices,
    Draft,
    Looked,
    editions_of,
    look_at,
    require_lead,
    require_manuscript,
    take_in,
)
from zhenwu.lib.problems import Problem
from zhenwu.web import doors
from zhenwu.web.drafting import draft_for
from zhenwu.web.views.report import DOCX

MAX_BYTES = 20 * 1024 * 1024
_OF_A_CHOICE = ("draft.not_round", "draft.no_such_figure", "draft.two_choices", "draft.run_together")
WAYS = (("", "还没有定"), ("rough", "写成约数（近、约）"), ("omit", "不写这个数"))


@doors.page
def takeback(request: HttpRequest, year: int) -> HttpResponse:
    """The page to put an edited document in; one put in is looked at on a page of its own."""
    who, draft = draft_for(request, year)
    doors.require_report(who, "write")
    op_id = doors.operation(request) if request.method == "POST" else uuid4()
    require_lead(who, require_manuscript(draft))
    if request.method != "POST":
        cards = [card for card in editions_of(who, draft) if not card.name.startswith("issue")]
        return render(request, "web/room_takeback.html", {"year": year, "cards": cards, "op_id": op_id})
    sent, against = request.FILES.get("file"), request.POST.get("against", "")
    if sent is None or not sent.name:
        raise Problem("takein.no_file", "没有选择文件", "点“选择文件”，选改好的 .docx。")
    if sent.size is None or sent.size > MAX_BYTES:
        raise Problem("takein.too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "删去图片再取回。")
    content = sent.read()
    look_at(who, draft, content, against, Choices())  # what cannot be read is not kept
    digest = put_file(who, sent.name, DOCX, content, op_id)
    return redirect(reverse("room_taken", args=[year, digest]) + f"?against={against}")


@doors.page
def taken(request: HttpRequest, year: int, file: str) -> HttpResponse:
    """What passed, what stopped, and the ways out; sent, its words become the next version of the draft."""
    who, draft = draft_for(request, year)
    doors.require_report(who, "write")
    op_id = doors.operation(request) if request.method == "POST" else uuid4()
    name, _, content = take_file(file)
    sent = request.POST if request.method == "POST" else request.GET
    against, choices = sent.get("against", "now"), _choices(sent)
    if request.method == "POST":
        return _take_in(request, who, draft, content, against, choices, op_id)
    told = {"year": year, "name": name, "file": file, "against": against}
    try:
        return _page(request, look_at(who, draft, content, against, choices), told | {"choices": choices})
    except Problem as fault:
        if fault.code not in _OF_A_CHOICE:
            raise
        looked = look_at(who, draft, content, against, Choices())
        return _page(request, looked, told | {"choices": Choices(), "fault": fault}, 400)


def _take_in(request: HttpRequest, who: Actor, draft: Draft, content: bytes, against: str, choices: Choices, op_id: UUID) -> HttpResponse:
    number = take_in(who, draft, content, against, choices, bool(request.POST.get("checked")), op_id)
    messages.success(request, f"改稿已收进稿子，存为第 {number} 稿。")
    return redirect("room", year=draft.year)


def _page(request: HttpRequest, looked: Looked, told: dict[str, object], status: int = 200) -> HttpResponse:
    by_author: dict[str, list[str]] = {}
    for change in looked.taken.changes:
        by_author.setdefault(change.author or "没有署名", []).append(f"{change.kind}“{change.words}”" + (f"　{change.day}" if change.day else ""))
    for author, words in looked.taken.comments:
        by_author.setdefault(author or "没有署名", []).append(f"批注“{words}”")
    decided = [one for one in looked.taken.decisions if one.text is not None]
    choices = told["choices"]
    assert isinstance(choices, Choices)
    chosen = dict.fromkeys(choices.approximate, "写成约数") | dict.fromkeys(choices.leave_out, "不写这个数")
    return render(request, "web/room_taken.html", {
        **told, "looked": looked, "taken": looked.taken, "by_author": by_author.items(), "passed": len(decided), "ways": WAYS, "op_id": uuid4(),
        "ready": looked.taken.document is not None and not looked.clashes and bool(looked.changes), "chosen": chosen.items(),
        "moved": [one for one in decided if one.text != one.found.printed.text],
    }, status=status)  # fmt: skip


def _choices(sent: QueryDict) -> Choices:
    """Fields ``way_12=rough`` or ``omit``: what was decided of the figure 12."""
    ways = {int(name[4:]): value for name, value in sent.items() if name.startswith("way_") and name[4:].isdecimal() and len(name) < 12}
    return Choices(
        frozenset(number for number, way in ways.items() if way == "rough"), frozenset(number for number, way in ways.items() if way == "omit")
    )
