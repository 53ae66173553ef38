"""文稿: a township's own words, edited by one person at a time; figures stay blanks."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.reports.room.conftest import Room
from zhenwu.kernel.reports.api import (
    Edit,
    begin_manuscript,
    candidates,
    hand_out,
    hold_paragraph,
    holding_of,
    preview_replacing,
    read_draft,
    release_paragraph,
    repeated,
    replace_everywhere,
    save_paragraph,
    versions_of,
)
from zhenwu.kernel.reports.models import ParagraphVersion
from zhenwu.lib.clock import at, now
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

pytestmark = pytest.mark.django_db
OLD = "全年拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%。干部天天在山上。"


def save(room: Room, text: str, base: int = 1, who: object = None, checked: bool = False, words: str = "干部天天") -> int:
    edit = Edit(text, "按意见改", base, checked)
    return save_paragraph(who or room.office, room.draft, room.paragraph(words), edit, uuid4())  # type: ignore[arg-type]


def test_a_draft_begins_from_the_template_and_reads_the_same(unbegun: Room) -> None:
    before = read_draft(unbegun.draft)
    assert begin_manuscript(unbegun.office, unbegun.draft, "template", uuid4()) == 7
    after = read_draft(unbegun.draft)
    assert [line for line in after.text.split("\n") if line] == [line for line in before.text.split("\n") if line]
    assert [one.printed for one in after.answers] == [one.printed for one in before.answers]


def test_it_begins_once(room: Room) -> None:
    with pytest.raises(Problem, match="已经起好"):
        begin_manuscript(room.office, room.draft, "template", uuid4())


def test_without_a_last_year_it_cannot_begin_from_it(unbegun: Room) -> None:
    with pytest.raises(Problem, match="上一年"):
        begin_manuscript(unbegun.office, unbegun.draft, "last_year", uuid4())


def test_what_is_edited_is_what_the_report_says_and_the_pack_is_untouched(room: Room) -> None:
    save(room, OLD.replace("天天", "日日"))
    assert "干部日日在山上" in read_draft(room.draft).text
    next_year = type(room.draft)(room.draft.key, 2019, room.draft.unit)
    assert "干部天天在山上" in read_draft(next_year).text


def test_versions_are_kept_with_author_and_reason(room: Room) -> None:
    paragraph = room.paragraph("干部天天")
    save(room, OLD.replace("天天", "日日"))
    (last, first) = versions_of(room.he, room.draft, paragraph)
    assert (first.text, first.reason, last.number, last.reason, last.event.principal) == (OLD, "起稿", 2, "按意见改", room.office.principal)


def test_only_the_office_and_the_owner_edit(room: Room) -> None:
    for who in (room.zhou, room.he, room.alian, room.stranger):
        with pytest.raises(Refused):
            save(room, "拆违。", who=who)
    hand_out(room.office, room.draft, [room.paragraph("干部天天")], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    assert save(room, OLD.replace("天天", "日日"), who=room.zhou) == 2
    with pytest.raises(Refused):
        save(room, "别的段。", who=room.zhou, words="下一年再拆")


def test_a_paragraph_is_handed_only_to_somebody_who_may_read_the_draft(room: Room) -> None:
    names = [name for _, name in candidates(room.draft.unit)]
    assert sorted(names) == sorted(["小郑", "老周", "何书记"])
    for person in (room.alian.person_id, room.stranger.person_id):
        with pytest.raises(Problem, match="看不到年度报告"):
            hand_out(room.office, room.draft, [room.paragraph("干部天天")], person, uuid4())  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        hand_out(room.office, room.draft, [uuid4()], room.zhou.person_id, uuid4())  # type: ignore[arg-type]


def test_while_one_edits_another_is_told_who_and_until_when(room: Room) -> None:
    paragraph = room.paragraph("干部天天")
    hand_out(room.office, room.draft, [paragraph], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    hold_paragraph(room.zhou, room.draft, paragraph, uuid4())
    for attempt in (lambda: hold_paragraph(room.office, room.draft, paragraph, uuid4()), lambda: save(room, "拆违。")):
        with pytest.raises(Problem, match="老周正在改，到 12:20 为止"):
            attempt()
    release_paragraph(room.office, room.draft, paragraph, uuid4())  # not his to let go
    assert holding_of(paragraph)
    release_paragraph(room.zhou, room.draft, paragraph, uuid4())
    assert save(room, OLD.replace("天天", "日日")) == 2


def test_a_hold_expires_and_saving_lets_go(room: Room) -> None:
    paragraph = room.paragraph("干部天天")
    hold_paragraph(room.office, room.draft, paragraph, uuid4())
    with at(now() + timedelta(minutes=21)):
        assert holding_of(paragraph) is None
        hold_paragraph(room.office, room.draft, paragraph, uuid4())
        save(room, OLD.replace("天天", "日日"))
        assert holding_of(paragraph) is None


def test_of_two_editors_the_later_sees_both_texts(room: Room) -> None:
    save(room, OLD.replace("天天", "日日"))
    with pytest.raises(Conflict) as caught:
        save(room, OLD.replace("天天", "夜夜"), words="干部日日")
    theirs = caught.value.theirs
    assert caught.value.ours == OLD.replace("天天", "夜夜")
    assert isinstance(theirs, ParagraphVersion) and theirs.text == OLD.replace("天天", "日日")


def test_a_figure_is_not_typed_over(room: Room) -> None:
    with pytest.raises(Problem, match="“拆违”的空删掉了，却照着它的数打了字"):
        save(room, OLD.replace("⟦拆违⟧", "510.00"), checked=True)


def test_new_digits_are_pointed_at_and_taken_when_somebody_answers_for_them(room: Room) -> None:
    text = OLD.replace("天天", "365天")
    with pytest.raises(Problem, match="没有来处的数字：365"):
        save(room, text)
    assert save(room, text, checked=True) == 2
    assert save(room, text.replace("山上", "村里"), base=2, words="干部365天") == 3  # known by now


@pytest.mark.parametrize("text", ["少了一半⟦拆违", "⟦没有的空⟧户。", "⟧⟦", "⟦拆违⟦", "⟦⟧"])
def test_a_broken_or_strange_blank_is_refused(room: Room, text: str) -> None:
    with pytest.raises(Problem) as caught:
        save(room, text)
    assert caught.value.code == "paragraph.blank"


@pytest.mark.parametrize(("text", "reason", "code"), [("甲" * 8001, "改", "too_long"), ("好。", " ", "reason"), ("a\x00b", "改", "unprintable")])
def test_odd_input_is_told(room: Room, text: str, reason: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        save_paragraph(room.office, room.draft, room.paragraph("干部天天"), Edit(text, reason, 1), uuid4())
    assert caught.value.code == f"paragraph.{code}"


def test_several_lines_become_paragraphs_behind_it_and_none_removes_it(room: Room) -> None:
    hand_out(room.office, room.draft, [room.paragraph("干部天天")], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    save(room, "甲话。\n\n乙话。\n丙话。")
    assert room.texts()[4:7] == ["甲话。", "乙话。", "丙话。"]
    assert save(room, "丙话，老周改。", who=room.zhou, words="丙话") == 2
    save(room, "", words="乙话", base=1)
    assert room.texts()[4:7] == ["甲话。", "丙话，老周改。", "## 二、打算"]


def test_forty_paragraphs_go_in_at_one_spot_and_then_it_is_said(room: Room) -> None:
    with pytest.raises(Problem, match="插不下新段") as caught:
        for number in range(1, 60):
            save(room, f"干部天天。\n第{'山' * number}弯。", base=number)
    assert caught.value.code == "paragraph.full" and len(room.texts()) > 40


def test_a_blank_that_the_pack_dropped_is_pending_with_its_reason(room: Room) -> None:
    ParagraphVersion.objects.filter(paragraph=room.paragraph("干部天天")).update(text="旧的⟦不再有的空⟧户。")
    (answer,) = [one for one in read_draft(room.draft).answers if one.slot.key == "不再有的空"]
    assert answer.printed is None and "没有这个空" in answer.why


def test_the_same_operation_saves_once(room: Room) -> None:
    operation, paragraph = uuid4(), room.paragraph("干部天天")
    edit = Edit("改了。", "精简", 1)
    assert save_paragraph(room.office, room.draft, paragraph, edit, operation) == save_paragraph(room.office, room.draft, paragraph, edit, operation)
    assert len(versions_of(room.he, room.draft, paragraph)) == 2


def test_sentences_said_twice_are_shown(room: Room) -> None:
    rows = list(ParagraphVersion.objects.filter(retired_by=None))
    ((sentence, places),) = repeated(rows)
    assert sentence == "山路一步一步走，日子一年一年好" or "日子一年一年好" in sentence
    assert len(places) == 2


def test_a_slogan_is_replaced_everywhere_as_previewed(room: Room) -> None:
    places = preview_replacing(room.he, room.draft, "日子一年一年好", "生活天天有奔头")
    assert [one.times for one in places] == [1, 1]
    seen = [(one.paragraph, one.number) for one in places]
    with pytest.raises(Refused):
        replace_everywhere(room.zhou, room.draft, "日子一年一年好", "生活天天有奔头", seen, uuid4())
    assert replace_everywhere(room.office, room.draft, "日子一年一年好", "生活天天有奔头", seen, uuid4()) == 2
    assert read_draft(room.draft).text.count("生活天天有奔头") == 2 and "一年一年好" not in read_draft(room.draft).text


def test_what_changed_after_the_preview_or_is_being_edited_is_not_replaced(room: Room) -> None:
    seen = [(one.paragraph, one.number) for one in preview_replacing(room.he, room.draft, "一步一步", "稳稳当当")]
    with pytest.raises(Problem, match="稿子又变了"):
        replace_everywhere(room.office, room.draft, "一步一步", "稳稳当当", seen[:1], uuid4())
    hand_out(room.office, room.draft, [seen[0][0]], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    hold_paragraph(room.zhou, room.draft, seen[0][0], uuid4())
    with pytest.raises(Problem, match="老周正在改"):
        replace_everywhere(room.office, room.draft, "一步一步", "稳稳当当", seen, uuid4())


@pytest.mark.parametrize(("find", "put"), [("好", "妙"), ("拆除", "拆除"), ("⟦拆违⟧", "五百"), ("天天在山上", "一年365天在山上"), ("天天", "日\n日")])
def test_what_cannot_be_replaced_everywhere_is_said(room: Room, find: str, put: str) -> None:
    with pytest.raises(Problem):
        preview_replacing(room.office, room.draft, find, put)
