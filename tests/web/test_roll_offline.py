"""点名 on a phone without signal, in a real browser: what is ticked is kept, sent once, and what was refused is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.conftest import tell
from tests.web.phones import hang_up, left, sign_in
from tests.web.phones import phone as phone_of
from tests.web.test_rolls import put
from zhenwu.kernel.rounds.api import Called, call_roll, tick
from zhenwu.lib.clock import today
from zhenwu.sdk import SYSTEM

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
ROLL = "emergency.evacuation"
HOUSES = {"H1": "雷根土", "H2": "蓝水生", "H3": "钟木火"}
WAITS = "记在这部手机上，还没有发出"


class Flood:
    """A warning that calls three households of 深塘一格 since yesterday."""

    def __init__(self) -> None:
        self.story = tell()
        self.event = self._called()

    def _called(self) -> UUID:
        for number, (house, head) in enumerate(HOUSES.items(), 1):
            put(self.story, "residents.household", "深塘一格", "2019-01-01", code=house, head=head)
            put(self.story, "residents.person", "深塘一格", "2019-01-01", code=f"P{number}", person=head, household=house, relation="head")
            put(self.story, "emergency.call_list", "深塘一格", "2021-04-01", household=house, hazard="flood", people="4", helper="吴远帆")
        begun = str(today() - timedelta(days=1))
        return put(self.story, "emergency.warning", "云岭镇", begun, code="梅汛-1", level="orange", source="雨量", decided_by="叶镇长")

    def member(self, house: str) -> Called:
        return next(one for one in call_roll(SYSTEM, ROLL, self.event).members if one.key == house)

    @property
    def path(self) -> str:
        return f"/roll/{ROLL}/{self.event}"


@pytest.fixture
def flood(chrome: Browser, live_server: LiveServer) -> Flood:
    return Flood()


def phone(chrome: Browser, live_server: LiveServer, flood: Flood) -> tuple[BrowserContext, Page]:
    return phone_of(chrome, live_server, "alian", flood.path)


def press(page: Page, house: str) -> None:
    page.locator(f"form[id='{house}'] button").click()


def told(page: Page) -> str:
    return " ".join(page.locator("#unsent").inner_text().split())


def test_what_is_ticked_without_signal_is_kept_shown_again_and_written_once(chrome: Browser, live_server: LiveServer, flood: Flood) -> None:
    context, page = phone(chrome, live_server, flood)
    context.set_offline(True)
    press(page, "H1")
    press(page, "H2")
    expect(page.locator("#unsent")).to_contain_text(f"2 户{WAITS}")
    expect(page.locator("#unsent")).to_contain_text("现在没有信号")
    expect(page.locator("form[id='H1'] .kept")).to_have_text("到了，等着发出")
    assert flood.member("H1").made is None
    page.reload()  # the phone was locked, the page fell out of memory
    expect(page.locator("#unsent")).to_contain_text(f"2 户{WAITS}")
    expect(page.locator("form[id='H1'] button")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("户已登记")
    expect(page.locator("#unsent h2")).to_have_count(0)
    assert [flood.member(house).made is not None for house in HOUSES] == [True, True, False]
    assert "应到 3，已到 2" in page.content() and left(page) == 0
    hang_up(context)


def test_an_answer_that_was_lost_on_the_way_is_no_second_record(chrome: Browser, live_server: LiveServer, flood: Flood) -> None:
    context, page = phone(chrome, live_server, flood)
    lost = []

    def lose(route: object) -> None:
        if not lost:
            lost.append(route.fetch().status)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/off", lose)
    press(page, "H1")
    expect(page.locator("#unsent")).to_contain_text("现在没有信号")
    assert lost == [200] and flood.member("H1").made == (flood.member("H1").made[0], 1)  # type: ignore[index]
    page.locator("#unsent button:has-text('现在就发')").click()
    expect(page.locator("#unsent")).to_contain_text("1 户已登记")
    assert flood.member("H1").made[1] == 1  # type: ignore[index]
    hang_up(context)


def test_who_was_ticked_by_another_meanwhile_is_told_and_the_others_go_through(chrome: Browser, live_server: LiveServer, flood: Flood) -> None:
    context, page = phone(chrome, live_server, flood)
    context.set_offline(True)
    press(page, "H1")
    press(page, "H3")
    tick(SYSTEM, uuid4(), ROLL, flood.event, "H1")
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("没有登记上，请看一下")
    expect(page.locator("#unsent")).to_contain_text("H1 到了：")
    assert WAITS not in told(page) and flood.member("H3").made is not None
    page.locator("#unsent button:has-text('知道了')").click()
    expect(page.locator("#unsent")).to_be_hidden()
    hang_up(context)


def test_a_return_without_signal_is_asked_for_twice_and_keeps_its_day(chrome: Browser, live_server: LiveServer, flood: Flood) -> None:
    tick(SYSTEM, uuid4(), ROLL, flood.event, "H1", today() - timedelta(days=1))
    context, page = phone(chrome, live_server, flood)
    page.goto(flood.path + "?which=all")
    context.set_offline(True)
    press(page, "H1")
    expect(page.locator("form[id='H1']")).to_contain_text("确实回来了的，再按一次")
    assert left(page) == 0
    press(page, "H1")
    expect(page.locator("#unsent")).to_contain_text("H1 返回")
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("1 户已登记")
    assert (flood.member("H1").back, flood.member("H1").early) == (today(), True)
    hang_up(context)


def test_after_the_login_ran_out_nothing_is_lost_and_another_person_sends_none_of_it(chrome: Browser, live_server: LiveServer, flood: Flood) -> None:
    context, page = phone(chrome, live_server, flood)
    context.set_offline(True)
    press(page, "H1")
    expect(page.locator("#unsent")).to_contain_text(f"1 户{WAITS}")
    context.clear_cookies(name="sessionid")
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("登录已经过期")
    for login, said in (("he", "还有别人没有发出的 1 户"), ("alian", "1 户已登记")):
        context.clear_cookies()
        sign_in(page, login, flood.path)
        expect(page.locator("#unsent")).to_contain_text(said)
        assert (flood.member("H1").made is not None) == (login == "alian")
    hang_up(context)
