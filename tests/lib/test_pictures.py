"""Photos for paper: what is beside the picture stays behind, what is no whole picture is none, and no upload breaks the reader."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.photos import JPEG, png, with_exif
from zhenwu.lib.paper.pictures import read_picture

PNG = png()


def test_a_photo_keeps_its_picture_and_loses_where_and_by_what_it_was_taken() -> None:
    told = with_exif(JPEG, 1)[:-2] + b"\xff\xfe\x00\x0bHUAWEI P9\xff\xd9"
    second = b"\xff\xd8\xff\xe1 a second picture, with GPS"
    found = read_picture(told + second)
    assert found is not None and (found.kind, found.width, found.height, found.turn) == ("jpg", 32, 24, 0)
    assert all(word not in found.content for word in (b"GPS", b"HUAWEI", b"Exif", b"second")) and found.content == JPEG
    noted = read_picture(png(40, 30, (b"tEXt", b"Comment\0119.92E"), (b"eXIf", b"MM")))
    assert noted is not None and noted.content == PNG and (noted.kind, noted.width, noted.height) == ("png", 40, 30)


@pytest.mark.parametrize(("orientation", "turn", "upright"), [(1, 0, (32, 24)), (3, 180, (32, 24)), (6, 90, (24, 32)), (8, 270, (24, 32)), (99, 0, (32, 24))])
def test_a_telephone_held_upright_gives_an_upright_photo(orientation: int, turn: int, upright: tuple[int, int]) -> None:
    found = read_picture(with_exif(JPEG, orientation))
    assert found is not None and found.turn == turn and found.upright == upright and found.content == JPEG


def test_a_photo_fits_its_box_in_its_own_shape() -> None:
    found = read_picture(with_exif(JPEG, 6))
    assert found is not None and found.within(60, 60) == (45, 60) and found.within(30, 600) == (30, 40)


@pytest.mark.parametrize(
    "content",
    [
        JPEG[:-2], JPEG[:60], JPEG[:3], b"\xff\xd8\xff junk", b"", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", PNG[:-12], PNG.replace(b"IDAT", b"IDAX"),
        JPEG.replace(b"\x00\x18\x00\x20", b"\xff\xff\xff\xff"), JPEG.replace(b"\x00\x18\x00\x20", b"\x00\x00\x00\x20"), png(16_001, 1),
    ],
)  # fmt: skip
def test_what_is_not_whole_or_too_large_or_something_else_is_no_picture(content: bytes) -> None:
    assert read_picture(content) is None


def test_a_bomb_is_known_by_what_it_says_of_its_size_and_never_unpacked() -> None:
    said = b"IHDR" + struct.pack(">IIBBBBB", 15_000, 15_000, 8, 0, 0, 0, 0)
    assert read_picture(PNG[:12] + said + struct.pack(">I", zlib.crc32(said)) + PNG[33:]) is None
    said = b"IHDR" + struct.pack(">IIBBBBB", 4_000, 15_000, 8, 0, 0, 0, 0)
    assert read_picture(PNG[:12] + said + struct.pack(">I", zlib.crc32(said)) + PNG[33:]) is not None


@given(st.sampled_from([JPEG, PNG, with_exif(JPEG, 6)]), st.integers(0, 2000), st.binary(max_size=40))
def test_nothing_put_into_a_photo_breaks_the_reader_or_comes_out_larger(photo: bytes, place: int, junk: bytes) -> None:
    spoiled = photo[: place % len(photo)] + junk + photo[(place % len(photo)) + len(junk) // 2 :]
    found = read_picture(spoiled)
    assert found is None or len(found.content) <= len(spoiled)
