"""Two readings of a report compared by sentence: kept, its figures moved, changed, moved, added, dropped. Pure.

Words are compared with every figure reduced to its name, so that a figure that grew does not make its sentence another.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from zhenwu.kernel.reports.room.told import Piece, Told

Kind = Literal["kept", "figures", "changed", "moved", "added", "dropped"]
Mark = Literal["", "del", "ins"]
_END = re.compile(r"[。；;！!？?]+[”’」』）)]*")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_ALIKE = 0.5  # share of letters that two wordings of one sentence have in common
_CANDIDATES = 6
_ISLAND = 2  # letters: what is equal and shorter between two changes is marked with them, a reader sees one change


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence, marked when only this side has it; ``slot`` when it is a figure."""

    text: str
    mark: Mark = ""
    slot: int = 0


@dataclass(frozen=True)
class SentenceChange:
    """A sentence on both sides (empty where it is not)."""

    kind: Kind
    old: tuple[Run, ...] = ()
    new: tuple[Run, ...] = ()


@dataclass(frozen=True)
class _Sentence:
    pieces: tuple[Piece, ...]
    plain: tuple[str, ...]  # letters and figures' names: what is compared
    said: tuple[str, ...]  # letters and figures as printed
    slots: tuple[int, ...]
    paragraph: int


def by_sentence(old: Told, new: Told, moved: Collection[int] = ()) -> tuple[SentenceChange, ...]:
    """The sentences of both in the newer order, each dropped one where it stood.

    ``moved``: paragraphs of the newer (by their order) of which it is known that somebody put them elsewhere: they did not keep their order,
    those that they passed did.
    """
    before, after = list(_sentences(old)), list(_sentences(new))
    mates, in_place = _mates(before, after, moved)
    changes = {place: _compared(before[mates[place]], one, place in in_place) if place in mates else _added(one)
               for place, one in enumerate(after)}  # fmt: skip
    return tuple(_woven(before, after, mates, in_place, changes))


def counted(changes: Sequence[SentenceChange]) -> dict[Kind, int]:
    """How many sentences of each kind."""
    return dict(Counter(one.kind for one in changes))


def sentences_of(text: str) -> list[str]:
    """A paragraph's words cut into sentences, blanks and all; joined again they are the paragraph."""
    found, start = [], 0
    for end in (one.end() for one in _END.finditer(text)):
        found.append(text[start:end])
        start = end
    return [one for one in (*found, text[start:]) if one.strip()]


def _sentences(told: Told) -> Iterator[_Sentence]:
    for number, paragraph in enumerate(told.paragraphs):
        pieces: list[Piece] = []
        for piece in paragraph:
            if isinstance(piece, int):
                pieces.append(piece)
                continue
            start = 0
            for found in _END.finditer(piece):
                yield _sentence([*pieces, piece[start : found.end()]], told, number)
                pieces, start = [], found.end()
            pieces += [piece[start:]] if piece[start:] else []
        if pieces:
            yield _sentence(pieces, told, number)


def _sentence(pieces: Sequence[Piece], told: Told, paragraph: int) -> _Sentence:
    plain: list[str] = []
    said: list[str] = []
    slots: list[int] = []
    for piece in pieces:
        tokens = [told.by_slot[piece].shown] if isinstance(piece, int) else _TOKEN.findall(piece)
        one = told.by_slot[piece] if isinstance(piece, int) else None
        plain += [f"\x00{one.key or one.meaning}"] if one else tokens
        said += tokens
        slots += [one.slot if one else 0] * len(tokens)
    return _Sentence(tuple(pieces), tuple(plain), tuple(said), tuple(slots), paragraph)


def _mates(before: Sequence[_Sentence], after: Sequence[_Sentence], moved: Collection[int]) -> tuple[dict[int, int], set[int]]:
    """Newer place → older place, and the newer places that kept their order."""
    ordered = [one.plain if one.paragraph not in moved else ("\x01", str(place)) for place, one in enumerate(after)]  # like no other sentence
    blocks = SequenceMatcher(None, [one.plain for one in before], ordered, autojunk=False).get_matching_blocks()
    mates = {block.b + step: block.a + step for block in blocks for step in range(block.size)}
    in_place = set(mates)
    left = [place for place in range(len(before)) if place not in set(mates.values())]
    by_name: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in left:
        by_name[before[place].plain].append(place)
    for place, one in enumerate(after):
        if place not in mates and by_name[one.plain]:
            mates[place] = by_name[one.plain].pop(0)
    taken = set(mates.values())
    rest = [place for place in range(len(after)) if place not in mates]
    return mates | _alike(before, after, [place for place in left if place not in taken], rest), in_place


def _alike(before: Sequence[_Sentence], after: Sequence[_Sentence], old: list[int], new: list[int]) -> dict[int, int]:
    """Wordings of one sentence: the best pairs first, found by the pairs of letters they share."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in old:
        for pair in _pairs(before[place]):
            holders[pair].append(place)
    scored = []
    for place in new:
        votes = Counter(other for pair in _pairs(after[place]) for other in holders.get(pair, ()))
        for other, _ in votes.most_common(_CANDIDATES):
            ratio = SequenceMatcher(None, before[other].plain, after[place].plain, autojunk=False).ratio()
            if ratio >= _ALIKE:
                scored.append((-ratio, place, other))
    found: dict[int, int] = {}
    for _, place, other in sorted(scored):
        if place not in found and other not in found.values():
            found[place] = other
    return found


def _pairs(one: _Sentence) -> set[tuple[str, str]]:
    return set(zip(one.plain, one.plain[1:], strict=False))


def _compared(old: _Sentence, new: _Sentence, in_place: bool) -> SentenceChange:
    if old.plain == new.plain:
        was, now = _alike_runs(old, new, 0, len(old.plain), 0)
        kind: Kind = "moved" if not in_place else "kept" if old.said == new.said else "figures"
        return SentenceChange(kind, _joined(was), _joined(now))
    left, right = list[Run](), list[Run]()
    for tag, a, b, c, d in _opcodes(old, new):
        if tag == "equal":
            mine, theirs = _alike_runs(old, new, a, b, c)
        else:
            mine, theirs = _runs(old, a, b, "del"), _runs(new, c, d, "ins")
        left += mine
        right += theirs
    return SentenceChange("changed", _joined(left), _joined(right))


def _opcodes(old: _Sentence, new: _Sentence) -> Iterator[tuple[str, int, int, int, int]]:
    """difflib's, with equal islands between two changes swallowed."""
    codes = SequenceMatcher(None, old.plain, new.plain, autojunk=False).get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(codes):
        island = tag == "equal" and b - a < _ISLAND and 0 < number < len(codes) - 1 and not any(old.slots[a:b])
        yield ("replace" if island else tag), a, b, c, d


def _alike_runs(old: _Sentence, new: _Sentence, a: int, b: int, c: int) -> tuple[list[Run], list[Run]]:
    """The same words on both sides: only the figures that read otherwise are marked."""
    pairs = [(old.said[a + step], old.slots[a + step], new.said[c + step], new.slots[c + step]) for step in range(b - a)]
    left = [Run(was, "del" if was != now else "", slot) for was, slot, now, _ in pairs]
    return left, [Run(now, "ins" if was != now else "", slot) for was, _, now, slot in pairs]


def _runs(one: _Sentence, start: int, end: int, mark: Mark) -> list[Run]:
    return [Run(text, mark, slot) for text, slot in zip(one.said[start:end], one.slots[start:end], strict=True)]


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    found: list[Run] = []
    for run in runs:
        if found and not run.slot and not found[-1].slot and found[-1].mark == run.mark:
            found[-1] = Run(found[-1].text + run.text, run.mark)
        else:
            found.append(run)
    return tuple(found)


def _added(one: _Sentence) -> SentenceChange:
    return SentenceChange("added", (), _joined(_runs(one, 0, len(one.said), "ins")))


def _woven(
    before: Sequence[_Sentence], after: Sequence[_Sentence], mates: dict[int, int], in_place: set[int],
    changes: dict[int, SentenceChange],
) -> Iterator[SentenceChange]:  # fmt: skip
    """The newer order, with dropped sentences before the first sentence that stood after them and kept its place."""
    taken, here = set(mates.values()), 0
    for place in range(len(after)):
        if place in in_place:
            yield from _dropped(before, range(here, mates[place]), taken)
            here = mates[place] + 1
        yield changes[place]
    yield from _dropped(before, range(here, len(before)), taken)


def _dropped(before: Sequence[_Sentence], places: range, taken: set[int]) -> Iterator[SentenceChange]:
    for place in places:
        if place not in taken:
            yield SentenceChange("dropped", _joined(_runs(before[place], 0, len(before[place].said), "del")))
