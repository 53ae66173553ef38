"""The added sheet 取数说明: for every cell its figure's address, 口径 and source; and what was left open. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree

from zhenwu.kernel.reports.tables.grid import Grid
from zhenwu.kernel.reports.tables.package import Package, write_xml

TITLE = "取数说明"
MARK = "取数说明(由镇务填写)"  # stands in A1, so that a table filled before is known again
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_UNFIT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def put_notes(package: Package, rows: Sequence[Sequence[str]]) -> None:
    """Add the sheet, or write it anew where an earlier filling left it."""
    xml = _sheet([[MARK], *rows])
    titles = {name for name, _, _ in package.sheets}
    for name, part, _ in package.sheets:
        if name.startswith(TITLE) and Grid(name, part, package).text((1, 1)) == MARK:
            package.parts[part] = xml
            return
    free = (f"{TITLE}{number}" for number in range(2, 100))
    package.add_sheet(TITLE if TITLE not in titles else next(one for one in free if one not in titles), xml)


def is_notes(grid: Grid) -> bool:
    """Whether a sheet is one that we added."""
    return grid.text((1, 1)) == MARK


def _sheet(rows: Iterable[Sequence[str]]) -> bytes:
    root = etree.Element(f"{{{_NS}}}worksheet", nsmap={None: _NS})
    columns = etree.SubElement(root, f"{{{_NS}}}cols")
    for at, wide in enumerate((12, 8, 32, 16, 10, 44, 48, 32), start=1):
        etree.SubElement(columns, f"{{{_NS}}}col", min=str(at), max=str(at), width=str(wide), customWidth="1")
    data = etree.SubElement(root, f"{{{_NS}}}sheetData")
    for cells in rows:
        line = etree.SubElement(data, f"{{{_NS}}}row")
        for text in cells:
            cell = etree.SubElement(line, f"{{{_NS}}}c", t="inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{{{_NS}}}is"), f"{{{_NS}}}t").text = _UNFIT.sub("", text)
    return write_xml(root)
