"""A sender's table, row by row: where its headings stand, and what each row says. Only the layouts are looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from zhenwu.kernel.exchanges.exchange import KEEP, MANY, Column, Exchange
from zhenwu.kernel.exchanges.layouts import Layout, headings_of, known_columns, layout_of
from zhenwu.kernel.ledgers.api import read_day, read_file
from zhenwu.lib.calendars import DAY, Calendar
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.clocks import Term, due
from zhenwu.lib.masking import mask_name, mask_numbers
from zhenwu.lib.problems import Place, Problem

LOOKED_AT = 10  # headings stand within the first rows; above them are titles
MOST_FAULTS = 200
LONGEST_REST = 4000
_TRUE = re.compile(r"是|√|1|y|yes|true|有", re.IGNORECASE)
_FALSE = re.compile(r"否|×|x|0|n|no|false|无|未.*|不.*|-|/|—", re.IGNORECASE)
_ABSENT = re.compile(r"匿名|保密|无|不详|未知|未留|不愿.*|-+|/|—+|0+")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_SPAN = re.compile(r"(\d{1,3})(?:个?(工作日|自然日|天|日)|个(月))(?:内|以内)?")


@dataclass(frozen=True)
class Item:
    """A row of the sender's table. ``data`` are fields of the ledger as it takes them, free of numbers of persons in its texts."""

    row: int
    number: str
    day: date
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A sender's table: its sheet, its layout, and by row number the cells."""

    sheet: str
    layout: Layout
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    file: str = field(default="")

    def cell(self, cells: tuple[Any, ...], meaning: str) -> Any:
        at = self.layout.at(meaning)
        return cells[at - 1] if at is not None and at <= len(cells) else None

    def place(self, row: int, meaning: str = "") -> Place:
        """Where something of a row stands: file, row, column, sheet."""
        return Place(self.file, row, self.layout.heading(meaning) if meaning else "", self.sheet)


def read_table(exchange: Exchange, content: bytes, name: str, layout: str) -> Table:
    """The one sheet of a file with a column for the sender's numbers; raises ``Problem``."""
    known, best, item = known_columns(exchange, layout), [], exchange.item
    for sheet in read_file(content, name):
        for at, (_, cells) in enumerate(sheet.rows[:LOOKED_AT]):
            found = layout_of(exchange, layout, headings_of(cells), known, Place(name, key=sheet.name))
            told = sum(meaning not in MANY for *_, meaning in found.columns)
            if found.at(exchange.number) is not None and told > 1:
                best.append((told, sheet, at, found))
                break
    if not best:
        label = exchange.labels[exchange.number]
        remedy = f"标题行要有{label}这一栏；叫法不同的，在“{exchange.layouts_label}”里写上它对应{label}。"
        raise Problem("exchange.headings", f"没有找到写着“{label}”的标题行", remedy, Place(name))
    if len(best) > 1:
        names = "、".join(sheet.name for _, sheet, *_ in best)
        raise Problem("exchange.several", f"有几张工作表都像{item}表：{names}", f"一个文件只留一张{item}表。", Place(name))
    _, sheet, at, found = best[0]
    rows = tuple((number, cells) for number, cells in sheet.rows[at + 1 :])
    if not rows:
        raise Problem("exchange.no_rows", f"标题行下面没有{item}", "请检查是不是选错了文件。", Place(name, key=sheet.name))
    return Table(sheet.name, found, rows, name)


def read_items(exchange: Exchange, table: Table, calendar: Calendar) -> tuple[list[Item], list[Problem]]:
    """The rows as the sender's items, and all that is wrong with them."""
    items: list[Item] = []
    faults: list[Problem] = []
    for row, cells in table.rows:
        told, known = dict[str, Any](), len(faults)
        for column in exchange.columns:
            if table.layout.at(column.id) is None:
                continue
            try:
                told[column.id] = _READERS[column.read](table.cell(cells, column.id), column, exchange)
            except Problem as problem:
                faults.append(problem.at(table.place(row, column.id)))
        try:
            if len(faults) == known:
                items.append(_item(exchange, table, row, cells, told, calendar))
        except Problem as problem:
            faults.append(problem)
        if len(faults) >= MOST_FAULTS:
            break
    return items, faults


def _item(exchange: Exchange, table: Table, row: int, cells: tuple[Any, ...], told: dict[str, Any], calendar: Calendar) -> Item:
    number, item = told.get(exchange.number), exchange.item
    if not number:
        label = exchange.labels[exchange.number]
        remedy = f"补上编号；不是{item}的行（合计、说明）请删去。"
        raise Problem("exchange.no_number", f"这一行没有{label}", remedy, table.place(row, exchange.number))
    day = next((told[name] for name in exchange.day if told.get(name)), None)
    if day is None:
        words = "和".join(exchange.labels[name] for name in exchange.day)
        several = len(exchange.day) > 1
        message, remedy = (f"{words}都没有", "补上其中一个。") if several else (f"没有{words}", "请补上。")
        raise Problem("exchange.no_day", message, remedy, table.place(row, exchange.day[0]))
    for column in exchange.columns:
        if column.read == "until" and column.id in told:
            until = told[column.id] = _due(told[column.id], told.get(column.since) or day, calendar)
            if until is not None and until < day:
                message = f"{exchange.labels[column.id]} {until} 早于{exchange.day_label} {day}"
                raise Problem("exchange.due_before", message, "请核对这两栏。", table.place(row, column.id))
    data = _masked(exchange, told, _rest(table, cells))
    return Item(row, number, day, {**data, exchange.layout: table.layout.name} if exchange.layout else data)


def _masked(exchange: Exchange, told: Mapping[str, Any], rest: str) -> dict[str, Any]:
    """What may be stored: no number of a person in a text; a telephone found in texts goes to a field that seals it."""
    names = {one.said: told.get(one.id) or "" for one in exchange.columns if one.read == "person"}
    phones: list[str] = []
    found = {one.id: told[one.id] for one in exchange.columns if one.stored and one.id in told}
    texts = {one.id: (told[one.id], one.longest) for one in exchange.columns if one.stored and one.read == "text" and one.id in told}
    if exchange.rest:
        texts[exchange.rest] = (rest or None, LONGEST_REST)
    for key, (text, longest) in texts.items():
        masked = mask_numbers(text) if text else None
        phones += masked.phones if masked else ()
        said = masked.text if masked else ""
        for word, name in names.items():
            said = mask_name(said, name, word)
        found[key] = said[:longest] if masked else None
    if exchange.spare_phone:
        known = {told.get(name) for name in exchange.of_kind("phone")}
        found[exchange.spare_phone] = next((one for one in phones if one not in known and _PHONE.fullmatch(one)), None)
    return found


def _rest(table: Table, cells: tuple[Any, ...]) -> str:
    kept = [(heading, cells[at - 1]) for at, heading, meaning in table.layout.columns if meaning == KEEP and at <= len(cells)]
    return "\n".join(f"{heading}：{text}" for heading, cell in kept if (text := text_of(cell)))


def text_of(cell: Any) -> str | None:
    """A cell as it is printed, without what cannot be shown; None for an empty one."""
    if cell is None:
        return None
    text = ("是" if cell else "否") if isinstance(cell, bool) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return "".join(sign for sign in text.strip() if sign.isprintable() or sign == "\n") or None


def _text(cell: Any, column: Column, exchange: Exchange) -> str | None:
    return text_of(cell)


def _number(cell: Any, column: Column, exchange: Exchange) -> str | None:
    label = exchange.labels[column.id]
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and len(f"{cell:f}") > 15:
        raise Problem("exchange.lost_digits", f"{label}被表格当成了数字，后几位已经丢失", f"请{exchange.sender}按“文本”导出这一列。")
    text = text_of(cell)
    if text and (len(text) > column.longest or "\n" in text):
        raise Problem("exchange.number", f"{label}太长或换了行", f"一行一个编号，不超过{column.longest}字。")
    return text


def _person(cell: Any, column: Column, exchange: Exchange) -> str | None:
    text = text_of(cell)
    return None if text is None or _ABSENT.fullmatch(text) or "*" in text else text[:60]


def _phone(cell: Any, column: Column, exchange: Exchange) -> str | None:
    """A telephone number; None for what the sender hid or nobody left."""
    text = (text_of(cell) or "").replace(" ", "").replace("－", "-").removeprefix("+86")
    if not text or _ABSENT.fullmatch(text) or "*" in text:
        return None
    mobile = text.replace("-", "") if text.startswith("1") else text
    if not _PHONE.fullmatch(mobile):
        raise Problem("exchange.phone", "电话号码的位数或格式不对", "手机11位，座机写成 0578-1234567；没有留的空着。几个号码的只留一个。")
    return mobile


def _day(cell: Any, column: Column, exchange: Exchange) -> date | None:
    return read_cell_day(cell)


def read_cell_day(cell: Any) -> date | None:
    """A day as tables write it: a date, the number of one, a text with or without the hour."""
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and 366 <= cell <= 73_415:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    if cell is None or isinstance(cell, date):
        return cell
    return date.fromisoformat(read_day(re.sub(r"[ T]\s*\d{1,2}[:：时]\d{1,2}.*$", "", str(cell).strip())))


def _until(cell: Any, column: Column, exchange: Exchange) -> Any:
    """A day, or so many days as (number, clock)."""
    text = text_of(cell) if isinstance(cell, str) else None
    found = _SPAN.fullmatch(text.replace(" ", "")) if text else None
    if found:
        return int(found[1]), "month" if found[3] else "work_day" if found[2] == "工作日" else "natural_day"
    try:
        return read_cell_day(cell)
    except Problem:
        raise Problem("exchange.due", f"“{str(cell)[:30]}”看不出办到哪一天", "写成日期，或者“5个工作日”。") from None


def _due(told: Any, since: date, calendar: Calendar) -> date | None:
    if told is None or isinstance(told, date):
        return told
    at = due(Term(told[0], told[1], runs_on=False), datetime.combine(since, datetime.min.time(), LOCAL), (), calendar).at
    return None if at is None else (at - DAY).date()


def _flag(cell: Any, column: Column, exchange: Exchange) -> bool | None:
    if cell is None or isinstance(cell, bool):
        return cell
    text = text_of(cell) or ""
    if text in column.no or _FALSE.fullmatch(text):
        return False
    if text in column.yes or _TRUE.fullmatch(text):
        return True
    remedy = f"写 是 或 否；这一栏不是标记的，在“{exchange.layouts_label}”里改成“{exchange.labels[KEEP]}”。"
    raise Problem("exchange.flag", f"“{text[:20]}”看不出是还是否", remedy)


_READERS: Mapping[str, Callable[[Any, Column, Exchange], Any]] = {
    "text": _text, "number": _number, "day": _day, "until": _until, "flag": _flag, "person": _person, "phone": _phone,
}  # fmt: skip
