"""What the room keeps cannot be altered unseen: one changed value in any column is found by ``journal verify``."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import models

from tests.kernel.test_flipped import another
from tests.orgs.staff import posted
from tests.reports.room.conftest import Room
from zhenwu.cli.proving import complaints
from zhenwu.kernel.journal.api import sequence
from zhenwu.kernel.reports.api import (
    Edit,
    break_hold,
    content_of,
    differences,
    give_opinion,
    hand_out,
    hold_paragraph,
    issue_erratum,
    issue_report,
    name_head,
    rule_opinion,
    save_paragraph,
    set_aside,
    store_edition,
)
from zhenwu.kernel.reports.room.keeping import KINDS

pytestmark = pytest.mark.django_db


def a_whole_story(room: Room) -> None:
    """A row of every kind."""
    paragraph = room.paragraph("干部天天")
    hand_out(room.office, room.draft, [paragraph], room.zhou.person_id, uuid4())  # type: ignore[arg-type]
    opinion = give_opinion(room.he, room.draft, paragraph, 0, "短些", uuid4())
    rule_opinion(room.zhou, room.draft, opinion, "adopted", "照改", uuid4())
    store_edition(room.office, room.draft, "一", uuid4())
    issue = issue_report(room.office, content_of(room.draft), room.draft.name, 2020, "小结", uuid4(), room.draft.unit)
    room.remove("A2", "90")
    issue_erratum(room.office, issue, "erratum", {differences(room.he, issue)[0].slot: "漏报"}, uuid4())
    save_paragraph(room.office, room.draft, paragraph, Edit("拆违。", "短", 1), uuid4())
    hold_paragraph(room.zhou, room.draft, paragraph, uuid4())
    break_hold(room.office, room.draft, paragraph, "送印", uuid4())
    set_aside(room.zhou, room.draft, paragraph, "拆违，拆了。", "写细", 2, uuid4())
    lin = posted("lin", "林晚晴", "office_head", room.town["综合站"], "report")
    name_head(room.office, room.draft, lin.person_id, "我去学习", uuid4())  # type: ignore[arg-type]
    sequence()


def flipped(field: models.Field, value: Any, row: models.Model) -> Any:
    if isinstance(value, list):
        return [*value, 1]
    return another(field, value, row)


def test_a_value_changed_behind_the_room_is_found_in_any_column(room: Room) -> None:
    a_whole_story(room)
    assert list(complaints()) == []
    unseen, told = [], [kind for kind in KINDS if kind._default_manager.exists()]  # type: ignore[attr-defined]
    assert len(told) == 11  # the other kinds: test_signing.py
    for kind in told:
        row = kind._default_manager.order_by("-pk")[0]  # type: ignore[attr-defined]
        for field in kind._meta.concrete_fields:
            if field.is_relation and field.name not in ("event", "retired_by", "unit"):
                continue  # there is one manuscript, one opinion, one issue
            kept = getattr(row, field.attname)
            if field.primary_key:
                continue
            rows = kind._default_manager.filter(pk=row.pk)  # type: ignore[attr-defined]
            rows.update(**{field.attname: flipped(field, kept, row)})
            unseen += [] if list(complaints()) else [f"{kind.__name__}.{field.name}"]
            rows.update(**{field.attname: kept})
    assert unseen == [] and list(complaints()) == []


def test_a_row_cut_out_or_slipped_in_is_found(room: Room) -> None:
    a_whole_story(room)
    kind = KINDS[5]
    rows = list(KINDS[6]._default_manager.all())  # type: ignore[attr-defined]
    KINDS[6]._default_manager.all().delete()  # type: ignore[attr-defined]
    assert any("意见采纳 " in one and "（缺失）" in one for one in complaints())
    for row in rows:
        row.save(force_insert=True)
    assert list(complaints()) == []
    copy = kind._default_manager.first()  # type: ignore[attr-defined]
    copy.pk, copy.number = UUID(int=1), 9
    copy.save(force_insert=True)
    assert any("意见第9号" in one for one in complaints())
