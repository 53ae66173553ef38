"""A ledger's form as the columns of a spreadsheet: which heading means what, and how a cell is read and written. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhenwu.kernel.ledgers.forms import FORGOTTEN, Field, Form, shown
from zhenwu.kernel.ledgers.sheet_files import Cell, Sheet
from zhenwu.lib.problems import Place, Problem, Problems

UNIT, UNTIL, AUTHORITY, NUMBER = "网格/村", "截止日期", "核定情况", "序号"
STANDINGS = {"self": "自报", "reviewed": "初核", "recognised": "县认定"}
LOOKED_AT = 10  # headings stand within the first rows; above them are titles
MOST_FAULTS = 200
_FIRST_SERIAL, _LAST_SERIAL = 366, 73_415  # 1901 to 2100 as a spreadsheet counts days
_ALIASES = {
    "_unit": ("网格", "村", "社区", "村（社区）", "乡镇", "单位", "unit"),
    "_day": ("日期", "occurred_on", "valid_from"),
    "_until": ("valid_until",),
    "_authority": ("authority",),
}


@dataclass(frozen=True)
class Column:
    """One column: a field of the form, or ``_unit``, ``_day``, ``_until``, ``_authority``."""

    id: str
    heading: str
    field: Field | None = None


def columns_of(form: Form) -> list[Column]:
    """The columns of a ledger's sheet, in order."""
    labels = Counter(one.label for one in form.fields)
    found = [Column("_unit", UNIT), Column("_day", form.day_label)]
    for one in form.fields:
        heading = f"{one.label}（{one.unit}）" if one.unit else one.label
        if labels[one.label] > 1 or heading in (UNIT, UNTIL, AUTHORITY, NUMBER, form.day_label):
            heading = f"{one.label}（{one.id}）"
        found.append(Column(one.id, heading, one))
    if form.shape == "stock":
        found.append(Column("_until", UNTIL))
    return [*found, Column("_authority", AUTHORITY)]


@dataclass(frozen=True)
class Masked:
    """A cell that an export masked, or that looks so: no value, but perhaps a way to say "as it was"."""

    text: str


@dataclass(frozen=True)
class SheetRow:
    """A row as read: its number in the file, and by column id what was entered (absent columns are absent)."""

    number: int
    cells: Mapping[str, Any]


def read_rows(form: Form, sheets: Sequence[Sheet], file: str) -> list[SheetRow]:
    """Find the headings, then read every row below; raises ``Problems`` that name file, row and column."""
    sheet, at, columns = _headings(form, sheets, Place(file))
    number = sheet.rows[at][0]
    for first, last in sheet.merged:
        if last >= number:
            where = f"第 {first} 行" if first == last else f"第 {first} 到 {last} 行"
            remedy = "取消合并，把每一格都填上，再导入。"
            raise Problem("sheet.merged", f"{where}有合并的单元格", remedy, Place(file, first))
    faults: list[Problem] = []
    rows = [_read_row(columns, number, cells, file, faults) for number, cells in sheet.rows[at + 1 :] if len(faults) < MOST_FAULTS]
    if faults:
        raise Problems(faults)
    if not rows:
        raise Problem("sheet.no_rows", "标题行下面没有内容", "请检查是不是选错了文件。", Place(file))
    return rows


def write_cell(column: Column, value: Any) -> Cell:
    """A stored value as a cell that ``read_rows`` reads back."""
    one = column.field
    if value is None or one is None:
        return value
    if one.type == "integer" or one.type == "decimal":
        return Decimal(value).scaleb(-one.scale) if one.scale else int(value)
    if one.type == "date":
        return date.fromisoformat(value)
    if one.type == "choice" and Counter(label for _, label in one.choices)[shown(one, value)] > 1:
        return str(value)
    return str(value) if one.type == "polyline" else shown(one, value)


def _headings(form: Form, sheets: Sequence[Sheet], place: Place) -> tuple[Sheet, int, list[Column | None]]:
    """The sheet with the headings, their index among its rows, and the column that each position holds."""
    known = _names(form)
    best = []
    for sheet in sheets:
        counts = [sum(_plain(cell) in known for cell in cells if cell) for _, cells in sheet.rows[:LOOKED_AT]]
        if counts and max(counts) > 0:
            best.append((max(counts), sheet, counts.index(max(counts))))
    listed = "、".join(column.heading for column in columns_of(form))
    if not best:
        raise Problem("sheet.headings", f"没有找到“{form.label}”的标题行", f"标题行应写：{listed}。", place)
    most = max(count for count, _, _ in best)
    best = [one for one in best if one[0] * 2 > most]  # a sheet of explanations names headings too, one to a row
    if len(best) > 1:
        names = "、".join(sheet.name for _, sheet, _ in best)
        raise Problem("sheet.several", f"有几张工作表都像“{form.label}”：{names}", "一个文件只留一张要导入的工作表。", place)
    _, sheet, at = best[0]
    return sheet, at, _match(form, sheet, at, known, place)


def _match(form: Form, sheet: Sheet, at: int, known: Mapping[str, Column], place: Place) -> list[Column | None]:
    number, cells = sheet.rows[at]
    width = max(len(row) for _, row in sheet.rows[at:])
    faults: list[Problem] = []
    columns: list[Column | None] = []
    for position in range(width):
        heading = cells[position] if position < len(cells) else None
        column = known.get(_plain(heading)) if heading is not None else None
        where = Place(place.file, number, str(heading or f"第{position + 1}列"))
        if column is not None and column in columns:
            faults.append(Problem("sheet.twice", f"“{heading}”有两列", "只留一列。", where))
        elif heading is None and any(position < len(row) and row[position] is not None for _, row in sheet.rows[at + 1 :]):
            faults.append(Problem("sheet.no_heading", "这一列有内容，没有标题", "写上标题，或删去这一列。", where))
        elif heading is not None and column is None and _plain(heading) != NUMBER:
            faults.append(_unknown(form, str(heading), where))
        columns.append(column)
    if faults:
        raise Problems(faults)
    return columns


def _unknown(form: Form, heading: str, place: Place) -> Problem:
    label = re.sub(r"\(.*\)", "", _plain(heading))
    one = next((one for one in form.fields if one.unit and one.label == label), None)
    if one:
        return Problem("sheet.unit", f"“{heading}”的计量单位不对", f"这一栏按{one.unit}填，请换算后把标题改成 {one.label}（{one.unit}）。", place)
    listed = "、".join(column.heading for column in columns_of(form))
    return Problem("sheet.unknown_column", f"“{form.label}”没有“{heading[:40]}”这一栏", f"删去这一列，或改成其中之一：{listed}。", place)


def _names(form: Form) -> dict[str, Column]:
    """Every spelling of a heading → its column; the printed headings win, a spelling that two claim means neither."""
    columns = columns_of(form)
    claims: dict[str, list[Column]] = {}
    for column in columns:
        for spelling in _spellings(form, column):
            claims.setdefault(_plain(spelling), []).append(column)
    found = {spelling: holders[0] for spelling, holders in claims.items() if len(set(holders)) == 1}
    return found | {_plain(column.heading): column for column in columns}


def _spellings(form: Form, column: Column) -> list[str]:
    one = column.field
    if one is not None:
        return [one.id, one.label, f"{one.label}({one.id})", f"{one.label}({one.unit})"]
    short = [re.sub(r"[（(].*", "", form.day_label)] if column.id == "_day" else []
    return [column.heading, *short, *_ALIASES[column.id]]


def _plain(heading: Cell) -> str:
    text = re.sub(r"[\s*＊]", "", str(heading))
    return text.replace("（", "(").replace("）", ")")


def _read_row(columns: Sequence[Column | None], number: int, cells: Sequence[Cell], file: str, faults: list[Problem]) -> SheetRow:
    found: dict[str, Any] = {}
    for position, column in enumerate(columns):
        if column is None:
            continue
        cell = cells[position] if position < len(cells) else None
        try:
            found[column.id] = None if cell is None else _reader(column)(cell)
        except Problem as problem:
            faults.append(problem.at(Place(file, number, column.heading)))
    return SheetRow(number, found)


def _reader(column: Column) -> Callable[[Cell], Any]:
    if column.id in ("_day", "_until"):
        return _day
    if column.id == "_authority":
        return _standing
    kind = column.field.type if column.field else "text"
    if kind in ("identity", "name", "phone"):
        return _personal
    if kind == "date":
        return _day
    return _same if kind in ("integer", "decimal", "flag") else _text


def _same(cell: Cell) -> Any:
    return cell


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _personal(cell: Cell) -> str | Masked:
    text = _text(cell)
    if isinstance(cell, int | Decimal) and len(text) > 15:
        raise Problem("sheet.lost_digits", "号码被表格当成了数字，后几位已经丢失", "把这一列的格式设为“文本”，重新填写号码。")
    return Masked(text) if "*" in text or text == FORGOTTEN else text


def _day(cell: Cell) -> Any:
    """A day, a text for the form to read, or a spreadsheet's serial number of a day."""
    if isinstance(cell, str) and re.fullmatch(r"\d{5}", cell):
        cell = int(cell)
    if isinstance(cell, Decimal) and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        cell = int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=cell)
    if isinstance(cell, str):
        return re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?$", "", cell)
    return cell


def _standing(cell: Cell) -> str:
    table = {label: id for id, label in STANDINGS.items()} | {id: id for id in STANDINGS}
    found = table.get(_text(cell))
    if found is None:
        raise Problem("sheet.authority", f"没有“{_text(cell)[:20]}”这种核定情况", "可填：" + "、".join(STANDINGS.values()) + "。")
    return found
