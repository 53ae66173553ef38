"""任务分解表: the tasks as an .xlsx to be printed on A4 and sent round. Pure: rows in, bytes out.

Every cell is a text or a number, never a formula. Who took it away, what it covers and how many rows stand under the title.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

# (head, width, whether it stands in the middle)
COLUMNS = (
    ("序号", 5, True), ("报告原句", 34, False), ("任务", 24, False), ("类别", 9, True), ("目标", 13, True), ("牵头领导", 9, True),
    ("牵头单位", 14, True), ("配合单位", 12, True), ("责任人", 9, True), ("完成时限", 11, True), ("现在到了", 13, True), ("亮灯", 7, True),
    ("说明", 18, False),
)  # fmt: skip
_FILLS = {"落后": "#F6CFC8", "稍慢": "#FBE7B5", "正常": "#D5EBDD", "完成": "#CFE0F3", "未启动": "#EDEDED", "已取消": "#EDEDED"}
_FACE = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "vcenter", "border": 1}
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_HEAD = 3  # rows above the first task
_LINE = 13.5  # points that a row of print takes; not every program finds out by itself how tall a row must be


@dataclass(frozen=True)
class Line:
    """A task as the sheet prints it; rows of one sentence stand together and share its cell."""

    sentence: str
    title: str
    sort: str
    target: str
    leader: str
    office: str
    partner: str
    owner: str
    due_on: date
    reached: str
    light: str
    why: str


def breakdown_xlsx(title: str, about: Sequence[tuple[str, str]], lines: Sequence[Line]) -> bytes:
    """The workbook: a merged title, who and what, the heads, a row for each task."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": _EPOCH})
        sheet = book.add_worksheet("任务分解表")
        last = len(COLUMNS) - 1
        sheet.merge_range(0, 0, 0, last, title, book.add_format({"font_name": "黑体", "font_size": 18, "align": "center", "valign": "vcenter"}))
        sheet.set_row(0, 34)
        words = "　　".join(f"{label}：{text}" for label, text in about)
        sheet.merge_range(1, 0, 1, last, words, book.add_format({"font_name": "宋体", "font_size": 10, "align": "left", "valign": "vcenter"}))
        head = book.add_format(_FACE | {"bold": True, "align": "center", "bg_color": "#E8EFEA"})
        for column, (name, width, _) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, name, head)
        sheet.set_row(2, 24)
        _write(book, sheet, lines)
        _set_up(sheet, len(lines))
    return buffer.getvalue()


def _write(book: Workbook, sheet: Worksheet, lines: Sequence[Line]) -> None:
    middle, left = book.add_format(_FACE | {"align": "center"}), book.add_format(_FACE | {"align": "left"})
    lit = {label: book.add_format(_FACE | {"align": "center", "bg_color": colour}) for label, colour in _FILLS.items()}
    for number, one in enumerate(lines):
        row = _HEAD + number
        cells = (
            "", one.title, one.sort, one.target, one.leader, one.office, one.partner, one.owner, one.due_on.isoformat(), one.reached,
            one.light, one.why,
        )  # fmt: skip
        sheet.write_number(row, 0, number + 1, middle)
        for column, text in enumerate(cells, start=1):
            style = lit.get(one.light, middle) if COLUMNS[column][0] == "亮灯" else middle if COLUMNS[column][2] else left
            sheet.write_string(row, column, text, style)
        shared = sum(other.sentence == one.sentence for other in lines)
        tall = max(-(-_rows_of(one.sentence, 1) // shared), *(_rows_of(text, column) for column, text in enumerate(cells, start=1)))
        sheet.set_row(row, _LINE * tall + 5)
    _join_sentences(sheet, lines, left)


def _rows_of(text: str, column: int) -> int:
    """How many rows of print a text takes in its column: a Chinese sign is twice as wide as a digit."""
    wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
    return max(1, -(-wide // max(1, int(COLUMNS[column][1]) - 2)))


def _join_sentences(sheet: Worksheet, lines: Sequence[Line], style: Format) -> None:
    """One cell for the sentence of several tasks."""
    first = 0
    for number in range(1, len(lines) + 1):
        if number < len(lines) and lines[number].sentence == lines[first].sentence:
            continue
        if number - first > 1:
            sheet.merge_range(_HEAD + first, 1, _HEAD + number - 1, 1, lines[first].sentence, style)
        else:
            sheet.write_string(_HEAD + first, 1, lines[first].sentence, style)
        first = number


def _set_up(sheet: Worksheet, count: int) -> None:
    sheet.freeze_panes(_HEAD, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.print_area(0, 0, _HEAD + max(count, 1) - 1, len(COLUMNS) - 1)
