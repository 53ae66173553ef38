"""我的: what this person may open, and in which posts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhenwu.kernel.definitions.api import every, packs
from zhenwu.kernel.ledgers.api import Filler, form_of
from zhenwu.kernel.matters.api import Step, late_among, waiting
from zhenwu.kernel.orgs.api import Actor, Right, post_kinds, reach, tree
from zhenwu.kernel.outbox.api import troubles
from zhenwu.kernel.reports.api import broken_for, fallen_for, left_open, sheets_for
from zhenwu.kernel.rosters.api import heads_of, warnings
from zhenwu.kernel.rounds.api import Owed, owing
from zhenwu.lib.clock import today
from zhenwu.web import doors
from zhenwu.web.calling import cited
from zhenwu.web.matter_kinds import usual_lines
from zhenwu.web.records import author_name, authors_of, place_name
from zhenwu.web.views import notices, reported

# right → (what it is for, how it is done). What the web has no page for is done on the server, by the command named here.
DUTIES: dict[Right, tuple[str, str, str]] = {
    "journal": ("查看和核验操作留痕", "谁在什么时候做了什么，有没有被改动。", "./zw journal show　　./zw journal verify"),
    "units": ("设立村和网格", "新设的从今年1月1日起算。", "./zw unit list　　./zw unit add"),
    "people": ("开通账号", "开通时可以一并任职；密码只显示一次。", "./zw user add"),
    "posts": ("任免岗位", "谁能看什么、填什么，由岗位和条线决定；自己不能给自己任职。", "./zw user add 登录名 姓名 --post 岗位"),
    "charges": ("包村包片", "谁负责哪个村、哪个片。", ""),
    "outbox": ("对外推送", "哪些动态推给哪个系统，有没有积压。", "./zw outbox list　　./zw outbox subscribe"),
    "years": ("年度关账", "关账以后再登记的标为补录，报告里看得出差别。", "./zw year close 年度"),
}


@doors.page
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    who = doors.actor(request)
    now = tree()
    ledgers = [
        {"key": one.key, "label": one.body["label"], "may_write": bool(Filler(who, form_of(one), now).units)}
        for one in every("ledger")
        if not reach(who, "list", one.pack).nothing
    ]
    return render(request, "web/home.html", {
        "posts": _posts(who), "ledgers": ledgers, "may_read": doors.may_read_report(who),
        "todo": _todo(who), "reports": bool(usual_lines(who)), "troubles": troubles(who), "sees_figures": bool(doors.lines(who, "figures")),
        "duties": [told for right, told in DUTIES.items() if who.may(right)],
    })  # fmt: skip


def _todo(who: Actor) -> list[dict[str, Any]]:
    """What waits for this person: matters; visits still owed; of the drafting room, sheets to answer and figures to sign again."""
    if who.person_id is None:
        return []
    rows = []
    if mine := waiting(who):
        late = late_among([step.matter_id for step in mine])
        words = f"{len(mine)} 件轮到您办" + (f"，其中 {late} 件已超期" if late else "") + f"；最急的：{_named(who, mine[0])}"
        rows.append({"href": reverse("matters") + "?which=mine", "label": "事项", "words": words})
    rows += _notices(who)
    rows += _answered(who)
    rows += [_owing(one) for one in owing(who)]
    rows += _gaps(who)
    for sheet in sheets_for(who.person_id):
        left = left_open(sheet)
        if left:
            words = f"{left} 个数等您答复，{sheet.due.month}月{sheet.due.day}日前" + ("，已经过了" if sheet.due < today() else "")
            rows.append({"href": reverse("room_sheet", args=[sheet.id]), "label": f"{sheet.year}年报告的报数单", "words": words})
    rows += _taken_back(who)
    for draft, fallen in fallen_for(who):
        names = "、".join(one.blank.meaning for one in fallen[:4]) + ("等" if len(fallen) > 4 else "")
        words = f"签过以后变了 {len(fallen)} 个：{names}，请重签"
        rows.append({"href": reverse("room_signing", args=[draft.year]), "label": f"{draft.year}年报告的审签单", "words": words})
    return rows


def _named(who: Actor, step: Step) -> str:
    """A matter by its title, and whom or what it is about."""
    called = cited(who, [step.matter]).get(step.matter_id, "")
    return f"{step.matter.title}（{called}）" if called else str(step.matter.title)


def _taken_back(who: Actor) -> list[dict[str, Any]]:
    """The paragraphs that this person was editing when the head took them back."""
    told = broken_for(who.person_id) if who.person_id and doors.may_read_report(who) else []
    names = authors_of(one.event.principal for one in told)
    return [
        {"href": reverse("room_paragraph", args=[one.manuscript.year, one.paragraph]), "label": f"{one.manuscript.year}年报告的起草",
         "words": f"您在改的一段，{author_name(one.event.principal, names)}收回去改了：{one.reason}"}
        for one in told
    ]  # fmt: skip


def _notices(who: Actor) -> list[dict[str, Any]]:
    """What was told to this person and not read, and the 提醒单 that wait for a signature."""
    words = notices.told_of(who)
    return [{"href": reverse("notices"), "label": "提醒", "words": words}] if words else []


def _answered(who: Actor) -> list[dict[str, Any]]:
    """What this person reported and was answered since they last looked."""
    words = reported.told_of(who)
    return [{"href": reverse("reported"), "label": "我上报的", "words": words}] if words else []


def _owing(rows: list[Owed]) -> dict[str, Any]:
    """One round in a line: how many things still want a visit, and by when the first of them."""
    first = rows[0]
    until = "今天到期" if first.days_left == 0 else f"最早的 {first.ends.month}月{first.ends.day}日到期"
    words = f"{'这一期' if len({row.span for row in rows}) > 1 else first.span}还有 {len({row.key for row in rows})} 处没有做够，{until}"
    return {"href": f"{reverse('rounds')}?round={first.round}", "label": first.round_label, "words": words}


def _gaps(who: Actor) -> list[dict[str, Any]]:
    """What is missing on the rosters, for the heads of the offices that make them."""
    rows = []
    for scheme in heads_of(who):
        if gaps := warnings(who, scheme):
            words = gaps[0] + (f"，还有 {len(gaps) - 1} 条" if len(gaps) > 1 else "")
            rows.append({"href": reverse("rosters", args=[scheme.key]), "label": scheme.label, "words": words})
    return rows


def _posts(who: Actor) -> list[str]:
    labels = {pack.key: pack.body["label"] for pack in packs()}
    said = []
    for held in who.posts:
        kind = post_kinds()[held.kind]
        every_line = kind.all_lines or "*" in held.lines
        lines = "全部业务" if every_line else "、".join(labels.get(line, line) for line in sorted(held.lines))
        said.append(f"{place_name(held.unit_id)} {kind.label}" + ("" if kind.apart else f"（{lines}）"))
    return said
