"""A .docx of a document or a table, written part by part: the same input gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from zhenwu.lib.paper import word_parts as parts
from zhenwu.lib.paper.geometry import LISTING, OFFICIAL, Layout, twips
from zhenwu.lib.paper.model import Document, Line, Listing, Piece, printable

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MARKS = {"\t": "<w:tab/>", "\n": "<w:br/>"}
_HAIR = 4  # eighths of a point


def write_document(document: Document, layout: Layout = OFFICIAL) -> bytes:
    """The document in a layout. Blanks left in the text stay findable: a blank is a run of its own."""
    body = "".join(paragraph(line, layout) for line in document.lines)
    return package(document.title, body or "<w:p/>", layout)


def write_listing(listing: Listing) -> bytes:
    """A table on pages, its head repeated on each."""
    heading = f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{run(Piece(listing.title))}</w:p>'
    about = "".join(_plain(text) for text in listing.about)
    table = _table(listing) if listing.rows else _plain(listing.empty)
    return package(listing.title, heading + about + table + _plain(""), LISTING)


def package(title: str, body: str, layout: Layout, days_whole: bool = False, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A .docx with these paragraphs and tables as its body, and the ``pictures`` (by file name, in the order of their relations) in it."""
    named = list(pictures or ())
    document = f"{_HEAD}<w:document {parts.XMLNS}><w:body>{body}{parts.section(layout)}</w:body></w:document>"
    files: Mapping[str, str] = {
        "[Content_Types].xml": parts.content_types(parts.PICTURES if named else ""),
        "_rels/.rels": parts.package_relations(),
        "docProps/core.xml": parts.properties(_words(title)),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": parts.document_relations(named),
        "word/styles.xml": parts.styles(layout),
        "word/settings.xml": parts.settings(days_whole),
        "word/fontTable.xml": parts.font_table(),
        "word/footer1.xml": parts.footer("right"),
        "word/footer2.xml": parts.footer("left"),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
        for name, content in (pictures or {}).items():  # pressed already: stored as it is
            archive.writestr(zipfile.ZipInfo(f"word/media/{name}", _EPOCH), content)
    return buffer.getvalue()


def paragraph(line: Line, layout: Layout) -> str:
    """A line as ``w:p``."""
    style = parts.STYLE_OF.get(line.role)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if line.whole:
        properties += "<w:keepLines/>"
    if not line.opens:
        properties += '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    if layout.ragged and not style:
        properties += '<w:jc w:val="left"/>'
    inside = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{inside}{''.join(run(piece, layout) for piece in line.pieces)}</w:p>"


def run(piece: Piece, layout: Layout = OFFICIAL) -> str:
    """A piece as ``w:r``; the number of a page as a field, which the program that opens the paper fills."""
    if piece.page_of:
        return f'<w:fldSimple w:instr=" PAGEREF {piece.page_of} " w:dirty="true"><w:r>{_text(piece.text)}</w:r></w:fldSimple>'
    properties = parts.fonts_of(piece.face) if piece.face else ""
    plain = f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{_text(piece.text)}</w:r>"
    return _ruby(piece.above, plain, layout) if piece.above else plain


def _ruby(above: str, plain: str, layout: Layout) -> str:
    """A small text over a run (拼音指南), as Word, WPS and LibreOffice know it."""
    small = layout.half_points * 9 // 20
    shape = (
        f'<w:rubyAlign w:val="center"/><w:hps w:val="{small}"/><w:hpsRaise w:val="{layout.half_points - 2}"/>'
        f'<w:hpsBaseText w:val="{layout.half_points}"/><w:lid w:val="zh-CN"/>'
    )
    top = f'<w:r><w:rPr><w:sz w:val="{small}"/><w:szCs w:val="{small}"/></w:rPr>{_text(above)}</w:r>'
    return f"<w:r><w:ruby><w:rubyPr>{shape}</w:rubyPr><w:rt>{top}</w:rt><w:rubyBase>{plain}</w:rubyBase></w:ruby></w:r>"


def _plain(text: str) -> str:
    return f'<w:p><w:pPr><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>{run(Piece(text))}</w:p>'


def _table(listing: Listing) -> str:
    whole = sum(column.share for column in listing.columns)
    room = twips(LISTING.width)
    widths = [room * column.share // whole for column in listing.columns]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{_HAIR}" w:space="0" w:color="8A8A8A"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(tuple((Piece(column.head, face="hei"),) for column in listing.columns), widths, head=True)
    rows = "".join(_row(row, widths) for row in listing.rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="57" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="57" w:type="dxa"/>'
        f'<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>'
    )


def _row(cells: Sequence[tuple[Piece, ...]], widths: Sequence[int], head: bool = False) -> str:
    """A row; one cell alone stretches over all columns and stays with the row below it."""
    if len(cells) == 1 < len(widths):
        span = f'<w:gridSpan w:val="{len(widths)}"/>{_shade("F7F7F7")}'
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_cell(cells[0], sum(widths), span, keep=True)}</w:tr>"
    shade = _shade("EFEFEF") if head else ""
    inside = "".join(_cell(pieces, width, shade) for pieces, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{inside}</w:tr>"


def _shade(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


def _cell(pieces: tuple[Piece, ...], width: int, properties: str = "", keep: bool = False) -> str:
    line = f'{"<w:keepNext/>" if keep else ""}<w:spacing w:before="0" w:after="0" w:line="320" w:lineRule="exact"/>'
    shape = f'<w:pPr>{line}<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
    words = "".join(run(piece) for piece in pieces)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr><w:p>{shape}{words}</w:p></w:tc>'


def _text(text: str) -> str:
    """Text with its tabs and line breaks; spaces at its ends are kept."""
    parts = re.split(r"([\t\n])", text)
    return "".join(_MARKS.get(part) or f'<w:t xml:space="preserve">{_words(part)}</w:t>' for part in parts if part)


def _words(text: str) -> str:
    return escape(printable(text))
