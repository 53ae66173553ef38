"""谁在改: a paragraph is one person's for twenty minutes; the head may take it from them, says why, and they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import Actor, names_of
from zhenwu.kernel.reports.models import BrokenHold, Kept, ParagraphHold
from zhenwu.kernel.reports.room.draft import Draft, name_of, subject_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.leading import require_lead
from zhenwu.kernel.reports.room.paragraphs import editable, paragraph_of
from zhenwu.lib.clock import LOCAL, now
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem

HELD_FOR = timedelta(minutes=20)
LONGEST_REASON = 200
WAIT = "等他改完，或到时再来；急的话先和他说一声，或请统稿人收回这一段。"


@dataclass(frozen=True)
class Holding:
    """谁在改: who holds a paragraph, and until when."""

    person: UUID
    name: str
    until: datetime

    @property
    def words(self) -> str:
        return f"{self.name}正在改，到 {self.until.astimezone(LOCAL):%H:%M} 为止"


def hold_paragraph(actor: Actor, draft: Draft, paragraph: UUID, op_id: UUID) -> Holding:
    """Hold a paragraph for editing; held by oneself already, the time begins again.

    Raises ``Refused``, ``NotFound``, ``Problem('paragraph.held')`` while somebody else holds it.
    """
    found = editable(actor, draft, paragraph)
    until = now() + HELD_FOR

    def change(writer: Writer) -> dict[str, str]:
        before = hold_of(paragraph)
        refuse_held(before, actor)
        row = ParagraphHold(id=new_id(), manuscript=found.manuscript, paragraph=paragraph, person=person_of(actor), until=until)
        keep(writer, "held", subject_of(draft), [row], [*([before] if before else []), *broken_to(actor, paragraph)])
        return {"until": until.isoformat()}

    answer = perform(Act(actor.principal, op_id, "hold_paragraph", {**name_of(draft), "paragraph": str(paragraph)}), change)
    return Holding(person_of(actor), actor.name, datetime.fromisoformat(answer["until"]))


def release_paragraph(actor: Actor, draft: Draft, paragraph: UUID, op_id: UUID) -> None:
    """Let a paragraph go that one holds; nothing happens when one does not. Raises ``Refused``, ``NotFound``."""
    paragraph_of(actor, draft, paragraph)

    def change(writer: Writer) -> dict[str, str]:
        before = hold_of(paragraph)
        if before is not None and before.person == actor.person_id:
            keep(writer, "released", subject_of(draft), [], [before])
        return {}

    perform(Act(actor.principal, op_id, "release_paragraph", {**name_of(draft), "paragraph": str(paragraph)}), change)


def break_hold(actor: Actor, draft: Draft, paragraph: UUID, reason: str, op_id: UUID) -> Holding:
    """收回: take a paragraph from whoever holds it; it is the head's from now, and who held it is told why.

    Raises ``Refused`` for anybody but the head, ``NotFound``, ``Problem`` (``paragraph.break_reason``, ``paragraph.not_held``).
    """
    found = paragraph_of(actor, draft, paragraph)
    require_lead(actor, found.manuscript)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Problem("paragraph.break_reason", f"收回别人在改的一段要写理由，不超过 {LONGEST_REASON} 个字", "写一句为什么等不了，例如“下午三点要送印”。")
    until = now() + HELD_FOR

    def change(writer: Writer) -> dict[str, str]:
        before = hold_of(paragraph)
        if before is None or before.until <= now() or before.person == actor.person_id:
            raise Problem("paragraph.not_held", "现在没有别人在改这一段", "刷新页面，直接改。")
        told = BrokenHold.objects.filter(paragraph=paragraph, person=before.person, retired_by=None)
        here = {"manuscript": found.manuscript, "paragraph": paragraph}
        rows = [
            BrokenHold(id=new_id(), person=before.person, reason=reason.strip(), **here),
            ParagraphHold(id=new_id(), person=person_of(actor), until=until, **here),
        ]
        keep(writer, "hold_broken", subject_of(draft), rows, [before, *told])
        return {"until": until.isoformat()}

    request = {**name_of(draft), "paragraph": str(paragraph), "reason": reason}
    answer = perform(Act(actor.principal, op_id, "break_hold", request), change)
    return Holding(person_of(actor), actor.name, datetime.fromisoformat(answer["until"]))


def broken_for(person: UUID, paragraph: UUID | None = None) -> list[BrokenHold]:
    """The paragraphs (or this one) taken from a person that they have not seen yet, the first first."""
    rows = BrokenHold.objects.filter(person=person, retired_by=None).select_related("event", "manuscript").order_by("event_id")
    return list(rows if paragraph is None else rows.filter(paragraph=paragraph))


def broken_to(actor: Actor, paragraph: UUID) -> Sequence[Kept]:
    """What the actor was told of this paragraph: seen, once they go on with it."""
    return broken_for(actor.person_id, paragraph) if actor.person_id else []


def note_broken(actor: Actor, draft: Draft, paragraph: UUID, op_id: UUID) -> None:
    """知道了: what one was told of a paragraph taken back is not told again. Raises ``Refused``, ``NotFound``."""
    paragraph_of(actor, draft, paragraph)

    def change(writer: Writer) -> dict[str, str]:
        if seen := broken_to(actor, paragraph):
            keep(writer, "hold_broken_seen", subject_of(draft), [], seen)
        return {}

    perform(Act(actor.principal, op_id, "note_broken", {**name_of(draft), "paragraph": str(paragraph)}), change)


def holding_of(paragraph: UUID) -> Holding | None:
    """Who is editing a paragraph now."""
    return holdings([paragraph]).get(paragraph)


def holdings(paragraphs: Sequence[UUID]) -> dict[UUID, Holding]:
    """paragraph → who is editing it now; expired ones are none."""
    rows = list(ParagraphHold.objects.filter(paragraph__in=paragraphs, retired_by=None, until__gt=now()))
    names = names_of(row.person for row in rows)
    return {row.paragraph: Holding(row.person, names.get(row.person, ""), row.until) for row in rows}


def hold_of(paragraph: UUID) -> ParagraphHold | None:
    """The row of the last hold of a paragraph that nobody let go, expired or not."""
    return ParagraphHold.objects.filter(paragraph=paragraph, retired_by=None).first()


def refuse_held(hold: ParagraphHold | None, actor: Actor) -> None:
    """Raises ``Problem('paragraph.held')`` while somebody else holds it."""
    if hold is not None and hold.person != actor.person_id and hold.until > now():
        who = Holding(hold.person, names_of([hold.person]).get(hold.person, "别人"), hold.until)
        raise Problem("paragraph.held", who.words, WAIT)


def person_of(actor: Actor) -> UUID:
    """The person who acts; raises ``Problem('paragraph.nobody')`` for the system."""
    if actor.person_id is None:
        raise Problem("paragraph.nobody", "要由人来改，系统不代改", "用自己的账号登录后再改。")
    return actor.person_id
