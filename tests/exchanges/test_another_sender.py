"""A second sender, of which no code has heard: other columns, other actions, another workflow. What it needs stands in its pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.cli.township import say
from tests.exchanges.conftest import who
from tests.exchanges.sheets import opened, sheet
from tests.exchanges.test_orders import on
from zhenwu.kernel.exchanges.api import exchange_of, fill_table, import_table, matter_of
from zhenwu.kernel.ledgers.api import PREFIX, masked, versions_in
from zhenwu.kernel.matters.api import advance_matter, current, deadlines
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import SYSTEM, find_person, tree
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problems, Refused
from zhenwu.packkit.installing import install_packs
from zhenwu.packkit.pack import check_pack, load_pack

pytestmark = pytest.mark.django_db
KEY = "centre.cases"
SHELF = Path(__file__).parent / "packs"
HEADINGS = ("交办号", "交办日", "当事人姓名", "籍贯", "发生地点", "事由", "风险等级", "反馈期限", "收回标记", "备注", "化解方式", "兑现金额", "是否平息", "进度")
WALL = ("J-1", "2026-03-02", "王小明", "外省", "深塘村", "王小明与邻居的院墙界址", "一般", "10日", "", "附图", None, None, None, None)
WATER = ("J-2", "2026-03-02", "匿名", "", "镇上", "用水纠纷", "较大", None, "", "", None, None, None, None)


@pytest.fixture
def desk(desk: Path, settings: object) -> Path:
    install_packs(SYSTEM, [*settings.PACK_FOLDERS, SHELF], uuid4())  # type: ignore[attr-defined]
    return desk


def but(row: Sequence[Any], **changed: Any) -> tuple[Any, ...]:
    return tuple(changed.get(heading, cell) for heading, cell in zip(HEADINGS, row, strict=True))


def bring(*rows: Sequence[Any]) -> Any:
    return import_table(who("zhou"), exchange_of(KEY), sheet(*rows, headings=HEADINGS), "交办.xlsx")


def stands(number: str) -> Any:
    return current(SYSTEM, matter_of(exchange_of(KEY), number))


def test_another_senders_table_comes_in_and_opens_matters_of_its_own_workflow(desk: Path) -> None:
    with on(2):
        done = bring(WALL, WATER)
        assert (done.new, done.places) == (2, {"J-1": "深塘村", "J-2": "云岭镇"})
        assert {heading: meaning for _, heading, meaning in done.layout.columns} == dict(
            zip(HEADINGS, ("code", "handed_on", "party", "personal", "spot", "cause", "grade", "report_by", "recalled", "keep", "how", "paid", "calm", "stage"), strict=True)
        )
        wall = Matter.objects.get(id=matter_of(exchange_of(KEY), "J-1"))
        assert (wall.workflow, wall.line, wall.title) == ("centre.settling", "centre", "当事人与邻居的院墙界址（J-1）")
        assert (stands("J-1").state, stands("J-1").columns["grade"]) == ("open", "一般")
        assert [one.last_day for one in deadlines(SYSTEM, wall.id)] == ["2026-03-12"]  # no column of its own to count from: from the record's day
    record = versions_in(Scope(PREFIX + "centre.dispute")).get(key="J-1")
    assert masked(record) == {"party": "王**"} and "王小明" not in str(record.data) and "外省" not in str(record.data)


def test_its_changes_take_its_own_actions_in_its_own_states(desk: Path) -> None:
    with on(2):
        bring(WALL, WATER)
    with on(3):
        done = bring(but(WALL, 风险等级="重大", 反馈期限="2026-03-05"), but(WATER, 收回标记="已收回"))
        assert (done.changed, done.told) == (2, {"被收回": 1, "改了等级": 1})
        step = stands("J-1")
        assert (step.action, step.columns["grade"], step.columns["report_by"]) == ("regrade", "重大", "2026-03-05")
        assert stands("J-2").state == "recalled"
        bring(but(WALL, 风险等级="较大", 反馈期限="2026-03-05"), but(WATER, 收回标记="已收回", 风险等级="重大"))
        assert (stands("J-1").columns["grade"], stands("J-2").action) == ("较大", "recall")  # an ended matter has no such move


def test_a_change_moves_nothing_in_a_state_that_it_does_not_name(desk: Path) -> None:
    with on(2):
        bring(WALL)
        advance_matter(who("zhou"), uuid4(), matter_of(exchange_of(KEY), "J-1"), "settle", stands("J-1").number, {"way": "talk", "calm": "是"})
        assert bring(but(WALL, 风险等级="重大")).changed == 1
        assert (stands("J-1").action, stands("J-1").columns["grade"]) == ("settle", "一般")


def test_its_answers_go_back_as_words_with_the_units_in_which_they_were_entered(desk: Path) -> None:
    content = sheet(WALL, WATER, headings=HEADINGS)
    with on(2):
        bring(WALL, WATER)
        given = {"way": "talk", "calm": "是", "paid": "1200.50"}
        advance_matter(who("zhou"), uuid4(), matter_of(exchange_of(KEY), "J-1"), "settle", stands("J-1").number, given)
        back = fill_table(who("zhou"), exchange_of(KEY), content, "交办.xlsx")
    page = opened(back.content)
    assert [page.cell(3, at).value for at in range(11, 15)] == ["当面调解", "1200.50", "是", "已化解"]
    assert [page.cell(4, at).value for at in range(11, 15)] == [None, None, None, "化解中"]
    assert (back.rows, back.done) == (2, 1)


def test_its_own_words_stand_in_commands_pages_and_faults(desk: Path) -> None:
    (desk / "交办.xlsx").write_bytes(sheet(WALL, headings=HEADINGS))
    with on(2):
        assert "县矛调中心" in say("exchange", "list").output
        told = say("exchange", "import", KEY, str(desk / "交办.xlsx"), "--as", "zhou").output
        assert "新来 1 起" in told and "回填：化解方式" in told and "工单" not in told and "热线" not in told
        browser = Client()
        browser.force_login(find_person("zhou"), "django.contrib.auth.backends.ModelBackend")
        page = browser.get(f"/exchange/{KEY}").content.decode()
        assert "矛调中心交办单" in page and "热线" not in page
        assert ("/exchange/centre.cases", "矛调中心交办单", True) in browser.get(f"/exchange/{KEY}").context["menu"]
        with pytest.raises(Problems) as raised:
            bring(but(WALL, 交办号=None, 交办日="2026-03-02"))
        assert "这一行没有交办号" in str(raised.value)
        with pytest.raises(Refused):
            import_table(who("he"), exchange_of(KEY), b"", "x.xlsx")
    assert tree().of_kind("township")


def test_the_pack_is_sound() -> None:
    assert check_pack(SHELF / "centre") == [] and list(load_pack(SHELF / "centre").exchanges) == [KEY]
