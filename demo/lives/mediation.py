"""矛盾纠纷调解: disputes, some taken over from the grids and from petitions; agreements and whether they were kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from demo.counting import cases, flow, open_cases
from demo.deeds import Handling
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, money, posting_day
from demo.life import Life
from demo.lives import grid, petition
from demo.matters import Course, Passed, follow
from demo.places import TOWN, every_grid, village_of
from demo.world import World

AGREEMENT = "mediation.agreement"
A_YEAR = (52, 58, 55, 61, 63, 60, 56)  # that come of themselves, in the years −5 … +1
_SEASON = (12, 9, 8, 8, 8, 7, 7, 7, 8, 8, 9, 9)
_KINDS = (
    ("neighbours", "邻里通行纠纷", 24), ("neighbours", "滴水排水纠纷", 14), ("land", "山林界址纠纷", 16), ("land", "承包地流转纠纷", 12),
    ("marriage", "婚姻家庭纠纷", 16), ("support", "赡养纠纷", 8), ("labour", "劳务报酬纠纷", 12), ("injury", "损害赔偿纠纷", 10),
    ("contract", "民间借贷纠纷", 10), ("compensation", "征迁补偿分配纠纷", 4),
)  # fmt: skip
_RESULTS = ("双方达成书面协议", "双方当面说开，达成协议", "会同村里划清界线，达成协议")
_NO_RESULTS = ("三次调解未能一致", "一方不愿继续调解，告知诉讼途径")
_LINKS = (("people", "administrative", "judicial", "police", "petition"), (66, 10, 6, 14, 4))


@dataclass(frozen=True)
class Dispute:
    """One dispute under its number, with all that was done about it; ``slip`` when others passed it on."""

    number: str
    slip: str
    course: Course
    steps: tuple[Handling, ...]

    def last(self, action: str) -> date | None:
        """When a step was last taken."""
        return max((step.day for step in self.steps if step.action == action), default=None)


@cache
def disputes(world: World) -> tuple[Dispute, ...]:
    """All disputes, numbered year by year in the order in which they were taken up."""
    taken: list[tuple[date, str, Passed | None]] = [(one.day, one.slip, one) for life in (grid, petition) for one in life.passed_on(world)]
    for year, many in zip(world.years, A_YEAR, strict=True):
        rng = world.rng("mediation", year)
        taken += [(max(day_in(rng, year, _SEASON), date(year, 1, 8)), f"{number:03d}", None) for number in range(many)]
    found: list[Dispute] = []
    for year in world.years:
        of_year = sorted((day, slip, one) for day, slip, one in taken if day.year == year)
        found += [_dispute(world, day, number, one) for number, (day, _, one) in enumerate(of_year, start=1)]
    return tuple(found)


def _dispute(world: World, day: date, number: int, passed: Passed | None) -> Dispute:
    rng = world.rng("mediation", day.year, number)
    kind, called, _ = rng.choices(_KINDS, [weight for _, _, weight in _KINDS])[0]
    name = f"{TOWN}人调〔{day.year}〕第{number}号"
    ending = rng.choices(("settled", "failed", "court"), (88, 7, 5))[0]
    channel = "transferred" if passed else rng.choices(("applied", "initiative", "delegated"), (60, 32, 8))[0]
    title = f"{name} {passed.title}（移交单 {passed.slip}）" if passed else f"{name} {called}"
    course = Course(
        "mediation", f"mediation/{day.year}-{number:03d}", title, kind, channel, passed.place if passed else rng.choice(every_grid()),
        "chuangkou", "sifa", "司法所", _RESULTS if ending == "settled" else _NO_RESULTS, void=0.0 if passed else 0.03,
        reworked=0.05, suspended=0.05, reopened=0.02, pace=(1, 2, 3, 5, 8), ending=ending,
        waits=("一方当事人在外地，约好回来再谈", "等测绘结果", "等伤残鉴定意见"),
    )  # fmt: skip
    return Dispute(name, passed.slip if passed else "", course, tuple(follow(course, day, rng)))


def _deeds(world: World) -> Iterator[Handling]:
    for one in disputes(world):
        yield from one.steps


def _notes(world: World) -> Iterator[Note]:
    for one in disputes(world):
        signed = one.last("complete")
        if one.course.ending == "settled" and signed is not None:
            yield from _agreement(one, signed, world.rng(AGREEMENT, one.number))


def _agreement(one: Dispute, signed: date, rng: Random) -> Iterator[Note]:
    key, village = {"agreement_no": one.number}, village_of(one.course.place)
    oral = rng.random() < 0.28
    amount = money(rng.lognormvariate(8.6, 1.0), 50) if rng.random() < 0.62 else None
    data = {
        **key, "link": "petition" if one.slip.startswith("信") else rng.choices(*_LINKS)[0], "shape": "oral" if oral else "written",
        "parties": str(rng.choice((2, 2, 2, 3, 4, 6))), "mediator": rng.choice(("吴砚青", "雷守田", "钟有志", "柳成蹊")),
    } | ({"from_no": one.slip} if one.slip else {})  # fmt: skip
    at_once = oral or amount is None or rng.random() < 0.25
    due = later(signed, rng, 15, 110)
    kept = {"fulfilment": "fulfilled", "fulfilled_on": signed.isoformat()} if at_once else {"fulfilment": "pending", "due_on": due.isoformat()}
    slip = amount is not None and rng.random() < 0.05
    entered = {"amount": f"{amount}0" if slip else amount} if amount else {}
    told = later(signed, rng, 0, 5)
    yield Note(told, "sifa", AGREEMENT, one.number, data | kept | entered, village, signed)
    told = posting_day(told)
    if slip:
        right = {**key, "amount": str(amount)}
        yield Note(later(told, rng, 4, 20), "sifa", AGREEMENT, one.number, right, reason="与协议书核对，多打了一个零", manner=CORRECT)
    if not at_once:
        yield _performed(one, key, signed, due, rng)
    if not oral and rng.random() < 0.16:
        confirmed = later(signed, rng, 12, 40)
        paper = {**key, "confirm_applied_on": (confirmed - timedelta(days=10)).isoformat(), "confirmed_on": confirmed.isoformat()}
        yield Note(later(confirmed, rng, 1, 6), "sifa", AGREEMENT, one.number, paper, reason="法院裁定确认", manner=PROGRESS)


def _performed(one: Dispute, key: dict[str, str], signed: date, due: date, rng: Random) -> Note:
    how = rng.choices(("fulfilled", "breached", "part"), (87, 7, 6))[0]
    visit = later(due, rng, 1, 12)
    data = {**key, "fulfilment": how, "visited_on": visit.isoformat()}
    if how == "fulfilled":
        data["fulfilled_on"] = max(signed, due - timedelta(days=rng.randint(0, 10))).isoformat()
    return Note(visit, "sifa", AGREEMENT, one.number, data, reason="回访，看过履行凭证", manner=PROGRESS)


LIFE = Life(
    "mediation", "sifa", (AGREEMENT,), _notes, _deeds,
    counted={
        "mediation.received": cases("reported", "mediation"),
        "mediation.settled": cases("closed", "mediation", ending="settled"),
        "mediation.failed": cases("closed", "mediation", ending=("failed", "court")),
        "mediation.transferred": cases("reported", "mediation", channel="transferred"),
        "mediation.open": open_cases("mediation"),
        "mediation.agreements": flow(AGREEMENT),
        "mediation.oral_agreements": flow(AGREEMENT, shape="oral"),
        "mediation.amount": flow(AGREEMENT, "amount"),
        "mediation.fulfilled": flow(AGREEMENT, time="fulfilled_on", fulfilment="fulfilled"),
        "mediation.breached": flow(AGREEMENT, fulfilment="breached"),
        "mediation.confirmed": flow(AGREEMENT, time="confirmed_on"),
    },
    ratios={"mediation.success_rate": ("mediation.settled", "mediation.received")},
)  # fmt: skip
