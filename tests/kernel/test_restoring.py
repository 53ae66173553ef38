"""A record that was made void by mistake stands again, by whoever may correct it, with a reason; nothing else is changed by that."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import DAY, HERE, house, number, tally
from tests.people import People, gather
from zhenwu.kernel.journal.api import sequence
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput, history, remove_record, restore_record, save_record
from zhenwu.kernel.metrics.api import Figures, catch_up, rebuild
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "作废错了一条"


def family(people: People, code: str = "F1", **more: Any) -> UUID:
    return UUID(save_record(people.zhou, yard.FAMILY, RecordInput({"code": code, "people": "3"}, people.town[HERE], DAY, **more), uuid4())["record"])


def void(people: People, record: UUID, ledger: str = yard.FAMILY, version: int = 1) -> None:
    remove_record(people.zhou, ledger, record, version, "登重了", uuid4())


def back(who: Actor, record: UUID, version: int = 2, why: str = WHY, ledger: str = yard.FAMILY, op_id: UUID | None = None) -> dict[str, Any]:
    return restore_record(who, ledger, record, version, why, op_id or uuid4())


def families() -> Fraction | None:
    catch_up()
    return Figures().figure("yard.families@2020").value


def test_what_was_void_stands_again_counts_again_and_says_who_and_why(people: People) -> None:
    record = family(people)
    assert families() == 1
    void(people, record)
    assert families() is None  # nothing is recorded
    assert back(people.zhou, record)["version"] == 3
    versions = history(record)
    assert families() == 1 and rebuild(write=False).differed == ()
    assert [one.removed for one in versions] == [False, True, False] and versions[2].reason == WHY and versions[2].author == people.zhou.principal
    assert (versions[2].data, versions[2].starts_on, versions[2].unit_id) == (versions[0].data, versions[0].starts_on, versions[0].unit_id)
    sequence()
    assert ledgers.altered() == []
    assert save_record(people.zhou, yard.FAMILY, RecordInput({"people": "4"}, reason="生育"), uuid4(), record, 3)["version"] == 4


def test_a_key_that_another_record_has_by_now_stays_with_it(people: People) -> None:
    record = family(people)
    void(people, record)
    other = family(people)
    with pytest.raises(Problem) as problem:
        back(people.zhou, record)
    assert problem.value.code == "ledger.key_taken" and families() == 1
    void(people, other)
    assert back(people.zhou, record)["version"] == 3


def test_one_operation_restores_once_and_a_stale_page_is_told(people: People) -> None:
    record, op_id = family(people), uuid4()
    void(people, record)
    assert back(people.zhou, record, op_id=op_id) == back(people.zhou, record, op_id=op_id)
    with pytest.raises(Conflict):
        back(people.zhou, record)
    with pytest.raises(NotFound):
        back(people.zhou, record, 3)  # it is not void
    assert len(history(record)) == 3


@pytest.mark.parametrize("why", ["", "  ", "长" * 201])
def test_nothing_stands_again_without_a_reason(people: People, why: str) -> None:
    record = family(people)
    void(people, record)
    with pytest.raises(Problem, match="原因"):
        back(people.zhou, record, why=why)
    assert len(history(record)) == 2


def test_who_may_not_correct_it_may_not_bring_it_back(people: People) -> None:
    record = family(people)
    void(people, record)
    for who in (people.stranger, people.he):
        with pytest.raises(Refused):
            back(who, record)
    assert len(history(record)) == 2


def test_what_it_links_to_must_still_be_there(people: People) -> None:
    home = UUID(save_record(people.zhou, yard.HOUSE, house(people, "H1"), uuid4())["record"])
    record = UUID(save_record(people.zhou, yard.TALLY, tally(people, "T1", house="H1"), uuid4())["record"])
    void(people, record, yard.TALLY)
    void(people, home, yard.HOUSE)
    with pytest.raises(Problem) as problem:
        back(people.zhou, record, ledger=yard.TALLY)
    assert problem.value.code == "ledger.link" and "所在房屋" in problem.value.message
    back(people.zhou, home, ledger=yard.HOUSE)
    assert back(people.zhou, record, ledger=yard.TALLY)["version"] == 3


def test_a_person_who_has_another_record_by_now_has_but_that_one() -> None:
    people = gather("yard")
    yard.install_yard(unique=["id_number"])
    record = UUID(save_record(people.zhou, yard.TALLY, tally(people, "T1", id_number=number(1)), uuid4())["record"])
    void(people, record, yard.TALLY)
    save_record(people.zhou, yard.TALLY, tally(people, "T2", id_number=number(1)), uuid4())
    with pytest.raises(Problem) as problem:
        back(people.zhou, record, ledger=yard.TALLY)
    assert problem.value.code == "ledger.unique" and number(1) not in str(problem.value)


def test_the_record_of_somebody_forgotten_does_not_come_back(people: People) -> None:
    record = UUID(save_record(people.zhou, yard.TALLY, tally(people, "T1", id_number=number(1)), uuid4())["record"])
    subject = ledgers.find_subject(number(1))
    void(people, record, yard.TALLY)
    assert subject is not None
    ledgers.forget_subject(SYSTEM, subject, "本人要求", uuid4())
    with pytest.raises(Problem) as problem:
        back(people.zhou, record, ledger=yard.TALLY)
    assert problem.value.code == "record.forgotten"
