"""The journal tells when anything in it, or anything it vouches for, was touched afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import F

from tests.kernel import yard
from tests.orgs.staff import Town, found_town
from zhenwu.kernel.journal import api as journal
from zhenwu.kernel.journal.models import Event, Operation, Seal, Sequenced
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.problems import Conflict, Problem, Problems

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    town = found_town()
    yard.install_yard()
    return town


def enter(town: Town, code: str = "A1", area: str = "10", op_id: UUID | None = None) -> dict[str, Any]:
    entry = RecordInput({"code": code, "area": area, "state": "removed"}, town["深塘一格"], "2020-03-01")
    return ledgers.save_record(SYSTEM, yard.HOUSE, entry, op_id or uuid4())


def correct(answer: dict[str, Any], area: str, op_id: UUID, base: int = 1) -> dict[str, Any]:
    entry = RecordInput({"area": area}, reason="复测")
    return ledgers.save_record(SYSTEM, yard.HOUSE, entry, op_id, UUID(answer["record"]), base)

PATIENCE = 60.0  # seconds: on PostgreSQL somebody else's open transaction may keep events waiting


def _flip(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


def _event_body() -> None:
    event = Event.objects.filter(kind="record.saved").earliest("id")
    event.body["versions"][0][2] = _flip(event.body["versions"][0][2])
    event.save()


def _principal() -> None:
    Event.objects.filter(kind="record.saved").update(principal="person:nobody")


def _seal() -> None:
    seal = Seal.objects.latest("last")
    Seal.objects.filter(last=seal.last).update(digest=_flip(seal.digest))


def _sequenced_digest() -> None:
    row = Sequenced.objects.get(position=2)
    Sequenced.objects.filter(position=2).update(digest=_flip(row.digest))


def _cut_out() -> None:
    Sequenced.objects.filter(position=2).delete()


def _cut_off() -> None:
    Sequenced.objects.filter(position=journal.head()).delete()


def _lost_seal() -> None:
    Seal.objects.filter(last=Seal.objects.latest("last").last).delete()


def _clock() -> None:
    Sequenced.objects.filter(position=2).update(recorded_at=F("recorded_at") - timedelta(days=400))


@pytest.mark.parametrize(
    "touch", [_event_body, _principal, _seal, _sequenced_digest, _cut_out, _cut_off, _lost_seal, _clock]
)
def test_whatever_is_touched_in_the_journal_is_found(town: Town, touch: Callable[[], None]) -> None:
    enter(town)
    journal.sequence(PATIENCE)
    enter(town, "A2")
    journal.sequence(PATIENCE)
    assert list(journal.verify_chain()) == []
    touch()
    assert list(journal.verify_chain()) != []


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"code": "A1", "area": 1001, "state": "removed"}}, {"starts_on": "2020-03-02"}, {"late": True},
        {"authority": "recognised"}, {"reason": "x"}, {"removed": True},
    ],
)  # fmt: skip
def test_a_version_that_was_touched_is_named(town: Town, change: dict[str, Any]) -> None:
    enter(town)
    touched = enter(town, "A2")
    assert ledgers.altered() == []
    Version.objects.filter(record_id=touched["record"]).update(**change)
    assert [touched["record"] in found for found in ledgers.altered()] == [True]


def test_a_version_put_away_by_another_event_than_its_successors_is_named(town: Town) -> None:
    answer = enter(town)
    correct(answer, "20", uuid4())
    Version.objects.filter(record_id=answer["record"], number=1).update(retired_by=Event.objects.earliest("id"))
    assert ledgers.altered() != []


def test_a_repeated_operation_gets_its_first_answer_though_its_base_is_stale_by_now(town: Town) -> None:
    first, op_id = enter(town), uuid4()
    answer = correct(first, "20", op_id)
    correct(first, "30", uuid4(), base=2)
    assert correct(first, "20", op_id) == answer
    assert Version.objects.filter(record_id=first["record"]).count() == 3


def test_an_operation_id_used_for_another_request_is_refused(town: Town) -> None:
    op_id = uuid4()
    enter(town, op_id=op_id)
    with pytest.raises(Problem) as raised:
        enter(town, area="11", op_id=op_id)
    assert raised.value.code == "op.reused" and Version.objects.count() == 1


def test_a_stale_base_is_told_both_versions(town: Town) -> None:
    first = enter(town)
    correct(first, "20", uuid4())
    with pytest.raises(Conflict) as raised:
        correct(first, "30", uuid4())
    assert (raised.value.ours, raised.value.theirs) == (1, 2)


def test_a_refused_write_leaves_nothing_behind(town: Town) -> None:
    enter(town)
    before = (Event.objects.count(), Operation.objects.count())
    with pytest.raises(Problem):
        enter(town)
    assert (Event.objects.count(), Operation.objects.count(), Version.objects.count()) == (*before, 1)


def test_every_change_is_one_event(town: Town) -> None:
    before = Event.objects.count()
    answer = enter(town)
    correct(answer, "20", uuid4())
    ledgers.remove_record(SYSTEM, yard.HOUSE, UUID(answer["record"]), 2, "重复录入", uuid4())
    assert [event.subject for event in Event.objects.order_by("id")[before:]] == [f"record:{answer['record']}"] * 3


def test_a_broken_character_or_a_giant_number_is_a_problem_and_not_a_crash(town: Town) -> None:
    for value in ("\ud800", 10**5000, "1e99999999", "9e999999", float("nan"), "1_0e-99999"):
        with pytest.raises(Problems):
            enter(town, area=value)  # type: ignore[arg-type]
