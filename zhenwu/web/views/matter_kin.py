"""The kin of a matter on the screen: several reports of one thing merged, one split into parts, 督办 asked for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhenwu.kernel.matters.api import (
    PRESS_ACTION,
    PRESSING,
    Report,
    card_for,
    current,
    merge_matters,
    open_matter,
    part_merged,
    split_matter,
)
from zhenwu.lib.problems import NotFound
from zhenwu.web import doors
from zhenwu.web.places import chosen_unit

MOST_PARTS = 6


@doors.page
@doors.by_post
def merge(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Merge the chosen matters into this one."""
    who, op_id = doors.actor(request), doors.operation(request)
    current(who, identity)
    chosen = [_chosen(told) for told in request.POST.getlist("other")]
    merged = merge_matters(who, op_id, identity, chosen, request.POST.get("reason", ""))
    messages.success(request, f"并进来 {merged['merged']} 件，结案时一起答复。")
    return redirect("matter", identity)


def _chosen(told: str) -> tuple[UUID, int]:
    matter, _, version = told.partition(":")
    try:
        return UUID(matter), doors.version(version)
    except ValueError:
        raise NotFound("matter.unknown", "没有这个事项", "刷新这一页再选。") from None


@doors.page
@doors.by_post
def part(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Take a matter that was merged by mistake out again."""
    who, op_id = doors.actor(request), doors.operation(request)
    part_merged(who, op_id, identity, current(who, identity).number, request.POST.get("reason", ""))
    messages.success(request, "已分出来，接着办。")
    return redirect("matter", identity)


@doors.page
@doors.by_post
def press(request: HttpRequest, identity: UUID) -> HttpResponse:
    """提请督办: a leader signs it or says why not; the office answers."""
    who, op_id = doors.actor(request), doors.operation(request)
    stands = current(who, identity)
    report = Report(stands.matter.line, stands.unit_id, f"督办：{stands.matter.title}"[:120], request.POST.get("reason", "").strip(), about=identity)
    sent = {"card": card_for(identity)} | ({"unit": str(stands.assigned_id)} if stands.assigned_id else {})
    opened = open_matter(who, op_id, report, workflow=PRESSING, action=PRESS_ACTION, given=sent)
    messages.success(request, "已提请督办，等分管领导签发。")
    return redirect("matter", opened["matter"])


@doors.page
@doors.by_post
def split(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Split children off this matter."""
    who, op_id, sent = doors.actor(request), doors.operation(request), request.POST
    stands = current(who, identity)
    titles, units = sent.getlist("title")[:MOST_PARTS], sent.getlist("unit")[:MOST_PARTS]
    parts = [Report(stands.matter.line, chosen_unit(unit) if unit else stands.unit_id, title.strip()) for title, unit in zip(titles, units, strict=False) if title.strip()]
    found = split_matter(who, op_id, identity, doors.version(sent.get("base_version", "")), parts, sent.get("reason", ""))
    messages.success(request, f"拆成 {len(found['children'])} 件，都办完了这一件才能结案。")
    return redirect("matter", identity)

