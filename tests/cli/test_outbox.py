"""``zhenwu outbox``: 小季 subscribes a platform, sees what waits, tries again; 老周 may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.township import found_township, say
from tests.orgs.staff import posted
from tests.outbox.receivers import Receiver, receiving
from zhenwu.kernel.ledgers.api import close_year
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.kernel.outbox.api import follow_outbox, send_due, verify
from zhenwu.lib.clock import at, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    settings.HOME, settings.OUTBOX_ALLOW = tmp_path, ["127.0.0.1"]
    found_township()
    posted("xiaoji", "小季", "admin", tree().root)
    with receiving() as one:
        yield one


def told(*words: str) -> str:
    done = say("outbox", *words)
    assert done.exit_code == 0, done.output
    return done.output


def subscribed(receiver: Receiver) -> str:
    """The secret."""
    shown = told("subscribe", "县数据平台", receiver.url, "--kind", "all", "--as", "xiaoji")
    found = re.search(r"whsec_\S+", shown)
    assert found
    return found[0]


def test_from_the_subscription_to_the_message(receiver: Receiver) -> None:
    assert "还没有订阅" in told()
    secret = subscribed(receiver)
    told("test", "县数据平台", "--as", "xiaoji")
    follow_outbox()
    send_due()
    assert "试推送" in told("latest") and "没有等了超过" in told("check")
    assert secret not in told() and "正常" in told()
    fresh = re.search(r"whsec_\S+", told("rotate", "县数据平台", "--as", "xiaoji"))
    assert fresh and fresh[0] != secret and verify([secret], receiver.heard[0].headers, receiver.heard[0].body, now())


def test_what_waits_is_listed_with_its_age_and_reason_and_fails_the_check(receiver: Receiver) -> None:
    subscribed(receiver)
    close_year(SYSTEM, 2016, uuid4())
    follow_outbox()
    receiver.ways = [500]
    send_due()
    with at(now() + timedelta(hours=1)):
        shown = told("list")
        assert "60分钟" in shown and "对方的程序出错（500）" in shown
        late = say("outbox", "check")
        assert late.exit_code == 1 and "outbox.late" in late.output and "等了60分钟" in late.output
    told("pause", "县数据平台", "--reason", "搬机房", "--as", "xiaoji")
    assert send_due() == 0 and "搬机房" in told()
    told("resume", "县数据平台", "--as", "xiaoji")
    told("retry", "县数据平台", "--as", "xiaoji")
    assert send_due() == 1


def test_a_message_is_dropped_with_a_reason_and_a_subscription_changed_and_ended(receiver: Receiver) -> None:
    subscribed(receiver)
    close_year(SYSTEM, 2016, uuid4())
    follow_outbox()
    assert say("outbox", "drop", "县数据平台", "--as", "xiaoji").exit_code == 2
    assert "已丢弃 1 条" in told("drop", "县数据平台", "--reason", "不认", "--as", "xiaoji")
    told("change", "县数据平台", "--name", "市平台", "--line", "grid", "--as", "xiaoji")
    assert "市平台" in told() and "只推 grid" in told()
    assert "已退订" in told("unsubscribe", "市平台", "--reason", "不用了", "--as", "xiaoji") and "还没有订阅" in told()
    assert say("journal", "verify").exit_code == 0


@pytest.mark.parametrize("words", [("subscribe", "甲", "http://127.0.0.1/", "--kind", "all"), ("retry", "县数据平台"), ("drop", "县数据平台", "--reason", "不要")])
def test_others_are_refused(receiver: Receiver, words: tuple[str, ...]) -> None:
    subscribed(receiver)
    for username in ("laozhou", "alian"):
        done = say("outbox", *words, "--as", username)
        assert done.exit_code == 1 and "系统管理员" in done.output


def test_a_wrong_setting_and_an_unknown_name_are_told(receiver: Receiver, settings: Any) -> None:
    assert "没有叫“乙”的订阅" in say("outbox", "retry", "乙", "--as", "xiaoji").output
    settings.OUTBOX_ALLOW = ["https://hub/"]
    done = say("outbox", "subscribe", "甲", receiver.url, "--kind", "all", "--as", "xiaoji")
    assert done.exit_code == 1 and "outbox.setting" in done.output


def test_notices_are_asked_for_by_name_and_whom_they_name_is_listed(receiver: Receiver) -> None:
    subscribed(receiver)
    assert "全部动态" in told("list") and "提醒：超期" in told("kinds")
    told("subscribe", "消息网关", receiver.url, "--kind", "matter.overdue", "--as", "xiaoji")
    assert "提醒：超期" in told("list")
    person = posted("laozhou9", "老周", "officer", tree().root).person_id
    shown = say("user", "list").output
    assert "老周" in shown and str(person) in shown and "站所干部" in shown
