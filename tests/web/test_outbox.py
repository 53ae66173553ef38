"""对外推送 on the screen: 小季, the system administrator, sees what waits and why; the four others have nothing to do with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.orgs.staff import posted
from tests.outbox.receivers import Receiver, receiving
from tests.web.conftest import Story
from zhenwu.kernel.matters.api import Report, open_matter
from zhenwu.kernel.orgs.api import SYSTEM, Actor, find_person
from zhenwu.kernel.outbox.api import Wish, follow_outbox, send_due, standings, subscribe
from zhenwu.lib.clock import at, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def admin(story: Story, settings: Any) -> Actor:
    settings.OUTBOX_ALLOW = ["127.0.0.1"]
    return posted("xitong", "小季", "admin", story.town.units["云岭镇"])


@pytest.fixture
def stuck(story: Story, admin: Actor, receiver: Receiver) -> UUID:
    """A subscription whose receiver failed once."""
    made = subscribe(admin, uuid4(), Wish("县数据平台", receiver.url, ("matter.opened",)))
    follow_outbox()
    open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], "搭棚的事"))
    follow_outbox()
    receiver.ways = [500]
    send_due()
    return made.subscription


def browser() -> Client:
    client = Client()
    client.force_login(find_person("xitong"), "django.contrib.auth.backends.ModelBackend")
    return client


def press(client: Client, subscription: UUID, act: str) -> str:
    answer = client.post(reverse("attend_outbox", args=[subscription, act]), {"op_id": str(uuid4())}, follow=True)
    return answer.content.decode()


def test_the_administrator_sees_what_waits_and_why_and_tries_again(story: Story, admin: Actor, stuck: UUID, receiver: Receiver) -> None:
    client = browser()
    shown = client.get(reverse("outbox")).content.decode()
    assert "县数据平台" in shown and "1 条" in shown and "出错（500）" in shown and "搭棚" not in shown
    assert "马上再试" in press(client, stuck, "retry") and send_due() == 1
    shown = client.get(reverse("outbox")).content.decode()
    assert "正常" in shown and "0 条" in shown and "试了 2 次" in shown and "204" in shown


def test_what_waits_a_quarter_of_an_hour_stands_on_the_administrators_first_page_and_on_no_other(story: Story, admin: Actor, stuck: UUID) -> None:
    def first_page(client: Client) -> str:
        return client.get("/").content.decode()

    assert "对外推送有积压" not in first_page(browser())
    with at(now() + timedelta(minutes=20)):
        assert "对外推送有积压" in first_page(browser()) and "最早的一条等了20分钟" in first_page(browser())
        assert not [name for name in ("阿莲", "老周", "何书记", "外乡人") if "对外推送" in first_page(story.browser(name))]


def test_pausing_and_resuming_are_buttons(story: Story, admin: Actor, stuck: UUID) -> None:
    client = browser()
    assert "已暂停" in press(client, stuck, "pause") and standings(admin)[0].paused
    assert "已恢复" in press(client, stuck, "resume") and not standings(admin)[0].paused


def test_there_is_no_other_button_and_no_other_subscription(story: Story, admin: Actor, stuck: UUID) -> None:
    client = browser()
    for subscription, act in ((stuck, "drop"), (uuid4(), "retry")):
        answer = client.post(reverse("attend_outbox", args=[subscription, act]), {"op_id": str(uuid4())})
        assert answer.status_code == 404


def test_a_name_is_shown_as_it_was_written(story: Story, admin: Actor, receiver: Receiver) -> None:
    subscribe(admin, uuid4(), Wish("<b>平台</b>", receiver.url, ("matter.opened",)))
    assert "&lt;b&gt;平台" in browser().get(reverse("outbox")).content.decode()
