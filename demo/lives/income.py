"""收入与森林覆盖: values that the county publishes; the forecast in January, the statutory value in March."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from demo.deeds import Series
from demo.life import Life
from demo.world import World

FARMER, LOW, FOREST = "income.farmer_income", "income.low_income_income", "income.forest_cover"
GROWTH_TARGET, FOREST_TARGET = "income.farmer_growth_target", "income.forest_target"
LEVEL_YEAR, FARMER_LEVEL, LOW_LEVEL = 2018, (17860, 1.08), (8940, 1.11)  # yuan in that year, and how fast it grows around it
FARMER_GROWTH = (0.094, 0.071, 0.098, 0.082, 0.079, 0.072, 0.068)  # a weak year, a rebound, then slowly less
LOW_GROWTH = (0.131, 0.118, 0.127, 0.112, 0.104, 0.098, 0.091)
COVER = (83.42, 83.51, 83.58, 83.60, 83.71, 83.79, 83.84, 83.92)  # %
COVER_TARGET = {4: "84", 5: "84"}


def _deeds(world: World) -> Iterator[Series]:
    yield from _incomes(world)
    yield from _targets(world.year)


def _incomes(world: World) -> Iterator[Series]:
    """The forecast in January, the statutory value in March, which then counts; before the beginning only the latter."""
    rng, year = world.rng("income"), world.year
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


LIFE = Life(
    "income", "tongji", deeds=_deeds, published=(FARMER, LOW, GROWTH_TARGET, FOREST, FOREST_TARGET),
    growth={"income.farmer_growth": FARMER, "income.low_income_growth": LOW},
)  # fmt: skip
