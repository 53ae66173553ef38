"""作息时间: the hours of a worked day, as a county or township sets them from a day on; what work hours are reckoned by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

import orjson

from zhenwu.kernel.definitions.models import OfficeHours
from zhenwu.kernel.journal.api import Act, Event, Writer, ask, perform
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.lib.calendars import Shift
from zhenwu.lib.problems import Problem

SET = "calendar.hours"
MOST_SHIFTS = 4
_IN_FORCE = "SELECT first, shifts FROM definitions_officehours WHERE retired_by_id IS NULL ORDER BY first"
Seasons = tuple[tuple[date, tuple[Shift, ...]], ...]


def set_hours(actor: Actor, first: date, shifts: Sequence[Shift], op_id: UUID) -> dict[str, Any]:
    """Set the hours from a day on; no shifts take back what was set for that day.

    Returns ``{"shifts": n}``. Raises ``Refused``, ``Problem('calendar.hours')``.
    """
    require(actor, "units")
    _check(shifts)
    told = [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in shifts]

    def write(writer: Writer) -> dict[str, Any]:
        event = writer.event(SET, f"calendar:{first}", {"first": first.isoformat(), "shifts": told})
        OfficeHours.objects.filter(first=first, retired_by=None).update(retired_by=event)
        if told:
            OfficeHours.objects.create(first=first, shifts=told, event=event)
        return {"shifts": len(told)}

    return perform(Act(actor.principal, op_id, "set_hours", {"first": first.isoformat(), "shifts": told}), write)


def seasons() -> Seasons:
    """The hours in force: (from which day, the shifts from then on), in order."""
    rows = ((date.fromisoformat(str(first)), orjson.loads(shifts)) for first, shifts in ask(_IN_FORCE))
    return tuple((first, tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in shifts)) for first, shifts in rows)


def altered_hours() -> list[str]:
    """Settings that are not in force as the journal says they were made and taken back."""
    told: dict[str, Any] = {}
    for event in Event.objects.filter(kind=SET).order_by("id"):
        told[event.body["first"]] = event.body["shifts"]
    stands = {row.first.isoformat(): row.shifts for row in OfficeHours.objects.filter(retired_by=None)}
    said = {first: shifts for first, shifts in told.items() if shifts}
    return [f"作息时间 {first}" for first in sorted(said.keys() | stands.keys()) if said.get(first) != stands.get(first)]


def _check(shifts: Sequence[Shift]) -> None:
    ends = [moment for shift in shifts for moment in shift]
    if len(shifts) > MOST_SHIFTS or ends != sorted(set(ends)):
        raise Problem("calendar.hours", "上班时间写得不对", f"从早到晚写，不重叠、不过夜，最多 {MOST_SHIFTS} 段，例如 08:30-12:00 14:00-17:30。")
