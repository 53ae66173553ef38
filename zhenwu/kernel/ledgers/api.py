"""The ledgers' door."""

from zhenwu.kernel.ledgers.access import masked, note_export, reveal, visible, visible_history, visible_ids
from zhenwu.kernel.ledgers.bulk import check_records, save_records
from zhenwu.kernel.ledgers.desk import AUTHORITIES, form_of
from zhenwu.kernel.ledgers.drafting import RecordInput
from zhenwu.kernel.ledgers.forms import PERSONAL, Field, Form, make_form, shown
from zhenwu.kernel.ledgers.reading import (
    PREFIX,
    altered,
    changes,
    fact_of,
    facts,
    find_record,
    form_at,
    history,
    recorded_since,
    versions_in,
    years_recorded,
)
from zhenwu.kernel.ledgers.saving import close_year, closed_at, remove_record, save_record
from zhenwu.kernel.ledgers.spreadsheets import Exported, export_sheet, import_sheet, template_sheet
from zhenwu.kernel.ledgers.subjects import FORGOTTEN, find_subject, forget_subject

__all__ = [
    "AUTHORITIES",
    "FORGOTTEN",
    "PERSONAL",
    "PREFIX",
    "Exported",
    "Field",
    "Form",
    "RecordInput",
    "altered",
    "changes",
    "check_records",
    "close_year",
    "closed_at",
    "export_sheet",
    "fact_of",
    "facts",
    "find_record",
    "find_subject",
    "forget_subject",
    "form_at",
    "form_of",
    "history",
    "import_sheet",
    "make_form",
    "masked",
    "note_export",
    "recorded_since",
    "remove_record",
    "reveal",
    "save_record",
    "save_records",
    "shown",
    "template_sheet",
    "versions_in",
    "visible",
    "visible_history",
    "visible_ids",
    "years_recorded",
]  # fmt: skip
