"""The rounds' door: what the clockwork follows and turns, what is still owed, and roll calls. No other shelf imports it."""

from zhenwu.kernel.rounds.calling import Call, Called, call_roll, calls, note_return, rolls_for, tick
from zhenwu.kernel.rounds.following import FOLLOWER, close_spans, follow_rounds
from zhenwu.kernel.rounds.listing import Book, Group, book
from zhenwu.kernel.rounds.mapping import (
    Stretch,
    Trail,
    Walkable,
    Walked,
    drawn_rounds,
    stretches,
    take_course,
    trails,
    walkable,
    walked_of,
)
from zhenwu.kernel.rounds.owed import Owed, owed, owing, rounds_for, visit_ledgers
from zhenwu.kernel.rounds.roll import WORDS

__all__ = [
    "FOLLOWER",
    "WORDS",
    "Book",
    "Call",
    "Called",
    "Group",
    "Owed",
    "Stretch",
    "Trail",
    "Walkable",
    "Walked",
    "book",
    "call_roll",
    "calls",
    "close_spans",
    "drawn_rounds",
    "follow_rounds",
    "note_return",
    "owed",
    "owing",
    "rolls_for",
    "rounds_for",
    "stretches",
    "take_course",
    "tick",
    "trails",
    "visit_ledgers",
    "walkable",
    "walked_of",
]  # fmt: skip
