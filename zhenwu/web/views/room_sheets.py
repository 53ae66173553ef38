"""报数单: sending them, answering one, and who has answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.metrics.api import catalogue
from zhenwu.kernel.orgs.api import Actor, names_of
from zhenwu.kernel.reports.api import (
    SHEET_SAYS,
    Asked,
    Column,
    Listing,
    SheetInput,
    Staff,
    answer_sheet,
    asked_of,
    cell,
    find_sheet,
    give_value,
    listed,
    may_lead,
    recall_sheet,
    rulings_on,
    send_sheets,
    sheets_of,
    takes_value,
    unknown_sheet,
)
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem
from zhenwu.web import doors
from zhenwu.web.records import author_name, authors_of
from zhenwu.web.room import Room, room_for
from zhenwu.web.views.report import MEDIA_TYPES, attachment
from zhenwu.web.words import moment

Sheet = Any  # the reports' row; its model is nobody else's business
DAYS = 10  # to answer in, when nobody says otherwise
LABELS = {"open": "没有答复", "moved": "答复后变了，请再看", "corrected": "已更正", **SHEET_SAYS}


@doors.page
def sheets(request: HttpRequest, year: int) -> HttpResponse:
    """Who was asked, who has answered; and sending to those who were not asked yet."""
    room = room_for(request, year)
    if request.method == "POST":
        return _send(request, room)
    out = sheets_of(room.draft)
    names = names_of(sheet.person for sheet in out)
    labels = doors.line_labels()
    mine = [sheet for sheet in out if _may_see(room, sheet)]
    return render(request, "web/figures_sheets.html", {
        "room": room, "year": year, "rows": [_overview(room, sheet, names, labels) for sheet in mine],
        "proposals": _proposals(room, {line for sheet in out for line in sheet.lines}, labels),
        "due": today() + timedelta(days=DAYS), "op_id": uuid4(),
    })  # fmt: skip


@doors.page
def sheet(request: HttpRequest, identity: UUID) -> HttpResponse:
    """One sheet: its person answers, others look."""
    found, room = _open(request, identity)
    if request.method == "POST":
        return _answered(request, found, room)
    return render(request, "web/figures_sheet.html", _told(found, room))


@doors.page
def sheet_file(request: HttpRequest, identity: UUID, form: str) -> HttpResponse:
    """A sheet on paper or as .xlsx, to be filled in by hand."""
    found, room = _open(request, identity)
    told = _told(found, room)
    heads = (("号", 4), ("数字", 13), ("去年印的", 9), ("今年现在的", 10), ("句子", 32), ("口径", 22), ("有无变化、哪里不对", 18))
    rows = [
        tuple(map(cell, (str(row["number"]), row["meaning"], row["last"], row["now"], row["sentence"], row["basis"], row["said"])))
        for row in told["rows"]
    ]  # fmt: skip
    about = (f"发给{told['person']}，{told['due']}前答复。数字不能在纸上改：有出入的写明哪里不对，到台账里更正记录。", "答复人：　　　　　　　日期：")
    listing = Listing(f"{room.title}报数单（{told['person']}）", about, tuple(Column(*head) for head in heads), tuple(rows), "没有数字。")
    return attachment(listed(listing, form), f"{listing.title}.{form}", MEDIA_TYPES[form])


@doors.page
@doors.by_post
def recall(request: HttpRequest, identity: UUID) -> HttpResponse:
    """收回 a sheet."""
    operation = doors.operation(request)
    found, _ = _open(request, identity)
    recall_sheet(doors.actor(request), found, operation)
    messages.success(request, "报数单已收回，可以改发给别人。")
    return redirect("room_sheets", year=found.year)


def _open(request: HttpRequest, identity: UUID) -> tuple[Sheet, Room]:
    found = find_sheet(identity)
    who = doors.actor(request)
    if who.person_id != found.person and not _may_look(who, found):
        raise unknown_sheet()
    room = room_for(request, found.year, found.unit)
    return found, room


def _may_look(who: Actor, found: Sheet) -> bool:
    return any(doors.may_see_line(who, line, found.unit) for line in (doors.REPORT, *found.lines))


def _may_see(room: Room, found: Sheet) -> bool:
    return found.person == room.who.person_id or _may_look(room.who, found)


def _overview(room: Room, found: Sheet, names: dict[UUID, str], labels: dict[str, str]) -> dict[str, Any]:
    asked = asked_of(found, room.blanks)
    open_ = sum(one.is_open for one in asked)
    return {
        "sheet": found, "person": names.get(found.person, "（已离任人员）"), "lines": "、".join(labels.get(line, line) for line in found.lines),
        "all": len(asked), "answered": len(asked) - open_, "done": not open_, "overdue": bool(open_) and found.due < today(),
        "differs": sum(one.state in ("differs", "corrected") for one in asked), "moved": sum(one.has_moved for one in asked),
        "may_recall": all(may_lead(room.who, line, found.unit) for line in found.lines), "op_id": uuid4(),
    }  # fmt: skip


def _proposals(room: Room, out: set[str], labels: dict[str, str]) -> list[dict[str, Any]]:
    """For each line not asked for yet whose sheet this person may send: the figures' number and whom one may ask."""
    staff, counted = Staff(room.draft.unit), dict[str, list[str]]()
    for blank in room.blanks:
        counted.setdefault(blank.line, []).append(blank.office)
    rows = []
    for line, offices in counted.items():
        able = staff.able(line, offices[0])
        if line not in out and may_lead(room.who, line, room.draft.unit):
            people = [(str(one.person), f"{one.name}（{staff.office_of(one)}）") for one in able]
            rows.append({"line": line, "label": labels.get(line, line), "office": offices[0], "count": len(offices), "people": people})
    return rows


def _send(request: HttpRequest, room: Room) -> HttpResponse:
    operation = doors.operation(request)
    chosen: dict[UUID, list[str]] = {}
    for line in request.POST.getlist("line"):
        chosen.setdefault(_person(request.POST.get(f"person_{line}", "")), []).append(line)
    try:
        due = date.fromisoformat(request.POST.get("due", ""))
    except ValueError as error:
        raise Problem("sheet.due", "截止日期写得不对", "写成 2020-11-10 这样。") from error
    send_sheets(room.who, room.draft, [SheetInput(person, tuple(lines)) for person, lines in chosen.items()], due, operation)
    messages.success(request, f"已发出 {len(chosen)} 张报数单，收到的人登录后在“我的”里看到。")
    return redirect("room_sheets", year=room.draft.year)


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem("sheet.person", "有一项业务没有选人", "给勾选的每一项选一个人。") from error


def _answered(request: HttpRequest, found: Sheet, room: Room) -> HttpResponse:
    who, operation, sent = doors.actor(request), doors.operation(request), request.POST
    key = sent.get("key", "")[:120]
    seen = {name.removeprefix("seen_"): str(text) for name, text in sent.items() if name.startswith("seen_")}
    if sent.get("act") == "all":
        left = [one.key for one in asked_of(found, room.blanks) if one.is_open and one.key in seen]
        answer_sheet(who, found, {one: ("unchanged", "") for one in left}, seen, operation)
        messages.success(request, f"{len(left)} 个数答复为无变化。")
    elif sent.get("act") == "give":
        give_value(who, found, key, sent.get("value", "")[:40], sent.get("authority", ""), sent.get("source", "")[:200], operation)
        messages.success(request, f"“{key}”的数已登记，来源一并留痕。")
    else:
        answer_sheet(who, found, {key: (sent.get("act", ""), sent.get("words", "")[:300])}, seen, operation)
        messages.success(request, f"“{key}”已答复：{SHEET_SAYS[sent['act']]}。")
    return redirect("room_sheet", identity=found.id)


def _told(found: Sheet, room: Room) -> dict[str, Any]:
    asked = [one for one in asked_of(found, room.blanks) if one.blank is not None or room.who.person_id == found.person]
    names = authors_of([found.event.principal])
    return {
        "room": room, "sheet": found, "year": found.year, "rows": [_row(number, one, room) for number, one in enumerate(asked, start=1)],
        "person": names_of([found.person]).get(found.person, ""), "due": found.due, "overdue": found.due < today(),
        "by": author_name(found.event.principal, names), "at": moment(found.event.recorded_at), "open": sum(one.is_open for one in asked),
        "is_mine": room.who.person_id == found.person and found.retired_by_id is None, "recalled": found.retired_by_id is not None,
        "op_id": uuid4(),
    }  # fmt: skip


def _row(number: int, one: Asked, room: Room) -> dict[str, Any]:
    blank, entry = one.blank, one.entry
    figure = blank.figure if blank else None
    answer = one.answer
    said = "" if answer is None else SHEET_SAYS[answer.says] + (f"：{answer.words}" if answer.words else "")
    return {
        "number": number, "key": one.key, "meaning": entry["meaning"], "last": room.cover(one.key, entry["last"] or "—"),
        "was": room.cover(one.key, entry["printed"] or "待补"), "now": room.cover(one.key, one.now or "待补"), "raw": one.now,
        "moved": one.has_moved, "state": one.state, "label": LABELS[one.state], "said": said, "basis": entry["basis"],
        "sentence": room.words.get(one.key, ""), "href": room.link(blank) if blank else "", "ledger": _ledger(room, one),
        "takes": blank is not None and takes_value(blank), "unit": figure.metric.unit if figure else "", "ruling": _ruled(one),
    }  # fmt: skip


def _ledger(room: Room, one: Asked) -> str:
    """The ledger where the rows behind a figure are corrected (of a ratio: behind its numerator)."""
    metric = one.blank.figure.metric if one.blank and one.blank.figure else None
    while metric and metric.needs and metric.needs[0] in room.figures.known.metrics:
        metric = room.figures.known.metric(metric.needs[0])
    return metric.source.removeprefix("ledger:") if metric and metric.source.startswith("ledger:") else ""


def _ruled(one: Asked) -> str:
    """What was ruled last year on this figure, and this year."""
    figure = one.blank.figure if one.blank else None
    if figure is None:
        return ""
    said = []
    for period in (figure.period, figure.period.earlier(12)):
        for row in rulings_on(figure.metric.key, figure.unit, period):
            label = catalogue().metrics[row.printed].label if row.printed in catalogue().metrics else row.printed
            said.append(f"{period.label}会商裁定印“{label}”：{row.reason}")
    return "；".join(said)
