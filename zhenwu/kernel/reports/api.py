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
from zhenwu.kernel.reports.paper.editions import EDITIONS, Edition, edition, fonts_here, known_edition, officially
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.ripple import Moved, Ripple, is_touched, moved_by, ripple
from zhenwu.kernel.reports.room.beginning import (
    begin_manuscript,
    candidates,
    hand_out,
    origins,
    owners_of,
    require_manuscript,
)
from zhenwu.kernel.reports.room.draft import Draft, content_of, installed_text, read_draft, read_words
from zhenwu.kernel.reports.room.editing import (
    Edit,
    Holding,
    hold_paragraph,
    holding_of,
    holdings,
    paragraph_of,
    pointed_at,
    release_paragraph,
    save_paragraph,
    versions_of,
)
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
from zhenwu.kernel.reports.room.keeping import altered
from zhenwu.kernel.reports.room.opinions import (
    DECISIONS,
    Heard,
    give_opinion,
    opinions_of,
    print_opinions,
    rule_opinion,
)
from zhenwu.kernel.reports.room.replacing import preview_replacing, repeated, replace_everywhere
from zhenwu.kernel.reports.room.rights import may_write
from zhenwu.kernel.reports.room.sentence_changes import SentenceChange, by_sentence, counted, sentences_of
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
from zhenwu.kernel.reports.seat import seats
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.tables.bindings import TableBindings, read_table_bindings
from zhenwu.kernel.reports.tables.filling import FilledCell, FilledTable, fill_table, note_table
from zhenwu.kernel.reports.tables.proposing import Proposal, propose_bindings
from zhenwu.kernel.reports.verifying import verify_report

__all__ = [
    "DECISIONS", "EDITIONS", "UNKNOWN", "Answer", "Binding", "Bindings", "Choices", "Claim", "Decision", "Difference",
    "Draft", "Edit", "Edition", "EditionCard", "FigureChange", "Filled", "FilledCell", "FilledTable", "Heard",
    "Holding", "Issue", "Looked", "Moved", "Original", "Proposal", "Ripple", "Said", "SentenceChange", "Stance",
    "Stopped", "TableBindings", "TakenBack", "Told", "altered", "begin_manuscript", "by_figure", "by_sentence",
    "candidates", "content_of", "counted", "differences", "document_of_edition", "edition", "editions_of",
    "errata_of", "fill", "fill_source", "fill_table", "find_erratum", "find_issue", "find_manuscript", "fonts_here",
    "give_opinion", "hand_out", "hold_paragraph", "holding_of", "holdings", "imprint_of", "installed_text", "is_due", "is_touched",
    "issue_erratum", "issue_report", "issued", "issued_document", "issued_pdf", "issued_text", "issues_of", "keys_of",
    "known_edition", "known_keys", "live_paragraphs", "look_at", "may_write", "moved_by", "note_table", "officially",
    "opinions_of", "origins", "owners_of", "paragraph_of", "parse_bindings", "pdf_of", "pointed_at",
    "preview_replacing", "print_opinions", "profile_on", "propose_bindings", "read_draft", "read_edition",
    "read_original", "read_source", "read_table_bindings", "read_words", "release_paragraph", "remark", "repeated",
    "replace_everywhere", "require_manuscript", "resolve_period", "ripple", "rule_opinion", "save_paragraph", "seats",
    "sentences_of", "source_words", "store_edition", "take_back", "take_in", "title_of", "unknown_issue",
    "verify_report", "versions_of",
]  # fmt: skip
