"""Reading the plan: tasks as they stand, each with its sentence, its figure or its reports, and its light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.definitions.api import param_on
from zhenwu.kernel.ledgers.api import PREFIX, facts, visible_ids
from zhenwu.kernel.metrics.api import Address, Figure, Figures, reach_of_figure, withheld
from zhenwu.kernel.orgs.api import Actor, Purpose
from zhenwu.kernel.plans.lights import Light, Reported, Span, Tempo, by_metric, by_reports
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Problem
from zhenwu.lib.units import convert

LINE = settings.PLAN_PACK
SENTENCES, TASKS, PROGRESS = (f"{LINE}.{name}" for name in ("sentence", "task", "progress"))
RUNNING, DONE, DROPPED = "running", "done", "dropped"


@dataclass(frozen=True)
class Sentence:
    """A sentence of a plan as adopted; ``edition`` is the issue's number ("" when entered by hand)."""

    record: UUID
    version: int
    code: str
    chapter: str
    words: str
    sort: str
    line: str
    edition: str

    @property
    def year(self) -> int:
        return int(self.code[:4]) if self.code[:4].isdigit() else 0


@dataclass(frozen=True)
class Task:
    """A task as its record says; ``target`` is exact text in ``target_unit``, ``measured_year`` a year ("" : the plan's)."""

    record: UUID
    version: int
    unit: UUID
    code: str
    sentence: str
    title: str
    sort: str
    line: str
    metric: str
    measured_year: str
    target: str
    target_unit: str
    bound: str
    leader: str
    office: str
    partner: str
    owner: str
    given_on: date
    due_on: date
    evidence: str
    state: str
    done_on: date | None
    proof: str

    @property
    def year(self) -> int:
        """The year whose plan it is of."""
        return int(self.sentence[:4]) if self.sentence[:4].isdigit() else self.given_on.year


@dataclass(frozen=True)
class Standing:
    """A task with what is known of it; ``figure`` is None where no metric measures it, or where it is not this person's."""

    task: Task
    sentence: Sentence | None
    light: Light
    figure: Figure | None = None
    reports: tuple[Fact, ...] = ()


def sentences(year: int | None = None) -> list[Sentence]:
    """The sentences adopted (of one year's plan), by code."""
    found = (_sentence(fact) for fact in facts(Scope(PREFIX + SENTENCES)))
    return sorted((one for one in found if year in (None, one.year)), key=lambda one: one.code)


def tasks(year: int | None = None) -> list[Task]:
    """The tasks (of one year's plan), by code. No rights are checked: see ``standings``."""
    return sorted((one for one in map(_task, facts(Scope(PREFIX + TASKS))) if year in (None, one.year)), key=lambda one: one.code)


def standings(actor: Actor, year: int | None = None, figures: Figures | None = None, purpose: Purpose = "list") -> list[Standing]:
    """The tasks this person may see, each with its light, the most urgent first by due date."""
    found = _with_all(actor, _within_reach(actor, tasks(year), purpose), figures or Figures())
    return sorted(found, key=lambda one: (one.task.due_on, one.task.code))


def standing_of(actor: Actor, code: str) -> Standing:
    """One task by its code; ``NotFound`` reads the same for none and for one out of reach."""
    found = _with_all(actor, _within_reach(actor, [one for one in tasks() if one.code == code], "list"), Figures())
    if not found:
        raise NotFound("plan.unknown", "没有这项任务", "请检查链接，或联系党政办开通“计划与任务”条线。")
    return found[0]


def _within_reach(actor: Actor, some: Sequence[Task], purpose: Purpose) -> list[Task]:
    seen = {record for record, _ in visible_ids(actor, purpose, Scope(PREFIX + TASKS), LINE)}
    return [one for one in some if one.record in seen]


def _with_all(actor: Actor, some: Sequence[Task], figures: Figures) -> list[Standing]:
    """Tasks with their sentences, figures, reports and lights."""
    said = {one.code: one for one in sentences()}
    told: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts(Scope(PREFIX + PROGRESS)):
        told[fact.row["task"]].append(fact)
    tempo = tempo_on(today())
    return [_standing(actor, one, said.get(one.sentence), told[one.code], figures, tempo) for one in some]


def plan_years() -> list[int]:
    """The years that have a plan, newest first."""
    return sorted({one.year for one in sentences()} - {0}, reverse=True)


def target_of(task: Task) -> Fraction | None:
    """A task's target in its own unit."""
    try:
        return Fraction(task.target) if task.target else None
    except ValueError:
        return None


def figure_of(task: Task, figures: Figures, until: Period | None = None) -> Figure | None:
    """The figure that measures a task over its period (or up to another), None when its metric is not in force."""
    if not task.metric or task.metric not in figures.known.metrics:
        return None
    return figures.figure(Address(task.metric, until or period_of(task), task.unit))


def period_of(task: Task) -> Period:
    return Period.parse(task.measured_year) if task.measured_year else Period.year(task.year)


def light_by(task: Task, figure: Figure, span: Span, tempo: Tempo) -> Light:
    """A measured task's light; a target whose unit does not convert, or that is missing, shows grey and says so."""
    target = target_of(task)
    if target is None:
        return Light("grey", "没有写目标值")
    value = figure.value
    try:
        if value is not None and task.target_unit:
            value = convert(value, figure.metric.unit, task.target_unit)
    except Problem:
        return Light("grey", f"目标单位“{task.target_unit}”与指标单位“{figure.metric.unit}”不能换算")
    return by_metric(value, target, task.bound, figure.metric.kind, span, tempo)


def _standing(actor: Actor, task: Task, said: Sentence | None, told: list[Fact], figures: Figures, tempo: Tempo) -> Standing:
    reports = tuple(sorted(told, key=lambda fact: fact.row["quarter"]))
    figure = figure_of(task, figures)
    if figure is not None and (not reach_of_figure(actor, figure.metric).covers(task.unit) or withheld(figure, actor, figures)):
        return Standing(task, said, _ended(task) or Light("grey", "指标不在您的权限内"), None, reports)
    span = Span(task.given_on, task.due_on, today())
    light = _ended(task)
    if light is None and figure is not None and target_of(task) is not None:
        light = light_by(task, figure, Span(period_of(task).start, task.due_on, today()), tempo)
    return Standing(task, said, light or by_reports([_reported(fact) for fact in reports], span, tempo), figure, reports)


def _ended(task: Task) -> Light | None:
    if task.state == DONE:
        late = task.done_on is not None and task.done_on > task.due_on
        return Light("blue", f"{task.done_on} 完成" + ("，过了时限" if late else ""), Fraction(100))
    return Light("off", "已取消") if task.state == DROPPED else None


def _reported(fact: Fact) -> Reported:
    row = fact.row
    return Reported(Fraction(row["planned"], 10), Fraction(row["reached"], 10), row["occurred_on"])


def tempo_on(on: date) -> Tempo:
    """The town's own rule for the lights on a day."""
    return Tempo(_param("yellow_points", on, Tempo.points), int(_param("due_soon_days", on, Fraction(Tempo.days))))


def _param(name: str, on: date, otherwise: Fraction) -> Fraction:
    told = param_on(f"{LINE}.{name}", on)
    return otherwise if told is None else told


def _sentence(fact: Fact) -> Sentence:
    return Sentence(fact.id, fact.number, **_texts(fact.row, "code", "chapter", "words", "sort", "line", "edition"))


_TEXTS = (
    "code", "sentence", "title", "sort", "line", "metric", "measured_year", "target", "target_unit", "bound", "leader", "office", "partner",
    "owner", "evidence", "state", "proof",
)  # fmt: skip


def _task(fact: Fact) -> Task:
    row = fact.row
    said = _texts(row, *_TEXTS)
    return Task(
        record=fact.id, version=fact.number, unit=fact.unit, given_on=row["valid_from"], due_on=row["due_on"], done_on=row["done_on"],
        **{**said, "bound": said["bound"] or "reach"},
    )  # fmt: skip


def _texts(row: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: row[name] or "" for name in names}


def running(actor: Actor, year: int) -> Iterator[Task]:
    """The tasks of a year that are neither done nor dropped and within reach."""
    return (one for one in _within_reach(actor, tasks(year), "list") if one.state == RUNNING)
