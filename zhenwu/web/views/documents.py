"""文书 of a matter: make one, take it away as .docx or PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhenwu.kernel.documents.api import (
    Offer,
    document_file,
    made_documents,
    make_document,
    may_make,
    offers,
    sees_persons,
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


def section(who: Actor, step: Step) -> dict[str, Any]:
    """What the page of a matter says of its documents."""
    made = made_documents(who, step.matter_id)
    names = authors_of(one.principal for one in made)
    cards = [
        {
            "id": one.id, "label": one.label, "number": one.number, "when": moment(one.at), "who": author_name(one.principal, names), "outdated": one.outdated,
            "masked": not one.opened, "digest": one.digest,
        }
        for one in made
    ]  # fmt: skip
    able = offers(who, step.matter_id) if may_make(who, step) else []
    return {"made": cards, "offers": [(one, uuid4()) for one in able if not one.why_not], "later": [one for one in able if one.why_not], "masked": not sees_persons(who, step)}
