"""我上报的 on the screen: what became of a report, what is new, and nothing of what is not this person's."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.township import BEGINNING
from zhenwu.kernel.matters.api import Report, advance_matter, merge_matters, open_matter
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.clock import LOCAL, at

pytestmark = pytest.mark.django_db
MORNING = datetime(2021, 3, 1, 9, tzinfo=LOCAL)
TITLE, OTHERS = "深塘一格有人搭棚", "上垟的棚子"


@pytest.fixture(autouse=True)
def _clerk(story: Story) -> None:
    """外乡人 sits at the window of the township."""
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", story.town.units["综合站"], ["demolition"], BEGINNING)


def report(story: Story, who: str, title: str, place: str) -> UUID:
    with at(MORNING):
        return UUID(open_matter(story.town.actor(who), uuid4(), Report("demolition", story.town.units[place], title))["matter"])


def step(story: Story, matter: UUID, action: str, version: int, hours: int = 1, **given: object) -> None:
    with at(MORNING + timedelta(hours=hours)):
        advance_matter(story.town.actor("外乡人"), uuid4(), matter, action, version, given)


def page(story: Story, who: str, name: str) -> str:
    with at(MORNING + timedelta(days=1)):
        return re.sub(r"\s+", " ", story.browser(who).get(reverse(name)).content.decode())


def test_alian_finds_on_her_first_page_that_her_report_was_answered(story: Story) -> None:
    matter = report(story, "阿莲", TITLE, "深塘一格")
    assert "新的答复" not in page(story, "阿莲", "home")
    assert TITLE in page(story, "阿莲", "reported") and "还没有答复" in page(story, "阿莲", "reported")
    step(story, matter, "accept", 1)
    assert "1 件有新的答复" in page(story, "阿莲", "home") and "新的答复" not in page(story, "老周", "home")
    told = page(story, "阿莲", "reported")
    assert "新的答复（1 件）" in told and "受理 <span class=\"faint\">外乡人，2021年3月1日 10:00" in told and reverse("matter", args=[matter]) in told


def test_what_was_seen_is_marked_once_and_leaves_the_first_page(story: Story) -> None:
    matter = report(story, "阿莲", TITLE, "深塘一格")
    step(story, matter, "refuse", 1, reason="是原来就有的 <b>")
    told = page(story, "阿莲", "reported")
    assert "不予受理" in told and "是原来就有的 &lt;b&gt;" in told
    number = told.partition('name="step" value="')[2].partition('"')[0]
    with at(MORNING + timedelta(days=1)):
        for who, said in (("老周", "没有要标的"), ("阿莲", "1 条答复已标为看过"), ("阿莲", "没有要标的")):
            answer = story.browser(who).post(reverse("mark_answers"), {"op_id": str(uuid4()), "step": [number, "x", "9" * 40]}, follow=True)
            assert said in answer.content.decode(), who
    assert "新的答复" not in page(story, "阿莲", "home") and "是原来就有的" in page(story, "阿莲", "reported")


def test_a_report_merged_into_one_beyond_her_reach_is_answered_without_its_title(story: Story) -> None:
    lead, other = report(story, "老周", OTHERS, "上垟一格"), report(story, "阿莲", TITLE, "深塘一格")
    with at(MORNING + timedelta(hours=1)):
        merge_matters(story.town.actor("外乡人"), uuid4(), lead, [(other, 1)], "同一个棚子")
    step(story, lead, "accept", 2, hours=2)
    told = page(story, "阿莲", "reported")
    assert "并入了另一件同样的事" in told and "主件受理" in told and "随主件办理" in told
    assert OTHERS not in told and str(lead) not in told
    step(story, lead, "dispatch", 3, 3, unit=str(story.town.units["综合站"]))
    with at(date(2021, 3, 2)):
        for number, (action, given) in enumerate([("sign", {}), ("handle", {}), ("complete", {"result": "棚子拆了"})], 4):
            advance_matter(SYSTEM, uuid4(), lead, action, number, given)
        advance_matter(story.town.actor("外乡人"), uuid4(), lead, "verify", 7, {"seen": "拆干净了"})
        advance_matter(story.town.actor("外乡人"), uuid4(), lead, "close", 8)
    told = page(story, "阿莲", "reported")
    assert "随主件答复" in told and "棚子拆了" in told and OTHERS not in told
    assert "棚子拆了" in page(story, "老周", "reported")


def test_the_window_finds_a_report_by_the_number_that_another_platform_gave(story: Story) -> None:
    matter = report(story, "阿莲", TITLE, "深塘一格")
    report(story, "阿莲", "另一处", "深塘一格")
    with at(MORNING + timedelta(days=1)):
        told = story.browser("外乡人").get(reverse("matters"), {"which": "all", "words": str(matter)}).content.decode()
    assert TITLE in told and "另一处" not in told
