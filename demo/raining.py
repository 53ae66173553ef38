"""The units at risk of the township, and the rain that reaches some of them and not the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from demo.diary import Note
from demo.people import invent_name
from demo.places import SEAT
from demo.world import World

UNIT, RAIN = "emergency.risk_unit", "emergency.rainfall"
# Each with the rain at which it is to be left, as the survey found it; one has none of its own, one looks at the station upstream.
UNITS = (
    ("DY01", "深塘村", {"title": "下埠头", "area": "下埠头", "hazard": "flood", "h1_mm": "30", "h3_mm": "40", "h24_mm": "120"}),
    ("DY02", "深塘村", {"title": "老街后山", "hazard": "landslide", "h3_mm": "60", "h24_mm": "150"}),
    ("DY03", "深塘村", {"title": "水口外", "hazard": "low_land"}),
    ("DY04", "上垟村", {"title": "上垟口", "hazard": "flood", "station": "深塘站", "h3_mm": "45"}),
    ("DY05", "竹岭村", {"title": "竹岭头", "hazard": "landslide", "h3_mm": "35"}),
)  # fmt: skip


def units_at_risk(world: World) -> Iterator[Note]:
    """The ledger of them, from the first day on."""
    rng = world.rng(UNIT)
    for code, village, data in UNITS:
        told = {"code": code, **data, "leader": invent_name(rng), "source": "山洪灾害调查评价报告（示例）"}
        yield Note(world.first_day, "yingji", UNIT, code, told, village, date(world.year - 6, 4, 15), at_once=True)


def rained(world: World, year: int) -> Iterator[Note]:
    """Twice a year it rains so hard that some units are asked about, and not the whole township."""
    rng = world.rng(RAIN, year)
    for month in (7, 9):  # not in the months of the call-ups told in full
        day = date(year, month, rng.randint(3, 24))
        rain = {"station": "深塘站", "told_at": f"{day} 17:00", "hours": "h3", "mm": str(rng.randint(38, 49)), "answered": "reached"}
        yield Note(day, "yingji", RAIN, f"{rain['station']}/{rain['told_at']}", rain, SEAT, day, at_once=True)
