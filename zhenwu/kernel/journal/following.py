"""Followers: whoever derives something from the journal reads by position and stores the position with what it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import orjson
from django.db import connection, transaction

from zhenwu.kernel.journal.asking import as_row, ask, last_position, read_id, read_moment
from zhenwu.kernel.journal.models import Cursor, Event

_FIRST = 16  # events in the first batch
_LONG = 0.06  # seconds

Batch = Sequence[tuple[int, Event]]


@dataclass(frozen=True)
class Follower:
    """A name and what to do with a batch of (position, event); ``kinds`` are prefixes of the kinds it wants, at least one.

    ``prepare(batch)`` reads and computes before the write lock is taken and returns a function that writes. ``leap(head)``, where
    there is one, may bring a follower that is far behind to the head by another way, before it reads on.
    """

    name: str
    kinds: tuple[str, ...]
    prepare: Callable[[Batch], Callable[[], None]]
    leap: Callable[[int], None] | None = None


def follow(follower: Follower, limit: int = 200) -> int:
    """Bring one follower up to the head; returns its position. Redelivery does no harm: the cursor is compared.

    A batch takes ``limit`` events at most, fewer where their writing would hold SQLite's one lock for long.
    """
    size, start = min(_FIRST, limit), position_of(follower.name)
    if follower.leap and (head := last_position()) > start:
        follower.leap(head)
    while True:
        start = position_of(follower.name)
        # Read before the events: what is sequenced in between is left to the next turn.
        head = last_position()
        if head <= start:
            return start
        wanted = _wanted(follower, start, head, size)
        reached = wanted[-1][0] if len(wanted) == size else head
        write = follower.prepare(wanted) if wanted else None
        began = monotonic()
        with transaction.atomic():
            if not _move_on(follower.name, start, reached):
                continue  # another process was quicker; what we prepared is void
            if write:
                write()
        size = _next_size(size, monotonic() - began, limit)


def _move_on(follower: str, start: int, reached: int) -> bool:
    """Move a follower's place on from where it was; False when another process has moved it."""
    with connection.cursor() as cursor:
        if not start:
            cursor.execute("INSERT INTO journal_cursor (follower, position) VALUES (%s, 0) ON CONFLICT DO NOTHING", [follower])
        cursor.execute("UPDATE journal_cursor SET position = %s WHERE follower = %s AND position = %s", [reached, follower, start])
        return bool(cursor.rowcount == 1)


def _wanted(follower: Follower, start: int, head: int, size: int) -> Batch:
    """The first events after ``start`` and up to ``head`` that a follower wants, ``size`` at most."""
    kinds = " OR ".join(["e.kind LIKE %s"] * len(follower.kinds))
    rows = ask(_WANTED.replace("KINDS", kinds), start, head, *(f"{kind}%" for kind in follower.kinds), size)
    return [(position, _event(*told)) for position, *told in rows]


_WANTED = """SELECT s.position, e.id, e.uuid, e.kind, e.subject, e.principal, e.op_id, e.recorded_at, e.body
FROM journal_sequenced s JOIN journal_event e ON e.id = s.event_id
WHERE s.position > %s AND s.position <= %s AND (KINDS) ORDER BY s.position LIMIT %s"""


def _event(id: int, uuid: Any, kind: str, subject: str, principal: str, op_id: Any, at: Any, body: str) -> Event:
    return as_row(
        Event, id=id, uuid=read_id(uuid), kind=kind, subject=subject, principal=principal, op_id=read_id(op_id), recorded_at=read_moment(at),
        body=orjson.loads(body), taken=True,
    )  # fmt: skip


def _next_size(size: int, held: float, limit: int) -> int:
    """How many events to take next, from how long (seconds) the last batch held the lock."""
    if held > _LONG:
        return max(1, size // 2)
    return min(limit, size * 2) if held < _LONG / 3 else size


def position_of(follower: str) -> int:
    """How far a follower has read."""
    return next((position for (position,) in ask("SELECT position FROM journal_cursor WHERE follower = %s", follower)), 0)


def rewind(follower: str, position: int) -> None:
    """Set a follower's place, inside the transaction that rebuilt what it writes."""
    Cursor.objects.update_or_create(follower=follower, defaults={"position": position})
