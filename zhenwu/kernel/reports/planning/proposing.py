"""The promises of an issued report (or of one being drafted), read with the packs' own words and targets."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from zhenwu.kernel.definitions.api import every, packs
from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.metrics.api import Catalogue, catalogue
from zhenwu.kernel.plans.api import LINE, GoalInput, SentenceInput
from zhenwu.kernel.reports.filling import Filled, read_source
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.planning.owning import Lines, Measure
from zhenwu.kernel.reports.planning.reading import Measuring, Promise, read_plan
from zhenwu.kernel.reports.planning.sections import written
from zhenwu.lib.problems import Place, Problem

_COUNTING = ("flow", "stock", "distinct")


def plan_of_issue(issue: Issue) -> list[Promise]:
    """What an issued report promises for the year after; raises ``Problem('plan.no_part')`` when it plans nothing."""
    name, _, content = take_file(issue.template_file)
    slots = issue.frozen["slots"]
    printed = {slot["slot"]: slot["printed"] for slot in slots if slot["printed"] is not None}
    about = {
        slot["slot"]: (slot["form"][0] if slot["form"] else "", slot["address"][0], slot["address"][1])
        for slot in slots
        if slot["address"]
    }
    found = read_plan(written(read_source(content, name).template, printed, about), issue.year + 1, lines_in_force(), _measuring(catalogue()))
    return _require(found, issue.title)


def plan_of_draft(filled: Filled) -> list[Promise]:
    """The same of a report as it is filled today, to look at before it is issued."""
    about = {
        one.slot.index: (one.form.unit if one.form else "", one.figure.metric.key, str(one.figure.period))
        for one in filled.answers
        if one.figure
    }
    found = read_plan(written(filled.template, filled.values, about), filled.year + 1, lines_in_force(), _measuring(catalogue()))
    return _require(found, filled.name)


def seat_of_issue(issue: Issue) -> UUID:
    """The township that an issued report speaks for."""
    return UUID(issue.frozen["unit"])


def lines_in_force() -> Lines:
    """The words of every pack in force: its own label, those of its ledgers and metrics."""
    labels: dict[str, list[str]] = {pack.key: [pack.body["label"]] for pack in packs()}
    for ledger in every("ledger"):
        labels.setdefault(ledger.pack, []).append(ledger.body["label"])
    measures: dict[str, list[Measure]] = {}
    for metric in catalogue().metrics.values():
        labels.setdefault(metric.pack, []).append(metric.label)
        if metric.kind in _COUNTING:
            measures.setdefault(metric.pack, []).append(Measure(metric.key, metric.label, metric.unit))
    return Lines({pack: tuple(some) for pack, some in labels.items()}, {pack: tuple(some) for pack, some in measures.items()})


def _measuring(known: Catalogue) -> Measuring:
    """From a target's key to what measures it. A promise printed from a count of its own (谋划项目12个) is measured by nothing:
    held against that count it would be reached on the first day."""

    def measure(key: str) -> str:
        metric = known.metrics.get(key)
        return metric.measures if metric is not None and metric.measures in known.metrics else ""

    return measure


def _require(found: list[Promise], title: str) -> list[Promise]:
    if not found:
        message, remedy = "这份报告里没有找到计划部分", "计划要有自己的一级标题，例如“四、下一年的打算”；也可以在计划句台账里逐条登记。"
        raise Problem("plan.no_part", message, remedy, Place(title))
    return found


def confirmed_rows(promises: Sequence[Promise], codes: Sequence[str]) -> tuple[SentenceInput, ...]:
    """The promises as they were proposed, ready to be adopted unchanged; ``codes`` as ``plans.api.compare`` found them."""
    offices = {pack.key: pack.body.get("steward") or "" for pack in packs()}
    return tuple(_confirmed(one, codes[number], offices.get(one.line) or offices.get(LINE, "")) for number, one in enumerate(promises))


def _confirmed(one: Promise, code: str, office: str) -> SentenceInput:
    goals = tuple(
        GoalInput(goal.title, goal.due_on or one.due_on, office, goal.metric, goal.period, goal.number, goal.unit, goal.bound) for goal in one.goals
    )
    return SentenceInput(one.chapter, one.words, one.sort, one.line, code, goals)
