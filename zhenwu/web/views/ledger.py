"""台账管理: the ledgers, one ledger's records with filters, and its export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhenwu.kernel.definitions.api import current, every
from zhenwu.kernel.ledgers.api import (
    AUTHORITIES,
    PREFIX,
    Filler,
    Form,
    form_at,
    form_of,
    has_sign,
    note_export,
    versions_in,
    visible,
)
from zhenwu.kernel.orgs.api import Actor, Purpose, Tree, reach, saved_views, tree
from zhenwu.lib.clock import now
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.web import doors
from zhenwu.web.filters import Narrowing, controls, places, read_narrowing
from zhenwu.web.records import place_name, values_of
from zhenwu.web.saved_views import Views, shown
from zhenwu.web.spreadsheet import MEDIA_TYPE, write_sheet
from zhenwu.web.views.report import attachment
from zhenwu.web.words import moment

ROWS = 50
MOST = 100_000  # rows of one export


@doors.page
def ledgers(request: HttpRequest) -> HttpResponse:
    """The ledgers this person may look into, by pack."""
    who = doors.actor(request)
    labels = doors.lines(who, "list")
    today = tree()
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in every("ledger"):
        if one.pack in labels:
            row = {"key": one.key, "label": one.body["label"], "may_write": bool(Filler(who, form_of(one), today).units)}
            groups.setdefault(labels[one.pack], []).append(row)
    return render(request, "web/ledgers.html", {"groups": groups})


@doors.page
def ledger(request: HttpRequest, key: str) -> HttpResponse:
    """A ledger's live records, newest first."""
    who, form, today = doors.actor(request), open_ledger(key, doors.actor(request)), tree()
    narrowing = read_narrowing(request.GET, form, today)
    page = Paginator(_found(who, "list", form, narrowing), ROWS).get_page(request.GET.get("page"))
    return render(request, "web/ledger.html", {
        "form": form, "page": page, "rows": [_told(one, form, today) for one in page], "narrowing": narrowing,
        "controls": controls(form, narrowing), "places": places(who, form.pack, today), "address": urlencode(narrowing.sent()),
        "may_write": bool(Filler(who, form, today).units), "may_export": not reach(who, "export", form.pack).nothing,
        "op_id": uuid4(), "has_sign": has_sign(key), "views": _views(who, form, narrowing, today),
    })  # fmt: skip


@doors.page
@doors.by_post
def export_ledger(request: HttpRequest, key: str) -> HttpResponse:
    """The same records as a workbook; who took how many rows stands in it and in the journal."""
    who, form, today = doors.actor(request), open_ledger(key, doors.actor(request)), tree()
    if reach(who, "export", form.pack).nothing:
        raise Refused("web.export", f"“{form.label}”不能由您的岗位导出", "请联系本模块负责人。")
    narrowing = read_narrowing(request.POST, form, today)
    found = _found(who, "export", form, narrowing)
    count = found.count()
    if count > MOST:
        raise Problem("web.export_large", f"有 {count} 条，一次最多导出 {MOST} 条", "请先按地方或日期筛选，分几次导出。")
    note_export(who, form.key, narrowing.scope, count, doors.operation(request))
    about = [("导出人", who.name), ("导出时间", moment(now())), ("范围", narrowing.scope), ("条数", str(count))]
    heads = ["所在地", form.day_label, *([] if form.shape == "flow" else ["截止日期"]), *map(_head, form.fields), "数据来源"]
    return attachment(write_sheet(form.label, about, heads, _cells(found, form, today)), f"{form.label}.xlsx", MEDIA_TYPE)


def _views(who: Actor, form: Form, narrowing: Narrowing, today: Tree) -> Views:
    def read(sent: Mapping[str, str]) -> tuple[dict[str, str], Callable[[], Any]]:
        asked = read_narrowing(sent, form, today)
        return dict(asked.sent()), lambda: _found(who, "list", form, asked)

    present = dict(narrowing.sent())
    return Views(reverse("save_ledger_view", args=[form.key]), present, shown(who, saved_views(who, form.key), present, read))


def open_ledger(key: str, who: Actor) -> Form:
    """The ledger's form, for those who may list some of its records; the same answer for none and for not theirs."""
    form = form_of(current("ledger", key))
    if reach(who, "list", form.pack).nothing:
        raise NotFound("definition.unknown", f"没有“{key}”这个定义", "请检查写法；业务模块可能没有启用。")
    return form


def _found(who: Actor, purpose: Purpose, form: Form, narrowing: Narrowing) -> QuerySet[Any]:
    rows = visible(who, purpose, versions_in(Scope(PREFIX + form.key)), form.pack)
    return rows.filter(narrowing.q).order_by("-starts_on", "-event_id", "-record_id")


def _told(version: Any, form: Form, today: Tree) -> dict[str, Any]:
    said = values_of(version)
    names = form.key_fields or tuple(one.id for one in form.fields[:1])
    cells = [(one, said.get(one.id, "")) for one in form.fields if one.id not in names]
    title = " · ".join(said[name] for name in names if said.get(name)) or "（没有编号）"
    return {
        "record": version.record_id, "title": title, "place": place_name(version.unit_id, today), "day": version.starts_on,
        "until": version.ends_on, "cells": cells, "authority": AUTHORITIES[version.authority], "number": version.number,
        "late": version.late,
    }  # fmt: skip


def _head(one: Any) -> str:
    return one.label + (f"（{one.unit}）" if one.unit else "")


def _cells(found: QuerySet[Any], form: Form, today: Tree) -> Iterator[list[object]]:
    numbers = {one.id for one in form.fields if one.type in ("integer", "decimal")}
    for version in found.iterator(chunk_size=1000):
        said = values_of(version)
        days = [str(version.starts_on)] + ([] if form.shape == "flow" else [str(version.ends_on or "")])
        known = {one.id for one in form_at(version).fields}
        row = [
            Decimal(said[one.id]) if one.id in numbers and said.get(one.id) else said.get(one.id, "") if one.id in known else ""
            for one in form.fields
        ]
        yield [place_name(version.unit_id, today), *days, *row, AUTHORITIES[version.authority]]
