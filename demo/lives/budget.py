"""预算与专项资金: ten lines a year spent month by month, one of them too fast; funds issued, paid and turned into works."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.books import Books
from demo.counting import Count, flow, scaled
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.lives.project import begun_in
from demo.places import TOWNSHIP
from demo.world import World

LINE, SPENDING, FUND, STEP = "budget.line", "budget.spending", "budget.fund", "budget.fund_step"
CLERK = "caizheng"
LINES = (  # code, kind, yuan of the last complete year, how much more (or less) of it each year back
    ("30211", "travel", 96_000, 1.05), ("30215", "meeting", 42_000, 1.09), ("30217", "reception", 58_000, 1.13), ("30231", "vehicle", 128_000, 1.06),
    ("30201", "office", 185_000, 1.02), ("30205", "utilities", 156_000, 0.99), ("30216", "training", 38_000, 1.01), ("30226", "labour", 420_000, 0.96),
    ("30305", "welfare", 1_860_000, 0.94), ("31005", "project", 3_240_000, 0.97),
)  # fmt: skip
MONTHLY = (6, 6, 9, 8, 8, 8, 8, 8, 9, 8, 10, 12)
HASTY = (20, 12, 14, 12, 11, 10, 8, 5, 3, 2, 2, 1)  # a travel line that is nearly gone by the summer
FUNDS = (  # kind, what it is called, who gives it, 10,000 yuan
    ("ethnic", "少数民族发展资金", "province", (45, 90)), ("revitalise", "乡村振兴衔接资金", "central", (60, 140)),
    ("reservoir", "库区移民后期扶持资金", "province", (30, 70)), ("farmland", "农田水利设施资金", "county", (25, 60)),
)  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    for year in world.years:
        for code, kind, approved, back in LINES:
            yield from _line(world, year, code, kind, approved * back ** (world.year - year))
        yield from _funds(world, year)


def _line(world: World, year: int, code: str, kind: str, level: float) -> Iterator[Note]:
    rng, name = world.rng(LINE, code, year), f"{year}-{code}"
    approved = round(level / 1000) * 1000
    told = date(year, 1, 16)
    data = {"code": name, "kind": kind, "approved": str(approved), "basis": f"镇人大〔{year}〕2号"}
    yield Note(told, CLERK, LINE, name, data, TOWNSHIP, told)
    weights = HASTY if kind == "travel" and year == world.year else MONTHLY
    part, so_far, wrong = rng.uniform(0.93, 0.995), Fraction(0), rng.randint(2, 9) if code == "30201" else 0
    for month in range(1, 13):
        end = date(year, month, calendar.monthrange(year, month)[1])
        spent = Fraction(round(approved * part * weights[month - 1] / sum(weights) * rng.uniform(0.92, 1.06) * 100), 100)
        so_far += spent
        key = {"line": name, "sheet": f"{end:%Y-%m}"}
        data = {**key, "kind": kind, "approved": str(approved), "spent": _yuan(spent), "spent_so_far": _yuan(so_far)}
        entered = {**data, "spent": _yuan(spent * 2)} if month == wrong else data
        told = later(end, rng, 3, 8)
        yield Note(told, CLERK, SPENDING, "/".join(key.values()), entered, TOWNSHIP, end)
        if month == wrong:
            right = {**key, "spent": _yuan(spent)}
            yield Note(later(told, rng, 31, 45), CLERK, SPENDING, "/".join(key.values()), right, reason="一张发票记了两次", manner=CORRECT)


def _funds(world: World, year: int) -> Iterator[Note]:
    rng = world.rng(FUND, year)
    projects = [one for one in begun_in(world, year - world.year) if one.category in ("village", "road", "wetland")]
    for number, (kind, title, source, (least, most)) in enumerate(FUNDS, start=1):
        code, day = f"ZJ{year}-{number}", date(year, 3, 2 + number)
        amount = Fraction(rng.randint(least, most) * 10_000)
        told = later(day, rng, 3, 12)
        data = {"code": code, "title": f"{year}年{title}", "source": source, "kind": kind, "doc_no": f"{'青财农' if source == 'county' else '江财农'}〔{year}〕{rng.randint(4, 70)}号"}
        known = [one for one in projects if one.begun < day]
        if known:
            data["project"] = rng.choice(known).code
        yield Note(told, CLERK, FUND, code, data, TOWNSHIP, day)
        yield _step(code, f"{code}-下达", "issued", amount, day, told)
        yield from _spent(rng, code, amount, day, year, number)


def _spent(rng: Random, code: str, amount: Fraction, day: date, year: int, number: int) -> Iterator[Note]:
    """Paid in two or three parts, each after what was done for it; one payment off the list, signed for a month later."""
    parts = rng.choice((2, 3))
    for part in range(1, parts + 1):
        day = later(day, rng, 45, 80)
        done = Fraction(round(amount / parts * Fraction(rng.randint(94, 106), 100)))
        yield _step(code, f"{code}-完成{part}", "done", done, day, later(day, rng, 2, 9))
        paid, voucher = Fraction(round(done * Fraction(rng.randint(80, 99), 100))), f"{code}-拨付{part}"
        off_list = part == 2 and number == 2 and year % 2 == 0
        told = later(day, rng, 10, 20)
        yield _step(code, voucher, "paid", paid, day + timedelta(days=9), told, off_list)
        if off_list:
            signed = {"fund": code, "voucher": voucher, "sign_no": f"云财批〔{year}〕{rng.randint(2, 30)}号"}
            yield Note(later(told, rng, 32, 40), CLERK, STEP, f"{code}/{voucher}", signed, reason="已经签批", manner=PROGRESS)
    if number != 4:
        accepted = later(day, rng, 20, 40)
        done_on = {"code": code, "accepted_on": accepted.isoformat()}
        yield Note(later(accepted, rng, 3, 10), CLERK, FUND, code, done_on, reason="验收合格", manner=PROGRESS)


def _step(code: str, voucher: str, step: str, amount: Fraction, day: date, told: date, off_list: bool = False) -> Note:
    data = {"fund": code, "voucher": voucher, "step": step, "amount": _yuan(amount), "off_list": off_list}
    return Note(told, CLERK, STEP, f"{code}/{voucher}", data, TOWNSHIP, day)


def _yuan(value: Fraction) -> str:
    cents = round(value * 100)
    return f"{cents // 100}.{cents % 100:02d}"


def _sum(ledger: str, measure: str, **where: str | tuple[str, ...]) -> Count:
    return scaled(flow(ledger, measure, "", "", **where), Fraction(1, 10_000))


def _unsigned(books: Books, year: int) -> Fraction:
    """Payments off the list that nobody has signed for."""
    paid = (page for page in books.pages[STEP].values() if page.day.year == year)
    return Fraction(sum(page.holds(off_list=True) and not page.data.get("sign_no") for page in paid))


def _overspent(books: Books, year: int) -> Fraction:
    spent = (page for page in books.pages[SPENDING].values() if page.day.year == year)
    return Fraction(sum(page.number("spent_so_far") > page.number("approved") for page in spent))


LIFE = Life(
    "budget", CLERK, (LINE, SPENDING, FUND, STEP), _notes,
    counted={
        "budget.approved": _sum(LINE, "approved"),
        "budget.spent": _sum(SPENDING, "spent"),
        "budget.travel_spent": _sum(SPENDING, "spent", kind="travel"),
        "budget.frugal_spent": _sum(SPENDING, "spent", kind=("reception", "vehicle", "meeting")),
        "budget.overspent_lines": _overspent,
        "budget.fund_issued": _sum(STEP, "amount", step="issued"),
        "budget.fund_paid": _sum(STEP, "amount", step="paid"),
        "budget.fund_done": _sum(STEP, "amount", step="done"),
        "budget.funds_accepted": flow(FUND, time="accepted_on"),
        "budget.unsigned_uses": _unsigned,
    },
    ratios={
        "budget.execution_rate": ("budget.spent", "budget.approved"),
        "budget.fund_pay_rate": ("budget.fund_paid", "budget.fund_issued"),
    },
)  # fmt: skip
