"""Plain tables for a terminal in which a Chinese character is two columns wide. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """How many columns a text takes."""
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def plain(text: str) -> str:
    """A text on one line, with nothing that could steer the terminal."""
    return "".join(sign if sign.isprintable() or sign == "\u3000" else " " for sign in text)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Aligned columns; those in ``numbers`` to the right."""
    lines = [list(headings), *([plain(cell) for cell in row] for row in rows)]
    widths = [max(width(line[at]) for line in lines) for at in range(len(headings))]
    return "\n".join(_line(line, widths, numbers).rstrip() for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> str:
    parts = []
    for at, cell in enumerate(cells):
        space = " " * (widths[at] - width(cell))
        parts.append(space + cell if at in numbers else cell + space)
    return "  ".join(parts)
