"""What a paper says of looking the matter up: number and code, and a sign that a telephone reads."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlencode

import segno

from zhenwu.kernel.documents.facts import Ticket
from zhenwu.kernel.matters.api import LOOKUP_PATH
from zhenwu.lib.paper.papers import Block, Gallery, Shot
from zhenwu.lib.paper.pictures import read_picture

_SIDE = 22.0  # mm: read at arm's length by an old telephone, and the paper stays one page


def ticket_lines(ticket: Ticket) -> Iterator[Block]:
    """The foot of a receipt; without an address of this installation, whoever holds it asks at a window."""
    called = f"查办到哪一步　编号：{ticket.number}　查询码：{ticket.code}"
    if not ticket.address:
        yield Gallery((Shot(f"{called}\n到窗口或者村代办点报这两样就能查。知道查询码的人都能查，请收好。", None),), 1, _SIDE)
        return
    page = f"{ticket.address}/{LOOKUP_PATH}"
    drawn = BytesIO()
    segno.make(f"{page}?{urlencode({'number': ticket.number, 'code': ticket.code})}", error="m", micro=False).save(drawn, kind="png", scale=8, border=2)
    caption = f"{called}\n手机扫上面的码，或者打开 {page} 填这两样，不用登录。\n知道查询码的人都能查，请收好。"
    yield Gallery((Shot(caption, read_picture(drawn.getvalue())),), 1, _SIDE)
