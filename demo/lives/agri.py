"""农林产业: bases and their plots, tea gardens and batches, farms that were brought in, what was sown, pigs sold.

The survey's values of grain and pigs stand beside our own and never agree with them quite.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.counting import flow, scaled, stock
from demo.deeds import Series
from demo.diary import CORRECT, ENTER, PROGRESS, REMOVE, Note, day_in, hundredths, later
from demo.life import Life
from demo.places import COUNTY, MERGED, VILLAGES, merger_day, stands_as
from demo.premises import Business
from demo.world import World

BASE, PLOT, GARDEN, BATCH = "agri.base", "agri.plot", "agri.tea_garden", "agri.tea_batch"
FARM, BARN, SOWING, PIGS = "agri.farm", "agri.barn", "agri.sowing", "agri.pig_sale"
KNOWN = timedelta(days=62)  # by then a new business is surely entered, and may be linked to
OLD_BASES = 22
CROPS = {"white_tea": ("白茶", 30), "vegetable": ("蔬菜", 22), "fruit": ("水果", 20), "herb": ("中药材", 14), "torreya": ("香榧", 6), "bamboo": ("竹笋", 8)}
ACCEPTING = (0, 1, 4, 6, 8, 9, 8, 8, 10, 14, 16, 6)  # the county's papers come in autumn
PICKING = (0, 0, 14, 30, 16, 4, 2, 6, 12, 10, 2, 0)
SOWN = (  # season, crop, share of a village's land, month in which it is checked
    ("summer", "potato", 0.16, 5), ("summer", "wheat", 0.05, 5), ("autumn", "rice", 0.47, 9), ("autumn", "corn", 0.09, 8),
    ("autumn", "soybean", 0.08, 8), ("autumn", "sweet_potato", 0.15, 9),
)  # fmt: skip
SLAUGHTER = (15, 8, 7, 7, 7, 7, 7, 7, 8, 8, 9, 14)
CLERK = "nongban"


def _notes(world: World) -> Iterator[Note]:
    yield from _old_bases(world)
    for year in world.years:
        rng = world.rng(BASE, year)
        yield from _bases(world, rng, year)
        yield from _gardens(world, world.rng(GARDEN, year), year)
        yield from _batches(world, world.rng(BATCH, year), year)
        yield from _sown(world, year)
        yield from _sown_corrections(world, year)
    yield from _farms(world)
    yield from _family_farms(world)
    for farm in world.register.of_kind("pig_farm"):
        yield from _pigs(world, farm)


def _growers(world: World, year: int) -> list[Business]:
    """Who grows: those that had opened before the year and are still there."""
    growers = world.register.of_kind("cooperative", "family_farm", "company")
    return [one for one in growers if one.since.year < year and one.is_there(date(year, 12, 31))]


def _old_bases(world: World) -> Iterator[Note]:
    """The bases that stood before the story begins, entered on the first day."""
    rng = world.rng(BASE, "old")
    for number, grower in enumerate(rng.sample(_growers(world, world.year - 6), OLD_BASES), start=1):
        accepted = date(world.year - 6 - rng.randrange(4), rng.randint(5, 12), rng.randint(1, 28))
        yield from _base(f"J{accepted.year}-L{number:02d}", grower, accepted - timedelta(60), accepted, world.first_day, rng, "accepted")
        yield from _plots(f"J{accepted.year}-L{number:02d}", grower, accepted, world.first_day, rng)


def _bases(world: World, rng: Random, year: int) -> Iterator[Note]:
    """Applied for in spring, accepted later or refused; one found after the year was closed, one entered twice."""
    growers = _growers(world, year)
    wanted = rng.sample(growers, min(rng.randint(15, 21) + (year - world.year), len(growers)))
    for number, grower in enumerate(wanted, start=1):
        code, accepted = f"J{year}-{number:02d}", day_in(rng, year, ACCEPTING)
        applied = max(accepted - timedelta(rng.randint(40, 120)), date(year, 1, 5))
        late = date(year + 1, 3, rng.randint(2, 20)) if number == 4 else None
        state = "refused" if number % 9 == 7 else "accepted"
        yield from _base(code, grower, applied, accepted, late or later(applied, rng, 0, 10), rng, state)
        if state == "accepted":
            yield from _plots(code, grower, accepted, late or later(accepted, rng, 0, 12), rng, mistaken=number in (2, 9))
    if year % 2 == 0:
        yield from _twice(wanted[0], year)


def _base(code: str, grower: Business, applied: date, accepted: date, told: date, rng: Random, state: str) -> Iterator[Note]:
    crop = rng.choices(list(CROPS), [weight for _, weight in CROPS.values()])[0]
    data = {
        "code": code, "title": f"{grower.title[: len(grower.village) + 1]}{CROPS[crop][0]}基地", "owner": grower.code, "crop": crop,
        "brand": rng.choices(("regional", "green", "none"), (60, 14, 26))[0], "state": "applied",
    }  # fmt: skip
    decided = {"code": code, "state": state}
    if state == "accepted":
        decided |= {"accepted_on": accepted.isoformat(), "doc_no": f"青农发〔{accepted.year}〕{30 + accepted.month * 4}号"}
    if told >= accepted:
        why = "" if told.year == accepted.year else "补录：认定文件到得晚，清档时发现"
        yield Note(told, CLERK, BASE, code, {**data, **decided}, grower.village, applied, reason=why)
        return
    yield Note(told, CLERK, BASE, code, data, grower.village, applied)
    why = "县农业农村局已认定" if state == "accepted" else "水源达不到要求，没有通过"
    yield Note(later(accepted, rng, 0, 8), CLERK, BASE, code, decided, reason=why, manner=PROGRESS)


def _plots(code: str, grower: Business, accepted: date, told: date, rng: Random, mistaken: bool = False) -> Iterator[Note]:
    told = later(told, rng, 9, 12)
    for number in range(1, rng.choice((2, 3, 3, 4, 5)) + 1):
        parcel = f"{code}-{number}"
        area = rng.lognormvariate(3.05, 0.5)
        wrong = mistaken and number == 1
        data = {
            "parcel": parcel, "base": code, "area": hundredths(area * (1.14 if wrong else 1)),
            "measured": rng.choices(("surveyed", "registered", "estimated"), (62, 30, 8))[0],
        }  # fmt: skip
        yield Note(told, CLERK, PLOT, parcel, data, grower.village, accepted)
        if wrong:
            right = {"parcel": parcel, "area": hundredths(area)}
            yield Note(later(told, rng, 32, 60), CLERK, PLOT, parcel, right, reason="复测，扣去机耕路", manner=CORRECT)


def _twice(grower: Business, year: int) -> Iterator[Note]:
    """The same plot under another number because the base changed its brand; struck out when the lists were compared."""
    parcel, accepted = f"J{year}-01-1换牌", date(year, 11, 6)
    data = {"parcel": parcel, "base": f"J{year}-01", "area": "31.20", "measured": "registered"}
    yield Note(date(year, 12, 29), CLERK, PLOT, parcel, data, grower.village, accepted)
    yield Note(date(year + 1, 1, 15), CLERK, PLOT, parcel, reason="换了牌子又报一次，面积已在原地块里", manner=REMOVE)


def _gardens(world: World, rng: Random, year: int) -> Iterator[Note]:
    """Checked in June or later; what has to be planted again is checked once more before the winter."""
    growers = _growers(world, year)
    for number in range(1, rng.randint(9, 13) + 1):
        grower, day = rng.choice(growers), day_in(rng, year, (0, 0, 0, 0, 4, 20, 12, 10, 20, 16, 0, 0))
        key = {"parcel": f"C{year}-{number:02d}", "sheet": str(year)}
        verdict = "failed" if number == 8 else "mend" if number % 4 == 3 else "passed"
        data = {
            **key, "grower": grower.code, "area": f"{rng.uniform(18, 62):.1f}", "shade_trees": str(rng.randint(8, 60) * 10),
            "control": rng.choice(("lamp", "board", "both", "both")), "verdict": verdict,
        }  # fmt: skip
        name = "/".join(key.values())
        yield Note(later(day, rng, 0, 9), CLERK, GARDEN, name, data, grower.village, day)
        if verdict == "mend":
            passed = {**key, "verdict": "passed"}
            yield Note(date(year, 12, rng.randint(2, 18)), CLERK, GARDEN, name, passed, reason="补种后复验合格", manner=PROGRESS)


def _batches(world: World, rng: Random, year: int) -> Iterator[Note]:
    factories = [one for one in world.register.of_kind("tea_factory") if one.since + KNOWN <= date(year, 3, 1) and one.is_there(date(year, 12, 31))]
    wrong = rng.randrange(40)
    for number in range(1, rng.randint(72, 86) + 2 * (year - world.year + 5)):
        factory, day = rng.choice(factories), day_in(rng, year, PICKING)
        key = {"factory": factory.code, "sheet": f"{year}-{number:03d}"}
        made = round(rng.lognormvariate(3.45, 0.45), 1)
        data = {
            **key, "grade": rng.choices(("white", "green", "black"), (58, 30, 12))[0], "fresh": f"{made * rng.uniform(4.1, 4.6):.1f}",
            "made": f"{made * 10 if number == wrong else made:.1f}", "fee": f"{made * 40:.2f}",
        }  # fmt: skip
        name = "/".join(key.values())
        told = later(day, rng, 0, 6)
        yield Note(told, CLERK, BATCH, name, data, factory.village, day)
        if number == wrong:
            right = {**key, "made": f"{made:.1f}"}
            yield Note(later(told, rng, 33, 60), CLERK, BATCH, name, right, reason="磅单上小数点看错一位", manner=CORRECT)


def _farms(world: World) -> Iterator[Note]:
    """The farms of old on the first day, then one by one those that were invited; now and then an old one grows."""
    for farm in world.register.of_kind("rabbit_farm", "cattle_farm"):
        rng = world.rng(FARM, farm.code)
        old = farm.since.year < world.years[0]
        began = farm.since + timedelta(days=5)
        told = world.first_day if old else farm.since + KNOWN
        rabbits = farm.kind == "rabbit_farm"
        data = {
            "farm": farm.code, "kind": "rabbit" if rabbits else "cattle", "introduced": "local" if old else "invited",
            "filing_no": f"青畜备{farm.since.year}{farm.code[1:]}", "waste": rng.choice(("field", "fertiliser", "plant")),
        }  # fmt: skip
        yield Note(told, CLERK, FARM, farm.code, data, farm.village, began)
        if not old:
            for number in range(1, rng.choice((2, 3, 3, 4) if rabbits else (2, 2, 3)) + 1):
                yield _barn(farm, number, began + timedelta(days=4 * number), told, rng)
        elif rng.random() < 0.7:
            day = date(world.year - rng.randrange(5), rng.randint(3, 10), 15)
            yield _barn(farm, 9, day, later(day, rng, 3, 20), rng, "expansion")


def _family_farms(world: World) -> Iterator[Note]:
    """Each spring a family farm of the township begins to keep rabbits or cattle: nobody invited it."""
    rng = world.rng(FARM, "family")
    able = [one for one in world.register.of_kind("family_farm") if one.since.year < world.years[0] - 1 and one.until is None]
    for year, farm in zip(world.years, rng.sample(able, len(world.years)), strict=True):
        kind, day, told = rng.choice(("rabbit", "cattle")), date(year, 3, rng.randint(3, 12)), date(year, 3, rng.randint(14, 26))
        data = {"farm": farm.code, "kind": kind, "introduced": "local", "waste": "field"}
        yield Note(told, CLERK, FARM, farm.code, data, farm.village, day)
        size = {"rabbits_a_year": "1200"} if kind == "rabbit" else {"cattle_kept": "15"}
        barn = {"farm": farm.code, "barn": "1号", "stage": "local", **size}
        yield Note(told, CLERK, BARN, f"{farm.code}/1号", barn, farm.village, day)


def _barn(farm: Business, number: int, day: date, told: date, rng: Random, stage: str = "first") -> Note:
    key = {"farm": farm.code, "barn": f"{number}号"}
    rabbits = farm.kind == "rabbit_farm"
    size = {"rabbits_a_year": str(rng.randint(14, 36) * 500)} if rabbits else {"cattle_kept": str(rng.randint(9, 24) * 5)}
    return Note(told, CLERK, BARN, "/".join(key.values()), {**key, "stage": stage, **size}, farm.village, day)


def _sown(world: World, year: int) -> Iterator[Note]:
    """Each village, season and crop, checked in the field; villages that have become one hand in one sheet."""
    rng = world.rng(SOWING, year)
    for village in VILLAGES:
        land = world.rng(SOWING, village).uniform(560, 860) * (1 + 0.008 * (year - world.year)) * rng.uniform(0.985, 1.015)
        for season, crop, share, month in SOWN:
            day = date(year, month, rng.randint(8, 24))
            merged = village in MERGED and day >= merger_day(world.year)
            area = land * share * rng.uniform(0.93, 1.07) * (2 if merged else 1)
            if merged and village != MERGED[0]:
                continue
            key = {"sheet": f"{year}-{stands_as(village, day, world.year)}", "season": season, "crop": crop}
            data = {**key, "area": f"{area:.1f}", "subsidised": f"{area * rng.uniform(0.6, 0.95):.1f}"}
            told = date(year + 1, 2, rng.randint(2, 20)) if village == "大源头村" and crop == "corn" and year % 3 == 0 else later(day, rng, 0, 6)
            yield Note(told, CLERK, SOWING, "/".join(key.values()), data, village, day)


def _sown_corrections(world: World, year: int) -> Iterator[Note]:
    """Two sheets a year in which land that lies idle had been counted."""
    rng = world.rng(SOWING, "idle", year)
    for note in rng.sample([one for one in _sown(world, year) if one.data["crop"] == "rice"], 2):
        key = {name: note.data[name] for name in ("sheet", "season", "crop")}
        right = {**key, "area": f"{float(note.data['area']) * 0.95:.1f}"}
        yield Note(later(note.told, rng, 35, 55), CLERK, SOWING, note.key, right, reason="有两块抛荒，扣去", manner=CORRECT)


def _pigs(world: World, farm: Business) -> Iterator[Note]:
    """One sheet a month and farm; one month a disease that was none, which opened a matter all the same."""
    rng = world.rng(PIGS, farm.code)
    size = rng.uniform(1050, 1900)
    for number in range(12 * len(world.years)):
        year, month = world.years[0] + number // 12, number % 12 + 1
        end = date(year, month, calendar.monthrange(year, month)[1])
        if not (farm.since + KNOWN <= end and farm.is_there(end)):
            continue
        sold = round(size * SLAUGHTER[month - 1] / sum(SLAUGHTER) * rng.uniform(0.8, 1.2) * (1 + 0.02 * (year - world.year)))
        key = {"farm": farm.code, "sheet": f"{end:%Y-%m}"}
        dead = rng.choices((0, 1, 2, 4, 7), (44, 24, 16, 12, 4))[0] if (year, month, farm.code[-1]) != (world.year - 1, 7, "3") else 23
        wrong = rng.random() < 0.012
        data = {**key, "sold": str(sold * 10 if wrong else sold), "kept": str(round(size * rng.uniform(0.45, 0.6))), "dead": str(dead)}
        name, told = "/".join(key.values()), later(end, rng, 2, 6)
        yield Note(told, CLERK, PIGS, name, data, farm.village, end)
        if wrong:
            right = {**key, "sold": str(sold)}
            yield Note(later(told, rng, 30, 50), CLERK, PIGS, name, right, reason="与检疫证明核对，多写一个零", manner=CORRECT)


def _deeds(world: World) -> Iterator[Series]:
    """The grain task in January; the survey's values in March of the year after."""
    for year in world.years:
        rng, sown = world.rng("agri", "survey", year), _whole(_sown(world, year), "area", year)
        source = f"{COUNTY}粮食生产任务分解表（{year}年）"
        target = f"{sown * rng.uniform(0.97, 0.995):.0f}.{rng.randint(1, 9)}"
        yield Series(date(year, 1, 14), CLERK, "agri.grain_area_target", year, target, "recognised", source)
        pigs = sum(_whole(_pigs(world, farm), "sold", year) for farm in world.register.of_kind("pig_farm"))
        for metric, value, least, most in (
            ("agri.grain_sown_area_survey", sown, 0.93, 0.985), ("agri.pigs_sold_survey", pigs, 1.02, 1.08),
        ):  # fmt: skip
            told = f"国家统计局{COUNTY}调查队{year}年反馈数"
            yield Series(date(year + 1, 1, 21), "tongji", metric, year, f"{value * rng.uniform(least, most):.0f}", "statutory", told)


def _whole(notes: Iterator[Note], field: str, year: int) -> float:
    """What the notes of a year say in all once everything is put right."""
    found: dict[str, float] = {}
    for note in notes:
        if note.key in found or (note.manner == ENTER and note.day is not None and note.day.year == year):
            found[note.key] = float(note.data[field])
    return sum(found.values())


LIFE = Life(
    "agri", CLERK, (BASE, PLOT, GARDEN, BATCH, FARM, BARN, SOWING, PIGS), _notes, _deeds,
    counted={
        "agri.new_bases": flow(BASE, time="accepted_on", state="accepted"),
        "agri.new_base_area": flow(PLOT, "area"),
        "agri.bases": stock(BASE, state="accepted"),
        "agri.tea_garden_area": flow(GARDEN, "area", verdict="passed"),
        "agri.new_tea_factories": flow("premises.business", kind="tea_factory"),
        "agri.tea_processed": scaled(flow(BATCH, "made"), Fraction(2)),
        "agri.new_rabbit_farms": flow(FARM, kind="rabbit", introduced="invited"),
        "agri.rabbit_farm_capacity": scaled(flow(BARN, "rabbits_a_year", stage="first"), Fraction(1, 10_000)),
        "agri.new_cattle_farms": flow(FARM, kind="cattle", introduced="invited"),
        "agri.cattle_farm_stock": flow(BARN, "cattle_kept", stage="first"),
        "agri.grain_sown_area": flow(SOWING, "area"),
        "agri.pigs_sold": flow(PIGS, "sold"),
    },
    published=("agri.grain_sown_area_survey", "agri.pigs_sold_survey", "agri.grain_area_target"),
    reaching_back=("agri.bases",),
)  # fmt: skip
