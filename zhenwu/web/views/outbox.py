"""对外推送: which systems are told, what waits and why, what they answered last. For system administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.outbox.api import (
    EVERYTHING,
    KINDS,
    Standing,
    latest,
    pause,
    resume,
    retry,
    spoken,
    standings,
    troubles,
)
from zhenwu.lib.clock import now
from zhenwu.lib.problems import NotFound
from zhenwu.web import doors
from zhenwu.web.words import moment

_Act = Callable[[Actor, UUID, UUID], None]
# what a button does, and what is said afterwards
ACTS: dict[str, tuple[_Act, str]] = {
    "retry": (retry, "马上再试，几秒后刷新这一页。"),
    "pause": (lambda who, op_id, one: pause(who, op_id, one, "在网页上暂停"), "已暂停，动态照样排队。"),
    "resume": (resume, "已恢复，先发积压的。"),
}


@doors.page
def outbox(request: HttpRequest) -> HttpResponse:
    """The receivers with what waits for each, and the latest answers."""
    who, labels = doors.actor(request), doors.line_labels()
    rows = [
        {
            "one": one, "kinds": "全部动态" if set(one.kinds) == set(EVERYTHING) else "、".join(KINDS.get(kind, kind) for kind in one.kinds), "line": labels.get(one.line, one.line),
            "waits": spoken(now() - one.oldest) if one.oldest else "", "told": moment(one.last_delivered_at), "next": moment(one.next_try_at),
            "acts": [(act, label, uuid4()) for act, label in _offered(one)],
        }
        for one in standings(who)
    ]  # fmt: skip
    answers: list[dict[str, Any]] = [{"one": one, "at": moment(one.at)} for one in latest(who)]
    return render(request, "web/outbox.html", {"rows": rows, "answers": answers, "troubles": troubles(who)})


@doors.page
@doors.by_post
def attend(request: HttpRequest, identity: UUID, act: str) -> HttpResponse:
    """Try again, pause or resume one receiver."""
    op_id = doors.operation(request)
    if act not in ACTS:
        raise NotFound("web.act", "没有这个按钮", "回到对外推送页，点页面上的按钮。")
    work, said = ACTS[act]
    work(doors.actor(request), op_id, identity)
    messages.success(request, said)
    return redirect("outbox")


def _offered(one: Standing) -> list[tuple[str, str]]:
    """The buttons of a receiver: (act, label)."""
    if one.paused:
        return [("resume", "恢复")]
    return [*([("retry", "马上再试")] if one.waiting else []), ("pause", "暂停")]
