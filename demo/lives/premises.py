"""主体与设施底数: who opens and closes, what is built."""

from __future__ import annotations

from collections.abc import Iterator

from demo.counting import flow, left, stock
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.premises import Business, Facility
from demo.world import World

BUSINESS, FACILITY = "premises.business", "premises.facility"


def _notes(world: World) -> Iterator[Note]:
    for business in world.register.businesses:
        yield from _business(world, business)
    for facility in world.register.facilities:
        yield from _facility(world, facility)
    yield from _renamed(world)


def _business(world: World, one: Business) -> Iterator[Note]:
    rng = world.rng(BUSINESS, one.code)
    told = max(later(one.since, rng, 3, 25), world.first_day)
    yield Note(told, "jingfaban", BUSINESS, one.code, {"code": one.code, "title": one.title, "kind": one.kind}, one.village, one.since)
    if one.until is not None:
        told = max(later(one.until, rng, 5, 40), told)
        yield Note(told, "jingfaban", BUSINESS, one.code, {"code": one.code}, until=one.until, reason="已经停业", manner=PROGRESS)


def _facility(world: World, one: Facility) -> Iterator[Note]:
    rng = world.rng(FACILITY, one.code)
    told = max(later(one.since, rng, 2, 20), world.first_day)
    data = {"code": one.code, "title": one.title, "kind": one.kind}
    if one.built is not None:
        data["built_on"] = one.built.isoformat()
    yield Note(told, "jingfaban", FACILITY, one.code, data, one.village, one.since)
    if one.until is not None:
        told = later(one.until, rng, 5, 20)
        yield Note(told, "jingfaban", FACILITY, one.code, {"code": one.code}, until=one.until, reason="两村合并，撤并为一处", manner=PROGRESS)


def _renamed(world: World) -> Iterator[Note]:
    """The same shop under a new sign: a correction, not another shop."""
    rng = world.rng(BUSINESS, "renamed")
    standing = [one for one in world.register.businesses if one.until is None and one.since.year < world.year - 5]
    for year, one in zip(world.years, rng.sample(standing, len(world.years)), strict=True):
        told = later(world.first_day.replace(year=year, month=3), rng, 0, 200)
        title = {"code": one.code, "title": one.title.replace(one.title[2:4], "新禾", 1)}
        yield Note(told, "jingfaban", BUSINESS, one.code, title, reason="换了招牌", manner=CORRECT)


LIFE = Life(
    "premises", "jingfaban", (BUSINESS, FACILITY), _notes,
    counted={
        "premises.businesses": stock(BUSINESS),
        "premises.shops": stock(BUSINESS, kind=("shop", "restaurant")),
        "premises.lodgings": stock(BUSINESS, kind="lodging"),
        "premises.opened": flow(BUSINESS),
        "premises.closed": left(BUSINESS),
        "premises.facilities": stock(FACILITY),
        "premises.facilities_built": flow(FACILITY, time="built_on"),
        "premises.information_platforms": stock(FACILITY, kind="information_platform"),
    },
)  # fmt: skip
