"""Spreadsheet files as rows of cells, trusting nothing in them; and rows of cells as files. Pure.

A cell is a text, a whole number, a ``Decimal``, a day, a flag or None. Numbers keep the fifteen digits a spreadsheet shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhenwu.kernel.ledgers.sheet_packages import refuse_dangers
from zhenwu.lib.problems import Place, Problem

Cell = str | int | Decimal | date | bool | None

MAX_BYTES = 40 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 300
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")
_SAVE_AS = "用表格软件打开，另存为 .xlsx 再导入。"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, and its rows that are not empty, each with its number in the file (from 1).

    ``merged`` are ranges of merged cells: (first row, last row), from 1.
    """

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    merged: tuple[tuple[int, int], ...] = ()


def read_file(content: bytes, name: str) -> list[Sheet]:
    """The visible sheets of an .xlsx, or the one of a .csv; raises ``Problem`` for anything else."""
    place = Place(name)
    if len(content) > MAX_BYTES:
        raise Problem("sheet.too_large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", "请分成几个文件导入。", place)
    if not content.strip():
        raise Problem("sheet.empty", "文件是空的", "请检查是不是选错了文件。", place)
    if content.startswith(_OLE):
        raise _old_or_encrypted(content, place)
    if content.startswith(b"PK"):
        return _read_workbook(content, place)
    if content.lstrip()[:1] == b"<":
        raise Problem("sheet.web_page", "这是一张网页，不是真正的表格文件", _SAVE_AS, place)
    return [_read_csv(content, place)]


def write_workbook(title: str, rows: Iterable[Sequence[Cell]], about: Sequence[tuple[str, str]] = (), texts: Sequence[int] = ()) -> bytes:
    """An .xlsx: the first row is the headings. ``about`` is printed on a second sheet; ``texts`` are columns of text."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        bold, day, text = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "", title)[:31] or "台账")
        for column in texts:
            sheet.set_column(column, column, 20, text)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write_cell(sheet, at, column, cell, bold if at == 0 else None, day)
        sheet.freeze_panes(1, 0)
        if about:
            notes = book.add_worksheet("说明")
            notes.set_column(0, 1, 30)
            for at, (label, value) in enumerate(about):
                notes.write_string(at, 0, label)
                notes.write_string(at, 1, value)
    return out.getvalue()


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """A .csv that spreadsheet programs open in Chinese (UTF-8 with its mark), with no cell that could run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, bold: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | Decimal):
        if len(re.sub(r"\D", "", f"{cell:f}")) > 15:  # more digits than a spreadsheet keeps
            sheet.write_string(row, column, f"{cell:f}")
        else:
            sheet.write_number(row, column, cell)
    elif isinstance(cell, date):
        if cell.year > 1900:
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)
        else:
            sheet.write_string(row, column, cell.isoformat())
    else:
        sheet.write_string(row, column, cell, bold)


def _harmless(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _old_or_encrypted(content: bytes, place: Place) -> Problem:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Problem("sheet.encrypted", "表格设了打开密码", "用表格软件打开，去掉密码后另存为 .xlsx 再导入。", place)
    return Problem("sheet.old", "这是旧格式的表格（.xls 或 .et）", _SAVE_AS, place)


def _read_workbook(content: bytes, place: Place) -> list[Sheet]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    names = refuse_dangers(content, place, MAX_ROWS, MAX_COLUMNS)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [about.name for about in book.sheets_metadata if about.visible == SheetVisibleEnum.Visible and about.name in names]
        return [_sheet_of(book.get_sheet_by_name(name)) for name in shown]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a damaged file makes the reader panic, which is no Exception
        raise Problem("sheet.damaged", "表格文件打不开，可能已损坏", _SAVE_AS, place) from error


def _sheet_of(sheet: Any) -> Sheet:
    rows = []
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = tuple(_cell(value) for value in row)
        if any(cell is not None for cell in cells):
            rows.append((number, cells))
    merged = tuple((first[0] + 1, last[0] + 1) for first, last in sheet.merged_cell_ranges or ())
    return Sheet(sheet.name, tuple(rows), merged)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        shown = Decimal(f"{value:.15g}")
        return int(shown) if shown == shown.to_integral_value() and abs(shown) < 10**22 else shown
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int | date):
        return value
    text = str(value).replace("\r\n", "\n").strip()
    return text or None


def _read_csv(content: bytes, place: Place) -> Sheet:
    text = _decoded(content, place)
    if "\0" in text:
        raise Problem("sheet.unknown", "这不是表格文件", "可以导入 .xlsx 和 .csv。", place)
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    rows = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1):
            if number > MAX_ROWS or len(row) > MAX_COLUMNS:
                raise Problem("sheet.too_long", f"超过 {MAX_ROWS} 行或 {MAX_COLUMNS} 列", "请分成几个文件导入。", place)
            cells = tuple(_unquoted(cell) for cell in row)
            if any(cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise Problem("sheet.csv", "引号没有配对，或一格文字太长", "用表格软件打开，另存为 .xlsx 再导入。", place) from error
    return Sheet(place.file, tuple(rows))


def _decoded(content: bytes, place: Place) -> str:
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("sheet.encoding", "文字编码认不出来", "另存为 .xlsx，或 UTF-8 编码的 .csv。", place)


def _unquoted(cell: str) -> str | None:
    if cell[:1] == "'" and cell[1:].startswith(_FORMULA_SIGNS):
        cell = cell[1:]
    return cell.replace("\r\n", "\n").strip() or None
