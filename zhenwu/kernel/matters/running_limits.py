"""The limits that run now, kept as rows (decision 0025): a cache of what ``deadlines`` computes, never the truth.

A follower of the journal reckons anew the matters an event spoke of, and stores its place with the rows. A changed calendar or
parameter moves the due times of many: then all matters that are not over are gone through, some at a time, ``sweep``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhenwu.kernel.definitions.api import calendar as calendar_in_force
from zhenwu.kernel.journal.api import IN, Batch, Event, Follower, chunks, follow, sequence
from zhenwu.kernel.matters.barring import sealed_for
from zhenwu.kernel.matters.deadlines import Terms, begun
from zhenwu.kernel.matters.limits import Run
from zhenwu.kernel.matters.models import Matter, Notice, Reckoning, RunningLimit, Step
from zhenwu.kernel.matters.schedule import REMIND, Call, calls, left
from zhenwu.kernel.matters.steps import standing_of, workflow_of
from zhenwu.lib.calendars import Calendar
from zhenwu.lib.clocks import Term, due

NAME, CALENDAR = "running_limits", "calendar.set"
CHUNK = 100  # matters reckoned in one transaction
PATIENCE = 0.5  # seconds to wait for events that somebody's open transaction holds back (PostgreSQL)
END = datetime(9999, 1, 1, tzinfo=UTC)  # what is not due sorts last


@dataclass(frozen=True)
class Reckoned:
    """A row to be kept, what is to be told about it, and what of that was told."""

    row: RunningLimit
    calls: tuple[Call, ...] = ()
    told: frozenset[str] = frozenset()


def catch_up_limits() -> None:
    """Let the running limits follow what is committed; the clockwork does the same for everybody else."""
    sequence(patience=PATIENCE)
    follow(FOLLOWER)


def reckon(matters: Collection[UUID]) -> dict[UUID, list[Reckoned]]:
    """matter → its rows, of those that are not over."""
    found: dict[UUID, list[Reckoned]] = {}
    calendar, terms = calendar_in_force(), Terms()
    for some in chunks(sorted(matters), IN):
        told = _told(some)
        for step in Step.objects.filter(matter_id__in=some, retired_by=None, ends_on=None).select_related("matter"):
            found[step.matter_id] = _rows(step, calendar, terms, told)
    return found


def sweep(seconds: float = 1.0) -> bool:
    """Go on reckoning all matters anew, if a calendar or a parameter changed; whether that is done."""
    until = monotonic() + seconds
    while (at := Reckoning.objects.filter(name=NAME, done=False).first()) is not None:
        open_ones = Step.objects.filter(retired_by=None, ends_on=None).order_by("matter_id").values_list("matter_id", flat=True)
        some = list((open_ones.filter(matter_id__gt=at.after) if at.after else open_ones)[:CHUNK])
        fresh = reckon(some)
        with transaction.atomic():
            now_at = Reckoning.objects.select_for_update().get(name=NAME)
            if (now_at.position, now_at.after) != (at.position, at.after):
                continue  # another process, or another change, was quicker
            write(some, fresh)
            now_at.after, now_at.done = some[-1] if some else at.after, not some
            now_at.save()
        if monotonic() > until:
            return False
    return True


def rebuild_limits() -> int:
    """Throw all rows away and make them again; returns how many there are."""
    with transaction.atomic():
        RunningLimit.objects.all().delete()
        Reckoning.objects.update_or_create(name=NAME, defaults={"after": None, "done": False})
    while not sweep():
        pass
    return RunningLimit.objects.count()


def write(matters: Collection[UUID], fresh: Mapping[UUID, Sequence[Reckoned]]) -> None:
    """Put the rows of these matters in place of those they had, inside a transaction."""
    for some in chunks(list(matters), IN):
        RunningLimit.objects.filter(matter_id__in=some).delete()
        rows = [one.row for matter in some for one in fresh.get(matter, ())]
        RunningLimit.objects.bulk_create(rows, batch_size=200)
        _close_notices(some, {_key(row) for row in rows if row.due_at})


def _close_notices(matters: Sequence[UUID], stands: Collection[tuple[Any, ...]]) -> None:
    """A notice stands as long as its limit runs towards the due time of which it spoke."""
    for over in (False, True):
        known = Notice.objects.filter(matter_id__in=matters, over=over)
        changed = [one.pk for one in known if (_key(one) in stands) == over]
        if changed:
            Notice.objects.filter(id__in=changed).update(over=not over)


def _key(one: RunningLimit | Notice) -> tuple[Any, ...]:
    return one.matter_id, one.limit, one.since, one.due_at


def _told(matters: Sequence[UUID]) -> Mapping[tuple[Any, ...], set[str]]:
    found: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for *key, what in Notice.objects.filter(matter_id__in=matters).values_list("matter_id", "limit", "since", "due_at", "what"):
        found[tuple(key)].add(what)
    return found


def _rows(last: Step, calendar: Calendar, terms: Terms, told: Mapping[tuple[Any, ...], set[str]]) -> list[Reckoned]:
    """The rows of one matter, given the step at which it stands: that keeps what runs."""
    matter, found = last.matter, []
    for run in (one for one in standing_of(workflow_of(matter), last).runs if one.limit.binds or not one.limit.right):
        known, since = terms.of(matter, run), begun(matter, run, calendar, terms)
        if known and since:
            found.append(_row(last, run, since, known[0], calendar, told))
    if not found:
        found = [Reckoned(RunningLimit(matter_id=matter.id, step_id=last.id, line=sealed_for(last) or matter.line, unit_id=last.unit_id, assigned_id=last.assigned_id, since=last.at, order_at=END))]
    min((one.row for one in found), key=lambda row: (row.order_at, row.due_at or END, row.since)).first = True
    return found


def _row(last: Step, run: Run, since: datetime, term: Term, calendar: Calendar, told: Mapping[tuple[Any, ...], set[str]]) -> Reckoned:
    matter: Matter = last.matter
    reckoned = due(term, since, run.pauses, calendar)
    planned = calls(run.limit, term, since, run.pauses, calendar, reckoned)
    before = frozenset(told.get((matter.id, run.limit.id, run.since, reckoned.at), ()))
    upcoming = left(planned, before)
    return Reckoned(
        RunningLimit(
            matter_id=matter.id, step_id=last.id, line=sealed_for(last) or matter.line, unit_id=last.unit_id, assigned_id=last.assigned_id,
            limit=run.limit.id, label=run.limit.called[:120], since=run.since, due_at=reckoned.at,
            remind_at=next((one.at for one in planned if one.what == REMIND), None), next_at=upcoming.at if upcoming else None,
            order_at=END if run.limit.binds else reckoned.at or END, provisional=reckoned.provisional, paused=run.is_paused, binds=run.limit.binds,
        ),
        planned, before,
    )  # fmt: skip


def _prepare(batch: Batch) -> Callable[[], None]:
    matters = _matters([event for _, event in batch])
    moved = max((position for position, event in batch if _moves_all(event)), default=0)
    fresh = reckon(matters)

    def write_down() -> None:
        write(sorted(matters), fresh)
        if moved:
            Reckoning.objects.update_or_create(name=NAME, defaults={"position": moved, "after": None, "done": False})

    return write_down


def _matters(events: Iterable[Event]) -> set[UUID]:
    """The matters that events speak of: by their subject, or by the steps that a batch put in place or away."""
    found, batches = set(), []
    for event in events:
        shelf, _, name = event.subject.partition(":")
        if shelf == "matter":
            found.add(UUID(name))
        elif event.kind.startswith("matter."):
            batches.append(event)
    if batches:
        found |= set(Step.objects.filter(Q(event__in=batches) | Q(retired_by__in=batches)).values_list("matter_id", flat=True))
    return found


def _moves_all(event: Event) -> bool:
    """Whether an event may move the due times of any matter: the calendar, or a parameter (a workflow is pinned by its matter)."""
    names = [*event.body.get("changed", ()), *event.body.get("retired", ())] if event.kind.startswith("definition.") else ()
    return event.kind == CALENDAR or any(name.startswith("param:") for name in names)


FOLLOWER = Follower(NAME, ("matter.", "definition.", CALENDAR), _prepare)
