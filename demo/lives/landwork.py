"""政策处理: the households on the line of a road or a park, measured, shown, signed, paid and moved; a few hold out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

from demo.counting import flow, left, scaled, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.lives.project import Project, begun_in
from demo.population import Household
from demo.world import World

HOUSEHOLD, PAID = "landwork.household", "landwork.compensation"
CLERK = "jingfaban"
LAND, HOUSE, GRAVE = 62_000, 1_150, 3_000  # yuan a mu, a square metre, a grave
TEAMS = ("one", "two", "three", "village")


def _notes(world: World) -> Iterator[Note]:
    for offset in range(-5, 2):
        rng = world.rng("landwork", offset)
        begun = [one for one in begun_in(world, offset) if one.category in ("road", "wetland")]
        for project in rng.sample(begun, min(3, len(begun))):
            yield from _line(world, project, rng)


def _line(world: World, project: Project, rng: Random) -> Iterator[Note]:
    """Some households of the project's village that have long been there."""
    prefix = project.village.removesuffix("村")
    there = [one for one in world.population.households if one.grid.startswith(prefix) and one.since.year < world.years[0] and one.until is None]
    mistaken = rng.randrange(5)
    for number, household in enumerate(rng.sample(there, rng.randint(7, 13))):
        yield from _household(project, household, rng, number == mistaken)


def _household(project: Project, household: Household, rng: Random, mistaken: bool) -> Iterator[Note]:
    """``mistaken``: a plot paid by the first drawing, put right by the second."""
    listed = date(project.begun.year, 2, rng.randint(8, 20))
    key = {"project": project.code, "household": household.code}
    name, plots = "/".join(key.values()), list(_plots(rng, f"{project.code[-4:]}-{household.code}"))
    land = sum(mu for _, kind, mu, _ in plots if kind == "land")
    data = {**key, "team": rng.choice(TEAMS), "land": f"{land // 1000}.{land % 1000:03d}", "graves": str(sum(size for _, kind, size, _ in plots if kind == "grave"))}
    told = max(later(listed, rng, 30, 40), later(project.begun, rng, 33, 40))
    yield Note(told, CLERK, HOUSEHOLD, name, data, project.village, listed)
    if rng.random() < 0.06:
        return  # holds out
    measured = later(listed, rng, 15, 30)
    noticed = later(measured, rng, 6, 12)
    signed = later(max(noticed, told), rng, 32, 60)
    agreed = sum(amount for *_, amount in plots)
    done = {**key, "measured_on": measured.isoformat(), "noticed_on": noticed.isoformat(), "signed_on": signed.isoformat(), "agreed": str(agreed)}
    yield Note(later(signed, rng, 1, 6), CLERK, HOUSEHOLD, name, done, reason="已签约", manner=PROGRESS)
    paid = later(signed, rng, 10, 40)
    for plot, kind, size, amount in plots:
        yield from _payment(project, household, (plot, kind, size, amount), paid, rng, mistaken and kind == "land")
        mistaken = mistaken and kind != "land"
    vacated = later(paid, rng, 15, 50)
    moved = {**key, "paid_on": paid.isoformat()}
    yield Note(later(vacated, rng, 1, 8), CLERK, HOUSEHOLD, name, moved, until=vacated, reason="已腾空，交地", manner=PROGRESS)


def _plots(rng: Random, prefix: str) -> Iterator[tuple[str, str, int, int]]:
    """(number on the drawing, kind, size in 1/1000 mu, m² or graves, yuan)."""
    for number in range(1, rng.randint(1, 3) + 1):
        mu = rng.randint(180, 2400)
        yield f"{prefix}-D{number}", "land", mu, mu * LAND // 1000
    if rng.random() < 0.25:
        metres = rng.randint(40, 160)
        yield f"{prefix}-F1", "house", metres, metres * HOUSE
    if rng.random() < 0.3:
        graves = rng.randint(1, 4)
        yield f"{prefix}-M1", "grave", graves, graves * GRAVE


def _payment(project: Project, household: Household, plot: tuple[str, str, int, int], day: date, rng: Random, mistaken: bool) -> Iterator[Note]:
    number, kind, size, amount = plot
    key = {"project": project.code, "plot": number}
    data = {
        **key, "household": household.code, "kind": kind, "amount": str(amount + 12_400 if mistaken else amount),
        "voucher": f"记-{day:%m%d}-{rng.randint(1, 99):02d}",
    }  # fmt: skip
    data |= {"area": f"{size // 1000}.{size % 1000:03d}"} if kind == "land" else {"graves": str(size)} if kind == "grave" else {}
    told, name = later(day, rng, 1, 5), "/".join(key.values())
    yield Note(told, "caizheng", PAID, name, data, project.village, day)
    if mistaken:
        right = {**key, "amount": str(amount)}
        yield Note(later(told, rng, 32, 55), "caizheng", PAID, name, right, reason="青苗重复算，已退回", manner=CORRECT)


SUM = Fraction(1, 10_000)
LIFE = Life(
    "landwork", CLERK, (HOUSEHOLD, PAID), _notes,
    counted={
        "landwork.households": flow(HOUSEHOLD),
        "landwork.signed": flow(HOUSEHOLD, time="signed_on"),
        "landwork.vacated": left(HOUSEHOLD),
        "landwork.remaining_households": stock(HOUSEHOLD),
        "landwork.remaining_land": stock(HOUSEHOLD, "land"),
        "landwork.remaining_graves": stock(HOUSEHOLD, "graves"),
        "landwork.agreed": scaled(flow(HOUSEHOLD, "agreed", time="signed_on"), SUM),
        "landwork.paid": scaled(flow(PAID, "amount"), SUM),
        "landwork.acquired_land": flow(PAID, "area", kind="land"),
        "landwork.moved_graves": flow(PAID, "graves", kind="grave"),
    },
    ratios={"landwork.signing_rate": ("landwork.signed", "landwork.households")},
)  # fmt: skip
