"""勘误和更正: what an issued document's figures say now, and the documents issued about that; the issued one never changes."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.metrics.api import position
from zhenwu.kernel.reports.api import (
    Said,
    differences,
    errata_of,
    find_erratum,
    issue_erratum,
    issued_pdf,
    may_write,
    pdf_of,
    title_of,
)
from zhenwu.lib.problems import NotFound
from zhenwu.web import doors
from zhenwu.web.drafting import linker, names
from zhenwu.web.views.report import MEDIA_TYPES, attachment
from zhenwu.web.words import moment


@doors.page
def issue_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The issued document as PDF."""
    found = doors.require_issue(doors.actor(request), number, "export")
    return attachment(issued_pdf(found), f"{found.title}（定稿{found.number}号）.pdf", MEDIA_TYPES["pdf"])


@doors.page
def errata(request: HttpRequest, number: int) -> HttpResponse:
    """The differences to choose among, and what was issued before; sent, a 勘误单 or 更正说明 is issued."""
    who = doors.actor(request)
    found = doors.require_issue(who, number)
    if request.method == "POST":
        slots = [int(one) for one in request.POST.getlist("slot") if one.isascii() and one.isdigit() and len(one) < 6]
        chosen = {slot: request.POST.get(f"reason_{slot}", "") for slot in slots}
        made = issue_erratum(who, found, request.POST.get("kind", ""), chosen, doors.operation(request))
        messages.success(request, f"已出{title_of(made.frozen)}，更正第 {made.number} 号。原件没有动。")
        return redirect("errata", number=number)
    link, then = linker(who, position()), linker(who, found.frozen["position"])
    rows = []
    for one in differences(who, found):
        shown = Said(one.slot, "", one.meaning, one.now, one.value, one.address)
        was = Said(one.slot, "", one.meaning, one.printed, "0", one.address)
        rows.append({"one": one, "href": link(shown).partition("?")[0], "then": then(was)})
    made_before = errata_of(who, found)
    called = names([one.event.principal for one in made_before])
    return render(request, "web/errata.html", {
        "issue": found, "rows": rows, "op_id": uuid4(), "may_write": may_write(who, doors.require_report(who)),
        "may_export": doors.may_open_issue(who, found, "export"),
        "made": [(one, title_of(one.frozen), called(one.event.principal), moment(one.event.recorded_at)) for one in made_before],
    })  # fmt: skip


@doors.page
def erratum_file(request: HttpRequest, number: int, erratum: int, form: str) -> HttpResponse:
    """A 勘误单 or 更正说明 as .docx or PDF."""
    who = doors.actor(request)
    found = find_erratum(who, doors.require_issue(who, number, "export"), erratum)
    if form not in ("docx", "pdf"):
        raise NotFound("erratum.form", f"没有 {form[:10]} 格式", "可选：docx、pdf。")
    content = pdf_of(found) if form == "pdf" else take_file(found.document_file)[2]
    return attachment(content, f"{title_of(found.frozen)}（更正{found.number}号）.{form}", MEDIA_TYPES[form])
