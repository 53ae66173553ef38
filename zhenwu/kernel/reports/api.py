"""The reports' door."""

from zhenwu.kernel.reports.bindings import Binding, Bindings, parse_bindings
from zhenwu.kernel.reports.claims import Claim, Stance
from zhenwu.kernel.reports.drafts.deciding import Choices, Decision, Stopped
from zhenwu.kernel.reports.drafts.taking_back import Original, TakenBack, read_original, take_back
from zhenwu.kernel.reports.filling import (
    Answer,
    Filled,
    fill,
    fill_source,
    profile_on,
    read_source,
    remark,
    source_words,
)
from zhenwu.kernel.reports.imprint import imprint_of
from zhenwu.kernel.reports.issuing import (
    find_issue,
    is_due,
    issue_report,
    issued,
    issued_document,
    issued_text,
    unknown_issue,
)
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.paper.editions import EDITIONS, Edition, edition, fonts_here, known_edition, officially
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.planning.proposing import confirmed_rows, plan_of_draft, plan_of_issue, seat_of_issue
from zhenwu.kernel.reports.planning.reading import Goal, Promise
from zhenwu.kernel.reports.ripple import Moved, Ripple, is_touched, moved_by, ripple
from zhenwu.kernel.reports.seat import seats
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.tables.bindings import TableBindings, read_table_bindings
from zhenwu.kernel.reports.tables.filling import FilledCell, FilledTable, fill_table, note_table
from zhenwu.kernel.reports.tables.proposing import Proposal, propose_bindings
from zhenwu.kernel.reports.verifying import verify_report

__all__ = [
    "EDITIONS",
    "UNKNOWN",
    "Answer",
    "Binding",
    "Bindings",
    "Choices",
    "Claim",
    "Decision",
    "Edition",
    "Filled",
    "FilledCell",
    "FilledTable",
    "Goal",
    "Issue",
    "Moved",
    "Original",
    "Promise",
    "Proposal",
    "Ripple",
    "Stance",
    "Stopped",
    "TableBindings",
    "TakenBack",
    "confirmed_rows",
    "edition",
    "fill",
    "fill_source",
    "fill_table",
    "find_issue",
    "fonts_here",
    "imprint_of",
    "is_due",
    "is_touched",
    "issue_report",
    "issued",
    "issued_document",
    "issued_text",
    "known_edition",
    "moved_by",
    "note_table",
    "officially",
    "parse_bindings",
    "plan_of_draft",
    "plan_of_issue",
    "profile_on",
    "propose_bindings",
    "read_original",
    "read_source",
    "read_table_bindings",
    "remark",
    "resolve_period",
    "ripple",
    "seat_of_issue",
    "seats",
    "source_words",
    "take_back",
    "unknown_issue",
    "verify_report",
]  # fmt: skip
