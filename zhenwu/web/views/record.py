"""A record's page: what it says, its versions, its personal fields for a reason; entering one, correcting one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.definitions.api import Definition, current
from zhenwu.kernel.ledgers.api import (
    AUTHORITIES,
    Filler,
    already_saved,
    form_at,
    form_of,
    has_sign,
    remove_record,
    restore_record,
    reveal,
    save_record,
    visible_history,
)
from zhenwu.kernel.matters.api import citing, workflow_of
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.kernel.reports.api import ripple
from zhenwu.kernel.rules.api import warnings
from zhenwu.lib.problems import Conflict, NotFound, Problem, Problems, Refused
from zhenwu.web import doors, entry, sheets
from zhenwu.web.calling import linked
from zhenwu.web.followed import next_entries
from zhenwu.web.record_lines import drawing, whence
from zhenwu.web.records import place_name, told, values_of
from zhenwu.web.views import kept
from zhenwu.web.views.documents import printable, record_section
from zhenwu.web.walking import chosen, walking

MOST = 20  # matters about one record that its page names


@doors.page
def record(request: HttpRequest, record: UUID) -> HttpResponse:
    """One record as it stands, and how it came to."""
    return render(request, "web/record.html", _told(request, record))


@doors.page
@doors.by_post
def reveal_record(request: HttpRequest, record: UUID) -> HttpResponse:
    """The personal fields in full, once, for a written reason that stays in the journal."""
    who, why = doors.actor(request), request.POST.get("reason", "").strip()[:200]
    doors.operation(request)
    page = _told(request, record)
    if not why:
        return render(request, "web/record.html", {**page, "reason_missing": True}, status=400)
    opened = reveal(who, page["version"], why)
    labels = {one.id: one.label for one in page["form"].fields}
    return render(request, "web/record.html", {**page, "opened": [(labels[name], text) for name, text in opened.items()]})


@doors.page
def new_record(request: HttpRequest, key: str) -> HttpResponse:
    """A new record of a ledger."""
    who, definition = doors.actor(request), current("ledger", key)
    if kept.is_asked(request):
        return kept.answered(request, lambda: _taken_in(request, who, definition))
    _require_write(who, definition)
    walk = walking(who, definition)
    controls = chosen(walk, entry.blank(definition, who, tree()))
    if request.method != "POST":
        return _form(request, definition, entry.begun(controls, request.GET), {"kept": kept.may_wait(who, definition), "walk": walk})
    form = form_of(definition)
    given = entry.entered(form, request.POST, False, entry.may_grade(form, who))
    if not request.POST.get("sure") and (warned := warnings(who, definition, given.unit, _day(given.day), given.data)):
        return _form(request, definition, entry.typed(controls, request.POST), {"warned": warned})
    try:
        answer = save_record(who, key, given, doors.operation(request))
    except (Problems, Problem) as fault:
        return _again(request, definition, controls, fault, {"walk": walk})
    doors.act_on_news()
    doors.settle()
    messages.success(request, "已保存，经过已留痕。")
    return redirect(reverse("record", args=[answer["record"]]) + "?moved=1")


def _taken_in(request: HttpRequest, who: Actor, definition: Definition) -> dict[str, Any]:
    """A record that a phone kept without signal: what to say, where it is seen. What would be said before it is saved is said as a fault
    that the second try passes."""
    _require_write(who, definition)
    given, op_id = entry.entered(form_of(definition), request.POST, False, entry.may_grade(form_of(definition), who)), doors.operation(request)
    known = request.POST.get("sure") or already_saved(who, definition.key, given, op_id)
    if not known and (warned := warnings(who, definition, given.unit, _day(given.day), given.data)):
        raise Problem("ledger.warned", "；".join(one.words for one in warned), "确实要登记的，按“改一改再报”，再提交一次。")
    answer = save_record(who, definition.key, given, op_id)
    doors.act_on_news()
    doors.settle()
    told = "已保存，经过已留痕。"
    if request.POST.get("at_once"):
        messages.success(request, told)
    return {"told": told, "link": reverse("record", args=[answer["record"]]) + "?moved=1"}


@doors.page
def correct_record(request: HttpRequest, record: UUID) -> HttpResponse:
    """更正: the next version of a record; the one before stays."""
    who = doors.actor(request)
    version = visible_history(who, record)[-1]
    definition = current("ledger", version.ledger)
    _require_write(who, definition, version.unit_id)
    controls = entry.filled(definition, who, tree(), version)
    extra = {"version": version, "base": version.number}
    if request.method != "POST":
        return _form(request, definition, controls, extra)
    form = form_of(definition)
    given = entry.entered(form, request.POST, True, entry.may_grade(form, who))
    try:
        save_record(who, version.ledger, given, doors.operation(request), record, _base(request))
    except Conflict as fault:
        extra |= {"conflict": fault, "differences": entry.differences(form, request.POST, values_of(version)), "op_id": uuid4()}
        return _form(request, definition, entry.typed(controls, request.POST), extra, 409)
    except (Problems, Problem) as fault:
        return _again(request, definition, controls, fault, {**extra, "base": _base(request)})
    doors.act_on_news()
    doors.settle()
    messages.success(request, "已更正，原来的内容和原因都已留痕。")
    now = visible_history(who, record)[-1].authority
    if now != version.authority and given.authority in (None, version.authority):
        messages.info(request, f"内容改了，原来的“{AUTHORITIES[version.authority]}”不再作数，现在是“{AUTHORITIES[now]}”。")
    return redirect(reverse("record", args=[record]) + "?moved=1")


@doors.page
@doors.by_post
def void_record(request: HttpRequest, record: UUID) -> HttpResponse:
    """作废: a last version that says so; nothing is deleted."""
    return _switched(request, record, remove_record, "已作废，不再计入任何数字；作废错了的，可以恢复。")


@doors.page
@doors.by_post
def bring_back(request: HttpRequest, record: UUID) -> HttpResponse:
    """恢复: a record that was made void by mistake stands again, as it said before."""
    return _switched(request, record, restore_record, "已恢复，重新计入各项数字；谁恢复的、为什么，都已留痕。")


def _switched(request: HttpRequest, record: UUID, verb: Callable[..., Any], words: str) -> HttpResponse:
    """Void or stand again, with a reason; what is wrong is said beside it."""
    who, op_id = doors.actor(request), doors.operation(request)
    version = visible_history(who, record)[-1]
    try:
        verb(who, version.ledger, record, _base(request), request.POST.get("reason", ""), op_id)
    except (Problems, Problem) as fault:
        if isinstance(fault, Refused | NotFound):
            raise
        page = {**_told(request, record), "fault": fault, "reason": request.POST.get("reason", "")}
        return render(request, "web/record.html", page, status=409 if isinstance(fault, Conflict) else 400)
    doors.act_on_news()
    doors.settle()
    messages.success(request, words)
    return redirect(reverse("record", args=[record]) + "?moved=1")


def _told(request: HttpRequest, record: UUID) -> dict[str, Any]:
    who = doors.actor(request)
    versions = visible_history(who, record)
    last = versions[-1]
    form, said = form_at(last), values_of(last)
    fills = Filler(who, form, tree()).covers(last.unit_id)
    names = form.key_fields or tuple(one.id for one in form.fields[:1])
    return {
        "version": last, "form": form, "versions": told(versions), "place": place_name(last.unit_id),
        "title": " · ".join(said[name] for name in names if said.get(name)) or "（没有编号）",
        "cells": [(one, said[one.id], linked(one, said[one.id]) if one.type == "link" else "", whence(one, last.data)) for one in form.fields], "authority": AUTHORITIES[last.authority],
        "has_personal": any(one.is_personal and said[one.id] for one in form.fields), "op_id": uuid4(), "void_id": uuid4(),
        "has_sign": not last.removed and has_sign(last.ledger), "may_write": not last.removed and fills, "may_restore": last.removed and fills,
        "moved": _moved(who, record) if request.GET.get("moved") else None, "matters": _opened(who, record), "papers": record_section(who, last), "next": next_entries(who, last), "drawing": drawing(who, last, form),
    }  # fmt: skip


def _opened(who: Actor, record: UUID) -> list[dict[str, Any]]:
    """The matters about a record, with the papers that this person can print of them."""
    steps = citing(who, "", [record])[:MOST]
    return [{"id": one.matter_id, "title": one.matter.title, "state": workflow_of(one.matter).state(one.state), "papers": printable(who, one)} for one in steps]


def _moved(who: Actor, record: UUID) -> list[tuple[str, str]]:
    """The figures that the latest version moved, over the widest place that is this person's to see: (words, link)."""
    figures, lines = Figures(), doors.lines(who, "figures")
    found = []
    for address in ripple(record).figures:
        metric = figures.known.metric(address.metric)
        if metric.pack in lines:
            unit = doors.home_unit(who, metric.pack)
            place = figures.tree(address.period).name(unit)
            href = sheets.link(figures, who, metric, address.period, unit)
            found.append((f"{metric.label}（{place}，{address.period.label}）", href))
    return found


def _form(
    request: HttpRequest, definition: Definition, controls: list[entry.Control], extra: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    page = {"form": form_of(definition), "controls": controls, "op_id": request.POST.get("op_id") or uuid4(), "loose": ()}
    return render(request, "web/record_form.html", {**page, "reason": request.POST.get("reason", ""), **(extra or {})}, status=status)


def _again(
    request: HttpRequest, definition: Definition, controls: list[entry.Control], fault: Problems | Problem,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The form once more with what was typed, every fault beside its control."""
    faults = fault.found if isinstance(fault, Problems) else [fault]
    told = {"loose": entry.loose(controls, faults), "faulty": len(faults), **(extra or {})}
    status = 403 if isinstance(fault, Refused) else 400
    return _form(request, definition, entry.typed(controls, request.POST, faults), told, status)


def _require_write(who: Actor, definition: Definition, unit: UUID | None = None) -> None:
    filler = Filler(who, form_of(definition), tree())
    if not (filler.units if unit is None else filler.covers(unit)):
        label = definition.body["label"]
        raise Refused("ledger.refused", f"您没有填报“{label}”的权限", "请联系本模块负责人，或改选您负责的地方。")


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        return None


def _base(request: HttpRequest) -> int:
    text = request.POST.get("base_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
