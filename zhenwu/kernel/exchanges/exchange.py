"""What a pack says of a table that comes from a sender and goes back: its columns, what they open, what is filled in. Pure.

A body is what ``packkit`` stores: ``{key, pack, label, sender, item, measure, keeps, layouts, opens, action, category, channel,
receivers, day, title, text, place, rest, spare_phone, layout, never, number, day_label, layouts_label, labels, columns, answers,
changes}``; see ``docs/house.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KEEP, PERSONAL = "keep", "personal"
MANY = (KEEP, PERSONAL)  # what several columns may mean: kept as lines, or not stored
STATE, OFFICE = "state", "office"  # what goes back and is no column of the matter


@dataclass(frozen=True)
class Heading:
    """How a heading is recognised: by words that stand in it, or by the whole of it."""

    id: str
    words: tuple[str, ...]
    headings: tuple[str, ...] = ()

    def fits(self, heading: str) -> bool:
        return heading in self.headings or any(word in heading for word in self.words)


@dataclass(frozen=True)
class Column:
    """A column that comes in. ``read``: text, number, day, until, flag, person or phone; ``said``: the label of its field; ``longest``:
    of a text; ``since``: the column of the day from which a number of days counts; ``carry``: the field of the matter it is told to;
    ``stored``: whether the ledger has a field of its id; ``yes``, ``no``: words beside 是 and 否."""

    heading: Heading
    read: str
    said: str
    longest: int
    since: str
    carry: str
    stored: bool
    yes: tuple[str, ...]
    no: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.heading.id


@dataclass(frozen=True)
class Answer:
    """A column that goes back; ``source``: a column of the matter, ``state`` or ``office``."""

    heading: Heading
    source: str

    @property
    def id(self) -> str:
        return self.heading.id


@dataclass(frozen=True)
class Change:
    """The action that a matter takes when a known row says a column otherwise; ``states``: only in these (none: wherever it has a move);
    ``gives``: columns handed over with it; ``told``: what it is called when rows are counted."""

    column: str
    action: str
    states: frozenset[str]
    reason: str
    gives: tuple[str, ...]
    told: str


@dataclass(frozen=True)
class Exchange:
    """One exchange in force. ``keeps`` is the ledger of what the sender said, ``layouts`` that of the columns, ``opens`` the workflow."""

    key: str
    pack: str
    label: str
    sender: str
    item: str
    measure: str
    keeps: str
    layouts: str
    opens: str
    action: str
    category: str
    channel: str
    receivers: tuple[str, ...]
    day: tuple[str, ...]
    title: tuple[str, ...]
    text: tuple[str, ...]
    place: tuple[str, ...]
    rest: str
    spare_phone: str
    layout: str
    never: Heading
    number: str
    day_label: str
    layouts_label: str
    labels: Mapping[str, str]
    columns: tuple[Column, ...]
    answers: tuple[Answer, ...]
    changes: tuple[Change, ...]

    @property
    def filled(self) -> tuple[str, ...]:
        """What goes back."""
        return tuple(one.id for one in self.answers)

    def column(self, id: str) -> Column | None:
        return next((one for one in self.columns if one.id == id), None)

    def of_kind(self, *reads: str) -> tuple[str, ...]:
        """The columns read so."""
        return tuple(one.id for one in self.columns if one.read in reads)

    def guess(self, heading: str) -> str:
        """What a heading seems to mean: the first whose words fit, what is never stored before what goes back before what comes in;
        ``keep`` where no word is known."""
        known: Sequence[Heading] = (self.never, *(one.heading for one in self.answers), *(one.heading for one in self.columns))
        return next((one.id for one in known if one.fits(heading)), KEEP)


def read_exchange(body: Mapping[str, Any]) -> Exchange:
    """An exchange out of its stored body."""
    columns = tuple(
        Column(_heading(one), one["read"], one["said"], one["longest"], one["since"] or "", one["carry"] or "", one["stored"], tuple(one["yes"]), tuple(one["no"]))
        for one in body["columns"]
    )  # fmt: skip
    answers = tuple(Answer(_heading(one), one["from"]) for one in body["answers"])
    changes = tuple(
        Change(one["column"], one["action"], frozenset(one["states"]), one["reason"] or "", tuple(one["gives"]), one["told"] or "")
        for one in body["changes"]
    )
    lists = {name: tuple(body[name]) for name in ("receivers", "day", "title", "text", "place")}
    plain = ("key", "pack", "label", "sender", "item", "measure", "keeps", "layouts", "opens", "action", "number", "day_label", "layouts_label")
    optional = ("category", "channel", "rest", "spare_phone", "layout")
    told: dict[str, Any] = {name: body[name] for name in plain} | {name: body[name] or "" for name in optional} | lists
    parts: dict[str, Any] = {"columns": columns, "answers": answers, "changes": changes}
    return Exchange(**told, never=Heading(PERSONAL, tuple(body["never"])), labels=dict(body["labels"]), **parts)


def _heading(one: Mapping[str, Any]) -> Heading:
    return Heading(one["id"], tuple(one["words"]), tuple(one["headings"]))
