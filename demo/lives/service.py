"""一窗受理: what the window and the village agents take in, promise and hand out; who minds the agents' points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.applications import ACCEPTING, TRIED, after
from demo.books import Books, Case, Page
from demo.counting import Count, fitting, flow, of_workflow, standing, stock
from demo.diary import PROGRESS, REMOVE, Note, day_in, later, on_day_of_three, posting_day, weekdays
from demo.life import Life
from demo.people import invent_name
from demo.places import MERGED, MERGED_INTO, SEAT, TOWNSHIP, VILLAGES, merger_day, village_of
from demo.population import Person
from demo.undertakings import BROKEN, CHECK_DAYS, LISTED, UNDERTAKING, Undertakings, again, listed, undertaken
from demo.undertakings import ITEMS as BY_UNDERTAKING
from demo.world import World

ITEM, APPLICATION, ENQUIRY, DUTY = "service.item", "service.application", "service.enquiry", "service.agent_duty"
FACILITY, CLERK = "premises.facility", "chuangkou"
A_YEAR, MORE, ASKING = 380, 16, 58
SEASON = (10, 6, 9, 8, 8, 8, 7, 8, 9, 8, 10, 9)
ITEMS = (  # title, route, decided by, statutory days, promised days, papers, weight
    ("高龄津贴申领", "promised", "town", 20, 5, 2, 12), ("临时救助申请", "promised", "town", 20, 10, 4, 7), ("最低生活保障申请", "passed_up", "county", 30, 22, 6, 8),
    ("残疾人证办理", "passed_up", "county", 15, 10, 4, 8), ("社会保障卡申领", "passed_up", "county", 30, 15, 1, 12), ("城乡居民医保参保登记", "instant", "town", 0, 0, 1, 16),
    ("城乡居民养老待遇申领", "passed_up", "county", 20, 10, 3, 10), ("生育登记", "instant", "town", 0, 0, 2, 7), ("老年优待证办理", "instant", "town", 0, 0, 1, 10),
    ("灵活就业登记", "instant", "town", 0, 0, 1, 8), ("失业登记", "instant", "town", 0, 0, 1, 4), ("农村宅基地审批", "promised", "town", 30, 20, 7, 6),
    ("林木采伐许可", "promised", "county", 20, 8, 4, 9), ("乡村建设规划许可", "promised", "county", 20, 12, 6, 5), ("退役军人优待证申领", "passed_up", "city", 30, 20, 3, 3),
    ("困难残疾人补贴申领", "promised", "county", 20, 12, 3, 5), ("公益性岗位补贴申领", "passed_up", "county", 20, 15, 4, 2), ("特困供养申请", "passed_up", "county", 20, 15, 5, 2),
)  # fmt: skip
PAPERS = ("身份证明", "银行卡复印件", "户主签字", "诊断证明", "四至图", "邻户意见", "核对授权书")
QUESTIONS = ("要带哪些材料", "补贴哪天到账", "子女在外地怎么代办", "医保断缴怎么补", "宅基地能不能转给兄弟", "公交几点有", "证丢了怎么补")
FIRST = ("SX02", "SX12")
KNOWN = timedelta(days=60)  # by then somebody new is surely on the register
VACANT = {"石门坑村": (-2, 12, 8, 45), "茶坪村": (-4, 5, 6, 20), "大源头村": (0, 7, 10, 12)}  # year, month, day, days without anybody


@dataclass(frozen=True)
class Item:
    """A matter of the catalogue, as the window knows it."""

    code: str
    route: str
    days: int


def _notes(world: World) -> Iterator[Note]:
    yield from _catalogue(world)
    yield from listed(world)
    taken: set[str] = set()
    yield from _duty(world)
    points = {one.village: one.code for one in world.register.sites("agent_point")}
    for year in world.years:
        rng, day = world.rng(APPLICATION, year), date(year, 1, 1)
        people = [one for one in world.population.on(day) if one.age(day) >= 18 and one.since + KNOWN < day]
        handled = list(_applications(rng, world, year, people, points))
        yield from handled
        apart = world.rng("service.undertaking", year)
        yield from undertaken(apart, year, people, taken)
        yield from again(apart, year, handled)
        yield from _enquiries(rng, year)


def _catalogue(world: World) -> Iterator[Note]:
    since = date(world.year - 6, 7, 1)
    for number, (title, route, decided_by, statutory, promised, papers, _) in enumerate(ITEMS, start=1):
        data = {
            "code": f"SX{number:02d}", "title": title, "route": route, "decided_by": decided_by, "statutory_days": str(statutory),
            "promised_days": str(promised), "papers": str(papers + (f"SX{number:02d}" in BY_UNDERTAKING)), "basis_text": "县级政务服务事项基本目录",
            "paper_list": "、".join((*PAPERS[:papers], *BY_UNDERTAKING.get(f"SX{number:02d}", ())[:1])), "lackable": PAPERS[1] if papers > 1 else "", "fee": "不收费",
        }  # fmt: skip
        yield Note(world.first_day, "huji", ITEM, data["code"], data, TOWNSHIP, since)


def _applications(rng: Random, world: World, year: int, people: list[Person], points: dict[str, str]) -> Iterator[Note]:
    for number in range(1, A_YEAR + MORE * (year - world.years[0]) + rng.randint(-15, 15) + 1):
        place = rng.choices(range(len(ITEMS)), [one[6] for one in ITEMS])[0]
        item = Item(f"SX{place + 1:02d}", ITEMS[place][1], ITEMS[place][4])
        one, day = rng.choice(people), max(day_in(rng, year, SEASON), date(year, 1, 12))
        channel = rng.choices(("window", "agent", "online"), (62, 26, 12))[0]
        data = {"code": f"BJ{year}{number:04d}", "item": item.code, "channel": channel}
        data |= {"applicant": one.code} if rng.random() < 0.8 else {}
        village = village_of(one.grid)
        if channel == "agent":
            data["point"] = points[MERGED[0] if village == MERGED[1] and day >= merger_day(world.year) else village]
        first = village == SEAT and item.code in FIRST  # where the flow was tried from the beginning
        if item.code in TRIED and (first or day >= date(world.year, 7, 1)):
            yield from _through_the_flow(rng, data, item, village, day)
        else:
            yield from _handled(rng, {**data, "course": "direct"}, item, village, day)
    yield from _only_asked(rng, year)


def _only_asked(rng: Random, year: int) -> Iterator[Note]:
    """Somebody who only asked was entered as an application; the quarter's check strikes it out."""
    day, code = date(year, 3, rng.randint(4, 25)), f"BJ{year}补01"
    data = {"code": code, "item": "SX01", "channel": "window", "route": "instant", "course": "direct"}
    yield Note(day, CLERK, APPLICATION, code, data, rng.choice(("深塘村", "上垟村", "梅溪村")), day)
    yield Note(date(year, 6, rng.randint(6, 26)), CLERK, APPLICATION, code, reason="只是来问一问，不是办件", manner=REMOVE)


def _through_the_flow(rng: Random, data: dict[str, str], item: Item, village: str, day: date) -> Iterator[Note]:
    """Taken in on one of three days a month; all else happens in its matter, but for what the applicant says of it."""
    day = on_day_of_three(day)
    yield Note(day, CLERK, APPLICATION, data["code"], {**data, "route": item.route, "course": "tracked"}, village, day, at_once=True)
    if rng.random() < 0.45:
        said = {"code": data["code"], "rating": _rating(rng)}
        yield Note(after(day, item.days + 20), CLERK, APPLICATION, data["code"], said, reason="本人评价", manner=PROGRESS)


def _handled(rng: Random, data: dict[str, str], item: Item, village: str, day: date) -> Iterator[Note]:
    """Taken in and, when it takes longer than the month, finished by another entry."""
    code, told = data["code"], later(day, rng, 0, 2)
    if item.route != "instant" and rng.random() < 0.05:
        gaps = rng.choice(("缺银行卡复印件", "缺户主签字", "缺诊断证明", "缺四至图"))
        yield Note(told, CLERK, APPLICATION, code, {**data, "route": "returned", "gaps": gaps}, village, day)
        return
    done = _done(rng, data["channel"], item, day)
    opening = {**data, "route": item.route} | ({"promised_on": after(day, item.days).isoformat()} if item.route == "promised" else {})
    over = max(date.fromisoformat(text) for name, text in done.items() if name.endswith("_on"))
    if over <= told:
        yield Note(told, CLERK, APPLICATION, code, {**opening, **done}, village, day)
    else:
        yield Note(told, CLERK, APPLICATION, code, opening, village, day)
        told = max(later(over, rng, 0, 2), posting_day(told) + timedelta(days=1))
        yield Note(told, CLERK, APPLICATION, code, {"code": code, **done}, reason="办结送达", manner=PROGRESS)


def _done(rng: Random, channel: str, item: Item, day: date) -> dict[str, str]:
    late = item.route == "promised" and rng.random() < 0.03
    took = item.days + rng.randint(1, 4) if late else max(0, round(item.days * rng.uniform(0.4, 0.95)))
    decided = after(day, took)
    found = {"decided_on": decided.isoformat(), "handed_on": (decided + timedelta(days=rng.randint(1, 5) if channel == "agent" else 0)).isoformat()}
    if rng.random() < 0.45:
        found["rating"] = _rating(rng)
    return found


def _rating(rng: Random) -> str:
    return rng.choices(("excellent", "good", "fair", "poor"), (46, 45, 7, 2))[0]


def _enquiries(rng: Random, year: int) -> Iterator[Note]:
    for number in range(1, ASKING + rng.randint(-8, 8) + 1):
        day, village = max(day_in(rng, year, SEASON), date(year, 1, 12)), rng.choice(list(VILLAGES))
        data = {
            "code": f"ZX{year}{number:03d}", "item": f"SX{rng.randint(1, len(ITEMS)):02d}", "asked": rng.choice(QUESTIONS),
            "answered": rng.choices(("on_the_spot", "called_back", "sent_on"), (80, 14, 6))[0], "minutes": str(rng.randint(2, 25)),
        }  # fmt: skip
        yield Note(day, CLERK, ENQUIRY, data["code"], data, village, day)


def _duty(world: World) -> Iterator[Note]:
    """Who minds each point: one line for each agent, and one for each time that nobody did."""
    merged = merger_day(world.year)
    points = {one.village: one.code for one in world.register.sites("agent_point")}
    for village in (*VILLAGES, MERGED_INTO):
        place = MERGED[0] if village == MERGED_INTO else village
        since = merged if village == MERGED_INTO else date(world.year - 7, 3, 1)
        end = merged if village in MERGED else None
        yield from _line(world, village, place, points[place], _stretches(world.year, village, since, end))


def _stretches(year: int, village: str, since: date, end: date | None) -> Iterator[tuple[str, date, date | None]]:
    if village in VACANT:
        offset, month, day, gap = VACANT[village]
        left = date(year + offset, month, day)
        yield "on_duty", since, left
        yield "vacant", left, left + timedelta(days=gap)
        since = left + timedelta(days=gap)
    yield "on_duty", since, end


def _line(world: World, village: str, place: str, point: str, stretches: Iterator[tuple[str, date, date | None]]) -> Iterator[Note]:
    rng = world.rng(DUTY, village)
    for turn, (state, since, until) in enumerate(stretches, start=1):
        key = {"village": village, "turn": str(turn)}
        data = {**key, "point": point, "state": state} | ({"agent": invent_name(rng)} if state == "on_duty" else {})
        told = max(later(since, rng, 0, 2), world.first_day)
        yield Note(told, CLERK, DUTY, f"{village}/{turn}", data, place, since)
        if until is not None:
            gone = {"on_duty": "代办员离岗" if village not in MERGED else "两村合并", "vacant": "新代办员到岗"}[state]
            yield Note(max(until, told), CLERK, DUTY, f"{village}/{turn}", key, until=until, reason=gone, manner=PROGRESS)


def _slow(books: Books, year: int) -> Fraction:
    return Fraction(sum(page.number("promised_days") > page.number("statutory_days") for page in standing(books, ITEM, year)))


def _direct(**route: str | tuple[str, ...]) -> Count:
    """Applications that were entered when they were done."""
    return flow(APPLICATION, "", "", "", course="direct", **route)


def _direct_where(fits: Callable[[Page], bool], time: str = "") -> Count:
    return fitting(APPLICATION, lambda page: page.data["course"] == "direct" and fits(page), time=time)


def _on_time(page: Page) -> bool:
    return _promised(page) and page.data["decided_on"] <= page.data["promised_on"]


def _late(page: Page) -> bool:
    return _promised(page) and page.data["decided_on"] > page.data["promised_on"]


def _ahead(page: Page) -> bool:
    return _promised(page) and page.data["decided_on"] < page.data["promised_on"]


def _promised(page: Page) -> bool:
    return page.data["route"] == "promised" and bool(page.data.get("decided_on"))


def _by_agent(page: Page) -> bool:
    return page.data["channel"] == "agent" and page.data["route"] != "returned"


def _matters(category: str, day_of: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True) -> Count:
    """Matters of the window on a day of theirs; by the day of opening not known in a year without one."""
    return of_workflow("service", category, day_of, lambda case: not case.voided and fits(case), by_report=day_of is _reported)


def _through(day_of: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True) -> Count:
    return _matters("application", day_of, fits)


def _both(direct: Count, matters: Count) -> Count:
    """What is kept in two places: one of them is enough."""
    return lambda books, year: (matters(books, year) or Fraction(0)) + own if (own := direct(books, year)) is not None else matters(books, year)


def _reported(case: Case) -> date | None:
    return case.reported


def _accepted(case: Case) -> date | None:
    return None if "cancel_acceptance" in case.taken else _last(case, *ACCEPTING)


def _completed(case: Case) -> date | None:
    return _since_reopened(case, "grant", "deny", "reissue")


def _handed(case: Case) -> date | None:
    return _since_reopened(case, "hand_out", "hand_back")


def _since_reopened(case: Case, *actions: str) -> date | None:
    day, reopened = _last(case, *actions), case.taken.get("reopen")
    return None if day is None or (reopened is not None and day <= reopened) else day


def _last(case: Case, *actions: str) -> date | None:
    return max((case.taken[action] for action in actions if action in case.taken), default=None)


def _missed(case: Case) -> bool:
    """Whether a decision ever came after the promised time; what was accepted silently counts from the day it was taken in."""
    if "pass_up" not in case.taken and "procedure" in case.said:
        return False  # the time of the procedure does not count, and the rest is short
    begun = case.taken.get("send_in", case.reported) if "accept_deemed" in case.taken else _last(case, *ACCEPTING)
    decided = case.first.get("grant") or case.first.get("deny")
    return begun is not None and decided is not None and weekdays(begun, decided) > TRIED[case.said["item"]][0]


def _is(route: str) -> Callable[[Case], bool]:
    return lambda case: case.said["route"] == route


def _finished(case: Case) -> bool:
    return case.said["route"] == "promised" and _completed(case) is not None


def _ended(*actions: str) -> Callable[[Case], date | None]:
    return lambda case: _last(case, *actions)


def _open(books: Books, year: int) -> Fraction | None:
    """Taken in and not at an end by the last day; not known before the first was taken in."""
    last, ends = date(year, 12, 31), ("refuse", "terminate", "cancel_acceptance", "retract")
    found = [case for case in books.of_line["service"] if case.category == "application" and not case.voided]
    ended = [case for case in found if (day := _handed(case) or _last(case, *ends)) is not None and day <= last]
    begun = sum(case.reported <= last for case in found)
    return Fraction(begun - len(ended)) if begun else None


def _decided(case: Case) -> date | None:
    return date.fromisoformat(case.said["decided_on"])


def _checks(day_of: Callable[[Case], date | None], fits: Callable[[Case], bool]) -> Count:
    return _matters("undertaking_check", day_of, fits)


def _looked_at(case: Case) -> bool:
    return bool(case.first)


def _in_time(case: Case) -> bool:
    return _looked_at(case) and weekdays(date.fromisoformat(case.said["decided_on"]), min(case.first.values())) <= CHECK_DAYS


def _unchecked(books: Books, year: int) -> Fraction | None:
    """Opened and not at an end by the last day; not known before the first was opened."""
    last = date(year, 12, 31)
    found = [case for case in books.of_line["service"] if case.category == "undertaking_check" and case.reported <= last]
    ended = [case for case in found if (day := _last(case, "keep", "mend", "revoke")) is not None and day <= last]
    return Fraction(len(found) - len(ended)) if found else None


def _mended(case: Case) -> bool:
    return "mend" in case.taken and case.taken["mend"] >= case.taken.get("mend_again", date.min)


RECORDED, ACCEPTED = _direct(route=("instant", "promised", "passed_up", "reissue")), _through(_accepted)
PARTS: dict[str, tuple[Count, Count]] = {
    "service.promised": (_direct(route="promised"), _through(_accepted, _is("promised"))),
    "service.passed_up": (_direct(route="passed_up"), _through(_accepted, _is("passed_up"))),
    "service.promised_decided": (_direct_where(_promised), _through(_accepted, _finished)),
    "service.promised_on_time": (_direct_where(_on_time), _through(_accepted, lambda case: _finished(case) and not _missed(case))),
    "service.late": (_direct_where(_late), _through(_accepted, lambda case: _finished(case) and _missed(case))),
}

LIFE = Life(
    "service", CLERK, (ITEM, LISTED, APPLICATION, ENQUIRY, DUTY), _notes, reckoning=Undertakings,
    counted={
        "service.village_agents": stock(FACILITY, kind="agent_point"),
        "service.agents_on_duty": stock(DUTY, state="on_duty"),
        "service.villages_unserved": stock(DUTY, state=("vacant", "no_point")),
        "service.applications": _both(RECORDED, ACCEPTED),
        "service.recorded": RECORDED,
        "service.accepted": ACCEPTED,
        "service.received": _through(_reported),
        "service.instant": _direct(route="instant"),
        **{metric: _both(*parts) for metric, parts in PARTS.items()},
        **{f"{metric}_recorded": direct for metric, (direct, _) in PARTS.items()},
        **{f"{metric}_tracked": matters for metric, (_, matters) in PARTS.items()},
        "service.returned": _both(_direct(route="returned"), _through(_ended("refuse", "terminate", "cancel_acceptance"))),
        "service.refused": _through(_ended("refuse")),
        "service.terminated": _through(_ended("terminate", "cancel_acceptance")),
        "service.retracted": _through(_ended("retract")),
        "service.denied": _through(_completed, lambda case: case.taken.get("deny") == _completed(case)),
        "service.gaps_told": _through(_reported, lambda case: "ask_papers" in case.taken),
        "service.deemed": _through(_accepted, lambda case: "accept_deemed" in case.taken),
        "service.lacking": _through(_reported, lambda case: "accept_lacking" in case.taken),
        "service.lacking_broken": _through(_reported, lambda case: "cancel_acceptance" in case.taken),
        "service.undertaken": _through(_accepted, lambda case: "accept_undertaken" in case.taken),
        "service.undertakings": flow(UNDERTAKING),
        "service.undertakings_checked": _checks(_decided, _looked_at),
        "service.undertakings_in_time": _checks(_decided, _in_time),
        "service.undertakings_open": _unchecked,
        "service.undertakings_unkept": _checks(_decided, lambda case: "order_mend" in case.taken),
        "service.undertakings_revoked": _checks(_ended("revoke"), lambda case: True),
        "service.undertakings_broken": stock(BROKEN),
        "service.reissued": _both(_direct(route="reissue"), _through(_accepted, _is("reissue"))),
        "service.reissued_recorded": _direct(route="reissue"),
        "service.reissued_tracked": _through(_accepted, _is("reissue")),
        "service.reissued_unlinked": flow(APPLICATION, route="reissue", earlier=None),
        "service.procedures": _through(_reported, lambda case: "begin_procedure" in case.taken),
        "service.decided": _through(_completed),
        "service.handed": _through(_handed),
        "service.open": _open,
        "service.agent_recorded": _direct_where(_by_agent, time="handed_on"),
        "service.agent_tracked": _through(_handed, lambda case: case.said["channel"] == "agent"),
        "service.agent_applications": _both(_direct_where(_by_agent, time="handed_on"), _through(_handed, lambda case: case.said["channel"] == "agent")),
        "service.ahead_recorded": _direct_where(_ahead),
        "service.passed_late": _through(_accepted, lambda case: case.said["route"] == "passed_up" and _completed(case) is not None and _missed(case)),
        "service.rated": flow(APPLICATION, rating=("excellent", "good", "fair", "poor", "bad")),
        "service.rated_good": flow(APPLICATION, rating=("excellent", "good", "fair")),
        "service.bad_ratings": _matters("bad_rating", _reported),
        "service.bad_proven": _matters("bad_rating", _reported, lambda case: "prove" in case.taken),
        "service.bad_mended": _matters("bad_rating", _reported, _mended),
        "service.enquiries": flow(ENQUIRY),
        "service.items": stock(ITEM),
        "service.items_slow": _slow,
    },
    ratios={
        "service.on_time_rate": ("service.promised_on_time", "service.promised_decided"),
        "service.good_rate": ("service.rated_good", "service.rated"),
        "service.mended_rate": ("service.bad_mended", "service.bad_proven"),
        "service.instant_rate": ("service.instant", "service.applications"),
        "service.undertakings_in_time_rate": ("service.undertakings_in_time", "service.undertakings_checked"),
        "service.gaps_rate": ("service.gaps_told", "service.received"),
    },
)  # fmt: skip
