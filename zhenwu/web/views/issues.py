"""Issued documents: the list, the frozen text with its seal, and the check against the records."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.journal.api import moment_of
from zhenwu.kernel.metrics.api import Catalogue, catalogue
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import (
    UNKNOWN,
    Issue,
    imprint_of,
    issued,
    issued_document,
    read_source,
    verify_report,
)
from zhenwu.web import doors
from zhenwu.web.document import Line, Piece, lines_of
from zhenwu.web.records import author_name, authors_of
from zhenwu.web.views.report import DOCX, attachment
from zhenwu.web.words import moment


@doors.page
def issues(request: HttpRequest) -> HttpResponse:
    """All issued documents, newest first."""
    who = doors.actor(request)
    doors.require_report(who)
    rows = [row for row in issued() if doors.may_open_issue(who, row)]
    names = authors_of(row.event.principal for row in rows)
    told = [
        {"issue": row, "by": author_name(row.event.principal, names), "at": moment(row.event.recorded_at)} for row in rows
    ]  # fmt: skip
    return render(request, "web/issues.html", {"rows": told})


@doors.page
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """One issued document as it was frozen."""
    who = doors.actor(request)
    return render(request, "web/issue.html", _told(doors.require_issue(who, number), who))


@doors.page
@doors.by_post
def verify_issue(request: HttpRequest, number: int) -> HttpResponse:
    """校验: recompute an issued document from the records, and say what no longer holds."""
    who = doors.actor(request)
    found = doors.require_issue(who, number)
    doors.operation(request)
    return render(request, "web/issue.html", {**_told(found, who), "verified": True, "complaints": verify_report(found)})


@doors.page
def issue_docx(request: HttpRequest, number: int) -> HttpResponse:
    """The document as issued."""
    found = doors.require_issue(doors.actor(request), number, "export")
    return attachment(issued_document(found), f"{found.title}（定稿{found.number}号）.docx", DOCX)


def _told(found: Issue, who: Actor) -> dict[str, Any]:
    principal = found.event.principal
    until = found.frozen["position"]
    return {
        "issue": found, "lines": _lines(found, who), "seal": found.frozen["seal"], "position": until,
        "imprint": imprint_of(found.frozen), "until": moment(moment_of(until)), "at": moment(found.event.recorded_at),
        "by": author_name(principal, authors_of([principal])), "op_id": uuid4(), "signing": found.frozen.get("signing"),
        "may_export": doors.may_open_issue(who, found, "export"),
    }  # fmt: skip


def _lines(found: Issue, who: Actor) -> list[Line]:
    name, _, content = take_file(found.template_file)
    template = read_source(content, name).template
    frozen = {slot["slot"]: slot for slot in found.frozen["slots"]}
    known = catalogue(found.frozen["position"])

    def pieces_at(paragraph: int) -> list[tuple[int, int, Piece]]:
        slots = [slot for slot in template.slots if slot.paragraph == paragraph]
        return [(slot.start, slot.end, _piece(frozen[slot.index], found, known, who)) for slot in slots]

    return list(lines_of([one.text for one in template.paragraphs], pieces_at))


def _piece(slot: dict[str, Any], found: Issue, known: Catalogue, who: Actor) -> Piece:
    label = f"{slot['meaning']}。{slot['why']}"
    if slot["printed"] is None:
        return Piece(UNKNOWN, "", label, True, slot["slot"])
    return Piece(slot["printed"], _href(slot, found, known, who), label, False, slot["slot"])


def _href(slot: dict[str, Any], found: Issue, known: Catalogue, who: Actor) -> str:
    """The figure's page as of the issue's position."""
    if not slot["address"]:
        return ""
    metric, period, unit = slot["address"]
    if metric not in known.metrics or not doors.may_open(who, known.metric(metric), UUID(unit)):
        return ""
    return reverse("figure", args=[f"{metric}@{period}/{unit}"]) + f"?at={found.frozen['position']}"
