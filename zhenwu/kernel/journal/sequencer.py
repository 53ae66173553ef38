"""The one sequencer: committed events get gapless positions and a seal, in one act.

An event may be taken only when no transaction that could still commit an earlier one is open. On PostgreSQL that is
every event whose transaction lies below ``pg_snapshot_xmin``. Among those, ``id`` order is causal order: whoever saw
another's commit drew a later id. One thing remains: an event may be takeable although one that it *saw* is not yet
(its transaction number is higher but its id lower); so we also stop at the first visible event that is not takeable.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from time import monotonic, sleep

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, QuerySet

from zhenwu.kernel.journal.asking import ask, last_position, locking, tell_of
from zhenwu.kernel.journal.inserting import insert, stored_moment
from zhenwu.kernel.journal.models import Event, Lease, Seal, Sequenced
from zhenwu.lib.clock import now
from zhenwu.lib.digests import digest

BATCH = 2000
GENESIS = "0" * 64


def sequence(patience: float = 0.0) -> int:
    """Take what can be taken; returns the last position. Safe to call from anywhere, at any time.

    On PostgreSQL somebody's open transaction, in whatever database of the server, may keep committed events waiting;
    ``patience`` is how many seconds to wait for them.
    """
    until = monotonic() + patience
    while True:
        with transaction.atomic():
            _hold_lease("sequencer")
            taken = _take_batch()
        if taken == BATCH:
            continue
        if monotonic() >= until or not _waiting().exists():
            return head()
        sleep(0.02)


def head() -> int:
    """The last position given, 0 when there is none."""
    return last_position()


def event_digest(event: Event, position: int, before: str, algorithm: str) -> str:
    """The chained digest of an event at its position."""
    return digest(
        [position, before, str(event.uuid), event.kind, event.subject, event.principal, str(event.op_id),
         event.recorded_at.isoformat(), event.body],
        algorithm,
    )  # fmt: skip


def hold_lease(name: str, seconds: int = 60) -> bool:
    """Try to become (or stay) the one who runs ``name``; False when another holds it."""
    me = _holder()
    with transaction.atomic():
        lease, _ = Lease.objects.select_for_update().get_or_create(
            name=name, defaults={"holder": me, "until": now() + timedelta(seconds=seconds)}
        )
        if lease.holder != me and lease.until > now():
            return False
        lease.holder, lease.until = me, now() + timedelta(seconds=seconds)
        lease.save()
        return True


def drop_lease(name: str) -> None:
    """Let another run ``name`` at once, if it is ours."""
    Lease.objects.filter(name=name, holder=_holder()).update(until=now())


def release_waiting() -> None:
    """After a restore: whatever waits was committed, by transactions that another server numbered."""
    Event.objects.filter(sequenced=None).update(transaction=0)


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _hold_lease(name: str) -> None:
    """Wait for the lease's row lock: it ends with the transaction, so a killed sequencer cannot keep it."""
    if not ask(locking(_LEASE), name):
        Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": now()})
        ask(locking(_LEASE), name)


_LEASE = "SELECT name FROM journal_lease WHERE name = %s"


def _waiting() -> QuerySet[Event]:
    return Event.objects.filter(taken=False)


def _take_batch() -> int:
    takeable = _waiting().order_by("id")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            open_from = cursor.fetchone()[0]
        barrier = _waiting().filter(transaction__gte=open_from).aggregate(first=Min("id"))["first"]
        takeable = takeable.filter(transaction__lt=open_from)
        if barrier is not None:
            takeable = takeable.filter(id__lt=barrier)
    events = list(takeable[:BATCH])
    if not events:
        return 0
    last = Seal.objects.order_by("-last").first()
    position, chain, algorithm = (last.last, last.digest, settings.DIGEST) if last else (0, GENESIS, settings.DIGEST)
    first, rows = position + 1, []
    for event in events:
        position += 1
        chain = event_digest(event, position, chain, algorithm)
        rows.append((position, event.id, chain, stored_moment(event.recorded_at)))
    insert(Sequenced, ("position", "event", "digest", "recorded_at"), rows)
    tell_of("UPDATE journal_event SET taken = %s WHERE id IN (%s)", [event.id for event in events], True)
    Seal.objects.create(last=position, first=first, digest=chain, algorithm=algorithm, sealed_at=now())
    return len(events)
