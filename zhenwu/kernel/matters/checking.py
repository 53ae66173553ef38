"""Whether a workflow makes sense, found without running it; and its picture. Pure; no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from zhenwu.kernel.matters.built_in import BUILT_IN
from zhenwu.kernel.matters.checking_limits import check_fields, check_limits, is_clocked
from zhenwu.kernel.matters.columns import KIND
from zhenwu.kernel.matters.lookup_table import check_lookup
from zhenwu.kernel.matters.workflow import Action, Move, Workflow
from zhenwu.kernel.matters.workflow_tables import GIVEN
from zhenwu.lib.problems import Place, Problem, Problems


def check_workflow(workflow: Workflow, posts: Collection[str], file: str = "") -> list[Problem]:
    """All problems of a workflow, given the kinds of post there are; an empty list means it can be used."""
    place = Place(file=file, key=workflow.id)
    found = [*_doubles(workflow), *_strangers(workflow, posts), *_given(workflow)]
    if not found:  # the walks below need every name to mean something
        found = [*_ways(workflow), *check_limits(workflow), *_endings(workflow), *_reopenings(workflow), *_returns(workflow), *_assisting(workflow), *_impossible(workflow), *check_lookup(workflow)]
    return [problem.at(place) for problem in found]


def warn_workflow(workflow: Workflow, file: str = "") -> list[Problem]:
    """What is to be looked at in a workflow that can be used: states in which somebody owes a step by no time, and which do not say why."""
    return [
        Problem("workflow.unclocked", f"“{one.label}”有人要办下一步，却没有时限", "写一个在这里计时的时限，或者在这个状态写上 unclocked = \"为什么不限时\"。", Place(file=file, key=one.id))
        for one in workflow.states if not (one.end or one.pauses or one.unclocked or is_clocked(workflow, one))
    ]  # fmt: skip


def mermaid(workflow: Workflow) -> str:
    """The workflow as a Mermaid state diagram, with Chinese labels."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_plain(state.label)}" as {state.id}' for state in workflow.states]
    for action in workflow.actions:
        for move in action.moves:
            lines.append(f"    {move.source or '[*]'} --> {move.target}: {_plain(action.label)}")
    lines += [f"    {state.id} --> [*]" for state in workflow.states if state.end]
    return "\n".join(lines) + "\n"


def _plain(label: str) -> str:
    """A label that cannot end its line, its quotes or its statement."""
    return "".join(" " if sign in '"\n\r:;#`<>{}[]%' else sign for sign in label).strip()


def _problem(code: str, message: str, remedy: str) -> Problem:
    return Problem(f"workflow.{code}", message, remedy)


def _doubles(workflow: Workflow) -> Iterable[Problem]:
    for kind, ids in (
        ("状态", [state.id for state in workflow.states]),
        ("动作", [action.id for action in workflow.actions]),
        ("时限", [limit.id for limit in workflow.limits]),
    ):
        for name in (name for name, times in Counter(ids).items() if times > 1):
            yield _problem("double", f"{kind}“{name}”写了两次", "每个编号只用一次。")
    for name in sorted({action.id for action in workflow.actions} & set(BUILT_IN)):
        yield _problem("built_in", f"动作“{name}”是每个流程都有的“{BUILT_IN[name].label}”", "不用写；要写别的动作请换一个编号。")
    for action in workflow.actions:
        for source in (s for s, times in Counter(move.source for move in action.moves).items() if times > 1):
            yield _problem(
                "double",
                f"动作“{action.label}”从“{source or '开始'}”出发有两条去路",
                "同一状态下一个动作只能有一个去向。",
            )


def _strangers(workflow: Workflow, posts: Collection[str]) -> Iterable[Problem]:
    """Names that mean nothing: states, posts, actions."""
    states, actions = {state.id for state in workflow.states}, {action.id for action in workflow.actions}
    for action in workflow.actions:
        what = f"动作“{action.label}”"
        if not action.moves:
            yield _problem("no_move", f"{what}没有去向", "写上 [[action.move]]。")
        for move in action.moves:
            yield from _unknown(what, "状态", {move.source or move.target, move.target}, states)
            yield from _unknown(what, "动作", move.not_by | move.only_by, actions)
            yield from _unknown(what, "岗位", move.posts, posts)
            yield from _unknown(what, "时限", {move.in_time} - {""}, {limit.id for limit in workflow.limits})
            yield from _unknown(what, "时限或者日期字段", move.after_time, {*(limit.id for limit in workflow.limits), *workflow.days})
            yield from _never_waits(workflow, what, move)
            if move.firm and move.when is None:
                yield _problem("firm", f"{what}写了 firm，却没有 when", "firm 说的是 when 那个条件不能破例；写上 when，或者删去 firm。")
            if not move.posts:
                yield _problem("nobody", f"{what}没有人能做", "在 posts 里写上岗位。")
    for limit in workflow.limits:
        yield from _unknown(f"时限“{limit.label}”", "状态", limit.during, states)
        yield from _unknown(f"时限“{limit.label}”", "岗位", limit.owner | (limit.extend.by if limit.extend else frozenset()), posts)
        for step in limit.escalate:
            yield from _unknown(f"时限“{limit.label}”的提级", "岗位", step.to, posts)
        yield from _unknown(f"时限“{limit.label}”", "字段", {limit.by, limit.until, limit.late, limit.early, limit.finer} - {"", KIND}, workflow.fields)
        yield from _unknown(f"时限“{limit.label}”", "时限", {limit.counts_from, limit.follows} - {""}, {one.id for one in workflow.limits} - {limit.id})
        yield from check_fields(workflow, limit)
    yield from _unknown(f"流程“{workflow.label}”", "岗位", workflow.jump_by | workflow.override_by | workflow.follow_up_by, posts)


def _never_waits(workflow: Workflow, what: str, move: Move) -> Iterable[Problem]:
    """A limit that must be over before a move runs in the state from which it leads, or it would hold nothing back."""
    for limit in workflow.limits:
        if limit.id in move.after_time and move.source not in limit.during:
            yield _problem("after_time", f"{what}要等时限“{limit.label}”过了，这个时限在“{move.source or '开始'}”却不计时", "在那个时限的 during 里写上这个状态，或者改 after_time。")


def _given(workflow: Workflow) -> Iterable[Problem]:
    """What an action asks for is something that can be given."""
    for action in workflow.actions:
        what = f"动作“{action.label}”"
        yield from _unknown(what, "要填的一项", {*action.needs, *action.takes}, {*GIVEN, *workflow.fields})
        yield from _unknown(what, "字段", {*action.sets, *action.adds}, workflow.fields)
        yield from _counted(workflow, action, what)
        for name in sorted({*action.needs, *action.takes, *action.sets} & dict(workflow.firsts).keys()):
            yield _problem("first_of", f"{what}要填“{name}”，它是自动记的（first_of）", "从 needs、takes、sets 里去掉它。")
        for name in sorted(set(action.sets) & workflow.fields):
            yield from _value(workflow, what, name, action.sets[name])


def _counted(workflow: Workflow, action: Action, what: str) -> Iterable[Problem]:
    """What an action counts on is a whole number that it neither asks for nor sets."""
    kinds = {one.id: one.type for one in workflow.form.fields} if workflow.form else {}
    for name, step in action.adds.items():
        if kinds.get(name, "integer") != "integer" or not isinstance(step, int) or isinstance(step, bool) or step < 1:
            yield _problem("adds", f"{what}的 adds 给“{name}”写得不对", "字段的 type 写 integer，加几写正整数，例如 adds = {told = 1}。")
        if name in {*action.needs, *action.takes, *action.sets}:
            yield _problem("adds", f"{what}又要填“{name}”，又自动加", "从 needs、takes、sets 里去掉它，或者删去 adds。")


def _value(workflow: Workflow, what: str, name: str, value: object) -> Iterable[Problem]:
    assert workflow.form is not None
    try:
        workflow.form.read({name: value}, partial=True)
    except Problems as problems:
        yield _problem("sets", f"{what}给“{name}”的值不对：{problems.found[0].message}", problems.found[0].remedy)


def _returns(workflow: Workflow) -> Iterable[Problem]:
    """What goes back goes back to work, never to a close; 作废 ends a matter."""
    ends = {state.id for state in workflow.states if state.end}
    for action in workflow.actions:
        if (action.returns or action.reworks) and any(move.target in ends for move in action.moves):
            yield _problem("returning", f"动作“{action.label}”是退回或返工，却到了终点", "退回到派遣或办理的状态；要结束请另写一个动作。")
        if action.voids and any(move.target not in ends for move in action.moves):
            yield _problem("voiding", f"动作“{action.label}”是作废，却没有到终点", "改 to，或去掉 voids。")


def _assisting(workflow: Workflow) -> Iterable[Problem]:
    """Who calls on assisting offices also waits for them."""
    if any(action.asks for action in workflow.actions) and not any(action.joins for action in workflow.actions):
        yield _problem("never_joined", "请了协办，却没有一个动作等协办反馈", "在办结那个动作上写 joins = true。")


def _unknown(what: str, kind: str, names: Collection[str], known: Collection[str]) -> Iterable[Problem]:
    for name in sorted(set(names) - set(known)):
        yield _problem("stranger", f"{what}写了不存在的{kind}“{name}”", f"改正编号，或先写上这个{kind}。")


def _ways(workflow: Workflow) -> Iterable[Problem]:
    """Every state can be reached, every state leads to an end, no end is left but by reopening."""
    onward: dict[str | None, set[str]] = {None: set(), **{state.id: set() for state in workflow.states}}
    left = {move.source for action in workflow.actions if not action.reopens for move in action.moves}
    back: dict[str, set[str]] = {state.id: set() for state in workflow.states}
    for action in workflow.actions:
        for move in action.moves:
            onward[move.source].add(move.target)
            back[move.target] |= {move.source} if move.source else set()
    if not onward[None]:
        yield _problem("no_opening", "没有一个动作能开启事项", "写一个没有 from 的去向。")
        return
    reached = _spread(onward[None], onward)
    ending = _spread({state.id for state in workflow.states if state.end}, back)
    for state in workflow.states:
        if state.id not in reached:
            yield _problem("unreachable", f"状态“{state.label}”永远到不了", "加一个到它的动作，或删去它。")
        if state.end and state.id in left:
            yield _problem("end_left", f"终点“{state.label}”之后还有动作", "去掉 end，删去那个动作，或写上 reopens = true（重开）。")
        if state.id not in ending:
            yield _problem("dead_end", f"状态“{state.label}”走不到任何终点", "加一个通向终点的动作。")


def _impossible(workflow: Workflow) -> Iterable[Problem]:
    """Moves that wait for whoever took what cannot have been taken yet. A condition that does not hold is no such thing: who may pass rules
    passes it with a reason (破例)."""
    before = _taken_before(workflow)
    for action in workflow.actions:
        for move in action.moves:
            if move.only_by and not move.only_by & before[move.source]:
                where = f"动作“{action.label}”从“{workflow.state(move.source).label if move.source else '开始'}”出发"
                yield _problem("never", f"{where}只许办过某一步的人办，可是到这里以前那一步不会有人办过", "改 only_by，或者改 from。")


def _taken_before(workflow: Workflow) -> dict[str | None, set[str]]:
    """state → the actions that may have been taken when a matter stands there; None: before it is opened."""
    found: dict[str | None, set[str]] = {None: set(), **{state.id: set() for state in workflow.states}}
    grown = True
    while grown:
        grown = False
        for action in workflow.actions:
            for move in action.moves:
                more = found[move.source] | {action.id}
                if not more <= found[move.target]:
                    found[move.target] |= more
                    grown = True
    return found


def _spread(start: Iterable[str], onward: dict[str | None, set[str]] | dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(onward[here])  # type: ignore[index]
    return seen


def _reopenings(workflow: Workflow) -> Iterable[Problem]:
    """A 重开 leaves an end and takes the end's dates away, or a matter at work would count as finished."""
    ends = {state.id for state in workflow.states if state.end}
    dated = {action.marks for action in workflow.actions} & {"closed", "struck_off"}
    for action in (action for action in workflow.actions if action.reopens):
        if any(move.source not in ends for move in action.moves):
            yield _problem("reopening", f"动作“{action.label}”是重开，却不从终点出发", "改 from，或去掉 reopens。")
        if any(move.target in ends for move in action.moves):
            yield _problem("reopening", f"动作“{action.label}”是重开，却又到了终点", "改 to，或去掉 reopens。")
        for mark in sorted(dated - set(action.clears)):
            yield _problem("reopening", f"动作“{action.label}”是重开，却留着“{mark}”的日期", f"在 clears 里写上 {mark}。")


def _endings(workflow: Workflow) -> Iterable[Problem]:
    """结案 and 销号 lie at an end; 办结, the handler's word, does not."""
    ends = {state.id for state in workflow.states if state.end}
    for action in workflow.actions:
        for move in action.moves:
            if action.marks in ("closed", "struck_off") and move.target not in ends:
                yield _problem("closing", f"动作“{action.label}”记作结案或销号，却没有到终点", "改 to，或去掉 marks。")
            if action.marks == "completed" and move.target in ends:
                yield _problem(
                    "completing", f"动作“{action.label}”是办结，不能直接到终点", "办结之后要由另一人核查、结案。"
                )
