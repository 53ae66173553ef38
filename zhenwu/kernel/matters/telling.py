"""The tick: what has come to be told about running limits is told, each thing once, whoever turns the clock and however late.

Each telling is an act of the system with an operation id made from the limit's run, what is told and the due time of which it speaks:
after a kill, from two processes, after weeks in which the machine was off, it happens once. A due time that moves (the calendar, a
parameter, a pause) is told anew when it comes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import InterfaceError, OperationalError

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.matters.models import Address, Matter, Notice, ReminderSlip, RunningLimit
from zhenwu.kernel.matters.pressing import PRESS_ACTION, card_for, may_be_pressed
from zhenwu.kernel.matters.running_limits import Reckoned, reckon, sweep, write
from zhenwu.kernel.matters.schedule import ESCALATE, LAPSE, OVERDUE, REMIND, Call, come, left
from zhenwu.kernel.matters.steps import Report, workflow_of
from zhenwu.kernel.matters.verbs import opening
from zhenwu.kernel.matters.workflow import LEADERS, Workflow
from zhenwu.kernel.matters.workflow_tables import PRESSING
from zhenwu.kernel.orgs.api import SYSTEM, Actor, above, charges, holders, posts_over, staff, tree
from zhenwu.lib.clock import LOCAL, now

LONGEST_TITLE = 120
MOST = 100  # limits spoken of in one tick
PROPOSE, SLIP, PRESS = "propose", "slip", "press"
VILLAGE_CHARGE = "village"  # 包村: who answers for a village is told of what is overdue there
_SPACE = UUID("3d0c0f9e-5f0b-5b1e-8a65-0f8f6d3c9a21")  # the name space of operation ids made here
_KINDS = {REMIND: "matter.reminded", OVERDUE: "matter.overdue", LAPSE: "matter.lapsed"}
_WORDS = {REMIND: "快到期了", OVERDUE: "超期了", LAPSE: "期限过了，可以办下一步", PROPOSE: "超期了，要不要发提醒单", SLIP: "提醒单", PRESS: "提请督办，由领导签发"}
_LATER = timedelta(hours=1)  # what could not be told is tried again
To = tuple[str, UUID | None, UUID | None]  # (post, office, person); an empty post means the person
log = logging.getLogger("zhenwu.clockwork")


class _Moved(Exception):
    """The matter has gone on since: there is nothing to tell."""


def tell_due(most: int = MOST) -> int:
    """Tell what has come; returns how much was told (0: nothing waits any more). Nothing is told while due times are being
    reckoned anew."""
    if not sweep():
        return 0
    moment = now()
    waiting = list(RunningLimit.objects.filter(next_at__lte=moment, step__retired_by=None).order_by("next_at", "id")[:most])
    fresh = reckon({row.matter_id for row in waiting})
    told, whom = 0, Whom()
    for row in waiting:
        one = next((one for one in fresh.get(row.matter_id, ()) if _same(one.row, row)), None)
        if one is None or one.row.next_at != row.next_at:
            write([row.matter_id], fresh)  # reckoned otherwise than it stands: put right, and told at the next tick
            continue
        told += sum(_tell(one, call, moment, whom) for call in come(one.calls, one.told, moment))
    return told


class Whom:
    """Whom a call is for; what several calls ask about posts and villages is asked once."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, UUID], bool] = {}
        self._charged: dict[UUID, set[UUID]] = {}
        self._over: dict[UUID, frozenset[UUID]] = {}
        self._staff: list[Actor] = []

    def of(self, line: str, unit: UUID, office: UUID | None, call: Call) -> list[To]:
        """Each whom a call is for. Who answers for the limit is told at the office to which the matter was sent, if somebody holds
        that post there, else over its place; where nobody holds it at all, the leaders are: an empty post is told to nobody."""
        found: set[To] = {(post, None, None) for post in call.beside}
        answering = {(post, office if office and self._is_held(post, line, office) else None, None) for post in call.owners}
        if call.owners and not any(at or self._is_held_over(post, line, unit) for post, at, _ in answering):
            answering |= {(post, None, None) for post in LEADERS}
        found |= answering
        if call.what == OVERDUE:
            found |= {("", None, person) for person in self._in_charge(unit)}
        return sorted(found, key=str)

    def _is_held(self, post: str, line: str, office: UUID) -> bool:
        key = (post, line, office)
        if key not in self._held:
            self._held[key] = bool(holders(post, line, office))
        return self._held[key]

    def _is_held_over(self, post: str, line: str, unit: UUID) -> bool:
        """Whether anybody holds a post over a place: those of an office do over its whole township."""
        if unit not in self._over:
            self._over[unit] = above(unit)
        self._staff = self._staff or staff()
        return any(post in posts_over(one, line, self._over[unit]) for one in self._staff)

    def _in_charge(self, unit: UUID) -> set[UUID]:
        """Who answers for the village (包村) in which a unit lies."""
        if unit not in self._charged:
            stands = tree()
            places = {unit, *stands.ancestors(unit)} if unit in stands else set()
            self._charged[unit] = {held.person_id for held in charges(duty=VILLAGE_CHARGE) if held.unit_id in places}
        return self._charged[unit]


def in_words(what: str) -> str:
    """What is told, for a person."""
    return _WORDS.get(what) or f"超期没有办，第{what.removeprefix(ESCALATE)}级提请"


def dispatchers(workflow: Workflow) -> frozenset[str]:
    """The posts that send matters on: they are proposed the 提醒单, and sign it."""
    moves = [move for action in workflow.actions if "unit" in action.needs for move in action.moves if not move.at_office]
    return frozenset(post for move in moves for post in move.posts) or frozenset(LEADERS)


def delivery(moment: datetime, urgent: bool) -> datetime:
    """When something told at a moment reaches people: at once, or after the quiet hours (``QUIET_HOURS``) unless it is urgent."""
    begins, ends = (time.fromisoformat(one) for one in settings.QUIET_HOURS)
    local = moment.astimezone(LOCAL)
    at, over_midnight = local.time(), begins > ends
    quiet = (at >= begins or at < ends) if over_midnight else begins <= at < ends
    if urgent or not quiet:
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and at >= begins else local.date()
    return datetime.combine(day, ends, LOCAL)


def post_notice(writer_event: Any, row: RunningLimit | Notice, what: str, came: datetime, urgent: bool, to: Iterable[To]) -> Notice:
    """Write a notice with whom it is for, inside a verb."""
    assert row.due_at is not None, "what stands still is not told"
    notice = Notice.objects.create(
        matter_id=row.matter_id, line=row.line, unit_id=row.unit_id, limit=row.limit, label=row.label, since=row.since, due_at=row.due_at,
        what=what, came_at=came, deliver_at=delivery(now(), urgent), event=writer_event,
    )  # fmt: skip
    Address.objects.bulk_create(Address(notice=notice, post=post, office_id=office, person_id=person) for post, office, person in to)
    return notice


def _same(one: RunningLimit, other: RunningLimit) -> bool:
    return (one.limit, one.since, one.due_at, one.step_id) == (other.limit, other.since, other.due_at, other.step_id)


def _tell(one: Reckoned, call: Call, moment: datetime, whom: Whom) -> int:
    """Tell one thing; returns 1, or 0 when it could not be told now."""
    row = one.row
    said = {"matter": str(row.matter_id), "limit": row.limit, "since": _moment(row.since), "due": _moment(row.due_at), "what": call.what}
    act = Act(SYSTEM.principal, uuid5(_SPACE, " ".join(said.values())), "tell_due", said)
    try:
        to = whom.of(row.line, row.unit_id, row.assigned_id, call)
        perform(act, lambda writer: _write(writer, one, call, said, to))
    except _Moved:
        return 0
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("matter %s: %s could not be told; next try in an hour", row.matter_id, call.what)
        _of(row).update(next_at=moment + _LATER)
        return 0
    return 1


def _write(writer: Writer, one: Reckoned, call: Call, said: dict[str, str], to: Sequence[To]) -> dict[str, Any]:
    row = one.row
    assert row.due_at is not None, "what stands still is not told"
    matter = Matter.objects.select_for_update().get(id=row.matter_id)
    if not _of(row).filter(step_id=row.step_id, step__retired_by=None).exists():
        raise _Moved
    workflow = workflow_of(matter)
    urgent = any(limit.id == row.limit and limit.clock == "urgent_hour" for limit in workflow.limits)
    kind = _KINDS.get(call.what, "matter.escalated")
    event = writer.event(kind, f"matter:{matter.id}", {**said, "came": _moment(call.at)})
    notice = post_notice(event, row, call.what, call.at, urgent, to)
    if call.what == OVERDUE:
        sending = [(post, None, None) for post in sorted(dispatchers(workflow))]
        ReminderSlip.objects.create(notice=post_notice(event, row, PROPOSE, call.at, urgent, sending))
    if call.presses:
        _press(writer, matter, row)
    said_now = frozenset(Notice.objects.filter(matter_id=matter.id, limit=row.limit, since=row.since, due_at=row.due_at).values_list("what", flat=True))
    upcoming = left(one.calls, said_now)
    _of(row).update(next_at=upcoming.at if upcoming else None)
    return {"notice": notice.pk}


def _press(writer: Writer, matter: Matter, row: RunningLimit) -> None:
    """Propose a 督办 for what is overdue so long, for a leader to sign or decline; none while one is under way, and none for a 督办."""
    if not may_be_pressed(matter, row.unit_id):
        return
    sent = {"card": card_for(matter.id)} | ({"unit": str(row.assigned_id)} if row.assigned_id and row.assigned_id in tree() else {})
    text = f"{row.label}应在 {row.last_day} 以前，还没有办，由系统提请。"
    report = Report(matter.line, row.unit_id, f"督办：{matter.title}"[:LONGEST_TITLE], text, about=matter.id)
    opening(writer, SYSTEM, uuid5(matter.id, f"press {row.limit} {_moment(row.due_at)}"), report, PRESSING, PRESS_ACTION, sent, {"about": str(matter.id)})


def _of(row: RunningLimit) -> Any:
    return RunningLimit.objects.filter(matter_id=row.matter_id, limit=row.limit, since=row.since, due_at=row.due_at)


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


