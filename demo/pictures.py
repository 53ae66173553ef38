"""Photos for the demonstration, drawn from nothing: a house, a road, and what lies in the way before it was cleared. No two are the same."""

from __future__ import annotations

import struct
import zlib
from random import Random

WIDTH, HEIGHT = 320, 240
_ROAD = 150  # where the ground begins
_Colour = tuple[int, int, int]


def picture(name: str, side: str) -> bytes:
    """A PNG of the place called ``name``, as it was ``before`` or ``after``; the same call gives the same bytes."""
    place, moment = Random(f"地/{name}"), Random(f"时/{name}/{side}")
    rows = [bytearray(WIDTH * 3) for _ in range(HEIGHT)]
    _fill(rows, (0, 0, WIDTH, _ROAD), (moment.randint(150, 190), moment.randint(180, 210), 225))
    _fill(rows, (0, _ROAD, WIDTH, HEIGHT), (place.randint(110, 140), place.randint(115, 130), 105))
    left = place.randint(20, 170)
    _fill(rows, (left, 70, left + 110, _ROAD), (205, place.randint(180, 200), 165))
    _fill(rows, (left - 8, 56, left + 118, 72), (place.randint(90, 130), 70, 60))
    _fill(rows, (left + 44, 104, left + 66, _ROAD), (90, 62, 45))
    for lane in range(0, WIDTH, 64):
        _fill(rows, (lane + 8, 205, lane + 40, 210), (225, 225, 215))
    if side == "before":
        for _ in range(28):
            x, y = place.randint(150, 270), place.randint(160, 195)
            _fill(rows, (x, y, x + place.randint(8, 26), y + place.randint(5, 16)), (place.randint(50, 120), place.randint(45, 95), place.randint(40, 80)))
    return _png(rows)


def _fill(rows: list[bytearray], box: tuple[int, int, int, int], colour: _Colour) -> None:
    left, top, right, bottom = box
    left, right = max(0, left), min(WIDTH, right)
    for row in rows[top:bottom]:
        row[left * 3 : right * 3] = bytes(colour) * (right - left)


def _png(rows: list[bytearray]) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
