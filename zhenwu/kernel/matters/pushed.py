"""Notices as they may leave the house: to whom, when, about which limit of which matter, by ids alone (decision 0023). For followers: no rights
are checked, but what is sealed is left out, and whoever is kept out of a matter is not among those it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters.models import Address, Notice, Step
from zhenwu.kernel.matters.schedule import REMIND
from zhenwu.kernel.matters.telling import PROPOSE
from zhenwu.kernel.orgs.api import Actor, above, holders, posts_over, staff
from zhenwu.lib.clock import now

To = tuple[str, UUID | None, UUID | None]  # (post, office, person); an empty post means the person


@dataclass(frozen=True)
class Pushed:
    """A notice that an event told: ``what`` (remind, overdue, lapse, escalate1…, propose, slip), ``to`` as it is addressed, ``people`` whom that means
    now, by their ids. ``deliver_at`` lies outside the quiet hours unless the limit is urgent."""

    event: int
    notice: int
    matter: UUID
    line: str
    limit: str
    what: str
    due_at: datetime
    deliver_at: datetime
    to: tuple[To, ...]
    people: tuple[UUID, ...]


def pushed(events: Sequence[Event]) -> list[Pushed]:
    """What these events told, in the order of telling."""
    notices = list(Notice.objects.filter(event__in=events).order_by("id"))
    if not notices:
        return []
    live = {step.matter_id: step for step in Step.objects.filter(matter__in={one.matter_id for one in notices}, retired_by=None)}
    to: dict[int, list[To]] = defaultdict(list)
    for notice, post, office, person in Address.objects.filter(notice__in=notices).order_by("post", "id").values_list("notice_id", "post", "office", "person"):
        to[notice].append((post, office, person))
    everybody, found = staff(), []
    for one in notices:
        kept = live[one.matter_id].carried
        if not kept.get("sealed"):
            people = _people(everybody, one, to[one.pk]) - {UUID(person) for person in kept.get("barred", ())}
            told = (one.event_id, one.pk, one.matter_id, one.line, one.limit, one.what, one.due_at, one.deliver_at)
            found.append(Pushed(*told, tuple(to[one.pk]), tuple(sorted(people))))
    return found


def fallen_silent(notices: Collection[int]) -> bool:
    """Whether none of these notices has anything to say any more: what they spoke of was done, stands still, is due otherwise; a reminder whose
    time has come, a proposal that was signed."""
    past = Q(over=True) | Q(what=REMIND, due_at__lte=now()) | Q(what=PROPOSE, slip__event__isnull=False)
    return not Notice.objects.filter(id__in=notices).exclude(id__in=Notice.objects.filter(past, id__in=notices).values("id")).exists()


def _people(everybody: Sequence[Actor], notice: Notice, to: Sequence[To]) -> set[UUID]:
    over, found = above(notice.unit_id), set[UUID]()
    for post, office, person in to:
        if person is not None:
            found.add(person)
        elif office is not None:
            found.update(holders(post, notice.line, office))
        else:
            found.update(one.person_id for one in everybody if one.person_id and post in posts_over(one, notice.line, over))
    return found
