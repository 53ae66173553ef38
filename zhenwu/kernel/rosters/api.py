"""The rosters' door: which there are, what stands, a roster proposed and saved, arrivals, the log, exchanges."""

from zhenwu.kernel.rosters.finding import heads_of, require, scheme_of, schemes_for
from zhenwu.kernel.rosters.making import (
    LONGEST,
    MOST_POSTS,
    Proposal,
    clear,
    clearable,
    note_arrival,
    proposal,
    save,
    write_log,
)
from zhenwu.kernel.rosters.reading import (
    AHEAD,
    Post,
    Stand,
    accounts,
    days_off,
    filler,
    name_of,
    posts,
    read_watch,
    span,
    stands,
)
from zhenwu.kernel.rosters.scheme import Scheme
from zhenwu.kernel.rosters.swapping import Swap, ask, open_swaps, swap_choices, take
from zhenwu.kernel.rosters.words import BROKEN, LOOK, told_hours, told_watch, warnings

__all__ = [
    "AHEAD",
    "BROKEN",
    "LONGEST",
    "LOOK",
    "MOST_POSTS",
    "Post",
    "Proposal",
    "Scheme",
    "Stand",
    "Swap",
    "accounts",
    "ask",
    "clear",
    "clearable",
    "days_off",
    "filler",
    "heads_of",
    "name_of",
    "note_arrival",
    "open_swaps",
    "posts",
    "proposal",
    "read_watch",
    "require",
    "save",
    "scheme_of",
    "schemes_for",
    "span",
    "stands",
    "swap_choices",
    "take",
    "told_hours",
    "told_watch",
    "warnings",
    "write_log",
]
