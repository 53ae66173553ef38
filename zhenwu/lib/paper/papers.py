"""A paper of many parts: lines, tables, photos and page breaks, one after another. Pure; ``word_papers`` and ``pdf`` make files of it."""

from __future__ import annotations

from dataclasses import dataclass

from zhenwu.lib.paper.model import Cell, Column, Line
from zhenwu.lib.paper.pictures import Picture


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


@dataclass(frozen=True)
class Shot:
    """A photo with the words below it; ``picture`` None: one that cannot be printed, of which the words tell."""

    caption: str
    picture: Picture | None


@dataclass(frozen=True)
class Gallery:
    """Photos in black frames, so many to a page (1, 2, 4 or 6): none is larger than its share of the page. With a ``side`` (mm) signs that
    are drawn so large (a code that telephones read), without frames."""

    shots: tuple[Shot, ...]
    per_page: int
    side: float = 0.0

    @property
    def columns(self) -> int:
        return 1 if self.per_page <= 2 else 2

    def box(self, width: float, height: float) -> tuple[float, float]:
        """The room of one photo (mm) on a page with a core of this size: what is left beside captions and a heading."""
        if self.side:
            return self.side, self.side
        rows = self.per_page // self.columns
        return width / self.columns - 8, (height - 45) / rows - 14


Block = Line | Grid | Break | Gallery


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
    if isinstance(block, Gallery):
        return "\n".join(one.caption for one in block.shots)
    head = ["\t".join(one.head for one in block.columns)] if block.has_head else []
    return "\n".join([*head, *("\t".join("".join(piece.text for piece in cell) for cell in row.cells) for row in block.rows)])
