"""What a roster rests on: its ledgers, the roles that its posts need, who can take them, the parameters of its rules."""

from __future__ import annotations

from typing import Any

from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rounds import fields_of
from zhenwu.packkit.vocabulary import ROSTER_LEDGERS, ROSTER_PARAMS


def ledgers_of(pack: Draft, one: Entry) -> dict[str, Entry | None]:
    """The pack's own ledgers that a roster names, by the key that names them."""
    return {name: pack.ledgers.get(pack.full(one.table[name])) for name in ROSTER_LEDGERS if one.table.get(name)}


def roster_body(pack: Draft, one: Entry) -> dict[str, Any]:
    """{key, label, pack, steward, posts, people, away, into, log, swaps, title, board, usual, needs, able, roles, params, labels}: ledgers,
    workflow and parameters by full keys; ``needs``: [role, field of the posts that says how many]; ``roles``: role → words."""
    table, ledgers = one.table, ledgers_of(pack, one)
    roles = dict(fields_of(ledgers["into"])["role"]["choices"])
    return {
        "key": one.key, "label": table["label"], "pack": pack.id, "steward": pack.manifest["steward"],
        **{name: pack.full(table[name]) if table[name] else None for name in (*ROSTER_LEDGERS, "swaps")},
        "title": table["title"], "board": table["board"], "usual": [list(pair) for pair in table["usual"].items()],
        "needs": [[role, field] for role, field in table["needs"].items()], "able": {code: list(some) for code, some in table["able"].items()},
        "roles": {role: roles[role] for role in table["needs"]},
        "params": {name: pack.full(table[name]) for name in ROSTER_PARAMS if table[name]},
        "labels": {name: ledger.table["label"] for name, ledger in ledgers.items() if ledger},
    }  # fmt: skip
