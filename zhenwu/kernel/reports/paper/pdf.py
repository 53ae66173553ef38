"""A PDF of a document or a table, set by typst: no office program is needed, and no font is brought along.

The words travel as JSON beside a fixed page (``page.typ``), so nothing that a person wrote is ever read as markup.
The same input gives the same bytes on a machine with the same fonts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from zhenwu.kernel.reports.paper.fonts import Fonts
from zhenwu.kernel.reports.paper.geometry import LISTING, OFFICIAL, Layout
from zhenwu.kernel.reports.paper.model import Document, Line, Listing, Piece, printable


def document_pdf(document: Document, fonts: Fonts, layout: Layout = OFFICIAL) -> bytes:
    """The document in a layout; notes follow on pages of their own, and then 待补 is set apart too."""
    told = _paper(document.title, layout) | {
        "lines": [_line(line) for line in document.lines], "notes": [printable(note) for note in document.notes], "marks": bool(document.notes),
    }  # fmt: skip
    return _compiled(told, fonts)


def listing_pdf(listing: Listing, fonts: Fonts) -> bytes:
    """A table on pages, its head repeated on each."""
    title = _line(Line("title", (Piece(listing.title),)))
    table = {
        "about": list(listing.about), "empty": listing.empty,
        "columns": [{"head": one.head, "share": one.share} for one in listing.columns],
        "rows": [[[_piece(piece) for piece in cell] for cell in row] for row in listing.rows],
    }  # fmt: skip
    return _compiled(_paper(listing.title, LISTING) | {"lines": [title], "table": table}, fonts)


def _paper(title: str, layout: Layout) -> dict[str, Any]:
    measures = {
        "top": layout.top, "bottom": layout.bottom, "inside": layout.inside, "outside": layout.outside,
        "height": layout.height, "lines": layout.lines, "points": float(layout.points),
        "title_points": layout.title_half_points / 2, "ragged": layout.ragged,
    }  # fmt: skip
    return {"title": printable(title), "layout": measures, "lines": [], "notes": [], "table": None, "marks": False}


def _line(line: Line) -> dict[str, Any]:
    return {
        "role": line.role,
        "face": line.face,
        "opens": line.opens,
        "whole": line.whole,
        "pieces": [_piece(piece) for piece in line.pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {"text": printable(piece.text), "face": piece.face, "above": piece.above, "pending": piece.pending}


def _compiled(told: Mapping[str, Any], fonts: Fonts) -> bytes:
    said = json.dumps({**told, "faces": fonts.by_face}, ensure_ascii=False)
    return typst.compile(
        _page(), font_paths=fonts.found, sys_inputs={"paper": said}, pdf_standards=["1.7"], timestamp=0, format="pdf"
    )


@cache
def _page() -> bytes:
    return Path(__file__).with_name("page.typ").read_bytes()
