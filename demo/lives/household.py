"""一户一策: low-income households of the register, what they were given, what they earned more."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import Count, distinct, flow, left, stock
from demo.diary import CORRECT, PROGRESS, REMOVE, Note, day_in, hundredths, later, money
from demo.hardship import Household, low_income
from demo.life import Life
from demo.people import CADRES
from demo.places import HOME_GRID
from demo.world import World

HOUSEHOLD, GIFT, GAIN = "household.household", "household.gift", "household.income_gain"
MONITORED = "household.monitored_household"
KNOWN = timedelta(days=40)  # by then a new household is surely entered, and may be linked to
FARMING = (1, 2, 9, 14, 10, 5, 5, 6, 9, 14, 15, 10)
EARNING = (14, 4, 6, 8, 9, 8, 7, 7, 8, 9, 9, 11)
_MISREAD = {"minimum": "edge", "edge": "minimum"}  # what it is → what it was taken for
_CAUSES = (("illness", "disability", "no_labour", "schooling", "disaster", "no_skill"), (30, 22, 22, 6, 4, 16))
_PLANS = (("industry", "job", "shares", "safety_net"), (46, 30, 12, 12))
_LINE = 10200  # yuan a head and year under which a household is watched, in the last complete year


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


def _notes(world: World) -> Iterator[Note]:
    """All notes of the three ledgers."""
    year, households = world.year, list(low_income(world))
    for one in households:
        yield from _register(one, world)
    yield from _twice(households[17], world)
    yield from _monitored(world)
    for offset in range(-5, 2):
        rng = world.rng(GIFT, offset)
        there = [one for one in households if one.since.year <= year + offset and (one.until is None or one.until.year >= year + offset)]
        yield from _gifts(rng, year, offset, there)
        yield from _gains(rng, year, offset, there)


def _register(one: Household, world: World) -> Iterator[Note]:
    rng, year = world.rng(HOUSEHOLD, one.code), world.year
    told = max(later(one.since, rng, 2, 20), world.first_day)
    misread = one.until is None and one.since.year <= year and one.category in _MISREAD and rng.random() < 0.08
    data = {
        "household": one.code, "people": one.people, "category": _MISREAD[one.category] if misread else one.category,
        "cadre": rng.choice(CADRES), "cause": rng.choices(*_CAUSES)[0],
    }  # fmt: skip
    plan = {"plan": "safety_net" if one.category == "destitute" else rng.choices(*_PLANS)[0]}
    agreed_later = rng.random() < 0.06
    yield Note(told, "nongban", HOUSEHOLD, one.code, data | ({} if agreed_later else plan), one.grid, one.since)
    if agreed_later:
        day = later(told, rng, 40, 100)
        yield Note(day, "nongban", HOUSEHOLD, one.code, {"household": one.code, **plan}, reason="与农户商定办法", manner=PROGRESS)
    if one.until is not None:
        yield Note(
            date(one.until.year, 12, 20), "nongban", HOUSEHOLD, one.code, {"household": one.code}, until=one.until,
            reason="收入稳定超过标准，退出", manner=PROGRESS,
        )  # fmt: skip
    elif misread:
        told = day_in(rng, rng.randint(max(one.since.year + 1, year - 4), year + 1), (1,) * 12)
        right = {"household": one.code, "category": one.category}
        yield Note(told, "nongban", HOUSEHOLD, one.code, right, reason="与民政系统核对，原来录错了类别", manner=CORRECT)


def _monitored(world: World) -> Iterator[Note]:
    """Found by a call, a data check or a cadre; most are safe again within the year, in the last complete year all."""
    old = [one for one in world.population.households if one.since.year < world.year - 6]
    chosen = iter(world.rng(MONITORED).sample(old, 100))
    for year in world.years:
        rng = world.rng(MONITORED, year)
        for number in range(rng.randint(5, 9)):
            one, found = next(chosen), date(year, rng.randint(1, 6), rng.randint(1, 28))
            line, low = _LINE + 300 * (year - world.year), rng.random() < 0.7
            key = f"云监〔{year}〕{number + 1:02d}"
            data = {
                "case_no": key, "household": one.code, "kind": rng.choice(("unsteady", "edge")) if low else "sudden",
                "per_head": hundredths(line * (rng.uniform(0.72, 0.99) if low else rng.uniform(1.05, 1.9))), "line": str(line),
            }  # fmt: skip
            yield Note(max(later(found, rng, 3, 15), world.first_day), "nongban", MONITORED, key, data, one.grid, found)
            lingers = number == 0 and year < world.year - 1  # till the next spring
            safe = date(year + 1, 4, 8) if lingers else date(year, rng.randint(8, 12), rng.randint(1, 20))
            cleared = {"case_no": key, "cleared_as": rng.choices(("steady", "covered"), (78, 22))[0]}
            yield Note(later(safe, rng, 0, 6), "nongban", MONITORED, key, cleared, until=safe, reason="县里公告消除", manner=PROGRESS)


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
    "household", "nongban", (HOUSEHOLD, GIFT, GAIN, MONITORED), _notes,
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
        "household.without_plan": stock(HOUSEHOLD, plan=None),
        "household.monitored_open": stock(MONITORED),
        "household.monitored_found": flow(MONITORED),
        "household.monitored_below_line": flow(MONITORED, kind=("unsteady", "edge")),
        "household.monitored_cleared": left(MONITORED),
    },
    reaching_back=("household.minimum_households", "household.without_plan"),
)  # fmt: skip
