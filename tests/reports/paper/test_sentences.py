"""The text for reading aloud."""

from __future__ import annotations

from zhenwu.kernel.reports.paper.sentences import JOINER, for_reading, sentences
from zhenwu.lib.paper.model import Document, Line, Piece

BODY = Line(
    "body",
    (Piece("全年拆除"), Piece("12000", 1), Piece("余平方米。“好！”大家说；占"), Piece("110%", 2), Piece("。结束")),
)


def reading(*lines: Line) -> tuple[Line, ...]:
    return for_reading(Document("", lines)).lines


def test_sentences_end_with_their_closing_quote_and_keep_their_figures() -> None:
    assert ["".join(piece.text for piece in one) for one in sentences(BODY)] == [
        "全年拆除12000余平方米。",
        "“好！”",
        "大家说；占110%。",
        "结束",
    ]
    assert len(list(sentences(BODY, clauses=True))) == 5


def test_nothing_is_lost_and_only_the_first_sentence_opens_the_paragraph() -> None:
    lines = reading(BODY)
    assert "".join(line.text for line in lines).replace(JOINER, "") == BODY.text
    assert [line.opens for line in lines] == [True, False, False, False]


def test_a_sentence_with_a_number_stays_on_its_page_unless_it_is_very_long() -> None:
    assert [line.whole for line in reading(BODY)] == [True, False, True, False]
    assert not reading(Line("body", (Piece("长" * 300), Piece("5", 1), Piece("个。"))))[0].whole


def test_a_number_is_glued_to_its_unit_and_to_nothing_more() -> None:
    assert reading(BODY)[0].text == f"全年拆除12000{JOINER}余{JOINER}平{JOINER}方{JOINER}米。"
    assert reading(Line("body", (Piece("到2020年底"),)))[0].text == f"到2020{JOINER}年底"


def test_only_long_numbers_carry_their_words() -> None:
    assert [piece.above for line in reading(BODY) for piece in line.pieces if piece.slot] == ["一万二千", ""]
