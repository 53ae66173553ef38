"""疫情随访: nothing until the order came; then people by the hundred in two bad years and a handful afterwards, each forgotten when it was over.

Names are invented and are on no register; nobody's telephone number is entered, an invented one might be somebody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from demo.books import Books
from demo.counting import stock
from demo.deeds import Deed, Switching
from demo.diary import PROGRESS, Note, later
from demo.life import Life
from demo.people import invent_name
from demo.places import MERGED, VILLAGES
from demo.world import World

FOLLOWED, CLERK = "epidemic.followed", "minzheng"


@dataclass(frozen=True)
class Wave:
    """People followed in a year, counted from the last complete one: how many, from which day on over how many, for how long each."""

    year: int
    month: int
    day: int
    over: int
    people: int
    days: int
    order: int


WAVES = (
    Wave(-4, 2, 3, 50, 84, 14, 3), Wave(-4, 7, 20, 25, 19, 14, 3), Wave(-2, 3, 18, 40, 74, 10, 11), Wave(-2, 12, 8, 22, 42, 7, 42),
    Wave(-1, 1, 8, 40, 7, 7, 42), Wave(0, 4, 9, 20, 4, 14, 8), Wave(1, 6, 6, 11, 4, 14, 5),
)  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    for number, wave in enumerate(WAVES):
        year = world.year + wave.year
        rng, first = world.rng(FOLLOWED, number), date(year, wave.month, wave.day)
        order = f"青防指〔{year if wave.month != 1 else year - 1}〕{wave.order}号"
        for turn in range(1, wave.people + 1):
            day, code = first + timedelta(days=rng.randrange(wave.over)), f"随{year}-{number}{turn:03d}"
            data = {
                "code": code, "order_no": order, "person": invent_name(rng), "measure": rng.choices(("stay", "visit", "call"), (40, 25, 35))[0],
                "visits": "0",
            }  # fmt: skip
            village = rng.choice([name for name in VILLAGES if name not in MERGED])
            yield Note(later(day, rng, 0, 1), CLERK, FOLLOWED, code, data, village, day)
            yield _released(code, day, *_end(wave, rng.random(), rng.randint(1, wave.days)))


def _end(wave: Wave, chance: float, early: int) -> tuple[str, int]:
    """What ended it, after how many days."""
    if chance < 0.05:
        return "error", 1
    return ("moved", early) if chance < 0.12 else ("released", wave.days)


def _released(code: str, day: date, outcome: str, days: int) -> Note:
    """Whoever ends it writes the last day down; then the name goes by itself."""
    end, why = day + timedelta(days=days), {"released": "期满解除", "moved": "移交外地继续随访", "error": "名单重复，误登记"}[outcome]
    data = {"code": code, "outcome": outcome, "visits": str(0 if outcome == "error" else max(1, days // 2))}
    return Note(end, CLERK, FOLLOWED, code, data, until=end, reason=why, manner=PROGRESS)


def _deeds(world: World) -> Iterator[Deed]:
    wave = WAVES[0]
    yield Switching(date(world.year + wave.year, wave.month, wave.day) - timedelta(days=3), "epidemic")


def _standing(books: Books, year: int) -> Fraction | None:
    """Not known before anybody was followed."""
    begun = any(page.day.year <= year for page in books.pages[FOLLOWED].values())
    return stock(FOLLOWED)(books, year) if begun else None


LIFE = Life("epidemic", CLERK, (FOLLOWED,), _notes, _deeds, counted={"epidemic.followed": _standing})
