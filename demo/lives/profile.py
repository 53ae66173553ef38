"""镇情: the names and fixed words that reports repeat, each with its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from demo.counting import stock
from demo.diary import CORRECT, Note
from demo.life import Life
from demo.places import CITY, COUNTY, MAYOR, TOWN, TOWNSHIP
from demo.world import World

LEDGER = "profile.fact"
MAYOR_BEFORE = "郑怀松"


def _notes(world: World) -> Iterator[Note]:
    """What stands for all years, and two who changed: the mayor in a December, the version of a platform."""
    year, told = world.year, world.first_day
    for key, value in _standing(year).items():
        yield _fact(told, key, 1, value, date(year - 8, 1, 1))
    change = date(year - 2, 12, 8)
    yield _fact(told, "mayor", 1, MAYOR_BEFORE, date(year - 7, 2, 1))
    yield Note(change, "dangzhengban", LEDGER, "mayor/1", until=change, reason="换届，另有任用", manner=CORRECT)
    yield _fact(change, "mayor", 2, MAYOR, change)


def _fact(told: date, key: str, turn: int, value: str, since: date) -> Note:
    data = {"key": key, "turn": str(turn), "value": value}
    return Note(told, "dangzhengban", LEDGER, f"{key}/{turn}", data, TOWNSHIP, since)


def _standing(year: int) -> dict[str, str]:
    return {
        "town": TOWN, "county": COUNTY, "county_short": "青屏", "city": CITY.removesuffix("市"), "province": "江南省", "secretary": "何明川",
        "brand": "云岭780", "brand_number": "780", "slogan": "一件事一件事办到底", "duty_hours": "24",
        "income_clearing_line": "9000", "scenic_town_grade": "4", "scenic_county_grade": "5", "health_campaign_year": "2030",
        "service_platform_version": "2.0", "recruiting_city_a": "澜城", "recruiting_city_b": "栖州",
        "study_base_year": str(year + 2), "study_site_year": str(year + 3),
    }  # fmt: skip


LIFE = Life("profile", "dangzhengban", (LEDGER,), _notes, counted={"profile.facts": stock(LEDGER)})
