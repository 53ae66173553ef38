"""参保扩面: one row for each person and situation; at the year's end the lists are counted, village by village, and stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from random import Random

from demo.counting import Count, flow, stock
from demo.deeds import Series
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.places import MERGED, merger_day, village_of
from demo.population import Person
from demo.world import World

ENROLMENT, SNAPSHOT = "insurance.enrolment", "insurance.snapshot"
# scheme: its name among the metrics, the word for those who are in, and the share that stays out in the years −5 … +1
SCHEMES = {
    "medical": ("medical", "enrolled", (0.0235, 0.0205, 0.0180, 0.0150, 0.0125, 0.0105, 0.0098)),
    "pension": ("pension", "enrolled", (0.058, 0.049, 0.042, 0.036, 0.031, 0.026, 0.024)),
    "social_card": ("social_card", "claimed", (0.052, 0.036, 0.023, 0.012, 0.004, 0.0, 0.0)),
    "supplement": ("zhelibao", "enrolled", (0.142, 0.135, 0.128, 0.121, 0.114, 0.106, 0.101)),
}  # fmt: skip
WORK = {True: ((0.36, "employee"), (0.50, "elsewhere")), False: ((0.09, "employee"), (0.10, "service"))}  # away or not: up to, what
LEAVES_SCHOOL = (16, 19, 19, 22)
MISTAKEN = 3  # school leavers a year who were thought to be without insurance


@dataclass(frozen=True)
class Situation:
    """What a person is and is not insured by over ``[since, until)``; ``ended_as`` is "" while it lasts."""

    person: Person
    turn: int
    said: tuple[str, ...]  # in the order of SCHEMES
    since: date
    until: date | None
    ended_as: str

    @property
    def key(self) -> str:
        return f"{self.person.code}/{self.turn}"


@lru_cache(maxsize=4)
def _situations(world: World) -> tuple[Situation, ...]:
    return tuple(one for person in world.population.persons for one in _course(world, person))


def _course(world: World, person: Person) -> Iterator[Situation]:
    """A new situation where something changed: on New Year's Day, and in the September after school."""
    begin, end = date(world.year - 5, 1, 1), date(world.year + 2, 1, 1)
    if person.until is not None and person.until <= begin:
        return
    rng = world.rng(ENROLMENT, person.code)
    chances, leaves = [rng.random() for _ in range(5)], rng.choice(LEAVES_SCHOOL)
    start, stop = max(person.since, begin), min(person.until or end, end)
    days = [day for day in (*(date(year, 1, 1) for year in world.years), date(person.born.year + leaves, 9, 1)) if start < day < stop]
    turns: list[tuple[date, tuple[str, ...]]] = []
    for day in (start, *sorted(days)):
        said = _said(world, person, day, leaves, chances)
        if not turns or said != turns[-1][1]:
            turns.append((day, said))
    for number, (day, said) in enumerate(turns):
        last = number + 1 == len(turns)
        until = person.until if last else turns[number + 1][0]
        ended_as = "changed" if not last else {"died": "died", "moved_out": "moved"}.get(person.left_as, "")
        yield Situation(person, number + 1, said, day, until, ended_as)


def _said(world: World, person: Person, day: date, leaves: int, chances: list[float]) -> tuple[str, ...]:
    young = day < date(person.born.year + leaves, 9, 1)
    work = "" if young else next((what for up_to, what in WORK[person.away] if chances[0] < up_to), "")
    if person.age(day) >= 58 and work == "service":
        work = ""
    said = []
    for (scheme, (_, word, out)), chance in zip(SCHEMES.items(), chances[1:], strict=True):
        exempt = _exempt(scheme, work, young)
        said.append(exempt or ("missing" if chance < out[day.year - world.years[0]] else word))
    return tuple(said)


def _exempt(scheme: str, work: str, young: bool) -> str:
    """Why somebody need not be in a scheme; "" when they must."""
    if scheme == "pension" and young:
        return "young"
    if scheme in ("medical", "pension"):
        return work
    return "outside" if work in ("elsewhere", "service") else ""


def _notes(world: World) -> Iterator[Note]:
    situations = _situations(world)
    for one in situations:
        yield from _row(world, one)
    yield from _mistaken(world, situations)
    for year in range(world.year - 5, world.year + 1):
        yield from _snapshots(world, year)


def _row(world: World, one: Situation) -> Iterator[Note]:
    """Entered within days, so that the lists of the year's end are whole when they are counted in January."""
    name = {"person": one.person.code, "turn": str(one.turn)}
    told = max(one.since + timedelta(days=int(one.person.code[1:]) % 6), world.first_day)
    said = dict(zip(SCHEMES, one.said, strict=True))
    if _was_mistaken(world, one):
        said["medical"] = said["pension"] = "missing"
    yield Note(told, "minzheng", ENROLMENT, one.key, {**name, **said}, one.person.grid, one.since)
    if one.until is not None:
        gone, day = {**name, "ended_as": one.ended_as}, max(one.until + timedelta(days=int(one.person.code[1:]) % 6), told)
        reason = {"changed": "情况变了", "died": "死亡", "moved": "迁出"}[one.ended_as]
        yield Note(day, "minzheng", ENROLMENT, one.key, gone, until=one.until, reason=reason, manner=PROGRESS)


def _was_mistaken(world: World, one: Situation) -> bool:
    return one in _mistaken_ones(world)


@lru_cache(maxsize=4)
def _mistaken_ones(world: World) -> frozenset[Situation]:
    """School leavers of a September who had found work with insurance, and were listed as missing at first."""
    found: list[Situation] = []
    for year in world.years:
        leavers = [
            one for one in _situations(world)
            if one.since == date(year, 9, 1) and one.said[0] == "employee" and (one.until is None or one.until.year > year)
        ]  # fmt: skip
        found += world.rng(ENROLMENT, "mistaken", year).sample(leavers, min(MISTAKEN, len(leavers)))
    return frozenset(found)


def _mistaken(world: World, situations: tuple[Situation, ...]) -> Iterator[Note]:
    for one in situations:
        if _was_mistaken(world, one):
            right = {"person": one.person.code, "turn": str(one.turn), "medical": "employee", "pension": "employee"}
            told = later(date(one.since.year, 10, 20), world.rng(one.key), 0, 25)
            yield Note(told, "minzheng", ENROLMENT, one.key, right, reason="与县里数据比对，已在企业参保", manner=CORRECT)


def _snapshots(world: World, year: int) -> Iterator[Note]:
    """The lists of the thirty-first of December, counted in January: a row for each village and scheme."""
    day = date(year, 12, 31)
    lists = _lists(world, day)
    for scheme, (_, word, _) in SCHEMES.items():
        for village in sorted({village for other, village in lists if other == scheme}):
            people = lists[scheme, village]
            name = {"scheme": scheme, "counted_year": str(year), "sheet": village}
            digest = sha256(" ".join(f"{code}:{said}" for code, said in sorted(people)).encode()).hexdigest()
            enrolled = Counter(said for _, said in people)[word]
            data = {**name, "liable": len(people), "enrolled": enrolled, "formula": "register", "list_digest": digest[:32]}
            told = date(year + 1, 1, 15)
            yield Note(told, "minzheng", SNAPSHOT, "/".join(name.values()), data, village, day)


def _lists(world: World, day: date) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(scheme, village) → who must be insured on a day, and whether they are; merged villages are one."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in _standing(world, day):
        village = village_of(one.person.grid)
        if village in MERGED and day >= merger_day(world.year):
            village = MERGED[0]
        for scheme, said in zip(SCHEMES, one.said, strict=True):
            if said in (SCHEMES[scheme][1], "missing"):
                found.setdefault((scheme, village), []).append((one.person.code, said))
    return found


def _standing(world: World, day: date) -> Iterator[Situation]:
    return (one for one in _situations(world) if one.since <= day and (one.until is None or one.until > day))


def _deeds(world: World) -> Iterator[Series]:
    """The county's own rates in January: a little apart from ours, for it counts another day."""
    for year in range(world.year - 5, world.year + 1):
        rng, counted = world.rng(SNAPSHOT, "county", year), _in_all(world, date(year, 12, 31))
        for scheme, (name, word, _) in SCHEMES.items():
            ours = Decimal(counted[scheme, word]) / (counted[scheme, word] + counted[scheme, "missing"]) * 100
            value = min(Decimal(100), ours + _apart(rng)).quantize(Decimal("0.01"))
            source = f"青屏县{year}年度参保情况通报"
            yield Series(date(year + 1, 1, 19), "minzheng", f"insurance.{name}_rate_county", year, str(value), "recognised", source)


def _apart(rng: Random) -> Decimal:
    return Decimal(rng.randint(-45, 25)) / 100


def _in_all(world: World, day: date) -> Counter[tuple[str, str]]:
    return Counter((scheme, said) for one in _standing(world, day) for scheme, said in zip(SCHEMES, one.said, strict=True))


def _counted() -> Iterator[tuple[str, Count]]:
    for scheme, (name, word, _) in SCHEMES.items():
        yield f"insurance.{name}_enrolled", stock(ENROLMENT, "", **{scheme: word})
        yield f"insurance.{name}_missing", stock(ENROLMENT, "", **{scheme: "missing"})
        yield f"insurance.{name}_on_list", stock(ENROLMENT, "", **{scheme: (word, "missing")})
        yield f"insurance.{name}_liable", flow(SNAPSHOT, "liable", scheme=scheme)


_NAMES = tuple(name for name, _, _ in SCHEMES.values())
LIFE = Life(
    "insurance", "minzheng", (ENROLMENT, SNAPSHOT), _notes, _deeds,
    counted=dict(_counted()),
    published=tuple(f"insurance.{name}_rate_county" for name in _NAMES),
    ratios={f"insurance.{name}_rate": (f"insurance.{name}_enrolled", f"insurance.{name}_liable") for name in _NAMES},
)  # fmt: skip
