"""A party's own term on the screen: whose it is, until when, what may be done then; no red light anywhere."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.matters.test_party_limits import PAY, body
from tests.web.conftest import Story
from tests.web.township import BEGINNING, PASSWORD
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.matters.api import Report, catch_up_limits, open_matter, tell_due
from zhenwu.kernel.orgs.api import SYSTEM, appoint, enrol_person
from zhenwu.lib.clock import LOCAL, at

pytestmark = pytest.mark.django_db
KEY, TITLE = "demolition.paying", "上垟一格占道罚款"


@pytest.fixture
def paying(story: Story) -> UUID:
    """A matter of 上垟一格 that waits for a party's payment, until Thursday 4 March."""
    story.town.people["窗口"] = enrol_person(SYSTEM, uuid4(), "chuang", "窗口", PASSWORD)
    appoint(SYSTEM, uuid4(), story.town.people["窗口"], "clerk", story.town.units["云岭镇"], ["demolition"], BEGINNING)
    install(SYSTEM, [Draft("workflow", KEY, "demolition", {"key": KEY, "pack": "demolition", **body(PAY)})], uuid4())
    with at(date(2021, 3, 1)):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units["上垟一格"], TITLE), workflow=KEY)["matter"])
        catch_up_limits()
    return matter


def page(story: Story, day: int, name: str, *args: object, query: str = "") -> str:
    with at(datetime(2021, 3, day, 9, tzinfo=LOCAL)):
        catch_up_limits()
        tell_due()
        return story.browser("窗口").get(reverse(name, args=args) + query).content.decode()


def test_the_page_says_whose_term_it_is_and_what_may_be_done_then_without_a_red_light(story: Story, paying: UUID) -> None:
    assert "当事人应在 2021-03-04 以前缴清罚款；到期没有的，可以：受理" in page(story, 2, "matter", paying)
    over = page(story, 8, "matter", paying)
    assert "当事人应在 2021-03-04 以前缴清罚款，已经过了，可以：受理" in over and "超期</span>" not in over
    assert "这是当事人的期限，过了不算本单位超期" in over


def test_the_list_has_it_without_calling_it_overdue_and_the_notice_says_what_is_next(story: Story, paying: UUID) -> None:
    listed = page(story, 8, "matters", query="?which=all")
    assert TITLE in listed and "2021-03-04" in listed and "当事人缴清罚款的期限" in listed and "超期</span>" not in listed
    assert TITLE not in page(story, 8, "matters", query="?which=late")
    told = page(story, 8, "notices")
    assert "期限过了，可以办下一步：受理" in told and "要不要发提醒单" not in told


def test_the_table_of_its_workflow_says_so_too(story: Story, paying: UUID) -> None:
    assert "外面的人的期限，过了不算本单位超期" in page(story, 2, "flow", KEY)
