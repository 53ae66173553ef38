"""村卫生室与家庭病床: doctors who stay or go, posts that stand empty a while, patients visited at home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from demo.counting import distinct, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.people import invent_name
from demo.places import MERGED, merger_day
from demo.population import Person
from demo.premises import Facility
from demo.world import World

POST, BED, VISIT = "health.doctor_post", "health.family_bed", "health.bed_visit"
LEAVING = (1, 2, 1, 1, 1, 1, 1)  # doctors who go away, −5 … +1
BEDS, OPENING = 7, (3, 2, 4, 4, 6, 5, 5)  # family beds at the beginning, and new ones, −5 … +1: the second year nobody was let in
INTERVALS = (21, 28, 30, 30)


def _notes(world: World) -> Iterator[Note]:
    yield from _posts(world)
    for number, (person, since) in enumerate(_patients(world), start=1):
        yield from _bed(world, f"云床〔{since.year}〕{number:02d}", person, since)


def _posts(world: World) -> Iterator[Note]:
    """Each clinic has a chief post: held, empty for some weeks, held again; of two merged villages one stays chief."""
    rng = world.rng(POST)
    clinics = world.register.sites("clinic")
    going: dict[str, list[tuple[date, date]]] = {one.code: [] for one in clinics}
    able = [one for one in clinics if one.village not in MERGED]
    for offset, number in enumerate(LEAVING, start=-5):
        for turn, clinic in enumerate(rng.sample(able, number)):
            gone = date(world.year + offset, rng.randint(3, 8), rng.randint(1, 28))
            back = later(gone, rng, 14, 55)
            if offset == -4 and turn == 0:  # one post stands empty over the turn of a year
                gone, back = date(world.year + offset, 12, 9), date(world.year + offset + 1, 1, 12)
            going[clinic.code].append((gone, back))
    for clinic in clinics:
        yield from _post(world, clinic, going[clinic.code])


def _post(world: World, clinic: Facility, vacancies: list[tuple[date, date]]) -> Iterator[Note]:
    rng, since = world.rng(POST, clinic.code), clinic.since
    ends = merger_day(world.year) if clinic.village == MERGED[1] else None
    turns: list[tuple[date, date | None, str]] = []
    for gone, back in vacancies:
        turns += [(since, gone, "filled"), (gone, back, "vacant")]
        since = back
    turns.append((since, ends, "filled"))
    for number, (start, until, state) in enumerate(turns, start=1):
        key = f"{clinic.code}-{number}"
        data = {"post_no": key, "clinic": clinic.code, "chief": "是", "state": state}
        if state == "filled":
            data |= {
                "doctor": invent_name(rng), "certificate": f"乡医{rng.randint(100, 999)}号", "days_a_week": str(rng.randint(4, 6)),
                "kind": rng.choices(("village", "physician", "dispatched"), (60, 22, 18))[0],
            }  # fmt: skip
        told = max(start, world.first_day)
        yield Note(told, "minzheng", POST, key, data, clinic.village, start)
        if until is not None:
            reason = "两村合并，留东坞卫生室为主岗" if until == ends else "医生离岗" if state == "filled" else "补配到岗"
            yield Note(until, "minzheng", POST, key, {"post_no": key}, until=until, reason=reason, manner=PROGRESS)


def _patients(world: World) -> Iterator[tuple[Person, date]]:
    """The old and those who cannot leave the house; nobody twice."""
    rng, taken = world.rng(BED), set[str]()
    for year in range(world.year - 6, world.year + 2):
        able = [one for one in world.population.on(date(year, 12, 31)) if one.age(date(year, 1, 1)) >= 68 and one.since.year < year]
        for person in rng.sample([one for one in able if one.code not in taken], BEDS if year < world.years[0] else OPENING[year - world.years[0]]):
            taken.add(person.code)
            yield person, date(year, rng.randint(2, 11), rng.randint(1, 28))


def _bed(world: World, key: str, person: Person, since: date) -> Iterator[Note]:
    """Opened, visited at its interval, closed after a year or two, or when the patient dies."""
    rng, interval = world.rng(BED, key), world.rng(BED, key, "interval").choice(INTERVALS)
    reason = "aged" if person.age(since) >= 80 else rng.choice(("bedridden", "bedridden", "disabled"))
    told = max(later(since, rng, 0, 6), world.first_day)
    data = {"bed_no": key, "person": person.code, "reason": reason, "interval_days": str(interval)}
    yield Note(told, "minzheng", BED, key, data, person.grid, since)
    until, closed_as = later(since, rng, 260, 780), rng.choice(("better", "better", "hospital"))
    if person.until is not None and person.until <= until:
        until, closed_as = person.until, "died" if person.left_as == "died" else "moved"
    yield from _visits(world, key, person, told, until, interval)
    closed = {"bed_no": key, "closed_as": closed_as}
    yield Note(max(later(until, rng, 0, 7), told), "minzheng", BED, key, closed, until=until, reason="撤床", manner=PROGRESS)


def _visits(world: World, key: str, person: Person, since: date, until: date, interval: int) -> Iterator[Note]:
    rng, day, number = world.rng(VISIT, key), since + timedelta(days=3), 0
    while day < until:
        number += 1
        outcome = "not_met" if rng.random() < 0.04 else "seen"
        name, sheet = f"{key}/{number}", {"bed": key, "sheet": str(number)}
        yield Note(max(later(day, rng, 0, 2), since), "minzheng", VISIT, name, {**sheet, "outcome": outcome}, person.grid, day)
        if number == 4 and outcome == "seen" and rng.random() < 0.2:
            told = later(day, rng, 40, 60)
            yield Note(told, "minzheng", VISIT, name, {**sheet, "outcome": "not_met"}, reason="那次其实没见到人", manner=CORRECT)
        day += timedelta(days=interval + rng.randint(-4, 6))


LIFE = Life(
    "health", "minzheng", (POST, BED, VISIT), _notes,
    counted={
        "health.villages_equipped": stock(POST, chief="是", state="filled"),
        "health.villages_without_doctor": stock(POST, chief="是", state="vacant"),
        "health.doctors": stock(POST, state="filled"),
        "health.family_beds": stock(BED),
        "health.beds_opened": flow(BED),
        "health.bed_visits": flow(VISIT, outcome="seen"),
        "health.beds_visited": distinct(VISIT, "bed", outcome="seen"),
        "health.visits_not_met": flow(VISIT, outcome="not_met"),
    },
)  # fmt: skip
