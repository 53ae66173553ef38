"""A number of terms: what is added up, less what is taken off."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from uuid import uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import HERE, THERE, house, import_
from tests.people import People
from zhenwu.kernel.metrics.api import Figures, SeriesInput, catch_up, evidence, import_series
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.periods import Period

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {"plus": ["yard.all_area"], "less": ["yard.quota"], "unit_level": "township", "whole_years": True}


@pytest.fixture(autouse=True)
def counted(people: People) -> Iterator[None]:
    """Two houses of 老周's list, in two grids."""
    yard.install_yard(metrics={**yard.METRICS, "left": yard.metric("left", "net", "平方米", **TOLD)})
    import_(people, [house(people, "A1", "2000", HERE), house(people, "B1", "500", THERE)])
    yield


def taken_off(people: People, value: str) -> None:
    import_series(SYSTEM, [SeriesInput("yard.quota", people.town["云岭县"], Period.year(2020), value, "recognised", "县里的核定")], uuid4())


def left(address: str) -> Fraction | None:
    catch_up()
    return Figures().figure(f"yard.left@{address}").value


def test_what_is_taken_off_is_converted_and_each_term_stands_as_evidence(people: People) -> None:
    taken_off(people, "1.5")  # 亩: 1000 m²
    assert left("2020") == 1500
    opened = evidence(Figures(), "yard.left@2020", SYSTEM)
    assert [(role, figure.value) for role, figure in opened.parts] == [("plus yard.all_area", 2500), ("less yard.quota", Fraction(3, 2))]


def test_nothing_is_told_while_what_is_to_be_taken_off_is_not_known(people: People) -> None:
    assert left("2020") is None


def test_a_part_of_the_year_or_of_the_township_has_no_such_number(people: People) -> None:
    taken_off(people, "0")
    assert left("2020") == 2500
    assert [left(address) for address in ("2020H1", "2020-03", "2020/深塘村", f"2020/{HERE}")] == [None] * 4


def test_a_year_before_today_is_told_as_it_was_known_then(people: People) -> None:
    taken_off(people, "1.5")
    then = catch_up()
    import_(people, [house(people, "A2", "100", HERE)])
    assert left("2020") == 1600
    assert Figures(then).figure("yard.left@2020").value == 1500


def test_of_what_is_kept_in_two_places_one_is_enough_but_what_is_taken_off_must_be_known(people: People) -> None:
    def either(**terms: list[str]) -> Fraction | None:
        yard.install_yard(metrics={**yard.METRICS, "left": yard.metric("left", "net", "平方米", **{**TOLD, "less": [], **terms}, either=True)})
        return left("2020")

    assert either(plus=["yard.all_area", "yard.quota"]) == 2500
    assert either(plus=["yard.quota"]) is None
    assert either(plus=["yard.all_area"], less=["yard.quota"]) is None
    taken_off(people, "1.5")
    assert either(plus=["yard.all_area", "yard.quota"]) == 3500
