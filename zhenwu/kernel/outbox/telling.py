"""The follower that turns events into messages, one for each receiver that wants them, in the transaction of its position.

A message says what happened to what, and no more: ids, position, kind, time, state and line. No title, no text, no person. Who
wants to know more asks through the API, with rights of their own. Matters of confidential lines are told to nobody. Steps taken
in bulk (one event for two hundred of them) are one message that lists each matter once, as the batch left it.

Notices (提醒) name whom they are for, by ids, and wait until they may be delivered: they are told to those alone who asked for them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from django.conf import settings
from django.db.models import F

from zhenwu.kernel.journal.api import Batch, Event, Follower, follow, positions, sequence
from zhenwu.kernel.matters.api import Pushed, Touched, pushed, touched
from zhenwu.kernel.outbox.models import Delivery, Subscription
from zhenwu.lib.clock import now

MATTERS = ("matter.opened", "matter.advanced", "matter.completed", "matter.closed", "matter.reopened", "matter.ended", "matter.batched")
REPORT, YEAR = "report.issued", "year.closed"
NOTICES: Mapping[str, str] = {
    "matter.reminded": "提醒：快到期", "matter.overdue": "提醒：超期", "matter.lapsed": "提醒：当事人的期限过了", "matter.escalated": "提醒：超期提请", "matter.slip_signed": "提醒单",
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "matter.opened": "事项上报", "matter.advanced": "事项办了一步", "matter.completed": "事项办结", "matter.closed": "事项结案",
    "matter.reopened": "事项重开", "matter.ended": "事项以别的方式结束", "matter.batched": "成批登记或办理事项",
    REPORT: "报告定稿", YEAR: "年度关账", **NOTICES,
}  # fmt: skip
EVERYTHING = tuple(kind for kind in KINDS if kind not in NOTICES)  # what "all" means: whom a notice is for is told to nobody unasked
TESTED, LOST = "outbox.tested", "outbox.lost"
REPORT_LINE: str = settings.REPORT_LINE


@dataclass(frozen=True)
class _Told:
    """An event as far as anybody may be told. ``line`` "" belongs to no line; ``only`` names the one who is told."""

    position: int
    event: Event
    line: str = ""
    data: Mapping[str, Any] | None = None
    touched: Sequence[Touched] = ()
    not_before: datetime | None = None
    only: UUID | None = None


def follow_outbox() -> int:
    """Sequence what is committed and queue what is to be told; returns the position reached."""
    sequence()
    return follow(FOLLOWER)


def _prepare(batch: Batch) -> Callable[[], None]:
    """Who hears of what is decided as the follower reads; a receiver hears of what came after its subscription."""
    receivers = list(Subscription.objects.filter(ended_by=None))
    if not receivers:
        return lambda: None
    since = positions([receiver.event_id for receiver in receivers])
    told = list(_told(batch))
    queued = {
        receiver.id: [_message(receiver, one) for one in told if one.position > since.get(receiver.event_id, one.position) and _wants(receiver, one)]
        for receiver in receivers
    }
    return lambda: _queue({receiver: messages for receiver, messages in queued.items() if messages})


def _told(batch: Batch) -> Iterator[_Told]:
    steps: dict[int, list[Touched]] = {}
    for step in touched([event for _, event in batch if event.kind in MATTERS]):
        if step.line not in settings.CLOSED_LINES:
            steps.setdefault(step.event, []).append(step)
    notices: dict[int, list[Pushed]] = {}
    for one in pushed([event for _, event in batch if event.kind in NOTICES]):
        if one.line not in settings.CLOSED_LINES:
            notices.setdefault(one.event, []).append(one)
    for position, event in batch:
        if some := notices.get(event.id):
            yield _of_notices(position, event, some)
        elif found := steps.get(event.id):
            yield _of_matters(position, event, found)
        elif other := _of_others(position, event):
            yield other


def _of_others(position: int, event: Event) -> _Told | None:
    if event.kind == REPORT:
        return _Told(position, event, REPORT_LINE, {"report": event.subject.partition(":")[2]})
    if event.kind == YEAR:
        return _Told(position, event, "", {"year": event.body["year"]})
    return _Told(position, event, "", {}, only=UUID(event.body["subscription"])) if event.kind == TESTED else None


def _of_matters(position: int, event: Event, found: Sequence[Touched]) -> _Told:
    last = {step.matter: step for step in found}
    if event.kind == "matter.batched":
        return _Told(position, event, touched=list(last.values()))
    [step] = last.values()
    return _Told(position, event, step.line, _matter(step))


def _of_notices(position: int, event: Event, told: Sequence[Pushed]) -> _Told:
    """What an event told about one limit of one matter: when, to whom."""
    first = told[0]
    data = {
        "matter": str(first.matter), "line": first.line, "limit": first.limit, "due": first.due_at.isoformat(), "deliver_at": first.deliver_at.isoformat(),
        "notices": [
            {
                "notice": one.notice, "what": one.what, "people": list(map(str, one.people)),
                "to": [{"post": post, "office": office and str(office), "person": person and str(person)} for post, office, person in one.to],
            }
            for one in told
        ],
    }  # fmt: skip
    return _Told(position, event, first.line, data, not_before=first.deliver_at)


def _wants(receiver: Subscription, told: _Told) -> bool:
    if told.only:
        return receiver.id == told.only
    if told.event.kind not in receiver.kinds:
        return False
    lines = {step.line for step in told.touched} or {told.line}
    return not receiver.line or receiver.line in lines


def _message(receiver: Subscription, told: _Told) -> Delivery:
    data = {"position": told.position, "event": str(told.event.uuid), **(told.data or {})}
    if told.touched:
        data["matters"] = [_matter(step) for step in told.touched if receiver.line in ("", step.line)]
    return Delivery(
        id=uuid5(receiver.id, str(told.event.uuid)), subscription_id=receiver.id, position=told.position, kind=told.event.kind,
        body=spelled(told.event.kind, told.event.recorded_at.isoformat(), data), queued_at=max(now(), told.not_before or now()),
    )  # fmt: skip


def _matter(step: Touched) -> dict[str, Any]:
    return {"matter": str(step.matter), "version": step.number, "state": step.state, "line": step.line}


def spelled(kind: str, moment: str, data: Mapping[str, Any]) -> str:
    """A message's body as the Standard Webhooks specification shapes it."""
    return orjson.dumps({"type": kind, "timestamp": moment, "data": data}).decode()


def _queue(queued: Mapping[UUID, Sequence[Delivery]]) -> None:
    """Write the messages. What finds no room is counted in one growing marker, so that the receiver learns what it missed."""
    alive = Subscription.objects.select_for_update().filter(id__in=queued, ended_by=None).values_list("id", flat=True)
    for receiver in list(alive):
        waiting = Delivery.objects.filter(subscription=receiver, state=Delivery.WAITING)
        rows, lost = _fitted(queued[receiver], waiting.count(), waiting.order_by("-position").first())
        Delivery.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)
        if lost:
            Subscription.objects.filter(id=receiver).update(lost=F("lost") + lost)


def _fitted(messages: Sequence[Delivery], count: int, last: Delivery | None) -> tuple[list[Delivery], int]:
    """The rows to write, and how many messages were lost. Once full, a backlog takes nothing until half of it is gone: one marker
    for a long loss, not one for each gap."""
    rows, lost, most = list[Delivery](), 0, settings.OUTBOX_BACKLOG
    for message in messages:
        marker = last if last is not None and last.kind == LOST else None
        if count < most and not (marker and count > most // 2):
            rows.append(message)
            last, count = message, count + 1
            continue
        lost += 1
        if marker is None:
            last, count = _marker(message), count + 1
            rows.append(last)
        else:
            _extend(marker, message)
    return rows, lost


def _marker(message: Delivery) -> Delivery:
    """The first message lost, as what tells of the loss; it stands where that message would have stood."""
    message.id, message.kind = uuid5(message.id, LOST), LOST
    message.body = spelled(LOST, _time(message), {"first": message.position, "last": message.position, "count": 1})
    return message


def _extend(marker: Delivery, message: Delivery) -> None:
    """Only the newest of a full backlog grows, so what grows was never sent yet."""
    before = orjson.loads(marker.body)["data"]
    marker.body = spelled(LOST, _time(message), {**before, "last": message.position, "count": before["count"] + 1})
    if not marker._state.adding:
        marker.save(update_fields=["body"])


def _time(message: Delivery) -> str:
    return str(orjson.loads(message.body)["timestamp"])


FOLLOWER = Follower("outbox", (*KINDS, TESTED), _prepare)
