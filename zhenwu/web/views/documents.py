"""文书 of a matter or of a record: make one, take it away as .docx or PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhenwu.kernel.documents.api import (
    FORMS,
    Card,
    Offer,
    document_file,
    made_documents,
    make_document,
    make_record_document,
    may_make,
    offers,
    record_document_file,
    record_documents,
    record_offers,
    sees_persons,
    writes_record,
)
from zhenwu.kernel.matters.api import Step
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import fonts_here
from zhenwu.web import doors
from zhenwu.web.records import author_name, authors_of
from zhenwu.web.views.report import MEDIA_TYPES, attachment
from zhenwu.web.words import moment


@doors.page
@doors.by_post
def make(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Make a document of the matter as it stands; ``print``: to be looked at and printed at once."""
    told = make_document(doors.actor(request), doors.operation(request), identity, request.POST.get("document", ""))
    if request.POST.get("print"):
        return redirect(reverse("document_file", args=[identity, told["made"], "pdf"]) + "?show=1")
    messages.success(request, f"做好了{told['number'] and '，编号 ' + told['number']}，已留痕。在“文书”一栏下载。")
    return redirect("matter", identity)


@doors.page
def file(request: HttpRequest, identity: UUID, made: UUID, form: str) -> HttpResponse:
    """One that was made, as it was made; with the names and numbers of its persons for those who work there, and logged."""
    fonts = fonts_here() if form == "pdf" else None
    name, content = document_file(doors.actor(request), identity, made, form, fonts)
    answer = attachment(content, name, MEDIA_TYPES[form])
    if form == "pdf" and request.GET.get("show"):
        answer["Content-Disposition"] = answer["Content-Disposition"].replace("attachment", "inline", 1)
    return answer


def printable(who: Actor, step: Step) -> list[tuple[Offer, UUID]]:
    """The documents of a matter under way that this person can print now, each with an operation for it."""
    able = offers(who, step.matter_id) if step.ends_on is None and may_make(who, step) else []
    return [(one, uuid4()) for one in able if not one.why_not]


@doors.page
@doors.by_post
def make_of_record(request: HttpRequest, record: UUID) -> HttpResponse:
    """Make a document of one record of a ledger as it stands."""
    told = make_record_document(doors.actor(request), doors.operation(request), record, request.POST.get("document", ""))
    messages.success(request, f"做好了{told['number'] and '，编号 ' + told['number']}，已留痕。在“文书”一栏下载。")
    return redirect("record", record)


@doors.page
def file_of_record(request: HttpRequest, record: UUID, made: UUID, form: str) -> HttpResponse:
    """One that was made of a record, as it was made."""
    fonts = fonts_here() if form == "pdf" else None
    name, content = record_document_file(doors.actor(request), record, made, form, fonts)
    return attachment(content, name, MEDIA_TYPES[form])


def section(who: Actor, step: Step) -> dict[str, Any]:
    """What the page of a matter says of its documents."""
    able = offers(who, step.matter_id) if may_make(who, step) else []
    return _section("", step.matter_id, made_documents(who, step.matter_id), able, sees_persons(who, step))


def record_section(who: Actor, version: Any) -> dict[str, Any]:
    """What the page of a record says of its documents."""
    record = version.record_id
    return _section("record_", record, record_documents(who, record), record_offers(who, record), writes_record(who, version))


def _section(of: str, identity: UUID, made: list[Card], able: list[Offer], sees: bool) -> dict[str, Any]:
    names = authors_of(one.principal for one in made)
    cards = [
        {
            "label": one.label, "number": one.number, "when": moment(one.at), "who": author_name(one.principal, names), "outdated": one.outdated,
            "masked": not one.opened, "digest": one.digest, "files": [(form, reverse(f"{of}document_file", args=[identity, one.id, form])) for form in FORMS],
        }
        for one in made
    ]  # fmt: skip
    return {
        "made": cards, "offers": [(one, uuid4()) for one in able if not one.why_not], "later": [one for one in able if one.why_not], "masked": not sees,
        "make": reverse(f"make_{of}document", args=[identity]),
    }  # fmt: skip
