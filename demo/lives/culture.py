"""文化礼堂与文脉: halls booked and used, what each village is known for, what has come down from the old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from demo.books import Page
from demo.counting import Count, distinct, fitting, flow, stock
from demo.diary import CORRECT, PROGRESS, Note, later, posting_day
from demo.life import Life
from demo.people import invent_name
from demo.places import VILLAGES
from demo.premises import Facility
from demo.world import World

ACTIVITY, BRAND, HERITAGE = "culture.activity", "culture.brand", "culture.heritage"
FACILITY, CLERK = "premises.facility", "wenhua"
KNOWN = timedelta(days=40)
A_YEAR, MORE = 74, 3
CANCELLED = 0.05
KINDS = {  # kind: weight, months, visitors at least and at most, in a hall how often, what it is called
    "gala": (10, (1, 1, 1, 2), (160, 620), 0.75, ("乡村春晚",)), "show": (16, (3, 5, 8, 10, 12), (80, 360), 0.5, ("文艺巡演", "送戏下乡")),
    "film": (22, (4, 5, 6, 7, 8, 9), (25, 110), 0.3, ("公益电影",)), "lecture": (24, tuple(range(3, 13)), (18, 90), 0.8, ("健康讲座", "茶艺培训", "普法讲堂", "反诈宣讲")),
    "rite": (10, (6, 9, 10), (30, 160), 0.9, ("重阳敬老礼", "开蒙礼", "迎新入伍礼")), "heritage_show": (7, (5, 6, 10), (60, 260), 0.4, ("非遗展示", "手艺开放日")),
    "festival": (6, (3, 4, 9, 11), (300, 1500), 0.1, ("开茶节", "丰收节", "三月三歌会")), "sports": (5, (5, 10, 11), (60, 240), 0.2, ("登山赛", "气排球赛")),
}  # fmt: skip
BRANDS = (  # title, village, art, known as such so many years before the last complete one
    ("深塘鱼灯", "深塘村", "dance", 9), ("上垟竹编", "上垟村", "craft", 8), ("竹岭山歌", "竹岭村", "song", 7), ("梅溪木偶", "梅溪村", "opera", 8),
    ("石门米酒", "石门坑村", "food", 5), ("茶坪采茶舞", "茶坪村", "dance", 6), ("枫湾剪纸", "枫树湾村", "craft", 3), ("源头对歌", "大源头村", "song", 9),
    ("白鹤社戏", "白鹤岙村", "opera", 2), ("双坞打麻糍", "东坞村", "food", 1),
)  # fmt: skip
OLD = (  # title, village, kind, level, year of the paper before the last complete one, condition
    ("深塘鱼灯舞", "深塘村", "intangible", "city", 12, "sound"), ("上垟竹编技艺", "上垟村", "intangible", "province", 11, "sound"),
    ("源头盘歌", "大源头村", "intangible", "province", 9, "danger"), ("手工制茶技艺", "茶坪村", "intangible", "county", 4, "sound"),
    ("梅溪提线木偶", "梅溪村", "intangible", "county", 7, "sound"), ("石门廊桥", "石门坑村", "relic", "province", 14, "sound"),
    ("陈氏宗祠", "竹岭村", "relic", "county", 12, "repair"), ("古茶亭", "茶坪村", "relic_point", "county", 10, "sound"),
    ("岭脚古道", "竹岭村", "relic_point", "county", 3, "sound"), ("白鹤戏台", "白鹤岙村", "relic", "city", 1, "repair"),
)  # fmt: skip
MENDED = {"陈氏宗祠": -1}


def _notes(world: World) -> Iterator[Note]:
    yield from _brands(world)
    yield from _heritage(world)
    for year in world.years:
        yield from _activities(world.rng(ACTIVITY, year), world, year)


def _brands(world: World) -> Iterator[Note]:
    rng = world.rng(BRAND)
    for number, (title, village, art, ago) in enumerate(BRANDS, start=1):
        since = date(world.year - ago, rng.randint(3, 10), rng.randint(1, 28))
        data = {"code": f"YP{number:02d}", "title": title, "art": art, "troupe": str(rng.randint(9, 42))}
        yield Note(max(later(since, rng, 3, 20), world.first_day), CLERK, BRAND, data["code"], data, village, since)


def _heritage(world: World) -> Iterator[Note]:
    rng = world.rng(HERITAGE)
    for number, (title, village, kind, level, ago, condition) in enumerate(OLD, start=1):
        since, code = date(world.year - ago, rng.randint(2, 11), rng.randint(1, 28)), f"WM{number:02d}"
        data = {"code": code, "title": title, "kind": kind, "level": level, "doc_no": f"名录〔{since.year}〕{rng.randint(2, 60)}号", "condition": condition}
        data |= {"bearer": invent_name(rng)} if kind == "intangible" else {"keeper": f"{village}村委会"}
        yield Note(max(later(since, rng, 5, 30), world.first_day), CLERK, HERITAGE, code, data, village, since)
        if title in MENDED:
            told = date(world.year + MENDED[title], 10, rng.randint(9, 27))
            yield Note(told, CLERK, HERITAGE, code, {"code": code, "condition": "sound"}, reason="修缮工程通过验收", manner=PROGRESS)


def _activities(rng: Random, world: World, year: int) -> Iterator[Note]:
    """Each is entered once: booked and then held, or when it is over, or called off."""
    number_of = A_YEAR + MORE * (year - world.years[0]) + rng.randint(-5, 6)
    miscounted = rng.randrange(20, 60)
    for number in range(1, number_of + 1):
        kind = rng.choices(list(KINDS), [one[0] for one in KINDS.values()])[0]
        _, months, visitors, indoors, names = KINDS[kind]
        day = date(year, rng.choice(months), rng.randint(9, 27))
        hall = _hall(rng, world, day) if rng.random() < indoors else None
        village = hall.village if hall is not None else rng.choice(list(VILLAGES))
        code, came = f"HD{year}{number:03d}", rng.randint(*visitors)
        data = {"code": code, "title": f"{village}{rng.choice(names)}", "kind": kind, "organiser": f"{village}文化管理员"}
        data |= {"hall": hall.code} if hall is not None else {}
        data |= {"brand": brand} if kind in ("gala", "show", "heritage_show", "festival") and (brand := _brand(village, year, world)) else {}
        yield from _held(rng, data, village, day, came, number == miscounted)


def _hall(rng: Random, world: World, day: date) -> Facility | None:
    there = [one for one in world.register.sites("hall") if one.since + KNOWN <= day]
    return rng.choice(there) if there else None


def _brand(village: str, year: int, world: World) -> str:
    """The village's own, if it has been known for one since before that year."""
    found = (number for number, one in enumerate(BRANDS, start=1) if one[1] == village and world.year - one[3] < year)
    return next((f"YP{number:02d}" for number in found), "")


def _held(rng: Random, data: dict[str, str], village: str, day: date, came: int, miscounted: bool) -> Iterator[Note]:
    code, booked = data["code"], day - timedelta(days=rng.randint(6, 40))
    done = {"state": "held", "visitors": str(came * 10 if miscounted else came), "pictures": str(rng.randint(1, 3))}
    over = later(day, rng, 0, 4)
    if rng.random() < CANCELLED:
        yield Note(over, CLERK, ACTIVITY, code, {**data, "booked_on": booked.isoformat(), "state": "cancelled"}, village, day)
        return
    yield Note(over, CLERK, ACTIVITY, code, {**data, "booked_on": booked.isoformat(), **done}, village, day)
    if miscounted:
        right = {"code": code, "visitors": str(came)}
        yield Note(later(posting_day(over), rng, 3, 20), CLERK, ACTIVITY, code, right, reason="人次多打了一个零", manner=CORRECT)


def _with(link: str) -> Count:
    def fits(page: Page) -> bool:
        return page.data["state"] == "held" and bool(page.data.get(link))

    return fitting(ACTIVITY, fits)


LIFE = Life(
    "culture", CLERK, (BRAND, ACTIVITY, HERITAGE), _notes,
    counted={
        "culture.new_halls": flow(FACILITY, time="built_on", kind="hall"),
        "culture.halls": stock(FACILITY, kind="hall"),
        "culture.activities": flow(ACTIVITY, state="held"),
        "culture.hall_uses": _with("hall"),
        "culture.halls_used": distinct(ACTIVITY, "hall", state="held"),
        "culture.brand_events": _with("brand"),
        "culture.visitors": flow(ACTIVITY, "visitors", state="held"),
        "culture.cancelled": flow(ACTIVITY, state="cancelled"),
        "culture.brands": stock(BRAND),
        "culture.intangible": stock(HERITAGE, kind="intangible"),
        "culture.relics": stock(HERITAGE, kind=("relic", "relic_point")),
        "culture.heritage_at_risk": stock(HERITAGE, condition=("repair", "danger")),
    },
    reaching_back=("culture.heritage_at_risk",),
)  # fmt: skip
