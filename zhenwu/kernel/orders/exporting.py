"""Giving a file of work orders back: the results of the matters in the sender's own columns, everything else as it came."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.ledgers.access import note_export, visible
from zhenwu.kernel.ledgers.api import PREFIX, versions_in, write_workbook
from zhenwu.kernel.matters.api import Step, citing, workflow_of
from zhenwu.kernel.orders.importing import LINE, ORDERS, matter_of
from zhenwu.kernel.orders.layouts import DEFAULT, FILLED, known_columns
from zhenwu.kernel.orders.reading import Table, read_table, text_of
from zhenwu.kernel.orgs.api import Actor, Purpose, reach, tree
from zhenwu.kernel.reports.api import Grid, open_package
from zhenwu.lib.facts import Scope
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem, Refused

_SIGNS = ("=", "+", "-", "@", "\t", "\r")
WORDS = {"result": "办理结果", "completed_on": "办结时间", "office": "办理单位", "contact": "联系情况", "satisfaction": "满意度", "state": "办理状态"}


@dataclass(frozen=True)
class Returned:
    """A file to send back: how many orders stand in it, of how many the work is done; ``told``: what the person must know."""

    content: bytes = field(repr=False)
    orders: int
    done: int
    told: tuple[str, ...]


def fill_orders(actor: Actor, content: bytes, name: str, layout: str = DEFAULT) -> Returned:
    """Fill the very file that came with what was done. Cells that hold something, and formulas, stay as they are.

    Nothing about persons leaves by it but what the sender's file holds: who may see the orders may fill it.
    """
    _require(actor, "list")
    table = read_table(content, name, layout)
    columns = [meaning for meaning in FILLED if table.layout.at(meaning) is not None]
    if not columns:
        raise Problem("orders.nothing_to_fill", "来单里没有一栏是要回填的", f"在“热线来单栏目对照”里把要回填的栏目对应到：{'、'.join(WORDS.values())}。")
    numbers = {row: number for row, cells in table.rows if (number := text_of(table.cell(cells, "number")))}
    said = _said(actor, sorted(set(numbers.values())))
    cells = {(row, meaning): said[number][meaning] for row, number in numbers.items() if number in said for meaning in columns}
    write = _into_workbook if content.startswith(b"PK") else _into_csv
    filled, kept = write(content, table, {at: text for at, text in cells.items() if text})
    unknown = [number for number in numbers.values() if number not in said]
    told = [f"没有登记过，或不在您的权限内：{'、'.join(unknown[:10])}{f'等 {len(unknown)} 张' if len(unknown) > 10 else ''}。"] if unknown else []
    told += [f"第 {row} 行的“{table.layout.heading(meaning)}”来时就有内容，没有动。" for row, meaning in kept[:20]]
    note_export(actor, ORDERS, name, len(numbers) - len(unknown), new_id())
    done = sum(bool(said[number]["completed_on"]) for number in numbers.values() if number in said)
    return Returned(filled, len(numbers) - len(unknown), done, tuple(told))


def orders_between(actor: Actor, first: date, last: date, layout: str = DEFAULT) -> Returned:
    """The orders of these days as an .xlsx in the columns of a layout; what is personal was sent by the other side and is left out."""
    _require(actor, "export")
    known = sorted((place, heading, meaning) for heading, (meaning, place) in known_columns(layout).items())
    if not known:
        raise Problem("orders.no_layout", f"没有叫“{layout}”的来单格式", "先导入一次这种来单，或在“热线来单栏目对照”里写上。")
    scope = Scope(PREFIX + ORDERS, first_day=first, last_day=last)
    rows = list(visible(actor, "export", versions_in(scope), LINE).order_by("starts_on", "key").values_list("key", "record_id", "starts_on", "data"))
    said = _of_records(actor, {record: key for key, record, *_ in rows})
    table = [[heading for _, heading, _ in known]]
    table += [[_own(meaning, heading, day, data, said[key]) for _, heading, meaning in known] for key, _, day, data in rows]
    note_export(actor, ORDERS, f"{first}..{last}", len(rows), new_id())
    done = sum(bool(said[key]["completed_on"]) for key, *_ in rows)
    return Returned(write_workbook("热线工单", table, texts=range(len(known))), len(rows), done, ())


def _require(actor: Actor, purpose: Purpose) -> None:
    if reach(actor, purpose, LINE).nothing:
        raise Refused("ledger.refused", "您没有导出热线工单的权限", "请联系本模块负责人。")


def _own(meaning: str, heading: str, day: date, data: Mapping[str, Any], said: Mapping[str, str]) -> Any:
    if meaning in FILLED:
        return said[meaning]
    if meaning == "called_on":
        return day.isoformat()
    if meaning == "keep":
        start = f"{heading}："
        return next((line.removeprefix(start) for line in (data.get("rest") or "").split("\n") if line.startswith(start)), None)
    told = None if meaning in ("personal", "caller", "phone") else data.get(meaning)
    return ("是" if told else "否") if isinstance(told, bool) else told


def _said(actor: Actor, numbers: Sequence[str]) -> dict[str, dict[str, str]]:
    """number → what goes back, of the orders that this person may see."""
    records: dict[UUID, str] = {}
    for some in chunks(list(numbers), IN):
        query = versions_in(Scope(PREFIX + ORDERS)).filter(key__in=some)
        records |= {record: key for key, record in visible(actor, "list", query, LINE).values_list("key", "record_id")}
    return _of_records(actor, records)


def _of_records(actor: Actor, records: Mapping[UUID, str]) -> dict[str, dict[str, str]]:
    found = {key: dict.fromkeys(FILLED, "") for key in records.values()}
    matters = {matter_of(key): key for key in records.values()}
    steps = [step for some in chunks(sorted(records), IN) for step in citing(actor, LINE, some) if step.matter_id in matters]
    now = tree()
    names = {step.assigned_id: now.name(step.assigned_id) for step in steps if step.assigned_id and step.assigned_id in now}
    for step in steps:
        found[matters[step.matter_id]] = _reply(step, names)
    return found


def _reply(step: Step, names: Mapping[UUID, str]) -> dict[str, str]:
    workflow, columns = workflow_of(step.matter), step.columns
    choices = {one.id: dict(one.choices) for one in (workflow.form.fields if workflow.form else ())}
    return {
        "result": columns.get("answer") or "", "completed_on": columns.get("completed_on") or "",
        "office": names.get(step.assigned_id, "") if step.assigned_id else "",
        "contact": choices["contact"].get(columns.get("contact"), ""), "satisfaction": choices["satisfaction"].get(columns.get("satisfaction"), ""),
        "state": workflow.state(step.state).label,
    }  # fmt: skip


_Filled = tuple[bytes, list[tuple[int, str]]]


def _into_workbook(content: bytes, table: Table, cells: Mapping[tuple[int, str], str]) -> _Filled:
    """The workbook edited in its own XML (decision 0017); and the cells that were not empty."""
    package = open_package(content)
    grid = Grid(table.sheet, next(part for name, part, _ in package.sheets if name == table.sheet), package)
    kept = []
    for (row, meaning), text in cells.items():
        at = row, table.layout.at(meaning) or 0
        if grid.is_formula(at) or (grid.text(at) and grid.text(at) != text):
            kept.append((row, meaning))
        else:
            grid.write_text(at, text)
    grid.forget_results()
    package.parts[grid.part] = grid.xml()
    package.recalculate_on_load()
    return package.pack(), kept


def _into_csv(content: bytes, table: Table, cells: Mapping[tuple[int, str], str]) -> _Filled:
    encoding, text = _decoded(content)
    head = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    rows, kept = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), []
    for (row, meaning), told in cells.items():
        place, line = (table.layout.at(meaning) or 0) - 1, rows[row - 1]
        line += [""] * (place + 1 - len(line))
        if line[place].strip() not in ("", told):
            kept.append((row, meaning))
        else:
            line[place] = f"'{told}" if told.startswith(_SIGNS) else told
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    return out.getvalue().encode(encoding, "replace"), kept


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig" if content[:3] == b"\xef\xbb\xbf" else "utf-8"]:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            break
    return "gb18030", content.decode("gb18030")


