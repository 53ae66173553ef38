"""Which limits of a workflow ran over a matter's steps, from when, with what pauses and extensions, and when each was over. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from zhenwu.kernel.matters.columns import KIND
from zhenwu.kernel.matters.workflow import Limit, Workflow
from zhenwu.lib.changing import changed
from zhenwu.lib.clocks import Pause


@dataclass(frozen=True)
class Stood:
    """Where a step left the matter and when; the reason given with it; its columns. ``granted``: (limit, units) of an extension.
    ``merged``: another matter goes on for it. ``withdraws``: it undid the step before it. ``again``: the limits that go on with the time that they
    had, if they ran before (返工)."""

    state: str
    at: datetime
    reason: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    granted: tuple[str, int] | None = None
    merged: bool = False
    withdraws: bool = False
    again: Collection[str] = ()


@dataclass(frozen=True)
class Run:
    """A limit from ``since``; ``over`` is when what it waits for was done, None while it still runs. A limit that is entered
    again (sent back, opened again) runs anew; after a 返工 the same run goes on, ``again`` so many times. ``columns`` as they were when it began (``until``,
    and the kind of a matter: as they are); ``extra``: the units by which it was extended, ``extended`` how often; ``missed``: it was counted as missed (judged
    by the shell, so not part of what a run is); ``after``: the run of the limit that it follows."""

    limit: Limit
    since: datetime
    pauses: tuple[Pause, ...] = ()
    over: datetime | None = None
    columns: Mapping[str, Any] = field(default_factory=dict, compare=False)
    extra: int = 0
    extended: int = 0
    again: int = 0
    missed: bool = field(default=False, compare=False)
    after: Run | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The key of the record of standards by which it goes: that of the finer one, where the matter says it."""
        return str(self.columns.get(self.limit.finer) or self.columns.get(self.limit.by) or "")

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None


def runs(workflow: Workflow, steps: Sequence[Stood]) -> list[Run]:
    """Every run of every limit over the steps (oldest first), in the order in which they began."""
    running: tuple[Run, ...] = ()
    done: tuple[Run, ...] = ()
    found: list[Run] = []
    for step in _that_stand(steps):
        running, over, done = follow(workflow, running, done, step)
        found = [*(one for one in found if not any(_goes_on(one, run) for run in running)), *over]
    return sorted((*found, *running), key=lambda one: one.since)


def follow(workflow: Workflow, running: Sequence[Run], done: Sequence[Run], step: Stood) -> tuple[tuple[Run, ...], tuple[Run, ...], tuple[Run, ...]]:
    """(the runs that go on after a step, those that it ended, of those that are over the last of each limit that a 返工 lets go on).

    ``done``: the third of these, as the step before left it; none where the matter was opened again. While the matter waits these too stand still.
    """
    by_limit, ended, kept, over, left = {run.limit.id: run for run in running}, {run.limit.id: run for run in done}, [], [], []
    for limit in workflow.limits:
        before, last = by_limit.get(limit.counts_from), ended.get(limit.id)
        run = by_limit.get(limit.id) or _resumed(limit, last, step)
        run, stops = _after(workflow, limit, run, step, before.since if before else step.at)
        kept += [run] if run else []
        over += [stops] if stops else []
        if limit.id in workflow.resumed and not run and (last := stops or last):
            left.append(_rested(last, step, _rests(workflow, step)))
    return linked(workflow, kept, over), linked(workflow, over, kept), linked(workflow, left, (*over, *kept))


def linked(workflow: Workflow, found: Iterable[Run], beside: Iterable[Run] = ()) -> tuple[Run, ...]:
    """Runs, those that follow another with that one: it is among them, or ``beside``."""
    found = tuple(found)
    if not workflow.has_followers or not any(run.limit.follows for run in found):
        return found
    known = {run.limit.id: run for run in (*beside, *found)}
    return tuple(changed(run, after=known.get(run.limit.follows)) if run.limit.follows else run for run in found)


def _goes_on(over: Run, run: Run) -> bool:
    """Whether a run that runs is one that had been over."""
    return run.again > over.again and (run.limit.id, run.since) == (over.limit.id, over.since)


def _resumed(limit: Limit, last: Run | None, step: Stood) -> Run | None:
    """The run that a 返工 lets go on, as if it had never been over; None where it does not, and where another day was set for it."""
    if last is None or limit.id not in step.again or step.state not in limit.during or step.merged:
        return None
    if (limit.until and step.columns.get(limit.until) != last.columns.get(limit.until)) or not (limit.when is None or limit.when.holds(step.columns)):
        return None
    return replace(last, over=None, again=last.again + 1)


def _that_stand(steps: Sequence[Stood]) -> list[Stood]:
    """Without what was withdrawn: a step taken back gives nobody more time."""
    kept: list[Stood] = []
    for step in steps:
        if step.withdraws and kept:
            kept.pop()
        else:
            kept.append(step)
    return kept


def _after(workflow: Workflow, limit: Limit, run: Run | None, step: Stood, since: datetime) -> tuple[Run | None, Run | None]:
    """(the run as a step leaves it, the run that the step ended); one that begins counts from ``since``."""
    rests = _rests(workflow, step)
    inside = step.state in limit.during and not step.merged
    if run is not None and inside and (limit.until or limit.by == KIND):  # whoever set the day may set another, and correct the kind
        run = replace(run, columns=step.columns)
    if run is None:
        begins = inside and (limit.when is None or limit.when.holds(step.columns))
        return (Run(limit, since, columns=step.columns) if begins else None), None
    run = _rested(run, step, rests)
    if inside:
        if step.granted and step.granted[0] == limit.id:
            run = replace(run, extra=run.extra + step.granted[1], extended=run.extended + 1)
        return run, None
    return (run, None) if rests else (None, changed(run, over=step.at))


def _rests(workflow: Workflow, step: Stood) -> bool:
    """Whether a matter waits after a step, so that its limits stand still."""
    at = workflow.state(step.state)
    return (step.merged and not at.end) or at.pauses


def _rested(run: Run, step: Stood, rests: bool) -> Run:
    """A run that stands still, or runs on, from a step."""
    if rests == run.is_paused:
        return run
    if not rests:
        return replace(run, pauses=(*run.pauses[:-1], replace(run.pauses[-1], until=step.at)))
    return replace(run, pauses=(*run.pauses, Pause(step.at, None, step.reason or ("并入主件" if step.merged else "挂账"))))
