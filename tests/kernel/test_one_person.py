"""One person, one record: a ledger that says ``unique`` takes an identity number once."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.kernel.test_ledgers import HERE, THERE, counts, faults, number, tally
from tests.people import People, gather
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.problems import Problem

pytestmark = pytest.mark.django_db(transaction=True)
MA, LAN = number(1), number(2)


@pytest.fixture
def people() -> People:
    people = gather("yard")
    yard.install_yard(unique=["id_number"])
    return people


def save(people: People, row: RecordInput, record: str | None = None, version: int = 0) -> dict[str, Any]:
    return ledgers.save_record(people.zhou, yard.TALLY, row, uuid4(), record and UUID(record), version)


def enter(people: People, *rows: RecordInput, **more: Any) -> dict[str, Any]:
    return ledgers.save_records(people.zhou, yard.TALLY, rows, uuid4(), **more)


def refused(people: People, row: RecordInput, record: str | None = None, version: int = 0) -> Problem:
    with pytest.raises(Problem) as raised:
        save(people, row, record, version)
    return raised.value


def test_a_number_entered_a_second_time_is_refused_and_says_what_to_do(people: People) -> None:
    save(people, tally(people, "T1", id_number=MA))
    problem = refused(people, tally(people, "T2", THERE, id_number=MA.lower()))
    assert (problem.code, problem.place.key or problem.place.column) == ("ledger.unique", "身份证号")
    assert "更正" in problem.remedy and MA not in str(problem)
    assert Version.objects.count() == 1


def test_a_correction_may_not_take_the_number_of_another_record(people: People) -> None:
    save(people, tally(people, "T1", id_number=MA))
    other = save(people, tally(people, "T2", id_number=LAN))
    row = RecordInput({"id_number": MA}, reason="核对户口簿")
    assert refused(people, row, other["record"], 1).code == "ledger.unique"
    same = RecordInput({"id_number": LAN, "paid": "5"}, reason="重新核对")
    assert save(people, same, other["record"], 1)["version"] == 2


def test_every_row_of_a_sheet_that_brings_a_person_twice_is_named_and_nothing_is_written(people: People) -> None:
    enter(people, tally(people, "T1", id_number=MA))
    rows = [tally(people, "T2", id_number=LAN), tally(people, "T3", id_number=MA), tally(people, "T4", id_number=LAN)]
    assert faults(lambda: enter(people, *rows)) == [("ledger.unique", 2), ("ledger.unique", 3)]
    assert faults(lambda: ledgers.check_records(people.zhou, yard.TALLY, rows)) == [
        ("ledger.unique", 2),
        ("ledger.unique", 3),
    ]
    assert Version.objects.count() == 1


def test_a_number_given_up_or_struck_out_may_be_entered_again(people: People) -> None:
    """What a record said before binds nobody: its indexes of old numbers stay, its number today counts."""
    first = save(people, tally(people, "T1", id_number=MA))
    save(people, RecordInput({"id_number": LAN}, reason="原来录成了别人的号码"), first["record"], 1)
    second = save(people, tally(people, "T2", id_number=MA))
    assert refused(people, tally(people, "T3", id_number=LAN)).code == "ledger.unique"
    ledgers.remove_record(people.zhou, yard.TALLY, UUID(second["record"]), 1, "重复登记", uuid4())
    assert save(people, tally(people, "T4", id_number=MA))["key"] == "T4"


def test_bulk_corrections_of_the_same_people_pass(people: People) -> None:
    rows = [tally(people, "T1", id_number=MA), tally(people, "T2", id_number=LAN)]
    enter(people, *rows)
    again = [RecordInput({**row.data, "paid": "9"}, reason="补发") for row in rows]
    assert counts(enter(people, *again, correct=True)) == (0, 2, 0)


def test_people_without_a_number_and_other_ledgers_are_left_alone(people: People) -> None:
    enter(
        people, tally(people, "T1", who="钟小满"), tally(people, "T2", who="钟小满"), tally(people, "T3", id_number=MA)
    )
    care = RecordInput({"id_number": MA}, people.town[HERE], "2020-03-01")
    assert ledgers.save_record(people.zhou, yard.CARE, care, uuid4())["version"] == 1


def test_a_forgotten_person_may_come_back(people: People) -> None:
    save(people, tally(people, "T1", id_number=MA))
    subject = ledgers.find_subject(MA)
    assert subject is not None
    ledgers.forget_subject(SYSTEM, subject, "本人要求", uuid4())
    assert save(people, tally(people, "T2", id_number=MA))["version"] == 1


def test_a_ledger_that_does_not_say_so_takes_the_number_twice(people: People) -> None:
    yard.install_yard()
    enter(people, tally(people, "T1", id_number=MA), tally(people, "T2", id_number=MA))
    assert Version.objects.count() == 2
