"""Many rows are read column by column, one is read as many: what a row says never depends on the rows beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel import yard
from tests.people import People, gather
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers import entering
from zhenwu.kernel.ledgers.api import RecordInput, make_form
from zhenwu.kernel.ledgers.desk import Desk
from zhenwu.kernel.ledgers.drafting import Checked, Sheet
from zhenwu.kernel.ledgers.entering import read_entries
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.readers import readable
from zhenwu.kernel.ledgers.spelling import Page, make_fresh_page, make_page
from zhenwu.lib.codes import identity_check
from zhenwu.lib.ids import new_id, new_ids
from zhenwu.lib.problems import Problem, Problems

DAY = "2020-03-01"
NUMBER = "33252219680512204" + identity_check("33252219680512204")
FORM = make_form(
    {
        "key": "yard.every", "label": "各样", "pack": "yard", "unit_level": "grid", "shape": "flow", "key_fields": ["code"],
        "subject": "who_number",
        "fields": [
            yard.CODE,
            yard.field("kind", "种类", "choice", choices=[["a", "甲"], ["1", "乙"]], required=True),
            yard.field("area", "面积", "decimal", scale=2, min="-5", max="1000"),
            yard.field("count", "个数", "integer", max="9"),
            yard.field("day", "日期", "date"),
            yard.field("held", "有无", "flag"),
            yard.field("who_number", "身份证号", "identity"),
            yard.field("who", "姓名", "name"),
            yard.field("phone", "电话", "phone"),
            yard.field("more", "备注", "text", max=20, pattern="[^#]*"),
        ],
    }
)  # fmt: skip
# Values that are equal but not the same, values that cannot be compared or kept in a set, and what people type.
VALUES: list[Any] = [
    None, "", " ", "甲", "a", "1", 1, 1.0, True, False, "是", "否", "0", 0, 0.0, -0.0, "1.5", "1.50", "-0.5", "+3", "1e2", "１２",
    ".5", "5.", "1,000", "1000.00", "1000.01", Decimal("1.50"), Decimal("NaN"), 2**60, 10**5000, "9" * 41, "2020-6-1", "2020年6月1日",
    date(2020, 6, 1), datetime(2020, 6, 1, 8), "2020-02-30", NUMBER, NUMBER.lower(), NUMBER[:-1] + "@", f"户主{NUMBER}", "王小明",
    "13857812345", "0578-1234567", "#", "字" * 21, "\x07", "\ud800", "一行\n两行", "　全角　", [], {"a": 1}, b"x",
]  # fmt: skip
NAMES = [one.id for one in FORM.fields] + ["stranger"]
rows_of_values = st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES)), min_size=1, max_size=12)


def outcome(raws: list[Mapping[str, Any]], partial: bool) -> list[Any]:
    """What is stored of each row, with the types (1 is no true), or what is wrong with it."""
    entries = read_entries(FORM, raws, range(len(raws)) if partial else ())
    return [
        [(one.code, one.message, one.place) for one in entries.faults[at]]
        if at in entries.faults
        else [(name, type(value), value) for name, value in row.items()]
        for at, row in enumerate(entries.rows())
    ]


@settings(max_examples=400)
@given(rows_of_values, st.booleans(), st.integers(1, 12))
def test_a_row_is_read_among_others_as_it_is_read_alone(raws: list[Mapping[str, Any]], partial: bool, some: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entering, "_SOME", some)  # also where rows are read some at a time
        together = outcome(raws, partial)
    assert together == [outcome([raw], partial)[0] for raw in raws]


@settings(max_examples=400)
@given(st.sampled_from(FORM.fields), st.lists(st.sampled_from(VALUES), min_size=1, max_size=8))
def test_a_column_holds_what_the_fields_own_reader_makes_of_each_value(field: Any, values: list[Any]) -> None:
    """The reader is the definition; an empty value is none, half a character and an endless number are never read."""
    told = outcome([{field.id: value} for value in values], True)
    for value, found in zip(values, told, strict=True):
        if value is None or value == "":
            expected = None if not field.required else "ledger.required"
        else:
            try:
                expected = FORM.readers[field.id](readable(value))
            except Problem as problem:
                expected = problem.code
        stored = found == [(field.id, type(expected), expected)]
        assert stored or [code for code, *_ in found] == [expected], (value, found, expected)


SAID = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["A1", "A2", "A3", "", "字" * 31]),
        "area": st.sampled_from(["0.01", "10", "10.005", "x", None, 7]),
        "state": st.sampled_from(["removed", "已发现", "别的"]),
        "checked": st.sampled_from(["2020-5-1", "昨天", None]),
    }
)
ENTRIES = st.lists(
    st.tuples(SAID, st.sampled_from(["深塘一格", "深塘村", ""]), st.sampled_from(["2020-03-01", "", "2999-01-01", "1800-01-01"]),
              st.sampled_from([None, "reviewed", "国家"]), st.sampled_from(["", "补录", f"见{NUMBER}", "长" * 201])),
    min_size=1, max_size=5,
)  # fmt: skip


@pytest.fixture
def people() -> People:
    people = gather("yard")
    yard.install_yard()
    return people


@pytest.mark.django_db(transaction=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES)
def test_many_rows_are_refused_for_what_each_would_be_refused_for(people: People, told: list[Any]) -> None:
    rows = [RecordInput(data, people.town[place] if place else None, day, None, *more) for data, place, day, *more in told]
    single = [(code, number, where) for number, row in enumerate(rows, 1) for code, where in faults_of(people, row)]
    together: list[Any] = []
    try:
        ledgers.check_records(people.zhou, yard.HOUSE, rows)
    except Problems as problems:
        together = [(one.code, one.place.row, one.place.column) for one in problems.found if one.code != "ledger.twins"]
    assert together == single
    assert Version.objects.count() == 0


def faults_of(people: People, row: RecordInput) -> list[tuple[str, str]]:
    """(code, column) of what a single save finds wrong; what it wrote is taken back."""
    from django.db import transaction

    try:
        with transaction.atomic():
            ledgers.save_record(people.zhou, yard.HOUSE, row, uuid4())
            transaction.set_rollback(True)
    except Problems as problems:
        return [(one.code, one.place.column) for one in problems.found]
    except Problem as problem:
        return [(problem.code, problem.place.column)]
    return []


def test_ids_made_together_are_in_order_and_all_different() -> None:
    made = [new_id().hex, *new_ids(5000), new_id().hex]
    assert made == sorted(made) and len(set(made)) == len(made)
    assert {(one[12], one[16] in "89ab", len(one)) for one in made} == {("7", True, 32)}


plain_codes = st.lists(st.text("ab1-云 ", min_size=1, max_size=18), min_size=70, max_size=90, unique=True)
amounts = st.decimals(-1, 1001, places=2, allow_nan=False, allow_infinity=False).map(str)
anything = st.one_of(amounts, st.integers(-1, 20).map(str), st.sampled_from(VALUES))


@settings(max_examples=60, deadline=None)
@given(plain_codes, st.data())
def test_a_long_column_is_read_as_each_of_its_values_alone(codes: list[str], data: st.DataObject) -> None:
    """Columns of many different plain texts are read in one go; one odd value among them changes nothing for the others."""
    area = data.draw(st.lists(amounts, min_size=len(codes), max_size=len(codes)))
    rows = [{"code": code, "kind": "甲", "area": one, "more": code} for code, one in zip(codes, area, strict=True)]
    odd = data.draw(st.dictionaries(st.sampled_from(["code", "area", "more"]), anything))
    rows[data.draw(st.integers(0, len(rows) - 1))] |= odd
    assert outcome(rows, False) == [outcome([row], False)[0] for row in rows]


SIGNS = 'a"\\\\,{}%字:\t'


def written(page: Page, count: int) -> list[tuple[Any, ...]]:
    """What the database gets of each row, by the names of fields."""
    columns = {**page.columns, **{name: [value] * count for name, value in page.alike.items()}}
    columns["data"] = [one.decode() if isinstance(one, bytes) else one for one in columns["data"]]
    return list(zip(*(columns[name] for name in sorted(columns)), strict=True))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(SIGNS, min_size=1, max_size=6).map(str.strip).filter(bool), min_size=1, max_size=6, unique=True), st.data())
def test_new_rows_are_spelled_by_columns_as_they_are_one_by_one(people: People, codes: list[str], data: st.DataObject) -> None:
    """The same columns for the database, and the same digests for the journal."""
    texts, areas = st.none() | st.text(SIGNS, max_size=4), st.sampled_from(["10", "0.01", None])
    rows = [
        RecordInput(
            {"code": code, "area": data.draw(areas), "state": "removed", "style": data.draw(texts), "checked": data.draw(st.sampled_from([DAY, None]))},
            people.town["深塘一格"], data.draw(st.sampled_from([DAY, "2019-12-31"])), reason=data.draw(st.sampled_from(["", '补"录"'])),
        )  # fmt: skip
        for code in codes
    ]
    desk = Desk(people.zhou, yard.HOUSE)
    desk.closed = data.draw(st.sampled_from([frozenset(), frozenset({2019})]))
    checked = Checked(desk, Sheet(rows), range(len(rows)), {})
    fresh = checked.fresh(0, len(rows))
    assert fresh is not None
    together, single = make_fresh_page(desk, fresh), make_page(desk, checked.drafts(0, len(rows)))
    assert written(together, len(rows)) == written(single, len(rows))
    assert (together.named, together.late) == (single.named, single.late)
    assert list(together.claims) == list(single.claims)
