"""The engine: one pure function that says what an action makes of a matter. No database, no clock of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from zhenwu.kernel.matters.columns import LEVELS, day_of, row_of
from zhenwu.kernel.matters.given import is_blank, read_given
from zhenwu.kernel.matters.limits import Run, Stood, follow
from zhenwu.kernel.matters.workflow import Action, Limit, Move, Workflow
from zhenwu.lib.changing import changed
from zhenwu.lib.clocks import Pause
from zhenwu.lib.expressions import columns_of, decided
from zhenwu.lib.problems import Problem, Refused, together

GRANTED = "grant_extension"


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts: a principal and the kinds of post it holds where the matter lies.

    ``office``: those it holds at the office that the matter was sent to (None: to none); ``assists``: the units of open 协办 at
    which it holds a post.
    """

    principal: str
    posts: frozenset[str]
    office: frozenset[str] | None = None
    assists: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """An assisting office's part (协办): since when it is asked for, and what it said; None while it owes an answer."""

    asked: datetime
    answered: datetime | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """An extension that was asked for and not yet decided."""

    limit: str
    units: int
    principal: str


@dataclass(frozen=True)
class Standing:
    """Where a matter stands. ``hands``: action → the principals who took it. ``marks``: mark → when.

    ``returned`` … ``escalated`` count how often it was sent back (退回), done again (返工), 挂账, opened again, given more time and
    提级; ``overdue`` how many limits were missed; ``minutes`` the office minutes from acceptance to 办结. ``ending`` is the code of what
    came of it (结案类型), empty while it is under way; ``fields`` what the workflow's own fields hold; ``parts`` the assisting offices
    by unit; ``merged``: another matter goes on for it; ``barred`` the persons kept out of it (ids), ``sealed`` the line that alone sees it; ``runs`` the limits that run (or stand still) now, ``done`` those that are over and go on if
    the work is to be done again (返工); ``rests`` the times in which it waited (挂账, or merged), the last perhaps still open.
    """

    state: str
    since: datetime
    hands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marks: Mapping[str, datetime] = field(default_factory=dict)
    returned: int = 0
    suspended: int = 0
    reopened: int = 0
    ending: str = ""
    reworked: int = 0
    extended: int = 0
    escalated: int = 0
    overdue: int = 0
    minutes: int | None = None
    level: str = ""
    rating: str = ""
    first_rating: str = ""  # what was said first: it stays when the matter is opened again
    merged: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    request: Request | None = None
    barred: frozenset[str] = frozenset()
    sealed: str = ""
    runs: tuple[Run, ...] = ()
    done: tuple[Run, ...] = ()
    rests: tuple[Pause, ...] = ()

    @property
    def owing(self) -> list[str]:
        """The units of assisting offices that have not answered."""
        return [unit for unit, part in self.parts.items() if part.answered is None]


@dataclass(frozen=True)
class Around:
    """What the engine must know of a matter beside where it stands.

    ``coded``: the columns that no step changes, and the kind as the action leaves it (``recoded``: it is another than before); ``level``: that to which it is reported, or the one at which it lies where its steps have not said;
    ``sent``: that of the unit to which the action sends it; ``children``: how many of its children have
    not ended; ``attached``: the kinds of file (photo, paper) that were attached since the last step; ``late``: the limits whose time is
    over now; ``ahead``: those whose time is not, and the last day of each ("" while it stands still); ``barred``, ``sealed``: who is kept out because of the matter that it comes from; ``before``: the action last taken, by whom, and where the matter stood before; ``passed``: state → how the matter last
    stood in it; ``reporters``: those of what is merged into it; ``uncertified``: why those who act do not hold the certificates that it takes; ``misplaced``: why the registers keep it from being taken; ``unlinked``: what is wrong with the records that it names. The last four before them are wanted by built-in actions alone.
    """

    coded: Mapping[str, Any] = field(default_factory=dict)
    level: str = ""
    sent: str = ""
    recoded: bool = False
    children: int = 0
    attached: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    ahead: Mapping[str, str] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    sealed: str = ""
    before: tuple[str, str, Standing] | None = None
    passed: Mapping[str, Standing] = field(default_factory=dict)
    reporters: frozenset[str] = frozenset()
    uncertified: str = ""
    misplaced: str = ""
    unlinked: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What an action made of a matter, for the shell to write down.

    ``starts`` are the limits that begin to run at ``standing.since``, ``stops`` the ids of those that end then (``over``: their
    runs), ``pauses`` and ``resumes`` of those that stand still and run on (also: again, after a 返工). ``overruled``: the rules that a person passed, in words; ``coded``:
    the columns that it says beside its standing.
    """

    standing: Standing
    action: str
    ended: bool
    starts: tuple[Limit, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    over: tuple[Run, ...] = ()
    reopened: bool = False
    overruled: tuple[str, ...] = ()
    coded: Mapping[str, Any] = field(default_factory=dict)


def allowed(workflow: Workflow, standing: Standing | None, doer: Doer) -> list[Action]:
    """What this doer may do now by the table (``None``: to open a matter); a guard may still want something given."""
    if standing is not None and standing.merged:
        return []
    moves = workflow.moves_from(standing.state if standing else None)
    return [action for action, move in moves if not _not_yours(workflow, action, move, standing, doer)]


def advance(
    workflow: Workflow, standing: Standing | None, action: str, doer: Doer, now: datetime, given: Mapping[str, Any],
    around: Around | None = None, *, overriding: bool = False,
) -> Outcome:  # fmt: skip
    """Take an action of the table; ``standing`` None opens a matter. ``now`` is aware, ``given`` what was filled in.

    ``overriding``: a holder of ``override_by`` passes the rules that stand in the way, with a reason. Raises
    ``Refused('matter.not_yours')`` for a wrong post or hand, ``Problem('matter.not_now')`` for an action that this state does not know,
    ``Problem('matter.guard')`` for a rule that does not hold (``Problem('matter.firm')`` for the law's least, which nobody passes), ``Problem('matter.missing')`` for what was left blank,
    ``Problem('matter.time')`` for a moment before the last step. What was left blank and the rules that do not hold are told together:
    the first with the others ``beside`` it.
    """
    around = around or Around()
    if standing is not None and standing.merged:
        raise Problem("matter.merged", "这件事已经并入主件，随主件办理", "到主件那一页办；并错了的请受理人分出来。")
    taken, move = _choose(workflow, standing, action, doer)
    filled, faults = read_given(workflow, taken, _with_files(given, around), now)
    faults = [*faults, *around.unlinked]
    if standing is not None and now < standing.since:
        raise Problem("matter.time", "这一步的时间早于上一步", "请核对办理时间。")
    before = standing or Standing("", now, level=around.level, barred=around.barred, sealed=around.sealed)
    try:
        level = _level(workflow, before.level or around.level, taken, move, around.sent) if workflow.has_levels else before.level
        finer = {one.finer: None for one in workflow.limits if one.finer and around.recoded}  # a condition is one of its kind
        after = _stepped(workflow, changed(before, level=level), taken, move, doer, now, given, {**finer, **filled})
    except Problem as problem:
        raise together([*faults, problem]) from None
    overruled = _judge(workflow, standing, taken, move, doer, after, around, given, faults, overriding)
    return outcome_of(workflow, standing, after, taken, given, around, overruled)


def outcome_of(
    workflow: Workflow, before: Standing | None, after: Standing, taken: Action, given: Mapping[str, Any], around: Around,
    overruled: tuple[str, ...] = (),
) -> Outcome:  # fmt: skip
    """What a step made of a matter, with the limits that it started, ended, let stand still and let run on."""
    running = before.runs if before else ()
    done = before.done if before and not taken.reopens else ()  # what is opened again has its whole time again
    granted = (before.request.limit, before.request.units) if before and before.request and taken.id == GRANTED else None
    step = Stood(after.state, after.since, str(given.get("reason") or ""), row_of(after, around.coded), granted, after.merged, again=workflow.resumed if taken.reworks else ())
    runs, over, left = follow(workflow, running, done, step)
    stood, stands = {run.limit.id: run.is_paused for run in running}, {run.limit.id: run.is_paused for run in runs}
    goes_on = {run.limit.id for run in runs for one in done if one.limit.id == run.limit.id and run.again > one.again}
    return Outcome(
        changed(after, runs=runs, done=left, rests=_rests(workflow, after)), taken.id, workflow.state(after.state).end,
        tuple(run.limit for run in runs if run.limit.id not in {*stood, *goes_on}), tuple(run.limit.id for run in over),
        tuple(name for name, paused in stands.items() if paused and not stood.get(name, True)),
        tuple(name for name, paused in stands.items() if not paused and stood.get(name, name in goes_on)), over, taken.reopens, overruled, around.coded,
    )  # fmt: skip


def _with_files(given: Mapping[str, Any], around: Around) -> dict[str, Any]:
    """What was given: a photo or paper is there when it was attached, whatever is said of it."""
    told = {name: value for name, value in given.items() if name not in ("photo", "paper")}
    return told | dict.fromkeys(around.attached, "attached")


def _rests(workflow: Workflow, after: Standing) -> tuple[Pause, ...]:
    """The times in which a matter waited, with the one that a step began or ended."""
    waits, open_now = after.merged or workflow.state(after.state).pauses, bool(after.rests) and after.rests[-1].until is None
    if waits == open_now:
        return after.rests
    if waits:
        return (*after.rests, Pause(after.since, None, ""))
    return (*after.rests[:-1], replace(after.rests[-1], until=after.since))


def _judge(
    workflow: Workflow, standing: Standing | None, taken: Action, move: Move, doer: Doer, after: Standing, around: Around,
    given: Mapping[str, Any], faults: Sequence[Problem], overriding: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Raise for what is wrong with what was given and for the rules that stand in the way, all at once; or name the rules that a person
    passes."""
    wrong_hand = _not_yours(workflow, taken, move, standing, doer)
    told = [(rule, "") for rule in (*_rules(workflow, standing, taken, move, around), *_too_early(workflow, taken, move, after, around)) if rule]
    guarded = _guarded(taken, move, row_of(after, around.coded), given, faults) if move.when else []
    least = [*([(around.uncertified, "")] if around.uncertified else []), *(guarded if move.firm else [])]
    told += [] if move.firm else guarded
    if not (wrong_hand or told or least or faults):  # mostly: what else could be done is looked for only where it is said
        return ()
    remedy = _instead(workflow, standing, doer, but=taken.id)
    if least and overriding:
        raise together([*faults, *(Problem("matter.firm", f"{rule}。这是法律的最低要求，写明理由也不能破例", remedy).about(*filter(None, [field])) for rule, field in least)])
    rules = [Problem("matter.guard", rule, remedy).about(*filter(None, [field])) for rule, field in (*told, *least)]
    if not overriding and wrong_hand:
        raise together([*faults, Refused("matter.not_yours", wrong_hand, _instead(workflow, standing, doer))])
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
        around.misplaced,
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


def _stepped(
    workflow: Workflow, before: Standing, action: Action, move: Move, doer: Doer, now: datetime, given: Mapping[str, Any], filled: Mapping[str, Any]
) -> Standing:
    marks = {mark: at for mark, at in before.marks.items() if mark not in action.clears}
    if action.marks:
        marks[action.marks] = now
    target = workflow.state(move.target)
    asked = {unit: Part(now) for unit in given.get("assist") or ()} if action.asks else {}
    return changed(
        before, state=target.id, since=now, hands=handed(before, action.id, doer), marks=marks, returned=before.returned + action.returns,
        reworked=before.reworked + action.reworks, suspended=before.suspended + target.pauses, reopened=before.reopened + action.reopens,
        ending=str(given.get("ending") or "") if target.end else "", fields=_with_firsts(workflow, {**before.fields, **filled, **_counted_on(before, action)}),
        parts={**before.parts, **asked}, escalated=before.escalated + action.escalates,
        rating="" if action.reopens else before.rating, minutes=None if "completed" in action.clears else before.minutes,
        request=before.request if move.source == move.target else None, sealed=action.seals or before.sealed,
        barred=_barred(action, given) or before.barred,
    )  # fmt: skip


def _counted_on(before: Standing, action: Action) -> dict[str, int]:
    """The fields that an action counts on, from nothing at first."""
    return {name: (before.fields.get(name) or 0) + step for name, step in action.adds.items()}


def _with_firsts(workflow: Workflow, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with the first words that are told by now."""
    fresh = {}
    for name, source in workflow.firsts:
        known = {code for one in workflow.form.fields if one.id == name for code, _ in one.choices} if workflow.form else ()
        if fields.get(name) is None and fields.get(source) in known:
            fresh[name] = fields[source]
    return {**fields, **fresh}


def handed(before: Standing, action: str, doer: Doer) -> dict[str, frozenset[str]]:
    """Who has had a hand in what, this action counted in."""
    return {**before.hands, action: before.hands.get(action, frozenset()) | {doer.principal}}


def _barred(action: Action, given: Mapping[str, Any]) -> frozenset[str]:
    """The persons whom an action that may name them names."""
    return frozenset(given.get("barred") or ()) if "barred" in (*action.needs, *action.takes) else frozenset()


def _level(workflow: Workflow, level: str, action: Action, move: Move, sent: str) -> str:
    """The level that deals with a matter after an action: one up or down, the one named, or that of the unit to which it is sent.

    Where an action of its own goes to the county, 提级 ends at the township: an office that cannot go on hands it to whoever may report it
    there. Raises at the top and at the bottom.
    """
    if not action.level:
        return sent or level
    levels, named = list(LEVELS), next((one.label for one in workflow.actions if one.level in LEVELS), "")
    place = levels.index(level) if level in LEVELS else levels.index("township")
    top = levels.index("township") if named else len(levels) - 1
    if action.level in LEVELS:
        moved = levels.index(action.level)
    elif action.level == "up":
        moved = place + 1 if place < top else place
    else:
        moved = place - 1
    if moved < 0 or (moved == place and move.source == move.target):
        remedy = f"再往上请“{named}”。" if named and place == top and action.level == "up" else "请改用别的办法。"
        raise Problem("matter.level", f"已经在{LEVELS[levels[place]]}一级，不能再“{action.label}”", remedy)
    return levels[moved]


def _choose(workflow: Workflow, standing: Standing | None, action: str, doer: Doer) -> tuple[Action, Move]:
    for known, move in workflow.moves_from(standing.state if standing else None):
        if known.id == action:
            return known, move
    where = f"“{workflow.state(standing.state).label}”的事项" if standing else "还没有登记的事项"
    label = next((known.label for known in workflow.actions if known.id == action), action[:40])
    raise Problem("matter.not_now", f"{where}不能“{label}”", _instead(workflow, standing, doer))


def _not_yours(workflow: Workflow, action: Action, move: Move, standing: Standing | None, doer: Doer) -> str:
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


def _instead(workflow: Workflow, standing: Standing | None, doer: Doer, but: str = "") -> str:
    able = [action.label for action in allowed(workflow, standing, doer) if action.id != but]
    if able:
        return "您现在可以：" + "、".join(able) + "。"
    return "这一步要由别的岗位或另一个人来办。"
