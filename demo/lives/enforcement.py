"""综合行政执法: what the township may punish, who holds a certificate, whom they looked at, cases and what the county or the court said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

from demo.books import Books, Case
from demo.bringing import Brought
from demo.counting import Count, distinct, fitting, flow, net, of_workflow, open_of_workflow, stock
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, on_day_of_three, posting_day
from demo.enforcing import HOLDERS, OVERTURNED, Told, told
from demo.life import Life
from demo.people import invent_name
from demo.places import TOWNSHIP, VILLAGES
from demo.world import World

POWER, OFFICER, DOCKET = "enforcement.power", "enforcement.officer", "enforcement.docket"
INSPECTION, CHALLENGE = "enforcement.inspection", "enforcement.challenge"
CLERK, CASE, PUBLISHING, TAKING_DOWN = "laozhou", "enforcement_case", "publish_penalty", "take_down_penalty"
A_YEAR = (26, 29, 33, 31, 36, 41, 39)  # clues registered in the years −5 … +1: more, as more powers are handed down
LOOKED_AT = 56  # inspections a year
_SEASON = (5, 4, 9, 10, 10, 9, 8, 8, 9, 11, 10, 7)
KNOWN = timedelta(days=60)  # by then a new business is surely on the register
_POWERS = (  # title, domain, basis, since which year (counted from the last complete one), how often
    ("擅自占用道路堆放物品", "city", "县市容环境卫生办法第十二条", -7, 15), ("沿街乱倒垃圾污水", "city", "县市容环境卫生办法第九条", -7, 10),
    ("未按规定分类投放垃圾", "city", "县生活垃圾管理办法第三十条", -7, 12), ("擅自设置户外广告", "city", "县市容环境卫生办法第二十一条", -7, 5),
    ("占道经营", "city", "县市容环境卫生办法第十五条", -7, 12), ("工地未设围挡", "construction", "县建设工程管理办法第十八条", -7, 6),
    ("渣土运输撒漏", "construction", "县建设工程管理办法第二十六条", -7, 9), ("未取得许可进行乡村建设", "planning", "乡村规划条例第四十一条", -7, 8),
    ("未批先建占用耕地", "planning", "县土地管理办法第三十三条", -7, 4), ("河道内倾倒弃物", "water", "县河道管理办法第二十条", -3, 7),
    ("擅自在河道采砂", "water", "县河道管理办法第二十四条", -3, 3), ("露天焚烧秸秆", "ecology", "县大气污染防治办法第二十九条", -3, 9),
    ("养殖粪污直排", "ecology", "县畜禽养殖污染防治办法第十六条", -3, 6), ("餐饮油烟扰民", "ecology", "县大气污染防治办法第三十四条", -3, 5),
    ("野外违规用火", "forestry", "县森林防火办法第十四条", -1, 6), ("消防通道堆物堵塞", "safety", "县消防管理办法第二十二条", -1, 5),
    ("农药包装物未回收", "farming", "县农药管理办法第十九条", -1, 3), ("旅游景点超员接待", "culture", "县旅游管理办法第十七条", -1, 2),
)  # fmt: skip
WITHDRAWN = 3  # the power that the county took back in the last complete year
_OFFICERS = (("YL-01", -9), ("YL-02", -8), ("YL-03", -7), ("YL-04", -6), ("YL-05", -4), ("YL-06", -2), ("YL-07", 0))  # certificate, since
REVIEWERS = (("YL-审1", -6), ("YL-审2", -1))
AT_WORK = timedelta(days=640)  # nobody begins a case with a certificate that may end before the case does
IN_HAND = ("YL-04", "YL-01")  # who have the cases in hand: the first where his certificate lasts
SYSTEM = "system"
VALID = 5  # years that a certificate stands
_SOURCES = (("grid", "hotline", "patrol", "petition", "assigned", "transferred"), (28, 14, 34, 8, 6, 10))
_PLACES = ("村口路段", "农贸市场边", "溪滩", "新区工地", "省道路口", "老街", "停车场旁")
SINCE = date(2019, 1, 1)  # since when a decision must be published within days
ENDS = ("close", "no_penalty", "drop", "hand_over", "decline")


@dataclass(frozen=True)
class Docket:
    """A case as it is registered: ``day`` of the clue, ``told_on`` when it was written down, ``entered`` when that was entered, ``mended``
    when a certificate written twice was put right."""

    code: str
    day: date
    told_on: date
    entered: date
    mended: date | None
    course: Told


@cache
def dockets(world: World) -> tuple[Docket, ...]:
    """All cases of the years, with their courses."""
    return tuple(_docket(world, year, number) for year, many in zip(world.years, A_YEAR, strict=True) for number in range(1, many + 1))


def _docket(world: World, year: int, number: int) -> Docket:
    rng, code = world.rng(DOCKET, year, number), f"执{year}-{number:03d}"
    day = max(day_in(rng, year, _SEASON), date(year, 1, 11))
    told_on = later(day, rng, 0, 3)
    entered = on_day_of_three(told_on) if told_on >= soon(world) else posting_day(told_on)
    mended = on_day_of_three(later(entered, rng, 1, 6)) if rng.random() < 0.03 else None
    name = f"enforcement.registered:{code}:1"  # the matter that its rule will open, and the chance that it will be told by
    return Docket(code, day, told_on, entered, mended, told(name, mended or entered, world.rng("rule", name)))


def soon(world: World) -> date:
    """Since when cases and decisions are entered three times a month, not once."""
    return date(world.year, 7, 1)


def _notes(world: World) -> Iterator[Note]:
    yield from _powers(world)
    yield from _officers(world)
    for one in dockets(world):
        yield from _registered(world, one)
        yield from _contested(world, one)
    for year in world.years:
        yield from _inspections(world.rng(INSPECTION, year), world, year)


def _powers(world: World) -> Iterator[Note]:
    for number, (title, domain, basis, since, _) in enumerate(_POWERS, start=1):
        first = date(world.year + since, 7, 1) if since < -5 else date(world.year + since, 1, 4)
        data = {"code": f"C-{number:02d}", "title": title, "domain": domain, "basis": basis, "doc_no": f"青政发〔{first.year}〕9号"}
        yield Note(max(first, world.first_day), CLERK, POWER, data["code"], data, TOWNSHIP, first)
    gone = date(world.year, 9, 1)
    code = {"code": f"C-{WITHDRAWN + 1:02d}"}
    yield Note(gone, CLERK, POWER, code["code"], code, until=gone, reason="县里收回这一项", manner=PROGRESS)


def _officers(world: World) -> Iterator[Note]:
    """Each certificate stands five years; who stays has another one then."""
    for role, people in (("officer", _OFFICERS), ("reviewer", REVIEWERS)):
        for name, since in people:
            for turn, first in enumerate(_certificates(world.year, since)):
                data = {"certificate": f"{name}-{turn + 1}", "role": role, "issued_by": "青屏县人民政府", "trainings": str(1 + turn)}
                data |= {"account": HOLDERS[name]} if name in HOLDERS else {}
                until = first.replace(year=first.year + VALID)
                yield Note(max(first, world.first_day), CLERK, OFFICER, data["certificate"], data, TOWNSHIP, first, until)


def _certificates(year: int, since: int) -> Iterator[date]:
    first = date(year + since, 1, 3)
    while first.year <= year + 1:
        yield first
        first = first.replace(year=first.year + VALID)


def _holders(world: World, day: date) -> list[str]:
    """The certificates of officers that stand on a day, a month before it and for a while after it."""
    found = [(name, turn, first) for name, since in _OFFICERS for turn, first in enumerate(_certificates(world.year, since))]
    return [f"{name}-{turn + 1}" for name, turn, first in found if first + timedelta(days=31) <= day < first.replace(year=first.year + VALID) - AT_WORK]


def _two(rng: Random, world: World, day: date) -> tuple[str, str]:
    """The certificates of the two who are on a case: of whoever has it in hand, and of another."""
    able = _holders(world, day)
    first = next(one for name in IN_HAND for one in able if one.startswith(name))
    return first, rng.choice([one for one in able if one != first])


def _registered(world: World, one: Docket) -> Iterator[Note]:
    """The case; once in a while both officers have the same certificate at first, and no case is opened before that is put right."""
    rng = world.rng(DOCKET, one.code)
    able = [(number, power) for number, power in enumerate(_POWERS, start=1) if world.year + power[3] < one.day.year and number != WITHDRAWN + 1]
    power = rng.choices([number for number, _ in able], [power[4] for _, power in able])[0]
    first, second = _two(rng, world, one.day)
    village = rng.choice(list(VILLAGES))
    data = {
        "code": one.code, "power": f"C-{power:02d}", "officer": first, "second_officer": first if one.mended else second,
        "source": rng.choices(*_SOURCES)[0], "place": f"{village}{rng.choice(_PLACES)}",
    }  # fmt: skip
    if one.course.corporate:
        there = [business for business in world.register.businesses if business.since + KNOWN < one.day and business.is_there(one.day)]
        business = rng.choice(there)
        village, data["business"] = business.village, business.code
        data["place"] = f"{village}{business.title.removeprefix(village.removesuffix('村'))}门前"
    else:
        data["party_name"] = invent_name(rng)
    at_once = one.told_on >= soon(world)
    yield Note(one.entered if at_once else one.told_on, CLERK, DOCKET, one.code, data, village, one.day, at_once=at_once)
    if one.mended:
        right = {"code": one.code, "second_officer": second}
        yield Note(one.mended, CLERK, DOCKET, one.code, right, reason="证号写重了", manner=CORRECT)
    if one.course.decided is not None:
        number = {"code": one.code, "decision_no": f"云执罚〔{one.code[1:5]}〕{int(one.code[6:])}号"}  # numbered like its case
        known_on = later(one.course.decided, rng, 0, 3)
        at_once = known_on >= soon(world)
        yield Note(on_day_of_three(known_on) if at_once else known_on, CLERK, DOCKET, one.code, number, reason="作出决定，登记文号", manner=PROGRESS, at_once=at_once)


def _contested(world: World, one: Docket) -> Iterator[Note]:
    contest = one.course.contest
    if contest is None:
        return
    rng = world.rng(CHALLENGE, one.code)
    court = "青府复" if contest.kind == "review" else "青法行初"
    key = {"code": f"{court}〔{contest.asked.year}〕{one.code[4:].replace('-', '')}号"}
    data = {**key, "docket": one.code, "kind": contest.kind, "outcome": "pending"}
    yield Note(later(contest.asked, rng, 0, 3), CLERK, CHALLENGE, key["code"], data, TOWNSHIP, contest.asked)
    ended = {**key, "outcome": contest.outcome, "ended_on": contest.ended.isoformat()}
    yield Note(later(contest.ended, rng, 0, 2), CLERK, CHALLENGE, key["code"], ended, reason="收到决定书", manner=PROGRESS)


def _inspections(rng: Random, world: World, year: int) -> Iterator[Note]:
    there = [one for one in world.register.of_kind("shop", "restaurant", "workshop", "company") if one.since + KNOWN < date(year, 1, 5)]
    for number in range(1, LOOKED_AT + rng.randint(-8, 14) + 1):
        day = max(day_in(rng, year, _SEASON), date(year, 1, 11))
        first, second = rng.sample(_holders(world, max(day, date(year, 2, 8))), 2)
        one = rng.choice([one for one in there if one.is_there(day)])
        village = rng.choice(list(VILLAGES))
        data = {
            "code": f"检{year}-{number:03d}", "officer": first, "second_officer": second, "minutes": str(rng.randint(10, 70)),
            "finding": rng.choices(("fine", "fixed", "ordered", "case"), (58, 22, 15, 5))[0],
        }  # fmt: skip
        if rng.random() < 0.8:  # the others were stretches of road, building sites
            village, data["business"] = one.village, one.code
        told_on = later(day, rng, 0, 3)
        yield Note(told_on, CLERK, INSPECTION, data["code"], data, village, day)
        if data["finding"] == "ordered" and rng.random() < 0.06:
            less = {"code": data["code"], "finding": "fixed"}
            yield Note(later(told_on, rng, 32, 50), CLERK, INSPECTION, data["code"], less, reason="回看记录，是当场改正", manner=CORRECT)


def _brought(code: str, case: Case) -> Iterator[Note]:
    """The number of a fine on the spot: what was fined is registered by the step itself."""
    if "fine_on_spot" in case.taken:
        yield Note(case.taken["fine_on_spot"], SYSTEM, DOCKET, code, {"code": code, "decision_no": case.said["paper_no"]}, reason="当场处罚", manner=PROGRESS)


# How the plain books count: by what was last done on what day, knowing nothing of states.


def _cases(day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, measure: str = "") -> Count:
    return of_workflow("enforcement", CASE, day, fits, measure)


def _since_reopened(case: Case, *actions: str) -> date | None:
    """When one of these was last done, unless the case was taken up again since."""
    found = max((case.taken[action] for action in actions if action in case.taken), default=None)
    reopened = case.taken.get("reopen")
    return None if found is None or (reopened and found <= reopened) else found


def _decided(case: Case) -> date | None:
    return _since_reopened(case, "decide", "fine_on_spot")


def _ordinary(case: Case) -> date | None:
    return _since_reopened(case, "decide")


def _ended(*how: str) -> Callable[[Case], date | None]:
    return lambda case: case.taken[case.action] if case.action in how else None


def _after(case: Case, action: str, *undoing: str) -> bool:
    """Whether an action was taken, and nothing since that undoes it."""
    return action in case.taken and all(case.taken.get(other, date.min) <= case.taken[action] for other in (*undoing, "reopen"))


def _reviewed(case: Case) -> bool:
    return _after(case, "review", "more_evidence", "hold_hearing")


def _discussed(case: Case) -> bool:
    return _after(case, "discuss", "more_evidence", "hold_hearing")


def _major(case: Case) -> bool:
    return case.said.get("gravity") == "major"


def _stands(fits: Callable[[Case], bool] = lambda case: True) -> Count:
    return open_of_workflow("enforcement", CASE, _ended(*ENDS), fits)


def _published(day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, by_report: bool = False) -> Count:
    return of_workflow("enforcement", (PUBLISHING, TAKING_DOWN), day, fits, by_report=by_report)


def _listed(case: Case) -> date | None:
    return case.reported if case.category == PUBLISHING else None


def _late(case: Case) -> bool:
    """In time within days, or far beyond, whatever the holidays; since there is a time."""
    return case.action == "publish" and case.reported >= SINCE and (case.taken["publish"] - case.reported).days > 15


def _visits(books: Books, year: int) -> Fraction | None:
    return None if flow(INSPECTION)(books, year) is None else fitting(INSPECTION, lambda page: bool(page.data.get("business")))(books, year)


SIMPLE = _cases(lambda case: case.taken.get("fine_on_spot"))
ORDINARY = _cases(_ordinary)
FINES, CONFISCATIONS = _cases(_decided, measure="fine"), _cases(_decided, lambda case: "confiscated" in case.said, "confiscated")

LIFE = Life(
    "enforcement", CLERK, (POWER, OFFICER, DOCKET, INSPECTION, CHALLENGE), _notes,
    counted={
        "enforcement.inspections": flow(INSPECTION),
        "enforcement.inspection_visits": _visits,
        "enforcement.inspected": distinct(INSPECTION, "business"),
        "enforcement.ordered": flow(INSPECTION, finding="ordered"),
        "enforcement.powers": stock(POWER),
        "enforcement.officers": stock(OFFICER, role="officer"),
        "enforcement.clues": of_workflow("enforcement", CASE, lambda case: case.reported, by_report=True),
        "enforcement.filed": _cases(lambda case: case.taken.get("approve")),
        "enforcement.declined": _cases(_ended("decline")),
        "enforcement.simple": SIMPLE,
        "enforcement.ordinary": ORDINARY,
        "enforcement.penalties": net((SIMPLE, ORDINARY), ()),
        "enforcement.major": _cases(_decided, _major),
        "enforcement.major_unreviewed": _cases(_decided, lambda case: _major(case) and not (_reviewed(case) and _discussed(case))),
        "enforcement.reviews": _cases(_decided, _reviewed),
        "enforcement.hearings": _cases(_decided, lambda case: _after(case, "hold_hearing")),
        "enforcement.fines": FINES,
        "enforcement.confiscations": CONFISCATIONS,
        "enforcement.money": net((FINES, CONFISCATIONS), ()),
        "enforcement.collected": _cases(_ended("close"), lambda case: "paid" in case.said, "paid"),
        "enforcement.unpunished": _cases(_ended("no_penalty")),
        "enforcement.first_offence": _cases(_ended("no_penalty"), lambda case: case.said["ground"] == "first"),
        "enforcement.dropped": _cases(_ended("drop")),
        "enforcement.transferred": _cases(_ended("hand_over")),
        "enforcement.transferred_police": _cases(_ended("hand_over"), lambda case: case.said["receiver"] == "police"),
        "enforcement.closed": _cases(_ended("close")),
        "enforcement.open": _stands(),
        "enforcement.to_court": _stands(lambda case: case.action == "apply_court"),
        "enforcement.publish_due": _published(_listed, lambda case: case.action != "keep", by_report=True),
        "enforcement.published": _published(_listed, lambda case: case.action == "publish", by_report=True),
        "enforcement.published_late": _published(_listed, _late, by_report=True),
        "enforcement.taken_down": _published(_ended("take_down")),
        "enforcement.challenges": flow(CHALLENGE),
        "enforcement.challenges_ended": flow(CHALLENGE, time="ended_on", outcome=("upheld", "withdrawn", *OVERTURNED)),
        "enforcement.challenges_lost": flow(CHALLENGE, time="ended_on", outcome=OVERTURNED),
    },
    ratios={
        "enforcement.publish_rate": ("enforcement.published", "enforcement.publish_due"),
        "enforcement.loss_rate": ("enforcement.challenges_lost", "enforcement.challenges_ended"),
    },
    reckoning=lambda world: Brought(DOCKET, "enforcement.registered", _brought, each=True),
    reaching_back=("enforcement.to_court",),  # a case that lies before the court counts from the day on which it was registered
)  # fmt: skip
