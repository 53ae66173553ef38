"""会商单: figures that two offices count, their rows side by side, and the ruling which of them is printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.metrics.api import Figures, withheld
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import (
    CONSULT_STATES,
    Blank,
    Column,
    Dispute,
    Listing,
    cell,
    dispute,
    disputes,
    listed,
    may_rule,
    rule,
    rulings_about,
)
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Refused
from zhenwu.web import doors, sheets
from zhenwu.web.consulting import Told, lists_of, sums_of
from zhenwu.web.records import author_name, authors_of
from zhenwu.web.room import Room, room_for, room_unit
from zhenwu.web.views.report import MEDIA_TYPES, attachment
from zhenwu.web.words import moment, printed


@doors.page
def consultations(request: HttpRequest, year: int) -> HttpResponse:
    """Every figure of a draft that another office counts too."""
    room = room_for(request, year)
    rows = [_summary(room, blank, found) for blank, found in disputes(room.blanks, year, room.figures)]
    return render(request, "web/figures_consultations.html", {
        "room": room, "year": year, "rows": sorted(rows, key=lambda row: not row["due"]), "due": sum(row["due"] for row in rows),
    })  # fmt: skip


@doors.page
def consultation(request: HttpRequest, metric: str, other: str, period: str) -> HttpResponse:
    """Two numbers side by side; a POST rules which is printed."""
    who, unit = doors.actor(request), _unit(request)
    figures = Figures()
    found = dispute(figures, metric, other, Period.parse(period), unit)
    _require(who, found, unit)
    if request.method == "POST":
        return _rule(request, found)
    for one in (found.own, found.other):
        if withheld(one, who, figures):
            return render(request, "web/figure_withheld.html", {"figure": one, "too_few": sheets.TOO_FEW})
    return render(request, "web/figures_consultation.html", _told(found, figures, who))


@doors.page
def consultation_file(request: HttpRequest, metric: str, other: str, period: str, form: str) -> HttpResponse:
    """The sheet on paper: the lists, the sums, the ruling and lines to sign on."""
    who, unit = doors.actor(request), _unit(request)
    figures = Figures()
    found = dispute(figures, metric, other, Period.parse(period), unit)
    _require(who, found, unit)
    if not (doors.may_read_report(who, "export") or all(doors.may_take(who, one.metric.pack, unit) for one in (found.own, found.other))):
        doors.require_report(who, "export")
    if any(withheld(one, who, figures) for one in (found.own, found.other)):
        raise Refused("consult.withheld", "人数过少，对无权看明细的人不显示", "请有权看明细的人打印。")
    listing = _listing(found, _told(found, figures, who))
    return attachment(listed(listing, form), f"{listing.title}.{form}", MEDIA_TYPES[form])


def told_rulings(rows: list[Any], labels: dict[str, str]) -> list[dict[str, Any]]:
    """Rulings in words, newest first: which number, why, who, when; whether it still is in force."""
    names = authors_of(row.event.principal for row in rows)
    return [
        {
            "label": labels.get(row.printed, row.printed), "reason": row.reason, "by": author_name(row.event.principal, names),
            "at": moment(row.event.recorded_at), "live": row.retired_by_id is None, "values": row.values,
            "href": consultation_link(row.metric, row.other, Period(row.first, row.months)),
        }
        for row in rows
    ]  # fmt: skip


def consultation_link(metric: str, other: str, period: Period) -> str:
    """The page where two numbers are held against each other."""
    return reverse("consultation", args=[metric, other, str(period)])


def _unit(request: HttpRequest) -> UUID:
    unit = room_unit(doors.actor(request))
    if unit is None:
        raise Refused("web.room", "报告的起草不在您的权限内", "请联系党政办。")
    return unit


def _require(who: Actor, found: Dispute, unit: UUID) -> None:
    """Readers of the report see both; others must be allowed both figures."""
    if doors.may_see_line(who, doors.REPORT, unit):
        return
    for one in (found.own, found.other):
        doors.require_open(who, one.metric, unit)


def _summary(room: Room, blank: Blank, found: Dispute) -> dict[str, Any]:
    both = all(doors.may_see_line(room.who, one.metric.pack, room.draft.unit) for one in (found.own, found.other))
    may_see = both or doors.may_see_line(room.who, doors.REPORT, room.draft.unit)
    few = any(withheld(one, room.who, room.figures) for one in (found.own, found.other))
    covered = "不在您的权限内" if not may_see else "人数过少，不显示" if few else ""
    return {
        "blank": blank, "own": covered or sheets.text_of(found.own), "other": covered or sheets.text_of(found.other),
        "own_label": found.own.metric.label, "other_label": found.other.metric.label, "gap": "" if covered else _gap(found),
        "state": found.state, "label": _label(found), "due": found.is_due, "matched": found.comparison is not None,
        "href": consultation_link(found.own.metric.key, found.other.metric.key, found.own.period) if may_see else "",
        "sentence": room.words[blank.key],
    }  # fmt: skip


def _label(found: Dispute) -> str:
    if found.own.value is None or found.other.value is None:
        return "有一方没有数"
    return CONSULT_STATES[found.state]


def _gap(found: Dispute) -> str:
    """How much the one is above the other, with as many digits as either prints; two rates differ by 百分点."""
    metric = found.own.metric
    digits = max(metric.decimals, found.other.metric.decimals if found.other.metric.unit == metric.unit else 0)
    return "" if found.gap is None else f"{printed(found.gap, '', digits)} {'个百分点' if metric.unit == '%' else metric.unit}"


def _told(found: Dispute, figures: Figures, who: Actor) -> dict[str, Any]:
    own, other, period = found.own, found.other, found.own.period
    labels = {one.metric.key: one.metric.label for one in (own, other)}
    return {
        "found": found, "year": period.last_year, "may_read": doors.may_read_report(who), "gap": _gap(found), "label": _label(found), "state": found.state,
        "sides": [_side(one, figures, who) for one in (own, other)], "lists": lists_of(found, figures, who),
        "sums": sums_of(found.comparison, found) if found.comparison else None, "unit": own.metric.unit,
        "rulings": told_rulings(rulings_about(own.metric.key, own.unit, period, other.metric.key), labels),
        "earlier": told_rulings(rulings_about(own.metric.key, own.unit, period.earlier(12), other.metric.key), labels),
        "may_rule": may_rule(who, own.metric, other.metric, own.unit), "op_id": uuid4(), "until": sheets.known_until(figures),
        "path": consultation_link(own.metric.key, other.metric.key, period),
    }  # fmt: skip


def _side(one: Any, figures: Figures, who: Actor) -> dict[str, Any]:
    return {
        "key": one.metric.key, "label": one.metric.label, "text": sheets.text_of(one), "basis": one.metric.basis,
        "authority": sheets.authority_of(one, one.authority), "href": sheets.link(figures, who, one.metric, one.period, one.unit),
    }  # fmt: skip


def _rule(request: HttpRequest, found: Dispute) -> HttpResponse:
    own, other, sent = found.own, found.other, request.POST
    operation = doors.operation(request)
    rule(
        doors.actor(request), own.metric.key, other.metric.key, own.period, own.unit, sent.get("printed", ""),
        sent.get("reason", "")[:300], sent.get("mark", ""), operation,
    )  # fmt: skip
    messages.success(request, "裁定已留痕，报告里照裁定的印。两边的记录再变，会请您重新会商。")
    return redirect(request.get_full_path())


def _listing(found: Dispute, told: dict[str, Any]) -> Listing:
    own, other = told["sides"]
    live = next((row for row in told["rulings"] if row["live"]), None)
    about = [
        f"{own['label']} {own['text']}（{own['authority']}）；{other['label']} {other['text']}（{other['authority']}）；相差 {told['gap'] or '—'}。",
        f"裁定：印“{live['label']}”。理由：{live['reason']}。{live['by']}，{live['at']}。" if live else "裁定：　　　　　　　　　　理由：",
        "双方签名：　　　　　　　　　　　　　　　　日期：",
    ]
    rows: list[tuple[Any, ...]] = []
    for one in told["lists"]:
        rows.append((cell(_head(one)),))
        for line in one.lines if one.title != "两边一样" else []:
            rows.append(tuple(map(cell, (line.row.title, line.row.place, line.row.day, line.own, line.other, line.note))))
    heads = (("记录", 18), ("在哪里", 16), ("日期", 10), (own["label"][:8], 10), (other["label"][:8], 10), ("说明", 26))
    title = f"{found.own.unit_name}{found.own.period.label}会商单（{own['label']}）"
    return Listing(title, tuple(about), tuple(Column(*head) for head in heads), tuple(rows), "这两个数没有写怎样逐条对，只比总数。")


def _head(one: Told) -> str:
    sums = "，".join(f"{label} {text}" for label, text in (("前者计", one.own), ("后者计", one.other)) if text)
    return f"{one.title}：{one.count} 条" + (f"，{sums}" if sums else "") + (f"（其中 {one.hidden} 条超出您的权限）" if one.hidden else "")
