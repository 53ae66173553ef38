"""Whether the limits of a workflow make sense. Pure; no database."""

from __future__ import annotations

from collections.abc import Iterable

from zhenwu.kernel.matters.workflow import Limit, State, Workflow
from zhenwu.lib.problems import Problem

LONGEST_WAIT = 1000  # units after the due time; an escalation later than that reaches nobody who remembers
LONGEST_PARTY = 20  # signs of who it is that a limit binds
SHORTEST_MONTH = 28  # days: what is told about a limit in months counts days


def is_clocked(workflow: Workflow, state: State) -> bool:
    """Whether an office owes something by a time in a state; what a party must or may do is no office's duty."""
    return any(state.id in one.during and one.is_ours for one in workflow.limits)


def check_fields(workflow: Workflow, limit: Limit) -> Iterable[Problem]:
    """The day and the mark of a limit are fields that can hold them."""
    types = {one.id: one.type for one in workflow.form.fields} if workflow.form else {}
    for key, name, kind, word in (("until", limit.until, "date", "日期"), ("late", limit.late, "flag", "是否"), ("early", limit.early, "flag", "是否")):
        if name in types and types[name] != kind:
            yield _problem("limit_field", f"时限“{limit.label}”的 {key} 写的字段“{name}”不是{word}", f"字段的 type 写 {kind}。")


def check_limits(workflow: Workflow) -> Iterable[Problem]:
    """What is wrong with the limits of a workflow whose names all mean something."""
    ends = {state.id for state in workflow.states if state.end}
    pausing = {state.id for state in workflow.states if state.pauses}
    for name in sorted(pausing & ends):
        yield _problem("paused_end", f"“{name}”是终点，不能又是挂账", "end 和 pauses 只写一个。")
    for state in workflow.states:
        if state.unclocked and (state.end or state.pauses or is_clocked(workflow, state)):
            yield _problem("unclocked", f"“{state.label}”写了不限时的理由（unclocked），可是那里有时限，或者本来就不计时", "删去 unclocked。")
    for limit in workflow.limits:
        for name in sorted(limit.during & pausing):
            yield _problem("limit_paused", f"时限“{limit.label}”在挂账的“{name}”还在计时", "从 during 里去掉它。")
        if not limit.owner:
            yield _problem("no_owner", f"时限“{limit.label}”没有人负责", "在 owner 里写上岗位。")
        if not limit.during:
            yield _problem("no_during", f"时限“{limit.label}”没有写在哪些状态计时", "写上 during。")
        if limit.anew and not workflow.is_entered_again(limit):
            yield _problem("anew", f"时限“{limit.label}”写了 anew，却没有一个返工（reworks）的动作回到它计时的状态", "删去 anew。")
        yield from _telling(limit)
        yield from _of_parties(workflow, limit)
        for name in sorted(limit.during & ends):
            yield _problem("limit_at_end", f"时限“{limit.label}”在终点“{name}”还在计时", "从 during 里去掉它。")


def _telling(limit: Limit) -> Iterable[Problem]:
    """Reminders come before the due time, escalations after it, each later than the one before."""
    longest = None if limit.value is None else limit.value * (SHORTEST_MONTH if limit.clock == "month" else 1)
    if limit.remind is not None and (limit.remind < 0 or (longest is not None and limit.remind > longest)):
        yield _problem("remind", f"时限“{limit.label}”的提醒（remind）写得不对", "写提前几个单位（按月的写几天）：0（不提醒）到时限本身的长短。")
    before = 0
    for step in limit.escalate:
        if not before < step.after <= LONGEST_WAIT:
            yield _problem("escalate", f"时限“{limit.label}”的提级（escalate）先后写得不对", "after 是超期几个单位以后，正整数，一级比一级晚。")
        if not step.to:
            yield _problem("escalate", f"时限“{limit.label}”提级了却没有写告诉谁", "在 to 里写上岗位。")
        before = step.after


def _of_parties(workflow: Workflow, limit: Limit) -> Iterable[Problem]:
    """A party's limit presses none of ours; what waits for the end of one runs only while that one runs, and has a length of its own."""
    if len(limit.binds) > LONGEST_PARTY or (limit.binds and not limit.binds.isprintable()):
        yield _problem("binds", f"时限“{limit.label}”的 binds 写得不对", f"写是谁的期限，例如“当事人”，不超过{LONGEST_PARTY}个字。")
    if limit.binds and limit.escalate:
        yield _problem("binds", f"时限“{limit.called}”是外面的人的期限，不能提级", "去掉 escalate；单位接着要办的，另写一个时限，用 follows 写上这一个。")
    other = next((one for one in workflow.limits if one.id == limit.follows), None)
    if other is None:
        return
    if other.is_ours:
        yield _problem("follows", f"时限“{limit.label}”接在“{other.label}”后面，那一个却不是外面的人的期限", "follows 只写带 binds 或者 right 的时限。")
    if not limit.during <= other.during:
        yield _problem("follows", f"时限“{limit.label}”接在“{other.called}”后面，却在它不计时的状态计时", "during 只写那一个也计时的状态。")
    if limit.until or limit.counts_from or limit.binds or limit.right:
        yield _problem("follows", f"时限“{limit.label}”写了 follows，不能又写 until、counts_from、binds、right", "它是本单位接着要办的：写 value 或 param，从那一个的最后一天起算。")


def _problem(code: str, message: str, remedy: str) -> Problem:
    return Problem(f"workflow.{code}", message, remedy)
