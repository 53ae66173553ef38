"""What a rule says to whoever enters a record, before it is saved: that there are others beside it (``warns`` of ``beside``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import Definition, every
from zhenwu.kernel.ledgers.api import PREFIX, facts, form_of, visible_ids
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rules.rule import read_rule
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem, Problems


@dataclass(frozen=True)
class Warned:
    """What is said, and the records that it speaks of as far as this person may see them (id, day), the latest first; ``hidden``:
    how many more."""

    words: str
    records: tuple[tuple[UUID, date], ...]
    hidden: int


def warnings(actor: Actor, ledger: Definition, unit: UUID | None, day: date | None, data: Mapping[str, Any]) -> list[Warned]:
    """The warnings for a record about to be entered; none for what cannot be read anyway (the ledger itself says so)."""
    rules = [read_rule(one.body) for one in every("rule") if one.body.get("ledger") == ledger.key and (one.body.get("beside") or {}).get("warns")]
    if not rules or unit is None or day is None:
        return []
    try:
        row = form_of(ledger).read(data, partial=True).data
    except (Problem, Problems):
        return []
    days = {one.id: date.fromisoformat(row[one.id]) for one in form_of(ledger).fields if one.type == "date" and row.get(one.id)}
    row = dict.fromkeys(one.id for one in form_of(ledger).fields) | dict(row) | days | {"month": day.month, "authority": "self", "occurred_on": day}
    found = []
    for rule in rules:
        assert rule.beside is not None
        reach = timedelta(days=rule.beside.days)
        scope = Scope(PREFIX + ledger.key, None, frozenset({unit}), day - reach, day + reach)
        if rule.holds(row):
            near = [one for one in facts(scope) if rule.beside.alike(row, one.row) and rule.holds(one.row)]
            seen = {record for record, _ in visible_ids(actor, "list", scope, ledger.pack)} if near else set()
            told = sorted(((one.id, one.row["occurred_on"]) for one in near if one.id in seen), key=lambda one: one[1], reverse=True)
            found += [Warned(rule.beside.warns, tuple(told), len(near) - len(told))] if near else []
    return found
