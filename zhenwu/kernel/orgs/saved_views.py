"""我的视图: a list narrowed as one person wants it, kept under a name. Theirs alone; what it shows is read anew by their rights of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.actors import Actor
from zhenwu.kernel.orgs.models import Person
from zhenwu.kernel.orgs.models import SavedView as Row
from zhenwu.lib.masking import mask_numbers
from zhenwu.lib.problems import NotFound, Problem

MOST = 12  # of one person for one list
LONGEST_NAME = 20


@dataclass(frozen=True)
class SavedView:
    """A view as its person sees it: ``page`` is ``matters`` or the key of a ledger, ``sent`` the choices of its address, name → value."""

    id: UUID
    page: str
    name: str
    sent: Mapping[str, str]


def saved_views(actor: Actor, page: str) -> list[SavedView]:
    """The views of this person for a list, oldest first."""
    rows = Row.objects.filter(person_id=actor.person_id, page=page).order_by("event_id") if actor.person_id else ()
    return [SavedView(row.id, row.page, row.name, row.sent) for row in rows]


def save_view(actor: Actor, op_id: UUID, page: str, name: str, sent: Mapping[str, str]) -> UUID:
    """Keep what a list is narrowed to; returns the view's id.

    The caller has cut ``sent`` to what the list knows. Raises ``Problem`` for a name that is empty, too long or taken, for a thirteenth view,
    and for numbers of persons, which stand in envelopes only; neither name nor choices enter the journal.
    """
    called, person = " ".join(name.split()), actor.person_id
    view = uuid5(op_id, f"view:{actor.principal}")
    if person is None:
        raise Problem("view.nobody", "系统没有自己的视图", "请用自己的账号登录后再保存。")
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise Problem("view.name", "视图的名字不合要求", f"写1到{LONGEST_NAME}个字，例如“本月信访”。")
    if any(mask_numbers(text).text != text for text in (called, *filter(_typed, sent.values()))):
        raise Problem("view.personal", "视图里不留证件号、电话和卡号", "把号码去掉再保存；要查一个人，每次直接搜。")

    def write(writer: Writer) -> dict[str, Any]:
        Person.objects.select_for_update().get(id=person)  # two tabs at once do not make a thirteenth
        mine = list(Row.objects.filter(person_id=person, page=page).values_list("name", flat=True))
        if called in mine:
            raise Problem("view.taken", f"您已经有叫“{called}”的视图", "换个名字；或先把原来的删掉。")
        if len(mine) >= MOST:
            raise Problem("view.most", f"一个列表最多保存{MOST}个视图", "先删掉不用的。")
        event = writer.event("view.saved", actor.principal, {"view": str(view)})
        Row.objects.create(id=view, person_id=person, page=page, name=called, sent=dict(sent), event=event)
        return {"view": str(view)}

    perform(Act(actor.principal, op_id, "save_view", {"page": page, "name": called, "sent": dict(sent)}), write)
    return view


def drop_view(actor: Actor, op_id: UUID, view: UUID) -> str:
    """Delete a view of this person's; returns the list it was for. ``NotFound`` reads the same for none and for another's."""

    def write(writer: Writer) -> dict[str, Any]:
        found = Row.objects.select_for_update().filter(id=view, person_id=actor.person_id).first() if actor.person_id else None
        if found is None:
            raise NotFound("view.unknown", "您没有这个视图", "可能已经删掉了，刷新一下列表。")
        writer.event("view.dropped", actor.principal, {"view": str(view)})
        found.delete()
        return {"page": found.page}

    return str(perform(Act(actor.principal, op_id, "drop_view", {"view": str(view)}), write)["page"])


def _typed(value: str) -> bool:
    """Whether a value may be somebody's own words: in the digits of an id a telephone number could be read."""
    try:
        UUID(value)
    except ValueError:
        return True
    return False
