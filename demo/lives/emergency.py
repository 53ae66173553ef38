"""应急管理: teams, stores and lists kept in quiet times; warnings, households called up and moved, bulletins to the county."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random

from demo.counting import cases, fitting, flow, open_of_workflow, stock, total
from demo.diary import CORRECT, PROGRESS, Note, day_in, later
from demo.happening import KIND, happened, happenings, missed_a_day, reports
from demo.life import Life
from demo.people import CADRES
from demo.places import MAYOR, TOWNSHIP, VILLAGES, merger_day, village_of
from demo.raining import UNIT, rained, units_at_risk
from demo.watching import YES
from demo.world import World

TEAM, STORE, LIST, MOVED = "emergency.team", "emergency.store", "emergency.call_list", "emergency.evacuation"
DRILL, BULLETIN, WARNING, RAIN = "emergency.drill", "emergency.bulletin", "emergency.warning", "emergency.rainfall"
STOCKTAKE, ISSUE = "emergency.stocktake", "emergency.issue"
KNOWN = timedelta(days=40)  # by then what is linked to is surely entered
SEAT = "深塘村"
# Teams of the beginning and those founded in the years −4 … +1.
_STANDING = (("general", "镇综合应急救援队", SEAT, 26), ("flood", "镇防汛抢险队", SEAT, 18), ("forest_fire", "镇森林防灭火队", "石门坑村", 22), ("volunteer", "青屏山地救援志愿队", SEAT, 15))
_LATER = (("fire_post", "微型消防站", 1), ("fire_post", "微型消防站", 1), ("forest_fire", "森林防灭火分队", 1), ("fire_post", "微型消防站", 2), ("flood", "抢险分队", 1), ("fire_post", "微型消防站", 0))
_ITEMS = (("generator", 1, 3), ("pump", 1, 4), ("boat", 1, 2), ("sandbag", 300, 1800), ("tent", 4, 20), ("quilt", 20, 90), ("light", 6, 30), ("extinguisher", 8, 40), ("food", 20, 120))
LISTED, JOINING, LEAVING = 148, 9, 0.045
_HAZARDS = (("flood", "landslide", "old_house", "low_land"), (34, 38, 12, 16))
# Warnings of a year: what it is called, its months, share of the list it calls up.
_WARNINGS = (("强对流", (4, 5), (0.05, 0.12)), ("梅汛", (6,), (0.3, 0.5)), ("梅汛二号", (7,), (0.15, 0.35)), ("台风", (8, 9), (0.4, 0.7)))
_HAPPENINGS = (
    ("flood", "landslide", "forest_fire", "fire", "traffic", "drowning", "work", "other"), (16, 14, 14, 16, 24, 4, 6, 6),
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A household on the call-up list over ``[since, until)``."""

    household: str
    grid: str
    hazard: str
    people: int
    frail: int
    since: date
    until: date | None


def _notes(world: World) -> Iterator[Note]:
    yield from _teams(world)
    yield from _stores(world)
    listed = list(_listed(world))
    for one in listed:
        yield from _on_the_list(world, one)
    yield from _called_out(world, listed)
    yield from units_at_risk(world)
    for year in world.years:
        yield from rained(world, year)
        yield from _warned(world, year, listed)
        yield from _drills(world, year)
        yield from _bulletins(world, year)


def _teams(world: World) -> Iterator[Note]:
    numbers, first = count(1), world.first_day.year
    for kind, title, village, members in _STANDING:
        yield from _team(world, next(numbers), kind, title, village, members, date(first - 3, 5, 1))
    for village in VILLAGES:
        rng = world.rng(TEAM, village)
        yield from _team(world, next(numbers), "village", f"{village}应急小分队", village, rng.randint(9, 18), date(first - 2, rng.randint(3, 6), 10))
    for year, (kind, called, many) in zip(world.years[1:], _LATER, strict=True):
        rng = world.rng(TEAM, year)
        for village in rng.sample([one for one in VILLAGES if one != "西坞村"], many + rng.randint(0, 1)):
            day = date(year, rng.randint(3, 10), rng.randint(1, 28))
            yield from _team(world, next(numbers), kind, f"{village.removesuffix('村')}{called}", village, rng.randint(5, 14), day)


def _team(world: World, number: int, kind: str, title: str, village: str, members: int, since: date) -> Iterator[Note]:
    rng, code = world.rng(TEAM, number), f"YD{number:02d}"
    told = max(later(since, rng, 2, 20), world.first_day)
    data = {
        "code": code, "title": title, "kind": kind, "members": str(members), "arrival": str(rng.choice((10, 15, 15, 20, 25, 30))),
        "leader": rng.choice(CADRES), "insurance": "bought" if rng.random() < 0.9 else "none",
    }  # fmt: skip
    yield Note(told, "yingji", TEAM, code, data, village, since)
    merged = merger_day(world.year)
    if village == "西坞村":
        yield Note(later(merged, rng, 3, 20), "yingji", TEAM, code, {"code": code}, until=merged, reason="两村合并，编入双坞村小分队", manner=PROGRESS)
    elif rng.random() < 0.3:
        told = later(date(max(since.year + 1, world.year - 4), 4, 1), rng, 0, 60)
        fewer = {"code": code, "members": str(max(4, members - rng.randint(1, 4)))}
        yield Note(told, "yingji", TEAM, code, fewer, reason="演练点名，按拉得出来的人数改", manner=CORRECT)


def _stores(world: World) -> Iterator[Note]:
    numbers, begun = count(1), world.first_day + timedelta(days=20)
    for depot in world.register.sites("shelter"):
        rng = world.rng(STORE, depot.code)
        since = max(depot.since, date(begun.year - 1, 4, 1))
        for item, least, most in rng.sample(_ITEMS, rng.randint(4, 7)):
            code = f"WZ{next(numbers):03d}"
            told = max(later(max(since, depot.since + KNOWN), rng, 3, 20), begun)
            data = {"code": code, "depot": depot.code, "item": item, "quantity": str(rng.randint(least, most)), "checked_on": told.isoformat()}
            if item in ("food", "extinguisher"):
                data["expires_on"] = date(told.year + 3, 6, 30).isoformat()
            yield Note(told, "yingji", STORE, code, data, depot.village, since)
            if item == "food":
                gone = date(told.year + 3, 6, 20)
                yield Note(gone, "yingji", STORE, code, {"code": code}, until=gone, reason="到期更换", manner=PROGRESS)


def _listed(world: World) -> Iterator[Listed]:
    rng, people, first = world.rng(LIST), world.population, world.first_day.year
    old = [one for one in people.households if one.since.year < world.year - 6]
    for number, one in enumerate(rng.sample(old, LISTED + JOINING * 6)):
        joined = first if number < LISTED else first + 1 + (number - LISTED) // JOINING
        since = date(joined, 4, rng.randint(1, 25))
        there = [person for person in people.members[one.code] if person.is_there(since)] or people.members[one.code][:1]
        frail = sum(not 7 <= person.age(since) < 70 for person in there)
        leaves = next((year for year in range(joined + 1, world.years[-1] + 1) if rng.random() < LEAVING), None)
        until = date(leaves, 3, 20) if leaves else None
        yield Listed(one.code, one.grid, rng.choices(*_HAZARDS)[0], len(there), frail, since, until)


def _on_the_list(world: World, one: Listed) -> Iterator[Note]:
    rng, key = world.rng(LIST, one.household), {"household": one.household}
    shelters = [site.code for site in world.register.sites("shelter") if site.since + KNOWN < one.since and site.since.year < world.year - 5]
    data = {
        **key, "hazard": one.hazard, "area": f"{village_of(one.grid).removesuffix('村')}{rng.randint(1, 4)}号危险区", "people": str(one.people),
        "frail": str(one.frail), "helper": rng.choice(CADRES), "route": rng.choice(("沿村道向东", "经机耕路到大路", "过便桥上台地", "沿溪上行到校舍")),
    }  # fmt: skip
    if rng.random() < 0.6:
        data["shelter"] = rng.choice(shelters)
    yield Note(later(one.since, rng, 0, 5), "yingji", LIST, one.household, data, one.grid, one.since)
    if one.until is not None:
        why = rng.choice(("搬进安置小区", "危房已经拆除重建", "隐患点治理后销号"))
        yield Note(later(one.until, rng, 0, 9), "yingji", LIST, one.household, key, until=one.until, reason=why, manner=PROGRESS)


def _warned(world: World, year: int, listed: list[Listed]) -> Iterator[Note]:
    for called, months, share in _WARNINGS:
        rng = world.rng(MOVED, year, called)
        if called != "强对流" and rng.random() < 0.12:  # some summers are kind
            continue
        day = date(year, rng.choice(months), rng.randint(5, 27))
        on_it = [one for one in listed if one.since + KNOWN <= day and (one.until is None or one.until > day)]
        for one in rng.sample(on_it, round(len(on_it) * rng.uniform(*share))):
            yield from _called_up(rng, one, f"{called}{year}", day)


def _called_out(world: World, listed: list[Listed]) -> Iterator[Note]:
    """Two call-ups told in full: rain, an order, household by household, the release; one refused and one came home too early."""
    yield from _call_out(world, listed, f"梅汛{world.year}-1", date(world.year, 6, 14), "flood", 9)
    yield from _call_out(world, listed, f"强对流{world.year + 1}-1", date(world.year + 1, 5, 9), "landslide", 7)


def _call_out(world: World, listed: list[Listed], code: str, day: date, hazard: str, most: int) -> Iterator[Note]:
    rng, key = world.rng(WARNING, code), {"code": code}
    rain = {"station": "深塘站", "told_at": f"{day} 18:30", "hours": "h3", "mm": str(rng.randint(54, 88)), "answered": "reached"}
    yield Note(day, "yingji", RAIN, f"{rain['station']}/{rain['told_at']}", rain, SEAT, day, at_once=True)
    told = {**key, "level": "orange", "hazard": hazard, "began": "19:10", "source": f"深塘站3小时{rain['mm']}毫米", "decided_by": MAYOR}
    yield Note(day, "yingji", WARNING, code, told, TOWNSHIP, day, at_once=True)
    on_it = [one for one in listed if one.hazard == hazard and one.since + KNOWN <= day and (one.until is None or one.until > day)]
    for number, one in enumerate(on_it[:most]):
        yield from _one_household(rng, one, code, day, number)
    ended = day + timedelta(days=3)
    yield Note(ended, "yingji", WARNING, code, {**key, "released": "雨停，县里解除"}, until=ended, reason="解除", manner=PROGRESS, at_once=True)
    for one in on_it[2:most]:
        back = {"warning": code, "household": one.household, "returned_on": ended.isoformat()}
        yield Note(ended, "yingji", MOVED, f"{code}/{one.household}", back, reason="解除后返回", manner=PROGRESS, at_once=True)


def _still_on(world: World, last: date) -> Iterator[Note]:
    """On the last day lived a warning is on, and half of those who are called up have been seen to."""
    rng, cold = world.rng(WARNING, "last"), last.month in (11, 12, 1, 2, 3)
    code, hazard = f"{'寒潮大风' if cold else '强降雨'}{last.year}-9", "old_house" if cold else "flood"
    source = "县气象台寒潮大风警报，农村危旧房人员要转移" if cold else "县防指预报，今夜有大到暴雨"
    told = {"code": code, "level": "yellow", "hazard": hazard, "began": "08:20", "source": source, "decided_by": MAYOR}
    yield Note(last, "yingji", WARNING, code, told, TOWNSHIP, last, at_once=True)
    called = [one for one in _listed(world) if one.hazard == hazard and one.since + KNOWN <= last and (one.until is None or one.until > last)]
    for number, one in enumerate(called[: len(called) // 2]):
        data = {"warning": code, "household": one.household, "called": str(one.people)}
        if number == 0:
            data |= {"moved": "0", "reason": "refused"}
        elif number == 1:
            data |= {"moved": "0", "reason": "away"}
        else:
            data |= {"moved": str(one.people), "how": rng.choice(("shelter", "relatives"))}
        yield Note(last, "yingji", MOVED, f"{code}/{one.household}", data, one.grid, last, at_once=True)


def _one_household(rng: Random, one: Listed, code: str, day: date, number: int) -> Iterator[Note]:
    """The first refuses and is talked round the next day; the second goes home to its pigs before the release and is moved again."""
    key, name = {"warning": code, "household": one.household}, f"{code}/{one.household}"
    gone = {"moved": str(one.people), "how": "shelter" if rng.random() < 0.6 else "relatives"}
    first = {"moved": "0", "reason": "refused"} if number == 0 else gone
    yield Note(day, "yingji", MOVED, name, {**key, "called": str(one.people), **first}, one.grid, day, at_once=True)
    if number == 0:
        after = {**key, "moved": str(one.people), "how": "relatives", "reason": "", "returned_on": (day + timedelta(days=3)).isoformat()}
        yield Note(day + timedelta(days=1), "yingji", MOVED, name, after, reason="领导上门后愿意了", manner=PROGRESS, at_once=True)
    if number == 1:
        early = {**key, "returned_on": (day + timedelta(days=1)).isoformat(), "early_return": "true"}
        yield Note(day + timedelta(days=1), "yingji", MOVED, name, early, reason="回家喂猪", manner=PROGRESS, at_once=True)
        again = {**key, "returned_on": (day + timedelta(days=3)).isoformat(), "early_return": "false"}
        yield Note(day + timedelta(days=2), "yingji", MOVED, name, again, reason="劝离后再转移，解除后返回", manner=PROGRESS, at_once=True)


def _called_up(rng: Random, one: Listed, warning: str, day: date) -> Iterator[Note]:
    key = {"warning": warning, "household": one.household}
    short = rng.choices(("", "away", "relatives", "refused", "missed"), (86, 7, 4, 2, 1))[0]
    moved = one.people if not short else rng.randrange(one.people)
    data = {**key, "called": str(one.people), "moved": str(moved)} | ({"reason": short} if short else {})
    if moved:
        data |= {"how": rng.choices(("shelter", "relatives", "neighbour"), (46, 40, 14))[0], "returned_on": later(day, rng, 1, 3).isoformat()}
    yield Note(later(day, rng, 0, 3), "yingji", MOVED, "/".join(key.values()), data, one.grid, day)


def _drills(world: World, year: int) -> Iterator[Note]:
    rng = world.rng(DRILL, year)
    for number, village in enumerate([*VILLAGES, SEAT, "石门坑村", *rng.sample(list(VILLAGES), rng.randint(1, 4))], start=1):
        kind = rng.choices(("flood", "forest_fire", "fire", "landslide", "rescue"), (30, 22, 20, 18, 10))[0]
        month = rng.choice({"forest_fire": (3, 10, 11), "fire": (1, 11, 12)}.get(kind, (4, 5, 6)))
        day, code = date(year, month, rng.randint(12, 28)), f"YL{year}-{number:02d}"
        faults = rng.randint(0, 6)
        data = {"code": code, "kind": kind, "participants": str(rng.randint(14, 96)), "faults": str(faults), "mended": str(max(0, faults - (rng.random() < 0.3)))}
        if number <= len(VILLAGES):
            data["team"] = f"YD{len(_STANDING) + number:02d}"
        yield Note(later(day, rng, 1, 9), "yingji", DRILL, code, data, village, day)


def _bulletins(world: World, year: int) -> Iterator[Note]:
    rng = world.rng(BULLETIN, year)
    for number in range(1, rng.randint(8, 13)):
        kind = rng.choices(*_HAPPENINGS)[0]
        weights = {"forest_fire": (4, 6, 8, 6, 0, 0, 0, 0, 1, 3, 5, 4), "flood": (0, 0, 0, 1, 2, 8, 5, 6, 4, 0, 0, 0)}.get(kind, (1,) * 12)
        day, name, village = max(day_in(rng, year, weights), date(year, 1, 6)), f"突{year}-{number:02d}", rng.choice(list(VILLAGES))
        hurt = str(rng.choice((0, 0, 1, 2))) if kind in ("traffic", "work", "fire") else "0"
        minutes = (rng.choice((8, 11, 14, 16, 18, 26)), rng.randint(90, 300), rng.randint(600, 1900))
        stages = ("first", "next", "final") if rng.random() < 0.6 else ("first", "final")
        for stage, used in zip(stages, minutes if len(stages) == 3 else (minutes[0], minutes[2]), strict=True):
            data = {
                "happening": name, "stage": stage, "kind": kind, "grade": "small", "way": "phone" if stage == "first" else "written",
                "minutes": str(used), "injured": hurt, "dead": "0", "signer": rng.choice((MAYOR, "季青松", "陈牧野")),
            }  # fmt: skip
            yield Note(later(day, rng, 0, 3), "yingji", BULLETIN, f"{name}/{stage}", data, village, day)


LIFE = Life(
    "emergency", "yingji", (TEAM, STORE, LIST, MOVED, DRILL, BULLETIN, WARNING, UNIT, RAIN), _notes, happenings,
    counted={
        "emergency.teams": stock(TEAM),
        "emergency.team_members": stock(TEAM, "members"),
        "emergency.village_teams": stock(TEAM, kind="village"),
        "emergency.store_items": stock(STORE),
        "emergency.stored": stock(STORE, "quantity"),
        "emergency.listed_households": stock(LIST),
        "emergency.listed_people": stock(LIST, "people"),
        "emergency.frail_people": stock(LIST, "frail"),
        "emergency.called": flow(MOVED, "called"),
        "emergency.moved": flow(MOVED, "moved"),
        "emergency.unmoved": flow(MOVED, reason=("refused", "missed")),
        "emergency.drills": flow(DRILL),
        "emergency.drill_people": flow(DRILL, "participants"),
        "emergency.drill_faults": flow(DRILL, "faults"),
        "emergency.drill_mended": flow(DRILL, "mended"),
        "emergency.early_returns": flow(MOVED, early_return=YES),
        "emergency.risk_units": stock(UNIT),
        "emergency.units_reached": cases("reported", "emergency", category="unit_reached"),
        "emergency.rain_told": fitting(RAIN, lambda page: page.holds(hours=("h3", "h6", "h12")) and page.number("mm") >= 50),
        "emergency.happenings": total(flow(BULLETIN, stage="first"), happened()),
        "emergency.happenings_recorded": flow(BULLETIN, stage="first"),
        "emergency.happenings_tracked": happened(),
        "emergency.bulletins": total(flow(BULLETIN), reports),
        "emergency.bulletins_recorded": flow(BULLETIN),
        "emergency.bulletins_tracked": reports,
        "emergency.late_next": happened(missed_a_day),
        "emergency.open_happenings": open_of_workflow("emergency", KIND, lambda case: case.closed, lambda case: "dismiss" not in case.taken),
        "emergency.revised": happened(lambda case: case.reopened > 0),
        "emergency.late_bulletins": flow(BULLETIN, stage="first", way="phone", minutes="26"),
    },
    ratios={"emergency.moved_rate": ("emergency.moved", "emergency.called")},
    reaching_back=("emergency.team_members",),
    at_last=_still_on,
)  # fmt: skip
