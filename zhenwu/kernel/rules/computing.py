"""What a record brings into another ledger: one record there for each here, written anew when this one is corrected, void when it no
longer says so. What it is worth may be looked up in a table of the township, as it stands on the record's day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    Field,
    RecordInput,
    existing_keys,
    facts,
    find_record,
    form_of,
    keys_of,
    live_version,
    named,
    remove_record,
    save_records,
    shown,
)
from zhenwu.kernel.matters.api import typed
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.kernel.rules.entering import CITED, key_of, place_for
from zhenwu.kernel.rules.rule import Enter, Look, Rule
from zhenwu.lib.digests import digest
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import Conflict

OF_THE_TABLE = "table_"  # how the columns of what was looked up are called
_LONGEST_REASON = 200
_TRIES = 3
OpId = Callable[[str], UUID]
Facts = Mapping[UUID, Fact]


@dataclass(frozen=True)
class _Said:
    """What a record says: as it is typed, and as it is read."""

    codes: Mapping[str, str]
    words: Mapping[str, str]


@dataclass(frozen=True)
class _Brought:
    """What a record brings: the data of the other, by the key that it has there."""

    fact: Fact
    key: str
    data: Mapping[str, str]
    day: str | None
    until: str | None


def compute(rule: Rule, position: int, before: Facts, after: Facts, op_id: OpId) -> None:
    """Bring what records say now, and take back what they said before and say no more. Raises what the ledger refuses; what was written
    by then stays, and is not written again."""
    assert rule.enter is not None
    for turn in range(_TRIES):
        reading = _Reading(rule, rule.enter, position, {**before, **after})
        brought = {record: told for record, fact in after.items() if (told := reading.brought(fact))}
        left = {record: told for record, fact in before.items() if (told := reading.brought(fact, looked_up=False))}
        try:
            _bring(rule, rule.enter, list(brought.values()), op_id)
            for record, told in left.items():
                if record not in brought or brought[record].key != told.key:
                    _take_back(rule, rule.enter, told, op_id)
            return
        except Conflict:
            if turn == _TRIES - 1:
                raise


def _bring(rule: Rule, entry: Enter, brought: Sequence[_Brought], op_id: OpId) -> None:
    if not brought:
        return
    form, there = form_of(current("ledger", entry.ledger)), existing_keys(entry.ledger, [one.key for one in brought])
    rows = [
        RecordInput(one.data, None if one.key in there else place_for(form, one.fact.unit), one.day, one.until, reason=_reason(rule, one.fact) if one.key in there else "")
        for one in brought
    ]
    told = digest([[row.data, row.unit, row.day, row.until, row.reason] for row in rows])
    save_records(SYSTEM, entry.ledger, rows, op_id(told), correct=True)


def _take_back(rule: Rule, entry: Enter, told: _Brought, op_id: OpId) -> None:
    record = find_record(entry.ledger, told.key)
    if record is not None and (live := live_version(record)) is not None:
        remove_record(SYSTEM, entry.ledger, record, live.number, _reason(rule, told.fact), op_id(f"{record} {live.number} back"))


class _Reading:
    """Reads what records bring; what many of them ask alike is asked once."""

    def __init__(self, rule: Rule, entry: Enter, position: int, known: Facts) -> None:
        self.rule, self.entry, self.position = rule, entry, position
        self.keys, self.form = keys_of(known), form_of(current("ledger", entry.ledger))
        self._standing = lru_cache(maxsize=256)(self._read_standing)
        self._names: dict[tuple[str, str], str] = {}

    def brought(self, fact: Fact, looked_up: bool = True) -> _Brought | None:
        """What a record brings; None where the rule does not hold of it, or nothing was found. Its key does not depend on what is looked up."""
        if not self.rule.holds(fact.row):
            return None
        told, cited = self._said(fact), {CITED: self.keys[fact.id]}
        codes, words = {**told.codes, **cited}, {**told.words, **cited}
        if self.entry.look and looked_up:
            found = self._look_up(self.entry.look, fact)
            if found is None:
                return None
            more = self._said(found)
            codes |= {OF_THE_TABLE + name: value for name, value in more.codes.items()}
            words |= {OF_THE_TABLE + name: value for name, value in more.words.items()}
        data = self.entry.data(codes, words)
        return _Brought(fact, key_of(self.form, data), data, codes.get(self.entry.day) or _day(fact).isoformat(), codes.get(self.entry.until))

    def _look_up(self, look: Look, fact: Fact) -> Fact | None:
        now = tree()
        home = now.place(fact.unit).unit_id
        standing = self._standing(look.ledger, frozenset((fact.unit, home, *now.ancestors(home))), _day(fact))
        return next((one for one in standing if all(one.row.get(field) == fact.row.get(column) for field, column in look.same.items())), None)

    def _read_standing(self, ledger: str, over: frozenset[UUID], day: date) -> list[Fact]:
        return list(facts(Scope(PREFIX + ledger, self.position, over, alive_on=day)))

    def _said(self, fact: Fact) -> _Said:
        fields: dict[str, Field] = {one.id: one for one in form_of(current("ledger", fact.source.removeprefix(PREFIX))).fields}
        codes, words = {}, {}
        for name, value in fact.row.items():
            if value in (None, ""):
                continue
            codes[name] = typed(value, fields[name].scale if name in fields else 0)
            words[name] = self._shown(fields[name], value) if name in fields else codes[name]
        return _Said(codes, words)

    def _shown(self, field: Field, value: object) -> str:
        if field.type != "link":
            return shown(field, value)
        key = (field.ledger, str(value))
        if key not in self._names:
            self._names[key] = named(field, value)
        return self._names[key] or shown(field, value)


def _day(fact: Fact) -> date:
    day: date = fact.row["occurred_on"]
    return day


def _reason(rule: Rule, fact: Fact) -> str:
    return f"{rule.label}：依据的记录改到第{fact.number}版"[:_LONGEST_REASON]
