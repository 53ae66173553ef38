"""Masked cells that come back: an export shows 蓝**, and a correction made in that export must not write it.

A masked cell means "as it was" when it is exactly what an export prints for that very record, to somebody who may see the
record. Anything else is refused at its place, in the same words whatever the reason: a mask cannot be probed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhenwu.kernel.ledgers.access import masked, visible
from zhenwu.kernel.ledgers.drafting import Desk
from zhenwu.kernel.ledgers.forms import Form
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.sheet_columns import Masked, SheetRow, columns_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Place, Problem, Problems


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
    keys = {row.number: key for row in rows if _masked(row) and (key := _key(desk, row))}
    live = desk.live_by_key(sorted(set(keys.values())))
    ids = [version.id for version in live.values()]
    seen: set[int] = set()
    for start in range(0, len(ids), 500):
        chunk = Version.objects.filter(id__in=ids[start : start + 500])
        seen.update(visible(actor, "list", chunk, form.pack).values_list("id", flat=True))
    return {number: masked(live[key]) for number, key in keys.items() if key in live and live[key].id in seen}


def _key(desk: Desk, row: SheetRow) -> str:
    """The key of the record that a row corrects; "" where it has none, or one that is itself masked."""
    raw: dict[str, Any] = {name: row.cells.get(name) for name in desk.form.key_fields}
    if any(isinstance(cell, Masked) for cell in raw.values()):
        return ""
    try:
        return desk.key_of(raw)
    except (Problem, Problems):
        return ""  # it will be found wrong when it is drafted


def _masked(row: SheetRow) -> dict[str, Masked]:
    return {id: cell for id, cell in row.cells.items() if isinstance(cell, Masked)}
