"""The reports' door."""

from zhenwu.kernel.reports.bindings import Binding, Bindings, parse_bindings, resolve_period
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
    sentence_of,
    source_words,
)
from zhenwu.kernel.reports.issuing import find_issue, is_due, issue_report, issued
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.paper.editions import EDITIONS, Edition, edition, fonts_here, known_edition, officially
from zhenwu.kernel.reports.ripple import Moved, Ripple, is_touched, moved_by, ripple
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.verifying import verify_report

__all__ = [
    "EDITIONS", "UNKNOWN", "Answer", "Binding", "Bindings", "Choices", "Decision", "Edition", "Filled", "Issue", "Moved", "Original", "Ripple", "Stopped", "TakenBack",
    "edition", "fill",
    "fill_source", "find_issue", "fonts_here", "is_due", "is_touched", "issue_report", "issued", "known_edition", "moved_by", "officially",
    "parse_bindings", "profile_on", "read_original", "read_source", "remark", "resolve_period", "ripple", "sentence_of", "source_words", "take_back", "verify_report",
]  # fmt: skip
