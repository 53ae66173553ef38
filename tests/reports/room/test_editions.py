"""稿次: a draft stored as it reads, and any two compared by figure and by sentence."""

from __future__ import annotations

from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.room.conftest import Room
from zhenwu.kernel.reports.api import (
    Edit,
    Said,
    Told,
    begin_manuscript,
    by_figure,
    by_sentence,
    content_of,
    counted,
    document_of_edition,
    editions_of,
    issue_report,
    issued_text,
    read_edition,
    save_paragraph,
    store_edition,
)
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.lib.problems import NotFound, Problem, Refused

pytestmark = pytest.mark.django_db


def told(*paragraphs: str, **prints: str) -> Told:
    """A reading made of words with ⟦key⟧ in them."""
    figures: list[Said] = []
    found = []
    for words in paragraphs:
        pieces: list[str | int] = []
        for part in words.replace("⟧", "⟦").split("⟦"):
            if part in prints:
                figures.append(Said(len(figures) + 1, part, part, prints[part]))
                pieces.append(len(figures))
            elif part:
                pieces.append(part)
        found.append(tuple(pieces))
    return Told(2020, uuid4(), 1, tuple(found), tuple(figures))


def kinds(old: Told, new: Told) -> list[tuple[str, str]]:
    return [(one.kind, "".join(run.text for run in one.new or one.old)) for one in by_sentence(old, new)]


def test_an_edition_keeps_words_and_figures_while_the_draft_goes_on(room: Room) -> None:
    number = store_edition(room.office, room.draft, "征求意见稿", uuid4())
    room.remove("A2", "90")
    _, before = read_edition(room.he, room.draft, f"e{number}")
    _, after = read_edition(room.he, room.draft, "now")
    assert "全年拆除违法建筑510.00平方米，完成任务的102.0%。" in before.words(before.paragraphs[4])
    changes = {one.meaning: one for one in by_figure(before, after) if one.kind != "kept"}
    assert set(changes) == {"拆违", "完成率"}
    assert (changes["拆违"].difference, changes["拆违"].why) == (Fraction(90), "记录有更正或补登")
    assert [(one.old.shown, one.new.shown) for one in changes.values() if one.old and one.new] == [("510.00", "600.00"), ("102.0", "120.0")]
    assert changes["拆违"].old and changes["拆违"].old.whose == "ledger" and before.position < after.position


def test_a_draft_without_words_of_its_own_is_stored_too(unbegun: Room) -> None:
    unbegun.remove("A1", "10")
    assert store_edition(unbegun.office, unbegun.draft, "初稿", uuid4()) == 1
    assert "山路一步一步走" in read_docx(document_of_edition(unbegun.he, unbegun.draft, 1)).text


def test_storing_twice_with_one_operation_is_one_edition(room: Room) -> None:
    operation = uuid4()
    first = store_edition(room.office, room.draft, "一", operation)
    room.remove("A2", "1")
    assert store_edition(room.office, room.draft, "一", operation) == first
    assert [card.name for card in editions_of(room.he, room.draft)] == ["now", "e1"]


def test_an_issue_counts_as_an_edition_and_prints_the_drafts_own_words(room: Room) -> None:
    row = room.paragraph("干部天天在山上")
    save_paragraph(room.office, room.draft, row, Edit("拆违⟦拆违⟧平方米。老少都出了力。", "精简", 1), uuid4())
    issue = issue_report(room.office, content_of(room.draft), room.draft.name, 2020, "小结", uuid4(), room.draft.unit)
    assert "拆违510.00平方米。老少都出了力。" in issued_text(issue)
    card, frozen = read_edition(room.he, room.draft, f"issue{issue.number}")
    assert (card.label, frozen.words(frozen.paragraphs[4])) == ("定稿第 1 号", "拆违510.00平方米。老少都出了力。")
    assert all(one.kind == "kept" for one in by_figure(frozen, read_edition(room.he, room.draft, "now")[1]))


def test_nobody_beyond_the_line_or_the_township_reads_or_stores(room: Room) -> None:
    store_edition(room.office, room.draft, "一", uuid4())
    for who in (room.alian, room.stranger):
        with pytest.raises(Refused):
            read_edition(who, room.draft, "e1")
    for who in (room.alian, room.stranger, room.he, room.zhou):
        with pytest.raises(Refused):
            store_edition(who, room.draft, "二", uuid4())


@pytest.mark.parametrize("name", ["e9", "issue9", "nothing", "e", "ee1", "e²"])
def test_an_edition_that_is_not_there_is_said(room: Room, name: str) -> None:
    with pytest.raises(NotFound):
        read_edition(room.he, room.draft, name)


@pytest.mark.parametrize("note", ["", " ", "字" * 201])
def test_an_edition_needs_a_short_note(room: Room, note: str) -> None:
    with pytest.raises(Problem, match="说明"):
        store_edition(room.office, room.draft, note, uuid4())


# — sentences —


def test_a_figure_that_grew_does_not_make_its_sentence_another() -> None:
    old, new = told("拆违⟦a⟧平方米。好。", a="510"), told("拆违⟦a⟧平方米。好。", a="600")
    (first, second) = by_sentence(old, new)
    assert (first.kind, second.kind) == ("figures", "kept")
    assert [run.text for run in first.old if run.mark] == ["510"] and [run.text for run in first.new if run.mark] == ["600"]


def test_words_that_changed_are_marked_and_nothing_else() -> None:
    (change,) = by_sentence(told("全镇上下紧扣“绿水青山”拆违⟦a⟧平方米。", a="5"), told("全镇上下紧扣“共同富裕”拆违⟦a⟧平方米。", a="5"))
    assert change.kind == "changed"
    assert ["".join(run.text for run in side if run.mark) for side in (change.old, change.new)] == ["绿水青山", "共同富裕"]


def test_moved_added_and_dropped_sentences_are_told_apart() -> None:
    old = told("第一件事办好了。", "第二件事还在办。", "末了说声谢谢大家。")
    new = told("末了说声谢谢大家。", "第一件事办好了。", "今年添了养老食堂。")
    found = dict((words, kind) for kind, words in kinds(old, new))
    assert found["今年添了养老食堂。"] == "added" and found["第二件事还在办。"] == "dropped"
    assert sorted([found["末了说声谢谢大家。"], found["第一件事办好了。"]]) == ["kept", "moved"]


def test_a_blank_met_twice_is_compared_each_with_its_own() -> None:
    old, new = told("甲⟦a⟧乙⟦a⟧。", a="1"), told("甲⟦a⟧。", a="1")
    assert [one.kind for one in by_figure(old, new)] == ["kept", "gone"]


SENTENCES = st.lists(st.sampled_from(["山上种茶。", "溪里养鱼。", "户户通水，⟦a⟧户。", "路修好了；", "人人有事做！", "事事有人管"]), max_size=7)


@given(SENTENCES, SENTENCES)
def test_every_sentence_of_both_is_told_once(old: list[str], new: list[str]) -> None:
    before, after = told("".join(old), a="1"), told("".join(new), a="2")
    changes = by_sentence(before, after)
    left = sorted("".join(run.text for run in one.old) for one in changes if one.old)
    right = ["".join(run.text for run in one.new) for one in changes if one.new]
    assert "".join(left) == "".join(sorted(left)) and "".join(right) == "".join(after.words(one) for one in after.paragraphs)
    assert sorted("".join(left)) == sorted("".join(before.words(one) for one in before.paragraphs))
    assert sum(counted(changes).values()) == len(changes)


def test_nothing_differs_from_itself(room: Room) -> None:
    _, now = read_edition(room.he, room.draft, "now")
    assert {one.kind for one in by_sentence(now, now)} == {"kept"} == {one.kind for one in by_figure(now, now)}


def test_last_years_issue_against_this_years_draft_is_an_outline(room: Room) -> None:
    issue = issue_report(room.office, content_of(room.draft), room.draft.name, 2020, "小结", uuid4(), room.draft.unit)
    next_year = type(room.draft)(room.draft.key, 2021, room.draft.unit)
    begin_manuscript(room.office, next_year, "last_year", uuid4())
    _, old = read_edition(room.he, next_year, f"issue{issue.number}")
    _, new = read_edition(room.he, next_year, "now")
    assert set(counted(by_sentence(old, new))) <= {"kept", "figures"}
    assert any("统计期由 2020 变成 2021" in one.why for one in by_figure(old, new))
