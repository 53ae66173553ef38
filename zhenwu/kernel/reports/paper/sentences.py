"""Lines cut into sentences, and the text set for reading aloud (宣读稿)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from zhenwu.kernel.reports.neighbourhood import unit_length
from zhenwu.kernel.reports.paper.model import Document, Line, Piece, cut
from zhenwu.lib.numerals import spoken

# No break here: what Word itself writes for it; LibreOffice and typst obey it too.
JOINER = "\u200d"
_END = re.compile(r"[。！？!?]+[”’」』）)]*")
_CLAUSE = re.compile(r"[。！？!?；;]+[”’」』）)]*")
_NUMBER = re.compile(r"[0-9]+(?:[.．][0-9]+)?[%％‰]?")
_PAUSE = re.compile(r"和|及|与|暨|关于|工作|年度|\d{4}年")
_BOUND = re.compile(r"[0-9]{2}|.[，。、”》）]|[“《（].|[0-9].")
_TITLE_ROOM = 17  # of 26 pt on 160 mm, and some air
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
    their words above; a title too long for a line is parted where a reader pauses."""
    lines: list[Line] = []
    for line in document.lines:
        if line.role == "title":
            lines.append(replace(line, pieces=_parted(line)))
            continue
        parts = list(sentences(line)) if line.role == "body" else [line.pieces]
        lines += [
            Line(line.role, _joined(part), line.opens and not number, _stays(part)) for number, part in enumerate(parts)
        ]
    return replace(document, lines=tuple(lines))


def _stays(sentence: tuple[Piece, ...]) -> bool:
    """A sentence with a number, unless it is so long that keeping it together would leave half a page empty."""
    text = "".join(piece.text for piece in sentence)
    return any(sign.isdigit() for sign in text) and len(text) <= _LONGEST_WHOLE


def _parted(title: Line) -> tuple[Piece, ...]:
    """A long title in two lines of about one length."""
    place = title_break(title.text, _TITLE_ROOM)
    if not place:
        return title.pieces
    before, after = cut(title.pieces, place)
    return (*before, Piece("\n"), *after)


def title_break(title: str, room: int) -> int:
    """Where a title wider than ``room`` characters is parted: near its middle, best before 和, 及 or 工作; 0 when it fits."""
    if _width(title) <= room:
        return 0
    middle = _width(title) / 2
    places = [place for place in range(1, len(title)) if not _BOUND.fullmatch(title[place - 1 : place + 1])]
    return min(
        places, key=lambda place: abs(_width(title[:place]) - middle) - 4 * bool(_PAUSE.match(title[place:])), default=0
    )


def _width(text: str) -> float:
    """In Chinese characters; a Latin letter or digit is half of one."""
    return sum(0.5 if sign.isascii() else 1 for sign in text)


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
