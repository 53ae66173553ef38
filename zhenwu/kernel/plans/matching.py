"""Which sentence of a new edition is which sentence adopted before. Pure.

The same words are the same sentence; of the others the most alike are paired, each once; what is left is new, or was dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ALIKE = 0.6  # below that two sentences are two sentences
STATES = {"kept": "没有变", "changed": "改了字", "new": "新的", "dropped": "这一版没有了"}


@dataclass(frozen=True)
class Match:
    """``row`` numbers the new edition's sentences (None: dropped); ``code`` names the adopted one ("" : new)."""

    state: str
    row: int | None
    code: str


def match_sentences(adopted: Mapping[str, str], words: Sequence[str]) -> list[Match]:
    """``adopted``: code → words. One match for each new sentence in order, then one for each dropped."""
    rest, found = dict(adopted), dict[int, Match]()
    by_words = {text: code for code, text in reversed([*adopted.items()])}
    for row, text in enumerate(words):
        code = by_words.get(text)
        if code in rest:
            del rest[code]
            found[row] = Match("kept", row, code)
    for ratio, row, code in sorted(_pairs(rest, words, found), key=lambda one: (-one[0], one[1], one[2])):
        if ratio >= ALIKE and row not in found and code in rest:
            del rest[code]
            found[row] = Match("changed", row, code)
    fresh = [found.get(row, Match("new", row, "")) for row in range(len(words))]
    return [*fresh, *(Match("dropped", None, code) for code in sorted(rest))]


def _pairs(rest: Mapping[str, str], words: Sequence[str], found: Mapping[int, Match]) -> list[tuple[float, int, str]]:
    return [
        (SequenceMatcher(None, old, text, autojunk=False).ratio(), row, code)
        for code, old in rest.items()
        for row, text in enumerate(words)
        if row not in found and len(old) < 3 * len(text) and len(text) < 3 * len(old)
    ]
