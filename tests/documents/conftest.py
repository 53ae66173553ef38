"""云岭镇 with a dispute between two households, as the mediators bring it to an agreement."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town, posted
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.documents.api import document_file, make_document
from zhenwu.kernel.ledgers.api import find_record, history, save_record
from zhenwu.kernel.matters.api import Report, advance_matter, open_matter
from zhenwu.kernel.matters.api import history as steps_of
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.clock import at
from zhenwu.sdk import RecordInput

CASE = "云人调〔2024〕第3号"
IDENTITY = "330102198001010018"
FACTS = "甲方砌墙时填了两家共用的排水沟，乙方屋后积水。"


@dataclass
class Dispute:
    """The town, its people, and one dispute; every step on the day that it is told."""

    town: Town
    people: dict[str, Actor]
    matter: UUID = field(default_factory=uuid4)

    def step(self, day: str, who: str, action: str, **given: Any) -> None:
        with at(date.fromisoformat(day)):
            advance_matter(self.people[who], uuid4(), self.matter, action, len(steps_of(SYSTEM, self.matter)), given)

    def party(self, number: int, side: str, name: str, **more: Any) -> None:
        data = {"case_no": CASE, "number": str(number), "side": side, "name": name, **more}
        save_record(self.people["窗口"], "mediation.party", RecordInput(data, self.town["深塘村"], "2024-03-06"), uuid4())

    def correct(self, number: int, **data: Any) -> None:
        record = find_record("mediation.party", f"{CASE}/{number}")
        assert record is not None
        entry = RecordInput({"case_no": CASE, "number": str(number), **data}, None, None, reason="身份证核对")
        save_record(self.people["窗口"], "mediation.party", entry, uuid4(), record, history(record)[-1].number)

    def make(self, document: str, who: str = "老周", day: str = "2024-03-19") -> UUID:
        with at(date.fromisoformat(day)):
            return UUID(make_document(self.people[who], uuid4(), self.matter, f"mediation.{document}")["made"])

    def words(self, made: UUID, who: str = "老周") -> str:
        """What somebody reads in a .docx, a line for each paragraph."""
        return words_of(document_file(self.people[who], self.matter, made, "docx")[1])


def words_of(docx: bytes) -> str:
    body = zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:p>.*?</w:p>", body, re.DOTALL)
    return "\n".join("".join(map(unescape, re.findall(r"<w:t[^>]*>([^<]*)</w:t>", one))) for one in paragraphs)


@pytest.fixture
def dispute(db: None) -> Iterator[Dispute]:
    """Registered by 阿莲, taken in by 老周, agreed: 3,600.50 元 in writing."""
    install(SYSTEM, drafts(), uuid4())
    town = found_town()
    people = {
        "阿莲": posted("alian", "阿莲", "grid_worker", town["深塘一格"], "mediation"),
        "老周": posted("zhou", "老周", "officer", town["综合站"], "mediation"),
        "窗口": posted("chuang", "小窗", "clerk", town["综合站"], "mediation"),
        "何书记": posted("he", "何书记", "secretary", town["云岭镇"]),
        "外乡人": posted("wai", "外乡人", "office_head", town["外乡"], "mediation"),
    }
    one = Dispute(town, people)
    with at(date(2024, 1, 4)):
        for code, name in (("TJ01", "吴砚青"), ("TJ02", "雷守田")):
            said = {"code": code, "name": name, "committee": "云岭镇人民调解委员会", "kind": "full_time"}
            save_record(SYSTEM, "mediation.mediator", RecordInput(said, town["云岭镇"], date(2018, 3, 1)), uuid4())
    with at(date(2024, 3, 5)):
        report = Report("mediation", town["深塘一格"], "两户为屋后排水沟起争执", "雨天积水")
        opened = open_matter(people["阿莲"], uuid4(), report, workflow="mediation.quarrel", given={"source": "applied"})
    one.matter = UUID(opened["matter"])
    one.step("2024-03-06", "老周", "accept", case_no=CASE, kind="neighbours", link="people", mediator="TJ02", people="2")
    one.party(1, "applicant", "蓝大顺", id_number=IDENTITY, phone="13800001234", address="深塘村三组")
    one.party(2, "respondent", "钟有田")
    one.step("2024-03-12", "老周", "meet", meeting_place="深塘村村委会", result="甲方愿意挖通，乙方补一半工钱")
    one.step("2024-03-18", "老周", "agree", agreement_form="written", facts=FACTS, terms="甲方十日内挖通，乙方付工钱。", perform_by="2024-03-28", amount="3600.50")
    yield one
