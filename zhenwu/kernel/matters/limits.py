"""Which limits of a workflow ran over a matter's steps, from when, with what pauses and extensions, and when each was over. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    ``merged``: another matter goes on for it. ``withdraws``: it undid the step before it."""

    state: str
    at: datetime
    reason: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    granted: tuple[str, int] | None = None
    merged: bool = False
    withdraws: bool = False


@dataclass(frozen=True)
class Run:
    """A limit from ``since``; ``over`` is when what it waits for was done, None while it still runs. A limit that is entered
    again (sent back, opened again) runs anew. ``columns`` as they were when it began (``until``, and the kind of a matter: as they are); ``extra``: the units by
    which it was extended, ``extended`` how often."""

    limit: Limit
    since: datetime
    pauses: tuple[Pause, ...] = ()
    over: datetime | None = None
    columns: Mapping[str, Any] = field(default_factory=dict, compare=False)
    extra: int = 0
    extended: int = 0

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
    found: list[Run] = []
    for step in _that_stand(steps):
        running, over = follow(workflow, running, step)
        found += over
    return sorted((*found, *running), key=lambda one: one.since)


def follow(workflow: Workflow, running: Sequence[Run], step: Stood) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """(the runs that go on after a step, those that it ended)."""
    by_limit, kept, over = {run.limit.id: run for run in running}, [], []
    for limit in workflow.limits:
        before = by_limit.get(limit.counts_from)
        run, done = _after(workflow, limit, by_limit.get(limit.id), step, before.since if before else step.at)
        kept += [run] if run else []
        over += [done] if done else []
    return tuple(kept), tuple(over)


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
    at = workflow.state(step.state)
    rests = (step.merged and not at.end) or at.pauses
    inside = step.state in limit.during and not step.merged
    if run is not None and inside and (limit.until or limit.by == KIND):  # whoever set the day may set another, and correct the kind
        run = replace(run, columns=step.columns)
    if run is None:
        begins = inside and (limit.when is None or limit.when.holds(step.columns))
        return (Run(limit, since, columns=step.columns) if begins else None), None
    if run.is_paused and not rests:
        run = replace(run, pauses=(*run.pauses[:-1], replace(run.pauses[-1], until=step.at)))
    if inside:
        if step.granted and step.granted[0] == limit.id:
            run = replace(run, extra=run.extra + step.granted[1], extended=run.extended + 1)
        return run, None
    if rests:
        reason = step.reason or ("并入主件" if step.merged else "挂账")
        return (run if run.is_paused else replace(run, pauses=(*run.pauses, Pause(step.at, None, reason)))), None
    return None, changed(run, over=step.at)
