"""What was told before, in a real browser: on a phone with a script, and without."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.conftest import Story, tell
from tests.web.phones import hang_up, left, phone
from tests.web.test_matters import an_event_tree
from tests.web.test_report_offline import CHOOSE, LAMP, LINE, fill, photo
from tests.web.township import PASSWORD
from zhenwu.kernel.matters.api import Report, open_matter
from zhenwu.kernel.matters.models import Attachment, Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM, appoint

KIND, FIRST, HEADING = "grid:standard:report", "桥头第三盏灯不亮", "附近已有人报过"


def told(story: Story) -> UUID:
    return UUID(open_matter(SYSTEM, uuid4(), Report("grid", story.town.units["深塘一格"], FIRST, category="lighting"))["matter"])


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_without_script_the_question_is_answered_with_its_photo_chosen_again(chrome: Browser, live_server: LiveServer) -> None:
    story = tell()
    an_event_tree(story)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["grid"], date(2015, 1, 1))
    lead = told(story)
    context = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live_server.url}/login")
    page.get_by_label("登录名").fill("waixiang")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto(f"{live_server.url}{reverse('new_matter')}?kind={KIND}&category=lighting")
    page.get_by_label("什么事").fill("来说灯黑了")
    page.get_by_label("在哪里").select_option(str(story.town.units["深塘一格"]))
    page.set_input_files("#photo", [photo("red")])  # type: ignore[list-item]
    page.get_by_role("button", name="提交").first.click()
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    page.get_by_role("button", name="返回修改").click()
    expect(page.get_by_label("什么事")).to_have_value("来说灯黑了")
    page.set_input_files("#photo", [photo("red")])  # type: ignore[list-item]
    page.get_by_role("button", name="提交").first.click()
    page.set_input_files("#photo", [photo("red")])  # type: ignore[list-item]
    page.get_by_role("button", name="是同一件").click()
    page.wait_for_url("**/matter/*")
    mine = Matter.objects.get(title="来说灯黑了")
    assert mine.merged_into_id == lead and Attachment.objects.filter(matter=mine).count() == 1
    context.close()


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_same_thing_is_one_tap_and_its_photo_comes_along(chrome: Browser, live_server: LiveServer) -> None:
    story = tell()
    an_event_tree(story)
    context, page = phone(chrome, live_server, "alian", CHOOSE, [LAMP, LINE])
    page.goto(LAMP)  # opened before the other was told
    lead = told(story)
    fill(page, "路灯不亮", photo("red"))
    expect(page.locator("#unsent")).to_contain_text("还没有报上，先看一下")
    assert left(page) == 1 and Matter.objects.filter(title="路灯不亮").count() == 0
    page.locator("#unsent button", has_text="是同一件").click()
    page.wait_for_url("**/matter/*")
    mine = Matter.objects.get(title="路灯不亮")
    assert mine.merged_into_id == lead and Attachment.objects.filter(matter=mine).count() == 1 and left(page) == 0
    page.goto(LAMP)
    page.set_input_files("#photo", [photo("blue")])  # type: ignore[list-item]
    page.locator("button[name=same]").first.click()
    page.wait_for_url("**/matter/*")
    assert Matter.objects.filter(title="路灯不亮", merged_into=lead).count() == 2 and Step.objects.filter(matter=lead, action="gather").count() == 2
    page.goto(LAMP)
    fill(page, "另一盏灯不亮")
    page.wait_for_url("**/matter/*")
    assert Matter.objects.get(title="另一盏灯不亮").merged_into_id is None
    hang_up(context)
