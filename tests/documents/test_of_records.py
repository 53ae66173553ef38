"""Documents made of one record of a ledger: they say what it, what it links to and its rows say; each reads in them what is theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from tests.documents.conftest import words_of
from tests.documents.test_screens import browser
from tests.orgs.staff import Town, found_town, posted
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.documents.api import (
    altered,
    make_record_document,
    record_document_file,
    record_documents,
    record_offers,
)
from zhenwu.kernel.documents.models import Made, Serial
from zhenwu.kernel.documents.sources import OfRecord
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.ledgers.api import find_record, forget_subject, history, remove_record, save_record
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.clock import at
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused
from zhenwu.sdk import RecordInput

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 10)


@dataclass
class Flood:
    """深塘村 with 雷根土's household on its list of whom to call, and a sample of its water."""

    town: Town
    people: dict[str, Actor]

    def save(self, ledger: str, where: str, day: str, **data: str) -> UUID:
        with at(DAY):
            return UUID(save_record(SYSTEM, ledger, RecordInput(data, self.town[where], day), uuid4())["record"])

    def correct(self, ledger: str, key: str, **data: Any) -> None:
        record = find_record(ledger, key)
        assert record is not None
        with at(DAY):
            save_record(SYSTEM, ledger, RecordInput(data, None, None, reason="核对"), uuid4(), record, history(record)[-1].number)

    def make(self, document: str, ledger: str, key: str, who: str = "老周", day: date = DAY) -> dict[str, Any]:
        record = find_record(ledger, key)
        assert record is not None
        with at(day):
            return make_record_document(self.people[who], uuid4(), record, document)

    def words(self, ledger: str, key: str, made: str, who: str = "老周") -> str:
        record = find_record(ledger, key)
        assert record is not None
        return words_of(record_document_file(self.people[who], record, UUID(made), "docx")[1])


@pytest.fixture
def flood(db: None) -> Iterator[Flood]:
    install(SYSTEM, drafts(), uuid4())
    town = found_town()
    people = {
        "阿莲": posted("alian", "阿莲", "grid_worker", town["深塘一格"], "emergency"),
        "老周": posted("zhou", "老周", "officer", town["综合站"], "*"),
        "何书记": posted("he", "何书记", "secretary", town["云岭镇"]),
        "外乡人": posted("wai", "外乡人", "office_head", town["外乡"], "emergency"),
    }
    one = Flood(town, people)
    one.save("residents.household", "深塘一格", "2019-01-01", code="H1", head="雷根土", door="3号")
    one.save("premises.facility", "深塘村", "2019-01-01", code="A1", title="深塘避灾点", kind="shelter")
    one.save("emergency.call_list", "深塘一格", "2024-04-01", household="H1", hazard="flood", people="4", frail="1", helper="吴远帆", shelter="A1", route="村道往北")
    one.save("drinking.station", "深塘村", "2019-01-01", code="W1", title="深塘水站", scale="small", households="126", source="stream", disinfection="ultraviolet", running="running")
    one.save("drinking.sample", "深塘村", str(DAY), sheet="S1", station="W1", purpose="daily", place="tap", scale="small", turbidity="2.10", verdict="failed")
    yield one


def test_a_paper_says_what_the_record_its_place_and_its_links_say(flood: Flood) -> None:
    told = flood.make("drinking.result_notice", "drinking.sample", "S1")
    words = flood.words("drinking.sample", "S1", told["made"])
    assert told["number"] == "水告〔2024〕1号"
    for said in ("水告〔2024〕1号", "深塘水站用水户：", "2024年6月10日在深塘水站采的水样（样品编号S1）", "2.10", "自测，没有化验单", "这一次水质不合格", "深塘村村民委员会", "云岭镇农业农村办公室（印章）"):
        assert said in words, (said, words)
    assert "照常用水" not in words and "复测的是" not in words and "None" not in words and "⟦" not in words
    assert "联系人：＿＿＿＿＿＿" in words  # the station has no keeper: left to be written by hand


def test_the_persons_of_what_it_links_to_are_whole_for_who_writes_there_and_logged(flood: Flood) -> None:
    made = flood.make("emergency.evacuation_card", "emergency.call_list", "H1")["made"]
    before = Event.objects.filter(kind="person.shown").count()
    words = flood.words("emergency.call_list", "H1", made)
    assert "雷根土" in words and "深塘村深塘一格3号" in words and "深塘避灾点" in words and "由包户责任人上门" in words
    (shown,) = Event.objects.filter(kind="person.shown").order_by("id")[before:]
    assert shown.body["record"] == str(find_record("residents.household", "H1")) and "避险转移明白卡" in shown.body["why"]
    masked = flood.words("emergency.call_list", "H1", made, "何书记")
    assert "雷**" in masked and "雷根土" not in masked and Event.objects.filter(kind="person.shown").count() == before + 1


def test_what_lies_beyond_a_readers_lines_stays_a_line_to_write_on(flood: Flood) -> None:
    """阿莲 writes the list; the register of households is not hers to see."""
    made = flood.make("emergency.evacuation_card", "emergency.call_list", "H1", "阿莲")["made"]
    assert "雷" not in flood.words("emergency.call_list", "H1", made, "阿莲") and "要转移几人" in flood.words("emergency.call_list", "H1", made, "阿莲")


def test_rows_that_link_to_the_record_are_listed_and_another_row_makes_it_outdated(flood: Flood) -> None:
    flood.save("residents.person", "深塘一格", "2019-01-01", code="P1", person="雷根土", household="H1", relation="head", phone="13800001234")
    flood.save("care.dependant", "深塘一格", "2024-01-01", person="P1", kind="alone", interval_days="30")
    flood.save("care.visit", "深塘一格", "2024-02-03", dependant="P1", sheet="1", met="是", need="medical")
    made = flood.make("care.visit_card", "care.dependant", "P1")["made"]
    words = flood.words("care.dependant", "P1", made)
    assert all(said in words for said in ("雷根土", "13800001234", "30天", "2024年2月3日", "看病取药"))
    record = find_record("care.dependant", "P1")
    assert record is not None
    assert [one.outdated for one in record_documents(flood.people["何书记"], record)] == [False]
    flood.save("care.visit", "深塘一格", "2024-03-05", dependant="P1", sheet="2", met="否")
    assert [one.outdated for one in record_documents(flood.people["何书记"], record)] == [True]


def test_rows_that_say_what_a_field_of_the_record_says_are_listed(flood: Flood) -> None:
    flood.save("emergency.warning", "云岭镇", str(DAY), code="梅汛1", level="orange", source="雨量", decided_by="叶镇长")
    before = flood.words("emergency.warning", "梅汛1", flood.make("emergency.order", "emergency.warning", "梅汛1")["made"])
    flood.save("emergency.evacuation", "深塘一格", str(DAY), warning="梅汛1", household="H1", called="4", moved="3", reason="refused")
    after = flood.words("emergency.warning", "梅汛1", flood.make("emergency.order", "emergency.warning", "梅汛1")["made"])
    assert "还没有登记转移" in before and "不愿离开" in after and "还没有登记转移" not in after


def test_it_comes_again_as_it_was_made_byte_for_byte_and_says_what_was_corrected(flood: Flood) -> None:
    told = flood.make("drinking.result_notice", "drinking.sample", "S1")
    record = find_record("drinking.sample", "S1")
    assert record is not None
    assert [one.outdated for one in record_documents(flood.people["老周"], record)] == [False]
    flood.correct("drinking.sample", "S1", verdict="passed")
    name, docx = record_document_file(flood.people["老周"], record, UUID(told["made"]), "docx")
    assert hashlib.sha256(docx).hexdigest() == told["digest"] == Made.objects.get().digest and name == "水质检测结果告知书 水告〔2024〕1号.docx"
    assert "不合格" in words_of(docx)
    assert [one.outdated for one in record_documents(flood.people["老周"], record)] == [True]
    again = flood.make("drinking.result_notice", "drinking.sample", "S1")
    assert again["number"] == told["number"] and "照常用水" in flood.words("drinking.sample", "S1", again["made"])
    assert altered() == []
    Made.objects.filter(id=told["made"]).update(digest="0" * 64)
    assert len(altered()) == 1


def test_making_is_journalled_without_a_name_and_the_same_request_makes_one(flood: Flood) -> None:
    record, op_id = find_record("emergency.call_list", "H1"), uuid4()
    assert record is not None
    answers = [make_record_document(flood.people["老周"], op_id, record, "emergency.evacuation_card") for _ in range(2)]
    event = Event.objects.get(kind="document.made")
    assert answers[0] == answers[1] and Made.objects.count() == 1 and event.body["record"] == str(record)
    assert "雷根土" not in str(event.body) and "雷根土" not in str(Made.objects.get().basis)


def test_serials_run_on_over_the_records_of_a_township(flood: Flood) -> None:
    flood.save("drinking.sample", "深塘村", str(DAY), sheet="S2", station="W1", purpose="daily", place="tap", scale="small", turbidity="1", verdict="passed")
    numbers = [flood.make("drinking.result_notice", "drinking.sample", key)["number"] for key in ("S1", "S2", "S1")]
    assert numbers == ["水告〔2024〕1号", "水告〔2024〕2号", "水告〔2024〕1号"] and Serial.objects.count() == 2


def test_who_may_not_write_the_record_makes_none_and_a_stranger_finds_nothing(flood: Flood) -> None:
    made = UUID(flood.make("emergency.evacuation_card", "emergency.call_list", "H1")["made"])
    record = find_record("emergency.call_list", "H1")
    assert record is not None
    assert [one.key for one in record_offers(flood.people["阿莲"], record)] == ["emergency.evacuation_card"]
    assert record_offers(flood.people["何书记"], record) == [] and len(record_documents(flood.people["何书记"], record)) == 1
    with pytest.raises(Refused):
        make_record_document(flood.people["何书记"], uuid4(), record, "emergency.evacuation_card")
    stranger = flood.people["外乡人"]
    for asking in (
        lambda: make_record_document(stranger, uuid4(), record, "emergency.evacuation_card"), lambda: record_documents(stranger, record),
        lambda: record_document_file(stranger, record, made, "docx"), lambda: record_offers(stranger, record),
        lambda: make_record_document(flood.people["老周"], uuid4(), record, "drinking.result_notice"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            asking()


def test_a_record_made_void_or_gone_on_with_gives_no_new_paper(flood: Flood) -> None:
    made = flood.make("drinking.result_notice", "drinking.sample", "S1")["made"]
    record = find_record("drinking.sample", "S1")
    assert record is not None
    stale = OfRecord(flood.people["老周"], record)
    with at(DAY):
        remove_record(SYSTEM, "drinking.sample", record, 1, "重复登记", uuid4())
    with pytest.raises(Conflict):
        stale.still(1)
    with pytest.raises(Problem) as refused:
        make_record_document(flood.people["老周"], uuid4(), record, "drinking.result_notice")
    assert refused.value.code == "document.not_now" and "作废" in refused.value.message
    assert [one.outdated for one in record_documents(flood.people["老周"], record)] == [True]
    assert "不合格" in words_of(record_document_file(flood.people["老周"], record, UUID(made), "docx")[1])


def test_forgetting_a_person_reaches_the_papers_that_were_made(flood: Flood) -> None:
    made = flood.make("emergency.evacuation_card", "emergency.call_list", "H1")["made"]
    house = find_record("residents.household", "H1")
    assert house is not None
    forget_subject(SYSTEM, UUID(history(house)[-1].data["_subject"]), "本人要求删除", uuid4())
    words = flood.words("emergency.call_list", "H1", made)
    assert "雷根土" not in words and "（已删除）" in words


def test_the_page_of_a_record_makes_lists_and_hands_out_its_documents(flood: Flood) -> None:
    record = find_record("emergency.call_list", "H1")
    with at(DAY):
        told = browser("老周").get(reverse("record", args=[record])).content.decode()
        assert "制作文书" in told and "避险转移明白卡" in told
        sent = {"op_id": str(uuid4()), "document": "emergency.evacuation_card"}
        answer = browser("老周").post(reverse("make_record_document", args=[record]), sent, follow=True).content.decode()
        assert "已留痕" in answer and "下载 PDF" in answer
        file = reverse("record_document_file", args=[record, Made.objects.get().id, "docx"])
        assert file in answer and "雷根土" in words_of(browser("老周").get(file).content)
        page = browser("何书记").get(reverse("record", args=[record])).content.decode()
        assert file in page and "制作文书" not in page and "是隐去的" in page
        assert "雷根土" not in words_of(browser("何书记").get(file).content)
        assert browser("何书记").post(reverse("make_record_document", args=[record]), {**sent, "op_id": str(uuid4())}).status_code == 403
        assert browser("外乡人").get(file).status_code == 404
        plain = reverse("record", args=[find_record("residents.household", "H1")])
        assert 'id="documents"' not in browser("老周").get(plain).content.decode()
