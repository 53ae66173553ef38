"""12345热线: the clerk puts the centre's table in, sees what it brings, takes it in; and takes it away filled.

The file is not kept between the steps: persons stand in it in the open. Whoever goes on chooses it once more.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.orders.api import DEFAULT, Returned, Taking, fill_orders, import_orders, may_receive
from zhenwu.lib.problems import Problem, Refused
from zhenwu.sdk import current
from zhenwu.web import doors
from zhenwu.web.spreadsheet import MEDIA_TYPE
from zhenwu.web.views.report import attachment

MAX_BYTES = 20 * 1024 * 1024
LOOK, TAKE, FILL = "look", "take", "fill"


@doors.page
def hotline(request: HttpRequest) -> HttpResponse:
    """The page, what a table would bring or brought, or the filled table itself."""
    who = doors.actor(request)
    if not may_receive(who):
        raise Refused("orders.refused", "您的岗位不接收热线工单", "请窗口或者站所负责人办理。")
    if request.method != "POST":
        return render(request, "web/hotline.html", {"layout": DEFAULT})
    content, name, layout = *_sent(request), request.POST.get("layout", "").strip()[:40] or DEFAULT
    do = request.POST.get("do", LOOK)
    if do == FILL:
        return _download(fill_orders(who, content, name, layout), name)
    done = import_orders(who, content, name, layout, write=do == TAKE)
    if do == TAKE:
        doors.settle()
    context = {"layout": layout, "name": name, "done": done, "columns": _columns(done), "places": list(done.places.items())[:200], "taken": do == TAKE}
    return render(request, "web/hotline.html", context)


def _sent(request: HttpRequest) -> tuple[bytes, str]:
    sent = request.FILES.get("file")
    if sent is None or not sent.name:
        raise Problem("orders.no_file", "没有选择文件", "点“选择文件”，选热线中心导出的 .xlsx 或 .csv。")
    if sent.size is None or sent.size > MAX_BYTES:
        raise Problem("table.too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "分成几个文件再放。")
    return sent.read(), sent.name


def _columns(done: Taking) -> list[tuple[str, str, bool]]:
    """(the sender's heading, what it was taken for, whether that was a guess)."""
    labels = dict(next(one["choices"] for one in current("ledger", "hotline.layout").body["fields"] if one["id"] == "meaning"))
    return [(heading, labels[meaning], heading in done.layout.guessed) for _, heading, meaning in done.layout.columns]


def _download(done: Returned, name: str) -> HttpResponse:
    stem, _, suffix = name.rpartition(".")
    kind = MEDIA_TYPE if suffix.lower() == "xlsx" else "text/csv"
    return attachment(done.content, f"{stem or name}（已回填）.{suffix.lower()}", kind)
