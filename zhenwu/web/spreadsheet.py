"""An .xlsx of rows: who took it, what it covers and how many rows stand above the table.

Every cell is written as text or as a number, never as a formula; a text that begins like one is marked as quoted, so that
it stays a text when somebody edits the cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_WIDE, _NARROW = 40, 10


def write_sheet(title: str, about: Sequence[tuple[str, str]], heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet: the title, lines about the export, a blank line, the heads, the rows."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("台账")
        plain = book.add_format({"valign": "top", "text_wrap": True})
        quoted = book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True})
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EFEA"})
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        for number, (label, text) in enumerate(about, start=1):
            sheet.write_string(number, 0, f"{label}：{text}")
        top = len(about) + 2
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head, bold)
            sheet.set_column(column, column, min(_WIDE, max(_NARROW, 2 * len(head) + 4)))
        for number, row in enumerate(rows, start=top + 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, plain, quoted)
        sheet.freeze_panes(top + 1, 0)
    return buffer.getvalue()


def _write(sheet: Worksheet, row: int, column: int, value: object, plain: object, quoted: object) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, value, plain)
        return
    text = str(value)
    sheet.write_string(row, column, text, quoted if text.startswith(_DANGEROUS) else plain)
