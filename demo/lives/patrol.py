"""河道、道路、林区巡查: who walks what how often, what each month's check says of it, how water and roads are graded."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.books import Page
from demo.counting import Count, fitting, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.people import CADRES, invent_name
from demo.world import World

BEAT, TRIP, CHECK, GRADING = "patrol.beat", "patrol.trip", "patrol.month_check", "patrol.grading"
CLERK = "nongban"
DUE = {"river": {"township": 3, "village": 4}, "road": {"township": 2, "village": 4}, "forest": {"township": 1, "village": 4}}  # a month
LEAST_MINUTES, LEAST_METRES, LEAST_GAP = 10, 300, 24
STORMS = (5, 6, 7, 8)
BUSY = {"river": STORMS, "road": (6, 7, 8), "forest": (11, 12, 1, 2, 3, 4)}  # floods, slides, fires: some walk once more
PROBLEMS = {"river": ("dumping", "outfall", "occupation"), "road": ("damage", "slope", "occupation"), "forest": ("felling", "fire_use", "occupation")}
CLASSES = ("one", "two", "three", "four", "five")
URGENT = ((3, 1), (7, 4), (9, 7))  # (month, beat) in the running year whose problem cannot wait


@dataclass(frozen=True)
class Beat:
    """What one chief answers for; the length in metres."""

    code: str
    title: str
    kind: str
    rank: str
    village: str
    length: int


BEATS = tuple(
    Beat(f"XC{number:02d}", *rest)
    for number, rest in enumerate((
        ("云溪干流镇段", "river", "township", "深塘村", 9600), ("梅溪", "river", "township", "梅溪村", 6200), ("云溪深塘段", "river", "village", "深塘村", 2600),
        ("石门坑", "river", "village", "石门坑村", 3400), ("白鹤溪", "river", "village", "白鹤岙村", 2900), ("集镇至上垟公路", "road", "township", "上垟村", 7800),
        ("竹岭线", "road", "village", "竹岭村", 4300), ("枫树湾线", "road", "village", "枫树湾村", 3700), ("大源头林区", "forest", "township", "大源头村", 12000),
        ("茶坪林区", "forest", "village", "茶坪村", 5400), ("双坞林区", "forest", "village", "东坞村", 6100),
    ), start=1)
)  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    yield from _beats(world)
    for beat in BEATS:
        last = None
        for year in world.years:
            rng = world.rng(TRIP, beat.code, year)
            for month in range(1, 13):
                trips, last = _trips(rng, world, beat, year, month, last)
                yield from trips
                yield from _check(rng, beat, year, month, trips)
            if beat.kind != "forest":
                yield from _gradings(rng, world, beat, year)


def _beats(world: World) -> Iterator[Note]:
    """Village chiefs change with the elections; on one bank the sign was not changed until somebody noticed."""
    rng = world.rng(BEAT)
    for one in BEATS:
        chief = rng.choice(CADRES) if one.rank == "township" else invent_name(rng)
        data = {"code": one.code, "title": one.title, "kind": one.kind, "rank": one.rank, "chief": chief, "length": str(one.length), "sign": "right"}
        data |= {"water_goal": rng.choice(("two", "three"))} if one.kind == "river" else {}
        yield Note(world.first_day, CLERK, BEAT, one.code, data, one.village, date(world.year - 6, 3, 1))
        if one.rank == "village":
            told = date(world.year - 2, 3, rng.randint(3, 26))
            new = {"code": one.code, "chief": invent_name(rng), "sign": "outdated" if one.code == "XC04" else "right"}
            yield Note(told, CLERK, BEAT, one.code, new, reason="村级换届，换了河长路长林长", manner=PROGRESS)
    yield Note(date(world.year - 1, 9, 11), CLERK, BEAT, "XC04", {"code": "XC04", "sign": "right"}, reason="公示牌已换", manner=PROGRESS)


def _trips(rng: Random, world: World, beat: Beat, year: int, month: int, last: datetime | None) -> tuple[list[Note], datetime | None]:
    """A month's trips; some are too short to count, some are not made."""
    found: list[Note] = []
    due = DUE[beat.kind][beat.rank]
    missed = rng.random() < 0.07
    made = max(0, due + rng.choice((0, 0, 0, 1)) + (month in BUSY[beat.kind] and rng.random() < 0.6) - missed)
    for number in range(made):
        day = 1 + (24 * number) // made + rng.randint(0, 3)
        began = datetime(year, month, max(day, 6 if month == 1 else 1), rng.randint(7, 16), rng.choice((0, 10, 20, 30, 40, 50)))
        key = {"beat": beat.code, "sheet": f"{year}-{month:02d}-{number + 1}"}
        short = rng.random() < 0.04
        minutes, metres = (rng.randint(4, 9), rng.randint(80, 280)) if short else (rng.randint(15, 95), rng.randint(500, beat.length))
        data = {**key, "kind": beat.kind, "rank": beat.rank, "began": f"{began:%H:%M}", "minutes": str(minutes), "metres": str(metres)}
        if last is not None and began > last:
            data["gap_hours"] = str(int((began - last).total_seconds() // 3600))
        urgent = year == world.years[-1] and number == 0 and (month, BEATS.index(beat)) in URGENT
        data |= {"problem": PROBLEMS[beat.kind][1], "handled": "urgent"} if urgent else _seen(rng, beat)
        last = max(began, last or began)
        found.append(Note(later(began.date(), rng, 0, 2), CLERK, TRIP, "/".join(key.values()), data, beat.village, began.date()))
    return found, last


def _seen(rng: Random, beat: Beat) -> dict[str, str]:
    if rng.random() > 0.11:
        return {"problem": "none", "handled": "none"}
    return {"problem": rng.choice(PROBLEMS[beat.kind]), "handled": rng.choice(("on_the_spot", "on_the_spot", "told_village"))}


def _counts(note: Note) -> bool:
    """Long enough, far enough, and not the day before's again."""
    one = note.data
    return int(one["minutes"]) >= LEAST_MINUTES and int(one["metres"]) >= LEAST_METRES and int(one.get("gap_hours", LEAST_GAP)) >= LEAST_GAP


def _check(rng: Random, beat: Beat, year: int, month: int, trips: list[Note]) -> Iterator[Note]:
    """What the office makes of the month: storms close the woods; now and then a trip was walked but not written down in time."""
    day = date(year, month, calendar.monthrange(year, month)[1])
    key = {"beat": beat.code, "sheet": f"{day:%Y-%m}"}
    due, valid = DUE[beat.kind][beat.rank], sum(map(_counts, trips))
    closed = beat.kind != "river" and month in STORMS and valid < due and rng.random() < 0.5
    unlogged = valid >= due > 1 and rng.random() < 0.015
    data = {**key, "kind": beat.kind, "rank": beat.rank, "trips_due": "0" if closed else str(due), "trips_valid": str(valid - unlogged)}
    if closed or unlogged or valid < due:
        data["short_because"] = "weather" if closed else "unlogged" if unlogged else rng.choice(("weather", "absent", "other"))
    name, told = "/".join(key.values()), later(day, rng, 1, 5)
    yield Note(told, CLERK, CHECK, name, data, beat.village, day)
    if unlogged:
        right = {**key, "trips_valid": str(valid)}
        yield Note(told + timedelta(days=rng.randint(40, 55)), CLERK, CHECK, name, right, reason="补看巡查本，那一次巡过", manner=CORRECT)


def _gradings(rng: Random, world: World, beat: Beat, year: int) -> Iterator[Note]:
    better = (year - world.years[0]) * 0.12
    for quarter in range(1, 5):
        day = date(year, quarter * 3, rng.randint(8, 24))
        key = {"beat": beat.code, "sheet": f"{year}Q{quarter}"}
        step = min(4, max(0, round(rng.gauss(2.0 - better, 0.65))))
        data = {**key, "kind": beat.kind, "grade": ("excellent", "excellent", "good", "middling", "poor")[step]}
        data["paper_no"] = f"{'化' if beat.kind == 'river' else '路评'}〔{year}〕{rng.randint(1, 99):02d}"
        data |= {"water_class": CLASSES[step]} if beat.kind == "river" else {}
        yield Note(later(day, rng, 1, 6), CLERK, GRADING, "/".join(key.values()), data, beat.village, day)


def _valid(page: Page) -> bool:
    gap = page.number("gap_hours") if "gap_hours" in page.data else LEAST_GAP
    return page.number("minutes") >= LEAST_MINUTES and page.number("metres") >= LEAST_METRES and gap >= LEAST_GAP


def _met(enough: bool) -> Count:
    def fits(page: Page) -> bool:
        return page.number("trips_due") > 0 and (page.number("trips_valid") >= page.number("trips_due")) == enough

    return fitting(CHECK, fits)


LIFE = Life(
    "patrol", CLERK, (BEAT, TRIP, CHECK, GRADING), _notes,
    counted={
        "patrol.beats": stock(BEAT),
        "patrol.rivers": stock(BEAT, kind="river"),
        "patrol.signs_wrong": stock(BEAT, sign=("outdated", "missing")),
        "patrol.trips": flow(TRIP),
        "patrol.trips_valid": fitting(TRIP, _valid),
        "patrol.problems": fitting(TRIP, lambda page: page.data["problem"] != "none"),
        "patrol.problems_on_the_spot": flow(TRIP, handled="on_the_spot"),
        "patrol.beats_due": fitting(CHECK, lambda page: page.number("trips_due") > 0),
        "patrol.beats_met": _met(True),
        "patrol.beats_short": _met(False),
        "patrol.gradings_river": flow(GRADING, kind="river"),
        "patrol.gradings_river_good": flow(GRADING, kind="river", water_class=("one", "two", "three")),
        "patrol.roads_good": flow(GRADING, kind="road", grade=("excellent", "good")),
    },
    ratios={
        "patrol.met_rate": ("patrol.beats_met", "patrol.beats_due"),
        "patrol.river_good_rate": ("patrol.gradings_river_good", "patrol.gradings_river"),
    },
    reaching_back=("patrol.signs_wrong",),
)  # fmt: skip
