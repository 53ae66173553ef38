"""社会救助: who is entitled and gets it, from which month, at which grade; who was found without; help in an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from demo.counting import flow, left, stock
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, money
from demo.hardship import Household, low_income
from demo.life import Life
from demo.places import HOME_GRID
from demo.world import World

BENEFIT, AID, CHECK = "relief.benefit", "relief.temporary_aid", "relief.coverage_check"
KINDS = ("minimum", "destitute", "edge")
REGRADED = 0.07  # share of households whose grade changes when they are reviewed in spring
PER_HEAD = {"a": 610, "b": 440, "c": 290}  # yuan a month in the first year; a few per cent more each year
AIDS, CHECKS = (16, 30), (9, 16)
_CAUSES = (("medical", "accident", "fire", "schooling", "other"), (46, 18, 6, 14, 16))
_SEASON = (9, 10, 8, 7, 7, 8, 9, 9, 8, 8, 8, 9)


def _notes(world: World) -> Iterator[Note]:
    for one in low_income(world):
        if one.category in KINDS:
            yield from _benefits(world, one)
    for year in world.years:
        yield from _aids(world, year)
        yield from _checks(world, year)


def _benefits(world: World, one: Household) -> Iterator[Note]:
    """A decision runs from the first of a month until the grade changes or the household leaves the list."""
    rng, since, number = world.rng(BENEFIT, one.code), one.since.replace(day=1), 0
    grade = rng.choice("abbc") if one.category == "minimum" else ""
    while True:
        number += 1
        year = next((past for past in range(max(since.year + 1, world.year - 5), world.year + 2) if grade and rng.random() < REGRADED), None)
        change = date(year, 5, 1) if year else None
        until, ended_as = (change, "regraded") if change and (one.until is None or change < one.until) else (one.until, "income")
        yield from _decision(world, one, f"{one.code}-{number}", grade, (since, until), ended_as)
        if ended_as != "regraded" or until is None:
            return
        since, grade = until, rng.choice([other for other in "abc" if other != grade])


def _decision(world: World, one: Household, key: str, grade: str, days: tuple[date, date | None], ended_as: str) -> Iterator[Note]:
    since, until = days
    rng, told = world.rng(BENEFIT, key), max(later(since, world.rng(BENEFIT, key, "told"), 1, 20), world.first_day)
    data = {
        "decision_no": key, "household": one.code, "kind": one.category, "people": one.people,
        "decided_on": since.isoformat(),
    }  # fmt: skip
    rise = 1 + 0.04 * max(0, since.year - world.years[0])
    if one.category == "destitute":
        data["monthly"] = money(1180 * rise * one.people, 10)
    if grade:
        data |= {"grade": grade, "monthly": money(PER_HEAD[grade] * rise * one.people * rng.uniform(0.85, 1.1), 5)}
    yield Note(told, "minzheng", BENEFIT, key, data, one.grid, since)
    if until is not None:
        reason = "复核换档" if ended_as == "regraded" else "收入稳定超过标准"
        gone = {"decision_no": key, "ended_as": ended_as}
        yield Note(max(later(until, rng, 0, 15), told), "minzheng", BENEFIT, key, gone, until=until, reason=reason, manner=PROGRESS)


def _aids(world: World, year: int) -> Iterator[Note]:
    rng = world.rng(AID, year)
    homes = [one for one in world.population.households if one.since.year < year - 1]
    number = rng.randint(*AIDS)
    wrong = rng.randrange(number)
    for turn, home in enumerate(rng.sample(homes, number)):
        day, key = max(day_in(rng, year, _SEASON), date(year, 1, 6)), f"云临〔{year}〕{turn + 1:03d}"
        amount = money(min(9000, rng.lognormvariate(7.9, 0.6)), 100)
        large = int(amount) > 4000
        data = {
            "voucher_no": key, "household": home.code, "cause": rng.choices(*_CAUSES)[0], "amount": amount + "0" * (turn == wrong),
            "decided_by": "county" if large else "township", "urgent": "是" if rng.random() < 0.25 else "否",
        }  # fmt: skip
        yield Note(later(day, rng, 0, 6), "minzheng", AID, key, data, home.grid, day)
        if turn == wrong:
            right = {"voucher_no": key, "amount": amount}
            yield Note(later(day, rng, 40, 60), "minzheng", AID, key, right, reason="多打了一个零", manner=CORRECT)


def _checks(world: World, year: int) -> Iterator[Note]:
    """Found, looked into, settled within weeks; at the end of one early year one household still waits."""
    rng = world.rng(CHECK, year)
    homes = [one for one in world.population.households if one.since.year < year - 1]
    for turn, home in enumerate(rng.sample(homes, rng.randint(*CHECKS))):
        waits = turn == 0 and year == world.year - 3
        found = date(year, 11, 12) if waits else date(year, rng.randint(1, 10), rng.randint(1, 28))
        seen = later(found, rng, 8, 20)
        settled = date(year + 1, 2, 1) if waits else later(seen, rng, 3, 32)
        verdict = "holds" if waits or rng.random() < 0.55 else "not_so"
        key, who = f"云查〔{year}〕{turn + 1:02d}", "alian" if home.grid == HOME_GRID else "minzheng"
        finding = "uncovered" if waits else rng.choices(("uncovered", "overdue"), (70, 30))[0]
        data = {
            "check_no": key, "household": home.code, "finding": finding, "verdict": "pending",
            "found_by": rng.choice(("visit", "applied", "data", "neighbour")),
        }  # fmt: skip
        yield Note(max(found, world.first_day), who, CHECK, key, data, home.grid, found)
        said = {"check_no": key, "verdict": verdict}
        if verdict == "holds":
            yield Note(later(seen, rng, 0, 2), "minzheng", CHECK, key, said, reason="入户核对属实", manner=PROGRESS)
        ended, word = (settled, "已办妥") if verdict == "holds" else (seen, "查明不符合")
        yield Note(later(ended, rng, 3, 5), "minzheng", CHECK, key, said, until=ended, reason=word, manner=PROGRESS)


LIFE = Life(
    "relief", "minzheng", (BENEFIT, AID, CHECK), _notes,
    counted={
        "relief.minimum_households": stock(BENEFIT, kind="minimum"),
        "relief.minimum_people": stock(BENEFIT, "people", kind="minimum"),
        "relief.destitute_people": stock(BENEFIT, "people", kind="destitute"),
        "relief.edge_households": stock(BENEFIT, kind="edge"),
        "relief.monthly_total": stock(BENEFIT, "monthly"),
        "relief.benefits_granted": flow(BENEFIT),
        "relief.benefits_ended": left(BENEFIT),
        "relief.temporary_aids": flow(AID),
        "relief.temporary_amount": flow(AID, "amount"),
        "relief.entitled_uncovered": stock(CHECK, finding="uncovered", verdict="holds"),
        "relief.unentitled_covered": stock(CHECK, finding="overdue", verdict="holds"),
        "relief.checks_pending": stock(CHECK, verdict="pending"),
    },
)  # fmt: skip
