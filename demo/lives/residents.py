"""人房底数: households and persons, births, deaths, moves and splits; two lists that did not agree, put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from demo.counting import left, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.places import HOME_GRID
from demo.population import Household, Person
from demo.world import World

HOUSEHOLD, PERSON = "residents.household", "residents.person"
MISREAD = 10  # persons a year whose whereabouts had been entered wrong
_LEFT = {"died": "死亡注销", "moved_out": "迁出本镇"}


def _notes(world: World) -> Iterator[Note]:
    people, rng = world.population, world.rng("residents", "told")
    for household in people.households:
        yield _registered(world, household)
    for person in people.persons:
        yield from _life(world, person, rng.randint(2, 20))
    yield from _splits(world)
    yield from _misread(world)


def _registered(world: World, one: Household) -> Note:
    told = max(one.since, world.first_day)
    head = world.population.head(one.code)
    data = {"code": one.code, "door": f"{int(one.code[1:]) % 190 + 1}号", "head": head.name}
    return Note(told, _who(one.grid), HOUSEHOLD, one.code, data, one.grid, one.since)


def _life(world: World, one: Person, delay: int) -> Iterator[Note]:
    split = world.population.households[int(one.household[1:]) - 1]
    household = split.split_from or one.household
    told = max(one.since, world.first_day)
    data = {
        "code": one.code, "person": one.name, "id_number": one.identity, "household": household,
        "relation": "child" if split.split_from and one.relation == "head" else one.relation,
        "ethnic": one.ethnic, "whereabouts": "away" if one.away else "home",
    }  # fmt: skip
    yield Note(told, _who(one.grid), PERSON, one.code, data, one.grid, one.since)
    if one.until is not None:
        left = {"code": one.code, "left_as": one.left_as}
        told = later(one.until, world.rng(one.code), delay, delay + 10)
        yield Note(told, _who(one.grid), PERSON, one.code, left, until=one.until, reason=_LEFT[one.left_as], manner=PROGRESS)


def _splits(world: World) -> Iterator[Note]:
    """Who founds a household of their own keeps their record and moves it there."""
    for one in world.population.households:
        if one.split_from:
            person = world.population.head(one.code)
            moved = {"code": person.code, "household": one.code, "relation": "head"}
            told = later(one.since, world.rng(one.code), 32, 45)
            yield Note(told, _who(one.grid), PERSON, person.code, moved, reason="分户", manner=PROGRESS)


def _misread(world: World) -> Iterator[Note]:
    """Somebody thought to be away who never left, found when the list was read against the village's."""
    for year in world.years:
        rng = world.rng(PERSON, "misread", year)
        day = date(year, rng.randint(4, 10), rng.randint(1, 28))
        there = [one for one in world.population.on(day) if one.away and one.since.year < year and one.until is None]
        for one in rng.sample(there, MISREAD):
            at_home = {"code": one.code, "whereabouts": "home"}
            told = later(day, rng, 0, 20)
            yield Note(told, _who(one.grid), PERSON, one.code, at_home, reason="与村里名册核对，人在家", manner=CORRECT)


def _who(grid: str) -> str:
    return "alian" if grid == HOME_GRID else "huji"


LIFE = Life(
    "residents", "huji", (HOUSEHOLD, PERSON), _notes,
    counted={
        "residents.households": stock(HOUSEHOLD),
        "residents.people": stock(PERSON),
        "residents.she_people": stock(PERSON, ethnic="she"),
        "residents.people_away": stock(PERSON, whereabouts="away"),
        "residents.deaths": left(PERSON, left_as="died"),
        "residents.moved_out": left(PERSON, left_as="moved_out"),
    },
    ratios={"residents.she_share": ("residents.she_people", "residents.people")},
    reaching_back=("residents.people_away",),
)  # fmt: skip
