"""我要上报: opening a matter on the screen, or as a phone kept it without signal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.matters.api import (
    STANDARD,
    Report,
    Upload,
    advance_matter,
    allowed_actions,
    attach,
    catch_up_limits,
    check_uploads,
    current,
    may_open_here,
)
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused
from zhenwu.web import doors, told_before
from zhenwu.web.matter_kinds import kinds_of, usual_lines
from zhenwu.web.openings import Kind, kinds_for, shelves_for
from zhenwu.web.places import chosen_unit, grouped
from zhenwu.web.records import place_name
from zhenwu.web.steps import as_sent, marked, uploads
from zhenwu.web.views import kept


@doors.page
def new_matter(request: HttpRequest) -> HttpResponse:
    """我要上报: first what kind of thing, then what and where."""
    who = doors.actor(request)
    if kept.is_asked(request):
        return kept.answered(request, lambda: _taken_in(request, who))
    kinds = list(kinds_for(who))
    kind = next((one for one in kinds if one.id == (request.POST or request.GET).get("kind")), None)
    shelves = shelves_for(who, kinds) if kind is None else []
    kind = kinds[0] if len(kinds) == 1 and not any(shelf.clusters for shelf in shelves) else kind
    if kind is None:
        return render(request, "web/matter_new.html", {"kinds": [one for one in kinds if one not in [shelf.kind for shelf in shelves]], "shelves": shelves, "kept": bool(shelves)})
    fault, before = None, [] if request.method != "POST" else _told_before(who, kind, request)
    if before:
        return told_before.question(request, before, _filled_in(kind, request.POST))
    if request.method == "POST" and told_before.EDIT not in request.POST:
        try:
            return _opened(request, who, kind)
        except (Refused, NotFound, Conflict):
            raise
        except Problem as problem:  # said on the form, where all that was filled in still stands
            fault = problem
    units = list(may_open_here(who, kind.line, kind.workflow, kind.action))
    smalls = kinds_of(kind.line, units) if kind.key == STANDARD else []
    chosen = next((one for one in smalls if one.code == (request.POST or request.GET).get("category")), None)
    settles = bool(kind.settlers & {post.kind for post in who.posts})
    controls = kind.controls() if request.method != "POST" else as_sent(kind.controls(), request.POST)
    controls = controls if fault is None else marked(controls, fault, "g_")
    if request.method != "POST" and chosen and len(units) == 1:
        before = told_before.rows_of(who, kind.line, kind.key, kind.action.id, chosen.code, units[0])
    return render(request, "web/matter_new.html", {
        "kinds": kinds, "kind": kind, "controls": controls, "places": grouped(units, tree()), "only": len(units) == 1, "op_id": uuid4(), "chosen": chosen, "before": before, "others": any(not row["own"] for row in before), "made": kept.moment(), "smalls": smalls if not (request.POST or request.GET).get("category") or fault or request.method == "POST" else [], "settles": settles, "fault": fault, "posted": request.method == "POST",
        "sent": request.POST, "with_files": bool(request.FILES), "kept": kind.line in usual_lines(who) and not any(one.kind == "people" for one in controls),
    }, status=400 if fault else 200)  # fmt: skip


def _opened(request: HttpRequest, who: Actor, kind: Kind) -> HttpResponse:
    """Open what was filled in, and show it to whoever may see it."""
    matter = _written(request, who, kind, uploads(request.FILES))
    messages.success(request, _told(who, kind, matter))
    return redirect("matter", matter) if _sees(who, matter) else redirect("matters")


def _taken_in(request: HttpRequest, who: Actor) -> dict[str, Any]:
    """Open what a phone kept without signal: what to say, where it is seen ("" for whoever may not), and the digests of the photos that
    arrived, without which the phone forgets none. ``at_once``: somebody stands waiting, and sees the next page."""
    kind = next((one for one in kinds_for(who) if one.id == request.POST.get("kind")), None)
    if kind is None:
        raise Refused("matter.kind_not_yours", "这一类事项现在不归您报", "请到“我要上报”里换一类再报，或问安全管理员您的岗位是不是变了。")
    files, seen = uploads(request.FILES), kept.seen(request)
    if request.POST.get("at_once") and seen is None and (before := _told_before(who, kind, request)):
        raise told_before.AskFirst(before)
    matter = _written(request, who, kind, files, seen)
    told, link = _told(who, kind, matter), reverse("matter", args=[matter]) if _sees(who, matter) else ""
    if link and request.POST.get("at_once"):
        messages.success(request, told)
    return {"told": told, "matter": str(matter), "link": link, "files": [sha256(one.content).hexdigest() for one in files]}


def _written(request: HttpRequest, who: Actor, kind: Kind, files: Sequence[Upload], seen: datetime | None = None) -> UUID:
    """Open what was filled in, with its photos, looked at first; what was put right on the spot is settled at once."""
    op_id, report, given = doors.operation(request), _report(kind, request.POST), _given(kind, request.POST)
    check_uploads(files)
    matter, joined = told_before.entered(who, op_id, report, request.POST.get(told_before.SAME, ""), workflow=kind.key, action=kind.action.id, given=given, seen=seen)
    if files:
        attach(who, uuid5(op_id, "files"), matter, files)
    if not joined and (result := request.POST.get("result", "").strip()):
        _settle(who, uuid5(op_id, "settled"), matter, kind, result)
    catch_up_limits()
    return matter


def _told_before(who: Actor, kind: Kind, request: HttpRequest) -> list[dict[str, Any]]:
    """What was told lately of what was filled in; nothing where one has answered that already, or has put it right on the spot."""
    sent = request.POST
    if not {told_before.ASKED, told_before.EDIT}.isdisjoint(sent) or sent.get(told_before.SAME) or sent.get("result", "").strip() or kind.key != STANDARD:
        return []
    try:
        unit = chosen_unit(sent.get("unit", ""))
    except Problem:  # said on the form
        return []
    return told_before.rows_of(who, kind.line, kind.key, kind.action.id, sent.get("category", ""), unit, doors.operation(request))


def _filled_in(kind: Kind, sent: QueryDict) -> list[tuple[str, str]]:
    """What was filled in, in words."""
    unit = chosen_unit(sent.get("unit", ""))
    small = next((one.title for one in kinds_of(kind.line, [unit]) if one.code == sent.get("category")), "")
    own = [(one.label, dict(one.options).get(one.value, one.value)) for one in as_sent(kind.controls(), sent)]
    return [
        ("什么事", sent.get("title", "")), ("在哪里", place_name(unit)), ("小类", small), ("从哪里来的", dict(kind.channels).get(sent.get("channel", ""), "")),
        *own, ("说明", sent.get("text", "")),
    ]  # fmt: skip


def _told(who: Actor, kind: Kind, matter: UUID) -> str:
    """What is said of it: others look into what is handed in to them."""
    if _sees(who, matter) and current(who, matter).columns.get("merged"):
        return f"{kind.action.label}了，和先报的一件一起办，结果一起答复您。"
    return f"{kind.action.label}了，已留痕。" if _sees(who, matter) else f"已交给“{kind.label_of_line}”，由他们办；按规定您看不到它的内容和经过。"


def _settle(who: Actor, op_id: UUID, matter: UUID, kind: Kind, result: str) -> None:
    """Settle at once what was put right on the spot, if this person may; else it goes the usual way."""
    step = current(who, matter)
    if kind.settling is not None and kind.settling in allowed_actions(who, step):
        advance_matter(who, op_id, matter, kind.settling.id, step.number, {"result": result})


def _sees(who: Actor, matter: UUID) -> bool:
    """Whether what this person opened is theirs to see: others look into what was handed in to them."""
    try:
        current(who, matter)
    except NotFound:
        return False
    return True


def _report(kind: Kind, sent: QueryDict) -> Report:
    category = sent.get("category", "") if kind.key == STANDARD else ""
    told = sent.get("channel", "")
    channel = kind.channel if kind.key == STANDARD else ""
    channel = told if told in dict(kind.channels) else channel
    return Report(kind.line, chosen_unit(sent.get("unit", "")), sent.get("title", "").strip(), sent.get("text", "").strip(), category, channel)


def _given(kind: Kind, sent: QueryDict) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for one in kind.controls():
        told = sent.getlist(one.name) if one.kind == "people" else sent.get(one.name, "").strip()
        given |= {one.name[2:]: told} if told else {}
    return given
