"""What a phone keeps while there is no signal: its page, its worker, and what it is answered when it sends (decisions 0035, 0038)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from zhenwu.kernel.definitions.api import Definition, current
from zhenwu.kernel.ledgers.api import Filler, form_of
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.kernel.rounds.api import calls, visit_ledgers
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.problems import NotFound, Problem, Problems, Refused
from zhenwu.web import doors
from zhenwu.web.matter_kinds import usual_lines
from zhenwu.web.told_before import AskFirst

AT_ONCE = 60  # seconds: what arrives sooner was seen when it was received


@doors.page
def unsent(request: HttpRequest) -> HttpResponse:
    """What this phone has not sent yet, and the pages that it can open without signal."""
    who = doors.actor(request)
    ledgers = [current("ledger", key) for key in visit_ledgers(who)]
    trips = [(one.key, one.body["label"]) for one in ledgers if may_wait(who, one)]
    return render(request, "web/unsent.html", {"reports": bool(usual_lines(who)), "rolls": bool(calls(who)), "trips": trips})


def may_wait(who: Actor, definition: Definition) -> bool:
    """Whether a record of this ledger may wait on a phone: what happened (flow), entered by whoever goes out into a grid, without a field
    for anybody's personal data."""
    form = form_of(definition)
    return form.shape == "flow" and not any(one.is_personal for one in form.fields) and bool(usual_lines(who)) and bool(Filler(who, form, tree()).units)


@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens pages without signal; it lies at the top, as it looks after all of them, and holds no data."""
    return render(request, "web/kept_worker.js", content_type="text/javascript; charset=utf-8")


def is_asked(request: HttpRequest) -> bool:
    """Whether a phone sends what it kept, and wants to be answered in JSON."""
    return request.method == "POST" and request.headers.get("Accept") == "application/json"


def answered(request: HttpRequest, write: Callable[[], Mapping[str, Any]]) -> JsonResponse:
    """What ``write`` answers (``told`` and more), or ``{"code", "told", "remedy"}`` of what was refused for good. 401: it was kept by
    another person, and stays on the phone. What is asked first names the ``choices`` too."""
    if (kept_by := request.POST.get("kept_by")) and kept_by != str(doors.actor(request).person_id):
        other = {"code": "web.another_person", "told": "这是另一个人留在手机上的", "remedy": "请本人登录以后再发。"}
        return JsonResponse(other, status=401)
    try:
        return JsonResponse(dict(write()))
    except (Problem, Problems) as fault:
        found = fault.found if isinstance(fault, Problems) else fault.all
        status = 404 if isinstance(fault, NotFound) else 403 if isinstance(fault, Refused) else 409
        told = "；".join(one.message for one in found)
        more = {"choices": fault.choices} if isinstance(fault, AskFirst) else {}
        return JsonResponse({"code": found[0].code, "told": told, "remedy": found[0].remedy, **more}, status=status)


def seen(request: HttpRequest) -> datetime | None:
    """When it was seen, told as how many seconds ago: a phone's clock may be wrong, the time between two looks at it is not. None for
    what is sent at once."""
    ago = request.POST.get("seen_ago", "")
    seconds = int(ago) if ago.isdecimal() and len(ago) < 10 else 0
    return now() - timedelta(seconds=seconds) if seconds > AT_ONCE else None


def moment() -> str:
    """When a page was made, for one that is shown again without signal: month, day, minute."""
    local = now().astimezone(LOCAL)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
