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
from zhenwu.kernel.reports.paper.editions import (
    EDITIONS,
    LIST_FORMS,
    Edition,
    edition,
    fonts_here,
    known_edition,
    listed,
    officially,
)
from zhenwu.kernel.reports.paper.model import Column, Listing, cell
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.planning.proposing import confirmed_rows, plan_of_draft, plan_of_issue, seat_of_issue
from zhenwu.kernel.reports.planning.reading import Goal, Promise
from zhenwu.kernel.reports.ripple import Moved, Ripple, is_touched, moved_by, ripple
from zhenwu.kernel.reports.room import blanks, consulting, sheets, signing, standing
from zhenwu.kernel.reports.room.blanks import Blank, Staff, blanks_of, may_answer_for, may_lead, words_around
from zhenwu.kernel.reports.room.comparing import Comparison, Counted, Pairing
from zhenwu.kernel.reports.room.consulting import Dispute, dispute, disputes, elsewhere, may_rule, rule
from zhenwu.kernel.reports.room.draft import Draft, read_draft
from zhenwu.kernel.reports.room.keeping import altered
from zhenwu.kernel.reports.room.ruled import rulings_about, rulings_on
from zhenwu.kernel.reports.room.sheets import (
    Asked,
    SheetInput,
    answer_sheet,
    asked_of,
    draft_of_sheet,
    find_sheet,
    give_value,
    last_prints,
    left_open,
    recall_sheet,
    send_sheets,
    sheets_for,
    sheets_of,
    takes_value,
    unknown_sheet,
)
from zhenwu.kernel.reports.room.signing import Signed, fallen_for, sign, signed, signing_begun, unsigned
from zhenwu.kernel.reports.room.standing import Grades, Standing, standings
from zhenwu.kernel.reports.seat import seats
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.tables.bindings import TableBindings, read_table_bindings
from zhenwu.kernel.reports.tables.filling import FilledCell, FilledTable, fill_table, note_table
from zhenwu.kernel.reports.tables.proposing import Proposal, propose_bindings
from zhenwu.kernel.reports.verifying import verify_report

CONSULT_STATES, SIGN_STATES, FIGURE_STATES, SHEET_SAYS = consulting.STATES, signing.STATES, standing.STATES, sheets.SAYS
REPORT_LINE = blanks.REPORT

__all__ = [
    "CONSULT_STATES", "EDITIONS", "FIGURE_STATES", "LIST_FORMS", "REPORT_LINE", "SHEET_SAYS", "SIGN_STATES", "UNKNOWN",
    "Answer", "Asked", "Binding", "Bindings", "Blank", "Choices", "Claim", "Column", "Comparison", "Counted", "Decision",
    "Dispute", "Draft", "Edition", "Filled", "FilledCell", "FilledTable", "Goal", "Grades", "Issue", "Listing", "Moved",
    "Original", "Pairing", "Promise", "Proposal", "Ripple", "SheetInput", "Signed", "Staff", "Stance", "Standing", "Stopped",
    "TableBindings", "TakenBack", "altered", "answer_sheet", "asked_of", "blanks_of", "cell", "confirmed_rows", "dispute",
    "disputes", "draft_of_sheet", "edition", "elsewhere", "fallen_for", "fill", "fill_source", "fill_table", "find_issue",
    "find_sheet", "fonts_here", "give_value", "imprint_of", "is_due", "is_touched", "issue_report", "issued", "issued_document",
    "issued_text", "known_edition", "last_prints", "left_open", "listed", "may_answer_for", "may_lead", "may_rule", "moved_by",
    "note_table", "officially", "parse_bindings", "plan_of_draft", "plan_of_issue", "profile_on", "propose_bindings",
    "read_draft", "read_original", "read_source", "read_table_bindings", "recall_sheet", "remark", "resolve_period", "ripple",
    "rule", "rulings_about", "rulings_on", "seat_of_issue", "seats", "send_sheets", "sheets_for", "sheets_of", "sign", "signed",
    "signing_begun", "source_words", "standings", "take_back", "takes_value", "unknown_issue", "unknown_sheet", "unsigned",
    "verify_report", "words_around",
]  # fmt: skip
