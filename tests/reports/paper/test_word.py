"""The .docx we write, read back by another library: page, styles, fonts by role, page numbers."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from zhenwu.kernel.reports.paper.composing import compose
from zhenwu.kernel.reports.text_template import read_text
from zhenwu.lib.paper.geometry import LISTING, OFFICIAL, READING, Layout
from zhenwu.lib.paper.model import Column, Document, Line, Listing, Piece, cell
from zhenwu.lib.paper.word import write_document, write_listing

TEXT = "云岭镇工作总结\n各位代表：\n一、回顾\n（一）拆违\n1.复垦\n（1）上垟村\n正文。\n云岭镇人民政府\n2021年1月15日"
FACES = ["方正小标宋简体", "仿宋", "黑体", "楷体", "仿宋", "仿宋", "仿宋", "仿宋", "仿宋"]


def opened(data: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(data))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


@pytest.fixture(scope="module")
def official() -> bytes:
    return write_document(compose(read_text(TEXT)))


def test_the_page_is_a4_with_the_core_of_the_standard(official: bytes) -> None:
    section = opened(official).sections[0]
    sizes = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.left_margin,
        section.right_margin,
        section.bottom_margin,
    )
    for size, wanted in zip(sizes, (210, 297, 37, 28, 26, 35), strict=True):
        assert abs(size - Mm(wanted)) < Mm(0.1)
    assert 'w:type="lines" w:linePitch="579"' in part(official, "word/document.xml")


def test_every_role_has_its_face_and_the_title_its_size(official: bytes) -> None:
    document = opened(official)
    faces = [line.style.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for line in document.paragraphs]
    assert faces == FACES
    assert document.paragraphs[0].style.font.size == Pt(22) and document.paragraphs[6].style.font.size == Pt(16)


def test_each_font_names_others_for_machines_that_lack_it(official: bytes) -> None:
    table = part(official, "word/fontTable.xml")
    assert table.count("<w:altName") == table.count("<w:font ") == 5
    assert "仿宋_GB2312" in table and "华文中宋,宋体" in table.replace("方正小标宋_GBK,", "")


def test_page_numbers_stand_outside_on_both_sides_of_a_sheet(official: bytes) -> None:
    section = opened(official).sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert ("— 1 —", "— 1 —") == (odd.text, even.text)
    assert 'w:jc w:val="right"' in part(official, "word/footer1.xml") and 'w:jc w:val="left"' in part(
        official, "word/footer2.xml"
    )
    assert "<w:mirrorMargins/>" in part(official, "word/settings.xml") and "<w:evenAndOddHeaders/>" in part(
        official, "word/settings.xml"
    )


def test_the_file_names_nobody_and_no_moment(official: bytes) -> None:
    properties = opened(official).core_properties
    assert (properties.title, properties.author, properties.created) == ("云岭镇工作总结", "", None)


@pytest.mark.parametrize("layout", [OFFICIAL, READING, LISTING])
def test_as_many_lines_as_promised_fit_and_not_one_more(layout: Layout) -> None:
    core = layout.height * 1440 / 25.4
    assert layout.lines * layout.pitch <= core < (layout.lines + 1) * layout.pitch


def test_a_sentence_kept_whole_and_one_that_goes_on_say_so() -> None:
    lines = (Line("body", (Piece("一句5个。"),), whole=True), Line("body", (Piece("二句。"),), opens=False))
    first, second = opened(write_document(Document("", lines), READING)).paragraphs
    assert first.paragraph_format.keep_together and not second.paragraph_format.keep_together
    assert second.paragraph_format.first_line_indent == 0 and first.paragraph_format.first_line_indent is None


def test_small_words_stand_over_a_number_and_the_number_stays_text() -> None:
    text = part(
        write_document(Document("", (Line("body", (Piece("20744", 1, above="二万零七百四十四"),)),))),
        "word/document.xml",
    )
    assert "<w:ruby>" in text and text.index("二万零七百四十四") < text.index("20744")


def test_a_table_repeats_its_head_and_a_row_of_one_cell_stretches() -> None:
    listing = Listing(
        "清单", ("说明",), (Column("号", 1), Column("字", 3)), ((cell("一句"),), (cell("1"), cell("2"))), "空"
    )
    data = write_listing(listing)
    table = opened(data).tables[0]
    assert [[one.text for one in row.cells] for row in table.rows] == [["号", "字"], ["一句", "一句"], ["1", "2"]]
    assert part(data, "word/document.xml").count("<w:tblHeader/>") == 1


def test_hostile_words_stay_words() -> None:
    hostile = 'A<w:p/>&"\x00\x0b]]>]'
    assert (
        opened(write_document(Document(hostile, (Line("body", (Piece(hostile),)),)))).paragraphs[0].text
        == 'A<w:p/>&"]]>]'
    )
