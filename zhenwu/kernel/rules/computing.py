"""What a record brings into another ledger: one record there for each here, written anew when this one is corrected, void when it no
longer says so. What it is worth may be looked up in a table of the township, as it stands on the record's day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    RecordInput,
    facts,
    find_record,
    form_of,
    history,
    named,
    remove_record,
    save_records,
    shown,
)
from zhenwu.kernel.matters.api import typed
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.kernel.rules.entering import CITED, key_of, place_for
from zhenwu.kernel.rules.rule import Enter, Look, Rule
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import Conflict

OF_THE_TABLE = "table_"  # how the columns of what was looked up are called
_LONGEST_REASON = 200
_TRIES = 3
OpId = Callable[[str], UUID]


@dataclass(frozen=True)
class _Said:
    """What a record says: as it is typed, and as it is read."""

    codes: Mapping[str, str]
    words: Mapping[str, str]


def compute(rule: Rule, position: int, before: Fact | None, after: Fact | None, op_id: OpId) -> None:
    """Bring what a record says now, and take back what it said before and says no more. Raises what the ledger refuses."""
    assert rule.enter is not None
    fact = after or before
    assert fact is not None
    for turn in range(_TRIES):
        try:
            key = _bring(rule, rule.enter, position, after, op_id(f"{fact.id} {turn}")) if after is not None else ""
            if before is not None and _key(rule, rule.enter, position, before) not in ("", key):
                _take_back(rule, rule.enter, position, before, op_id(f"{fact.id} back {turn}"))
            return
        except Conflict:
            if turn == _TRIES - 1:
                raise


def _bring(rule: Rule, entry: Enter, position: int, fact: Fact, op_id: UUID) -> str:
    """The key of the record that was written; "" where nothing is to be."""
    told = _told(rule, entry, position, fact)
    if told is None:
        return ""
    form = form_of(current("ledger", entry.ledger))
    data = entry.data(told.codes, told.words)
    key = key_of(form, data)
    is_new = find_record(entry.ledger, key) is None
    row = RecordInput(data, place_for(form, fact.unit) if is_new else None, told.codes.get(entry.day) or _day(fact), told.codes.get(entry.until), reason="" if is_new else _reason(rule, fact))
    save_records(SYSTEM, entry.ledger, [row], op_id, correct=True)
    return key


def _key(rule: Rule, entry: Enter, position: int, fact: Fact) -> str:
    """The key of what a record brings, whatever it is worth; "" where the rule does not hold of it."""
    told = _told(rule, entry, position, fact, looked_up=False)
    return key_of(form_of(current("ledger", entry.ledger)), entry.data(told.codes, told.words)) if told else ""


def _take_back(rule: Rule, entry: Enter, position: int, before: Fact, op_id: UUID) -> None:
    record = find_record(entry.ledger, _key(rule, entry, position, before))
    if record is not None:
        remove_record(SYSTEM, entry.ledger, record, history(record)[-1].number, _reason(rule, before), op_id)


def _told(rule: Rule, entry: Enter, position: int, fact: Fact, looked_up: bool = True) -> _Said | None:
    """What a record says, with what was looked up for it; None where the rule does not hold of it, or nothing was found."""
    if not rule.holds(fact.row):
        return None
    told = _said(fact)
    codes, words = {**told.codes, CITED: history(fact.id)[-1].key}, told.words
    if entry.look is None or not looked_up:
        return _Said(codes, {**words, CITED: codes[CITED]})
    found = _look_up(entry.look, position, fact)
    if found is None:
        return None
    more = _said(found)
    codes |= {OF_THE_TABLE + name: value for name, value in more.codes.items()}
    return _Said(codes, {**words, CITED: codes[CITED], **{OF_THE_TABLE + name: value for name, value in more.words.items()}})


def _look_up(look: Look, position: int, fact: Fact) -> Fact | None:
    now = tree()
    home = now.place(fact.unit).unit_id
    over = frozenset((fact.unit, home, *now.ancestors(home)))
    standing = facts(Scope(PREFIX + look.ledger, position, over, alive_on=date.fromisoformat(_day(fact))))
    return next((one for one in standing if all(one.row.get(field) == fact.row.get(column) for field, column in look.same.items())), None)


def _said(fact: Fact) -> _Said:
    fields = {one.id: one for one in form_of(current("ledger", fact.source.removeprefix(PREFIX))).fields}
    codes, words = {}, {}
    for name, value in fact.row.items():
        if value in (None, ""):
            continue
        codes[name] = typed(value, fields[name].scale if name in fields else 0)
        words[name] = (named(fields[name], value) or shown(fields[name], value)) if name in fields else codes[name]
    return _Said(codes, words)


def _day(fact: Fact) -> str:
    day: Any = fact.row["occurred_on"]
    return str(day.isoformat())


def _reason(rule: Rule, fact: Fact) -> str:
    return f"{rule.label}：依据的记录改到第{fact.number}版"[:_LONGEST_REASON]
