"""The list of matters is narrowed by more than its line, an address says all of it, and what is taken away is written down."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.journal.api import events_about
from zhenwu.kernel.matters.api import Report, advance_matter, catch_up_limits, open_matter
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.lib.clock import at
from zhenwu.sdk import RecordInput, catch_up, save_record

pytestmark = pytest.mark.django_db
LIST = "/matters"


def reported(story: Story, title: str, day: str, place: str = "上垟一格", **told: str) -> UUID:
    with at(date.fromisoformat(day)):
        matter = UUID(open_matter(SYSTEM, uuid4(), Report("demolition", story.town.units[place], title, **told))["matter"])
    catch_up_limits()
    return matter


@pytest.fixture
def told(story: Story) -> Story:
    reported(story, "来电说有棚", "2021-03-01", channel="call", category="large_structure")
    reported(story, "窗口来说有墙", "2021-03-05", channel="visit")
    taken = reported(story, "巡查见到路障", "2021-04-01", channel="grid")
    with at(date(2021, 4, 2)):
        advance_matter(SYSTEM, uuid4(), taken, "accept", 1)
    catch_up_limits()
    return story


def found(story: Story, who: str = "老周", **asked: Any) -> set[str]:
    page = story.browser(who).get(LIST, asked)
    assert page.status_code == 200
    return {row["title"] for row in page.context["rows"]}


ALL = {"来电说有棚", "窗口来说有墙", "巡查见到路障"}


def test_the_list_is_narrowed_by_state_kind_channel_and_days(told: Story) -> None:
    for which in ("", "late", "all"):
        assert found(told, which=which) == ALL
        assert found(told, which=which, channel="call") == {"来电说有棚"}
        assert found(told, which=which, state="standard:accepted") == {"巡查见到路障"}
        assert found(told, which=which, state="standard:reported", channel="visit") == {"窗口来说有墙"}
        assert found(told, which=which, kind="large_structure") == {"来电说有棚"}
        assert found(told, which=which, since="2021-03-02") == {"窗口来说有墙", "巡查见到路障"}
        assert found(told, which=which, since="2021-03-05", until="2021-03-05") == {"窗口来说有墙"}
    assert found(told, channel="call", since="2021-03-02") == set()


def test_kinds_are_offered_by_the_tree_and_narrow_by_their_platform(told: Story) -> None:
    town = told.town.units["云岭镇"]
    appoint(SYSTEM, uuid4(), told.town.people["外乡人"], "clerk", town, ["grid"], date(2015, 1, 1))
    for code, title, platform in (("lamp", "路灯不亮", "基层治理"), ("rubbish", "乱倒垃圾", "综合执法")):
        kind = {"code": code, "title": title, "cluster": "surroundings", "platform": platform, "urgent": "normal", "amount": "3", "clock": "work_day", "accept_when": "好了"}
        save_record(SYSTEM, "grid.matter_kind", RecordInput(kind, town, date(2021, 1, 1)), uuid4())
    with at(date(2021, 5, 6)):
        for code in ("lamp", "rubbish"):
            open_matter(SYSTEM, uuid4(), Report("grid", told.town.units["深塘一格"], f"报{code}", category=code))
    catch_up_limits()
    page = told.browser("外乡人").get(LIST).content.decode()
    assert '<option value="lamp">路灯不亮</option>' in page and '<option value="综合执法">' in page
    assert found(told, "外乡人", kind="lamp") == {"报lamp"}
    assert found(told, "外乡人", platform="综合执法") == {"报rubbish"}
    assert found(told, "外乡人", platform="综合执法", kind="lamp") == set()


def test_the_address_of_a_list_says_all_of_it_and_strange_words_ask_for_nothing(told: Story) -> None:
    page = told.browser("老周").get(LIST, {"which": "all", "channel": "visit", "since": "2021-03-01", "state": "standard:reported"})
    assert found(told, **dict(pair.split("=") for pair in page.context["address"].replace("%3A", ":").split("&"))) == {"窗口来说有墙"}
    assert "<details class=\"more\" open>" in page.content.decode()
    assert found(told, channel="' OR 1=1", state="standard:nothing", kind="x", platform="y") == ALL
    assert "不是日期" in told.browser("老周").get(LIST, {"since": "2021-02-30"}).content.decode()


def export(story: Story, who: str = "老周", **asked: str) -> list[list[Any]]:
    answer = story.browser(who).post(reverse("export_matters"), {"op_id": str(uuid4()), **asked})
    assert answer.status_code == 200, answer.content.decode()
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows()]


def test_what_is_exported_is_what_is_listed_and_says_who_took_it(told: Story) -> None:
    rows = export(told, which="all", channel="call")
    assert rows[1][0] == "导出人：老周" and rows[3][0] == "范围：看哪些：全部（结束的也在内）；来源：群众来电（您权限内可以导出的）" and rows[4][0] == "件数：1"
    heads, only = rows[6], rows[7:]
    assert [dict(zip(heads, row, strict=True)) for row in only][0]["事项"] == "来电说有棚" and len(only) == 1
    told_of = dict(zip(heads, only[0], strict=True))
    assert (told_of["来源"], told_of["上报日期"], told_of["到了哪一步"], told_of["最迟"], told_of["超期"]) == ("群众来电", "2021-03-01", "待受理", "2021-03-03", "是")
    assert len(export(told)) == len(export(told, which="late")) == 10 and len(export(told, which="mine")) == 7
    noted = [event for _, event in events_about("matters:all") if event.kind == "matters.exported"]
    assert [event.body["rows"] for event in noted] == [1, 3, 3, 0] and noted[0].principal == told.town.actor("老周").principal
    assert "来电" not in str(noted[0].body)


def test_the_window_says_whence_a_report_came_and_whoever_sees_it_reads_that(story: Story) -> None:
    """老周 and the window are told of things; 阿莲, who goes round, is not asked."""
    form = story.browser("老周").get(reverse("new_matter") + "?kind=demolition:standard:report").content.decode()
    assert '<option value="police">110非警务</option>' in form and "来源单号" in form and 'value="ledger"' not in form
    sent = {"kind": "demolition:standard:report", "title": "塌了半堵墙", "unit": str(story.town.units["上垟一格"])}
    post = {**sent, "op_id": str(uuid4()), "channel": "hotline", "g_source_no": "330781-0042"}
    page = story.browser("老周").post(reverse("new_matter"), post, follow=True).content.decode()
    assert "12345热线" in page and "330781-0042" in page
    strange = story.browser("老周").post(reverse("new_matter"), {**sent, "op_id": str(uuid4()), "channel": "ledger"}, follow=True).content.decode()
    assert "塌了半堵墙" in strange and "台账自动开出" not in strange
    grid = story.browser("阿莲").get(reverse("new_matter") + "?kind=demolition:standard:report").content.decode()
    assert "来源单号" not in grid and 'name="channel"' not in grid
    own = {**sent, "title": "网格里的棚", "unit": str(story.town.units["深塘一格"]), "op_id": str(uuid4()), "channel": "police"}
    assert "网格巡查" in story.browser("阿莲").post(reverse("new_matter"), own, follow=True).content.decode()
    assert found(story, channel="hotline") == {"塌了半堵墙"} and found(story, channel="grid") == {"网格里的棚"}


def test_a_figure_is_divided_by_kind_channel_and_level_and_each_table_adds_up(told: Story) -> None:
    catch_up()
    ways = {way.label: dict(way.parts) for way in told.browser("老周").get("/figure/demolition.large_found@2021").context["ways"]}
    assert ways["小类"] == {"大面积违建请执法队核实": "1"} and ways["来源"] == {"群众来电": "1"} and "所属平台" not in ways
    assert told.browser("老周").get("/figure/demolition.area@2020").context["ways"] == []  # records of a ledger have no channel


def test_nobody_exports_what_their_posts_may_only_look_at(told: Story) -> None:
    """阿莲 lists what lies in her grid, and takes nothing away; what was sent to an office of another line is looked at there and not taken."""
    answer = told.browser("阿莲").post(reverse("export_matters"), {"op_id": str(uuid4())})
    assert answer.status_code == 403 and "不能由您的岗位导出" in answer.content.decode()
    assert "导出表格" not in told.browser("阿莲").get(LIST).content.decode() and "导出表格" in told.browser("老周").get(LIST).content.decode()
    with at(date(2021, 5, 6)):
        grid = UUID(open_matter(SYSTEM, uuid4(), Report("grid", told.town.units["深塘一格"], "别条线派来的"))["matter"])
        advance_matter(SYSTEM, uuid4(), grid, "accept", 1)
        advance_matter(SYSTEM, uuid4(), grid, "dispatch", 2, {"unit": str(told.town.units["综合站"])})
    catch_up_limits()
    assert "别条线派来的" in found(told, which="all")
    assert "别条线派来的" not in [row[0] for row in export(told, which="all")]
    assert told.browser("老周").post(reverse("export_matters"), {"op_id": str(uuid4()), "line": "honour"}).status_code == 403
