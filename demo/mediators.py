"""人民调解员名册: who mediates when, and what the closed disputes bring into the ledger of 以案定补, which the office judges afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.books import Books
from demo.diary import PROGRESS, Note, later
from demo.places import TOWNSHIP
from demo.world import World

MEDIATOR, SUBSIDY = "mediation.mediator", "mediation.subsidy"
SYSTEM, OFFICE = "system", "sifa"
_TOWN, _SEAT = f"{TOWNSHIP}人民调解委员会", "梅溪村人民调解委员会"
# name, committee, kind, begun (years from the last complete one, month), left (the same; None: still there), trained
_ROLL = (
    ("吴砚青", _TOWN, "full_time", (-8, 3), None, True), ("雷守田", _TOWN, "part_time", (-8, 3), (-1, 3), True), ("钟有志", _SEAT, "part_time", (-7, 5), None, True),
    ("柳成蹊", _TOWN, "full_time", (-6, 9), (-3, 3), True), ("蓝小英", _TOWN, "full_time", (-3, 3), None, True), ("周正平", _SEAT, "part_time", (-1, 3), None, False),
)  # fmt: skip
_GRADES = (("simple", 100), ("ordinary", 200), ("hard", 500))


@dataclass(frozen=True)
class Mediator:
    """One line of the roll."""

    code: str
    name: str
    committee: str
    kind: str
    since: date
    until: date | None
    trained: bool


def roll(world: World) -> tuple[Mediator, ...]:
    """Everybody who was ever on it."""
    found = []
    for number, (name, committee, kind, begun, left, trained) in enumerate(_ROLL, start=1):
        since, until = (date(world.year + told[0], told[1], 15) if told else None for told in (begun, left))
        assert since is not None
        found.append(Mediator(f"TJ{number:02d}", name, committee, kind, since, until, trained))
    return tuple(found)


def on_duty(world: World, day: date, rng: Random) -> str:
    """Somebody who is on the roll on a day, by their code."""
    return rng.choice([one.code for one in roll(world) if one.since <= day and (one.until is None or day < one.until)])


def roll_notes(world: World) -> Iterator[Note]:
    """The roll as the office keeps it: entered when somebody begins, ended when they leave."""
    for one in roll(world):
        data = {"code": one.code, "name": one.name, "committee": one.committee, "kind": one.kind}
        data |= {"trained_on": (one.since + timedelta(days=60)).isoformat()} if one.trained else {}
        told = max(one.since, world.first_day)
        yield Note(told, OFFICE, MEDIATOR, one.code, data, TOWNSHIP, one.since)
        if one.until is not None:
            yield Note(max(one.until, told), OFFICE, MEDIATOR, one.code, {"code": one.code}, until=one.until, reason="不再担任", manner=PROGRESS)


class Subsidies:
    """What is closed as settled stands that evening in the ledger of 以案定补, once for its mediator, to be judged."""

    ledger = SUBSIDY

    def __init__(self, world: World) -> None:
        self._seen: dict[str, date] = {}

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        return iter(())

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        for case in books.of_line["mediation"]:
            day = case.taken.get("close")
            if day is None or case.action != "close" or self._seen.get(case.said["case_no"]) == day:
                continue
            key = f"{case.said['case_no']}/1"
            is_new, self._seen[case.said["case_no"]] = case.said["case_no"] not in self._seen, day
            said = {"case_no": case.said["case_no"], "turn": "1", "payee": case.said["mediator"]}
            yield Note(day, SYSTEM, SUBSIDY, key, said, TOWNSHIP, day) if is_new else Note(day, SYSTEM, SUBSIDY, key, said, day=day, reason="再次结案", manner=PROGRESS)


def judged(world: World, number: str, closed: date) -> Iterator[Note]:
    """The office judges what a dispute is worth, some weeks after it was closed; one in four is still to be judged."""
    rng = world.rng(SUBSIDY, number)
    if rng.random() < 0.25:
        return
    grade, amount = rng.choices(_GRADES, (6, 3, 1))[0]
    data = {"case_no": number, "turn": "1", "grade": grade, "amount": str(amount)}
    yield Note(later(closed, rng, 45, 80), OFFICE, SUBSIDY, f"{number}/1", data, reason="评定", manner=PROGRESS)
