"""A PDF of a document or a table, set by typst: no office program is needed, and no font is brought along.

The words travel as JSON beside a fixed page (``page.typ``), so nothing that a person wrote is ever read as markup.
The same input on the same day gives the same bytes on a machine with the same fonts.
Raises ``Problem('paper.letter')`` for a letter that no font here has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from zhenwu.lib.paper.fonts import Fonts
from zhenwu.lib.paper.geometry import LISTING, OFFICIAL, Layout
from zhenwu.lib.paper.model import Document, Line, Listing, Piece, printable
from zhenwu.lib.paper.papers import Block, Break, Gallery, Paper, Shot
from zhenwu.lib.problems import Problem

_NO_LETTER = re.compile('the text `"(.+?)"` could not be displayed')


def document_pdf(document: Document, fonts: Fonts, day: date, layout: Layout = OFFICIAL) -> bytes:
    """The document in a layout, dated; notes follow on pages of their own, and then 待补 is set apart too."""
    told = _paper(document.title, layout) | {
        "lines": [_line(line) for line in document.lines], "notes": [printable(note) for note in document.notes], "marks": bool(document.notes),
    }  # fmt: skip
    return _compiled(told, fonts, day)


def listing_pdf(listing: Listing, fonts: Fonts, day: date) -> bytes:
    """A table on pages, its head repeated on each."""
    title = _line(Line("title", (Piece(listing.title),)))
    table = {
        "about": list(listing.about), "empty": listing.empty,
        "columns": [{"head": one.head, "share": one.share} for one in listing.columns],
        "rows": [[[_piece(piece) for piece in cell] for cell in row] for row in listing.rows],
    }  # fmt: skip
    return _compiled(_paper(listing.title, LISTING) | {"lines": [title], "table": table}, fonts, day)


def paper_pdf(paper: Paper, fonts: Fonts, day: date, layout: Layout = OFFICIAL) -> bytes:
    """A paper of many parts, its page numbers reckoned; no line ends within a day or the number of a person. A photo that the setter cannot
    open after all costs the photos, not the paper."""
    found: dict[str, bytes] = {}
    told = _paper(paper.title, layout) | {"lines": [_block(block, layout, found) for block in paper.blocks], "days_whole": True}
    try:
        return _compiled(told, fonts, day, found)
    except Problem as problem:
        if not found or problem.code == "paper.letter":
            raise
    bare = [replace(block, shots=tuple(_unopened(shot) for shot in block.shots)) if isinstance(block, Gallery) else block for block in paper.blocks]
    return paper_pdf(replace(paper, blocks=tuple(bare)), fonts, day, layout)


def _unopened(shot: Shot) -> Shot:
    return shot if shot.picture is None else replace(shot, picture=None, caption=f"{shot.caption}（打不开，另附）")


def _gallery(block: Gallery, layout: Layout, found: dict[str, bytes]) -> dict[str, Any]:
    """``found`` takes the files of the photos; sizes in mm, those of a photo that is turned as it lies in its file."""
    shots = []
    for shot in block.shots:
        told: dict[str, Any] = {"caption": printable(shot.caption), "file": ""}
        if (picture := shot.picture) is not None:
            wide, high = picture.within(*block.box(layout.width, layout.height))
            name = f"p{len(found) + 1}.{picture.kind}"
            found[name] = picture.content
            lying = picture.turn in (90, 270)
            told |= {"file": name, "width": high if lying else wide, "height": wide if lying else high, "turn": picture.turn}
        shots.append(told)
    return {"role": "gallery", "columns": block.columns, "shots": shots, "framed": not block.side}


def _block(block: Block, layout: Layout, found: dict[str, bytes]) -> dict[str, Any]:
    if isinstance(block, Gallery):
        return _gallery(block, layout, found)
    if isinstance(block, Line):
        return _line(block)
    if isinstance(block, Break):
        return {"role": "break", "anchor": block.anchor}
    rows = [{"cells": [[_piece(piece) for piece in cell] for cell in row.cells], "lines": row.lines} for row in block.rows]
    columns = [{"head": one.head, "share": one.share} for one in block.columns]
    return {"role": "grid", "columns": columns, "head": block.has_head, "rows": rows}


def _paper(title: str, layout: Layout) -> dict[str, Any]:
    measures = {
        "top": layout.top, "bottom": layout.bottom, "inside": layout.inside, "outside": layout.outside,
        "height": layout.height, "lines": layout.lines, "points": float(layout.points),
        "title_points": layout.title_half_points / 2, "ragged": layout.ragged,
    }  # fmt: skip
    return {"title": printable(title), "layout": measures, "lines": [], "notes": [], "table": None, "marks": False, "days_whole": False}


def _line(line: Line) -> dict[str, Any]:
    return {
        "role": line.role,
        "face": line.face,
        "opens": line.opens,
        "whole": line.whole,
        "pieces": [_piece(piece) for piece in line.pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {"text": printable(piece.text), "face": piece.face, "above": piece.above, "pending": piece.pending, "page_of": piece.page_of}


def _compiled(told: Mapping[str, Any], fonts: Fonts, day: date, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """PDF/A-2u, which archives keep. Its rules also refuse a letter that no font here has, instead of printing a box. Pictures lie in a folder of
    their own beside the page, the only one that the setter may read."""
    moment = datetime.combine(day, time(), UTC)
    said = json.dumps({**told, "faces": fonts.by_face, "day": [day.year, day.month, day.day]}, ensure_ascii=False)
    asked: Any = {"font_paths": fonts.found, "sys_inputs": {"paper": said}, "pdf_standards": ["a-2u"], "timestamp": moment, "format": "pdf"}
    try:
        if not pictures:
            return typst.compile(_page(), **asked)  # type: ignore[no-any-return]
        with TemporaryDirectory(prefix="zhenwu-") as folder:
            for name, content in {"page.typ": _page(), **pictures}.items():
                (Path(folder) / name).write_bytes(content)
            return typst.compile(Path(folder) / "page.typ", root=folder, **asked)  # type: ignore[no-any-return]
    except typst.TypstError as error:
        raise _refusal(error) from error


def _refusal(error: typst.TypstError) -> Problem:
    found = _NO_LETTER.search(error.message)
    if not found:
        return Problem("paper.failed", "这份文件排不成 PDF", "先下载 docx 打印，并把这份模板交给系统管理员查看。")
    letter = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: f"（编码 U+{code[1].upper()}）", found[1])
    return Problem(
        "paper.letter", f"这台电脑的字体里没有“{letter}”这个字", "换一个字，装上有这个字的字体，或下载 docx 打印。"
    )


@cache
def _page() -> bytes:
    return Path(__file__).with_name("page.typ").read_bytes()
