"""项目建设: what was begun, what was spent on it month by month, what was finished."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import Count, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, hundredths, later
from demo.life import Life
from demo.people import CADRES
from demo.places import VILLAGES
from demo.world import World

PROJECT, PAYMENT = "project.project", "project.payment"
BEAUTIFUL_TOWN = {-6: 2000, -5: 2150, -4: 2300, -3: 2240, -2: 2520, -1: 2610, 0: 2780, 1: 2700}  # 万元 begun, by year
MONTHLY = (5, 3, 8, 9, 10, 10, 8, 8, 10, 11, 10, 8)  # weights: little is built around the Spring Festival


@dataclass(frozen=True)
class Sort:
    """A category: how many begin a year, what they cost (万元), how long they take (months), what they are called."""

    category: str
    count: tuple[int, int]
    cost: tuple[int, int]
    months: tuple[int, int]
    titles: tuple[str, ...]


SORTS = (
    Sort("beautiful_town", (5, 6), (220, 640), (6, 13), ("老街立面整治", "滨溪绿道", "文化礼堂提升", "集镇管网改造", "入口景观", "便民服务中心改建", "农贸市场改造", "口袋公园", "亮化工程", "立体停车与广场")),
    Sort("small_town", (1, 2), (90, 260), (5, 9), ("背街小巷整治", "杆线序化", "沿街店招整治", "环境综合整治巩固提升")),
    Sort("parking", (2, 3), (28, 85), (2, 5), ("公共停车场", "村口停车场", "游客停车场")),
    Sort("village", (2, 3), (80, 240), (5, 10), ("精品村建设", "庭院整治", "古道修缮", "农房改造")),
    Sort("road", (2, 3), (90, 320), (4, 9), ("通村公路拓宽", "林区道路硬化", "桥梁加固", "农村公路安防")),
    Sort("tourism", (1, 2), (150, 480), (6, 14), ("茶旅综合体", "民宿集群配套", "研学营地", "露营基地")),
    Sort("governance", (0, 1), (30, 90), (3, 6), ("基层治理综合信息平台", "山洪预警设施")),
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """One project as it will turn out. ``fate``: completed, or stopped for good or for now."""

    code: str
    title: str
    category: str
    village: str
    cost: int
    begun: date
    months: int
    accepted: date
    fate: str


def _notes(world: World) -> Iterator[Note]:
    """All notes of both ledgers; projects begun in the year before the ledgers appear with what was left of them."""
    year = world.year
    first = date(year - 5, 1, 1)
    for offset in range(-6, 2):
        rng = world.rng(PROJECT, offset)
        slip = rng.randrange(4)
        for number, one in enumerate(_begun(rng, year + offset, BEAUTIFUL_TOWN[offset])):
            if one.accepted >= first:
                yield from _story(one, rng, first, number == slip)


def _begun(rng: Random, year: int, beautiful_town: int) -> Iterator[Project]:
    number = 0
    for sort in SORTS:
        count = rng.randint(*sort.count)
        costs = [rng.randint(*sort.cost) for _ in range(count)]
        if sort.category == "beautiful_town":
            costs = [cost * beautiful_town // sum(costs) for cost in costs]
        for village, what, cost in zip(rng.sample(list(VILLAGES), count), rng.sample(sort.titles * 3, count), costs, strict=True):
            number += 1
            begun = date(year, rng.choices(range(1, 12), (3, 2, 10, 9, 7, 6, 5, 4, 5, 4, 2))[0], rng.randint(1, 28))
            months = rng.randint(*sort.months)
            end = _month_end(begun, months - 1)
            fate = "completed"
            if number == 9 and year % 3 == 1:
                fate = "suspended" if year % 2 else "cancelled"
            title = f"{village}{what}"
            accepted = later(end, rng, 18, 50)
            yield Project(f"YLX{year}{number:02d}", title, sort.category, village, cost, begun, months, accepted, fate)


def _story(one: Project, rng: Random, first: date, slip: bool) -> Iterator[Note]:
    told = max(later(one.begun, rng, 3, 15), first + timedelta(days=4))
    opening = {
        "code": one.code, "title": one.title, "category": one.category, "planned_total": str(one.cost), "state": "building",
        "leader": rng.choice(CADRES),
    }  # fmt: skip
    yield Note(told, "jingfaban", PROJECT, one.code, opening, one.village, one.begun)
    spent = one.months if one.fate == "completed" else max(2, one.months // 2)
    yield from _payments(one, rng, first, spent, slip)
    if one.fate == "completed":
        done = {"code": one.code, "state": "completed", "completed_on": one.accepted.isoformat()}
        yield Note(later(one.accepted, rng, 1, 8), "jingfaban", PROJECT, one.code, done, reason="竣工验收合格", manner=PROGRESS)
    else:
        why = "资金不到位，暂停" if one.fate == "suspended" else "政策处理谈不下来，取消"
        told = later(_month_end(one.begun, spent), rng, 5, 30)
        yield Note(told, "jingfaban", PROJECT, one.code, {"code": one.code, "state": one.fate}, reason=why, manner=PROGRESS)


def _payments(one: Project, rng: Random, first: date, months: int, slip: bool) -> Iterator[Note]:
    ends = [_month_end(one.begun, ahead) for ahead in range(one.months)]
    weights = [MONTHLY[end.month - 1] for end in ends]
    for ahead, end in enumerate(ends[:months]):
        planned = one.cost * weights[ahead] / sum(weights)
        done = planned * rng.uniform(0.82, 1.08)
        paid = done * rng.uniform(0.55, 0.98)
        if end < first:
            continue
        key = {"project": one.code, "sheet": f"{end:%Y-%m}"}
        name = "/".join(key.values())
        wrong = slip and ahead == months // 2
        entered = hundredths(done * 1.15) if wrong else hundredths(done)
        data = {**key, "category": one.category, "planned": hundredths(planned), "done": entered, "paid": hundredths(paid)}
        told = later(end, rng, 2, 8)
        yield Note(told, "jingfaban", PAYMENT, name, data, one.village, end)
        if wrong:
            right = {**key, "done": hundredths(done)}
            yield Note(later(told, rng, 30, 50), "jingfaban", PAYMENT, name, right, reason="监理核减工程量", manner=CORRECT)


def _month_end(day: date, ahead: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _completed(**where: str) -> Count:
    return flow(PROJECT, time="completed_on", state="completed", **where)


LIFE = Life(
    "project", "jingfaban", (PROJECT, PAYMENT), _notes,
    counted={
        "project.town_investment": flow(PAYMENT, "done"),
        "project.beautiful_town_investment": flow(PAYMENT, "done", category="beautiful_town"),
        "project.planned_investment": flow(PAYMENT, "planned"),
        "project.paid_investment": flow(PAYMENT, "paid"),
        "project.beautiful_town_completed": _completed(category="beautiful_town"),
        "project.small_town_completed": _completed(category="small_town"),
        "project.parking_completed": _completed(category="parking"),
        "project.completed": _completed(),
        "project.building": stock(PROJECT, state="building"),
    },
    ratios={"project.investment_completion": ("project.town_investment", "project.planned_investment")},
    reaching_back=("project.building",),
)  # fmt: skip
