"""Many steps of many matters in one act: offices that enter their papers together, phones that were offline, imports.

Each step is judged by the same engine and the same rights as a single one. A step may say when it was taken (``at``): the
step keeps that moment, its event the moment of entry, so that both times are known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.definitions.api import calendar
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.matters.access import doer, doer_of, doer_over, opener, reach_of, was_sent
from zhenwu.kernel.matters.barring import is_kept_out, reach_of_sealed, sealed_for, write_bars
from zhenwu.kernel.matters.built_in import BUILT_IN, SHARED
from zhenwu.kernel.matters.channels import channels, check_channel
from zhenwu.kernel.matters.deadlines import Terms
from zhenwu.kernel.matters.engine import GRANTED
from zhenwu.kernel.matters.judging import judged, timing
from zhenwu.kernel.matters.linking import on_record
from zhenwu.kernel.matters.models import Assist, Matter, Step
from zhenwu.kernel.matters.numbering import write_numbers
from zhenwu.kernel.matters.registered import Registered
from zhenwu.kernel.matters.rows import (
    insert_matters,
    insert_steps,
    live_steps,
    locked_numbers,
    merged_away,
    open_parts,
    retire_all,
)
from zhenwu.kernel.matters.standing import Around, Doer, Standing
from zhenwu.kernel.matters.steps import (
    Report,
    absent,
    assigned,
    assisting,
    check_barred,
    check_given,
    check_place,
    check_report,
    coded_of,
    level_at,
    level_sent,
    make_step,
    move,
    pinned,
    recoded,
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
SINGLY = ("withdraw", "jump", "ask_extension", GRANTED, *SHARED)


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
    words = ("line", "title", "text", "category", "channel", "level")
    said = [str(report.unit), *(getattr(report, name) for name in words), str(report.record or ""), str(report.about or "")] if report else []
    return [str(step.matter), step.action, step.base_version, str(step.at or ""), said, dict(step.given)]


@dataclass
class _Thread:
    """A matter as the call has brought it so far; ``seen`` is the version found in the store (0: it is new)."""

    matter: Matter
    workflow: Workflow
    standing: Standing | None
    seen: int
    last: Step | None = None
    assisting: list[UUID] = field(default_factory=list)
    found: Step | None = None


class _Judge:
    """Judges the steps of one actor, looking up every matter and every right once."""

    def __init__(self, actor: Actor, workflow: str) -> None:
        self.actor, self.workflow, self.pinned, self.moment = actor, workflow, pinned(workflow), now()
        self.tree, self.calendar, self.terms = tree(today()), calendar(), Terms()
        self.channels, self.registered = channels(), Registered()
        self.threads: dict[UUID, _Thread] = {}
        self.doers: dict[tuple[str, UUID, UUID | None], Doer] = {}
        self.children: Counter[UUID] = Counter()
        self.leads: set[UUID] = set()
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
            for step in live_steps(few):
                found, workflow = step.matter, workflow_of(step.matter)
                self.threads[found.id] = _Thread(found, workflow, standing_of(workflow, step), step.number, step, found=step)
            self.children.update(open_parts(few))
            self.leads.update(merged_away(few))

    def _judge_one(self, taken: Taken) -> tuple[_Thread, Step]:
        given, moment = check_given(taken.given), taken.at or self.moment
        if moment > self.moment:
            raise Problem("matter.time", "办理时间晚于现在", "请核对办理时间。")
        thread = self._opened(taken) if taken.report else self._found(taken)
        matter, before = thread.matter, thread.last
        known = coded_of(matter, vars(taken.report) if taken.report else before.columns if before else {})
        coded = recoded(thread.workflow, taken.action, given, known)
        unit = taken.report.unit if taken.report else before.unit_id if before else None
        assert unit is not None
        lies = level_at(thread.workflow, (before and before.assigned_id) or unit, self.tree)
        told = taken.report.level if taken.report else ""
        late, ahead = timing(thread.workflow, taken.action, matter, thread.standing, moment, self.calendar, self.terms)
        around = Around(
            coded, told or lies, level_sent(thread.workflow, given, self.tree), coded != known, self.children[matter.id],
            late=late, ahead=ahead, on_record=on_record(self.actor, matter.record, thread.workflow, taken.action, given, moment, self.registered),
        )  # fmt: skip
        if taken.action in SINGLY:
            raise Problem("matter.singly", "这一步要一件一件办，不能成批办", "打开这件事，在它的页面上办。")
        check_barred(given)
        outcome = move(thread.workflow, thread.standing, taken.action, self._doer(thread, unit, before), moment, given, around)
        if matter.id in self.leads and (outcome.ended or outcome.reopened):
            raise Problem("matter.singly", "这件事下面并入了别的事项，不能成批结案或重开", "打开这件事，在它的页面上办。")
        outcome = judged(matter, outcome, self.calendar, self.terms)
        step = make_step(matter, (before.number if before else 0) + 1, unit, outcome, self.actor.principal, coded, given, before)
        sent = assigned(given, self.tree.__contains__) if taken.action not in BUILT_IN else None
        table = thread.workflow.action(taken.action)
        step.assigned_id = sent or (before.assigned_id if before and not (table and table.returns) else None)
        thread.standing, thread.last = outcome.standing, step
        thread.assisting += assisting(given, self.tree.__contains__) if given.get("assist") else []
        return thread, step

    def _opened(self, taken: Taken) -> _Thread:
        assert taken.report is not None
        if taken.matter in self.threads or taken.base_version:
            raise Conflict("这件事已经登记过了", taken.base_version, self.threads[taken.matter].seen if taken.matter in self.threads else 0)
        report = check_report(taken.report)
        check_channel(report.channel, self.channels)
        check_place(report.unit, self.tree.__contains__)
        matter = Matter(
            id=taken.matter, workflow=self.workflow, revision_id=self.pinned[0], line=report.line, title=report.title.strip(), text=report.text,
            record=report.record, about_id=report.about,
        )
        self.threads[matter.id] = _Thread(matter, self.pinned[1], None, 0)
        return self.threads[matter.id]

    def _found(self, taken: Taken) -> _Thread:
        thread = self.threads.get(taken.matter)
        if thread is None or thread.last is None or not self._sees(thread):
            raise absent()
        if thread.last.number != taken.base_version:
            raise Conflict("这件事刚才已有人办过一步", taken.base_version, thread.last.number)
        return thread

    def _doer(self, thread: _Thread, unit: UUID, before: Step | None) -> Doer:
        matter = thread.matter
        if before is None and thread.workflow.receives_from:
            return opener(self.actor, matter.line, (unit, *self.tree.ancestors(unit)), thread.workflow)
        where = (matter.line, unit, before.assigned_id if before else None)
        if before is not None and (before.carried.get("parts") or sealed_for(before)):
            return doer_of(self.actor, matter.line, before, self.tree)
        if where not in self.doers:
            self.doers[where] = doer_of(self.actor, matter.line, before, self.tree) if before else self._reporter(matter.line, unit)
        return self.doers[where]

    def _reporter(self, line: str, unit: UUID) -> Doer:
        above = (unit, *self.tree.ancestors(unit)) if unit in self.tree else ()
        return doer_over(self.actor, line, above) if above else doer(self.actor, line, unit)

    def _sees(self, thread: _Thread) -> bool:
        assert thread.last is not None
        if is_kept_out(self.actor, thread.last):
            return False
        if sealed := sealed_for(thread.last):
            return reach_of_sealed(self.actor, "list", sealed).covers(thread.last.unit_id)
        if thread.matter.line not in self.reaches:
            self.reaches[thread.matter.line] = reach_of(self.actor, "list", thread.matter.line)
        return self.reaches[thread.matter.line].covers(thread.last.unit_id) or was_sent(self.actor, "list", thread.matter.line, thread.last)


def _write(writer: Writer, workflow: str, rows: Sequence[tuple[_Thread, Step]]) -> dict[str, Any]:
    """Put a chunk in its place: only the last step of a matter stays live."""
    first = {step.matter_id: (thread, step.number) for thread, step in reversed(rows)}
    known = {matter: number - 1 for matter, (_, number) in first.items() if number > 1}
    _refuse_quicker(known)
    body = {"workflow": workflow, "steps": len(rows), "digest": digest([_row(step) for _, step in rows])}
    event = writer.event("matter.batched", f"matters:{workflow}", body)
    retire_all(list(known), event.id)
    insert_matters([thread.matter for thread, number in first.values() if number == 1], event.id)
    last = {step.matter_id: step.number for _, step in rows}
    insert_steps([(step, None if last[step.matter_id] == step.number else event.id) for _, step in rows], event.id)
    for thread, step in rows:
        step.matter = thread.matter  # known here: asked for below, it would be read again
    stand = [(thread.found, step) for thread, step in rows if last[step.matter_id] == step.number]
    write_bars(stand)
    write_numbers(stand)
    for thread, step in rows:
        thread.found = step
    asked = [Assist(matter_id=thread.matter.id, unit_id=unit) for thread, _ in first.values() for unit in thread.assisting]
    if asked:
        Assist.objects.bulk_create(asked, ignore_conflicts=True)
    return {"steps": len(rows)}


def _refuse_quicker(known: Mapping[UUID, int]) -> None:
    """Raise ``Conflict`` if a matter has gone on since it was looked up."""
    for matter, number in locked_numbers(list(known)):
        if known[matter] != number:
            raise Conflict("这些事里有一件刚才已有人办过一步", known[matter], number)


def _row(step: Step) -> list[Any]:
    return [str(step.matter_id), step.number, step.action, step.state, step.at.isoformat(), digest(step.given)]


def _several(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]
