"""When something is due: a slow, obvious calculator says the same, and the reckoning can be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

import pytest

from zhenwu.lib.calendars import Calendar
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.clocks import Clock, Pause, Term, due
from zhenwu.lib.published import national

CLOCKS: tuple[Clock, ...] = ("urgent_hour", "work_hour", "work_day", "natural_day", "month")
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
YEAR = national()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def slow_days(term: Term, start: date) -> int:
    """How many days a term of months has: walk to the day of the same number, or to the last of a month without it, so many times."""
    day, full = start, 0
    while full < term.value:
        day += DAY
        full += day.day == start.day or ((day + DAY).day == 1 and day.day < start.day)
    if term.counts_first and term.value:
        return (day - start).days + (day.day != start.day)  # up to the day before, unless the month ends earlier anyway
    return (day - start).days


def slow_due(term: Term, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> datetime | None:
    """Walk a quarter of an hour, or a day, at a time, and ask of each whether it counts."""
    if term.clock in ("urgent_hour", "work_hour"):
        left, now = term.value * 4, start
        while left:
            if any(one.until is None and one.since <= now for one in pauses):
                return None
            stands = any(one.since <= now < one.until for one in pauses if one.until)
            works = term.clock == "urgent_hour" or any(opens <= now < closes for opens, closes in calendar.hours(now.date()))
            left -= works and not stands
            now += QUARTER
        return now
    counted, day, counts = 0, start.date(), term.counts_first
    wanted = slow_days(term, start.date()) if term.clock == "month" else term.value
    while counted < wanted:
        if any(one.until is None and one.since.date() <= day for one in pauses) and (counts or day > start.date()):
            return None
        if counts and not any(one.since.date() <= day < one.until.date() for one in pauses if one.until):
            counted += term.clock in ("natural_day", "month") or calendar.is_worked(day)
        day, counts = day + DAY, True
    last = day - DAY if wanted else day
    while term.runs_on and not calendar.is_worked(last):
        last += DAY
    return datetime.combine(last + DAY, datetime.min.time(), LOCAL)


def case(rng: Random) -> tuple[Term, datetime, list[Pause]]:
    clock = rng.choice(CLOCKS)
    term = Term(rng.choice((0, 1, 1, 2, 3, 5, 7, 10, 15, 20)), clock, rng.random() < 0.2, rng.random() < 0.7)
    start = moment("2019-12-20") + QUARTER * rng.randrange(4 * 24 * 2500)
    if clock == "month" and rng.random() < 0.5:
        start = start.replace(month=rng.choice((1, 3, 5, 8, 12)), day=rng.choice((1, 29, 30, 31)))
    pauses, at = [], start - timedelta(days=2)
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
        since = at + QUARTER * rng.randrange(4 * 24 * 5)
        until = None if rng.random() < 0.05 else since + QUARTER * rng.randrange(1, 4 * 24 * 9)
        pauses.append(Pause(since, until, "挂账"))
        at = since  # they may overlap
    return term, start, [one for one in pauses if one.until is None or one.until > start]


def agree(cases: int, seed: int) -> None:
    rng = Random(seed)
    for number in range(cases):
        term, start, pauses = case(rng)
        assert due(term, start, pauses, YEAR).at == slow_due(term, start, pauses, YEAR), (number, term, start, pauses)


def test_due_times_equal_a_slow_calculator() -> None:
    agree(1500, 1)


@pytest.mark.slow
def test_due_times_equal_a_slow_calculator_in_a_hundred_thousand_cases() -> None:
    agree(100_000, 2)


def test_the_start_day_is_not_counted_and_weekends_and_the_festival_are_left_out() -> None:
    found = due(Term(5, "work_day"), moment("2026-02-12 15:20"), calendar=YEAR)
    assert found.at == moment("2026-02-27") and not found.provisional
    assert found.why == (
        "2026-02-12 15:20 起算，5个工作日，当天不计",
        "2026-02-15 至 2026-02-23 春节，9 天不计",
        "2026-02-14 调休上班，计入",
        "到 2026-02-26 当天结束",
    )


def test_a_natural_term_that_ends_on_a_holiday_runs_on_only_where_the_rule_says_so() -> None:
    rolling, strict = (due(Term(7, "natural_day", runs_on=runs_on), moment("2026-09-25 09:00"), calendar=YEAR) for runs_on in (True, False))
    assert (rolling.at, strict.at) == (moment("2026-10-09"), moment("2026-10-03"))
    assert "最后一天 2026-10-02 是国庆节，顺延到 2026-10-08" in rolling.why


@pytest.mark.parametrize(
    ("start", "months", "counts_first", "last"),
    [
        ("2026-03-05 16:00", 3, False, "2026-06-05"),
        ("2026-03-05 16:00", 3, True, "2026-06-04"),
        ("2026-01-31 09:00", 1, False, "2026-02-28"),
        ("2028-01-31 09:00", 1, False, "2028-02-29"),
        ("2026-01-31 09:00", 1, True, "2026-02-28"),
        ("2026-01-31 09:00", 2, False, "2026-03-31"),
        ("2026-03-01 09:00", 1, True, "2026-03-31"),
        ("2026-08-31 09:00", 6, False, "2027-02-28"),
        ("2026-12-15 09:00", 13, False, "2028-01-15"),
    ],
)
def test_a_term_of_months_ends_on_the_same_day_of_a_later_month_or_on_its_last(start: str, months: int, counts_first: bool, last: str) -> None:
    found = due(Term(months, "month", counts_first, runs_on=False), moment(start), calendar=YEAR)
    assert found.at == moment(last) + DAY and not found.provisional


def test_a_term_of_months_says_how_it_was_reckoned_and_runs_on_over_a_holiday() -> None:
    festival = due(Term(1, "month"), moment("2026-09-01 09:00"), calendar=YEAR)
    assert festival.why == ("2026-09-01 09:00 起算，1个月，当天不计", "满1个月是 2026-10-01", "最后一天 2026-10-01 是国庆节，顺延到 2026-10-08", "到 2026-10-08 当天结束")
    short = due(Term(1, "month"), moment("2026-01-30 09:00"), calendar=YEAR)
    assert short.why[1] == "2026年2月没有30日，到月底 2026-02-28" and short.at == moment("2026-03-01")  # 28 February is worked in exchange
    paused = due(Term(2, "month", runs_on=False), moment("2026-03-05 09:00"), [Pause(moment("2026-03-10 09:00"), moment("2026-03-20 09:00"), "等鉴定意见")], YEAR)
    assert paused.at == moment("2026-05-16") and "2026-03-10 至 2026-03-19 等鉴定意见，10 天不计" in paused.why


def test_urgent_hours_run_through_the_night_and_work_hours_do_not() -> None:
    friday = moment("2026-11-20 16:30")
    assert due(Term(4, "urgent_hour"), friday, calendar=YEAR).at == moment("2026-11-20 20:30")
    assert due(Term(4, "work_hour"), friday, calendar=YEAR).at == moment("2026-11-23 11:30")


def test_a_pause_stops_the_clock_and_an_open_one_leaves_no_due_time() -> None:
    start, wait = moment("2026-11-02 10:00"), Pause(moment("2026-11-03 09:00"), moment("2026-11-10 09:00"), "等鉴定意见")
    found = due(Term(3, "work_day"), start, [wait], YEAR)
    assert found.at == moment("2026-11-13") and "2026-11-03 至 2026-11-09 等鉴定意见，7 天不计" in found.why
    still = due(Term(3, "work_day"), start, [Pause(wait.since, None, "等鉴定意见")], YEAR)
    assert still.at is None and still.why[-1] == "停着不走，已计 0，还剩 3个工作日"


def test_a_year_without_a_notice_gives_a_provisional_time() -> None:
    found = due(Term(3, "work_day"), moment("2031-09-30 09:00"), calendar=YEAR)
    assert found.provisional and found.at == moment("2031-10-09")  # the three fixed days, the weekend, and no more is known
    assert not due(Term(3, "urgent_hour"), moment("2031-09-30 09:00"), calendar=YEAR).provisional


def test_the_reckoning_names_no_day_twice() -> None:
    paused = Pause(moment("2026-02-12 09:00"), moment("2026-03-02 09:00"), "挂账")
    found = due(Term(3, "work_day"), moment("2026-02-10 09:00"), [paused], YEAR)
    assert found.why[1:] == ("2026-02-12 至 2026-03-01 挂账，18 天不计", "到 2026-03-03 当天结束")
    later = Pause(moment("2026-03-10 09:00"), None, "挂账")
    assert not [line for line in due(Term(2, "work_hour"), moment("2026-03-04 09:00"), [later], YEAR).why if "挂账" in line]


def test_a_term_that_ends_with_the_year_asks_nothing_of_the_next() -> None:
    assert not due(Term(1, "work_day"), moment("2026-12-30 09:00"), calendar=YEAR).provisional
    assert due(Term(2, "work_day"), moment("2026-12-30 09:00"), calendar=YEAR).provisional


def test_a_term_of_ten_thousand_days_is_reckoned_like_any_other() -> None:
    assert due(Term(10_000, "natural_day", runs_on=False), moment("2026-01-01 09:00"), calendar=YEAR).at == moment("2053-05-20")


def test_local_holidays_and_hours_are_the_townships_own() -> None:
    festival = Calendar({**YEAR.days, date(2026, 4, 19): (False, "三月三"), date(2026, 4, 20): (False, "三月三")}, YEAR.published)
    assert due(Term(1, "work_day"), moment("2026-04-17 09:00"), calendar=festival).at == moment("2026-04-22")
    assert due(Term(1, "work_day"), moment("2026-04-17 09:00"), calendar=YEAR).at == moment("2026-04-21")
