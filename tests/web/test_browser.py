"""In a real browser: the pages on a phone and on paper, by keyboard, and the whole way from figure to record."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.browsing import go
from tests.web.conftest import Story, tell
from tests.web.township import PASSWORD

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
PAGES = (
    "/", "/report/2020", "/report/2020/figures", "/report/2020/sheets", "/report/2020/consultations", "/report/2020/signing",
    "/consult/livable.toilets_built/deeds.toilets_accepted/2020", "/issues", "/issues/1", "/tables", "/metrics", "/figure/demolition.area@2020", "/figure/demolition.completion@2020",
    "/ledgers", "/ledger/demolition.structure", "/ledger/demolition.structure/new",
)  # fmt: skip
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def told(chrome: Browser, live_server: LiveServer) -> Story:
    return tell()


def logged_in(chrome: Browser, live_server: LiveServer, width: int) -> Page:
    """老周 at a screen of this width."""
    page = chrome.new_context(viewport={"width": width, "height": 760}, base_url=live_server.url).new_page()
    page.goto("/login")
    page.fill("#id_username", "laozhou")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("h1:has-text('老周，您好')")
    return page


def test_from_the_report_to_the_record_and_back_into_the_report(
    chrome: Browser, live_server: LiveServer, told: Story, tmp_path: Path
) -> None:
    page = logged_in(chrome, live_server, 1280)
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto("/report/2020")
    go(page, "a.figure:has-text('0.05')")
    go(page, "#rows a:has-text('B1')")
    go(page, "text=更正（留痕）")
    page.fill("#f_area", "9999.50")
    page.fill("#reason", "图斑合并")
    go(page, "button:has-text('提交更正')")
    expect(page.locator(".moved a").first).to_be_visible()
    page.goto("/report/2020")
    expect(page.locator("a.figure:has-text('1.02')")).to_have_count(1)
    sheet = tmp_path / "report.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    page.emulate_media(media="print")
    assert page.locator(".paper").is_visible() and not page.locator(".top").is_visible()
    assert not page.locator(".margin").is_visible() and sheet.stat().st_size > 10_000
    assert broken == []


def test_no_page_is_wider_than_a_phone_even_in_large_type(chrome: Browser, live_server: LiveServer, told: Story) -> None:
    page = logged_in(chrome, live_server, 360)
    record = f"/record/{told.records['A1']}"
    for path in (*PAGES, record, f"{record}/correct"):
        page.goto(path)
        assert page.evaluate(WIDER_THAN_THE_SCREEN) <= 0, path
        page.evaluate("document.documentElement.style.fontSize = '150%'")
        assert page.evaluate(WIDER_THAN_THE_SCREEN) <= 0, f"{path} in large type"


def test_the_keyboard_reaches_the_text_first_and_every_control_has_a_name(
    chrome: Browser, live_server: LiveServer, told: Story
) -> None:
    page = logged_in(chrome, live_server, 1280)
    page.goto("/ledger/demolition.structure/new")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    nameless = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(e => !e.labels.length).length"
    assert page.evaluate(nameless) == 0
    assert page.locator("main h1").count() == 1 and page.locator("nav[aria-label]").count() >= 1


def test_a_figure_is_asked_for_answered_corrected_signed_and_signed_again(chrome: Browser, live_server: LiveServer, told: Story) -> None:
    """The drafting room from beginning to end, as a clerk clicks through it."""
    page = logged_in(chrome, live_server, 1280)
    page.goto("/report/2020")
    go(page, "a:has-text('报数单')")
    go(page, "button:has-text('发出勾选的')")
    page.goto("/")
    go(page, ".todo a:has-text('报数单')")
    figure = page.locator("li.card:has(h2:has-text('拆违面积'))")
    figure.locator("summary").click()
    figure.locator("textarea").fill("上垟的一处量错了")
    go(page, figure.locator("button:has-text('答复有出入')"))
    go(page, "button:has-text('都没有变化')")
    expect(page.locator("text=都答复了")).to_be_visible()
    page.goto("/report/2020/signing")
    for name in ("拆违面积", "下年拆违", "拆违完成率"):
        box = page.locator(f"tr:has(label:has-text('{name}')) input[type=checkbox]")
        box.check() if box.count() else None
    go(page, "button:has-text('确认勾选的')")
    expect(page.locator("text=已签 2 个数")).to_be_visible()
    page.goto(f"/record/{told.records['B1']}/correct")
    page.fill("#f_area", "9999.50")
    page.fill("#reason", "量错")
    go(page, "button:has-text('提交更正')")
    expect(page.locator(".moved a").first).to_be_visible()
    page.goto("/")
    go(page, ".todo a:has-text('审签单')")
    expect(page.locator("tr:has-text('拆违面积') >> text=签后变了，要重签").first).to_be_visible()
    expect(page.locator("tr:has(th:has-text('拆违面积')) ins").first).to_have_text("1.02")
