"""The sender: takes each receiver's oldest message, sends it, notes what became of it. In order for each receiver, and none waits
for another. A message counts as told when the receiver said so with 2xx, and not before: whoever is killed between sending and
noting sends again, with the same id. No transaction is open while the network is used.

Whoever sends holds the lease ``outbox``; it is renewed often and outlasts any single try.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic, sleep
from uuid import UUID, uuid5

import orjson
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Exists, F, OuterRef, Q

from zhenwu.kernel.journal.api import drop_lease, hold_lease
from zhenwu.kernel.matters.api import fallen_silent
from zhenwu.kernel.outbox.attending import note_of_sender
from zhenwu.kernel.outbox.models import Delivery, Subscription
from zhenwu.kernel.outbox.posting import WHOLE, Answer, post
from zhenwu.kernel.outbox.secrets import secrets_of
from zhenwu.kernel.outbox.signing import headers
from zhenwu.kernel.outbox.telling import NOTICES
from zhenwu.kernel.outbox.verbs import waiting_of
from zhenwu.lib.clock import now
from zhenwu.lib.problems import NotFound, Problem

LEASE, LEASE_SECONDS, RENEW_SECONDS = "outbox", 30, 5.0
SHORTEST, LONGEST_PAUSE = 5.0, 86_400.0  # seconds between tries: doubled after each failure, up to a day
AT_ONCE = 8  # receivers sent to at the same time
SLICE = 100  # messages sent to one receiver before another gets its turn
KEPT = timedelta(days=14)  # how long what was told can be looked at
AGENT = "zhenwu-outbox/1"
log = logging.getLogger("zhenwu.outbox")


class Sender:
    """Sends from threads of its own until told to stop; the clockwork that starts it never waits for it."""

    def __init__(self) -> None:
        self.stop, self._busy, self._guard = threading.Event(), set[UUID](), threading.Lock()
        self._renewed = self._tidied = float("-inf")
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin; does nothing the second time."""
        with suppress(RuntimeError):
            self._thread.start()

    def end(self, patience: float = 5.0) -> None:
        """Take no new message, and wait a little for those on their way; what is cut off is sent again by the next."""
        self.stop.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def round(self) -> bool:
        """Give every receiver whose turn has come a thread; whether there was any."""
        self._tidy()
        with self._guard:
            busy = set(self._busy)
        ready = [receiver for receiver in due() if receiver not in busy]
        if not (ready or busy) or not self._is_ours():
            return False
        for receiver in ready[: AT_ONCE - len(busy)]:
            with self._guard:
                self._busy.add(receiver)
            threading.Thread(target=self._serve, args=[receiver], daemon=True).start()
        return bool(ready)

    def _run(self) -> None:
        faults, pause = 0, 0.5
        while not self.stop.wait(pause):
            try:
                self.round()
                faults, pause = 0, 0.5
            except Exception:
                faults += 1
                pause = min(0.5 * 2**faults, 30.0)
                log.exception("the outbox was not looked at; next try in %.1f s", pause)
                connections.close_all()
        while self._busy:
            sleep(0.05)
        with suppress(Exception):  # it runs out by itself
            drop_lease(LEASE)
        connections.close_all()

    def _serve(self, receiver: UUID) -> None:
        try:
            serve(receiver, self._may_send)
        except Exception:
            log.exception("a receiver was not served")
        finally:
            connections.close_all()
            with self._guard:
                self._busy.discard(receiver)

    def _may_send(self) -> bool:
        return not self.stop.is_set() and monotonic() - self._renewed < LEASE_SECONDS - WHOLE

    def _is_ours(self) -> bool:
        if monotonic() - self._renewed < RENEW_SECONDS:
            return True
        if not hold_lease(LEASE, LEASE_SECONDS):
            return False
        self._renewed = monotonic()
        return True

    def _tidy(self) -> None:
        if monotonic() - self._tidied > 60:
            self._tidied = monotonic()
            forget_ended()


def due() -> list[UUID]:
    """Receivers for which something waits and whose turn has come; those that answer well first."""
    waiting = Delivery.objects.filter(subscription=OuterRef("pk"), state=Delivery.WAITING, queued_at__lte=now())
    turn = Q(next_try_at=None) | Q(next_try_at__lte=now())
    found = Subscription.objects.filter(turn, Exists(waiting), ended_by=None, paused="")
    return list(found.order_by("failures", "id").values_list("id", flat=True))


def send_due(may_send: Callable[[], bool] = lambda: True) -> int:
    """One turn for each receiver that is due, here and now, one after another; how many messages were told."""
    return sum(serve(receiver, may_send) for receiver in due())


def serve(receiver: UUID, may_send: Callable[[], bool]) -> int:
    """Send a receiver what waits, oldest first, until one fails or its slice is over; how many were told."""
    told = 0
    for _ in range(SLICE):
        row = Subscription.objects.filter(id=receiver, ended_by=None, paused="").first()
        message = waiting_of(receiver).filter(queued_at__lte=now()).first()
        if row is None or message is None or not may_send():
            return told
        if _is_past(message):
            Delivery.objects.filter(id=message.id, state=Delivery.WAITING).update(state=Delivery.DROPPED, ended_at=now())
            continue
        answer = _send(row, message)
        _note(row, message, answer)
        if answer.error:
            return told
        told += 1
    return told


def _is_past(message: Delivery) -> bool:
    """Whether a notice that waited (for the morning, for a receiver that failed) speaks of what was done meanwhile: then nobody is bothered."""
    return message.kind in NOTICES and fallen_silent([one["notice"] for one in orjson.loads(message.body)["data"]["notices"]])


def pause_after(failures: int, chance: float) -> float:
    """Seconds until the next try after so many failures; ``chance`` in [0, 1) spreads it by a quarter to either side."""
    return min(SHORTEST * 2.0 ** min(failures - 1, 20) * (0.75 + chance / 2), LONGEST_PAUSE)


def forget_ended(most: int = 500) -> int:
    """Delete some of what was told or dropped long ago; how many."""
    old = list(Delivery.objects.filter(ended_at__lt=now() - KEPT).values_list("id", flat=True)[:most])
    return Delivery.objects.filter(id__in=old).delete()[0] if old else 0


def _send(row: Subscription, message: Delivery) -> Answer:
    body, moment = message.body.encode(), now()
    try:
        signed = headers(secrets_of(row.id, moment), str(message.id), moment, body, settings.DIGEST)
    except Problem:
        return Answer(None, "签名密钥打不开：keys/ 里的密钥不是这个库的，请恢复密钥，或用 rotate 换新密钥")
    told = {"Content-Type": "application/json", "User-Agent": AGENT, **signed}
    return post(row.url, body, told, settings.OUTBOX_ALLOW, settings.OUTBOX_AUTHORITIES)


def _note(row: Subscription, message: Delivery, answer: Answer) -> None:
    moment, receiver = now(), Subscription.objects.filter(id=row.id)
    waits = Delivery.objects.filter(id=message.id, state=Delivery.WAITING)
    if not answer.error:
        with transaction.atomic():
            waits.update(state=Delivery.DELIVERED, ended_at=moment, status=answer.status, tries=F("tries") + 1)
            receiver.update(failing_since=None, failures=0, next_try_at=None, last_tried_at=moment, last_delivered_at=moment, last_error="")
        if row.failing:
            _say(row, "outbox.recovered", {}, failing=False)
        return
    since, failures = row.failing_since or moment, row.failures + 1
    wait = timedelta(seconds=max(pause_after(failures, random.random()), answer.wait))
    with transaction.atomic():
        waits.update(status=answer.status, tries=F("tries") + 1)
        receiver.update(failing_since=since, failures=failures, next_try_at=moment + wait, last_tried_at=moment, last_error=answer.error[:300])
    _note_trouble(row, answer, since, moment)


def _note_trouble(row: Subscription, answer: Answer, since: datetime, moment: datetime) -> None:
    """Two things are for the journal: that a receiver wants no more, and that it has failed for days. Neither drops a message."""
    if answer.gone:
        _say(row, "outbox.paused", {"reason": "410"}, paused="对方说不再接收（410），已自动暂停")
    elif not row.failing and moment - since >= timedelta(days=settings.OUTBOX_FAILING_DAYS):
        _say(row, "outbox.failing", {"since": since.isoformat()}, failing=True)


def _say(row: Subscription, kind: str, body: dict[str, str], **changes: object) -> None:
    with suppress(NotFound):  # it was unsubscribed meanwhile
        note_of_sender(uuid5(row.id, f"{kind} {now().isoformat()}"), kind, row.id, body, **changes)
