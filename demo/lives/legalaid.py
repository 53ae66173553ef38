"""法律民生服务: who came to ask what, one row a visit; applications for legal aid, which ``demo.watching`` follows to the county and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from demo.counting import distinct, flow, matters
from demo.diary import CORRECT, Note, day_in, later, money, posting_day
from demo.life import Life
from demo.places import VILLAGES, village_of
from demo.population import Person
from demo.world import World

SERVICE, APPLICATION = "legalaid.service", "legalaid.aid_application"
VISITS = (286, 304, 297, 331, 352, 368, 374)  # in the years −5 … +1
APPLICATIONS = (9, 11, 10, 13, 12, 14, 12)
KNOWN = timedelta(days=40)  # by then a person is surely on the register, and may be linked to
_SEASON = (11, 6, 8, 8, 8, 8, 7, 7, 8, 8, 9, 12)  # wages are asked for before the Spring Festival
_TOPICS = (
    ("wages", "injury", "marriage", "support", "inheritance", "land", "contract", "traffic", "welfare", "other"),
    (17, 7, 15, 8, 7, 15, 13, 6, 9, 3),
)  # fmt: skip
_AIDED = (("wages", "injury", "support", "traffic"), (52, 24, 14, 10))


def _notes(world: World) -> Iterator[Note]:
    grown = [one for one in world.population.persons if one.age(date(world.year - 5, 1, 1)) >= 18]
    for year, visits, applications in zip(world.years, VISITS, APPLICATIONS, strict=True):
        rng = world.rng(SERVICE, year)
        for number in range(1, visits + rng.randint(-14, 14)):
            yield from _visit(rng, year, number, grown)
        rng = world.rng(APPLICATION, year)
        for number in range(1, applications + rng.randint(-1, 1)):
            yield from _application(rng, year, number, grown)


def _somebody(rng: Random, day: date, grown: list[Person]) -> Person:
    while True:
        one = rng.choice(grown)
        if one.is_there(day) and one.since + KNOWN <= day:
            return one


def _day(rng: Random, year: int) -> date:
    return max(day_in(rng, year, _SEASON), date(year, 1, 12))


def _visit(rng: Random, year: int, number: int, grown: list[Person]) -> Iterator[Note]:
    day = _day(rng, year)
    topic, visitor = rng.choices(*_TOPICS)[0], _somebody(rng, day, grown)
    place = rng.choices(("window", "village", "phone"), (48, 38, 14))[0]
    sheet = f"法{year}-{number:03d}"
    data = {
        "sheet": sheet, "topic": topic, "matters_raised": str(rng.choices((1, 2, 3, 4), (70, 20, 8, 2))[0]), "place": place,
        "manner": rng.choices(("advice", "drafting", "witness", "referral", "class"), (66, 14, 5, 9, 6))[0],
        "adviser": "lawyer" if place == "village" else rng.choices(("office", "volunteer"), (88, 12))[0],
        "result": rng.choices(("answered", "drafted", "to_mediation", "to_aid", "to_court"), (62, 14, 13, 4, 7))[0],
    }  # fmt: skip
    if rng.random() < 0.9:
        data["visitor"] = visitor.code
    village = village_of(visitor.grid) if "visitor" in data else rng.choice(list(VILLAGES))
    told = later(day, rng, 0, 6)
    yield Note(told, "sifa", SERVICE, sheet, data, village, day)
    if number % 90 == 7:
        wrong = {"sheet": sheet, "topic": "land" if topic == "wages" else "wages"}
        yield Note(later(posting_day(told), rng, 2, 20), "sifa", SERVICE, sheet, wrong, reason="事由选错", manner=CORRECT)


def _application(rng: Random, year: int, number: int, grown: list[Person]) -> Iterator[Note]:
    day = _day(rng, year)
    applicant, topic = _somebody(rng, day, grown), rng.choices(*_AIDED)[0]
    name = f"云援{year}-{number:02d}"
    claim = money(rng.lognormvariate(10.1, 0.7), 100)
    data = {"application_no": name, "applicant": applicant.code, "topic": topic, "claim_amount": claim}
    told = later(day, rng, 0, 3)
    yield Note(told, "sifa", APPLICATION, name, data, village_of(applicant.grid), day)
    if number == 3:
        less = {"application_no": name, "claim_amount": money(float(claim) * 0.9, 100)}
        yield Note(later(posting_day(told), rng, 2, 12), "sifa", APPLICATION, name, less, reason="与欠条核对", manner=CORRECT)


LIFE = Life(
    "legalaid", "sifa", (SERVICE, APPLICATION), _notes,
    counted={
        "legalaid.services": flow(SERVICE),
        "legalaid.people_served": distinct(SERVICE, "visitor"),
        "legalaid.village_services": flow(SERVICE, place="village"),
        "legalaid.wage_services": flow(SERVICE, topic="wages"),
        "legalaid.drafted": flow(SERVICE, result="drafted"),
        "legalaid.to_mediation": flow(SERVICE, result="to_mediation"),
        "legalaid.applications": flow(APPLICATION),
        "legalaid.forwarded": matters("legalaid", lambda case: case.taken.get("forward")),
        "legalaid.granted": matters("legalaid", lambda case: case.taken.get("overturn") or case.taken.get("grant")),
        "legalaid.refused": matters("legalaid", lambda case: case.taken.get("deny"), lambda case: "overturn" not in case.taken),
        "legalaid.objections": matters("legalaid", lambda case: case.taken.get("object")),
        "legalaid.aid_done": matters("legalaid", lambda case: case.taken.get("complete")),
        "legalaid.recovered": matters("legalaid", lambda case: case.taken.get("complete"), measure="recovered"),
        "legalaid.claim_amount": flow(APPLICATION, "claim_amount"),
    },
)  # fmt: skip
