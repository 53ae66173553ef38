"""审签单: who has confirmed which figures as printed, and which sign-offs have fallen."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.reports.api import SIGN_STATES, Column, Listing, Signed, cell, listed, may_answer_for, sign, signed
from zhenwu.web import doors
from zhenwu.web.records import author_name, authors_of
from zhenwu.web.room import Room, room_for
from zhenwu.web.views.report import MEDIA_TYPES, attachment
from zhenwu.web.views.room_figures import require_export, responsible
from zhenwu.web.words import moment


@doors.page
def signing(request: HttpRequest, year: int) -> HttpResponse:
    """The figures I answer for, to be signed; and how far everybody is. A POST signs."""
    room = room_for(request, year)
    if request.method == "POST":
        return _sign(request, room)
    rows = _rows(room)
    counted = Counter(row["state"] for row in rows)
    return render(request, "web/figures_signing.html", {
        "room": room, "year": year, "mine": [row for row in rows if row["mine"]], "others": [row for row in rows if not row["mine"]],
        "to_sign": sum(row["mine"] and row["state"] in ("unsigned", "fallen") for row in rows),
        "counts": [(key, label, counted[key]) for key, label in SIGN_STATES.items()], "op_id": uuid4(),
    })  # fmt: skip


@doors.page
def signing_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The sheet on paper, with lines to sign on, by person."""
    room = room_for(request, year)
    require_export(room)
    heads = (("号", 4), ("数字", 14), ("印的", 10), ("句子", 38), ("状态", 12), ("签名、日期", 18))
    told: list[tuple[Any, ...]] = []
    rows = sorted(_rows(room), key=lambda row: (row["person"], row["number"]))
    for before, row in zip([None, *rows], rows, strict=False):
        if before is None or before["person"] != row["person"]:
            told.append((cell(f"{row['person']}　{row['office']}"),))
        told.append(tuple(map(cell, (str(row["number"]), row["meaning"], row["text"], row["sentence"], row["label"], row["by"]))))
    about = ("签的是印出来的数。签过以后，只有变了的数要重签，别的仍然有效。",)
    listing = Listing(f"{room.title}审签单", about, tuple(Column(*head) for head in heads), tuple(told), "没有数字。")
    return attachment(listed(listing, form), f"{listing.title}.{form}", MEDIA_TYPES[form])


def _sign(request: HttpRequest, room: Room) -> HttpResponse:
    operation = doors.operation(request)
    seen = {key: request.POST.get(f"seen_{key}", "") for key in request.POST.getlist("key")}
    sign(room.who, room.draft, seen, operation)
    messages.success(request, f"已签 {len(seen)} 个数。以后哪个数变了，只请您重签哪个。")
    return redirect("room_signing", year=room.draft.year)


def _rows(room: Room) -> list[dict[str, Any]]:
    every = signed(room.draft, room.blanks)
    names = authors_of(one.sign_off.event.principal for one in every if one.sign_off)
    people = responsible(room)
    return [_row(number, one, room, names, people) for number, one in enumerate(every, start=1)]


def _row(number: int, one: Signed, room: Room, names: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    blank, sign_off = one.blank, one.sign_off
    by = f"{author_name(sign_off.event.principal, names)}，{moment(sign_off.event.recorded_at)}" if sign_off else ""
    return {
        "number": number, "key": blank.key, "meaning": blank.meaning, "text": room.shown(blank), "raw": blank.printed or "", "href": room.link(blank),
        "was": room.cover(blank.key, sign_off.printed) if sign_off else "", "state": one.state, "label": SIGN_STATES[one.state], "by": by,
        "sentence": room.words[blank.key], "office": blank.office, "person": people.get(blank.line, "（还没有人）"),
        "mine": may_answer_for(room.who, blank.line, room.draft.unit),
    }  # fmt: skip
