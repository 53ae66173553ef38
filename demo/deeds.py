"""What is decided once, on its day: values that others publish, the choice between two values, closing a year,
changes of the units, the issued report. Plain values; the player does them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from demo.demolition import QUOTAS
from demo.diary import stream
from demo.incidents import Handling, handlings
from demo.places import MERGED, MERGED_INTO, SPLIT, SPLIT_INTO, merger_day, split_day

AREA, QUOTA = "demolition.area", "demolition.quota"
FARMER, LOW, FOREST = "income.farmer_income", "income.low_income_income", "income.forest_cover"
GROWTH_TARGET, FOREST_TARGET = "income.farmer_growth_target", "income.forest_target"
LEVEL_YEAR, FARMER_LEVEL, LOW_LEVEL = 2018, (17860, 1.08), (8940, 1.11)  # yuan in that year, and how fast it grows around it
FARMER_GROWTH = (0.094, 0.071, 0.098, 0.082, 0.079, 0.072, 0.068)  # a weak year, a rebound, then slowly less
LOW_GROWTH = (0.131, 0.118, 0.127, 0.112, 0.104, 0.098, 0.091)
COVER = (83.42, 83.51, 83.58, 83.60, 83.71, 83.79, 83.84, 83.92)  # %
COVER_TARGET = {4: "84", 5: "84"}


@dataclass(frozen=True)
class Series:
    """A value that somebody publishes for a year. ``value`` is exact text, or a share (‰) of our own count of that day."""

    day: date
    who: str
    metric: str
    year: int
    value: str
    authority: str
    source: str
    own_permille: int = 0


@dataclass(frozen=True)
class Choice:
    """Which authority's value is printed for a year, and why."""

    day: date
    who: str
    metric: str
    year: int
    authority: str
    reason: str


@dataclass(frozen=True)
class Closing:
    """A business year is declared complete."""

    day: date
    year: int


@dataclass(frozen=True)
class Merger:
    """Villages become one."""

    day: date
    units: tuple[str, ...]
    into: str


@dataclass(frozen=True)
class Division:
    """A grid becomes several."""

    day: date
    unit: str
    into: tuple[str, ...]


@dataclass(frozen=True)
class Issuing:
    """The report of a year is issued."""

    day: date
    year: int


Deed = Series | Choice | Closing | Merger | Division | Issuing | Handling


def deeds(year: int, seed: int) -> Iterator[Deed]:
    """All deeds, in no order."""
    yield Merger(merger_day(year), MERGED, MERGED_INTO)
    yield Division(split_day(year), SPLIT, SPLIT_INTO)
    yield from _quotas(year)
    yield from _county_counts(year)
    yield from _incomes(year, seed)
    yield from _targets(year)
    yield from (Closing(date(past + 1, 1, 25), past) for past in range(year - 5, year + 1))
    yield Issuing(date(year, 1, 26), year - 1)
    yield from handlings(year, seed)


def _quotas(year: int) -> Iterator[Series]:
    for offset, quota in QUOTAS.items():
        when = year + offset
        told = quota + 1500 if offset == -2 else quota
        yield Series(date(when, 1, 12), "laozhou", QUOTA, when, str(told), "recognised", f"县三改一拆办〔{when}〕2号任务书")
        if told != quota:
            yield Series(date(when, 7, 9), "laozhou", QUOTA, when, str(quota), "recognised", f"县三改一拆办〔{when}〕17号年中调整")


def _county_counts(year: int) -> Iterator[Series | Choice]:
    """The county's recognised area of each year; once it struck out what had been removed without an order."""
    for past in range(year - 5, year + 1):
        share = 966 if past == year - 2 else 1000
        source = f"县三改一拆办{past}年度认定表"
        yield Series(date(past + 1, 1, 22), "laozhou", AREA, past, "", "recognised", source, share)
    yield Choice(date(year - 1, 1, 23), "laozhou", AREA, year - 2, "recognised", "与县里公布的数保持一致，差额已列清单")


def _incomes(year: int, seed: int) -> Iterator[Series]:
    """The forecast in January, the statutory value in March, which then counts; before the beginning only the latter."""
    rng = stream(seed, "income")
    for metric, (level, pace), rates, office in (
        (FARMER, FARMER_LEVEL, FARMER_GROWTH, "县统计局"), (LOW, LOW_LEVEL, LOW_GROWTH, "县农业农村局"),
    ):  # fmt: skip
        value = level * pace ** (year - 7 - LEVEL_YEAR)
        for number, past in enumerate(range(year - 7, year + 1)):
            value *= 1 + (rates[number - 1] if number else 0)
            statutory = round(value) + rng.randint(-20, 20)
            forecast = statutory + rng.randint(-90, 90)
            if past >= year - 5:
                yield Series(date(past + 1, 1, 20), "tongji", metric, past, str(forecast), "forecast", f"{office}{past}年快报")
            day = max(date(past + 1, 3, 18), date(year - 5, 1, 6))
            yield Series(day, "tongji", metric, past, str(statutory), "statutory", f"{office}{past}年统计公报")
    for cover, past in zip(COVER, range(year - 7, year + 1), strict=True):
        day = max(date(past + 1, 1, 21), date(year - 5, 1, 6))
        yield Series(day, "tongji", FOREST, past, str(cover), "recognised", f"县林业局{past}年森林资源年度更新成果")


def _targets(year: int) -> Iterator[Series]:
    """Growth for each year of two plans, forest cover for the years that plans look to."""
    for offset in range(-4, 6):
        plan, told = (year - 4, date(year - 5, 1, 8)) if offset <= 0 else (year + 1, date(year + 1, 1, 16))
        source = f"云岭镇五年规划纲要（{plan}—{plan + 4}年）"
        yield Series(told, "tongji", GROWTH_TARGET, year + offset, "8" if offset <= 0 else "7", "recognised", source)
    for ahead, cover in COVER_TARGET.items():
        told = date(year, 1, 14) if ahead == 4 else date(year + 1, 1, 16)
        yield Series(told, "tongji", FOREST_TARGET, year + ahead, cover, "recognised", "青屏县林业保护发展规划年度分解")
