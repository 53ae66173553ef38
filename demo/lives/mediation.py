"""矛盾纠纷调解: disputes, some taken over from the grids and from petitions; agreed, kept or not, confirmed by the court, reneged on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from random import Random

from demo.books import Books, Case
from demo.counting import Count, fitting, flow, stock
from demo.deeds import Handling
from demo.diary import CORRECT, Note, day_in, later, money, office_day, posting_day, visiting_day
from demo.life import Life
from demo.lives import grid, petition
from demo.matters import Passed
from demo.mediators import MEDIATOR, SUBSIDY, Subsidies, judged, on_duty, roll_notes
from demo.people import invent_name
from demo.places import COUNTY, TOWN, every_grid, village_of
from demo.world import World

PARTY, WORKFLOW = "mediation.party", "mediation.quarrel"
A_YEAR = (52, 58, 55, 61, 63, 60, 56)  # that come of themselves, in the years −5 … +1
PARTIES_SINCE = 2  # the register of parties begins so many years before the year after the last complete one
_SEASON = (12, 9, 8, 8, 8, 7, 7, 7, 8, 8, 9, 9)
_KINDS = (
    ("neighbours", "邻里通行纠纷", 24), ("neighbours", "滴水排水纠纷", 14), ("land", "山林界址纠纷", 16), ("land", "承包地流转纠纷", 12),
    ("marriage", "婚姻家庭纠纷", 16), ("support", "赡养纠纷", 8), ("labour", "劳务报酬纠纷", 12), ("injury", "损害赔偿纠纷", 10),
    ("contract", "民间借贷纠纷", 10), ("compensation", "征迁补偿分配纠纷", 4),
)  # fmt: skip
_FACTS = ("双方对界线说法不一，有旧契可查", "甲方垫付的钱乙方一直没有还", "施工时碰坏了对方的围墙", "分家时没有写明，各说各的")
_TERMS = ("乙方在约定日期前付清，甲方不再追究", "以石坎为界，双方各立界桩", "乙方恢复原状，甲方让出通道", "各让一步，今后互不再提")
_TALKS = ("双方都到场，各说了理由，愿意再谈", "会同村里到现场量过", "一方要求当面说清，另约日子", "双方当面说开，意见接近")
_WHY_NOT = ("三次调解未能一致", "一方不愿继续调解", "争议要靠鉴定，双方都不肯垫付")
_WAITS = ("一方当事人在外地，约好回来再谈", "等测绘结果", "等伤残鉴定意见")
_LINKS = (("people", "administrative", "judicial", "police", "industry"), (68, 10, 6, 13, 3))
_ENDS = ("close", "fail", "withdraw_case", "decline")
_Step = tuple[date, str, str, dict[str, str]]


@dataclass(frozen=True)
class Dispute:
    """One dispute under its number, with all that was done about it; ``slip`` when others passed it on."""

    number: str
    place: str
    steps: tuple[Handling, ...]

    def day_of(self, action: str) -> date | None:
        """When a step was first taken."""
        return next((step.day for step in self.steps if step.action == action), None)


@cache
def disputes(world: World) -> tuple[Dispute, ...]:
    """All disputes, numbered year by year in the order in which they came."""
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
    name, day = f"{TOWN}人调〔{day.year}〕第{number}号", visiting_day(day)
    place = passed.place if passed else rng.choice(every_grid())
    source = {"source": "transferred", "from_no": passed.slip} if passed else {"source": rng.choices(("applied", "initiative", "delegated"), (60, 32, 8))[0]}
    told = [Handling(
        day, "chuangkou", "mediation", f"mediation/{day.year}-{number:03d}", "report", f"{passed.title}（移交单 {passed.slip}）" if passed else f"{village_of(place)}{called}",
        kind, "", place, more=tuple(source.items()), workflow=WORKFLOW,
    )]  # fmt: skip
    link = "petition" if passed and passed.slip.startswith("信") else rng.choices(*_LINKS)[0]
    for when, who, action, given in _course(world, rng, day, name, kind, link, bool(passed)):
        reason, result = given.pop("reason", ""), given.pop("result", "")
        told.append(Handling(when, who, "mediation", told[0].matter, action, reason=reason, result=result, more=tuple(given.items()), workflow=WORKFLOW))
    return Dispute(name, place, tuple(told))


def _course(world: World, rng: Random, day: date, name: str, kind: str, link: str, passed: bool) -> Iterator[_Step]:
    """From the acceptance to the end; a few are entered by mistake, some not accepted, some withdrawn."""
    day = _after(day, rng, 0, 3)
    if not passed and rng.random() < 0.05:
        how = rng.choice(("void", "decline"))
        ground = {"reason": "法院已经立案", "decline_ground": "court"} if how == "decline" else {"reason": "与前一件重复登记"}
        yield day, "chuangkou", how, ground
        return
    people = str(rng.choice((2, 2, 2, 3, 4, 6)))
    yield day, "sifa", "accept", {"case_no": name, "kind": kind, "link": link, "mediator": on_duty(world, day, rng), "people": people}
    if rng.random() < 0.05:
        day = _after(day, rng, 1, 4)
        yield day, "chuangkou", "suspend", {"reason": rng.choice(_WAITS)}
        day = _after(day, rng, 12, 45)
        yield day, "sifa", "resume", {"reason": "可以接着谈了"}
    if rng.random() < 0.03:
        day = _after(day, rng, 1, 4)
        yield day, "chuangkou", "challenge", {"reason": "乙方认为调解员与甲方相熟"}
        yield day, "chuangkou", "replace", {"reason": "司法所另派", "mediator": on_duty(world, day, rng)}
    day = _after(day, rng, 2, 9)
    yield day, "sifa", "meet", {"meeting_place": rng.choice(("村委会", "司法所调解室", "田头")), "result": rng.choice(_TALKS)}
    ending = rng.choices(("settled", "failed", "withdrawn"), (88, 10, 2))[0]
    if ending == "settled":
        yield from _settled(rng, day)
        return
    day = _after(day, rng, 3, 18)
    if ending == "failed":
        yield day, "sifa", "fail", {"reason": rng.choice(_WHY_NOT), "way": rng.choices(("lawsuit", "arbitration", "administrative"), (80, 12, 8))[0]}
    else:
        yield day, "chuangkou", "withdraw_case", {"reason": "双方自己谈好了，申请人撤回"}


def _settled(rng: Random, day: date, again: bool = False) -> Iterator[_Step]:
    """An agreement; now and then one side goes back on it before it is kept, or after the matter was closed."""
    day = agreed = _after(day, rng, 1, 10)
    oral, amount = rng.random() < 0.28, money(rng.lognormvariate(8.6, 1.0), 50) if rng.random() < 0.62 else None
    due = None if oral or amount is None or rng.random() < 0.25 else later(day, rng, 15, 110)
    slip = amount is not None and not oral and rng.random() < 0.06
    given = {"agreement_form": "oral" if oral else "written", "facts": rng.choice(_FACTS), "terms": rng.choice(_TERMS)}
    given |= {"amount": f"{amount}0" if slip else str(amount)} if amount else {}
    yield day, "sifa", "agree", given | ({"perform_by": due.isoformat(), "perform_way": "转账"} if due else {})
    if slip:
        day = _after(day, rng, 2, 9)
        yield day, "sifa", "amend", {"reason": "与协议书核对，多打了一个零", "amount": str(amount)}
    if not again and rng.random() < 0.03:
        day = _after(day, rng, 3, 20)
        yield day, "sifa", "renege", {"reason": "一方回去以后反悔"}
        yield from _settled(rng, day, again=True)
        return
    if not oral and rng.random() < 0.16:
        applied = min(_after(day, rng, 3, 12), agreed + timedelta(days=25))
        yield applied, "chuangkou", "apply_confirm", {"court": f"{COUNTY}人民法院"}
        day = _after(applied, rng, 6, 14)
        yield day, "chuangkou", "confirm", {"paper_no": f"（{day.year}）民特{rng.randint(1, 99)}号", "confirmed_on": day.isoformat()}
    yield from _kept(rng, day, due, again)


def _kept(rng: Random, day: date, due: date | None, again: bool) -> Iterator[_Step]:
    """Kept at once or by its day; a few are not, of which half are kept after all and some fail."""
    if due is not None and rng.random() < 0.08:
        day = _after(max(day, due), rng, 2, 9)
        yield day, "sifa", "breach", {"reason": "到期只履行了一部分"}
        day = _after(day, rng, 5, 20)
        yield day, "sifa", "urge", {"result": "上门督促，答应尽快"}
        if rng.random() < 0.5:
            if rng.random() < 0.4:
                yield _after(day, rng, 20, 40), "sifa", "fail", {"reason": "督促两次仍不履行", "way": "lawsuit"}
            return
    elif due is not None:
        day = max(day, due - timedelta(days=rng.randint(0, 10)))
    done = office_day(day) if due is None else _after(day, rng, 0, 6)
    yield done, "sifa", "perform", {"result": "看过履行凭证", "fulfilled_on": done.isoformat()}
    visit = _after(done, rng, 3, 40)
    said = rng.choices(("satisfied", "partly", "dissatisfied"), (86, 11, 3))[0]
    yield visit, "chuangkou", "visit", {"visited_on": visit.isoformat(), "visit_said": said, "result": "电话回访"}
    yield visit, "chuangkou", "close", {"outcome": "settled"}
    if not again and rng.random() < 0.02:
        back = _after(visit, rng, 20, 90)
        yield back, "chuangkou", "reopen", {"reason": "过后又为同一件事争起来"}
        yield from _settled(rng, back, again=True)


def _after(day: date, rng: Random, least: int, most: int) -> date:
    return office_day(later(day, rng, least, most))


def _deeds(world: World) -> Iterator[Handling]:
    for one in disputes(world):
        yield from one.steps


def _notes(world: World) -> Iterator[Note]:
    """Who the parties are, registered when a dispute is taken in; one agent in a year was first entered as a third party."""
    wrong = 0
    yield from roll_notes(world)
    for one in disputes(world):
        closed, accepted = one.day_of("close"), one.day_of("accept")
        yield from judged(world, one.number, closed) if closed else ()
        if accepted is None or accepted.year < world.years[-1] - PARTIES_SINCE:
            continue
        rng = world.rng(PARTY, one.number)
        sides = ["applicant", "respondent"] + (["third"] if rng.random() < 0.12 else [])
        for number, side in enumerate(sides, 1):
            key = {"case_no": one.number, "number": str(number)}
            data = {**key, "side": side, "name": invent_name(rng), "address": village_of(one.place)}
            told = later(accepted, rng, 0, 3)
            yield Note(told, "sifa", PARTY, f"{one.number}/{number}", data, village_of(one.place), accepted)
            if side == "third" and wrong != accepted.year:
                wrong = accepted.year
                yield Note(later(posting_day(told), rng, 3, 9), "sifa", PARTY, f"{one.number}/{number}", {**key, "side": "agent"}, reason="是乙方的代理人", manner=CORRECT)


# How the plain books count: by what was last done on what day, knowing nothing of states.


def _last(case: Case, *actions: str) -> date:
    return max((case.taken[action] for action in actions if action in case.taken), default=date.min)


def _agreed(case: Case) -> date | None:
    agreed = case.taken.get("agree")
    return agreed if agreed and agreed > _last(case, "renege", "reopen") else None


def _ended(case: Case) -> tuple[str, date] | None:
    """How and when it ended, unless it was opened again since."""
    ended = [(case.taken[action], action) for action in _ENDS if action in case.taken]
    day, how = max(ended, default=(date.min, ""))
    return (how, day) if how and day > case.taken.get("reopen", date.min) else None


def _closed(*how: str) -> Callable[[Case], date | None]:
    return lambda case: end[1] if (end := _ended(case)) and end[0] in how else None


def _fulfilled(case: Case) -> date | None:
    kept = "perform" in case.taken and case.taken["perform"] > case.taken.get("reopen", date.min)
    return date.fromisoformat(case.said["fulfilled_on"]) if kept else None


def _breached(case: Case) -> date | None:
    broken = "breach" in case.taken and case.taken["breach"] > _last(case, "perform", "fail", "renege", "reopen")
    return _agreed(case) if broken else None


def _confirmed(case: Case) -> date | None:
    return date.fromisoformat(case.said["confirmed_on"]) if "confirmed_on" in case.said else None


def _cases(day: Callable[[Case], date | None], measure: Callable[[Case], Fraction] = lambda case: Fraction(1), **said: tuple[str, ...]) -> Count:
    def count(books: Books, year: int) -> Fraction:
        found = (case for case in books.of_line["mediation"] if all(case.said.get(name) in able for name, able in said.items()))
        return sum((measure(case) for case in found if (when := day(case)) is not None and when.year == year), Fraction(0))

    return count


def _open(books: Books, year: int) -> Fraction:
    last = date(year, 12, 31)
    found = (case for case in books.of_line["mediation"] if case.accepted is not None and case.reported <= last)
    return Fraction(sum((end := _ended(case)) is None or end[1] > last for case in found))


def _amount(case: Case) -> Fraction:
    return Fraction(Decimal(case.said.get("amount", "0")))


LIFE = Life(
    "mediation", "sifa", (MEDIATOR, PARTY, SUBSIDY), _notes, _deeds, reckoning=Subsidies,
    counted={
        "mediation.received": _cases(lambda case: case.accepted),
        "mediation.settled": _cases(_closed("close")),
        "mediation.failed": _cases(_closed("fail")),
        "mediation.transferred": _cases(lambda case: case.accepted, source=("transferred",)),
        "mediation.linked": _cases(lambda case: case.accepted, link=("administrative", "judicial", "police", "petition", "industry")),
        "mediation.open": _open,
        "mediation.agreements": _cases(_agreed),
        "mediation.oral_agreements": _cases(_agreed, agreement_form=("oral",)),
        "mediation.amount": _cases(_agreed, _amount),
        "mediation.fulfilled": _cases(_fulfilled),
        "mediation.breached": _cases(_breached),
        "mediation.confirmed": _cases(_confirmed),
        "mediation.reopened": _cases(lambda case: case.accepted, lambda case: Fraction(case.reopened)),
        "mediation.mediators": stock(MEDIATOR),
        "mediation.mediators_full_time": stock(MEDIATOR, kind="full_time"),
        "mediation.mediators_untrained": stock(MEDIATOR, trained_on=None),
        "mediation.subsidised": fitting(SUBSIDY, lambda page: bool(page.data.get("amount"))),
        "mediation.subsidies": flow(SUBSIDY, "amount"),
        "mediation.subsidies_pending": flow(SUBSIDY, amount=None),
        "mediation.parties": flow(PARTY, side=("applicant", "respondent", "third")),
    },
    ratios={"mediation.success_rate": ("mediation.settled", "mediation.received")},
)  # fmt: skip
