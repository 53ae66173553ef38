"""提醒 and 提醒单 for people: what is told to them and still stands, read marks, and slips that a person signs before they go out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.matters.access import doer, over_lines, where_posted
from zhenwu.kernel.matters.models import Address, Matter, Notice, NoticeRead, ReminderSlip, RunningLimit
from zhenwu.kernel.matters.schedule import BESIDE, OVERDUE, REMIND, Call
from zhenwu.kernel.matters.steps import workflow_of
from zhenwu.kernel.matters.telling import PROPOSE, SLIP, Whom, dispatchers, post_notice
from zhenwu.kernel.orgs.api import Actor, above, holders, post_kinds, posts_over, staff
from zhenwu.lib.clock import now
from zhenwu.lib.problems import NotFound, Problem, Refused

LONGEST_WORDS = 500
MOST_READ = 500


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """What is told to this person and still stands, with ``read``; newest first. What is told at night comes in the morning."""
    moment = now()
    query = Notice.objects.filter(_standing(), over=False, deliver_at__lte=moment)
    if actor.person_id is None:
        return query.annotate(read=Exists(NoticeRead.objects.none())).order_by("-deliver_at", "-id")
    lines = list(query.order_by().values_list("line", flat=True).distinct())
    query = query.filter(over_lines(actor, "list", lines), _addressed(actor, lines)).select_related("matter", "slip")
    read = NoticeRead.objects.filter(notice=OuterRef("pk"), person=actor.person_id)
    return query.annotate(read=Exists(read)).order_by("-deliver_at", "-id")


def unread(actor: Actor) -> QuerySet[Notice]:
    """What says something to this person and was not read by them."""
    return notices_for(actor).exclude(what=PROPOSE).exclude(reads__person=actor.person_id)


def proposed(actor: Actor) -> QuerySet[Notice]:
    """What asks this person to sign a 提醒单; what is overdue longest comes first."""
    return notices_for(actor).filter(what=PROPOSE).order_by("due_at", "id")


def read_notices(actor: Actor, op_id: UUID, notices: Collection[int]) -> dict[str, Any]:
    """Mark notices to this person as read; returns ``{"read": how many were not before}``. Journalled, so that nobody can say they were
    never told. Ids that are not theirs are passed over."""
    wanted = sorted(set(notices))[:MOST_READ]

    def write(writer: Writer) -> dict[str, Any]:
        fresh = [one.pk for one in notices_for(actor).filter(id__in=wanted).exclude(reads__person=actor.person_id)]
        if fresh and actor.person_id is not None:
            event = writer.event("notice.read", actor.principal, {"notices": fresh})
            NoticeRead.objects.bulk_create(NoticeRead(notice_id=one, person_id=actor.person_id, event=event) for one in fresh)
        return {"read": len(fresh)}

    return perform(Act(actor.principal, op_id, "read_notices", {"notices": wanted}), write)


def slip_of(actor: Actor, slip: int) -> ReminderSlip:
    """A 提醒单, proposed or signed, if its matter is within reach; else ``NotFound``."""
    query = ReminderSlip.objects.select_related("notice", "notice__matter", "signer").filter(id=slip)
    found = query.first()
    if found is None or not Notice.objects.filter(over_lines(actor, "list", [found.notice.line]), id=found.notice_id).exists():
        raise NotFound("slip.unknown", "没有这张提醒单", "请检查链接，或从“提醒”里打开。")
    return found


def owed_by(slip: ReminderSlip) -> tuple[UUID | None, list[str]]:
    """Whom a 提醒单 addresses: the kinds of post that answer for its limit, and the office, if the matter was sent to one that has them."""
    told = slip.notice
    limit = next((one for one in workflow_of(told.matter).limits if one.id == told.limit), None)
    overdue = Address.objects.filter(notice__matter=told.matter_id, notice__limit=told.limit, notice__since=told.since, notice__due_at=told.due_at, notice__what=OVERDUE)
    return overdue.filter(office__isnull=False).values_list("office", flat=True).first(), sorted(limit.owner) if limit else []


@dataclass(frozen=True)
class Receiver:
    """To whom a 提醒单 went: a kind of post ("" for a person in charge of the village) at an office, who holds it, and who of them has read it."""

    post: str
    office: UUID | None
    people: tuple[UUID, ...]
    read: tuple[UUID, ...]


def receivers(slip: ReminderSlip) -> list[Receiver]:
    """To whom a signed 提醒单 went, as posts are held today. For a slip whose reader was already found to be within reach."""
    told = slip.notice
    sent = Notice.objects.filter(matter=told.matter_id, limit=told.limit, since=told.since, due_at=told.due_at, what=SLIP).first()
    if sent is None:
        return []
    over, people = above(told.unit_id), staff()
    read = set(NoticeRead.objects.filter(notice=sent).values_list("person", flat=True))
    found = []
    for post, office, person in Address.objects.filter(notice=sent).order_by("post", "id").values_list("post", "office", "person"):
        held = holders(post, told.line, office) if office else [one.person_id for one in people if one.person_id and post in posts_over(one, told.line, over)]
        whom = (person,) if person else tuple(held)
        found.append(Receiver(post, office, whom, tuple(one for one in whom if one in read)))
    return found


def may_sign(actor: Actor, slip: ReminderSlip) -> bool:
    """Whether this person may sign it now: it waits, its matter is still overdue, and they hold a post that sends matters on."""
    return slip.event_id is None and _stands(slip) and bool(_signing_posts(actor, slip))


def sign_slip(actor: Actor, op_id: UUID, slip: int, words: str = "") -> dict[str, Any]:
    """Sign a 提醒单: now it goes to those who answer for the limit and to 包村领导、村书记、网格员 of the place. Returns ``{"slip": id}``.

    Raises ``NotFound``, ``Refused('slip.not_yours')``, ``Problem('slip.signed')``, ``Problem('slip.past')``, ``Problem('slip.words')``.
    """
    words = words.strip()
    if len(words) > LONGEST_WORDS or any(not sign.isprintable() and sign not in "\r\n" for sign in words):
        raise Problem("slip.words", "要说的话太长，或含有不能保存的字符", f"不超过{LONGEST_WORDS}字。")

    def write(writer: Writer) -> dict[str, Any]:
        found = slip_of(actor, slip)
        matter = Matter.objects.select_for_update().get(id=found.notice.matter_id)
        found = slip_of(actor, slip)
        if not _signing_posts(actor, found):
            able = "、".join(post_kinds()[post].label for post in sorted(dispatchers(workflow_of(matter))))
            raise Refused("slip.not_yours", "提醒单不归您签", f"请{able}来签。")
        if found.event_id is not None:
            raise Problem("slip.signed", "这张提醒单已经签过、发出了", "刷新页面看是谁签的。")
        if not _stands(found):
            raise Problem("slip.past", "这件事已经往下办了，或者时限变了，不用再发提醒单", "到事项页看现在到了哪一步。")
        event = writer.event("matter.slip_signed", f"matter:{matter.id}", {"matter": str(matter.id), "limit": found.notice.limit, "slip": found.pk})
        _send(event, found, matter)
        ReminderSlip.objects.filter(id=found.pk).update(signer=actor.person_id, signed_at=now(), words=words, event=event)
        return {"slip": found.pk}

    return perform(Act(actor.principal, op_id, "sign_slip", {"slip": slip, "words": words}), write)


def signed_slips(matter: UUID) -> list[ReminderSlip]:
    """The 提醒单 that went out for a matter, oldest first. For a matter whose reader was already found to be within reach."""
    return list(ReminderSlip.objects.filter(notice__matter=matter, event__isnull=False).select_related("signer").order_by("signed_at"))


def _send(event: Any, slip: ReminderSlip, matter: Matter) -> None:
    proposed = slip.notice
    limit = next((one for one in workflow_of(matter).limits if one.id == proposed.limit), None)
    row = _row_of(proposed).first()
    call = Call(OVERDUE, proposed.due_at, limit.owner if limit else frozenset(), BESIDE)
    post_notice(event, proposed, SLIP, now(), limit is not None and limit.clock == "urgent_hour", Whom().of(row.line, row.unit_id, row.assigned_id, call) if row else ())


def _standing() -> Q:
    """Notices whose limit runs, at this very step, towards the due time of which they speak: a reminder until then, the others from then on."""
    moment = now()
    row = RunningLimit.objects.filter(matter=OuterRef("matter"), limit=OuterRef("limit"), since=OuterRef("since"), due_at=OuterRef("due_at"), step__retired_by=None)
    return Q(Exists(row)) & (Q(what=REMIND, due_at__gt=moment) | (~Q(what=REMIND) & Q(due_at__lte=moment))) & _unsigned()


def _unsigned() -> Q:
    """A proposal has no more to say once its slip is signed."""
    return ~Q(what=PROPOSE) | Q(Exists(ReminderSlip.objects.filter(notice=OuterRef("pk"), event=None)))


def _stands(slip: ReminderSlip) -> bool:
    return slip.notice.due_at <= now() and _row_of(slip.notice).exists()


def _row_of(notice: Notice) -> QuerySet[RunningLimit]:
    return RunningLimit.objects.filter(matter_id=notice.matter_id, limit=notice.limit, since=notice.since, due_at=notice.due_at, step__retired_by=None)


def _signing_posts(actor: Actor, slip: ReminderSlip) -> frozenset[str]:
    return doer(actor, slip.notice.line, slip.notice.unit_id).posts & dispatchers(workflow_of(slip.notice.matter))


def _addressed(actor: Actor, lines: Collection[str]) -> Q:
    """Notices for this person: by name, by a post held over the place, or by a post held at the office to which the matter was sent."""
    found = Q(Exists(Address.objects.filter(notice=OuterRef("pk"), person=actor.person_id)))
    for kind in actor.post_kinds:
        found |= where_posted(actor, kind, lines) & Q(Exists(Address.objects.filter(notice=OuterRef("pk"), post=kind, office=None)))
    for held in actor.posts:
        whole = post_kinds()[held.kind].all_lines or "*" in held.lines
        here = [line for line in lines if whole or line in held.lines]
        found |= Q(Exists(Address.objects.filter(notice=OuterRef("pk"), post=held.kind, office=held.unit_id)), line__in=here)
    return found


