"""What a step names in ledgers: records that its link fields name, which must be there and may have to stand on its day; and the registers
in which what the cited record names must stand (``listed``), or must not (``unlisted``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import PREFIX, Field, form_of, linked_facts, named
from zhenwu.kernel.matters.certified import uncertified
from zhenwu.kernel.matters.columns import day_of
from zhenwu.kernel.matters.registered import Registered, Stands
from zhenwu.kernel.matters.standing import OnRecord
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem

_NOTHING = OnRecord()


def on_record(
    actor: Actor, record: UUID | None, workflow: Workflow, action: str, given: Mapping[str, Any], moment: datetime, known: Registered | None = None
) -> OnRecord:  # fmt: skip
    """What the ledgers hold against an action at a moment, as they stand on its day; ``record``: what the matter is about."""
    table = workflow.action(action)
    if table is None or not (table.certified or table.listed or table.unlisted or workflow.links):  # mostly
        return _NOTHING
    day, known = day_of(moment), known or Registered()
    return OnRecord(uncertified(actor, record, table.certified, day, known), _misplaced(record, table, day, known), _unlinked(workflow, table, given, day, known))


def _unlinked(workflow: Workflow, table: Action, given: Mapping[str, Any], day: date, known: Registered) -> tuple[Problem, ...]:
    """What is wrong with the records that an action's link fields name on a day; each problem names its field."""
    told = ((workflow.links[name], str(given.get(name) or "").strip()) for name in (*table.needs, *table.takes) if name in workflow.links)
    return tuple(fault for one, key in told if key and (fault := _fault(one, known.named(one.ledger, key), key, day)))


def _fault(one: Field, stands: Stands | None, key: str, day: date) -> Problem | None:
    if stands is None:
        return Problem("matter.link", f"{one.label}：没有“{key}”这条记录", "先登记它，或核对编号。").about(one.id)
    first, end, _ = stands
    if not one.on_day or first <= day and (end is None or day < end):
        return None
    span = f"{first} 起" + (f"，{end} 起不再有效" if end else "")
    return Problem("matter.link_day", f"{one.label}：“{key}”在 {day} 不在有效期内（{span}）", "换一条有效的，或先更正那条记录的日期。").about(one.id)


def _misplaced(record: UUID | None, table: Action, day: date, known: Registered) -> str:
    """Why the registers keep an action from being taken on a day; "" where they do not. What the cited record leaves blank stands nowhere."""
    if not (table.listed or table.unlisted):
        return ""
    cited = known.cited(record)
    if cited is None:
        return "这件事没有引用登记的记录：请先在台账里登记"
    return "；".join(told for names, wanted in ((table.listed, True), (table.unlisted, False)) for told in _kept(names, wanted, *cited, day))


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
