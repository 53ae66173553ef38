"""Before something is reported: what was told of it lately, and the choice between the same thing and another. Nobody must answer: whoever
sends without looking reports as usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhenwu.kernel.matters.api import Report, ToldBefore, join_report, open_matter, told_before, workflow_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.problems import Problem
from zhenwu.web.records import place_name

ASKED, SAME, EDIT = "asked", "same", "edit"  # names in the form: that one was asked; the matter that is the same thing; back to the form
_OWN = (ASKED, SAME, EDIT, "op_id", "csrfmiddlewaretoken")
_HEADING = "附近已有人报过，还没有办完"


class AskFirst(Problem):
    """Nothing is wrong: a phone that sends at once is asked whether it is the same thing. ``choices``: (field, value, words) of its buttons."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        words = "；".join(f"“{row['title']}”（{row['told']}）" for row in rows)
        super().__init__("matter.told_before", f"{_HEADING}：{words}", "是同一件？")
        self.choices = [*((SAME, str(row["id"]), f"是同一件：{row['title']}") for row in rows if not row["own"]), (ASKED, "1", "不是，照常上报")]


def rows_of(who: Actor, line: str, workflow: str, action: str, category: str, unit: UUID | None, op_id: UUID | None = None) -> list[dict[str, Any]]:
    """What was told before, as page and phone show it: ``id``, ``title``, ``told`` (place, day, state), ``own``."""
    found = told_before(who, line, workflow, action, category, unit, op_id) if unit else []
    return [{"id": one.step.matter_id, "title": one.step.matter.title, "told": _told(one), "own": one.own} for one in found]


def question(request: HttpRequest, before: Sequence[dict[str, Any]], lines: Sequence[tuple[str, str]]) -> HttpResponse:
    """The question alone, with what was filled in (``lines``) to be read and carried along; its photos a browser does not carry twice."""
    hidden = [(name, value) for name, values in request.POST.lists() if name not in _OWN for value in values]
    return render(request, "web/told_before.html", {
        "before": before, "others": any(not row["own"] for row in before), "lines": [(label, words) for label, words in lines if words],
        "hidden": hidden, "op_id": request.POST.get("op_id", ""), "with_files": bool(request.FILES),
    })  # fmt: skip


def entered(who: Actor, op_id: UUID, report: Report, same: str, **more: Any) -> tuple[UUID, bool]:
    """Open a report (``more`` as ``open_matter`` takes it); one of the ``same`` thing rests in that matter at once. Where that cannot be (it came
    to its end meanwhile, or is not theirs to see), it is reported as usual, for nothing told may be lost. Returns the matter, and whether it rests."""
    if same:
        try:
            return UUID(join_report(who, op_id, report, UUID(same), **more)["matter"]), True
        except ValueError:
            pass
        except Problem as problem:
            if problem.code not in ("matter.merge", "matter.unknown"):
                raise
            op_id = uuid5(op_id, "as usual")
    return UUID(open_matter(who, op_id, report, **more)["matter"]), False


def _told(one: ToldBefore) -> str:
    state = workflow_of(one.step.matter).state(one.step.state).label
    by = "您自己报的，" if one.own else ""
    return f"{by}{place_name(one.step.unit_id)}，{_day(one)}上报，{state}"


def _day(one: ToldBefore) -> str:
    day, today = one.step.starts_on, now().astimezone(LOCAL).date()
    return {today: "今天", today - timedelta(days=1): "昨天"}.get(day, f"{day.month}月{day.day}日")
