"""The ledgers' door."""

from zhenwu.kernel.ledgers.access import masked, reveal, visible, visible_history, visible_ids
from zhenwu.kernel.ledgers.drafting import AUTHORITIES, RecordInput, form_of
from zhenwu.kernel.ledgers.forms import PERSONAL, Field, Form, make_form, shown
from zhenwu.kernel.ledgers.reading import PREFIX, altered, changes, fact_of, facts, form_at, history, versions_in
from zhenwu.kernel.ledgers.saving import close_year, closed_at, remove_record, save_record, save_records
from zhenwu.kernel.ledgers.subjects import FORGOTTEN, find_subject, forget_subject

__all__ = [
    "AUTHORITIES", "FORGOTTEN", "PERSONAL", "PREFIX", "Field", "Form", "RecordInput", "altered", "changes", "close_year", "closed_at",
    "fact_of", "facts", "find_subject", "forget_subject", "form_at", "form_of", "history", "make_form", "masked",
    "remove_record", "reveal", "save_record", "save_records", "shown", "versions_in", "visible", "visible_history", "visible_ids",
]  # fmt: skip
