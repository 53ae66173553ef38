"""A walk that is followed by a phone, in a real browser: without signal, over a reload, with a pause, where locating is refused."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.conftest import Story, tell
from tests.web.phones import hang_up, left, phone
from tests.web.test_rolls import put
from zhenwu.kernel.ledgers.api import facts
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.polylines import kept_polyline

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
TRIP = "/ledger/patrol.trip/new"
# The phone's clock, so that a walk of an hour takes the test no time: ``later(seconds)`` moves it.
CLOCK = "(() => { const now = Date.now.bind(Date); let ahead = Number(localStorage.getItem('ahead') || 0); Date.now = () => now() + ahead * 1000; window.later = (seconds) => { ahead += seconds; localStorage.setItem('ahead', ahead); }; })();"


@pytest.fixture
def town(chrome: Browser, live_server: LiveServer) -> Story:
    story = tell()
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "village_secretary", story.town.units["深塘村"], ["*"], date(2015, 1, 1))
    put(story, "patrol.beat", "深塘村", "2019-01-01", code="H1", title="云溪深塘段", kind="river", rank="village", chief="何大山", sign="right", course="124.5,29.5; 124.503,29.5")
    put(story, "patrol.beat", "上垟村", "2019-01-01", code="H2", title="上垟溪", kind="river", rank="village", chief="蓝渠", sign="right")
    return story


def walker(chrome: Browser, live_server: LiveServer, granted: bool = True) -> tuple[BrowserContext, Page]:
    context, page = phone(chrome, live_server, "waixiang", "/unsent", [TRIP, "/static/web/track.js"])
    if granted:
        context.grant_permissions(["geolocation"], origin=live_server.url)
        context.set_geolocation({"longitude": 124.5, "latitude": 29.5, "accuracy": 8})
    context.add_init_script(CLOCK)
    return context, page


def go(context: BrowserContext, page: Page, longitude: float, seconds: int, metres: str) -> None:
    """Walk on to a place, and be seen there."""
    page.evaluate(f"later({seconds})")
    context.set_geolocation({"longitude": longitude, "latitude": 29.5, "accuracy": 8})
    expect(page.locator("#walk .lead")).to_contain_text(f"约 {metres} 米")


def press(page: Page, words: str) -> None:
    page.click(f"#walk button:has-text('{words}')")


def submit(page: Page) -> None:
    page.select_option("#f_problem", "none")
    page.select_option("#f_handled", "none")
    page.click("form[data-record] button.main:has-text('提交')")


def walked() -> list[Fact]:
    return list(facts(Scope("ledger:patrol.trip")))


def test_a_walk_without_signal_outlives_a_reload_and_arrives_once_with_its_track(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = walker(chrome, live_server)
    context.set_offline(True)
    page.goto(TRIP)
    assert page.locator("#f_beat option").all_inner_texts() == ["请选择", "云溪深塘段（H1）"], "the beats of one's own village"
    page.select_option("#f_beat", "H1")
    press(page, "开始")
    expect(page.locator("#walk .lead")).to_contain_text("正在记")
    page.wait_for_function("JSON.parse(localStorage.getItem('zhenwu-walk /ledger/patrol.trip/new')).points.length === 1")
    go(context, page, 124.501, 600, "97")
    page.reload()  # in the middle, without signal
    expect(page.locator("#walk .lead")).to_contain_text("正在记")
    assert page.input_value("#f_beat") == "H1"
    press(page, "暂停")
    page.evaluate("later(3000)")  # a long rest is no walking
    press(page, "继续")
    go(context, page, 124.502, 300, "194")
    press(page, "结束")
    expect(page.locator("#walk .lead")).to_contain_text("走完了")
    assert (page.input_value("#f_metres"), page.input_value("#f_kind"), page.input_value("#f_rank")) == ("194", "river", "village")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    submit(page)
    expect(page.locator("#unsent")).to_contain_text("还没有报上去的 1 件")
    expect(page.locator("#walk button")).to_have_text(["开始"])
    assert page.input_value("#f_track") == "" and walked() == []
    context.set_offline(False)
    page.wait_for_url("**/record/*")
    assert "走到了云溪深塘段的" in page.inner_text("main") and left(page) == 0
    [trip] = walked()
    assert (trip.row["beat"], trip.row["metres"], trip.row["minutes"]) == ("H1", 194, 15)
    track = kept_polyline(trip.row["track"])
    assert track.points[0] == (124_500_000, 29_500_000) and track.points[-1] == (124_502_000, 29_500_000) and 900 <= track.seconds[-1] < 930
    hang_up(context)


def test_where_locating_is_refused_it_is_said_and_the_walk_is_typed(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = walker(chrome, live_server, granted=False)
    page.goto(f"{TRIP}?f_beat=H1")
    press(page, "开始")
    expect(page.locator("#walk .hint")).to_contain_text("浏览器没有允许定位")
    expect(page.locator("#walk button")).to_have_text(["开始"])
    page.fill("#day", "2021-06-01")
    page.fill("#f_sheet", "1")
    page.fill("#f_minutes", "35")
    page.fill("#f_metres", "1200")
    submit(page)
    page.wait_for_url("**/record/*")
    assert "（手填）" in page.inner_text("main")
    assert [(trip.row["track"], trip.row["metres"], trip.row["minutes"]) for trip in walked()] == [(None, 1200, 35)]
    hang_up(context)


def test_who_goes_on_far_from_where_they_paused_is_told_and_the_way_between_is_not_walked(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = walker(chrome, live_server)
    page.goto(f"{TRIP}?f_beat=H1")
    press(page, "开始")
    page.wait_for_function("JSON.parse(localStorage.getItem('zhenwu-walk /ledger/patrol.trip/new')).points.length === 1")
    go(context, page, 124.501, 120, "97")
    press(page, "暂停")
    context.set_geolocation({"longitude": 124.51, "latitude": 29.5, "accuracy": 8})
    press(page, "继续")
    expect(page.locator("#walk .hint")).to_contain_text("离暂停的地方有 873 米")
    expect(page.locator("#walk button")).to_have_text(["继续", "结束", "不要这次的轨迹"])
    press(page, "结束")
    assert page.input_value("#f_metres") == "97"
    hang_up(context)


def test_a_track_that_is_not_wanted_is_gone_after_two_presses(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = walker(chrome, live_server)
    page.goto(TRIP)
    press(page, "开始")
    page.wait_for_function("JSON.parse(localStorage.getItem('zhenwu-walk /ledger/patrol.trip/new')).points.length === 1")
    go(context, page, 124.501, 120, "97")
    press(page, "结束")
    press(page, "不要这次的轨迹")
    assert page.input_value("#f_track") != ""
    press(page, "确实不要了")
    assert (page.input_value("#f_track"), page.input_value("#f_metres")) == ("", "") and page.evaluate("localStorage.getItem('zhenwu-walk /ledger/patrol.trip/new')") is None
    hang_up(context)
