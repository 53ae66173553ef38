"""What a paper says of looking the matter up: number and code, and a sign that a telephone reads."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlencode

import segno

from zhenwu.kernel.documents.facts import Ticket
from zhenwu.kernel.matters.api import LOOKUP_PATH
from zhenwu.lib.paper.model import Line, Piece
from zhenwu.lib.paper.papers import Block, Gallery, Shot
from zhenwu.lib.paper.pictures import read_picture

_SIDE = 30.0  # mm: read at arm's length by an old telephone


def ticket_lines(ticket: Ticket) -> Iterator[Block]:
    """The lines of a receipt; without an address of this installation, whoever holds it asks at a window."""
    yield Line("body", (Piece("办到哪一步，可以随时查。编号："), Piece(ticket.number, face="hei"), Piece("　查询码："), Piece(ticket.code, face="hei")))
    if not ticket.address:
        yield Line("body", (Piece("到窗口或者村代办点，报编号和查询码就能查。知道查询码的人都能查，请收好。"),))
        return
    page = f"{ticket.address}/{LOOKUP_PATH}"
    yield Line("body", (Piece(f"用手机扫下面的码，或者打开 {page} 填编号和查询码，不用登录。知道查询码的人都能查，请收好。"),))
    drawn = BytesIO()
    segno.make(f"{page}?{urlencode({'number': ticket.number, 'code': ticket.code})}", error="m", micro=False).save(drawn, kind="png", scale=8, border=2)
    yield Gallery((Shot("扫码查询", read_picture(drawn.getvalue())),), 1, _SIDE)
