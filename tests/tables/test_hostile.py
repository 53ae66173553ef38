"""Files that must not be filled: each refused with a reason, none opened half."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest

from tests.tables.forms import BY_VILLAGE, blank_form, packed, parts_of, shared_strings_form
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.reports.api import fill_table, propose_bindings, read_table_bindings
from zhenwu.lib.problems import Problem, Problems
from zhenwu.sdk import Figures

SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def with_macro(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = b"x"


def with_entities(parts: dict[str, bytes]) -> None:
    parts[SHEET] = (
        ENTITIES + parts[SHEET].partition(b"?>")[2] if parts[SHEET].startswith(b"<?xml") else ENTITIES + parts[SHEET]
    )


def without_book(parts: dict[str, bytes]) -> None:
    del parts["xl/workbook.xml"]


def with_a_far_row(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(b'<row r="6"', b'<row r="99999999"')


def with_a_strange_cell(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(b'r="A1"', b'r="ZZZ1"', 1)


def with_a_bomb(parts: dict[str, bytes]) -> None:
    parts["xl/media/image1.png"] = b"\0" * (30 * 2**20)


def cut_off(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET][:-20]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (with_macro, "table.macros"), (with_entities, "table.entities"), (without_book, "table.not_table"), (with_a_far_row, "table.damaged"),
        (with_a_strange_cell, "table.cell"), (with_a_bomb, "table.too_large"), (cut_off, "table.damaged"),
    ],
)  # fmt: skip
def test_a_dishonest_workbook_is_refused(town: object, change: Callable[[dict[str, bytes]], None], code: str) -> None:
    parts = parts_of(blank_form())
    before = dict(parts)
    change(parts)
    assert parts != before
    for work in (fill, propose):
        with pytest.raises(Problem) as raised:
            work(packed(parts))
        assert raised.value.code == code and raised.value.remedy


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.not_table"), (b"<html>", "table.not_table"), (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "table.old"),
        (b"PK\x03\x04 not a zip", "table.damaged"), (b"PK" + b"0" * (21 * 2**20), "table.too_large"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(town: object, content: bytes, code: str) -> None:
    with pytest.raises(Problem) as raised:
        fill(content)
    assert raised.value.code == code


def test_an_encrypted_zip_and_a_zip_of_other_things_are_refused(town: object) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(Problem) as raised:
        fill(out.getvalue())
    assert raised.value.code == "table.not_table"


def test_any_damage_ends_in_a_problem_or_a_whole_table(town: object) -> None:
    """Flipped bytes in the parts: never a traceback."""
    dice, form = random.Random(7), parts_of(shared_strings_form())
    names = sorted(name for name in form if not name.startswith("docProps"))
    for _ in range(150):
        parts = dict(form)
        name = dice.choice(names)
        body = bytearray(parts[name])
        for _ in range(3):
            body[dice.randrange(len(body))] = dice.randrange(32, 127)
        parts[name] = bytes(body)
        try:
            assert fill(packed(parts)).startswith(b"PK")
        except (Problem, Problems):
            pass


@pytest.mark.parametrize(
    "text",
    ["not toml =", "x = 1", "figure = 3", "[[figure]]\nsheet = 3", "[[figure]]\nsheet='a'\nmetric='b'", "[[figure]]\nsheet='a'\nmetric='b.c'",
     "[[figure]]\nsheet='a'\nmetric='b.c'\ncell='A0'", "[[figure]]\nsheet='a'\nmetric='b.c'\ncell='A1'\nrow='x'",
     "[[figure]]\nsheet='a'\nmetric='b.c'\ncell='A1'\ndecimals=9", "[[figure]]\nsheet='a'\nmetric='b.c'\ncell='A1'\nunit='斗'",
     "[[figure]]\nsheet='a'\nmetric='b.c'\ncell='A1'\nperiod='never'", "[[figure]]\nsheet='a'\nmetric='b.c'\nrow=[]\ncolumn='x'"],
)  # fmt: skip
def test_faulty_bindings_are_refused_with_a_remedy(text: str) -> None:
    with pytest.raises((Problem, Problems)) as raised:
        read_table_bindings(text.encode(), "b.toml")
    found = raised.value.found if isinstance(raised.value, Problems) else [raised.value]
    assert all(one.remedy and one.place.file == "b.toml" for one in found)


def fill(content: bytes) -> bytes:
    return fill_table(content, read_table_bindings(BY_VILLAGE.encode(), "b.toml"), 2020, SYSTEM, Figures()).content


def propose(content: bytes) -> object:
    return propose_bindings(content, "x.xlsx", 2020, Figures())
