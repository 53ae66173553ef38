"""Whether news is the same thing told again: an earlier record of those days called for the matter already, and it is not over yet.

Asked by the records' own days, not by when they were entered: two storms written down on one evening are two.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from zhenwu.kernel.ledgers.api import facts
from zhenwu.kernel.matters.api import citing
from zhenwu.kernel.orgs.api import SYSTEM, Tree, tree
from zhenwu.kernel.rules.everyone import row_of
from zhenwu.kernel.rules.rule import Beside, Rule
from zhenwu.lib.facts import Fact, Scope


def told_already(rule: Rule, once: Beside, position: int, fact: Fact, other: Fact | None, order: Mapping[UUID, int]) -> UUID | None:
    """The open matter that an earlier record opened for the same thing, or None. ``other``: the record for which the news is news; ``order``:
    of records written together, which is known first. Matters of the rule's category alone are looked at."""
    day, reach = _day(fact), timedelta(days=once.days)
    first, now = order.get(fact.id, 0), tree()
    town = now.township_of(now.place(fact.unit).unit_id)
    earlier = [
        one for one in facts(Scope(fact.source, position, first_day=day - reach, last_day=day + reach))
        if one.id != fact.id and order.get(one.id, -1) < first and rule.holds(one.row) and once.alike(fact.row, one.row)
        and now.township_of(now.place(one.unit).unit_id) == town and _reaches(rule, one, other, now)
    ]  # fmt: skip
    if not earlier:
        return None
    about = {other.id} if other is not None else {one.id for one in earlier}
    return next((step.matter_id for step in citing(SYSTEM, rule.pack, about) if step.ends_on is None and step.columns.get("category") == rule.category), None)


def _reaches(rule: Rule, fact: Fact, other: Fact | None, now: Tree) -> bool:
    if rule.each is None or other is None:
        return True
    home, there = now.place(fact.unit).unit_id, now.place(other.unit).unit_id
    return bool(rule.each.holds(row_of(fact, other, home in (there, *now.ancestors(there)))))


def _day(fact: Fact) -> date:
    day: date = fact.row["occurred_on"]
    return day
