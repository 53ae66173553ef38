"""Anchors: how a binding finds its blank again when next year's text has moved.

An anchor keeps no text. It keeps hashes of the character triples around the blank, nearest first, each side
for itself; the kind of blank; and its number in the document it was made from. Words near the blank weigh
more than those far off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zhenwu.kernel.reports.slots import KINDS, Slot, Template
from zhenwu.lib.problems import Problem

WIDTH = 32
_DIGITS = 5
# A triple counts 1 anywhere on its side, 2 more when near the blank in both, 6 more when touching it in both:
# blanks of one sentence share their farther words, and only the nearest tell them apart. The left side weighs
# double: what is counted is said before the number, and what follows is often no more than “个。”.
_NEAR, _NEAR_ENOUGH = 8, 10
_NEAR_WEIGHT, _TOUCH_WEIGHT = 2, 6
_LEFT_WEIGHT = 2
_OTHER_KIND = 0.6


@dataclass(frozen=True)
class Anchor:
    """``left`` and ``right``: hashes of triples, nearest to the blank first; ``order``: the blank's number
    then."""

    kind: str
    order: int
    left: tuple[str, ...]
    right: tuple[str, ...]

    def write(self) -> str:
        """One line of text: ``number 32 <left> <right>``; an empty side is a dash."""
        return f"{self.kind} {self.order} {''.join(self.left) or '-'} {''.join(self.right) or '-'}"

    @classmethod
    def read(cls, line: str) -> Anchor:
        """The anchor that ``write`` wrote; raises ``Problem('binding.anchor')``."""
        words = line.split(" ")
        if len(words) != 4 or words[0] not in KINDS or not words[1].isdecimal():
            raise Problem("binding.anchor", "定位串看不懂", "定位串由程序生成，请重新生成，不要手改。")
        return cls(words[0], int(words[1]), _triples_of(words[2]), _triples_of(words[3]))


def make_anchor(template: Template, slot: Slot) -> Anchor:
    """The anchor of a blank as it stands in this template."""
    left, right = template.around(slot, WIDTH)
    return Anchor(slot.kind, slot.index, _hashed(left[::-1]), _hashed(right))


def likeness(anchors: Iterable[Anchor], slots: Iterable[Anchor]) -> dict[tuple[int, int], float]:
    """How well each wanted anchor fits each blank's anchor, 0 to 1, by their positions; pairs unlike in all
    are absent."""
    holders: dict[tuple[str, str], list[int]] = {}
    kinds = []
    for place, here in enumerate(slots):
        kinds.append(here.kind)
        for triple, _ in dict.fromkeys(_weighed(here, _NEAR_ENOUGH)):
            holders.setdefault(triple, []).append(place)
    scores: dict[tuple[int, int], float] = {}
    for number, wanted in enumerate(anchors):
        found: dict[int, int] = {}
        for triple, weight in _weighed(wanted, _NEAR):
            for place in holders.get(triple, ()):
                found[place] = found.get(place, 0) + weight
        whole = sum(weight for _, weight in _weighed(wanted, _NEAR))
        for place, weight in found.items():
            scores[number, place] = weight / whole * (1 if kinds[place] == wanted.kind else _OTHER_KIND)
    return scores


def _weighed(anchor: Anchor, near: int) -> list[tuple[tuple[str, str], int]]:
    """Each triple of an anchor, tagged by its side and how near it must be, with its weight."""
    found = []
    for side, triples, times in (("left", anchor.left, _LEFT_WEIGHT), ("right", anchor.right, 1)):
        found += [((side, triple), times) for triple in triples]
        found += [((f"near {side}", triple), times * _NEAR_WEIGHT) for triple in triples[:near]]
        found += [((f"touching {side}", triple), times * _TOUCH_WEIGHT) for triple in triples[:1]]
    return found


def _hashed(words: str) -> tuple[str, ...]:
    """The triples of a side, from the blank outward; a short side is closed by a mark so that it too says
    something."""
    closed = words if len(words) >= WIDTH else words + "⏎"
    return tuple(_hash(closed[place : place + 3]) for place in range(max(len(closed) - 2, 1)))


@lru_cache(maxsize=50_000)
def _hash(triple: str) -> str:
    return hashlib.blake2b(triple.encode(), digest_size=4).hexdigest()[:_DIGITS]


def _triples_of(line: str) -> tuple[str, ...]:
    if line == "-":
        return ()
    if len(line) % _DIGITS or len(line) > _DIGITS * WIDTH or not set(line) <= set("0123456789abcdef"):
        raise Problem("binding.anchor", "定位串看不懂", "定位串由程序生成，请重新生成，不要手改。")
    return tuple(line[place : place + _DIGITS] for place in range(0, len(line), _DIGITS))
