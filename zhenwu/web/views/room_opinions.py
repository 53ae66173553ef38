"""意见采纳情况: what was said of the draft's sentences and what became of it."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import (
    DECISIONS,
    Draft,
    Heard,
    leads,
    live_paragraphs,
    opinions_of,
    owners_of,
    print_opinions,
    require_manuscript,
    rule_opinion,
)
from zhenwu.web import doors
from zhenwu.web.drafting import draft_for, names, prints_of, read_rows
from zhenwu.web.views.report import MEDIA_TYPES, attachment
from zhenwu.web.words import moment, said


@doors.page
def opinions(request: HttpRequest, year: int) -> HttpResponse:
    """Every opinion, with its ruling or the form for one."""
    who, draft = draft_for(request, year)
    heard = opinions_of(who, draft)
    owners, leading = owners_of(who, draft), leads(who, require_manuscript(draft))
    rows = [
        {"one": one, "sentence": sentence, "by": by, "ruled": ruled, "at": moment(one.opinion.event.recorded_at),
         "may_rule": leading or (owners.get(one.opinion.paragraph) is not None and owners[one.opinion.paragraph] == who.person_id)}
        for one, (sentence, by, ruled) in zip(heard, _told(who, draft, heard), strict=True)
    ]  # fmt: skip
    counts = [(label, sum(one.decision == label for one in heard)) for label in (*DECISIONS.values(), "待定")]
    return render(request, "web/room_opinions.html", {
        "year": year, "rows": rows, "counts": counts, "decisions": DECISIONS.items(), "op_id": uuid4(), "may_export": doors.may_read_report(who, "export"),
    })  # fmt: skip


@doors.page
def opinions_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """意见采纳情况表 as a file."""
    who, draft = draft_for(request, year)
    doors.require_report(who, "export")
    heard = opinions_of(who, draft)
    content = print_opinions(draft, heard, _told(who, draft, heard), form)
    return attachment(content, f"{year}年报告意见采纳情况表.{form}", MEDIA_TYPES[form])


@doors.page
@doors.by_post
def rule(request: HttpRequest, year: int, opinion: UUID) -> HttpResponse:
    """采纳, 部分采纳 or 不采纳."""
    who, draft = draft_for(request, year)
    rule_opinion(who, draft, opinion, request.POST.get("decision", ""), request.POST.get("reason", ""), doors.operation(request))
    messages.success(request, "采纳情况已记下。")
    return redirect("room_opinions", year=year)


def _told(who: Actor, draft: Draft, heard: list[Heard]) -> list[tuple[str, str, str]]:
    """For each opinion: the sentence as it reads with today's figures, who said it, who ruled."""
    filled, _ = read_rows(who, draft, live_paragraphs(require_manuscript(draft)))
    prints = prints_of(filled)
    rulers = [one.ruling.event.principal for one in heard if one.ruling]
    called = names([*(one.opinion.event.principal for one in heard), *rulers])
    return [
        (said(one.opinion.sentence, prints), called(one.opinion.event.principal), called(one.ruling.event.principal) if one.ruling else "")
        for one in heard
    ]
