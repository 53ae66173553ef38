"""The ledgers' door."""

from zhenwu.kernel.ledgers.access import (
    masked,
    note_export,
    reveal,
    visible,
    visible_facts,
    visible_history,
    visible_ids,
)
from zhenwu.kernel.ledgers.bulk import check_records, save_records
from zhenwu.kernel.ledgers.continuity import changed_meanings
from zhenwu.kernel.ledgers.desk import AUTHORITIES, Until, form_of
from zhenwu.kernel.ledgers.drafting import RecordInput
from zhenwu.kernel.ledgers.filling_rights import Filler
from zhenwu.kernel.ledgers.forgetting import (
    FORGOTTEN_LOG,
    due_to_forget,
    forget_again,
    forget_subject,
    read_forgotten,
    release_ended,
)
from zhenwu.kernel.ledgers.forms import FORGOTTEN, PERSONAL, Field, Form, make_form, shown
from zhenwu.kernel.ledgers.readers import read_day
from zhenwu.kernel.ledgers.reading import (
    PREFIX,
    altered,
    authorities_in,
    changes,
    fact_of,
    facts,
    find_record,
    form_at,
    history,
    keyed_changes,
    keyed_facts,
    last_days,
    linked_facts,
    recorded,
    recorded_since,
    said_at,
    said_over_time,
    versions_in,
    years_recorded,
)
from zhenwu.kernel.ledgers.saving import close_year, closed_at, remove_record, save_record
from zhenwu.kernel.ledgers.sheet_files import read_file, write_workbook
from zhenwu.kernel.ledgers.spreadsheets import Exported, export_sheet, import_sheet, require_fill, template_sheet
from zhenwu.kernel.ledgers.subjects import find_subject

__all__ = [
    "AUTHORITIES",
    "FORGOTTEN",
    "FORGOTTEN_LOG",
    "PERSONAL",
    "PREFIX",
    "Exported",
    "Field",
    "Filler",
    "Form",
    "RecordInput",
    "Until",
    "altered",
    "authorities_in",
    "changed_meanings",
    "changes",
    "check_records",
    "close_year",
    "closed_at",
    "due_to_forget",
    "export_sheet",
    "fact_of",
    "facts",
    "find_record",
    "find_subject",
    "forget_again",
    "forget_subject",
    "form_at",
    "form_of",
    "history",
    "import_sheet",
    "keyed_changes",
    "keyed_facts",
    "last_days",
    "linked_facts",
    "make_form",
    "masked",
    "note_export",
    "read_day",
    "read_file",
    "read_forgotten",
    "recorded",
    "recorded_since",
    "release_ended",
    "remove_record",
    "require_fill",
    "reveal",
    "said_at",
    "said_over_time",
    "save_record",
    "save_records",
    "shown",
    "template_sheet",
    "versions_in",
    "visible",
    "visible_facts",
    "visible_history",
    "visible_ids",
    "write_workbook",
    "years_recorded",
]  # fmt: skip
