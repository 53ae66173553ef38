"""宜居村镇: toilets mended, villages looked at twice a year, old villages listed and looked after, targets from above."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from demo.books import Page
from demo.counting import distinct, fitting, flow, own_cases, stock
from demo.deeds import Handling, Series
from demo.diary import CORRECT, PROGRESS, REMOVE, Note, day_in, later, money
from demo.life import Life
from demo.places import COUNTY, HOME_GRID, MERGED, VILLAGES, merger_day, stands_as
from demo.premises import Facility
from demo.world import World

REPAIR, ASSESSMENT = "livable.repair", "livable.assessment"
FAULT = "livable.fault"
OLD_VILLAGE, PROTECTION = "livable.old_village", "livable.protection"
FACILITY = "premises.facility"
BUILDING = (2, 1, 6, 10, 12, 10, 7, 7, 11, 13, 12, 9)
BUILDERS = ("云岭宏泰建设队", "青屏匠心园林", "上垟泥瓦班", "澄州固本修缮公司")
CRITERIA = ("cleanliness", "yards", "greening", "water_bodies", "upkeep")
GOOD = 85
LISTED = (  # title, village, kind, level, listed so many years before the last complete one, plan
    ("塘头", "深塘村", "historic", "county", 9, "approved"), ("岭脚", "竹岭村", "historic", "county", 9, "drafting"),
    ("石鼓", "石门坑村", "historic", "province", 8, "approved"), ("溪口", "梅溪村", "historic", "county", 3, "none"),
    ("上坪", "茶坪村", "traditional", "province", 8, "approved"), ("枫岭", "枫树湾村", "traditional", "nation", 7, "approved"),
    ("源头畲寨", "大源头村", "traditional", "province", 2, "drafting"),
)  # fmt: skip
PLAN_APPROVED = {"岭脚": -2, "溪口": 0, "源头畲寨": 1}  # in which year the missing plan was approved
TARGETS = {
    "livable.new_era_villages_target": (1, 2), "livable.garden_villages_target": (1, 3),
    "livable.old_villages_target": (1, 2), "livable.traditional_villages_target": (1, 2),
}  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    yield from _old_villages(world)
    for year in world.years:
        rng = world.rng(REPAIR, year)
        yield from _repairs(rng, world, year)
        yield from _assessments(rng, world, year)
        yield from _protection(rng, world, year)


def _repairs(rng: Random, world: World, year: int) -> Iterator[Note]:
    """Some toilets a year, one of them in two goes; a parking place or two; what a new toilet still lacked."""
    old = [one for one in world.register.sites("toilet") if one.since.year < year - 1]
    toilets = rng.sample(old, rng.randint(3, 7))
    lots = [one for one in world.register.sites("parking") if one.since.year < year - 1]
    work = [(one, "toilet", "repair") for one in [*toilets, toilets[0]]]
    work += [(one, "parking", "repair") for one in rng.sample(lots, min(len(lots), rng.randint(1, 2)))]
    work += [(one, "toilet", "finishing") for one in _just_built(world, year)[:1]]
    dear = rng.randrange(len(toilets))
    for number, (one, kind, phase) in enumerate(work, start=1):
        yield from _repair(rng, one, f"{year}-{number:02d}", year, {"kind": kind, "phase": phase}, number == dear + 1)
    if year == world.year - 1:
        yield from _twice(rng, toilets[1], year)


def _just_built(world: World, year: int) -> list[Facility]:
    return [one for one in world.register.sites("toilet") if one.built is not None and one.built.year == year and one.built.month < 9]


def _repair(rng: Random, one: Facility, sheet: str, year: int, what: dict[str, str], corrected: bool) -> Iterator[Note]:
    day = date(year, rng.randint(11, 12), rng.randint(1, 24)) if what["phase"] == "finishing" else day_in(rng, year, BUILDING)
    day = max(day, date(year, 1, 8))
    key, cost = {"facility": one.code, "sheet": sheet}, rng.triangular(4000, 46000, 12000)
    data = {**key, **what, "scope": rng.choice(("structure", "pipes", "barrier_free", "facade", "lighting")), "builder": rng.choice(BUILDERS)}
    told, name = later(day, rng, 1, 12), "/".join(key.values())
    yield Note(told, "cunjian", REPAIR, name, {**data, "cost": money(cost * (1.1 if corrected else 1), 10)}, one.village, day)
    if corrected:
        right = {**key, "cost": money(cost, 10)}
        yield Note(later(told, rng, 32, 60), "cunjian", REPAIR, name, right, reason="结算审价核减", manner=CORRECT)


def _twice(rng: Random, one: Facility, year: int) -> Iterator[Note]:
    """One repair entered once by the village and once by the office; the office strikes its own out."""
    day = date(year, 4, 16)
    key = {"facility": one.code, "sheet": f"{year}-村报"}
    data = {**key, "kind": "toilet", "phase": "repair", "scope": "pipes", "cost": money(rng.uniform(5000, 9000), 10)}
    yield Note(day, "cunjian", REPAIR, "/".join(key.values()), data, one.village, day)
    yield Note(date(year, 7, 8), "cunjian", REPAIR, "/".join(key.values()), reason="与镇里的验收单重复", manner=REMOVE)


def _assessments(rng: Random, world: World, year: int) -> Iterator[Note]:
    for half, day in (("上", date(year, 5, rng.randint(10, 20))), ("下", date(year, 12, rng.randint(8, 18)))):
        for village in VILLAGES:
            if village == MERGED[1] and day >= merger_day(world.year):
                continue
            key = {"village": stands_as(village, day, world.year), "sheet": f"{year}{half}"}
            base = 16.4 + 0.2 * (year - world.years[0]) + rng.uniform(-0.9, 0.9)
            marks = {name: str(min(20, max(9, round(rng.gauss(base, 1.1))))) for name in CRITERIA}
            data = {**key, **marks, "proof": f"现场照片{rng.randint(6, 18)}张，记录单1份", "assessors": "村镇建设办、妇联、村监会"}
            yield Note(later(day, rng, 1, 6), "cunjian", ASSESSMENT, "/".join(key.values()), data, village, day)


def _old_villages(world: World) -> Iterator[Note]:
    rng = world.rng(OLD_VILLAGE)
    for number, (title, village, kind, level, ago, plan) in enumerate(LISTED, start=1):
        listed = date(world.year - ago, rng.randint(3, 10), rng.randint(1, 28))
        code = f"GCL{number:02d}"
        data = {
            "code": code, "title": title, "kind": kind, "level": level, "doc_no": f"名录〔{listed.year}〕{rng.randint(2, 40)}号",
            "plan": plan, "buildings": str(rng.randint(8, 46)),
        }  # fmt: skip
        yield Note(max(later(listed, rng, 5, 30), world.first_day), "cunjian", OLD_VILLAGE, code, data, village, listed)
        if title in PLAN_APPROVED:
            told = date(world.year + PLAN_APPROVED[title], 5, rng.randint(6, 27))
            approved = {"code": code, "plan": "approved"}
            yield Note(told, "cunjian", OLD_VILLAGE, code, approved, reason="保护规划已批复", manner=PROGRESS)


def _protection(rng: Random, world: World, year: int) -> Iterator[Note]:
    there = [(f"GCL{number:02d}", one) for number, one in enumerate(LISTED, start=1) if world.year - one[4] < year]
    for kind, most in (("historic", 2), ("traditional", 2)):
        some = [pair for pair in there if pair[1][2] == kind]
        for number, (code, one) in enumerate(rng.sample(some, min(len(some), rng.randint(1, most))), start=1):
            for part in range(rng.choice((1, 1, 2))):
                day = date(year, rng.randint(3, 5), rng.randint(4, 20)) if number == 1 and part == 0 else day_in(rng, year, BUILDING)
                day = max(day, date(year, 1, 8))
                key = {"old_village": code, "sheet": f"{year}-{kind[0].upper()}{number}{part + 1}"}
                work = rng.choice(("roof", "lane", "wall", "fire", "water"))
                data = {**key, "kind": kind, "work": work, "cost": money(rng.triangular(30000, 420000, 90000), 1000)}
                yield Note(later(day, rng, 2, 14), "cunjian", PROTECTION, "/".join(key.values()), data, one[1], day)


def _targets(world: World) -> Iterator[Series]:
    """What the county asks for, told every January."""
    for year in world.years:
        rng = world.rng("livable.targets", year)
        source = f"{COUNTY}美丽乡村建设{year}年度任务书"
        for metric, (least, most) in TARGETS.items():
            yield Series(date(year, 1, 13), "cunjian", metric, year, str(rng.randint(least, most)), "recognised", source)


def _good(page: Page) -> bool:
    return sum(page.number(name) for name in CRITERIA) >= GOOD


FAULTS = (("toilet", "老街公厕水箱漏水", "no"), ("toilet", "村口公厕灯不亮", "no"), ("path", "溪边栏杆松动", "yes"), ("parking", "停车场地面塌了一块", "yes"), ("other", "凉亭瓦片掉落", "yes"))


def _deeds(world: World) -> Iterator[Series | Handling]:
    yield from _targets(world)
    for year in world.years:
        rng = world.rng("livable", "fault", year)
        for number in range(1, rng.randint(7, 12)):
            yield from _fault(rng, f"livable/{year}-{number:02d}", day_in(rng, year, BUILDING), date(year, 1, 9))


def _fault(rng: Random, matter: str, day: date, first: date) -> Iterator[Handling]:
    """Something is broken: the grid tells it, the village has it mended, the grid looks again; some take too long, few are not broken."""
    kind, title, danger = rng.choice(FAULTS)
    told = {"facility": title[:4], "kind": kind, "danger": danger}
    day = max(day, first)

    def step(who: str, action: str, least: int, most: int, reason: str = "", result: str = "", **given: str) -> Handling:
        nonlocal day
        day = later(day, rng, least, most)
        opened = (title, kind, "grid", HOME_GRID) if action == "report" else ("", "", "", "")
        return Handling(day, who, "livable", matter, action, *opened, reason=reason, result=result, more=tuple(given.items()), workflow=FAULT)

    yield step("alian", "report", 0, 0, **told)
    if rng.random() < 0.06:
        yield step("shentang", "void", 0, 2, reason="到场看是好的")
        return
    yield step("shentang", "accept", 0, 3, fixer=rng.choice(BUILDERS))
    yield step("shentang", "complete", 1, 9 if danger == "no" else 4, result="修好了，拍了照")
    if rng.random() < 0.15:
        yield step("alian", "fail", 0, 3, reason="还是老样子")
        yield step("shentang", "complete", 1, 6, result="重新修过")
    yield step("alian", "pass", 0, 5, accept_seen="现场看过，好了")


LIFE = Life(
    "livable", "cunjian", (REPAIR, ASSESSMENT, OLD_VILLAGE, PROTECTION), _notes, _deeds,
    counted={
        "livable.toilets_built": flow(FACILITY, time="built_on", kind="toilet"),
        "livable.toilets_repaired": distinct(REPAIR, "facility", kind="toilet", phase="repair"),
        "livable.toilets": stock(FACILITY, kind="toilet"),
        "livable.repair_cost": flow(REPAIR, "cost"),
        "livable.parking_built": flow(FACILITY, time="built_on", kind="parking"),
        "livable.assessments": flow(ASSESSMENT),
        "livable.assessments_good": fitting(ASSESSMENT, _good),
        "livable.old_villages": stock(OLD_VILLAGE, kind="historic"),
        "livable.traditional_villages": stock(OLD_VILLAGE, kind="traditional"),
        "livable.old_villages_protected": distinct(PROTECTION, "old_village", kind="historic"),
        "livable.traditional_villages_protected": distinct(PROTECTION, "old_village", kind="traditional"),
        "livable.faults": own_cases("reported", "livable"),
        "livable.faults_failed": own_cases("reported", "livable", measure="reworked"),
        "livable.plans_missing": stock(OLD_VILLAGE, plan=("none", "drafting")),
    },
    published=tuple(TARGETS),
    ratios={"livable.good_rate": ("livable.assessments_good", "livable.assessments")},
    reaching_back=("livable.plans_missing",),
)  # fmt: skip
