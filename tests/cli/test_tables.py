"""``zhenwu table``: bind by headings, fill for a year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.township import ROWS, found_township, say
from tests.tables.forms import blank_form, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(tmp_path: Path, settings: object) -> Path:
    """A township with two structures; a folder with the county's table in it."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    (tmp_path / "rows.csv").write_text(ROWS.replace("二网格", "010102"), encoding="utf-8")
    assert say("ledger", "import", "demolition.structure", str(tmp_path / "rows.csv"), "--as", "laozhou").exit_code == 0
    (tmp_path / "表.xlsx").write_bytes(blank_form())
    return tmp_path


def test_a_table_is_bound_and_filled(desk: Path) -> None:
    bound = say("table", "bind", str(desk / "表.xlsx"), "--year", "2020")
    assert bound.exit_code == 0, bound.output
    assert "认出 8 项" in bound.output and "没有认出：主要指标 · 规上工业增加值" in bound.output
    done = say("table", "fill", str(desk / "表.xlsx"), "--year", "2020", "-o", str(desk / "好.xlsx"))
    assert done.exit_code == 0, done.output
    assert "待补：主要指标 E4" in done.output
    sheet = opened((desk / "好.xlsx").read_bytes())["附件1"]
    assert [sheet[cell].value for cell in ("C4", "D4", "C5")] == [150.5, 2, 0]


def test_a_person_fills_with_their_own_rights(desk: Path) -> None:
    say("table", "bind", str(desk / "表.xlsx"), "--year", "2020")
    done = say("table", "fill", str(desk / "表.xlsx"), "--year", "2020", "-o", str(desk / "好.xlsx"), "--as", "alian")
    assert "填了 0 格" in done.output and "不在填表人的权限内" in done.output


def test_work_done_on_the_bindings_is_not_overwritten(desk: Path) -> None:
    say("table", "bind", str(desk / "表.xlsx"))
    (desk / "表.toml").write_text('label = "改过"\n')
    again = say("table", "bind", str(desk / "表.xlsx"))
    assert (again.exit_code, "table.exists" in again.output) == (1, True)
    assert say("table", "bind", str(desk / "表.xlsx"), "--force").exit_code == 0


def test_bad_files_end_in_a_problem_and_leave_nothing(desk: Path) -> None:
    (desk / "坏.xlsx").write_bytes(b"PK\x03\x04")
    for words in (["bind", str(desk / "坏.xlsx")], ["bind", str(desk / "无.xlsx")],
                  ["fill", str(desk / "表.xlsx"), "--year", "2020", "-o", str(desk / "好.xlsx")],
                  ["fill", str(desk / "表.xlsx"), "--year", "2020", "-o", str(desk / "好.docx")]):  # fmt: skip
        done = say("table", *words)
        assert done.exit_code == 1 and "怎么办" in done.output, words
    assert (
        sorted(path.name for path in desk.glob("*.xlsx")) == ["坏.xlsx", "表.xlsx"] and not (desk / "坏.toml").exists()
    )
