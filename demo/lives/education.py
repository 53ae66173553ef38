"""控辍保学: pupils of four kinds, the roll against the register each September, children missing until a paper says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.counting import flow, left, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.places import MERGED, VILLAGES, merger_day, village_of
from demo.population import Person
from demo.world import World

PUPIL, MISSING, ROLL = "education.pupil", "education.missing_child", "education.roll"
BEGINNING, JOINING = 46, 9  # pupils of the four kinds at the beginning, and new ones each September
KINDS = (("disabled", "left_behind", "low_income", "migrant"), (14, 34, 42, 10))
FOUND = (3, 2, 3, 2, 2, 2, 1)  # children found missing a year, −5 … +1
PLACES = {"elsewhere": "学证", "returned": "回执", "home_teaching": "送教"}


@dataclass(frozen=True)
class Schooling:
    """A pupil of the four kinds over ``[since, until)``; ``ended_as`` is "" while it lasts."""

    person: Person
    kind: str
    since: date
    until: date
    ended_as: str


def _notes(world: World) -> Iterator[Note]:
    pupils = list(_pupils(world))
    gone = {one.person.code: one for one in _dropped_out(world, pupils)}  # nobody twice
    for one in pupils:
        yield from _schooling(world, one, gone.get(one.person.code))
    yield from _missing(world, list(gone.values()))
    for year in world.years:
        yield from _rolls(world, year)


def _pupils(world: World) -> Iterator[Schooling]:
    """Drawn from the children of the register: some at the beginning, some more each September."""
    rng, taken = world.rng(PUPIL), set[str]()
    for year in range(world.year - 6, world.year + 2):
        first = date(year, 9, 1)
        able = [one for one in world.population.on(first) if 6 <= one.age(first) <= 13 and one.code not in taken]
        for person in rng.sample(able, BEGINNING if year < world.year - 5 else JOINING + rng.randint(-2, 3)):
            taken.add(person.code)
            yield _course(person, rng.choices(*KINDS)[0], first)


def _course(person: Person, kind: str, since: date) -> Schooling:
    """Until the July in which nine years are done, or until they leave the township."""
    finish = date(since.year + 15 - person.age(since), 7, 1)
    if person.until is not None and person.until < finish:
        return Schooling(person, kind, since, person.until, "died" if person.left_as == "died" else "moved")
    return Schooling(person, kind, since, finish, "graduated")


@dataclass(frozen=True)
class Absence:
    """A child who was not at school from ``found`` until ``back``."""

    person: Person
    kind: str
    found: date
    back: date
    found_by: str


def _dropped_out(world: World, pupils: list[Schooling]) -> list[Absence]:
    """A few each autumn, back within weeks; one of an early year stays away over the turn of the year."""
    rng, used, found_so_far = world.rng(MISSING), set[str](), list[Absence]()
    for offset, number in enumerate(FOUND, start=-5):
        year = world.year + offset
        there = [one for one in pupils if one.since.year < year and one.until > date(year + 1, 6, 1) and one.person.code not in used]
        for one in rng.sample(there, max(1, number + rng.randint(-1, 1))):
            used.add(one.person.code)
            found = date(year, 9, rng.randint(5, 20))
            back = later(found, rng, 12, 60)
            if offset == -3 and not any(one.found.month == 11 for one in found_so_far):
                found, back = date(year, 11, 18), date(year + 1, 1, 6)
            found_so_far.append(Absence(one.person, one.kind, found, back, rng.choice(("roll", "roll", "school"))))
    return found_so_far


def _schooling(world: World, one: Schooling, absence: Absence | None) -> Iterator[Note]:
    """One row while it lasts; an absence ends it and another begins the day the child is back."""
    rng = world.rng(PUPIL, one.person.code)
    school = "special" if one.kind == "disabled" and rng.random() < 0.4 else rng.choices(("central", "county"), (80, 20))[0]
    first = f"{one.since.year}-1"
    until, ended_as = (absence.found, "dropped_out") if absence else (one.until, one.ended_as)
    yield from _row(world, one, first, (one.since, until), school, ended_as)
    if absence:
        school = "home" if one.kind == "disabled" else school
        yield from _row(world, one, f"{absence.found.year}-1-2", (absence.back, one.until), school, one.ended_as)


def _row(world: World, one: Schooling, term: str, days: tuple[date, date], school: str, ended_as: str) -> Iterator[Note]:
    since, until = days
    rng, name = world.rng(PUPIL, one.person.code, term), {"person": one.person.code, "term": term}
    grade = str(min(9, max(1, one.person.age(since) - 5)))
    data = {**name, "kind": one.kind, "school": school, "grade": grade}
    told = max(later(since, rng, 6, 16), world.first_day)
    yield Note(told, "minzheng", PUPIL, "/".join(name.values()), data, one.person.grid, since)
    reason = {"graduated": "九年级毕业", "moved": "随家转出", "died": "死亡注销", "dropped_out": "开学未到校"}[ended_as]
    gone = {**name, "ended_as": ended_as}
    yield Note(max(later(until, rng, 2, 9), told), "minzheng", PUPIL, "/".join(name.values()), gone, until=until, reason=reason, manner=PROGRESS)


def _missing(world: World, absences: list[Absence]) -> Iterator[Note]:
    for number, one in enumerate(absences, start=1):
        rng = world.rng(MISSING, number)
        key = f"核{one.found.year}-{number:02d}"
        data = {"case_no": key, "person": one.person.code, "found_by": one.found_by}
        yield Note(one.found, "minzheng", MISSING, key, data, one.person.grid, one.found)
        way = "home_teaching" if one.kind == "disabled" else rng.choices(("returned", "elsewhere"), (75, 25))[0]
        back = {"case_no": key, "settled_as": way, "paper_no": f"{PLACES[way]}{one.back.year}-{rng.randint(3, 60):02d}"}
        yield Note(later(one.back, rng, 0, 4), "minzheng", MISSING, key, back, until=one.back, reason="凭据已收到", manner=PROGRESS)


def _rolls(world: World, year: int) -> Iterator[Note]:
    """A sheet for each village, the two merged ones on one sheet from their merger on."""
    day = date(year, 9, 18)
    merged = day >= merger_day(world.year)
    counted = {village: 0 for village in VILLAGES if not (merged and village == MERGED[1])}
    for person in world.population.on(day):
        if 6 <= person.age(date(year, 9, 1)) <= 14:
            village = village_of(person.grid)
            counted[MERGED[0] if merged and village in MERGED else village] += 1
    for number, (village, children) in enumerate(counted.items()):
        lost = number == year % 5 and year < world.year - 1  # in earlier years one child could not be accounted for
        yield from _sheet(world.rng(ROLL, year, village), year, village, (children, children - lost), number == year % 7)


def _sheet(rng: Random, year: int, village: str, counted: tuple[int, int], slip: bool) -> Iterator[Note]:
    """``counted``: children of the village, and those known to be at school: most are on the roll, others prove a school elsewhere."""
    children, accounted = counted
    day = date(year, 9, rng.randint(15, 26))
    elsewhere = round(children * rng.uniform(0.04, 0.11))
    name = {"school_year": str(year), "sheet": village}
    key = "/".join(name.values())
    said = {**name, "on_register": children + slip, "on_roll": accounted - elsewhere, "accounted": accounted}
    yield Note(day, "minzheng", ROLL, key, said, village, day)
    if slip:
        right = {**name, "on_register": children}
        yield Note(later(day, rng, 20, 40), "minzheng", ROLL, key, right, reason="一个孩子还不满六周岁", manner=CORRECT)


LIFE = Life(
    "education", "minzheng", (PUPIL, MISSING, ROLL), _notes,
    counted={
        "education.special_pupils": stock(PUPIL),
        "education.disabled_pupils": stock(PUPIL, kind="disabled"),
        "education.home_taught": stock(PUPIL, school="home"),
        "education.children_missing": stock(MISSING),
        "education.missing_found": flow(MISSING),
        "education.missing_settled": left(MISSING, settled_as=tuple(PLACES)),
        "education.school_age_children": flow(ROLL, "on_register"),
        "education.children_in_school": flow(ROLL, "accounted"),
    },
    ratios={"education.enrolment_rate": ("education.children_in_school", "education.school_age_children")},
)  # fmt: skip
