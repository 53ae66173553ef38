"""The journal's door: write inside ``perform``, read by position."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Max, Q

from zhenwu.kernel.journal.asking import (
    as_row,
    ask,
    ask_of,
    known_id,
    locking,
    plain_rows,
    read_date,
    read_id,
    read_moment,
    stream,
    tell_of,
)
from zhenwu.kernel.journal.following import Batch, Follower, follow, position_of, rewind
from zhenwu.kernel.journal.inserting import IN, chunks, insert, refusable, stored_moment
from zhenwu.kernel.journal.models import Event, Sequenced
from zhenwu.kernel.journal.scoping import among, selecting
from zhenwu.kernel.journal.sealing import Break, digest_at, seal_head, verify_chain
from zhenwu.kernel.journal.sequencer import drop_lease, head, hold_lease, release_waiting, sequence
from zhenwu.kernel.journal.session_key import keep_session_key
from zhenwu.kernel.journal.writing import Act, Writer, answered, perform
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.facts import Scope

__all__ = [
    "IN", "Act", "Batch", "Break", "Event", "Follower", "Writer", "among", "answered", "any_between", "as_row", "ask", "ask_of", "chunks", "digest_at",
    "drop_lease", "events_about", "follow", "head", "hold_lease", "in_scope", "insert", "keep_session_key", "known_at", "known_id", "latest_events", "locking", "moment_of",
    "perform", "plain_rows", "position_of", "position_on", "positions", "read_date", "read_id", "read_moment", "refusable", "release_waiting", "rewind", "seal_head", "selecting", "sequence", "stored_moment", "stream", "tell_of", "verify_chain",
]  # fmt: skip


def known_at(position: int | None, event: str = "event", retired: str = "") -> Q:
    """A filter on rows that were known at ``position``: made by then, and (given ``retired``) not yet replaced.

    ``event`` and ``retired`` name the foreign keys to ``journal.Event``. ``None`` means everything committed.
    """
    if position is None:
        return Q(**{f"{retired}__isnull": True}) if retired else Q()
    known = Q(**{f"{event}__sequenced__position__lte": position})
    if not retired:
        return known
    return known & (
        Q(**{f"{retired}__isnull": True})
        | Q(**{f"{retired}__sequenced__isnull": True})
        | Q(**{f"{retired}__sequenced__position__gt": position})
    )


def in_scope(scope: Scope) -> Q:
    """A scope as a filter on versions of anything: rows with ``unit``, ``starts_on``, ``ends_on`` and ``retired_by``."""
    wanted = known_at(scope.position, retired="retired_by")
    if scope.units is not None:
        wanted &= Q(unit_id__in=scope.units)
    if scope.first_day:
        wanted &= Q(starts_on__gte=scope.first_day)
    if scope.last_day:
        wanted &= Q(starts_on__lte=scope.last_day)
    if scope.alive_on:
        wanted &= Q(starts_on__lte=scope.alive_on) & (Q(ends_on=None) | Q(ends_on__gt=scope.alive_on))
    return wanted


def position_on(day: date) -> int:
    """The last position recorded by the end of a local day; what "as of a day" means."""
    end = datetime.combine(day, time.max, tzinfo=LOCAL)
    return Sequenced.objects.filter(recorded_at__lte=end).aggregate(last=Max("position"))["last"] or 0


def moment_of(position: int) -> datetime | None:
    """When a position was recorded, by the claimed clock; None for a position that is not there."""
    return Sequenced.objects.filter(position=position).values_list("recorded_at", flat=True).first()


def positions(events: Sequence[int]) -> dict[int, int]:
    """event id → position, for those that have one."""
    return dict(Sequenced.objects.filter(event_id__in=events).values_list("event_id", "position"))


def any_between(first: int, last: int, kind: str) -> bool:
    """Whether any event of a kind (or one that begins so) has a position in this range."""
    return bool(ask(_ANY, first, last, len(kind), kind))


_ANY = """SELECT 1 FROM journal_sequenced s JOIN journal_event e ON e.id = s.event_id
WHERE s.position BETWEEN %s AND %s AND SUBSTR(e.kind, 1, %s) = %s LIMIT 1"""


def latest_events(count: int) -> list[tuple[int | None, Event]]:
    """The newest events that have a position, oldest first: (position, event)."""
    rows = Sequenced.objects.select_related("event").order_by("-position")[:count]
    return [(row.position, row.event) for row in reversed(rows)]


def events_about(subject: str) -> list[tuple[int | None, Event]]:
    """What happened to one thing, oldest first: (position, event)."""
    rows = Event.objects.filter(subject=subject).select_related("sequenced").order_by("id")
    return [(getattr(getattr(row, "sequenced", None), "position", None), row) for row in rows]
