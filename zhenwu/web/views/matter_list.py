"""事项: what is owed to somebody by a time; the list, what it is narrowed to, and its export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from zhenwu.kernel.journal.api import chunks
from zhenwu.kernel.matters.api import (
    SOURCE_NO,
    RunningLimit,
    Step,
    by_due,
    firsts,
    listed,
    note_list_export,
    waiting,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, Purpose, saved_views, tree
from zhenwu.lib.clock import now as moment_now
from zhenwu.lib.problems import Problem, Refused
from zhenwu.web import doors
from zhenwu.web.calling import cited
from zhenwu.web.matter_filters import WHICH, Offer, Wish, folded, offer, read_wish
from zhenwu.web.places import everywhere, grounds
from zhenwu.web.records import place_name
from zhenwu.web.saved_views import PAGE, Views, shown
from zhenwu.web.spreadsheet import MEDIA_TYPE, write_sheet
from zhenwu.web.views.report import attachment
from zhenwu.web.words import moment

ROWS = 30
MOST = 1000  # rows that a list counts and shows
MOST_TAKEN = 20_000  # rows of one export
AT_ONCE = 500
HEADS = (
    "事项", "是谁、是什么", "业务模块", "小类", "来源", "来源单号", "在哪里", "上报日期", "到了哪一步", "主办单位", "最迟", "超期", "结束日期", "结案类型", "事项编号",
)  # fmt: skip


class Capped(Paginator):  # type: ignore[type-arg]
    """Pages of a list that may be very long: counted and shown up to ``MOST``, so that no page counts a million rows."""

    @cached_property
    def count(self) -> int:
        found: Any = self.object_list
        return min(len(found), MOST) if isinstance(found, list) else int(found[:MOST].count())

    @property
    def more(self) -> bool:
        """Whether the list may go on beyond what is shown."""
        return self.count == MOST


@doors.page
def matters(request: HttpRequest) -> HttpResponse:
    """The matters within reach: what is not over by its deadline, the most urgent first; what is over, and all of them, what was done last
    first."""
    who, labels = doors.actor(request), doors.lines(doors.actor(request), "list")
    line = request.GET.get("line", "")
    there = offer(who, labels, line if line in labels else "")
    wish = read_wish(request.GET, there)
    page = Capped(_found(who, wish), ROWS).get_page(request.GET.get("page"))
    able = doors.lines(who, "export")
    return render(request, "web/matters.html", {
        "page": page, "rows": list(_listed(who, page, labels, wish.which)), "labels": labels, "line": wish.line, "over": wish.which == "over", "which": wish.which,
        "choices": WHICH, "scope": labels.get(wish.line, "") + WHICH[wish.which], "address": urlencode(wish.pairs()), "most": MOST, "asked": wish.sent,
        "places": grounds(), "offices": everywhere(), "folded": folded(there, wish), "wish": wish, "op_id": uuid4(),
        "may_export": wish.line in able if wish.line else bool(able), "views": _views(who, labels, there, wish),
    })  # fmt: skip


@doors.page
@doors.by_post
def export_matters(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook, as far as this person may export it; who took how many rows stands in it and in the journal."""
    who, labels = doors.actor(request), doors.lines(doors.actor(request), "export")
    line = request.POST.get("line", "")
    if not labels or (line and line not in labels):
        raise Refused("web.export", "事项列表不能由您的岗位导出", "请联系本模块负责人。")
    there = offer(who, labels, line)
    wish = read_wish(request.POST, there)
    found = _found(who, wish, "export")
    count = len(found) if isinstance(found, list) else found.count()
    if count > MOST_TAKEN:
        raise Problem("web.export_large", f"有 {count} 件，一次最多导出 {MOST_TAKEN} 件", "请先按业务模块、地方或上报日期筛选，分几次导出。")
    scope = "；".join(wish.words) + "（您权限内可以导出的）"
    note_list_export(who, wish.line, scope, count, doors.operation(request))
    about = [("导出人", who.name), ("导出时间", moment(moment_now())), ("范围", scope), ("件数", str(count))]
    return attachment(write_sheet("事项", about, HEADS, _cells(who, list(found), there, wish)), "事项.xlsx", MEDIA_TYPE)


def _views(who: Actor, labels: Mapping[str, str], there: Offer, wish: Wish) -> Views:
    """This person's views; each is read by what all their lines offer, which holds what its own line does."""
    found = saved_views(who, PAGE)
    whole = offer(who, labels) if found and wish.line else there

    def read(sent: Mapping[str, str]) -> tuple[dict[str, str], Callable[[], Any]]:
        asked = read_wish(sent, whole)
        return dict(asked.pairs()), lambda: _found(who, asked)

    return Views(reverse("save_matters_view"), dict(wish.pairs()), shown(who, found, dict(wish.pairs()), read))


def _found(who: Actor, wish: Wish, purpose: Purpose = "list") -> Any:
    if wish.which == "mine":
        return waiting(who, wish.line, narrow=wish.narrow, purpose=purpose)
    if wish.which in ("over", "all"):
        return listed(who, wish.line, True if wish.which == "over" else None, wish.narrow, purpose)
    return by_due(who, wish.line, wish.which == "late", wish.narrow, purpose)


def _listed(who: Actor, some: Any, labels: Any, which: str) -> Iterator[dict[str, Any]]:
    """The rows of a page: of running limits, or of steps with the limits that go with them."""
    some, now = list(some), tree()
    due: dict[UUID, RunningLimit] = firsts([one.matter_id for one in some]) if which in ("mine", "all") else {}
    names = cited(who, [one.matter for one in some])
    for one in some:
        limit, step = (one, one.step) if isinstance(one, RunningLimit) else (due.get(one.matter_id), one)
        yield {
            "id": one.matter_id, "title": one.matter.title, "called": names.get(one.matter_id, ""), "line": labels.get(one.matter.line, one.matter.line), "place": place_name(step.unit_id, now),
            "reported": step.starts_on, "state": workflow_of(one.matter).state(step.state).label, "due": limit if limit and limit.limit else None,
            "ended": step.ends_on, "office": place_name(step.assigned_id, now) if step.assigned_id else "", "step": step, "matter": one.matter,
        }  # fmt: skip


def _cells(who: Actor, found: Sequence[Step | RunningLimit], there: Offer, wish: Wish) -> Iterator[list[object]]:
    """The rows of the workbook, some at a time. What a title says is never personal; whom a record is about is masked, as on the screen."""
    names = doors.line_labels()
    for some in chunks(list(found), AT_ONCE):
        for row in _listed(who, some, names, wish.which):
            columns, due = row["step"].columns, row["due"]
            ending = dict(workflow_of(row["matter"]).endings).get(columns.get("ending") or "", columns.get("ending") or "")
            yield [
                row["title"], row["called"], row["line"], there.kind_names.get(columns.get("category") or "", columns.get("category") or ""),
                there.channels.get(columns.get("channel") or "", columns.get("channel") or ""), columns.get(SOURCE_NO) or "", row["place"], str(row["reported"]), row["state"],
                row["office"], due.last_day if due and not due.binds else "", "是" if due and due.late else "", str(row["ended"] or ""), ending, str(row["id"]),
            ]  # fmt: skip
