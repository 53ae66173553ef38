"""Which line is what, read from the text alone."""

from __future__ import annotations

import pytest

from tests.reports.documents import REPORT
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.kernel.reports.paper.composing import compose
from zhenwu.kernel.reports.paper.structure import heading_end, level_of, roles_of
from zhenwu.kernel.reports.text_template import read_text
from zhenwu.lib.paper.model import Document, Piece, cut

OWN = """+++
镇名 = {profile = "town"}
年份 = {text = "year"}
+++
# ⟦镇名⟧镇⟦年份⟧年工作总结

各位代表：

## 一、⟦年份⟧年的工作

（一）三改一拆。⟦年份⟧年拆除违法建筑。
1. 复垦
请予审议。
"""


def composed(values: dict[int, str] | None = None) -> Document:
    return compose(read_own(OWN, "own.md")[0], values)


@pytest.mark.parametrize(
    ("text", "level"),
    [("一、工作回顾", 1), ("十二、打算", 1), ("（一）拆违", 2), ("(三)拆违", 2), ("1.复垦", 3), ("2．补绿", 3), ("（1）上垟村", 4),
     ("1.5万平方米", 0), ("2020年", 0), ("一是拆违", 0), ("三、", 1)],
)  # fmt: skip
def test_a_heading_is_known_by_its_number(text: str, level: int) -> None:
    assert level_of(text) == level


def test_a_heading_that_opens_a_paragraph_ends_with_its_first_full_stop() -> None:
    text = "（一）拆违有力。全年拆除1.2万平方米。"
    assert text[: heading_end(text)] == "（一）拆违有力。"
    assert heading_end("（一）" + "长" * 80 + "。") == 0


def test_title_subtitle_address_signature_and_date_are_told_apart() -> None:
    lines = [
        "云岭镇工作报告",
        "——在镇人民代表大会上",
        "各位代表：",
        "一、回顾",
        "去年很好。",
        "云岭镇人民政府",
        "2021年1月15日",
    ]
    assert roles_of(lines) == ["title", "subtitle", "address", "heading1", "body", "signature", "date"]


def test_a_text_that_begins_with_a_heading_has_no_title() -> None:
    assert compose(read_text(REPORT)).lines[0].role == "heading1"


def test_a_signature_in_the_middle_of_a_text_is_a_line_like_others() -> None:
    assert roles_of(["标题", "云岭镇人民政府", "一。", "二。", "三。", "四。"])[1] != "signature"


def test_our_own_marks_make_title_and_headings_and_are_not_printed() -> None:
    document = composed()
    assert [line.role for line in document.lines] == ["title", "address", "heading1", "body", "heading3", "body"]
    assert not any("#" in line.text for line in document.lines)
    assert document.title == "⟦镇名⟧镇⟦年份⟧年工作总结"


def test_a_blank_is_a_piece_of_its_own_filled_or_pending() -> None:
    title = composed({1: "云岭"}).lines[0]
    assert title.text == "云岭镇待补年工作总结"
    assert [(piece.text, piece.slot, piece.pending) for piece in title.pieces] == [
        ("云岭", 1, False), ("镇", 0, False), ("待补", 2, True), ("年工作总结", 0, False),
    ]  # fmt: skip


def test_a_heading_inside_a_paragraph_keeps_its_face_to_its_full_stop() -> None:
    line = composed({1: "云岭", 2: "2020", 3: "2020", 4: "2020"}).lines[3]
    assert [(piece.text, piece.face) for piece in line.pieces] == [
        ("（一）三改一拆。", "kai"), ("2020", ""), ("年拆除违法建筑。", ""),
    ]  # fmt: skip


def test_a_figure_is_never_cut_in_two() -> None:
    pieces = (Piece("全年"), Piece("12345", 1), Piece("元。"))
    left, right = cut(pieces, 4)
    assert ("".join(one.text for one in left), "".join(one.text for one in right)) == ("全年12345", "元。")
