"""小额信贷: loans to households, some with an insurer behind them, and the interest that the county pays, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.counting import Count, distinct, flow, left, scaled, stock
from demo.diary import CORRECT, PROGRESS, Note, day_in, later
from demo.life import Life
from demo.world import World

LOAN, SUBSIDY = "finance.loan", "finance.interest_subsidy"
CLERK = "nongban"
SMALL = ("zyb", "tpb", "ffb")
MIX = {-6: (50, 50, 0), -5: (46, 50, 4), -4: (44, 44, 12), -3: (46, 32, 22), -2: (48, 22, 30), -1: (50, 14, 36), 0: (52, 10, 38), 1: (52, 8, 40)}
SEASON = (4, 5, 14, 12, 9, 7, 6, 7, 10, 11, 9, 6)
RATES = {2015: 435, 2020: 385, 2022: 370, 2023: 355, 2024: 345, 2025: 310}  # 1/100 %, by the year in which a loan is given
MOST = 5_000_000  # fen: what lies above bears no subsidy


def _notes(world: World) -> Iterator[Note]:
    for offset in range(-6, 2):
        rng, year = world.rng("finance", offset), world.year + offset
        there = [one for one in world.population.households if one.since.year < min(year, world.years[0]) and one.until is None]
        loans = rng.randint(66, 76) if offset > -6 else 24
        wrong = set(rng.sample(range(loans), 2))
        for number, household in enumerate(rng.sample(there, loans), start=1):
            day = day_in(rng, year, SEASON)
            product = "ordinary" if number % 10 == 0 else rng.choices(SMALL, MIX[offset])[0]
            yield from _loan(world, rng, household.code, household.grid, f"HT{year}-{number:03d}", product, day, number in wrong)


def _loan(world: World, rng: Random, household: str, grid: str, contract: str, product: str, day: date, wrong: bool) -> Iterator[Note]:
    """Given, its interest paid quarter by quarter, settled on its last day or a little before."""
    months = rng.choices((12, 18, 24), (62, 20, 18))[0]
    amount = rng.randint(5, 30) * 10_000 if product == "ordinary" else rng.choices((20_000, 30_000, 50_000, 80_000), (18, 30, 46, 6))[0]
    rate = 520 if product == "ordinary" else next(rate for since, rate in sorted(RATES.items(), reverse=True) if since <= day.year)
    settled = _months_on(day, months) - timedelta(days=rng.choice((0, 0, 0, 5, 20)))
    data = {
        "contract": contract, "household": household, "product": product, "bank": rng.choice(("rural", "rural", "postal", "village")),
        "amount": str(amount), "rate": f"{rate // 100}.{rate % 100:02d}", "months": str(months),
        "purpose": rng.choices(("planting", "breeding", "processing", "lodging", "trade"), (40, 28, 8, 10, 14))[0],
    }  # fmt: skip
    told = max(later(day, rng, 2, 12), world.first_day)
    yield Note(told, CLERK, LOAN, contract, data, grid, day)
    if product in SMALL:
        yield from _subsidies(world, rng, contract, grid, min(amount * 100, MOST), rate, day, settled, wrong)
    yield Note(max(later(settled, rng, 3, 9), told + timedelta(days=32)), CLERK, LOAN, contract, {"contract": contract}, until=settled, reason="到期结清", manner=PROGRESS)


def _subsidies(
    world: World, rng: Random, contract: str, grid: str, principal: int, rate: int, day: date, settled: date, wrong: bool
) -> Iterator[Note]:
    """A quarter at a time; the first and the last are broken ones and bear interest by the day."""
    start = day
    while start < settled:
        end = _quarter_end(start)
        stop = min(end, settled)
        days, key = (stop - start).days, {"loan": contract, "quarter": f"{start.year}Q{(start.month + 2) // 3}"}
        last = stop - timedelta(days=1)
        if days and last >= world.first_day:
            data = {**key, "principal": _yuan(principal), "days": str(days), "amount": _yuan(interest(principal, rate, days))}
            if Fraction(data["amount"]) > 0:
                full, told, name = 92 if wrong and start == day else days, later(last, rng, 2, 8), "/".join(key.values())
                entered = {**data, "days": str(full), "amount": _yuan(interest(principal, rate, full))}
                yield Note(told, CLERK, SUBSIDY, name, entered, grid, last)
                if entered != data:
                    yield Note(later(told, rng, 32, 50), CLERK, SUBSIDY, name, data, reason="放款当季按实际天数，多贴了", manner=CORRECT)
        start = end


def interest(principal: int, rate: int, days: int) -> int:
    """Fen for some days: principal in fen, rate in 1/100 % a year of 360 days, rounded half up."""
    return (principal * rate * days * 2 + 3_600_000) // (2 * 3_600_000)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _quarter_end(day: date) -> date:
    """The first day of the next quarter."""
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + 1, 1, 1) if month > 12 else date(day.year, month, 1)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def _sum(count: Count) -> Count:
    return scaled(count, Fraction(1, 10_000))


LIFE = Life(
    "finance", CLERK, (LOAN, SUBSIDY), _notes,
    counted={
        "finance.small_loans": _sum(flow(LOAN, "amount", product=SMALL)),
        "finance.borrowers": distinct(LOAN, "household", product=SMALL),
        "finance.balance": _sum(stock(LOAN, "amount", product=SMALL)),
        "finance.repaid": _sum(left(LOAN, "amount", product=SMALL)),
        "finance.interest_subsidy": flow(SUBSIDY, "amount"),
        "finance.subsidised_loans": distinct(SUBSIDY, "loan"),
    },
)  # fmt: skip
