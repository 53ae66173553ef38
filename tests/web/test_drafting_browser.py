"""The drafting room in a real browser: the whole story from the first draft to the erratum, and its pages on a phone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.web.browsing import go
from tests.web.conftest import Story, tell
from tests.web.township import BEGINNING, PASSWORD, correct, demolish
from zhenwu.kernel.orgs.api import appoint, enrol_person
from zhenwu.sdk import SYSTEM, catch_up

ROOM = "/report/2020/room"

@pytest.fixture
def told(chrome: Browser, live_server: LiveServer) -> Story:
    """The township, and 党政办 in it; 老周 gives up his own right to write the report and reads it with 分管领导."""
    story = tell()
    town = story.town
    town.people["小郑"] = enrol_person(SYSTEM, uuid4(), "dangzheng", "小郑", PASSWORD)
    appoint(SYSTEM, uuid4(), town.people["小郑"], "officer", town.units["综合站"], ["report"], BEGINNING)
    town.people["分管"] = enrol_person(SYSTEM, uuid4(), "zhoufg", "老周（分管）", PASSWORD)
    appoint(SYSTEM, uuid4(), town.people["分管"], "overseer", town.units["云岭镇"], ["report", "demolition"], BEGINNING)
    return story


def logged_in(chrome: Browser, live_server: LiveServer, login: str, width: int = 1280) -> Page:
    page = chrome.new_context(viewport={"width": width, "height": 760}, base_url=live_server.url).new_page()
    page.set_default_timeout(90_000)
    page.goto("/login")
    page.fill("#id_username", login)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("h1:has-text('您好')")
    return page


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_from_the_first_draft_to_the_erratum(chrome: Browser, live_server: LiveServer, told: Story) -> None:
    office, zhou, he = (logged_in(chrome, live_server, name) for name in ("dangzheng", "zhoufg", "he"))
    office.goto("/report/2020")
    go(office, "a.button:has-text('起草')")
    go(office, "button:has-text('起稿')")
    office.fill("#note", "初稿")
    go(office, "button:has-text('存一稿')")
    row = office.locator(".paragraphs li", has_text="镇村更清爽")
    row.locator("input[name=paragraph]").check()
    office.select_option("#person", label="老周（分管）")
    go(office, "button:has-text('交给他')")
    assert "责任人：老周（分管）" in office.locator(".paragraphs li", has_text="镇村更清爽").inner_text()

    he.goto(ROOM)
    go(he, he.locator(".paragraphs li", has_text="镇村更清爽").locator("a:has-text('看一看')"))
    assert he.locator("button:has-text('改这一段')").count() == 0
    he.select_option("#sentence", index=1)
    he.fill("#words", "写短一点")
    go(he, "button:has-text('提意见')")

    zhou.goto(ROOM)
    mine = zhou.locator(".paragraphs li", has_text="镇村更清爽")
    assert "1 条意见待定" in mine.inner_text()
    go(zhou, mine.locator("a:has-text('改文字')"))
    go(zhou, "button:has-text('改这一段')")
    office.goto(zhou.url.partition("#")[0])
    assert "老周（分管）正在改" in office.inner_text("main")
    zhou.fill("#text", "镇村更清爽，全年拆除违法建筑⟦拆违面积⟧万平方米。")
    zhou.fill("#reason", "照书记意见写短")
    go(zhou, "button:has-text('保存')")
    go(zhou, "a:has-text('去定采纳情况')")
    zhou.locator("label:has-text('采纳') input").first.check()
    zhou.fill("input[name=reason]", "已写短")
    go(zhou, "button:has-text('定下来')")
    assert "采纳 1 条" in zhou.inner_text(".lead")

    office.goto(f"{ROOM}/compare?old=e1&new=now")
    assert "改写" in office.inner_text(".versus") and office.locator(".versus ins").count() >= 1
    told.records["B9"] = demolish(told.town, "B9", "3000", "2020-11-11", "上垟一格")
    catch_up()
    office.reload()
    assert "+3000" in office.inner_text("table") and "记录有更正或补登" in office.inner_text("table")

    office.goto("/report/2020")
    go(office, "button:has-text('定稿')")
    assert "镇村更清爽，全年拆除违法建筑0.35万平方米。" in office.inner_text(".paper")
    correct(told.records["B9"], 1, "量错了", area="1000")
    catch_up()
    go(office, "a:has-text('勘误和更正')")
    line = office.locator("tbody tr", has=office.locator("th", has_text="拆违面积"))
    line.locator("input[type=checkbox]").check()
    line.locator("input[name^=reason]").fill("量错了")
    office.locator("input[value=erratum]").check()
    go(office, "button:has-text('出一份')")
    assert "更正第 1 号" in office.inner_text("main")
    go(office, "a:has-text('第 2 号')")
    assert "0.35" in office.inner_text(".paper")


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_the_rooms_pages_fit_a_phone(chrome: Browser, live_server: LiveServer, told: Story) -> None:
    page = logged_in(chrome, live_server, "laozhou", 360)
    page.goto(ROOM)
    go(page, "button:has-text('起稿')")
    go(page, page.locator(".paragraphs a:has-text('改文字')").nth(5))
    go(page, "button:has-text('改这一段')")
    one = page.url.partition("#")[0].replace(live_server.url, "")
    for path in (ROOM, one, f"{ROOM}/compare?old=issue1&new=now&all=1", f"{ROOM}/replace?find=一步", f"{ROOM}/takeback", f"{ROOM}/opinions", "/issues/1/errata"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
