"""项目建设: what was planned, what came of it, what was spent on it month by month, which forest roads were accepted."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import Count, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, hundredths, later, posting_day
from demo.life import Life
from demo.people import CADRES
from demo.places import VILLAGES, by_size
from demo.world import World

PROJECT, PAYMENT, ROAD = "project.project", "project.payment", "project.forest_road"
BEAUTIFUL_TOWN = {-6: 2000, -5: 2150, -4: 2300, -3: 2240, -2: 2520, -1: 2610, 0: 2780, 1: 2700}  # 万元 begun, by year
BEGUN = {-6: 7, -5: 7, -4: 8, -3: 8, -2: 8, -1: 12, 0: 15, 1: 14}  # projects of the beautiful town begun, by year: more towards the end
MONTHLY = (5, 3, 8, 9, 10, 10, 8, 8, 10, 11, 10, 8)  # weights: little is built around the Spring Festival


_BEGINNING, _BEGINNING_IN_TOWN = (3, 2, 10, 9, 7, 6, 5, 4, 5, 4, 2), (5, 3, 12, 9, 6, 3, 1, 1, 0, 0, 0)
_BEGINNINGS = {"beautiful_town": _BEGINNING_IN_TOWN, "culture_road": (0, 4, 6, 3, 0, 0, 0, 0, 0, 0, 0)}  # that road is done within the year
ROAD_NAMES = ("栖云", "听泉", "望岳", "花溪", "松风", "晴川", "谷雨", "古道")


@dataclass(frozen=True)
class Sort:
    """A category: how many begin a year, what they cost (万元), how long they take (months), what they are called, and
    which share of them is for visitors too."""

    category: str
    count: tuple[int, int]
    cost: tuple[int, int]
    months: tuple[int, int]
    titles: tuple[str, ...]
    tourism: float = 0


SORTS = (
    Sort("beautiful_town", (0, 1), (90, 420), (4, 8), ("老街立面整治", "滨溪绿道", "文化礼堂提升", "集镇管网改造", "入口景观", "便民服务中心改建", "农贸市场改造", "口袋公园", "亮化工程", "立体停车与广场"), 0.35),
    Sort("small_town", (1, 2), (90, 260), (5, 9), ("背街小巷整治", "杆线序化", "沿街店招整治", "环境综合整治巩固提升")),
    Sort("parking", (2, 3), (28, 85), (2, 5), ("公共停车场", "村口停车场", "游客停车场"), 0.3),
    Sort("village", (2, 3), (80, 240), (5, 10), ("精品村建设", "庭院整治", "古道修缮", "农房改造"), 0.4),
    Sort("road", (2, 3), (90, 320), (4, 9), ("通村公路拓宽", "林区道路硬化", "桥梁加固", "农村公路安防")),
    Sort("tourism", (1, 2), (150, 480), (6, 14), ("茶旅综合体", "民宿集群配套", "研学营地", "露营基地"), 1),
    Sort("governance", (1, 1), (11, 20), (3, 6), ("基层治理综合信息平台", "山洪预警设施", "一窗受理平台整合", "综治中心改造")),
    Sort("wetland", (1, 1), (190, 420), (6, 10), ("湿地公园", "滨水景观点", "观鸟步道", "山塘景观点"), 1),
    Sort("culture_road", (1, 1), (60, 160), (4, 6), ROAD_NAMES),
)  # fmt: skip
WISHES = ("水上堤坝", "田园综合体", "高空步道", "研学基地", "民宿集群", "茶文化馆", "漂流码头", "房车营地", "古村客厅", "星空露营地")
WISHED = (8, 10)  # projects for visitors a year that stay on paper


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
    tourism: bool
    short_name: str = ""


def _notes(world: World) -> Iterator[Note]:
    """All notes of the ledgers; projects begun in the year before the ledgers appear with what was left of them."""
    first = date(world.year - 5, 1, 1)
    for offset in BEGUN:
        rng = world.rng(PROJECT, offset, "told")
        slip = rng.randrange(4)
        begun = begun_in(world, offset)
        for number, one in enumerate(begun):
            if one.accepted >= first:
                yield from _story(one, rng, first, number == slip)
        if offset > -6:
            yield from _wishes(world, world.year + offset)
            yield from _forest_roads(world.rng(ROAD, offset), world.year + offset, [one for one in begun if one.category == "road"])


def begun_in(world: World, offset: int) -> list[Project]:
    """The projects begun in a year, by years from the last complete one: others follow what these set going."""
    return list(_begun(world.rng(PROJECT, offset), world.year + offset, BEGUN[offset], BEAUTIFUL_TOWN[offset]))


def _begun(rng: Random, year: int, town_projects: int, town_cost: int) -> Iterator[Project]:
    number = 0
    for sort in SORTS:
        in_town = sort.category == "beautiful_town"
        count = rng.randint(*sort.count) + (town_projects if in_town else 0)
        costs = [rng.randint(*sort.cost) for _ in range(count)]
        if in_town:
            costs = [cost * town_cost // sum(costs) for cost in costs]
        for village, what, cost in zip(rng.sample(by_size(), count), rng.sample(sort.titles * 3, count), costs, strict=True):
            number += 1
            begun = date(year, rng.choices(range(1, 12), _BEGINNINGS.get(sort.category, _BEGINNING))[0], rng.randint(1, 28))
            months = rng.randint(*sort.months)
            end = _month_end(begun, months - 1)
            fate = "completed"
            if number == 9 and year % 3 == 1:
                fate = "suspended" if year % 2 else "cancelled"
            name = ROAD_NAMES[year % len(ROAD_NAMES)] if sort.category == "culture_road" else ""
            title = f"{village}{name}文化路改造" if name else f"{village}{what}"
            accepted = later(end, rng, 18, 50)
            yield Project(f"YLX{year}{number:02d}", title, sort.category, village, cost, begun, months, accepted, fate, rng.random() < sort.tourism, name)


def _story(one: Project, rng: Random, first: date, slip: bool) -> Iterator[Note]:
    yield from _planned(one, rng, first + timedelta(days=4))
    spent = one.months if one.fate == "completed" else max(2, one.months // 2)
    yield from _payments(one, rng, first, spent, slip)
    if one.fate == "completed":
        done = {"code": one.code, "state": "completed", "completed_on": one.accepted.isoformat()}
        yield Note(later(one.accepted, rng, 1, 8), "jingfaban", PROJECT, one.code, done, reason="竣工验收合格", manner=PROGRESS)
    else:
        why = "资金不到位，暂停" if one.fate == "suspended" else "政策处理谈不下来，取消"
        told = later(_month_end(one.begun, spent), rng, 5, 30)
        yield Note(told, "jingfaban", PROJECT, one.code, {"code": one.code, "state": one.fate}, reason=why, manner=PROGRESS)


def _planned(one: Project, rng: Random, opening: date) -> Iterator[Note]:
    """Put on the list in the autumn before, made ready, begun; what the ledger finds already begun is entered as it is."""
    listed = date(one.begun.year - 1, rng.randint(9, 12), rng.randint(1, 28))
    start = one.begun - timedelta(days=rng.choice((0, 0, 10, 20, 45)))
    start = max(start, date(one.begun.year, 1, 5))
    data = {
        "code": one.code, "title": one.title, "category": one.category, "planned_total": str(one.cost), "tourism": one.tourism,
        "planned_start": start.isoformat(), "state": "building", "begun_on": one.begun.isoformat(), "leader": rng.choice(CADRES),
    }  # fmt: skip
    data |= {"short_name": one.short_name} if one.short_name else {}
    begun, told = later(one.begun, rng, 3, 15), max(later(listed, rng, 3, 15), opening)
    if posting_day(told) >= posting_day(begun):
        yield Note(max(begun, opening), "jingfaban", PROJECT, one.code, data, one.village, listed)
        return
    begin = {name: data[name] for name in ("code", "state", "begun_on")}
    del data["begun_on"]
    yield Note(told, "jingfaban", PROJECT, one.code, {**data, "state": "proposed"}, one.village, listed)
    ready = told + (begun - told) * 2 // 3
    if posting_day(told) < posting_day(ready) < posting_day(begun):
        yield Note(ready, "jingfaban", PROJECT, one.code, {"code": one.code, "state": "ready"}, reason="用地、资金落实", manner=PROGRESS)
    yield Note(begun, "jingfaban", PROJECT, one.code, begin, reason="已下开工令", manner=PROGRESS)


def _wishes(world: World, year: int) -> Iterator[Note]:
    """Projects for visitors that were planned for a year and stayed on paper; most leave the list in the year after."""
    rng = world.rng(PROJECT, "wishes", year)
    for number, what in enumerate(rng.sample(WISHES, rng.randint(*WISHED)), start=1):
        code, village = f"YLX{year}M{number}", rng.choice(list(VILLAGES))
        listed = date(year - 1, rng.randint(9, 12), rng.randint(1, 28))
        data = {
            "code": code, "title": f"{village}{what}", "category": "tourism", "planned_total": str(rng.randint(16, 90) * 10), "tourism": True,
            "planned_start": date(year, rng.randint(3, 11), 1).isoformat(), "state": rng.choice(("proposed", "proposed", "preliminary")),
        }  # fmt: skip
        yield Note(max(later(listed, rng, 3, 15), world.first_day), "jingfaban", PROJECT, code, data, village, listed)
        if number == 1:
            why = "水源保护区内不能建，取消"
            yield Note(date(year, 8, rng.randint(3, 24)), "jingfaban", PROJECT, code, {"code": code, "state": "cancelled"}, reason=why, manner=PROGRESS)
        elif rng.random() < 0.7:
            left = date(year + 1, 4, rng.randint(2, 26))
            yield Note(left, "jingfaban", PROJECT, code, {"code": code}, until=left, reason="没有落地，退出项目库", manner=PROGRESS)


def _forest_roads(rng: Random, year: int, projects: list[Project]) -> Iterator[Note]:
    """Forest roads, accepted one by one; one a year turns out to be gravel."""
    count = rng.randint(12, 18)
    wrong = rng.randrange(count)
    for number in range(count):
        day = date(year, rng.choices(range(3, 13), (4, 6, 8, 8, 9, 10, 12, 14, 14, 8))[0], rng.randint(1, 28))
        village, code = rng.choice(list(VILLAGES)), f"LD{year}-{number + 1:02d}"
        known = [one for one in projects if one.begun + timedelta(days=50) < day]
        data = {
            "code": code, "title": f"{village}{rng.choice(_WAYS)}", "surface": "gravel" if number % 8 == 5 else "concrete",
            "length": f"{rng.uniform(0.4, 3.2):.3f}", "width": rng.choice(("3.0", "3.5", "3.5", "4.0")),
        }  # fmt: skip
        if known:
            data["project"] = rng.choice(known).code
        told = later(day, rng, 2, 14)
        yield Note(told, "jingfaban", ROAD, code, data, village, day)
        if number == wrong and data["surface"] == "concrete":
            right = {"code": code, "surface": "gravel"}
            yield Note(later(told, rng, 33, 55), "jingfaban", ROAD, code, right, reason="林业站复核，铺的是碎石", manner=CORRECT)


_WAYS = ("水口至茶场林道", "后山防火林道", "竹林作业道", "古亭至岭头林道", "油茶基地林道", "水库上游林道")


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


def _stage(state: str) -> Count:
    return stock(PROJECT, state=state)


HARDENED = {"surface": ("concrete", "asphalt")}
LIFE = Life(
    "project", "jingfaban", (PROJECT, PAYMENT, ROAD), _notes,
    counted={
        "project.town_investment": flow(PAYMENT, "done"),
        "project.beautiful_town_investment": flow(PAYMENT, "done", category="beautiful_town"),
        "project.planned_investment": flow(PAYMENT, "planned"),
        "project.paid_investment": flow(PAYMENT, "paid"),
        "project.beautiful_town_completed": _completed(category="beautiful_town"),
        "project.small_town_completed": _completed(category="small_town"),
        "project.parking_completed": _completed(category="parking"),
        "project.completed": _completed(),
        "project.building": _stage("building"),
        "project.begun": flow(PROJECT, time="begun_on"),
        "project.proposed": _stage("proposed"),
        "project.preliminary": _stage("preliminary"),
        "project.ready": _stage("ready"),
        "project.wetland_investment": flow(PAYMENT, "done", category="wetland"),
        "project.platform_investment": flow(PAYMENT, "done", category="governance"),
        "project.forest_roads_hardened": flow(ROAD, "", "", "", **HARDENED),
        "project.forest_road_length": flow(ROAD, "length", "", "", **HARDENED),
    },
    ratios={"project.investment_completion": ("project.town_investment", "project.planned_investment")},
    reaching_back=("project.building", "project.proposed", "project.preliminary", "project.ready"),
)  # fmt: skip
