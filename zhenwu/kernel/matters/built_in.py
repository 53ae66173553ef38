"""The actions that every matter knows, whatever its workflow: 撤回、退到指定环节、延期、协办反馈、评价、归档. Pure; no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from zhenwu.kernel.matters.columns import RATINGS, UNREACHED
from zhenwu.kernel.matters.engine import handed, outcome_of
from zhenwu.kernel.matters.given import is_blank
from zhenwu.kernel.matters.hindrances import allowed, took
from zhenwu.kernel.matters.standing import Around, Doer, Outcome, Request, Standing
from zhenwu.kernel.matters.workflow import Action, Limit, Workflow
from zhenwu.kernel.matters.workflow_tables import GIVEN
from zhenwu.lib.problems import Problem, Refused

# Those that move several matters at once are verbs of their own (``joining``); their steps are named here too.
BUILT_IN: Mapping[str, Action] = {
    action.id: action
    for action in (
        Action("withdraw", "撤回", (), needs=("reason",)),
        Action("jump", "退到指定环节", (), needs=("to", "reason")),
        Action("ask_extension", "申请延期", (), needs=("limit", "units", "reason")),
        Action("grant_extension", "同意延期", ()),
        Action("refuse_extension", "不同意延期", (), needs=("reason",)),
        Action("answer_part", "协办反馈", (), needs=("result",)),
        Action("decline_part", "协办退回", (), needs=("reason",)),
        Action("rate", "评价", (), needs=("rating",)),
        Action("archive", "归档", ()),
        Action("gather", "合并同类", (), needs=("reason",)),
        Action("merge", "并入主件", (), needs=("reason",)),
        Action("part_merged", "从主件分出", (), needs=("reason",)),
        Action("answer_merged", "随主件答复", ()),
        Action("reopen_merged", "随主件重开", (), reopens=True),
        Action("split", "拆分", (), needs=("reason",)),
    )
}
SHARED = ("gather", "merge", "part_merged", "answer_merged", "reopen_merged", "split")
GIVEN_HERE = {**GIVEN, "to": "退到哪个环节", "limit": "哪个时限", "units": "延多久", "rating": "评价"}
_Taken = Callable[[Workflow, Standing, Doer, datetime, Mapping[str, Any], Around], Standing]


def offered(workflow: Workflow, standing: Standing, doer: Doer) -> list[Action]:
    """Which of them this doer may take now; ``withdraw`` is offered to whoever took the last step (the shell knows who)."""
    ended, found = workflow.state(standing.state).end, []
    opening = {action.id for action, _ in workflow.moves_from(None)}
    if not ended and doer.posts & workflow.jump_by and standing.hands.keys() - opening:
        found.append("jump")
    if not ended and standing.request is None and _extensible(workflow, standing) and _works(workflow, standing, doer):
        found.append("ask_extension")
    if standing.request is not None and _decides(workflow, standing.request, doer):
        found += ["grant_extension", "refuse_extension"]
    if set(standing.owing) & doer.assists:
        found += ["answer_part", "decline_part"]
    if ended and _may_rate(workflow, standing, doer):
        found.append("rate")
    if ended and "archived" not in standing.marks and doer.posts & workflow.follow_up_by:
        found.append("archive")
    return [BUILT_IN[name] for name in found]


def bound_by(standing: Standing) -> list[str]:
    """The labels of the limits that the law lets run, whatever else is done with the same thing: they keep a matter from being merged."""
    return [run.limit.called for run in standing.runs if run.limit.is_bound]


def take(
    workflow: Workflow, standing: Standing, action: str, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around
) -> Outcome:
    """``engine.advance`` for an action of ``BUILT_IN``; raises the same problems."""
    known = BUILT_IN[action]
    blank = [name for name in known.needs if is_blank(given.get(name))]
    if blank:
        raise Problem("matter.missing", f"“{known.label}”还缺：{'、'.join(GIVEN_HERE[name] for name in blank)}", "填上后再提交。").about(*blank)
    if now < standing.since:
        raise Problem("matter.time", "这一步的时间早于上一步", "请核对办理时间。")
    after = _TAKEN[action](workflow, standing, doer, now, given, around)
    after = replace(after, since=now, hands=handed(after, action, doer))
    if action == "withdraw":  # the limits run on as if the step had not been taken
        return Outcome(after, action, ended=False, coded=around.coded)
    return outcome_of(workflow, standing, after, known, given, around)


def _withdraw(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    if around.before is None or around.before[1] != doer.principal:
        raise Refused("matter.not_yours", "只有办了最后一步、后面还没有人接着办的人才能撤回", "请接办的人退回，或请受理人退到指定环节。")
    if around.before[0] in BUILT_IN or workflow.state(standing.state).end:
        raise Problem("matter.not_now", "最后这一步不能撤回", "已经结束的请重开；撤回、延期、评价这些步骤不能再撤回。")
    return around.before[2]


def _jump(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    """Back to how it stood at an earlier step; what was counted since stays counted, and this counts as a 退回."""
    _require(workflow, doer, workflow.jump_by, "jump")
    then = around.passed.get(str(given["to"]))
    if then is None or workflow.state(then.state).end or then.state == standing.state or workflow.state(standing.state).end:
        able = "、".join(workflow.state(name).label for name in around.passed if name != standing.state and not workflow.state(name).end)
        raise Problem("matter.not_now", "不能退到这个环节", f"只能退到办过的环节：{able or '（没有）'}。")
    return replace(standing, state=then.state, level=then.level or standing.level, marks=then.marks, returned=standing.returned + 1, request=None, minutes=then.minutes)


def _ask(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    limit = next((one for one in _extensible(workflow, standing) if one.id == given["limit"]), None)
    if limit is None or limit.extend is None:
        able = "、".join(f"{one.called}（{one.id}）" for one in _extensible(workflow, standing))
        raise Problem("matter.no_extension", "这个时限现在不能延期", f"可以延的：{able or '（没有）'}。")
    if not _works(workflow, standing, doer):
        raise Refused("matter.not_yours", "延期由承办的人申请", "请承办单位申请。")
    if standing.request is not None:
        raise Problem("matter.asked", "已经申请过延期，还没有答复", "请等批准的人答复。")
    if limit.id in around.late:
        raise Problem("matter.too_late", "已经过了期限，不能再申请延期", "期限以前申请的才能延；请尽快办理，并写明超期的原因。")
    units = given["units"]
    left = limit.extend.most - sum(run.extra for run in standing.runs if run.limit.id == limit.id)
    if not isinstance(units, int | str) or not str(units).isdecimal() or not 0 < int(units) <= left:
        raise Problem("matter.units", f"延期写得不对：还能延 {left}", "写一个整数。")
    return replace(standing, request=Request(limit.id, int(units), doer.principal))


def _grant(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    _decide(workflow, standing, doer, "grant_extension")
    return replace(standing, request=None, extended=standing.extended + 1)


def _refuse(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    _decide(workflow, standing, doer, "refuse_extension")
    return replace(standing, request=None)


def _decide(workflow: Workflow, standing: Standing, doer: Doer, action: str) -> None:
    if standing.request is None:
        raise Problem("matter.not_now", "没有等答复的延期申请", "刷新这一页，看现在到了哪一步。")
    if standing.request.principal == doer.principal:
        raise Refused("matter.not_yours", "申请延期的人不能自己批准", "请另一位有权批准的人答复。")
    if not _decides(workflow, standing.request, doer):
        raise Refused("matter.not_yours", f"您的岗位不能“{BUILT_IN[action].label}”", "请分管领导答复。")


def _part(declined: bool) -> _Taken:
    def taken(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
        mine = [unit for unit in standing.owing if unit in doer.assists and given.get("unit") in (None, "", unit)]
        if not mine:
            raise Refused("matter.not_yours", "您不在等反馈的协办单位", "请协办单位的人反馈。")
        done = {unit: replace(standing.parts[unit], answered=now, declined=declined) for unit in mine}
        return replace(standing, parts={**standing.parts, **done})

    return taken


def _rate(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    if not workflow.state(standing.state).end:
        raise Problem("matter.not_now", "办完以后才能评价", "等结案以后再评价。")
    if not _may_rate(workflow, standing, doer):
        raise Refused("matter.not_yours", "由上报的人评价，或者由没有经办的窗口回访", "请他们评价。")
    if given["rating"] not in RATINGS:
        raise Problem("matter.rating", "没有这一档评价", "可用：" + "、".join(f"{label}（{code}）" for code, label in RATINGS.items()) + "。")
    reached = standing.first_rating or (given["rating"] if given["rating"] != UNREACHED else "")
    return replace(standing, rating=given["rating"], first_rating=reached)


def _archive(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    _require(workflow, doer, workflow.follow_up_by, "archive")
    if not workflow.state(standing.state).end or "archived" in standing.marks:
        raise Problem("matter.not_now", "还没有办完，或者已经归档", "办完的事项归档一次。")
    return replace(standing, marks={**standing.marks, "archived": now})


def _gather(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    """Those who reported what is merged into this matter count as its reporters: they too may rate it and open it again; who was kept out of
    one of them is kept out of it."""
    _require(workflow, doer, workflow.jump_by, "gather")
    opening = {action.id for action, _ in workflow.moves_from(None)}
    hands = {action: people | around.reporters if action in opening else people for action, people in standing.hands.items()}
    return replace(standing, hands=hands, barred=standing.barred | around.barred)


def _merge(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    """Another matter goes on for it: its own steps and limits rest where they are."""
    if standing.merged or workflow.state(standing.state).end:
        raise Problem("matter.not_now", "已经并入别的事项，或者已经结束", "没有结束的事项才能并入。")
    _require(workflow, doer, workflow.jump_by, "merge")
    if bound := bound_by(standing):
        raise Problem("matter.merge", f"“{'、'.join(bound)}”还在走，是对当事人负的期限，并进别的事项就停了", "各办各的，各自答复；本流程里有转办、并案那一步的，用那一步。")
    return replace(standing, merged=True)


def _part_merged(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    _require(workflow, doer, workflow.jump_by, "part_merged")
    return replace(standing, merged=False)


def _answer_merged(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    """The leading matter came to its end: so does this one."""
    return replace(standing, state=str(given["to"]), marks={**standing.marks, "closed": now}, ending="merged")


def _reopen_merged(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    """The leading matter was opened again: so is this one, and rests as before."""
    assert around.before is not None
    return replace(around.before[2], reopened=standing.reopened + 1, rating="", first_rating=standing.first_rating, hands=standing.hands)


def _split(workflow: Workflow, standing: Standing, doer: Doer, now: datetime, given: Mapping[str, Any], around: Around) -> Standing:
    _require(workflow, doer, workflow.jump_by, "split")
    if standing.merged or workflow.state(standing.state).end:
        raise Problem("matter.not_now", "已经并入别的事项，或者已经结束", "没有结束的事项才能拆分。")
    return standing


_TAKEN: Mapping[str, _Taken] = {
    "withdraw": _withdraw, "jump": _jump, "ask_extension": _ask, "grant_extension": _grant, "refuse_extension": _refuse,
    "answer_part": _part(declined=False), "decline_part": _part(declined=True), "rate": _rate, "archive": _archive,
    "gather": _gather, "merge": _merge, "reopen_merged": _reopen_merged, "part_merged": _part_merged, "answer_merged": _answer_merged, "split": _split,
}  # fmt: skip


def _require(workflow: Workflow, doer: Doer, posts: frozenset[str], action: str) -> None:
    if not doer.posts & posts:
        raise Refused("matter.not_yours", f"您的岗位不能“{BUILT_IN[action].label}”", "请受理人或者站所负责人办。")


def _extensible(workflow: Workflow, standing: Standing) -> Sequence[Limit]:
    """The limits that run now and may still be extended; each has an allowance of its own."""
    return [run.limit for run in standing.runs if run.limit.extend and not run.is_paused and run.extended < run.limit.extend.times]


def _works(workflow: Workflow, standing: Standing, doer: Doer) -> bool:
    """Whether the matter is this doer's to take on."""
    return any(not (action.returns or action.reopens) for action in allowed(workflow, standing, doer))


def _decides(workflow: Workflow, request: Request, doer: Doer) -> bool:
    limit = next((one for one in workflow.limits if one.id == request.limit), None)
    return limit is not None and limit.extend is not None and bool(doer.posts & limit.extend.by) and doer.principal != request.principal


def _may_rate(workflow: Workflow, standing: Standing, doer: Doer) -> bool:
    opening = frozenset(action.id for action, _ in workflow.moves_from(None))
    handlers = frozenset(action.id for action in workflow.actions if action.marks == "completed")
    if took(handlers, standing, doer) or "archived" in standing.marks:
        return False
    return took(opening, standing, doer) or bool(doer.posts & workflow.follow_up_by)
