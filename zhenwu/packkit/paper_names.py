"""The names that a document of a pack may use, by the drafts around it; and its body as it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhenwu.lib.expressions import parse, to_json
from zhenwu.packkit.bodies import ledger_body
from zhenwu.packkit.columns import WORKFLOW_COLUMNS, Column, ledger_columns, workflow_columns
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.papers import PaperFile
from zhenwu.packkit.sources import STANDARD
from zhenwu.sdk import Workflow
from zhenwu.sdk.documents import (
    PRESSING,
    Fork,
    Form,
    Node,
    Vocabulary,
    ledger_vocabulary,
    make_form,
    nodes_in,
    standard,
    supervision,
    vocabulary,
)

ANY = "any"  # whatever workflow: only what every matter of the line knows


def workflow_named(pack: Draft, name: str) -> Workflow | None:
    """The general workflow, one of the pack's own, or that of a 督办."""
    if name == STANDARD:
        return standard()
    entry = pack.workflows.get(pack.full(name))
    found: Workflow | None = entry.table["workflow"] if entry else supervision() if name == PRESSING else None
    return found


def columns_named(pack: Draft, table: Mapping[str, Any]) -> dict[str, Column]:
    """What the condition of a whole document sees: the columns of the matter, or of the record."""
    if table["ledger"]:
        entry = ledger_of(pack, {}, table["ledger"])
        return ledger_columns(entry.table["field"]) if entry else {}
    found = workflow_named(pack, table["workflow"])
    return workflow_columns(found) if found else WORKFLOW_COLUMNS


def ledger_of(pack: Draft, others: Mapping[str, Draft], name: str) -> Entry | None:
    """A well-shaped ledger of the pack's own or of one that it reads."""
    key = pack.full(name)
    home = pack if key.startswith(f"{pack.id}.") else others.get(key.partition(".")[0])
    entry = home.ledgers.get(key) if home else None
    return entry if entry is not None and entry.sound else None


def names_of(pack: Draft, others: Mapping[str, Draft], paper: PaperFile) -> Vocabulary:
    """What the blanks and conditions of a document may name."""
    cited = paper.table["ledger"] or paper.table["record"]
    record = _form(pack, others, cited) if cited else None
    links = {one.id: form for one in (record.fields if record else ()) if one.type == "link" and (form := _form(pack, others, one.ledger))}
    rows = {name: form for name, one in paper.table["rows"].items() if (form := _form(pack, others, one["ledger"]))}
    if paper.table["ledger"]:
        return ledger_vocabulary(record, links, rows)
    workflow = workflow_named(pack, paper.table["workflow"])
    named = {one.id: form for one in (workflow.links.values() if workflow else ()) if (form := _form(pack, others, one.ledger))}
    return vocabulary(workflow, record, links, rows, named)


def _form(pack: Draft, others: Mapping[str, Draft], name: str) -> Form | None:
    entry = ledger_of(pack, others, name)
    home = pack if entry is None or entry.key.startswith(f"{pack.id}.") else others[entry.key.partition(".")[0]]
    return make_form(ledger_body(home, entry)) if entry else None


def document_body(pack: Draft, others: Mapping[str, Draft], key: str, paper: PaperFile) -> dict[str, Any]:
    """{key, label, pack, workflow (or ledger), states, when, when_text, otherwise, number, record, order, rows, text, conditions}: ledgers and the workflow by
    full keys, of each condition the tree, those of the text in its order."""
    table, known = paper.table, names_of(pack, others, paper)
    columns = {name: column.type for name, column in columns_named(pack, table).items()}
    trees: list[Any] = []

    def see(node: Node, loop: str) -> None:
        if isinstance(node, Fork) and node.kind == "if":
            trees.append((node.number, to_json(parse(node.test, known.seen(loop)))))

    nodes_in(paper.nodes, see)
    return {
        "key": key, "label": table["label"], "pack": pack.id, **_home(pack, table),
        "states": list(table["states"]), "when": to_json(parse(table["when"], columns)) if table["when"] else None, "when_text": table["when"],
        "otherwise": table["otherwise"], "number": table["number"], "record": pack.full(table["record"]) if table["record"] else None, "order": table["order"],
        "rows": {name: {"ledger": pack.full(one["ledger"]), "field": one["field"], "equals": one["equals"] or ""} for name, one in sorted(table["rows"].items())},
        "text": paper.text, "conditions": [tree for _, tree in sorted(trees, key=lambda told: told[0])],
    }  # fmt: skip


def _home(pack: Draft, table: Mapping[str, Any]) -> dict[str, str]:
    """What a document is made of, by its full key."""
    if table["ledger"]:
        return {"ledger": pack.full(table["ledger"])}
    workflow = table["workflow"]
    brought = workflow in (STANDARD, ANY) or workflow == PRESSING and pack.full(workflow) not in pack.workflows
    return {"workflow": workflow if brought else pack.full(workflow)}
