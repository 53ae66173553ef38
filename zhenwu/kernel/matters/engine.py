"""The engine: one pure function that says what an action makes of a matter. No database, no clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhenwu.kernel.matters.workflow import Action, Limit, Move, Workflow
from zhenwu.lib.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts: a principal and the kinds of post it holds where the matter lies."""

    principal: str
    posts: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """Where a matter stands. ``hands``: action → the principals who took it. ``marks``: mark → when.

    ``returned`` counts how often it was sent back.
    """

    state: str
    since: datetime
    hands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marks: Mapping[str, datetime] = field(default_factory=dict)
    returned: int = 0


@dataclass(frozen=True)
class Outcome:
    """What an action made of a matter, for the shell to write down.

    ``starts`` are the limits that begin to run at ``standing.since``, ``stops`` the ids of those that end then.
    """

    standing: Standing
    action: str
    ended: bool
    starts: tuple[Limit, ...]
    stops: tuple[str, ...]


def allowed(workflow: Workflow, standing: Standing | None, doer: Doer) -> list[Action]:
    """What this doer may do now (``None``: to open a matter)."""
    moves = workflow.moves_from(standing.state if standing else None)
    return [action for action, move in moves if _may(move, standing, doer)]


def advance(
    workflow: Workflow, standing: Standing | None, action: str, doer: Doer, now: datetime, given: Mapping[str, Any]
) -> Outcome:
    """Take an action; ``standing`` None opens a matter. ``now`` is aware, ``given`` what was filled in.

    Raises ``Refused('matter.not_yours')`` for a wrong post or hand, ``Problem('matter.not_now')`` for an action that
    this state does not know, ``Problem('matter.missing')`` for what was left blank, ``Problem('matter.time')`` for a
    moment before the last step.
    """
    taken, move = _choose(workflow, standing, action, doer)
    blank = [name for name in taken.needs if given.get(name) in (None, "") or not str(given[name]).strip()]
    if blank:
        words = "、".join(_NEEDED.get(name, name) for name in blank)
        raise Problem("matter.missing", f"“{taken.label}”还缺：{words}", "填上后再提交。")
    if standing is not None and now < standing.since:
        raise Problem("matter.time", "这一步的时间早于上一步", "请核对办理时间。")
    before = standing or Standing("", now)
    after = _stepped(before, taken, move, doer, now)
    starts = tuple(
        limit for limit in workflow.limits if move.target in limit.during and before.state not in limit.during
    )
    stops = tuple(
        limit.id for limit in workflow.limits if before.state in limit.during and move.target not in limit.during
    )
    return Outcome(after, taken.id, workflow.state(move.target).end, starts, stops)


_NEEDED = {"reason": "理由", "unit": "单位", "result": "处理结果", "photo": "照片", "paper": "文书"}


def _stepped(before: Standing, action: Action, move: Move, doer: Doer, now: datetime) -> Standing:
    hands = {**before.hands, action.id: before.hands.get(action.id, frozenset()) | {doer.principal}}
    marks = {mark: at for mark, at in before.marks.items() if mark not in action.clears}
    if action.marks:
        marks[action.marks] = now
    return Standing(move.target, now, hands, marks, before.returned + action.returns)


def _choose(workflow: Workflow, standing: Standing | None, action: str, doer: Doer) -> tuple[Action, Move]:
    moves = workflow.moves_from(standing.state if standing else None)
    for known, move in moves:
        if known.id == action:
            if _may(move, standing, doer):
                return known, move
            raise Refused("matter.not_yours", _why_not(known, move, doer), _instead(workflow, standing, doer))
    where = f"“{workflow.state(standing.state).label}”的事项" if standing else "还没有登记的事项"
    label = next((known.label for known in workflow.actions if known.id == action), action)
    raise Problem("matter.not_now", f"{where}不能“{label}”", _instead(workflow, standing, doer))


def _may(move: Move, standing: Standing | None, doer: Doer) -> bool:
    return bool(move.posts & doer.posts) and not _took(move, standing, doer)


def _took(move: Move, standing: Standing | None, doer: Doer) -> bool:
    return standing is not None and any(doer.principal in standing.hands.get(done, ()) for done in move.not_by)


def _why_not(action: Action, move: Move, doer: Doer) -> str:
    if not move.posts & doer.posts:
        return f"您的岗位不能“{action.label}”"
    return f"经手办理的人不能自己“{action.label}”"


def _instead(workflow: Workflow, standing: Standing | None, doer: Doer) -> str:
    able = allowed(workflow, standing, doer)
    if able:
        return "您现在可以：" + "、".join(action.label for action in able) + "。"
    return "这一步要由别的岗位或另一个人来办。"
