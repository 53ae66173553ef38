"""A document's definition as it is installed, read: its text as nodes, its conditions as functions, the names that it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zhenwu.kernel.definitions.api import Definition, find, revision
from zhenwu.kernel.documents.template import Mark, Node, Parts, line_of, nodes_in, read_template
from zhenwu.kernel.documents.vocabulary import Vocabulary, ledger_vocabulary, vocabulary
from zhenwu.kernel.ledgers.api import Form, form_of
from zhenwu.kernel.matters.api import Workflow
from zhenwu.lib.expressions import evaluate, from_json

ANY = "any"  # a document of all matters of its pack's line, whatever their workflow
Holds = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Gathered:
    """Rows of a ledger whose ``field`` (the first of its key) says what ``equals`` says: a field of the workflow, or ``record.code``; "" for the
    key of the record that the document is made of."""

    ledger: str
    field: str
    equals: str


@dataclass(frozen=True)
class Template:
    """A document of a ``workflow``'s matters, or (``workflow`` "") of the records of a ``ledger``. ``states``: in which it may be made (none
    named: in all); ``when``: of which matters or records; ``is_receipt``: it prints by what the matter is looked up."""

    key: str
    label: str
    pack: str
    workflow: str
    ledger: str
    states: frozenset[str]
    order: int
    record: str
    rows: Mapping[str, Gathered]
    number: Parts
    nodes: tuple[Node, ...]
    conditions: tuple[Holds, ...]
    when: Holds | None
    otherwise: str
    revision: int
    is_receipt: bool = False


@lru_cache(maxsize=512)
def template_at(revision_id: int) -> Template:
    """A document by its revision: immutable, so remembered."""
    return template_of(revision(revision_id))


def template_of(found: Definition) -> Template:
    """A definition's body, as packkit wrote it, read."""
    body = found.body
    nodes, marks = read_template(body["text"]), list[str]()
    nodes_in(nodes, lambda node, _: marks.append(node.what) if isinstance(node, Mark) else None)
    return Template(
        key=found.key, label=body["label"], pack=body["pack"], workflow=body.get("workflow") or "", ledger=body.get("ledger") or "", states=frozenset(body["states"]), order=body["order"],
        record=body["record"] or "", rows={name: Gathered(**one) for name, one in body["rows"].items()}, number=line_of(body["number"] or ""),
        nodes=nodes, conditions=tuple(evaluate(from_json(tree)) for tree in body["conditions"]),
        when=evaluate(from_json(body["when"])) if body["when"] else None, otherwise=body["otherwise"] or "", revision=found.id,
        is_receipt="lookup" in marks,
    )  # fmt: skip


def form_in_force(ledger: str) -> Form | None:
    """The form of a ledger; None when its pack is switched off."""
    found = find("ledger", ledger)
    return None if found is None else form_of(found)


def vocabulary_of(template: Template, workflow: Workflow | None = None, form_of_ledger: Callable[[str], Form | None] = form_in_force) -> Vocabulary:
    """The names of a document, by the ledgers as they are in force (``form_of_ledger`` finds them): what a form no longer has reads as not known."""
    cited = template.ledger or template.record
    record = form_of_ledger(cited) if cited else None
    links = {one.id: form for one in (record.fields if record else ()) if one.type == "link" and (form := form_of_ledger(one.ledger))}
    rows = {name: form for name, one in template.rows.items() if (form := form_of_ledger(one.ledger))}
    if template.ledger:
        return ledger_vocabulary(record, links, rows)
    own = None if template.workflow == ANY else workflow
    named = {one.id: form for one in (own.links.values() if own else ()) if (form := form_of_ledger(one.ledger))}
    return vocabulary(own, record, links, rows, named)
