"""A foreign .xlsx filled from the figures: right numbers in the right cells, everything else as it was."""

from __future__ import annotations

import io
import subprocess
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.reports.township import Township
from tests.tables.forms import BY_VILLAGE, blank_form, opened, packed, parts_of, shared_strings_form
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.api import UNKNOWN, FilledTable, fill_table, read_table_bindings
from zhenwu.lib.problems import Problem, Problems
from zhenwu.sdk import Figures, catch_up

PLACES = {"附件1": ("C4", "D4", "C5", "D5"), "主要指标": ("E2", "E3", "E4")}


def filled(content: bytes, bindings: str = BY_VILLAGE, year: int = 2020) -> FilledTable:
    return fill_table(content, read_table_bindings(bindings.encode(), "b.toml"), year, SYSTEM, Figures())


def values(found: FilledTable) -> dict[str, list[object]]:
    book = opened(found.content)
    return {sheet: [book[sheet][cell].value for cell in cells] for sheet, cells in PLACES.items()}


def test_each_village_and_each_figure_gets_its_number_in_the_cells_unit(working: Township) -> None:
    found = filled(blank_form())
    assert values(found) == {"附件1": [8120.5, 1, 4100, 1], "主要指标": [1.22, 1.22205, 4]}
    assert {one.cell: one.value for one in found.cells if one.sheet == "附件1"}["C4"] == Decimal("8120.5")
    assert found.known == 7 and not found.pending


def test_rows_and_columns_inserted_by_the_other_office_do_no_harm(working: Township) -> None:
    form = opened(blank_form())
    sheet = form["主要指标"]
    sheet.insert_rows(2, 3)
    sheet.insert_cols(3)
    moved = blank_form(lambda book: _replace(book, sheet))
    after = opened(filled(moved).content)["主要指标"]
    assert [after[cell].value for cell in ("F5", "F7")] == [1.22, 4]


def test_nothing_but_the_filled_cells_and_the_added_sheet_differs(working: Township) -> None:
    form = blank_form()
    before, after = parts_of(form), parts_of(filled(form).content)
    touched = {name for name in before if before[name] != after[name]}
    assert touched <= {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    }
    assert any(name.startswith("xl/charts/") for name in after) and len(set(after) - set(before)) == 1
    sheet, was = opened(filled(form).content)["附件1"], opened(form)["附件1"]
    assert sheet.merged_cells.ranges == was.merged_cells.ranges
    assert (sheet["C6"].value, sheet["E4"].value, sheet["F4"].value) == (
        "=SUM(C4:C5)",
        "=IF(D4=0,0,C4/D4)",
        "请各镇如实填写",
    )
    assert sheet["C4"].number_format == "#,##0.00" and sheet.row_dimensions[5].hidden
    assert sheet.print_area == was.print_area and sheet.page_setup.orientation == "landscape"
    assert sheet.data_validations.count == 1 and len(sheet.conditional_formatting) == 1


def test_what_nobody_knows_reads_pending_and_says_why(town: Township) -> None:
    found = filled(blank_form())
    assert values(found)["附件1"] == [UNKNOWN] * 4
    assert {one.why for one in found.pending} == {"2020年没有记录"}


def test_formulas_and_texts_of_others_are_left_and_named(working: Township) -> None:
    found = filled(blank_form(lambda book: book["附件1"].__setitem__("D5", "另行上报")))
    assert opened(found.content)["附件1"]["D5"].value == "另行上报"
    assert any("D5" in words and "另行上报" in words for words in found.told)
    total = BY_VILLAGE + '[[figure]]\nsheet = "附件1"\ncell = "C6"\nmetric = "demolition.area"\n'
    kept = filled(blank_form(), total)
    assert opened(kept.content)["附件1"]["C6"].value == "=SUM(C4:C5)" and any(
        "C6 格是公式" in words for words in kept.told
    )


def test_a_table_as_office_programs_write_it_is_filled_too(working: Township) -> None:
    bindings = BY_VILLAGE[: BY_VILLAGE.index('[[figure]]\nsheet = "主要指标"')]
    form = shared_strings_form()
    assert "xl/sharedStrings.xml" in parts_of(form)
    sheet = opened(filled(form, bindings).content)["附件1"]
    assert [sheet[cell].value for cell in ("C4", "D4", "C5", "C6")] == [8120.5, 1, 4100, "=SUM(C4:C5)"]
    assert (
        openpyxl.load_workbook(io.BytesIO(filled(form, bindings).content), data_only=True)["附件1"]["C6"].value is None
    )  # the stale 77


def test_a_village_that_the_table_does_not_list_is_told(working: Township) -> None:
    found = filled(blank_form(lambda book: book["附件1"].__setitem__("B5", "别处")))
    assert any("没有列出：上垟村" in words for words in found.told)


def test_every_filled_cell_has_its_figures_address_on_the_added_sheet(working: Township) -> None:
    found = filled(blank_form())
    rows = {row[1]: row for row in opened(found.content)["取数说明"].iter_rows(values_only=True) if row[1]}
    assert rows["C5"][5] == "demolition.area@2020/上垟村" and rows["E3"][5] == "demolition.completion@2020"
    for address, value in (
        (row[5], row[3]) for row in rows.values() if row[3] and row[3][0].isdigit() and row[0] == "附件1"
    ):
        assert Figures().figure(address).value == Decimal(value)
    assert "按拆除之日计" in rows["C5"][6]


def test_a_filled_table_filled_again_after_a_correction_has_the_new_number_and_one_sheet_of_notes(
    working: Township,
) -> None:
    first = filled(blank_form())
    working.removed("A9", "1000", "2020-08-01", "三网格")
    catch_up()
    again = filled(first.content)
    assert values(again)["附件1"][2:] == [5100, 2]
    assert opened(again.content).sheetnames == ["附件1", "主要指标", "取数说明"]


def test_a_number_without_end_is_rounded_by_the_cells_format_or_as_the_metric_says(working: Township) -> None:
    working.series("demolition.quota", "2020", "9000")
    exact = Fraction("12220.5") / 9000
    with_format, without = (
        filled(blank_form()),
        filled(blank_form(lambda book: setattr(book["主要指标"]["E3"], "number_format", "General"))),
    )
    shown = {one.cell: one.value for one in with_format.cells if one.sheet == "主要指标"}["E3"]
    assert shown is not None and abs(Fraction(shown) - exact) < Fraction(1, 10**13)
    assert {one.cell: one.value for one in without.cells if one.sheet == "主要指标"}["E3"] == Decimal("135.78")


def test_a_formula_that_asks_another_file_keeps_its_result_and_the_person_is_warned(working: Township) -> None:
    parts = parts_of(shared_strings_form())
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"SUM(C4:C5)", b"[1]Sheet1!A1")
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    found = filled(packed(parts), BY_VILLAGE[: BY_VILLAGE.index('[[figure]]\nsheet = "主要指标"')])
    assert b"<v>77</v>" in parts_of(found.content)[sheet] and any("引用别的文件" in words for words in found.told)


def test_a_sheet_of_a_million_rows_and_broad_merges_is_soon_done_or_refused(working: Township) -> None:
    def far(book: Workbook) -> None:
        book["附件1"]["Z1048576"] = "远"

    assert filled(blank_form(far)).known == 7
    parts = parts_of(blank_form())
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b'ref="A1:F1"', b'ref="A1:XFD1048576"'
    )
    with pytest.raises(Problem) as raised:
        filled(packed(parts))
    assert raised.value.code == "table.too_large"


def test_next_years_table_is_found_by_the_year_in_its_heading(working: Township) -> None:
    found = filled(blank_form(), year=2019)
    assert {one.cell for one in found.cells if one.sheet == "主要指标"} == {"D2", "D3", "D4"}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ('sheet = "没有的表"\ncell = "A1"\nmetric = "demolition.area"', "table.no_such_sheet"),
        ('sheet = "附件1"\nrow = "没有的行"\ncolumn = "村名"\nmetric = "demolition.area"', "table.heading"),
        ('sheet = "附件1"\nunits = "村名"\ncolumn = "拆除违法建筑"\nmetric = "demolition.area"', "table.wide"),
        ('sheet = "附件1"\ncell = "A9"\nmetric = "demolition.nothing"', "metric.unknown"),
        ('sheet = "附件1"\ncell = "A9"\nmetric = "demolition.area"\nunit = "户"', "unit.mismatch"),
    ],
)
def test_a_binding_that_finds_no_place_stops_the_filling_and_is_named(working: Township, bad: str, code: str) -> None:
    with pytest.raises(Problems) as raised:
        filled(blank_form(), f"[[figure]]\n{bad}\n")
    assert [one.code for one in raised.value.found] == [code] and raised.value.found[0].remedy


def test_two_numbers_for_one_cell_are_refused(working: Township) -> None:
    with pytest.raises(Problems) as raised:
        filled(blank_form(), BY_VILLAGE + '[[figure]]\nsheet = "附件1"\ncell = "C4"\nmetric = "demolition.area"\n')
    assert raised.value.found[0].code == "table.twice"


def test_a_year_that_has_not_begun_is_refused(working: Township) -> None:
    with pytest.raises(Problem) as raised:
        filled(blank_form(), year=2022)
    assert raised.value.code == "report.ahead"


@pytest.mark.slow
@pytest.mark.calc
def test_sums_and_quotients_are_right_when_an_office_program_opens_the_table(
    working: Township, tmp_path: Path, libreoffice: str
) -> None:
    """A stale sum stands in the form; after opening it must be the sum of what was filled in."""
    form = parts_of(blank_form())
    stale = form["xl/worksheets/sheet1.xml"].replace(b"<f>SUM(C4:C5)</f><v></v>", b"<f>SUM(C4:C5)</f><v>77</v>").replace(
        b"<f>SUM(C4:C5)</f><v/>", b"<f>SUM(C4:C5)</f><v>77</v>"
    )  # fmt: skip
    assert b"<v>77</v>" in stale
    (tmp_path / "填好.xlsx").write_bytes(filled(packed({**form, "xl/worksheets/sheet1.xml": stale})).content)
    command = [
        libreoffice,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(tmp_path / "填好.xlsx")],
        check=True,
        capture_output=True,
        timeout=300,
    )
    book = openpyxl.load_workbook(tmp_path / "out" / "填好.xlsx", data_only=True)
    sheet, figures = book["附件1"], book["主要指标"]
    assert [sheet[cell].value for cell in ("C4", "C5", "C6", "D6", "E4")] == [8120.5, 4100, 12220.5, 2, 8120.5]
    assert [figures[cell].value for cell in ("E2", "E3", "E7")] == [1.22, 1.22205, 0.61]


def _replace(book: Workbook, sheet: object) -> None:
    title = sheet.title  # type: ignore[attr-defined]
    del book[title]
    new = book.create_sheet(title)
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        for cell in row:
            if cell.value is not None:
                new.cell(cell.row, cell.column, cell.value)
