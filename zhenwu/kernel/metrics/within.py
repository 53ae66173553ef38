"""Rows that count only while a record of another ledger stands: people while their household is fed by a waterworks.

Such rows are a source of facts of their own. A fact of it is one of the counted ledger (``left``) whose interval is cut to that of the record
of the other ledger (``right``) which people call what the fact says in a field; without one, or where the intervals do not meet, it is none.
Both ledgers are stocks, and what a record of ``right`` is called is one field of it, so that there is one such record at most. Whatever
counts facts (cells, a rebuild, evidence) counts these as it counts any others. Decision 0044.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.lib.facts import Fact, Row, Scope

KIND, LEDGER = "within", "ledger:"
FROM, UNTIL = "valid_from", "valid_until"
SINCE = "within_from"  # since when the other record stands: for whoever looks at the row
FEW = 500  # records of the other ledger, up to which those that name them are looked for and not gone through
Change = tuple[list[Fact], list[Fact]]


@dataclass(frozen=True)
class Within:
    """``left`` and ``right``: keys of ledgers; ``same`` the field of ``left`` that says which record of ``right``, ``named`` the field by
    which that one is called."""

    left: str
    same: str
    right: str
    named: str

    @property
    def source(self) -> str:
        """Its name as a source of facts."""
        return ":".join((KIND, self.left, self.same, self.right, self.named))

    @property
    def parts(self) -> frozenset[str]:
        """The sources that it is made of."""
        return frozenset({LEDGER + self.left, LEDGER + self.right})


def read_within(source: str) -> Within | None:
    """The inverse of ``Within.source``; None for another source."""
    kind, *told = source.split(":")
    return Within(*told) if kind == KIND else None


def facts(one: Within, scope: Scope) -> Iterator[Fact]:
    """The facts within a scope, whose days bound the counted row's own interval before it is cut."""
    rows = list(ledgers.facts(replace(scope, source=LEDGER + one.left)))
    keys = None if scope.units is None else _said(one, rows)
    return _cut(one, rows, _standing(one, keys, scope.position))


def changes(one: Within, before: Sequence[Fact], after: Sequence[Fact], until: int | None) -> Change:
    """What a change of either ledger puts away and puts in its place; ``until``: a position at which just that change was known (None: now).

    What the change does not name stood before it as it does after it, so that one position is enough.
    """
    old_rows, new_rows = _net(before, after, one.left)
    old_there, new_there = (_by_name(one, some) for some in _net(before, after, one.right))
    if not (old_rows or new_rows or old_there or new_there):
        return [], []
    moved = old_there.keys() | new_there.keys()
    changed = {fact.id for fact in new_rows}
    rest = [fact for fact in _naming(one, moved, until) if fact.id not in changed]
    stays = _standing(one, _said(one, (*old_rows, *new_rows)) - moved, until)
    return list(_cut(one, [*old_rows, *rest], stays | old_there)), list(_cut(one, [*new_rows, *rest], stays | new_there))


def _net(before: Sequence[Fact], after: Sequence[Fact], ledger: str) -> Change:
    """What a ledger's rows were before and are after; what came and went in between was never seen."""
    old, new = ({(fact.id, fact.number): fact for fact in some if fact.source == LEDGER + ledger} for some in (before, after))
    return [fact for which, fact in old.items() if which not in new], [fact for which, fact in new.items() if which not in old]


def _naming(one: Within, keys: Collection[str], position: int | None) -> Iterable[Fact]:
    """The counted ledger's rows that name one of these."""
    scope = Scope(LEDGER + one.left, position)
    if len(keys) <= FEW:
        return (fact for _, fact in ledgers.linked_facts(scope, one.same, keys))
    return (fact for fact in ledgers.facts(scope) if fact.row[one.same] in keys)


def _standing(one: Within, keys: Collection[str] | None, position: int | None) -> dict[str, Fact]:
    """name → the record of the other ledger; all of them, or those of some names."""
    return _by_name(one, (fact for _, fact in ledgers.keyed_facts(Scope(LEDGER + one.right, position), keys)))


def _said(one: Within, rows: Iterable[Fact]) -> set[str]:
    """The records of the other ledger that rows name."""
    return {told for fact in rows if (told := fact.row[one.same]) is not None}


def _by_name(one: Within, there: Iterable[Fact]) -> dict[str, Fact]:
    return {fact.row[one.named]: fact for fact in there}


def _cut(one: Within, rows: Iterable[Fact], standing: Mapping[str, Fact]) -> Iterator[Fact]:
    for fact in rows:
        other = standing.get(fact.row[one.same])
        if other is None:
            continue
        first = max(fact.row[FROM], other.row[FROM])
        last = min((day for day in (fact.row[UNTIL], other.row[UNTIL]) if day is not None), default=None)
        if last is None or last > first:
            yield replace(fact, source=one.source, row=Row(fact.row, **{FROM: first, UNTIL: last, SINCE: other.row[FROM]}))
