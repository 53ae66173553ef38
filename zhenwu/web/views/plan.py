"""任务督办: the tasks with their lights, adopting a report's plan, the 任务分解表."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.ledgers.api import note_export
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.kernel.plans.api import (
    LIGHTS,
    TASKS,
    adopt,
    breakdown_xlsx,
    lines_of,
    note_quarter,
    plan_years,
    scope_words,
    standings,
)
from zhenwu.kernel.reports.api import issued
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.web import doors, planning
from zhenwu.web.planning import Row
from zhenwu.web.spreadsheet import MEDIA_TYPE
from zhenwu.web.views.report import attachment
from zhenwu.web.words import moment

FILTERS = ("light", "line", "owner")


@doors.page
def plan(request: HttpRequest) -> HttpResponse:
    """The tasks of a year: how many of each light, then each with its target, figure, light and day."""
    who = doors.actor(request)
    planning.require_plan(who)
    year, rows, asked = _asked(request.GET, who)
    shown = planning.filtered(rows, asked)
    return render(request, "web/plan.html", {
        "year": year, "years": plan_years(), "rows": shown, "all": len(rows), "tallies": planning.tallies(rows), "asked": asked,
        "lines": sorted({(row.standing.task.line, row.line) for row in rows if row.line}, key=lambda one: one[1]),
        "owners": sorted({name for row in rows for name in (row.standing.task.owner, row.standing.task.office) if name}),
        "lights": LIGHTS, "address": urlencode([(name, text) for name, text in asked.items() if text]), "op_id": uuid4(),
        "may_write": planning.plan_unit(who, "write") is not None, "may_export": planning.plan_unit(who, "export") is not None,
        "issues": _to_adopt(who), "quarter": f"{today().year}Q{(today().month + 2) // 3}", "is_running": year == today().year,
    })  # fmt: skip


@doors.page
@doors.by_post
def export_plan(request: HttpRequest) -> HttpResponse:
    """任务分解表: the same tasks as an .xlsx; who took how many rows stands in it and in the journal."""
    who = doors.actor(request)
    op_id = doors.operation(request)
    unit = planning.require_plan(who, "export")
    year, rows, asked = _asked(request.POST, who)
    shown, scope = planning.filtered(rows, asked), scope_words(asked["light"], asked["line"], asked["owner"], LIGHTS, doors.line_labels())
    note_export(who, TASKS, scope, len(shown), op_id)
    title = f"{tree().name(unit)}{year}年重点工作任务分解表"
    about = [("导出人", who.name), ("导出时间", moment(now())), ("范围", scope), ("条数", str(len(shown)))]
    return attachment(breakdown_xlsx(title, about, lines_of([row.standing for row in shown])), f"{title}.xlsx", MEDIA_TYPE)


@doors.page
@doors.by_post
def quarter(request: HttpRequest) -> HttpResponse:
    """按指标登记本季进度: where each measured task stands, written down without anybody typing it."""
    who = doors.actor(request)
    op_id = doors.operation(request)
    planning.require_plan(who, "write")
    told = note_quarter(who, request.POST.get("quarter", "").strip(), op_id)
    doors.settle()
    waiting = f"，{told['waiting']} 项指标还没有数" if told["waiting"] else ""
    messages.success(request, f"已按指标登记 {told['noted']} 项任务的进度{waiting}；落后较多的已提请督办，等人签发。")
    return redirect("plan")


@doors.page
def adopt_plan(request: HttpRequest, number: int) -> HttpResponse:
    """采纳计划: what was read out of a report's plan, to be corrected and confirmed."""
    who = doors.actor(request)
    op_id = doors.operation(request) if request.method == "POST" else uuid4()
    unit = planning.require_plan(who, "write")
    issue = doors.require_issue(who, number)
    if request.method == "POST":
        passed_on = planning.day_typed(request.POST.get("passed_on", "").strip())
        told = adopt(who, planning.sent_adoption(request.POST, issue, passed_on), op_id)
        doors.settle()
        messages.success(request, f"已采纳：新句 {told['new']} 条，改了的 {told['changed']} 条，下达任务 {told['tasks']} 项，取消 {told['dropped']} 项。")
        return redirect(reverse("plan") + f"?year={issue.year + 1}")
    rows, gone = planning.offered(issue)
    issued_on = issue.event.recorded_at.astimezone(LOCAL).date()
    return render(request, "web/plan_adopt.html", {
        "issue": issue, "year": issue.year + 1, "rows": rows, "gone": gone, "passed_on": issued_on, "op_id": op_id,
        "open": sum(row.is_open for row in rows), "goals": sum(len(row.goals) for row in rows if row.is_open),
        **planning.context_of(tree(), unit),
    })  # fmt: skip


def _asked(sent: Any, who: Actor) -> tuple[int, list[Row], dict[str, str]]:
    years = plan_years()
    text = sent.get("year", "")
    year = int(text) if text.isdecimal() and int(text[:5]) in years else today().year if today().year in years or not years else years[0]
    figures, lines = Figures(), doors.line_labels()
    rows = [planning.row_of(one, who, figures, lines) for one in standings(who, year, figures)]
    asked = {name: "".join(sign for sign in sent.get(name, "") if sign.isprintable())[: doors.LONGEST_QUERY] for name in FILTERS}
    return year, rows, {"year": str(year), **asked}


def _to_adopt(who: Actor) -> list[Any]:
    """The reports whose plan this person may adopt, newest first."""
    if planning.plan_unit(who, "write") is None:
        return []
    return [one for one in issued() if doors.may_open_issue(who, one)][:6]
