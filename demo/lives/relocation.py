"""大搬快聚: households of the far villages who sign, move, and pull their old houses down, some of them late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from demo.counting import distinct, flow
from demo.diary import CORRECT, PROGRESS, Note, hundredths, later
from demo.life import Life
from demo.places import village_of
from demo.population import Household
from demo.world import World

MOVE, AFTERCARE = "relocation.move", "relocation.aftercare"
FAR = ("大源头村", "石门坑村", "白鹤岙村", "枫树湾村", "西坞村")
SIGNED = (34, 31, 36, 29, 27, 24, 20)  # agreements a year, −5 … +1
STANDS_STILL = 0.06  # share of old houses that nobody pulls down
_HELP = ("job", "training", "industry", "school", "papers")


def _notes(world: World) -> Iterator[Note]:
    rng = world.rng(MOVE)
    far = [one for one in world.population.households if village_of(one.grid) in FAR and one.since.year < world.year - 5]
    chosen = iter(rng.sample(far, len(far)))
    for year, usual in zip(world.years, SIGNED, strict=True):
        for number in range(usual + rng.randint(-3, 3)):
            yield from _moving(world, next(chosen), year, number + 1, rng)


def _moving(world: World, home: Household, year: int, number: int, rng: Random) -> Iterator[Note]:
    signed = date(year, rng.randint(2, 6), rng.randint(1, 28))
    people = sum(one.is_there(signed) for one in world.population.members[home.code])
    if not people:
        return
    key = f"云搬〔{year}〕{number:03d}"
    slip = number == 7
    data = {
        "agreement_no": key, "household": home.code, "people": people + slip, "old_house_area": hundredths(rng.uniform(58, 190)),
        "scheme": rng.choices(("poverty", "disaster", "ecology"), (68, 22, 10))[0],
        "settling": rng.choices(("collective", "self", "urban"), (58, 15, 27))[0],
    }  # fmt: skip
    yield Note(later(signed, rng, 2, 15), "nongban", MOVE, key, data, home.grid, signed)
    if slip:
        right = {"agreement_no": key, "people": people}
        yield Note(later(signed, rng, 55, 75), "nongban", MOVE, key, right, reason="外嫁的女儿多算了一人", manner=CORRECT)
    yield from _settled(key, home, signed, rng)


def _settled(key: str, home: Household, signed: date, rng: Random) -> Iterator[Note]:
    """They leave, move in, and mostly pull the old house down; the office helps some of them on."""
    left = later(signed, rng, 80, 300)
    moved_in = later(left, rng, 5, 120)
    days = {"agreement_no": key, "left_on": left.isoformat(), "moved_in_on": moved_in.isoformat()}
    yield Note(later(moved_in, rng, 1, 12), "nongban", MOVE, key, days, reason="入住交接单已签", manner=PROGRESS)
    if rng.random() >= STANDS_STILL:
        gone = later(moved_in, rng, 30, 150)
        down = {"agreement_no": key, "demolished_on": gone.isoformat()}
        yield Note(later(gone, rng, 13, 30), "nongban", MOVE, key, down, reason="旧房拆除验收", manner=PROGRESS)
    for number in range(rng.choice((0, 1, 1, 2))):
        day = moved_in + timedelta(days=60 + 150 * number + rng.randint(0, 90))
        data = {"move": key, "sheet": str(number + 1), "kind": rng.choice(_HELP)}
        yield Note(later(day, rng, 1, 9), "nongban", AFTERCARE, f"{key}/{number + 1}", data, home.grid, day)


LIFE = Life(
    "relocation", "nongban", (MOVE, AFTERCARE), _notes,
    counted={
        "relocation.households": flow(MOVE, time="moved_in_on"),
        "relocation.persons": flow(MOVE, "people", time="moved_in_on"),
        "relocation.signed": flow(MOVE),
        "relocation.old_houses_demolished": flow(MOVE, time="demolished_on"),
        "relocation.old_house_area": flow(MOVE, "old_house_area", time="demolished_on"),
        "relocation.not_demolished": flow(MOVE, time="moved_in_on", demolished_on=None),
        "relocation.households_followed": distinct(AFTERCARE, "move"),
    },
    reaching_back=("relocation.not_demolished",),
)  # fmt: skip
