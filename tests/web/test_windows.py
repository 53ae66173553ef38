"""The window: a name typed; family, earlier records, matters and missing papers on one page; what is shown in full is logged. And a roll call on the page."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.documents.conftest import words_of
from tests.web.conftest import Story
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.orgs.api import appoint, enrol_person
from zhenwu.kernel.orgs.models import Person
from zhenwu.sdk import SYSTEM, RecordInput, follow_rules, save_record
from zhenwu.web.papers import asked_once, listed, wanted

pytestmark = pytest.mark.django_db
WHY = "办高龄津贴"


def put(ledger: str, where: UUID, day: str, **data: str) -> UUID:
    return UUID(save_record(SYSTEM, ledger, RecordInput(data, where, day), uuid4())["record"])


@pytest.fixture
def clerk(story: Story) -> Client:
    """A clerk of the window: service and residents, nothing else."""
    person = enrol_person(SYSTEM, uuid4(), "chuntao", "雷春桃", "long-enough-to-pass")
    appoint(SYSTEM, uuid4(), person, "clerk", story.town.units["综合站"], ["service", "residents"], date(2015, 1, 1))
    client = Client()
    client.force_login(Person.objects.get(id=person), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def grandmother(story: Story) -> UUID:
    """钟阿婆 and her son; an application of hers that is on, a benefit that the clerk may not see, a bank card copy that is kept."""
    units = story.town.units
    put("residents.household", units["深塘一格"], "2000-01-01", code="H1", head="钟阿婆")
    first = put("residents.person", units["深塘一格"], "1938-05-01", code="P1", person="钟阿婆", household="H1", relation="head", phone="13812345678")
    put("residents.person", units["深塘一格"], "1966-05-01", code="P2", person="钟大山", household="H1", relation="child")
    for code, title, papers, lackable in (("S1", "高龄津贴申领", "身份证明、银行卡", "银行卡"), ("S2", "老年优待证办理", "身份证明、照片", "")):
        put("service.item", units["云岭镇"], "2019-01-01", code=code, title=title, route="promised", decided_by="town", statutory_days="20", promised_days="5", papers="2", paper_list=papers, lackable=lackable)
    put("service.application", units["深塘村"], "2020-06-01", code="A1", item="S1", applicant="P1", channel="window", route="promised", course="tracked")
    put("service.held_paper", units["深塘村"], "2020-01-01", person="P1", paper="身份证明", kind="shared")
    follow_rules()
    return first


def shown() -> list[dict[str, str]]:
    return [event.body for event in Event.objects.filter(kind="person.shown").order_by("id")]


def test_a_name_finds_whoever_is_called_so_and_is_kept_nowhere(clerk: Client, grandmother: UUID) -> None:
    page = clerk.post("/window", {"name": "钟阿婆"}).content.decode()
    assert f"/window/service.counter/{grandmother}" in page and "P1" in page
    assert "没有叫“钟阿公”的人" in clerk.post("/window", {"name": "钟阿公"}).content.decode()
    assert shown() == [] and not Event.objects.filter(body__icontains="钟阿婆").exists()


def test_one_page_shows_family_earlier_applications_matters_and_is_logged_for_each_name(clerk: Client, grandmother: UUID) -> None:
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY}).content.decode()
    for words in ("钟阿婆", "钟大山", "办件台账", "事项 高龄津贴申领", "A1 高龄津贴申领", "已收件，待受理", "材料留存"):
        assert words in page
    assert "13812345678" not in page
    assert [event["why"] for event in shown()] == [WHY, WHY]


def test_without_a_reason_names_stay_masked_and_nobody_is_noted(clerk: Client, grandmother: UUID) -> None:
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": " "}).content.decode()
    assert "钟阿婆" not in page and "钟**" in page and shown() == []


def test_the_papers_of_all_items_are_asked_for_once_less_what_is_kept(clerk: Client, grandmother: UUID) -> None:
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1", "S2"]}).content.decode()
    assert re.search(r"要带 2 份：<strong>银行卡、照片</strong>", page)
    form = re.search(r'href="(/ledger/service\.application/new\?[^"]+)"', page)
    assert form is not None
    blank = clerk.get(form[1].replace("&amp;", "&")).content.decode()
    assert 'value="P1"' in blank and 'value="S1"' in blank
    assert "身份证明（已有）" in page and "银行卡（缺，可容缺）" in page and "照片（缺）" in page


def test_what_is_entered_at_the_window_begins_with_today_and_the_place_and_leads_to_the_matter_and_its_receipt(story: Story, clerk: Client, grandmother: UUID) -> None:
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1"]}).content.decode()
    form = re.search(r'href="(/ledger/service\.application/new\?[^"]+)"', page)
    assert form is not None
    blank = clerk.get(form[1].replace("&amp;", "&")).content.decode()
    assert f'type="date" value="{date.today()}"' in blank and f'<option value="{story.town.units["深塘村"]}" selected>' in blank
    entry = {"unit": str(story.town.units["深塘村"]), "day": str(date.today()), "f_code": "A9", "f_item": "S1", "f_applicant": "P1", "f_channel": "window", "f_route": "promised", "f_course": "tracked"}
    saved = clerk.post("/ledger/service.application/new", {**entry, "op_id": str(uuid4())}, follow=True).content.decode()
    opened = re.search(r'由这条记录开出的事项.*?href="(/matter/[0-9a-f-]{36})">A9 高龄津贴申领', saved, re.DOTALL)
    assert opened is not None and "打印受理回执" in saved and '高龄津贴申领 <span class="faint">S1</span>' in saved and '钟** <span class="faint">P1</span>' in saved
    assert "A9" in clerk.get(opened[1]).content.decode()
    printed = clerk.post(f"{opened[1]}/documents", {"op_id": str(uuid4()), "document": "service.receipt", "print": "1"})
    assert printed.status_code == 302 and printed["Location"].endswith(".pdf?show=1")
    docx = words_of(clerk.get(printed["Location"].replace(".pdf?show=1", ".docx")).content)
    assert "收件回执" in docx and "钟阿婆" in docx and "高龄津贴申领" in docx and "五个工作日内" in docx
    assert "打印受理回执" in clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY}).content.decode()


def test_somebody_from_elsewhere_is_entered_from_the_window_without_a_person(clerk: Client, grandmother: UUID) -> None:
    page = clerk.post("/window", {"name": "外地人"}).content.decode()
    form = re.search(r'href="(/ledger/service\.application/new\?[^"]+)"', page)
    assert form is not None and f"day={date.today()}" in form[1]
    assert "/new?" not in clerk.post("/window", {"name": "钟阿婆"}).content.decode()


def test_the_paper_that_is_handed_over_says_no_more_than_the_name_and_what_to_bring(clerk: Client, grandmother: UUID) -> None:
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1"]}).content.decode()
    paper = re.sub(r'<(p|h2|section|form|div)[^>]*class="[^"]*no-print[^"]*".*?</\1>', "", page, flags=re.DOTALL)
    assert "办事材料一次告知单" in paper and "云岭镇" in paper and "经办人：雷春桃" in paper and "银行卡" in paper
    assert "与户主关系" not in paper and "家里人" not in paper


def test_what_lies_beyond_the_clerks_lines_is_not_on_the_page(story: Story, clerk: Client, grandmother: UUID) -> None:
    put("emergency.call_list", story.town.units["深塘一格"], "2020-04-01", household="H1", hazard="flood", people="2", helper="吴远帆")
    assert "转移清单" not in clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY}).content.decode()
    assert "转移清单" in story.browser("何书记").post(f"/window/service.counter/{grandmother}", {"reason": WHY}).content.decode()


def test_a_record_that_is_no_person_and_a_person_out_of_reach_are_not_opened(story: Story, clerk: Client, grandmother: UUID) -> None:
    assert clerk.post(f"/window/service.counter/{story.records['A1']}", {"reason": WHY}).status_code == 404
    assert story.browser("老周").post(f"/window/service.counter/{grandmother}", {"reason": WHY}).status_code == 403


def test_lists_of_papers_are_read_whatever_stands_between_them() -> None:
    assert listed("身份证明、 银行卡；银行卡,照片") == ("身份证明", "银行卡", "照片")
    found = wanted([{"title": "甲", "papers": "一、二", "lackable": "二"}, {"title": "乙", "papers": "二、三"}], {"一"})
    assert [one.missing for one in found] == [("二",), ("二", "三")] and asked_once(found) == ("二", "三")


def test_a_household_is_ticked_off_on_the_page_and_the_form_of_the_others_knows_its_names(story: Story) -> None:
    units, worker = story.town.units, story.browser("阿莲")
    for code in ("H8", "H9"):
        put("residents.household", units["深塘一格"], "2000-01-01", code=code)
        put("emergency.call_list", units["深塘一格"], "2020-04-01", household=code, hazard="flood", people="3", helper="吴远帆")
    event = put("emergency.warning", units["云岭镇"], str(date.today()), code="测试预警", level="red", source="演练", decided_by="叶镇长")
    address = f"/roll/emergency.evacuation/{event}"
    assert "测试预警" in worker.get("/rolls").content.decode()
    page = worker.get(address).content.decode()
    assert "应到 2，已到 0，还没有到 2" in page
    assert worker.post(f"{address}/off", {"act": "tick", "member": "H8", "op_id": str(uuid4())}).status_code == 302
    page = worker.get(address).content.decode()
    assert "应到 2，已到 1，还没有到 1" in page and ">H8<" not in page
    form = re.search(r'href="(/ledger/emergency\.evacuation/new\?[^"]+)"', page)
    assert form is not None
    blank = worker.get(form[1].replace("&amp;", "&")).content.decode()
    assert 'value="测试预警"' in blank and 'value="H9"' in blank


def listed_for_undertakings(story: Story) -> None:
    put("service.undertaking_item", story.town.units["云岭镇"], "2019-01-01", item="S1", covers="银行卡", says="本人没有领其他津贴", method="shared")


def test_what_a_written_promise_may_stand_for_is_said_of_each_paper(story: Story, clerk: Client, grandmother: UUID) -> None:
    assert "告知承诺" not in clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1"]}).content.decode().partition("print-only")[0]
    listed_for_undertakings(story)
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1"]}).content.decode()
    assert "银行卡（缺，可凭告知承诺）" in page and "记在册上" not in page


def test_whoever_broke_a_promise_is_offered_none_until_it_is_made_good(story: Story, clerk: Client, grandmother: UUID) -> None:
    listed_for_undertakings(story)
    record = put("service.broken_undertaking", story.town.units["深塘村"], "2020-05-06", application="A1", applicant="P1", found="还领着另一份")
    page = clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1"]}).content.decode()
    assert "2020年5月6日起，他的一次告知承诺（A1）没有做到" in page and "可凭告知承诺）" not in page and "银行卡（缺，可容缺）" in page
    save_record(SYSTEM, "service.broken_undertaking", RecordInput({}, until="2020-07-01", reason="修复"), uuid4(), record, 1)
    assert "银行卡（缺，可凭告知承诺）" in clerk.post(f"/window/service.counter/{grandmother}", {"reason": WHY, "item": ["S1"]}).content.decode()


def test_a_lost_card_is_entered_again_from_the_page_of_its_application_as_of_today(story: Story, clerk: Client, grandmother: UUID) -> None:
    record = find_record("service.application", "A1")
    page = clerk.get(f"/record/{record}").content.decode()
    form = re.search(r'href="(/ledger/service\.application/new\?[^"]+)"[^>]*>遗失、损坏了，登记补办', page)
    assert form is not None
    blank = clerk.get(form[1].replace("&amp;", "&")).content.decode()
    assert 'value="A1"' in blank and 'value="P1"' in blank and f'type="date" value="{date.today()}"' in blank
