"""A .docx as a zip of parts: opened with suspicion (``lib.office_packages``), written back so that equal input gives equal bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from zhenwu.lib.office_packages import EPOCH, TYPES, Suspicion, read_package, read_part, write_part
from zhenwu.lib.problems import Problem

MAX_FILE = 64 * 2**20
_REMEDY = "请用 WPS 或 Word 打开它，另存为 .docx 后再导入。"
_SUSPICION = Suspicion(MAX_FILE, 128 * 2**20, 32 * 2**20, {
    "large": ("docx.too_large", f"文件超过 {MAX_FILE >> 20} MB", "请压缩其中的图片或拆成几份再导入。"),
    "large_part": ("docx.too_large", "文档的正文太大", "请拆成几份再导入。"),
    "old": ("docx.old_or_locked", "这是旧版 .doc 文件，或者加了打开密码", "请去掉密码，" + _REMEDY[1:]),
    "other": ("docx.not_word", "这不是 Word 文档（.docx）", _REMEDY),
    "damaged": ("docx.damaged", "文档已损坏，读不出来", _REMEDY),
    "locked": ("docx.old_or_locked", "文档加了密码", "请去掉密码后再导入。"),
    "swollen": ("docx.swollen", "文档解开后异常庞大，不予导入", _REMEDY),
    "macros": ("docx.macros", "文档里带有宏，不予导入", "请另存为不带宏的 .docx 后再导入。"),
    "entities": ("docx.entities", "文档的内部写法不安全（声明了实体）", _REMEDY),
})  # fmt: skip
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True)
class Package:
    """The parts of a .docx in their order; ``main`` names the part that holds the text."""

    parts: Mapping[str, bytes]
    infos: tuple[zipfile.ZipInfo, ...]
    main: str


def open_package(data: bytes) -> Package:
    """Open a .docx; raises ``Problem`` (``docx.*``) for anything that is not an honest one."""
    infos, parts = read_package(data, _SUSPICION)
    parse_xml(parts[TYPES])
    return Package(parts, infos, _main_part(parts))


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part; raises ``Problem``."""
    return read_part(data, _SUSPICION)


def write_xml(root: etree._Element) -> bytes:
    """A part as Word writes it."""
    return write_part(root)


def write_package(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """The package with some parts changed or added (in name order); all others byte for byte as they were."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for info in package.infos:
            archive.writestr(_same_entry(info), changed.get(info.filename, package.parts[info.filename]))
        for name in sorted(set(changed) - set(package.parts)):
            added = zipfile.ZipInfo(name, EPOCH)
            added.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(added, changed[name])
    return buffer.getvalue()


def _same_entry(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(info.filename, info.date_time)
    stored = info.compress_type == zipfile.ZIP_STORED
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr, entry.create_system, entry.comment = (
        info.external_attr,
        info.create_system,
        info.comment,
    )
    return entry


def _main_part(parts: Mapping[str, bytes]) -> str:
    relations = parts.get("_rels/.rels")
    if relations is not None:
        for relation in parse_xml(relations).iter(_RELATIONS):
            if relation.get("Type", "").endswith("/officeDocument"):
                name = relation.get("Target", "").lstrip("/")
                if name in parts:
                    return name
    raise Problem("docx.not_word", "这个压缩包不是 Word 文档", _REMEDY)
