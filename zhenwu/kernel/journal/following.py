"""Followers: whoever derives something from the journal reads by position and stores the position with what it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from time import monotonic

from django.db import transaction
from django.db.models import Q

from zhenwu.kernel.journal.models import Cursor, Event, Sequenced

_FIRST = 16  # events in the first batch
_LONG = 0.06  # seconds

Batch = Sequence[tuple[int, Event]]


@dataclass(frozen=True)
class Follower:
    """A name and what to do with a batch of (position, event); ``kinds`` are prefixes of the kinds it wants, at least one.

    ``prepare(batch)`` reads and computes before the write lock is taken and returns a function that writes.
    """

    name: str
    kinds: tuple[str, ...]
    prepare: Callable[[Batch], Callable[[], None]]


def follow(follower: Follower, limit: int = 200) -> int:
    """Bring one follower up to the head; returns its position. Redelivery does no harm: the cursor is compared.

    A batch takes ``limit`` events at most, fewer where their writing would hold SQLite's one lock for long.
    """
    size = min(_FIRST, limit)
    while True:
        start = position_of(follower.name)
        # Read before the events: what is sequenced in between is left to the next turn.
        head = Sequenced.objects.order_by("-position").values_list("position", flat=True).first() or 0
        if head <= start:
            return start
        wanted = _wanted(follower, start, head, size)
        reached = wanted[-1][0] if len(wanted) == size else head
        write = follower.prepare(wanted) if wanted else None
        began = monotonic()
        with transaction.atomic():
            cursor, _ = Cursor.objects.select_for_update().get_or_create(follower=follower.name)
            if cursor.position != start:
                continue  # another process was quicker; what we prepared is void
            if write:
                write()
            cursor.position = reached
            cursor.save()
        size = _next_size(size, monotonic() - began, limit)


def _wanted(follower: Follower, start: int, head: int, size: int) -> Batch:
    """The first events after ``start`` and up to ``head`` that a follower wants, ``size`` at most."""
    kinds = reduce(or_, (Q(event__kind__startswith=kind) for kind in follower.kinds))
    rows = Sequenced.objects.select_related("event").filter(kinds, position__gt=start, position__lte=head).order_by("position")[:size]
    return [(row.position, row.event) for row in rows]


def _next_size(size: int, held: float, limit: int) -> int:
    """How many events to take next, from how long (seconds) the last batch held the lock."""
    if held > _LONG:
        return max(1, size // 2)
    return min(limit, size * 2) if held < _LONG / 3 else size


def position_of(follower: str) -> int:
    """How far a follower has read."""
    return Cursor.objects.filter(follower=follower).values_list("position", flat=True).first() or 0


def rewind(follower: str, position: int) -> None:
    """Set a follower's place, inside the transaction that rebuilt what it writes."""
    Cursor.objects.update_or_create(follower=follower, defaults={"position": position})
