"""窗口: a name is typed; family, earlier records and matters, and the missing papers of all items stand on one page.

Who looks says why, and each person whose name is shown in full is noted in the journal (``reveal``). A name that is looked for stands in
no address and in no record.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhenwu.kernel.definitions.api import current, every
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Filler,
    Gathered,
    alike,
    find_called,
    form_of,
    gathered,
    ids_of,
    keyed_facts,
    linked_facts,
    masked,
    reveal,
    visible_history,
)
from zhenwu.kernel.matters.api import citing, workflow_of
from zhenwu.kernel.orgs.api import Actor, Tree, reach, tree
from zhenwu.lib.clock import LOCAL, today
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound, Refused
from zhenwu.web import doors
from zhenwu.web.counters import Window, windows_for
from zhenwu.web.papers import asked_once, wanted
from zhenwu.web.records import place_name, plain_words
from zhenwu.web.views.documents import printable

LONGEST = 20


@doors.page
def windows(request: HttpRequest) -> HttpResponse:
    """Who is it: a name (or telephone, or identity number's holder) typed exactly, and whoever is called so."""
    who = doors.actor(request)
    window = _window(who, request.POST.get("window", ""))
    name = "".join(request.POST.get("name", "").split())[:LONGEST]
    found = find_called(who, window["person"], window["name"], name) if name else []
    rows = [{"version": one, "place": place_name(one.unit_id), "words": plain_words(one)} for one in found]
    return render(request, "web/windows.html", {
        "window": window, "name": name, "rows": rows, "asked": request.method == "POST", "registers": _registers(who, window, []),
    })  # fmt: skip


@doors.page
@doors.by_post
def window(request: HttpRequest, key: str, record: UUID) -> HttpResponse:
    """One person: family, earlier records, matters, what is missing for the items that are ticked."""
    who, why = doors.actor(request), request.POST.get("reason", "").strip()[:200]
    one = _window(who, key)
    person = visible_history(who, record)[-1]
    if person.ledger != one["person"]:
        raise NotFound("record.unknown", "没有这条记录", "请从窗口页面查姓名打开。")
    people = alike(who, person, one["family"]) if one["family"] else [person]
    family = [{"version": version, "told": _told(who, version, one["name"], why), "words": plain_words(version)} for version in people]
    broken = _broken(who, one, person.key)
    items = _items(who, one, covered=not broken)
    chosen = [items[name] for name in request.POST.getlist("item") if name in items]
    found = wanted(chosen, _held(who, one, person.key))
    mine, house = _gathered(who, one, person)
    return render(request, "web/window.html", {
        "window": one, "person": person, "family": family, "why": why, "place": place_name(person.unit_id), "today": today(), "township": tree().name(tree().township_of(person.unit_id)),
        "items": [(name, item["title"], name in request.POST.getlist("item")) for name, item in items.items()], "wanted": found, "missing": asked_once(found),
        "registers": _registers(who, one, [(name, items[name]["title"]) for name in request.POST.getlist("item") if name in items], person),
        "broken": broken, "groups": [_group(gathering) for gathering in (*mine, *house)], "matters": _matters(who, one, [*mine, *house], person.record_id),
    })  # fmt: skip


def _window(who: Actor, key: str) -> Window:
    found = windows_for(who)
    one = next((body for body in found if body["key"] == key), found[0] if found and not key else None)
    if one is None:
        raise Refused("web.window", "窗口不在您的权限内", "请安全管理员开通受理和人房底数两条线。")
    return one


def _told(who: Actor, version: Any, name: str, why: str) -> str:
    """The name: in full for a reason, which the journal keeps; else masked."""
    return (reveal(who, version, why) if why else masked(version)).get(name, "")


def _gathered(who: Actor, one: Window, person: Any) -> tuple[list[Gathered], list[Gathered]]:
    """What names the person; what names what the family shares (the household)."""
    mine = list(gathered(who, one["person"], [person.key]))
    shared = next((field for field in form_of(current("ledger", one["person"])).fields if field.id == one["family"]), None)
    if shared is None or not person.data.get(shared.id):
        return mine, []
    return mine, list(gathered(who, shared.ledger, [person.data[shared.id]], but=[one["person"]]))


def _registers(who: Actor, one: Window, chosen: list[tuple[str, str]], person: Any = None) -> list[tuple[str, str]]:
    """(words, link): a form of each ledger of the window's pack that names both a person and an item, with these, today and the place in it;
    without a person (somebody from elsewhere) and without an item the form alone."""
    found, now = [], tree()
    for form in (form_of(definition) for definition in every("ledger") if definition.pack == one["pack"]):
        links = {field.ledger: f"f_{field.id}" for field in form.fields if field.type == "link"}
        units = Filler(who, form, now).units
        if {one["person"], one["items"]} <= links.keys() and units:
            begun = {"day": str(today())} | ({"unit": str(place)} if (place := _place(who, person, units, now)) else {})
            for key, title in chosen or ([("", "")] if person is None else []):
                given = ({links[one["person"]]: person.key} if person else {}) | ({links[one["items"]]: key} if key else {}) | begun
                words = f"{form.label}：{title}" if title else form.label
                found.append((words, f"{reverse('new_record', args=[form.key])}?{urlencode(given)}"))
    return found


def _place(who: Actor, person: Any, units: Collection[UUID], now: Tree) -> UUID | None:
    """Where a record of this person is entered: where they live, else where the clerk's own post is, of the units that may be chosen."""
    homes = [unit for unit in (*([person.unit_id] if person else []), *(held.unit_id for held in who.posts)) if unit in now]
    return next((one for home in homes for one in (home, *now.ancestors(home)) if one in units), None)


def _group(one: Gathered) -> dict[str, Any]:
    """The records of a ledger as rows: (record, key, day, what it says)."""
    rows = [(version.record_id, version.key, version.starts_on, plain_words(version)) for version in one.versions]
    return {"label": one.form.label, "ledger": one.form.key, "field": one.field.label, "rows": rows, "more": one.more}


def _matters(who: Actor, one: Window, found: list[Gathered], record: UUID) -> list[dict[str, Any]]:
    """The matters about these records and this person, what is not at its end first, with the papers of the window's own that can be printed."""
    ids = ids_of(found) | {record}
    steps = {step.matter_id: step for line in {one.form.pack for one in found} for step in citing(who, line, ids)}
    rows = [
        {
            "id": step.matter_id, "title": step.matter.title, "state": workflow_of(step.matter).state(step.state), "day": step.at.astimezone(LOCAL).date(),
            "papers": printable(who, step) if step.matter.line == one["pack"] else (),
        }
        for step in steps.values()
    ]
    return sorted(rows, key=lambda row: (row["state"].end, -row["day"].toordinal()))


def _items(who: Actor, one: Window, covered: bool) -> dict[str, dict[str, str]]:
    """key → title, papers, what may come later and what a 告知承诺 may stand for (nothing, unless ``covered``), of the items of today."""
    if not one["items"] or reach(who, "list", one["items"].partition(".")[0]).nothing:
        return {}
    found = keyed_facts(Scope(PREFIX + one["items"], alive_on=today()))
    names = {"title": one["title"], "papers": one["papers"], "lackable": one["lackable"]}
    stands_for = _stands_for(one) if covered and one.get("undertakings") else {}
    return {
        key: {name: str(fact.row[column] or "") if column else "" for name, column in names.items()} | {"covered": stands_for.get(key, "")}
        for key, fact in sorted(found, key=lambda row: row[0])
    }


def _stands_for(one: Window) -> dict[str, str]:
    """item → the papers that a 告知承诺 may stand for today."""
    link = _link(one["undertakings"], one["items"])
    return {str(fact.row[link]): str(fact.row[one["covers"]] or "") for _, fact in keyed_facts(Scope(PREFIX + one["undertakings"], alive_on=today()))}


def _broken(who: Actor, one: Window, person: str) -> list[tuple[str, date]]:
    """(key, first day) of the 告知承诺 that a person did not keep and has not made good: no other is taken from them."""
    if not one.get("broken") or reach(who, "list", one["broken"].partition(".")[0]).nothing:
        return []
    found = linked_facts(Scope(PREFIX + one["broken"], alive_on=today()), _link(one["broken"], one["person"]), [person])
    return [(key, fact.row["valid_from"]) for key, fact in found]


def _link(ledger: str, other: str) -> str:
    """The field of a ledger that links to another."""
    return next(field.id for field in form_of(current("ledger", ledger)).fields if field.type == "link" and field.ledger == other)


def _held(who: Actor, one: Window, person: str) -> frozenset[str]:
    """The papers of a person that are kept and still good."""
    if not one["held"] or reach(who, "list", one["held"].partition(".")[0]).nothing:
        return frozenset()
    now = tree()
    facts = linked_facts(Scope(PREFIX + one["held"], alive_on=today()), one["owner"], [person])
    seen = reach(who, "list", one["held"].partition(".")[0])
    return frozenset(str(fact.row[one["paper"]]) for _, fact in facts if seen.covers(fact.unit) or fact.unit not in now)
