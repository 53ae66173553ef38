"""退役军人服务: stations named by documents, veterans on file, visits before the first of August, what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from demo.counting import cases, distinct, flow, stock
from demo.deeds import Handling
from demo.diary import CORRECT, PROGRESS, Note, later, money
from demo.life import Life
from demo.matters import Course, follow
from demo.places import MERGED, TOWNSHIP
from demo.population import Person
from demo.premises import Facility
from demo.world import World

TOWN_STATION, STATION = "veteran.town_station", "veteran.village_station"
VETERAN, VISIT = "veteran.veteran", "veteran.visit"
BEGINNING, DISCHARGED = 186, 6  # veterans at the beginning, and new ones a year
MODELS = (1, 1, 0, 1, 2, 1, 1)  # village stations named as models a year, −5 … +1
_REQUESTS = (("job", "退役后想找份工作"), ("papers", "补办优待证"), ("house", "老屋漏雨请求帮修"), ("medical", "看病报销问一问"))
_RESULTS = ("已介绍到企业上班", "证件已补办", "已联系村里修好", "已说明政策并代办")


def _notes(world: World) -> Iterator[Note]:
    yield from _stations(world)
    for number, (person, since) in enumerate(_veterans(world), start=1):
        yield from _veteran(world, number, person, since)


def _stations(world: World) -> Iterator[Note]:
    """The town's own, named by a document; villages' become models one after another."""
    rng, sites = world.rng(STATION), world.register.sites("veteran_station")
    town, villages = sites[-1], [one for one in sites[:-1] if one.village != MERGED[1]]
    named = date(world.year - 5, 3, 10)
    data = {"level": "town", "station": town.code, "grade": "fengqiao", "doc_no": f"青退役〔{named.year}〕11号"}
    yield Note(later(named, rng, 3, 9), "minzheng", TOWN_STATION, "town", data, TOWNSHIP, named)
    waiting = rng.sample(villages, len(villages))
    for offset, number in enumerate(MODELS, start=-5):
        named = date(world.year + offset, 6, rng.randint(8, 26))
        for one in [waiting.pop() for _ in range(max(0, number + rng.choice((-1, 0, 0, 1))) if len(waiting) > 2 else 0)]:
            yield _named(one, named, "model", rng)
    for one in waiting:
        yield _named(one, date(world.year - 5, 4, 20), "standard", rng)


def _named(one: Facility, day: date, grade: str, rng: Random) -> Note:
    sign = "青退役〔{}〕{}号".format(day.year, 14 if grade == "model" else 5)
    data = {"station": one.code, "grade": grade, "doc_no": sign} | ({"review_years": "3"} if grade == "model" else {})
    return Note(later(day, rng, 2, 12), "minzheng", STATION, one.code, data, one.village, day)


def _veterans(world: World) -> Iterator[tuple[Person, date]]:
    """Men mostly: the old ones on file from the beginning, some young ones discharged each September."""
    rng, year, taken = world.rng(VETERAN), world.year, set[str]()
    begin = date(year - 5, 1, 1)
    for sex, number in (("male", BEGINNING - 7), ("female", 7)):
        able = [one for one in world.population.on(begin) if one.sex == sex and 24 <= one.age(begin) <= 82]
        for person in rng.sample(able, number):
            taken.add(person.code)
            yield person, max(person.since, date(year - 6, rng.randint(1, 11), rng.randint(1, 28)))
    for past in world.years:
        day = date(past, 9, 1)
        young = [one for one in world.population.on(day) if one.sex == "male" and 20 <= one.age(day) <= 26 and one.code not in taken]
        for person in rng.sample(young, DISCHARGED + rng.randint(-2, 2)):
            taken.add(person.code)
            reported = later(day, rng, 5, 60)
            if person.until is None or person.until > reported:
                yield person, reported


def _veteran(world: World, number: int, person: Person, since: date) -> Iterator[Note]:
    rng, day = world.rng(VETERAN, number), max(since, world.first_day)
    served_as = rng.choices(("conscript", "sergeant", "officer"), (76, 20, 4))[0]
    years = {"conscript": 2, "sergeant": rng.randint(5, 16), "officer": rng.randint(8, 24)}[served_as]
    care = "old_conscript" if person.age(day) >= 60 and served_as == "conscript" else rng.choices(("none", "disabled", "combat"), (92, 3, 5))[0]
    data = {"person": person.code, "file_no": f"云档{number:04d}", "served_as": served_as, "service_years": years, "care": care}
    told = later(day, rng, 1, 10)
    yield Note(told, "minzheng", VETERAN, person.code, data, person.grid, since)
    yield from _visits(world, person, told)
    if person.until is not None:
        gone = {"person": person.code, "left_as": person.left_as}
        reason = "死亡注销" if person.left_as == "died" else "迁出本镇"
        yield Note(max(later(person.until, rng, 3, 20), told), "minzheng", VETERAN, person.code, gone, until=person.until, reason=reason, manner=PROGRESS)


def _visits(world: World, person: Person, known: date) -> Iterator[Note]:
    """Before the first of August most are visited, at New Year those in need; now and then a nought too many."""
    rng, number = world.rng(VISIT, person.code), 0
    for year in world.years:
        for occasion, day, share in (
            ("new_year", date(year, 1, rng.randint(12, 28)), 0.12), ("army_day", date(year, 7, rng.randint(14, 31)), 0.9),
        ):  # fmt: skip
            if rng.random() >= share or day <= later(known, rng, 31, 31) or not person.is_there(day):
                continue
            number += 1
            key, amount = {"veteran": person.code, "sheet": str(number)}, money(rng.choice((200, 300, 500)))
            slip = rng.random() < 0.004
            data = {**key, "occasion": occasion, "amount": amount + "0" * slip}
            yield Note(later(day, rng, 0, 4), "minzheng", VISIT, "/".join(key.values()), data, person.grid, day)
            if slip:
                right = {**key, "amount": amount}
                yield Note(later(day, rng, 50, 70), "minzheng", VISIT, "/".join(key.values()), right, reason="多打了一个零", manner=CORRECT)


def _deeds(world: World) -> Iterator[Handling]:
    """A dozen requests a year, taken in at the window and seen to."""
    veterans = [person for person, since in _veterans(world) if since.year < world.year - 5]
    for year in world.years:
        rng = world.rng("veteran", "requests", year)
        for number in range(12 + rng.randint(-3, 4)):
            day = date(year, rng.randint(1, 11), rng.randint(9, 28))
            category, title = rng.choice(_REQUESTS)
            course = Course(
                "veteran", f"veteran/{year}-{number + 1:02d}", title, category, "visit", rng.choice(veterans).grid, "chuangkou",
                "minzheng", "社会事务办公室", _RESULTS,
            )  # fmt: skip
            yield from follow(course, day, rng)


LIFE = Life(
    "veteran", "minzheng", (TOWN_STATION, STATION, VETERAN, VISIT), _notes, _deeds,
    counted={
        "veteran.town_stations": stock(TOWN_STATION, grade="fengqiao"),
        "veteran.model_village_stations": stock(STATION, grade="model"),
        "veteran.veterans": stock(VETERAN),
        "veteran.registered": flow(VETERAN),
        "veteran.army_day_visited": distinct(VISIT, "veteran", occasion="army_day"),
        "veteran.visit_amount": flow(VISIT, "amount"),
        "veteran.requests_closed": cases("closed", "veteran"),
    },
    ratios={"veteran.army_day_visit_rate": ("veteran.army_day_visited", "veteran.veterans")},
)  # fmt: skip
