"""流程: how a kind of matter goes, as a picture and as a table: who may do what, what it asks for, how long it may take."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from zhenwu.kernel.matters.api import CLOCKS, GIVEN, Limit, Move, Workflow, pinned
from zhenwu.kernel.orgs.api import post_kinds
from zhenwu.web import doors
from zhenwu.web.flow_chart import flow_chart


@doors.page
def flow(request: HttpRequest, key: str) -> HttpResponse:
    """A workflow; ``here`` names the state to stand out."""
    doors.actor(request)
    workflow = pinned(key)[1]
    posts = {kind.id: kind.label for kind in post_kinds().values()}
    labels = GIVEN | ({one.id: one.label for one in workflow.form.fields} if workflow.form else {})
    steps = [
        {
            "label": action.label, "source": workflow.state(move.source).label if move.source else "开出", "target": workflow.state(move.target).label,
            "who": "、".join(posts.get(post, post) for post in sorted(move.posts)), "at_office": move.at_office,
            "needs": "、".join(labels.get(name, name) for name in action.needs), "rule": move.when.otherwise if move.when else "", "times": _times(workflow, move),
            "not_by": "、".join(_labels(workflow, move.not_by)), "only_by": "、".join(_labels(workflow, move.only_by)),
        }
        for action in workflow.actions for move in action.moves
    ]  # fmt: skip
    limits = [
        {"label": one.called, "note": "外面的人的期限，过了不算本单位超期" if one.binds else "", "how": _how(workflow, one), "source": one.source, "owner": "、".join(posts.get(post, post) for post in sorted(one.owner)),
         "during": "、".join(workflow.state(state.id).label for state in workflow.states if state.id in one.during)}
        for one in workflow.limits
    ]  # fmt: skip
    # Every word in the picture was escaped as it was drawn.
    return render(request, "web/flow.html", {"workflow": workflow, "picture": mark_safe(flow_chart(workflow, request.GET.get("here", ""))), "steps": steps, "limits": limits})


def _times(workflow: Workflow, move: Move) -> str:
    """What must not be over yet, and what must be, before a move."""
    names = {one.id: one.label for one in (workflow.form.fields if workflow.form else ())} | {one.id: one.called for one in workflow.limits}
    told = [f"“{names.get(move.in_time, move.in_time)}”以内才能办"] if move.in_time else []
    return "；".join([*told, *(f"“{names.get(name, name)}”过了才能办" for name in move.after_time)])


def _labels(workflow: Workflow, actions: frozenset[str]) -> list[str]:
    return [action.label for action in workflow.actions if action.id in actions]


def _how(workflow: Workflow, limit: Limit) -> str:
    """How long a limit is, in words."""
    own = f"{limit.value}个{CLOCKS[limit.clock]}" if limit.value is not None else ""
    if limit.ledger:
        told = "按标准台账，各条不同" + (f"；台账里没有的，{own}" if own else "")
    elif limit.until:
        day = next((one.label for one in workflow.form.fields if one.id == limit.until), "") if workflow.form else ""
        more = own or (f"按参数，算{CLOCKS[limit.clock]}" if limit.param else "")
        told = f"到“{day}”写明的那一天" + (f"以后，{more}" if more else "")
    else:
        told = own or f"按参数，算{CLOCKS[limit.clock]}"
    other = next((one.called for one in workflow.limits if one.id == limit.follows), "")
    told += f"，从“{other}”的最后一天起算" if other else ""
    return told + (f"，可延期，最多延 {limit.extend.most}" if limit.extend else "")
