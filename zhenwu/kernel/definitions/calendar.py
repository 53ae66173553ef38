"""The township's calendar: the published national one, with the days that a county or township set for itself.

Local holidays (三月三), a day off ordered by the county, and the notice of a year that the program does not bring yet: days are
set by a person with the right ``units``, each as one event. What was set can be set anew or taken back; nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.models import CalendarDay
from zhenwu.kernel.journal.api import Act, Writer, ask, perform
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.lib.calendars import Calendar
from zhenwu.lib.problems import Place, Problem, Problems
from zhenwu.lib.published import national

LONGEST_NAME, MOST_DAYS = 20, 400


@dataclass(frozen=True)
class DayInput:
    """A day and whether offices are open on it, with what it is called; ``worked`` None takes back what was set."""

    day: date
    worked: bool | None
    name: str = ""


def set_days(actor: Actor, days: Sequence[DayInput], op_id: UUID, notice: int | None = None) -> dict[str, Any]:
    """Set or take back days; ``notice`` says that they are the whole notice (放假安排) of that year, which then counts as published.

    Returns ``{"set": n, "taken_back": n}``. Raises ``Refused``, ``Problems`` that name the rows.
    """
    require(actor, "units")
    _check(days, notice)
    told = [[one.day.isoformat(), one.worked, one.name.strip()] for one in days]
    act = Act(actor.principal, op_id, "set_days", {"days": told, "notice": notice})
    return perform(act, lambda writer: _write(writer, days, told, notice))


def calendar() -> Calendar:
    """The calendar in force today: what due times are reckoned by."""
    ((newest, retired),) = ask("SELECT MAX(event_id), MAX(retired_by_id) FROM definitions_calendarday")
    return _merged(max(newest or 0, retired or 0))


@lru_cache(maxsize=2)
def _merged(newest: int) -> Calendar:
    known, rows = national(), list(CalendarDay.objects.filter(retired_by=None)) if newest else []
    own = {row.day: (row.worked, row.name) for row in rows}
    return Calendar({**known.days, **own}, {*known.published, *(row.day.year for row in rows if row.notice)}, known.shifts)


def own_days(year: int) -> list[CalendarDay]:
    """What was set for a year, by day."""
    return list(CalendarDay.objects.filter(retired_by=None, day__year=year).select_related("event").order_by("day"))


def altered_days() -> list[str]:
    """Days that differ from what the journal says was set or taken back."""
    found = []
    for row in CalendarDay.objects.select_related("event", "retired_by").order_by("id").iterator():
        said = [row.day.isoformat(), row.worked, row.name] in row.event.body["days"] and row.notice == (row.event.body["notice"] == row.day.year)
        ended = row.retired_by is None or row.day.isoformat() in {day for day, *_ in row.retired_by.body["days"]}
        if not (said and ended):
            found.append(f"日历 {row.day}")
    return found


def _check(days: Sequence[DayInput], notice: int | None) -> None:
    faults, seen = [], set[date]()
    for number, one in enumerate(days, 1):
        message = (
            f"{one.day} 写了两次" if one.day in seen
            else f"{one.day} 不在 {notice} 年" if notice is not None and one.day.year != notice
            else f"{one.day} 没有写叫什么" if one.worked is not None and not one.name.strip()
            else f"{one.day} 的名称太长（最多 {LONGEST_NAME} 字）或有不能打印的字符" if len(one.name) > LONGEST_NAME or not one.name.isprintable()
            else ""
        )  # fmt: skip
        seen.add(one.day)
        if message:
            faults.append(Problem("calendar.day", message, "一天写一行：日期、上不上班、名称（春节、调休上班、三月三）。", Place(row=number)))
    if not days or len(days) > MOST_DAYS:
        faults.append(Problem("calendar.days", "没有写日子，或者太多", f"一次写 1 到 {MOST_DAYS} 天。"))
    if faults:
        raise Problems(faults)


def _write(writer: Writer, days: Sequence[DayInput], told: list[list[Any]], notice: int | None) -> dict[str, Any]:
    event = writer.event("calendar.set", f"calendar:{notice or 'days'}", {"days": told, "notice": notice})
    CalendarDay.objects.filter(retired_by=None, day__in=[one.day for one in days]).update(retired_by=event)
    kept = [(one, one.worked) for one in days if one.worked is not None]
    CalendarDay.objects.bulk_create(
        CalendarDay(day=one.day, worked=worked, name=one.name.strip(), notice=one.day.year == notice, event=event) for one, worked in kept
    )
    return {"set": len(kept), "taken_back": len(days) - len(kept)}
