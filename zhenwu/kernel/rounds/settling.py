"""Writing down what became of the spans that have closed: one record for each thing and span.

What stands in the ledgers is compared with what should stand there, and only the difference is written, oldest span first.
So a turn that comes again, after a kill or from a second process, finds nothing left to do. An operation id is made from
the round and from every row with the version it replaces: of two processes that write the same at once one does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.journal.api import chunks, head
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    RecordInput,
    facts,
    keyed_facts,
    linked_facts,
    remove_record,
    said_over_time,
    save_records,
)
from zhenwu.kernel.orgs.api import SYSTEM, Tree, tree
from zhenwu.kernel.rounds.round import Duty, Round, count, duties
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import Conflict, Problem, Problems

ROUNDS = UUID("5a1d6f0b-4d2e-5c37-8a0f-61b7f0f3c9aa")  # the name space of operation ids made here
SOME = 200  # things looked at together
OWN = ("sheet", "due", "made", "valid", "met")  # the fields of a tally that are computed, besides the link
Days = tuple[date, date]
_TRIES = 4


@dataclass(frozen=True)
class Row:
    """What should stand in the ledger of tallies; ``before`` is what stands there now. ``units``:
    the thing's, then those of its visits, the latest first."""

    key: str
    span_first: date
    day: date
    units: tuple[UUID, ...]
    data: Mapping[str, Any]
    before: Fact | None

    @property
    def is_new(self) -> bool:
        return self.before is None or any(self.before.row[name] != value for name, value in self.data.items()) or self.before.row["occurred_on"] != self.day


@dataclass(frozen=True)
class Wanted:
    """Which things (by key) are looked at, for the spans of which days; ``known`` are those that were read just now."""

    days: Mapping[str, Days]
    known: Mapping[str, Fact] = field(default_factory=dict)


def settle(one: Round, wanted: Wanted, until: date) -> dict[str, Problem | Problems]:
    """Bring the tallies of things up to date for the spans that touch the days asked for and ended by ``until``.

    Returns the things of which the ledger refused a tally, and why; those beside them are written all the same.
    """
    asked = {key: (first, min(last, until)) for key, (first, last) in wanted.days.items() if first <= until}
    refused: dict[str, Problem | Problems] = {}
    for some in chunks(sorted(asked), SOME):
        try:
            _again(one, Wanted({key: asked[key] for key in some}, wanted.known), until)
        except (Problem, Problems):
            for key in some:
                try:
                    _again(one, Wanted({key: asked[key]}), until)
                except (Problem, Problems) as error:
                    refused[key] = error
    return refused


def _again(one: Round, wanted: Wanted, until: date) -> int:
    """Another process may have been quicker: then look again, and mostly nothing is left."""
    for turn in range(_TRIES):
        try:
            return _settle(one, wanted.days, until, wanted.known if turn == 0 else {})
        except (Conflict, Problems) as error:
            overtaken = isinstance(error, Conflict) or {problem.code for problem in error.found} <= {"ledger.key_taken"}
            if not overtaken or turn == _TRIES - 1:
                raise
    return 0


def _settle(one: Round, asked: Mapping[str, Days], until: date, known: Mapping[str, Fact]) -> int:
    rows = due_rows(one, asked, until, known)
    stand = _standing(one, asked, rows)
    found = [_row(one, key, thing, duty, visits, stand) for key, thing, duty, visits in rows]
    written = _write(one, sorted((row for row in found if row.is_new), key=lambda row: (row.day, row.span_first, row.key)))
    return written + _remove_gone(one, asked, stand, {row.key for row in found})


def due_rows(
    one: Round, asked: Mapping[str, Days], until: date | None, known: Mapping[str, Fact] | None = None
) -> list[tuple[str, Fact, Duty, list[Fact]]]:
    """(key, thing, duty, visits of its span) of the spans that touch the days asked for; ``until``: those that ended by then.
    ``known``: the things, where they were read just now."""
    things = known or dict(keyed_facts(Scope(PREFIX + one.of), asked))
    plans = list(facts(Scope(PREFIX + one.plan))) if one.plan else []
    told = _said(things.values(), one.every) if one.every else {}
    owed = [
        (key, things[key], duty)
        for key, (first, last) in asked.items()
        if key in things
        for duty in duties(one, things[key], plans, told.get(things[key].id, ()), first, last)
        if until is None or duty.span.last <= until
    ]
    visits = _visits(one, owed)
    return [(key, thing, duty, visits[key]) for key, thing, duty in owed]


# (record, version) → what was said up to it: what a version and those before it say never changes.
_SAID: dict[tuple[UUID, int, str], list[tuple[date, Any]]] = {}
_MOST_KEPT = 20_000


def _said(things: Iterable[Fact], name: str) -> dict[UUID, list[tuple[date, Any]]]:
    told = {(thing.id, thing.number, name): _SAID.get((thing.id, thing.number, name)) for thing in things}
    found = said_over_time([record for (record, _, _), words in told.items() if words is None], name)
    for (record, number, _), words in list(told.items()):
        if words is None:
            told[record, number, name] = found.get(record, [])[:number]
    if len(_SAID) + len(told) > _MOST_KEPT:
        _SAID.clear()
    _SAID.update({one: words for one, words in told.items() if words})
    return {record: words or [] for (record, _, _), words in told.items()}


def _visits(one: Round, owed: Sequence[tuple[str, Fact, Duty]]) -> Mapping[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    if owed:
        first, last = min(duty.span.first for _, _, duty in owed), max(duty.span.last for _, _, duty in owed)
        scope = Scope(PREFIX + one.by, first_day=first, last_day=last)
        for _, visit in linked_facts(scope, one.link, {key for key, _, _ in owed}):
            found[visit.row[one.link]].append(visit)
    return found


def _standing(one: Round, asked: Mapping[str, Days], rows: Sequence[tuple[str, Fact, Duty, list[Fact]]]) -> dict[str, Fact]:
    """key → the tally that stands there now, of all that may have to change."""
    first = min(days[0] for days in asked.values())
    last = max([*(days[1] for days in asked.values()), *(duty.span.last for _, _, duty, _ in rows)])
    return dict(linked_facts(Scope(PREFIX + one.into, first_day=first, last_day=last), one.link, asked))


def _row(one: Round, key: str, thing: Fact, duty: Duty, visits: Sequence[Fact], stand: Mapping[str, Fact]) -> Row:
    done, name = count(one, thing, duty, visits), f"{key}/{duty.span.name}"
    data = {name: thing.row[name] for name in one.copied}
    data |= {one.link: key, "sheet": duty.span.name, "due": duty.times, "made": done.made, "valid": done.valid, "met": done.valid >= duty.times}
    return Row(name, duty.span.first, duty.span.last, (thing.unit, *(visit.unit for visit in reversed(visits))), data, stand.get(name))


def _write(one: Round, rows: Sequence[Row]) -> int:
    if rows:
        now = tree()
        entries = [RecordInput(row.data, None if row.before else _place(now, row.units), row.day, reason=_reason(row)) for row in rows]
        save_records(SYSTEM, one.into, entries, _op_id(one, rows), correct=True)
    return len(rows)


def _place(now: Tree, units: Sequence[UUID]) -> UUID:
    """Where the thing counts today; after a split, which leaves that open, where it was visited last."""
    home = now.place(units[0])
    if home.unplaced:
        return next((unit for unit in units[1:] if unit in now), home.unit_id)
    return home.unit_id


def _reason(row: Row) -> str:
    if row.before is None:
        return ""
    was, is_ = row.before.row, row.data
    if was["due"] != is_["due"]:
        return f"应做次数由{was['due']}改为{is_['due']}：计划或对象有更正"
    if (was["made"], was["valid"]) != (is_["made"], is_["valid"]):
        return f"补录、更正后重算：做了{was['made']}次改为{is_['made']}次，有效{was['valid']}次改为{is_['valid']}次"
    return "由记录重新算出，不能手改"


def _remove_gone(one: Round, asked: Mapping[str, Days], stand: Mapping[str, Fact], owed: Collection[str]) -> int:
    """Tallies of spans in which nothing is owed any more: the thing or its plan was ended, voided or moved in time."""
    gone = list(_gone(one, asked, stand, owed))
    for tally in gone:
        op_id = uuid5(ROUNDS, f"{one.key} gone {tally.id} {tally.number}")
        remove_record(SYSTEM, one.into, tally.id, tally.number, "对象或计划有更正，这一期不用做", op_id)
    return len(gone)


def _gone(one: Round, asked: Mapping[str, Days], stand: Mapping[str, Fact], owed: Collection[str]) -> Iterator[Fact]:
    for key, tally in stand.items():
        first, last = asked[tally.row[one.link]]
        if key not in owed and first <= tally.row["occurred_on"] <= last:
            yield tally


def _op_id(one: Round, rows: Sequence[Row]) -> UUID:
    """One for each set of rows, with the versions that they replace and what was known, whoever writes it."""
    told = "|".join(f"{row.key} {row.before.number if row.before else 0} {sorted(row.data.items())}" for row in rows)
    return uuid5(ROUNDS, f"{one.key} {head()} {told}")
