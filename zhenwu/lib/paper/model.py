"""What stands between a filled template and every output: lines of pieces, or a table.

Nothing here knows a file format, a database or a font file. A line's role decides how it is set; a piece is a run of
text that may be a figure (``slot``), may be set in another face, and may carry a small text above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal[
    "title", "subtitle", "address", "heading1", "heading2", "heading3", "heading4", "body", "signature", "date"
]
Face = Literal["", "title", "song", "hei", "kai", "fang"]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
HEADINGS: tuple[Role, ...] = ("heading1", "heading2", "heading3", "heading4")
FACE_OF: dict[Role, Face] = {"title": "title", "subtitle": "kai", "heading1": "hei", "heading2": "kai"}


@dataclass(frozen=True)
class Piece:
    """A run of text. ``slot`` is the blank it fills (0: fixed text); ``face`` "" is the line's own; ``page_of``: the anchor whose page
    number stands here instead (``papers.Break``)."""

    text: str
    slot: int = 0
    face: Face = ""
    above: str = ""
    pending: bool = False
    page_of: str = ""


@dataclass(frozen=True)
class Line:
    """One paragraph. ``opens`` is false for a sentence that only continues a paragraph, ``whole`` keeps it on one page (宣读稿)."""

    role: Role
    pieces: tuple[Piece, ...]
    opens: bool = True
    whole: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def face(self) -> Face:
        """The face of what has none of its own."""
        return FACE_OF.get(self.role, "fang")


@dataclass(frozen=True)
class Document:
    """A text to be set on pages. ``notes`` are numbered from 1, as the ``above`` of the pieces they belong to (PDF only;
    a .docx has comments)."""

    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table: its head and its share of the width."""

    head: str
    share: int


Cell = tuple[Piece, ...]


@dataclass(frozen=True)
class Listing:
    """A table on pages: title, lines of explanation, columns and rows; ``empty`` is said when there is no row.

    A row of one cell stretches over all columns: it heads the rows below it.
    """

    title: str
    about: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str


def printable(text: str) -> str:
    """The text without the signs that no page and no XML can hold."""
    return _UNPRINTABLE.sub("", text)


def cell(*parts: str | Piece) -> Cell:
    """A cell of plain words and pieces."""
    return tuple(part if isinstance(part, Piece) else Piece(part) for part in parts if part)


def cut(pieces: Iterable[Piece], place: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces before and after a place counted in characters; a figure is never cut, it stays on the left."""
    left: list[Piece] = []
    right: list[Piece] = []
    here = 0
    for piece in pieces:
        end = here + len(piece.text)
        if end <= place or (piece.slot and here < place):
            left.append(piece)
        elif here >= place:
            right.append(piece)
        else:
            left.append(replace(piece, text=piece.text[: place - here]))
            right.append(replace(piece, text=piece.text[place - here :]))
        here = end
    return tuple(left), tuple(right)
