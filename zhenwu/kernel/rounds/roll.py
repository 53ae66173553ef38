"""A roll (点名): who is called when something begins, who is ticked off, who is still missing, who came back. Pure.

A body is what ``packkit`` stores: ``{key, pack, label, of, event, by, same, link, names, done, done_text, fill, title, helper,
place, reason, back, early, also, anywhere, again, people, home, words}``; see ``docs/house.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhenwu.lib.expressions import evaluate, from_json

Row = Mapping[str, Any]
# What the screen says of a roll, as of a move to safety; another roll (who is told that the water is not to be drunk) says its own.
WORDS = {
    "asked": "应到", "done": "已到", "missing": "还没有到", "tick": "到了", "partly": "没有转完", "back": "登记返回", "returned": "返回", "began": "启动", "ended": "解除",
}  # fmt: skip


@dataclass(frozen=True)
class Roll:
    """One roll in force. ``of``: the ledger of those who may be called; ``event``: of what calls them, from its beginning until it
    ends; ``by``: of what was done, one record for each event and member: its field ``names`` holds the event's key, ``link`` the
    member's. ``fill``: field of ``by`` → field of the member that a tick writes there. ``also``: field of ``same`` → a further field of
    the member in which the event's word may stand. ``anywhere``: those in other places than the event's are called too. ``again``: once
    the event has ended all are called a second time, and ``back`` is the day on which that was. ``people``: the ledger of those who
    live with a member, ``home`` the field by which both name the same household."""

    key: str
    pack: str
    label: str
    of: str
    event: str
    by: str
    same: tuple[str, ...]
    link: str
    names: str
    fill: Mapping[str, str]
    title: str
    helper: str
    place: str
    reason: str
    back: str
    early: str
    done: Callable[[Row], Any]
    also: Mapping[str, str] = field(default_factory=dict)
    anywhere: bool = False
    again: bool = False
    people: str = ""
    home: str = ""
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)

    def calls(self, event: Row, member: Row) -> bool:
        """Whether an event calls a member; what the event does not say calls all."""
        return all(event[name] is None or event[name] in self.said(member, name) for name in self.same)

    def said(self, member: Row, name: str) -> tuple[Any, ...]:
        """What a member says where the event says ``name``: in that field, and in the one beside it."""
        return tuple(member[column] for column in (name, self.also.get(name, "")) if column)

    def ticked(self, event: str, key: str, member: Row) -> dict[str, Any]:
        """What a tick writes of a member; what the member does not say stays open."""
        filled = {name: str(member[column]) for name, column in self.fill.items() if member[column] is not None}
        return {**filled, self.names: event, self.link: key}

    def returned(self, day: date, ended: bool) -> dict[str, Any]:
        """What is written when a member is back on a day; before the event has ended that is early."""
        return {self.back: day.isoformat()} | ({self.early: "true"} if self.early and not ended else {})


def read_roll(body: Mapping[str, Any]) -> Roll:
    """A roll out of its stored body."""
    title, helper, place, reason, back, early = (str(body.get(name) or "") for name in ("title", "helper", "place", "reason", "back", "early"))
    done: Callable[[Row], Any] = evaluate(from_json(body["done"])) if body.get("done") else lambda row: True
    return Roll(
        body["key"], body["pack"], body["label"], body["of"], body["event"], body["by"], tuple(body.get("same") or ()), body["link"], body["names"],
        dict(body.get("fill") or {}), title, helper, place, reason, back, early, done,
        dict(body.get("also") or {}), bool(body.get("anywhere")), bool(body.get("again")), body.get("people") or "", body.get("home") or "",
        {**WORDS, **(body.get("words") or {})},
    )  # fmt: skip
