"""我要上报 on a phone without signal, in a real browser: it opens, is filled in, is kept with its photos, arrives once, and what was refused is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.conftest import Story, tell
from tests.web.phones import hang_up, left, phone, sign_in
from tests.web.test_matters import an_event_tree
from tests.web.test_rolls import put
from zhenwu.kernel.ledgers.api import facts
from zhenwu.kernel.matters.models import Attachment, Matter, Step
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
CHOOSE, LINE = "/matters/new", "/matters/new?kind=grid:standard:report"
VISIT = "/ledger/care.visit/new"
LAMP = f"{LINE}&category=lighting"
WAITS = "还没有报上去的 {} 件"
AGED = """async (ms) => new Promise((done) => {
  const asked = indexedDB.open("zhenwu", 1);
  asked.onsuccess = () => {
    const within = asked.result.transaction("entries", "readwrite"), entries = within.objectStore("entries");
    entries.getAll().onsuccess = (event) => event.target.result.forEach((one) => entries.put({ ...one, at: one.at - ms }));
    within.oncomplete = () => { asked.result.close(); done(); };
  };
})"""


def photo(colour: str) -> dict[str, object]:
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + colour.encode() * 1000}


@pytest.fixture
def town(chrome: Browser, live_server: LiveServer) -> Story:
    story = tell()
    an_event_tree(story)
    return story


def worker(chrome: Browser, live_server: LiveServer) -> tuple[BrowserContext, Page]:
    """阿莲's phone: she opened 我要上报 once, no form of it."""
    return phone(chrome, live_server, "alian", CHOOSE, [LAMP, LINE])


def fill(page: Page, title: str, *photos: dict[str, object]) -> None:
    page.fill("#title", title)
    if photos:
        page.set_input_files("#photo", list(photos))  # type: ignore[arg-type]
    page.locator("form[data-report] button.main").first.click()


def board(page: Page) -> str:
    return " ".join(page.locator("#unsent").inner_text().split())


def opened(title: str) -> list[Matter]:
    return list(Matter.objects.filter(title=title))


def test_two_reports_without_signal_outlive_the_tab_and_arrive_once_with_photos_and_the_time_they_were_seen(
    chrome: Browser, live_server: LiveServer, town: Story
) -> None:
    context, page = worker(chrome, live_server)
    context.set_offline(True)
    page.goto(CHOOSE)  # three taps: the door, the kind, 提交
    page.click("text=路灯不亮")
    fill(page, "桥头路灯不亮", photo("red"), photo("blue"))
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(1))
    expect(page.locator("#unsent")).to_contain_text("现在没有信号，有信号时自动报上")
    assert page.input_value("#title") == "路灯不亮"  # blank again, for the next one
    fill(page, "祠堂前路灯不亮")
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(2))
    page.close()  # the tab was killed
    page = context.new_page()
    page.goto("/")  # what is not kept leads to what is
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(2))
    page.locator("#unsent summary:has-text('桥头')").click()
    assert "照片 2 张" in board(page) and "深塘一格" in board(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(AGED, 2 * 3600 * 1000)
    page.goto(CHOOSE)
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("报上了 2 件")
    assert left(page) == 0
    (lamp,), (hall,) = opened("桥头路灯不亮"), opened("祠堂前路灯不亮")
    assert Attachment.objects.filter(matter=lamp).count() == 2 and not Attachment.objects.filter(matter=hall)
    step = Step.objects.get(matter=lamp)
    told = step.at - timedelta(hours=2)
    assert step.columns["category"] == "lighting" and abs((told - datetime.fromisoformat(step.given["seen_at"])).total_seconds()) < 60
    page.click("#unsent a:has-text('桥头路灯不亮')")
    assert "看到的时间" in page.inner_text("main")
    hang_up(context)


def test_with_signal_it_is_sent_at_once_and_shows_the_matter(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    page.click("text=路灯不亮")
    fill(page, "路灯不亮", photo("red"))
    page.wait_for_url("**/matter/*")
    assert "上报了，已留痕" in page.inner_text("main") and left(page) == 0
    assert "seen_at" not in Step.objects.get(matter=opened("路灯不亮")[0]).given
    hang_up(context)


def test_an_answer_that_was_lost_on_the_way_is_no_second_report(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    page.goto(LAMP)
    lost = []

    def lose(route: object) -> None:
        if route.request.method == "POST" and not lost:  # type: ignore[attr-defined]
            lost.append(route.fetch().status)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/matters/new", lose)
    fill(page, "路灯不亮", photo("red"))
    expect(page.locator("#unsent")).to_contain_text("现在没有信号")
    assert lost == [200] and len(opened("路灯不亮")) == 1 and left(page) == 1
    page.locator("#unsent button:has-text('现在就报')").click()
    page.wait_for_url("**/matter/*")
    assert len(opened("路灯不亮")) == 1 and Attachment.objects.count() == 1
    hang_up(context)


def test_what_was_refused_is_told_beside_it_and_mended_without_typing_again(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    context.set_offline(True)
    page.goto(LAMP)
    page.evaluate("document.querySelector('#unit').append(new Option('撤了的格', '00000000-0000-4000-8000-000000000000'))")
    page.select_option("#unit", label="撤了的格")
    page.fill("#text", "说得很细的一段话")
    fill(page, "老格的灯", photo("red"))
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(1))
    fill(page, "新格的灯")
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(2))
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("没有报上，请看一下")
    expect(page.locator("#unsent")).to_contain_text("报上了 1 件")
    assert "所选的地方已经撤并或不存在" in board(page) and not opened("老格的灯") and len(opened("新格的灯")) == 1
    page.goto("/reported")
    page.click("#unsent button:has-text('改一改再报')")
    page.wait_for_url(f"**{LAMP}")
    expect(page.locator("form[data-report]")).to_contain_text("所选的地方已经撤并或不存在")
    assert (page.input_value("#title"), page.input_value("#text")) == ("老格的灯", "说得很细的一段话")
    page.select_option("#unit", str(town.town.units["深塘一格"]))
    page.locator("form[data-report] button.main").first.click()
    page.wait_for_url("**/matter/*")
    assert len(opened("老格的灯")) == 1 and Attachment.objects.filter(matter__title="老格的灯").count() == 1 and left(page) == 0
    hang_up(context)


def test_what_is_kept_is_one_persons_and_another_neither_sees_nor_sends_it(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    context.set_offline(True)
    page.goto(LAMP)
    fill(page, "只有阿莲知道的灯")
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(1))
    context.clear_cookies(name="sessionid")
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("登录已经过期，登录以后自动报上")
    stale = context.new_page()  # somebody else logs in beside a page that is still open
    sign_in(stale, "he")
    page.click("#unsent button:has-text('现在就报')") if page.locator("#unsent button:has-text('现在就报')").count() else page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#unsent")).to_contain_text("现在登录的是另一个人")
    stale.goto("/unsent")
    expect(stale.locator("#unsent")).to_contain_text("还有别人没有发出的 1 件")
    assert "只有阿莲知道的灯" not in stale.content() and not opened("只有阿莲知道的灯")
    context.clear_cookies()
    page.close()
    sign_in(stale, "alian", CHOOSE)
    expect(stale.locator("#unsent")).to_contain_text("报上了 1 件")
    assert len(opened("只有阿莲知道的灯")) == 1
    hang_up(context)


def test_whoever_leaves_takes_the_pages_away(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    page.goto("/matters")  # a page that has no script
    page.click("form.leave button")
    page.wait_for_url("**/login**")
    assert page.evaluate("async () => (await (await caches.open('kept')).keys()).length") == 0
    hang_up(context)


def test_a_kind_that_was_never_opened_is_reported_by_the_form_of_its_line(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    context.set_offline(True)
    page.goto(CHOOSE)
    page.locator("summary:has-text('城乡环境')").click()
    page.click("a:has-text('乱贴乱画')")
    expect(page.locator("#title")).to_have_value("乱贴乱画")
    fill(page, "乱贴乱画")
    expect(page.locator("#unsent")).to_contain_text(WAITS.format(1))
    context.set_offline(False)
    page.wait_for_url("**/matter/*")
    assert Step.objects.get(matter=opened("乱贴乱画")[0]).columns["category"] == "posters"
    hang_up(context)


def test_what_is_not_to_be_reported_after_all_is_taken_back(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    context, page = worker(chrome, live_server)
    context.set_offline(True)
    page.goto(LAMP)
    fill(page, "又亮了")
    page.locator("#unsent summary").click()
    page.click("#unsent button:has-text('收回')")
    assert left(page) == 1
    page.click("#unsent button:has-text('确实不报了')")
    expect(page.locator("#unsent")).to_be_hidden()
    assert left(page) == 0
    hang_up(context)


def test_a_visit_is_written_down_without_signal_and_a_second_of_the_same_number_is_mended(chrome: Browser, live_server: LiveServer, town: Story) -> None:
    put(town, "residents.household", "深塘一格", "2019-01-01", code="H1", head="雷根土")
    put(town, "residents.person", "深塘一格", "2019-01-01", code="P1", person="雷根土", household="H1", relation="head")
    put(town, "care.dependant", "深塘一格", "2021-05-01", person="P1", kind="alone", interval_days="30")
    context, page = phone(chrome, live_server, "alian", "/unsent", [VISIT])
    context.set_offline(True)
    for met in ("是", "否"):
        page.goto(f"{VISIT}?f_dependant=P1")  # as the page of what is owed leads there
        page.fill("#day", str(today()))
        page.fill("#f_sheet", "1")
        page.select_option("#f_met", met)
        page.click("form[data-record] button.main")
        expect(page.locator("#unsent")).to_contain_text(WAITS.format(1 if met == "是" else 2))
    assert "雷根土" not in page.content()
    context.set_offline(False)
    expect(page.locator("#unsent")).to_contain_text("没有报上，请看一下")
    expect(page.locator("#unsent")).to_contain_text("报上了 1 件")
    page.click("#unsent button:has-text('改一改再报')")
    expect(page.locator("#f_met")).to_have_value("否")
    page.fill("#f_sheet", "2")
    page.click("form[data-record] button.main")
    page.wait_for_url("**/record/*")
    assert sorted(fact.row["sheet"] for fact in facts(Scope("ledger:care.visit"))) == ["1", "2"] and left(page) == 0
    hang_up(context)
