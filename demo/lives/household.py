"""一户一策: low-income households of the register, what they were given, what they earned more."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import Count, distinct, flow, stock
from demo.diary import CORRECT, PROGRESS, REMOVE, Note, day_in, later, money
from demo.life import Life
from demo.people import CADRES
from demo.places import HOME_GRID
from demo.world import World

HOUSEHOLD, GIFT, GAIN = "household.household", "household.gift", "household.income_gain"
BEGINNING = 368
KNOWN = timedelta(days=40)  # by then a new household is surely entered, and may be linked to
LEAVING, JOINING = 0.05, 14  # a share, a number of households a year
FARMING = (1, 2, 9, 14, 10, 5, 5, 6, 9, 14, 15, 10)
EARNING = (14, 4, 6, 8, 9, 8, 7, 7, 8, 9, 9, 11)


@dataclass(frozen=True)
class Gift:
    """One kind of help: its unit field, months, how much a household gets, and to how many (by year, −5 … +1)."""

    kind: str
    field: str
    months: tuple[int, ...]
    least: int
    most: int
    step: int
    households: tuple[int, ...]


GIFTS = (
    Gift("startup_reward", "amount", (6, 11), 2000, 6000, 500, (62, 70, 76, 80, 88, 93, 90)),
    Gift("industry_subsidy", "amount", (5, 10, 12), 1200, 5000, 100, (118, 126, 140, 138, 150, 158, 160)),
    Gift("tea_seedlings", "seedlings", (2, 11), 1500, 6000, 500, (38, 44, 52, 57, 55, 61, 60)),
    Gift("chicks", "animals", (3, 4), 20, 60, 5, (90, 96, 104, 99, 112, 118, 116)),
    Gift("rabbits", "animals", (4, 9), 10, 30, 2, (34, 40, 44, 50, 47, 56, 55)),
)


@dataclass(frozen=True)
class Household:
    """A registered household on the list over ``[since, until)``."""

    code: str
    grid: str
    people: int
    since: date
    until: date | None


def _notes(world: World) -> Iterator[Note]:
    """All notes of the three ledgers."""
    year, households = world.year, list(_chosen(world))
    for one in households:
        yield from _register(one, world)
    yield from _twice(households[17], world)
    for offset in range(-5, 2):
        rng = world.rng(GIFT, offset)
        there = [one for one in households if one.since.year <= year + offset and (one.until is None or one.until.year >= year + offset)]
        yield from _gifts(rng, year, offset, there)
        yield from _gains(rng, year, offset, there)


def _chosen(world: World) -> Iterator[Household]:
    """Of all households of the register: those that are on the list at the beginning, and some more each year."""
    rng, year, people = world.rng(HOUSEHOLD), world.year, world.population
    old = [one for one in people.households if one.since.year < year - 6]
    for number, one in enumerate(rng.sample(old, BEGINNING + JOINING * 6)):
        joined = year - 5 + (number - BEGINNING) // JOINING + 1 if number >= BEGINNING else year - 6
        since = date(joined, rng.randint(2, 9), rng.randint(1, 28))
        stays = next((past for past in range(max(joined, year - 5), year + 2) if rng.random() < LEAVING), None)
        until = None if stays is None else date(stays, 12, 31)
        members = sum(person.is_there(since) for person in people.members[one.code])
        yield Household(one.code, one.grid, max(1, members), since, until)


def _register(one: Household, world: World) -> Iterator[Note]:
    rng, year = world.rng(HOUSEHOLD, one.code), world.year
    told = max(later(one.since, rng, 2, 20), world.first_day)
    category = rng.choices(("minimum", "edge", "destitute", "other"), (42, 26, 7, 25))[0]
    data = {"household": one.code, "people": one.people, "category": category, "cadre": rng.choice(CADRES)}
    yield Note(told, "nongban", HOUSEHOLD, one.code, data, one.grid, one.since)
    if one.until is not None:
        yield Note(
            date(one.until.year, 12, 20), "nongban", HOUSEHOLD, one.code, {"household": one.code}, until=one.until,
            reason="收入稳定超过标准，退出", manner=PROGRESS,
        )  # fmt: skip
    elif one.since.year <= year and rng.random() < 0.05:
        yield _put_right(one, rng, year, category)


def _put_right(one: Household, rng: Random, year: int, category: str) -> Note:
    told = day_in(rng, rng.randint(max(one.since.year + 1, year - 4), year + 1), (1,) * 12)
    other = {"household": one.code, "category": "edge" if category == "minimum" else "minimum"}
    return Note(told, "nongban", HOUSEHOLD, one.code, other, reason="与民政系统核对，原来录错了类别", manner=CORRECT)


def _twice(one: Household, world: World) -> Iterator[Note]:
    """A gift entered a second time under another batch, and struck out three months later."""
    told = date(world.year - 2, 3, 5)
    key = {"batch": f"{world.year - 2}-03补", "household": one.code, "kind": "chicks"}
    yield Note(told, "nongban", GIFT, "/".join(key.values()), {**key, "animals": "30"}, one.grid, told)
    yield Note(date(world.year - 2, 6, 11), "nongban", GIFT, "/".join(key.values()), reason="重复录入，保留原批次", manner=REMOVE)


def _gifts(rng: Random, year: int, offset: int, there: list[Household]) -> Iterator[Note]:
    for gift in GIFTS:
        able = [one for one in there if one.since + KNOWN <= date(year + offset, gift.months[0], 6)]
        chosen = rng.sample(able, min(gift.households[offset + 5], len(able)))
        wrong = rng.randrange(len(chosen))
        for number, one in enumerate(chosen):
            month = rng.choice(gift.months)
            day = date(year + offset, month, rng.randint(6, calendar.monthrange(year + offset, month)[1]))
            amount = money(rng.triangular(gift.least, gift.most), gift.step)
            batch = f"{year + offset}-{month:02d}"
            key = {"batch": batch, "household": one.code, "kind": gift.kind}
            name = "/".join(key.values())
            slip = number == wrong and gift.field == "amount"
            entered = money(float(amount) * 10) if slip else amount
            yield Note(later(day, rng, 0, 12), "nongban", GIFT, name, {**key, gift.field: entered}, one.grid, day)
            if slip:
                right = {**key, gift.field: amount}
                yield Note(later(day, rng, 40, 70), "nongban", GIFT, name, right, reason="多打了一个零", manner=CORRECT)


def _gains(rng: Random, year: int, offset: int, there: list[Household]) -> Iterator[Note]:
    """Two or three sheets a household and year; a tenth is hearsay, of which some is looked into."""
    for one in there:
        for number in range(rng.choices((0, 1, 2, 3, 4), (8, 22, 34, 24, 12))[0]):
            source = rng.choices(("farming", "work", "business", "property"), (48, 28, 12, 12))[0]
            day = day_in(rng, year + offset, FARMING if source == "farming" else EARNING)
            if not one.since + KNOWN <= day < (one.until or date.max):
                continue
            amount = money(rng.lognormvariate(7.55, 0.6) * (1 + 0.05 * offset), 10)
            evidence = rng.choices(("receipt", "visited", "claimed"), (48, 41, 11))[0]
            key = {"household": one.code, "sheet": f"{year + offset}-{number + 1}"}
            name = "/".join(key.values())
            who = "alian" if one.grid == HOME_GRID else "nongban"
            told = later(day, rng, 0, 15)
            yield Note(told, who, GAIN, name, {**key, "source": source, "amount": amount, "evidence": evidence}, one.grid, day)
            if evidence == "claimed" and rng.random() < 0.35:
                told += timedelta(days=rng.randint(25, 60))
                yield Note(told, "nongban", GAIN, name, {**key, "evidence": "visited"}, reason="入户看过单据", manner=PROGRESS)


def _gift(field: str, *kinds: str) -> Count:
    return flow(GIFT, field, kind=kinds)


LIFE = Life(
    "household", "nongban", (HOUSEHOLD, GIFT, GAIN), _notes,
    counted={
        "household.startup_reward": _gift("amount", "startup_reward"),
        "household.industry_subsidy": _gift("amount", "industry_subsidy"),
        "household.tea_seedlings": _gift("seedlings", "tea_seedlings"),
        "household.young_stock": _gift("animals", "chicks", "rabbits"),
        "household.households_helped": distinct(GIFT, "household"),
        "household.income_gain": flow(GAIN, "amount", evidence=("receipt", "visited")),
        "household.income_gain_claimed": flow(GAIN, "amount", evidence="claimed"),
        "household.households": stock(HOUSEHOLD),
        "household.minimum_households": stock(HOUSEHOLD, category="minimum"),
        "household.people": stock(HOUSEHOLD, "people"),
    },
    reaching_back=("household.minimum_households",),
)  # fmt: skip
