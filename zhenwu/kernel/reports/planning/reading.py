"""From sentences to promises: sort, goals with number and day, the metric each is measured by, the line it is of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zhenwu.kernel.reports.planning.owning import Lines
from zhenwu.kernel.reports.planning.quantities import Quantity, quantities
from zhenwu.kernel.reports.planning.sections import Said, Written, plan_sentences
from zhenwu.kernel.reports.planning.sorting import due_day, sort_of
from zhenwu.lib.periods import Period

Measuring = Callable[[str], str]  # the key of a target → the key of the metric that says how much is reached, or ""
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class Goal:
    """One thing a sentence promises. ``number`` is exact text in ``unit`` ("" for a goal without one); ``metric`` measures it
    in ``period``; ``sure``: the report itself says so, otherwise the name is alike; ``due_on``: by when, each goal for itself."""

    title: str
    number: str = ""
    unit: str = ""
    bound: str = ""
    metric: str = ""
    period: str = ""
    sure: bool = False
    due_on: date | None = None


@dataclass(frozen=True)
class Promise:
    """A sentence of the plan, read."""

    chapter: str
    words: str
    sort: str
    because: str
    due_on: date
    due_words: str
    line: str
    goals: tuple[Goal, ...] = ()


def read_plan(paragraphs: Sequence[Written], year: int, lines: Lines, measuring: Measuring = lambda _: "") -> list[Promise]:
    """The promises of the plan for ``year``; empty when the document has no plan part."""
    return [_promise(said, year, lines, measuring) for said in plan_sentences(paragraphs, year)]


def _promise(said: Said, year: int, lines: Lines, measuring: Measuring) -> Promise:
    found = [one for one in quantities(said) if not _past(one, year)]
    sort, because = sort_of(said.words, found)
    due, told = due_day(said.words, year)
    goals = tuple(_goal(one, year, lines, measuring) for one in found)
    measured = next((goal.metric.partition(".")[0] for goal in goals if goal.metric), "")
    line = measured or lines.line_of(said.words) or lines.line_of(said.chapter + said.words)
    if sort == "stance":
        line = ""
    elif not goals:
        goals = (Goal(said.words[:_LONGEST_TITLE]),)
    goals = tuple(replace(goal, due_on=_due(due, told, goal)) for goal in goals)
    return Promise(said.chapter, said.words, sort, because, max([due, *(goal.due_on or due for goal in goals)]), told, line, goals)


def _past(one: Quantity, year: int) -> bool:
    """A figure of a year gone by, told beside the plan, is no promise."""
    return bool(one.period) and Period.parse(one.period).last < Period.year(year).first


def _goal(one: Quantity, year: int, lines: Lines, measuring: Measuring) -> Goal:
    title = one.said[-_LONGEST_TITLE:]
    number = one.number or ""
    measure = measuring(one.metric) if one.metric else ""
    if measure:
        return Goal(title, number, one.unit, one.bound, measure, one.period or str(year), True)
    near = lines.measure_of(one.said, one.unit)
    near = None if near and near.key == one.metric else near  # a figure is never held against itself
    return Goal(title, number, one.unit, one.bound, near.key if near else "", str(year) if near else "")


def _due(due: date, told: str, goal: Goal) -> date:
    """A target set for a later year (力争某年达到) is due at the end of that year, unless the sentence names a day."""
    return max(due, Period.parse(goal.period).end) if goal.period and not told else due
