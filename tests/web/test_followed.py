"""What is entered next: the window's service row leads to the aid application, with what was said already filled in."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.sdk import RecordInput, save_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def visited(story: Story) -> UUID:
    """外乡人 sits at the window of the legal line; 蓝阿土 is in the register and came about his wages."""
    town = story.town.units
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "clerk", town["云岭镇"], ["legalaid"], date(2015, 1, 1))
    save_record(SYSTEM, "residents.household", RecordInput({"code": "H1", "head": "蓝阿土"}, town["深塘一格"], date(2021, 1, 1)), uuid4())
    save_record(SYSTEM, "residents.person", RecordInput({"code": "P1", "person": "蓝阿土", "household": "H1", "relation": "head"}, town["深塘一格"], date(2021, 1, 1)), uuid4())
    return service(story, "F1", "to_aid")


def service(story: Story, sheet: str, result: str) -> UUID:
    told = {"sheet": sheet, "visitor": "P1", "topic": "wages", "matters_raised": "1", "manner": "advice", "place": "window", "adviser": "office", "result": result}
    return UUID(save_record(SYSTEM, "legalaid.service", RecordInput(told, story.town.units["深塘村"], date(2021, 3, 1)), uuid4())["record"])


def page(story: Story, who: str, record: UUID) -> str:
    return story.browser(who).get(reverse("record", args=[record])).content.decode()


def test_an_aid_application_is_begun_from_the_row_of_the_window_and_nothing_is_typed_twice(story: Story, visited: UUID) -> None:
    told = re.search(r'href="([^"]+)">接着登记法律援助申请', page(story, "外乡人", visited))
    assert told is not None
    form = story.browser("外乡人").get(unescape(told[1]))
    assert form.status_code == 200
    filled = {one.name: one.value for one in form.context["controls"]}
    assert (filled["f_applicant"], filled["f_topic"], filled["day"], filled["unit"]) == ("P1", "wages", "2021-03-01", str(story.town.units["深塘村"]))
    sent = {name: value for name, value in filled.items() if value} | {"f_application_no": "云援1", "op_id": str(uuid4())}
    saved = story.browser("外乡人").post(reverse("new_record", args=["legalaid.aid_application"]), sent, follow=True).content.decode()
    assert "云援1" in saved and "法律援助申请 云援1" in saved  # the matter is open


def test_what_ended_at_the_window_leads_nowhere_and_who_may_not_enter_has_no_button(story: Story, visited: UUID) -> None:
    assert "接着办" not in page(story, "外乡人", service(story, "F2", "answered"))
    assert "接着办" not in page(story, "何书记", visited)
