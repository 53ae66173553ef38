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
from zhenwu.kernel.reports.issued_paper import issued_pdf
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
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.planning.proposing import confirmed_rows, plan_of_draft, plan_of_issue, seat_of_issue
from zhenwu.kernel.reports.planning.reading import Goal, Promise
from zhenwu.kernel.reports.ripple import Moved, Ripple, is_touched, moved_by, ripple
from zhenwu.kernel.reports.room import consulting, rights, sheets, signing, standing
from zhenwu.kernel.reports.room.aside import Aside, asides_of, discard_aside, set_aside
from zhenwu.kernel.reports.room.beginning import (
    begin_manuscript,
    candidates,
    hand_out,
    name_head,
    origins,
    owners_of,
    require_manuscript,
)
from zhenwu.kernel.reports.room.blanks import Blank, Staff, blanks_of, may_answer_for, may_lead, words_around
from zhenwu.kernel.reports.room.comparing import Comparison, Counted, Pairing
from zhenwu.kernel.reports.room.consulting import Dispute, dispute, disputes, elsewhere, may_rule, rule
from zhenwu.kernel.reports.room.draft import Draft, content_of, installed_text, read_draft, read_words
from zhenwu.kernel.reports.room.editing import Edit, pointed_at, save_paragraph
from zhenwu.kernel.reports.room.errata import (
    Difference,
    differences,
    errata_of,
    find_erratum,
    issue_erratum,
    pdf_of,
    title_of,
)
from zhenwu.kernel.reports.room.figure_changes import FigureChange, by_figure
from zhenwu.kernel.reports.room.holding import (
    Holding,
    break_hold,
    broken_for,
    hold_paragraph,
    holding_of,
    holdings,
    note_broken,
    release_paragraph,
)
from zhenwu.kernel.reports.room.keeping import altered
from zhenwu.kernel.reports.room.leading import head_of, leads, may_edit, require_lead, writers
from zhenwu.kernel.reports.room.moving import move_paragraph, moved_by_hand, out_of_order
from zhenwu.kernel.reports.room.opinions import (
    DECISIONS,
    Heard,
    give_opinion,
    opinions_of,
    print_opinions,
    rule_opinion,
)
from zhenwu.kernel.reports.room.paragraphs import paragraph_of, versions_of
from zhenwu.kernel.reports.room.replacing import preview_replacing, repeated, replace_everywhere
from zhenwu.kernel.reports.room.rights import may_write
from zhenwu.kernel.reports.room.ruled import rulings_about, rulings_on
from zhenwu.kernel.reports.room.sentence_changes import SentenceChange, by_sentence, counted, sentences_of
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
from zhenwu.kernel.reports.room.storing import (
    EditionCard,
    document_of_edition,
    editions_of,
    issues_of,
    read_edition,
    store_edition,
)
from zhenwu.kernel.reports.room.taking_in import Looked, look_at, take_in
from zhenwu.kernel.reports.room.told import Said, Told
from zhenwu.kernel.reports.room.words import find_manuscript, keys_of, known_keys, live_paragraphs
from zhenwu.kernel.reports.seat import seat_of, seats
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.tables.bindings import TableBindings, read_table_bindings
from zhenwu.kernel.reports.tables.filling import FilledCell, FilledTable, fill_table, note_table
from zhenwu.kernel.reports.tables.grid import Grid, plain_words
from zhenwu.kernel.reports.tables.package import open_package
from zhenwu.kernel.reports.tables.proposing import Proposal, propose_bindings
from zhenwu.kernel.reports.verifying import verify_report
from zhenwu.lib.paper.model import Column, Listing, cell

CONSULT_STATES, SIGN_STATES, FIGURE_STATES, SHEET_SAYS = consulting.STATES, signing.STATES, standing.STATES, sheets.SAYS
REPORT_LINE = rights.REPORT

__all__ = [
    "CONSULT_STATES", "DECISIONS", "EDITIONS", "FIGURE_STATES", "LIST_FORMS", "REPORT_LINE", "SHEET_SAYS", "SIGN_STATES",
    "UNKNOWN", "Answer", "Aside", "Asked", "Binding", "Bindings", "Blank", "Choices", "Claim", "Column", "Comparison",
    "Counted", "Decision", "Difference", "Dispute", "Draft", "Edit", "Edition", "EditionCard", "FigureChange", "Filled",
    "FilledCell", "FilledTable", "Goal", "Grades", "Grid", "Heard", "Holding", "Issue", "Listing", "Looked", "Moved",
    "Original", "Pairing", "Promise", "Proposal", "Ripple", "Said", "SentenceChange", "SheetInput", "Signed", "Staff", "Stance",
    "Standing", "Stopped", "TableBindings", "TakenBack", "Told", "altered", "answer_sheet", "asides_of", "asked_of",
    "begin_manuscript", "blanks_of", "break_hold", "broken_for", "by_figure", "by_sentence", "candidates", "cell",
    "confirmed_rows", "content_of", "counted", "differences", "discard_aside", "dispute", "disputes", "document_of_edition",
    "draft_of_sheet", "edition", "editions_of", "elsewhere", "errata_of", "fallen_for", "fill", "fill_source", "fill_table",
    "find_erratum", "find_issue", "find_manuscript", "find_sheet", "fonts_here", "give_opinion", "give_value", "hand_out",
    "head_of", "hold_paragraph", "holding_of", "holdings", "imprint_of", "installed_text", "is_due", "is_touched",
    "issue_erratum", "issue_report", "issued", "issued_document", "issued_pdf", "issued_text", "issues_of", "keys_of",
    "known_edition", "known_keys", "last_prints", "leads", "left_open", "listed", "live_paragraphs", "look_at",
    "may_answer_for", "may_edit", "may_lead", "may_rule", "may_write", "move_paragraph", "moved_by", "moved_by_hand",
    "name_head", "note_broken", "note_table", "officially", "open_package", "opinions_of", "origins", "out_of_order",
    "owners_of", "paragraph_of", "parse_bindings", "pdf_of", "plain_words", "plan_of_draft", "plan_of_issue", "pointed_at",
    "preview_replacing", "print_opinions", "profile_on", "propose_bindings", "read_draft", "read_edition", "read_original",
    "read_source", "read_table_bindings", "read_words", "recall_sheet", "release_paragraph", "remark", "repeated",
    "replace_everywhere", "require_lead", "require_manuscript", "resolve_period", "ripple", "rule", "rule_opinion",
    "rulings_about", "rulings_on", "save_paragraph", "seat_of", "seat_of_issue", "seats", "send_sheets", "sentences_of",
    "set_aside", "sheets_for", "sheets_of", "sign", "signed", "signing_begun", "source_words", "standings", "store_edition",
    "take_back", "take_in", "takes_value", "title_of", "unknown_issue", "unknown_sheet", "unsigned", "verify_report",
    "versions_of", "words_around", "writers",
]  # fmt: skip
