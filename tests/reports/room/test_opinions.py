"""意见: said of a sentence, ruled on by the owner or the office, printed as a list."""

from __future__ import annotations

import io
from uuid import uuid4

import openpyxl
import pytest

from tests.reports.room.conftest import Room
from zhenwu.kernel.reports.api import (
    Edit,
    give_opinion,
    hand_out,
    opinions_of,
    print_opinions,
    rule_opinion,
    save_paragraph,
)
from zhenwu.lib.problems import NotFound, Problem, Refused

pytestmark = pytest.mark.django_db


def test_a_reader_speaks_and_the_owner_rules_with_a_reason(room: Room) -> None:
    paragraph = room.paragraph("干部天天")
    hand_out(room.office, room.draft, [paragraph], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    opinion = give_opinion(room.he, room.draft, paragraph, 1, "不要说天天", uuid4())
    (heard,) = opinions_of(room.zhou, room.draft)
    assert (heard.opinion.sentence, heard.decision, heard.stands) == ("干部天天在山上。", "待定", True)
    with pytest.raises(Refused):
        rule_opinion(room.he, room.draft, opinion, "adopted", "说得对", uuid4())
    rule_opinion(room.zhou, room.draft, opinion, "partly", "改成常常", uuid4())
    rule_opinion(room.office, room.draft, opinion, "adopted", "照改", uuid4())
    save_paragraph(room.zhou, room.draft, paragraph, Edit("拆违⟦拆违⟧平方米。", "照书记意见", 1), uuid4())
    (heard,) = opinions_of(room.he, room.draft)
    assert heard.ruling and (heard.decision, heard.ruling.reason, heard.stands) == ("采纳", "照改", False)
    sheet = openpyxl.load_workbook(io.BytesIO(print_opinions(room.draft, [heard], [("句", "何书记", "小郑")], "xlsx"))).active
    said = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]  # type: ignore[union-attr]
    assert {"何书记", "不要说天天", "采纳", "照改", "小郑"} <= set(said) and "2020年报告意见采纳情况表" in said


def test_who_may_not_read_the_draft_has_no_say(room: Room) -> None:
    for who in (room.alian, room.stranger):
        with pytest.raises(Refused):
            give_opinion(who, room.draft, room.paragraph("干部天天"), 0, "说两句", uuid4())
        with pytest.raises(Refused):
            opinions_of(who, room.draft)


@pytest.mark.parametrize(("sentence", "words"), [(0, " "), (0, "字" * 501), (9, "好")])
def test_odd_opinions_are_told(room: Room, sentence: int, words: str) -> None:
    with pytest.raises(Problem):
        give_opinion(room.he, room.draft, room.paragraph("干部天天"), sentence, words, uuid4())


def test_a_ruling_needs_an_opinion_a_decision_and_a_reason(room: Room) -> None:
    opinion = give_opinion(room.he, room.draft, room.paragraph("干部天天"), 0, "短些", uuid4())
    with pytest.raises(NotFound):
        rule_opinion(room.office, room.draft, uuid4(), "adopted", "好", uuid4())
    for decision, reason in (("maybe", "好"), ("adopted", " ")):
        with pytest.raises(Problem):
            rule_opinion(room.office, room.draft, opinion, decision, reason, uuid4())
