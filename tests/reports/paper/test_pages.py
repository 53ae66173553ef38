"""The official page, counted on what is printed: 22 lines of 28 characters inside 156 × 225 mm, by both printers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.reports.paper.pages import PrintedLine, pages_of, printed_by_office, words_of_pdf
from zhenwu.kernel.reports.paper.composing import compose
from zhenwu.kernel.reports.text_template import read_text
from zhenwu.lib.paper.fonts import find_fonts
from zhenwu.lib.paper.geometry import OFFICIAL, READING
from zhenwu.lib.paper.pdf import document_pdf
from zhenwu.lib.paper.word import write_document
from zhenwu.lib.problems import Problem

LINES, CHARACTERS = 22, 28
DAY = date(2021, 1, 15)
RARE = "垚堃犇昇䶮旻赟翀祎喆"
PLAIN = "".join(islice(cycle("山水林田湖草沙云岭镇深塘村上垟村年初大会确定的任务总体完成"), CHARACTERS * LINES * 3))
TEXT = f"云岭镇二〇二〇年工作总结\n各位代表：\n一、工作回顾\n（一）拆违\n{PLAIN}\n二、{RARE}\n1.小标题\n正文一句。\n云岭镇人民政府\n2021年1月15日"

Printer = Callable[..., bytes]


@pytest.fixture(params=["typst", pytest.param("libreoffice", marks=[pytest.mark.libreoffice, pytest.mark.slow])])
def printer(request: pytest.FixtureRequest, tmp_path: Path) -> Printer:
    if request.param == "typst":
        return lambda document, layout=OFFICIAL: document_pdf(document, find_fonts(), DAY, layout)
    office = request.getfixturevalue("libreoffice")
    return lambda document, layout=OFFICIAL: printed_by_office(office, write_document(document, layout), tmp_path)


@pytest.mark.pdf
class TestPages:
    def test_a_full_page_has_22_lines_of_28_characters_inside_the_core(self, printer: Printer, tmp_path: Path) -> None:
        first, second, third, *_ = pages_of(printer(compose(read_text(TEXT))), tmp_path)
        for page, left in ((second, 26), (third, 28)):
            *body, number = page
            assert len(body) == LINES
            full = [line for line in body if set(line.text) <= set(PLAIN) and len(line.text) > 2]
            assert {len(line.text) for line in full[:-1]} == {CHARACTERS}
            _stands_inside(body, left)
            assert number.text.strip("—") in ("2", "3")
        assert first[0].text == "云岭镇二〇二〇年工作总结"

    def test_a_page_for_reading_has_15_lines_of_20_large_characters(self, printer: Printer, tmp_path: Path) -> None:
        *body, _ = pages_of(printer(compose(read_text(TEXT)), READING), tmp_path)[1]
        assert len(body) == READING.lines == 15
        assert {len(line.text) for line in body} == {READING.characters}

    def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(
        self, printer: Printer, tmp_path: Path
    ) -> None:
        first, second, third, *_ = (page[-1] for page in pages_of(printer(compose(read_text(TEXT))), tmp_path))
        for number, text in ((first, "—1—"), (second, "—2—"), (third, "—3—")):
            assert number.text == text
            assert 297 - 35 + 7 <= number.middle <= 297 - 35 + 7 + 6
        for number in (first, third):
            assert number.right == pytest.approx(210 - 26 - 4.9, abs=1.2)
        assert second.left == pytest.approx(26 + 4.9, abs=1.2)

    def test_every_word_is_printed_and_rare_letters_of_names_too(self, printer: Printer, tmp_path: Path) -> None:
        document = compose(read_text(TEXT))
        words = words_of_pdf(printer(document), tmp_path)
        for page in range(1, 6):
            words = words.replace(f"—{page}—", "")
        assert words == "".join(line.text for line in document.lines)

    def test_a_paragraph_begins_two_characters_in_and_the_signature_ends_four_before_the_edge(
        self, printer: Printer, tmp_path: Path
    ) -> None:
        pages = pages_of(printer(compose(read_text(TEXT))), tmp_path)
        places = {line.text: line for page in pages for line in page}
        inner = 28 if len(pages) % 2 else 26
        assert places["正文一句。"].left == pytest.approx(inner + 2 * 5.556, abs=0.8)
        assert places["云岭镇人民政府"].right == pytest.approx(inner + 156 - 4 * 5.556, abs=1.0)


@pytest.mark.pdf
def test_a_letter_that_no_font_has_is_named_instead_of_printed_as_a_box() -> None:
    with pytest.raises(Problem) as told:
        document_pdf(compose(read_text("镇长蓝\ue83a山")), find_fonts(), DAY)
    assert told.value.code == "paper.letter" and "U+E83A" in told.value.message


def _stands_inside(lines: list[PrintedLine], left: float) -> None:
    assert min(line.left for line in lines) == pytest.approx(left, abs=0.6)
    assert max(line.right for line in lines) <= left + 156 + 0.6
    pitch = 225 / LINES
    for number, line in enumerate(lines):
        assert line.middle == pytest.approx(37 + pitch * (number + 0.5), abs=2.0)
