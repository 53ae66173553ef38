"""The plan on the screen: tasks as rows, the choices of its filters, the adoption form as read and as sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from zhenwu.kernel.definitions.api import packs
from zhenwu.kernel.metrics.api import Figures, Metric, catalogue
from zhenwu.kernel.orgs.api import Actor, Purpose, Tree, reach, tree
from zhenwu.kernel.plans.api import (
    BOUNDS,
    LIGHTS,
    LINE,
    SORTS,
    STATES,
    Adoption,
    GoalInput,
    SentenceInput,
    Standing,
    compare,
    reached_words,
    sentences,
    target_words,
    tasks,
)
from zhenwu.kernel.reports.api import Goal, Issue, Promise, plan_of_issue, seat_of_issue, seats
from zhenwu.lib.problems import Problem, Refused
from zhenwu.web import doors, sheets

ORDER = tuple(LIGHTS)
MARKS = {"red": "●", "yellow": "▲", "green": "■", "blue": "✔", "grey": "○", "off": "—"}  # told by shape too, not by colour alone
_LONGEST = 400


@dataclass(frozen=True)
class Row:
    """A task as the list shows it."""

    standing: Standing
    sort: str
    line: str
    target: str
    reached: str
    href: str
    mark: str


def plan_unit(who: Actor, purpose: Purpose = "list") -> UUID | None:
    """The township whose plan this person may see (``write``: keep), None for none."""
    seen = reach(who, purpose, LINE)
    return None if seen.nothing else next((unit for unit in seats(tree()) if seen.covers(unit)), None)


def require_plan(who: Actor, purpose: Purpose = "list") -> UUID:
    """The township of ``plan_unit``; raises ``Refused`` where there is none."""
    unit = plan_unit(who, purpose)
    if unit is None:
        raise Refused("web.plan", "任务督办不在您的权限内", "请联系党政办，由安全管理员开通“计划与任务”条线。")
    return unit


def row_of(one: Standing, who: Actor, figures: Figures, lines: Mapping[str, str]) -> Row:
    """A task's cells; the figure leads to its page where this person may open it."""
    task, figure = one.task, one.figure
    href = sheets.link(figures, who, figure.metric, figure.period, figure.unit) if figure is not None and figure.value is not None else ""
    return Row(
        one, SORTS.get(task.sort, task.sort), lines.get(task.line, task.line), target_words(task.target, task.target_unit, task.bound),
        reached_words(one), href, MARKS[one.light.colour],
    )  # fmt: skip


def filtered(rows: Sequence[Row], asked: Mapping[str, str]) -> list[Row]:
    """The rows of one light, one line, one owner or office."""
    wanted = {name: asked.get(name, "") for name in ("light", "line", "owner")}
    return [
        row
        for row in rows
        if wanted["light"] in ("", row.standing.light.colour)
        and wanted["line"] in ("", row.standing.task.line)
        and wanted["owner"] in ("", row.standing.task.owner, row.standing.task.office)
    ]


def tallies(rows: Sequence[Row]) -> list[tuple[str, str, str, int]]:
    """(light, mark, label, how many) for each light, none left out."""
    counted = Counter(row.standing.light.colour for row in rows)
    return [(colour, MARKS[colour], LIGHTS[colour], counted[colour]) for colour in ORDER]


@dataclass(frozen=True)
class Offered:
    """A sentence on the adoption page: what was read, how it stands to what was adopted, its goals."""

    number: int
    promise: Promise
    state: str
    state_label: str
    code: str
    before: str
    is_open: bool
    goals: tuple[tuple[int, Goal, str], ...]
    office: str


def offered(issue: Issue) -> tuple[list[Offered], list[tuple[str, str]]]:
    """(the sentences of a report's plan, those adopted that it no longer has: code and words)."""
    found, year = plan_of_issue(issue), issue.year + 1
    matches = compare(year, [one.words for one in found])
    before = {one.code: one.words for one in sentences(year)}
    parted = {one.sentence for one in tasks(year)}
    offices = {pack.key: pack.body.get("steward") or "" for pack in packs()}
    known = catalogue().metrics
    rows = []
    for number, one in enumerate(found):
        match = matches[number]
        goals = tuple((at, goal, named(known[goal.metric]) if goal.metric in known else "") for at, goal in enumerate(one.goals))
        done = match.state == "kept" and (match.code in parted or one.sort == "stance")
        rows.append(Offered(
            number, one, match.state, STATES[match.state], match.code, before.get(match.code, ""), not done, goals, offices.get(one.line, ""),
        ))  # fmt: skip
    return rows, [(one.code, before[one.code]) for one in matches if one.state == "dropped"]


def named(metric: Metric) -> str:
    """A metric by the words that people choose it by: its label and, in brackets, the pack's."""
    return f"{metric.label}（{doors.line_labels().get(metric.pack, metric.pack)}）"


def measures() -> dict[str, str]:
    """The words that people choose a metric by → its key."""
    labels = doors.line_labels()
    return {f"{one.label}（{labels.get(one.pack, one.pack)}）": one.key for one in catalogue().metrics.values()}


def sent_adoption(sent: QueryDict, issue: Issue, passed_on: date) -> Adoption:
    """What a person confirmed. Words and chapters come from the issued report, never from the form."""
    rows, gone = offered(issue)
    by_words, year = measures(), issue.year + 1
    chosen = tuple(_sentence(sent, one, by_words, year) for one in rows if one.is_open and f"take_{one.number}" in sent)
    drop = tuple(code for code, _ in gone if f"drop_{code}" in sent)
    return Adoption(str(issue.number), year, seat_of_issue(issue), passed_on, chosen, drop)


def _sentence(sent: QueryDict, one: Offered, by_words: Mapping[str, str], year: int) -> SentenceInput:
    sort = _text(sent, f"sort_{one.number}") or one.promise.sort
    goals = tuple(_goal(sent, f"{one.number}_{at}", goal, by_words, year) for at, goal, _ in one.goals) if sort != "stance" else ()
    code = one.code if f"apart_{one.number}" not in sent else ""
    return SentenceInput(one.promise.chapter, one.promise.words, sort, _text(sent, f"line_{one.number}"), code, goals)


def _goal(sent: QueryDict, name: str, read: Goal, by_words: Mapping[str, str], year: int) -> GoalInput:
    metric = metric_named(_text(sent, f"metric_{name}"), by_words)
    own_year = read.period if metric == read.metric and read.period else str(year) if metric else ""
    return GoalInput(
        title=_text(sent, f"title_{name}") or read.title, due_on=day_typed(_text(sent, f"due_{name}")), office=_text(sent, f"office_{name}"),
        metric=metric, measured_year=own_year, target=_text(sent, f"target_{name}"), target_unit=_text(sent, f"unit_{name}"),
        bound=_text(sent, f"bound_{name}"), leader=_text(sent, f"leader_{name}"), owner=_text(sent, f"owner_{name}"),
    )  # fmt: skip


def metric_named(words: str, by_words: Mapping[str, str]) -> str:
    """The key of a metric chosen by its words; a key itself passes."""
    if not words or words in by_words.values():
        return words
    if words not in by_words:
        raise Problem("plan.metric", f"没有“{words[:30]}”这个指标", "从下拉的提示里选一个；没有指标的空着，每季报一次进度。")
    return by_words[words]


def day_typed(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem("plan.day", f"“{text[:20]}”不是日期", "每项任务都要有完成时限，写成 2026-06-30 这样。") from error


def _text(sent: QueryDict, name: str) -> str:
    return sent.get(name, "").strip()[:_LONGEST]


def context_of(now: Tree, unit: UUID) -> dict[str, Any]:
    """What the forms of tasks offer to choose from."""
    offices = [now.name(one) for one in now.under(unit) if now.kind(one) == "office"]
    return {"sorts": SORTS, "bounds": BOUNDS, "line_labels": sorted(doors.line_labels().items(), key=lambda one: one[1]), "offices": offices, "measures": sorted(measures())}
