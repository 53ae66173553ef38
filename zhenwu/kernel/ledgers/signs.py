"""Public signs: what anybody may read of one record, without an account. The only reads of ledgers that ask for no actor.

A ledger says in its ``sign`` what stands on the sign; nothing else is handed out. Personal fields and links are refused by the checker of
packs, and left out here once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.ledgers.desk import form_of
from zhenwu.kernel.ledgers.forms import Field, shown
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.reading import PREFIX, last_days, linked_facts, versions_in
from zhenwu.lib.clock import today
from zhenwu.lib.expressions import evaluate, from_json
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import NotFound

PUBLIC = ("text", "choice", "integer", "decimal", "date", "flag")


@dataclass(frozen=True)
class Sign:
    """A sign: ``title`` is the first of what is shown, ``lines`` the others (label, words); ``facts`` are figures of this year and last days,
    told on the page only. ``unit``: where the record lies."""

    record: UUID
    ledger: str
    heading: str
    title: str
    unit: UUID
    lines: tuple[tuple[str, str], ...]
    duty: str
    report: str
    phone: str
    facts: tuple[tuple[str, str], ...]


def has_sign(ledger: str) -> bool:
    """Whether records of a ledger in force have signs."""
    found = find("ledger", ledger)
    return found is not None and bool(found.body.get("sign"))


def sign_of(ledger: str, record: UUID, counted: bool = True) -> Sign:
    """The sign of a record that stands today; ``NotFound`` for what has none, has ended or was taken back. ``counted``: with its facts."""
    found = find("ledger", ledger)
    told = found.body.get("sign") if found is not None else None
    version = versions_in(Scope(PREFIX + ledger, alive_on=today())).filter(record_id=record).first() if told else None
    if found is None or not told or version is None:
        raise NotFound("sign.unknown", "没有这块公示牌", "可能已经撤了，或换了新的；请打牌子上的电话。")
    fields = {one.id: one for one in form_of(found).fields if one.type in PUBLIC}
    said = [(fields[name].label, _words(fields[name], version)) for name in told["show"] if name in fields]
    phone = _words(fields[told["phone"]], version) if told.get("phone") in fields else ""
    facts = tuple(_fact(one, version) for one in told["fact"]) if counted else ()
    lines = tuple((label, words) for label, words in said[1:] if words)
    return Sign(record, ledger, told["heading"], said[0][1] if said else "", version.unit_id, lines, told.get("duty") or "", told.get("report") or "", phone, facts)


def _words(field: Field, version: Version) -> str:
    words = shown(field, version.data.get(field.id))
    return f"{words} {field.unit}" if words and field.unit else words


def _fact(told: Mapping[str, Any], version: Version) -> tuple[str, str]:
    """One fact about what links to the record: how many in this year (``count``), or the last day of one (``last``)."""
    now = today()
    if told["what"] == "last":
        day = last_days(Scope(PREFIX + told["ledger"]), told["link"], [version.key]).get(version.key)
        return told["label"], _day(day) if day else "还没有"
    holds = evaluate(from_json(told["when"])) if told["when"] else None
    scope = Scope(PREFIX + told["ledger"], first_day=date(now.year, 1, 1), last_day=now)
    rows = [fact.row for _, fact in linked_facts(scope, told["link"], [version.key])]
    return told["label"], f"{sum(holds is None or bool(holds(row)) for row in rows)} {told['unit']}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
