"""The door of matters: verbs, reads for people, reads for counting, and workflows."""

from __future__ import annotations

from zhenwu.kernel.matters.attaching import LARGEST, Attached, Upload, attach, attachment, attachments
from zhenwu.kernel.matters.built_in import BUILT_IN
from zhenwu.kernel.matters.bulk import Taken, take_steps
from zhenwu.kernel.matters.checking import check_workflow, mermaid
from zhenwu.kernel.matters.columns import COLUMNS, LEVELS, RATINGS, types_of
from zhenwu.kernel.matters.deadlines import Deadline, deadlines, running
from zhenwu.kernel.matters.joining import merge_matters, part_merged, split_matter
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.reading import (
    Touched,
    allowed_actions,
    changes,
    citing,
    columns_of,
    current,
    facts,
    history,
    kin,
    listed,
    may_join,
    may_open_here,
    may_override,
    standing_at,
    states_passed,
    steps_in,
    titles,
    touched,
    visible,
    visible_ids,
    waiting,
)
from zhenwu.kernel.matters.steps import Report, pinned, workflow_of
from zhenwu.kernel.matters.verbs import advance_matter, open_matter
from zhenwu.kernel.matters.workflow import CLOCKS, Action, Limit, Workflow
from zhenwu.kernel.matters.workflow_tables import GIVEN, read_workflow, standard, standard_body

__all__ = [
    "BUILT_IN",
    "CLOCKS",
    "COLUMNS",
    "GIVEN",
    "LARGEST",
    "LEVELS",
    "RATINGS",
    "Action",
    "Attached",
    "Deadline",
    "Limit",
    "Report",
    "Step",
    "Taken",
    "Touched",
    "Upload",
    "Workflow",
    "advance_matter",
    "allowed_actions",
    "attach",
    "attachment",
    "attachments",
    "changes",
    "check_workflow",
    "citing",
    "columns_of",
    "current",
    "deadlines",
    "facts",
    "history",
    "kin",
    "listed",
    "may_join",
    "may_open_here",
    "may_override",
    "merge_matters",
    "mermaid",
    "open_matter",
    "part_merged",
    "pinned",
    "read_workflow",
    "running",
    "split_matter",
    "standard",
    "standard_body",
    "standing_at",
    "states_passed",
    "steps_in",
    "take_steps",
    "titles",
    "touched",
    "types_of",
    "visible",
    "visible_ids",
    "waiting",
    "workflow_of",
]
