"""Masked cells that come back: an export shows 蓝**, and a correction made in that export must not write it.

A masked cell means "as it was" when it is exactly what an export prints for that very record, to somebody who may see the
record. Anything else is refused at its place, in the same words whatever the reason: a mask cannot be probed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from zhenwu.kernel.journal.api import IN, chunks
from zhenwu.kernel.ledgers.access import masked, visible
from zhenwu.kernel.ledgers.desk import Desk
from zhenwu.kernel.ledgers.drafting import RecordInput, Sheet, keys_of
from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.sheet_columns import Masked, SheetRow, columns_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Place, Problem


def settle_masks(actor: Actor, form: Form, rows: Sequence[SheetRow], file: str, correct: bool) -> tuple[list[SheetRow], list[Problem]]:
    """The rows without their masked cells, and what is wrong with these."""
    if not any(_masked(row) for row in rows):
        return list(rows), []
    printed = _printed(actor, form, rows) if correct else {}
    faults = [fault for row in rows for fault in _faults(form, row, printed.get(row.number, {}), file)]
    return [SheetRow(row.number, {id: cell for id, cell in row.cells.items() if not isinstance(cell, Masked)}) for row in rows], faults


def _faults(form: Form, row: SheetRow, printed: Mapping[str, str], file: str) -> Iterator[Problem]:
    headings = {column.id: column.heading for column in columns_of(form)}
    for id, cell in _masked(row).items():
        if printed.get(id) != cell.text:
            message = "这是隐去了的个人信息，与这条记录导出时的样子不同，不能导入"
            remedy = "更正时原样留着导出的内容（就是不改），或填完整的内容，或删去这一列。"
            yield Problem("sheet.masked", message, remedy, Place(file, row.number, headings[id]))


def _printed(actor: Actor, form: Form, rows: Sequence[SheetRow]) -> dict[int, dict[str, str]]:
    """row number → what an export prints in the personal fields of the record that the row corrects."""
    desk = Desk(actor, form.key)
    keys = _keys(desk, [row for row in rows if _masked(row)])
    live = desk.live_by_key(sorted(set(keys.values())))
    seen: set[UUID] = set()
    for some in chunks(sorted(version.record_id for version in live.values()), IN):
        query = Version.objects.filter(record_id__in=some, retired_by=None)
        seen.update(visible(actor, "list", query, form.pack).values_list("record_id", flat=True))
    return {number: masked(live[key]) for number, key in keys.items() if key in live and live[key].record_id in seen}


def _keys(desk: Desk, rows: Sequence[SheetRow]) -> dict[int, str]:
    """row number → the key of the record that it corrects; a row without one, or with one that is itself masked, has none."""
    told = {row.number: {name: row.cells.get(name) for name in desk.form.key_fields} for row in rows}
    plain = {number: raw for number, raw in told.items() if not any(isinstance(cell, Masked) for cell in raw.values())}
    sheet = Sheet([RecordInput(raw) for raw in plain.values()])
    return {list(plain)[index]: key for index, key in keys_of(desk, sheet, range(len(plain))).items() if key}


def _masked(row: SheetRow) -> dict[str, Masked]:
    return {id: cell for id, cell in row.cells.items() if isinstance(cell, Masked)}
