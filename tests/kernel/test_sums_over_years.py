"""A sum over years adds what each year's figure is."""

from __future__ import annotations

from fractions import Fraction
from uuid import uuid4

import pytest

from tests.kernel import yard
from tests.kernel.entries import house, import_
from tests.people import People
from zhenwu.kernel.metrics.api import Figures, SeriesInput, catch_up, choose_authority, evidence, import_series
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.periods import Period

pytestmark = pytest.mark.django_db(transaction=True)


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
