"""What an exchange rests on: its two ledgers, its workflow, the words that a sender's columns are called by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rounds import fields_of

# how a column is read → the types of field in which it can be kept
KEPT_AS: Mapping[str, tuple[str, ...]] = {
    "number": ("text",), "text": ("text",), "day": ("date",), "until": ("date",), "flag": ("flag",), "person": ("name",), "phone": ("phone",),
}  # fmt: skip
DAYS = ("day", "until")


def own_ledger(pack: Draft, one: Entry, name: str) -> Entry | None:
    """The pack's own ledger that a key names."""
    return pack.ledgers.get(pack.full(one.table[name]))


def columns_of(one: Entry) -> dict[str, Mapping[str, Any]]:
    """The well-shaped columns that come in, by id."""
    return {column["id"]: column for column in one.table["column"] if "id" in column and "read" in column}


def number_of(one: Entry) -> str:
    """The column of the sender's number; "" where there is not exactly one."""
    found = [name for name, column in columns_of(one).items() if column["read"] == "number"]
    return found[0] if len(found) == 1 else ""


def exchange_body(pack: Draft, one: Entry) -> dict[str, Any]:
    """{key, label, pack, sender, item, measure, keeps, layouts, opens, action, category, channel, receivers, day, title, text, place, rest,
    spare_phone, layout, never, number, day_label, layouts_label, labels, columns, answers, changes}: ledgers and workflow by full
    keys; ``labels`` are the words of the layouts' choices, ``said`` of a column the label of its field."""
    table, keeps, layouts = one.table, own_ledger(pack, one, "keeps"), own_ledger(pack, one, "layouts")
    assert keeps is not None and layouts is not None
    fields = fields_of(keeps)
    labels = dict(fields_of(layouts)["meaning"]["choices"])
    plain = ("label", "sender", "item", "measure", "action", "category", "channel", "rest", "spare_phone", "layout")
    lists = ("receivers", "day", "title", "text", "place", "never")
    return {
        "key": one.key, "pack": pack.id, **{name: table[name] for name in plain}, **{name: list(table[name]) for name in lists},
        **{name: pack.full(table[name]) for name in ("keeps", "layouts", "opens")}, "number": number_of(one),
        "day_label": keeps.table["day_label"], "layouts_label": layouts.table["label"], "labels": labels,
        "columns": [_column(column, fields, labels) for column in table["column"]],
        "answers": [{**_heading(answer), "from": answer["from"]} for answer in table["answer"]],
        "changes": [{**change, "states": list(change["states"]), "gives": list(change["gives"])} for change in table["change"]],
    }  # fmt: skip


def _column(column: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]) -> dict[str, Any]:
    field = fields.get(column["id"])
    return {
        **_heading(column), "read": column["read"], "carry": column.get("carry"), "since": column.get("since"),
        "yes": list(column.get("yes") or ()), "no": list(column.get("no") or ()), "stored": field is not None,
        "said": field["label"] if field else labels[column["id"]], "longest": int((field or {}).get("max") or 200),
    }  # fmt: skip


def _heading(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": one["id"], "words": list(one["words"]), "headings": list(one["headings"])}
