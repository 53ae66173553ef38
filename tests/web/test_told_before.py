"""我要上报 where somebody reported it before: the same thing is joined, another is reported as usual, with and without a script."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.conftest import Story, tell
from tests.web.phones import hang_up, left, phone
from tests.web.test_matters import an_event_tree
from tests.web.test_report_offline import CHOOSE, LAMP, LINE, fill, photo
from zhenwu.kernel.matters.api import Report, advance_matter, open_matter
from zhenwu.kernel.matters.models import Attachment, Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM, appoint

KIND = "grid:standard:report"
FIRST, HEADING, LAMPS = "桥头第三盏灯不亮", "附近已有人报过", {"kind": KIND, "category": "lighting"}
pytestmark = pytest.mark.django_db


def told(story: Story, place: str = "深塘一格", title: str = FIRST) -> UUID:
    return UUID(open_matter(SYSTEM, uuid4(), Report("grid", story.town.units[place], title, category="lighting"))["matter"])


def sent(story: Story, place: str = "深塘一格", **more: str) -> dict[str, str]:
    return {**LAMPS, "title": "路灯不亮", "unit": str(story.town.units[place]), "op_id": str(uuid4()), **more}


def post(browser: Client, form: dict[str, str]) -> str:
    return browser.post(reverse("new_matter"), form, follow=True).content.decode()


@pytest.fixture
def lamps(story: Story) -> Story:
    an_event_tree(story)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["云岭镇"], ["grid"], date(2015, 1, 1))
    return story


def test_whoever_has_one_place_sees_it_on_the_form_itself_and_may_add_themself(lamps: Story) -> None:
    lead, alian = told(lamps), lamps.browser("阿莲")
    form = alian.get(reverse("new_matter"), LAMPS).content.decode()
    assert HEADING in form and FIRST in form and f'name="same" value="{lead}"' in form
    # Enter presses the first button of a form: that one must not join.
    assert form.index('class="aside" tabindex="-1"') < form.index('name="same"')
    page = post(alian, sent(lamps, asked="1", same=str(lead)))
    assert "和先报的一件一起办，结果一起答复您" in page and "已并入主件" in page
    assert Matter.objects.get(title="路灯不亮").merged_into_id == lead


def test_where_the_place_is_chosen_it_is_asked_once_after_sending_and_what_was_typed_stands(lamps: Story) -> None:
    told(lamps)
    window, form = lamps.browser("外乡人"), sent(lamps, title="有人来说灯黑了", text="昨晚起")
    assert HEADING not in window.get(reverse("new_matter"), LAMPS).content.decode()
    asked = post(window, form)
    assert HEADING in asked and 'value="有人来说灯黑了"' in asked and "昨晚起</textarea>" in asked and "没有报上" not in asked
    assert not Matter.objects.filter(title="有人来说灯黑了")
    assert "待受理" in post(window, {**form, "asked": "1"}) and Matter.objects.get(title="有人来说灯黑了").merged_into_id is None
    assert HEADING not in post(window, sent(lamps, "上垟一格", title="别处的灯"))


def test_what_is_not_theirs_to_see_is_not_told_and_cannot_be_joined_by_its_number(lamps: Story) -> None:
    hidden = told(lamps, "上垟一格", "上垟的灯")
    alian = lamps.browser("阿莲")
    assert HEADING not in alian.get(reverse("new_matter"), LAMPS).content.decode()
    page = post(alian, sent(lamps, same=str(hidden)))
    assert "待受理" in page and "上垟的灯" not in page and Matter.objects.get(title="路灯不亮").merged_into_id is None


@pytest.mark.parametrize("same", ["over", "nonsense"])
def test_a_report_of_the_same_thing_that_came_to_its_end_is_reported_as_usual(lamps: Story, same: str) -> None:
    lead = told(lamps)
    advance_matter(SYSTEM, uuid4(), lead, "refuse", 1, {"reason": "不归镇里"})
    form = sent(lamps, same=str(lead) if same == "over" else "x")
    for _ in range(2):  # sent again, it is still one
        assert "待受理" in post(lamps.browser("阿莲"), form)
    assert Matter.objects.filter(title="路灯不亮").count() == 1


def test_a_phone_that_sends_later_is_asked_nothing_and_one_that_waits_is_asked(lamps: Story) -> None:
    told(lamps)
    alian, form = lamps.browser("阿莲"), sent(lamps, at_once="1")
    asked = alian.post(reverse("new_matter"), form, headers={"accept": "application/json"})
    assert asked.status_code == 409 and asked.json()["code"] == "matter.told_before" and [one[0] for one in asked.json()["choices"]] == ["same", "asked"]
    later = alian.post(reverse("new_matter"), {**form, "seen_ago": "7200"}, headers={"accept": "application/json"})
    assert later.status_code == 200 and Matter.objects.filter(title="路灯不亮").count() == 1


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
