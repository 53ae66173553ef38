"""数字状态: how sure each figure of a draft is, whose it is, and what the county still owes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.orgs.api import names_of
from zhenwu.kernel.reports.api import (
    FIGURE_STATES,
    Column,
    Grades,
    Listing,
    Staff,
    Standing,
    cell,
    listed,
    sheets_of,
    standings,
)
from zhenwu.web import doors
from zhenwu.web.room import Room, room_for
from zhenwu.web.views.report import MEDIA_TYPES, attachment

_GRADES = {"self": "自报", "reviewed": "初核", "recognised": "县认定", "matters": "事项办理"}


@doors.page
def standing(request: HttpRequest, year: int) -> HttpResponse:
    """Every figure with its state; narrowed by state, office, and what is awaited from the county."""
    room = room_for(request, year)
    every = standings(room.blanks, room.figures)
    state, office, awaited = doors.typed(request, "state"), doors.typed(request, "office"), bool(doors.typed(request, "awaited"))
    found = [
        one for one in every
        if state in ("", one.state) and office in ("", one.blank.office) and (one.awaited or not awaited)
    ]  # fmt: skip
    counted = Counter(one.state for one in every)
    return render(request, "web/figures_standing.html", {
        "room": room, "year": year, "rows": rows_of(room, found), "shown": len(found), "all": len(every),
        "states": [(key, label, counted[key]) for key, label in FIGURE_STATES.items() if counted[key]],
        "offices": sorted({one.blank.office for one in every}), "state": state, "office": office, "awaited": awaited,
        "owed": sum(one.awaited for one in every), "may_export": _may_export(room),
    })  # fmt: skip


@doors.page
def standing_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The list as a file."""
    room = room_for(request, year)
    require_export(room)
    told = [
        tuple(cell(str(row[name])) for name in ("number", "meaning", "text", "label", "grades", "owed", "office", "person", "sentence"))
        for row in rows_of(room, standings(room.blanks, room.figures))
    ]  # fmt: skip
    heads = (("号", 4), ("数字", 12), ("现在印的", 10), ("状态", 9), ("记录", 14), ("县里", 8), ("科室", 12), ("责任人", 8), ("句子", 30))
    listing = Listing(f"{room.title}数字状态", (), tuple(Column(*head) for head in heads), tuple(told), "没有数字。")
    return attachment(listed(listing, form), f"{listing.title}.{form}", MEDIA_TYPES[form])


def rows_of(room: Room, found: list[Standing]) -> list[dict[str, Any]]:
    """The figures in words."""
    people = responsible(room)
    return [
        {
            "number": number, "key": one.blank.key, "meaning": one.blank.meaning, "text": room.shown(one.blank), "href": room.link(one.blank),
            "state": one.state, "label": one.label, "grades": room.cover(one.blank.key, graded(one.grades)),
            "owed": "待县里认定" if one.awaited else "", "office": one.blank.office, "person": people.get(one.blank.line, "（还没有人）"),
            "sentence": room.words[one.blank.key], "why": "" if one.blank.key in room.hidden else one.blank.answer.why,
        }
        for number, one in enumerate(found, start=1)
    ]  # fmt: skip


def graded(grades: Grades) -> str:
    """自报 3 · 初核 5 · 县认定 72; 全部自报 where they are all alike."""
    counted = [f"{label} {getattr(grades, name)} 条" for name, label in _GRADES.items() if getattr(grades, name)]
    return " · ".join([*counted, *(f"全部{_GRADES[name]}" for name in sorted(grades.whole))])


def responsible(room: Room) -> dict[str, str]:
    """Who answers for each line: who was sent its sheet, else whom one would ask first."""
    staff = Staff(room.draft.unit)
    found = {line: able[0].name for line, able in ((one.line, staff.able(one.line, one.office)) for one in room.blanks) if able}
    out = sheets_of(room.draft)
    names = names_of(sheet.person for sheet in out)
    asked = {line: names.get(sheet.person, "") for sheet in out for line in sheet.lines}
    return found | {line: name for line, name in asked.items() if name}


def require_export(room: Room) -> None:
    """Raises ``Refused`` for those who may look and not take away."""
    if not _may_export(room):
        doors.require_report(room.who, "export")


def _may_export(room: Room) -> bool:
    return doors.may_read_report(room.who, "export") or any(doors.may_take(room.who, one.line, room.draft.unit) for one in room.blanks)
