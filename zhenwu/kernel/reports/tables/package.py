"""An .xlsx as a zip of parts: opened with suspicion (``lib.office_packages``); what is not changed is written back
byte for byte. Charts, pictures, checks of input, conditional formats and print settings are parts or elements that
nobody here touches, so they stay.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from zhenwu.lib.office_packages import EPOCH, TYPES, UNREADABLE, Suspicion, read_package, read_part, write_part
from zhenwu.lib.problems import Problem

MAX_FILE = 20 * 2**20
_REMEDY = "用表格软件打开它，另存为 .xlsx 再用。"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TOO_LARGE = ("table.too_large", "表格展开后太大", "删去图片和多余的工作表再用。")
_OLD = ("table.old", "这是旧格式（.xls、.et）或设了打开密码的表格", _REMEDY)
_SUSPICION = Suspicion(MAX_FILE, 200 * 2**20, 64 * 2**20, {
    "large": ("table.too_large", f"文件超过 {MAX_FILE // 2**20} MB", _TOO_LARGE[2]),
    "large_part": ("table.too_large", "工作表太大", "分成几个文件再用。"),
    "old": _OLD,
    "other": ("table.not_table", "这不是 .xlsx 表格", _REMEDY),
    "damaged": ("table.damaged", "表格文件打不开，可能已损坏", _REMEDY),
    "locked": _OLD,
    "swollen": _TOO_LARGE,
    "macros": ("table.macros", "表格里带有宏，不予打开", "另存为不带宏的 .xlsx 再用。"),
    "entities": ("table.entities", "表格里夹带了不该有的声明，不予打开", _REMEDY),
})  # fmt: skip
# What lies in a workbook and cannot be right any more after figures were filled in: part prefix → what to tell.
_STALE = {
    "_xmlsignatures/": "原表有数字签名，填了数以后签名失效。",
    "xl/pivotCache/": "表里有数据透视表，打开以后要点一次“刷新”。",
    "xl/externalLinks/": "表里有引用别的文件的公式，那些数还是原来的。",
}


@dataclass
class Package:
    """The parts in their order. ``book`` names the workbook; ``sheets`` are (name, part, whether it is shown)."""

    parts: dict[str, bytes]
    book: str
    sheets: list[tuple[str, str, bool]]

    @property
    def warnings(self) -> list[str]:
        """What the person must know about this file before sending it on."""
        return [told for prefix, told in _STALE.items() if any(name.startswith(prefix) for name in self.parts)]

    def related(self, kind: str) -> str | None:
        """The part of the workbook of a kind (``styles``, ``sharedStrings``), if there is one."""
        return next((part for one, part in _relations(self.parts, self.book).values() if one == kind), None)

    def add_sheet(self, name: str, xml: bytes) -> None:
        """A sheet behind all others."""
        part = next(one for one in (f"xl/worksheets/sheet{n}.xml" for n in range(9001, 9999)) if one not in self.parts)
        self.parts[part] = xml
        types = parse_xml(self.parts[TYPES])
        etree.SubElement(
            types, f"{{{etree.QName(types).namespace}}}Override", PartName=f"/{part}", ContentType=_WORKSHEET
        )
        self.parts[TYPES] = write_xml(types)
        relation = self._relate(part)
        book = parse_xml(self.parts[self.book])
        first = next(one for one in book.iter("{*}sheet") if _pointer(one))
        sheets = first.getparent()
        number = 1 + max(whole(one.get("sheetId")) for one in sheets.iterchildren(first.tag))
        etree.SubElement(sheets, first.tag, {"name": name, "sheetId": str(number), _pointer(first): relation})
        self.parts[self.book] = write_xml(book)
        self.sheets.append((name, part, True))

    def recalculate_on_load(self) -> None:
        """Whoever opens the workbook counts every formula afresh."""
        book = parse_xml(self.parts[self.book])
        found = next(book.iterchildren("{*}calcPr"), None)
        if found is None:
            before = ("sheets", "functionGroups", "externalReferences", "definedNames")
            last = [*book.iterchildren(*(f"{{*}}{name}" for name in before))][-1]
            found = etree.Element(f"{{{etree.QName(book).namespace}}}calcPr")
            last.addnext(found)
        found.set("fullCalcOnLoad", "1")
        self.parts[self.book] = write_xml(book)

    def pack(self) -> bytes:
        """The file; equal parts give equal bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _relate(self, part: str) -> str:
        path = _relations_of(self.book)
        root = parse_xml(self.parts[path])
        taken = {one.get("Id") for one in root}
        name = next(one for one in (f"rIdZw{n}" for n in range(1, 10_000)) if one not in taken)
        sample = next(one for one in root if one.get("Type", "").endswith("/worksheet"))
        etree.SubElement(root, _RELATION, Id=name, Type=sample.get("Type", ""), Target=f"/{part}")
        self.parts[path] = write_xml(root)
        return name


def open_package(data: bytes) -> Package:
    """Open an .xlsx; raises ``Problem`` (``table.*``) for anything that is not an honest one."""
    infos, read = read_package(data, _SUSPICION)
    parts = {info.filename: read[info.filename] for info in infos if not info.is_dir()}
    try:
        book = _book_of(parts)
        return Package(parts, book, _sheets_of(parts, book))
    except UNREADABLE as error:
        raise _SUSPICION.problem("damaged") from error


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part; raises ``Problem``."""
    return read_part(data, _SUSPICION)


def write_xml(root: etree._Element) -> bytes:
    return write_part(root)


def _book_of(parts: dict[str, bytes]) -> str:
    found = [part for kind, part in _relations(parts, "").values() if kind == "officeDocument"]
    if not found or found[0] not in parts or not found[0].endswith(".xml"):
        raise Problem("table.not_table", "这个文件不是 .xlsx 表格", _REMEDY)
    return found[0]


def _sheets_of(parts: dict[str, bytes], book: str) -> list[tuple[str, str, bool]]:
    relations, found = _relations(parts, book), []
    root = parse_xml(parts[book])
    if etree.QName(root).localname != "workbook" or next(root.iterchildren("{*}sheets"), None) is None:
        raise Problem("table.not_table", "这个文件不是 .xlsx 表格", _REMEDY)
    for one in root.iter("{*}sheet"):
        kind, part = relations.get(one.get(_pointer(one), ""), ("", ""))
        if kind == "worksheet" and part in parts:
            found.append((one.get("name", ""), part, one.get("state", "visible") == "visible"))
    if not found:
        raise Problem("table.no_sheet", "表格里没有工作表", _REMEDY)
    return found


def whole(text: str | None) -> int:
    """A whole number of an attribute; 0 where there is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _pointer(sheet: etree._Element) -> str:
    """The attribute that leads from the workbook to a sheet's part; "" where there is none."""
    return next((str(key) for key in sheet.attrib if str(key).endswith("}id")), "")


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(parts: dict[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Id → (kind, part); those that lead outside the file are left out."""
    path = _relations_of(part)
    if path not in parts:
        return {}
    found = {}
    for one in parse_xml(parts[path]).iter(_RELATION):
        if one.get("TargetMode") != "External":
            target = one.get("Target", "")
            inside = (
                target[1:]
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
            )
            found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], inside)
    return found
