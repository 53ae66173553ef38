"""Which line of an edited document is which paragraph of the draft that went out. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_ALIKE = 0.45
_MARKS = ("## ", "# ")


@dataclass(frozen=True)
class Matched:
    """The lines in order, each with the paragraph it is (None: a new one); ``dropped``: paragraphs no line is.

    ``stayed``: the lines whose paragraph kept its order among the others.
    """

    mates: tuple[int | None, ...]
    stayed: frozenset[int]
    dropped: tuple[int, ...]


def match_lines(base: Sequence[str], lines: Sequence[str]) -> Matched:
    """Pair lines with paragraphs: the same words in order first, then the same words elsewhere, then the likest ones."""
    was, now = [bare(one) for one in base], [bare(one) for one in lines]
    mates: dict[int, int] = {}
    stayed: set[int] = set()
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            mates |= dict(zip(range(c, d), range(a, b), strict=True))
            stayed |= set(range(c, d))
        elif tag == "replace":
            near = _nearest(was, now, range(a, b), range(c, d))
            mates |= near
            stayed |= set(near)
    taken = set(mates.values())
    left: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(was):
        if place not in taken:
            left[words].append(place)
    for place, words in enumerate(now):
        if place not in mates and left[words]:
            mates[place] = left[words].pop(0)
    dropped = tuple(place for place in range(len(base)) if place not in set(mates.values()))
    return Matched(tuple(mates.get(place) for place in range(len(lines))), frozenset(stayed), dropped)


def bare(text: str) -> str:
    """The words of a paragraph without marks of headings, spaces and differences of width."""
    return "".join(unicodedata.normalize("NFKC", text.removeprefix("## ").removeprefix("# ")).split())


def mark_of_heading(text: str) -> str:
    """The mark by which our templates write a heading, "" for a paragraph."""
    return next((mark for mark in _MARKS if text.startswith(mark)), "")


def _nearest(was: Sequence[str], now: Sequence[str], old: range, new: range) -> dict[int, int]:
    """Pairs that do not cross, each line with the likest paragraph not yet passed."""
    found, here = {}, old.start
    for place in new:
        ratios = [(SequenceMatcher(None, was[one], now[place], autojunk=False).ratio(), -one) for one in range(here, old.stop)]
        best = max(ratios, default=(0.0, 0))
        if best[0] >= _ALIKE:
            found[place] = -best[1]
            here = -best[1] + 1
    return found
