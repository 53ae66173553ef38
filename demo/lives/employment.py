"""就业帮扶: households in which nobody works, offered work until one does; people helped to a job or a shop of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from demo.counting import distinct, flow, left, stock
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, money
from demo.life import Life
from demo.population import Household, Person
from demo.world import World

HOUSEHOLD, PLACEMENT = "employment.zero_job_household", "employment.placement"
FOUND, PLACED = (3, 7), (58, 84)  # a year
_SEASON = (6, 13, 14, 9, 8, 8, 7, 8, 9, 8, 6, 4)
_WAYS = (("local", "outside", "public_post", "startup"), (40, 31, 17, 12))
_PROOFS = ("contract", "insurance", "post", "licence")


def _notes(world: World) -> Iterator[Note]:
    homes = [one for one in world.population.households if one.since.year < world.year - 6]
    chosen = iter(world.rng(HOUSEHOLD).sample(homes, len(homes)))
    for year in world.years:
        yield from _households(world, year, chosen)
        yield from _placements(world, year)


def _able(world: World, home: str, day: date) -> list[Person]:
    return [one for one in world.population.members[home] if one.is_there(day) and 22 <= one.age(day) <= 56 and one.until is None]


def _households(world: World, year: int, chosen: Iterator[Household]) -> Iterator[Note]:
    """Found, offered work once or twice, somebody employed within weeks; one early year ends with one still open."""
    rng, done, wanted = world.rng(HOUSEHOLD, year), 0, world.rng(HOUSEHOLD, year, "number").randint(*FOUND)
    while done < wanted:
        home, found = next(chosen), date(year, rng.randint(2, 10), rng.randint(1, 28))
        able = _able(world, home.code, found)
        if not able:
            continue
        done += 1
        if done == 1 and year == world.year - 4:
            found = date(year, 12, 22)
        yield from _case(world, home, able, found, f"云零〔{year}〕{done:02d}")


def _case(world: World, home: Household, able: list[Person], found: date, key: str) -> Iterator[Note]:
    rng = world.rng(HOUSEHOLD, key)
    kind = rng.choices(("relief", "registered"), (65, 35))[0]
    data = {"case_no": key, "household": home.code, "kind": kind, "able": str(len(able))}
    yield Note(found, "minzheng", HOUSEHOLD, key, data, home.grid, found)
    first = later(found, rng, 3, 12)
    offers = {"case_no": key, "first_offer_on": first.isoformat()}
    yield Note(first, "minzheng", HOUSEHOLD, key, offers, reason="第一次推荐", manner=PROGRESS)
    second = later(first, rng, 5, 10)
    employed = later(second, rng, 2, 20)
    ended = {"case_no": key, "ended_as": "employed", "employed": rng.choice(able).code, "proof": rng.choice(_PROOFS)}
    if rng.random() < 0.5:
        ended["second_offer_on"] = second.isoformat()
    if rng.random() < 0.1:
        ended = {"case_no": key, "ended_as": "lost"}
    yield Note(later(employed, rng, 0, 6), "minzheng", HOUSEHOLD, key, ended, until=employed, reason="了结", manner=PROGRESS)


def _placements(world: World, year: int) -> Iterator[Note]:
    rng, turns = world.rng(PLACEMENT, year), dict[str, int]()
    day = date(year, 1, 1)
    able = [one for one in world.population.on(day) if 20 <= one.age(day) <= 56 and one.until is None and one.since.year < year]
    farms = [one for one in world.register.businesses if one.kind in ("cooperative", "company", "workshop", "tea_factory") and one.since.year < year]
    for number in range(rng.randint(*PLACED)):
        person, day = rng.choice(able), max(day_in(rng, year, _SEASON), date(year, 1, 6))
        turns[person.code] = turns.get(person.code, 0) + 1
        key = {"person": person.code, "sheet": f"{year}-{turns[person.code]}"}
        way = rng.choices(*_WAYS)[0]
        data = {**key, "way": way} | ({"employer": rng.choice(farms).code} if way == "local" else {})
        if way != "startup":
            data["wage"] = money(rng.triangular(1800, 6200, 3600), 100)
        yield Note(later(day, rng, 1, 15), "minzheng", PLACEMENT, "/".join(key.values()), data, person.grid, day)
        if number == 5 and way != "startup":
            right = {**key, "way": "startup"}
            told = later(day, rng, 50, 70)
            yield Note(told, "minzheng", PLACEMENT, "/".join(key.values()), right, reason="回访得知自己开了店", manner=CORRECT)


LIFE = Life(
    "employment", "minzheng", (HOUSEHOLD, PLACEMENT), _notes,
    counted={
        "employment.zero_job_households": stock(HOUSEHOLD),
        "employment.zero_job_found": flow(HOUSEHOLD),
        "employment.zero_job_helped": left(HOUSEHOLD, ended_as="employed"),
        "employment.without_offer": stock(HOUSEHOLD, first_offer_on=None),
        "employment.people_placed": distinct(PLACEMENT, "person"),
        "employment.startups": flow(PLACEMENT, way="startup"),
        "employment.public_posts": flow(PLACEMENT, way="public_post"),
    },
)  # fmt: skip
