"""招商引才: a list of wishes each January, a few of which are signed; money that came; people who came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from demo.books import Books
from demo.counting import distinct, flow, stock
from demo.deeds import Series
from demo.diary import CORRECT, Note, hundredths, later
from demo.life import Life
from demo.places import TOWN, a_village, village_of
from demo.world import World

LEAD, STAGE, ARRIVAL = "invest.lead", "invest.stage", "invest.arrival"
TALENT, STATION = "invest.talent", "invest.doctor_station"
CLERK = "jingfaban"
KNOWN = timedelta(days=62)
WISHES = {
    "farming": ("高山蔬菜园", "白茶标准园", "智慧果园", "中药材基地"), "processing": ("茶叶精制厂", "竹笋加工厂", "冷链分拣中心"),
    "tourism": ("溪谷度假营地", "古村民宿群", "康养山居"), "culture": ("研学基地", "竹编工坊", "写生基地"), "energy": ("林光互补电站", "小水电增效"),
}  # fmt: skip
_FIRMS = ("澜城青禾", "栖州半山", "澜城同源", "江南松风", "栖州云水", "澄州百草", "江南谷雨", "澜城远望")
SKIPS = {-5: (2,), -3: (2, 8), -2: (2,), 0: (2,), 1: (2,)}  # which of a year's leads skip a stage
TARGETS = {  # year: projects, of these over 100 million yuan, talents, doctor stations
    -5: (4, 1, 12, 1), -4: (5, 1, 14, 1), -3: (5, 1, 15, 1), -2: (6, 2, 16, 1), -1: (6, 1, 18, 2), 0: (7, 2, 18, 1), 1: (8, 2, 20, 2),
}  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    for year in world.years:
        rng = world.rng("invest", year)
        for number in range(1, rng.randint(17, 22) + (year - world.year + 5) // 2):
            yield from _lead(rng, year, number, number in SKIPS.get(year - world.year, ()))
        yield from _talents(world, year)
    yield from _stations(world)


def _lead(rng: Random, year: int, number: int, skips: bool) -> Iterator[Note]:
    """Put on the list in January; judged, talked over, signed, each by fewer; what is signed brings money and is begun."""
    code, village, listed = f"Z{year}-{number:02d}", a_village(rng), date(year, 1, 12)
    industry = rng.choices(list(WISHES), (30, 22, 26, 14, 8))[0]
    large = number % 6 == 1
    cost = rng.randint(102, 260) * 100 if large else rng.randint(4, 88) * 100
    data = {
        "code": code, "title": f"{village.removesuffix('村')}{rng.choice(WISHES[industry])}", "investor": f"{rng.choice(_FIRMS)}公司", "industry": industry,
        "source": rng.choice(("villager", "villager", "county", "visit", "online")), "intended": str(cost), "planned_on": listed.isoformat(),
        "need": rng.choice(("land", "land", "house", "water", "none")),
    }  # fmt: skip
    yield Note(listed, CLERK, LEAD, code, data, village, listed)
    day = date(year, 1, 31)
    luck = 9 if number in (1, 2) or skips else rng.randint(0, 9)
    for stage, needed, least, most in (("judged", 2, 10, 40), ("talks", 4, 15, 60), ("signed", 7, 30, 90), ("begun", 8, 60, 150), ("producing", 9, 200, 400)):
        if luck < needed:
            if 2 <= luck and rng.random() < 0.5:
                yield from _stage(rng, code, "dropped", later(day, rng, 40, 160), village)
            return
        if skips and stage == "talks":
            continue
        day = later(day, rng, least, most)
        signing: dict[str, object] = {"contract": "formal" if number % 5 else "intent", "amount": str(cost)} if stage == "signed" else {}
        if signing and skips:
            signing |= {"skipped": True, "skip_reason": "投资方是本村乡贤，条件早已谈妥", "paper": f"云镇纪要〔{year}〕{rng.randint(3, 20)}号"}
        yield from _stage(rng, code, stage, day, village, signing, mistaken=number == 1)
        if stage == "signed" and number % 5:
            yield from _money(rng, code, day, cost, village)


def _stage(
    rng: Random, code: str, stage: str, day: date, village: str, more: dict[str, object] | None = None, mistaken: bool = False
) -> Iterator[Note]:
    key, told = {"lead": code, "stage": stage}, later(day, rng, 2, 9)
    more = more or {}
    entered = {**more, "amount": str(int(str(more["amount"])) + 1500)} if mistaken and "amount" in more else more
    yield Note(told, CLERK, STAGE, f"{code}/{stage}", {**key, **entered}, village, day)
    if entered != more:
        right = {**key, "amount": more["amount"]}
        yield Note(later(told, rng, 32, 60), CLERK, STAGE, f"{code}/{stage}", right, reason="合同额里含了土地款，扣去", manner=CORRECT)


def _money(rng: Random, code: str, day: date, cost: int, village: str) -> Iterator[Note]:
    for number in range(1, rng.randint(2, 4) + 1):
        day = later(day, rng, 20, 80)
        data = {
            "lead": code, "voucher": f"{code}-{number}", "amount": hundredths(cost * rng.uniform(0.03, 0.12)),
            "kind": rng.choice(("capital", "equipment", "construction", "increase")),
        }  # fmt: skip
        yield Note(later(day, rng, 3, 12), CLERK, ARRIVAL, f"{code}/{data['voucher']}", data, village, day)


def _talents(world: World, year: int) -> Iterator[Note]:
    """Of those who moved here in the year, some that are of age to work."""
    rng = world.rng(TALENT, year)
    back = [one for one in world.population.persons if one.since.year == year and 22 <= one.age(date(year, 12, 31)) <= 55 and one.since != one.born]
    hosts = [one for one in world.register.of_kind("cooperative", "company", "lodging") if one.since.year < year and one.until is None]
    for one in rng.sample(back, min(rng.randint(15, 21), len(back))):
        kind = rng.choices(("founder", "skilled", "graduate", "doctor", "craftsman"), (38, 22, 30, 3, 7))[0]
        data = {"person": one.code, "kind": kind, "proof": rng.choice(("insurance", "licence", "contract", "project")), "business": rng.choice(hosts).code}
        yield Note(one.since + KNOWN, CLERK, TALENT, one.code, data, village_of(one.grid), one.since)


def _stations(world: World) -> Iterator[Note]:
    rng = world.rng(STATION)
    hosts = [one for one in world.register.of_kind("cooperative", "company") if one.since.year < world.years[0] and one.until is None]
    for number, (offset, host) in enumerate(zip((-5, -3, -2, 0, 1), rng.sample(hosts, 5), strict=True), start=1):
        day = date(world.year + offset, 4, rng.randint(8, 26))
        data = {
            "code": f"BS{number}", "host": host.code, "field": rng.choice(("tea", "herb", "breeding", "ecology")),
            "doc_no": f"青人社〔{day.year}〕{rng.randint(20, 60)}号", "days": str(rng.randint(10, 40)),
        }  # fmt: skip
        yield Note(later(day, rng, 3, 10), CLERK, STATION, data["code"], data, host.village, day)


def _deeds(world: World) -> Iterator[Series]:
    """The targets of a year, decided in its January."""
    for offset, values in TARGETS.items():
        year = world.year + offset
        names = ("projects_target", "large_projects_target", "talents_target", "doctor_stations_target")
        for name, value in zip(names, values, strict=True):
            yield Series(date(year, 1, 15), CLERK, f"invest.{name}", year, str(value), "recognised", f"{TOWN}镇{year}年招商引才计划")


def _large(books: Books, year: int) -> Fraction:
    """Signings over 100 million yuan."""
    signed = (page for page in books.pages[STAGE].values() if page.day.year == year and page.holds(**FORMAL))
    return Fraction(sum(page.number("amount") >= 10_000 for page in signed))


FORMAL = {"stage": "signed", "contract": "formal"}
LIFE = Life(
    "invest", CLERK, (LEAD, STAGE, ARRIVAL, TALENT, STATION), _notes, _deeds,
    counted={
        "invest.projects_planned": flow(LEAD, time="planned_on"),
        "invest.leads": stock(LEAD),
        "invest.signed": flow(STAGE, **FORMAL),
        "invest.large_signed": _large,
        "invest.agreed": flow(STAGE, "amount", **FORMAL),
        "invest.arrived": flow(ARRIVAL, "amount"),
        "invest.begun": flow(STAGE, stage="begun"),
        "invest.skipped": flow(STAGE, skipped=True),
        "invest.talents": distinct(TALENT, "person"),
        "invest.doctor_stations": stock(STATION),
    },
    published=("invest.projects_target", "invest.large_projects_target", "invest.talents_target", "invest.doctor_stations_target"),
)  # fmt: skip
