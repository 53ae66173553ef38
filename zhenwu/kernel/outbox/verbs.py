"""The verbs of the outbox: who is told of what, by which key. All want the right ``outbox`` (系统管理员).

Another hand on the machine has its say too: an address must be on the list of what is allowed (decision 0023).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.journal.api import Act, Event, Writer, perform
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.kernel.outbox.addresses import check_named, read_url
from zhenwu.kernel.outbox.models import Delivery, Subscription
from zhenwu.kernel.outbox.secrets import Fresh
from zhenwu.kernel.outbox.telling import KINDS
from zhenwu.lib.clock import now
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import NotFound, Problem

MOST = 50  # subscriptions: the sender looks at each of them
LONGEST_NAME, LONGEST_REASON = 60, 200
_LINE = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Wish:
    """What a receiver is to be told: where, of which kinds (``KINDS``), of which line ("" all)."""

    name: str
    url: str
    kinds: Sequence[str]
    line: str = ""

    def asked(self) -> dict[str, Any]:
        return {"name": self.name.strip(), "url": self.url, "kinds": sorted(set(self.kinds)), "line": self.line}


@dataclass(frozen=True)
class Made:
    """A subscription and its new secret: "" when the same act is asked for again, for a secret is shown once."""

    subscription: UUID
    secret: str


def subscribe(actor: Actor, op_id: UUID, wish: Wish) -> Made:
    """Tell a receiver of what happens from now on. Raises ``Refused``, ``Problem('outbox.…')``."""
    require(actor, "outbox")
    asked = _checked(wish)
    identity = uuid5(op_id, "subscription")
    fresh = Fresh(identity)

    def write(writer: Writer) -> dict[str, Any]:
        if Subscription.objects.filter(ended_by=None).count() >= MOST:
            raise Problem("outbox.many", f"订阅已有 {MOST} 个", "先退订不用的；要发给很多系统，请由县里的数据平台转发。")
        event = _event(writer, "outbox.subscribed", identity, asked)
        row = Subscription(id=identity, event=event, said_by=event, **asked)
        _named(asked["name"], lambda: row.save(force_insert=True))
        fresh.keep(event, now())
        return {"subscription": str(identity), "secret": str(fresh.id)}

    return _made(perform(Act(actor.principal, op_id, "subscribe", asked), write), fresh)


def change_subscription(actor: Actor, op_id: UUID, subscription: UUID, wish: Wish) -> None:
    """Change what a subscription says. What waits already is sent as it was queued, to the new address."""
    require(actor, "outbox")
    asked = _checked(wish)

    def write(writer: Writer) -> dict[str, Any]:
        found = standing(subscription)
        event = _event(writer, "outbox.changed", subscription, asked)
        for name, value in {**asked, "said_by": event, "next_try_at": None}.items():
            setattr(found, name, value)
        _named(asked["name"], lambda: found.save(update_fields=[*asked, "said_by", "next_try_at"]))
        return {"subscription": str(subscription)}

    perform(Act(actor.principal, op_id, "change_subscription", {"subscription": str(subscription), **asked}), write)


def unsubscribe(actor: Actor, op_id: UUID, subscription: UUID, reason: str) -> int:
    """End a subscription; what still waits is dropped with it. Returns how many messages those were."""
    require(actor, "outbox")
    said = check_reason(reason)

    def write(writer: Writer) -> dict[str, Any]:
        found = standing(subscription)
        dropped = drop_rows(waiting_of(subscription))
        event = _event(writer, "outbox.unsubscribed", subscription, {"reason": said, "dropped": dropped})
        Subscription.objects.filter(id=found.id).update(ended_by=event)
        return {"dropped": dropped}

    return int(perform(Act(actor.principal, op_id, "unsubscribe", {"subscription": str(subscription), "reason": said}), write)["dropped"])


def rotate_secret(actor: Actor, op_id: UUID, subscription: UUID) -> Made:
    """Give a receiver a new secret. For a day the old one signs too, so that the receiver can change over."""
    require(actor, "outbox")
    fresh = Fresh(subscription)

    def write(writer: Writer) -> dict[str, Any]:
        standing(subscription)
        fresh.keep(_event(writer, "outbox.rotated", subscription, {"secret": str(fresh.id)}), now())
        return {"subscription": str(subscription), "secret": str(fresh.id)}

    return _made(perform(Act(actor.principal, op_id, "rotate_secret", {"subscription": str(subscription)}), write), fresh)


def standing(subscription: UUID) -> Subscription:
    """A subscription that has not ended, locked for the act; raises ``NotFound``."""
    found = Subscription.objects.select_for_update().filter(id=subscription, ended_by=None).first()
    if found is None:
        raise NotFound("outbox.unknown", "没有这个订阅，或者已经退订", "用 zhenwu outbox list 看有哪些。")
    return found


def waiting_of(subscription: UUID) -> Any:
    """The messages that wait, oldest first."""
    return Delivery.objects.filter(subscription=subscription, state=Delivery.WAITING).order_by("position")


def drop_rows(waiting: Any) -> int:
    """Give up messages; they stay to be read for a while, as dropped."""
    return int(waiting.order_by().update(state=Delivery.DROPPED, ended_at=now()))


def check_reason(reason: str) -> str:
    """A reason that can be kept; raises ``Problem('outbox.reason')``."""
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise Problem("outbox.reason", "没有写原因，或者太长", f"写 1 到 {LONGEST_REASON} 个字，不要换行。")
    return said


def says(row: Subscription) -> str:
    """The digest of what a subscription says: its last event keeps it."""
    return digest({"name": row.name, "url": row.url, "kinds": row.kinds, "line": row.line}, row.said_by.body.get("algorithm", "sha256"))


def altered() -> list[str]:
    """Subscriptions that no longer say what the journal says they do, or that ended or went on without an act."""
    rows = Subscription.objects.select_related("said_by", "ended_by")
    wrong = [row for row in rows if row.said_by.body.get("digest") != says(row) or (row.ended_by and row.ended_by.kind != "outbox.unsubscribed")]
    ended = {event.body["subscription"] for event in Event.objects.filter(kind="outbox.unsubscribed")}
    wrong += [row for row in rows if row.ended_by is None and str(row.id) in ended]
    return [f"{row.name} {row.id}" for row in wrong]


def _event(writer: Writer, kind: str, subscription: UUID, told: dict[str, Any]) -> Event:
    """The journal names what was said by its digest; an address may hold a receiver's token."""
    body: dict[str, Any] = {"subscription": str(subscription)}
    body |= {"digest": digest(told, settings.DIGEST), "algorithm": settings.DIGEST} if "url" in told else told
    return writer.event(kind, f"outbox:{subscription}", body)


def _checked(wish: Wish) -> dict[str, Any]:
    asked = wish.asked()
    if not asked["name"] or len(asked["name"]) > LONGEST_NAME or not asked["name"].isprintable():
        raise Problem("outbox.name", "订阅的名称不合要求", f"写 1 到 {LONGEST_NAME} 个字，例如 县数据平台。")
    unknown = [kind for kind in asked["kinds"] if kind not in KINDS]
    if unknown or not asked["kinds"]:
        told = "、".join(f"{kind}（{label}）" for kind, label in KINDS.items())
        raise Problem("outbox.kinds", f"没有“{unknown[0][:60]}”这种动态" if unknown else "没有写要哪些动态", f"可选：{told}。")
    _check_line(asked["line"])
    check_named(read_url(asked["url"]), settings.OUTBOX_ALLOW, settings.OUTBOX_PLAIN)
    return asked


def _check_line(line: str) -> None:
    if line in settings.CLOSED_LINES:
        raise Problem("outbox.closed_line", "这个条线的事项不对外推送", "它只给任命时写明这个条线的人看，没有例外。")
    if line and not (_LINE.fullmatch(line) and find("pack", line)):
        raise Problem("outbox.line", f"没有“{line[:60]}”这个条线", "写业务模块的编号（zhenwu pack list），或者不写，表示全部。")


def _named(name: str, store: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            store()
    except IntegrityError as error:
        raise Problem("outbox.taken", f"已经有一个叫“{name}”的订阅", "换一个名称，或者修改原来的。") from error


def _made(answer: dict[str, Any], fresh: Fresh) -> Made:
    return Made(UUID(answer["subscription"]), fresh.plain if answer["secret"] == str(fresh.id) else "")
