"""Files of Word and of spreadsheets as zips of XML parts, opened with suspicion.

Refused: what is too large, of an older format, no zip, damaged or encrypted, holds a part twice, swells (a zip bomb),
carries macros, or declares entities. Each kind of file says so in its own words.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from zhenwu.lib.problems import Problem

MAX_PARTS = 2_000
MAX_RATIO = 250
TYPES = "[Content_Types].xml"
EPOCH = (1980, 1, 1, 0, 0, 0)
_RATIO_FROM = 2**20
_OLE = b"\xd0\xcf\x11\xe0"
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError,
)  # fmt: skip
# What may be wrong: the file or a part is too large, an older format, no such file, damaged, encrypted, swells, macros, entities.
FAULTS = ("large", "large_part", "old", "other", "damaged", "locked", "swollen", "macros", "entities")


@dataclass(frozen=True)
class Suspicion:
    """How a kind of file is judged: limits in bytes, and for each of ``FAULTS`` (code, message, remedy)."""

    max_file: int
    max_unpacked: int
    max_xml: int
    words: Mapping[str, tuple[str, str, str]]

    def __post_init__(self) -> None:
        assert self.words.keys() == set(FAULTS)

    def problem(self, fault: str) -> Problem:
        """The problem to raise for a fault."""
        return Problem(*self.words[fault])


def read_package(data: bytes, suspicion: Suspicion) -> tuple[tuple[zipfile.ZipInfo, ...], dict[str, bytes]]:
    """The entries and the parts by name, in their order; raises ``Problem``."""
    if len(data) > suspicion.max_file:
        raise suspicion.problem("large")
    if data.startswith(_OLE):
        raise suspicion.problem("old")
    if not data.startswith(b"PK"):
        raise suspicion.problem("other")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = tuple(archive.infolist())
            _refuse(infos, suspicion)
            parts = {info.filename: archive.read(info) for info in infos}
    except UNREADABLE as error:
        raise suspicion.problem("damaged") from error
    if TYPES not in parts:
        raise suspicion.problem("other")
    if b"macroEnabled" in parts[TYPES] or any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise suspicion.problem("macros")
    return infos, parts


def read_part(data: bytes, suspicion: Suspicion) -> etree._Element:
    """Parse one part; no entity is expanded, nothing is fetched; raises ``Problem``."""
    if len(data) > suspicion.max_xml:
        raise suspicion.problem("large_part")
    if b"<!DOCTYPE" in data:
        raise suspicion.problem("entities")
    # A parser of its own for each part: lxml parsers are not to be shared between threads.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise suspicion.problem("damaged") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise suspicion.problem("entities")  # declared in an encoding that the bytes above did not show
    return root


def write_part(root: etree._Element) -> bytes:
    """A part as Office writes it: UTF-8 with a standalone declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _refuse(infos: tuple[zipfile.ZipInfo, ...], suspicion: Suspicion) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise suspicion.problem("locked")
    if len({info.filename for info in infos}) != len(infos):
        raise suspicion.problem("damaged")
    swollen = any(info.file_size > _RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1) for info in infos)
    if swollen or len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > suspicion.max_unpacked:
        raise suspicion.problem("swollen")
