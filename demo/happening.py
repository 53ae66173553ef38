"""Happenings that are told step by step: first by phone, then in writing, day after day to the last report. What goes this way is not in the
ledger of bulletins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

from demo.books import Books, Case
from demo.counting import Count, of_workflow
from demo.deeds import Handling
from demo.places import MERGED, VILLAGES
from demo.world import World

FLOW, KIND = "emergency.happening", "happening"
SIGNER = "yezhenzhang"
REPORTS = ("report_by_phone", "report_in_writing", "next_report", "final_report")
# (month, kind, title, what is told first, what at the end).
_TOLD = (
    (4, "forest_fire", "后山起火", "过火约两亩，扑救中，无人受伤", "明火已灭，过火三亩，起因是上坟烧纸"), (6, "landslide", "村道塌方", "塌方约三百方，交通中断，无人受伤", "道路抢通，转移的四人已返回"),
    (7, "traffic", "面包车翻下路基", "车上三人，一人轻伤，已送医", "伤者出院，路基已修复"), (9, "drowning", "水库边有人落水", "救起一人，已送医", "人已脱险，水边加了护栏"),
)  # fmt: skip


def happenings(world: World) -> Iterator[Handling]:
    """Two happenings a year, each told from the first report to the last; now and then one that was none."""
    for year in world.years:
        rng = world.rng(FLOW, year)
        for number, told in enumerate(rng.sample(_TOLD, 2), start=1):
            yield from _told_on(rng, year, f"happening/{year}-{number}", *told)
        if year % 3 == 0:
            yield from _none_at_all(rng, date(year, 10, rng.randint(9, 25)), f"happening/{year}-3")


class _Telling:
    """The steps of one happening: whatever the day of the week."""

    def __init__(self, matter: str, day: date, kind: str) -> None:
        self.matter, self.day, self.kind, self.hour = matter, day, kind, 8

    def opened(self, title: str, place: str) -> Handling:
        return Handling(
            self.day, "yingji", "emergency", self.matter, "report", title, KIND, "call", place, more=(("kind", self.kind), ("injured", "0"), ("dead", "0")), workflow=FLOW,
            hour=self.hour,
        )  # fmt: skip

    def later(self, days: int) -> None:
        """Some days after, an hour earlier than before: a report each day is in time, and none is later than the hour of entering."""
        self.day, self.hour = self.day + timedelta(days=days), self.hour - 1

    def tell(self, action: str, *, reason: str = "", result: str = "", **more: str) -> Handling:
        return Handling(self.day, "yingji", "emergency", self.matter, action, reason=reason, result=result, more=tuple(more.items()), workflow=FLOW, hour=self.hour)

    def signed(self, action: str) -> Handling:
        """What was drafted goes out when the mayor has signed it."""
        return Handling(self.day, SIGNER, "emergency", self.matter, action, workflow=FLOW, hour=self.hour)


def _told_on(rng: Random, year: int, matter: str, month: int, kind: str, title: str, first: str, last: str) -> Iterator[Handling]:
    """First by phone, then in writing, day after day until it is over; once in a while a day is missed, or the toll changes afterwards."""
    telling, village = _Telling(matter, date(year, month, rng.randint(3, 20)), kind), rng.choice([one for one in VILLAGES if one not in MERGED])
    hurt = {"injured": "1" if kind in ("traffic", "drowning") else "0", "dead": "0", "missing": "0"}
    yield telling.opened(f"{village}{title}", village)
    yield telling.tell("report_by_phone", grade="small", receiver="县应急局值班室", result=first, **hurt)
    paper = f"云应急〔{year}〕{rng.randint(1, 60)}号"
    yield telling.tell("report_in_writing", grade="small", happened_on=telling.day.isoformat(), spot=f"{village}境内", scope=first, measures="现场已警戒，人员在处置", paper_no=paper, **hurt)
    yield telling.signed("sign")
    for missed in (rng.random() < 0.3, False)[: rng.choice((1, 1, 2))]:
        telling.later(2 if missed else 1)
        yield telling.tell("next_report", trend="eased", measures="处置中，现场已警戒", **hurt)
        yield telling.signed("sign")
    telling.later(1)
    yield telling.tell("final_report", scope=first, measures=last, **hurt)
    yield telling.signed("sign_final")
    if kind == "traffic":
        telling.later(9)
        yield telling.tell("revise", reason="送医的人里又有一人查出骨折")
        yield telling.tell("final_report", scope=first, measures="受伤两人，均无生命危险", injured="2", dead="0", missing="0")
        yield telling.signed("sign_final")


def _none_at_all(rng: Random, day: date, matter: str) -> Iterator[Handling]:
    telling, village = _Telling(matter, day, "fire"), rng.choice([one for one in VILLAGES if one not in MERGED])
    yield telling.opened(f"{village}冒浓烟", village)
    yield telling.tell("dismiss", reason="到场看过，是烧田埂，已灭，教育过本人", receiver="县应急局值班室")


def happened(fits: Callable[[Case], bool] = lambda case: True, measure: str = "") -> Count:
    """Happenings of the flow, by the day on which the township heard of them."""
    return of_workflow("emergency", KIND, lambda case: case.reported, lambda case: "dismiss" not in case.taken and fits(case), measure, by_report=True)


def missed_a_day(case: Case) -> bool:
    """Whether a report came more than a day after the one before."""
    days = [step.day for step in case.steps if step.action in REPORTS]
    return any((later_on - before).days > 1 for before, later_on in pairwise(days) if later_on <= (case.first.get("final_report") or later_on))


def reports(books: Books, year: int) -> Fraction | None:
    found = [case for case in books.of_line["emergency"] if case.category == KIND and case.reported.year == year]
    return Fraction(sum(sum(step.action in REPORTS for step in case.steps) for case in found if "dismiss" not in case.taken)) if found else None
