"""What an administrator does about messages that wait: try now, pause, resume, drop, send a test. Each is one event."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import SYSTEM, Actor, require
from zhenwu.kernel.outbox.models import Subscription
from zhenwu.kernel.outbox.telling import TESTED
from zhenwu.kernel.outbox.verbs import check_reason, drop_rows, standing, waiting_of
from zhenwu.lib.problems import Problem


def retry(actor: Actor, op_id: UUID, subscription: UUID) -> None:
    """Let the next try come at once."""
    _attend(actor, op_id, "retry", "outbox.retried", subscription, {}, next_try_at=None)


def pause(actor: Actor, op_id: UUID, subscription: UUID, reason: str) -> None:
    """Send nothing until ``resume``; messages go on to be queued, up to the backlog's bound."""
    said = check_reason(reason)
    _attend(actor, op_id, "pause", "outbox.paused", subscription, {"reason": said}, paused=said)


def resume(actor: Actor, op_id: UUID, subscription: UUID) -> None:
    """Send again, what waits first."""
    _attend(actor, op_id, "resume", "outbox.resumed", subscription, {}, paused="", next_try_at=None)


def send_test(actor: Actor, op_id: UUID, subscription: UUID) -> None:
    """Queue a message without content, after those that wait."""
    _attend(actor, op_id, "send_test", TESTED, subscription, {})


def drop(actor: Actor, op_id: UUID, subscription: UUID, reason: str, *, everything: bool = False) -> int:
    """Give up the oldest message that waits, or all of them; returns how many. They are named in the journal by position."""
    require(actor, "outbox")
    said = check_reason(reason)

    def write(writer: Writer) -> dict[str, Any]:
        standing(subscription)
        ends = waiting_of(subscription).aggregate(first=Min("position"), last=Max("position"))
        first, last = ends["first"], ends["last"]
        if first is None:
            raise Problem("outbox.nothing", "没有等着发的", "不用丢弃。")
        last = last if everything else first
        count = drop_rows(waiting_of(subscription).filter(position__lte=last))
        body = {"subscription": str(subscription), "reason": said, "first": first, "last": last, "count": count}
        writer.event("outbox.dropped", f"outbox:{subscription}", body)
        Subscription.objects.filter(id=subscription).update(next_try_at=None)
        return {"dropped": count}

    asked = {"subscription": str(subscription), "reason": said, "everything": everything}
    return int(perform(Act(actor.principal, op_id, "drop_deliveries", asked), write)["dropped"])


def note_of_sender(op_id: UUID, kind: str, subscription: UUID, body: dict[str, Any], **changes: Any) -> None:
    """What the sender itself has to say in the journal: a receiver failing for days, answering again, or gone."""
    _attend(SYSTEM, op_id, "note_receiver", kind, subscription, body, **changes)


def _attend(actor: Actor, op_id: UUID, verb: str, kind: str, subscription: UUID, told: dict[str, Any], **changes: Any) -> None:
    require(actor, "outbox")
    body = {"subscription": str(subscription), **told}

    def write(writer: Writer) -> dict[str, Any]:
        standing(subscription)
        writer.event(kind, f"outbox:{subscription}", body)
        if changes:
            Subscription.objects.filter(id=subscription).update(**changes)
        return {"subscription": str(subscription)}

    perform(Act(actor.principal, op_id, verb, {"kind": kind, **body}), write)
