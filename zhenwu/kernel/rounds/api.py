"""The rounds' door: what the clockwork follows and turns, and what is still owed. No other shelf imports it."""

from zhenwu.kernel.rounds.following import FOLLOWER, close_spans, follow_rounds
from zhenwu.kernel.rounds.owed import Owed, owed, owing, rounds_for

__all__ = ["FOLLOWER", "Owed", "close_spans", "follow_rounds", "owed", "owing", "rounds_for"]
