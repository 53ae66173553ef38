"""问题整改销号: what inspectors from above found, put right step by step, struck off; some of it came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.books import Books, Case
from demo.counting import distinct, fitting, flow, left, of_workflow, open_of_workflow, own_cases, stock
from demo.deeds import Series
from demo.diary import PROGRESS, Note, hundredths, later, posting_day
from demo.life import Life
from demo.people import CADRES
from demo.places import COUNTY, SEAT, TOWNSHIP, VILLAGES
from demo.pointing import brought
from demo.world import World

CAMPAIGN, POINT, RELAPSE = "remediation.campaign", "remediation.point", "remediation.relapse"
DEADLINE, CLERK = "remediation.deadline_month", "nongban"
STEPS = ("self_checked_on", "accepted_on", "notice_from", "notice_until", "signed_on")
SPOTS = ("后山坳", "上垟岗", "对门坡", "水口外", "老茶场", "石壁下", "横路头", "大湾里", "杉树坪", "乌石岗", "溪滩头", "庙后")
LEFT_OVER = 0.06  # not struck off in its year
BACK = 0.04  # came back within a year or two
STEPWISE = (3, 4, 5)  # of the yearly campaign these points go their way in the system, in the village of the street


@dataclass(frozen=True)
class Drive:
    """A kind of campaign: where it came from, how many points it has, how large (亩)."""

    kind: str
    title: str
    source: str
    points: tuple[int, int]
    area: tuple[float, float]


EVERY_YEAR = Drive("forest_land", "涉林垦造耕地问题整改", "state", (11, 24), (1.2, 26))
BY_TURNS = (
    Drive("bare_hill", "青山白化治理", "province", (5, 9), (0.3, 4)), Drive("river_bank", "岸线乱占清理", "river_film", (4, 8), (0.1, 2)),
    Drive("odour", "养殖污染整治", "own", (3, 7), (0.2, 3)), Drive("roadside", "六边三化整治", "own", (6, 11), (0.1, 1.5)),
)  # fmt: skip


def deadline(world: World, year: int) -> int:
    """The month by whose end the year's points on forest land are to be put right."""
    return world.rng(DEADLINE, year).choice((6, 8, 9, 10))


def _notes(world: World) -> Iterator[Note]:
    for year in world.years:
        rng = world.rng(CAMPAIGN, year)
        yield from _campaign(rng, world, year, EVERY_YEAR, f"ZG{year}01", deadline(world, year))
        yield from _campaign(rng, world, year, BY_TURNS[year % len(BY_TURNS)], f"ZG{year}02", 11)


def _campaign(rng: Random, world: World, year: int, drive: Drive, code: str, month: int) -> Iterator[Note]:
    """The task paper comes in the first days of the year: its points are known before anything is done about them."""
    day, due = date(year, 1, rng.randint(5, 8)), date(year, month + 1, 1) - timedelta(days=1)
    data = {
        "code": code, "title": f"{year}年{drive.title}", "source": drive.source, "doc_no": f"青整改办〔{year}〕{rng.randint(1, 9)}号",
        "due_on": due.isoformat(), "leader": rng.choice(CADRES),
    }  # fmt: skip
    yield Note(day, CLERK, CAMPAIGN, code, data, TOWNSHIP, day)
    for number in range(1, rng.randint(*drive.points) + 1):
        yield from _point(rng, f"{code}-{number:02d}", code, drive, day, due, number if drive is EVERY_YEAR else 0)


def _point(rng: Random, code: str, campaign: str, drive: Drive, found: date, due: date, number: int) -> Iterator[Note]:
    """One point to its end; of the yearly campaign the first comes back early next year, the second within its own year."""
    village, area = rng.choice(list(VILLAGES)), rng.uniform(*drive.area)
    village = SEAT if number in STEPWISE else village
    data = {
        "code": code, "campaign": campaign, "kind": drive.kind, "spot": f"{village}{rng.choice(SPOTS)}", "area": hundredths(area),
        "measure_taken": rng.choice(("退耕还林，补植阔叶树", "清理复绿", "拆除平整", "截污纳管")), "due_on": due.isoformat(), "photos": "before",
    }  # fmt: skip
    if number in STEPWISE:
        yield Note(later(found, rng, 0, 1), CLERK, POINT, code, {**data, "stepwise": "true"}, village, found)
        return
    yield Note(later(found, rng, 0, 1), CLERK, POINT, code, data, village, found)
    days = _days(rng, due)
    if number not in (1, 2) and rng.random() < LEFT_OVER:
        days = [day + timedelta(days=rng.randint(200, 260)) for day in days]
    checked = {"code": code, "self_checked_on": days[0].isoformat(), "photos": "both"}
    yield Note(max(later(days[0], rng, 1, 5), posting_day(found) + timedelta(days=21)), CLERK, POINT, code, checked, reason="镇自验合格", manner=PROGRESS)
    struck = later(days[-1], rng, 2, 8)
    filed = {"code": code, **{step: day.isoformat() for step, day in zip(STEPS[1:], days[1:], strict=True)}, "filed_no": f"云整备〔{struck.year}〕{code[-5:]}号"}
    yield Note(later(struck, rng, 0, 3), CLERK, POINT, code, filed, until=struck, reason="公示无异议，签字报备销号", manner=PROGRESS)
    if number == 1:
        yield from _relapsed(rng, code, village, date(struck.year + 1, rng.randint(2, 3), rng.randint(3, 26)), area)
    elif number == 2:
        yield from _relapsed(rng, code, village, struck + timedelta(days=rng.randint(28, 46)), area)
    elif rng.random() < BACK:
        yield from _relapsed(rng, code, village, struck + timedelta(days=rng.randint(70, 400)), area)


def _days(rng: Random, due: date) -> list[date]:
    """The days of the five steps, the last some time before the deadline."""
    signed = due - timedelta(days=rng.randint(8, 40))
    until = signed - timedelta(days=rng.randint(2, 6))
    begun = until - timedelta(days=rng.choice((7, 7, 8)))
    accepted = begun - timedelta(days=rng.randint(3, 9))
    return [accepted - timedelta(days=rng.randint(6, 18)), accepted, begun, until, signed]


def _relapsed(rng: Random, code: str, village: str, found: date, area: float) -> Iterator[Note]:
    """It came back: the old point again, not a new one; put right within weeks, or still open."""
    key = {"point": code, "turn": "1"}
    data = {**key, "found_by": rng.choice(("patrol", "residents", "above", "satellite")), "area": hundredths(area * rng.uniform(0.1, 0.5))}
    yield Note(later(found, rng, 0, 4), CLERK, RELAPSE, f"{code}/1", data, village, found)
    if rng.random() < 0.85:
        restored = found + timedelta(days=rng.randint(15, 60))
        right = {**key, "restored_on": restored.isoformat()}
        told = max(later(restored, rng, 1, 5), posting_day(later(found, rng, 4, 4)) + timedelta(days=1))
        yield Note(told, CLERK, RELAPSE, f"{code}/1", right, reason="再次整改到位", manner=PROGRESS)


def _deeds(world: World) -> Iterator[Series]:
    for year in world.years:
        source = f"{COUNTY}涉林垦造耕地问题整改{year}年度任务书"
        yield Series(date(year, 1, 9), CLERK, DEADLINE, year, str(deadline(world, year)), "recognised", source)


def _short(books: Books, year: int) -> Fraction:
    """Struck off in the year though a step is missing."""
    struck = (page for page in books.pages[POINT].values() if page.until is not None and page.until.year == year)
    return Fraction(sum(not all(page.data.get(step) for step in (*(() if page.data.get("stepwise") else STEPS), "filed_no")) for page in struck))


def _said(day: str) -> Callable[[Case], date | None]:
    """The last day that a field of the flow names."""
    return lambda case: date.fromisoformat(case.said[day]) if day in case.said else None


LIFE = Life(
    "remediation", CLERK, (CAMPAIGN, POINT, RELAPSE), _notes, _deeds, reckoning=brought,
    counted={
        "remediation.forest_plots_target": flow(POINT, time="due_on", kind="forest_land"),
        "remediation.forest_plots_struck": left(POINT, kind="forest_land"),
        "remediation.points_found": flow(POINT),
        "remediation.points_due": flow(POINT, time="due_on"),
        "remediation.points_struck": left(POINT),
        "remediation.points_open": stock(POINT),
        "remediation.struck_short": _short,
        "remediation.relapses": flow(RELAPSE),
        "remediation.steps_begun": own_cases("reported", "remediation"),
        "remediation.steps_open": open_of_workflow("remediation", None, lambda case: case.closed),
        "remediation.steps_struck": own_cases("closed", "remediation"),
        "remediation.steps_on_notice": of_workflow("remediation", None, _said("notice_from")),
        "remediation.steps_again": own_cases("reported", "remediation", measure="reworked"),
        "remediation.steps_relapsed": of_workflow("remediation", None, _said("relapsed_on"), lambda case: case.reopened > 0),
        "remediation.points_relapsed": distinct(RELAPSE, "point"),
        "remediation.relapses_unrestored": fitting(RELAPSE, lambda page: not page.data.get("restored_on")),
    },
    published=(DEADLINE,),
    reaching_back=("remediation.relapses_unrestored",),
)  # fmt: skip
