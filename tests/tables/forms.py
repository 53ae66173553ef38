"""Foreign tables for the tests, as other offices lay them out: merged headings, formulas, formats, several sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

VILLAGES = ("深塘村", "上垟")  # the second without the word for village, as offices write it
BY_VILLAGE = """
label = "拆违情况"
[[figure]]
sheet = "附件1"
units = "村名"
column = ["拆除违法建筑", "面积（平方米）"]
metric = "demolition.area"
[[figure]]
sheet = "附件1"
units = "村名"
column = ["拆除违法建筑", "处数"]
metric = "demolition.removed"
[[figure]]
sheet = "主要指标"
row = "拆违任务完成率"
column = "{year}年"
metric = "demolition.completion"
[[figure]]
sheet = "主要指标"
row = "拆除违法建筑面积"
column = "{year}年"
metric = "demolition.area"
unit = "万平方米"
decimals = 2
[[figure]]
sheet = "主要指标"
row = "在册低收入农户人数"
column = "{year}年"
metric = "household.people"
"""


def blank_form(change: Callable[[Workbook], None] | None = None) -> bytes:
    """Two sheets: villages down with a sum, a hidden row and a chart; figures down with a column a year and a share of them."""
    book = Workbook()
    _villages(book.active)
    _figures(book.create_sheet("主要指标"))
    if change:
        change(book)
    return saved(book)


def shared_strings_form() -> bytes:
    """The villages' sheet as office programs write it: its texts once, in a part of their own, headings in two fonts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold, whole = (
            book.add_worksheet("附件1"),
            book.add_format({"bold": True}),
            book.add_format({"num_format": "0"}),
        )
        sheet.merge_range("B2:B3", "村  名")
        sheet.merge_range("C2:D2", "拆除违法建筑")
        sheet.write_rich_string("C3", "面积", bold, "（平方米）")
        sheet.write("D3", "处数")
        for row, village in enumerate(VILLAGES, start=3):
            sheet.write(row, 1, village)
            sheet.write_blank(row, 3, None, whole)
        sheet.write_formula("C6", "=SUM(C4:C5)", None, 77)
        book.add_worksheet("空表")
    return out.getvalue()


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _villages(sheet: Worksheet) -> None:
    sheet.title = "附件1"
    sheet["A1"] = "2020年拆违情况统计表"
    sheet.merge_cells("A1:F1")
    for heading, cells in (
        ("序号", "A2:A3"),
        ("村名", "B2:B3"),
        ("拆除违法建筑", "C2:D2"),
        ("平均每处", "E2:E3"),
        ("备注", "F2:F3"),
    ):
        sheet[cells.partition(":")[0]] = heading
        sheet.merge_cells(cells)
    sheet["C3"], sheet["D3"] = "面积\n（平方米）", "处 数"
    for row, village in enumerate(VILLAGES, start=4):
        sheet.cell(row, 1, row - 3)
        sheet.cell(row, 2, village)
        sheet.cell(row, 3).number_format = "#,##0.00"
        sheet.cell(row, 5, f"=IF(D{row}=0,0,C{row}/D{row})")
    sheet.row_dimensions[5].hidden = True
    sheet["B6"], sheet["C6"], sheet["D6"] = "合计", "=SUM(C4:C5)", "=SUM(D4:D5)"
    sheet["F4"] = "请各镇如实填写"
    sheet.print_area = "A1:F6"
    sheet.page_setup.orientation = "landscape"
    sheet.conditional_formatting.add(
        "C4:C5", CellIsRule(operator="greaterThan", formula=["100"], fill=PatternFill("solid", bgColor="FFC7CE"))
    )
    check = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
    check.add("C4:D5")
    sheet.add_data_validation(check)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=3, max_row=5), titles_from_data=True)
    sheet.add_chart(chart, "H2")


def _figures(sheet: Worksheet) -> None:
    for column, text in enumerate(("指标名称", "计量单位", "代码", "2019年", "2020年"), start=1):
        sheet.cell(1, column, text)
    rows = (
        ("拆除违法建筑面积", "万平方米"),
        ("拆违任务完成率", "%"),
        ("在册低收入农户人数", "人"),
        ("规上工业增加值", "万元"),
    )
    for row, (label, unit) in enumerate(rows, start=2):
        sheet.cell(row, 1, label)
        sheet.cell(row, 2, unit)
        sheet.cell(row, 3, f"{row:02d}")
    sheet["E3"].number_format = "0.0%"
    sheet["A7"], sheet["E7"] = "面积的一半", "=E2/2"
