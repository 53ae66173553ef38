"""A township whose rivers, roads and woods are owed their walks: short words for what its people write down."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.orgs.staff import Town, found_town
from zhenwu.kernel.ledgers.api import (
    PREFIX,
    RecordInput,
    find_record,
    history,
    keyed_facts,
    remove_record,
    save_record,
    save_records,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.rounds.api import follow_rounds
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Scope
from zhenwu.packkit.installing import install_packs

PACKS = Path(__file__).resolve().parents[2] / "packs"
GRACE = timedelta(days=3)
BEAT, TRIP, PLAN, TALLY = "patrol.beat", "patrol.trip", "patrol.frequency", "patrol.tally"


def founded() -> Town:
    """The township with all packs, in January 2020."""
    town = found_town()
    with at(date(2020, 1, 2)):
        install_packs(SYSTEM, [PACKS], uuid4())
    return town


def beat(town: Town, code: str = "H1", begins: str = "2018-01-01", kind: str = "river", rank: str = "village", place: str = "深塘村") -> None:
    """A stretch that somebody answers for."""
    data = {"code": code, "title": f"{code}段", "kind": kind, "rank": rank, "chief": "何大山", "length": "2600", "sign": "right"}
    save_record(SYSTEM, BEAT, RecordInput(data, town[place], begins), uuid4())


def plan(town: Town, times: int, per: str, begins: str, code: str = "F1", until: str | None = None, **more: Any) -> None:
    """How often it is owed a walk; ``more`` are further fields."""
    data = {"code": code, "kind": "river", "rank": "village", "times": str(times), "per": per, "source": "镇文件", **more}
    save_record(SYSTEM, PLAN, RecordInput(data, town["云岭镇"], begins, until), uuid4())


def trip(town: Town, day: str, code: str = "H1", who: Actor = SYSTEM, **more: Any) -> None:
    """A walk of that day, long and far enough."""
    data = {"beat": code, "sheet": uuid4().hex[:12], "kind": "river", "rank": "village", "minutes": "40", "metres": "1500", "problem": "none", "handled": "none", **more}
    save_record(who, TRIP, RecordInput(data, town["深塘村"], day), uuid4())


def trips(town: Town, days: list[str], code: str = "H1") -> None:
    """Many walks in one sheet."""
    rows = [
        RecordInput({"beat": code, "sheet": f"本{n}", "kind": "river", "rank": "village", "minutes": "40", "metres": "1500", "problem": "none", "handled": "none"}, town["深塘村"], day)
        for n, day in enumerate(days)
    ]
    save_records(SYSTEM, TRIP, rows, uuid4())


def turn(day: str) -> None:
    """The clockwork turns on the day on which the grace of what closed before ``day`` is over."""
    with at(date.fromisoformat(day) + GRACE):
        follow_rounds()


def told() -> dict[str, str]:
    """key → ``due/made/valid`` with √ where that was enough, of the tallies that stand."""
    return {
        key: f"{fact.row['due']}/{fact.row['made']}/{fact.row['valid']}{'√' if fact.row['met'] else ''}"
        for key, fact in sorted(keyed_facts(Scope(PREFIX + TALLY)))
    }


def record(key: str, ledger: str = TALLY) -> UUID:
    """The live record of a key."""
    found = find_record(ledger, key)
    assert found is not None, key
    return found


def versions(key: str, ledger: str = TALLY) -> list[tuple[int, str, str]]:
    """(number, author, reason) of a record's versions."""
    return [(one.number, one.author, one.reason) for one in history(record(key, ledger))]


def correct(who: Actor, ledger: str, key: str, data: dict[str, Any], reason: str = "核对", until: str | None = None) -> None:
    """Somebody corrects a record."""
    found = record(key, ledger)
    save_record(who, ledger, RecordInput(data, until=until, reason=reason), uuid4(), found, history(found)[-1].number)


def void(ledger: str, key: str, who: Actor = SYSTEM) -> None:
    """Somebody voids a record."""
    found = record(key, ledger)
    remove_record(who, ledger, found, history(found)[-1].number, "登记错了", uuid4())
