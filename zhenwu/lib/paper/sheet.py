"""A list as .xlsx: a head that stays, a filter, columns as wide as their share; the same list gives the same bytes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlsxwriter

from zhenwu.lib.paper.model import Listing, printable

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FACE = {"font_name": "宋体", "font_size": 11}


def listing_xlsx(listing: Listing) -> bytes:
    """Every cell is text: what looks like a formula stays a word."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": listing.title, "created": _EPOCH})
    sheet = book.add_worksheet("清单")
    title = book.add_format(_FACE | {"font_size": 16, "bold": True})
    plain = book.add_format(_FACE | {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#8A8A8A"})
    head = book.add_format(_FACE | {"bold": True, "bg_color": "#EFEFEF", "border": 1, "border_color": "#8A8A8A"})
    note = book.add_format(_FACE)
    sheet.write_string(0, 0, listing.title, title)
    for number, words in enumerate(listing.about or ((listing.empty,) if not listing.rows else ()), start=1):
        sheet.write_string(number, 0, words, note)
    top = len(listing.about) + (2 if listing.rows or listing.about else 3)
    for place, column in enumerate(listing.columns):
        sheet.set_column(place, place, column.share * 1.3 + 2)
        sheet.write_string(top, place, column.head, head)
    for number, row in enumerate(listing.rows, start=top + 1):
        for place, pieces in enumerate(row):
            sheet.write_string(number, place, printable("".join(piece.text for piece in pieces)), plain)
    sheet.freeze_panes(top + 1, 0)
    if listing.rows:
        sheet.autofilter(top, 0, top + len(listing.rows), len(listing.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    book.close()
    return buffer.getvalue()
