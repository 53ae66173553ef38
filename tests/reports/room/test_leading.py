"""统稿人: who may change which paragraph, and a hold that the head breaks without a word being lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import posted
from tests.reports.room.conftest import Room
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.orgs.api import SYSTEM, Actor, dismiss
from zhenwu.kernel.orgs.models import Post
from zhenwu.kernel.reports.api import (
    Choices,
    Edit,
    asides_of,
    break_hold,
    broken_for,
    discard_aside,
    document_of_edition,
    hand_out,
    hold_paragraph,
    holding_of,
    name_head,
    note_broken,
    replace_everywhere,
    save_paragraph,
    set_aside,
    store_edition,
    take_in,
    versions_of,
)
from zhenwu.lib.clock import at, now
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

pytestmark = pytest.mark.django_db
OLD = "全年拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%。干部天天在山上。"
TYPED = OLD.replace("天天", "日日夜夜")


def person(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return actor.person_id


def save(room: Room, who: Actor, text: str, base: int = 1) -> int:
    return save_paragraph(who, room.draft, paragraph(room), Edit(text, "改", base), uuid4())


def paragraph(room: Room) -> UUID:
    """The paragraph that all of this is about, whatever it says by now."""
    return room.paragraphs()[4][0]


@pytest.fixture
def lin(room: Room) -> Actor:
    """林晚晴 writes on the line too, and does not lead."""
    return posted("lin", "林晚晴", "office_head", room.town["综合站"], "report")


def test_whoever_is_neither_owner_nor_head_reads_and_does_not_write(room: Room, lin: Actor) -> None:
    assert versions_of(lin, room.draft, paragraph(room))[0].text == OLD
    with pytest.raises(Refused, match="还没有交给谁，只有统稿人小郑能改；您可以看，不能改"):
        save(room, lin, TYPED)
    hand_out(room.office, room.draft, [paragraph(room)], person(room.zhou), uuid4())
    for attempt in (lambda: save(room, lin, TYPED), lambda: hold_paragraph(lin, room.draft, paragraph(room), uuid4())):
        with pytest.raises(Refused, match="由老周负责，除了他只有统稿人小郑能改"):
            attempt()
    assert save(room, room.zhou, TYPED) == 2 and save(room, room.office, OLD, 2) == 3


def test_what_changes_other_peoples_paragraphs_is_the_heads(room: Room, lin: Actor) -> None:
    edition = store_edition(lin, room.draft, "送审", uuid4())  # a writer of the line stores as before
    document = document_of_edition(lin, room.draft, edition)
    for attempt in (
        lambda: hand_out(lin, room.draft, [paragraph(room)], person(lin), uuid4()),
        lambda: replace_everywhere(lin, room.draft, "天天", "日日", [(paragraph(room), 1)], uuid4()),
        lambda: take_in(lin, room.draft, document, f"e{edition}", Choices(), False, uuid4()),
        lambda: break_hold(lin, room.draft, paragraph(room), "急", uuid4()),
    ):
        with pytest.raises(Refused, match="由统稿人小郑办"):
            attempt()


def test_the_lead_is_handed_on_or_taken_over_with_a_reason(room: Room, lin: Actor) -> None:
    with pytest.raises(Problem, match="要写一句为什么"):
        name_head(lin, room.draft, person(lin), " ", uuid4())
    with pytest.raises(Problem, match="不能统稿"):
        name_head(room.office, room.draft, person(room.zhou), "换人", uuid4())  # reads the line, writes nothing on it
    with pytest.raises(Refused):
        name_head(room.zhou, room.draft, person(room.zhou), "换人", uuid4())
    name_head(lin, room.draft, person(lin), "小郑住院", uuid4())
    assert save(room, lin, TYPED) == 2
    with pytest.raises(Refused, match="只有统稿人林晚晴能改"):
        save(room, room.office, OLD, 2)
    with pytest.raises(Refused, match="只能由自己接过来"):
        name_head(room.office, room.draft, person(posted("mei", "小梅", "officer", room.town["综合站"], "report")), "换人", uuid4())
    name_head(lin, room.draft, person(room.office), "小郑出院", uuid4())
    assert save(room, room.office, OLD, 2) == 3
    with pytest.raises(Problem, match="已经由他统稿"):
        name_head(room.office, room.draft, person(room.office), "再来", uuid4())


def test_while_the_head_has_left_the_line_its_writers_lead_together(room: Room, lin: Actor) -> None:
    dismiss(SYSTEM, uuid4(), Post.objects.get(person=person(room.office)).id, now().date())
    assert save(room, lin, TYPED) == 2
    with pytest.raises(Refused, match="只有党政办能改"):
        save(room, room.zhou, OLD, 2)


def test_a_broken_hold_is_told_to_who_held_it_and_journalled(room: Room) -> None:
    hand_out(room.office, room.draft, [paragraph(room)], person(room.zhou), uuid4())
    hold_paragraph(room.zhou, room.draft, paragraph(room), uuid4())
    with pytest.raises(Problem, match="要写理由"):
        break_hold(room.office, room.draft, paragraph(room), "", uuid4())
    with pytest.raises(Refused):
        break_hold(room.he, room.draft, paragraph(room), "急", uuid4())
    break_hold(room.office, room.draft, paragraph(room), "三点送印", uuid4())
    held = holding_of(paragraph(room))
    assert held is not None and held.name == "小郑"
    (told,) = broken_for(person(room.zhou))
    assert (told.paragraph, told.reason, told.event.principal) == (paragraph(room), "三点送印", room.office.principal)
    assert Event.objects.filter(kind="drafting.hold_broken").count() == 1 and broken_for(person(room.office)) == []
    note_broken(room.zhou, room.draft, paragraph(room), uuid4())
    assert broken_for(person(room.zhou)) == []


def test_only_anothers_running_hold_can_be_broken(room: Room) -> None:
    hand_out(room.office, room.draft, [paragraph(room)], person(room.zhou), uuid4())
    hold_paragraph(room.office, room.draft, paragraph(room), uuid4())
    with pytest.raises(Problem, match="没有别人在改"):
        break_hold(room.office, room.draft, paragraph(room), "急", uuid4())
    with at(now() + timedelta(minutes=21)):
        hold_paragraph(room.zhou, room.draft, paragraph(room), uuid4())
    with at(now() + timedelta(minutes=60)), pytest.raises(Problem, match="没有别人在改"):
        break_hold(room.office, room.draft, paragraph(room), "急", uuid4())


def test_who_lost_a_hold_saves_as_if_nothing_was_while_nobody_changed_the_words(room: Room) -> None:
    hand_out(room.office, room.draft, [paragraph(room)], person(room.zhou), uuid4())
    hold_paragraph(room.zhou, room.draft, paragraph(room), uuid4())
    break_hold(room.office, room.draft, paragraph(room), "急", uuid4())
    with pytest.raises(Problem, match="小郑正在改"):
        save(room, room.zhou, TYPED)
    with at(now() + timedelta(minutes=21)):
        assert save(room, room.zhou, TYPED) == 2
    assert broken_for(person(room.zhou)) == []


def test_what_was_typed_waits_beside_the_paragraph_with_the_version_it_was_written_on(room: Room, lin: Actor) -> None:
    hand_out(room.office, room.draft, [paragraph(room)], person(room.zhou), uuid4())
    hold_paragraph(room.zhou, room.draft, paragraph(room), uuid4())
    set_aside(room.zhou, room.draft, paragraph(room), TYPED, "写细", 1, uuid4())
    assert [(one.row.text, one.row.base, one.stale) for one in asides_of(room.zhou, room.draft, paragraph(room))] == [(TYPED, 1, False)]
    break_hold(room.office, room.draft, paragraph(room), "急", uuid4())
    save(room, room.office, OLD.replace("天天", "年年"))
    with pytest.raises(Conflict):
        save(room, room.zhou, TYPED)
    set_aside(room.zhou, room.draft, paragraph(room), TYPED + "不歇。", "写细", 1, uuid4())
    for who in (room.zhou, room.office):
        assert [(one.row.text, one.stale) for one in asides_of(who, room.draft, paragraph(room))] == [(TYPED + "不歇。", True)]
    assert asides_of(lin, room.draft, paragraph(room)) == [] == asides_of(room.he, room.draft, paragraph(room))
    assert "不歇" not in "".join(room.texts())
    assert save(room, room.zhou, TYPED, 2) == 3
    assert asides_of(room.zhou, room.draft, paragraph(room)) == []


def test_a_right_that_is_taken_away_takes_no_text_with_it(room: Room, lin: Actor) -> None:
    hand_out(room.office, room.draft, [paragraph(room)], person(room.zhou), uuid4())
    hold_paragraph(room.zhou, room.draft, paragraph(room), uuid4())
    hand_out(room.office, room.draft, [paragraph(room)], person(lin), uuid4())
    set_aside(room.zhou, room.draft, paragraph(room), TYPED, "写细", 1, uuid4())
    with pytest.raises(Refused):
        set_aside(room.he, room.draft, paragraph(room), "我来写。", "", 1, uuid4())  # never held it
    (kept,) = asides_of(lin, room.draft, paragraph(room))
    with pytest.raises(NotFound):
        discard_aside(lin, room.draft, paragraph(room), kept.row.id, uuid4())  # neither hers nor does she lead
    discard_aside(room.office, room.draft, paragraph(room), kept.row.id, uuid4())
    assert asides_of(room.zhou, room.draft, paragraph(room)) == []
