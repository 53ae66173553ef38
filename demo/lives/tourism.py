"""乡村旅游: lodgings, scenic villages, products and feasts; who came, counted at each place and once more without repeats."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.counting import Count, distinct, flow, net, scaled, stock
from demo.diary import CORRECT, PROGRESS, Note, hundredths, later, money
from demo.life import Life
from demo.places import MERGED, MERGED_INTO, TOWN, TOWNSHIP, VILLAGES, merger_day
from demo.world import World

WORK, SCENIC, PRODUCT, FESTIVAL = "tourism.lodging_work", "tourism.scenic_village", "tourism.product", "tourism.festival"
SITE, COUNT, AGGREGATE = "tourism.site", "tourism.site_count", "tourism.aggregate"
CLERK = "wenhua"
KNOWN = timedelta(days=62)
GOOD = {-5: 2, -4: 3, -3: 3, -2: 5, -1: 3, 0: 4, 1: 3}  # lodgings of the better kind built or upgraded; the report of year 0 lists its four
COMING = {-5: 15.2, -4: 17.6, -3: 16.1, -2: 21.4, -1: 24.3, 0: 26.8, 1: 28.5}  # 10,000 visits a year, repeats taken out
MONTHS = (6, 8, 7, 10, 13, 7, 9, 10, 7, 14, 6, 3)
SCENIC_SINCE = {  # when each village became scenic, by years from the last complete one; the last one makes it all of them
    "深塘村": -7, "白鹤岙村": -7, "梅溪村": -6, "茶坪村": -5, "竹岭村": -4, "枫树湾村": -3, "上垟村": -2, "石门坑村": -1, "大源头村": 0,
}  # fmt: skip
PRODUCTS = (
    ("food", "高山白茶礼盒"), ("craft", "竹编提篮"), ("picking", "黄桃采摘"), ("food", "咸菜笋丝"), ("study", "茶事研学一日课"), ("route", "古道徒步线"),
    ("food", "山茶油"), ("craft", "彩带编织"), ("picking", "蓝莓采摘"), ("food", "多肉盆栽"), ("study", "林间自然课"), ("route", "溪谷骑行线"),
)  # fmt: skip
FEASTS = (("harvest", "开茶节", 3), ("folk", "山歌会", 4), ("harvest", "采桃节", 7), ("market", "丰收市集", 9), ("sport", "古道越野赛", 10), ("folk", "祭竹节", 11), ("market", "年货节", 1))


@dataclass(frozen=True)
class Place:
    """Where visitors are counted: how, and its part of all counts."""

    code: str
    title: str
    kind: str
    village: str
    method: str
    part: float
    takings: int  # yuan a visit


PLACES = (
    Place("T01", "深塘古村游客中心", "gate", "深塘村", "gate", 0.24, 8),
    Place("T02", "白鹤岙花海入口", "gate", "白鹤岙村", "ticket", 0.19, 32),
    Place("T03", "梅溪滨水绿道", "gate", "梅溪村", "signal", 0.2, 4),
    Place("T04", "茶坪茶文化馆", "museum", "茶坪村", "ticket", 0.09, 26),
    Place("T05", "竹岭露营地", "camp", "竹岭村", "ticket", 0.08, 96),
    Place("T06", "枫树湾采摘园", "market", "枫树湾村", "sample", 0.12, 58),
    Place("T07", "上垟民宿集群", "lodging", "上垟村", "ticket", 0.05, 318),
    Place("T08", "镇农产品展销点", "market", "深塘村", "guess", 0.03, 142),
)


def _notes(world: World) -> Iterator[Note]:
    yield from _lodgings(world)
    yield from _scenic(world)
    for number, year in enumerate(world.years):
        yield from _products(world, year, number)
        yield from _feasts(world, year)
    for place in PLACES:
        data = {"code": place.code, "title": place.title, "kind": place.kind}
        yield Note(world.first_day, CLERK, SITE, place.code, data, place.village, date(world.year - 6, 1, 1))
    for year in world.years:
        yield from _visits(world, year)


def _lodgings(world: World) -> Iterator[Note]:
    """The better kind by plan, some plain ones beside; a house comes again only when all have been."""
    rng, done = world.rng(WORK), set[str]()
    for offset, good in GOOD.items():
        year = world.year + offset
        able = [one for one in world.register.of_kind("lodging") if one.since + KNOWN < date(year, 3, 1) and one.is_there(date(year, 12, 31))]
        able = sorted(rng.sample(able, len(able)), key=lambda one: one.code in done)
        chosen = able[: good + rng.randint(0, 2)]
        for number, one in enumerate(chosen):
            done.add(one.code)
            day, key = date(year, rng.randint(4, 12), rng.randint(1, 28)), {"business": one.code, "sheet": str(year)}
            grade = rng.choice(("high", "middle", "middle")) if number < good else "plain"
            data = {
                **key, "work": "built" if one.since.year >= year - 1 else "upgraded", "grade": grade, "beds": str(rng.randint(6, 22) * 2),
                "cost": hundredths(rng.uniform(45, 210) if grade != "plain" else rng.uniform(8, 30)),
            }  # fmt: skip
            first = {**data, "grade": "middle"} if number == good else data
            told = later(day, rng, 2, 10)
            yield Note(told, CLERK, WORK, "/".join(key.values()), first, one.village, day)
            if number == good:
                yield Note(later(told, rng, 32, 50), CLERK, WORK, "/".join(key.values()), {**key, "grade": grade}, reason="县里验收定为普通", manner=CORRECT)


def _scenic(world: World) -> Iterator[Note]:
    """A row for every village from the first day; what becomes scenic, or one with another, ends its row and gets the next."""
    merger = merger_day(world.year)
    for village in VILLAGES:
        since = SCENIC_SINCE.get(village)
        day = None if since is None else date(world.year + since, 6, 12)
        if day is not None and day < world.first_day:
            yield _grade(village, village, 1, day, world.first_day, "aa" if since == -7 else "a")
            continue
        yield _grade(village, village, 1, date(world.year - 8, 1, 1), world.first_day)
        end = merger if village in MERGED else day
        assert end is not None
        why = "并村" if village in MERGED else "已评定为A级景区村"
        yield Note(later(end, world.rng(SCENIC, village), 3, 9), CLERK, SCENIC, f"{village}/1", {"village": village, "turn": "1"}, until=end, reason=why, manner=PROGRESS)
        if village not in MERGED:
            yield _grade(village, village, 2, end, end + timedelta(days=9), "a")
    scenic = date(world.year - 1, 9, 18)
    yield _grade(MERGED_INTO, MERGED[0], 1, merger, merger + timedelta(days=9))
    yield Note(scenic + timedelta(days=5), CLERK, SCENIC, f"{MERGED_INTO}/1", {"village": MERGED_INTO, "turn": "1"}, until=scenic, reason="已评定为A级景区村", manner=PROGRESS)
    yield _grade(MERGED_INTO, MERGED[0], 2, scenic, scenic + timedelta(days=5), "a")


def _grade(name: str, place: str, turn: int, day: date, told: date, grade: str = "none") -> Note:
    data = {"village": name, "turn": str(turn), "grade": grade}
    if grade != "none":
        data["doc_no"] = f"青文旅〔{day.year}〕{day.month * 3 + turn}号"
    return Note(told, CLERK, SCENIC, f"{name}/{turn}", data, place, day)


def _products(world: World, year: int, number: int) -> Iterator[Note]:
    """Two or three new ones a year; the one of four years ago is no longer made."""
    rng = world.rng(PRODUCT, year)
    for turn in range(rng.randint(2, 4)):
        kind, title = PRODUCTS[(number * 3 + turn) % len(PRODUCTS)]
        day, village = date(year, rng.randint(2, 11), rng.randint(1, 28)), rng.choice(list(VILLAGES))
        makers = [one for one in world.register.of_kind("cooperative", "family_farm", "company") if one.since.year < year and one.until is None]
        code = f"L{year}-{turn + 1}"
        data = {"code": code, "title": f"{TOWN}{title}", "kind": kind, "maker": rng.choice(makers).code, "price": hundredths(rng.randint(18, 260))}
        yield Note(later(day, rng, 3, 20), CLERK, PRODUCT, code, data, village, day)
        if turn == 1 and year < world.year - 2:
            left = date(year + 3, 12, 20)
            yield Note(left, CLERK, PRODUCT, code, {"code": code}, until=left, reason="没有人做了", manner=PROGRESS)


def _feasts(world: World, year: int) -> Iterator[Note]:
    rng = world.rng(FESTIVAL, year)
    for number, (kind, title, month) in enumerate(rng.sample(FEASTS, rng.randint(4, 6)), start=1):
        day, code = date(year, month, rng.randint(2, 26)), f"J{year}-{number}"
        data = {
            "code": code, "title": f"{year}年{TOWN}{title}", "kind": kind, "days": str(rng.randint(1, 4)),
            "attended": str(rng.randint(9, 60) * 100), "spent": hundredths(rng.randint(8, 60) * 1000),
        }  # fmt: skip
        yield Note(later(day, rng, 3, 12), CLERK, FESTIVAL, code, data, rng.choice(list(VILLAGES)), day)


def _visits(world: World, year: int) -> Iterator[Note]:
    """What each place counted, month by month, and once a year how many of them were counted more than once."""
    rng, offset = world.rng("tourism", "visits", year), year - world.year
    overlap = rng.uniform(0.19, 0.27)
    whole, counted, taken = COMING[offset] * 10_000 * rng.uniform(0.97, 1.03) / (1 - overlap), 0, 0
    for month in range(1, 13):
        came = whole * MONTHS[month - 1] / sum(MONTHS) * rng.uniform(0.94, 1.06)
        for place in PLACES:
            visits = round(came * place.part * rng.uniform(0.9, 1.1))
            takings = round(visits * place.takings * rng.uniform(0.8, 1.2))
            counted, taken = counted + visits, taken + takings
            yield from _counted(rng, place, date(year, month, calendar.monthrange(year, month)[1]), visits, takings)
    yield from _aggregate(rng, year, round(counted * overlap), taken, round(counted * (1 - overlap) * (58 + 3 * (offset + 5))))


def _counted(rng: Random, place: Place, end: date, visits: int, takings: int) -> Iterator[Note]:
    key = {"site": place.code, "sheet": f"{end:%Y-%m}"}
    share = 0.95 if place.kind in ("lodging", "camp") else 0.0
    wrong = rng.random() < 0.02
    data = {
        **key, "method": place.method, "visits": str(visits * 2 if wrong else visits), "overnight": str(round(visits * share)),
        "takings": str(takings),
    }  # fmt: skip
    told, name = later(end, rng, 2, 7), "/".join(key.values())
    yield Note(told, CLERK, COUNT, name, data, place.village, end)
    if wrong:
        right = {**key, "visits": str(visits)}
        yield Note(later(told, rng, 31, 45), CLERK, COUNT, name, right, reason="进门出门各数了一次", manner=CORRECT)


def _aggregate(rng: Random, year: int, overlap: int, taken: int, elsewhere: int) -> Iterator[Note]:
    """What the station determined in January of a year gone by; the survey had asked some who live here."""
    end, sheet, decided = date(year, 12, 31), str(year), date(year + 1, 1, rng.randint(8, 15))
    dedup = rng.choice(("signal", "questionnaire", "ticket_match"))
    data = {
        "sheet": sheet, "dedup": dedup, "sampled": str(rng.randint(32, 90) * 10), "overlap": str(overlap),
        "overlap_takings": money(taken * rng.uniform(0.04, 0.07), 100), "elsewhere": money(elsewhere, 1000),
        "decided_by": "文化旅游站会同统计站", "decided_on": decided.isoformat(),
    }  # fmt: skip
    told = later(decided, rng, 0, 3)
    yield Note(told, CLERK, AGGREGATE, sheet, data, TOWNSHIP, end, authority="reviewed")
    right = {"sheet": sheet, "overlap": str(round(overlap * 1.08))}
    yield Note(later(told, rng, 32, 45), CLERK, AGGREGATE, sheet, right, reason="抽到的人里有本镇人，多扣一些", manner=CORRECT)


def _planned(measure: str = "") -> Count:
    standing = ("proposed", "preliminary", "ready", "building", "completed", "suspended")
    return flow("project.project", measure, time="planned_start", tourism=True, state=standing)


def _in_ten_thousands(count: Count) -> Count:
    return scaled(count, Fraction(1, 10_000))


_COUNTED, _TAKEN = flow(COUNT, "visits"), flow(COUNT, "takings")
_REPEATED, _TAKEN_TWICE, _ELSEWHERE = (flow(AGGREGATE, name) for name in ("overlap", "overlap_takings", "elsewhere"))
LIFE = Life(
    "tourism", CLERK, (WORK, SCENIC, PRODUCT, FESTIVAL, SITE, COUNT, AGGREGATE), _notes,
    counted={
        "tourism.upgraded_lodgings": distinct(WORK, "business", grade=("high", "middle")),
        "tourism.lodging_investment": flow(WORK, "cost"),
        "tourism.scenic_villages": stock(SCENIC, grade=("a", "aa", "aaa")),
        "tourism.villages_not_scenic": stock(SCENIC, grade="none"),
        "tourism.new_products": flow(PRODUCT),
        "tourism.festivals": flow(FESTIVAL),
        "tourism.site_visits": _COUNTED,
        "tourism.repeated_visits": _REPEATED,
        "tourism.site_takings": _in_ten_thousands(_TAKEN),
        "tourism.repeated_takings": _in_ten_thousands(_TAKEN_TWICE),
        "tourism.spent_elsewhere": _in_ten_thousands(_ELSEWHERE),
        "tourism.visits": _in_ten_thousands(net((_COUNTED,), (_REPEATED,))),
        "tourism.income": _in_ten_thousands(net((_TAKEN, _ELSEWHERE), (_TAKEN_TWICE,))),
        "tourism.planned_projects": _planned(),
        "tourism.planned_investment": _planned("planned_total"),
    },
)  # fmt: skip
