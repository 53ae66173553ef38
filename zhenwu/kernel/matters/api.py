"""The door of matters: verbs, reads for people, reads for counting, and workflows."""

from __future__ import annotations

from zhenwu.kernel.matters.bulk import Taken, take_steps
from zhenwu.kernel.matters.checking import LONGEST_WAIT, check_workflow, mermaid
from zhenwu.kernel.matters.deadlines import Deadline, deadlines, running
from zhenwu.kernel.matters.models import Notice, ReminderSlip, RunningLimit, Step
from zhenwu.kernel.matters.notices import (
    may_sign,
    notices_for,
    owed_by,
    proposed,
    read_notices,
    sign_slip,
    signed_slips,
    slip_of,
    unread,
)
from zhenwu.kernel.matters.reading import (
    allowed_actions,
    by_due,
    changes,
    citing,
    current,
    facts,
    firsts,
    history,
    late_among,
    listed,
    steps_in,
    titles,
    visible,
    visible_ids,
    waiting,
)
from zhenwu.kernel.matters.running_limits import FOLLOWER, catch_up_limits, rebuild_limits, sweep
from zhenwu.kernel.matters.telling import in_words, tell_due
from zhenwu.kernel.matters.timeline import Told, timeline
from zhenwu.kernel.matters.verbs import COLUMNS, Report, advance_matter, open_matter, workflow_of
from zhenwu.kernel.matters.workflow import CLOCKS, Action, Workflow, read_workflow, standard, standard_body

__all__ = [
    "CLOCKS",
    "COLUMNS",
    "FOLLOWER",
    "LONGEST_WAIT",
    "Action",
    "Deadline",
    "Notice",
    "ReminderSlip",
    "Report",
    "RunningLimit",
    "Step",
    "Taken",
    "Told",
    "Workflow",
    "advance_matter",
    "allowed_actions",
    "by_due",
    "catch_up_limits",
    "changes",
    "check_workflow",
    "citing",
    "current",
    "deadlines",
    "facts",
    "firsts",
    "history",
    "in_words",
    "late_among",
    "listed",
    "may_sign",
    "mermaid",
    "notices_for",
    "open_matter",
    "owed_by",
    "proposed",
    "read_notices",
    "read_workflow",
    "rebuild_limits",
    "running",
    "sign_slip",
    "signed_slips",
    "slip_of",
    "standard",
    "standard_body",
    "steps_in",
    "sweep",
    "take_steps",
    "tell_due",
    "timeline",
    "titles",
    "unread",
    "visible",
    "visible_ids",
    "waiting",
    "workflow_of",
]
