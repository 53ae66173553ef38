"""The documents' door: what a pack's document may say, which can be made of a matter, and those that were."""

from zhenwu.kernel.documents.access import may_make, sees_persons, writes_record
from zhenwu.kernel.documents.making import (
    FORMS,
    Card,
    Offer,
    altered,
    document_file,
    made_documents,
    make_document,
    make_record_document,
    offers,
    record_document_file,
    record_documents,
    record_offers,
)
from zhenwu.kernel.documents.template import Fork, Node, line_of, nodes_in, read_template
from zhenwu.kernel.documents.vocabulary import Vocabulary, check_line, check_template, ledger_vocabulary, vocabulary

__all__ = [
    "FORMS", "Card", "Fork", "Node", "Offer", "Vocabulary", "altered", "check_line", "check_template", "document_file", "ledger_vocabulary", "line_of",
    "made_documents", "make_document", "make_record_document", "may_make", "nodes_in", "offers", "read_template", "record_document_file", "record_documents",
    "record_offers", "sees_persons", "vocabulary", "writes_record",
]  # fmt: skip
