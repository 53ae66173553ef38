"""The documents' door: what a pack's document may say, which can be made of a matter, and those that were."""

from zhenwu.kernel.documents.access import may_make, sees_persons
from zhenwu.kernel.documents.making import (
    FORMS,
    Card,
    Offer,
    altered,
    document_file,
    made_documents,
    make_document,
    offers,
)
from zhenwu.kernel.documents.template import Fork, Node, line_of, nodes_in, read_template
from zhenwu.kernel.documents.vocabulary import Vocabulary, check_line, check_template, vocabulary

__all__ = [
    "FORMS", "Card", "Fork", "Node", "Offer", "Vocabulary", "altered", "check_line", "check_template", "document_file", "line_of", "made_documents",
    "make_document", "may_make", "nodes_in", "offers", "read_template", "sees_persons", "vocabulary",
]  # fmt: skip
