"""Ledgers through spreadsheets: what goes out comes back the same, and a bad file is named by row and column."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.kernel.ledgers.forms import make_form
from zhenwu.kernel.ledgers.sheet_columns import Masked, columns_of, read_rows, write_cell
from zhenwu.kernel.ledgers.sheet_files import Cell, read_file, write_csv, write_workbook
from zhenwu.lib.problems import Problem, Problems

BODY = {
    "key": "tea.garden", "label": "茶园台账", "pack": "tea", "unit_level": "grid", "shape": "stock", "key_fields": ["code"],
    "day_label": "登记日期", "subject": "id_number",
    "fields": [
        {"id": "code", "label": "编号", "type": "text", "required": True},
        {"id": "area", "label": "面积", "type": "decimal", "unit": "亩", "scale": 3},
        {"id": "trees", "label": "株数", "type": "integer", "unit": "株"},
        {"id": "kind", "label": "品种", "type": "choice", "choices": [["white", "白茶"], ["red", "红茶"]]},
        {"id": "planted", "label": "栽种日期", "type": "date"},
        {"id": "organic", "label": "有机", "type": "flag"},
        {"id": "id_number", "label": "身份证号", "type": "identity"},
        {"id": "head", "label": "户主", "type": "name"},
        {"id": "note", "label": "说明", "type": "text"},
    ],
}  # fmt: skip
FORM = make_form(BODY)

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=30).map(str.strip)
STORED = st.fixed_dictionaries({
    "code": TEXTS.filter(bool),
    "area": st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    "trees": st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    "kind": st.sampled_from([None, "white", "red"]),
    "planted": st.none() | st.dates(date(1850, 1, 1), date(2090, 12, 31)).map(date.isoformat),
    "organic": st.sampled_from([None, True, False]),
    "note": st.none() | TEXTS.filter(bool) | st.sampled_from(["=1+1", "'=x", "-5", "@a", "_x0041_", "2020-01-01", "true", "a\nb"]),
})  # fmt: skip


@pytest.mark.parametrize("write", [write_workbook, write_csv], ids=["xlsx", "csv"])
@settings(max_examples=40)
@given(rows=st.lists(STORED, min_size=1, max_size=4))
def test_what_is_exported_is_imported_the_same(write: object, rows: list[dict]) -> None:
    columns = [column for column in columns_of(FORM) if column.id not in ("id_number", "head")]
    table = [[column.heading for column in columns]]
    for row in rows:
        values = {**row, "_unit": "一网格", "_day": date(2020, 3, 1), "_until": None, "_authority": "自报"}
        table.append([write_cell(column, values.get(column.id)) for column in columns])
    content = write("茶园", table) if write is write_workbook else write_csv(table)
    read = read_rows(FORM, read_file(content, "茶园"), "茶园")
    assert [back(one.cells) for one in read] == rows
    assert all(one.cells["_unit"] == "一网格" and one.cells["_authority"] == "self" for one in read)


def back(cells: dict) -> dict:
    stored = FORM.read({name: value for name, value in cells.items() if not name.startswith("_")}).data
    return {name: stored.get(name) for name in ("code", "area", "trees", "kind", "planted", "organic", "note")}


def book(*rows: list, merge: str = "", sheet: str = "表") -> bytes:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    if merge:
        made.active.merge_cells(merge)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def codes(content: bytes, name: str = "茶园.xlsx") -> list[str]:
    try:
        read_rows(FORM, read_file(content, name), name)
    except Problems as problems:
        return [problem.code for problem in problems.found]
    except Problem as problem:
        return [problem.code]
    return []


def cells(content: bytes, name: str = "茶园.xlsx") -> dict[str, Cell]:
    [row] = read_rows(FORM, read_file(content, name), name)
    return dict(row.cells)


def test_headings_may_be_labels_or_ids_below_a_merged_title() -> None:
    content = book(["云岭镇茶园情况"], ["序号", "code", "网格", "登记日期", "面积（亩）*"], [1, "T1", "一网格", "2020-3-1", 2.5], merge="A1:E1")
    assert cells(content) == {"code": "T1", "_unit": "一网格", "_day": "2020-3-1", "area": Decimal("2.5")}


def test_a_day_may_be_a_serial_number_a_day_or_a_moment() -> None:
    assert cells(book(["编号", "栽种日期"], ["T1", 43891]))["planted"] == date(2020, 3, 1)
    assert cells(book(["编号", "栽种日期"], ["T1", date(2020, 3, 1)]))["planted"] == date(2020, 3, 1)
    assert cells("编号,栽种日期\nT1,2020-03-01 00:00:00\n".encode(), "a.csv")["planted"] == "2020-03-01"


def test_a_number_in_a_column_of_text_stays_as_typed() -> None:
    assert cells(book(["编号", "说明"], [12, 13812345678.0])) == {"code": "12", "note": "13812345678"}


def test_an_identity_number_that_lost_its_last_digits_is_refused() -> None:
    assert codes(book(["编号", "身份证号"], ["T1", 331121198001010014])) == ["sheet.lost_digits"]


@pytest.mark.parametrize("text", ["王**", "（已删除）", "*"])
def test_masked_names_of_an_export_are_not_read_as_names(text: str) -> None:
    assert cells(book(["编号", "户主"], ["T1", text]))["head"] == Masked(text)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_a_csv_may_come_in_any_encoding_of_an_office(encoding: str) -> None:
    assert cells("编号,户主\nT1,王小明\n".encode(encoding), "a.csv")["head"] == "王小明"


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    rows = read_rows(FORM, read_file("编号\n\nT1\n,\nT2\n".encode(), "a.csv"), "a.csv")
    assert [row.number for row in rows] == [3, 5]


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("sheet.twice", [["编号", "面积", "area"], ["T1", 1, 2]]),
        ("sheet.unknown_column", [["编号", "备注"], ["T1", "x"]]),
        ("sheet.unit", [["编号", "面积（平方米）"], ["T1", 1]]),
        ("sheet.no_heading", [["编号", None], ["T1", "x"]]),
        ("sheet.headings", [["甲", "乙"], ["T1", "x"]]),
        ("sheet.no_rows", [["编号", "面积"]]),
        ("sheet.uncounted", [["编号", "面积"], ["T1", "=1+1"]]),
    ],
)
def test_a_sheet_that_cannot_be_read_faithfully_is_refused(code: str, rows: list[list]) -> None:
    assert codes(book(*rows)) == [code]


def test_a_formula_that_failed_is_named_by_its_cell() -> None:
    content = write_workbook("表", [["编号", "面积"], ["T1", Decimal(1)]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            body = old.read(part).replace(b'<c r="B2"><v>1</v></c>', b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
            new.writestr(part, body)
    with pytest.raises(Problem) as told:
        read_file(out.getvalue(), "茶园.xlsx")
    assert (told.value.code, told.value.place.row, told.value.place.column) == ("sheet.error", 2, "B2")


def test_merged_cells_among_the_rows_are_refused_by_row() -> None:
    content = book(["编号", "说明"], ["T1", "x"], ["T2", None], merge="B2:B3")
    with pytest.raises(Problem) as told:
        read_rows(FORM, read_file(content, "茶园.xlsx"), "茶园.xlsx")
    assert (told.value.code, told.value.place.row) == ("sheet.merged", 2)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("sheet.empty", b"  \n"),
        ("sheet.old", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600),
        ("sheet.encrypted", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")),
        ("sheet.web_page", b"<html><table></table></html>"),
        ("sheet.damaged", b"PK\x03\x04 and then nothing"),
        ("sheet.unknown", b"a,b\0c"),
        ("sheet.csv", '编号\n"T1'.encode()),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_a_remedy(code: str, content: bytes) -> None:
    with pytest.raises(Problem) as told:
        read_file(content, "茶园.xlsx")
    assert told.value.code == code
    assert told.value.remedy


def test_a_cell_a_million_rows_down_does_not_fill_the_memory() -> None:
    made = openpyxl.Workbook()
    made.active["A1"], made.active["XFD1048576"] = "编号", "x"
    out = io.BytesIO()
    made.save(out)
    assert codes(out.getvalue()) == ["sheet.too_long"]


@settings(max_examples=60)
@given(junk=st.binary(max_size=200), cut=st.integers(0, 6000))
def test_a_damaged_file_is_a_problem_and_nothing_else(junk: bytes, cut: int) -> None:
    whole = book(["编号"], ["T1"])
    for content in (junk, whole[:cut] + junk + whole[cut + len(junk) :]):
        codes(content)


def test_no_cell_of_a_csv_runs_as_a_formula() -> None:
    out = write_csv([["编号"], ["=cmd|' /C calc'!A0"], ["@SUM(1)"], [Decimal("-5")]]).decode("utf-8-sig")
    assert out.splitlines()[1:] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "-5"]
