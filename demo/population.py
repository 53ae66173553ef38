"""The people of the township: households and persons over the years, each with a code that all lives link to.

A mountain township grows old: some 12,000 people in 3,600 households, fewer births than deaths, the young away at work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from random import Random

from demo.diary import stream
from demo.people import SURNAMES, given_name, identity_of
from demo.places import HOME_GRID, every_grid

HOUSEHOLDS = 3600
SIZES = ((1, 2, 3, 4, 5, 6), (10, 17, 24, 26, 15, 8))
BIRTHS, DEATHS, ARRIVALS, LEAVERS, SPLITS = 81, 118, 46, 62, 18  # in a usual year
FEWER = 3  # births, with each year
LONG_AGO = 18  # years before the first year: from then on everybody of the beginning is on the register
AWAY = ((18, 45, 0.46), (46, 59, 0.22))  # from age, to age, share that works elsewhere
SHE = 0.18  # share of the She people


@dataclass(frozen=True)
class Person:
    """One person on the register over ``[since, until)``. ``left_as`` says why it ended: died, moved_out or ""."""

    code: str
    name: str
    identity: str
    household: str
    grid: str
    born: date
    sex: str
    relation: str
    ethnic: str
    away: bool
    since: date
    until: date | None = None
    left_as: str = ""

    def age(self, day: date) -> int:
        """Completed years on a day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def is_there(self, day: date) -> bool:
        """Whether on the register on a day."""
        return self.since <= day and (self.until is None or self.until > day)


@dataclass(frozen=True)
class Household:
    """One household over ``[since, until)``; a split household has ``split_from``."""

    code: str
    grid: str
    since: date
    until: date | None = None
    split_from: str = ""


@dataclass(frozen=True)
class Population:
    """Everybody who ever is on the register in the years of the story."""

    households: tuple[Household, ...]
    persons: tuple[Person, ...]

    @cached_property
    def members(self) -> dict[str, list[Person]]:
        """household code → its persons, oldest entry first."""
        found: dict[str, list[Person]] = {one.code: [] for one in self.households}
        for person in self.persons:
            found[person.household].append(person)
        return found

    @cached_property
    def by_code(self) -> dict[str, Person]:
        return {person.code: person for person in self.persons}

    @cached_property
    def _there(self) -> dict[date, list[Person]]:
        return {}

    def on(self, day: date) -> Sequence[Person]:
        """Who is on the register on a day, in the order of their codes."""
        if day not in self._there:  # many lives ask about the same days
            self._there[day] = [person for person in self.persons if person.is_there(day)]
        return self._there[day]

    def head(self, household: str) -> Person:
        """Who heads a household when it is first registered."""
        return next(person for person in self.members[household] if person.relation == "head")


def populate(year: int, seed: int) -> Population:
    """The population of the years ``year`` − 5 … ``year`` + 1."""
    return _Register(year, stream(seed, "residents")).population()


class _Register:
    """Drafts the population year by year."""

    def __init__(self, year: int, rng: Random) -> None:
        self.year, self.rng = year, rng
        self.households: dict[str, Household] = {}
        self.persons: dict[str, Person] = {}
        self.members: dict[str, list[str]] = defaultdict(list)  # household → codes of those who belong to it, also once gone
        self._household_numbers, self._person_numbers = count(1), count(1)

    def population(self) -> Population:
        grids = every_grid()
        for number in range(HOUSEHOLDS):
            self._found(HOME_GRID if number % 41 == 7 else grids[number % len(grids)])
        for past in range(self.year - 5, self.year + 2):
            self._die(past)
            self._leave(past)
            self._arrive(past)
            self._bear(past)
            self._split(past)
        return Population(tuple(self.households.values()), tuple(self.persons.values()))

    def _found(self, grid: str) -> None:
        """A household of the beginning: a head, perhaps a spouse, children, a parent or two."""
        rng, begin = self.rng, self.year - 5
        since = date(begin - 1 - rng.randrange(LONG_AGO), rng.randint(1, 12), rng.randint(1, 28))
        code = self._open(grid, since)
        size = rng.choices(*SIZES)[0]
        head_age = rng.randint(58, 84) if size == 1 and rng.random() < 0.7 else rng.randint(29, 72)
        surname, ethnic = rng.choice(SURNAMES), "she" if rng.random() < SHE else "han"
        for relation, age, sex in _family(rng, size, head_age):
            born = self._birthday(begin - 1 - age)
            name = (surname if relation in ("head", "child", "grandchild") else rng.choice(SURNAMES)) + given_name(rng)
            self._enter(code, grid, name, born, sex, relation, ethnic, max(since, born))

    def _die(self, year: int) -> None:
        there = [one for one in self._there(date(year, 1, 1)) if one.age(date(year, 1, 1)) >= 40]
        weights = [1.092 ** one.age(date(year, 1, 1)) for one in there]
        for person in _several(self.rng, there, weights, self._about(DEATHS)):
            self._end(person, self._some_day(year), "died")

    def _leave(self, year: int) -> None:
        there = [one for one in self._there(date(year, 1, 1)) if 17 <= one.age(date(year, 1, 1)) <= 45 and one.relation == "child"]
        for person in self.rng.sample(there, self._about(LEAVERS)):
            self._end(person, self._some_day(year), "moved_out")

    def _arrive(self, year: int) -> None:
        """Mostly brides and grooms from elsewhere."""
        lonely = [one for one in self._open_households(year) if self._single(one.code)]
        for one in self.rng.sample(lonely, min(self._about(ARRIVALS), len(lonely))):
            born = self._birthday(year - self.rng.randint(22, 38))
            sex = self.rng.choice(("female", "female", "male"))
            name = self.rng.choice(SURNAMES) + given_name(self.rng)
            self._enter(one.code, one.grid, name, born, sex, "spouse", "han", self._some_day(year))

    def _bear(self, year: int) -> None:
        young = [one for one in self._there(date(year, 1, 1)) if one.sex == "female" and 20 <= one.age(date(year, 1, 1)) <= 41]
        for mother in self.rng.sample(young, min(self._about(BIRTHS) - FEWER * (year - self.year + 5), len(young))):
            born = self._some_day(year)
            sex, father = self.rng.choice(("male", "female")), self._head_name(mother.household)
            relation = "child" if mother.relation in ("head", "spouse") else "grandchild"
            self._enter(mother.household, mother.grid, father[0] + given_name(self.rng), born, sex, relation, mother.ethnic, born)

    def _split(self, year: int) -> None:
        """A grown child with a household of its own: the same person, one record, another household from a day on."""
        grown = [
            one for one in self._there(date(year, 1, 1))
            if one.relation == "child" and 24 <= one.age(date(year, 1, 1)) <= 40 and one.until is None
        ]  # fmt: skip
        for person in self.rng.sample(grown, min(SPLITS, len(grown))):
            day = self._some_day(year)
            if day > person.since:
                code = self._open(person.grid, day, person.household)
                self.persons[person.code] = Person(**{**person.__dict__, "household": code, "relation": "head"})
                self.members[person.household].remove(person.code)
                self.members[code].append(person.code)

    def _open(self, grid: str, since: date, split_from: str = "") -> str:
        code = f"H{next(self._household_numbers):05d}"
        self.households[code] = Household(code, grid, since, split_from=split_from)
        return code

    def _enter(
        self, household: str, grid: str, name: str, born: date, sex: str, relation: str, ethnic: str, since: date
    ) -> None:
        number = next(self._person_numbers)
        age = self.year - born.year
        away = relation != "head" and any(low <= age <= high and self.rng.random() < share for low, high, share in AWAY)
        code = f"P{number:06d}"
        self.persons[code] = Person(
            code, name, identity_of(born, sex, number), household, grid, born, sex, relation, ethnic, away, since
        )
        self.members[household].append(code)

    def _end(self, person: Person, day: date, left_as: str) -> None:
        day = max(day, person.since + timedelta(days=1))
        self.persons[person.code] = Person(**{**person.__dict__, "until": day, "left_as": left_as})

    def _there(self, day: date) -> list[Person]:
        return [person for person in self.persons.values() if person.until is None and person.since <= day]

    def _open_households(self, year: int) -> list[Household]:
        return [one for one in self.households.values() if one.since.year < year]

    def _single(self, household: str) -> bool:
        people = [one for one in self.members[household] if self.persons[one].until is None]
        return len(people) in (2, 3) and not any(self.persons[one].relation == "spouse" for one in people)

    def _head_name(self, household: str) -> str:
        return next(
            (self.persons[one].name for one in self.members[household] if self.persons[one].relation == "head"), "蓝"
        )

    def _about(self, usual: int) -> int:
        """As many as in a usual year, a tenth more or less."""
        return round(usual * self.rng.uniform(0.9, 1.1))

    def _birthday(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.rng.randrange(365))

    def _some_day(self, year: int) -> date:
        return date(year, 1, 8) + timedelta(days=self.rng.randrange(340))


def _family(rng: Random, size: int, head_age: int) -> Iterator[tuple[str, int, str]]:
    """(relation, age, sex) of each member; the head first."""
    sex = "male" if rng.random() < 0.74 else "female"
    yield "head", head_age, sex
    left = size - 1
    if left and rng.random() < 0.9:
        left -= 1
        yield "spouse", max(20, head_age + rng.randint(-6, 3)), "female" if sex == "male" else "male"
    if left and head_age < 62 and rng.random() < 0.45:
        left -= 1
        yield "parent", head_age + rng.randint(22, 32), rng.choice(("male", "female", "female"))
    oldest = max(0, head_age - rng.randint(22, 29))
    for number in range(left):
        grand = oldest >= 27 and number >= 2
        age = max(0, oldest - 26 - number if grand else oldest - 2 * number - rng.randint(0, 3))
        yield "grandchild" if grand else "child", age, rng.choice(("male", "female"))


def _several(rng: Random, of: list[Person], weights: list[float], number: int) -> list[Person]:
    """Draw without laying back, by weights."""
    keyed = sorted(zip((rng.random() ** (1 / weight) for weight in weights), range(len(of)), strict=True), reverse=True)
    return [of[index] for _, index in keyed[:number]]
