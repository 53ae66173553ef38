"""The low-income households of the township: chosen once from the register, for every life that helps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from demo.world import World

BEGINNING = 368
LEAVING, JOINING = 0.05, 14  # a share, a number of households a year
CATEGORIES = ("minimum", "edge", "destitute", "other")
SHARES = {True: (36, 18, 24, 22), False: (45, 29, 0, 26)}  # of small households (one or two people), of others


@dataclass(frozen=True)
class Household:
    """A registered household on the list over ``[since, until)``."""

    code: str
    grid: str
    people: int
    category: str
    since: date
    until: date | None


def low_income(world: World) -> Iterator[Household]:
    """Of all households of the register: those that are on the list at the beginning, and some more each year."""
    rng, year, people = world.rng("household.household"), world.year, world.population
    old = [one for one in people.households if one.since.year < year - 6]
    for number, one in enumerate(rng.sample(old, BEGINNING + JOINING * 6)):
        joined = year - 5 + (number - BEGINNING) // JOINING + 1 if number >= BEGINNING else year - 6
        since = date(joined, rng.randint(2, 9), rng.randint(1, 28))
        stays = next((past for past in range(max(joined, year - 5), year + 2) if rng.random() < LEAVING), None)
        until = None if stays is None else date(stays, 12, 31)
        members = sum(person.is_there(since) for person in people.members[one.code])
        category = world.rng("household.household", one.code, "category").choices(CATEGORIES, SHARES[members <= 2])[0]
        yield Household(one.code, one.grid, max(1, members), category, since, until)
