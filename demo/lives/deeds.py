"""民生实事: eight proposals in the first year, eleven by the last, most pass, some are cut; what was built is accepted by deputies, not always as the builders count it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from demo.counting import flow
from demo.diary import CORRECT, PROGRESS, Note, day_in, later
from demo.life import Life
from demo.places import HOME_GRID, TOWNSHIP, VILLAGES, a_village, every_grid, village_of
from demo.premises import Facility
from demo.world import World

PROPOSAL, ACCEPTANCE, REWIRING = "deeds.proposal", "deeds.acceptance", "deeds.rewiring"
CLERK = "dangzhengban"
EVERY_YEAR = (  # kind, title, raised by, target, budget in 万元
    ("happy_home", "困境儿童焕新乐园", "residents", (6, 9), (8, 14)), ("rewiring", "农房老旧线路改造", "residents", (110, 160), (40, 70)),
    ("toilet", "新建公厕", "deputies", (4, 5), (60, 95)), ("hall", "村级文化礼堂", "deputies", (1, 2), (70, 160)),
    ("children_home", "儿童之家", "deputies", (1, 2), (10, 22)), ("lighting", "村道路灯亮化", "residents", (60, 140), (18, 45)),
)  # fmt: skip
OTHERS = {
    "canteen": ("村级助餐点", "offices", (1, 3), (15, 40)), "footpath": ("环镇登山步道", "offices", (3, 8), (60, 160)), "other": ("村口候车亭", "residents", (4, 8), (12, 30)),
    "parking": ("集镇停车楼", "offices", (1, 1), (300, 700)), "market_hall": ("农贸市场二期", "deputies", (1, 1), (240, 480)),
}  # fmt: skip
# Year by year, from the last complete one: what else passes, what does not, what is cut of it. More is asked for with the years; in
# the second there was no money, and one that had passed in the sixth found no ground.
COURSE = {
    -5: ((), ("parking", "footpath"), ()), -4: (("canteen",), ("market_hall",), ("canteen",)), -3: ((), ("canteen", "parking", "footpath"), ()),
    -2: (("canteen",), ("footpath", "market_hall", "parking"), ()), -1: (("canteen", "footpath"), ("market_hall", "other"), ("footpath",)),
    0: (("canteen", "other", "footpath"), ("parking", "market_hall"), ("canteen",)), 1: (("canteen", "footpath"), ("other", "parking", "market_hall"), ()),
}  # fmt: skip
WHY = {"canteen": "场地落实不了，主席团决议调减", "footpath": "占用林地没有批下来，主席团决议调减"}
PLACES = {"canteen": "老年活动中心", "footpath": "后山", "other": "村口"}
BUILDING = (0, 0, 5, 9, 11, 11, 9, 9, 11, 13, 13, 9)
SAYING = ("content", "content", "content", "content", "content", "fair", "fair", "unasked", "discontent")


def _notes(world: World) -> Iterator[Note]:
    for year in world.years:
        rng = world.rng(PROPOSAL, year)
        more, refused, cut = COURSE[year - world.year]
        codes = {kind: f"{year}-{number:02d}" for number, kind in enumerate((*(one[0] for one in EVERY_YEAR), *more, *refused), start=1)}
        yield from _vote(rng, year, codes, refused, cut)
        yield from _homes(rng, world, year, codes["happy_home"])
        yield from _rewirings(rng, year, codes["rewiring"])
        yield from _toilets(rng, world, year, codes["toilet"])
        for kind in ("hall", "children_home"):
            for number, one in enumerate(_built(world, kind, year), start=1):
                yield _accepted(rng, codes[kind], f"{kind[0].upper()}{number}", one.village, _after(one, rng, year), kind, facility=one.code)
        for number, village in enumerate(rng.sample(list(VILLAGES), rng.randint(3, 5)), start=1):
            yield _accepted(rng, codes["lighting"], f"L{number}", village, day_in(rng, year, BUILDING), "lighting", spot=f"{village}主村道")
        for kind in (kind for kind in more if kind not in cut):
            for number in range(1, rng.randint(1, 2) + 1):
                village = a_village(rng)
                yield _accepted(rng, codes[kind], f"{kind[0].upper()}Q{number}", village, day_in(rng, year, BUILDING), kind, spot=f"{village}{PLACES[kind]}")


def _vote(rng: Random, year: int, codes: dict[str, str], refused: Sequence[str], cut: Sequence[str]) -> Iterator[Note]:
    """The vote of February; in August what passed and cannot be built is cut by resolution and stays on the list."""
    day, deputies = date(year, 2, rng.randint(16, 26)), rng.randint(54, 61)
    votes = iter(sorted((rng.randint(deputies // 2 + 2, deputies) for _ in codes), reverse=True))
    told = {one[0]: one[1:] for one in EVERY_YEAR} | OTHERS
    for kind, code in codes.items():
        title, raised_by, target, budget = told[kind]
        data = {
            "code": code, "title": title, "kind": kind, "raised_by": raised_by, "target": str(rng.randint(*target)),
            "budget": str(rng.randint(*budget)), "votes": str(rng.randint(9, deputies // 2) if kind in refused else next(votes)),
            "deputies": str(deputies), "outcome": "not_passed" if kind in refused else "passed",
        }  # fmt: skip
        yield Note(later(day, rng, 0, 2), CLERK, PROPOSAL, code, data, TOWNSHIP, day)
    for kind in cut:
        resolved = date(year, 8, rng.randint(6, 24))
        paper = {"code": codes[kind], "outcome": "cut", "cut_on": resolved.isoformat(), "cut_no": f"云人大主席团〔{year}〕{rng.randint(4, 19)}号"}
        yield Note(later(resolved, rng, 1, 6), CLERK, PROPOSAL, codes[kind], paper, reason=WHY[kind], manner=PROGRESS)


def _homes(rng: Random, world: World, year: int, code: str) -> Iterator[Note]:
    """Rooms done up for children in need; one family that was not content is asked again."""
    people, begun = world.population, date(year, 1, 1)
    children = sorted({one.household for one in people.on(begun) if 6 <= one.age(begun) <= 15 and one.since < begun})
    for number, household in enumerate(rng.sample(children, rng.randint(6, 9)), start=1):
        village = village_of(people.members[household][0].grid)
        day = date(year, 4, rng.randint(6, 24)) if number == 1 else day_in(rng, year, BUILDING)
        note = _accepted(rng, code, f"H{number}", village, day, "happy_home", household=household)
        yield note
        if note.data["users_say"] == "discontent":
            key = {name: note.data[name] for name in ("proposal", "sheet")}
            asked = later(note.told, rng, 32, 50)
            yield Note(asked, CLERK, ACCEPTANCE, note.key, {**key, "users_say": "fair"}, reason="补送书桌后回访", manner=CORRECT)


def _rewirings(rng: Random, year: int, code: str) -> Iterator[Note]:
    """Grid by grid, as the electricians go; one batch with a figure too much, put right after the visit."""
    grids = rng.sample(every_grid(), rng.randint(13, 18))
    wrong = rng.randrange(len(grids))
    for number, grid in enumerate(grids):
        day, households = day_in(rng, year, BUILDING) if number else date(year, 4, rng.randint(6, 24)), rng.randint(5, 13)
        key = {"proposal": code, "sheet": f"X{number + 1:02d}"}
        asked = rng.randint(households // 2, households)
        data = {
            **key, "households": str(households + 10 if number == wrong else households), "wire": str(households * rng.randint(38, 95)),
            "breakers": str(households + rng.randint(0, 3)), "tester": "青屏县农电服务队", "asked": str(asked),
            "content": str(asked - rng.choice((0, 0, 0, 1))),
        }  # fmt: skip
        told, name = later(day, rng, 1, 14), "/".join(key.values())
        yield Note(told, "alian" if grid == HOME_GRID else CLERK, REWIRING, name, data, grid, day)
        if number == wrong:
            right = {**key, "households": str(households)}
            yield Note(later(told, rng, 32, 45), CLERK, REWIRING, name, right, reason="按名单复核，多算了十户", manner=CORRECT)


def _toilets(rng: Random, world: World, year: int, code: str) -> Iterator[Note]:
    """As the deputies count them. In the last complete year three rows differ from what the builders handed over:
    one is not yet accepted, one only in January, one twice, the second time under the village's own number.
    """
    built = _built(world, "toilet", year)
    for number, one in enumerate(built, start=1):
        day = _after(one, rng, year)
        if year == world.year and number == len(built) - 1:
            continue
        if year == world.year and number == len(built):
            day = date(year + 1, 1, 15)
        yield _accepted(rng, code, f"GC{number}", one.village, day, "toilet", facility=one.code)
        if year == world.year and number == 1:
            yield _accepted(rng, code, "村报-1", one.village, day + timedelta(days=9), "toilet", spot=f"{one.village}村口")


def _built(world: World, kind: str, year: int) -> list[Facility]:
    found = [one for one in world.register.sites(kind) if one.built is not None and one.built.year == year]
    return sorted(found, key=lambda one: (one.built, one.code))


def _after(one: Facility, rng: Random, year: int) -> date:
    """When the deputies came: after the vote, some weeks after the builders' own acceptance, within the year."""
    assert one.built is not None
    return min(max(later(one.built, rng, 21, 44), date(year, 3, 6)), date(year, 12, 24))


def _accepted(rng: Random, code: str, sheet: str, village: str, day: date, kind: str, **what: str) -> Note:
    data = {"proposal": code, "sheet": sheet, "kind": kind, **what, "users_say": rng.choice(SAYING)}
    if data["users_say"] == "discontent":
        data["defects"] = rng.choice(("书桌还没有送到", "门前还没有平整", "灯亮得晚", "指示牌没装"))
    return Note(later(day, rng, 1, 7), CLERK, ACCEPTANCE, f"{code}/{sheet}", data, village, day)


LIFE = Life(
    "deeds", CLERK, (PROPOSAL, ACCEPTANCE, REWIRING), _notes,
    counted={
        "deeds.proposals": flow(PROPOSAL),
        "deeds.passed": flow(PROPOSAL, outcome=("passed", "cut")),
        "deeds.cut": flow(PROPOSAL, outcome="cut"),
        "deeds.cut_without_paper": flow(PROPOSAL, outcome="cut", cut_on=""),
        "deeds.happy_homes": flow(ACCEPTANCE, kind="happy_home"),
        "deeds.rewired_households": flow(REWIRING, "households"),
        "deeds.toilets_accepted": flow(ACCEPTANCE, kind="toilet"),
        "deeds.accepted": flow(ACCEPTANCE),
        "deeds.asked": flow(ACCEPTANCE, users_say=("content", "fair", "discontent")),
        "deeds.content": flow(ACCEPTANCE, users_say=("content", "fair")),
    },
    ratios={"deeds.satisfaction": ("deeds.content", "deeds.asked")},
)  # fmt: skip
