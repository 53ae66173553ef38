"""The door of matters: verbs, reads for people, reads for counting, and workflows."""

from __future__ import annotations

from zhenwu.kernel.matters.bulk import Taken, take_steps
from zhenwu.kernel.matters.checking import check_workflow, mermaid
from zhenwu.kernel.matters.deadlines import Deadline, deadlines, running
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.paging import Wanted, openers, openings, page
from zhenwu.kernel.matters.reading import (
    allowed_actions,
    changes,
    citing,
    current,
    facts,
    history,
    listed,
    steps_in,
    titles,
    visible,
    visible_ids,
    waiting,
)
from zhenwu.kernel.matters.verbs import COLUMNS, Report, advance_matter, open_matter, workflow_of
from zhenwu.kernel.matters.workflow import CLOCKS, Action, Workflow, read_workflow, standard, standard_body

__all__ = [
    "CLOCKS",
    "COLUMNS",
    "Action",
    "Deadline",
    "Report",
    "Step",
    "Taken",
    "Wanted",
    "Workflow",
    "advance_matter",
    "allowed_actions",
    "changes",
    "check_workflow",
    "citing",
    "current",
    "deadlines",
    "facts",
    "history",
    "listed",
    "mermaid",
    "open_matter",
    "openers",
    "openings",
    "page",
    "read_workflow",
    "running",
    "standard",
    "standard_body",
    "steps_in",
    "take_steps",
    "titles",
    "visible",
    "visible_ids",
    "waiting",
    "workflow_of",
]
