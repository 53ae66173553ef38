"""The drafting room's pages: what each person sees of a draft's figures, and what a clerk does with them."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.web.conftest import Story
from tests.web.township import BEGINNING, correct
from zhenwu.kernel.metrics import evidence as counting_rows
from zhenwu.kernel.orgs.api import appoint
from zhenwu.kernel.reports.api import Draft, SheetInput, send_sheets, sheets_of
from zhenwu.sdk import SYSTEM, catch_up

pytestmark = pytest.mark.django_db
SHEETS, SIGNING, STANDING = "/report/2020/sheets", "/report/2020/signing", "/report/2020/figures"


def post(browser: Client, path: str, **sent: object) -> str:
    """Send a form as the page would, and read the page that follows."""
    return browser.post(path, {**sent, "op_id": str(uuid4())}, follow=True).content.decode()


def sheet_of(story: Story, *lines: str) -> UUID:
    """A sheet to 老周."""
    draft = Draft("report.annual", 2020, story.town.units["云岭镇"])
    send_sheets(SYSTEM, draft, [SheetInput(story.town.people["老周"], lines or ("demolition",))], date(2999, 1, 1), uuid4())
    return sheets_of(draft)[-1].id


def test_the_states_are_counted_filtered_and_told_with_who_answers(story: Story) -> None:
    page = story.browser("老周").get(STANDING)
    rows = {row["key"]: row for row in page.context["rows"]}
    assert (rows["拆违面积"]["text"], rows["拆违面积"]["label"], rows["拆违面积"]["grades"]) == ("0.05", "自报", "全部自报")
    assert (rows["拆违面积"]["office"], rows["拆违面积"]["person"]) == ("综合行政执法队", "老周")
    pending = story.browser("老周").get(STANDING, {"state": "pending"})
    assert {row["state"] for row in pending.context["rows"]} == {"pending"}
    assert {row["office"] for row in story.browser("老周").get(STANDING, {"office": "统计站"}).context["rows"]} == {"统计站"}


def test_who_may_see_one_line_sees_its_figures_and_no_others(story: Story) -> None:
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "officer", story.town.units["综合站"], ["demolition"], BEGINNING)
    browser = story.browser("外乡人")
    rows = browser.get(STANDING).context["rows"]
    assert {"拆违面积", "拆违完成率"} <= {row["key"] for row in rows} and {row["office"] for row in rows} == {"综合行政执法队"}
    assert browser.get("/report/2020").status_code == 403
    assert browser.get("/consult/livable.toilets_built/deeds.toilets_accepted/2020").status_code == 403


def test_a_small_count_of_persons_is_withheld_on_every_page_of_the_room(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting_rows, "PERSONS", ("平方米",))
    monkeypatch.setattr(counting_rows, "FEWEST", 1000)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "supervisor", story.town.units["云岭镇"], ["*"], BEGINNING)
    sheet = sheet_of(story)
    post(story.browser("老周"), SIGNING, key="拆违面积", seen_拆违面积="0.05")
    for path in (STANDING, f"/sheet/{sheet}", SIGNING):
        assert "0.05" in story.browser("老周").get(path).content.decode()
        said = story.browser("外乡人").get(path).content.decode()
        assert "人数过少" in said and "0.05" not in said, path


def test_a_sheet_is_sent_answered_at_once_and_leaves_the_list_of_things_to_do(story: Story) -> None:
    browser, people = story.browser("老周"), story.town.people
    told = post(browser, SHEETS, line="demolition", person_demolition=str(people["老周"]), due="2999-01-01")
    assert "已发出 1 张报数单" in told and "没有答复完" in told
    assert "个数等您答复" in browser.get("/").content.decode()
    draft = Draft("report.annual", 2020, story.town.units["云岭镇"])
    path = f"/sheet/{sheets_of(draft)[0].id}"
    rows = browser.get(path).context["rows"]
    seen = {f"seen_{row['key']}": row["raw"] for row in rows}
    assert "都没有变化" in browser.get(path).content.decode()
    told = post(browser, path, act="all", **seen)
    assert "都答复了" in told and "个数等您答复" not in browser.get("/").content.decode()
    correct(story.records["B1"], 1, "量错", area="5000")
    catch_up()
    assert "2 个数等您答复" in browser.get("/").content.decode()  # area and rate moved after 无变化


def test_what_differs_leads_to_the_ledger_and_shows_before_and_after(story: Story) -> None:
    browser, path = story.browser("老周"), f"/sheet/{sheet_of(story)}"
    post(browser, path, act="differs", key="拆违面积", words="上垟的量错了", seen_拆违面积="0.05")
    assert "/ledger/demolition.structure" in browser.get(path).content.decode()
    correct(story.records["B1"], 1, "量错", area="5000")
    catch_up()
    told = browser.get(path).content.decode()
    assert "<del>0.05</del> → <ins>0.52</ins>" in told and "已更正" in told and "上垟的量错了" in told


def test_a_number_is_reported_where_none_is_known_and_refused_in_words_elsewhere(story: Story) -> None:
    browser, path = story.browser("老周"), f"/sheet/{sheet_of(story)}"
    given = {"act": "give", "value": "12000", "authority": "forecast", "source": "县里口头通知"}
    told = post(browser, path, key="下年拆违", **given)
    assert "的数已登记" in told and "县里口头通知" in told
    answer = browser.post(path, {**given, "key": "拆违面积", "op_id": str(uuid4())})
    assert answer.status_code == 400 and "到台账里登记或更正" in answer.content.decode()


def test_a_sheet_of_others_reads_as_if_it_were_not_there(story: Story) -> None:
    path = f"/sheet/{sheet_of(story)}"
    assert [story.browser(name).get(path).status_code for name in ("阿莲", "外乡人")] == [404, 404]
    assert "都没有变化" not in story.browser("何书记").get(path).content.decode()  # he looks and does not answer


def test_signing_again_is_asked_for_what_changed_alone_and_an_issue_says_what_is_unsigned(story: Story) -> None:
    browser = story.browser("老周")
    told = post(browser, SIGNING, key=["拆违面积", "拆违完成率"], seen_拆违面积="0.05", seen_拆违完成率="102")
    assert "已签 2 个数" in told
    correct(story.records["B1"], 1, "量错", area="350")  # 560.50 m²: 0.06, and 112 %
    catch_up()
    rows = {row["key"]: row for row in browser.get(SIGNING).context["mine"]}
    assert (rows["拆违面积"]["state"], rows["拆违面积"]["was"], rows["拆违面积"]["text"]) == ("fallen", "0.05", "0.06")
    assert "签过以后变了 2 个" in browser.get("/").content.decode()
    assert "个数没有审签" in browser.get("/report/2020").content.decode()
    refused = browser.post("/report/2020/issue", {"title": "报告", "op_id": str(uuid4())})
    assert refused.status_code == 400 and "没有审签" in refused.content.decode()
    told = post(browser, "/report/2020/issue", title="报告", unsigned_reason="明天上会")
    assert "没有等审签的理由：明天上会" in told and "签后变了" in told


def test_files_open_and_name_what_the_pages_say(story: Story) -> None:
    browser, sheet = story.browser("老周"), sheet_of(story)
    pages = (f"{STANDING}.xlsx", f"{SIGNING}.docx", f"/sheet/{sheet}.xlsx", f"/sheet/{sheet}.docx", "/consult/livable.toilets_built/deeds.toilets_accepted/2020/sheet.docx")
    for path in pages:
        answer = browser.get(path)
        assert answer.status_code == 200 and answer.content[:2] == b"PK", path
