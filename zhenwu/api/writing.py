"""What may be done. Every verb of matters is one route here, and this is where the next ones belong: ``merge``, ``split`` and
``rate`` as ``POST /matters/{id}/…``, ``attach`` once there is a shelf of files. Actions of a workflow need no route: they are data.

They are routes of the reading's router, since one address answers both.
A route says who acts (``require_write``), under which operation (``Idempotency-Key`` is the verb's ``op_id``), and calls the verb.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Status

from zhenwu.api.asking import require_write
from zhenwu.api.problems import with_more
from zhenwu.api.reading import require_line, router
from zhenwu.api.shapes import OpenMatter, TakeStep, Written
from zhenwu.api.telling import action_row
from zhenwu.kernel.ledgers.api import visible_history
from zhenwu.kernel.matters.api import Report, advance_matter, allowed_actions, current, open_matter, openings
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Conflict, NotFound, Problem

Key = Annotated[UUID, Header(alias="Idempotency-Key", description="这次写入的编号，一个新的 UUID；重发时用原来的")]


@router.post("/matters", operation_id="open_matter", tags=["办理"], response={201: Written}, summary="开出一件事项")
def open_one(request: HttpRequest, key: Key, sent: OpenMatter) -> Status[dict]:
    """同一个操作号、同样的内容再发，得到第一次的回答；内容不同则 409。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    if not require_line(actor, sent.line).covers(sent.unit):
        raise NotFound("api.unit", "没有这个地方，或者不归您管", "可用的见 /units。")
    if sent.record is not None:
        visible_history(actor, sent.record, "api")
    report = Report(sent.line, sent.unit, sent.title, sent.text, sent.category, sent.channel, sent.level, sent.record)
    try:
        done = open_matter(actor, key, report, workflow=sent.workflow, action=sent.action, given=sent.given)
    except (NotFound, Conflict):
        raise
    except Problem as problem:
        able = openings(actor, sent.line, sent.workflow, [sent.unit])
        raise with_more(problem, allowed=[action_row(action) for action in able.get(sent.unit, ())]) from problem
    return Status(201, done)


@router.post("/matters/{uuid:matter}/steps", operation_id="advance_matter", tags=["办理"], response={201: Written}, summary="办一步")
def take_step(request: HttpRequest, matter: UUID, key: Key, sent: TakeStep) -> Status[dict]:
    """能办什么、要填什么，看这件事的 allowed；别人先办了一步就是 409，带着两边的版本。"""
    actor = require_write(request.auth)  # type: ignore[attr-defined]
    current(actor, matter, "api")
    try:
        return Status(201, advance_matter(actor, key, matter, sent.action, sent.base_version, sent.given))
    except NotFound:
        raise
    except Problem as problem:
        raise with_more(problem, allowed=_allowed(actor, matter)) from problem


def _allowed(actor: Actor, matter: UUID) -> list[dict]:
    return [action_row(action) for action in allowed_actions(actor, current(actor, matter, "api"))]
