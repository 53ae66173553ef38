"""A second roster, of which no code has heard: one role, no log, no exchanges, posts that are called otherwise."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.ledgers.api import PREFIX, versions_in
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Scope
from zhenwu.packkit.installing import install_packs
from zhenwu.packkit.pack import check_pack
from zhenwu.sdk import RecordInput, save_record

pytestmark = pytest.mark.django_db
KEY, SHELF = "ferry.landings", Path(__file__).parent / "packs"
SPAN = {"first": "2026-12-01", "last": "2026-12-04", "post": "上渡"}


@pytest.fixture
def story(story: Story) -> Story:
    """外乡人 heads the office, 阿莲 is on the list of boatmen."""
    town = story.town.units["云岭镇"]
    with at(date(2026, 11, 20)):
        install_packs(SYSTEM, [*settings.PACK_FOLDERS, SHELF], uuid4())
        appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "office_head", town, ["ferry"], date(2015, 1, 1))
        appoint(SYSTEM, uuid4(), story.town.people["阿莲"], "grid_worker", story.town.units["深塘村"], ["ferry"], date(2015, 1, 1))
        put(story, "landing", "深塘村", name="上渡", called="上渡口", shifts_a_day="1", hours_a_day="10", begins="07:00", boatmen="1")
        for name, account in (("船甲", "alian"), ("船乙", ""), ("船丙", "")):
            put(story, "boatman", "云岭镇", name=name, role="boatman", account=account)
    return story


def put(story: Story, ledger: str, unit: str, **data: str) -> None:
    said = {name: value for name, value in data.items() if value}
    save_record(SYSTEM, f"ferry.{ledger}", RecordInput(said, story.town.units[unit], date(2026, 11, 20)), uuid4())


def test_the_pack_is_sound() -> None:
    assert check_pack(SHELF / "ferry") == []


def test_another_packs_roster_is_put_together_saved_and_shown_in_its_own_words(story: Story) -> None:
    with at(date(2026, 11, 25)):
        put(story, "leave", "云岭镇", watcher="船丙", first_day="2026-12-01", last_day="2026-12-31")
        head = story.browser("外乡人")
        page = head.get(reverse("propose_roster", args=[KEY]), SPAN).content.decode()
        assert "渡口轮守" in page and "07:00—17:00" in page and "保存这张班表（4 人次）" in page and "值班员" not in page and "七天内" not in page
        found = re.search(r'name="told" value="([^"]*)"', page)
        assert found is not None
        sent = {**SPAN, "told": html.unescape(found[1]), "op_id": str(uuid4())}
        assert head.post(reverse("save_roster", args=[KEY]), sent).status_code == 302
        rows = versions_in(Scope(PREFIX + "ferry.turn"))
        assert {row.data["watcher"] for row in rows} == {"船甲", "船乙"} and len(rows) == 4
        shown = story.browser("阿莲").get(reverse("rosters", args=[KEY]), {"month": "2026-12"})
        text = shown.content.decode()
        assert "12月我的班" in text and "上渡口值班表" in text and "申请换班" not in text and "日志" not in text
        assert "渡口轮守" in [label for _, label, _ in shown.context["menu"]] and "值班排班" in [label for _, label, _ in shown.context["menu"]]


def test_its_gaps_are_told_to_the_head_of_its_office_with_its_own_roles(story: Story) -> None:
    with at(date(2026, 12, 1)):
        assert "上渡口：7天内有" in story.browser("外乡人").get("/").content.decode()
        for name in ("船甲", "船乙", "船丙"):
            put(story, "leave", "云岭镇", watcher=name, first_day="2026-12-03", last_day="2026-12-03")
        page = story.browser("外乡人").get(reverse("propose_roster", args=[KEY]), SPAN).content.decode()
        assert "缺船工1人：能当船工的共3人" in page
