"""Plain SQL and Django's queries say the same of a scope, now and as of every position."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import DAY as DAY_TOLD
from tests.kernel.entries import house
from tests.people import People
from zhenwu.kernel.journal.api import head, sequence
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    RecordInput,
    facts,
    keyed_facts,
    remove_record,
    save_record,
    save_records,
    versions_in,
)
from zhenwu.lib.facts import Scope

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date.fromisoformat(DAY_TOLD)


def _lived(people: People) -> None:
    """Entered together and singly, corrected, removed; what came last is not sequenced yet."""
    save_records(people.zhou, yard.HOUSE, [house(people, f"H{number}", "10") for number in range(4)], uuid4())
    alone = UUID(save_record(people.zhou, yard.HOUSE, house(people, "A", "20"), uuid4())["record"])
    gone = UUID(save_record(people.zhou, yard.HOUSE, house(people, "G", "30"), uuid4())["record"])
    sequence()
    later = RecordInput({"code": "A", "area": "21", "state": "found"}, people.town["深塘一格"], DAY + timedelta(days=40), reason="量错了")
    save_record(people.zhou, yard.HOUSE, later, uuid4(), alone, 1)
    remove_record(people.zhou, yard.HOUSE, gone, 1, "登记重了", uuid4())
    sequence()
    save_record(people.zhou, yard.HOUSE, house(people, "N", "40"), uuid4())
    save_record(people.zhou, yard.HOUSE, RecordInput({"area": "22"}, reason="又量了一次"), uuid4(), alone, 2)


def test_what_stands_in_a_scope_is_the_same_however_it_is_asked(people: People) -> None:
    _lived(people)
    units = (None, frozenset({people.town["深塘一格"]}), frozenset({people.town["云岭镇"]}), frozenset[UUID]())
    days = (None, DAY, DAY + timedelta(days=1))
    seen = set()
    for position, some, first, last, alive in product((None, *range(head() + 1)), units, days, days, days):
        scope = Scope(PREFIX + yard.HOUSE, position, some, first, last, alive)
        there = [(one.record_id, one.number) for one in versions_in(scope).order_by("starts_on", "record_id", "number")]
        assert [(fact.id, fact.number) for fact in facts(scope)] == there, scope
        assert sorted((fact.id, fact.number) for _, fact in keyed_facts(scope)) == sorted(there)
        seen.add(len(there))
    assert seen == {0, 1, 4, 5, 6}  # the scopes tell one from another
