"""Small photos for tests: a whole JPEG of 32 × 24, and a PNG; with what telephones put beside the picture."""

from __future__ import annotations

import base64
import struct
import zlib

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/"
    "////////////////////////////////////////////////////////////////////////wAARCAAYACADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAYEAEAAwEA"
    "AAAAAAAAAAAAAAAAAxNSof/EABQBAQAAAAAAAAAAAAAAAAAAAAD/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCm6PXC6PXEoCq6PXC6PXEoAAAAD//Z"
)


def with_exif(photo: bytes, orientation: int) -> bytes:
    """The photo with an Exif part: its orientation, and a place in words where GPS would stand."""
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHH", 1, 0x0112, 3, 1, orientation, 0) + b"\0\0\0\0GPS 28.45N 119.92E"
    part = b"Exif\0\0" + tiff
    return photo[:2] + b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part + photo[2:]


def png(width: int = 40, height: int = 30, *more: tuple[bytes, bytes]) -> bytes:
    """A grey PNG, with ``more`` chunks in it."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks)
