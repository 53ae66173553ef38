"""我的筛选: what somebody narrows the list of matters to again and again, kept under a name. Theirs alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.matters.models import SavedView
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.masking import mask_numbers
from zhenwu.lib.problems import NotFound, Problem, Refused

MOST_VIEWS = 12
LONGEST_NAME, LONGEST_ASKED = 20, 1000


def saved_views(actor: Actor) -> list[SavedView]:
    """What this person keeps, in the order in which they began to."""
    return list(SavedView.objects.filter(person=actor.person_id).order_by("id")) if actor.person_id else []


def save_view(actor: Actor, op_id: UUID, name: str, asked: str, words: str = "") -> dict[str, Any]:
    """Keep the query of a list's address under a name, in place of what was kept under it; returns ``{"name": …}``. ``words`` is what it
    searches for. Raises ``Problem`` for a name or a query that cannot be kept, and past twelve of them."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Problem("view.name", "筛选的名字不合要求", f"用1到{LONGEST_NAME}个字，不要换行。").about("name")
    if not asked or len(asked) > LONGEST_ASKED or not asked.isascii():
        raise Problem("view.asked", "没有可以存的筛选", "先选好条件、点“筛选”，再存。")
    if any(mask_numbers(one).text != one for one in (name, words)):
        raise Problem("view.personal", "名字或要找的字里有证件号、电话，不能存", "去掉号码再存；按号码找，每次输入。")
    person = actor.person_id
    if person is None:
        raise Refused("view.person", "只有登录的人才能存筛选", "请登录后再存。")

    def write(writer: Writer) -> dict[str, Any]:
        mine = SavedView.objects.filter(person=person)
        if mine.exclude(name=name).count() >= MOST_VIEWS:
            raise Problem("view.many", f"最多存{MOST_VIEWS}个筛选", "先删去一个不用的。")
        SavedView.objects.update_or_create(person_id=person, name=name, defaults={"asked": asked})
        writer.event("view.saved", actor.principal, {})  # its words stay out: they may be somebody's name
        return {"name": name}

    return perform(Act(actor.principal, op_id, "save_view", {"name": name, "asked": asked}), write)


def drop_view(actor: Actor, op_id: UUID, name: str) -> dict[str, Any]:
    """Take away what this person keeps under a name; ``NotFound`` where that is nothing."""

    def write(writer: Writer) -> dict[str, Any]:
        gone, _ = SavedView.objects.filter(person=actor.person_id, name=name).delete()
        if not gone:
            raise NotFound("view.unknown", "没有存过这个筛选", "可能已经删去了，请刷新事项列表。")
        writer.event("view.dropped", actor.principal, {})
        return {"name": name}

    return perform(Act(actor.principal, op_id, "drop_view", {"name": name}), write)
