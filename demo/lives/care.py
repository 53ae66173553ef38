"""老幼残关爱: old people alone, disabled people, children left behind; visits, allowances, homes without barriers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from demo.counting import distinct, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.places import HOME_GRID
from demo.population import Person
from demo.world import World

DEPENDANT, VISIT = "care.dependant", "care.visit"
SUBSIDY, BARRIER_FREE = "care.subsidy", "care.barrier_free"
FACILITY = "premises.facility"
# kind: how many at the beginning, how many more a year, from and to which age, days between two visits
KINDS = {
    "alone": (44, 10, 72, 120, 90), "disabled": (26, 6, 18, 71, 120), "left_behind": (14, 4, 4, 12, 90), "woman": (7, 2, 30, 60, 150),
}  # fmt: skip
ELDER = ((80, 60), (90, 120))  # from which age, how much a month (the county's decision)
DISABLED = (("living", 74, 6, 320), ("nursing", 48, 5, 250))  # kind, at the beginning, new a year, how much a month
HOMES = (5, 6, 7, 6, 8, 7, 4)  # homes made free of barriers a year, −5 … +1
_NEEDS = (("none", "medical", "repair", "papers", "company"), (58, 12, 8, 10, 12))


def _notes(world: World) -> Iterator[Note]:
    for kind, person, since in _chosen(world):
        yield from _dependant(world, kind, person, since)
    yield from _allowances(world)
    yield from _disabled(world)
    yield from _homes(world)


def _chosen(world: World) -> Iterator[tuple[str, Person, date]]:
    """(kind, who, since when): some of the register at the beginning and some more each year, nobody twice."""
    rng, taken = world.rng(DEPENDANT), set[str]()
    for year in range(world.year - 6, world.year + 2):
        for kind, (beginning, joining, *_) in KINDS.items():
            able = [one for one in _able(world, kind, date(year, 3, 1)) if one.code not in taken]
            for person in rng.sample(able, min(beginning if year < world.year - 5 else joining, len(able))):
                taken.add(person.code)
                yield kind, person, later(date(year, 3, 1), rng, 1, 200)


def _able(world: World, kind: str, day: date) -> Iterator[Person]:
    """Who could be of a kind: of its age, living here; the old ones alone in their household."""
    _, _, least, most, _ = KINDS[kind]
    for one in world.population.on(day):
        if one.away or (kind == "woman" and one.sex == "male") or not least <= one.age(day) <= most:
            continue
        if kind != "alone" or sum(other.is_there(day) for other in world.population.members[one.household]) == 1:
            yield one


def _dependant(world: World, kind: str, person: Person, since: date) -> Iterator[Note]:
    rng, interval = world.rng(DEPENDANT, person.code), KINDS[kind][4]
    told = max(later(since, rng, 1, 9), world.first_day)
    if person.until is not None and person.until <= told:
        return
    data = {"person": person.code, "kind": kind, "interval_days": str(interval)}
    yield Note(told, "minzheng", DEPENDANT, person.code, data, person.grid, since)
    until, ended_as = later(since, rng, 900, 3000), "care_home" if kind == "alone" else "no_longer"
    if person.until is not None and person.until <= until:
        until, ended_as = person.until, "died" if person.left_as == "died" else "moved"
    yield from _visits(world, person, told + timedelta(days=32), until, interval)
    gone = {"person": person.code, "ended_as": ended_as}
    yield Note(max(later(until, rng, 2, 15), told), "minzheng", DEPENDANT, person.code, gone, until=until, reason="不再列入", manner=PROGRESS)


def _visits(world: World, person: Person, since: date, until: date, interval: int) -> Iterator[Note]:
    rng, day, number = world.rng(VISIT, person.code), later(since, world.rng(VISIT, person.code, "first"), 0, interval), 0
    who = "alian" if person.grid == HOME_GRID else "minzheng"
    while day < min(until, date(world.year + 2, 1, 1)):
        number += 1
        key = {"dependant": person.code, "sheet": str(number)}
        met = "否" if rng.random() < 0.03 else "是"
        need = {"need": rng.choices(*_NEEDS)[0]} if met == "是" else {}
        yield Note(later(day, rng, 0, 3), who, VISIT, "/".join(key.values()), {**key, "met": met, **need}, person.grid, day)
        if met == "是" and rng.random() < 0.004:
            wrong = {**key, "met": "否"}
            yield Note(later(day, rng, 45, 60), "minzheng", VISIT, "/".join(key.values()), wrong, reason="那次去没见到人，记错了", manner=CORRECT)
        day += timedelta(days=interval + rng.randint(-12, 10))


def _allowances(world: World) -> Iterator[Note]:
    """From eighty on, more from ninety on: a row ends and another begins."""
    for person in world.population.persons:
        steps = []
        for age, monthly in ELDER:
            day = _birthday(person, age).replace(day=1)
            if day < date(world.year + 2, 1, 1) and (person.until is None or person.until > day):
                steps.append((max(day, person.since), monthly))
        for number, (since, monthly) in enumerate(steps):
            until = steps[number + 1][0] if number + 1 < len(steps) else person.until
            if until is not None and until <= world.first_day:
                continue
            regraded = number + 1 < len(steps)
            yield from _subsidy(world, f"云高{person.code[1:]}-{number + 1}", person, ("elder", monthly), (since, until), regraded)


def _birthday(person: Person, age: int) -> date:
    leap = (person.born.month, person.born.day) == (2, 29)
    return date(person.born.year + age, person.born.month, 28 if leap else person.born.day)


def _disabled(world: World) -> Iterator[Note]:
    for kind, beginning, joining, monthly in DISABLED:
        rng, taken, numbers = world.rng(SUBSIDY, kind), set[str](), count(1)
        for year in range(world.year - 6, world.year + 2):
            day = date(year, 1, 1)
            able = [one for one in world.population.on(day) if one.age(day) >= 8 and not one.away and one.code not in taken]
            for person in rng.sample(able, beginning if year < world.year - 5 else joining):
                taken.add(person.code)
                since = date(year, rng.randint(2, 11), 1)
                if person.until is None or person.until > since:
                    key = f"云残{'生' if kind == 'living' else '护'}{next(numbers):04d}"
                    yield from _subsidy(world, key, person, (kind, monthly), (since, person.until), False)


def _subsidy(
    world: World, key: str, person: Person, what: tuple[str, int], days: tuple[date, date | None], regraded: bool
) -> Iterator[Note]:
    rng, (kind, monthly), (since, until) = world.rng(SUBSIDY, key), what, days
    told = max(later(since, rng, 1, 20), world.first_day)
    data = {"approval_no": key, "person": person.code, "kind": kind, "monthly": str(monthly)}
    yield Note(told, "minzheng", SUBSIDY, key, data, person.grid, since)
    if until is not None:
        ended_as = "regraded" if regraded else "died" if person.left_as == "died" else "moved"
        reason = {"regraded": "满九十周岁换档", "died": "死亡停发", "moved": "迁出停发"}[ended_as]
        gone = {"approval_no": key, "ended_as": ended_as}
        yield Note(max(later(until, rng, 1, 18), told), "minzheng", SUBSIDY, key, gone, until=until, reason=reason, manner=PROGRESS)


def _homes(world: World) -> Iterator[Note]:
    """For disabled people who live here; some homes get two things, one failed its first acceptance."""
    rng, numbers = world.rng(BARRIER_FREE), count(1)
    people = [person for kind, person, since in _chosen(world) if kind == "disabled" and since.year < world.year - 4]
    people += [one for one in world.population.on(world.first_day) if 60 <= one.age(world.first_day) <= 71 and one.until is None and not one.away][::9]
    waiting = iter(rng.sample(people, len(people)))
    for year, homes in zip(world.years, HOMES, strict=True):
        used: set[str] = set()
        while len(used) < homes + rng.choice((-1, 0, 1)):
            person = next(waiting)
            day = date(year, rng.randint(4, 10), rng.randint(1, 28))
            if person.is_there(day) and person.household not in used:
                used.add(person.household)
                yield from _home(world, person, day, numbers)


def _home(world: World, person: Person, day: date, numbers: Iterator[int]) -> Iterator[Note]:
    rng = world.rng(BARRIER_FREE, person.code)
    for item in rng.sample(("ramp", "toilet", "kitchen", "alarm"), rng.choice((1, 1, 2))):
        number = next(numbers)
        key, failed = f"云无障碍〔{day.year}〕{number:03d}", number % 11 == 4
        data = {
            "acceptance_no": key, "household": person.household, "person": person.code, "item": item,
            "cost": str(rng.randint(8, 62) * 100), "passed": "否" if failed else "是",
        }  # fmt: skip
        yield Note(later(day, rng, 1, 9), "minzheng", BARRIER_FREE, key, data, person.grid, day)
        if failed:
            again, passed = later(day, rng, 32, 45), {"acceptance_no": key, "passed": "是"}
            told = later(again, rng, 10, 12)
            yield Note(told, "minzheng", BARRIER_FREE, key, passed, day=again, reason="返工后复验合格", manner=CORRECT)


LIFE = Life(
    "care", "minzheng", (DEPENDANT, VISIT, SUBSIDY, BARRIER_FREE), _notes,
    counted={
        "care.barrier_free_homes": distinct(BARRIER_FREE, "household", passed="是"),
        "care.barrier_free_cost": flow(BARRIER_FREE, "cost", passed="是"),
        "care.children_homes": flow(FACILITY, time="built_on", kind="children_home"),
        "care.people_in_care": stock(DEPENDANT),
        "care.elders_alone": stock(DEPENDANT, kind="alone"),
        "care.visits": flow(VISIT, met="是"),
        "care.people_visited": distinct(VISIT, "dependant", met="是"),
        "care.visits_not_met": flow(VISIT, met="否"),
        "care.elder_allowances": stock(SUBSIDY, kind="elder"),
        "care.disability_subsidies": stock(SUBSIDY, kind=("living", "nursing")),
        "care.subsidies_monthly": stock(SUBSIDY, "monthly"),
    },
)  # fmt: skip
