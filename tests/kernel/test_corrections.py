"""The ledgers' door: the end of what exists, exports that come back, sums over years, whose number a record is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.kernel import yard
from tests.people import People, gather
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput, Until
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.metrics.api import (
    Figures,
    SeriesInput,
    catch_up,
    choose_authority,
    evidence,
    import_series,
    rebuild,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.codes import identity_check
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem, Problems, Refused

pytestmark = pytest.mark.django_db(transaction=True)
DAY = "2020-03-01"
HERE, THERE = "深塘一格", "上垟一格"


@pytest.fixture
def people() -> People:
    people = gather("yard")
    yard.install_yard()
    return people


def number(serial: int) -> str:
    first = f"33252219680512{serial:03d}"
    return first + identity_check(first)


def house(people: People, code: str, area: str | None = "10", place: str = HERE, **more: Any) -> RecordInput:
    return RecordInput({"code": code, "area": area, "state": "removed"}, people.town[place], DAY, **more)


def tally(people: People, code: str, place: str = HERE, **data: Any) -> RecordInput:
    return RecordInput({"code": code, "paid": "1", **data}, people.town[place], DAY)


def import_(people: People, rows: list[RecordInput], op_id: UUID | None = None, **more: Any) -> dict[str, Any]:
    return ledgers.save_records(people.zhou, yard.HOUSE, rows, op_id or uuid4(), **more)


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    """(saved, corrected, unchanged)."""
    return answer["saved"], answer["corrected"], answer["unchanged"]


def faults(act: Callable[[], Any]) -> list[tuple[str, int | None]]:
    """(code, row) of everything that is wrong."""
    with pytest.raises(Problems) as raised:
        act()
    return [(found.code, found.place.row) for found in raised.value.found]


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


# Personal columns of a sheet


def two_persons(people: People) -> None:
    rows = [
        tally(people, "T1", id_number=number(204), who="王小明", phone="13857812345"),
        tally(people, "T2", THERE, id_number=number(110), who="蓝大山", phone="13957854321"),
        tally(people, "T3", who="丁"),
    ]
    ledgers.save_records(SYSTEM, yard.TALLY, rows, uuid4())


def taken_out(actor: Actor, suffix: str = ".csv") -> bytes:
    return ledgers.export_sheet(actor, yard.TALLY, suffix).content


def brought_back(people: People, content: bytes | str, actor: Actor | None = None, **more: Any) -> dict[str, Any]:
    sent = content.encode() if isinstance(content, str) else content
    return ledgers.import_sheet(actor or people.zhou, yard.TALLY, sent, "补助.csv", correct=True, reason="核对", **more)


def persons() -> list[tuple[str, ...]]:
    """What the envelopes of all live records say."""
    live = Version.objects.filter(ledger=yard.TALLY, retired_by=None).order_by("record__key")
    return [tuple(ledgers.reveal(SYSTEM, one, "核对").get(name, "") for name in ("id_number", "who", "phone")) for one in live]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_with_personal_columns_is_imported_back_and_changes_nothing(people: People, suffix: str) -> None:
    two_persons(people)
    before = persons()
    assert counts(brought_back(people, taken_out(people.zhou, suffix))) == (0, 0, 3)
    assert persons() == before


def test_what_was_changed_in_an_export_is_corrected_and_the_masked_rest_stays(people: People) -> None:
    two_persons(people)
    sheet = taken_out(people.zhou).decode("utf-8-sig").replace("蓝**", "蓝小溪")
    assert counts(brought_back(people, sheet)) == (0, 1, 2)
    assert [who for _, who, _ in persons()] == ["王小明", "蓝小溪", "丁"]
    assert [phone for *_, phone in persons()] == ["13857812345", "13957854321", ""]


def test_somebody_forgotten_comes_back_as_forgotten(people: People) -> None:
    two_persons(people)
    ledgers.forget_subject(SYSTEM, ledgers.find_subject(number(204)) or uuid4(), "本人申请", uuid4())
    sheet = taken_out(people.zhou).decode("utf-8-sig")
    assert "（已删除）" in sheet and counts(brought_back(people, sheet)) == (0, 0, 3)
    assert persons()[0] == (ledgers.FORGOTTEN,) * 3


HEAD = "编号,网格,日期,姓名\n"


@pytest.mark.parametrize("row", [
    "T1,深塘一格,2020-03-01,蓝**",  # another person's mask
    "T1,深塘一格,2020-03-01,王*",  # one sign too few
    "T1,深塘一格,2020-03-01,王***", "T1,深塘一格,2020-03-01,*", "T1,深塘一格,2020-03-01,（已删除）",
    "T3,深塘一格,2020-03-01,丁*",  # a name of one sign is not masked
    "T9,深塘一格,2020-03-01,王**",  # no such record
])  # fmt: skip
def test_any_other_masked_cell_is_refused_where_it_stands(people: People, row: str) -> None:
    two_persons(people)
    before = persons()
    with pytest.raises(Problems) as raised:
        brought_back(people, f"{HEAD}T2,上垟一格,2020-03-01,蓝大山\n{row}\n")
    assert [(one.code, one.place.row, one.place.column) for one in raised.value.found] == [("sheet.masked", 3, "姓名")]
    assert persons() == before


def test_a_masked_cell_cannot_make_a_new_record(people: People) -> None:
    with pytest.raises(Problems) as raised:
        ledgers.import_sheet(people.zhou, yard.TALLY, f"{HEAD}T1,深塘一格,2020-03-01,王**\n".encode(), "补助.csv")
    assert [one.code for one in raised.value.found] == ["sheet.masked"]


def test_a_mask_cannot_be_probed_by_who_may_not_see_the_record(people: People) -> None:
    two_persons(people)
    told = []
    for mask in ("蓝**", "王**"):
        with pytest.raises(Problems) as raised:
            brought_back(people, f"{HEAD}T2,上垟一格,2020-03-01,{mask}\n", people.alian, write=False)
        told.append([str(one) for one in raised.value.found])
    assert told[0] == told[1] and "sheet.masked" in told[0][0]


def test_a_ledger_known_by_identity_numbers_needs_them_in_full(people: People) -> None:
    care = RecordInput({"id_number": number(204), "who": "王小明"}, people.town[HERE], DAY)
    ledgers.save_record(SYSTEM, yard.CARE, care, uuid4())
    sheet = ledgers.export_sheet(people.zhou, yard.CARE, ".csv").content
    with pytest.raises(Problems) as raised:
        ledgers.import_sheet(people.zhou, yard.CARE, sheet, "关爱.csv", correct=True, reason="核对")
    assert {one.code for one in raised.value.found} == {"sheet.masked"}
    full = sheet.decode("utf-8-sig").replace("3325************" + number(204)[-2:], number(204))
    answer = ledgers.import_sheet(people.zhou, yard.CARE, full.encode(), "关爱.csv", correct=True, reason="核对")
    assert counts(answer) == (0, 0, 1)


# A sum over years


def area_of(people: People, year: int, value: str, authority: str = "recognised") -> None:
    import_series(SYSTEM, [SeriesInput("yard.all_area", people.town["云岭县"], Period.year(year), value, authority, "县里的年报")], uuid4())


def two_years(period: str) -> Fraction | None:
    catch_up()
    return Figures().figure(f"yard.two_years@{period}").value


def test_a_sum_over_years_takes_a_year_known_only_as_an_imported_series(people: People) -> None:
    import_(people, [house(people, "A1", "10.5")])  # in 2020
    assert two_years("2020") is None  # of 2019 nothing is known: a sum with a hole is not the sum
    area_of(people, 2019, "100")
    assert two_years("2020") == Fraction(221, 2)
    opened = evidence(Figures(), "yard.two_years@2020", SYSTEM)
    assert [(role, figure.value, figure.authority) for role, figure in opened.parts] == [
        ("2019", 100, "recognised"), ("2020", Fraction(21, 2), "ledger"),
    ]  # fmt: skip
    assert two_years("2021") is None


def test_a_year_in_which_nothing_happened_is_imported_as_nought(people: People) -> None:
    import_(people, [house(people, "A1", "10.5")])
    area_of(people, 2019, "0")
    assert two_years("2020") == Fraction(21, 2)


def test_a_sum_over_years_adds_the_value_that_a_person_chose(people: People) -> None:
    import_(people, [house(people, "A1", "10.5")])
    area_of(people, 2019, "100")
    area_of(people, 2020, "9")
    choose_authority(SYSTEM, "yard.all_area", people.town["云岭县"], Period.year(2020), "recognised", "以县里为准", uuid4())
    assert two_years("2020") == 109


def test_a_sum_and_a_change_are_told_in_the_unit_of_their_own_metric(people: People) -> None:
    changed = {
        key: yard.metric(key, kind, "亩", of="yard.all_area", **more)
        for key, kind, more in (("two_years", "cumulative", {"years": 2}), ("more", "change", {"against": "year"}))
    }
    yard.install_yard(metrics={**yard.METRICS, **changed})
    import_(people, [house(people, "A1", "2000")])
    area_of(people, 2019, "1000")
    assert two_years("2020") == Fraction(9, 2)
    assert Figures().figure("yard.more@2020").value == Fraction(3, 2)


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
