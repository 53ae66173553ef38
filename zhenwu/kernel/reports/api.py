"""The reports' door."""

from zhenwu.kernel.reports.bindings import Binding, Bindings, parse_bindings
from zhenwu.kernel.reports.claims import Claim, Stance
from zhenwu.kernel.reports.filling import (
    Answer,
    Filled,
    fill,
    fill_source,
    profile_on,
    read_source,
    remark,
    sentence_of,
    source_words,
)
from zhenwu.kernel.reports.issuing import find_issue, is_due, issue_report, issued
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.ripple import Moved, Ripple, is_touched, moved_by, ripple
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.verifying import verify_report

__all__ = [
    "UNKNOWN", "Answer", "Binding", "Bindings", "Claim", "Filled", "Issue", "Moved", "Ripple", "Stance", "fill", "fill_source",
    "find_issue", "is_due", "is_touched", "issue_report", "issued", "moved_by", "parse_bindings", "profile_on", "read_source", "remark",
    "resolve_period", "ripple", "sentence_of", "source_words", "verify_report",
]  # fmt: skip
