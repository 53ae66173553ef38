"""A structure on its way from the finding to 销号, and what the system brings of it into the ledger. All hangs on its code and the day on
which the rule heard of it, so that the matter and the ledger tell one story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from demo.books import Case
from demo.bringing import Brought
from demo.courses import Steps
from demo.deeds import Handling
from demo.diary import PROGRESS, Note
from demo.places import HOME_GRID, SEAT, grid_names
from demo.world import World

LEDGER, RULE = "demolition.structure", "demolition.handled"
CLERK, SYSTEM = "laozhou", "system"
REMOVALS = ("self_remove", "help_remove", "carry_out")
DISPUTED = "-W09"  # how the code ends of what its owner takes before the county


def grid_of(code: str) -> str:
    """The grid in which it stands, in the village of the street."""
    return Random(f"网格/{code}").choice(grid_names(SEAT))


def finder_of(code: str) -> str:
    """Who found it and stopped it."""
    return "alian" if grid_of(code) == HOME_GRID else CLERK


def decision_of(code: str, year: int) -> str:
    """The number of the decision on it."""
    return f"云执拆〔{year}〕{code.rpartition('-')[2]}号"


def area_of(code: str, again: int = 0) -> str:
    """What the tape said when it was gone (m²), the first time or after it was built ``again``."""
    return f"{Random(f'面积/{code}/{again}').randint(12, 48) if again else Random(f'面积/{code}').randint(50, 160)}.50"


def on_the_structure(code: str, opened: date) -> list[Handling]:
    """Its steps, under the name of its code; that with number S01 is built up again in even years."""
    return list(_way(Steps("demolition", code, opened, Random(f"拆/{code}/{opened}")), code))


def structure(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """The same, of the matter that the rule opened."""
    yield from (replace(step, matter=steps.matter) for step in on_the_structure(steps.matter.split(":")[1], steps.day))


def removed_on(steps: Sequence[Handling]) -> date | None:
    """The day on which it was first gone."""
    return next((step.day for step in steps if step.action in REMOVALS), None)


def _way(steps: Steps, code: str) -> Iterator[Handling]:
    rng, year = Random(f"事/{code}"), steps.day.year
    yield replace(steps.take(finder_of(code), "stop", 0, 0, result="到场叫停，拍了照"), hour=17)  # it is opened in the morning of that very day
    yield steps.take(CLERK, "judge", 1, 2, verdict="illegal", paper_no=f"认定-{code}")
    yield steps.take(CLERK, "inform", 1, 1, paper_no=f"告知-{code}")
    ordered = steps.take("fenguan", "order", 4, 9, heard=rng.choice(("none", "heard")), paper_no=decision_of(code, year))
    yield replace(ordered, more=(*ordered.more, ("due_on", (ordered.day + timedelta(days=15)).isoformat())))
    if code.endswith(DISPUTED):
        yield steps.take(CLERK, "stay", 20, 40, reason="当事人向县政府申请行政复议", paper_no=f"青政复〔{year}〕{rng.randint(1, 40)}号")
        yield steps.take(CLERK, "go_on", 55, 75, reason="县政府维持限拆决定", paper_no=f"青政复决〔{year}〕{rng.randint(1, 40)}号")
        return
    if rng.random() < 0.7:
        yield steps.take(CLERK, "self_remove", 6, 18, result="当事人自己拆完，量过面积", removed_area=area_of(code))
    else:
        yield steps.take(CLERK, "help_remove", 6, 18, result="请镇里助拆，当天拆完", paper_no=f"助拆申请-{code}", removed_area=area_of(code))
    yield from _used(steps, rng)
    if code.endswith("-S01") and not int(code[2:6]) % 2:
        found = steps.take(CLERK, "rebuilt", 90, 160, reason="原地又搭起钢棚")
        yield replace(found, more=(("rebuilt_on", found.day.isoformat()),))
        yield steps.take(CLERK, "stop", 0, 0, result="当场叫停，下了停工通知")
        yield steps.take(CLERK, "self_remove", 2, 6, result="自己拆了钢棚", removed_area=area_of(code, 1))
        yield from _used(steps, rng)


def _used(steps: Steps, rng: Random) -> Iterator[Handling]:
    yield steps.take(CLERK, "put_to_use", 5, 40, reuse=rng.choice(("farmland", "greening", "facility", "none")))
    yield steps.take("duizhang", "strike_off", 1, 6)


def brought(world: World) -> Brought:
    """What the steps write into the ledger by themselves."""
    return Brought(LEDGER, RULE, _brought)


def _brought(code: str, case: Case) -> Iterator[Note]:
    """The record as the matter has it; what was built again and is gone again is a record of its own."""
    gone, told = case.completed, case.said
    used = {"reuse": told["reuse"]} if gone and case.taken.get("put_to_use", date.min) >= gone else {}
    if case.reopened:
        if gone:
            again = f"{code}-F{case.reopened}"
            yield Note(gone, SYSTEM, LEDGER, again, {"code": again, "state": "removed", "origin": "new", "area": told["removed_area"]}, grid_of(code), gone)
            yield Note(gone, SYSTEM, LEDGER, again, {"code": again, **used}, reason="拆后利用", manner=PROGRESS)
    elif gone:
        yield Note(gone, SYSTEM, LEDGER, code, {"code": code, "state": "removed", "area": told["removed_area"], **used}, day=gone, reason="已拆除", manner=PROGRESS)
    elif "order" in case.taken:
        decided = {"code": code, "state": "ordered", "decision_no": decision_of(code, case.reported.year)}
        yield Note(case.taken["order"], SYSTEM, LEDGER, code, decided, reason="已下限拆决定", manner=PROGRESS)
