"""What stands in the way of an action: hands and posts, rules of the table, what must be over first; and who may pass which of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhenwu.kernel.matters.columns import day_of, row_of
from zhenwu.kernel.matters.given import is_blank
from zhenwu.kernel.matters.standing import Around, Doer, Standing
from zhenwu.kernel.matters.workflow import Action, Move, Workflow
from zhenwu.lib.expressions import columns_of, decided
from zhenwu.lib.problems import Problem, Refused, together


def allowed(workflow: Workflow, standing: Standing | None, doer: Doer) -> list[Action]:
    """What this doer may do now by the table (``None``: to open a matter); a guard may still want something given."""
    if standing is not None and standing.merged:
        return []
    moves = workflow.moves_from(standing.state if standing else None)
    return [action for action, move in moves if not not_yours(workflow, action, move, standing, doer)]


def hindered(
    workflow: Workflow, standing: Standing | None, taken: Action, move: Move, doer: Doer, after: Standing, around: Around,
    given: Mapping[str, Any], faults: Sequence[Problem], overriding: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Raise for what is wrong with what was given and for the rules that stand in the way, all at once; or name the rules that a person
    passes."""
    wrong_hand = not_yours(workflow, taken, move, standing, doer)
    told = [(rule, "") for rule in (*_rules(workflow, standing, taken, move, around), *_too_early(workflow, taken, move, after, around)) if rule]
    guarded = _guarded(taken, move, row_of(after, around.coded), given, faults) if move.when else []
    least = [*([(around.on_record.uncertified, "")] if around.on_record.uncertified else []), *(guarded if move.firm else [])]
    told += [] if move.firm else guarded
    if not (wrong_hand or told or least or faults):  # mostly: what else could be done is looked for only where it is said
        return ()
    remedy = instead(workflow, standing, doer, but=taken.id)
    if least and overriding:
        raise together([*faults, *(Problem("matter.firm", f"{rule}。这是法律的最低要求，写明理由也不能破例", remedy).about(*filter(None, [field])) for rule, field in least)])
    rules = [Problem("matter.guard", rule, remedy).about(*filter(None, [field])) for rule, field in (*told, *least)]
    if not overriding and wrong_hand:
        raise together([*faults, Refused("matter.not_yours", wrong_hand, instead(workflow, standing, doer))])
    if faults or rules and not overriding:
        raise together([*faults, *([] if overriding else rules)])
    require_override(workflow, doer, given)
    return (*([wrong_hand] if wrong_hand else []), *(rule.message for rule in rules))


def _guarded(taken: Action, move: Move, row: Mapping[str, Any], given: Mapping[str, Any], faults: Sequence[Problem]) -> list[tuple[str, str]]:
    """The rule of a move, if it does not hold, and the field by which it may come to hold ("" for none). While something could not be read
    it is told only if it fails whatever that will be."""
    unread, guard = frozenset(name for one in faults for name in one.fields), move.when
    if guard is None or (decided(guard.tree, row, unread) is not False if unread else guard.holds(row)):
        return []
    named = [name for name in (*taken.needs, *taken.takes) if name in columns_of(guard.tree) and name not in unread]
    field = next((name for name in named if is_blank(given.get(name))), *named[:1] or [""])
    return [(guard.otherwise or f"还不能“{taken.label}”", field)]


def require_override(workflow: Workflow, doer: Doer, given: Mapping[str, Any]) -> None:
    """Raises unless the doer may pass rules and says why."""
    if not doer.posts & workflow.override_by:
        raise Refused("matter.no_override", "您的岗位不能破例办理", "请分管领导写明理由后办理。")
    if is_blank(given.get("reason")):
        raise Problem("matter.missing", "破例办理要写明理由", "填上后再提交；会留痕，办理过程里看得到。").about("reason")


def _rules(workflow: Workflow, standing: Standing | None, taken: Action, move: Move, around: Around) -> Sequence[str]:
    """The rules that every matter knows and an action meets; "" for each that holds."""
    owing, ends = (len(standing.owing) if standing else 0), workflow.state(move.target).end
    children = around.children if ends else 0
    return (
        f"还有{owing}个协办单位没有反馈" if taken.joins and owing else "",
        f"拆分出去的事项还有{children}件没有办完" if children else "",
        "已经受理的事项不能作废" if taken.voids and standing and "accepted" in standing.marks else "",
        _too_late(workflow, taken, move, around),
        around.on_record.misplaced,
    )


def _too_late(workflow: Workflow, taken: Action, move: Move, around: Around) -> str:
    if move.in_time not in around.late:
        return ""
    label = next((one.called for one in workflow.limits if one.id == move.in_time), "")
    return f"“{label}”已经过了，不能再“{taken.label}”" if label else ""


def _too_early(workflow: Workflow, taken: Action, move: Move, after: Standing, around: Around) -> list[str]:
    """What must be over before a move and is not: limits, and days that were set, each with its last day."""
    if not move.after_time:
        return []
    limits, days = {one.id: one.called for one in workflow.limits}, {one.id: one.label for one in workflow.form.fields} if workflow.form else {}
    found = []
    for name in move.after_time:
        if name in limits:
            last = around.ahead.get(name)
            told = f"到 {last} 为止" if last else "停着没有走完" if last is not None else ""
        else:
            day = after.fields.get(name)
            told = "没有写是哪一天" if day is None else f"是 {day}" if day >= day_of(after.since) else ""
        found += [f"“{limits.get(name) or days.get(name, name)}”{told}，过了才能“{taken.label}”"] if told else []
    return found


def not_yours(workflow: Workflow, action: Action, move: Move, standing: Standing | None, doer: Doer) -> str:
    """Why this doer may not make a move; "" when they may."""
    held = doer.office if move.at_office and doer.office is not None else doer.posts
    if not move.posts & held:
        elsewhere = move.at_office and doer.office is not None and move.posts & doer.posts
        return f"这件事派给了别的单位，由那里的人“{action.label}”" if elsewhere else f"您的岗位不能“{action.label}”"
    if move.only_by and not took(move.only_by, standing, doer):
        words = "、".join(known.label for known in workflow.actions if known.id in move.only_by)
        return f"只有当初“{words}”的人才能“{action.label}”"
    return f"经手办理的人不能自己“{action.label}”" if took(move.not_by, standing, doer) else ""


def took(actions: frozenset[str], standing: Standing | None, doer: Doer) -> bool:
    """Whether the doer ever took one of these actions on the matter."""
    return standing is not None and any(doer.principal in standing.hands.get(done, ()) for done in actions)


def instead(workflow: Workflow, standing: Standing | None, doer: Doer, but: str = "") -> str:
    able = [action.label for action in allowed(workflow, standing, doer) if action.id != but]
    if able:
        return "您现在可以：" + "、".join(able) + "。"
    return "这一步要由别的岗位或另一个人来办。"
