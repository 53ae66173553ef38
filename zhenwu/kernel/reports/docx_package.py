"""A .docx as a zip of parts: opened with suspicion, written back so that equal input gives equal bytes.

Refused: what is no zip, is damaged or encrypted, swells (a zip bomb), carries macros, or declares entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from zhenwu.lib.problems import Problem

MAX_FILE = 64 * 2**20
MAX_PARTS = 2_000
MAX_UNPACKED = 128 * 2**20
MAX_XML = 32 * 2**20
MAX_RATIO = 250
_RATIO_FROM = 2**20
_OLE = b"\xd0\xcf\x11\xe0"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REMEDY = "请用 WPS 或 Word 打开它，另存为 .docx 后再导入。"
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True)
class Package:
    """The parts of a .docx in their order; ``main`` names the part that holds the text."""

    parts: Mapping[str, bytes]
    infos: tuple[zipfile.ZipInfo, ...]
    main: str


def open_package(data: bytes) -> Package:
    """Open a .docx; raises ``Problem`` (``docx.*``) for anything that is not an honest one."""
    _refuse_other_formats(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = tuple(archive.infolist())
            _refuse_swollen(infos)
            parts = {info.filename: archive.read(info) for info in infos}
    except _UNREADABLE as error:
        raise _damaged() from error
    types = parts.get("[Content_Types].xml")
    if types is None:
        raise Problem("docx.not_word", "这个压缩包不是 Word 文档", _REMEDY)
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise Problem("docx.macros", "文档里带有宏，不予导入", "请另存为不带宏的 .docx 后再导入。")
    parse_xml(types)
    return Package(parts, infos, _main_part(parts))


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part; no entity is expanded, nothing is fetched; raises ``Problem``."""
    if len(data) > MAX_XML:
        raise Problem("docx.too_large", "文档的正文太大", "请拆成几份再导入。")
    if b"<!DOCTYPE" in data:
        raise _entities()
    # A parser of its own for each part: lxml parsers are not to be shared between threads.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged() from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _entities()  # declared in an encoding that the bytes above did not show
    return root


def write_xml(root: etree._Element) -> bytes:
    """A part as Word writes it: UTF-8 with a standalone declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def write_package(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """The package with some parts changed or added (in name order); all others byte for byte as they were."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for info in package.infos:
            archive.writestr(_same_entry(info), changed.get(info.filename, package.parts[info.filename]))
        for name in sorted(set(changed) - set(package.parts)):
            added = zipfile.ZipInfo(name, _EPOCH)
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


def _refuse_other_formats(data: bytes) -> None:
    if len(data) > MAX_FILE:
        raise Problem("docx.too_large", f"文件超过 {MAX_FILE >> 20} MB", "请压缩其中的图片或拆成几份再导入。")
    if data.startswith(_OLE):
        raise Problem(
            "docx.old_or_locked", "这是旧版 .doc 文件，或者加了打开密码", "请去掉密码，" + _REMEDY[1:]
        )
    if not data.startswith(b"PK"):
        raise Problem("docx.not_word", "这不是 Word 文档（.docx）", _REMEDY)


def _refuse_swollen(infos: tuple[zipfile.ZipInfo, ...]) -> None:
    names = [info.filename for info in infos]
    if any(info.flag_bits & 1 for info in infos):
        raise Problem("docx.old_or_locked", "文档加了密码", "请去掉密码后再导入。")
    if len(set(names)) != len(names):
        raise _damaged()
    swollen = any(
        info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        for info in infos
    )
    if swollen or len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise Problem("docx.swollen", "文档解开后异常庞大，不予导入", _REMEDY)


def _main_part(parts: Mapping[str, bytes]) -> str:
    relations = parts.get("_rels/.rels")
    if relations is not None:
        for relation in parse_xml(relations).iter(_RELATIONS):
            if relation.get("Type", "").endswith("/officeDocument"):
                name = relation.get("Target", "").lstrip("/")
                if name in parts:
                    return name
    raise Problem("docx.not_word", "这个压缩包不是 Word 文档", _REMEDY)


def _damaged() -> Problem:
    return Problem("docx.damaged", "文档已损坏，读不出来", _REMEDY)


def _entities() -> Problem:
    return Problem("docx.entities", "文档的内部写法不安全（声明了实体）", _REMEDY)
