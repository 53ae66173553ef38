"""督办: the card of its stage, the clock on what was answered, the slip to print. 外乡人 leads the line, 老周 answers for his office."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.documents.conftest import words_of
from tests.web.conftest import Story
from tests.web.test_matters import page, sent_to_the_office, take
from zhenwu.kernel.documents.api import document_file, make_document, offers
from zhenwu.kernel.matters.api import current, deadlines
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.clock import at, now

pytestmark = pytest.mark.django_db
SLIP = "grid.supervision_slip"


@pytest.fixture
def stuck(story: Story) -> UUID:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "overseer", story.town.units["云岭镇"], ["demolition"], date(2015, 1, 1))
    return sent_to_the_office(story)


def press(story: Story, matter: UUID) -> UUID:
    told = story.browser("老周").post(reverse("press_matter", args=[matter]), {"op_id": str(uuid4()), "reason": "拖了几个月"}, follow=True)
    return UUID(re.search(r"/matter/([0-9a-f-]{36})", told.redirect_chain[-1][0])[1])  # type: ignore[index]


def settle(story: Story, pressing: UUID, last: str = "close") -> None:
    assert take(story, "外乡人", pressing, "sign", 1)[0] == 200
    if last == "close":
        assert take(story, "老周", pressing, "answer", 2, result="本周内拆")[0] == 200
        assert take(story, "外乡人", pressing, "close", 3)[0] == 200
    else:
        assert take(story, "外乡人", pressing, "decline", 2, reason="签错了")[0] == 200


def test_the_first_pressing_is_a_yellow_card_and_the_second_a_red_one(story: Story, stuck: UUID) -> None:
    first = press(story, stuck)
    assert "黄牌（第一次督办）" in page(story, "外乡人", first)
    settle(story, first)
    declined = press(story, stuck)
    assert "红牌（再次督办）" in page(story, "外乡人", declined)
    settle(story, declined, "decline")
    third = press(story, stuck)  # what was taken back is no stage: still the second
    assert "红牌（再次督办）" in page(story, "外乡人", third)
    take(story, "外乡人", third, "sign", 1, card="yellow")  # the leader who signs may choose another
    assert current(SYSTEM, third).columns["card"] == "yellow"


def test_what_was_declined_before_it_was_signed_counts_for_no_card(story: Story, stuck: UUID) -> None:
    first = press(story, stuck)
    settle(story, first, "decline")
    assert "黄牌（第一次督办）" in page(story, "外乡人", press(story, stuck))


def test_what_was_answered_has_a_time_in_which_it_is_struck_off(story: Story, stuck: UUID) -> None:
    pressing = press(story, stuck)
    take(story, "外乡人", pressing, "sign", 1)
    take(story, "老周", pressing, "answer", 2, result="本周内拆")
    (running,) = [one for one in deadlines(SYSTEM, pressing) if one.over is None]
    assert running.label == "销号时限" and "5个工作日" in " ".join(running.due.why)
    with at((now() + timedelta(days=40)).date()):
        assert take(story, "外乡人", pressing, "close", 3)[0] == 200
    assert current(SYSTEM, pressing).columns["struck_late"] is True


def test_a_signed_pressing_is_printed_as_a_slip_that_names_the_office_and_nobody_who_handles_it(story: Story, stuck: UUID) -> None:
    """The slip is the same for every line: this one presses a matter of the demolition line."""
    pressing = press(story, stuck)
    assert next(one for one in offers(SYSTEM, pressing) if one.key == SLIP).why_not
    take(story, "外乡人", pressing, "sign", 1, reason="限期办掉")
    made = make_document(SYSTEM, uuid4(), pressing, SLIP)
    words = words_of(document_file(SYSTEM, pressing, UUID(made["made"]), "docx")[1])
    for said in ("督办单", "黄牌（第一次督办）", "督办：上垟一格有人搭棚", "综合站", "拖了几个月", "限期办掉", "不排名、不通报个人"):
        assert said in words, (said, words)
    assert "老周" not in words and "以前书面反馈" in words
    assert SLIP not in [one.key for one in offers(SYSTEM, stuck)]  # of the 督办, not of what it presses
