"""Whom a waterworks feeds: the households registered one by one since the last complete year, told when their water is bad and when it is good again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache

from demo.books import Books, Page
from demo.diary import PROGRESS, REMOVE, Note, later, posting_day
from demo.mending import Retest
from demo.places import village_of
from demo.population import Household
from demo.world import World

SUPPLY, TELLING, NOTICE, SAMPLE, OUTAGE = "drinking.supply", "drinking.telling", "drinking.notice", "drinking.sample", "drinking.outage"
CLERK = "nongban"
_HAMLET, _WORKS = (9, 26), (70, 96)  # households registered so far
_TOLD_AGAIN = 4  # days after the second test, when the repair is closed


def registered_on(world: World) -> date:
    return date(world.year, 3, 16)


def fed(world: World, station: str, village: str) -> list[Household]:
    """The households of its village that are registered with a waterworks: of no other, and there to this day."""
    return _fed(world).get((station, village), [])


@cache
def _fed(world: World) -> dict[tuple[str, str], list[Household]]:
    rng = world.rng(SUPPLY)
    found: dict[tuple[str, str], list[Household]] = {}
    free: dict[str, list[Household]] = {}
    for one in world.population.households:
        if one.until is None and one.since.year < world.year - 6:
            free.setdefault(village_of(one.grid), []).append(one)
    for station, village in _stations_of(world):
        there = free.get(village, [])
        rng.shuffle(there)
        most = rng.randint(*(_HAMLET if station.startswith("SF") else _WORKS))
        found[station, village], free[village] = there[:most], there[most:]
    return found


def _stations_of(world: World) -> list[tuple[str, str]]:
    from demo.lives.drinking import stations  # the life tells which there are

    return [(one.code, one.village) for one in stations(world) if one.until is None and one.stopped is None and (one.code.startswith("SF") or one.code in ("SZ01", "SZ02"))]


def supplies(world: World) -> Iterator[Note]:
    told = registered_on(world)
    for (station, _), homes in _fed(world).items():
        for one in homes:
            yield Note(told, CLERK, SUPPLY, one.code, {"household": one.code, "station": station}, one.grid, date(max(one.since.year, world.year - 6), 5, 1))


def tellings(world: World, homes: list[Household], sheet: str, opened: date, tests: list[Retest]) -> Iterator[Note]:
    """Each household is told on the day or the next; again when the second test has passed. One is away and hears of it afterwards."""
    if opened < registered_on(world) + timedelta(days=40):
        return
    rng = world.rng(TELLING, sheet)
    passed = next((one.day for one in tests if one.passed), None)
    for number, one in enumerate(homes):
        key, name = {"notice": f"告{sheet}", "household": one.code}, f"告{sheet}/{one.code}"
        told = posting_day(opened)
        yield Note(told, CLERK, TELLING, name, {**key, **({"missed": "away"} if number == 0 else {"how": rng.choice(("door", "door", "phone"))})}, one.grid, told)
        if passed is not None:
            again = posting_day(later(max(passed, told) + timedelta(days=_TOLD_AGAIN), rng, 0, 2))
            yield Note(again, CLERK, TELLING, name, {**key, "again_on": again.isoformat()}, reason="告知恢复", manner=PROGRESS)


class Notices:
    """What the system writes in the evening: whom a failed test, or water that stands still, is news for."""

    ledger = NOTICE

    def __init__(self, fails: Callable[[Page], bool]) -> None:
        self._fails = fails

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        return iter(())

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        for name in dict.fromkeys((note.ledger, note.key) for note in written if note.ledger in (SAMPLE, OUTAGE)):
            ledger, key = name
            page, code = books.pages[ledger][key], f"{'告' if ledger == SAMPLE else '停'}{key}"
            calls, there = self._fails(page) if ledger == SAMPLE else "hours" not in page.data, code in books.pages[NOTICE]
            if calls and not there:
                data = {"code": code, "station": page.data["station"], "matter": "unsafe" if ledger == SAMPLE else "outage"}
                yield Note(page.day, "system", NOTICE, code, data, page.place, page.day)
            elif there and not calls:
                yield Note(page.day, "system", NOTICE, code, manner=REMOVE)
