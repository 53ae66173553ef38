"""Numbers that no two matters of a workflow in one township may share (案号、信访编号): text fields with ``unique = true``.

What a document prints is found by such a number: two matters with the same one would print one another's people.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError

from zhenwu.kernel.journal.api import insert, refusable
from zhenwu.kernel.matters.models import MatterNumber, Step
from zhenwu.kernel.matters.steps import workflow_of
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.orgs.api import tree
from zhenwu.lib.problems import Problem

_NUMBER = ("matter", "workflow", "township", "field", "value")


def write_numbers(steps: Iterable[tuple[Step | None, Step]]) -> None:
    """Make ``MatterNumber`` agree with the live steps just written; ``steps`` are (what each replaced, what stands now). Raises
    ``Problem('matter.number_taken')`` for a number that another matter has. A matter entered by mistake gives its number back."""
    for before, now in steps:
        workflow = workflow_of(now.matter)
        if not workflow.unique:
            continue
        table = workflow.action(now.action)
        told = {} if table is not None and table.voids else {name: str(now.columns.get(name) or "") for name in workflow.unique}
        said = {name: str(before.columns.get(name) or "") for name in workflow.unique} if before else {}
        changed = [name for name in sorted(workflow.unique) if told.get(name, "") != said.get(name, "")]
        if any(said.get(name) for name in changed):
            MatterNumber.objects.filter(matter=now.matter_id, field__in=changed).delete()
        for name in (name for name in changed if told.get(name)):
            _take(workflow, now, name, told[name])


def _take(workflow: Workflow, step: Step, name: str, value: str) -> None:
    seen = tree()
    township = seen.township_of(step.unit_id) if step.unit_id in seen else step.unit_id
    try:
        with refusable():
            insert(MatterNumber, _NUMBER, [(step.matter_id.hex, step.matter.workflow, township.hex, name, value)])
    except IntegrityError:
        label = next(one.label for one in workflow.form.fields if one.id == name) if workflow.form else name
        raise Problem("matter.number_taken", f"{label}“{value}”已经是另一件的", "请核对；是同一件事的，到那一件里接着办。") from None
