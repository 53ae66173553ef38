"""What the kit needs to read and check the documents of packs."""

from zhenwu.kernel.documents.api import (
    Fork,
    Node,
    Vocabulary,
    check_line,
    check_template,
    ledger_vocabulary,
    line_of,
    nodes_in,
    read_template,
    vocabulary,
)
from zhenwu.kernel.ledgers.api import Form, make_form
from zhenwu.kernel.matters.api import PRESSING, standard, supervision

__all__ = ["PRESSING", "Fork", "Form", "Node", "Vocabulary", "check_line", "check_template", "ledger_vocabulary", "line_of", "make_form", "nodes_in", "read_template", "standard", "supervision", "vocabulary"]
