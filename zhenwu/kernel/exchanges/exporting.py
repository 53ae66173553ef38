"""Giving a sender's file back: the results of the matters in the sender's own columns, everything else as it came."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.exchanges.exchange import KEEP, OFFICE, PERSONAL, STATE, Exchange
from zhenwu.kernel.exchanges.importing import matter_of
from zhenwu.kernel.exchanges.layouts import DEFAULT, known_columns
from zhenwu.kernel.exchanges.reading import Table, read_table, text_of
from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.ledgers.access import note_export, visible
from zhenwu.kernel.ledgers.api import PREFIX, shown, versions_in, write_workbook
from zhenwu.kernel.matters.api import Step, citing, workflow_of
from zhenwu.kernel.orgs.api import Actor, Purpose, reach, tree
from zhenwu.kernel.reports.api import Grid, open_package
from zhenwu.lib.facts import Scope
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem, Refused

_NO_TITLE = re.compile(r"[\[\]:*?/\\]")  # what no sheet may be called
_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Returned:
    """A file to send back: how many rows of ours stand in it, of how many the work is done; ``told``: what the person must know."""

    content: bytes = field(repr=False)
    rows: int
    done: int
    told: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """What goes back of one row: answer → text; and whether its work is done."""

    answers: Mapping[str, str]
    is_done: bool = False


def fill_table(actor: Actor, exchange: Exchange, content: bytes, name: str, layout: str = DEFAULT, *, taken: bool = True) -> Returned:
    """Fill the very file that came with what was done. Cells that hold something, and formulas, stay as they are. ``taken``: the file
    leaves with this person, which is noted; else it is only told what would stand in it.

    Nothing about persons leaves by it but what the sender's file holds: who may see the rows may fill it.
    """
    _require(actor, exchange, "list")
    table = read_table(exchange, content, name, layout)
    columns = [meaning for meaning in exchange.filled if table.layout.at(meaning) is not None]
    if not columns:
        words = "、".join(exchange.labels[one] for one in exchange.filled)
        raise Problem("exchange.nothing_to_fill", "来单里没有一栏是要回填的", f"在“{exchange.layouts_label}”里把要回填的栏目对应到：{words}。")
    numbers = {row: number for row, cells in table.rows if (number := text_of(table.cell(cells, exchange.number)))}
    said = _said(actor, exchange, sorted(set(numbers.values())))
    cells = {(row, meaning): said[number].answers[meaning] for row, number in numbers.items() if number in said for meaning in columns}
    write = _into_workbook if content.startswith(b"PK") else _into_csv
    filled, kept = write(content, table, {at: text for at, text in cells.items() if text})
    unknown = [number for number in numbers.values() if number not in said]
    more = f"等 {len(unknown)} {exchange.measure}" if len(unknown) > 10 else ""
    told = [f"没有登记过，或不在您的权限内：{'、'.join(unknown[:10])}{more}。"] if unknown else []
    told += [f"第 {row} 行的“{table.layout.heading(meaning)}”来时就有内容，没有动。" for row, meaning in kept[:20]]
    if taken:
        note_export(actor, exchange.keeps, name, len(numbers) - len(unknown), new_id())
    done = sum(said[number].is_done for number in numbers.values() if number in said)
    return Returned(filled, len(numbers) - len(unknown), done, tuple(told))


def table_between(actor: Actor, exchange: Exchange, first: date, last: date, layout: str = DEFAULT) -> Returned:
    """The rows of these days as an .xlsx in the columns of a layout; what is personal was sent by the other side and is left out."""
    _require(actor, exchange, "export")
    known = sorted((place, heading, meaning) for heading, (meaning, place) in known_columns(exchange, layout).items())
    if not known:
        raise Problem("exchange.no_layout", f"没有叫“{layout}”的来单格式", f"先导入一次这种来单，或在“{exchange.layouts_label}”里写上。")
    scope = Scope(PREFIX + exchange.keeps, first_day=first, last_day=last)
    rows = list(visible(actor, "export", versions_in(scope), exchange.pack).order_by("starts_on", "key").values_list("key", "record_id", "starts_on", "data"))
    said = _of_records(actor, exchange, {record: key for key, record, *_ in rows})
    table = [[heading for _, heading, _ in known]]
    table += [[_own(exchange, meaning, heading, day, data, said[key].answers) for _, heading, meaning in known] for key, _, day, data in rows]
    note_export(actor, exchange.keeps, f"{first}..{last}", len(rows), new_id())
    done = sum(said[key].is_done for key, *_ in rows)
    return Returned(write_workbook(_NO_TITLE.sub("", f"{exchange.label}{exchange.item}")[:31], table, texts=range(len(known))), len(rows), done, ())


def _require(actor: Actor, exchange: Exchange, purpose: Purpose) -> None:
    if reach(actor, purpose, exchange.pack).nothing:
        raise Refused("ledger.refused", f"您没有导出{exchange.label}{exchange.item}的权限", "请联系本模块负责人。")


def _own(exchange: Exchange, meaning: str, heading: str, day: date, data: Mapping[str, Any], said: Mapping[str, str]) -> Any:
    if meaning in said:
        return said[meaning]
    if meaning == KEEP and exchange.rest:
        start = f"{heading}："
        return next((line.removeprefix(start) for line in (data.get(exchange.rest) or "").split("\n") if line.startswith(start)), None)
    column = exchange.column(meaning)
    if column is None or meaning == PERSONAL or column.read in ("person", "phone"):
        return None
    told = data.get(meaning) if column.stored else day.isoformat()
    return ("是" if told else "否") if isinstance(told, bool) else told


def _said(actor: Actor, exchange: Exchange, numbers: Sequence[str]) -> dict[str, _Said]:
    """number → what goes back, of the rows that this person may see."""
    records: dict[UUID, str] = {}
    for some in chunks(list(numbers), IN):
        query = versions_in(Scope(PREFIX + exchange.keeps)).filter(key__in=some)
        records |= {record: key for key, record in visible(actor, "list", query, exchange.pack).values_list("key", "record_id")}
    return _of_records(actor, exchange, records)


def _of_records(actor: Actor, exchange: Exchange, records: Mapping[UUID, str]) -> dict[str, _Said]:
    found = {key: _Said(dict.fromkeys(exchange.filled, "")) for key in records.values()}
    matters = {matter_of(exchange, key): key for key in records.values()}
    steps = [step for some in chunks(sorted(records), IN) for step in citing(actor, exchange.pack, some) if step.matter_id in matters]
    now = tree()
    names = {step.assigned_id: now.name(step.assigned_id) for step in steps if step.assigned_id and step.assigned_id in now}
    for step in steps:
        office = names.get(step.assigned_id, "") if step.assigned_id else ""
        found[matters[step.matter_id]] = _Said(_reply(exchange, step, office), bool(step.columns.get("completed_on")))
    return found


def _reply(exchange: Exchange, step: Step, office: str) -> dict[str, str]:
    workflow = workflow_of(step.matter)
    own = {one.id: one for one in (workflow.form.fields if workflow.form else ())}
    special = {STATE: workflow.state(step.state).label, OFFICE: office}
    found = {}
    for one in exchange.answers:
        told = step.columns.get(one.source)
        plain = "" if told is None else ("否", "是")[told] if isinstance(told, bool) else str(told)
        found[one.id] = special[one.source] if one.source in special else shown(own[one.source], told) if one.source in own else plain
    return found


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


