"""How it is told: in order, again until the receiver has it, one receiver's trouble never another's, nothing stuck without a word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from tests.outbox.conftest import PATIENCE, POSTGRES, listen, queue, report
from tests.outbox.receivers import Receiver
from tests.people import People
from zhenwu.kernel.journal.api import events_about, sequence
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.outbox import posting, sending
from zhenwu.kernel.outbox.api import (
    drop,
    due,
    forget_ended,
    latest,
    pause,
    pause_after,
    resume,
    retry,
    rotate_secret,
    send_due,
    send_test,
    standings,
    troubles,
    unsubscribe,
)
from zhenwu.lib.clock import at, now
from zhenwu.lib.problems import NotFound, Problem

pytestmark = pytest.mark.django_db(transaction=POSTGRES)


def later(**ahead: float) -> Any:
    return at(now() + timedelta(**ahead))


def kinds_about(made: Any) -> list[str]:
    return [event.kind.removeprefix("outbox.") for _, event in events_about(f"outbox:{made.subscription}")]


def reported(people: People, count: int) -> None:
    for _ in range(count):
        report(people)
    queue()


def test_the_reference_library_accepts_the_signature_and_no_other_body(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    reported(people, 1)
    send_due()
    [heard] = receiver.heard
    assert Webhook(made.secret).verify(heard.body, heard.headers)["type"] == "matter.opened"
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(made.secret).verify(heard.body.replace(b"reported", b"accepted"), heard.headers)


def test_messages_come_in_order_and_none_overtakes_one_that_failed(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    reported(people, 4)
    receiver.ways = [204, 500]
    assert send_due() == 1
    assert send_due() == 0 and len(receiver.heard) == 2  # its turn has not come
    with later(minutes=1):
        assert send_due() == 3
    positions = [one.position for one in receiver.heard]
    assert positions == [positions[0], *[positions[0] + 1] * 2, positions[0] + 2, positions[0] + 3]
    assert receiver.ids[1] == receiver.ids[2] and len(set(receiver.ids)) == 4
    assert receiver.heard[1].body == receiver.heard[2].body


@pytest.mark.parametrize(
    ("way", "words"),
    [(500, "出错（500）"), (404, "不认这条推送（404）"), ("redirect", "不跟过去"), ("garbage", "不是 HTTP"), ("cut", "连接中断"), ("hang", "没有答复"), ("drip", "没有答复")],
)
def test_whatever_a_receiver_does_the_message_waits_and_the_reason_is_told(
    people: People, admin: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, way: int | str, words: str
) -> None:
    monkeypatch.setattr(posting, "WHOLE", 1.0)
    listen(admin, receiver)
    reported(people, 1)
    receiver.ways = [way]
    assert send_due() == 0
    [standing] = standings(admin)
    assert words in standing.last_error and standing.waiting == 1 and standing.next_try_at is not None
    assert [one.path for one in receiver.heard] == ["/hook?from=zhenwu"]  # no redirect was followed
    with later(minutes=1):
        assert send_due() == 1
    assert standings(admin)[0].state == "正常" and len(set(receiver.ids)) == 1


def test_an_endless_answer_is_not_read(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    reported(people, 1)
    receiver.ways = ["flood"]
    assert send_due() == 1


def test_a_receiver_that_is_not_there_keeps_nobody_else_waiting(people: People, admin: Actor, receiver: Receiver, another: Receiver) -> None:
    gone = Receiver(port=another.port)
    listen(admin, gone, "甲")
    listen(admin, receiver, "乙")
    another.ways = [500]
    reported(people, 2)
    assert send_due() == 2 and len(receiver.heard) == 2
    assert [(one.name, one.waiting) for one in standings(admin)] == [("乙", 0), ("甲", 2)]


def test_a_refused_connection_is_told_in_words(people: People, admin: Actor) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        listen(admin, Receiver(port=taken.getsockname()[1]))
        reported(people, 1)
        send_due()
    assert "连接被拒绝" in standings(admin)[0].last_error


def test_after_days_of_failing_it_is_marked_and_kept_and_forgiven(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    reported(people, 1)
    receiver.ways = [500] * 3
    send_due()
    for days in (2, 4):
        with later(days=days):
            send_due()
    [standing] = standings(admin)
    assert standing.waiting == 1 and "failing" in kinds_about(made)
    with later(days=6):
        assert "一直发不到（6天）" in standings(admin)[0].state
        assert send_due() == 1
    assert kinds_about(made) == ["subscribed", "failing", "recovered"] and standings(admin)[0].state == "正常"


def test_a_receiver_that_wants_no_more_is_paused_and_its_messages_stay(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    reported(people, 2)
    receiver.ways = [410]
    send_due()
    [standing] = standings(admin)
    assert standing.waiting == 2 and "410" in standing.state and kinds_about(made) == ["subscribed", "paused"]
    with later(days=1):
        assert send_due() == 0
    resume(admin, uuid4(), made.subscription)
    assert send_due() == 2


def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    reported(people, 1)
    receiver.ways = [503]  # with Retry-After: two hours
    send_due()
    with later(minutes=119):
        assert due() == []
    with later(minutes=121):
        assert send_due() == 1


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_double_with_chance_and_never_pass_a_day(failures: int, chance: float) -> None:
    seconds = pause_after(failures, chance)
    assert 3.75 <= seconds <= 86_400
    assert pause_after(failures + 1, chance) >= seconds
    if failures <= 13:
        assert 0.75 <= seconds / (5 * 2 ** (failures - 1)) < 1.25


def test_a_sender_killed_between_sending_and_noting_sends_again_with_the_same_id(
    people: People, admin: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen(admin, receiver)
    reported(people, 1)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_note", killed)
        with pytest.raises(SystemExit):
            send_due()
    assert send_due() == 1
    assert len(receiver.heard) == 2 and len(set(receiver.ids)) == 1 and receiver.heard[0].body == receiver.heard[1].body


def test_for_a_day_both_secrets_sign_and_then_the_new_one_alone(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    fresh = rotate_secret(admin, uuid4(), made.subscription)

    def signs(secret: str) -> bool:
        heard = receiver.heard[-1]
        try:
            Webhook(secret).verify(heard.body, {**heard.headers})
        except Exception:
            return False
        return True

    reported(people, 1)
    send_due()
    assert signs(made.secret) and signs(fresh.secret) and made.secret != fresh.secret
    newest = rotate_secret(admin, uuid4(), made.subscription)
    reported(people, 1)
    send_due()
    assert not signs(made.secret) and signs(fresh.secret) and signs(newest.secret)
    reported(people, 1)
    with later(hours=25):
        send_due()
        signature = receiver.heard[-1].headers["webhook-signature"]
    assert signature.startswith("v1,") and " " not in signature


def test_by_setting_a_second_signature_is_made_with_sm3(people: People, admin: Actor, receiver: Receiver, settings: Any) -> None:
    from zhenwu.kernel.outbox.api import verify

    settings.DIGEST = "sm3"
    made = listen(admin, receiver)
    reported(people, 1)
    send_due()
    [heard] = receiver.heard
    assert [one.partition(",")[0] for one in heard.headers["webhook-signature"].split()] == ["v1", "v1sm3"]
    assert Webhook(made.secret).verify(heard.body, heard.headers)
    assert verify([made.secret], heard.headers, heard.body, now(), "v1sm3")
    assert not verify([made.secret], heard.headers, heard.body + b" ", now(), "v1sm3")


def test_what_waits_a_quarter_of_an_hour_is_told_to_the_administrator_alone(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    reported(people, 1)
    receiver.ways = [500]
    send_due()
    assert troubles(admin) == []
    with later(minutes=20):
        [words] = troubles(admin)
        assert "县数据平台" in words and "20分钟" in words and "500" in words
        assert [troubles(one) for one in (people.alian, people.zhou, people.he, people.stranger)] == [[], [], [], []]


def test_a_dead_clockwork_is_told_too(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    queue()
    report(people)
    sequence(PATIENCE)
    with later(minutes=20):
        assert any("后台" in words for words in troubles(admin))


def test_a_paused_receiver_is_not_sent_to_and_not_forgotten(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    pause(admin, uuid4(), made.subscription, "对方在搬机房")
    reported(people, 1)
    assert send_due() == 0 and standings(admin)[0].waiting == 1
    with later(hours=3):
        assert "对方在搬机房" in troubles(admin)[0]
    resume(admin, uuid4(), made.subscription)
    assert send_due() == 1


def test_a_retry_does_not_wait_for_its_turn(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    reported(people, 1)
    receiver.ways = [500]
    send_due()
    retry(admin, uuid4(), made.subscription)
    assert send_due() == 1


def test_a_message_that_the_receiver_will_never_take_is_dropped_by_a_person_with_a_reason(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    reported(people, 3)
    receiver.ways = [400]
    send_due()
    with pytest.raises(Problem, match="原因"):
        drop(admin, uuid4(), made.subscription, " ")
    operation = uuid4()
    assert drop(admin, operation, made.subscription, "对方说不认这一条") == drop(admin, operation, made.subscription, "对方说不认这一条") == 1
    assert send_due() == 2
    assert kinds_about(made) == ["subscribed", "dropped"] and [one.delivered for one in latest(admin)].count(False) == 1
    reported(people, 2)
    assert drop(admin, uuid4(), made.subscription, "不要了", everything=True) == 2 and send_due() == 0


def test_a_test_message_goes_to_the_one_who_is_tested(people: People, admin: Actor, receiver: Receiver, another: Receiver) -> None:
    made = listen(admin, receiver)
    listen(admin, another, "第二家")
    send_test(admin, uuid4(), made.subscription)
    queue()
    assert send_due() == 1 and receiver.heard[0].told["type"] == "outbox.tested" and another.heard == []


def test_who_unsubscribed_hears_nothing_more(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    reported(people, 2)
    assert unsubscribe(admin, uuid4(), made.subscription, "平台下线") == 2
    reported(people, 1)
    assert send_due() == 0 and standings(admin) == [] and receiver.heard == []
    with pytest.raises(NotFound):
        retry(admin, uuid4(), made.subscription)


def test_what_was_told_long_ago_is_deleted_and_what_waits_is_not(people: People, admin: Actor, receiver: Receiver) -> None:
    listen(admin, receiver)
    reported(people, 2)
    receiver.ways = [204, 500]
    send_due()
    with later(days=15):
        assert forget_ended() == 1 and latest(admin) == [] and standings(admin)[0].waiting == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_network_is_used(people: People, admin: Actor, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    listen(admin, receiver)
    reported(people, 2)
    seen = []
    real = sending.post

    def watched(*asked: Any) -> Any:
        seen.append(connection.in_atomic_block)
        return real(*asked)

    monkeypatch.setattr(sending, "post", watched)
    assert send_due() == 2 and seen == [False, False]
