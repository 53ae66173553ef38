"""What must be known of an .xlsx before it is read: that it is no bomb, and that no formula is broken or uncounted.

The reader gives a broken formula, and one that was never calculated, as an empty cell; here they are refused by name.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree

from zhenwu.lib.problems import Place, Problem

MAX_UNPACKED = 400 * 1024 * 1024
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(/?)>")
_AT = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_UNCOUNTED = re.compile(rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)")


def refuse_dangers(content: bytes, place: Place, rows: int, columns: int) -> set[str]:
    """The names of the sheets; raises ``Problem`` for what cannot be read safely or faithfully."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
                raise Problem("sheet.too_large", "表格展开后太大", "删去图片和多余的工作表，分成几个文件导入。", place)
            sheets = _sheets(package)
            for name, part in sheets.items():
                _judge(package.read(part), Place(place.file, key=f"工作表“{name}”"), rows, columns)
            return set(sheets)
    except Problem:
        raise
    except Exception as error:  # a crafted archive may raise anything: BadZipFile, zlib.error, ParseError, KeyError
        raise Problem("sheet.damaged", "表格文件打不开，可能已损坏", "用表格软件打开，另存为 .xlsx 再导入。", place) from error


def _sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → part name."""
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations if one.get("Type", "").endswith("/worksheet")}
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    found = {}
    for one in book.iter():
        relation = next((value for key, value in one.items() if key.endswith("}id")), "")
        if one.tag.endswith("}sheet") and (target := targets.get(relation)):
            found[one.get("name", "")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return found


def _judge(xml: bytes, place: Place, rows: int, columns: int) -> None:
    for found in _CELL.finditer(xml):
        attributes, empty = found.groups()
        at = _AT.search(attributes)
        if at is None:
            continue
        name, row = f"{at[1].decode()}{at[2].decode()}", int(at[2])
        if not empty and (row > rows or _column(at[1]) > columns):
            raise Problem("sheet.too_long", f"{name} 格在第 {rows} 行或第 {columns} 列以外", "删去表格以外的内容，或分成几个文件导入。", place)
        if b't="e"' in attributes:
            raise Problem("sheet.error", f"{name} 格的公式出错", "改正公式，或把它换成数值。", Place(place.file, row, name, place.key))
        if not empty and b't="str"' not in attributes and _UNCOUNTED.match(xml, found.end()):
            remedy = "用表格软件打开、保存一次，让公式算出结果，再导入。"
            raise Problem("sheet.uncounted", f"{name} 格的公式没有结果", remedy, Place(place.file, row, name, place.key))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
