"""Applications by 告知承诺 and re-issues: a handful a year; what was promised is checked afterwards, some too late, once in a while it was not so.

What the rules write by themselves (the ledger of 告知承诺, the register of broken ones) is told here by other code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from demo.books import Books, Case
from demo.diary import ENTER, PROGRESS, Note, on_day_of_three
from demo.places import TOWNSHIP, village_of
from demo.population import Person
from demo.world import World

APPLICATION, LISTED = "service.application", "service.undertaking_item"
UNDERTAKING, BROKEN = "service.undertaking", "service.broken_undertaking"
CHECK_DAYS, LATE = 60, 90  # work days: what is late is so by any calendar
SYSTEM, CLERK = "system", "chuangkou"
MARK = "诺"  # in the numbers of those that are taken in by 告知承诺
ITEMS = {"SX01": ("未领同类补贴的证明", "本人没有领取其他同类补贴"), "SX13": ("四邻无争议的证明", "采伐的林木权属没有争议")}
_MONTHS = (2, 5, 8, 10)


def listed(world: World) -> Iterator[Note]:
    """Which items can be applied for so, and which papers it stands for."""
    for item, (covers, says) in ITEMS.items():
        data = {"item": item, "covers": covers, "says": says, "method": "shared" if item == "SX01" else "visit", "basis_text": "县级告知承诺事项清单"}
        yield Note(world.first_day, "huji", LISTED, item, data, TOWNSHIP, date(world.year - 6, 7, 1))


def undertaken(rng: Random, year: int, people: Sequence[Person], taken: set[str]) -> Iterator[Note]:
    """Four a year, each of somebody who never did before: the first of the first year and of the last complete one but one was not so."""
    for number, month in enumerate(_MONTHS, start=1):
        one = rng.choice([one for one in people if one.code not in taken and one.since.year < year])
        taken.add(one.code)
        data = {"code": f"BJ{year}{MARK}{number:02d}", "item": rng.choice(tuple(ITEMS)), "applicant": one.code, "channel": "window", "route": "promised", "course": "tracked"}
        day = on_day_of_three(date(year, month, rng.randint(2, 20)))
        yield Note(day, CLERK, APPLICATION, data["code"], data, village_of(one.grid), day, at_once=True)


def again(rng: Random, year: int, handled: Sequence[Note]) -> Iterator[Note]:
    """Five cards a year are lost and made anew: four on the spot, one over some days. ``handled``: the applications that they come from."""
    able = [note for note in handled if note.manner == ENTER and note.data["item"] in ("SX05", "SX09") and note.data["route"] != "returned" and note.told < date(year, 9, 1)]
    for number, first in enumerate(rng.sample(able, min(5, len(able))), start=1):
        day = on_day_of_three(first.told + timedelta(days=rng.randint(35, 90)))
        data = {"code": f"BJ{year}补办{number:02d}", "item": first.data["item"], "channel": "window", "route": "reissue", "earlier": first.key}
        data |= {"applicant": first.data["applicant"]} if first.data.get("applicant") else {}
        data |= {"course": "tracked"} if number == 1 else {"course": "direct", "decided_on": day.isoformat(), "handed_on": day.isoformat()}
        yield Note(day, CLERK, APPLICATION, data["code"], data, first.place, day, at_once=number == 1)


def is_broken(code: str, last: int) -> bool:
    """Whether a promise turns out not to be so; ``last``: the last complete year."""
    return code in (f"BJ{last - 5}{MARK}01", f"BJ{last - 1}{MARK}01")


class Undertakings:
    """What is decided by 告知承诺 is on its ledger that evening, what comes of the check too; who broke it, on the register."""

    ledger = UNDERTAKING

    def __init__(self, world: World) -> None:
        self._seen: dict[str, str] = {}
        self._codes: list[str] = []

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        return iter(())

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        self._codes += [note.key for note in written if note.ledger == APPLICATION and note.manner == ENTER and MARK in note.key]
        for code in self._codes:
            case, check = (books.cases.get(f"service.{rule}:{code}:1") for rule in ("taken_in", "to_be_checked"))
            if case is not None and case.first.get("grant") and code not in self._seen:
                self._seen[code] = ""
                said = {"application": code, "item": case.said["item"], "applicant": case.said["applicant"], "decided_on": case.first["grant"].isoformat()}
                yield Note(case.first["grant"], SYSTEM, UNDERTAKING, code, said, books.pages[APPLICATION][code].place, case.first["grant"])
            if check is not None and check.action in ("keep", "mend", "revoke") and self._seen[code] != check.action:
                self._seen[code] = check.action
                yield from _ended(books, code, check)


def _ended(books: Books, code: str, check: Case) -> Iterator[Note]:
    day, how = check.taken[check.action], {"keep": "kept", "mend": "mended", "revoke": "revoked"}[check.action]
    yield Note(day, SYSTEM, UNDERTAKING, code, {"checked": how, "checked_on": day.isoformat()}, reason="核查了结", manner=PROGRESS)
    if how == "revoked":
        place = books.pages[APPLICATION][code].place
        yield Note(day, SYSTEM, BROKEN, code, {"application": code, "applicant": check.said["applicant"]}, place, day)


def accepted_so(said: Mapping[str, str]) -> dict[str, str]:
    """What is given as an application is accepted by 告知承诺."""
    return {"undertaken_papers": ITEMS[said["item"]][0], "undertaking_no": f"诺-{said['code']}"}
