"""A sender's table: the clerk puts it in, sees what it brings, takes it in; and takes it away filled.

The file is not kept between the steps: persons stand in it in the open. Whoever goes on chooses it once more.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.exchanges.api import (
    DEFAULT,
    Exchange,
    Returned,
    Taking,
    exchange_of,
    fill_table,
    import_table,
    may_receive,
)
from zhenwu.lib.problems import Problem, Refused
from zhenwu.web import doors
from zhenwu.web.spreadsheet import MEDIA_TYPE
from zhenwu.web.views.report import attachment

MAX_BYTES = 20 * 1024 * 1024
LOOK, TAKE, FILL = "look", "take", "fill"


@doors.page
def exchange(request: HttpRequest, key: str) -> HttpResponse:
    """The page, what a table would bring or brought, or the filled table itself."""
    who, one = doors.actor(request), exchange_of(key)
    if not may_receive(who, one):
        raise Refused("exchange.refused", f"您的岗位不接收{one.label}{one.item}", "请窗口或者站所负责人办理。")
    if request.method != "POST":
        return render(request, "web/exchange.html", {"exchange": one, "layout": DEFAULT})
    content, name, layout = *_sent(request, one), request.POST.get("layout", "").strip()[:40] or DEFAULT
    do = request.POST.get("do", LOOK)
    if do == FILL:
        return _download(fill_table(who, one, content, name, layout), name)
    done = import_table(who, one, content, name, layout, write=do == TAKE)
    if do == TAKE:
        doors.settle()
    return render(request, "web/exchange.html", {
        "exchange": one, "layout": layout, "name": name, "done": done, "columns": _columns(one, done), "places": list(done.places.items())[:200],
        "taken": do == TAKE, "number": one.labels[one.number],
    })  # fmt: skip


def _sent(request: HttpRequest, one: Exchange) -> tuple[bytes, str]:
    sent = request.FILES.get("file")
    if sent is None or not sent.name:
        raise Problem("exchange.no_file", "没有选择文件", f"点“选择文件”，选{one.sender}导出的 .xlsx 或 .csv。")
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
