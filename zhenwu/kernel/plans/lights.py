"""Lights: how a task stands against its target and the calendar. Pure.

blue reached · green at or ahead of the calendar · yellow a little behind, or due soon · red overdue or behind · grey nothing to
go by · off cancelled. How far is a little is a town's own rule (``plan.yellow_points``, ``plan.due_soon_days``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

LIGHTS = {"red": "落后", "yellow": "稍慢", "green": "正常", "grey": "未启动", "blue": "完成", "off": "已取消"}
LEVEL = ("stock", "ratio", "mean", "share", "growth", "series", "change", "cumulative")  # kinds that do not grow with the year
_QUARTER = timedelta(days=107)  # a quarter, and a fortnight to report it
_FULL = Fraction(100)


@dataclass(frozen=True)
class Tempo:
    """Percentage points behind the calendar that are still yellow, and days before the end that warn."""

    points: Fraction = Fraction(10)
    days: int = 15


@dataclass(frozen=True)
class Span:
    """A task's own calendar: it began on a day, is due on a day, and is looked at on a day."""

    starts: date
    due: date
    on: date

    @property
    def expected(self) -> Fraction:
        """Which part (%) should be reached by the calendar."""
        days = max((self.due - self.starts).days, 1)
        return Fraction(min(max((self.on - self.starts).days, 0), days) * 100, days)

    @property
    def is_overdue(self) -> bool:
        return self.on > self.due

    def is_near(self, days: int) -> bool:
        """Whether the end is so many days off at most."""
        return (self.due - self.on).days <= days


@dataclass(frozen=True)
class Light:
    """``reached`` and ``expected`` in percent; ``why`` in words."""

    colour: str
    why: str
    reached: Fraction | None = None
    expected: Fraction | None = None

    @property
    def label(self) -> str:
        return LIGHTS[self.colour]


@dataclass(frozen=True)
class Reported:
    """What was last said of a task without a metric: percent by the calendar, percent done, on which day."""

    planned: Fraction
    reached: Fraction
    on: date


def reached_of(value: Fraction, target: Fraction, bound: str) -> Fraction:
    """How much of a target is reached, in percent; 100 and more means: met."""
    if bound == "at_most":
        return _FULL if value <= target else (target / value * 100 if value else _FULL)
    part = value / target * 100 if target else _FULL
    return min(part, Fraction(9999, 100)) if bound == "more_than" and value <= target else part


def by_metric(value: Fraction | None, target: Fraction, bound: str, kind: str, span: Span, tempo: Tempo = Tempo()) -> Light:
    """The light of a task that a metric measures; ``value`` and ``target`` in one unit."""
    if value is None and (kind in LEVEL or bound == "at_most"):
        return Light("red", "到期了，还没有数") if span.is_overdue else Light("grey", "还没有数")
    reached = reached_of(value or Fraction(0), target, bound)
    if bound == "at_most":
        return _kept_below(reached, span)
    if reached >= _FULL:
        return Light("blue", "指标已达到目标", reached, span.expected)
    if span.is_overdue:
        return Light("red", "过了时限，还没有达到", reached, _FULL)
    if span.on < span.starts:
        return Light("grey", "还没有开始", reached)
    if kind in LEVEL:
        return _approaching(reached, span, tempo)
    return _against_calendar(reached, span.expected, span, tempo)


def by_reports(reports: Sequence[Reported], span: Span, tempo: Tempo = Tempo()) -> Light:
    """The light of a task without a metric, from its quarterly reports, oldest first."""
    last = reports[-1] if reports else None
    if last and last.reached >= _FULL:
        return Light("blue", "进度到了 100%，等凭据办结", last.reached, last.planned)
    if span.is_overdue:
        return Light("red", "过了时限，还没有完成", last.reached if last else None, _FULL)
    if last is None:
        if span.on - span.starts > _QUARTER:
            return Light("yellow", "还没有报过进度", None, span.expected)
        return Light("grey", "刚下达，还没有报进度", None, span.expected)
    found = _against_calendar(last.reached, last.planned, span, tempo)
    if found.colour == "green" and span.on - last.on > _QUARTER:
        return Light("yellow", f"{last.on} 以后没有报进度", last.reached, last.planned)
    return found


def _kept_below(reached: Fraction, span: Span) -> Light:
    if reached < _FULL:
        return Light("red", "已超出控制数", reached)
    return Light("blue", "到期没有超出控制数", reached) if span.is_overdue else Light("green", "没有超出控制数", reached)


def _approaching(reached: Fraction, span: Span, tempo: Tempo) -> Light:
    """A level is not held against the calendar: it may jump on its last day."""
    short = _FULL - reached
    if short <= tempo.points and not span.is_near(tempo.days):
        return Light("green", "离目标不远", reached)
    return Light("yellow", "快到时限" if short <= tempo.points else "离目标还远", reached)


def _against_calendar(reached: Fraction, expected: Fraction, span: Span, tempo: Tempo) -> Light:
    behind = expected - reached
    if behind > tempo.points:
        return Light("red", "落后时序较多", reached, expected)
    if behind > 0:
        return Light("yellow", "略落后时序", reached, expected)
    if span.is_near(tempo.days):
        return Light("yellow", "快到时限", reached, expected)
    return Light("green", "不落后时序", reached, expected)
