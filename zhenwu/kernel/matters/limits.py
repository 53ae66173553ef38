"""Which limits of a workflow ran over a matter's steps, from when, with what pauses, and when each was over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from zhenwu.kernel.matters.workflow import Limit, Workflow
from zhenwu.lib.clocks import Pause


@dataclass(frozen=True)
class Stood:
    """Where a step left the matter, when, and the reason given with it."""

    state: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Run:
    """A limit from ``since``; ``over`` is when what it waits for was done, None while it still runs. A limit that is entered
    again (sent back, opened again) runs anew."""

    limit: Limit
    since: datetime
    pauses: tuple[Pause, ...] = ()
    over: datetime | None = None

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None


def runs(workflow: Workflow, steps: Sequence[Stood]) -> list[Run]:
    """Every run of every limit over the steps (oldest first), in the order in which they began."""
    found: list[Run] = []
    for limit in workflow.limits:
        run: Run | None = None
        for step in steps:
            run, done = _after(workflow, limit, run, step)
            found += [done] if done else []
        found += [run] if run else []
    return sorted(found, key=lambda one: one.since)


def _after(workflow: Workflow, limit: Limit, run: Run | None, step: Stood) -> tuple[Run | None, Run | None]:
    """(the run as a step leaves it, the run that the step ended)."""
    inside, pauses = step.state in limit.during, workflow.state(step.state).pauses
    if run is None:
        return (Run(limit, step.at) if inside else None), None
    if run.is_paused and not pauses:
        run = replace(run, pauses=(*run.pauses[:-1], replace(run.pauses[-1], until=step.at)))
    if inside:
        return run, None
    if pauses:
        standing = run if run.is_paused else replace(run, pauses=(*run.pauses, Pause(step.at, None, step.reason or "挂账")))
        return standing, None
    return None, replace(run, over=step.at)
