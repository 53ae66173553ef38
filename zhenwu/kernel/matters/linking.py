"""What a step names in ledgers: records that its link fields name, which must be there and may have to stand on its day; and the registers
in which what the cited record names must stand (``listed``), or must not (``unlisted``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import PREFIX, Field, form_at, form_of, linked_facts, live_version, named, named_by
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem

Stands = tuple[date, date | None, Mapping[str, Any]]
Find = Callable[[str, str], Stands | None]


def find_named(ledger: str, key: str) -> Stands | None:
    """From when until when (exclusive) the record of a ledger stands, and what it says; None for one that is not there."""
    return named_by(ledger, [key]).get(key)


def unlinked(workflow: Workflow, action: str, given: Mapping[str, Any], day: date, find: Find = find_named) -> tuple[Problem, ...]:
    """What is wrong with the records that an action's link fields name on a day; each problem names its field. ``find``: by which they are looked up."""
    table = workflow.action(action)
    if table is None or not workflow.links:
        return ()
    told = ((workflow.links[name], str(given.get(name) or "").strip()) for name in (*table.needs, *table.takes) if name in workflow.links)
    return tuple(fault for one, key in told if key and (fault := _fault(one, find(one.ledger, key), key, day)))


def _fault(one: Field, stands: Stands | None, key: str, day: date) -> Problem | None:
    if stands is None:
        return Problem("matter.link", f"{one.label}：没有“{key}”这条记录", "先登记它，或核对编号。").about(one.id)
    first, end, _ = stands
    if not one.on_day or first <= day and (end is None or day < end):
        return None
    span = f"{first} 起" + (f"，{end} 起不再有效" if end else "")
    return Problem("matter.link_day", f"{one.label}：“{key}”在 {day} 不在有效期内（{span}）", "换一条有效的，或先更正那条记录的日期。").about(one.id)


def misplaced(record: UUID | None, table: Action | None, day: date) -> str:
    """Why the registers keep an action from being taken on a day; "" where they do not. What the cited record leaves blank stands nowhere."""
    if table is None or not (table.listed or table.unlisted):
        return ""
    live = live_version(record) if record else None
    if live is None or live.removed:
        return "这件事没有引用登记的记录：请先在台账里登记"
    fields = {one.id: one for one in form_at(live).fields}
    kept = [told for names, wanted in ((table.listed, True), (table.unlisted, False)) for told in _kept(names, wanted, fields, live.data, day)]
    return "；".join(kept)


def _kept(names: Mapping[str, str], wanted: bool, fields: Mapping[str, Field], data: Mapping[str, Any], day: date) -> Iterator[str]:
    for name, register in names.items():
        field, key = fields.get(name), str(data.get(name) or "")
        if field is None or wanted == (bool(key) and _stands_in(register, field.ledger, key, day)):
            continue
        called = named(field, key) or key
        yield f"“{field.label}”{called}{'不' if wanted else ''}在“{form_of(current('ledger', register)).label}”里"


def _stands_in(register: str, ledger: str, key: str, day: date) -> bool:
    """Whether a record of a register that stands on a day links to the record of another ledger with this key."""
    links = [one.id for one in form_of(current("ledger", register)).fields if one.type == "link" and one.ledger == ledger]
    scope = Scope(PREFIX + register, alive_on=day)
    return any(True for link in links for _ in linked_facts(scope, link, [key]))
