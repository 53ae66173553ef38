"""一户一策: low-income households and their people, what they were given, what they earned more."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.diary import CORRECT, PROGRESS, REMOVE, Note, day_in, later, money, stream
from demo.people import CADRES, invent_identity, invent_name
from demo.places import HOME_GRID, every_grid

HOUSEHOLD, MEMBER, GIFT, GAIN = "household.household", "household.member", "household.gift", "household.income_gain"
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
    """A household on the list over ``[since, until)``."""

    code: str
    grid: str
    people: int
    since: date
    until: date | None


def household_notes(year: int, seed: int) -> Iterator[Note]:
    """All notes of the four ledgers."""
    rng = stream(seed, HOUSEHOLD)
    households = list(_invent(rng, year))
    for one in households:
        yield from _register(one, stream(seed, one.code), year)
    yield from _twice(households[17], seed, year)
    for offset in range(-5, 2):
        chance = stream(seed, GIFT, offset)
        there = [one for one in households if one.since.year <= year + offset and (one.until is None or one.until.year >= year + offset)]
        yield from _gifts(chance, year, offset, there)
        yield from _gains(chance, year, offset, there)


def _invent(rng: Random, year: int) -> Iterator[Household]:
    grids = every_grid()
    for number in range(BEGINNING + JOINING * 6):
        joined = year - 5 + (number - BEGINNING) // JOINING + 1 if number >= BEGINNING else year - 6
        since = date(joined, rng.randint(2, 9), rng.randint(1, 28))
        stays = next((past for past in range(max(joined, year - 5), year + 2) if rng.random() < LEAVING), None)
        until = None if stays is None else date(stays, 12, 31)
        grid = HOME_GRID if number % 37 == 5 else rng.choice(grids)
        yield Household(f"D{number + 1:04d}", grid, rng.choices((1, 2, 3, 4, 5), (34, 30, 18, 12, 6))[0], since, until)


def _register(one: Household, rng: Random, year: int) -> Iterator[Note]:
    """The household, then its people once it is on the list; both leave the list together."""
    told = max(later(one.since, rng, 2, 20), date(year - 5, 1, 4))
    head, number = invent_name(rng), invent_identity(rng, 1980, 1942)
    category = rng.choices(("minimum", "edge", "destitute", "other"), (42, 26, 7, 25))[0]
    data = {
        "code": one.code, "head": head, "id_number": number, "people": one.people, "category": category, "cadre": rng.choice(CADRES),
    }  # fmt: skip
    yield Note(told, "nongban", HOUSEHOLD, one.code, data, one.grid, one.since)
    members = list(_members(one, rng, head, number))
    for member in members:
        yield Note(later(told, rng, 21, 40), "nongban", MEMBER, member["code"], member, one.grid, one.since)
    if one.until is not None:
        yield _left(HOUSEHOLD, one.code, one.until)
        yield from (_left(MEMBER, member["code"], one.until) for member in members)
    elif rng.random() < 0.05:
        yield _put_right(one, rng, year, category)


def _left(ledger: str, code: str, until: date) -> Note:
    reason = "收入稳定超过标准，退出"
    return Note(date(until.year, 12, 20), "nongban", ledger, code, {"code": code}, until=until, reason=reason, manner=PROGRESS)


def _members(one: Household, rng: Random, head: str, number: str) -> Iterator[dict[str, str]]:
    yield {"code": f"{one.code}-1", "household": one.code, "person": head, "id_number": number, "relation": "head"}
    relations = rng.sample((("spouse", 1980, 1945), ("child", 2014, 1985), ("child", 2012, 1990), ("parent", 1950, 1932)), one.people - 1)
    for place, (relation, youngest, oldest) in enumerate(relations, start=2):
        yield {
            "code": f"{one.code}-{place}", "household": one.code, "person": invent_name(rng),
            "id_number": invent_identity(rng, youngest, oldest), "relation": relation,
        }  # fmt: skip


def _put_right(one: Household, rng: Random, year: int, category: str) -> Note:
    told = day_in(rng, rng.randint(max(one.since.year + 1, year - 4), year + 1), (1,) * 12)
    other = "edge" if category == "minimum" else "minimum"
    return Note(told, "nongban", HOUSEHOLD, one.code, {"code": one.code, "category": other}, reason="与民政系统核对，原来录错了类别", manner=CORRECT)


def _twice(one: Household, seed: int, year: int) -> Iterator[Note]:
    """The same family entered a second time under another number, and struck out three months later."""
    rng = stream(seed, one.code)
    first = next(_register(one, rng, year))
    told = date(year - 2, 3, 5)
    code = f"{one.code}B"
    yield Note(told, "nongban", HOUSEHOLD, code, {**first.data, "code": code}, one.grid, told)
    yield Note(date(year - 2, 6, 11), "nongban", HOUSEHOLD, code, reason="重复录入，保留原户号", manner=REMOVE)


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
