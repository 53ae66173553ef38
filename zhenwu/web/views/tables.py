"""上级报表: put in another office's .xlsx, see what its headings were bound to, mend that, take the filled table away."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.files.api import put_file, take_file
from zhenwu.kernel.reports.api import fill_table, note_table, propose_bindings, read_table_bindings, resolve_period
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem
from zhenwu.sdk import Figures
from zhenwu.web import doors
from zhenwu.web.spreadsheet import MEDIA_TYPE
from zhenwu.web.views.report import attachment

MAX_BYTES = 20 * 1024 * 1024
LONGEST = 500_000  # letters of the bindings


@doors.page
def tables(request: HttpRequest) -> HttpResponse:
    """The page to put a table in; a table put in is looked at on a page of its own."""
    who = doors.actor(request)
    unit = doors.require_report(who, "export")
    if request.method != "POST":
        return render(request, "web/tables.html", {"op_id": uuid4(), "year": today().year - 1})
    op_id, sent = doors.operation(request), request.FILES.get("file")
    if sent is None or not sent.name:
        raise Problem("table.no_file", "没有选择文件", "点“选择文件”，选上级发来的 .xlsx。")
    if sent.size is None or sent.size > MAX_BYTES:
        raise Problem("table.too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "删去图片和多余的工作表再用。")
    content, year = sent.read(), _year(request.POST.get("year", ""))
    propose_bindings(content, sent.name, year, Figures(), unit)  # what cannot be read is not kept
    digest = put_file(who, sent.name, MEDIA_TYPE, content, op_id)
    response = redirect("table", file=digest)
    response["Location"] += f"?year={year}"
    return response


@doors.page
def table(request: HttpRequest, file: str) -> HttpResponse:
    """What a table's headings were bound to, what could not be, and the bindings to be mended."""
    unit = doors.require_report(doors.actor(request), "export")
    name, _, content = take_file(file)
    year = _year(request.GET.get("year", ""))
    proposal = propose_bindings(content, name, year, Figures(), unit)
    rows = [
        (one, proposal.words(one), proposal.labels[one.metric], resolve_period(one.period, year).label)
        for one in proposal.bindings.figures
    ]
    open_ = [(one, proposal.words(one)) for one in proposal.open]
    context = {
        "file": file,
        "name": name,
        "year": year,
        "rows": rows,
        "open": open_,
        "toml": proposal.toml,
        "op_id": uuid4(),
    }
    return render(request, "web/table.html", context)


@doors.page
@doors.by_post
def fill(request: HttpRequest, file: str) -> HttpResponse:
    """The filled table; who took it away stands in it and in the journal."""
    who = doors.actor(request)
    unit = doors.require_report(who, "export")
    op_id, year, text = doors.operation(request), _year(request.POST.get("year", "")), request.POST.get("bindings", "")
    if len(text) > LONGEST:
        raise Problem("table.too_large", "关联写得太长", "分成几个文件填。")
    name, _, content = take_file(file)
    filled = fill_table(content, read_table_bindings(text.encode(), "关联"), year, who, Figures(), unit)
    note_table(who, filled, year, op_id)
    return attachment(filled.content, f"{name.rpartition('.')[0] or name}（已填{year}年）.xlsx", MEDIA_TYPE)


def _year(text: str) -> int:
    if not text:
        return today().year - 1
    if not (text.isascii() and text.isdigit() and 1950 <= int(text[:5]) <= 2199):
        raise Problem("table.year", "年度写得不对", "写四位数字，例如 2020。")
    return int(text)
