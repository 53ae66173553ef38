"""办件查询: whoever holds a receipt sees how their matter stands, and nothing else; whoever does not learns nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
import segno
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.documents.conftest import words_of
from tests.packs.stories import Stage, turn
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.documents.api import document_file, made_documents, make_document
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.matters.api import (
    LOOKUP_PATH,
    Report,
    advance_matter,
    citing,
    code_of,
    history,
    look_up,
    open_matter,
)
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.lib.limiter import limiter
from zhenwu.lib.problems import NotFound
from zhenwu.sdk import RecordInput, save_record

pytestmark = pytest.mark.django_db
MONDAY, NUMBER, TITLE = date(2024, 9, 2), "信2024-01", "雷大山反映田埂被占"
RECEIPT = {"told_by": "signed", "told_receipt": "回1"}


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    install(SYSTEM, drafts(), uuid4())
    limiter.clear()
    yield Stage()
    limiter.clear()


def petition(stage: Stage, number: str = NUMBER) -> UUID:
    given = {"petition_no": number, "form": "letter", "topic": "land", "turn": "first", "people": "1"}
    with at(MONDAY):
        report = Report("petition", stage.units["一网格"], TITLE, "雷大山家的田埂，电话 13857100000")
        return UUID(open_matter(stage._actor("窗口"), uuid4(), report, workflow="petition.petition", given=given)["matter"])


def take(stage: Stage, matter: UUID, who: str, action: str, day: date, **given: Any) -> None:
    with at(day):
        advance_matter(stage._actor(who), uuid4(), matter, action, len(history(SYSTEM, matter)), given)


def handled(stage: Stage) -> UUID:
    """A petition that 综合站 has in hand."""
    matter = petition(stage)
    take(stage, matter, "窗口", "accept", MONDAY, kind="appeal", paper_no="受1")
    take(stage, matter, "窗口", "tell", date(2024, 9, 3), told_on="2024-09-03", **RECEIPT)
    take(stage, matter, "窗口", "assign", date(2024, 9, 3), unit=str(stage.units["综合站"]), leader="何书记")
    take(stage, matter, "主任", "take_on", date(2024, 9, 4))
    take(stage, matter, "老周", "progress", date(2024, 9, 5), result="问了雷大山，量了田埂")
    return matter


def asked(number: str, code: str, day: date = date(2024, 9, 6), **more: str) -> tuple[int, str]:
    with at(day):
        answer = Client().post(reverse("lookup"), {"number": number, "code": code}, **more)
    return answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_whoever_holds_the_receipt_sees_how_it_stands_and_nothing_of_what_it_is_about(stage: Stage) -> None:
    matter = handled(stage)
    status, told = asked(NUMBER, code_of(matter))
    assert status == 200 and "已经受理，正在办理" in told and "云岭镇 综合站" in told
    assert "2024年9月2日" in told and "2024年11月1日（申诉求决的答复）" in told and "可以领取" not in told
    for hidden in (TITLE, "田埂", "雷大山", "13857100000", "老周", "何书记", "窗口</", "一网格", "深塘村", str(matter), "土地山林"):
        assert hidden not in told, hidden
    take(stage, matter, "老周", "draft", date(2024, 9, 9), result="归还", verdict="supported")
    take(stage, matter, "何书记", "sign_off", date(2024, 9, 10), paper_no="信处1")
    assert "可以领取了" in asked(NUMBER, code_of(matter))[1]
    take(stage, matter, "窗口", "deliver", date(2024, 9, 11), answered_on="2024-09-11", answered_by="signed", answered_receipt="回2", review_until="2024-10-11")
    take(stage, matter, "主任", "close", date(2024, 9, 20), ending="settled", satisfaction="satisfied")
    told = asked(NUMBER, code_of(matter), date(2024, 9, 21))[1]
    assert "已经答复，办完了" in told and "2024年9月20日" in told and "最迟哪天" not in told and "满意" not in told and "息诉" not in told


def test_a_promise_that_was_missed_is_told_as_missed(stage: Stage) -> None:
    matter = handled(stage)
    told = asked(NUMBER, code_of(matter), date(2024, 12, 2))[1]
    assert "2024年11月1日" in told and "已经过了这一天" in told


def test_the_code_is_read_however_it_is_typed(stage: Stage) -> None:
    code = code_of(handled(stage))
    for typed in (code.lower(), code.replace("-", ""), f" {code[:3]} {code[3:]} ", code.replace("0", "o").replace("1", "l")):
        assert asked(f" {NUMBER} ", typed)[0] == 200


def test_a_wrong_number_a_wrong_code_and_what_was_handed_to_the_inspection_read_alike(stage: Stage) -> None:
    matter, other, accusing = handled(stage), petition(stage, "信2024-02"), petition(stage, "信2024-03")
    take(stage, accusing, "窗口", "hand_over", date(2024, 9, 3), paper_no="移1")
    tries = [("信2099-99", code_of(matter)), (NUMBER, "00000-00000"), (NUMBER, code_of(other)), ("信2024-03", code_of(accusing)), (NUMBER, code_of(matter)[:-1])]
    answers = [asked(number, code) for number, code in tries]
    assert {status for status, _ in answers} == {404}
    assert len({told.replace(number, "…") for (number, _), (_, told) in zip(tries, answers, strict=True)}) == 1
    assert asked("信2024-02", code_of(other))[0] == 200


def test_a_confidential_line_stays_closed_whatever_its_workflow_says(stage: Stage, settings: Any) -> None:
    matter = handled(stage)
    settings.CLOSED_LINES = ("petition",)
    with pytest.raises(NotFound, match="没有查到"):
        look_up(NUMBER, code_of(matter))


def test_of_a_workflow_without_the_table_nothing_is_told(stage: Stage) -> None:
    with at(MONDAY):
        matter = UUID(open_matter(stage._actor("阿莲"), uuid4(), Report("grid", stage.units["一网格"], "路灯不亮"))["matter"])
    assert asked(matter.hex[-8:].upper(), code_of(matter))[0] == 404


def test_an_application_is_looked_up_by_the_number_of_its_record(stage: Stage) -> None:
    item = {"code": "S1", "title": "高龄津贴申领", "route": "promised", "decided_by": "town", "statutory_days": "20", "promised_days": "5", "papers": "2", "paper_list": "身份证明、银行卡", "lackable": "银行卡"}
    with at(MONDAY):
        save_record(stage._actor("老周"), "service.item", RecordInput(item, stage.units["云岭镇"], "2019-01-01"), uuid4())
        data = {"code": "A1", "item": "S1", "channel": "window", "route": "promised", "course": "tracked"}
        save_record(stage._actor("窗口"), "service.application", RecordInput(data, stage.units["深塘村"], "2024-09-02"), uuid4())
        turn()
        record = find_record("service.application", "A1")
        assert record is not None
        matter = citing(SYSTEM, "service", [record])[0].matter_id
    take(stage, matter, "窗口", "accept", MONDAY, unit=str(stage.units["综合站"]))
    status, told = asked("A1", code_of(matter), MONDAY)
    assert status == 200 and "已经受理，正在办理" in told and "2024年9月9日（承诺时限）" in told and "高龄津贴" not in told and "深塘村" not in told


def test_who_tries_too_often_waits_and_the_journal_tells_of_guessing_once(stage: Stage) -> None:
    handled(stage)
    assert [asked(NUMBER, "x", REMOTE_ADDR="10.0.0.9")[0] for _ in range(11)][-2:] == [404, 429]
    for number in (NUMBER, "信2099-99"):
        found = [asked(number, "x", REMOTE_ADDR=f"10.0.1.{n}")[0] for n in range(24)]
        assert found[-3:] == [429] * 3, "one number is not tried from everywhere, whether it is one or none"
    assert Event.objects.filter(kind="lookup.guessed").count() == 1


def made(stage: Stage, matter: UUID, document: str) -> UUID:
    with at(date(2024, 9, 6)):
        return UUID(make_document(stage._actor("窗口"), uuid4(), matter, document)["made"])


def test_a_receipt_prints_number_code_and_address_and_its_sign_leads_to_the_answer(stage: Stage, settings: Any) -> None:
    settings.PUBLIC_ADDRESS = "https://zw.example.gov.cn"
    matter = handled(stage)
    notice = made(stage, matter, "petition.accepted_notice")
    clerk = stage._actor("窗口")
    docx = document_file(clerk, matter, notice, "docx")[1]
    told = words_of(docx)
    assert NUMBER in told and code_of(matter) in told and f"https://zw.example.gov.cn/{LOOKUP_PATH} " in told
    address = re.sub("^https://zw.example.gov.cn", "", page_of(matter))
    drawn = io.BytesIO()
    segno.make(page_of(matter), error="m", micro=False).save(drawn, kind="png", scale=8, border=2)
    files = zipfile.ZipFile(io.BytesIO(docx))
    assert [files.read(name) for name in files.namelist() if name.startswith("word/media/")] == [drawn.getvalue()]
    assert "正在办理" in Client().get(address).content.decode() and reverse("lookup") == f"/{LOOKUP_PATH}"
    # The same bytes for ever, also after the installation moved.
    settings.PUBLIC_ADDRESS = "https://elsewhere.example.gov.cn"
    assert document_file(clerk, matter, notice, "docx")[1] == docx
    assert [one.outdated for one in made_documents(clerk, matter)] == [False]


def page_of(matter: UUID) -> str:
    return f"https://zw.example.gov.cn/{LOOKUP_PATH}?{urlencode({'number': NUMBER, 'code': code_of(matter)})}"


def test_without_an_address_a_receipt_tells_where_to_ask_and_a_refusal_has_a_code_too(stage: Stage) -> None:
    matter = handled(stage)
    told = words_of(document_file(stage._actor("窗口"), matter, made(stage, matter, "petition.accepted_notice"), "docx")[1])
    assert code_of(matter) in told and "到窗口或者村代办点" in told and "http" not in told


def test_in_a_browser_without_script_it_is_asked_and_answered(stage: Stage, chrome: Browser, live_server: LiveServer) -> None:
    matter = handled(stage)
    page = chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{live_server.url}/login")
    page.get_by_role("link", name="凭回执查办到哪一步").click()
    page.get_by_label("编号").fill(NUMBER)
    page.get_by_label("查询码").fill(code_of(matter).lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("status")).to_contain_text("正在办理")
    assert code_of(matter) not in page.content() and page.url == f"{live_server.url}/{LOOKUP_PATH}"
    page.context.close()


def test_codes_are_keyed_by_this_installation_and_of_fifty_bits(stage: Stage, settings: Any, tmp_path: Any) -> None:
    matters = [uuid4() for _ in range(200)]
    codes = {code_of(matter) for matter in matters}
    assert len(codes) == 200 and all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)
    settings.HOME = tmp_path
    assert not codes & {code_of(matter) for matter in matters}
