"""A sender's table: the clerk puts it in, sees what it brings, takes it in; and takes it away filled.

The file is not kept between the steps: persons stand in it in the open. Whoever goes on chooses it once more.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.exchanges.api import (
    DEFAULT,
    Exchange,
    Returned,
    Taking,
    exchange_of,
    fill_table,
    import_table,
    matter_of,
    may_receive,
    received_by,
)
from zhenwu.kernel.matters.api import catch_up_limits
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.problems import NotFound, Problem, Problems, Refused
from zhenwu.web import doors
from zhenwu.web.spreadsheet import MEDIA_TYPE
from zhenwu.web.views.report import attachment

MAX_BYTES = 20 * 1024 * 1024
LOOK, TAKE, TRY, FILL = "look", "take", "try", "fill"
SHOWN = 200


@doors.page
def first_exchange(request: HttpRequest) -> HttpResponse:
    """The address without a sender leads to the first whose tables this person takes in."""
    found = received_by(doors.actor(request))
    if not found:
        raise Refused("exchange.refused", "您的岗位不接收别处发来的来单", "请窗口或者站所负责人办理。")
    return redirect("exchange", found[0].key)


@doors.page
def exchange(request: HttpRequest, key: str) -> HttpResponse:
    """The page, what a table would bring or brought, what would stand in it, or the filled table itself."""
    who, one = doors.actor(request), exchange_of(key)
    if not may_receive(who, one):
        raise Refused("exchange.refused", f"您的岗位不接收{one.label}{one.item}", "请窗口或者站所负责人办理。")
    layout = request.POST.get("layout", "").strip()[:40] or DEFAULT
    page: dict[str, Any] = {"exchange": one, "layout": layout, "named": layout != DEFAULT, "do": request.POST.get("do", "")}
    if request.method != "POST":
        return render(request, "web/exchange.html", page)
    try:
        return _done(request, who, one, page)
    except (Refused, NotFound):
        raise
    except (Problem, Problems) as fault:  # said on the page, where the file is chosen again
        faults = fault.found if isinstance(fault, Problems) else [fault]
        return render(request, "web/exchange.html", {**page, "faults": faults[:SHOWN], "more": max(0, len(faults) - SHOWN)}, status=400)


def _done(request: HttpRequest, who: Actor, one: Exchange, page: dict[str, Any]) -> HttpResponse:
    content, name = _sent(request, one)
    layout, do = page["layout"], page["do"] if page["do"] in (TAKE, TRY, FILL) else LOOK
    if do in (TRY, FILL):
        back = fill_table(who, one, content, name, layout, taken=do == FILL)
        return _download(back, name) if do == FILL else render(request, "web/exchange.html", {**page, "name": name, "back": back})
    done = import_table(who, one, content, name, layout, write=do == TAKE)
    if do == TAKE:
        doors.settle()
        catch_up_limits()
    return render(request, "web/exchange.html", {
        **page, "name": name, "done": done, "columns": _columns(one, done), "places": _places(one, done), "taken": do == TAKE, "number": one.labels[one.number],
        "guessed": bool(done.layout.guessed),
    })  # fmt: skip


def _places(one: Exchange, done: Taking) -> list[tuple[str, str, bool, UUID]]:
    """(number, where its matter lies, whether no village was found for it, the matter), as far as is shown."""
    now = tree()
    towns = {now.name(unit) for unit in now.of_kind("township")}
    return [(number, place, place in towns, matter_of(one, number)) for number, place in list(done.places.items())[:SHOWN]]


def _sent(request: HttpRequest, one: Exchange) -> tuple[bytes, str]:
    sent = request.FILES.get("file")
    if sent is None or not sent.name:
        raise Problem("exchange.no_file", "还没有选文件", f"先点“来单”下面的选择文件，选{one.sender}导出的 .xlsx 或 .csv。")
    if sent.size is None or sent.size > MAX_BYTES:
        raise Problem("table.too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "分成几个文件再放。")
    return sent.read(), sent.name


def _columns(one: Exchange, done: Taking) -> list[tuple[str, str, bool]]:
    """(the sender's heading, what it was taken for, whether that was a guess)."""
    return [(heading, one.labels[meaning], heading in done.layout.guessed) for _, heading, meaning in done.layout.columns]


def _download(done: Returned, name: str) -> HttpResponse:
    stem, _, suffix = name.rpartition(".")
    kind = MEDIA_TYPE if suffix.lower() == "xlsx" else "text/csv"
    return attachment(done.content, f"{stem or name}（已回填）.{suffix.lower()}", kind)
