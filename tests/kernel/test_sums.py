"""The sums kept beside the cells: what the whole township reads, made with an upgrade, checked and mended by a rebuild."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command

from tests.kernel import yard
from tests.people import People, gather
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.metrics import counting
from zhenwu.kernel.metrics.api import Address, Figures, catch_up, rebuild
from zhenwu.kernel.metrics.models import KeyYear, Total
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.periods import Period

pytestmark = pytest.mark.django_db(transaction=True)
HERE, THERE = "深塘一格", "上垟一格"
ASKED = [f"yard.{key}@{when}" for key in ("all_area", "styles") for when in ("2019", "2020", "2020Q1", "2020-03", "2019..2020")]


@pytest.fixture
def people() -> People:
    """A township in which 老周 has entered three houses of two styles, in two grids and two years."""
    people = gather("yard")
    yard.install_yard()
    for code, style, place, day in (
        ("A1", "brick", HERE, "2020-03-01"), ("A2", "brick", THERE, "2020-07-01"), ("A3", "timber", THERE, "2019-12-31"),
    ):  # fmt: skip
        data = {"code": code, "area": "10", "style": style}
        ledgers.save_record(people.zhou, yard.HOUSE, RecordInput(data, people.town[place], day), uuid4())
    catch_up()
    return people


def asked() -> list[Any]:
    figures = Figures()
    return [figures.figure(address).value for address in ASKED]


def test_a_key_in_two_grids_months_or_years_counts_once_for_the_township(people: People) -> None:
    assert asked() == [10, 20, 10, 10, 30, 1, 1, 1, 1, 2]


def test_units_read_one_after_another_count_what_each_counts_alone(people: People) -> None:
    """Who asks for a second unit is answered from all units read together."""
    places = [people.town[name] for name in (HERE, THERE, "深塘村", "上垟村", "云岭镇")]
    for key in ("all_area", "styles"):
        together = Figures()
        told = [together.figure(Address(f"yard.{key}", Period.parse("2019..2020"), unit)).value for unit in places]
        assert told == [Figures().figure(Address(f"yard.{key}", Period.parse("2019..2020"), unit)).value for unit in places]
        assert told == ([10, 20, 10, 20, 30] if key == "all_area" else [1, 2, 1, 2, 2])


def test_a_house_moved_within_the_township_leaves_its_figures_and_one_removed_takes_them_along(people: People) -> None:
    before = asked()
    house = RecordInput({"code": "A4", "area": "5", "style": "stone"}, people.town[HERE], "2020-03-09")
    record = UUID(str(ledgers.save_record(people.zhou, yard.HOUSE, house, uuid4())["record"]))
    catch_up()
    between = asked()
    ledgers.save_record(SYSTEM, yard.HOUSE, RecordInput({}, people.town[THERE], reason="划错网格"), uuid4(), record, 1)
    catch_up()
    assert asked() == between != before and rebuild(write=False).differed == ()
    ledgers.remove_record(people.zhou, yard.HOUSE, record, 2, "重复登记", uuid4())
    catch_up()
    assert asked() == before and rebuild(write=False).differed == ()


@pytest.mark.parametrize("kept", [Total, KeyYear])
def test_a_rebuild_finds_and_mends_a_wrong_sum(people: People, kept: type[Total | KeyYear]) -> None:
    before, key = asked(), "yard.all_area" if kept is Total else "yard.styles"
    kept.objects.filter(metric__key=key).delete()
    assert asked() != before and rebuild(write=False).differed == (key,)
    rebuild()
    assert asked() == before and rebuild(write=False).differed == ()


def test_a_store_of_before_has_its_sums_from_the_upgrade(people: People) -> None:
    before = asked()
    try:
        call_command("migrate", "metrics", "0002", verbosity=0)
    finally:
        call_command("migrate", "metrics", verbosity=0)
    assert asked() == before and rebuild(write=False).differed == ()


def test_cells_counted_at_one_leap_are_those_that_changes_would_have_made(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a large import all is counted once; a correction and a removal that came with it are in it, later ones follow."""
    def leap(*_: Any, **more: Any) -> Any:
        leaps.append(more.get("anew", False))
        return prepared(*_, **more)

    prepared, leaps = counting._prepared, list[bool]()
    monkeypatch.setattr(counting, "_prepared", leap)
    monkeypatch.setattr(counting, "FAR", 4)
    rows = [RecordInput({"code": f"B{n}", "area": f"{n}.5", "style": "tent"}, people.town[HERE], "2020-05-01") for n in range(1, 6)]
    ledgers.save_records(people.zhou, yard.HOUSE, rows, uuid4())
    first, second = (ledgers.find_record(yard.HOUSE, code) for code in ("B1", "B2"))
    assert first and second
    ledgers.save_record(people.zhou, yard.HOUSE, RecordInput({"area": "100"}, reason="复测"), uuid4(), first, 1)
    ledgers.remove_record(people.zhou, yard.HOUSE, second, 1, "重复录入", uuid4())
    catch_up()
    assert leaps == [True] and rebuild(write=False).differed == ()
    assert Figures().figure("yard.all_area@2020").value == Fraction("20") + 100 + Fraction("3.5") + Fraction("4.5") + Fraction("5.5")
    ledgers.save_record(people.zhou, yard.HOUSE, RecordInput({"area": "1"}, reason="复测"), uuid4(), first, 2)
    catch_up()
    assert leaps == [True, False] and rebuild(write=False).differed == ()
