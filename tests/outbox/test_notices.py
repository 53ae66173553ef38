"""Notices that leave the house: only to whoever asked by name, with whom they are for, not at night, and nothing that was done meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matters.timed import NOTICE
from tests.orgs.staff import posted
from tests.outbox.conftest import POSTGRES, listen, queue
from tests.outbox.receivers import Receiver
from tests.people import People
from zhenwu.kernel.definitions.api import Draft, install, set_days
from zhenwu.kernel.matters.api import Report, advance_matter, catch_up_limits, open_matter, standard_body, tell_due
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.outbox.api import EVERYTHING, due, latest, send_due, standings, troubles
from zhenwu.lib.clock import LOCAL, at

pytestmark = pytest.mark.django_db(transaction=POSTGRES)
KINDS = ("matter.reminded", "matter.overdue", "matter.escalated", "matter.slip_signed")
MORNING = datetime(2029, 2, 5, 8, tzinfo=LOCAL)  # a Monday


@pytest.fixture
def clerk(people: People) -> Iterator[Actor]:
    set_days(SYSTEM, NOTICE, uuid4(), notice=2029)
    yield posted("chuang", "小窗", "clerk", people.town["综合站"], "grid")


def opened(people: People, clock: str, value: int, line: str = "grid", **more: Any) -> UUID:
    """A matter that the clerk has to take up within so much time of a clock."""
    body = standard_body() | {"id": "timed", "label": "限时"}
    body["limit"] = [{"id": "accept", "label": "受理时限", "during": ["reported"], "owner": ["clerk"], "value": value, "clock": clock}]
    body["action"] += more.get("actions", [])
    install(SYSTEM, [Draft("workflow", "grid.timed", "grid", {"key": "grid.timed", "pack": "grid", **body})], uuid4())
    with at(MORNING):
        return UUID(open_matter(SYSTEM, uuid4(), Report(line, people.town["深塘一格"], "井盖松动"), workflow="grid.timed")["matter"])


def turned(moment: datetime) -> int:
    """The clockwork turns and the sender sends; how many messages were told."""
    with at(moment):
        catch_up_limits()
        tell_due()
        queue()
        return send_due()


def test_who_asked_for_notices_is_told_whom_they_are_for_by_ids_alone(people: People, admin: Actor, clerk: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=KINDS)
    matter = opened(people, "urgent_hour", 2)
    assert turned(MORNING + timedelta(hours=3)) == 1
    [heard] = receiver.heard
    data = heard.told["data"]
    assert heard.told["type"] == "matter.overdue" and (data["matter"], data["line"], data["limit"]) == (str(matter), "grid", "accept")
    assert datetime.fromisoformat(data["due"]) == MORNING + timedelta(hours=2)
    overdue, propose = data["notices"]
    assert (overdue["what"], propose["what"]) == ("overdue", "propose")
    assert {"post": "clerk", "office": None, "person": None} in overdue["to"] and {"post": "grid_worker", "office": None, "person": None} in overdue["to"]
    assert overdue["people"] == sorted([str(clerk.person_id), str(people.alian.person_id)])
    for secret in ("井盖", "小窗", "阿莲", "受理时限"):
        assert secret.encode() not in heard.body


def test_what_comes_at_night_is_sent_in_the_morning_and_holds_nothing_else_up(people: People, admin: Actor, clerk: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=(*KINDS, "matter.opened"))
    opened(people, "work_day", 1)
    overdue = datetime(2029, 2, 7, 0, tzinfo=LOCAL)
    assert turned(datetime(2029, 2, 5, 9, tzinfo=LOCAL)) == 1  # that it was opened
    with at(overdue + timedelta(minutes=1)):
        catch_up_limits()
        tell_due()
        open_matter(SYSTEM, uuid4(), Report("grid", people.town["深塘一格"], "后来的"))
        queue()
        assert send_due() == 1 and [one.told["type"] for one in receiver.heard] == ["matter.opened"] * 2
        (stands,) = standings(admin)
        assert (stands.waiting, stands.state, stands.late, troubles(admin)) == (1, "等到早上再发", False, [])
    with at(overdue + timedelta(hours=6, minutes=59)):
        assert due() == [] and send_due() == 0
    with at(overdue + timedelta(hours=7)):
        assert send_due() == 1 and receiver.heard[-1].told["type"] == "matter.overdue"
        assert datetime.fromisoformat(receiver.heard[-1].told["data"]["deliver_at"]) == overdue + timedelta(hours=7)


def test_what_is_urgent_is_sent_at_night(people: People, admin: Actor, clerk: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=KINDS)
    opened(people, "urgent_hour", 15)
    assert turned(MORNING + timedelta(hours=15, minutes=1)) == 1 and receiver.heard[0].told["type"] == "matter.overdue"


def test_what_was_done_before_the_morning_is_sent_to_nobody(people: People, admin: Actor, clerk: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=KINDS)
    matter = opened(people, "work_day", 1)
    overdue = datetime(2029, 2, 7, 0, tzinfo=LOCAL)
    assert turned(overdue + timedelta(minutes=1)) == 0
    with at(overdue + timedelta(hours=6)):
        advance_matter(clerk, uuid4(), matter, "accept", 1)
    assert turned(overdue + timedelta(hours=7)) == 0 and receiver.heard == []
    with at(overdue + timedelta(hours=7)):
        (stands,) = standings(admin)
        assert (stands.waiting, stands.state) == (0, "正常") and [one.delivered for one in latest(admin)] == [False]


def test_nobody_is_told_of_notices_unasked(people: People, admin: Actor, clerk: Actor, receiver: Receiver) -> None:
    assert not set(EVERYTHING) & set(KINDS)
    listen(admin, receiver, kinds=EVERYTHING)
    opened(people, "urgent_hour", 2)
    turned(MORNING + timedelta(hours=3))
    assert [one.told["type"] for one in receiver.heard] == ["matter.opened"]


def test_notices_of_what_is_sealed_or_confidential_are_told_to_nobody(people: People, admin: Actor, clerk: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=KINDS)
    posted("jiwei", "纪委", "clerk", people.town["综合站"], "integrity")
    seal = {"id": "seal", "label": "封存", "seals": "service", "move": [{"from": "reported", "to": "reported", "posts": ["clerk"]}]}
    opened(people, "urgent_hour", 2, line="integrity")
    sealed = opened(people, "urgent_hour", 2, actions=[seal])
    with at(MORNING):
        advance_matter(SYSTEM, uuid4(), sealed, "seal", 1)
    assert turned(MORNING + timedelta(hours=3)) == 0 and receiver.heard == []
