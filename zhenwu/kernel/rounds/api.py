"""The rounds' door: what the clockwork follows and turns, what is still owed, and roll calls. No other shelf imports it."""

from zhenwu.kernel.rounds.calling import Call, Called, call_roll, calls, note_return, rolls_for, tick
from zhenwu.kernel.rounds.following import FOLLOWER, close_spans, follow_rounds
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

__all__ = [
    "FOLLOWER", "Call", "Called", "Owed", "Stretch", "Trail", "Walkable", "Walked", "call_roll", "calls", "close_spans", "drawn_rounds", "follow_rounds",
    "note_return", "owed", "owing", "rolls_for", "rounds_for", "stretches", "take_course", "tick", "trails", "visit_ledgers", "walkable", "walked_of",
]  # fmt: skip
