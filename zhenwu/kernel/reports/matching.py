"""Find the blank of each binding in a text that is not quite the one the bindings were made for.

Four steps, each on what the one before left over: blanks whose words stand unchanged, in order; unchanged but
moved; changed words, in order; changed and moved. “Moved” demands a best partner on both sides, so that of
two equal candidates neither is guessed. In order first, because a repeated sentence can be told apart only by
its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhenwu.kernel.reports.anchors import Anchor, likeness, make_anchor
from zhenwu.kernel.reports.bindings import Binding, BindingId, Bindings
from zhenwu.kernel.reports.slots import Template

_UNCHANGED, _CHANGED, _CHANGED_AND_MOVED = 0.8, 0.3, 0.5

Scores = Mapping[tuple[int, int], float]


def match(template: Template, bindings: Bindings) -> dict[int, BindingId]:
    """Slot index → binding id. Our own blanks go by key; the very document the bindings were made for, by
    number."""
    by_key = {binding.key: binding.id for binding in bindings.slots if binding.key}
    if by_key:
        return {slot.index: by_key[slot.key] for slot in template.slots if slot.key in by_key}
    anchored = [binding for binding in bindings.slots if binding.anchor is not None]
    if bindings.fingerprint and template.fingerprint == bindings.fingerprint:
        by_order = {binding.anchor.order: binding.id for binding in anchored if binding.anchor}
        return {slot.index: by_order[slot.index] for slot in template.slots if slot.index in by_order}
    return _by_anchor(template, anchored)


def _by_anchor(template: Template, anchored: Sequence[Binding]) -> dict[int, BindingId]:
    standing = [make_anchor(template, slot) for slot in template.slots]
    pairs = pair([binding.anchor for binding in anchored if binding.anchor], standing)
    return {template.slots[place].index: anchored[number].id for place, number in sorted(pairs.items())}


def pair(anchors: Sequence[Anchor], standing: Sequence[Anchor]) -> dict[int, int]:
    """Which of the wanted anchors stands at which place: place → number, both counted from 0."""
    scores = likeness(anchors, standing)
    wanted, places = list(range(len(anchors))), list(range(len(standing)))
    pairs: dict[int, int] = {}
    steps = (
        (_in_order, _UNCHANGED, 1.0),
        (_moved, _UNCHANGED, 1.0),
        # what stands unchanged and is still unpaired is a tie: it is not to be settled by its place
        (_in_order, _CHANGED, _UNCHANGED),
        (_moved, _CHANGED_AND_MOVED, _UNCHANGED),
    )
    for step, least, most in steps:
        fitting = {pair: score for pair, score in scores.items() if least <= score <= most}
        for number, place in step(wanted, places, fitting):
            pairs[place] = number
        taken = set(pairs.values())
        wanted = [number for number in wanted if number not in taken]
        places = [place for place in places if place not in pairs]
    return pairs


def _in_order(wanted: Sequence[int], places: Sequence[int], scores: Scores) -> list[tuple[int, int]]:
    """The pairing that keeps both orders and fits best in all (alignment by dynamic programming)."""
    best = [[0.0] * (len(places) + 1) for _ in range(len(wanted) + 1)]
    for row in range(len(wanted) - 1, -1, -1):
        here, below = best[row], best[row + 1]
        for column in range(len(places) - 1, -1, -1):
            score = scores.get((wanted[row], places[column]), 0.0)
            paired = score + below[column + 1] if score else 0.0
            here[column] = max(paired, below[column], here[column + 1])
    pairs, row, column = [], 0, 0
    while row < len(wanted) and column < len(places):
        score = scores.get((wanted[row], places[column]), 0.0)
        if score and best[row][column] == score + best[row + 1][column + 1]:
            pairs.append((wanted[row], places[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _moved(wanted: Sequence[int], places: Sequence[int], scores: Scores) -> list[tuple[int, int]]:
    """Pairs that are each other's one best partner, those first; then among the rest, until none is left."""
    numbers, standing = set(wanted), set(places)
    pairs: list[tuple[int, int]] = []
    while True:
        left = {pair: score for pair, score in scores.items() if pair[0] in numbers and pair[1] in standing}
        best_place, best_number = _one_best(left, 0), _one_best(left, 1)
        found = sorted(pair for pair in best_place.items() if best_number.get(pair[1]) == pair[0])
        if not found:
            return pairs
        pairs += found
        numbers -= {number for number, _ in found}
        standing -= {place for _, place in found}


def _one_best(scores: Scores, side: int) -> dict[int, int]:
    """For each member of one side its best partner on the other, none when two are equally good."""
    best: dict[int, tuple[float, int | None]] = {}
    for pair, score in scores.items():
        one, other = pair[side], pair[1 - side]
        highest, _ = best.get(one, (0.0, None))
        if score > highest:
            best[one] = (score, other)
        elif score == highest:
            best[one] = (score, None)
    return {one: other for one, (_, other) in best.items() if other is not None}
