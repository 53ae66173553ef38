"""我要上报 where somebody reported it before: the same thing is joined, another is reported as usual, with and without a script."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.test_matters import an_event_tree
from zhenwu.kernel.matters.api import Report, advance_matter, open_matter
from zhenwu.kernel.matters.models import Matter
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
    # The question stands alone: what was filled in is read, not asked again.
    assert HEADING in asked and "<dd>有人来说灯黑了</dd>" in asked and "<dd>昨晚起</dd>" in asked and "<dd>深塘村 · 深塘一格</dd>" in asked
    assert 'id="unit"' not in asked and 'id="title"' not in asked and ">提交<" not in asked and "结果也答复您" in asked
    back = post(window, {**form, "edit": "1"})
    assert HEADING not in back and 'value="有人来说灯黑了"' in back and "昨晚起</textarea>" in back and "没有报上" not in back
    assert not Matter.objects.filter(title="有人来说灯黑了")
    assert "待受理" in post(window, {**form, "asked": "1"}) and Matter.objects.get(title="有人来说灯黑了").merged_into_id is None
    assert HEADING not in post(window, sent(lamps, "上垟一格", title="别处的灯"))


def test_of_what_somebody_reported_themself_nothing_is_said_of_being_answered_together(lamps: Story) -> None:
    post(lamps.browser("外乡人"), sent(lamps, title="我先报的灯"))
    asked = post(lamps.browser("外乡人"), sent(lamps, title="我又报的灯"))
    assert HEADING in asked and "看看办到哪了" in asked and "结果也答复您" not in asked and "照常上报" in asked and 'name="same"' not in asked
    post(lamps.browser("阿莲"), sent(lamps, title="阿莲的灯", asked="1"))
    Matter.objects.filter(title__in=("我先报的灯",)).update(title="先报的灯")
    assert "结果也答复您" in post(lamps.browser("外乡人"), sent(lamps, title="还是那盏灯"))


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
