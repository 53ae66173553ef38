"""For whom else a record is news: the records of another ledger that stand on its day, in its township, and of which the rule holds.

A rain reading calls up the places whose own threshold it reaches, no others. A correction is news for those whom it newly reaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from zhenwu.kernel.ledgers.api import PREFIX, facts
from zhenwu.kernel.orgs.api import Tree, tree
from zhenwu.kernel.rules.rule import Each, Rule
from zhenwu.lib.facts import Fact, Scope

EACH = "each_"  # how the columns of the other record are called
HERE = "each_here"


def reached(rule: Rule, each: Each, position: int, before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """(a record that was written, a record of the other ledger that it now reaches and did not before)."""
    now = tree()
    old = {fact.id: fact for fact in before}
    for fact in after:
        was = old.get(fact.id)
        known = {other.id for other in _reached(rule, each, position, now, was)} if was else set()
        yield from ((fact, other) for other in _reached(rule, each, position, now, fact) if other.id not in known)


def _reached(rule: Rule, each: Each, position: int, now: Tree, fact: Fact) -> Iterator[Fact]:
    if not rule.holds(fact.row):
        return
    home = now.place(fact.unit).unit_id
    town = now.township_of(home)
    for other in facts(Scope(PREFIX + each.ledger, position, alive_on=fact.row["occurred_on"])):
        there = now.place(other.unit).unit_id
        over = (there, *now.ancestors(there))
        if town in over and each.holds(row_of(fact, other, home in over)):
            yield other


def row_of(fact: Fact, other: Fact, here: bool) -> dict[str, Any]:
    """The columns of both, as the condition reads them."""
    return {**fact.row, **{EACH + name: value for name, value in other.row.items()}, HERE: here}
