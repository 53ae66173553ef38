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

    ``returned``, ``suspended`` and ``reopened`` count how often it was sent back, 挂账 and opened again; ``ending`` is the
    code of what came of it (结案类型), empty while it is under way.
    """

    state: str
    since: datetime
    hands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marks: Mapping[str, datetime] = field(default_factory=dict)
    returned: int = 0
    suspended: int = 0
    reopened: int = 0
    ending: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an action made of a matter, for the shell to write down.

    ``starts`` are the limits that begin to run at ``standing.since``, ``stops`` the ids of those that end then,
    ``pauses`` and ``resumes`` of those that stand still and run on.
    """

    standing: Standing
    action: str
    ended: bool
    starts: tuple[Limit, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...]
    resumes: tuple[str, ...]
    reopened: bool


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
    after = _stepped(workflow, before, taken, move, doer, now, str(given.get("ending") or ""))
    return Outcome(after, taken.id, workflow.state(move.target).end, *_limits(workflow, before.state, move.target), taken.reopens)


_Limits = tuple[tuple[Limit, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _limits(workflow: Workflow, source: str, target: str) -> _Limits:
    """What a move makes of the limits: those that start, and the ids of those that stop, pause and run on."""
    entered = tuple(limit for limit in workflow.limits if target in limit.during and source not in limit.during)
    left = tuple(limit.id for limit in workflow.limits if source in limit.during and target not in limit.during)
    if workflow.state(target).pauses:
        return (), (), left, ()
    if source and workflow.state(source).pauses:
        return (), (), (), tuple(limit.id for limit in entered)
    return entered, left, (), ()


_NEEDED = {"reason": "理由", "unit": "单位", "result": "处理结果", "photo": "照片", "paper": "文书"}


def _stepped(
    workflow: Workflow, before: Standing, action: Action, move: Move, doer: Doer, now: datetime, ending: str
) -> Standing:
    hands = {**before.hands, action.id: before.hands.get(action.id, frozenset()) | {doer.principal}}
    marks = {mark: at for mark, at in before.marks.items() if mark not in action.clears}
    if action.marks:
        marks[action.marks] = now
    target = workflow.state(move.target)
    return Standing(
        target.id, now, hands, marks, before.returned + action.returns, before.suspended + target.pauses,
        before.reopened + action.reopens, ending if target.end else "",
    )  # fmt: skip


def _choose(workflow: Workflow, standing: Standing | None, action: str, doer: Doer) -> tuple[Action, Move]:
    moves = workflow.moves_from(standing.state if standing else None)
    for known, move in moves:
        if known.id == action:
            if _may(move, standing, doer):
                return known, move
            raise Refused("matter.not_yours", _why_not(workflow, known, move, standing, doer), _instead(workflow, standing, doer))
    where = f"“{workflow.state(standing.state).label}”的事项" if standing else "还没有登记的事项"
    label = next((known.label for known in workflow.actions if known.id == action), action)
    raise Problem("matter.not_now", f"{where}不能“{label}”", _instead(workflow, standing, doer))


def _may(move: Move, standing: Standing | None, doer: Doer) -> bool:
    if not move.posts & doer.posts or _took(move.not_by, standing, doer):
        return False
    return not move.only_by or _took(move.only_by, standing, doer)


def _took(actions: frozenset[str], standing: Standing | None, doer: Doer) -> bool:
    return standing is not None and any(doer.principal in standing.hands.get(done, ()) for done in actions)


def _why_not(workflow: Workflow, action: Action, move: Move, standing: Standing | None, doer: Doer) -> str:
    if not move.posts & doer.posts:
        return f"您的岗位不能“{action.label}”"
    if move.only_by and not _took(move.only_by, standing, doer):
        words = "、".join(known.label for known in workflow.actions if known.id in move.only_by)
        return f"只有当初“{words}”的人才能“{action.label}”"
    return f"经手办理的人不能自己“{action.label}”"


def _instead(workflow: Workflow, standing: Standing | None, doer: Doer) -> str:
    able = allowed(workflow, standing, doer)
    if able:
        return "您现在可以：" + "、".join(action.label for action in able) + "。"
    return "这一步要由别的岗位或另一个人来办。"
