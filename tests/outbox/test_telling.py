"""What is told: ids, kind, time, state and line, once for each receiver, and nothing of people or of confidential lines."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import posted
from tests.outbox.conftest import POSTGRES, listen, queue, report
from tests.outbox.receivers import Receiver
from tests.people import People
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.journal.api import follow, head, moment_of, rewind
from zhenwu.kernel.ledgers.api import close_year
from zhenwu.kernel.matters.api import (
    Report,
    Taken,
    advance_matter,
    merge_matters,
    open_matter,
    standard_body,
    take_steps,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.outbox.api import FOLLOWER, send_due, standings

pytestmark = pytest.mark.django_db(transaction=POSTGRES)


def test_a_report_of_alian_is_told_by_ids_alone(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    matter = report(people, "路灯不亮")
    queue()
    assert send_due() == 1
    [heard] = receiver.heard
    told = heard.told
    moment = moment_of(head())
    assert moment and told["timestamp"] == moment.isoformat() and told["type"] == "matter.opened"
    assert told["data"] == {
        "position": head(), "event": told["data"]["event"], "matter": str(matter), "version": 1, "state": "reported", "line": "grid",
    }  # fmt: skip
    assert heard.path == "/hook?from=zhenwu" and heard.headers["content-type"] == "application/json"
    for secret in ("路灯", "王家", "13800000000", "阿莲", str(people.alian.person_id), str(people.town["深塘一格"])):
        assert secret.encode() not in heard.body


def test_what_happened_before_a_subscription_is_not_told(people: People, admin: Actor, receiver: Receiver) -> None:
    report(people)
    listen(admin, receiver)
    later = report(people)
    queue()
    assert send_due() == 1 and receiver.heard[0].told["data"]["matter"] == str(later)


def test_only_the_kinds_and_the_line_asked_for_are_told(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=("matter.opened",), line="service")
    report(people, line="grid")
    wanted = report(people, line="service")
    advance_matter(SYSTEM, uuid4(), wanted, "accept", 1)
    close_year(SYSTEM, 2019, uuid4())
    queue()
    send_due()
    assert [one.told["data"]["matter"] for one in receiver.heard] == [str(wanted)]


def test_steps_taken_in_bulk_are_one_message_with_each_matter_as_it_was_left(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, line="grid")
    place = people.town["深塘一格"]
    first, second, other = uuid4(), uuid4(), uuid4()
    steps = [
        Taken(first, "report", report=Report("grid", place, "树倒了")), Taken(second, "report", report=Report("grid", place, "井盖坏了")),
        Taken(other, "report", report=Report("service", place, "办证")), Taken(first, "accept", 1),
    ]  # fmt: skip
    take_steps(SYSTEM, uuid4(), steps)
    queue()
    assert send_due() == 1
    told = receiver.heard[0].told
    assert told["type"] == "matter.batched"
    matters = {one["matter"]: (one["version"], one["state"], one["line"]) for one in told["data"]["matters"]}
    assert matters == {str(first): (2, "accepted", "grid"), str(second): (1, "reported", "grid")}


def test_a_report_that_was_merged_away_is_told_to_be_closed_by_its_own_number(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver, kinds=("matter.closed",))
    lead, other, place = report(people), report(people, "路灯还是不亮"), str(people.town["综合站"])
    merge_matters(SYSTEM, uuid4(), lead, [(other, 1)], "同一盏")
    for version, (action, given) in enumerate((("accept", {}), ("dispatch", {"unit": place}), ("sign", {}), ("handle", {}), ("complete", {"result": "换了"})), 2):
        advance_matter(SYSTEM, uuid4(), lead, action, version, given)
    clerk = posted("chuang", "小窗", "clerk", people.town["综合站"], "grid")
    for version, (action, given) in enumerate((("verify", {"seen": "亮了"}), ("close", {})), 7):
        advance_matter(clerk, uuid4(), lead, action, version, given)
    queue()
    send_due()
    assert {(one.told["type"], one.told["data"]["matter"], one.told["data"]["state"]) for one in receiver.heard} == {
        ("matter.closed", str(lead), "closed"), ("matter.closed", str(other), "closed"),
    }  # fmt: skip


def test_matters_of_a_confidential_line_are_told_to_nobody(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    discipline = posted("jiwei", "纪委", "officer", people.town["综合站"], "integrity")
    place = people.town["深塘一格"]
    open_matter(discipline, uuid4(), Report("integrity", place, "线索"))
    take_steps(SYSTEM, uuid4(), [Taken(uuid4(), "report", report=Report("integrity", place, "线索二"))])
    queue()
    assert send_due() == 0 and receiver.heard == []


def test_what_was_sealed_is_told_to_nobody_from_then_on(people: People, admin: Actor, receiver: Receiver) -> None:
    body = standard_body() | {"id": "quiet"}
    body["action"].append({"id": "seal", "label": "封存", "seals": "integrity", "move": [{"from": "reported", "to": "accepted", "posts": ["clerk"]}]})
    install(SYSTEM, [Draft("workflow", "grid.quiet", "grid", {"key": "grid.quiet", "pack": "grid", **body})], uuid4())
    listen(admin, receiver)
    matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", people.town["深塘一格"], "线索"), workflow="grid.quiet")["matter"])
    advance_matter(SYSTEM, uuid4(), matter, "seal", 1)
    queue()
    send_due()
    assert [one.told["type"] for one in receiver.heard] == ["matter.opened"]


def test_a_closed_year_is_told(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    close_year(SYSTEM, 2019, uuid4())
    queue()
    send_due()
    assert [(one.told["type"], one.told["data"]["year"]) for one in receiver.heard] == [("year.closed", 2019)]


def test_a_batch_that_is_followed_again_queues_nothing_twice(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    before = head()
    for _ in range(3):
        report(people)
    queue()
    assert send_due() == 3
    rewind(FOLLOWER.name, before)
    follow(FOLLOWER)
    assert send_due() == 0 and len(set(receiver.ids)) == len(receiver.ids) == 3


def test_each_receiver_hears_by_ids_of_its_own(people: People, admin: Actor, receiver: Receiver, another: Receiver) -> None:
    listen(admin, receiver)
    listen(admin, another, "第二家")
    report(people)
    queue()
    assert send_due() == 2 and receiver.ids != another.ids and receiver.heard[0].body == another.heard[0].body


def test_a_full_backlog_loses_aloud(people: People, admin: Actor, receiver: Receiver, settings: Any) -> None:
    """The receiver is told which positions it missed, in their place; the administrator sees how many."""
    settings.OUTBOX_BACKLOG = 4
    listen(admin, receiver)
    first = head() + 1
    for _ in range(9):
        report(people)
    queue()
    for _ in range(3):  # the marker is there already: it grows
        report(people)
    queue()
    [standing] = standings(admin)
    assert (standing.waiting, standing.lost) == (5, 8)
    send_due()
    report(people)
    queue()
    send_due()
    told = [(one.told["type"], one.told["data"].get("position")) for one in receiver.heard]
    assert told == [*(("matter.opened", first + n) for n in range(4)), ("outbox.lost", None), ("matter.opened", first + 12)]
    assert receiver.heard[4].told["data"] == {"first": first + 4, "last": first + 11, "count": 8}


def test_a_long_loss_is_one_marker_until_half_of_the_backlog_is_gone(people: People, admin: Actor, receiver: Receiver, settings: Any) -> None:
    settings.OUTBOX_BACKLOG = 4
    listen(admin, receiver)
    for _ in range(6):
        report(people)
    queue()
    receiver.ways = [204, 500]
    send_due()  # one told: four still wait
    report(people)
    queue()
    assert [(one.waiting, one.lost) for one in standings(admin)] == [(4, 3)]
