"""我上报的: what became of what this person reported, what is new about it first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhenwu.kernel.matters.api import Answer, Step, answers, news, openable, read_answers, reported, titles, workflow_of
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.web import doors
from zhenwu.web.records import author_name, authors_of, place_name
from zhenwu.web.views.matter_list import MOST, ROWS, Capped
from zhenwu.web.words import moment

MOST_NEW = 50
SHOWN = 4  # answers of one report, the newest; the matter's page tells the rest


@doors.page
def my_reports(request: HttpRequest) -> HttpResponse:
    """The answers that are new, and all reports, what was reported last first."""
    who = doors.actor(request)
    fresh = news(who)
    page = Capped(reported(who), ROWS).get_page(request.GET.get("page"))
    steps = list(page)
    told = answers(who, steps)
    return render(request, "web/reported.html", {
        "fresh": _rows(who, [(step, [one for one in some if one.fresh]) for step, some in fresh[:MOST_NEW]]), "count": len(fresh), "page": page,
        "rows": _rows(who, [(step, told[step.matter_id][-SHOWN:]) for step in steps]), "most": MOST,
        "new": sorted({one.step for _, some in fresh[:MOST_NEW] for one in some if one.fresh}), "op_id": uuid4(),
    })  # fmt: skip


def told_of(who: Actor) -> str:
    """The line of 我的待办; "" when there is nothing new."""
    fresh = news(who)
    return f"{len(fresh)} 件有新的答复" if fresh else ""


@doors.page
@doors.by_post
def mark_answers(request: HttpRequest) -> HttpResponse:
    """Answers that were seen."""
    who, op_id = doors.actor(request), doors.operation(request)
    done = read_answers(who, op_id, doors.numbers(request, "step"))["read"]
    messages.success(request, f"{done} 条答复已标为看过。" if done else "没有要标的。")
    return redirect("reported")


def _rows(who: Actor, found: Sequence[tuple[Step, Sequence[Answer]]]) -> list[dict[str, Any]]:
    """Reports as the page tells them; a title leads to its page only for whoever may open that."""
    now, labels = tree(), doors.line_labels()
    leads = {step.matter.merged_into_id for step, _ in found if step.matter.merged_into_id}
    able, called = openable(who, {step.matter_id for step, _ in found} | leads), titles(leads)
    names = authors_of(one.by for _, some in found for one in some)
    return [
        {
            "id": step.matter_id, "title": step.matter.title, "opens": step.matter_id in able, "line": labels.get(step.matter.line, step.matter.line),
            "place": place_name(step.unit_id, now), "reported": step.starts_on, "state": _state(step),
            "office": place_name(step.assigned_id, now) if step.assigned_id else "", "told": list(_said(some, names)),
            "lead": _lead(step.matter.merged_into_id, able, called),
        }
        for step, some in found
    ]  # fmt: skip


def _state(step: Step) -> str:
    """Where it stands, in words; what rests in another one stands where that one does."""
    if step.columns.get("merged") and step.ends_on is None:
        return "随主件办理"
    return workflow_of(step.matter).state(step.state).label


def _lead(lead: UUID | None, able: Iterable[UUID], called: Any) -> dict[str, Any] | None:
    """The matter that goes on for it: by its title for whoever may open it, else without."""
    if lead is None:
        return None
    return {"id": lead, "title": called[lead][0]} if lead in able else {"id": None, "title": ""}


def _said(some: Sequence[Answer], names: dict[str, str]) -> Iterable[dict[str, Any]]:
    for one in reversed(some):
        by = "系统自动" if one.by == "system" else author_name(one.by, names)
        yield {"label": f"主件{one.label}" if one.lead else one.label, "who": by, "when": moment(one.at), "words": one.words, "fresh": one.fresh}
