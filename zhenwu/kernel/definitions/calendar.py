"""The township's calendar: the published national one, with the days that a county or township set for itself.

Local holidays (三月三), a day off ordered by the county, and the notice of a year that the program does not bring yet: days are
set by a person with the right ``units``, each setting one event. A day that was set for oneself stands over a notice, a notice
that was entered over the one that the program brings. What was set can be set anew or taken back; nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from zhenwu.kernel.definitions.models import CalendarDay
from zhenwu.kernel.definitions.office_hours import Seasons, altered_hours, seasons
from zhenwu.kernel.journal.api import Act, Event, Writer, ask, perform
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.lib.calendars import Calendar
from zhenwu.lib.problems import Place, Problem, Problems
from zhenwu.lib.published import national

LONGEST_NAME, MOST_DAYS = 20, 400
SET = "calendar.set"
_IN_FORCE = "SELECT day, worked, name, notice FROM definitions_calendarday WHERE retired_by_id IS NULL ORDER BY notice, day"
_Row = tuple[date, bool, str, int | None]  # day, worked, name, the year whose notice it is part of


@dataclass(frozen=True)
class DayInput:
    """A day and whether offices are open on it, with what it is called; ``worked`` None takes back what was set."""

    day: date
    worked: bool | None
    name: str = ""


def set_days(actor: Actor, days: Sequence[DayInput], op_id: UUID, notice: int | None = None) -> dict[str, Any]:
    """Set or take back days of one's own; or, with ``notice``, enter the whole notice (放假安排) of that year in place of an earlier
    one: the year then counts as published. A notice may begin in the December before.

    Returns ``{"set": n, "taken_back": n}``. Raises ``Refused``, ``Problems`` that name the rows.
    """
    require(actor, "units")
    _check(days, notice)
    told = [[one.day.isoformat(), one.worked, one.name.strip()] for one in days]
    act = Act(actor.principal, op_id, "set_days", {"days": told, "notice": notice})
    return perform(act, lambda writer: _write(writer, days, told, notice))


def calendar() -> Calendar:
    """The calendar in force now: what due times are reckoned by."""
    return _merged(tuple(ask(_IN_FORCE)), seasons())


def own_days(year: int) -> list[CalendarDay]:
    """What people entered for a year, notices and days of their own, by day."""
    return list(_live().filter(day__year=year).select_related("event"))


def altered_days() -> list[str]:
    """Days that are not in force as the journal says they were set and taken back."""
    told: set[_Row] = set()
    for event in Event.objects.filter(kind=SET).order_by("id"):
        told = _after(told, event.body["days"], event.body["notice"])
    stands = set(_live().values_list("day", "worked", "name", "notice"))
    return [f"日历 {day}" for day in sorted({row[0] for row in told ^ stands})] + altered_hours()


def _live() -> Any:
    return CalendarDay.objects.filter(retired_by=None).order_by("notice", "day")


def _after(rows: set[_Row], days: Sequence[tuple[str, bool | None, str]], notice: int | None) -> set[_Row]:
    """The days in force after a setting."""
    named = {date.fromisoformat(day) for day, *_ in days}
    kept = {row for row in rows if row[3] != notice or (notice is None and row[0] not in named)}
    return kept | {(date.fromisoformat(day), worked, name, notice) for day, worked, name in days if worked is not None}


@lru_cache(maxsize=4)
def _merged(told: tuple[tuple[Any, ...], ...], hours: Seasons) -> Calendar:
    rows: list[_Row] = [(date.fromisoformat(str(day)), bool(worked), name, notice) for day, worked, name, notice in told]
    known, noticed = national(), {notice for *_, notice in rows if notice is not None}
    brought = {day: told for day, told in known.days.items() if day.year not in noticed}
    entered = {day: (worked, name) for day, worked, name, notice in rows if notice is not None}
    own = {day: (worked, name) for day, worked, name, notice in rows if notice is None}
    return Calendar({**brought, **entered, **own}, {*known.published, *noticed}, known.shifts, hours)


def _check(days: Sequence[DayInput], notice: int | None) -> None:
    faults, seen = [], set[date]()
    for number, one in enumerate(days, 1):
        if message := _fault(one, notice, seen):
            faults.append(Problem("calendar.day", message, "一天写一行：日期、上不上班、名称（春节、调休上班、三月三）。", Place(row=number)))
        seen.add(one.day)
    if not days or len(days) > MOST_DAYS:
        faults.append(Problem("calendar.days", "没有写日子，或者太多", f"一次写 1 到 {MOST_DAYS} 天。"))
    if faults:
        raise Problems(faults)


def _fault(one: DayInput, notice: int | None, seen: set[date]) -> str:
    if one.day in seen:
        return f"{one.day} 写了两次"
    if notice is not None and one.day.year != notice and (one.day.year, one.day.month) != (notice - 1, 12):
        return f"{one.day} 不在 {notice} 年，也不在它前面的十二月"
    if notice is not None and one.worked is None:
        return f"{one.day} 没有写上不上班"
    if one.worked is not None and not one.name.strip():
        return f"{one.day} 没有写叫什么"
    if len(one.name) > LONGEST_NAME or not one.name.isprintable():
        return f"{one.day} 的名称太长（最多 {LONGEST_NAME} 字）或有不能打印的字符"
    return ""


def _write(writer: Writer, days: Sequence[DayInput], told: list[list[Any]], notice: int | None) -> dict[str, Any]:
    event = writer.event(SET, f"calendar:{notice or 'own'}", {"days": told, "notice": notice})
    before = CalendarDay.objects.filter(retired_by=None, notice=notice)
    before = before if notice is not None else before.filter(day__in=[one.day for one in days])
    taken_back = before.filter(day__in=[one.day for one in days if one.worked is None]).count()
    before.update(retired_by=event)
    kept = [(one, one.worked) for one in days if one.worked is not None]
    try:
        CalendarDay.objects.bulk_create(
            CalendarDay(day=one.day, worked=worked, name=one.name.strip(), notice=notice, event=event) for one, worked in kept
        )
    except IntegrityError as error:
        raise Problem("calendar.taken", "刚才已有人设了同一天", "看一下现在的日历（zhenwu calendar show），再决定要不要改。") from error
    return {"set": len(kept), "taken_back": taken_back}
