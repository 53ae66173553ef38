"""How a pack's rosters are made: from which ledgers, for which roles, by which parameters. Pure.

A body is what ``packkit`` stores: ``{key, pack, label, steward, posts, people, away, into, log, swaps, title, board, usual, needs, able,
roles, params, labels}``; see ``docs/house.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scheme:
    """One roster in force. ``posts``, ``people``, ``away``, ``into`` and ``log`` ("": none) are ledgers, ``swaps`` ("": none) a workflow;
    ``needs``: role → the field of a post that says how many; ``able``: what a person's record says they can do → roles;
    ``roles``: role → words, the first stands first; ``usual``: what a post says that is chosen first; ``params``: rule → parameter;
    ``labels``: ledger's name here → its label."""

    key: str
    pack: str
    label: str
    steward: str
    posts: str
    people: str
    away: str
    into: str
    log: str
    swaps: str
    title: str
    board: str
    usual: tuple[tuple[str, str], ...]
    needs: Mapping[str, str]
    able: Mapping[str, frozenset[str]]
    roles: Mapping[str, str]
    params: Mapping[str, str]
    labels: Mapping[str, str]

    def rank(self, role: str) -> int:
        """The place of a role among the roles."""
        return list(self.roles).index(role) if role in self.roles else len(self.roles)


def read_scheme(body: Mapping[str, Any]) -> Scheme:
    """A scheme out of its stored body."""
    texts = {name: body[name] or "" for name in ("log", "swaps", "board")}
    plain = {name: body[name] for name in ("key", "pack", "label", "steward", "posts", "people", "away", "into", "title")}
    needs = {role: field for role, field in body["needs"]}
    return Scheme(
        **plain, **texts, usual=tuple((name, value) for name, value in body["usual"]), needs=needs,
        able={code: frozenset(some) for code, some in body["able"].items()}, roles={role: body["roles"][role] for role in needs},
        params=dict(body["params"]), labels=dict(body["labels"]),
    )  # fmt: skip
