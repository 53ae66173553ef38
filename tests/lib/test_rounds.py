"""Spans, seasons and gaps, held against slow ways of saying the same that share nothing with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenwu.lib.problems import Problem
from zhenwu.lib.rounds import WORDS, Span, Stand, count_apart, moment_of, span_of, spans, windows

DAYS = st.dates(date(1999, 1, 1), date(2035, 12, 31))
PERS = st.sampled_from(sorted(WORDS))
DAY = timedelta(days=1)


def group_of(per: str, day: date) -> object:
    """What all days of one span have in common, day by day."""
    if per == "week":
        return (day - date(2001, 1, 1)).days // 7  # a Monday
    if per == "ten_days":
        return day.year, day.month, 0 if day.day <= 10 else 1 if day.day <= 20 else 2
    if per == "half_month":
        return day.year, day.month, day.day <= 15
    return day.year, (day.month - 1) // {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[per]


@given(PERS, DAYS)
def test_a_span_holds_exactly_the_days_of_its_group(per: str, day: date) -> None:
    first = last = day
    while group_of(per, first - DAY) == group_of(per, day):
        first -= DAY
    while group_of(per, last + DAY) == group_of(per, day):
        last += DAY
    found = span_of(per, day)
    assert (found.first, found.last) == (first, last)


@given(PERS, DAYS, st.integers(0, 800))
def test_spans_follow_one_another_without_a_hole_and_no_two_are_named_alike(per: str, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = list(spans(per, first, last))
    assert found[0].first <= first and found[-1].last >= last
    assert all(after.first == before.last + DAY for before, after in zip(found, found[1:], strict=False))
    assert len({one.name for one in found}) == len(found) == len({one.label for one in found})


@pytest.mark.parametrize(
    ("per", "day", "name", "label"),
    [
        ("week", date(2021, 1, 2), "2020-W53", "2020年第53周"), ("ten_days", date(2020, 2, 29), "2020-02下旬", "2020年2月下旬"),
        ("half_month", date(2020, 2, 15), "2020-02上半月", "2020年2月上半月"), ("month", date(2020, 6, 1), "2020-06", "2020年6月"),
        ("quarter", date(2020, 6, 30), "2020Q2", "2020年第2季度"), ("half_year", date(2020, 7, 1), "2020H2", "2020年下半年"), ("year", date(2020, 7, 1), "2020", "2020年"),
    ],
)  # fmt: skip
def test_a_span_is_named_as_people_name_it(per: str, day: date, name: str, label: str) -> None:
    assert (span_of(per, day).name, span_of(per, day).label) == (name, label)


def test_a_kind_of_span_that_there_is_not_is_refused_in_words() -> None:
    with pytest.raises(Problem, match="每逢三"):
        span_of("每逢三", date(2020, 1, 1))


def months_between(month_from: int | None, month_to: int | None) -> set[int]:
    """Counting on from the first month to the last."""
    month, last = month_from or 1, month_to or 12
    found = {month}
    while month != last:
        month = month % 12 + 1
        found.add(month)
    return found


@given(PERS, DAYS, DAYS, st.none() | st.integers(0, 900), *[st.none() | st.integers(1, 12)] * 2)
def test_a_span_is_owed_only_when_everything_stands_on_each_of_its_days(
    per: str, day: date, begins: date, length: int | None, month_from: int | None, month_to: int | None
) -> None:
    span, ends = span_of(per, day), None if length is None else begins + timedelta(days=length)
    each = [span.first + n * DAY for n in range((span.last - span.first).days + 1)]
    season = months_between(month_from, month_to)
    slowly = all(begins <= one and (ends is None or one < ends) and one.month in season for one in each)
    assert Stand(begins, ends, month_from, month_to).holds_for(span) == slowly


def test_a_season_may_run_over_new_year() -> None:
    winter = Stand(date(2000, 1, 1), None, 11, 4)
    due = [month for month in range(1, 13) if winter.holds_for(span_of("month", date(2020, month, 3)))]
    assert due == [1, 2, 3, 4, 11, 12]
    assert not winter.holds_for(span_of("year", date(2020, 1, 1))), "a year is not wholly winter"


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 9)), max_size=9), st.integers(0, 120))
def test_the_visits_that_count_are_the_most_that_can_lie_apart(moments: list[datetime], gap: int) -> None:
    def apart(some: tuple[datetime, ...]) -> bool:
        return all(abs(one - other) >= timedelta(hours=gap) for one, other in combinations(some, 2))

    most = max(size for size in range(len(moments) + 1) if any(map(apart, combinations(moments, size))))
    assert count_apart(moments, gap) == most


def test_a_visit_whose_hour_nobody_wrote_down_counts_at_noon() -> None:
    day = date(2020, 3, 2)
    assert [moment_of(day, clock).hour for clock in ("08:30", None, "", "29:00", "7:05")] == [8, 12, 12, 12, 7]
    assert count_apart([moment_of(day, "16:00"), moment_of(day + DAY, None)], 24) == 1


def runs(begins: date, told: list[tuple[date, int | None]], until: date) -> list[tuple[date, date]]:
    """Walking day by day: a run goes on until it is long enough, or until another number is said."""
    def number(day: date) -> int | None:
        return next((n for said, n in reversed(told) if said <= day), None)

    found = []
    first = day = max([begins, *(said for said, _ in told[:1])])
    while first <= until:
        length = number(first)
        if day > first and number(day) != length:
            first = day
        elif length is not None and (day - first).days == length - 1:
            found.append((first, day))
            first = day = day + DAY
        else:
            day += DAY
            if day > until + timedelta(days=400):
                break
    return found


@given(st.integers(0, 60), st.lists(st.tuples(st.integers(-20, 200), st.none() | st.integers(1, 40)), max_size=4), st.integers(0, 250))
def test_runs_of_days_are_cut_as_one_would_cut_them_day_by_day(start: int, said: list[tuple[int, int | None]], length: int) -> None:
    zero = date(2020, 1, 1)
    begins, until = zero + start * DAY, zero + (start + length) * DAY
    told = [(zero + offset * DAY, days) for offset, days in sorted(said, key=lambda one: one[0])]
    every = runs(begins, told, until)
    assert [(one.first, one.last) for one in windows(begins, told, date.min, until)] == every
    since = begins + DAY * (length // 2)
    assert [(one.first, one.last) for one in windows(begins, told, since, until)] == [one for one in every if one[1] >= since]


def test_a_shorter_interval_does_not_judge_what_was_before_it() -> None:
    told = [(date(2020, 1, 1), 60), (date(2020, 3, 15), 30)]
    found = list(windows(date(2020, 1, 1), told, date.min, date(2020, 4, 1)))
    assert [one.first.isoformat() for one in found] == ["2020-01-01", "2020-03-15"] and found[1].last == date(2020, 4, 13)
    assert found[0] == Span(date(2020, 1, 1), date(2020, 2, 29), "2020-01-01", "2020-01-01起60天")
