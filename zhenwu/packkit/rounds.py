"""What a round rests on: its four ledgers, the columns that its conditions see, what is copied into the tally."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhenwu.packkit.columns import Column, ledger_columns
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import ledger_called
from zhenwu.packkit.vocabulary import TALLY_FIELDS

_COPIED = ("text", "choice", "link", "integer", "date", "flag")  # stored as entered: no scale between them


def ledger_named(pack: Draft, others: Mapping[str, Draft], one: Entry, name: str) -> Entry | None:
    """The ledger that a key of a round names; None where it is not there, or cannot be judged here."""
    return ledger_called(pack, others, one.table.get(name) or "")


def fields_of(ledger: Entry | None) -> dict[str, Mapping[str, Any]]:
    """A ledger's well-shaped fields by id."""
    return {field["id"]: field for field in ledger.table["field"] if "id" in field and "type" in field} if ledger else {}


def columns_of(ledger: Entry | None) -> dict[str, Column]:
    """What conditions may name of a ledger; nothing of one that is ill-shaped."""
    if ledger is None or not ledger.sound:
        return {}
    own = ("occurred_on",) if ledger.table["shape"] == "flow" else ("valid_from", "valid_until")
    return ledger_columns(ledger.table["field"]) | {name: Column("day") for name in own}


def visit_columns(pack: Draft, others: Mapping[str, Draft], one: Entry) -> dict[str, Column]:
    """The columns of a visit, with those of its thing (``of_…``) and of the plan (``plan_…``)."""
    found = columns_of(ledger_named(pack, others, one, "by"))
    for name in ("of", "plan"):
        beside = columns_of(ledger_named(pack, others, one, name)) if one.table.get(name) else {}
        found |= {f"{name}_{column}": told for column, told in beside.items()}
    return found | ({"covered": Column("integer", unit="%")} if one.table.get("course") and one.table.get("track") else {})


def copied(pack: Draft, others: Mapping[str, Draft], one: Entry) -> list[str]:
    """The fields that thing and tally share: the tally says of each what the thing says."""
    thing, tally = (fields_of(ledger_named(pack, others, one, name)) for name in ("of", "into"))
    named = {*TALLY_FIELDS, one.table["link"]}
    return [name for name in tally if name in thing and name not in named and tally[name]["type"] == thing[name]["type"] in _COPIED]
