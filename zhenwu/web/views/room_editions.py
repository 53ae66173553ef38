"""Two editions of a draft side by side, by figure and by sentence; and an edition's file."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.metrics.api import catalogue
from zhenwu.kernel.reports.api import (
    FigureChange,
    Said,
    SentenceChange,
    by_figure,
    by_sentence,
    counted,
    document_of_edition,
    editions_of,
    issues_of,
    moved_by_hand,
    read_edition,
)
from zhenwu.web import doors
from zhenwu.web.drafting import draft_for, linker, veiled
from zhenwu.web.views.report import DOCX, attachment, title_of
from zhenwu.web.words import amount, moment

KINDS = {"kept": "没有改", "figures": "只是数变了", "changed": "改写", "moved": "挪了位置", "added": "新写的", "dropped": "删去的"}
OUTLINE = {"kept": "照留", "figures": "照留，数换成今年的", "changed": "改写", "moved": "挪了位置", "added": "今年新写", "dropped": "去年有、今年没有"}


@doors.page
def compare(request: HttpRequest, year: int) -> HttpResponse:
    """Choose two editions and see what is different; by default the last stored one and the draft as it stands."""
    who, draft = draft_for(request, year)
    cards = editions_of(who, draft)
    last = [(f"issue{one.number}", f"{one.year} 年定稿第 {one.number} 号") for one in issues_of(draft, year - 1)]
    choices = [(card.name, f"{card.label}　{card.note}".strip()) for card in cards] + last
    names = [name for name, _ in choices]
    old_name = request.GET.get("old") or (names[1] if len(names) > 1 else names[0])
    new_name = request.GET.get("new") or names[0]
    (old_card, old), (new_card, new) = read_edition(who, draft, old_name), read_edition(who, draft, new_name)
    before, after = veiled(old, who), veiled(new, who)
    moved, whole = moved_by_hand(who, draft, old_name, new_name), bool(request.GET.get("all"))
    sentences = by_sentence(before, after, moved)
    links = linker(who, old.position), linker(who, new.position)
    figures = [_figure(one, links, new.position) for one in by_figure(before, after) if whole or one.kind != "kept"]
    labels = OUTLINE if old.year != new.year else KINDS
    return render(request, "web/room_compare.html", {
        "year": year, "choices": choices, "old_name": old_name, "new_name": new_name, "whole": whole, "figures": figures,
        "old": old_card, "new": new_card, "old_at": moment(old_card.at), "new_at": moment(new_card.at), "outline": old.year != new.year,
        "rows": [_row(one, labels) for one in sentences if whole or one.kind != "kept"],
        "counts": [(labels[kind], count) for kind, count in sorted(counted(sentences).items(), key=lambda pair: list(KINDS).index(pair[0]))],
    })  # fmt: skip


@doors.page
def edition_file(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """An edition's .docx as it was stored: what is sent out for changes, and taken back against."""
    who, draft = draft_for(request, year)
    doors.require_report(who, "export")
    return attachment(document_of_edition(who, draft, number), f"{title_of(year, draft.unit)}（第{number}稿）.docx", DOCX)


def _row(one: SentenceChange, labels: dict[str, str]) -> dict[str, Any]:
    return {"kind": one.kind, "label": labels[one.kind], "old": one.old, "new": one.new}


def _figure(one: FigureChange, links: tuple[Callable[[Said | None], str], ...], position: int) -> dict[str, Any]:
    kinds = {"changed": "变了", "appeared": "新出现", "gone": "不见了", "kept": "没有变"}
    return {
        "kind": kinds[one.kind], "meaning": one.meaning, "old": one.old.shown if one.old else "", "new": one.new.shown if one.new else "",
        "old_href": links[0](one.old), "new_href": links[1](one.new), "difference": _difference(one, position), "why": one.why,
    }  # fmt: skip


def _difference(one: FigureChange, position: int) -> str:
    """The exact difference with its sign and unit, "" where there is none to tell."""
    if not one.difference or one.new is None or one.new.address is None:
        return ""
    known = catalogue(position).metrics
    metric = known.get(one.new.address[0])
    unit, decimals = (metric.unit, metric.decimals) if metric else ("", 0)
    text = amount(abs(Fraction(one.difference)), unit, decimals)
    return f"{'+' if one.difference > 0 else '−'}{text} {unit}".rstrip()


