"""The engine: one pure function that says what an action makes of a matter. No database, no clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zhenwu.kernel.matters.columns import LEVELS, row_of
from zhenwu.kernel.matters.given import read_given
from zhenwu.kernel.matters.hindrances import hindered, instead
from zhenwu.kernel.matters.limits import Stood, follow
from zhenwu.kernel.matters.standing import Around, Doer, Outcome, Part, Standing
from zhenwu.kernel.matters.workflow import Action, Move, Workflow
from zhenwu.lib.changing import changed
from zhenwu.lib.clocks import Pause
from zhenwu.lib.problems import Problem, together

GRANTED = "grant_extension"


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
    faults = [*faults, *around.on_record.unlinked]
    if standing is not None and now < standing.since:
        raise Problem("matter.time", "这一步的时间早于上一步", "请核对办理时间。")
    before = standing or Standing("", now, level=around.level, barred=around.barred, sealed=around.sealed)
    try:
        level = _level(workflow, before.level or around.level, taken, move, around.sent) if workflow.has_levels else before.level
        finer = {one.finer: None for one in workflow.limits if one.finer and around.recoded}  # a condition is one of its kind
        after = _stepped(workflow, changed(before, level=level), taken, move, doer, now, given, {**finer, **filled})
    except Problem as problem:
        raise together([*faults, problem]) from None
    overruled = hindered(workflow, standing, taken, move, doer, after, around, given, faults, overriding)
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
    raise Problem("matter.not_now", f"{where}不能“{label}”", instead(workflow, standing, doer))
