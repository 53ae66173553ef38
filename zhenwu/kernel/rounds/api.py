"""The rounds' door: what the clockwork follows and turns, what is still owed, and roll calls. No other shelf imports it."""

from zhenwu.kernel.rounds.calling import Call, Called, call_roll, calls, note_return, rolls_for, tick
from zhenwu.kernel.rounds.following import FOLLOWER, close_spans, follow_rounds
from zhenwu.kernel.rounds.listing import Book, Group, book
from zhenwu.kernel.rounds.owed import Owed, owed, owing, rounds_for, visit_ledgers
from zhenwu.kernel.rounds.roll import WORDS

__all__ = [
    "FOLLOWER", "WORDS", "Book", "Call", "Called", "Group", "Owed", "book", "call_roll", "calls", "close_spans", "follow_rounds", "note_return", "owed", "owing", "rolls_for",
    "rounds_for", "tick", "visit_ledgers",
]  # fmt: skip
