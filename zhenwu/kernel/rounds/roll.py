"""A roll (点名): who is called when something begins, who is ticked off, who is still missing, who came back. Pure.

A body is what ``packkit`` stores: ``{key, pack, label, of, event, by, same, link, names, done, done_text, fill, title, helper,
place, reason, back, early}``; see ``docs/house.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhenwu.lib.expressions import evaluate, from_json

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Roll:
    """One roll in force. ``of``: the ledger of those who may be called; ``event``: of what calls them, from its beginning until it
    ends; ``by``: of what was done, one record for each event and member: its field ``names`` holds the event's key, ``link`` the
    member's. ``fill``: field of ``by`` → field of the member that a tick writes there."""

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

    def calls(self, event: Row, member: Row) -> bool:
        """Whether an event calls a member; what the event does not say calls all."""
        return all(event[name] is None or event[name] == member[name] for name in self.same)

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
    )  # fmt: skip
