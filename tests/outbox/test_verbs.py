"""Who may say what is told to whom, and what a subscription may say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests.outbox.conftest import EVERY, listen
from tests.outbox.receivers import Receiver
from tests.people import People
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.journal.models import Operation
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.outbox import api
from zhenwu.kernel.outbox.api import Wish, altered, change_subscription, rotate_secret, standings, subscribe
from zhenwu.kernel.outbox.models import SigningSecret, Subscription
from zhenwu.lib.problems import Problem, Refused

WISH = Wish("县数据平台", "https://127.0.0.1/hook", ("matter.closed",))
ACTS: dict[str, Callable[[Actor], Any]] = {
    "subscribe": lambda who: subscribe(who, uuid4(), WISH),
    "change": lambda who: change_subscription(who, uuid4(), uuid4(), WISH),
    "unsubscribe": lambda who: api.unsubscribe(who, uuid4(), uuid4(), "不用了"),
    "rotate": lambda who: rotate_secret(who, uuid4(), uuid4()),
    "retry": lambda who: api.retry(who, uuid4(), uuid4()),
    "pause": lambda who: api.pause(who, uuid4(), uuid4(), "搬家"),
    "resume": lambda who: api.resume(who, uuid4(), uuid4()),
    "drop": lambda who: api.drop(who, uuid4(), uuid4(), "不要了"),
    "test": lambda who: api.send_test(who, uuid4(), uuid4()),
    "standings": lambda who: standings(who),
    "latest": lambda who: api.latest(who),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_the_system_administrator_has_to_do_with_it(people: People, act: str) -> None:
    from tests.orgs.staff import posted

    security = posted("anquan", "小安", "security_admin", people.town["云岭县"])
    for who in (people.alian, people.zhou, people.he, people.stranger, security):
        with pytest.raises(Refused) as told:
            ACTS[act](who)
        assert "系统管理员" in told.value.remedy
    assert not Subscription.objects.exists() and not Event.objects.filter(kind__startswith="outbox.").exists()


def test_a_secret_is_shown_once_and_lies_nowhere_in_the_open(people: People, admin: Actor, receiver: Receiver) -> None:
    operation = uuid4()
    wish = Wish("县数据平台", receiver.url, EVERY)
    made, again = subscribe(admin, operation, wish), subscribe(admin, operation, wish)
    fresh = rotate_secret(admin, uuid4(), made.subscription)
    assert made.subscription == again.subscription and made.secret.startswith("whsec_") and again.secret == ""
    stored = [str(row) for row in (*SigningSecret.objects.values(), *Subscription.objects.values(), *Operation.objects.values(), *Event.objects.values())]
    assert not [row for row in stored for secret in (made.secret, fresh.secret) if secret[6:] in row]
    assert SigningSecret.objects.filter(envelope__startswith="v1.").count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [({"name": " "}, "outbox.name"), ({"name": "长" * 61}, "outbox.name"), ({"kinds": ()}, "outbox.kinds"), ({"kinds": ("matter.opened", "person.enrolled")}, "outbox.kinds"),
     ({"line": "nothing"}, "outbox.line"), ({"line": "integrity"}, "outbox.closed_line"), ({"url": "https://8.8.8.8/"}, "outbox.not_allowed"),
     ({"url": "http://hub.cn/"}, "outbox.plain"), ({"url": "gopher://127.0.0.1/"}, "outbox.url")],
)  # fmt: skip
def test_a_subscription_that_makes_no_sense_is_refused_in_words(people: People, admin: Actor, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as told:
        subscribe(admin, uuid4(), Wish(**{**WISH.__dict__, **change}))
    assert told.value.code == code and told.value.remedy and not Subscription.objects.exists()


def test_two_live_subscriptions_do_not_share_a_name(people: People, admin: Actor, receiver: Receiver) -> None:
    first = listen(admin, receiver)
    with pytest.raises(Problem, match="已经有一个叫"):
        listen(admin, receiver)
    second = listen(admin, receiver, "第二家")
    with pytest.raises(Problem, match="已经有一个叫"):
        change_subscription(admin, uuid4(), second.subscription, Wish("县数据平台", receiver.url, EVERY))
    api.unsubscribe(admin, uuid4(), first.subscription, "换新的")
    assert listen(admin, receiver).subscription != first.subscription


def test_a_changed_subscription_says_the_new(people: People, admin: Actor, receiver: Receiver, another: Receiver) -> None:
    made = listen(admin, receiver)
    change_subscription(admin, uuid4(), made.subscription, Wish("市数据平台", another.url, ("year.closed",), "grid"))
    [standing] = standings(admin)
    assert (standing.name, standing.url, standing.kinds, standing.line) == ("市数据平台", another.url, ("year.closed",), "grid")
    assert altered() == []


@pytest.mark.parametrize("change", ["url = 'https://evil.example/'", "line = 'x'", "kinds = '[\"year.closed\"]'", "ended_by_id = event_id"])
def test_a_subscription_altered_behind_the_verbs_is_named(people: People, admin: Actor, receiver: Receiver, change: str) -> None:
    listen(admin, receiver)
    assert altered() == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE outbox_subscription SET {change}")
    assert len(altered()) == 1


def test_a_subscription_revived_behind_the_verbs_is_named(people: People, admin: Actor, receiver: Receiver) -> None:
    made = listen(admin, receiver)
    api.unsubscribe(admin, uuid4(), made.subscription, "不用了")
    assert altered() == []
    Subscription.objects.update(ended_by=None)
    assert len(altered()) == 1
