"""Every route × every person: who gets a page, who is sent to log in, who is refused. A new route must be named here."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.reports.api import Draft, SheetInput, dispute, send_sheets, sheets_of
from zhenwu.lib.periods import Period
from zhenwu.sdk import SYSTEM, Figures
from zhenwu.web.urls import urlpatterns

pytestmark = pytest.mark.django_db

# Columns: nobody logged in · 阿莲 (grid worker of 深塘一格, every line) · 老周 (officer, demolition and report) ·
# 何书记 (secretary: sees all, writes nothing) · 外乡人 (an account, no post). 302 without a name leads to the login page.
PEOPLE = ("", "阿莲", "老周", "何书记", "外乡人")
PAIR = {"metric": "livable.toilets_built", "other": "deeds.toilets_accepted", "period": "2020"}
NOBODY = "00000000-0000-0000-0000-000000000000"
LEDGER, OTHERS = {"key": "demolition.structure"}, {"key": "honour.honour"}
ROSTER = {"key": "duty.watches"}
OPEN: dict[str, list[tuple[dict[str, object], tuple[int, ...]]]] = {
    "home": [({}, (302, 200, 200, 200, 200))],
    "login": [({}, (200, 302, 302, 302, 302))],
    "logout": [({}, (405, 405, 405, 405, 405))],
    "report": [({}, (302, 403, 302, 302, 403))],
    "report_year": [({"year": 2020}, (302, 403, 200, 200, 403)), ({"year": 9}, (302, 403, 404, 404, 403))],
    "report_edition": [
        ({"year": 2020, "name": "clean", "form": "docx"}, (302, 403, 200, 200, 403)),
        ({"year": 2020, "name": "marked", "form": "docx"}, (302, 403, 200, 200, 403)),
        ({"year": 2020, "name": "pending", "form": "xlsx"}, (302, 403, 200, 200, 403)),
        ({"year": 2020, "name": "pending", "form": "txt"}, (302, 403, 400, 400, 403)),
        ({"year": 2020, "name": "nothing", "form": "docx"}, (302, 403, 404, 404, 403)),
    ],
    "room_figures": [({"year": 2020}, (302, 403, 200, 200, 403)), ({"year": 9}, (302, 403, 404, 404, 403))],
    "room_figures_file": [
        ({"year": 2020, "form": "xlsx"}, (302, 403, 200, 200, 403)), ({"year": 2020, "form": "txt"}, (302, 403, 400, 400, 403)),
    ],
    "room_sheets": [({"year": 2020}, (302, 403, 200, 200, 403))],
    "room_sheet": [({"identity": "报数单"}, (302, 404, 200, 200, 404)), ({"identity": NOBODY}, (302, 404, 404, 404, 404))],
    "room_sheet_file": [({"identity": "报数单", "form": "xlsx"}, (302, 404, 200, 200, 404))],
    "recall_sheet": [({"identity": "报数单"}, (302, 400, 400, 400, 400))],
    "consultations": [({"year": 2020}, (302, 403, 200, 200, 403))],
    "consultation": [
        (PAIR, (302, 403, 200, 200, 403)), (PAIR | {"period": "x"}, (302, 403, 400, 400, 403)),
        (PAIR | {"other": "demolition.area"}, (302, 403, 404, 404, 403)),
    ],
    "consultation_file": [(PAIR | {"form": "docx"}, (302, 403, 200, 200, 403))],
    "room_signing": [({"year": 2020}, (302, 403, 200, 200, 403))],
    "room_signing_file": [({"year": 2020, "form": "docx"}, (302, 403, 200, 200, 403))],
    "issue_year": [({"year": 2020}, (302, 400, 400, 400, 400))],
    "issues": [({}, (302, 403, 200, 200, 403))],
    "issue": [({"number": 1}, (302, 403, 200, 200, 403)), ({"number": 99}, (302, 403, 404, 404, 403))],
    "verify_issue": [({"number": 1}, (302, 400, 400, 400, 400))],
    "issue_docx": [({"number": 1}, (302, 403, 200, 200, 403))],
    "matters": [({}, (302, 200, 200, 200, 200))],
    "export_matters": [({}, (302, 400, 400, 400, 400))],
    "save_matters_view": [({}, (302, 400, 400, 400, 400))],
    "drop_view": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "windows": [({}, (302, 200, 403, 200, 403))],
    "window": [({"key": "service.counter", "record": NOBODY}, (302, 400, 400, 400, 400))],
    "rolls": [({}, (302, 200, 200, 200, 200))],
    "kept_worker": [({}, (200, 200, 200, 200, 200))],
    "unsent": [({}, (302, 200, 200, 200, 200))],
    "roll_list": [({"key": "drinking.telling"}, (302, 200, 404, 200, 404)), ({"key": "no.such"}, (302, 404, 404, 404, 404))],
    "roll": [({"key": "emergency.evacuation", "event": NOBODY}, (302, 404, 404, 404, 404))],
    "call_off": [({"key": "emergency.evacuation", "event": NOBODY}, (302, 400, 400, 400, 400))],
    "rounds": [({}, (302, 200, 200, 200, 200))],
    "map": [({}, (302, 200, 200, 200, 200))],
    "take_course": [({"record": "A1"}, (302, 400, 400, 400, 400)), ({"record": NOBODY}, (302, 400, 400, 400, 400))],
    "matter": [({"identity": NOBODY}, (302, 404, 404, 404, 404))],
    "take_step": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "flow": [({"key": "standard"}, (302, 200, 200, 200, 200)), ({"key": "no.such"}, (302, 404, 404, 404, 404))],
    "new_matter": [({}, (302, 200, 200, 200, 200))],
    "merge_matters": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "add_files": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "matter_file": [({"identity": NOBODY, "number": 1}, (302, 404, 404, 404, 404))],
    "make_document": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "document_file": [
        ({"identity": NOBODY, "made": NOBODY, "form": "docx"}, (302, 404, 404, 404, 404)), ({"identity": NOBODY, "made": NOBODY, "form": "txt"}, (302, 404, 404, 404, 404)),
    ],
    "press_matter": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "part_merged": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "split_matter": [({"identity": NOBODY}, (302, 400, 400, 400, 400))],
    "notices": [({}, (302, 200, 200, 200, 200))],
    "mark_read": [({}, (302, 400, 400, 400, 400))],
    "reported": [({}, (302, 200, 200, 200, 200))],
    "mark_answers": [({}, (302, 400, 400, 400, 400))],
    "slip": [({"number": 1}, (302, 404, 404, 404, 404))],
    "sign_slip": [({"number": 1}, (302, 400, 400, 400, 400))],
    "plan": [({}, (302, 403, 403, 200, 403))],
    "export_plan": [({}, (302, 400, 400, 400, 400))],
    "note_quarter": [({}, (302, 400, 400, 400, 400))],
    "adopt_plan": [({"number": 1}, (302, 403, 403, 403, 403))],
    "task": [({"code": "R2021-001"}, (302, 403, 403, 404, 403))],
    "change_task": [({"code": "R2021-001"}, (302, 400, 400, 400, 400))],
    "close_task": [({"code": "R2021-001"}, (302, 400, 400, 400, 400))],
    "report_progress": [({"code": "R2021-001"}, (302, 400, 400, 400, 400))],
    "issue_pdf": [({"number": 1}, (302, 403, 200, 200, 403)), ({"number": 99}, (302, 403, 404, 404, 403))],
    "errata": [({"number": 1}, (302, 403, 200, 200, 403)), ({"number": 99}, (302, 403, 404, 404, 403))],
    "erratum_file": [({"number": 1, "erratum": 9, "form": "docx"}, (302, 403, 404, 404, 403))],
    "room": [({"year": 2020}, (302, 403, 200, 200, 403)), ({"year": 9}, (302, 403, 404, 404, 403))],
    "room_begin": [({"year": 2020}, (302, 400, 400, 400, 400))],
    "room_assign": [({"year": 2020}, (302, 400, 400, 400, 400))],
    "room_store": [({"year": 2020}, (302, 400, 400, 400, 400))],
    "room_head": [({"year": 2020}, (302, 400, 400, 400, 400))],
    "room_replace": [({"year": 2020}, (302, 403, 200, 200, 403))],
    "room_compare": [({"year": 2020}, (302, 403, 200, 200, 403))],
    "room_edition": [({"year": 2020, "number": 9}, (302, 403, 404, 404, 403))],
    "room_opinions": [({"year": 2020}, (302, 403, 404, 404, 403))],
    "room_opinions_file": [({"year": 2020, "form": "xlsx"}, (302, 403, 404, 404, 403))],
    "room_rule": [({"year": 2020, "opinion": NOBODY}, (302, 400, 400, 400, 400))],
    "room_takeback": [({"year": 2020}, (302, 403, 404, 403, 403))],
    "room_taken": [({"year": 2020, "file": "0" * 64}, (302, 403, 404, 403, 403))],
    "room_paragraph": [({"year": 2020, "paragraph": NOBODY}, (302, 403, 404, 404, 403))],
    "room_hold": [({"year": 2020, "paragraph": NOBODY}, (302, 400, 400, 400, 400))],
    "room_release": [({"year": 2020, "paragraph": NOBODY}, (302, 400, 400, 400, 400))],
    "room_save": [({"year": 2020, "paragraph": NOBODY}, (302, 400, 400, 400, 400))],
    **{name: [({"year": 2020, "paragraph": NOBODY}, (302, 400, 400, 400, 400))]
       for name in ("room_break", "room_seen", "room_aside", "room_discard", "room_move")},
    "room_opine": [({"year": 2020, "paragraph": NOBODY}, (302, 400, 400, 400, 400))],
    "first_exchange": [({}, (302, 403, 403, 403, 403))],
    "exchange": [({"key": "hotline.orders"}, (302, 403, 403, 403, 403)), ({"key": "no.such"}, (302, 404, 404, 404, 404))],
    "tables": [({}, (302, 403, 200, 200, 403))],
    "table": [({"file": "0" * 64}, (302, 403, 404, 404, 403))],
    "fill_table": [({"file": "0" * 64}, (302, 400, 400, 400, 400))],
    "outbox": [({}, (302, 403, 403, 403, 403))],
    "attend_outbox": [({"identity": NOBODY, "act": "retry"}, (302, 400, 400, 400, 400))],
    "first_roster": [({}, (302, 302, 403, 302, 403))],
    "rosters": [(ROSTER, (302, 200, 403, 200, 403))],
    "propose_roster": [(ROSTER, (302, 403, 403, 403, 403))],
    "save_roster": [(ROSTER, (302, 400, 400, 400, 400))],
    "clear_roster": [(ROSTER, (302, 400, 400, 400, 400))],
    "note_arrival": [(ROSTER, (302, 400, 400, 400, 400))],
    "note_watch": [(ROSTER, (302, 400, 400, 400, 400))],
    "roster_board": [(ROSTER, (302, 200, 403, 200, 403))],
    "ask_swap": [(ROSTER, (302, 400, 400, 400, 400))],
    "take_swap": [({**ROSTER, "identity": NOBODY}, (302, 400, 400, 400, 400))],
    "metrics": [({}, (302, 200, 200, 200, 200))],
    "figure": [
        ({"address": "demolition.area@2020"}, (302, 403, 200, 200, 403)),
        ({"address": "demolition.area@2020/深塘一格"}, (302, 200, 200, 200, 403)),
        ({"address": "demolition.area@2020/上垟一格"}, (302, 403, 200, 200, 403)),
        ({"address": "honour.honours@2020"}, (302, 403, 403, 200, 403)),
        ({"address": "demolition.nothing@2020"}, (302, 404, 404, 404, 404)),
    ],
    "lookup": [({}, (200, 200, 200, 200, 200))],
    "sign": [(LEDGER | {"record": NOBODY}, (404, 404, 404, 404, 404)), ({"key": "patrol.beat", "record": NOBODY}, (404, 404, 404, 404, 404))],
    "signs": [(LEDGER, (302, 404, 404, 404, 404)), ({"key": "patrol.beat"}, (302, 404, 404, 404, 404)), ({"key": "no.such"}, (302, 404, 404, 404, 404))],
    "ledgers": [({}, (302, 200, 200, 200, 200))],
    "ledger": [
        (LEDGER, (302, 200, 200, 200, 404)), (OTHERS, (302, 200, 404, 200, 404)), ({"key": "no.such"}, (302, 404, 404, 404, 404)),
    ],
    "export_ledger": [(LEDGER, (302, 400, 400, 400, 400))],
    "save_ledger_view": [(LEDGER, (302, 400, 400, 400, 400))],
    "new_record": [(LEDGER, (302, 200, 200, 403, 403)), (OTHERS, (302, 403, 403, 403, 403))],
    "record": [({"record": "A1"}, (302, 200, 200, 200, 404)), ({"record": "B1"}, (302, 404, 200, 200, 404))],
    "correct_record": [({"record": "A1"}, (302, 200, 200, 403, 404)), ({"record": "B1"}, (302, 404, 200, 403, 404))],
    "make_record_document": [({"record": "A1"}, (302, 400, 400, 400, 400))],
    "record_document_file": [
        ({"record": "A1", "made": NOBODY, "form": "docx"}, (302, 404, 404, 404, 404)),
        ({"record": "B1", "made": NOBODY, "form": "docx"}, (302, 404, 404, 404, 404)),
    ],
    "reveal_record": [({"record": "A1"}, (302, 400, 400, 400, 400))],
    "void_record": [({"record": "A1"}, (302, 400, 400, 400, 400))],
    "restore_record": [({"record": "A1"}, (302, 400, 400, 400, 400))],
}  # fmt: skip
# What a form may do: the same people, sending it. 200 and 302 have done it; to nobody 302 is the login page.
SENT: list[tuple[str, dict[str, object], dict[str, str], tuple[int, ...]]] = [
    ("lookup", {}, {"number": "信2099-99", "code": "00000-00000"}, (404, 404, 404, 404, 404)),
    ("logout", {}, {}, (302, 302, 302, 302, 302)),
    ("room_sheets", {"year": 2020}, {"line": "income", "person_income": "老周", "due": "2999-01-01"}, (302, 403, 400, 400, 403)),
    ("room_sheet", {"identity": "报数单"}, {"act": "unchanged", "key": "拆违面积", "seen_拆违面积": "0.05"}, (302, 404, 302, 403, 404)),
    ("recall_sheet", {"identity": "报数单"}, {}, (302, 404, 302, 403, 404)),
    ("consultation", PAIR, {"printed": "livable.toilets_built", "reason": "竣工为准", "mark": "看到的"}, (302, 403, 302, 403, 403)),
    ("room_signing", {"year": 2020}, {"key": "拆违面积", "seen_拆违面积": "0.05"}, (302, 403, 302, 403, 403)),
    ("issue_year", {"year": 2020}, {"title": "报告", "unsigned_reason": "来不及"}, (302, 403, 302, 403, 403)),
    ("verify_issue", {"number": 1}, {}, (302, 403, 200, 200, 403)),
    ("errata", {"number": 1}, {"kind": "erratum"}, (302, 403, 400, 403, 403)),
    ("room_begin", {"year": 2019}, {"origin": "template"}, (302, 403, 302, 403, 403)),
    ("room_assign", {"year": 2020}, {"person": NOBODY, "paragraph": NOBODY}, (302, 403, 400, 403, 403)),
    ("room_store", {"year": 2020}, {"note": "一稿"}, (302, 403, 302, 403, 403)),
    ("room_replace", {"year": 2020}, {"find": "一年", "put": "两年"}, (302, 403, 404, 403, 403)),
    ("room_takeback", {"year": 2020}, {"against": "now"}, (302, 403, 404, 403, 403)),
    ("room_taken", {"year": 2020, "file": "0" * 64}, {"against": "now"}, (302, 403, 404, 403, 403)),
    *((name, {"year": 2020, "paragraph": NOBODY}, {"text": "好。", "words": "好", "reason": "改", "base": "1"}, (302, 403, 404, 404, 403))
      for name in ("room_hold", "room_release", "room_save", "room_aside", "room_seen", "room_opine")),
    ("room_head", {"year": 2020}, {"person": NOBODY, "reason": "换人"}, (302, 403, 404, 403, 403)),
    ("room_break", {"year": 2020, "paragraph": NOBODY}, {"reason": "急"}, (302, 403, 404, 404, 403)),
    ("room_discard", {"year": 2020, "paragraph": NOBODY}, {"aside": NOBODY}, (302, 403, 404, 404, 403)),
    ("room_move", {"year": 2020, "paragraph": NOBODY}, {"behind": ""}, (302, 403, 404, 403, 403)),
    ("room_rule", {"year": 2020, "opinion": NOBODY}, {"decision": "adopted", "reason": "好"}, (302, 403, 404, 404, 403)),
    ("exchange", {"key": "hotline.orders"}, {"do": "take"}, (302, 403, 403, 403, 403)),
    ("fill_table", {"file": "0" * 64}, {"year": "2020"}, (302, 403, 404, 404, 403)),
    ("export_plan", {}, {}, (302, 403, 403, 200, 403)),
    ("note_quarter", {}, {"quarter": "2021Q1"}, (302, 403, 403, 403, 403)),
    ("adopt_plan", {"number": 1}, {"passed_on": "2021-01-20"}, (302, 403, 403, 403, 403)),
    ("change_task", {"code": "R2021-001"}, {"owner": "阿莲", "reason": "换人"}, (302, 403, 403, 403, 403)),
    ("close_task", {"code": "R2021-001"}, {"state": "done", "on": "2021-06-01", "proof": "验收"}, (302, 403, 403, 403, 403)),
    ("report_progress", {"code": "R2021-001"}, {"quarter": "2021Q1", "reached": "50"}, (302, 403, 403, 403, 403)),
    ("take_step", {"identity": NOBODY}, {"action": "sign"}, (302, 404, 404, 404, 404)),
    ("merge_matters", {"identity": NOBODY}, {"reason": "同一件"}, (302, 404, 404, 404, 404)),
    ("add_files", {"identity": NOBODY}, {}, (302, 404, 404, 404, 404)),
    ("press_matter", {"identity": NOBODY}, {"reason": "拖了两个月"}, (302, 404, 404, 404, 404)),
    ("part_merged", {"identity": NOBODY}, {"reason": "并错了"}, (302, 404, 404, 404, 404)),
    ("split_matter", {"identity": NOBODY}, {"reason": "两件事"}, (302, 404, 404, 404, 404)),
    ("attend_outbox", {"identity": NOBODY, "act": "retry"}, {}, (302, 403, 403, 403, 403)),
    ("mark_read", {}, {"notice": "1"}, (302, 302, 302, 302, 302)),
    ("mark_answers", {}, {"step": "1"}, (302, 302, 302, 302, 302)),
    ("sign_slip", {"number": 1}, {}, (302, 404, 404, 404, 404)),
    ("save_roster", ROSTER, {"post": "K1", "told": "[]"}, (302, 403, 403, 403, 403)),
    ("clear_roster", ROSTER, {"reason": "有人调动", "sure": "1"}, (302, 302, 403, 302, 403)),
    ("note_arrival", ROSTER, {"watch": "K1-20201201-1"}, (302, 400, 403, 400, 403)),
    ("note_watch", ROSTER, {"post": "K1"}, (302, 404, 403, 404, 403)),
    ("ask_swap", ROSTER, {"record": NOBODY, "reason": "有事"}, (302, 404, 403, 404, 403)),
    ("take_swap", {**ROSTER, "identity": NOBODY}, {"action": "agree"}, (302, 404, 403, 404, 403)),
    ("export_ledger", LEDGER, {}, (302, 403, 200, 200, 404)),
    ("save_matters_view", {}, {"name": "来电", "channel": "call"}, (302, 302, 302, 302, 302)),
    ("save_ledger_view", LEDGER, {"name": "发现的", "c_state": "found"}, (302, 302, 302, 302, 404)),
    ("save_ledger_view", OTHERS, {"name": "词", "q": "词"}, (302, 302, 404, 302, 404)),
    ("drop_view", {"identity": NOBODY}, {}, (302, 404, 404, 404, 404)),
    ("make_record_document", {"record": "A1"}, {"document": "no.such"}, (302, 404, 404, 403, 404)),
    ("make_record_document", {"record": "B1"}, {"document": "no.such"}, (302, 404, 404, 403, 404)),
    ("take_course", {"record": "A1"}, {"base_version": "1"}, (302, 400, 400, 400, 404)),
    ("take_course", {"record": "B1"}, {"base_version": "1"}, (302, 404, 400, 400, 404)),
    ("reveal_record", {"record": "A1"}, {"reason": "核对"}, (302, 200, 200, 200, 404)),
    ("reveal_record", {"record": "B1"}, {"reason": "核对"}, (302, 404, 200, 200, 404)),
    ("new_record", LEDGER, {"unit": "上垟一格", "day": "2020-05-01", "f_code": "N", "f_area": "9", "f_state": "found"},
     (302, 403, 302, 403, 403)),
    ("correct_record", {"record": "A1"}, {"base_version": "2", "f_code": "A1", "f_area": "9", "f_state": "found", "reason": "错"},
     (302, 302, 302, 403, 404)),
    ("figure", {"address": "demolition.quota@2020"}, {"authority": "recognised", "reason": "核定"}, (302, 403, 302, 403, 403)),
]  # fmt: skip


def at(story: Story, name: str, given: dict[str, object]) -> str:
    """A route's address; records are named by their code, the sheet by its Chinese name."""
    told = {key: sheet_to_zhou(story) if value == "报数单" else value for key, value in given.items()}
    return reverse(name, kwargs={key: story.records.get(str(value), value) for key, value in told.items()})


def sheet_to_zhou(story: Story) -> UUID:
    """老周's sheet of this test, sent when it is first asked for."""
    draft = Draft("report.annual", 2020, story.town.units["云岭镇"])
    if not sheets_of(draft):
        send_sheets(SYSTEM, draft, [SheetInput(story.town.people["老周"], ("demolition",))], date(2999, 1, 1), uuid4())
    return sheets_of(draft)[0].id


def test_every_route_is_in_the_table() -> None:
    assert {one.name for one in urlpatterns} == set(OPEN)


@pytest.mark.parametrize("name", OPEN)
def test_a_page_opens_for_those_whose_posts_allow_it(story: Story, name: str) -> None:
    for given, wanted in OPEN[name]:
        found = tuple(story.browser(person).get(at(story, name, given)).status_code for person in PEOPLE)
        assert found == wanted, (name, given)


@pytest.mark.parametrize("row", SENT, ids=lambda row: row[0])
def test_a_form_does_its_work_for_those_whose_posts_allow_it(story: Story, row: tuple) -> None:
    name, given, data, wanted = row
    for person, status in zip(PEOPLE, wanted, strict=True):
        sent = {**data, "op_id": str(uuid4())}
        if "unit" in sent:
            sent["unit"] = str(story.town.units[sent["unit"]])
        if "mark" in sent:
            pair = (PAIR["metric"], PAIR["other"], Period.year(2020), story.town.units["云岭镇"])
            sent["mark"] = dispute(Figures(), *pair).mark
        if "base_version" in sent and person == "老周":
            sent["base_version"] = "3"  # 阿莲 was before him
        assert story.browser(person).post(at(story, name, given), sent).status_code == status, (name, person)


def test_every_page_but_the_login_sends_strangers_to_it(story: Story) -> None:
    for name, rows in OPEN.items():
        if name not in ("login", "logout", "kept_worker", "sign", "lookup"):  # the worker holds no data, and a redirected script is none; a sign stands on the bank, a receipt is in a villager's hand
            assert story.browser().get(at(story, name, rows[0][0])).headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize("row", SENT, ids=lambda row: row[0])
def test_no_form_is_taken_from_another_site(story: Story, row: tuple) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.town.person("老周"), "django.contrib.auth.backends.ModelBackend")
    answer = client.post(at(story, row[0], row[1]), {**row[2], "op_id": str(uuid4())})
    assert answer.status_code == 403
    assert "这次提交已经失效" in answer.content.decode()


def test_a_form_without_its_operation_number_does_nothing(story: Story) -> None:
    for name, given, data, _ in SENT:
        if name not in ("logout", "exchange", "lookup"):  # a table of orders is known by its numbers, not by an operation; a look-up changes nothing
            answer = story.browser("老周").post(at(story, name, given), data)
            assert answer.status_code == 400 and "操作号" in answer.content.decode(), name


def test_the_menu_shows_only_what_opens(story: Story) -> None:
    def menu(person: str) -> list[str]:
        return [label for _, label, _ in story.browser(person).get("/").context["menu"]]

    assert menu("何书记") == ["我的", "事项", "周期任务", "台账管理", "值班排班", "指标查询", "年度报告", "定稿存档", "任务督办", "上级报表"]
    assert menu("阿莲") == ["我的", "事项", "周期任务", "台账管理", "值班排班", "一窗受理", "指标查询"]
    assert menu("外乡人") == ["我的"]
