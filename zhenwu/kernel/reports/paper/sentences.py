"""Lines cut into sentences, and the text set for reading aloud (宣读稿)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from zhenwu.kernel.reports.neighbourhood import unit_length
from zhenwu.lib.numerals import spoken
from zhenwu.lib.paper.model import Document, Line, Piece, cut

# No break here: the sign that Word itself writes for it, and that typst obeys. LibreOffice 7.4 obeys none between Chinese letters.
JOINER = "\u200d"
_END = re.compile(r"[。！？!?]+[”’」』）)]*")
_CLAUSE = re.compile(r"[。！？!?；;]+[”’」』）)]*")
_NUMBER = re.compile(r"[0-9]+(?:[.．][0-9]+)?[%％‰]?")
_LONGEST_WHOLE = 160  # characters: half a page of 宣读稿
_HARD = 5  # digits: from here on a number needs a second look before it is said


def sentences(line: Line, clauses: bool = False) -> Iterator[tuple[Piece, ...]]:
    """The sentences of a line (with ``clauses`` cut at ； too); a figure is never cut."""
    rest, start = line.pieces, 0
    for found in (_CLAUSE if clauses else _END).finditer(line.text):
        head, rest = cut(rest, found.end() - start)
        start += sum(len(piece.text) for piece in head)
        if head:
            yield head
    if rest:
        yield rest


def for_reading(document: Document) -> Document:
    """Each sentence a line of its own, one with a number kept on its page; a number stays with its unit; long ones carry
    their words above."""
    lines: list[Line] = []
    for line in document.lines:
        parts = list(sentences(line)) if line.role == "body" else [line.pieces]
        lines += [
            Line(line.role, _joined(part), line.opens and not number, _stays(part)) for number, part in enumerate(parts)
        ]
    return replace(document, lines=tuple(lines))


def _stays(sentence: tuple[Piece, ...]) -> bool:
    """A sentence with a number, unless it is so long that keeping it together would leave half a page empty."""
    text = "".join(piece.text for piece in sentence)
    return any(sign.isdigit() for sign in text) and len(text) <= _LONGEST_WHOLE


def _joined(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces with every number glued to its unit, and what is hard to say written above it."""
    joints = _joints("".join(piece.text for piece in pieces))
    found, here = [], 0
    for piece in pieces:
        text = "".join(sign + (JOINER if here + place in joints else "") for place, sign in enumerate(piece.text))
        hard = piece.slot and sum(sign.isdigit() for sign in piece.text) >= _HARD
        found.append(replace(piece, text=text, above=spoken(piece.text) if hard else ""))
        here += len(piece.text)
    return tuple(found)


def _joints(text: str) -> set[int]:
    """The characters after which no line may end."""
    found: set[int] = set()
    for number in _NUMBER.finditer(text):
        end = number.end() + unit_length(text[number.end() :])
        found.update(
            place
            for place in range(number.start(), end - 1)
            if not (text[place].isdigit() and text[place + 1].isdigit())
        )
    return found
