"""A task's page: what it says, how far it is, its history; and what a person does with it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.ledgers.api import visible_history
from zhenwu.kernel.matters.api import running, workflow_of
from zhenwu.kernel.metrics.api import Figures, catalogue
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.kernel.plans.api import (
    CHANGEABLE,
    RUNNING,
    Ending,
    Report,
    Standing,
    change_task,
    close_task,
    report_progress,
    standing_of,
    supervisions,
)
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem
from zhenwu.web import doors, planning
from zhenwu.web.records import told
from zhenwu.web.words import exact


@doors.page
def task(request: HttpRequest, code: str) -> HttpResponse:
    """One task."""
    who = doors.actor(request)
    planning.require_plan(who)
    one = standing_of(who, code)
    return render(request, "web/task.html", _told(one, who))


@doors.page
@doors.by_post
def change(request: HttpRequest, code: str) -> HttpResponse:
    """更正: other words, owner, day or target, with a reason."""
    who, sent = doors.actor(request), request.POST
    op_id = doors.operation(request)
    planning.require_plan(who, "write")
    given = {name: sent[name].strip() for name in CHANGEABLE if name in sent}
    if "metric" in given:
        given["metric"] = planning.metric_named(given["metric"], planning.measures())
    before = standing_of(who, code).task
    changed = {name: text for name, text in given.items() if text != str(getattr(before, name) or "")}
    if not changed:
        raise Problem("plan.unchanged", "没有改动", "改了哪一项再提交。")
    change_task(who, code, doors.version(request.POST.get("base_version", "")), changed, sent.get("reason", ""), op_id)
    return _back(request, code, "已更正，原来的写法和原因都已留痕。")


@doors.page
@doors.by_post
def close(request: HttpRequest, code: str) -> HttpResponse:
    """完成 or 取消."""
    who, sent = doors.actor(request), request.POST
    op_id = doors.operation(request)
    planning.require_plan(who, "write")
    on = planning.day_typed(sent.get("on", "").strip())
    ending = Ending(sent.get("state", ""), on, sent.get("proof", "")[:200], sent.get("why", "")[:200])
    close_task(who, code, doors.version(request.POST.get("base_version", "")), ending, op_id)
    return _back(request, code, "已办结，凭据和原因都已留痕。")


@doors.page
@doors.by_post
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """报进度: a quarter of a task without a metric."""
    who, sent = doors.actor(request), request.POST
    op_id = doors.operation(request)
    planning.require_plan(who, "write")
    said = {name: sent.get(name, "").strip()[:200] for name in ("quarter", "reached", "said", "obstacle", "reason")}
    report_progress(who, code, Report(**said), op_id)
    return _back(request, code, "已登记本季进度。")


def _told(one: Standing, who: Actor) -> dict[str, Any]:
    figures, task = Figures(), one.task
    unit = planning.plan_unit(who, "write")
    may_write = unit is not None
    known = catalogue().metrics
    return {
        "one": one, "task": task, "row": planning.row_of(one, who, figures, doors.line_labels()),
        "measure": planning.named(known[task.metric]) if task.metric in known else "",
        "measured": bool(one.task.metric and one.task.target), "reports": [_reported(fact.row) for fact in one.reports][::-1],
        "supervisions": _supervised(who, task.code),
        "versions": told(visible_history(who, task.record)), "is_running": task.state == RUNNING, "may_write": may_write and task.state == RUNNING,
        "today": today(), "quarters": _quarters(), "ops": [uuid4() for _ in range(4)],
        **(planning.context_of(tree(), unit) if unit is not None else {}),
    }  # fmt: skip


def _supervised(who: Actor, task: str) -> list[dict[str, Any]]:
    """Each 督办: where it stands, and until when; its own page says the rest."""
    found = supervisions(who, task)
    due = running([step.matter_id for step in found])
    return [
        {"id": step.matter_id, "title": step.matter.title, "state": workflow_of(step.matter).state(step.state).label, "due": due.get(step.matter_id)}
        for step in found
    ]


def _reported(row: Any) -> dict[str, str]:
    return {
        "quarter": row["quarter"], "planned": exact(Fraction(row["planned"], 10)), "reached": exact(Fraction(row["reached"], 10)),
        "said": row["said"] or "", "obstacle": row["obstacle"] or "",
    }  # fmt: skip


def _quarters() -> list[str]:
    """This quarter and the three before it, newest first."""
    here = today().year * 4 + (today().month - 1) // 3
    return [f"{one // 4}Q{one % 4 + 1}" for one in range(here, here - 4, -1)]


def _back(request: HttpRequest, code: str, words: str) -> HttpResponse:
    doors.settle()
    messages.success(request, words)
    return redirect("task", code=code)
