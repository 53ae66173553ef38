"""农村饮用水: waterworks and hamlets' tanks, a test of each every quarter, what failed and was tested again, what stood still and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.books import Books, Case, Page
from demo.counting import distinct, fitting, flow, of_workflow, open_of_workflow, scaled, standing, stock
from demo.diary import CORRECT, PROGRESS, Note, later, office_day, posting_day
from demo.life import Life
from demo.mending import households_of, mistaken, retests
from demo.people import invent_name
from demo.places import VILLAGES
from demo.watering import SUPPLY, TELLING, Notices, fed, supplies, tellings
from demo.world import World

STATION, SAMPLE, OUTAGE = "drinking.station", "drinking.sample", "drinking.outage"
CLERK = "nongban"
KNOWN = timedelta(days=40)  # by then what is linked to is surely entered
HAMLETS = 19
_SPOTS = ("上坑", "岭脚", "水碓头", "石塘", "杉树坞", "高山头", "里坳", "桥头", "半岭", "后垟")
CHLORINE = ("chlorine_dioxide", "hypochlorite")
FAILING = (0.095, 0.085, 0.08, 0.065, 0.05, 0.04, 0.035)  # year by year; twice that in the rains
TESTED = (2, 5, 8, 11)  # months
REPAIRS = ("chlorine", "quality")
NEW_STANDARD = date(2023, 4, 1)  # from then on chlorine is at most 2, before 4
# Why water stood still: cause, whether it was planned, its months, the usual hours.
_STOOD = (
    ("cleaning", True, (3, 4, 10), 6), ("upgrade", True, (5, 9, 11), 14), ("burst", False, (1, 2, 12), 9), ("power", False, (6, 7, 8), 5),
    ("drought", False, (9, 10), 60), ("flood", False, (6, 7), 36),
)  # fmt: skip


@dataclass(frozen=True)
class Station:
    """A waterworks over ``[since, until)``; ``stopped``: the day since which it gives no water."""

    code: str
    title: str
    facility: str
    village: str
    disinfection: str
    since: date
    told: date
    until: date | None = None
    stopped: date | None = None

    def gives(self, day: date) -> bool:
        return self.told + KNOWN <= day and all(end is None or end > day for end in (self.until, self.stopped))


def _notes(world: World) -> Iterator[Note]:
    there = list(stations(world))
    for one in there:
        yield from _listed(world, one)
    yield from supplies(world)
    for year in world.years:
        rng = world.rng(SAMPLE, year)
        for quarter, month in enumerate(TESTED, start=1):
            for one in there:
                day = office_day(date(year, month, rng.randint(4, 22)))
                if one.gives(day):
                    yield from _tested(rng, world, one, day, f"{one.code}-{year}Q{quarter}", quarter)
        yield from _stood(world, there, year)


def stations(world: World) -> Iterator[Station]:
    """The village works of the facilities' register, and a tank above every other hamlet; two hamlets were joined to a works, one ran dry."""
    rng, year = world.rng(STATION), world.year
    for number, one in enumerate(world.register.sites("water_station"), start=1):
        told = max(one.since + KNOWN, world.first_day) if one.built else world.first_day
        yield Station(f"SZ{number:02d}", one.title, one.code, one.village, rng.choice(CHLORINE), one.since, told)
    ends = {3: date(year - 3, 9, 1), 11: date(year - 1, 5, 1)}
    for number in range(1, HAMLETS + 1):
        village, disinfection = list(VILLAGES)[number * 3 % len(VILLAGES)], rng.choice(("none", "ultraviolet", "ultraviolet", "hypochlorite"))
        since = date(year - 7 - rng.randrange(9), rng.randint(3, 11), 1)
        title = f"{village.removesuffix('村')}{_SPOTS[(number - 1) % len(_SPOTS)]}供水点"
        dry = date(year - 1, 9, 20) if number == 7 else None
        yield Station(f"SF{number:02d}", title, "", village, disinfection, since, world.first_day, ends.get(number), dry)


def _listed(world: World, one: Station) -> Iterator[Note]:
    rng, households = world.rng(STATION, one.code), households_of(one.code)
    data = {
        "code": one.code, "title": one.title, "scale": "small" if one.facility else "scattered", "households": str(households), "daily": f"{households * 0.32:.1f}",
        "source": rng.choice(("stream", "stream", "spring", "reservoir") if one.facility else ("spring", "spring", "stream")),
        "disinfection": one.disinfection, "keeper": invent_name(rng), "running": "running", "tel": "12345",
    }  # fmt: skip
    data |= {"facility": one.facility} if one.facility else {}
    yield Note(one.told, CLERK, STATION, one.code, data, one.village, one.since)
    if one.disinfection == "none" and one.until is None:
        told = date(world.year - rng.randint(1, 4), rng.randint(3, 10), 12)
        yield _changed(one, told, {"disinfection": "ultraviolet"}, "装了紫外线消毒")
    if one.until is not None:
        yield Note(later(one.until, rng, 1, 9), CLERK, STATION, one.code, {"code": one.code}, until=one.until, reason="并入村供水站", manner=PROGRESS)
    if one.stopped is not None:
        yield _changed(one, one.stopped, {"running": "stopped"}, "山泉断流，改由邻近供水站送水")
    elif not one.facility and one.until is None and rng.random() < 0.3:
        year = rng.choice(world.years)
        yield _changed(one, date(year, 9, 12), {"running": "limited"}, "水源不足，早晚供水")
        yield _changed(one, date(year, 11, 6), {"running": "running"}, "下过雨，恢复全天供水")


def _changed(one: Station, told: date, to: dict[str, str], why: str) -> Note:
    return Note(told, CLERK, STATION, one.code, {"code": one.code, **to}, reason=why, manner=PROGRESS)


def _tested(rng: Random, world: World, one: Station, day: date, sheet: str, quarter: int) -> Iterator[Note]:
    """A test of the quarter; the second is the county's in most places. What fails is mended and tested again."""
    chance = FAILING[day.year - world.years[0]] * (2 if quarter == 3 else 1) * (1 if one.facility else 1.4)
    fails, told = rng.random() < chance, later(day, rng, 0, 3)
    data = {"sheet": sheet, "station": one.code, "purpose": "daily", "place": rng.choice(("tap", "tap", "plant")), "scale": "small", "verdict": "failed" if fails else "passed"}
    if quarter == 2 and rng.random() < 0.75:
        data |= {"purpose": "health", "paper_no": f"青疾检〔{day.year}〕{rng.randint(100, 980)}号"}
    data |= _measured(rng, one, data["place"])
    category = ""
    if fails:
        category = "chlorine" if one.disinfection in CHLORINE and rng.random() < 0.55 else "quality"
        data |= {"chlorine": "0.02"} if category == "chlorine" else {"turbidity": rng.choice(("3.40", "4.20", "6.80"))}
    elif rng.random() < 0.006:
        data["turbidity"] = "3.60"  # somebody wrote 合格 all the same
        category = rng.choice(("quality", ""))
    yield Note(told, CLERK, SAMPLE, sheet, data, one.village, day)
    if not category:
        return
    opened = posting_day(told)
    if not fails:  # put right when the paper was read again; only then does the rule hear of it
        opened = posting_day(later(opened, rng, 6, 20))
        yield Note(opened, CLERK, SAMPLE, sheet, {"sheet": sheet, "verdict": "failed"}, reason="化验单写的是不合格", manner=CORRECT)
    if mistaken(sheet):
        right = {"sheet": sheet, "verdict": "passed"} | ({"chlorine": "0.20"} if category == "chlorine" else {"turbidity": "0.90"})
        yield Note(posting_day(later(opened, rng, 1, 3)), CLERK, SAMPLE, sheet, right, reason="抄错了，化验单是合格", manner=CORRECT)
    tests = retests(sheet, category, opened)
    yield from tellings(world, fed(world, one.code, one.village) if not mistaken(sheet) else [], sheet, opened, tests)
    for again in tests:
        said = {**data, "sheet": again.sheet, "purpose": "retest", "failed_sheet": sheet, "verdict": "passed" if again.passed else "failed"}
        said.pop("paper_no", None)
        said |= _measured(rng, one, data["place"])
        said |= {} if again.passed else {"chlorine": "0.03"} if category == "chlorine" else {"turbidity": "3.30"}
        yield Note(later(again.day, rng, 0, 2), CLERK, SAMPLE, again.sheet, said, one.village, again.day)


def _measured(rng: Random, one: Station, place: str) -> dict[str, str]:
    """What good water measures; where nothing is dosed there is no chlorine to measure."""
    found = {"turbidity": f"{rng.randint(20, 260) / 100:.2f}", "acidity": f"{rng.randint(670, 800) / 100:.2f}"}
    return found | ({"chlorine": f"{rng.randint(*((8, 60) if place == 'tap' else (32, 95))) / 100:.2f}"} if one.disinfection in CHLORINE else {})


def _stood(world: World, stations: list[Station], year: int) -> Iterator[Note]:
    rng = world.rng(OUTAGE, year)
    for number in range(1, rng.randint(10, 15)):
        cause, planned, months, hours = rng.choices(_STOOD, (24, 16, 26, 14, 12, 8))[0]
        day = max(date(year, rng.choice(months), rng.randint(4, 26)), date(year, 1, 6))
        there = [one for one in stations if one.gives(day)]
        if not there:
            continue
        one = rng.choice(there)
        sheet, part = f"停{year}-{number:02d}", 1 if planned or rng.random() < 0.4 else 3
        data = {
            "sheet": sheet, "station": one.code, "cause": cause, "planned": str(planned).lower(), "households": str(max(1, households_of(one.code) // part)),
            "hours": str(max(1, round(hours * rng.uniform(0.4, 1.9)))),
        }  # fmt: skip
        told_on, told = day - timedelta(days=rng.randint(1, 3)) if planned else day, later(day, rng, 0, 4)
        how = {"told_on": told_on.isoformat(), "told_by": rng.choice(("group", "loudspeaker", "door"))}
        untold = rng.random() < (0.16 if planned else 0.24) * (1 - 0.1 * (year - world.years[0]))
        yield Note(told, CLERK, OUTAGE, sheet, data if untold else data | how, one.village, day)
        if untold and rng.random() < 0.7:
            added = {"sheet": sheet, **how, "told_on": later(posting_day(told), rng, 2, 8).isoformat()}
            yield Note(date.fromisoformat(added["told_on"]), CLERK, OUTAGE, sheet, added, reason="补告知", manner=PROGRESS)


def _burst(world: World, last: date) -> Iterator[Note]:
    """On the last day lived a pipe has burst: the households of that works are being told, half of them have been."""
    one = next(one for one in stations(world) if one.code == "SZ01")
    homes, sheet = fed(world, one.code, one.village), f"{last.year}-99"
    data = {"sheet": sheet, "station": one.code, "cause": "burst", "planned": "false", "households": str(households_of(one.code)), "told_on": last.isoformat(), "told_by": "group"}
    yield Note(last, CLERK, OUTAGE, sheet, data, one.village, last, at_once=True)
    for number, home in enumerate(homes[: len(homes) // 2]):
        key = {"notice": f"停{sheet}", "household": home.code}
        yield Note(last, CLERK, TELLING, "/".join(key.values()), {**key, **({"missed": "away"} if number == 3 else {})}, home.grid, last, at_once=True)


def _people(books: Books, year: int) -> Fraction:
    """Whoever is on the register of persons, in a household that is on the list, both on the last day of a year."""
    homes = {page.data["household"] for page in standing(books, SUPPLY, year)}
    return Fraction(sum(page.data["household"] in homes for page in standing(books, "residents.person", year)))


def _value(page: Page, name: str) -> Fraction | None:
    return Fraction(page.data[name]) if page.data.get(name) else None


def _lacks_chlorine(page: Page) -> bool:
    chlorine = _value(page, "chlorine")
    return chlorine is not None and chlorine < Fraction("0.05" if page.data["place"] == "tap" else "0.3")


def _within(page: Page) -> bool:
    """All that was measured lies within the limits for small works on the day of the sample."""
    turbidity, acidity, chlorine = (_value(page, name) for name in ("turbidity", "acidity", "chlorine"))
    good = (turbidity is None or turbidity <= 3, acidity is None or Fraction("6.5") <= acidity <= Fraction("9.5"), chlorine is None or chlorine <= (2 if page.day >= NEW_STANDARD else 4))
    return all(good) and not _lacks_chlorine(page) and (turbidity, acidity, chlorine) != (None, None, None)


def _doubted(page: Page) -> bool:
    return page.holds(verdict="passed") and not _within(page)


def _mended(case: Case) -> date | None:
    return case.taken["complete"] if case.action in ("complete", "close") else None


def _closed(case: Case) -> date | None:
    return case.taken["close"] if case.action == "close" else None


def _told(case: Case) -> date | None:
    return date.fromisoformat(case.said["told_on"]) if "told_on" in case.said else None


LIFE = Life(
    "drinking", CLERK, (STATION, SAMPLE, OUTAGE, SUPPLY, TELLING), _notes,
    counted={
        "drinking.stations": stock(STATION),
        "drinking.stations_running": stock(STATION, running="running"),
        "drinking.households": stock(STATION, "households"),
        "drinking.fed_households": stock(SUPPLY),
        "drinking.fed_people": _people,
        "drinking.homes_told": fitting(TELLING, lambda page: not page.data.get("missed")),
        "drinking.homes_missed": fitting(TELLING, lambda page: bool(page.data.get("missed")) and not page.data.get("again_on")),
        "drinking.homes_told_again": flow(TELLING, time="again_on"),
        "drinking.samples": flow(SAMPLE),
        "drinking.samples_passed": flow(SAMPLE, verdict="passed"),
        "drinking.samples_within": fitting(SAMPLE, _within),
        "drinking.samples_failed": flow(SAMPLE, verdict="failed"),
        "drinking.verdicts_doubted": fitting(SAMPLE, _doubted),
        "drinking.retests_passed": flow(SAMPLE, purpose="retest", verdict="passed"),
        "drinking.stations_monitored": distinct(SAMPLE, "station", purpose="health"),
        "drinking.repairs": of_workflow("drinking", REPAIRS, lambda case: case.reported, lambda case: not case.voided, by_report=True),
        "drinking.repairs_closed": of_workflow("drinking", REPAIRS, _closed),
        "drinking.repairs_open": open_of_workflow("drinking", REPAIRS, _closed),
        "drinking.repair_cost": scaled(of_workflow("drinking", REPAIRS, _mended, measure="cost"), Fraction(1, 10_000)),
        "drinking.households_told": of_workflow("drinking", REPAIRS, _told, measure="told_households"),
        "drinking.outages": flow(OUTAGE),
        "drinking.outages_untold": fitting(OUTAGE, lambda page: not page.data.get("told_on")),
    },
    ratios={
        "drinking.running_rate": ("drinking.stations_running", "drinking.stations"),
        "drinking.pass_rate": ("drinking.samples_passed", "drinking.samples"),
    },
    reaching_back=("drinking.stations_running", "drinking.running_rate"),
    reckoning=lambda world: Notices(lambda page: page.data["purpose"] != "retest" and (page.holds(verdict="failed") or _lacks_chlorine(page))),
    at_last=_burst,
)  # fmt: skip
