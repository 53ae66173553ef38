"""村集体经济: what came into the villages' books, voucher by voucher, and each January which villages fell short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

from demo.books import Books
from demo.counting import Count, flow, scaled
from demo.diary import CORRECT, Note, day_in, later
from demo.life import Life
from demo.places import MERGED, VILLAGES, merger_day, stands_as
from demo.world import World

INCOME, VERDICT = "collective.income", "collective.verdict"
CLERK = "nongban"
LINES = {2017: (100_000, 50_000), 2021: (200_000, 100_000)}  # what a village must reach: in all, by its own work
LEVEL = {-6: 1.0, -5: 1.25, -4: 1.6, -3: 2.0, -2: 2.6, -1: 3.1, 0: 3.6, 1: 3.8}  # times 100,000 yuan, an average village
PARTS = (  # kind, project, how often a year, part of the income
    ("contracting", "land", 2, 0.10), ("operating", "rent", 2, 0.16), ("operating", "tea", 2, 0.18), ("operating", "tourism", 2, 0.12),
    ("operating", "labour", 1, 0.06), ("investment", "shares", 1, 0.08), ("subsidy", "grant", 2, 0.17), ("other", "interest", 1, 0.02),
)  # fmt: skip
SUN = 0.11  # the villages' common solar plant, divided by what each put in
STAKES = {  # hundredths
    "深塘村": 16, "上垟村": 12, "竹岭村": 9, "梅溪村": 10, "石门坑村": 8, "茶坪村": 11, "枫树湾村": 8, "大源头村": 6, "白鹤岙村": 6, "东坞村": 7, "西坞村": 7,
}  # fmt: skip
OWN = ("operating", "contracting", "investment")


def _notes(world: World) -> Iterator[Note]:
    yield from _verdicts(world, world.years[0] - 1, _before(world))
    for year in world.years:
        notes = list(_incomes(world, year))
        yield from notes
        yield from _verdicts(world, year, _sums(notes))


def _villages(world: World, day: date) -> dict[str, str]:
    """Place of the beginning → the village it is on a day; two that became one stand once."""
    merged = day >= merger_day(world.year)
    return {place: stands_as(place, day, world.year) for place in VILLAGES if not (merged and place == MERGED[1])}


def _size(world: World, place: str) -> float:
    return world.rng(INCOME, place).uniform(0.72, 1.5)


def _incomes(world: World, year: int) -> Iterator[Note]:
    whole = _villages(world, date(year, 12, 31))
    shares = {place: sum(STAKES[one] for one in (MERGED if place in MERGED and village != place else (place,))) for place, village in whole.items()}
    for place, village in whole.items():
        rng = world.rng(INCOME, place, year)
        level = LEVEL[year - world.year] * 100_000 * _size(world, place) * rng.uniform(0.95, 1.06)
        # Before the two were one, each kept books of its own; in the year itself the new village's books hold all.
        level *= 2 if place in MERGED and village != place else 1
        number = 0
        for kind, project, times, part in PARTS:
            for _ in range(times):
                number += 1
                amount = round(level * part / times * rng.uniform(0.85, 1.15))
                yield from _voucher(rng, village, place, year, number, {"kind": kind, "project": project, "amount": str(amount)})
        for half in (1, 2):
            sun = round(LEVEL[year - world.year] * 100_000 * SUN * len(whole) / 2 * shares[place] / 100)
            data = {"kind": "investment", "project": "solar", "joint": True, "share": str(shares[place]), "amount": str(sun)}
            yield from _voucher(rng, village, place, year, number + half, data)


def _voucher(rng: Random, village: str, place: str, year: int, number: int, data: dict[str, object]) -> Iterator[Note]:
    """Now and then a grant is entered as if the village had earned it."""
    voucher = f"{village.removesuffix('村')}-{year}-{number:03d}"
    day = day_in(rng, year, (9, 4, 7, 7, 8, 9, 8, 8, 9, 9, 10, 12))
    wrong = data["kind"] == "subsidy" and rng.random() < 0.08
    entered = {**data, "kind": "operating"} if wrong else data
    told = later(day, rng, 2, 14)
    yield Note(told, CLERK, INCOME, voucher, {"voucher": voucher, **entered}, _placed(place, village), day)
    if wrong:
        right = {"voucher": voucher, "kind": "subsidy"}
        yield Note(later(told, rng, 32, 60), CLERK, INCOME, voucher, right, reason="是上级奖补，不是经营收入", manner=CORRECT)


def _placed(place: str, village: str) -> str:
    return place if village == place else MERGED[0]


def _sums(notes: list[Note]) -> dict[str, tuple[Fraction, Fraction]]:
    """village → its income in all, and by its own work, as it stands once it is put right."""
    pages: dict[str, dict[str, object]] = {}
    for note in notes:
        pages.setdefault(note.key, {}).update(note.data)
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for key, page in pages.items():
        village, amount = f"{key.split('-')[0]}村", Fraction(str(page["amount"]))
        whole, own = found.get(village, (Fraction(0), Fraction(0)))
        found[village] = (whole + amount, own + (amount if page["kind"] in OWN else 0))
    return found


def _before(world: World) -> dict[str, tuple[Fraction, Fraction]]:
    """The year before the books begin, from the paper of that January."""
    sizes = {place: round(LEVEL[-6] * 100_000 * _size(world, place)) for place in VILLAGES}
    return {place: (Fraction(size), Fraction(size * 6 // 10)) for place, size in sizes.items()}


def _verdicts(world: World, book_year: int, sums: dict[str, tuple[Fraction, Fraction]]) -> Iterator[Note]:
    """In January, against the lines of that year; one village's contracting fees are found a month later."""
    whole_line, own_line = next(line for since, line in sorted(LINES.items(), reverse=True) if since <= book_year)
    villages = _villages(world, date(book_year, 12, 31))
    late = list(villages)[book_year % len(villages)]
    for place, village in villages.items():
        rng = world.rng(VERDICT, place, book_year)
        whole, own = sums[village]
        key = {"village": village, "book_year": str(book_year)}
        data = {**key, "total": str(whole), "operating": str(own), "total_line": str(whole_line), "operating_line": str(own_line)}
        missing = round(own * Fraction(8, 100)) if place == late else 0
        entered = {**data, "total": str(whole - missing), "operating": str(own - missing)}
        told, day = date(book_year + 1, 1, rng.randint(12, 19)), date(book_year + 1, 1, 10)
        yield Note(told, CLERK, VERDICT, "/".join(key.values()), entered, _placed(place, village), day)
        if missing:
            right = {**key, "total": str(whole), "operating": str(own)}
            yield Note(date(book_year + 1, 3, 6), CLERK, VERDICT, "/".join(key.values()), right, reason="漏了一笔发包款", manner=CORRECT)


def _income(**where: str | bool | tuple[str, ...]) -> Count:
    return scaled(flow(INCOME, "amount", "", "", **where), Fraction(1, 10_000))


def _weak(books: Books, year: int) -> Fraction:
    """Villages judged in the year that reached not both lines."""
    judged = (page for page in books.pages[VERDICT].values() if page.day.year == year)
    return Fraction(sum(page.number("total") < page.number("total_line") or page.number("operating") < page.number("operating_line") for page in judged))


LIFE = Life(
    "collective", CLERK, (INCOME, VERDICT), _notes,
    counted={
        "collective.income": _income(),
        "collective.operating_income": _income(kind=OWN),
        "collective.subsidy_income": _income(kind="subsidy"),
        "collective.joint_income": _income(joint=True),
        "collective.judged_villages": flow(VERDICT),
        "collective.weak_villages": _weak,
    },
    ratios={"collective.operating_share": ("collective.operating_income", "collective.income")},
)  # fmt: skip
