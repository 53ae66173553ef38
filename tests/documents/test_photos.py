"""Photos on paper: by side, so many to a page, without what telephones put beside them; what cannot be printed is told of."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.documents.conftest import Dispute, words_of
from tests.documents.test_every_document import WITH_DOCUMENTS, stage
from tests.documents.test_screens import page
from tests.packs.stories import Stage
from tests.photos import JPEG, png, with_exif
from tests.reports.paper.pages import pages_of, printed_by_office
from zhenwu.kernel.documents import album
from zhenwu.kernel.documents.api import document_file, made_documents, make_document
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.matters.api import Upload, attach, attachments
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.lib.paper.fonts import find_fonts

__all__ = ["stage"]  # the fixture


def add(dispute: Dispute, *contents: bytes) -> None:
    attach(dispute.people["老周"], uuid4(), dispute.matter, [Upload("photo", f"照片{n}.jpg", one) for n, one in enumerate(contents)])


def media(docx: bytes) -> dict[str, bytes]:
    package = zipfile.ZipFile(io.BytesIO(docx))
    return {name.rpartition("/")[2]: package.read(name) for name in package.namelist() if name.startswith("word/media/")}


def file(dispute: Dispute, made: UUID, form: str = "docx") -> bytes:
    return document_file(dispute.people["老周"], dispute.matter, made, form, find_fonts() if form == "pdf" else None)[1]


def test_a_case_file_ends_with_the_photos_of_before_and_after(dispute: Dispute) -> None:
    add(dispute, with_exif(JPEG, 6), png())
    dispute.step("2024-03-27", "老周", "perform", result="沟通了", fulfilled_on="2024-03-27")
    add(dispute, png(50, 20))
    docx = file(dispute, dispute.make("casefile", day="2024-03-27"))
    words = words_of(docx)
    assert media(docx) == {"p1.jpg": JPEG, "p2.png": png(), "p3.png": png(50, 20)}  # without the place where it was taken
    assert "附1　处置后　" in words and "附3　处置后　" in words and "照片在卷末" in words
    body = zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()
    assert body.count("<wp:inline") == 3 and body.count('rot="5400000"') == 1


def test_the_strike_off_of_a_point_shows_its_photos_of_before_and_after(stage: Stage) -> None:
    pack = next(one for one in WITH_DOCUMENTS if one.id == "remediation")
    example = next(one for one in pack.examples if any(step.target == "strike_off" for step in one.steps))
    done = next(number for number, step in enumerate(example.steps) if step.target == "complete" and not step.refused)
    until = next(number for number, step in enumerate(example.steps) if step.target == "strike_off")

    def shoot(*contents: bytes) -> None:
        matter = Matter.objects.get(workflow="remediation.point")
        attach(SYSTEM, uuid4(), matter.id, [Upload("photo", "点位.png", one) for one in contents])

    stage.play(replace(example, steps=example.steps[: done - 2], figures={}))
    shoot(png(10, 10))
    stage.play(replace(example, steps=example.steps[done - 2 : done], figures={}))
    shoot(png(11, 10), png(12, 10))
    stage.play(replace(example, steps=example.steps[done : until + 1], figures={}))
    matter = Matter.objects.get(workflow="remediation.point").id
    with at(example.today):
        made = make_document(SYSTEM, uuid4(), matter, "remediation.strike_off")["made"]
        docx = document_file(SYSTEM, matter, UUID(made), "docx")[1]
    words = words_of(docx)
    before, after = words[words.index("整改前照片"):words.index("整改后照片")], words[words.index("整改后照片"):]
    assert "附1　处置前" in before and "附2" not in before and "附2　处置后" in after and "附3　处置后" in after and "附1　" not in after
    assert list(media(docx).values()) == [png(10, 10), png(11, 10), png(12, 10)] and "覆土复绿" in words


def test_a_page_parts_its_photos_and_a_paper_that_is_no_photo(dispute: Dispute) -> None:
    add(dispute, png())
    attach(dispute.people["老周"], uuid4(), dispute.matter, [Upload("paper", "凭证.pdf", b"%PDF-1.4 x")])
    told = page("老周", dispute.matter)
    assert told.index("处置后<") < told.index("附1　") < told.index("凭证.pdf") and "<img" not in told[told.index("凭证.pdf"):]


def test_it_comes_again_byte_for_byte_and_a_photo_more_makes_it_outdated(dispute: Dispute) -> None:
    add(dispute, with_exif(JPEG, 3))
    made = dispute.make("casefile")
    assert [one.outdated for one in made_documents(dispute.people["老周"], dispute.matter)] == [False]
    first = file(dispute, made)
    add(dispute, png())
    assert file(dispute, made) == first and hashlib.sha256(first).hexdigest() == Made.objects.get().digest
    assert [one.outdated for one in made_documents(dispute.people["老周"], dispute.matter)] == [True]


def test_what_cannot_be_printed_is_told_of_and_the_paper_is_made_all_the_same(dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    add(dispute, JPEG[:200], b"RIFF\0\0\0\0WEBPVP8 ", png(16_001, 1), png())
    docx = file(dispute, dispute.make("casefile"))
    assert media(docx) == {"p1.png": png()} and words_of(docx).count("印不了：不是完整的 JPG、PNG，或者太大，另附") == 3
    monkeypatch.setattr(album, "HEAVIEST", 10)
    add(dispute, png(60, 60), png(70, 70))
    docx = file(dispute, dispute.make("casefile"))
    assert len(media(docx)) == 1 and words_of(docx).count("照片太多，这里不印") == 2


def test_a_case_without_photos_has_no_page_for_them(dispute: Dispute) -> None:
    assert "现场照片" not in words_of(file(dispute, dispute.make("casefile"))) and attachments(dispute.people["老周"], dispute.matter) == []


@pytest.mark.pdf
def test_a_photo_that_the_setter_cannot_open_costs_the_photos_not_the_paper(dispute: Dispute, tmp_path: Path) -> None:
    add(dispute, png(), with_exif(JPEG, 6))
    whole = file(dispute, dispute.make("casefile"), "pdf")
    add(dispute, seven_bits(png(90, 90)))
    bare = file(dispute, dispute.make("casefile"), "pdf")
    told = "".join(line.text for one in pages_of(bare, tmp_path) for line in one)
    assert b"/Subtype/Image" in whole and b"/Subtype/Image" not in bare and told.count("打不开") == 3


def seven_bits(photo: bytes) -> bytes:
    """A PNG that says of its colours what no reader knows, with the sum that belongs to it."""
    head = photo[12:24] + b"\x07" + photo[25:29]
    return photo[:12] + head + struct.pack(">I", zlib.crc32(head)) + photo[33:]


@pytest.mark.libreoffice
@pytest.mark.parametrize(("many", "sheets"), [(4, 1), (5, 2), (8, 2)])
def test_four_tall_photos_stand_on_a_page(dispute: Dispute, libreoffice: str, tmp_path: Path, many: int, sheets: int) -> None:
    add(dispute, *(png(30, 40 + n) for n in range(many)))
    made = dispute.make("casefile")
    for pdf in (file(dispute, made, "pdf"), printed_by_office(libreoffice, file(dispute, made), tmp_path)):
        pages = pages_of(pdf, tmp_path)
        with_photos = [one for one in pages if any(line.text.startswith("附") and "处置后" in line.text for line in one)]
        assert len(with_photos) == sheets
