"""From a template and what fills it to a document of lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zhenwu.kernel.reports.paper.structure import heading_end, level_of, roles_of
from zhenwu.kernel.reports.slots import UNKNOWN, Paragraph, Slot, Template
from zhenwu.lib.paper.geometry import OFFICIAL
from zhenwu.lib.paper.model import FACE_OF, HEADINGS, Document, Line, Piece, Role, cut
from zhenwu.lib.paper.titles import parted
from zhenwu.lib.paper.word import write_document

_MARK = re.compile(r"(#{1,2})\s+")
_SPACE = " \t\u3000\u00a0\r\n"


@dataclass(frozen=True)
class _Raw:
    """A line before its role is known; ``mark`` counts the ``#`` before it."""

    text: str
    pieces: tuple[Piece, ...]
    mark: int


def compose(
    template: Template, values: Mapping[int, str] | None = None, above: Mapping[int, str] | None = None
) -> Document:
    """The document of a template: blanks filled from ``values`` (待补 where unknown), or left as they are without.

    ``above`` puts a small text over the figure of a blank. Empty lines fall away; leading spaces too, for the
    first line's indent is set, not typed.
    """
    slots: dict[int, list[Slot]] = {}
    for slot in template.slots:
        slots.setdefault(slot.paragraph, []).append(slot)
    raw = [_raw(one, slots.get(one.index, []), values, above or {}) for one in template.paragraphs]
    kept = [line for line in raw if line.text]
    roles = roles_of([line.text for line in kept])
    lines = tuple(_line(line, role) for line, role in zip(kept, roles, strict=True))
    return Document(next((line.text for line in lines if line.role == "title"), ""), lines)


def lay_out(template: Template, values: Mapping[int, str]) -> bytes:
    """A template as an official .docx, its blanks kept as they are, so that ``fill_docx`` fills them with ``values``
    (by which a long title is parted)."""
    return write_document(parted(compose(template), OFFICIAL, compose(template, values)))


def _raw(paragraph: Paragraph, slots: list[Slot], values: Mapping[int, str] | None, above: Mapping[int, str]) -> _Raw:
    mark = _MARK.match(paragraph.text)
    start = mark.end() if mark else 0
    words = paragraph.text
    start += len(words[start:]) - len(words[start:].lstrip(_SPACE))
    end = max(start, len(words.rstrip(_SPACE)))
    pieces: list[Piece] = []
    for slot in slots:
        pieces += [Piece(words[start : slot.start]), _figure(slot, words, values, above)]
        start = slot.end
    pieces.append(Piece(words[start:end]))
    kept = tuple(piece for piece in pieces if piece.text)
    return _Raw("".join(piece.text for piece in kept), kept, len(mark[1]) if mark else 0)


def _figure(slot: Slot, words: str, values: Mapping[int, str] | None, above: Mapping[int, str]) -> Piece:
    if values is None:
        return Piece(words[slot.start : slot.end], slot.index)
    said = values.get(slot.index)
    return Piece(said or UNKNOWN, slot.index, above=above.get(slot.index, ""), pending=said is None)


def _line(raw: _Raw, role: Role) -> Line:
    """A ``#`` of our own template makes a title, ``##`` a heading, whatever the words look like."""
    if raw.mark == 1:
        return Line("title", raw.pieces)
    if raw.mark == 2:
        return Line(HEADINGS[max(level_of(raw.text), 1) - 1], raw.pieces)
    end = heading_end(raw.text) if role == "body" else 0
    if not end:
        return Line(role, raw.pieces)
    head, rest = cut(raw.pieces, end)
    face = FACE_OF.get(HEADINGS[level_of(raw.text) - 1], "")
    return Line(role, tuple(Piece(one.text, one.slot, face, one.above, one.pending) for one in head) + rest)
