"""搁下的文字: what somebody typed into a paragraph and could not, or did not yet, save. It is kept beside the paragraph, and is part of no draft.

Whoever loses a hold, or finds that another was quicker, loses no word: the text waits with the version that it was written on.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.models import ParagraphHold, SetAside
from zhenwu.kernel.reports.room.beginning import owner_of
from zhenwu.kernel.reports.room.draft import Draft, name_of, subject_of
from zhenwu.kernel.reports.room.holding import person_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.leading import leads, may_edit, require_editor
from zhenwu.kernel.reports.room.paragraphs import MOST_TYPED, paragraph_of, says_the_same
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem


@dataclass(frozen=True)
class Aside:
    """A text set aside, and whether its paragraph has said something else since it was written (``stale``)."""

    row: SetAside
    stale: bool


def set_aside(actor: Actor, draft: Draft, paragraph: UUID, text: str, reason: str, base: int, op_id: UUID) -> None:
    """Keep what was typed on a version; what the same person had set aside there before gives way to it.

    For whoever may change the paragraph, or once held it: a right taken away takes no text with it. Raises ``Refused``, ``NotFound``,
    ``Problem`` (``paragraph.too_long``, ``paragraph.nobody``).
    """
    last = paragraph_of(actor, draft, paragraph)
    person = person_of(actor)
    if not ParagraphHold.objects.filter(paragraph=paragraph, person=person).exists():
        require_editor(actor, last.manuscript, owner_of(paragraph))
    if len(text) > MOST_TYPED:
        raise Problem("paragraph.too_long", f"文字超过 {MOST_TYPED} 个字，搁不下", "分成几段再写。")

    def change(writer: Writer) -> dict[str, str]:
        before = list(SetAside.objects.filter(paragraph=paragraph, person=person, retired_by=None))
        row = SetAside(
            id=new_id(), manuscript=last.manuscript, paragraph=paragraph, person=person, base=max(base, 0), text=text, reason=reason.strip()[:200]
        )
        keep(writer, "set_aside", subject_of(draft), [row], before)
        return {"aside": str(row.id)}

    request = {**name_of(draft), "paragraph": str(paragraph), "text": text, "reason": reason, "base": base}
    perform(Act(actor.principal, op_id, "set_aside", request), change)


def discard_aside(actor: Actor, draft: Draft, paragraph: UUID, aside: UUID, op_id: UUID) -> None:
    """不要了: a text set aside is shown no more; for who wrote it, and for the head. Raises ``Refused``, ``NotFound``."""
    last = paragraph_of(actor, draft, paragraph)
    row = SetAside.objects.filter(paragraph=paragraph, id=aside, retired_by=None).first()
    if row is None or (row.person != actor.person_id and not leads(actor, last.manuscript)):
        raise NotFound("aside.unknown", "没有这份搁下的文字，或已经收走了", "刷新页面看一看。")
    perform(
        Act(actor.principal, op_id, "discard_aside", {**name_of(draft), "aside": str(aside)}),
        lambda writer: {"event": keep(writer, "aside_discarded", subject_of(draft), [], [row]).id},
    )


def asides_of(actor: Actor, draft: Draft, paragraph: UUID) -> list[Aside]:
    """What was set aside beside a paragraph: one's own, and everybody's for whoever may change it; the first first."""
    last = paragraph_of(actor, draft, paragraph)
    rows = list(SetAside.objects.filter(paragraph=paragraph, retired_by=None).select_related("event").order_by("event_id"))
    if not may_edit(actor, last.manuscript, owner_of(paragraph)):
        rows = [row for row in rows if row.person == actor.person_id]
    return [Aside(row, not says_the_same(last, row.base)) for row in rows]


def own_aside(actor: Actor, paragraph: UUID) -> list[SetAside]:
    """The rows that give way when the actor saves the paragraph: none or one."""
    return list(SetAside.objects.filter(paragraph=paragraph, person=actor.person_id, retired_by=None)) if actor.person_id else []
