"""The clocks: when something is due, and why, line by line. Pure; every moment is aware.

``urgent_hour`` runs day and night, ``work_hour`` in the hours of worked days, ``work_day`` counts worked days,
``natural_day`` all days (domain rules 0.2–0.5), ``month`` ends on the day of a later month that has the same number, or on its last
day where it has none (民法典第二百零二条); for whatever makes it longer it is as many natural days as it has. A term is kept by what is done before its due moment: a term of days runs to
midnight after its last day. A pause (挂账、补正、鉴定…) is time that an hour clock leaves out; a day clock leaves out the days
from that on which the pause began to the one before that on which it ended.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Literal

from zhenwu.lib.calendars import DAY, Calendar
from zhenwu.lib.clock import LOCAL

Clock = Literal["urgent_hour", "work_hour", "work_day", "natural_day", "month"]
UNITS: dict[str, str] = {"urgent_hour": "小时", "work_hour": "个工作小时", "work_day": "个工作日", "natural_day": "日", "month": "个月"}
LONGEST = 36_600  # days after which a term is taken to have no end: a broken calendar must not hang whoever asks


@dataclass(frozen=True)
class Term:
    """So many units of a clock (of an hour clock also a part of one, to the minute). For days: ``counts_first``: whether the day it
    starts on is one of them (by most laws not);
    ``runs_on``: whether a last day that is not worked gives way to the next worked one (natural days, months). ``until``: a last day that was
    set itself; ``value`` then counts what it was extended by, and no pause before it moves it."""

    value: int | Fraction
    clock: Clock
    counts_first: bool = False
    runs_on: bool = True
    until: date | None = None


@dataclass(frozen=True)
class Pause:
    """Time that does not count, with its reason in words; ``until`` None: it still stands."""

    since: datetime
    until: datetime | None
    reason: str

    def covers(self, day: date) -> bool:
        """Whether a day clock leaves a day out for it."""
        return self.since.astimezone(LOCAL).date() <= day and (self.until is None or day < self.until.astimezone(LOCAL).date())


@dataclass(frozen=True)
class Due:
    """``at``: the moment before which it must be done, None while a pause stands. ``provisional``: a year it runs through
    has no published calendar yet. ``why``: the reckoning, a line a step."""

    at: datetime | None
    provisional: bool
    why: tuple[str, ...]


def due(term: Term, start: datetime, pauses: Sequence[Pause] = (), calendar: Calendar | None = None) -> Due:
    """When a term that starts at a moment is over."""
    if term.until is not None:
        return _until(term, term.until, pauses, calendar)
    calendar, start = calendar or Calendar(), start.astimezone(LOCAL)
    spans = _here(pauses, start)
    found = _hours(term, start, spans, calendar) if term.clock.endswith("hour") else _days(term, start, spans, calendar)
    if found.at is None:
        return found
    uncertain = term.clock in ("work_hour", "work_day") or (term.clock in ("natural_day", "month") and term.runs_on)
    last = (found.at - timedelta(microseconds=1)).date()
    return replace(found, provisional=uncertain and calendar.is_provisional(start.date(), max(start.date(), last)))


def due_at(term: Term, start: datetime, pauses: Sequence[Pause] = (), calendar: Calendar | None = None) -> datetime | None:
    """``due(…).at``, without saying why: what whoever judges many matters asks."""
    if term.until is not None or term.clock.endswith("hour"):
        return due(term, start, pauses, calendar).at
    start = start.astimezone(LOCAL)
    last = _counted(term, start.date(), _here(pauses, start), calendar or Calendar()).last
    return _end_of(last) if last else None


def _here(pauses: Sequence[Pause], start: datetime) -> list[Pause]:
    """The pauses that reach beyond the start, by our clock and in order."""
    spans = [replace(one, since=one.since.astimezone(LOCAL), until=one.until and one.until.astimezone(LOCAL)) for one in pauses]
    return sorted((one for one in spans if one.until is None or one.until > start), key=lambda one: one.since)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + DAY, datetime.min.time(), LOCAL)


def in_days(term: Term, start: datetime) -> Term:
    """A term of months as the natural days that it has when it starts at a moment; any other as it is."""
    return _in_days(term, start.astimezone(LOCAL).date())


def _in_days(term: Term, first: date) -> Term:
    """``in_days``, given the day it starts on."""
    if term.clock != "month" or term.until is not None:
        return term
    return replace(term, clock="natural_day", value=(_same_day(first, int(term.value), term.counts_first) - first).days + term.counts_first)


def _same_day(first: date, months: int, counts_first: bool) -> date:
    """The last day of so many months: of the same number, the last of its month where that has none; a day earlier where the first counts."""
    if not months:
        return first - DAY * counts_first
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first.day, length)) - DAY * (counts_first and first.day <= length)


def _until(term: Term, day: date, pauses: Sequence[Pause], calendar: Calendar | None) -> Due:
    midnight = datetime.combine(day, datetime.min.time(), LOCAL)
    if not term.value:
        return Due(midnight + DAY, False, (f"写明办到 {day}", f"到 {day} 当天结束"))
    longer = due(replace(term, until=None, runs_on=False), midnight, [one for one in pauses if one.since > midnight], calendar)
    return replace(longer, why=(f"写明办到 {day}", *longer.why))


def last_day(at: datetime | None) -> str:
    """The last day on which it is in time, or the minute, given the due moment; "" without one."""
    if at is None:
        return ""
    local = at.astimezone(LOCAL)
    return f"{local - timedelta(days=1):%Y-%m-%d}" if not (local.hour or local.minute) else _minute(local)


def office_minutes(start: datetime, end: datetime, pauses: Sequence[Pause] = (), calendar: Calendar | None = None) -> int:
    """How many whole minutes of office hours lie between two moments, pauses left out."""
    spans = sorted((replace(one, since=one.since.astimezone(LOCAL), until=min(one.until or end, end).astimezone(LOCAL)) for one in pauses), key=lambda one: one.since)
    until = Pause(end.astimezone(LOCAL), None, "")
    stretches = _running(Term(0, "work_hour"), start.astimezone(LOCAL), (*(one for one in spans if one.since < end), until), calendar or Calendar())
    return int(sum((last - first).total_seconds() for first, last in stretches if last is not None) // 60)


def _hours(term: Term, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> Due:
    left, first = timedelta(minutes=int(term.value * 60)), f"{_minute(start)} 起算，{_long(term)}"
    if not left:
        return Due(start, False, (first, f"到 {_minute(start)}"))
    for begins, ends in _running(term, start, pauses, calendar):
        if ends is None or ends - begins >= left:
            at = begins + left
            return Due(at, False, (first, *_stood(start, at, pauses), *_skipped(term, start.date(), at.date(), calendar), f"到 {_minute(at)}"))
        left -= ends - begins
    return Due(None, False, (first, *_stood(start, None, pauses), f"停着不走，还剩 {_span(left)}"))


def _long(term: Term) -> str:
    """How long a term of hours is; one of minutes in minutes."""
    if term.value == int(term.value):
        return f"{term.value}{UNITS[term.clock]}"
    return f"{int(term.value * 60)}分钟" + ("（工作时间）" if term.clock == "work_hour" else "")


def _stood(start: datetime, at: datetime | None, pauses: Sequence[Pause]) -> Iterator[str]:
    """The pauses that an hour clock left out until it was over."""
    for one in pauses:
        if at is None or one.since < at:
            yield f"{_minute(max(one.since, start))} 至 {_minute(one.until) if one.until else '现在'} {one.reason}，不计"


def _running(term: Term, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches in which an hour clock runs, in order; the last may have no end."""
    free = list(_free(start, pauses))
    if term.clock == "urgent_hour":
        yield from free
        return
    for begins, ends in free:
        day = begins.date()
        while (ends is None or day <= ends.date()) and (day - start.date()).days < LONGEST:
            for opens, closes in calendar.hours(day):
                first, last = max(opens, begins), closes if ends is None else min(closes, ends)
                if first < last:
                    yield first, last
            day += DAY


def _free(start: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime | None]]:
    """What the pauses leave of the time from ``start`` on."""
    for one in pauses:
        if one.since > start:
            yield start, one.since
        if one.until is None:
            return
        start = max(start, one.until)
    yield start, None


@dataclass
class _Count:
    """Days counted one by one. ``last``: the last day of the term, None while it stands still; ``full``: the day on which it was full, before
    it ran on to a worked one."""

    counted: int = 0
    full: date | None = None
    last: date | None = None
    left_out: list[tuple[date, str]] = field(default_factory=list)
    exchanged: list[date] = field(default_factory=list)


def _counted(said: Term, first: date, pauses: Sequence[Pause], calendar: Calendar) -> _Count:
    term, found = _in_days(said, first), _Count()
    open_since = min((one.since.date() for one in pauses if one.until is None), default=None)
    day = first if term.counts_first else first + DAY
    found.full = first if not term.value else None
    while found.full is None and (day - first).days < LONGEST and (open_since is None or day < open_since):
        if reason := _why_not(term, day, pauses, calendar):
            found.left_out.append((day, reason))
        else:
            found.counted += 1
            found.exchanged += [day] if term.clock == "work_day" and day.weekday() >= 5 else []
            found.full = day if found.counted == term.value else None
        day += DAY
    found.last = calendar.next_worked(found.full) if found.full and term.runs_on else found.full
    return found


def _days(said: Term, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> Due:
    first = start.date()
    found, term = _counted(said, first, pauses, calendar), _in_days(said, first)
    counts = "计入" if term.counts_first else "不计"
    why = [f"{_minute(start)} 起算，{said.value}{UNITS[said.clock]}，当天{counts}", *_months(said, first), *_told(found.left_out)]
    why += [f"{one} {calendar.name(one) or '调休上班'}，计入" for one in found.exchanged]
    if found.full is None or found.last is None:
        return Due(None, False, (*why, f"停着不走，已计 {found.counted}，还剩 {term.value - found.counted}{UNITS[term.clock]}"))
    if found.last != found.full:
        why.append(f"最后一天 {found.full} 是{calendar.name(found.full)}，顺延到 {found.last}")
    return Due(_end_of(found.last), False, (*why, f"到 {found.last} 当天结束"))


def _months(said: Term, first: date) -> Iterator[str]:
    """How a term of months ends."""
    if said.clock == "month" and said.value:
        last = _same_day(first, int(said.value), said.counts_first)
        lacking = not said.counts_first and last.day != first.day
        yield f"{last.year}年{last.month}月没有{first.day}日，到月底 {last}" if lacking else f"满{said.value}个月是 {last}"


def _why_not(term: Term, day: date, pauses: Sequence[Pause], calendar: Calendar) -> str:
    """Why a day does not count; "" when it does."""
    for one in pauses:
        if one.covers(day):
            return one.reason
    return calendar.name(day) or "不上班" if term.clock == "work_day" and not calendar.is_worked(day) else ""


def _told(left_out: Sequence[tuple[date, str]]) -> Iterator[str]:
    """The days left out: each holiday or pause as a stretch, the weekends as a number."""
    weekends = sum(reason == "周末" for _, reason in left_out)
    named = [(day, reason) for day, reason in left_out if reason != "周末"]
    for (reason, _), stretch in groupby(enumerate(named), lambda one: (one[1][1], one[1][0].toordinal() - one[0])):
        days = [day for _, (day, _) in stretch]
        yield f"{days[0]} 至 {days[-1]} {reason}，{len(days)} 天不计" if len(days) > 1 else f"{days[0]} {reason}，不计"
    if weekends:
        yield f"周末 {weekends} 天不计"


def _skipped(term: Term, first: date, last: date, calendar: Calendar) -> Iterator[str]:
    if term.clock == "work_hour":
        days = [first + DAY * ahead for ahead in range((last - first).days + 1)]
        yield from _told([(day, calendar.name(day) or "不上班") for day in days if not calendar.is_worked(day)])


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _span(left: timedelta) -> str:
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    return f"{hours} 小时" + (f" {minutes} 分" if minutes else "")
