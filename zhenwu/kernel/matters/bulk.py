"""Many steps of many matters in one act: offices that enter their papers together, phones that were offline, imports.

Each step is judged by the same engine and the same rights as a single one. A step may say when it was taken (``at``): the
step keeps that moment, its event the moment of entry, so that both times are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from zhenwu.kernel.journal.api import Act, Writer, answered, insert, perform, stored_moment
from zhenwu.kernel.matters.access import doer, doer_over, reach_of
from zhenwu.kernel.matters.engine import Doer, Standing, advance
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.verbs import (
    Report,
    absent,
    assigned,
    check_given,
    check_place,
    check_report,
    make_step,
    pinned,
    standing_of,
    workflow_of,
)
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.orgs.api import Actor, Reach, tree
from zhenwu.lib.clock import now, today
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Conflict, Place, Problem, Problems

CHUNK = 200  # steps in one transaction: SQLite's lock is held well under 100 ms
MOST_FAULTS = 200
_MATTER = ("id", "workflow", "revision", "line", "title", "text", "record", "event")
_STEP = (
    "matter", "number", "action", "state", "principal", "unit", "assigned", "at", "starts_on", "ends_on", "columns", "hands", "marks",
    "given", "event", "retired_by",
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """One step. ``base_version`` is the step that its taker has seen, 0 for the opening, which brings a ``report``.

    ``matter`` is the caller's own id for a new matter; later steps of the same call count on from earlier ones.
    """

    matter: UUID
    action: str
    base_version: int = 0
    report: Report | None = None
    at: datetime | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


def take_steps(actor: Actor, op_id: UUID, steps: Sequence[Taken], *, workflow: str = "standard") -> dict[str, Any]:
    """Open and advance many matters, in the order given; one transaction and one event for every 200 steps.

    All steps are judged before the first is written. A call that was cut short goes on where it stopped. Returns
    ``{"steps": how many}``. Raises ``Problems`` that name the steps (row from 1), ``Conflict`` when somebody was quicker.
    """
    told = digest([_told(step) for step in steps])
    acts = {
        start: Act(actor.principal, uuid5(op_id, str(start)), "take_steps", {"workflow": workflow, "steps": told, "start": start})
        for start in range(0, len(steps), CHUNK)
    }
    waiting = [start for start, act in acts.items() if answered(act) is None]
    judged = _Judge(actor, workflow).judge(steps, waiting[0]) if waiting else []
    for start in waiting:
        chunk = judged[start - waiting[0] : start - waiting[0] + CHUNK]
        perform(acts[start], lambda writer, chunk=chunk: _write(writer, workflow, chunk))  # type: ignore[misc]
    return {"steps": len(steps)}


def _told(step: Taken) -> list[Any]:
    report = step.report
    said = [str(report.unit), *(getattr(report, name) for name in ("line", "title", "text", "category", "channel", "level")), str(report.record or "")] if report else []
    return [str(step.matter), step.action, step.base_version, str(step.at or ""), said, dict(step.given)]


@dataclass
class _Thread:
    """A matter as the call has brought it so far; ``seen`` is the version found in the store (0: it is new)."""

    matter: Matter
    workflow: Workflow
    standing: Standing | None
    seen: int
    last: Step | None = None


class _Judge:
    """Judges the steps of one actor, looking up every matter and every right once."""

    def __init__(self, actor: Actor, workflow: str) -> None:
        self.actor, self.workflow, self.pinned, self.moment = actor, workflow, pinned(workflow), now()
        self.tree = tree(today())
        self.threads: dict[UUID, _Thread] = {}
        self.doers: dict[tuple[str, UUID], Doer] = {}
        self.reaches: dict[str, Reach] = {}

    def judge(self, steps: Sequence[Taken], start: int) -> list[tuple[_Thread, Step]]:
        """The steps from ``start`` on as rows to write; raises ``Problems``."""
        self._look_up({step.matter for step in steps[start:]})
        rows, faults = [], []
        for number, step in enumerate(steps[start:], start + 1):
            try:
                rows.append(self._judge_one(step))
            except Problem as problem:
                faults.append(problem.at(Place(row=number)))
            if len(faults) == MOST_FAULTS:
                break
        if faults:
            raise Problems(faults)
        return rows

    def _look_up(self, matters: set[UUID]) -> None:
        for few in _several(sorted(matters)):
            for step in Step.objects.select_related("matter").filter(matter_id__in=few, retired_by=None):
                found = step.matter
                self.threads[found.id] = _Thread(found, workflow_of(found), standing_of(step), step.number, step)

    def _judge_one(self, taken: Taken) -> tuple[_Thread, Step]:
        given, moment = check_given(taken.given), taken.at or self.moment
        if moment > self.moment:
            raise Problem("matter.time", "办理时间晚于现在", "请核对办理时间。")
        thread = self._opened(taken) if taken.report else self._found(taken)
        before = thread.last
        unit = taken.report.unit if taken.report else before.unit_id if before else None
        assert unit is not None
        outcome = advance(thread.workflow, thread.standing, taken.action, self._doer(thread.matter.line, unit), moment, given)
        coded = {name: getattr(taken.report, name) if taken.report else before.columns[name] for name in ("category", "channel", "level")}  # type: ignore[union-attr]
        step = make_step(thread.matter.id, (before.number if before else 0) + 1, unit, outcome, self.actor, coded, given, before)
        step.assigned_id = assigned(given, self.tree.__contains__) or (before.assigned_id if before else None)
        thread.standing, thread.last = outcome.standing, step
        return thread, step

    def _opened(self, taken: Taken) -> _Thread:
        report = taken.report
        assert report is not None
        if taken.matter in self.threads or taken.base_version:
            raise Conflict("这件事已经登记过了", taken.base_version, self.threads[taken.matter].seen if taken.matter in self.threads else 0)
        check_report(report)
        check_place(report.unit, self.tree.__contains__)
        matter = Matter(
            id=taken.matter, workflow=self.workflow, revision_id=self.pinned[0], line=report.line, title=report.title.strip(), text=report.text,
            record=report.record,
        )
        self.threads[matter.id] = _Thread(matter, self.pinned[1], None, 0)
        return self.threads[matter.id]

    def _found(self, taken: Taken) -> _Thread:
        thread = self.threads.get(taken.matter)
        if thread is None or thread.last is None or not self._sees(thread.matter.line, thread.last.unit_id):
            raise absent()
        if thread.last.number != taken.base_version:
            raise Conflict("这件事刚才已有人办过一步", taken.base_version, thread.last.number)
        return thread

    def _doer(self, line: str, unit: UUID) -> Doer:
        if (line, unit) not in self.doers:
            above = (unit, *self.tree.ancestors(unit)) if unit in self.tree else ()
            self.doers[line, unit] = doer_over(self.actor, line, above) if above else doer(self.actor, line, unit)
        return self.doers[line, unit]

    def _sees(self, line: str, unit: UUID) -> bool:
        if line not in self.reaches:
            self.reaches[line] = reach_of(self.actor, "list", line)
        return self.reaches[line].covers(unit)


def _write(writer: Writer, workflow: str, rows: Sequence[tuple[_Thread, Step]]) -> dict[str, Any]:
    """Put a chunk in its place: only the last step of a matter stays live."""
    first = {step.matter_id: (thread, step.number) for thread, step in reversed(rows)}
    known = {matter: number - 1 for matter, (_, number) in first.items() if number > 1}
    _refuse_quicker(known)
    body = {"workflow": workflow, "steps": len(rows), "digest": digest([_row(step) for _, step in rows])}
    event = writer.event("matter.batched", f"matters:{workflow}", body)
    Step.objects.filter(matter_id__in=known, retired_by=None).update(retired_by=event)
    insert(Matter, _MATTER, [(*_matter_row(thread.matter), event.id) for thread, number in first.values() if number == 1])
    last = {step.matter_id: step.number for _, step in rows}
    insert(Step, _STEP, [(*_step_row(step), event.id, None if last[step.matter_id] == step.number else event.id) for _, step in rows])
    return {"steps": len(rows)}


def _refuse_quicker(known: Mapping[UUID, int]) -> None:
    """Raise ``Conflict`` if a matter has gone on since it was looked up."""
    found = Step.objects.select_for_update().filter(matter_id__in=known, retired_by=None).values_list("matter_id", "number")
    for matter, number in found:
        if known[matter] != number:
            raise Conflict("这些事里有一件刚才已有人办过一步", known[matter], number)


def _matter_row(matter: Matter) -> tuple[Any, ...]:
    return (matter.id.hex, matter.workflow, matter.revision_id, matter.line, matter.title, matter.text, matter.record and matter.record.hex)


def _step_row(step: Step) -> tuple[Any, ...]:
    """A step as the database spells it, but for its events."""
    told = (orjson.dumps(part).decode() for part in (step.columns, step.hands, step.marks, step.given))
    return (
        step.matter_id.hex, step.number, step.action, step.state, step.principal, step.unit_id.hex, step.assigned_id and step.assigned_id.hex,
        stored_moment(step.at), step.starts_on.isoformat(), step.ends_on and step.ends_on.isoformat(), *told,
    )  # fmt: skip


def _row(step: Step) -> list[Any]:
    return [str(step.matter_id), step.number, step.action, step.state, step.at.isoformat(), digest(step.given)]


def _several(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]
