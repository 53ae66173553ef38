"""三改一拆: structures found, ordered away and removed; the county's check in January; the mess that offices know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.books import Case
from demo.counting import cases, flow, of_workflow, open_of_workflow, own_cases
from demo.deeds import Choice, Series
from demo.diary import CORRECT, PROGRESS, Note, day_in, hundredths, later, posting_day, visiting_day
from demo.life import Life
from demo.people import invent_name
from demo.places import HOME_GRID, every_grid, village_of
from demo.razing import (
    DISPUTED,
    LEDGER,
    REMOVALS,
    area_of,
    brought,
    finder_of,
    grid_of,
    on_the_structure,
    removed_on,
)
from demo.world import World

AREA, QUOTA = "demolition.area", "demolition.quota"
QUOTAS = {-5: 18000, -4: 16500, -3: 15000, -2: 14000, -1: 13000, 0: 12500, 1: 12000}  # m², by years from the last complete one
REACHED = {-5: 1.06, -4: 1.11, -3: 0.97, -2: 1.08, -1: 1.05, 0: 1.09, 1: 1.07}
REMOVING = (3, 2, 8, 11, 12, 10, 6, 6, 11, 13, 11, 7)
LATE = 3  # removals a year whose papers turn up after the year is closed
MEASURED_AGAIN = 2
FOLLOWED = 3  # removals a year whose way is in the system from the finding on
KIND = "demolish"


@dataclass(frozen=True)
class Structure:
    """What becomes of one structure. ``measured`` is what the tape said; a note may have said otherwise before."""

    code: str
    grid: str
    found: date
    ordered: date
    removed: date | None
    area: float
    owner: str
    origin: str
    reuse: str


def _notes(world: World) -> Iterator[Note]:
    """All notes of the ledger, from five years before the last complete year to the year after it."""
    year = world.year
    for offset in QUOTAS:
        rng = world.rng(LEDGER, offset)
        removed = list(_removals(rng, year, offset))
        late = set(rng.sample(range(len(removed)), LATE))
        again = set(rng.sample(sorted(set(range(len(removed))) - late), MEASURED_AGAIN))
        for number, structure in enumerate(removed):
            if number in late:
                yield from _found_late(structure, rng)
            else:
                yield from _story(structure, rng, structure.area * 1.12 if number in again else structure.area)
            if number in again:
                yield _measured_again(structure, rng)
        for structure in _standing(rng, year, offset):
            yield from _story(structure, rng, structure.area)
        yield from _handled(world, offset)
    yield from _after_the_report(world)


def _removals(rng: Random, year: int, offset: int) -> Iterator[Structure]:
    """Removals until the year's share of the quota is reached: sheds and lean-tos mostly, now and then a hall."""
    left = QUOTAS[offset] * REACHED[offset] * rng.uniform(0.995, 1.01) - sum(float(area_of(code)) for code in handled(year + offset)[:FOLLOWED])
    number = 0
    while left > 0:
        number += 1
        area = min(rng.lognormvariate(4.92, 0.65), 1200, max(left, 8))
        left -= area
        day = day_in(rng, year + offset, REMOVING)
        yield _structure(rng, f"YL{year + offset}-{number:03d}", max(day - timedelta(rng.randint(25, 110)), date(year - 5, 1, 3)), day, area)


def _standing(rng: Random, year: int, offset: int) -> Iterator[Structure]:
    """Found but not removed: before the courts, or simply not yet."""
    for number in range(1, 9):
        found = day_in(rng, year + offset, REMOVING)
        yield _structure(rng, f"YL{year + offset}-W{number:02d}", found, None, rng.lognormvariate(4.6, 0.6))


def handled(year: int) -> list[str]:
    """The codes of what goes its way in the system in a year; the last is taken before the county by its owner."""
    return [*(f"YL{year}-S{number:02d}" for number in range(1, FOLLOWED + 1)), f"YL{year}{DISPUTED}"]


def _handled(world: World, offset: int) -> Iterator[Note]:
    """Entered once, on the day on which it was found; what is decided and taken away is brought in by the matter's steps. In January the
    county looks at it like at the others."""
    year = world.year + offset
    for code in handled(year):
        rng = world.rng(LEDGER, code)
        found = visiting_day(date(year, 3 + int(code[-1]) % 3, rng.randint(4, 25)))
        one = Structure(code, grid_of(code), found, found, removed_on(on_the_structure(code, found)), float(area_of(code)), invent_name(rng), rng.choice(("historic", "new")), "")
        yield Note(found, finder_of(code), LEDGER, code, {**_described(one, rng), "area": hundredths(one.area * 1.05), "state": "found", "stepwise": "true"}, one.grid, found, at_once=True)
        if one.removed is not None:
            yield _checked(one, rng)


def _structure(rng: Random, code: str, found: date, removed: date | None, area: float) -> Structure:
    origin = "new" if rng.random() < 0.3 else "historic"
    reuse = rng.choices(("farmland", "greening", "rebuilding", "facility", "none"), (38, 24, 12, 14, 12))[0]
    ordered = found + timedelta(days=rng.randint(8, 20))
    if removed is not None and removed <= ordered:
        ordered = found
    return Structure(code, rng.choice(every_grid()), found, ordered, removed, area, invent_name(rng), origin, reuse)


def _story(one: Structure, rng: Random, area: float) -> Iterator[Note]:
    """Found, ordered, removed, checked by the county: four entries in as many months."""
    who = "alian" if one.grid == HOME_GRID else "laozhou"
    yield Note(
        later(one.found, rng, 0, 4), who, LEDGER, one.code,
        {**_described(one, rng), "area": hundredths(area * rng.uniform(0.9, 1.1)), "state": "found"}, one.grid, one.found,
    )  # fmt: skip
    number = _decision(one)
    # What is ordered and gone within a month is entered once, when it is gone.
    if one.removed is None or posting_day(one.ordered) < posting_day(one.removed):
        decided = {"code": one.code, "state": "ordered", "decision_no": number}
        yield Note(one.ordered, "laozhou", LEDGER, one.code, decided, reason="下达限期拆除决定", manner=PROGRESS)
    if one.removed is not None:
        gone = {"code": one.code, "state": "removed", "area": hundredths(area), "reuse": one.reuse}
        yield Note(
            later(one.removed, rng, 0, 9), "laozhou", LEDGER, one.code, gone, day=one.removed, reason="已拆除，填实拆面积", manner=PROGRESS
        )
        yield _checked(one, rng)


def _decision(one: Structure) -> str:
    return f"{'云执拆' if one.origin == 'historic' else '云执停'}〔{one.ordered.year}〕{one.code.rpartition('-')[2]}号"


def _checked(one: Structure, rng: Random) -> Note:
    """In January the county goes through the year's removals and recognises nearly all."""
    assert one.removed is not None
    word = "recognised" if rng.random() < 0.93 else "reviewed"
    reason = "县三改一拆办认定" if word == "recognised" else "镇里核对过，县里还没有认定"
    told = date(one.removed.year + 1, 1, 18)
    return Note(told, "laozhou", LEDGER, one.code, {"code": one.code}, authority=word, reason=reason, manner=PROGRESS)


def _found_late(one: Structure, rng: Random) -> Iterator[Note]:
    assert one.removed is not None
    told = date(one.removed.year + 1, rng.randint(2, 5), rng.randint(1, 28))
    data = {**_described(one, rng), "area": hundredths(one.area), "state": "removed", "reuse": one.reuse}
    yield Note(told, "laozhou", LEDGER, one.code, data, one.grid, one.removed, reason="补录：拆除时没有登记，清档时发现")


def _measured_again(one: Structure, rng: Random) -> Note:
    assert one.removed is not None
    told = date(one.removed.year + 1, 1, 13) if rng.random() < 0.5 else date(one.removed.year + 1, 2, rng.randint(3, 26))
    area = {"code": one.code, "area": hundredths(one.area)}
    return Note(told, "laozhou", LEDGER, one.code, area, reason="复测，原来把披屋量了两遍", manner=CORRECT)


def _described(one: Structure, rng: Random) -> dict[str, str]:
    floors = rng.choice((1, 1, 2))
    return {
        "code": one.code, "owner": one.owner, "location": f"{village_of(one.grid)}{rng.choice(_SPOTS)}",
        "footprint": hundredths(one.area / floors), "origin": one.origin,
    }  # fmt: skip


def _after_the_report(world: World) -> Iterator[Note]:
    """The plainest difference of the demonstration: a structure of last year's report, corrected in March after it was issued."""
    rng, year = world.rng(LEDGER, "after"), world.year
    code, grid = f"YL{year - 1}-F01", HOME_GRID
    removed = date(year - 1, 10, 16)
    one = Structure(code, grid, removed - timedelta(60), removed - timedelta(45), removed, 486.0, invent_name(rng), "historic", "farmland")
    yield from _story(one, rng, one.area)
    right = {"code": code, "area": "386.00"}
    yield Note(date(year, 3, 12), "laozhou", LEDGER, code, right, reason="百位录错，按测绘报告改", manner=CORRECT)


_SPOTS = ("村口", "老街后", "溪边", "公路旁", "晒谷坪", "茶场边", "学校旧址旁", "水口", "后山脚", "祠堂东侧")


def _way(*actions: str) -> Callable[[Case], bool]:
    """Whether it was removed in one of the ways, the last time."""
    return lambda case: max((action for action in REMOVALS if action in case.taken), key=lambda action: case.taken[action], default="") in actions


def _deeds(world: World) -> Iterator[Series | Choice]:
    """The county's quotas, one of them changed in July; what it recognised of each year, once less than was removed."""
    year = world.year
    for offset, quota in QUOTAS.items():
        when = year + offset
        told = quota + 1500 if offset == -2 else quota
        yield Series(date(when, 1, 12), "laozhou", QUOTA, when, str(told), "recognised", f"县三改一拆办〔{when}〕2号任务书")
        if told != quota:
            yield Series(date(when, 7, 9), "laozhou", QUOTA, when, str(quota), "recognised", f"县三改一拆办〔{when}〕17号年中调整")
    for past in range(year - 5, year + 1):
        share = 966 if past == year - 2 else 1000
        source = f"县三改一拆办{past}年度认定表"
        yield Series(date(past + 1, 1, 22), "laozhou", AREA, past, "", "recognised", source, share)
    yield Choice(date(year - 1, 1, 23), "laozhou", AREA, year - 2, "recognised", "与县里公布的数保持一致，差额已列清单")


LIFE = Life(
    "demolition", "laozhou", (LEDGER,), _notes, _deeds, reckoning=brought,
    counted={
        AREA: flow(LEDGER, "area", state="removed"),
        "demolition.area_self": flow(LEDGER, "area", authority="self", state="removed"),
        "demolition.area_recognised": flow(LEDGER, "area", authority="recognised", state="removed"),
        "demolition.removed": flow(LEDGER, state="removed"),
        "demolition.large_found": cases("reported", "demolition", category="large_structure"),
        "demolition.cases_found": own_cases("reported", "demolition", KIND),
        "demolition.cases_open": open_of_workflow("demolition", KIND, lambda case: case.closed),
        "demolition.cases_struck": own_cases("closed", "demolition", KIND),
        "demolition.removed_self": of_workflow("demolition", KIND, lambda case: case.completed, _way("self_remove")),
        "demolition.removed_forced": of_workflow("demolition", KIND, lambda case: case.completed, _way("carry_out")),
        "demolition.rebuilt": of_workflow("demolition", KIND, lambda case: case.taken.get("rebuilt"), lambda case: case.reopened > 0),
    },
    published=(QUOTA,),
    ratios={"demolition.completion": (AREA, QUOTA)},
)  # fmt: skip
