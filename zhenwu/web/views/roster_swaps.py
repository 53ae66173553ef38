"""换班 on the roster's page: asked for, agreed to, granted, done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhenwu.kernel.rosters import api as kernel
from zhenwu.lib.problems import Problem
from zhenwu.web import doors

LONGEST = 200


@doors.page
@doors.by_post
def ask_swap(request: HttpRequest, key: str) -> HttpResponse:
    """Ask somebody to take a watch."""
    op_id, who, sent = doors.operation(request), doors.actor(request), request.POST
    scheme = kernel.require(who, key)
    reason = sent.get("reason", "").strip()[:LONGEST]
    if not reason:
        raise Problem("swap.reason", "没有写为什么换班", "写一句，例如“家里有事”。")
    mine, back = _record(sent.get("record", "")), sent.get("back", "")
    if mine is None:
        raise Problem("swap.watch", "没有选换哪个班", "选一个自己还没有开始的班。")
    kernel.ask(who, scheme, request.user.get_username(), mine, sent.get("other", ""), _record(back), reason, op_id)
    messages.success(request, "换班申请已提出，等对方同意。")
    return redirect("rosters", key)


@doors.page
@doors.by_post
def take_swap(request: HttpRequest, key: str, identity: UUID) -> HttpResponse:
    """A step of an exchange."""
    op_id, who, sent = doors.operation(request), doors.actor(request), request.POST
    scheme = kernel.require(who, key)
    number = doors.version(sent.get("base_version", ""))
    reason = sent.get("reason", "").strip()[:LONGEST]
    done = kernel.take(who, scheme, request.user.get_username(), identity, sent.get("action", ""), number, reason, op_id)
    doors.settle()
    messages.success(request, done)
    return redirect("rosters", key)


def _record(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Problem("swap.watch", "没有这个班", "刷新页面，重新选。") from error
