"""A sender's table as orders: where its headings stand, and what each row says. Only the layouts are looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from zhenwu.kernel.ledgers.api import read_day, read_file
from zhenwu.kernel.orders.layouts import Layout, headings_of, known_columns, layout_of
from zhenwu.lib.calendars import DAY, Calendar
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.clocks import Term, due
from zhenwu.lib.masking import mask_name, mask_numbers
from zhenwu.lib.problems import Place, Problem

LOOKED_AT = 10  # headings stand within the first rows; above them are titles
MOST_FAULTS = 200
LONGEST = {"title": 300, "content": 4000, "address": 300, "category": 120, "assigned_to": 120, "rest": 4000}
_TRUE = re.compile(r"是|√|1|y|yes|true|有|已?督办|已?催办|已?重办|已?返工|已?核定", re.IGNORECASE)
_FALSE = re.compile(r"否|×|x|0|n|no|false|无|未.*|不.*|普通|一般|正常|首办|初次|-|/|—", re.IGNORECASE)
_ABSENT = re.compile(r"匿名|保密|无|不详|未知|未留|不愿.*|-+|/|—+|0+")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_SPAN = re.compile(r"(\d{1,3})个?(工作日|自然日|天|日)(?:内|以内)?")


@dataclass(frozen=True)
class Order:
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


def read_table(content: bytes, name: str, layout: str) -> Table:
    """The one sheet of a file with a column for the numbers of orders; raises ``Problem``."""
    known, best = known_columns(layout), []
    for sheet in read_file(content, name):
        for at, (_, cells) in enumerate(sheet.rows[:LOOKED_AT]):
            found = layout_of(layout, headings_of(cells), known, Place(name, key=sheet.name))
            told = sum(meaning not in ("keep", "personal") for *_, meaning in found.columns)
            if found.at("number") is not None and told > 1:
                best.append((told, sheet, at, found))
                break
    if not best:
        raise Problem("orders.headings", "没有找到写着“工单编号”的标题行", "标题行要有工单编号这一栏；叫法不同的，在“热线来单栏目对照”里写上它对应工单编号。", Place(name))
    if len(best) > 1:
        names = "、".join(sheet.name for _, sheet, *_ in best)
        raise Problem("orders.several", f"有几张工作表都像工单表：{names}", "一个文件只留一张工单表。", Place(name))
    _, sheet, at, found = best[0]
    rows = tuple((number, cells) for number, cells in sheet.rows[at + 1 :])
    if not rows:
        raise Problem("orders.no_rows", "标题行下面没有工单", "请检查是不是选错了文件。", Place(name, key=sheet.name))
    return Table(sheet.name, found, rows, name)


def read_orders(table: Table, calendar: Calendar) -> tuple[list[Order], list[Problem]]:
    """The rows as orders, and all that is wrong with them."""
    orders: list[Order] = []
    faults: list[Problem] = []
    for row, cells in table.rows:
        told, known = dict[str, Any](), len(faults)
        for meaning, reader in _READERS.items():
            if table.layout.at(meaning) is None:
                continue
            try:
                told[meaning] = reader(table.cell(cells, meaning))
            except Problem as problem:
                faults.append(problem.at(table.place(row, meaning)))
        try:
            if len(faults) == known:
                orders.append(_order(table, row, cells, told, calendar))
        except Problem as problem:
            faults.append(problem)
        if len(faults) >= MOST_FAULTS:
            break
    return orders, faults


def _order(table: Table, row: int, cells: tuple[Any, ...], told: dict[str, Any], calendar: Calendar) -> Order:
    number = told.get("number")
    if not number:
        raise Problem("orders.no_number", "这一行没有工单编号", "补上编号；不是工单的行（合计、说明）请删去。", table.place(row, "number"))
    day = told.pop("called_on", None) or told.get("sent_on")
    if day is None:
        raise Problem("orders.no_day", "来电时间和派单时间都没有", "补上其中一个。", table.place(row, "called_on"))
    if "due_on" in told:
        told["due_on"] = _due(told["due_on"], told.get("sent_on") or day, calendar)
        if told["due_on"] is not None and told["due_on"] < day:
            raise Problem("orders.due_before", f"办理时限 {told['due_on']} 早于来电日期 {day}", "请核对这两栏。", table.place(row, "due_on"))
    data = _masked(told, _rest(table, cells), table.layout)
    return Order(row, number, day, {**data, "layout": table.layout.name})


def _masked(told: dict[str, Any], rest: str, layout: Layout) -> dict[str, Any]:
    """What may be stored: no number of a person in a text; telephones found in texts go to a field that seals them."""
    name = told.get("caller") or ""
    phones: list[str] = []
    found = dict(told)
    texts = {**{key: told[key] for key in LONGEST if key in told}, "rest": rest or None}
    for key, text in texts.items():
        masked = mask_numbers(text) if text else None
        phones += masked.phones if masked else ()
        found[key] = mask_name(masked.text, name)[: LONGEST[key]] if masked else None
    others = [one for one in phones if one != told.get("phone") and _PHONE.fullmatch(one)]
    found["other_phone"] = others[0] if others else None
    return found


def _rest(table: Table, cells: tuple[Any, ...]) -> str:
    kept = [(heading, cells[at - 1]) for at, heading, meaning in table.layout.columns if meaning == "keep" and at <= len(cells)]
    return "\n".join(f"{heading}：{text}" for heading, cell in kept if (text := text_of(cell)))


def text_of(cell: Any) -> str | None:
    """A cell as it is printed, without what cannot be shown; None for an empty one."""
    if cell is None:
        return None
    text = ("是" if cell else "否") if isinstance(cell, bool) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return "".join(sign for sign in text.strip() if sign.isprintable() or sign == "\n") or None


def _number(cell: Any) -> str | None:
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and len(f"{cell:f}") > 15:
        raise Problem("orders.lost_digits", "工单编号被表格当成了数字，后几位已经丢失", "请热线中心按“文本”导出这一列。")
    text = text_of(cell)
    if text and (len(text) > 60 or "\n" in text):
        raise Problem("orders.number", "工单编号太长或换了行", "一行一个编号，不超过60字。")
    return text


def _person(cell: Any) -> str | None:
    text = text_of(cell)
    return None if text is None or _ABSENT.fullmatch(text) or "*" in text else text[:60]


def _phone(cell: Any) -> str | None:
    """A telephone number; None for what the centre hid or the caller did not leave."""
    text = (text_of(cell) or "").replace(" ", "").replace("－", "-").removeprefix("+86")
    if not text or _ABSENT.fullmatch(text) or "*" in text:
        return None
    mobile = text.replace("-", "") if text.startswith("1") else text
    if not _PHONE.fullmatch(mobile):
        raise Problem("orders.phone", "电话号码的位数或格式不对", "手机11位，座机写成 0578-1234567；没有留的空着。几个号码的只留一个。")
    return mobile


def _day(cell: Any) -> date | None:
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and 366 <= cell <= 73_415:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    if cell is None or isinstance(cell, date):
        return cell
    return date.fromisoformat(read_day(re.sub(r"[ T]\s*\d{1,2}[:：时]\d{1,2}.*$", "", str(cell).strip())))


def _until(cell: Any) -> Any:
    """A day, or so many days as (number, clock)."""
    text = text_of(cell) if isinstance(cell, str) else None
    found = _SPAN.fullmatch(text.replace(" ", "")) if text else None
    if found:
        return int(found[1]), "work_day" if found[2] == "工作日" else "natural_day"
    try:
        return _day(cell)
    except Problem:
        raise Problem("orders.due", f"“{str(cell)[:30]}”看不出办到哪一天", "写成日期，或者“5个工作日”。") from None


def _due(told: Any, since: date, calendar: Calendar) -> date | None:
    if told is None or isinstance(told, date):
        return told
    at = due(Term(told[0], told[1], runs_on=False), datetime.combine(since, datetime.min.time(), LOCAL), (), calendar).at
    return None if at is None else (at - DAY).date()


def _flag(cell: Any) -> bool | None:
    if cell is None or isinstance(cell, bool):
        return cell
    text = text_of(cell) or ""
    if _FALSE.fullmatch(text):
        return False
    if _TRUE.fullmatch(text):
        return True
    raise Problem("orders.flag", f"“{text[:20]}”看不出是还是否", "写 是 或 否；这一栏不是标记的，在“热线来单栏目对照”里改成“原样留在其他栏目”。")


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": _number, "called_on": _day, "caller": _person, "phone": _phone, "address": text_of, "title": text_of, "content": text_of,
    "category": text_of, "sent_on": _day, "due_on": _until, "assigned_to": text_of, "urged": _flag, "again": _flag, "settled_unit": _flag,
}  # fmt: skip
