"""A correction: the end of what exists, and whose number it then is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import DAY, HERE, counts, faults, house
from tests.people import People
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput, Until
from zhenwu.kernel.metrics.api import Figures, catch_up, rebuild
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Problem, Refused

pytestmark = pytest.mark.django_db(transaction=True)


# The end of what exists


def family(people: People, **more: Any) -> tuple[UUID, int]:
    """A family that was closed by mistake; its record and version."""
    entry = RecordInput({"code": "F1", "people": "3"}, people.town[HERE], DAY, "2020-09-01")
    return UUID(ledgers.save_record(people.zhou, yard.FAMILY, entry, uuid4())["record"]), 1


def families(period: str) -> Fraction | None:
    catch_up()
    return Figures().figure(f"yard.families@{period}").value


def test_a_thing_closed_by_mistake_is_opened_again(people: People) -> None:
    record, version = family(people)
    assert families("2020") == 0
    entry = RecordInput({}, until=Until.OPEN, reason="没有搬走")
    assert ledgers.save_record(people.zhou, yard.FAMILY, entry, uuid4(), record, version)["version"] == 2
    assert ledgers.history(record)[-1].ends_on is None and families("2020") == 1
    assert rebuild(write=False).differed == ()


def test_a_correction_that_says_nothing_of_the_end_leaves_it(people: People) -> None:
    record, version = family(people)
    ledgers.save_record(people.zhou, yard.FAMILY, RecordInput({"people": "4"}, reason="生育"), uuid4(), record, version)
    assert str(ledgers.history(record)[-1].ends_on) == "2020-09-01"


@pytest.mark.parametrize("typed", ["open", "Until.OPEN", "True", "无", "None", "-", "9999-99-99"])
def test_no_word_that_can_be_typed_means_no_end(people: People, typed: str) -> None:
    record, version = family(people)
    entry = RecordInput({}, until=typed, reason="没有搬走")
    with pytest.raises(Problem, match="不是日期"):
        ledgers.save_record(people.zhou, yard.FAMILY, entry, uuid4(), record, version)


def test_one_operation_cannot_first_leave_and_then_take_away_the_end(people: People) -> None:
    record, version = family(people)
    op_id = uuid4()
    ledgers.save_record(people.zhou, yard.FAMILY, RecordInput({"people": "4"}, reason="更正"), op_id, record, version)
    entry = RecordInput({"people": "4"}, until=Until.OPEN, reason="更正")
    with pytest.raises(Problem, match="同一个操作号"):
        ledgers.save_record(people.zhou, yard.FAMILY, entry, op_id, record, version)


@pytest.mark.parametrize(("sheet", "end"), [
    ("编号,日期,截止日期\nF1,2020-03-01,\n", "None"), ("编号,日期\nF1,2020-03-01\n", "2020-09-01"), ("编号,截止日期\nF1,2020-10-01\n", "2020-10-01"),
])  # fmt: skip
def test_an_emptied_end_in_a_sheet_opens_it_and_an_absent_column_leaves_it(people: People, sheet: str, end: str) -> None:
    record, _ = family(people)
    ledgers.import_sheet(people.zhou, yard.FAMILY, sheet.encode(), "家庭.csv", correct=True, reason="核对")
    assert str(ledgers.history(record)[-1].ends_on) == end


# Whose number it is


def graded(people: People, actor: Actor, record: UUID, authority: str | None = None, **data: str) -> str:
    """What a record's authority is after somebody's correction."""
    base = ledgers.history(record)[-1].number
    ledgers.save_record(actor, yard.HOUSE, RecordInput(data, authority=authority, reason="核对"), uuid4(), record, base)
    return ledgers.history(record)[-1].authority


def recognised(people: People) -> UUID:
    record = UUID(ledgers.save_record(people.alian, yard.HOUSE, house(people, "A1"), uuid4())["record"])
    assert graded(people, people.zhou, record, "recognised") == "recognised"
    return record


def test_what_the_town_corrects_is_no_longer_recognised_by_the_county(people: People) -> None:
    record = recognised(people)
    assert graded(people, people.zhou, record, area="11") == "reviewed"
    assert graded(people, people.alian, record, area="12") == "self"
    assert graded(people, people.zhou, record, area="13") == "self"
    assert [one.authority for one in ledgers.history(record)] == ["self", "recognised", "reviewed", "self", "self"]


def test_saying_the_same_authority_again_recognises_nothing_new(people: People) -> None:
    record = recognised(people)
    assert graded(people, people.zhou, record, "recognised", area="11") == "reviewed"
    assert graded(people, people.zhou, record, "recognised") == "recognised"
    assert graded(people, people.zhou, record, "recognised", style="新式") == "reviewed"


def test_only_who_answers_for_the_township_says_whose_number_it_is(people: People) -> None:
    record = recognised(people)
    assert graded(people, people.alian, record, area="12") == "self"
    for authority in ("reviewed", "recognised"):
        with pytest.raises(Refused, match="数据性质"):
            graded(people, people.alian, record, authority)
        assert faults(lambda authority=authority: ledgers.save_records(
            people.alian, yard.HOUSE, [house(people, "A2", authority=authority)], uuid4()
        )) == [("ledger.grade", 1)]  # fmt: skip


def test_a_sheet_that_repeats_what_is_recognised_is_no_correction(people: People) -> None:
    recognised(people)
    sheet = "编号,网格,日期,面积,状态,核定情况\nA1,深塘一格,2020-03-01,10,已拆除,县认定\n"
    answer = ledgers.import_sheet(people.alian, yard.HOUSE, sheet.encode(), "房屋.csv", correct=True, reason="核对")
    assert counts(answer) == (0, 0, 1)
