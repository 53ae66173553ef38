"""A paper of many parts: lines, tables and page breaks, one after another. Pure; ``word_papers`` and ``pdf`` make files of it."""

from __future__ import annotations

from dataclasses import dataclass

from zhenwu.lib.paper.model import Cell, Column, Line


@dataclass(frozen=True)
class Row:
    """Cells from left to right; the last of a short row stretches to the right edge. ``lines``: how high it is at least, in lines."""

    cells: tuple[Cell, ...]
    lines: int = 1


@dataclass(frozen=True)
class Grid:
    """A table in the core of the page. Columns without heads (all ``head`` empty) have no head row."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def has_head(self) -> bool:
        return any(one.head for one in self.columns)


@dataclass(frozen=True)
class Break:
    """A new page; ``anchor`` is the name by which a ``Piece.page_of`` says its number."""

    anchor: str = ""


Block = Line | Grid | Break


@dataclass(frozen=True)
class Paper:
    """What is printed, in order; a break at the very beginning starts no empty page."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The words alone: a line for each line and each row, cells parted by a tab. Two papers that read alike have one text."""
        return "\n".join(_words(block) for block in self.blocks)


def _words(block: Block) -> str:
    if isinstance(block, Line):
        return block.text
    if isinstance(block, Break):
        return "\f"
    head = ["\t".join(one.head for one in block.columns)] if block.has_head else []
    return "\n".join([*head, *("\t".join("".join(piece.text for piece in cell) for cell in row.cells) for row in block.rows)])
