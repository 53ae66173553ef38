"""事项 by name: beside a title that says a code stands whom or what the record that it cites is called, for whoever may see that record."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.township import BEGINNING
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.matters.api import advance_matter, catch_up_limits, citing, tell_due
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.kernel.rules.api import follow_rules
from zhenwu.lib.clock import LOCAL, at
from zhenwu.sdk import RecordInput, remove_record, save_record

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)
LATE = datetime(2021, 3, 24, 9, tzinfo=LOCAL)
TITLE = "关爱对象P1走访没有见到"
NAMED = r'关爱对象P1走访没有见到[^<]*</a> <span class="called">雷\*+</span>'


def put(story: Story, ledger: str, where: str, day: str, **data: str) -> UUID:
    return UUID(save_record(SYSTEM, ledger, RecordInput(data, story.town.units[where], day), uuid4())["record"])


def visited(story: Story, person: str, name: str) -> UUID:
    """Somebody alone in 深塘一格, who was not met; the visit's record."""
    put(story, "residents.household", "深塘一格", "2019-01-01", code=f"H{person}", head=name)
    put(story, "residents.person", "深塘一格", "2019-01-01", code=person, person=name, household=f"H{person}", relation="head")
    put(story, "care.dependant", "深塘一格", "2021-01-01", person=person, kind="alone", interval_days="30")
    return put(story, "care.visit", "深塘一格", str(DAY), dependant=person, sheet="1", met="否")


@pytest.fixture
def missed(story: Story) -> UUID:
    """雷根土 was not met: the matter that the rule opened, sent to 老周's office, whose lines do not reach the ledgers of care."""
    with at(DAY):
        follow_rules()
        record = visited(story, "P1", "雷根土")
        follow_rules()
        (step,) = citing(SYSTEM, "care", [record])
        advance_matter(SYSTEM, uuid4(), step.matter_id, "accept", 1)
        advance_matter(SYSTEM, uuid4(), step.matter_id, "dispatch", 2, {"unit": str(story.town.units["综合站"])})
        catch_up_limits()
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "office_head", story.town.units["综合站"], ["care"], BEGINNING)
    matter: UUID = step.matter_id
    return matter


def got(story: Story, who: str, address: str) -> str:
    with at(LATE):
        return story.browser(who).get(address).content.decode()


def test_a_title_with_a_code_has_the_masked_name_beside_it_wherever_matters_are_listed(story: Story, missed: UUID) -> None:
    with at(LATE):
        catch_up_limits()
        tell_due()
    for address in (reverse("matters"), reverse("matters") + "?which=all", reverse("matters") + "?which=mine", reverse("notices")):
        told = got(story, "外乡人", address)
        assert re.search(NAMED, told), address
        assert "雷根土" not in told, address
    page = got(story, "外乡人", reverse("matter", args=[missed]))
    assert re.search(r'<span class="called">雷\*+</span>', page) and "雷根土" not in page
    assert re.search(rf"最急的：{TITLE}[^（]*（雷\*+）", got(story, "外乡人", reverse("home")))


def test_who_sees_the_matter_but_not_the_ledger_reads_the_code_alone(story: Story, missed: UUID) -> None:
    for address in (reverse("matters"), reverse("matters") + "?which=mine", reverse("matter", args=[missed]), reverse("home")):
        told = got(story, "老周", address)
        assert TITLE in told and "雷" not in told, address


def test_a_visit_made_void_still_says_whom_its_matter_is_about(story: Story, missed: UUID) -> None:
    visit = find_record("care.visit", "P1/1")
    assert visit is not None
    with at(LATE):
        remove_record(SYSTEM, "care.visit", visit, 1, "重复登记", uuid4())
    assert re.search(NAMED, got(story, "外乡人", reverse("matters")))


def test_who_is_no_longer_on_the_list_is_still_called_by_name(story: Story, missed: UUID) -> None:
    record = find_record("care.dependant", "P1")
    assert record is not None
    with at(LATE):
        save_record(SYSTEM, "care.dependant", RecordInput({"ended_as": "moved"}, until="2021-03-20", reason="随女儿生活"), uuid4(), record, 1)
    assert re.search(NAMED, got(story, "外乡人", reverse("matters")))


def test_a_longer_list_asks_no_more_of_the_ledgers(story: Story, missed: UUID) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            got(story, "外乡人", reverse("matters"))
        return len(found)

    asked()  # what is remembered of definitions is read once
    few = asked()
    with at(DAY):
        for number in range(2, 9):
            visited(story, f"P{number}", "钟水根")
        follow_rules()
        catch_up_limits()
    told = got(story, "外乡人", reverse("matters"))
    assert len(re.findall(r'<span class="called">钟\*+</span>', told)) == 7
    assert asked() == few


def test_what_a_title_says_itself_is_not_said_twice(story: Story, missed: UUID) -> None:
    """A rule puts a link into words: the station is called by its title already."""
    with at(DAY):
        put(story, "drinking.station", "深塘村", "2019-01-01", code="W1", title="深塘水厂", scale="small", households="126", source="stream", disinfection="ultraviolet", running="running")
        put(story, "drinking.sample", "深塘村", str(DAY), sheet="S1", station="W1", purpose="daily", place="tap", scale="small", turbidity="4", verdict="failed")
        follow_rules()
        catch_up_limits()
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "officer", story.town.units["综合站"], ["drinking"], BEGINNING)
    told = got(story, "外乡人", reverse("matters"))
    assert re.search(r"深塘水厂[^<]*水质不合格[^<]*</a><span", told)
