"""What an administrator sees: who is told, what waits and since when, what went wrong last. Nothing is stuck without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from zhenwu.kernel.journal.api import head, moment_of, position_of
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.kernel.outbox.models import Delivery, Subscription
from zhenwu.kernel.outbox.telling import FOLLOWER, KINDS, LOST, TESTED
from zhenwu.lib.clock import now
from zhenwu.lib.problems import NotFound

PATIENCE = timedelta(minutes=15)  # what waits longer is told to the administrators
LABELS = {**KINDS, TESTED: "试推送", LOST: "漏推的说明"}


@dataclass(frozen=True)
class Standing:
    """A subscription as it stands. ``oldest``: since when its oldest message waits; ``late``: longer than a quarter of an hour."""

    id: UUID
    name: str
    url: str
    kinds: Sequence[str]
    line: str
    state: str
    paused: bool
    waiting: int
    oldest: datetime | None
    late: bool
    last_delivered_at: datetime | None
    last_error: str
    next_try_at: datetime | None
    lost: int


@dataclass(frozen=True)
class Told:
    """A message that was told or dropped."""

    receiver: str
    position: int
    label: str
    delivered: bool
    status: int | None
    tries: int
    at: datetime


def standings(actor: Actor) -> list[Standing]:
    """All subscriptions, by name."""
    require(actor, "outbox")
    waiting = Counter(dict(Delivery.objects.filter(state=Delivery.WAITING).values_list("subscription").annotate(Count("id"))))
    return [_standing(row, waiting[row.id]) for row in _live().order_by("name")]


def latest(actor: Actor, count: int = 20) -> list[Told]:
    """The newest messages that were told or dropped, newest first."""
    require(actor, "outbox")
    rows = Delivery.objects.filter(ended_at__isnull=False).select_related("subscription").order_by("-ended_at", "-position")[:count]
    return [
        Told(row.subscription.name, row.position, LABELS.get(row.kind, row.kind), row.state == Delivery.DELIVERED, row.status, row.tries, row.ended_at)
        for row in rows
        if row.ended_at
    ]


def troubles(actor: Actor) -> list[str]:
    """What has waited longer than a quarter of an hour, in words; nothing for whom it does not concern."""
    if not actor.may("outbox"):
        return []
    rows = [row for row in _live().order_by("name") if row.oldest and now() - row.oldest > PATIENCE]
    told = [f"“{row.name}”最早的一条等了{spoken(now() - row.oldest)}：{_why(row)}" for row in rows]
    if (behind := _behind()) and Subscription.objects.filter(ended_by=None).exists():
        told.append(f"后台有{spoken(behind)}没有看新的动态：检查镇务的后台是否在运行（zhenwu serve 或 zhenwu work）")
    return told


def named(actor: Actor, name: str) -> Standing:
    """The subscription of this name or id; raises ``NotFound``."""
    found = next((one for one in standings(actor) if name in (one.name, str(one.id))), None)
    if found is None:
        raise NotFound("outbox.unknown", f"没有叫“{name[:60]}”的订阅", "用 zhenwu outbox list 看有哪些。")
    return found


def spoken(age: timedelta) -> str:
    """An age as one says it: 20分钟, 3小时, 2天."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "不到1分钟"
    return f"{minutes}分钟" if minutes < 120 else f"{minutes // 60}小时" if minutes < 2880 else f"{minutes // 1440}天"


def _live() -> Any:
    """Subscriptions, each with ``oldest``: since when its first message waits."""
    first = Delivery.objects.filter(subscription=OuterRef("pk"), state=Delivery.WAITING, queued_at__lte=now()).order_by("position").values("queued_at")[:1]
    return Subscription.objects.filter(ended_by=None).annotate(oldest=Subquery(first))


def _standing(row: Any, waiting: int) -> Standing:
    oldest: datetime | None = row.oldest
    return Standing(
        row.id, row.name, row.url, tuple(row.kinds), row.line, _state(row, waiting), bool(row.paused), waiting, oldest, bool(oldest and now() - oldest > PATIENCE),
        row.last_delivered_at, row.last_error, row.next_try_at if waiting else None, row.lost,
    )  # fmt: skip


def _state(row: Any, waiting: int) -> str:
    if row.paused:
        return f"已暂停：{row.paused}"
    if row.failing:
        return f"一直发不到（{spoken(now() - row.failing_since)}）" if row.failing_since else "一直发不到"
    if row.failures:
        return f"没发到，试了{row.failures}次"
    return "正在发" if row.oldest else "等到早上再发" if waiting else "正常"


def _why(row: Subscription) -> str:
    return f"已暂停（{row.paused}）" if row.paused else row.last_error or "还没有试过，检查镇务的后台是否在运行"


def _behind() -> timedelta | None:
    """How long an event has waited to be looked at, if too long."""
    here = position_of(FOLLOWER.name)
    moment = moment_of(here + 1) if head() > here else None
    return now() - moment if moment is not None and now() - moment > PATIENCE else None
