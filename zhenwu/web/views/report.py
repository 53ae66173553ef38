"""The yearly report: choose a year, read it with every number open, take it away, issue it."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.ledgers.api import years_recorded
from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.reports.api import (
    EDITIONS,
    blanks_of,
    content_of,
    edition,
    is_due,
    issue_report,
    known_edition,
    read_draft,
    signed,
    signing_begun,
    unsigned,
)
from zhenwu.lib.clock import today
from zhenwu.web import doors, sheets
from zhenwu.web.document import draft_of, filled_for, known_year, report_lines

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {
    "docx": DOCX, "pdf": "application/pdf", "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
YEARS = 8  # as many as a person chooses among


@doors.page
def report(request: HttpRequest) -> HttpResponse:
    """The report of the last year that has records."""
    doors.require_report(doors.actor(request))
    last = today().year - 1  # the year a report is written about; the running one is a click away
    return redirect("report_year", year=last if last in _years() else _years()[0])


@doors.page
def report_year(request: HttpRequest, year: int) -> HttpResponse:
    """The report of one year."""
    who = doors.actor(request)
    unit = doors.require_report(who)
    filled, figures = filled_for(who, known_year(year))
    may_issue = is_due(year) and doors.may_read_report(who, "write")
    draft = draft_of(year, unit)
    return render(request, "web/report.html", {
        "year": year, "years": _years(year), "lines": report_lines(filled, figures, who), "filled": filled,
        "known": len(filled.answers) - len(filled.pending), "until": sheets.known_until(figures), "op_id": uuid4(),
        "may_export": doors.may_read_report(who, "export"), "may_issue": may_issue,
        "title": title_of(year, unit), "editions": [*EDITIONS.values()],
        "missing": unsigned(signed(draft, blanks_of(read_draft(draft, figures)))) if may_issue and signing_begun(draft) else [],
    })  # fmt: skip


@doors.page
def report_edition(request: HttpRequest, year: int, name: str, form: str) -> HttpResponse:
    """One edition of the report as a file: clean.docx, marked.pdf, pending.xlsx …"""
    who = doors.actor(request)
    unit = doors.require_report(who, "export")
    found = known_edition(name, form)
    filled, _ = filled_for(who, known_year(year))
    label = "" if found.name == "clean" else f"（{found.label}）"
    return attachment(edition(filled, name, form), f"{title_of(year, unit)}{label}.{form}", MEDIA_TYPES[form])


@doors.page
@doors.by_post
def issue_year(request: HttpRequest, year: int) -> HttpResponse:
    """定稿: freeze the report as of now."""
    who = doors.actor(request)
    unit = doors.require_report(who, "write")
    draft = draft_of(known_year(year), unit)
    title = request.POST.get("title", "").strip()[:200] or title_of(year, unit)
    reason = request.POST.get("unsigned_reason", "").strip()[:300]
    issued = issue_report(who, content_of(draft), draft.name, year, title, doors.operation(request), unit, reason)
    messages.success(request, f"已定稿，编号 {issued.number}。")
    return redirect("issue", number=issued.number)


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes to be saved under a Chinese name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def title_of(year: int, unit: UUID) -> str:
    """What the report of a year is called."""
    return f"{tree().name(unit)}{year}年工作总结和{year + 1}年工作计划"


def _years(chosen: int | None = None) -> list[int]:
    """Years to choose among, newest first: those with records, and the one on the screen."""
    recorded = years_recorded(one.key for one in every("ledger"))
    years = set(recorded[-YEARS:]) or {today().year}
    return sorted(years | ({chosen} if chosen else set()), reverse=True)
