"""挪动: a paragraph put elsewhere by hand; words and figures stay, compare says moved, whoever is editing it is not disturbed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.drafts.word import W, edited
from tests.reports.room.conftest import Room
from zhenwu.kernel.reports.api import (
    Choices,
    Edit,
    by_figure,
    by_sentence,
    document_of_edition,
    editions_of,
    hand_out,
    hold_paragraph,
    move_paragraph,
    moved_by_hand,
    out_of_order,
    read_draft,
    read_edition,
    save_paragraph,
    store_edition,
    take_in,
    versions_of,
)
from zhenwu.lib.problems import NotFound, Problem, Refused

pytestmark = pytest.mark.django_db


def move(room: Room, words: str, behind: str | None) -> int:
    return move_paragraph(room.office, room.draft, room.paragraph(words), room.paragraph(behind) if behind else None, uuid4())


def kinds(room: Room, old: str, new: str = "now") -> list[tuple[str, str]]:
    """What comparing tells of the sentences that are not as they were."""
    (_, before), (_, after) = read_edition(room.he, room.draft, old), read_edition(room.he, room.draft, new)
    told = by_sentence(before, after, moved_by_hand(room.he, room.draft, old, new))
    return [(one.kind, "".join(run.text for run in one.new or one.old)) for one in told if one.kind != "kept"]


def test_a_moved_paragraph_keeps_its_words_and_its_figures_are_found_again(room: Room) -> None:
    store_edition(room.office, room.draft, "初稿", uuid4())
    number = move(room, "干部天天", "再拆一批")
    assert [text[:4] for text in room.texts()] == ["# 云岭", "各位代表", "山路一步", "## 一", "## 二", "下一年再", "全年拆除"]
    assert room.texts()[-1] == "全年拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%。干部天天在山上。"
    (_, before), (_, after) = read_edition(room.he, room.draft, "e1"), read_edition(room.he, room.draft, f"e{number}")
    assert [(one.kind, one.meaning, one.new.shown if one.new else "") for one in by_figure(before, after)] == [
        ("kept", "年份", "2020"), ("kept", "拆违", "510.00"), ("kept", "完成率", "102.0"),
    ]  # fmt: skip
    assert "完成任务的102.0%。干部天天在山上。" in read_draft(room.draft).text.rstrip().split("\n")[-1]


def test_comparing_says_moved_of_what_was_moved_and_not_of_what_it_passed(room: Room) -> None:
    store_edition(room.office, room.draft, "初稿", uuid4())
    move(room, "干部天天", "山路一步")  # two sentences pass a heading
    assert kinds(room, "e1") == [("moved", "全年拆除违法建筑510.00平方米，完成任务的102.0%。"), ("moved", "干部天天在山上。")]
    assert kinds(room, "e1", "e2") == kinds(room, "e1") and kinds(room, "e2") == []
    save_paragraph(room.office, room.draft, room.paragraph("干部天天"), Edit(room.texts()[3].replace("天天", "日日"), "改", 2), uuid4())
    assert kinds(room, "e1") == [("moved", "全年拆除违法建筑510.00平方米，完成任务的102.0%。"), ("changed", "干部日日在山上。")]


def test_what_was_moved_there_and_back_was_not_moved(room: Room) -> None:
    store_edition(room.office, room.draft, "初稿", uuid4())
    before = room.texts()
    move(room, "干部天天", None)
    move(room, "干部天天", "一、三改一拆")
    assert room.texts() == before and kinds(room, "e1") == []


def test_a_move_is_journalled_as_an_edition_and_as_a_version(room: Room) -> None:
    assert move(room, "再拆一批", "各位代表") == 1
    (now, card) = editions_of(room.he, room.draft)
    assert (now.name, card.note) == ("now", "从第 7 段挪到第 3 段：下一年再拆一批。山路一步一步走，日子一年一年好。")
    last, _ = versions_of(room.he, room.draft, room.paragraph("再拆一批"))
    assert (last.number, last.reason, last.event.principal) == (2, "从第 7 段挪到第 3 段", room.office.principal)


def test_whoever_edits_a_paragraph_that_is_moved_saves_it_where_it_now_stands(room: Room) -> None:
    paragraph = room.paragraph("干部天天")
    hand_out(room.office, room.draft, [paragraph], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    hold_paragraph(room.zhou, room.draft, paragraph, uuid4())
    move(room, "干部天天", "各位代表")
    assert save_paragraph(room.zhou, room.draft, paragraph, Edit("干部日日在山上。", "短", 1), uuid4()) == 3
    assert room.texts()[2] == "干部日日在山上。"


def test_a_document_that_went_out_before_a_move_is_taken_in_after_it(room: Room) -> None:
    store_edition(room.office, room.draft, "送阅", uuid4())
    sent = document_of_edition(room.office, room.draft, 1)
    move(room, "干部天天", "各位代表")

    def change(root: object) -> None:
        for node in root.iter(W + "t"):  # type: ignore[attr-defined]
            node.text = (node.text or "").replace("天天", "日日")

    take_in(room.office, room.draft, edited(sent, change), "e1", Choices(), False, uuid4())
    assert room.texts()[2] == "全年拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%。干部日日在山上。"


def test_only_the_head_moves_and_only_to_where_there_is_a_place(room: Room) -> None:
    one = room.paragraph("干部天天")
    for who in (room.zhou, room.he, room.stranger):
        with pytest.raises(Refused):
            move_paragraph(who, room.draft, one, None, uuid4())
    for behind in (one, room.paragraph("一、三改一拆")):
        with pytest.raises(Problem, match="已经在那里"):
            move_paragraph(room.office, room.draft, one, behind, uuid4())
    with pytest.raises(NotFound):
        move_paragraph(room.office, room.draft, one, uuid4(), uuid4())


def test_moving_never_runs_out_of_room(room: Room) -> None:
    words = ("各位代表", "干部天天", "再拆一批")
    for number in range(60):  # always between the same two: each halves what is left
        move(room, words[number % 2 + 1], words[0])
    texts = room.texts()
    assert [one in text for one, text in zip((words[0], words[2], words[1]), texts[1:4], strict=True)] == [True] * 3 and len(set(texts)) == 7


_ORDERS = st.permutations([UUID(int=number) for number in range(7)])


@given(_ORDERS, st.integers(0, 6), st.integers(0, 6))
def test_of_one_move_exactly_that_paragraph_is_out_of_order(order: list[UUID], source: int, target: int) -> None:
    after = list(order)
    one = after.pop(source)
    after.insert(target, one)
    assert out_of_order(order, after, [one]) == ({one} if after != order else set())


@given(_ORDERS, _ORDERS)
def test_without_what_is_out_of_order_both_orders_agree(old: list[UUID], new: list[UUID]) -> None:
    moved = out_of_order(old, new, new)
    assert [one for one in old if one not in moved] == [one for one in new if one not in moved]
