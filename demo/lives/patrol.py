"""河道、道路、林区、小微水体巡查: who walks what how often, what each month came to, how water and roads are graded."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

from demo.books import Books, Page
from demo.counting import fitting, flow, stock
from demo.diary import CORRECT, ENTER, PROGRESS, Note, later
from demo.life import Life
from demo.people import CADRES, invent_name
from demo.places import TOWNSHIP
from demo.ways import course, reached_the_end, track
from demo.world import World

BEAT, TRIP, PLAN, TALLY, GRADING = "patrol.beat", "patrol.trip", "patrol.frequency", "patrol.tally", "patrol.grading"
CLERK = "nongban"
DUE = {"river": {"township": 3, "village": 4}, "road": {"township": 2, "village": 4}, "forest": {"township": 1, "village": 4}, "water": {"village": 2}}  # a month
LEAST_MINUTES, LEAST_METRES, LEAST_GAP = 10, 300, 24
POND_MINUTES = 5  # a pond or ditch is walked round, however short
WORDS = {"river": "河道", "road": "道路", "forest": "林区", "water": "小微水体", "township": "乡级", "village": "村级"}
WHOLE = ("river", "road", "forest")  # of these a village's walk that was followed must have come along nearly all of the line: half a walk is none
COVERAGE = 80  # of a hundred
GRACE = 3  # days after a month's end in which its trips are still written down
STORMS = (5, 6, 7, 8)
BUSY = {"river": STORMS, "water": STORMS, "road": (6, 7, 8), "forest": (11, 12, 1, 2, 3, 4)}  # floods, slides, fires: some walk once more
PROBLEMS = {"water": ("foul", "dumping", "outfall"), "river": ("dumping", "outfall", "occupation"), "road": ("damage", "slope", "occupation"), "forest": ("felling", "fire_use", "occupation")}
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
        ("深塘村口大塘", "water", "village", "深塘村", 180), ("上垟灌渠", "water", "village", "上垟村", 900),
    ), start=1)
)  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    yield from _beats(world)
    yield from _plans(world)
    for beat in BEATS:
        for year in world.years:
            rng = world.rng(TRIP, beat.code, year)
            for month in range(1, 13):
                trips = _trips(rng, world, beat, year, month)
                yield from trips
                yield from _why(world, rng, beat, year, month, trips)
            if beat.kind != "forest":
                yield from _gradings(rng, world, beat, year)


def _beats(world: World) -> Iterator[Note]:
    """Village chiefs change with the elections; on one bank the sign was not changed until somebody noticed."""
    rng = world.rng(BEAT)
    for one in BEATS:
        chief = rng.choice(CADRES) if one.rank == "township" else invent_name(rng)
        data = {"code": one.code, "title": one.title, "kind": one.kind, "rank": one.rank, "chief": chief, "length": str(one.length), "sign": "right", "tel": "12345"}
        data |= {"begins": f"{one.village}上村头", "ends": f"{one.village}下村口"} if one.kind != "forest" else {}
        data |= {"course": _course(world, one)}
        data |= {"water_goal": rng.choice(("two", "three"))} if one.kind == "river" else {}
        yield Note(world.first_day, CLERK, BEAT, one.code, data, one.village, date(world.year - 6, 3, 1))
        if one.rank == "village":
            told = date(world.year - 2, 3, rng.randint(3, 26))
            new = {"code": one.code, "chief": invent_name(rng), "sign": "outdated" if one.code == "XC04" else "right"}
            yield Note(told, CLERK, BEAT, one.code, new, reason="村级换届，换了河长路长林长", manner=PROGRESS)
    yield Note(date(world.year - 1, 9, 11), CLERK, BEAT, "XC04", {"code": "XC04", "sign": "right"}, reason="公示牌已换", manner=PROGRESS)


def _course(world: World, beat: Beat) -> str:
    return course(world.rng("patrol.course", beat.code), beat.village, beat.kind, beat.length)


def _followed(world: World, beat: Beat, sheet: str, minutes: int) -> dict[str, str]:
    """What a phone noted of a walk: since the last year about half of them, the others are typed."""
    rng = world.rng("patrol.track", beat.code, sheet)
    if rng.random() < 0.45:
        return {}
    way = track(rng, _course(world, beat), minutes)
    return {"track": str(way), "minutes": str(way.minutes), "metres": str(way.metres)}


def _plans(world: World) -> Iterator[Note]:
    """How often each kind is walked, as the township has written it down."""
    for kind, ranks in DUE.items():
        for rank, times in ranks.items():
            code = f"{WORDS[kind]}{WORDS[rank]}"
            least = {"minutes": str(POND_MINUTES)} if kind == "water" else {"minutes": str(LEAST_MINUTES), "metres": str(LEAST_METRES)}
            source = "镇河长制实施方案，比照每旬、每周一次按月核（县文件未证实）" if kind in ("river", "water") else "镇路长制、林长制实施方案（县文件未证实）"
            data = {"code": code, "kind": kind, "rank": rank, "times": str(times), "per": "month", "source": source}
            data |= least | {"gap_hours": str(LEAST_GAP)} | ({"coverage": str(COVERAGE)} if kind in WHOLE and rank == "village" else {})
            yield Note(world.first_day, CLERK, PLAN, code, data, TOWNSHIP, date(world.year - 5, 1, 1))


def _trips(rng: Random, world: World, beat: Beat, year: int, month: int) -> list[Note]:
    """A month's trips; some are too short to count, some are not made, one or the other is not written down for weeks."""
    found: list[Note] = []
    due = DUE[beat.kind][beat.rank]
    missed = rng.random() < 0.07
    made = max(0, due + rng.choice((0, 0, 0, 1)) + (month in BUSY[beat.kind] and rng.random() < 0.6) - missed)
    unlogged = rng.random() < 0.015 and due > 1
    for number in range(made):
        day = 1 + (24 * number) // made + rng.randint(0, 3)
        began = datetime(year, month, max(day, 6 if month == 1 else 1), rng.randint(7, 16), rng.choice((0, 10, 20, 30, 40, 50)))
        key = {"beat": beat.code, "sheet": f"{year}-{month:02d}-{number + 1}"}
        short = rng.random() < 0.04
        minutes, metres = (rng.randint(4, 9), rng.randint(80, 280)) if short else (rng.randint(15, 95), rng.randint(min(500, beat.length), beat.length))
        if beat.kind == "water":
            minutes, metres = rng.randint(2, 4) if short else rng.randint(6, 20), rng.randint(60, beat.length)
        data = {**key, "kind": beat.kind, "rank": beat.rank, "began": f"{began:%H:%M}", "minutes": str(minutes), "metres": str(metres)}
        if year == world.years[-1] and not short:
            data |= _followed(world, beat, key["sheet"], minutes)
        urgent = year == world.years[-1] and number == 0 and (month, BEATS.index(beat)) in URGENT
        data |= {"problem": PROBLEMS[beat.kind][1], "handled": "urgent"} if urgent else _seen(rng, beat)
        told = later(began.date(), rng, 40, 55) if unlogged and number == 1 else later(began.date(), rng, 0, 2)
        found.append(Note(told, CLERK, TRIP, "/".join(key.values()), data, beat.village, began.date()))
    return found


def _seen(rng: Random, beat: Beat) -> dict[str, str]:
    if rng.random() > 0.11:
        return {"problem": "none", "handled": "none"}
    return {"problem": rng.choice(PROBLEMS[beat.kind]), "handled": rng.choice(("on_the_spot", "on_the_spot", "told_village"))}


def _counted(world: World, trips: Iterable[Mapping[str, Any]], days: Iterable[date]) -> int:
    """How many are long enough, far enough, went along the whole line where that is asked, and not too soon after another that counts."""
    good = [
        datetime.combine(day, time.fromisoformat(one["began"]))
        for one, day in zip(trips, days, strict=True)
        if int(one["minutes"]) >= (POND_MINUTES if one["kind"] == "water" else LEAST_MINUTES) and (one["kind"] == "water" or int(one["metres"]) >= LEAST_METRES)
        and _went_through(world, one)
    ]
    chosen: list[datetime] = []
    for moment in sorted(good):
        if not chosen or moment - chosen[-1] >= timedelta(hours=LEAST_GAP):
            chosen.append(moment)
    return len(chosen)


def _went_through(world: World, trip: Mapping[str, Any]) -> bool:
    asked = trip["kind"] in WHOLE and trip["rank"] == "village" and trip.get("track")
    return not asked or reached_the_end(_line(world, trip["beat"]), trip["track"])


@cache
def _line(world: World, code: str) -> str:
    return _course(world, next(beat for beat in BEATS if beat.code == code))


def _why(world: World, rng: Random, beat: Beat, year: int, month: int, trips: list[Note]) -> Iterator[Note]:
    """Where the month fell short the office writes down why; storms close the woods and the roads."""
    day = date(year, month, calendar.monthrange(year, month)[1])
    in_time = [note for note in trips if note.told <= day]
    valid = _counted(world, [note.data for note in in_time], [note.day for note in in_time if note.day])
    if valid >= DUE[beat.kind][beat.rank]:
        return
    closed = beat.kind in ("road", "forest") and month in STORMS and rng.random() < 0.5
    unlogged = len(in_time) < len(trips)
    because = "weather" if closed else "unlogged" if unlogged else rng.choice(("weather", "absent", "other"))
    key = {"beat": beat.code, "sheet": f"{day:%Y-%m}"}
    data = {**key, "short_because": because} | ({"closed": "是"} if closed else {})
    yield Note(later(day, rng, GRACE + 2, GRACE + 6), CLERK, TALLY, "/".join(key.values()), data, reason="封山封路，停巡" if closed else "问过本人", manner=CORRECT)


class Months:
    """What each month came to: told when its days of grace are over, and again when a trip of it is written down later."""

    ledger = TALLY

    def __init__(self, world: World) -> None:
        self._world = world
        self._first = self._next = date(world.year - 5, 1, 1)

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        while (after := (self._next + timedelta(days=31)).replace(day=1)) <= day - timedelta(days=GRACE):
            for beat in BEATS:
                yield self._told(books, beat, self._next, after)
            self._next = after

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        beats = {beat.code: beat for beat in BEATS}
        touched = {(note.data["beat"], note.day.replace(day=1)) for note in written if note.ledger == TRIP and note.day}
        for code, first in sorted(touched):
            if self._first <= first < self._next:
                yield self._told(books, beats[code], first, (first + timedelta(days=31)).replace(day=1))

    def _told(self, books: Books, beat: Beat, first: date, after: date) -> Note:
        pages = [page for page in books.pages[TRIP].values() if page.data["beat"] == beat.code and first <= page.day < after]
        due, valid, name = DUE[beat.kind][beat.rank], _counted(self._world, [page.data for page in pages], [page.day for page in pages]), f"{beat.code}/{first:%Y-%m}"
        data = {"beat": beat.code, "sheet": f"{first:%Y-%m}", "kind": beat.kind, "rank": beat.rank, "due": str(due), "made": str(len(pages)), "valid": str(valid)}
        last = after - timedelta(days=1)
        manner = CORRECT if name in books.pages[TALLY] else ENTER
        return Note(last, CLERK, TALLY, name, data | {"met": "是" if valid >= due else "否"}, beat.village, last, manner=manner)


def _gradings(rng: Random, world: World, beat: Beat, year: int) -> Iterator[Note]:
    better = (year - world.years[0]) * 0.12
    for quarter in range(1, 5):
        day = date(year, quarter * 3, rng.randint(8, 24))
        key = {"beat": beat.code, "sheet": f"{year}Q{quarter}"}
        step = min(4, max(0, round(rng.gauss(2.0 - better, 0.65))))
        data = {**key, "kind": beat.kind, "grade": ("excellent", "excellent", "good", "middling", "poor")[step]}
        data["paper_no"] = f"{ {'river': '化', 'water': '塘评'}.get(beat.kind, '路评')}〔{year}〕{rng.randint(1, 99):02d}"
        data |= {"water_class": CLASSES[step]} if beat.kind == "river" else {}
        yield Note(later(day, rng, 1, 6), CLERK, GRADING, "/".join(key.values()), data, beat.village, day)


def _owed(page: Page) -> bool:
    return page.number("due") > 0 and not page.data.get("closed")


LIFE = Life(
    "patrol", CLERK, (BEAT, PLAN, TRIP, TALLY, GRADING), _notes,
    counted={
        "patrol.beats": stock(BEAT),
        "patrol.rivers": stock(BEAT, kind="river"),
        "patrol.small_waters": stock(BEAT, kind="water"),
        "patrol.small_waters_due": fitting(TALLY, lambda page: _owed(page) and page.holds(kind="water")),
        "patrol.small_waters_met": fitting(TALLY, lambda page: _owed(page) and page.holds(kind="water", met="是")),
        "patrol.signs_wrong": stock(BEAT, sign=("outdated", "missing")),
        "patrol.trips": flow(TRIP),
        "patrol.trips_valid": flow(TALLY, "valid"),
        "patrol.problems": fitting(TRIP, lambda page: page.data["problem"] != "none"),
        "patrol.problems_on_the_spot": flow(TRIP, handled="on_the_spot"),
        "patrol.beats_due": fitting(TALLY, _owed),
        "patrol.beats_met": fitting(TALLY, lambda page: _owed(page) and page.holds(met="是")),
        "patrol.beats_short": fitting(TALLY, lambda page: _owed(page) and page.holds(met="否")),
        "patrol.gradings_river": flow(GRADING, kind="river"),
        "patrol.gradings_river_good": flow(GRADING, kind="river", water_class=("one", "two", "three")),
        "patrol.roads_good": flow(GRADING, kind="road", grade=("excellent", "good")),
    },
    ratios={
        "patrol.met_rate": ("patrol.beats_met", "patrol.beats_due"),
        "patrol.small_waters_met_rate": ("patrol.small_waters_met", "patrol.small_waters_due"),
        "patrol.river_good_rate": ("patrol.gradings_river_good", "patrol.gradings_river"),
    },
    reaching_back=("patrol.signs_wrong",), reckoning=Months,
)  # fmt: skip
