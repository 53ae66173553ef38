"""Ledgers and records: filtering, taking away, entering, correcting, looking at a person."""

from __future__ import annotations

import io
import re
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.urls import reverse

from tests.web.conftest import Story
from tests.web.township import correct, demolish
from zhenwu.kernel.journal.api import events_about
from zhenwu.kernel.ledgers.api import history
from zhenwu.sdk import SYSTEM, RecordInput, catch_up, every, save_record

pytestmark = pytest.mark.django_db
OFFERED = {"老周": {"demolition.structure"}, "何书记": set()}
LEDGER = "/ledger/demolition.structure"


def ledgers_of_grids() -> set[str]:
    """What a grid worker of all lines may fill: ledgers placed at grids that name her post."""
    return {one.key for one in every("ledger") if one.body["unit_level"] == "grid" and "grid_worker" in one.body["fill_by"]}


def codes(story: Story, who: str = "老周", **narrowing: str) -> list[str]:
    return [row["title"] for row in story.browser(who).get(LEDGER, narrowing).context["rows"]]


def entry(story: Story, **more: str) -> dict[str, str]:
    """What 阿莲 fills in."""
    unit = str(story.town.units["深塘一格"])
    return {"op_id": str(uuid4()), "unit": unit, "day": "2020-05-01", "f_code": "N1", "f_area": "10", "f_state": "removed", **more}


def test_a_ledger_is_narrowed_by_place_choice_words_and_days(story: Story) -> None:
    assert codes(story) == ["B2", "B1", "A2", "A1"]
    assert codes(story, unit=str(story.town.units["深塘村"])) == ["A2", "A1"]
    assert codes(story, c_state="found") == ["B2"]
    assert codes(story, q="上垟") == ["B2", "B1"]
    assert codes(story, since="2020-06-01", until="2020-09-30") == ["B1", "A2"]
    assert codes(story, who="阿莲") == ["A1"]


@pytest.mark.parametrize("sent", [{"q": "\x00'\"%_"}, {"unit": "x"}, {"c_state": "' OR 1=1"}, {"c_owner": "蓝"}, {"page": "-9"}])
def test_a_strange_filter_does_no_harm(story: Story, sent: dict[str, str]) -> None:
    assert story.browser("老周").get(LEDGER, sent).status_code == 200


def test_a_day_that_is_none_is_told_in_words(story: Story) -> None:
    assert "不是日期" in story.browser("老周").get(LEDGER, {"since": "2020-02-30"}).content.decode()


def test_an_export_says_who_took_what_and_runs_no_formula(story: Story) -> None:
    demolish(story.town, "=1+1", "5", "2020-12-01", "上垟一格", decision_no="@SUM(A1)")
    answer = story.browser("老周").post(f"{LEDGER}/export", {"op_id": str(uuid4()), "unit": str(story.town.units["上垟村"])})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[1:5:2]] == ["导出人：老周", "范围：所在地：上垟村"] and rows[4][0] == "条数：3"
    taken = [cell for row in sheet.iter_rows(min_row=7) for cell in row if str(cell.value).startswith(("=", "@"))]
    assert [cell.value for cell in taken] == ["=1+1", "@SUM(A1)"]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in taken)
    told = [event for _, event in events_about("ledger:demolition.structure") if event.kind == "ledger.exported"]
    assert told[-1].body["rows"] == 3 and told[-1].principal == story.town.actor("老周").principal


def test_personal_fields_are_masked_wherever_they_are_listed(story: Story) -> None:
    browser, record = story.browser("老周"), story.records["A1"]
    export = browser.post(f"{LEDGER}/export", {"op_id": str(uuid4())})
    names = [cell.value for row in openpyxl.load_workbook(io.BytesIO(export.content)).active.iter_rows() for cell in row]
    pages = [LEDGER, f"/record/{record}", f"/record/{record}/correct", "/figure/demolition.area@2020"]
    assert not any("蓝阿土" in browser.get(page).content.decode() for page in pages)
    assert "蓝**" in names and "蓝阿土" not in names


def test_a_name_is_shown_in_full_for_a_reason_that_stays(story: Story) -> None:
    browser, record = story.browser("老周"), story.records["A1"]
    path = f"/record/{record}/reveal"
    refused = browser.post(path, {"reason": " ", "op_id": str(uuid4())})
    assert refused.status_code == 400 and "请写明用途" in refused.content.decode()
    shown = browser.post(path, {"reason": "核对补助名单", "op_id": str(uuid4())})
    assert "蓝阿土" in shown.content.decode() and "no-store" in shown.headers["Cache-Control"]
    _, last = events_about(f"record:{record}")[-1]
    assert last.kind == "person.shown" and last.body["why"] == "核对补助名单"


def test_a_new_record_is_in_the_figures_at_once_and_says_so(story: Story) -> None:
    browser = story.browser("阿莲")
    answer = browser.post(f"{LEDGER}/new", entry(story), follow=True)
    assert "已保存" in answer.content.decode()
    assert any("拆除违法建筑面积" in words for words, _ in answer.context["moved"])
    assert browser.get("/figure/demolition.area@2020/深塘一格").context["value"] == "140.50"


def test_a_form_sent_twice_is_one_record(story: Story) -> None:
    browser, sent = story.browser("阿莲"), entry(story)
    first, second = browser.post(f"{LEDGER}/new", sent), browser.post(f"{LEDGER}/new", sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert codes(story, who="阿莲").count("N1") == 1


def test_every_fault_stands_beside_its_control_and_nothing_typed_is_lost(story: Story) -> None:
    page = story.browser("阿莲").post(f"{LEDGER}/new", entry(story, f_area="十", f_state="", f_location="水口"))
    assert page.status_code == 400
    controls = {one.name: one for one in page.context["controls"]}
    assert "不是数字" in controls["f_area"].error and controls["f_area"].value == "十"
    assert "必须填写" in controls["f_state"].error and controls["f_location"].value == "水口"
    said = page.content.decode()
    assert 'aria-describedby="f_area-error"' in said and "涉密内容不得录入" in said


def test_a_grid_worker_is_offered_only_her_own_grid(story: Story) -> None:
    controls = story.browser("阿莲").get(f"{LEDGER}/new").context["controls"]
    assert [label for _, some in controls[0].groups for _, label in some] == ["深塘村 · 深塘一格"]
    assert "authority" not in [one.name for one in controls]
    smuggled = story.browser("阿莲").post(f"{LEDGER}/new", entry(story, authority="recognised"))
    record = smuggled.headers["Location"].split("/")[2].partition("?")[0]
    assert history(record)[0].authority == "self"


def grouped_under(told: str, name: str) -> list[tuple[str, list[str]]]:
    """The groups of a select with the words of their options."""
    select = re.search(rf'<select id="{name}".*?</select>', told, re.DOTALL)
    assert select is not None
    return [(label, re.findall(r"<option[^>]*>([^<]+)", some)) for label, some in re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', select[0], re.DOTALL)]


def test_grids_stand_under_their_village_wherever_a_place_is_chosen(story: Story) -> None:
    browser = story.browser("老周")
    grids = [("深塘村", ["深塘一格", "深塘二格"]), ("上垟村", ["上垟一格"])]
    wholes = [("深塘村", ["深塘村（全村）", "深塘一格", "深塘二格"]), ("上垟村", ["上垟村（全村）", "上垟一格"])]
    assert grouped_under(browser.get(f"{LEDGER}/new").content.decode(), "unit") == grids
    assert grouped_under(browser.get(LEDGER).content.decode(), "unit") == wholes
    told = browser.get(reverse("matters")).content.decode()
    assert grouped_under(told, "place") == wholes
    assert grouped_under(told, "office") == [("站所", ["综合站"]), *wholes]
    told = browser.get(reverse("new_matter") + "?kind=demolition:standard:report").content.decode()
    assert grouped_under(told, "unit") == wholes


@pytest.mark.parametrize("who", ["阿莲", "老周", "何书记"])
def test_only_what_will_be_accepted_is_offered(story: Story, who: str) -> None:
    """阿莲 writes at her grid only: a ledger of villages, or one that officers fill, offers her nothing to enter."""
    browser = story.browser(who)
    offered = {one["key"] for one in browser.get("/").context["ledgers"] if one["may_write"]}
    assert offered == (OFFERED[who] if who in OFFERED else ledgers_of_grids())
    assert "demolition.structure" in offered or who == "何书记"
    listed = [one for rows in browser.get("/ledgers").context["groups"].values() for one in rows]
    assert {one["key"] for one in listed if one["may_write"]} == offered
    for one in every("ledger"):
        page = browser.get(f"/ledger/{one.key}/new")
        assert page.status_code == (200 if one.key in offered else 403)
        assert one.key not in offered or [control.groups for control in page.context["controls"] if control.name == "unit"][0]
        shown = browser.get(f"/ledger/{one.key}")
        assert shown.status_code == 404 or shown.context["may_write"] == (one.key in offered)


def test_a_correction_of_what_the_county_recognised_says_that_it_is_no_longer(story: Story) -> None:
    record = story.records["A2"]
    save_record(SYSTEM, "demolition.structure", RecordInput({}, authority="recognised", reason="县里认定"), uuid4(), record, 1)
    sent = entry(story, f_code="A2", f_area="81", reason="复测", base_version="2", unit=str(story.town.units["深塘二格"]))
    sent |= {"authority": "recognised"}
    page = story.browser("老周").post(f"/record/{record}/correct", sent, follow=True)
    assert "原来的“县认定”不再作数，现在是“初核”" in page.content.decode()


def test_a_correction_leaves_the_name_alone_and_keeps_the_version_before(story: Story) -> None:
    browser, record = story.browser("老周"), story.records["A2"]
    sent = entry(story, f_code="A2", f_area="81", reason="复测", base_version="1", unit=str(story.town.units["深塘二格"]))
    assert browser.post(f"/record/{record}/correct", sent).status_code == 302
    page = browser.get(f"/record/{record}")
    assert "<del>80.00</del> → <ins>81.00</ins>" in page.content.decode() and "蓝**" in page.content.decode()


def test_an_end_entered_by_mistake_is_emptied_in_the_form(story: Story) -> None:
    grid = story.town.units["深塘一格"]
    data = {"code": "H1", "door": "12号"}
    entered = RecordInput(data, grid, "2020-03-01", "2020-09-01")
    record = UUID(save_record(story.town.actor("阿莲"), "residents.household", entered, uuid4())["record"])
    browser, path = story.browser("阿莲"), f"/record/{record}/correct"
    [until] = [one for one in browser.get(path).context["controls"] if one.name == "until"]
    assert until.value == "2020-09-01"
    sent = {"op_id": str(uuid4()), "unit": str(grid), "day": "2020-03-01", "until": "", "reason": "没有搬走", "base_version": "1"}
    sent |= {f"f_{name}": value for name, value in data.items()}
    assert browser.post(path, sent).status_code == 302
    assert history(record)[-1].ends_on is None
    assert "<del>2020-09-01</del>" in browser.get(f"/record/{record}").content.decode()


def test_two_people_correcting_one_record_see_both_versions(story: Story) -> None:
    browser, record = story.browser("老周"), story.records["A2"]
    correct(record, 1, "镇里复核", area="85")
    sent = entry(story, f_code="A2", f_area="81", reason="复测", base_version="1", unit=str(story.town.units["深塘二格"]))
    page = browser.post(f"/record/{record}/correct", sent)
    assert page.status_code == 409
    assert ("建筑面积", "85.00", "81") in page.context["differences"]
    again = sent | {"base_version": str(page.context["base"]), "op_id": str(page.context["op_id"])}
    assert browser.post(f"/record/{record}/correct", again).status_code == 302


def test_what_somebody_typed_is_never_markup(story: Story) -> None:
    record = demolish(story.town, "<b>X", "5", "2020-12-01", "上垟一格", location="<script>alert(1)</script>")
    for path in (LEDGER, f"/record/{record}", f"/record/{record}/correct", "/figure/demolition.area@2020"):
        said = story.browser("老周").get(path).content.decode()
        assert "<script>" not in said and "<b>X" not in said


def test_a_second_check_within_thirty_days_is_told_before_it_is_saved_and_saved_when_it_is_meant(story: Story) -> None:
    grid = story.town.units["深塘一格"]
    site = {"code": "S1", "title": "深塘便民超市", "field": "fire", "kind": "small", "risk": "blue", "risk_on": "2020-01-10"}
    save_record(SYSTEM, "safety.site", RecordInput(site, grid, "2020-01-10"), uuid4())
    sheet = {"site": "S1", "purpose": "routine", "team": "fire", "inspectors": "甲、乙", "spot": "卖场", "content": "用电", "finding": "clean", "inspectors_signed": "是", "site_signed": "signed"}
    save_record(SYSTEM, "safety.inspection", RecordInput({**sheet, "sheet": "J1"}, grid, "2020-05-02"), uuid4())
    browser, path = story.browser("阿莲"), "/ledger/safety.inspection/new"

    def sent(number: str, day: str, **more: str) -> str:
        typed = {f"f_{name}": value for name, value in {**sheet, "sheet": number, **more}.items()}
        told = {"op_id": str(uuid4()), "unit": str(grid), "day": day, **typed, **({"sure": "1"} if number == "J3" else {})}
        return browser.post(path, told, follow=True).content.decode()

    warned = sent("J2", "2020-05-20")
    assert "还没有保存" in warned and "三十天内已经查过" in warned and "2020-05-02 的记录" in warned and 'value="J2"' in warned
    assert "已保存" in sent("J3", "2020-05-20")
    assert "已保存" in sent("J4", "2020-05-21", purpose="recheck")
    assert "已保存" in sent("J5", "2020-08-20")


def test_whoever_enters_a_use_of_a_small_power_is_told_nothing_of_what_stands_beside_it(story: Story) -> None:
    rules = [one for one in every("rule") if one.pack == "integrity"]
    assert rules and not any((one.body["beside"] or {}).get("warns") for one in rules)


def test_a_check_waits_on_a_phone_but_nothing_with_a_field_for_a_person(story: Story) -> None:
    def asks_for_script(who: str, ledger: str) -> bool:
        told = story.browser(who).get(reverse("new_record", args=[ledger])).content.decode()
        assert ("<script" in told) == ("data-record" in told)
        return "data-record" in told

    assert asks_for_script("阿莲", "safety.inspection") and not asks_for_script("阿莲", "demolition.structure")
    assert not asks_for_script("阿莲", "care.dependant"), "a stock is no visit"
    assert not asks_for_script("老周", "demolition.structure")
    told = story.browser("阿莲").get(reverse("unsent")).content.decode()
    assert reverse("new_record", args=["safety.inspection"]) in told and "data-keep" in told


def test_what_a_form_would_ask_first_is_told_to_a_phone_and_passed_by_its_second_try(story: Story) -> None:
    unit = str(story.town.units["深塘一格"])
    site = {"code": "S1", "title": "竹器厂", "field": "production", "kind": "small", "risk": "blue", "risk_on": "2020-01-01"}
    save_record(SYSTEM, "safety.site", RecordInput(site, story.town.units["深塘一格"], "2020-01-01"), uuid4())

    def answer(sheet: str, **more: str) -> tuple[int, dict[str, str]]:
        filled = {"sheet": sheet, "site": "S1", "purpose": "routine", "team": "fire", "inspectors": "两人", "spot": "车间", "content": "消防通道", "finding": "clean", "inspectors_signed": "是", "site_signed": "signed"}
        sent = {"op_id": str(uuid4()), "unit": unit, "day": "2020-05-01", **{f"f_{name}": value for name, value in filled.items()}, **more}
        found = story.browser("阿莲").post(reverse("new_record", args=["safety.inspection"]), sent, headers={"accept": "application/json"})
        return found.status_code, found.json()

    first = str(uuid4())
    status, told = answer("N1", op_id=first)
    assert status == 200 and told["link"].startswith("/record/"), told
    catch_up()
    assert answer("N1", op_id=first) == (200, told), "its answer was lost: no warning of itself"
    status, told = answer("N2")
    assert (status, told["code"]) == (409, "ledger.warned") and "三十天内已经查过" in told["told"]
    assert answer("N2", sure="1")[0] == 200
    status, told = answer("", f_spot="", sure="1")
    assert status == 409 and told["told"].count("；") >= 1, told


def test_a_record_is_made_void_and_brought_back_on_its_page_by_who_may_correct_it(story: Story) -> None:
    record, zhou = story.records["A1"], story.browser("老周")

    def page(who: str = "老周") -> str:
        return story.browser(who).get(reverse("record", args=[record])).content.decode()

    base = str(history(record)[-1].number)
    assert "作废这条记录" in page() and "恢复这条记录" not in page() and "作废这条记录" not in page("何书记")
    told = zhou.post(reverse("void_record", args=[record]), {"op_id": str(uuid4()), "base_version": base, "reason": ""})
    assert told.status_code == 400 and "作废必须写明原因" in told.content.decode()
    zhou.post(reverse("void_record", args=[record]), {"op_id": str(uuid4()), "base_version": base, "reason": "登重了"})
    assert "这条记录已经作废" in page() and "恢复这条记录" in page() and "恢复这条记录" not in page("何书记")
    sent = {"op_id": str(uuid4()), "base_version": str(int(base) + 1), "reason": "不是重的"}
    assert story.browser("何书记").post(reverse("restore_record", args=[record]), sent).status_code == 403
    assert story.browser("外乡人").post(reverse("restore_record", args=[record]), sent).status_code == 404
    told = zhou.post(reverse("restore_record", args=[record]), sent, follow=True).content.decode()
    assert "已恢复，重新计入各项数字" in told and '<span class="tag">恢复</span>' in told and "不是重的" in told and "它影响的数字" in told
    assert zhou.post(reverse("restore_record", args=[record]), {**sent, "op_id": str(uuid4())}).status_code == 409
