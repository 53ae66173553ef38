"""任务督办 on the screen: 老周 adopts the plan, tends the tasks, takes the table away; 何书记 only looks."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client

from tests.plans.township import adopted, issued
from tests.web.township import Township
from zhenwu.kernel.plans.api import sentences, tasks
from zhenwu.lib.clock import at

pytestmark = pytest.mark.django_db


def browser(town: Township, name: str) -> Client:
    client = Client()
    client.force_login(town.person(name), "django.contrib.auth.backends.ModelBackend")
    return client


def sent(page: str, **more: str) -> dict[str, str]:
    """Everything a browser would send of the adoption form as it stands."""
    from html.parser import HTMLParser

    found: dict[str, str] = {}

    class Reader(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {name: value or "" for name, value in attrs}
            if tag == "input" and given.get("name"):
                if given.get("type") != "checkbox" or "checked" in given:
                    found[given["name"]] = given.get("value", "on" if given.get("type") == "checkbox" else "")
            elif tag == "select":
                self.select = given["name"]
            elif tag == "option" and "selected" in given:
                found[self.select] = given["value"]

    Reader().feed(page[page.index('class="adopt"') :])
    return {**found, **more, "op_id": str(uuid4())}


def test_a_plan_is_adopted_from_the_page_as_it_was_proposed_and_corrected(town: Township) -> None:
    with at(date(2021, 1, 20)):
        issue = issued()
    with at(date(2021, 2, 1)):
        client = browser(town, "老周")
        page = client.get(f"/plan/adopt/{issue.number}").content.decode()
        assert "拆除违法建筑面积（三改一拆）" in page and 'value="1.20"' in page
        form = sent(page, owner_1_0="老周", office_0_0="综合站", office_1_0="综合站", office_2_0="综合站", office_3_0="综合站")
        del form["take_3"]  # 抓好森林防火 is left out
        answer = client.post(f"/plan/adopt/{issue.number}", form, follow=True)
        said = answer.content.decode()
    assert "新句 4 条" in said and "下达任务 3 项" in said, said[said.index("<main") :][:1500]
    assert {one.owner for one in tasks()} == {"", "老周"} and len(sentences()) == 4
    assert "1.20万平方米" in said


def test_the_list_narrows_by_light_and_each_figure_opens_its_page(town: Township) -> None:
    from tests.web.township import demolish
    from zhenwu.sdk import catch_up

    adopted(town)
    demolish(town, "B9", "4000", "2021-03-20", "深塘一格")
    catch_up()
    with at(date(2021, 4, 2)):
        page = browser(town, "何书记").get("/plan").content.decode()
        assert 'href="/figure/demolition.area@2021"' in page and "0.4万平方米" in page
        assert "按指标登记本季进度" not in page  # he only looks
        green = browser(town, "何书记").get("/plan?light=green").content.decode()
    assert "完成拆除违法建筑" in green and "老街立面整治" not in green.split("<table")[1]


def test_a_task_is_reported_changed_and_closed_from_its_page(town: Township) -> None:
    adopted(town)
    code = next(one.code for one in tasks() if "老街" in one.title)
    with at(date(2021, 4, 2)):
        client = browser(town, "老周")
        told = client.post(f"/plan/task/{code}/progress", {"op_id": uuid4(), "quarter": "2021Q1", "reached": "60", "said": "完成招标"}, follow=True)
        assert "已登记本季进度" in told.content.decode() and "完成招标" in told.content.decode()
        told = client.post(f"/plan/task/{code}/change", {"op_id": uuid4(), "base_version": 1, "owner": "阿莲", "reason": "分工调整"}, follow=True)
        assert "分工调整" in told.content.decode()
        bare = client.post(f"/plan/task/{code}/close", {"op_id": uuid4(), "base_version": 2, "state": "done", "on": "2021-04-01"})
        assert bare.status_code == 400 and "凭据" in bare.content.decode()
        told = client.post(f"/plan/task/{code}/close", {"op_id": uuid4(), "base_version": 2, "state": "done", "on": "2021-04-01", "proof": "验收单3号"}, follow=True)
    assert "验收单3号" in told.content.decode() and "办结</h2>" not in told.content.decode()


def test_the_table_of_tasks_says_who_took_how_many_and_prints_on_a4(town: Township) -> None:
    adopted(town)
    with at(date(2021, 4, 2)):
        answer = browser(town, "何书记").post("/plan/export", {"op_id": uuid4(), "year": "2021"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value == "云岭镇2021年重点工作任务分解表" and "A1:M1" in {str(one) for one in sheet.merged_cells.ranges}
    assert all(words in sheet["A2"].value for words in ("导出人：何书记", "范围：全部任务", "条数：4"))
    assert [cell.value for cell in sheet[3]][:5] == ["序号", "报告原句", "任务", "类别", "目标"]
    assert (sheet.freeze_panes, sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("D4", "landscape", 9)
    assert sheet["E4"].value == "1.20万平方米" and sheet.max_row == 7
