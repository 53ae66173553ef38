"""A figure's page, at an address like ``/figure/demolition.area@2020``; a POST there chooses which authority is printed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.ledgers.api import closed_at
from zhenwu.kernel.metrics.api import (
    AUTHORITIES,
    Evidence,
    Figure,
    Figures,
    choose_authority,
    evidence,
    position,
    withheld,
)
from zhenwu.kernel.reports.api import rulings_on
from zhenwu.lib.problems import Problem
from zhenwu.web import doors, sheets
from zhenwu.web.breakdown import breakdowns
from zhenwu.web.evidence import rows_of
from zhenwu.web.views.room_consulting import told_rulings
from zhenwu.web.words import KINDS, amount, printed

ROWS = 50


@doors.page
def figure(request: HttpRequest, address: str) -> HttpResponse:
    """One number and all that stands behind it; ``?at=`` reads it as of a journal position."""
    who = doors.actor(request)
    figures = Figures(_position(request))
    asked = figures.parse(address)
    metric = figures.known.metric(asked.metric)
    unit = asked.unit or figures.tree(asked.period).root
    doors.require_open(who, metric, unit)
    found = evidence(figures, asked, who)
    if request.method == "POST":
        return _choose(request, found.figure)
    if withheld(found.figure, who, figures):
        return render(request, "web/figure_withheld.html", {"figure": found.figure, "too_few": sheets.TOO_FEW})
    return render(request, "web/figure.html", _sheet(request, found, figures))


def _sheet(request: HttpRequest, found: Evidence, figures: Figures) -> dict[str, Any]:
    one, who = found.figure, doors.actor(request)
    chart, months = sheets.by_time(one, figures, who)
    return {
        "figure": one, "value": None if one.value is None else printed(one.value, one.metric.unit, one.metric.decimals),
        "kind": KINDS[one.metric.kind], "formula": sheets.formula(one.metric, figures), "numbers": sheets.numbers_of(one, figures),
        "authority": sheets.authority_of(one, one.authority), "offers": sheets.offers_of(one), "choices": sheets.choices_of(one),
        "replaced": sheets.replaced_of(one),
        "may_decide": doors.may_decide(who, one.metric, one.unit) and len(one.offers) > 1 and figures.position is None,
        "closed": closed_at(one.period.last_year) if figures.position is None else None,
        "until": sheets.known_until(figures), "past": figures.position is not None,
        "parts": sheets.parts_of(found, figures, who), "beside": sheets.beside_of(one, figures, who), "rulings": _rulings(one, figures),
        "chart": chart, "months": months,
        "places": sheets.by_place(one, figures, who), "years": sheets.other_years(one, figures), "ways": breakdowns(found, lambda address: evidence(figures, address, who)),
        "op_id": uuid4(), **_rows(request, found, figures),
    }  # fmt: skip


def _rulings(one: Figure, figures: Figures) -> list[dict[str, Any]]:
    """会商裁定 on this figure and the one beside it; none of the past."""
    labels = {key: metric.label for key, metric in figures.known.metrics.items()}
    return told_rulings(rulings_on(one.metric.key, one.unit, one.period), labels) if figures.position is None else []


def _rows(request: HttpRequest, found: Evidence, figures: Figures) -> dict[str, Any]:
    """A page of the evidence, with the sums that must meet: seen + beyond my rights = the whole."""
    total = len(found.rows)
    pages = max(1, -(-total // ROWS))
    number = min(max(1, _whole(request.GET.get("page", "1"), 1)), pages)
    metric = found.figure.metric
    whole, hidden = found.value or Fraction(0), found.hidden_value
    said = [amount(value, metric.unit, metric.decimals) for value in (whole - hidden, hidden, whole)]
    return {
        "rows": rows_of(found, figures, doors.actor(request), (number - 1) * ROWS, ROWS), "row_count": total,
        "page": number, "pages": pages, "before": number - 1, "after": number + 1 if number < pages else 0,
        "seen": said[0], "hidden": found.hidden, "hidden_value": said[1], "whole": None if found.value is None else said[2],
        "differs": found.value is not None and found.value != found.figure.value,
    }  # fmt: skip


def _choose(request: HttpRequest, one: Figure) -> HttpResponse:
    who, operation = doors.actor(request), doors.operation(request)
    authority, reason = request.POST.get("authority", ""), request.POST.get("reason", "")[:200]
    if authority not in {offer.authority for offer in one.offers}:
        raise Problem("web.authority", "这个数字没有您选的那一种数", "请在页面上列出的几种里选一种。")
    choose_authority(who, one.metric.key, one.unit, one.period, authority, reason, operation)
    messages.success(request, f"已选用{AUTHORITIES[authority]}，理由已留痕。")
    return redirect(request.get_full_path())


def _position(request: HttpRequest) -> int | None:
    """The journal position asked for; the present when none is, or when it lies ahead."""
    at = _whole(request.GET.get("at", ""), 0)
    return at if 0 < at <= position() else None


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else otherwise
