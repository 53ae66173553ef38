"""Words that a record says: the name of the road that was finished this year, not a number and not the profile's.

    [[slot]]
    meaning = "文化路名"   kind = "name"
    record = {ledger = "project.project", field = "short_name", time = "completed_on", where = {category = "culture_road"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import PREFIX, facts
from zhenwu.kernel.metrics.api import Figures
from zhenwu.lib.facts import Scope
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Place, Problem

_KEYS = {"ledger", "field", "time", "where"}


@dataclass(frozen=True)
class Wording:
    """Which record's ``field`` is printed: the one whose ``time`` lies in the period and whose fields are as in ``where``."""

    ledger: str
    field: str
    time: str = "valid_from"
    where: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is frozen in an issue and read again by ``read_wording``."""
        return {"ledger": self.ledger, "field": self.field, "time": self.time, "where": dict(self.where)}


def read_wording(entry: object, place: Place) -> Wording:
    """The table after ``record =``; raises ``Problem``."""
    remedy = '写成 {ledger = "project.project", field = "title", time = "completed_on", where = {category = "road"}}。'
    if not isinstance(entry, Mapping) or set(entry) - _KEYS or not {"ledger", "field"} <= set(entry):
        raise Problem("binding.record", "record 要写台账、字段，可以再写日期和条件", remedy, place)
    where = entry.get("where", {})
    texts = [entry["ledger"], entry["field"], entry.get("time", ""), *(where.values() if isinstance(where, Mapping) else (None,))]
    if not all(isinstance(text, str) for text in texts):
        raise Problem("binding.record", "record 里的每一项都写成带引号的文字", remedy, place)
    return Wording(entry["ledger"], entry["field"], entry.get("time", "valid_from"), tuple(sorted(where.items())))


def say_words(wording: Wording, period: Period, figures: Figures, unit: UUID) -> tuple[str | None, str]:
    """(the words or None, where they come from), of the records of one township. Two records that say different things are as good as none."""
    members = figures.members(unit, period)
    scope = Scope(PREFIX + wording.ledger, figures.stands_at, None if members is None else frozenset(members))
    found = {
        str(fact.row[wording.field])
        for fact in facts(scope)
        if fact.row[wording.field] and _in(fact.row[wording.time], period) and all(fact.row[name] == value for name, value in wording.where)
    }
    if not found:
        return None, f"台账里没有{period.label}的这条记录"
    if len(found) > 1:
        return None, f"{period.label}有 {len(found)} 条记录各说各的：{'、'.join(sorted(found)[:5])}"
    return found.pop(), f"取自台账 {wording.ledger} 的记录"


def _in(day: object, period: Period) -> bool:
    return isinstance(day, date) and period.start <= day <= period.end
