"""垃圾分类: village by village it begins; a few households are looked at each month, lorries are weighed, points pile up."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.books import Books, Page
from demo.counting import fitting, flow, own_cases, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.places import HOME_GRID, MERGED, MERGED_INTO, TOWNSHIP, VILLAGES, merger_day, stands_as, village_of
from demo.population import Household
from demo.world import World

SCHEME, CHECK, WEIGHING, POINTS, RATE = "waste.scheme", "waste.check", "waste.weighing", "waste.points", "waste.point_rate"
FACILITY = "premises.facility"
WHOLE_FROM = {  # the year, counted from the last complete one, since which the whole village sorts; before it a part of it does
    "深塘村": -9, "上垟村": -8, "竹岭村": -4, "梅溪村": -8, "石门坑村": -2, "茶坪村": -7, "枫树湾村": -5, "大源头村": -1,
    "白鹤岙村": -6, "东坞村": -6, "西坞村": -6,
}  # fmt: skip
NOT_BEFORE = {"石门坑村": -5, "大源头村": -4}  # where not even a part did before that year
LEFT = {  # kilogrammes that a grid leaves over in a usual month: more along the street and where guests are, less where few are at home
    "深塘村": 3350, "上垟村": 2750, "竹岭村": 2350, "梅溪村": 3050, "石门坑村": 2100, "茶坪村": 2700, "枫树湾村": 2800, "大源头村": 1850,
    "白鹤岙村": 2250, "东坞村": 2500, "西坞村": 2300,
}  # fmt: skip
COURSE = (1.0, 0.94, 1.01, 0.97, 1.05, 1.06, 1.07)  # year by year: fewer at home, more guests; in the second year none came
LOOKED_AT = (150, 95, 190, 210, 260, 310, 320)  # households looked at in a year where all villages sort
SEASON = (98, 118, 94, 92, 96, 102, 116, 118, 104, 102, 94, 96)
SORTED = (0.19, 0.21, 0.22, 0.25, 0.27, 0.29, 0.30)  # what of it is kept apart as perishable, year by year
GOODS = ("肥皂", "洗洁精", "盐", "酱油", "垃圾袋", "毛巾")


@dataclass(frozen=True)
class Stage:
    """How a village sorted from one day to another."""

    coverage: str
    since: date
    until: date | None


def _notes(world: World) -> Iterator[Note]:
    yield from _schemes(world)
    yield from _rates(world)
    for year in world.years:
        rng = world.rng("waste", year)
        yield from _weighings(rng, world, year)
        homes = _homes(world, year)
        yield from _checks(rng, homes, year, world)
        yield from _points(rng, {village: there for village, there in homes.items() if year >= world.year + WHOLE_FROM[village]}, year)


def rates(world: World) -> list[tuple[str, int, date, date | None]]:
    """(outcome, points, from, until): what a check is worth; more since the year before the last complete one."""
    begun, raised = date(world.year - 6, 1, 1), date(world.year - 1, 7, 1)
    return [("right", 5, begun, raised), ("right", 8, raised, None), ("partly", 2, begun, None)]


def _rates(world: World) -> Iterator[Note]:
    for outcome, points, since, until in rates(world):
        code = f"{since.year}-{'分对' if outcome == 'right' else '部分分对'}"
        data = {"code": code, "outcome": outcome, "points": str(points), "source": "镇垃圾分类积分办法（示例）"}
        told = max(since, world.first_day)
        yield Note(told, "cunjian", RATE, code, data, TOWNSHIP, since, at_once=True)
        if until is not None:
            yield Note(until, "cunjian", RATE, code, {"code": code}, until=until, reason="积分办法改了", manner=PROGRESS, at_once=True)


class Points:
    """What each check is worth, written by the system in the evening of the day on which the check is entered."""

    ledger = POINTS

    def __init__(self, world: World) -> None:
        self._rates = rates(world)

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        return iter(())

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        for note in written:
            if note.ledger != CHECK or note.day is None:
                continue
            worth = next((points for outcome, points, since, until in self._rates if outcome == note.data["outcome"] and since <= note.day and (until is None or note.day < until)), 0)
            if worth:
                sheet = f"查{note.data['sheet']}"
                data = {"household": note.data["household"], "sheet": sheet, "direction": "earned", "points": str(worth)}
                yield Note(note.told, "system", POINTS, f"{note.data['household']}/{sheet}", data, note.place, note.day)


def _schemes(world: World) -> Iterator[Note]:
    merged = merger_day(world.year)
    for village in VILLAGES:
        end = merged if village in MERGED else None
        yield from _chain(world, village, village, list(_stages(world.year, village, end)))
    yield from _chain(world, MERGED_INTO, MERGED[0], [Stage("whole", merged, None)])


def _stages(year: int, village: str, end: date | None) -> Iterator[Stage]:
    begun, whole = date(year - 6, 1, 1), date(year + WHOLE_FROM[village], 4, 1)
    if whole <= begun:
        yield Stage("whole", whole, end)
        return
    part = date(year + NOT_BEFORE.get(village, -9), 5, 1)
    if part > begun:
        yield Stage("none", begun, part)
    yield Stage("partial", max(part, begun), whole)
    yield Stage("whole", whole, end)


def _chain(world: World, name: str, place: str, stages: list[Stage]) -> Iterator[Note]:
    rng = world.rng(SCHEME, name)
    voted, households = rng.choice(("no", "no", "no", "yes")), sum(1 for grid in world.population.households if village_of(grid.grid) == place)
    for turn, one in enumerate(stages, start=1):
        key = {"village": name, "turn": str(turn)}
        told = max(later(one.since, rng, 3, 15), world.first_day)
        collecting = "none" if one.coverage == "none" else rng.choice(("door", "point", "mixed"))
        data = {**key, "coverage": one.coverage, "collecting": collecting, "lists_voted": voted, "households": str(households)}
        yield Note(told, "cunjian", SCHEME, f"{name}/{turn}", data, place, one.since)
        if one.until is not None:
            told = max(later(one.until, rng, 1, 10), told)
            yield Note(told, "cunjian", SCHEME, f"{name}/{turn}", key, until=one.until, reason="开展情况变了，另登一条", manner=PROGRESS)


def _weighings(rng: Random, world: World, year: int) -> Iterator[Note]:
    """Two kinds a month, two more a quarter; one slip a year where nobody took off the lorry's own weight."""
    wrong = rng.randrange(100)
    sheets = list(_sheets(rng, world, year))
    for number, (village, kind, day, weight, went_to) in enumerate(sheets):
        key = {"village": stands_as(village, day, world.year), "sheet": f"{day:%Y-%m}", "kind": kind}
        name, told = "/".join(key.values()), later(day, rng, 1, 6)
        entered = weight + 36500 if number == wrong and kind == "residual" else weight
        data = {**key, "weight": _kilogrammes(entered), "went_to": went_to}
        yield Note(told, "cunjian", WEIGHING, name, data, village, day)
        if entered != weight:
            right = {**key, "weight": _kilogrammes(weight)}
            yield Note(later(told, rng, 32, 45), "cunjian", WEIGHING, name, right, reason="没有去皮，扣掉车重", manner=CORRECT)


def _sheets(rng: Random, world: World, year: int) -> Iterator[tuple[str, str, date, int, str]]:
    """(village, kind, day, tenths of a kilogramme, where it went)"""
    swing = {village: rng.uniform(0.92, 1.08) for village in VILLAGES}
    for month in range(1, 13):
        day = date(year, month, calendar.monthrange(year, month)[1])
        for village, grids in _standing(world.year, day):
            left = LEFT[village] * 10 * grids * COURSE[year - world.years[0]] * SEASON[month - 1] / 100 * swing[village] * rng.uniform(0.9, 1.1)
            share = SORTED[year - world.years[0]] + 0.006 * _practised(world.year, village, year)
            compost = "compost" if rng.random() < 0.9 else "burning"
            yield village, "perishable", day, round(left * share * rng.uniform(0.9, 1.1)), compost
            yield village, "residual", day, round(left * (0.94 - share)), "burning"
            if month % 3 == 0:
                yield village, "recyclable", day, round(left * 0.17 * rng.uniform(0.8, 1.2)), "dealer"
                yield village, "hazardous", day, round(left * 0.0011 * rng.uniform(0.5, 1.5)), "hazard_store"


def _standing(year: int, day: date) -> Iterator[tuple[str, int]]:
    """The villages of a day by their names of the beginning, and how many grids' rubbish each has."""
    for village, grids in VILLAGES.items():
        if day < merger_day(year) or village != MERGED[1]:
            yield village, grids + (VILLAGES[MERGED[1]] if day >= merger_day(year) and village == MERGED[0] else 0)


def _kilogrammes(tenths: int) -> str:
    return f"{max(1, tenths) // 10}.{max(1, tenths) % 10}"


def _homes(world: World, year: int) -> dict[str, list[Household]]:
    """Households by village that stay on the register all year."""
    found: dict[str, list[Household]] = {village: [] for village in VILLAGES}
    for one in world.population.households:
        if one.since < date(year - 1, 11, 1) and (one.until is None or one.until.year > year):
            found[village_of(one.grid)].append(one)
    return found


def _practised(last: int, village: str, year: int) -> int:
    """For how many years a village has sorted as a whole, six at most; fewer than none where it does not yet."""
    return max(-2, min(year - last - WHOLE_FROM[village], 6))


def _checks(rng: Random, homes: dict[str, list[Household]], year: int, world: World) -> Iterator[Note]:
    """Some households of each village that sorts, by its size, half as many where only a part does; who has done it longer does it better."""
    number = year - world.years[0]
    everybody = sum(map(len, homes.values()))
    for village, there in homes.items():
        if year <= world.year + NOT_BEFORE.get(village, -9):
            continue
        practised = _practised(world.year, village, year)
        wanted = LOOKED_AT[number] * len(there) / everybody / 12 * (1 if practised >= 0 else 0.5)
        right = 40 + 4 * number + 3 * practised
        for month in range(1, 13):
            for one in rng.sample(there, int(wanted + rng.random())):
                day = date(year, month, rng.randint(6, 25))
                outcome = rng.choices(("right", "partly", "wrong", "refused", "absent"), (right, 26, 10, 4, 8))[0]
                data = {"household": one.code, "sheet": f"{year}-{month:02d}", "outcome": outcome, "followed": "none"}
                if outcome in ("partly", "wrong"):
                    data |= {"mistake": rng.choice(("kitchen_mixed", "hazard_mixed", "bag_left", "other")), "followed": "persuaded"}
                elif outcome == "refused":
                    data["followed"] = rng.choice(("persuaded", "told_town"))
                who = "alian" if one.grid == HOME_GRID else "cunjian"
                yield Note(later(day, rng, 0, 3), who, CHECK, f"{one.code}/{data['sheet']}", data, one.grid, day)


def _points(rng: Random, homes: dict[str, list[Household]], year: int) -> Iterator[Note]:
    """Where the whole village sorts: earned by helping to clean up, spent in autumn; what was noted wrongly is reversed by another line, never mended."""
    some = [one for there in homes.values() for one in rng.sample(there, round(len(there) / 82))]
    wrong = rng.sample(range(len(some)), 3)
    for number, one in enumerate(some):
        lines = [("earned", 8, rng.randint(5, 30)), ("redeemed", 10, rng.randint(4, 9))]
        if number in wrong:
            lines.append(("reversed", 9, lines[0][2]))
        for line, (direction, month, points) in enumerate(lines, start=1):
            day, sheet = date(year, month, rng.randint(3, 26)), f"{year}-{line}"
            data = {"household": one.code, "sheet": sheet, "direction": direction, "points": str(points)}
            data |= {"because": "参加村里清洁日"} if direction == "earned" else {}
            data |= {"goods": rng.choice(GOODS)} if direction == "redeemed" else {}
            data |= {"reverses": f"{year}-1"} if direction == "reversed" else {}
            yield Note(later(day, rng, 0, 4), "cunjian", POINTS, f"{one.code}/{sheet}", data, one.grid, day)


def _reused(page: Page) -> bool:
    return page.data["kind"] == "recyclable" or (page.data["kind"], page.data["went_to"]) == ("perishable", "compost")


LIFE = Life(
    "waste", "cunjian", (SCHEME, RATE, CHECK, WEIGHING, POINTS), _notes, reckoning=Points,
    counted={
        "waste.villages": stock(SCHEME),
        "waste.villages_covered": stock(SCHEME, coverage=("partial", "whole")),
        "waste.villages_uncovered": stock(SCHEME, coverage=("none", "partial")),
        "waste.stations": stock(FACILITY, kind="waste_station"),
        "waste.stations_built": flow(FACILITY, time="built_on", kind="waste_station"),
        "waste.checks": flow(CHECK, outcome=("right", "partly", "wrong", "refused")),
        "waste.checks_taking_part": flow(CHECK, outcome=("right", "partly", "wrong")),
        "waste.checks_right": flow(CHECK, outcome="right"),
        "waste.weight": flow(WEIGHING, "weight"),
        "waste.weight_reused": fitting(WEIGHING, _reused, "weight"),
        "waste.persuasions": own_cases("reported", "waste"),
        "waste.points_earned": flow(POINTS, "points", direction="earned"),
        "waste.points_redeemed": flow(POINTS, "points", direction="redeemed"),
        "waste.points_reversed": flow(POINTS, "points", direction="reversed"),
    },
    ratios={
        "waste.coverage_rate": ("waste.villages_covered", "waste.villages"),
        "waste.participation_rate": ("waste.checks_taking_part", "waste.checks"),
        "waste.accuracy_rate": ("waste.checks_right", "waste.checks_taking_part"),
        "waste.reuse_rate": ("waste.weight_reused", "waste.weight"),
    },
)  # fmt: skip
