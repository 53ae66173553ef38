"""What the record of a name said at a moment: the one question of limits to the ledgers of standards."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import DAY, house
from tests.people import People
from zhenwu.kernel.ledgers.api import RecordInput, Sayings, remove_record, said_at, save_record
from zhenwu.kernel.ledgers.models import Version
from zhenwu.lib.clock import LOCAL, at

pytestmark = pytest.mark.django_db(transaction=True)
MONTHS = [datetime(2020, month, 1, tzinfo=LOCAL) for month in range(3, 12)]


def _save(people: People, month: int, entry: RecordInput, record: UUID | None = None, version: int = 0) -> UUID:
    with at(datetime(2020, month, 15, 9, tzinfo=LOCAL)):
        answer = save_record(people.zhou, yard.HOUSE, entry, uuid4(), record, version)
    return UUID(answer["record"])


def _slowly(key: str, moment: datetime) -> object:
    """Every version that ever bore the name, looked through one by one; the record that bears it now before any other."""
    told = [
        (one.event.recorded_at, one.record_id, one.data) for one in Version.objects.select_related("event").filter(ledger=yard.HOUSE).order_by("number")
        if one.key == key and not one.removed
    ]  # fmt: skip
    holder = next((one.record_id for one in Version.objects.filter(ledger=yard.HOUSE, key=key, removed=False, retired_by=None)), None)
    own = [data for when, record, data in told if record == holder and when <= moment]
    any_ = [data for when, _, data in told if when <= moment]
    return own[-1] if own else any_[-1] if any_ else told[0][2] if told else None


def test_a_standard_that_was_renamed_taken_over_or_removed_says_what_it_said_then(people: People) -> None:
    first = _save(people, 3, house(people, "A1", "10"))
    _save(people, 4, RecordInput({"code": "A1", "area": "20", "state": "removed"}, people.town["深塘一格"], DAY, reason="量错了"), first, 1)
    _save(people, 5, RecordInput({"code": "B1", "area": "20", "state": "removed"}, people.town["深塘一格"], DAY, reason="改了编号"), first, 2)
    second = _save(people, 7, house(people, "A1", "70"))
    gone = _save(people, 3, house(people, "C1", "30"))
    with at(datetime(2020, 8, 1, 9, tzinfo=LOCAL)):
        remove_record(people.zhou, yard.HOUSE, gone, 1, "登记重了", uuid4())
    remembered = Sayings()
    for key in ("A1", "B1", "C1", "never"):
        for moment in MONTHS:
            assert said_at(yard.HOUSE, key, moment) == remembered(yard.HOUSE, key, moment) == _slowly(key, moment), (key, moment)
    at_midday = datetime.combine(MONTHS[1].date() + timedelta(days=20), time(12), LOCAL)
    assert (said_at(yard.HOUSE, "A1", at_midday) or {})["area"] == 2000 and second != first
    assert said_at("site.no_such_ledger", "A1", at_midday) is None
