"""A .docx of a paper of many parts: the same paper gives the same bytes. Page numbers in it are fields that the office program fills."""

from __future__ import annotations

from collections.abc import Sequence

from zhenwu.lib.paper import word_parts as parts
from zhenwu.lib.paper.geometry import OFFICIAL, Layout, twips
from zhenwu.lib.paper.model import Cell, Piece
from zhenwu.lib.paper.papers import Break, Gallery, Grid, Paper, Row
from zhenwu.lib.paper.word import package, paragraph, run
from zhenwu.lib.paper.word_pictures import Pictures, gallery

CELL_PITCH = 460  # twips: a line of 小四 in a table, with room to write
_EDGES = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def write_paper(paper: Paper, layout: Layout = OFFICIAL) -> bytes:
    """The paper in a layout, as it is handed in on paper."""
    body, anchors, pictures = [], 0, Pictures()
    for number, block in enumerate(paper.blocks):
        if isinstance(block, Break):
            anchors += bool(block.anchor)
            body.append(_break(block, anchors, begins=number == 0))
        elif isinstance(block, Grid):
            body.append(_grid(block, layout))
        elif isinstance(block, Gallery):
            body.append(gallery(block, layout, pictures))
        else:
            body.append(paragraph(block, layout))
    return package(paper.title, "".join(body) or "<w:p/>", layout, days_whole=True, pictures=pictures.files)


def _break(block: Break, number: int, begins: bool) -> str:
    """A paragraph too small to be seen that begins a page, with the bookmark at which its number is read."""
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{block.anchor}"/><w:bookmarkEnd w:id="{number}"/>' if block.anchor else ""
    page = "" if begins else "<w:pageBreakBefore/>"
    shape = f'{page}<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return f'<w:p><w:pPr>{shape}<w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr>{mark}<w:r><w:t>\u200b</w:t></w:r></w:p>' if mark else (
        f"<w:p><w:pPr>{shape}</w:pPr></w:p>"
    )


def _grid(grid: Grid, layout: Layout) -> str:
    whole, room = sum(one.share for one in grid.columns), twips(layout.width)
    widths = [room * one.share // whole for one in grid.columns]
    head = _row(Row(tuple((Piece(one.head, face="hei"),) for one in grid.columns)), widths, head=True) if grid.has_head else ""
    rows = "".join(_row(row, widths) for row in grid.rows)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    empty = "" if head or rows else _row(Row(((),)), widths)  # a table without a row is none that a program would open
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{head}{rows}{empty}</w:tbl>"
        '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _row(row: Row, widths: Sequence[int], head: bool = False) -> str:
    high = f'<w:trHeight w:val="{row.lines * CELL_PITCH}" w:hRule="atLeast"/>'
    cells = row.cells[: len(widths)] or ((),)
    inside = "".join(_cell(cell, widths[place : place + 1]) for place, cell in enumerate(cells[:-1]))
    inside += _cell(cells[-1], widths[len(cells) - 1 :])
    split = "<w:cantSplit/>" if row.lines == 1 or head else ""
    return f"<w:tr><w:trPr>{split}{high}{'<w:tblHeader/>' if head else ''}</w:trPr>{inside}</w:tr>"


def _cell(pieces: Cell, widths: Sequence[int]) -> str:
    span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
    words = "".join(run(piece, OFFICIAL) for piece in pieces)
    return f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{parts.CELL}"/></w:pPr>{words}</w:p></w:tc>'
