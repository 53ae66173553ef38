"""Verbs that change the tree of units. Each is one event; each needs the right ``units``.

``on`` is the first day of the new state; a change booked for a coming day is allowed. Ids of new units are
derived from ``op_id``, so that a repeated call names the same units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs import moves, store
from zhenwu.kernel.orgs.access import require
from zhenwu.kernel.orgs.actors import Actor
from zhenwu.kernel.orgs.history import History
from zhenwu.kernel.orgs.moves import Change, NewUnit
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Problem


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit to be opened. ``parent`` is a unit's id, or the index of an earlier row of the same call."""

    name: str
    kind: str
    parent: UUID | int | None
    code: str = ""


def open_unit(
    actor: Actor, op_id: UUID, *, name: str, kind: str, parent: UUID | None, on: date, code: str = ""
) -> UUID:
    """Open one unit; without a parent it is the topmost, of which there is one. Returns its id."""
    return open_units(actor, op_id, [UnitRow(name, kind, parent, code)], on)[0]


def open_units(actor: Actor, op_id: UUID, rows: Sequence[UnitRow], on: date) -> list[UUID]:
    """Open many units at once (a whole township). Returns their ids in the order of ``rows``."""
    ids = [uuid5(op_id, str(number)) for number in range(len(rows))]
    if not rows:
        raise Problem("orgs.unit.none", "没有写要设立的单位", "至少写一个单位。")
    units = [NewUnit(ids[n], _parent_of(row, n, ids), row.kind, row.name, row.code) for n, row in enumerate(rows)]
    asked = {"rows": [[r.name, r.kind, str(r.parent), r.code] for r in rows], "on": str(on)}
    _change(actor, op_id, "unit.opened", asked, on, ids, lambda history: moves.opening(history, units, on))
    return ids


def rename_unit(actor: Actor, op_id: UUID, unit: UUID, name: str, on: date) -> None:
    """Call a unit by another name from a day on; earlier days keep the old one."""
    asked = {"unit": str(unit), "name": name, "on": str(on)}
    _change(actor, op_id, "unit.renamed", asked, on, [unit], lambda h: moves.renaming(h, unit, name, on))


def move_unit(actor: Actor, op_id: UUID, unit: UUID, parent: UUID, on: date) -> None:
    """Put a unit, with all below it, under another parent of its township."""
    asked = {"unit": str(unit), "parent": str(parent), "on": str(on)}
    _change(actor, op_id, "unit.moved", asked, on, [unit], lambda h: moves.moving(h, unit, parent, on))


def merge_units(actor: Actor, op_id: UUID, units: Sequence[UUID], into_name: str, on: date, code: str = "") -> UUID:
    """Make one new unit of several; returns its id. Posts at the old ones reach nothing from then on."""
    fresh = NewUnit(uuid5(op_id, "0"), None, "", into_name, code)
    asked = {"units": [str(unit) for unit in units], "into": into_name, "on": str(on), "code": code}
    _change(
        actor, op_id, "unit.merged", asked, on, [fresh.unit_id, *units],
        lambda history: moves.merging(history, units, fresh, on),
    )  # fmt: skip
    return fresh.unit_id


def split_unit(
    actor: Actor,
    op_id: UUID,
    unit: UUID,
    into_names: Sequence[str],
    on: date,
    allotted: Mapping[UUID, str] | None = None,
) -> list[UUID]:
    """Make several new units of one; returns their ids in the order of the names.

    ``allotted`` gives children to the parts by name; the others wait directly under the parent (未分配).
    """
    parts = {name: NewUnit(uuid5(op_id, str(n)), None, "", name) for n, name in enumerate(into_names)}
    if len(parts) < len(into_names):
        raise Problem("orgs.unit.alike", "拆分后的单位不能同名", "给每个新单位起不同的名称。")
    if set((allotted or {}).values()) - parts.keys():
        raise Problem("orgs.split.allotted", "分配表里写了不存在的新单位", "可写：" + "、".join(parts) + "。")
    shares = {child: parts[name].unit_id for child, name in (allotted or {}).items()}
    asked = {
        "unit": str(unit),
        "into": list(into_names),
        "on": str(on),
        "allotted": {str(child): name for child, name in (allotted or {}).items()},
    }
    ids = [part.unit_id for part in parts.values()]
    _change(
        actor, op_id, "unit.split", asked, on, [unit, *ids],
        lambda history: moves.splitting(history, unit, list(parts.values()), on, shares),
    )  # fmt: skip
    return ids


def close_unit(actor: Actor, op_id: UUID, unit: UUID, on: date) -> None:
    """End a unit that has nothing below it; its records count under the parent (未分配) from then on."""
    asked = {"unit": str(unit), "on": str(on)}
    _change(actor, op_id, "unit.closed", asked, on, [unit], lambda history: moves.closing(history, unit, on))


def _parent_of(row: UnitRow, number: int, ids: Sequence[UUID]) -> UUID | None:
    if not isinstance(row.parent, int):
        return row.parent
    if not 0 <= row.parent < number:
        raise Problem("orgs.parent.order", f"“{row.name}”的上级单位要写在它前面", "把上级单位放到前面的行。")
    return ids[row.parent]


def _change(
    actor: Actor,
    op_id: UUID,
    verb: str,
    asked: dict[str, Any],
    on: date,
    about: Sequence[UUID],
    make: Callable[[History], Change],
) -> None:
    """One act: check against the whole tree, write the event and its rows. ``about[0]`` is the subject."""
    require(actor, "units")
    if not all(sign.isprintable() for sign in _texts(asked)):  # before the digest, which takes well-formed text only
        raise Problem("orgs.unit.name", "名称或编码里有看不见的字符", "请重新输入名称和编码。")

    def write(writer: Writer) -> dict[str, Any]:
        store.hold()
        history = store.load()
        change = make(history)
        units = [str(unit) for unit in about]
        body = {"units": units, "on": str(on), "digest": digest(asked)}
        event = writer.event(verb, f"unit:{units[0]}", body)
        store.save(history, change, on, event)
        return {"units": units}

    perform(Act(actor.principal, op_id, verb, asked), write)


def _texts(asked: Any) -> list[str]:
    """Every text in a request, however deep."""
    if isinstance(asked, str):
        return [asked]
    inner = list(asked.values()) + list(asked) if isinstance(asked, dict) else asked
    return [text for part in inner for text in _texts(part)]
