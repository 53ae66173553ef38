"""取回改稿: the words of an edited .docx become the paragraphs' next versions, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from lxml import etree

from tests.reports.drafts.word import W, docx, edited, p, r
from tests.reports.room.conftest import Room
from zhenwu.kernel.reports.api import (
    Choices,
    Edit,
    document_of_edition,
    look_at,
    read_draft,
    read_edition,
    save_paragraph,
    store_edition,
    take_in,
    versions_of,
)
from zhenwu.lib.problems import Problem, Problems, Refused

pytestmark = pytest.mark.django_db
NONE = Choices()


def sent_out(room: Room) -> tuple[str, bytes]:
    """An edition's name and the .docx of it that people get."""
    number = store_edition(room.office, room.draft, "征求意见稿", uuid4())
    return f"e{number}", document_of_edition(room.office, room.draft, number)


def swapped(old: str, new: str) -> Callable[[etree._Element], None]:
    """A change of words (or a figure's print) wherever a run says them."""

    def change(root: etree._Element) -> None:
        for node in root.iter(W + "t"):
            if node.text and old in node.text:
                node.text = node.text.replace(old, new)

    return change


def accept(room: Room, data: bytes, against: str, choices: Choices = NONE, checked: bool = False) -> int:
    return take_in(room.office, room.draft, data, against, choices, checked, uuid4())


def test_words_come_back_as_the_next_versions_and_an_edition(room: Room) -> None:
    name, data = sent_out(room)
    before = room.paragraphs()
    number = accept(room, edited(data, swapped("天天", "日日")), name)
    assert room.texts() == [text.replace("天天", "日日") if "干部" in text else text for *_, text in before]
    assert [one for one, *_ in room.paragraphs()] == [one for one, *_ in before]
    (last, _) = versions_of(room.he, room.draft, room.paragraph("日日"))
    assert last.reason.startswith("取回改稿")
    card, told = read_edition(room.he, room.draft, f"e{number}")
    assert card.name == f"e{number}"
    assert any("干部日日在山上" in told.words(one) for one in told.paragraphs)


def test_an_untouched_document_has_nothing_to_take_in(room: Room) -> None:
    name, data = sent_out(room)
    assert look_at(room.office, room.draft, data, name, NONE).changes == ()
    with pytest.raises(Problem, match="没有要收进来的"):
        accept(room, data, name)


def test_a_changed_figure_stops_it_and_nothing_is_written(room: Room) -> None:
    name, data = sent_out(room)
    typed = edited(edited(data, swapped("天天", "日日")), swapped("510.00", "800.00"))
    looked = look_at(room.office, room.draft, typed, name, NONE)
    assert [(one.was, one.typed, one.now) for one in looked.taken.stopped] == [("510.00", "800.00", "510.00")]
    with pytest.raises(Problems):
        accept(room, typed, name)
    assert "日日" not in read_draft(room.draft).text


def test_its_ways_out_roughly_and_left_out_are_kept_in_the_words(room: Room) -> None:
    name, data = sent_out(room)
    typed = edited(edited(data, swapped("510.00", "500")), swapped("102.0", "103.0"))
    stopped = {one.meaning: one.number for one in look_at(room.office, room.draft, typed, name, NONE).taken.stopped}
    accept(room, typed, name, Choices(frozenset({stopped["拆违"]}), frozenset({stopped["完成率"]})))
    assert "拆除违法建筑⟦拆违~a1⟧平方米" in room.texts()[4] or "⟦拆违~a2⟧" in room.texts()[4]
    assert "⟦完成率⟧" not in room.texts()[4]
    assert "拆除违法建筑约5" in read_draft(room.draft).text
    room.remove("A2", "1490")
    assert "拆除违法建筑2000平方米" not in read_draft(room.draft).text and "约2000" in read_draft(room.draft).text


def test_a_corrected_source_lets_the_figure_pass(room: Room) -> None:
    name, data = sent_out(room)
    typed = edited(data, swapped("510.00", "600.00"))
    room.remove("A2", "90")
    looked = look_at(room.office, room.draft, edited(typed, swapped("天天", "日日")), name, NONE)
    assert looked.taken.stopped == () and len(looked.changes) == 1


def test_a_paragraph_changed_here_and_there_stops_it_with_both_texts(room: Room) -> None:
    name, data = sent_out(room)
    save_paragraph(room.office, room.draft, room.paragraph("干部天天"), Edit("拆违⟦拆违⟧平方米。", "精简", 1), uuid4())
    back = edited(data, swapped("天天", "日日"))
    (clash,) = look_at(room.office, room.draft, back, name, NONE).clashes
    assert "天天" in clash.old and "日日" in clash.new
    with pytest.raises(Problems, match="在网上也改过"):
        accept(room, back, name)
    elsewhere = edited(data, swapped("再拆一批", "再拆两批"))
    accept(room, elsewhere, name, checked=True)
    assert "拆违⟦拆违⟧平方米。" in room.texts() and any("再拆两批" in text for text in room.texts())


def test_new_moved_and_cut_paragraphs_find_their_places(room: Room) -> None:
    name, data = sent_out(room)

    def shuffled(root: etree._Element) -> None:
        body = root.find(W + "body")
        assert body is not None
        lines = [one for one in body if one.tag == W + "p"]
        fresh = etree.fromstring(docx_paragraph("新写的一段，说说明年。"))
        lines[5].addnext(fresh)  # behind 二、打算
        lines[1].getparent().remove(lines[1])  # 各位代表 goes
        lines[3].addnext(lines[2])  # the slogan behind the heading

    accept(room, edited(data, shuffled), name)
    texts = room.texts()
    assert "各位代表：" not in texts and "新写的一段，说说明年。" in texts
    assert texts.index("## 一、三改一拆") < texts.index("山路一步一步走，日子一年一年好。")
    assert texts.index("## 二、打算") + 1 == texts.index("新写的一段，说说明年。")


def docx_paragraph(text: str) -> bytes:
    return f'<w:p xmlns:w="{W[1:-1]}"><w:r><w:t>{text}</w:t></w:r></w:p>'.encode()


def test_new_digits_have_to_be_answered_for(room: Room) -> None:
    name, data = sent_out(room)
    back = edited(data, swapped("天天", "365天"))
    with pytest.raises(Problem, match="没有来处的数字：365"):
        accept(room, back, name)
    assert accept(room, back, name, checked=True)


def test_only_the_office_takes_in_and_another_document_is_refused(room: Room) -> None:
    name, data = sent_out(room)
    for who in (room.zhou, room.he, room.alian, room.stranger):
        with pytest.raises(Refused):
            look_at(who, room.draft, data, name, NONE)
    with pytest.raises(Problem):
        look_at(room.office, room.draft, docx(p(r("另一份文件"))), name, NONE)
    with pytest.raises(Problem):
        look_at(room.office, room.draft, b"not a document", name, NONE)
