"""Photos in a .docx: a table without lines, each photo in a black frame with its words below; none decoded, none larger than its box."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from zhenwu.lib.paper import word_parts as parts
from zhenwu.lib.paper.geometry import Layout, twips
from zhenwu.lib.paper.model import Piece, printable
from zhenwu.lib.paper.papers import Gallery, Shot
from zhenwu.lib.paper.pictures import Picture
from zhenwu.lib.paper.word import run

_EMU = 36_000  # to a millimetre
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CENTRED = f'<w:pPr><w:pStyle w:val="{parts.CELL}"/>KEEP<w:jc w:val="center"/></w:pPr>'


_FRAME = '<a:ln w="6350"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>'
_AIR = '<w:spacing w:before="40" w:after="160" w:line="360" w:lineRule="atLeast"/>'


class Pictures:
    """The picture files of one .docx; one that is used twice is in it once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._numbers: dict[bytes, int] = {}
        self.drawn = 0

    def relation(self, picture: Picture) -> str:
        """The name under which the document finds it."""
        if picture.content not in self._numbers:
            self._numbers[picture.content] = len(self.files)
            self.files[f"p{len(self.files) + 1}.{picture.kind}"] = picture.content
        return f"rId{parts.FIRST_PICTURE + self._numbers[picture.content]}"


def gallery(one: Gallery, layout: Layout, pictures: Pictures) -> str:
    """The photos row by row; a row stays on one page."""
    width = twips(layout.width) // one.columns
    rows = [one.shots[start : start + one.columns] for start in range(0, len(one.shots), one.columns)]
    grid = f'<w:gridCol w:w="{width}"/>' * one.columns
    body = "".join(_row(row, one, layout, width, pictures) for row in rows)
    table = f'<w:tblPr><w:tblW w:w="{width * one.columns}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}'
    return f"<w:tbl>{table}</w:tbl>{_AFTER}" if rows else ""


_AFTER = '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


def _row(row: Sequence[Shot], one: Gallery, layout: Layout, width: int, pictures: Pictures) -> str:
    cells = [*(_cell(shot, one, layout, pictures) for shot in row), *["<w:p/>"] * (one.columns - len(row))]
    inside = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells)
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{inside}</w:tr>"


def _cell(shot: Shot, one: Gallery, layout: Layout, pictures: Pictures) -> str:
    words = f"<w:p>{_CENTRED.replace('KEEP', _AIR)}{run(Piece(shot.caption))}</w:p>"
    if shot.picture is None:
        return words
    pictures.drawn += 1
    drawing = _drawing(shot, shot.picture, one.box(layout.width, layout.height), pictures)
    if one.side:
        drawing = drawing.replace(_FRAME, "").replace('name="照片', 'name="码')
    return f"<w:p>{_CENTRED.replace('KEEP', '')}<w:r>{drawing}</w:r></w:p>{words}"


def _drawing(shot: Shot, picture: Picture, box: tuple[float, float], pictures: Pictures) -> str:
    """The picture inline. One that lies on its side is turned; the room it takes then is told beside its own size (``effectExtent``)."""
    wide, high = (round(side * _EMU) for side in picture.within(*box))
    lying = picture.turn in (90, 270)
    own_wide, own_high = (high, wide) if lying else (wide, high)
    side, top = (max(0, (wide - own_wide) // 2), max(0, (high - own_high) // 2)) if lying else (0, 0)
    number, words = pictures.drawn, escape(printable(shot.caption), {'"': "&quot;"})
    turned = f' rot="{picture.turn * 60_000}"' if picture.turn else ""
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{own_wide}" cy="{own_high}"/>'
        f'<wp:effectExtent l="{side}" t="{top}" r="{side}" b="{top}"/><wp:docPr id="{number}" name="照片{number}" descr="{words}"/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture">'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="照片{number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{pictures.relation(picture)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm{turned}><a:off x="0" y="0"/><a:ext cx="{own_wide}" cy="{own_high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'{_FRAME}</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
