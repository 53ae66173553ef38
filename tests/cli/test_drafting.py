"""`zhenwu report takeback` as 老周 sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from lxml import etree

from tests.cli.township import ROWS, found_township, say
from tests.reports.drafts.word import W, edited
from zhenwu.kernel.reports.docx_template import read_docx

pytestmark = pytest.mark.django_db
TEMPLATE = """+++
拆违 = {metric = "demolition.area", period = "year", unit = "平方米", decimals = 1}
+++
全年拆除违法建筑⟦拆违⟧平方米。
"""


@pytest.fixture
def town(tmp_path: Path, settings: object) -> Path:
    """A township with two structures, a template, and the report that went out."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    (tmp_path / "rows.csv").write_text(ROWS.replace("二网格", "010102"), encoding="gbk")
    say("ledger", "import", "demolition.structure", str(tmp_path / "rows.csv"), "--as", "laozhou")
    (tmp_path / "t.md").write_text(TEMPLATE, encoding="utf-8")
    assert say("report", "fill", str(tmp_path / "t.md"), "--year", "2020", "-o", str(tmp_path / "原稿.docx")).exit_code == 0
    return tmp_path


def change(town: Path, old: str, new: str) -> None:
    def retype(root: etree._Element) -> None:
        for node in root.iter(W + "t"):
            node.text = (node.text or "").replace(old, new)

    (town / "改稿.docx").write_bytes(edited((town / "原稿.docx").read_bytes(), retype))


def takeback(town: Path, *more: str) -> Result:
    return say("report", "takeback", str(town / "改稿.docx"), "--against", str(town / "原稿.docx"), "--template", str(town / "t.md"), "--year", "2020", "-o", str(town / "新稿.docx"), *more)


def text(town: Path) -> str:
    return read_docx((town / "新稿.docx").read_bytes()).text


def test_edited_words_come_back_with_refreshed_figures(town: Path) -> None:
    change(town, "全年拆除", "一年来，全镇拆除")
    (town / "more.csv").write_text("图斑号,网格,日期,建筑面积,状态\nB1,一网格,2020-03-01,5,已拆除\n")
    say("ledger", "import", "demolition.structure", str(town / "more.csv"), "--as", "laozhou")
    done = takeback(town)
    assert done.exit_code == 0, done.output
    assert text(town) == "一年来，全镇拆除违法建筑155.5平方米。"
    assert "150.5 → 155.5" in done.output and "内容控件 1 个" in done.output


def test_a_changed_figure_stops_everything_and_names_three_ways_out(town: Path) -> None:
    change(town, "150.5", "200")
    done = takeback(town)
    assert done.exit_code == 1 and not (town / "新稿.docx").exists()
    for words in ("--approximate 1", "--leave-out 1", "zhenwu explain demolition.area@2020", "draft.figure_changed"):
        assert words in done.output


@pytest.mark.parametrize(("way", "printed"), [("--approximate", "全年拆除违法建筑约150平方米。"), ("--leave-out", "全年拆除违法建筑。")])
def test_each_way_out_writes_the_new_draft(town: Path, way: str, printed: str) -> None:
    change(town, "150.5", "200")
    assert takeback(town, way, "1").exit_code == 0
    assert text(town) == printed


def test_the_installed_report_is_recognised_by_its_figures(town: Path) -> None:
    sent, new = str(town / "年报.docx"), str(town / "新年报.docx")
    say("report", "fill", "report.annual", "--year", "2020", "-o", sent)
    done = say("report", "takeback", sent, "--against", sent, "--year", "2020", "-o", new)
    assert done.exit_code == 0, done.output
    assert read_docx(Path(new).read_bytes()).text == read_docx(Path(sent).read_bytes()).text


@pytest.mark.parametrize("target", ["改稿.docx", "原稿.docx", "新稿.pdf"])
def test_neither_the_edited_nor_the_original_is_written_over(town: Path, target: str) -> None:
    change(town, "全年", "一年来")
    before = (town / "改稿.docx").read_bytes(), (town / "原稿.docx").read_bytes()
    done = say("report", "takeback", str(town / "改稿.docx"), "--against", str(town / "原稿.docx"), "--year", "2020", "-o", str(town / target))
    assert done.exit_code == 1 and before == ((town / "改稿.docx").read_bytes(), (town / "原稿.docx").read_bytes())


def test_a_hostile_file_leaves_nothing_and_no_traceback(town: Path) -> None:
    (town / "改稿.docx").write_bytes(b"PK\x03\x04 broken")
    done = takeback(town)
    assert done.exit_code == 1 and "docx.damaged" in done.output and "Traceback" not in done.output
    assert not (town / "新稿.docx").exists()
