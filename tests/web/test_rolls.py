"""点名 and 周期任务 on the screen: names where people look for names, and no household is back by a slip of the finger."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.clock import at
from zhenwu.sdk import RecordInput, save_record

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 10)


def put(story: Story, ledger: str, place: str, day: str, **data: str) -> UUID:
    return UUID(save_record(SYSTEM, ledger, RecordInput(data, story.town.units[place], day), uuid4())["record"])


@pytest.fixture
def family(story: Story) -> Story:
    """雷根土's household in 深塘一格, with him in it."""
    with at(date(2021, 4, 1)):
        put(story, "residents.household", "深塘一格", "2019-01-01", code="H1", head="雷根土")
        put(story, "residents.person", "深塘一格", "2019-01-01", code="P1", person="雷根土", household="H1", relation="head")
    return story


@pytest.fixture
def warned(family: Story) -> str:
    """The address of the roll call of a flood that has his household on its list."""
    with at(DAY):
        put(family, "emergency.call_list", "深塘一格", "2021-04-01", household="H1", hazard="flood", people="4", helper="吴远帆")
        event = put(family, "emergency.warning", "云岭镇", str(DAY), code="梅汛2021-1", level="orange", source="雨量", decided_by="叶镇长")
    return reverse("roll", args=["emergency.evacuation", event])


def sent(browser: Client, path: str, **more: str) -> str:
    with at(DAY):
        return browser.post(path + "/off", {"op_id": str(uuid4()), "member": "H1", **more}, follow=True).content.decode()


def got(browser: Client, path: str) -> str:
    with at(DAY):
        return browser.get(path).content.decode()


def test_a_roll_call_says_who_a_household_is_beside_its_code(family: Story, warned: str) -> None:
    told = got(family.browser("阿莲"), warned)
    assert re.search(r">雷\*+</a> <span class=\"faint\">H1</span>", told) and "雷根土" not in told


def test_who_sees_the_list_but_not_the_register_reads_the_masked_name_and_opens_no_page_of_it(family: Story, warned: str) -> None:
    appoint(SYSTEM, uuid4(), family.town.people["外乡人"], "officer", family.town.units["综合站"], ["emergency"], date(2015, 1, 1))
    told = got(family.browser("外乡人"), warned)
    assert re.search(r">雷\*+</a> <span class=\"faint\">H1</span>", told) and "雷根土" not in told
    house = find_record("residents.household", "H1")
    assert family.browser("外乡人").get(reverse("record", args=[house])).status_code == 404


def test_a_return_is_asked_for_twice(family: Story, warned: str) -> None:
    browser = family.browser("阿莲")
    assert "已登记" in sent(browser, warned, act="tick")
    version = re.search(r'name="version" value="(\d+)"', got(browser, warned + "?which=all"))
    assert version is not None
    told = sent(browser, warned, act="back", version=version[1])
    assert "还没有登记。" in told and "确实回来了" in told and "返回过" not in told
    assert "没有解除就返回了" not in got(browser, warned)
    assert "没有解除就返回了" in sent(browser, warned, act="back", version=version[1], sure="1")


def test_what_is_owed_again_and_again_is_told_by_name(family: Story) -> None:
    with at(DAY):
        put(family, "care.dependant", "深塘一格", "2021-05-01", person="P1", kind="alone", interval_days="30")
        put(family, "premises.facility", "深塘村", "2019-01-01", code="A1", title="深塘避灾点", kind="shelter")
        put(family, "emergency.store", "深塘村", "2021-05-01", code="W1", depot="A1", item="quilt", quantity="30", check_days="90")
    appoint(SYSTEM, uuid4(), family.town.people["外乡人"], "office_head", family.town.units["综合站"], ["*"], date(2015, 1, 1))
    told = got(family.browser("外乡人"), reverse("rounds"))
    assert "/ledger/care.visit/new?f_dependant=P1" in got(family.browser("阿莲"), reverse("rounds"))
    assert re.search(r">雷\*+</a> <span class=\"faint\">P1</span>", told) and "雷根土" not in told
    assert '>深塘避灾点，棉被</a> <span class="faint">W1</span>' in told


def test_a_roll_call_runs_our_own_script_alone_and_works_without_it(family: Story, warned: str) -> None:
    browser = family.browser("阿莲")
    told = got(browser, warned)
    assert told.count("<script") == 1 and re.search(r'<script src="/static/web/kept[^"]*\.js" defer></script>', told) and " onclick" not in told
    worker = family.browser().get("/kept-worker.js")
    assert worker.status_code == 200 and worker.headers["Content-Type"].startswith("text/javascript") and "雷" not in worker.content.decode()
    assert "已登记" in sent(browser, warned, act="tick")


def test_what_a_phone_sends_later_is_answered_in_words_for_a_program(family: Story, warned: str) -> None:
    def answer(who: str, **more: str) -> tuple[int, dict[str, str]]:
        with at(DAY):
            found = family.browser(who).post(warned + "/off", {"op_id": str(uuid4()), "member": "H1", **more}, headers={"accept": "application/json"})
        return found.status_code, found.json()

    assert answer("外乡人", act="tick")[0] == 404 and answer("何书记", act="tick")[0] == 403
    assert answer("阿莲", act="tick", on="no day") == (200, {"told": "已登记。"})
    status, told = answer("阿莲", act="tick")
    assert status == 409 and told["code"] == "ledger.key_taken" and told["told"] and told["remedy"]
    assert answer("阿莲", act="back", version="1")[0] == 409, "asked for once only"
    assert answer("阿莲", act="back", version="1", sure="1") == (200, {"told": "已登记返回。"})
