"""``zhenwu plan``: adopt an issued report's plan, list the tasks, take the table away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.cli.township import found_township, say
from tests.plans.township import REPORT
from zhenwu.lib.clock import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(tmp_path: Path, settings: object) -> Path:
    """A township whose report of 2020 is issued by 老周."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    (tmp_path / "报告.md").write_text(REPORT, encoding="utf-8")
    with at(date(2021, 1, 20)):
        done = say("report", "issue", str(tmp_path / "报告.md"), "--year", "2020", "--title", "报告", "--as", "laozhou")
    assert done.exit_code == 0, done.output
    return tmp_path


def test_a_plan_is_looked_at_adopted_listed_and_taken_away(issued: Path) -> None:
    with at(date(2021, 2, 1)):
        looked = say("plan", "adopt", "1", "--as", "laozhou", "--look")
        assert looked.exit_code == 0 and "创建争取　新的　争创市级花园乡村" in looked.output
        assert "没有符合条件的任务" in say("plan", "list").output
        assert "下达任务 4 项" in say("plan", "adopt", "1", "--as", "laozhou").output
        assert "新句 0 条" in say("plan", "adopt", "1", "--as", "laozhou").output
        assert "老街立面整治工程六月底前完工" in say("plan", "list", "--year", "2021").output
        done = say("plan", "export", "-o", str(issued / "表.xlsx"), "--as", "laozhou")
    assert done.exit_code == 0, done.output
    assert "条数：4" in openpyxl.load_workbook(issued / "表.xlsx").active["A2"].value


def test_bad_input_ends_in_a_problem(issued: Path) -> None:
    for words in (["adopt", "99", "--as", "laozhou"], ["adopt", "1", "--as", "nobody"], ["adopt", "1", "--as", "laozhou", "--passed-on", "昨天"],
                  ["export", "-o", str(issued / "表.docx"), "--as", "laozhou"], ["adopt", "1", "--as", "alian"]):  # fmt: skip
        done = say("plan", *words)
        assert done.exit_code == 1 and "怎么办" in done.output, (words, done.output)
    assert not (issued / "表.docx").exists()
