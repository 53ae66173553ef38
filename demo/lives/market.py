"""放心消费: shops and factories proposed, checked, recognised by document, renewed or gone; what inspectors found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.books import Books
from demo.counting import Count, distinct, flow, left, own_cases, stock
from demo.diary import CORRECT, ENTER, PROGRESS, Note, day_in, later
from demo.life import Life
from demo.places import TOWNSHIP
from demo.premises import Business
from demo.world import World

BUSINESS = "premises.business"
PROPOSAL, RECOGNITION, INSPECTION = "market.proposal", "market.recognition", "market.inspection"
CLERK, STANDING = "shijian", 3  # years that a recognition stands
INSPECTED = (151, 118, 139, 124, 158, 163, 160)  # how often in a year, −5 … +1: twice nobody went out for months
BUSY = (14, 8, 7, 8, 9, 8, 8, 8, 11, 8, 6, 5)  # before the Spring Festival and in September
SUBJECTS = {"shop": ("food_sale", "food_sale", "drug"), "restaurant": ("catering", "catering", "rural_feast"), "workshop": ("small_workshop",), "tea_factory": ("small_workshop",)}
FREQUENCY, TALLY, GRACE = "market.frequency", "market.tally", 5
PLANNED = "tea_factory"  # what is inspected by plan: once in half a year, since the last complete year but one


@dataclass(frozen=True)
class Title:
    """A title: whom it is for; the months of proposals, of the visit and of the county's paper; how many a year at least and
    at most, how many are turned down."""

    kind: str
    trades: tuple[str, ...]
    sign: str
    asked: tuple[int, ...]
    visited: int
    month: int
    least: int
    most: int
    unfit: int


TITLES = (
    Title("trusted_shop", ("shop", "restaurant"), "青市监消", (3, 4, 5), 7, 9, 4, 8, 2),
    Title("return_shop", ("shop",), "青消委", (1,), 2, 3, 2, 5, 1),  # the county tells it around 15 March
    Title("trusted_factory", ("workshop", "tea_factory"), "青市监质", (3, 4, 5), 7, 11, 1, 3, 1),
)


def _notes(world: World) -> Iterator[Note]:
    for title in TITLES:
        held: set[str] = set()
        for year in world.years:
            rng = world.rng(RECOGNITION, title.kind, year)
            yield from _round(rng, world, title, year, held)
    plan = {"code": "茶厂", "kind": PLANNED, "times": "1", "per": "half_year", "source": "本所年度检查计划（县里分级频次未证实）"}
    yield Note(date(world.year - 1, 1, 4), CLERK, FREQUENCY, "茶厂", plan, TOWNSHIP, date(world.year - 1, 1, 1))
    for year in world.years:
        yield from _inspections(world.rng(INSPECTION, year), world, year)


def _round(rng: Random, world: World, title: Title, year: int, held: set[str]) -> Iterator[Note]:
    """A year's round: proposals, a visit, the paper; nobody gets a title for the first time twice."""
    there = [one for one in world.register.of_kind(*title.trades) if one.since < date(year, 1, 1) and _stays(one, date(year, 12, 31))]
    fresh = [one for one in there if one.code not in held]
    chosen = rng.sample(fresh, rng.randint(title.least, title.most) + title.unfit)
    paper = date(year, title.month, rng.randint(6, 24))
    number = f"{title.sign}〔{year}〕{rng.randint(11, 88)}号"
    for place, one in enumerate(chosen, start=1):
        fit = place > title.unfit
        code = f"{title.kind[:1].upper()}{title.kind.rpartition('_')[2][:1].upper()}{year}{place:02d}"
        yield from _proposed(rng, one, title, code, year, fit)
        if fit:
            held.add(one.code)
            yield from _recognised(rng, one, title, number, paper, {"proposal": code, "occasion": "first"})


def _stays(one: Business, day: date) -> bool:
    return one.until is None or one.until > day


def _proposed(rng: Random, one: Business, title: Title, code: str, year: int, fit: bool) -> Iterator[Note]:
    day = date(year, rng.choice(title.asked), rng.randint(8, 24))
    data = {"code": code, "business": one.code, "kind": title.kind, "complaints": str(rng.choice((0, 0, 0, 1)) if fit else rng.randint(0, 4)), "verdict": "waiting"}
    yield Note(later(day, rng, 0, 6), CLERK, PROPOSAL, code, data, one.village, day)
    visit = date(year, title.visited, rng.randint(3, 21))
    found = {"code": code, "checked_on": visit.isoformat(), "verdict": "fit" if fit else "unfit"}
    if not fit:
        found["reason"] = rng.choice(("进货台账不全", "有过期食品", "投诉没有处理完", "价签不全"))
    yield Note(later(visit, rng, 1, 6), CLERK, PROPOSAL, code, found, reason="实地核查", manner=PROGRESS)


def _recognised(rng: Random, one: Business, title: Title, number: str, paper: date, how: dict[str, str]) -> Iterator[Note]:
    """It stands three years; then it is renewed by another paper, or not; a shop that closes drops out before."""
    key = {"business": one.code, "kind": title.kind, "doc_no": number}
    end = paper.replace(year=paper.year + STANDING)
    data = {**key, **how} | ({"return_days": str(rng.choice((7, 7, 15)))} if title.kind == "return_shop" else {})
    name = "/".join(key.values())
    yield Note(later(paper, rng, 2, 12), CLERK, RECOGNITION, name, data, one.village, paper, end)
    gone = one.until if one.until is not None and one.until < end else None
    if gone is not None:
        told = later(gone, rng, 12, 40)
        yield Note(told, CLERK, RECOGNITION, name, {**key, "ended_as": "closed"}, until=gone, reason="店已停业", manner=CORRECT)
    elif rng.random() < 0.05:
        struck = paper + timedelta(days=rng.randint(120, 700))
        out = {**key, "ended_as": "withdrawn"}
        yield Note(later(struck, rng, 1, 6), CLERK, RECOGNITION, name, out, until=struck, reason="抽检不合格，县里撤销", manner=CORRECT)
    elif rng.random() < 0.7:
        again = f"{title.sign}〔{end.year}〕{rng.randint(11, 88)}号续"
        yield from _recognised(rng, one, title, again, end, {"occasion": "renewed"})


def _inspections(rng: Random, world: World, year: int) -> Iterator[Note]:
    there = [one for one in world.register.of_kind(*SUBJECTS) if one.since < date(year, 1, 1) and _stays(one, date(year, 12, 31))]
    for number in range(INSPECTED[year - world.years[0]] + rng.randint(-12, 12)):
        one, day = rng.choice(there), max(day_in(rng, year, BUSY), date(year, 1, 6))
        key = {"business": one.code, "sheet": f"{year}-{number + 1:03d}"}
        outcome = rng.choices(("fit", "told", "ordered", "passed_on"), (62, 24, 13, 1))[0]
        data = {**key, "subject_kind": rng.choice(SUBJECTS[one.kind]), "outcome": outcome}
        if outcome != "fit":
            data["found_items"] = str(rng.randint(1, 5))
        name = "/".join(key.values())
        yield Note(later(day, rng, 0, 4), CLERK, INSPECTION, name, data, one.village, day)


class HalfYears:
    """What each half year came to for whoever is inspected by plan: told when its days of grace are over, and again when an
    inspection of it is written down later."""

    ledger = TALLY

    def __init__(self, world: World) -> None:
        self._first = self._next = date(world.year - 1, 1, 1)

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        while (after := _half_year_after(self._next)) <= day - timedelta(days=GRACE):
            for code, page in books.pages[BUSINESS].items():
                if page.holds(kind=PLANNED) and page.day <= self._next and (page.until is None or page.until >= after):
                    yield self._told(books, code, self._next, after)
            self._next = after

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        inspected = {(note.data["business"], note.day) for note in written if note.ledger == INSPECTION and note.day}
        touched = {(code, day.replace(month=1 if day.month < 7 else 7, day=1)) for code, day in inspected}
        for code, first in sorted(touched):
            if self._first <= first < self._next and _tally_key(code, first) in books.pages[TALLY]:
                yield self._told(books, code, first, _half_year_after(first))

    def _told(self, books: Books, code: str, first: date, after: date) -> Note:
        pages = [page for page in books.pages[INSPECTION].values() if page.data["business"] == code and first <= page.day < after]
        valid, name = sum(not page.holds(subject_kind="rural_feast") for page in pages), _tally_key(code, first)
        data = {"business": code, "sheet": name.partition("/")[2], "kind": PLANNED, "due": "1", "made": str(len(pages)), "valid": str(valid)}
        last, page = after - timedelta(days=1), books.pages[BUSINESS][code]
        manner = CORRECT if name in books.pages[TALLY] else ENTER
        return Note(last, CLERK, TALLY, name, data | {"met": "是" if valid else "否"}, page.place, last, manner=manner)


def _half_year_after(first: date) -> date:
    return date(first.year, 7, 1) if first.month == 1 else date(first.year + 1, 1, 1)


def _tally_key(code: str, first: date) -> str:
    return f"{code}/{first.year}H{1 if first.month == 1 else 2}"


def _first(kind: str) -> Count:
    return flow(RECOGNITION, kind=kind, occasion="first")


def _ordered(passed: bool) -> Count:
    """What was ordered in a year: what another officer found right, what nobody has."""
    all_of_it = own_cases("reported", "market", "ordered")

    def count(books: Books, year: int) -> Fraction | None:
        found = [case for case in books.of_line["market"] if case.holds(category="ordered") and case.reported.year == year]
        return None if all_of_it(books, year) is None else Fraction(sum((case.closed is not None) == passed for case in found))

    return count


LIFE = Life(
    "market", CLERK, (PROPOSAL, RECOGNITION, INSPECTION, FREQUENCY, TALLY), _notes,
    counted={
        "market.trusted_shops": _first("trusted_shop"),
        "market.return_shops": _first("return_shop"),
        "market.trusted_factories": _first("trusted_factory"),
        "market.shops_standing": stock(RECOGNITION, kind="trusted_shop"),
        "market.lapsed": left(RECOGNITION),
        "market.proposals": flow(PROPOSAL),
        "market.proposals_fit": flow(PROPOSAL, verdict="fit"),
        "market.inspections": flow(INSPECTION),
        "market.businesses_inspected": distinct(INSPECTION, "business"),
        "market.orders": own_cases("reported", "market", "ordered"),
        "market.orders_fixed": _ordered(True),
        "market.orders_unfixed": _ordered(False),
        "market.failed_rechecks": own_cases("reported", "market", "ordered", "reworked"),
        "market.planned": flow(TALLY, due="1"),
        "market.planned_met": flow(TALLY, due="1", met="是"),
    },
    ratios={
        "market.fixing_rate": ("market.orders_fixed", "market.orders"),
        "market.planned_rate": ("market.planned_met", "market.planned"),
    },
    reckoning=HalfYears,
)  # fmt: skip
