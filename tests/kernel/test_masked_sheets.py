"""Personal columns of a sheet: what was masked comes back as it was, and as nothing else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import DAY, HERE, THERE, counts, number, tally
from tests.people import People
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.problems import Problems

pytestmark = pytest.mark.django_db(transaction=True)


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
    live = Version.objects.filter(ledger=yard.TALLY, retired_by=None).order_by("key")
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
