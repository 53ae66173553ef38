"""What was filled in with an action, read: its own fields, and all that is wrong with them. Pure; no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from zhenwu.kernel.matters.columns import day_of
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.kernel.matters.workflow_tables import GIVEN
from zhenwu.lib.problems import Place, Problem, Problems

Read = tuple[dict[str, Any], list[Problem]]


def read_given(workflow: Workflow, taken: Action, given: Mapping[str, Any], now: datetime) -> Read:
    """The values of the workflow's own fields among what was given, and a ``Problem`` for what is missing, for each value that is none of
    its field, and for each day that has not come; each names its fields."""
    missing = [name for name in taken.needs if is_blank(given.get(name))]
    found = []
    if missing:
        labels = GIVEN | _labels(workflow)
        words = "、".join(labels.get(name, name) for name in missing)
        found.append(Problem("matter.missing", f"“{taken.label}”还缺：{words}", "填上后再提交。").about(*missing))
    named = {name: given[name] for name in (*taken.needs, *taken.takes) if name in workflow.fields and name in given and name not in missing}
    values, faults = _values(workflow, named)
    read = with_days(workflow, {**values, **taken.sets})
    return read, [*found, *faults, *_not_come(workflow, read, day_of(now))]


def is_blank(value: Any) -> bool:
    """Whether nothing was filled in."""
    return value in (None, "", []) or not str(value).strip()


def _values(workflow: Workflow, named: Mapping[str, Any]) -> Read:
    if not named or workflow.form is None:
        return {}, []
    try:
        return workflow.form.read(named, partial=True).data, []
    except Problems as problems:
        ids = {one.label: one.id for one in workflow.form.fields}
        faults = [one.at(Place(column=one.place.column)).about(ids.get(one.place.column, "")) for one in problems.found]
    wrong = {name for one in faults for name in one.fields}
    rest = {name: value for name, value in named.items() if name not in wrong} if "" not in wrong else {}
    return _values(workflow, rest)[0], faults


def _not_come(workflow: Workflow, read: Mapping[str, Any], today: date) -> list[Problem]:
    """What has happened cannot have happened after the step that says so."""
    ahead = [name for name in sorted(workflow.past & read.keys()) if read[name] is not None and read[name] > today]
    if not ahead:
        return []
    labels = _labels(workflow)
    return [Problem("matter.future", f"{labels[name]} {read[name]} 还没有到", f"写已经发生的那一天，不晚于 {today}。").about(name) for name in ahead]


def _labels(workflow: Workflow) -> dict[str, str]:
    """What the workflow's own fields are called."""
    return {one.id: one.label for one in workflow.form.fields} if workflow.form else {}


def with_days(workflow: Workflow, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored in the workflow's own fields, with the days read."""
    days = workflow.days
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in told.items()}
