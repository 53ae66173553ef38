"""Photos as they are put on paper: their bytes without what stands beside the picture, how large they are, which way up. Pure.

A photo is a hostile upload. Nothing here decodes it: what its file says of its size is read, its parts are walked, and only those that make up
the picture are kept. So neither the place where a telephone took it (Exif, GPS) nor a second picture behind the first goes out with a paper,
and the same photo gives the same bytes for ever. What is not whole, or larger than a page can want, is no picture.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MOST_PIXELS, LONGEST_SIDE = 60_000_000, 16_000  # what typst and office programs still open
_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)  # within what is coded, the first marker that ends it
_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}


@dataclass(frozen=True)
class Picture:
    """``width`` and ``height`` in pixels as they lie in the file; ``turn``: degrees clockwise until it stands upright."""

    content: bytes
    kind: Literal["jpg", "png"]
    width: int
    height: int
    turn: int = 0

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as it is looked at."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def within(self, width: float, height: float) -> tuple[float, float]:
        """How wide and high it is, upright, as large as fits into a box."""
        wide, high = self.upright
        scale = min(width / wide, height / high)
        return wide * scale, high * scale


def read_picture(content: bytes) -> Picture | None:
    """A photo for paper; None for what cannot be printed: not whole, no JPEG or PNG, or too large."""
    try:
        found = _jpeg(content) if content.startswith(b"\xff\xd8\xff") else _png(content) if content.startswith(_PNG) else None
    except (IndexError, struct.error, ValueError):
        return None
    fits = found is not None and 0 < found.width <= LONGEST_SIDE and 0 < found.height <= LONGEST_SIDE and found.width * found.height <= MOST_PIXELS
    return found if fits else None


def _jpeg(content: bytes) -> Picture | None:
    kept, size, turn = [content[:2]], None, 0
    for marker, part in _segments(content):
        if marker == 0xE1 and part[4:10] == b"Exif\0\0":
            turn = _TURNS.get(_orientation(part[10:]), 0)
        if marker in _FRAMES and size is None:
            high, wide = struct.unpack(">HH", part[5:9])
            size = (wide, high)
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):  # Exif, colour profiles, comments; JFIF and Adobe's stay
            kept.append(part)
        if marker == 0xD9:
            return Picture(b"".join(kept), "jpg", *size, turn) if size else None
    return None  # it breaks off


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, its bytes) of a JPEG up to its end; what is coded belongs to the marker before it."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            return
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            yield marker, content[at : at + 2]
            return
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        end = at + 2 + length
        if length < 2 or end > len(content):
            return
        if marker == 0xDA:
            found = _NEXT.search(content, end)
            if found is None:
                return
            end = found.start()
        yield marker, content[at:end]
        at = end


def _orientation(exif: bytes) -> int:
    """Of a TIFF header its first directory's orientation, 1 where there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    at = struct.unpack(f"{order}I", exif[4:8])[0]
    count = min(struct.unpack(f"{order}H", exif[at : at + 2])[0], 200)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, _, _, value = struct.unpack(f"{order}HHIH", exif[entry : entry + 10])
        if tag == 0x0112:
            return int(value)
    return 1


def _png(content: bytes) -> Picture | None:
    kept, size, at = [_PNG], None, len(_PNG)
    while at + 12 <= len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        body = content[at + 8 : end - 4]
        if end > len(content) or struct.unpack(">I", content[end - 4 : end])[0] != zlib.crc32(name + body):
            return None
        if name == b"IHDR" and size is None:
            size = struct.unpack(">II", body[:8])
        if name in _KEPT_CHUNKS:
            kept.append(content[at:end])
        if name == b"IEND":
            return Picture(b"".join(kept), "png", *size) if size else None
        at = end
    return None
