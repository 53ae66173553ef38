"""A matter: its steps, its limits, and what this person may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.ledgers.api import visible_history
from zhenwu.kernel.matters.api import (
    PRESSING,
    Alike,
    Step,
    advance_matter,
    albums,
    alike,
    attach,
    attachment,
    attachments,
    current,
    deadlines,
    history,
    kin,
    may_join,
    may_open_here,
    pinned,
    signed_slips,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import now as moment_now
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused
from zhenwu.web import doors
from zhenwu.web.calling import cited
from zhenwu.web.matter_kinds import kind_words
from zhenwu.web.places import everywhere, grounds
from zhenwu.web.records import place_name
from zhenwu.web.related import related
from zhenwu.web.steps import (
    Choice,
    asked,
    choices,
    exceptions,
    filled,
    refilled,
    standing_words,
    told,
    uploads,
    wants_asking,
    whose_turn,
)
from zhenwu.web.views import documents

_KIN = {"merged": "并进来的", "into": "并入了", "parent": "从这件拆出来", "children": "拆分出去的", "pressing": "对它的督办", "about": "督办的是"}


@doors.page
def matter(request: HttpRequest, identity: UUID) -> HttpResponse:
    """One matter: where it stands, what may be done with it, how it came here."""
    who = doors.actor(request)
    return _page(request, who, current(who, identity))


def _page(request: HttpRequest, who: Actor, stands: Step, fault: Problem | None = None, tried: Choice | None = None) -> HttpResponse:
    """The page of a matter; after a step that failed it says why, and what was filled in is still there."""
    identity, found, workflow = stands.matter_id, stands.matter, workflow_of(stands.matter)
    able = [tried if tried and one.id == tried.id else one for one in choices(who, stands)]
    passing = [tried if tried and one.id == tried.id else one for one in exceptions(who, stands)]
    steps, files = history(who, identity), attachments(who, identity)
    joining, kindred = may_join(who, stands), kin(who, found)
    same = alike(who, stands) if joining else Alike()
    names = cited(who, [found, *(one.matter for one in (*same.steps, *same.bound, *chain.from_iterable(kindred.values())))])
    return render(request, "web/matter.html", {
        "matter": found, "called": names.get(identity, ""), "record": found.record if found.record and _may_open(who, found.record) else None, "line": doors.line_labels().get(found.line, found.line),
        "place": place_name(stands.unit_id), "steps": told(who, steps, workflow), "state": workflow.state(stands.state), "number": stands.number,
        "deadlines": deadlines(who, identity), "choices": able, "exceptions": passing, "told": [*kind_words(stands), *standing_words(who, stands)], "reported": stands.starts_on,
        "kin": [(_KIN[name], [_row(step, names) for step in some]) for name, some in kindred.items()], "joining": joining, "unit": stands.unit_id,
        "alike": [_near(step, stands, names) for step in same.steps], "bound": [_row(step, names) for step in same.bound], "op_ids": (uuid4(), uuid4(), uuid4(), uuid4()),
        "tried": tried, "slips": signed_slips(identity), "files": files, "albums": albums(workflow, steps, files), "attached": [one for one in files if one.kind != "photo"], "fault": fault, "papers": documents.section(who, stands), "related": related(who, stands),
        "may_add": bool(able) or stands.principal == who.principal or any(who.principal in stands.hands.get(one.id, ()) for one, _ in workflow.moves_from(None)),
        "turn": whose_turn(stands), "mine": any(one.main for one in able),
        "pressable": _pressable(who, stands, kindred), "merged": stands.columns.get("merged"),
        "places": everywhere() if joining or any(one.kind in ("unit", "units") for choice in (*able, *passing) for one in choice.controls) else (),
        "grounds": grounds() if joining else (), "township": _township(stands.unit_id), "workflow": workflow.label, "now": moment_now(),
    })  # fmt: skip


def _township(unit: UUID) -> str:
    """The township of a place, for the head of what is printed."""
    now = tree()
    return now.name(now.township_of(unit))


def _row(step: Step, names: Mapping[UUID, str]) -> dict[str, object]:
    return {
        "id": step.matter_id, "title": step.matter.title, "called": names.get(step.matter_id, ""), "number": step.number, "state": workflow_of(step.matter).state(step.state).label,
        "reported": step.starts_on,
    }  # fmt: skip


def _near(step: Step, lead: Step, names: Mapping[UUID, str]) -> dict[str, object]:
    """A row of what may be merged: of another line, or told elsewhere, it says so."""
    line = doors.line_labels().get(step.matter.line, "") if step.matter.line != lead.matter.line else ""
    return _row(step, names) | {"of": line, "place": place_name(step.unit_id) if step.unit_id != lead.unit_id else ""}


def _pressable(who: Actor, step: Step, kindred: Mapping[str, list[Step]]) -> bool:
    """Whether a 督办 may be proposed: the matter is under way, is none itself, and none is under way for it."""
    if step.ends_on is not None or step.matter.about_id is not None or any(one.ends_on is None for one in kindred.get("pressing", ())):
        return False
    workflow = pinned(PRESSING)[1]
    return any(step.unit_id == unit for action, _ in workflow.moves_from(None) for unit in may_open_here(who, step.matter.line, workflow, action, [step.unit_id]))


@doors.page
@doors.by_post
def take_step(request: HttpRequest, identity: UUID) -> HttpResponse:
    """A step of a matter, by whose turn it is; or by somebody who passes a rule with a reason. A grave one is asked for twice."""
    who, sent, op_id = doors.actor(request), request.POST, doors.operation(request)
    stands = current(who, identity)
    overriding = bool(sent.get("overriding"))
    able = exceptions(who, stands) if overriding else choices(who, stands)
    choice = next((one for one in able if one.action.id == sent.get("action")), None)
    if choice is None:
        raise Problem("matter.not_now", "这一步现在不能办，或者不归您办", "刷新这一页，看现在到了哪一步。")
    base = doors.version(sent.get("base_version", ""))
    try:
        if choice.has_files and (sent_files := uploads(request.FILES)):
            attach(who, uuid5(op_id, "files"), identity, sent_files)
        if wants_asking(choice, sent):
            return _page(request, who, stands, tried=asked(choice, sent, stands))
        advance_matter(who, op_id, identity, choice.action.id, base, filled(choice, sent), overriding=overriding)
    except (NotFound, Conflict):
        raise
    except Problem as problem:
        answer = _page(request, who, stands, problem, refilled(choice, sent, problem))
        answer.status_code = 403 if isinstance(problem, Refused) else 400
        return answer
    doors.act_on_news()
    messages.success(request, f"{'破例' if overriding else ''}{choice.action.label}，已留痕。")
    return redirect("matter", identity)


@doors.page
@doors.by_post
def add_files(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Photos and papers, beside any step."""
    who, op_id = doors.actor(request), doors.operation(request)
    added = attach(who, op_id, identity, uploads(request.FILES))
    messages.success(request, f"已加 {len(added['numbers'])} 个，留痕。")
    return redirect("matter", identity)


@doors.page
def file(request: HttpRequest, identity: UUID, number: int) -> HttpResponse:
    """One photo or paper; a picture is shown, anything else is taken away, and neither can run anything here."""
    name, media_type, content = attachment(doors.actor(request), identity, number)
    answer = HttpResponse(content, content_type=media_type)
    how = "inline" if media_type.startswith("image/") else "attachment"
    answer["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _may_open(who: Actor, record: UUID) -> bool:
    """Whether the record behind a matter is theirs to see."""
    try:
        return bool(visible_history(who, record))
    except NotFound:
        return False
