"""值班值守: posts set up for floods, fires and festivals, and who kept watch at the township every day and night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import distinct, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, later, posting_day
from demo.life import Life
from demo.people import CADRES
from demo.places import VILLAGES, stands_as
from demo.world import World

CHECKPOINT, SHIFT = "duty.checkpoint", "duty.shift"
SEAT = "深塘村"
SPRING_PASS, WINTER_PASS = ("松风垭口", "石门坑村"), ("云岭隧道口", "深塘村")  # the county's, watched by the township
_SPOTS = ("村口", "水口", "垭口", "渡口")


@dataclass(frozen=True)
class Campaign:
    """Why posts are set up: what it is called, from which day for how long, at how many places of villages."""

    kind: str
    called: str
    month: int
    day: int
    lasts: int
    posts: tuple[int, int]
    county: tuple[str, str] | None = None


CAMPAIGNS = (
    Campaign("festival", "年春节", 1, 18, 24, (4, 6)),
    Campaign("forest_fire", "年清明防火", 3, 28, 14, (9, 13), SPRING_PASS),
    Campaign("flood", "年汛期", 6, 5, 100, (7, 10)),
    Campaign("festival", "年国庆", 9, 28, 11, (2, 4)),
    Campaign("forest_fire", "年冬春防火", 11, 3, 75, (8, 12), WINTER_PASS),
)


def _notes(world: World) -> Iterator[Note]:
    for year in world.years:
        number = 0
        for campaign in CAMPAIGNS:
            rng = world.rng(CHECKPOINT, year, campaign.called)
            for spot, village, level in _places(rng, campaign):
                number += 1
                yield from _post(world, rng, campaign, year, f"K{year}-{number:02d}", (spot, village, level))
        yield from _watches(world, year)


def _places(rng: Random, campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    """(spot, village, level): some villages have two posts."""
    spots = [(f"{village}{spot}", village, "village") for village in VILLAGES for spot in _SPOTS]
    yield from rng.sample(spots, rng.randint(*campaign.posts))
    if campaign.county:
        yield (*campaign.county, "county")


def _post(world: World, rng: Random, campaign: Campaign, year: int, code: str, where: tuple[str, str, str]) -> Iterator[Note]:
    spot, village, level = where
    day = date(year, campaign.month, campaign.day) + timedelta(days=rng.randint(0, 2))
    spot = spot.replace(village, stands_as(village, day, world.year))
    data = {
        "code": code, "spot": spot, "level": level, "kind": campaign.kind, "campaign": f"{year}{campaign.called}",
        "per_shift": str(4 if level == "county" else rng.choice((1, 2, 2))), "shifts_a_day": "3" if level == "county" else rng.choice(("1", "2")),
        "responsible": rng.choice(CADRES),
    }  # fmt: skip
    told = day if level == "county" else later(day, rng, 0, 4)  # its watches are entered with it
    yield Note(told, "dangzhengban", CHECKPOINT, code, data, village, day)
    over = day + timedelta(days=campaign.lasts)
    yield Note(later(over, rng, 0, 6), "dangzhengban", CHECKPOINT, code, {"code": code}, until=over, reason="撤点", manner=PROGRESS)
    if level == "county":
        for ahead in range(0, campaign.lasts, 3):
            on = day + timedelta(days=ahead)
            yield _watch(rng, on, f"{code}-{on:%m%d}", village, {"checkpoint": code})


def _watches(world: World, year: int) -> Iterator[Note]:
    """The township's own watch, a row a day; once in a long while nobody was found at the desk."""
    rng = world.rng(SHIFT, year)
    day = max(date(year, 1, 1), world.first_day)
    while day.year == year:
        note = _watch(rng, day, f"Z{day:%Y%m%d}", SEAT, {})
        yield note
        if rng.random() < 0.003:
            found = {"sheet": note.key, "on_post": "false", "handover": "missing"}
            yield Note(later(posting_day(note.told), rng, 1, 12), "dangzhengban", SHIFT, note.key, found, reason="抽查时值班室没有人", manner=CORRECT)
        day += timedelta(days=1)


def _watch(rng: Random, day: date, sheet: str, village: str, more: dict[str, str]) -> Note:
    leader, keeper = rng.sample(CADRES, 2)
    wet = 5 <= day.month <= 9
    data = {
        "sheet": sheet, "leader": leader, "keeper": keeper, "hours": "8" if more else "24", "on_post": "true",
        "swap": rng.choices(("none", "agreed", "unasked"), (92, 7, 1))[0], "calls": str(rng.randint(0, 9 if wet else 5)),
        "handover": rng.choices(("signed", "spoken"), (94, 6))[0], **more,
    }  # fmt: skip
    return Note(later(day, rng, 0, 2), "dangzhengban", SHIFT, sheet, data, village, day)


LIFE = Life(
    "duty", "dangzhengban", (CHECKPOINT, SHIFT), _notes,
    counted={
        "duty.checkpoints": distinct(CHECKPOINT, "spot", level="village"),
        "duty.county_checkpoints": distinct(CHECKPOINT, "spot", level="county"),
        "duty.set_up": flow(CHECKPOINT),
        "duty.standing": stock(CHECKPOINT),
        "duty.shifts": flow(SHIFT),
        "duty.manned": flow(SHIFT, on_post="true"),
        "duty.unmanned": flow(SHIFT, on_post="false"),
        "duty.unasked_swaps": flow(SHIFT, swap="unasked"),
        "duty.hours": flow(SHIFT, "hours", on_post="true"),
        "duty.calls": flow(SHIFT, "calls"),
    },
    ratios={"duty.attendance": ("duty.manned", "duty.shifts")},
)  # fmt: skip
