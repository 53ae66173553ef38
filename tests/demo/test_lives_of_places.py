"""What the lives of villages and their places tell, read from their notes alone: no store is built."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from demo.books import Books
from demo.lives import deeds, patrol, remediation, service
from demo.places import merger_day
from demo.world import World
from tests.demo.conftest import SEEDS, YEAR, entered


@SEEDS
def test_two_offices_count_a_years_toilets_differently_and_the_rows_can_be_named(seed: int) -> None:
    world = World(YEAR, seed)
    built = {one.code for one in world.register.sites("toilet") if one.built is not None and one.built.year == YEAR}
    rows = [note for note in entered(list(deeds.LIFE.notes(world)), deeds.ACCEPTANCE) if note.data["kind"] == "toilet"]
    of_year = [note for note in rows if note.day is not None and note.day.year == YEAR]
    accepted = {note.data["facility"] for note in of_year if "facility" in note.data}
    only_built = built - accepted
    later = {note.data.get("facility") for note in rows if note.day is not None and note.day.year > YEAR}
    assert len(only_built) == 2 and len(only_built & later) == 1, "one not yet accepted, one only in January"
    assert accepted <= built and sum("facility" not in note.data for note in of_year) == 1, "one twice, under the village's number"
    assert len(of_year) != len(built)


@SEEDS
def test_in_other_years_the_two_offices_agree(seed: int) -> None:
    world = World(YEAR, seed)
    rows = [note for note in entered(list(deeds.LIFE.notes(world)), deeds.ACCEPTANCE) if note.data["kind"] == "toilet"]
    accepted = Counter(note.day.year for note in rows if note.day is not None)
    built = Counter(one.built.year for one in world.register.sites("toilet") if one.built is not None)
    assert {year: accepted[year] for year in range(YEAR - 5, YEAR)} == {year: built[year] for year in range(YEAR - 5, YEAR)}


@SEEDS
def test_after_the_merger_ten_points_are_left_each_with_one_agent(seed: int) -> None:
    world, day = World(YEAR, seed), date(YEAR, 12, 31)
    points = {one.code for one in world.register.sites("agent_point") if one.until is None or one.until > day}
    ends = {note.key: note.until for note in service.LIFE.notes(world) if note.ledger == service.DUTY and note.until is not None}
    manned = [
        note.data["point"]
        for note in entered(list(service.LIFE.notes(world)), service.DUTY)
        if note.data["state"] == "on_duty" and note.day is not None and note.day <= day < ends.get(note.key, date.max)
    ]
    assert len(points) == 10 and sorted(manned) == sorted(points)
    closed = [one.until for one in world.register.sites("agent_point") if one.code not in points]
    assert closed == [merger_day(YEAR)]


@SEEDS
def test_what_a_month_came_to_is_told_once_and_again_when_a_walk_is_written_down_late(seed: int) -> None:
    world, books = World(YEAR, seed), Books((patrol.LIFE,))
    trips = sorted(entered(list(patrol.LIFE.notes(world)), patrol.TRIP), key=lambda note: note.told)
    months, day, again = patrol.Months(world), date(YEAR - 5, 1, 5), 0
    while day < date(YEAR + 1, 3, 1):
        for note in months.morning(books, day):
            books.write(note)
        written = [note for note in trips if note.told == day]
        for note in written:
            books.write(note)
        for note in months.evening(books, written):
            books.write(note)
            again += 1
        day += timedelta(days=1)
    walked = Counter((note.data["beat"], f"{note.day:%Y-%m}") for note in trips if note.told < day)
    told = {(page.data["beat"], page.data["sheet"]): int(page.data["made"]) for page in books.pages[patrol.TALLY].values()}
    assert len(told) == 13 * 73 and told == {name: walked[name] for name in told} and 2 < again < 30


@SEEDS
def test_the_points_of_a_year_are_due_in_the_month_that_its_task_paper_names(seed: int) -> None:
    world = World(YEAR, seed)
    told = {deed.year: Fraction(deed.value) for deed in remediation.LIFE.deeds(world)}  # type: ignore[union-attr]
    due = {
        (int(note.data["due_on"][:4]), int(note.data["due_on"][5:7]))
        for note in entered(list(remediation.LIFE.notes(world)), remediation.POINT)
        if note.data["kind"] == "forest_land"
    }
    assert due == set(told.items()) and len(due) == 7
