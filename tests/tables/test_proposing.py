"""What the headings of a foreign table suggest: right where it is plain, open where it is not."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from tests.reports.township import Township
from tests.tables.forms import blank_form, opened, packed, parts_of
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.api import Proposal, fill_table, propose_bindings, read_table_bindings
from zhenwu.sdk import Figures


def proposed(content: bytes) -> Proposal:
    return propose_bindings(content, "拆违.xlsx", 2020, Figures())


def bound(found: Proposal) -> dict[str, tuple[str, str, str]]:
    return {f"{one.sheet} · {one.words}": (one.metric, one.period, one.unit) for one in found.bindings.figures}


def test_headings_that_name_a_metric_are_bound_with_their_unit_and_period(town: Township) -> None:
    assert bound(proposed(blank_form())) == {
        "附件1 · 拆除违法建筑/面积(平方米)": ("demolition.area", "year", "平方米"),
        "附件1 · 拆除违法建筑/处数": ("demolition.removed", "year", "处"),
        "主要指标 · 拆除违法建筑面积 · {year}年": ("demolition.area", "year", "万平方米"),
        "主要指标 · 拆除违法建筑面积 · {year-1}年": ("demolition.area", "year-1", "万平方米"),
        "主要指标 · 拆违任务完成率 · {year}年": ("demolition.completion", "year", "%"),
        "主要指标 · 拆违任务完成率 · {year-1}年": ("demolition.completion", "year-1", "%"),
        "主要指标 · 在册低收入农户人数 · {year}年": ("household.people", "year", "人"),
        "主要指标 · 在册低收入农户人数 · {year-1}年": ("household.people", "year-1", "人"),
    }  # fmt: skip


def test_what_is_not_bound_is_listed_with_its_reason(town: Township) -> None:
    found = proposed(blank_form())
    assert {one.words for one in found.open} >= {"规上工业增加值 · {year}年", "规上工业增加值 · {year-1}年"}
    assert all(one.why for one in found.open)


def test_a_unit_that_does_not_fit_is_never_bound(town: Township) -> None:
    def in_households(book: Workbook) -> None:
        book["主要指标"]["B2"] = "户"

    found = proposed(blank_form(in_households))
    assert "主要指标 · 拆除违法建筑面积 · {year}年" not in bound(found)
    assert any("“户”对不上" in one.why for one in found.open)


def test_the_proposed_file_fills_the_table_as_it_stands(working: Township) -> None:
    form, text = blank_form(), proposed(blank_form()).toml
    found = fill_table(form, read_table_bindings(text.encode(), "b.toml"), 2020, SYSTEM, Figures())
    book = opened(found.content)
    assert [book["附件1"][cell].value for cell in ("C4", "D4", "C5")] == [8120.5, 1, 4100]
    assert book["主要指标"]["E2"].value == 1.22205 and book["主要指标"]["E3"].value == 1.22205
    assert "# 没有关联：主要指标 · 规上工业增加值" in text


def test_headings_that_try_to_write_into_the_file_stay_headings(town: Township) -> None:
    def hostile(book: Workbook) -> None:
        book["主要指标"]["A2"] = '拆除违法建筑面积"\n]\n[[figure]]\nmetric = "household.people'

    parts = parts_of(blank_form(hostile))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        'name="主要指标"'.encode(), 'name="表&#10;[[figure]]&#10;"'.encode()
    )
    text = proposed(packed(parts)).toml
    assert text.count("[[figure]]\n") == len(read_table_bindings(text.encode(), "b.toml").figures) > 0
    for one in read_table_bindings(text.encode(), "b.toml").figures:
        assert one.metric.startswith(("demolition.", "household."))
