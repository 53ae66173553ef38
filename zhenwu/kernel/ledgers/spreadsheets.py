"""Ledgers out of spreadsheets and into them. Importing goes through ``save_records``; exporting through the read door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.ledgers.access import masked, visible
from zhenwu.kernel.ledgers.bulk import check_records, save_records
from zhenwu.kernel.ledgers.desk import LEVELS, Until, form_of
from zhenwu.kernel.ledgers.drafting import RecordInput
from zhenwu.kernel.ledgers.filling_rights import Filler
from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.reading import PREFIX, versions_in
from zhenwu.kernel.ledgers.sheet_columns import (
    MOST_FAULTS,
    STANDINGS,
    Column,
    SheetRow,
    columns_of,
    read_rows,
    write_cell,
)
from zhenwu.kernel.ledgers.sheet_files import Cell, read_file, write_csv, write_workbook
from zhenwu.kernel.ledgers.sheet_masks import settle_masks
from zhenwu.kernel.orgs.api import Actor, Tree, reach, tree
from zhenwu.lib.clock import now, today
from zhenwu.lib.digests import digest, digest_bytes
from zhenwu.lib.facts import Scope
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Place, Problem, Problems, Refused

FORMATS = (".xlsx", ".csv")


@dataclass(frozen=True)
class Exported:
    """A ledger as a file: its bytes, how many rows it has, and how many lie beyond the exporter's rights."""

    content: bytes
    rows: int
    hidden: int


def import_sheet(
    actor: Actor, ledger: str, content: bytes, name: str, *, correct: bool = False, reason: str = "", write: bool = True
) -> dict[str, Any]:
    """Enter the rows of an .xlsx or .csv; returns ``{"saved", "corrected", "repeated"}`` in rows.

    Every row is checked before the first is written. The operation's id derives from the file, so importing the same
    file twice writes once, and a killed import goes on. ``write=False`` only checks. Raises ``Problems``.
    """
    form = require_fill(actor, ledger)
    if correct and not reason.strip():
        raise Problem("ledger.reason", "更正必须写明原因", "写一句为什么改，例如“复测”“录错”。", Place(name))
    rows = read_rows(form, read_file(content, name), name)
    if not correct:
        _refuse_missing(form, rows[0], name)
    rows, masks = settle_masks(actor, form, rows, name, correct)
    entries, faults = _entries(form, rows, name, reason.strip())
    numbers = [row.number for row in rows]
    if masks:
        raise Problems([*masks, *faults.values()][:MOST_FAULTS])
    if faults:
        raise Problems([*faults.values(), *_others(actor, ledger, entries, name, correct, numbers, faults)][:MOST_FAULTS])
    if not write:
        return check_records(actor, ledger, entries, name, correct, numbers)
    op_id = uuid5(NAMESPACE_OID, digest([ledger, digest_bytes(content), correct, reason]))
    return save_records(actor, ledger, entries, op_id, name, correct, numbers)


def require_fill(actor: Actor, ledger: str) -> Form:
    """The form of a ledger for somebody who may enter something in it; raises ``Refused``: before their file is looked at."""
    form = form_of(current("ledger", ledger))
    if not Filler(actor, form, tree()).units:
        raise Refused("ledger.refused", f"您没有填报“{form.label}”的权限", "请联系本模块负责人，或改选您负责的地方。")
    return form


def export_sheet(actor: Actor, ledger: str, suffix: str = ".xlsx", year: int | None = None) -> Exported:
    """The records this person may export, personal values masked; of one year, or (stock) as they stood at its end.

    The file says who exported what and how many rows; the journal too.
    """
    form = form_of(current("ledger", ledger))
    if suffix not in FORMATS:
        raise Problem("sheet.format", f"不能导出成“{suffix[:10]}”", "文件名以 .xlsx 或 .csv 结尾。")
    if reach(actor, "export", form.pack).nothing:
        raise Refused("ledger.refused", f"您没有导出“{form.label}”的权限", "请联系本模块负责人。")
    everything = versions_in(_scope(form, year))
    rows = list(visible(actor, "export", everything, form.pack).order_by("starts_on", "record_id", "number"))
    hidden = everything.count() - len(rows)
    note_export(actor, ledger, year, len(rows))
    columns = columns_of(form)
    table = table_of(columns, rows, Places(tree(), form.unit_level))
    about = [
        ("台账", form.label), ("导出人", actor.name), ("时间", f"{now():%Y-%m-%d %H:%M} UTC"),
        ("范围", f"{year} 年" if year else "全部"), ("行数", str(len(rows))), ("权限以外的行数", str(hidden)),
    ]  # fmt: skip
    content = write_csv(table) if suffix == ".csv" else write_workbook(form.label, table, about, _texts(columns))
    return Exported(content, len(rows), hidden)


def template_sheet(ledger: str) -> bytes:
    """An empty .xlsx with the headings; its second sheet says how each is filled."""
    definition = current("ledger", ledger)
    form = form_of(definition)
    columns = columns_of(form)
    hints = {one["id"]: one.get("hint") or "" for one in definition.body["fields"]}
    about = [(column.heading, _how(form, column, hints)) for column in columns]
    return write_workbook(form.label, [[column.heading for column in columns]], about, _texts(columns))


def table_of(columns: list[Column], versions: Iterable[Version], places: Places) -> Iterable[list[Cell]]:
    """Headings and rows. Personal values come masked."""
    yield [column.heading for column in columns]
    personal = any(column.field and column.field.is_personal for column in columns)
    for version in versions:
        values: dict[str, Any] = {**version.data, **(masked(version) if personal else {})}
        values |= {
            "_unit": places.name(version.unit_id), "_day": version.starts_on, "_until": version.ends_on,
            "_authority": STANDINGS.get(version.authority, version.authority),
        }  # fmt: skip
        yield [write_cell(column, values.get(column.id)) for column in columns]


def note_export(actor: Actor, ledger: str, year: int | None, rows: int) -> None:
    """Say in the journal who took how many rows out of a ledger."""
    told = {"ledger": ledger, "year": year, "rows": rows}

    def change(writer: Writer) -> dict[str, Any]:
        writer.event("ledger.exported", f"ledger:{ledger}", told)
        return {}

    perform(Act(actor.principal, new_id(), "export_sheet", told), change)


class Places:
    """The units of one level by name, code or path, and how a sheet names them."""

    def __init__(self, seen: Tree, level: str) -> None:
        self.tree, self.level = seen, level
        self.units = seen.of_kind(level)
        self._named: dict[str, list[UUID]] = {}
        for unit in self.units:
            for spelling in {seen.name(unit), seen.code(unit), str(unit), *self._paths(unit)} - {""}:
                self._named.setdefault(spelling, []).append(unit)
        # A row that was exported names the place it had; whether one may still enter something there is not asked here.
        self._former: dict[str, list[UUID]] = {}
        for one in seen.history.placements:
            if one.kind == level and one.unit_id not in seen and one.unit_id not in self._former.get(one.name, ()):
                self._former.setdefault(one.name, []).append(one.unit_id)

    def find(self, text: str) -> UUID:
        """The unit of a cell; raises ``Problem``."""
        found = self._named.get(text.strip()) or self._former.get(text.strip(), [])
        label = LEVELS.get(self.level, "单位")
        if not found:
            raise Problem("sheet.unit_unknown", f"没有叫“{text[:30]}”的{label}", "写全名或代码；重名的写成 村/网格。")
        if len(found) > 1:
            paths = "、".join(self._paths(unit)[0] if unit in self.tree else str(unit) for unit in found[:3])
            raise Problem("sheet.unit_twice", f"有 {len(found)} 个{label}叫“{text[:30]}”", f"写成：{paths}，或写代码。")
        return found[0]

    def name(self, unit: UUID) -> str:
        """The shortest spelling that finds it again; a unit that has ended keeps its last name."""
        if unit not in self.tree:
            last = [one.name for one in self.tree.history.placements if one.unit_id == unit]
            return last[-1] if last else str(unit)
        spellings = [self.tree.name(unit), *self._paths(unit), self.tree.code(unit)]
        return next((one for one in spellings if self._named.get(one) == [unit]), str(unit))

    def _paths(self, unit: UUID) -> list[str]:
        names = [self.tree.name(unit)]
        paths = []
        for above in self.tree.ancestors(unit)[:-1]:
            names.insert(0, self.tree.name(above))
            paths.append("/".join(names))
        return paths or names


def _entries(form: Form, rows: list[SheetRow], name: str, reason: str) -> tuple[list[RecordInput], dict[int, Problem]]:
    """The rows as entries, and by row number the places that nobody knows."""
    places, faults, entries = Places(tree(), form.unit_level), dict[int, Problem](), []
    whole = places.units[0] if form.unit_level == "township" and len(places.units) == 1 else None
    for row in rows:
        written = row.cells.get("_unit")
        unit = whole
        try:
            unit = places.find(str(written)) if written else whole
        except Problem as problem:
            faults[row.number] = problem.at(Place(name, row.number, LEVELS.get(form.unit_level, "单位")))
        entries.append(_entry(row.cells, unit, reason))
    return entries, faults


def _others(
    actor: Actor, ledger: str, entries: list[RecordInput], name: str, correct: bool, numbers: list[int], told: Mapping[int, Problem]
) -> list[Problem]:  # fmt: skip
    """What else is wrong, so that all can be mended at once."""
    try:
        check_records(actor, ledger, entries, name, correct, numbers)
    except Problems as problems:
        return [one for one in problems.found if not (one.code == "ledger.unit" and one.place.row in told)]
    return []


def _entry(cells: Mapping[str, Any], unit: UUID | None, reason: str) -> RecordInput:
    data = {id: value for id, value in cells.items() if not id.startswith("_")}
    until = cells.get("_until") or (Until.OPEN if "_until" in cells else None)  # as in every column: an empty cell takes away
    return RecordInput(data, unit, cells.get("_day"), until, cells.get("_authority"), reason)


def _refuse_missing(form: Form, row: SheetRow, name: str) -> None:
    """Say once that a needed column is absent, not once for each row."""
    needed = [column for column in columns_of(form) if column.field is not None and column.field.required and not column.field.source or column.id == "_day"]
    if form.unit_level != "township":
        needed.insert(0, columns_of(form)[0])
    absent = [column.heading for column in needed if column.id not in row.cells]
    if absent:
        raise Problem("sheet.missing_column", "缺少：" + "、".join(absent), "补上这几列，再导入。", Place(name))


def _scope(form: Form, year: int | None) -> Scope:
    if year is None:
        return Scope(PREFIX + form.key)
    last = min(date(year, 12, 31), today()) if form.shape == "stock" else date(year, 12, 31)
    if form.shape == "stock":
        return Scope(PREFIX + form.key, alive_on=last)
    return Scope(PREFIX + form.key, first_day=date(year, 1, 1), last_day=last)


def _texts(columns: list[Column]) -> list[int]:
    kinds = ("text", "link", "identity", "phone", "name", "polyline")
    return [at for at, column in enumerate(columns) if column.field is not None and column.field.type in kinds]


def _how(form: Form, column: Column, hints: Mapping[str, str]) -> str:
    one = column.field
    if column.id == "_unit":
        return f"必填。{LEVELS.get(form.unit_level, '单位')}的名称或代码。"
    if column.id == "_day":
        return "必填。写成 2020-06-01。"
    if column.id == "_until":
        return "可不填。写成 2020-06-01；空着就是还没有截止，更正时也是。"
    if one is None:
        return "可不填。" + ("可填：" + "、".join(STANDINGS.values()) if column.id == "_authority" else "写成 2020-06-01。")
    kinds = {"integer": "整数", "decimal": f"数字，最多 {one.scale} 位小数", "date": "日期", "flag": "是 或 否", "identity": "18 位身份证号", "polyline": "经度,纬度; 经度,纬度; …"}
    what = "可选：" + "、".join(label for _, label in one.choices) if one.choices else kinds.get(one.type, "文字")
    return f"{'必填' if one.required and not one.source else '可不填'}。{what}。{hints.get(one.id, '')}"
