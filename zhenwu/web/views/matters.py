"""事项: what is owed to somebody by a time; one matter with its steps, its limits, and what this person may do with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property

from zhenwu.kernel.ledgers.api import visible_history
from zhenwu.kernel.matters.api import (
    Action,
    RunningLimit,
    advance_matter,
    allowed_actions,
    by_due,
    catch_up_limits,
    current,
    deadlines,
    firsts,
    history,
    listed,
    signed_slips,
    waiting,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.web import doors
from zhenwu.web.records import author_name, authors_of, place_name
from zhenwu.web.words import moment

ROWS = 30
WORDS = {"reason": "理由", "result": "处理结果"}  # what a step may want in words; a step that wants a photo or a paper waits for its own form
PLACE = "unit"
WHICH = {"": "没有办完的", "late": "超期的", "mine": "轮到我办的", "over": "已经结束的"}
MOST = 1000  # rows that a list counts and shows
LONGEST = 2000


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
    """The matters within reach: what is not over by its deadline, the most urgent first; what is over, the last first."""
    who, labels = doors.actor(request), doors.lines(doors.actor(request), "list")
    line, which = request.GET.get("line", ""), request.GET.get("which", "")
    line, which = line if line in labels else "", which if which in WHICH else ""
    over = which == "over"
    page = Capped(_found(who, line, which), ROWS).get_page(request.GET.get("page"))
    rows = _listed(page, labels, {} if which != "mine" else firsts([step.matter_id for step in page]))
    address = urlencode({name: value for name, value in (("line", line), ("which", which)) if value})
    return render(request, "web/matters.html", {
        "page": page, "rows": rows, "labels": labels, "line": line, "over": over, "which": which, "choices": WHICH,
        "scope": labels.get(line, "") + WHICH[which], "address": address, "most": MOST,
    })  # fmt: skip


def _found(who: Actor, line: str, which: str) -> Any:
    if which == "mine":
        return waiting(who, line)
    return listed(who, line, over=True) if which == "over" else by_due(who, line, late=which == "late")


def _listed(page: Any, labels: dict[str, str], due: dict[UUID, RunningLimit]) -> list[dict[str, Any]]:
    """The rows of a page: of running limits, or of steps with the limits that go with them."""
    now, rows = tree(), []
    for one in page:
        limit, step = (one, one.step) if isinstance(one, RunningLimit) else (due.get(one.matter_id), one)
        rows.append({
            "id": one.matter_id, "title": one.matter.title, "line": labels.get(one.matter.line, one.matter.line), "place": place_name(step.unit_id, now),
            "reported": step.starts_on, "state": workflow_of(one.matter).state(step.state).label, "due": limit if limit and limit.limit else None,
            "ended": step.ends_on,
        })  # fmt: skip
    return rows


@doors.page
def matter(request: HttpRequest, identity: UUID) -> HttpResponse:
    """One matter."""
    who = doors.actor(request)
    stands = current(who, identity)
    found, workflow, steps = stands.matter, workflow_of(stands.matter), history(who, identity)
    names, labels = authors_of(step.principal for step in steps), {action.id: action.label for action in workflow.actions}
    told = [
        {
            "label": labels.get(step.action, step.action), "who": "系统自动" if step.principal == "system" else author_name(step.principal, names),
            "when": moment(step.at), "words": str(step.given.get("reason") or step.given.get("result") or ""),
            "to": place_name(UUID(str(step.given[PLACE]))) if step.given.get(PLACE) else "",
        }
        for step in steps
    ]  # fmt: skip
    actions = _offered(allowed_actions(who, stands))
    return render(request, "web/matter.html", {
        "matter": found, "record": found.record if found.record and _may_open(who, found.record) else None, "line": doors.line_labels().get(found.line, found.line), "place": place_name(stands.unit_id), "steps": told[::-1],
        "state": workflow.state(stands.state), "number": stands.number, "deadlines": deadlines(who, identity), "actions": actions, "op_id": uuid4(),
        "asked": "、".join(f"{action.label}要写{WORDS[need]}" for action in actions for need in action.needs if need in WORDS),
        "slips": signed_slips(identity), "places": _places() if any(PLACE in action.needs for action in actions) else (), "reported": stands.starts_on,
    })  # fmt: skip


@doors.page
@doors.by_post
def take_step(request: HttpRequest, identity: UUID) -> HttpResponse:
    """A step of a matter, by whose turn it is."""
    who, sent, op_id = doors.actor(request), request.POST, doors.operation(request)
    stands = current(who, identity)
    action = next((one for one in _offered(allowed_actions(who, stands)) if one.id == sent.get("action")), None)
    if action is None:
        raise Problem("matter.not_now", "这一步现在不能办，或者不归您办", "刷新这一页，看现在到了哪一步。")
    words, place = sent.get("words", "").strip()[:LONGEST], sent.get(PLACE, "")
    named = [name for name in action.needs if name in WORDS] or ["reason"]
    given = {name: words for name in named if words} | ({PLACE: place} if PLACE in action.needs and place else {})
    version = sent.get("base_version", "")
    advance_matter(who, op_id, identity, action.id, int(version) if version.isdecimal() and len(version) < 7 else 0, given)
    catch_up_limits()
    messages.success(request, f"{action.label}，已留痕。")
    return redirect("matter", identity)


def _may_open(who: Actor, record: UUID) -> bool:
    """Whether the record behind a matter is theirs to see."""
    try:
        return bool(visible_history(who, record))
    except NotFound:
        return False


def _offered(actions: list[Action]) -> list[Action]:
    """What can be done by words and a place alone; what goes back stands last."""
    return sorted((one for one in actions if {*WORDS, PLACE}.issuperset(one.needs)), key=lambda one: (one.returns, one.id == "void"))


def _places() -> list[tuple[str, list[tuple[UUID, str]]]]:
    """Where a matter may be sent: the offices, then villages and grids."""
    now: Any = tree()
    kinds = (("站所", "office"), ("村（社区）", "village"), ("网格", "grid"))
    return [(label, [(unit, now.name(unit)) for unit in now.of_kind(kind)]) for label, kind in kinds]
