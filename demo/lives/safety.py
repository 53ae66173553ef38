"""安全生产: who is looked at how often by risk, by whom, what was found, and how much of the year's plan was kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.books import Books, Case
from demo.counting import cases, distinct, flow, of_workflow, open_of_workflow, own_cases, stock
from demo.diary import CORRECT, ENTER, PROGRESS, Note, later, office_day, posting_day
from demo.life import Life
from demo.mending import HAZARDS
from demo.places import HOME_GRID, MERGED, SPLIT, TOWNSHIP, VILLAGES, grid_names
from demo.world import World

SITE, FREQUENCY, INSPECTION, HAZARD, TALLY = "safety.site", "safety.frequency", "safety.inspection", "safety.hazard", "safety.tally"
CLERK, GRACE = "yingji", 5
HAZARDOUS, SIGNED = ("hazard",), "true"
# risk → what the plan calls it, how often in how many months: the grave ones twice a quarter, the lesser ones less.
PLAN = {"red": ("重大", 2, 3, "quarter"), "orange": ("较大", 1, 3, "quarter"), "yellow": ("一般", 1, 6, "half_year"), "blue": ("低", 1, 12, "year")}
MISSED = (0.075, 0.07, 0.06, 0.05, 0.035, 0.03, 0.03)  # of visits that the plan wants, year by year
FOUND = (0.29, 0.30, 0.28, 0.24, 0.21, 0.18, 0.17)  # visits that find a hazard
CAMPAIGNS = ((1, 20), (6, 16), (9, 8))  # month, visits: before the festival, the month of safety, the dry autumn
TEAMS = ("fire", "market", "enforcement", "joint", "county")
_SORTS = {
    "enterprise": "电电设设账构", "small": "电电道气", "crowded": "电道道账", "gas": "气气电账", "works": "构构设账", "section": "路", "forest_gate": "账",
}  # fmt: skip
_SPOTS = {
    "enterprise": "车间、配电间", "small": "店面、灶间", "crowded": "大厅、疏散通道", "gas": "瓶库、配送车", "works": "脚手架、临边", "section": "路段桩号处",
    "forest_gate": "卡口、护林房",
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """What is looked at over ``[since, until)``, at one risk; who is rated anew has a new number. ``why``: it ended."""

    code: str
    title: str
    business: str
    field: str
    kind: str
    risk: str
    grid: str
    since: date
    until: date | None = None
    why: str = ""

    def stands(self, first: date, last: date) -> bool:
        return self.since <= first and (self.until is None or self.until > last)


def _notes(world: World) -> Iterator[Note]:
    sites = list(_sites(world))
    for one in sites:
        yield from _listed(world, one)
    for risk, (called, times, _, per) in PLAN.items():
        data = {"code": f"{called}风险", "risk": risk, "times": str(times), "per": per, "source": "年度监督检查计划（县里分级频次未证实）"}
        yield Note(world.first_day, CLERK, FREQUENCY, data["code"], data, TOWNSHIP, date(world.year - 5, 1, 1))
    for year in world.years:
        yield from _year(world, sites, year)


def _sites(world: World) -> Iterator[Site]:
    for number, one in enumerate(_drafts(world), start=1):
        yield from _rated_anew(world, replace(one, code=f"AQ{number:03d}"))


def _drafts(world: World) -> Iterator[Site]:
    """Shops, inns and factories of the register, most of the time; beside them road sections, forest gates, gas, schools and building sites."""
    year, rng = world.year, world.rng(SITE)
    kinds = {"workshop": ("production", "enterprise", "orange"), "tea_factory": ("production", "enterprise", "yellow"), "restaurant": ("fire", "small", "yellow"), "lodging": ("fire", "crowded", "yellow"), "shop": ("fire", "small", "blue")}
    share = {"workshop": 0.8, "tea_factory": 0.8, "restaurant": 0.2, "lodging": 0.6, "shop": 0.12}
    for one in world.register.of_kind(*kinds):
        if rng.random() < share[one.kind]:
            field, kind, risk = kinds[one.kind]
            risk = "yellow" if one.kind == "workshop" and rng.random() < 0.6 else risk
            since = date(year - 6, 4, 1) if one.since.year < year - 5 else _middle(one.since + timedelta(days=60))
            until = _middle(one.until + timedelta(days=20)) if one.until else None
            if until is None or until > since + timedelta(days=60):
                yield Site("", one.title, one.code, field, kind, risk, _grid(rng, one.village), since, until, "已停业")
    fixed = (("云溪液化气站", "production", "gas", "red"), ("深塘石材场", "production", "enterprise", "red"), ("上垟烟花爆竹点", "production", "gas", "red"), ("云岭小学", "fire", "crowded", "orange"), ("云岭卫生院", "fire", "crowded", "yellow"), ("敬老院", "fire", "crowded", "red"))
    for title, field, kind, risk in fixed:
        yield Site("", title, "", field, kind, risk, _grid(rng, rng.choice(("深塘村", "上垟村"))), date(year - 6, 3, 1))
    for number, village in enumerate([name for name in VILLAGES if name not in MERGED], start=1):
        yield Site("", f"{village.removesuffix('村')}线K{number}+{number * 130 % 900:03d}临崖段", "", "traffic", "section", "orange" if number < 4 else "yellow", _grid(rng, village), date(year - 6, 3, 1))
        if number % 3 == 0:
            yield Site("", f"{village}林区卡口", "", "forest_fire", "forest_gate", "yellow", _grid(rng, village), date(year - 6, 9, 1))
    for past in world.years:  # building sites come and go
        for number in range(1, rng.randint(1, 3) + 1):
            village, month = rng.choice([name for name in VILLAGES if name not in MERGED]), rng.randint(2, 6)
            until = date(past + 1, rng.randint(1, 4), 15)
            yield Site("", f"{village}{rng.choice(('安置房', '污水管网', '村道拓宽', '礼堂'))}工地（{past}-{number}）", "", "production", "works", rng.choice(("red", "orange")), _grid(rng, village), date(past, month, 15), until, "完工，退出监管")


def _middle(day: date) -> date:
    """The fifteenth of its month: what begins or ends in the middle of a month is entered before the next span is told."""
    return day.replace(day=15)


def _grid(rng: Random, village: str) -> str:
    return rng.choice([grid for grid in grid_names(village) if grid != SPLIT])


def _rated_anew(world: World, one: Site) -> Iterator[Site]:
    """Some grave ones mend their ways, a few harmless ones grow: the old number ends, a new one begins, so that the past stays as it was."""
    rng, year = world.rng(SITE, one.code), world.year
    if one.kind == "works" or one.until is not None or one.since.year >= year - 5 or rng.random() > (0.4 if one.risk in ("red", "orange") else 0.06):
        yield one
        return
    day = date(year - rng.randint(0, 4), rng.randint(3, 10), 15)
    risk = {"red": "orange", "orange": "yellow", "yellow": "orange", "blue": "yellow"}[one.risk]
    yield replace(one, until=day, why="重新评定风险等级，另登一条")
    yield replace(one, code=f"{one.code}-2", risk=risk, since=day)


def _listed(world: World, one: Site) -> Iterator[Note]:
    rng = world.rng(SITE, one.code, "listed")
    data = {"code": one.code, "title": one.title, "field": one.field, "kind": one.kind, "risk": one.risk, "risk_on": one.since.isoformat()}
    data |= {"business": one.business} if one.business else {}
    data |= {"people": str(rng.randint(2, 60))} if one.kind not in ("section", "forest_gate") else {}
    yield Note(max(later(one.since, rng, 0, 4), world.first_day), CLERK, SITE, one.code, data, one.grid, one.since)
    if one.until is not None:
        yield Note(later(one.until, rng, 0, 4), CLERK, SITE, one.code, {"code": one.code}, until=one.until, reason=one.why, manner=PROGRESS)


def _year(world: World, sites: list[Site], year: int) -> Iterator[Note]:
    """The visits that the plan wants, spread over their spans; the campaigns of others on top; what is found by either and without."""
    rng, turn = world.rng(INSPECTION, year), year - world.years[0]
    visits: list[tuple[date, Site, str, str]] = []
    for one in sites:
        for first, after in _spans(one, year):
            visits += [(day, one, "routine", "emergency") for day in _wanted(rng, one, first, after) if rng.random() > MISSED[turn]]
    for month, many in CAMPAIGNS:
        there = [one for one in sites if one.stands(date(year, month, 1), date(year, month, 28)) and one.risk != "blue"]
        visits += [(office_day(date(year, month, rng.randint(6, 22))), one, "campaign", rng.choice(TEAMS)) for one in rng.sample(there, max(4, many // 2 - turn))]
    visits += [(office_day(date(year, rng.randint(2, 11), rng.randint(3, 24))), one, "complaint", "emergency") for one in rng.sample(sites, 6) if one.stands(date(year, 2, 1), date(year, 12, 28))]
    number = 0
    for count, (day, one, purpose, team) in enumerate(sorted(visits, key=lambda visit: (visit[0], visit[1].code)), start=1):
        found = rng.random() < FOUND[turn]
        sheet = f"查{year}-{count:03d}"
        seen = list(_looked(rng, one, day, sheet, purpose, team, found))
        yield from seen
        if found:
            number += 1
            yield _hazard(rng, one, day, seen[0].told, number, sheet)
    for one in rng.sample([one for one in sites if one.stands(date(year, 1, 1), date(year, 12, 31))], 7):  # what nobody had gone to look for
        number, day = number + 1, office_day(date(year, rng.randint(2, 11), rng.randint(3, 24)))
        yield _hazard(rng, one, day, later(day, rng, 0, 3), number)


def _spans(one: Site, year: int) -> Iterator[tuple[date, date]]:
    """The spans of a year in which something stands throughout; those of a site that did not are nobody's."""
    months = PLAN[one.risk][2]
    for month in range(1, 13, months):
        first, after = date(year, month, 1), date(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
        if one.stands(first, after - timedelta(days=1)):
            yield first, after


def _wanted(rng: Random, one: Site, first: date, after: date) -> Iterator[date]:
    """One visit somewhere in the span's middle; of two the first after its tenth day, the other before its tenth last: never within a month."""
    if PLAN[one.risk][1] == 2:
        yield office_day(first + timedelta(days=rng.randint(12, 18)))
        yield office_day(after - timedelta(days=rng.randint(22, 27)))
        return
    length = (after - first).days
    yield office_day(first + timedelta(days=rng.randint(length // 4, length * 3 // 5)))


def _looked(rng: Random, one: Site, day: date, sheet: str, purpose: str, team: str, found: bool) -> Iterator[Note]:
    """One sheet; now and then it was not signed, or written down weeks later."""
    home = one.grid == HOME_GRID and purpose == "routine" and one.risk in ("yellow", "blue")
    data = {
        "sheet": sheet, "site": one.code, "purpose": purpose, "team": "grid" if home else team, "inspectors": "阿莲、雷开山" if home else rng.choice(("陈牧野、吴远帆", "陈牧野、苏晚舟", "陈牧野、季清和")),
        "began": f"{rng.randint(8, 16):02d}:{rng.choice((0, 15, 30, 45)):02d}", "spot": _SPOTS[one.kind], "content": rng.choice(("用电、通道、灭火器", "制度台账、持证、现场", "上次隐患有没有反弹")),
        "finding": "hazard" if found else rng.choice(("clean", "clean", "on_the_spot")), "inspectors_signed": "true",
        "site_signed": rng.choices(("signed", "nobody", "refused"), (945, 46, 9))[0],
    }  # fmt: skip
    data |= {"refusal": "业主说一个月来了几拨人，不签，村干部在场"} if data["site_signed"] == "refused" else {}
    unsigned, late = rng.random() < 0.02, not found and rng.random() < 0.025
    told = later(day, rng, 38, 52) if late else later(day, rng, 0, 3)
    who = "alian" if home else CLERK
    yield Note(told, who, INSPECTION, sheet, data | ({"inspectors_signed": "false"} if unsigned else {}), one.grid, day)
    if unsigned:
        yield Note(posting_day(later(told, rng, 33, 45)), who, INSPECTION, sheet, {"sheet": sheet, "inspectors_signed": "true"}, reason="补了签字", manner=CORRECT)


def _hazard(rng: Random, one: Site, day: date, told: date, number: int, sheet: str = "") -> Note:
    sign = rng.choice(_SORTS[one.kind])
    kind, code = HAZARDS[sign], f"{sign}{day.year}-{number:03d}"
    data = {
        "code": code, "site": one.code, "found_by": "inspection" if sheet else rng.choice(("patrol", "residents", "own", "above")), "sort": kind.sort,
        "words": rng.choice(kind.seen), "photo": "taken" if rng.random() < 0.9 else "none",
    }  # fmt: skip
    return Note(told, CLERK, HAZARD, code, data | ({"inspection": sheet} if sheet else {}), one.grid, day)


class Spans:
    """What each span came to for whoever is looked at by plan: told when its days of grace are over, and again when a visit of it is
    written down, or signed, later."""

    ledger = TALLY

    def __init__(self, world: World) -> None:
        self._first = date(world.year - 5, 1, 1)
        self._next = {months: self._first for _, _, months, _ in PLAN.values()}

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        for months, first in self._next.items():
            while (after := _after(first, months)) <= day - timedelta(days=GRACE):
                for code, page in books.pages[SITE].items():
                    if PLAN[page.data["risk"]][2] == months and page.day <= first and (page.until is None or page.until >= after):
                        yield self._told(books, code, first)
                first = self._next[months] = after

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        pages = {note.key: books.pages[INSPECTION][note.key] for note in written if note.ledger == INSPECTION}
        touched = {(page.data["site"], _first(books, page.data["site"], page.day)) for page in pages.values()}
        for code, first in sorted(touched):
            if _key(books, code, first) in books.pages[TALLY]:
                yield self._told(books, code, first)

    def _told(self, books: Books, code: str, first: date) -> Note:
        site, key = books.pages[SITE][code], _key(books, code, first)
        _, times, months, _ = PLAN[site.data["risk"]]
        after = _after(first, months)
        pages = [page for page in books.pages[INSPECTION].values() if page.data["site"] == code and first <= page.day < after]
        valid = sum(page.holds(purpose=("routine", "campaign"), inspectors_signed=SIGNED) for page in pages)
        data = {"site": code, "sheet": key.partition("/")[2], "risk": site.data["risk"], "due": str(times), "made": str(len(pages)), "valid": str(valid)}
        last, manner = after - timedelta(days=1), CORRECT if key in books.pages[TALLY] else ENTER
        return Note(last, CLERK, TALLY, key, data | {"met": "是" if valid >= times else "否"}, site.place, last, manner=manner)


def _after(first: date, months: int) -> date:
    month = first.month + months
    return date(first.year + (month > 12), (month - 1) % 12 + 1, 1)


def _first(books: Books, code: str, day: date) -> date:
    """The first day of the span of a site in which a day lies."""
    months = PLAN[books.pages[SITE][code].data["risk"]][2]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _key(books: Books, code: str, first: date) -> str:
    months = PLAN[books.pages[SITE][code].data["risk"]][2]
    name = {3: f"Q{first.month // 3 + 1}", 6: f"H{first.month // 6 + 1}", 12: ""}[months]
    return f"{code}/{first.year}{name}"


def _real(case: Case) -> bool:
    return "dismiss" not in case.taken


def _grave(case: Case) -> bool:
    return _real(case) and case.said.get("grade") == "major"


def _reported(case: Case) -> date | None:
    return case.reported


def _due(case: Case) -> date | None:
    return date.fromisoformat(case.said["due_on"]) if "due_on" in case.said else None


def _relapsed(case: Case) -> date | None:
    return date.fromisoformat(case.said["relapsed_on"]) if "relapsed_on" in case.said else None


def _struck(case: Case) -> date | None:
    return case.taken["strike_off"] if case.action == "strike_off" else None


def _passed(case: Case) -> bool:
    return case.action in ("recheck", "clear_county", "strike_off")


LIFE = Life(
    "safety", CLERK, (SITE, FREQUENCY, INSPECTION, HAZARD, TALLY), _notes,
    counted={
        "safety.visits": flow(INSPECTION, inspectors_signed=SIGNED),
        "safety.sites_checked": distinct(INSPECTION, "site", inspectors_signed=SIGNED),
        "safety.visits_routine": flow(INSPECTION, inspectors_signed=SIGNED, purpose="routine"),
        "safety.refused": flow(INSPECTION, site_signed="refused"),
        "safety.checked_again": cases("reported", "safety", category="checked_again"),
        "safety.sites": stock(SITE),
        "safety.sites_red": stock(SITE, risk="red"),
        "safety.hazards": of_workflow("safety", HAZARDOUS, _reported, _real, by_report=True),
        "safety.hazards_major": of_workflow("safety", HAZARDOUS, _reported, _grave, by_report=True),
        "safety.due": of_workflow("safety", HAZARDOUS, _due, _real),
        "safety.due_passed": of_workflow("safety", HAZARDOUS, _due, _passed),
        "safety.struck": of_workflow("safety", HAZARDOUS, _struck),
        "safety.open": open_of_workflow("safety", HAZARDOUS, _struck, _real),
        "safety.major_open": open_of_workflow("safety", HAZARDOUS, _struck, _grave),
        "safety.failed_rechecks": own_cases("reported", "safety", HAZARDOUS, "reworked"),
        "safety.relapsed": of_workflow("safety", HAZARDOUS, _relapsed),
        "safety.stoppage_asked": of_workflow("safety", HAZARDOUS, _reported, lambda case: "ask_stoppage" in case.taken, by_report=True),
        "safety.planned": flow(TALLY),
        "safety.planned_met": flow(TALLY, met="是"),
    },
    ratios={
        "safety.rectified_rate": ("safety.due_passed", "safety.due"),
        "safety.planned_rate": ("safety.planned_met", "safety.planned"),
    },
    reckoning=Spans,
)  # fmt: skip
