"""Titles too long for a line are parted in two of about one length, where a reader pauses (GB/T 9704-2012, 7.3.1)."""

from __future__ import annotations

import re
from dataclasses import replace

from zhenwu.lib.paper.geometry import Layout
from zhenwu.lib.paper.model import Document, Line, Piece, cut

_PAUSE = re.compile(r"和|及|与|暨|关于|工作|年度|\d{4}年")
_BOUND = re.compile(r"[0-9]{2}|.[，。、”》）]|[“《（].|[0-9].")
_PULL = 4  # characters that a pause may lie farther from the middle


def parted(document: Document, layout: Layout, said: Document | None = None) -> Document:
    """The document with a line break in its title where it needs one; ``said`` is the same document with its blanks filled,
    by which the break is found when ``document`` still has them."""
    told = (said or document).lines
    lines = [
        _parted(line, told[number], layout.title_room) if line.role == "title" else line
        for number, line in enumerate(document.lines)
    ]
    return replace(document, lines=tuple(lines))


def title_break(title: str, room: int) -> int:
    """Where a title wider than ``room`` characters is parted: near its middle, best before 和, 及 or 工作; 0 when it fits."""
    if width(title) <= room:
        return 0
    middle = width(title) / 2
    places = [place for place in range(1, len(title)) if not _BOUND.fullmatch(title[place - 1 : place + 1])]
    return min(
        places,
        key=lambda place: abs(width(title[:place]) - middle) - _PULL * bool(_PAUSE.match(title[place:])),
        default=0,
    )


def width(text: str) -> float:
    """In Chinese characters; a Latin letter or digit is half of one."""
    return sum(0.5 if sign.isascii() else 1 for sign in text)


def _parted(line: Line, said: Line, room: int) -> Line:
    place = title_break(said.text, room)
    if not place:
        return line
    before, _ = cut(said.pieces, place)
    number, last = len(before) - 1, before[-1]
    here = line.pieces[number]
    split = len(here.text) if last.slot else len(last.text)
    left, right = replace(here, text=here.text[:split]), replace(here, text=here.text[split:])
    pieces = (*line.pieces[:number], left, Piece("\n"), right, *line.pieces[number + 1 :])
    return replace(line, pieces=tuple(piece for piece in pieces if piece.text))
