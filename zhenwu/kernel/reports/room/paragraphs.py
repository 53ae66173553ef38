"""A paragraph of a manuscript: as it stands, everything it ever said, and versions not yet written."""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.models import Manuscript, ParagraphVersion
from zhenwu.kernel.reports.room.beginning import GAP, owner_of, require_manuscript, unknown_paragraph
from zhenwu.kernel.reports.room.draft import Draft
from zhenwu.kernel.reports.room.leading import require_editor
from zhenwu.kernel.reports.room.rights import require_reader
from zhenwu.kernel.reports.slots import MAX_CHARACTERS
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem

MOST_TYPED = MAX_CHARACTERS // 10  # letters that one person may send at once


def paragraph_of(actor: Actor, draft: Draft, paragraph: UUID) -> ParagraphVersion:
    """A paragraph's latest version, removed or not; raises ``NotFound``."""
    require_reader(actor, draft.unit)
    rows = ParagraphVersion.objects.filter(manuscript=require_manuscript(draft), paragraph=paragraph, retired_by=None)
    row = rows.select_related("event", "manuscript__event").first()
    if row is None:
        raise unknown_paragraph()
    return row


def editable(actor: Actor, draft: Draft, paragraph: UUID) -> ParagraphVersion:
    """``paragraph_of``, for whoever may change it; raises ``Refused`` for others."""
    found = paragraph_of(actor, draft, paragraph)
    require_editor(actor, found.manuscript, owner_of(paragraph))
    return found


def versions_of(actor: Actor, draft: Draft, paragraph: UUID) -> list[ParagraphVersion]:
    """Everything a paragraph ever said, newest first."""
    require_reader(actor, draft.unit)
    rows = ParagraphVersion.objects.filter(manuscript=require_manuscript(draft), paragraph=paragraph)
    return list(rows.select_related("event").order_by("-number"))


def says_the_same(last: ParagraphVersion, number: int) -> bool:
    """Whether a paragraph still says what its version of this number said: since then it was at most moved."""
    if last.number == number:
        return True
    text = ParagraphVersion.objects.filter(paragraph=last.paragraph, number=number, removed=False).values_list("text", flat=True).first()
    return text == last.text and not last.removed


def version_after(last: ParagraphVersion, text: str, reason: str, removed: bool = False) -> ParagraphVersion:
    """The next version of a paragraph, not yet written."""
    return ParagraphVersion(
        id=new_id(), manuscript=last.manuscript, paragraph=last.paragraph, number=last.number + 1, place=last.place, text=text,
        reason=reason, removed=removed,
    )  # fmt: skip


def new_paragraph(manuscript: Manuscript, place: int, text: str, reason: str) -> ParagraphVersion:
    """The first version of a paragraph, not yet written."""
    return ParagraphVersion(id=new_id(), manuscript=manuscript, paragraph=new_id(), number=1, place=place, text=text, reason=reason)


def places_after(last: ParagraphVersion, count: int) -> list[int]:
    """So many places between a paragraph and the next; raises ``Problem('paragraph.full')`` when there is no room left."""
    later = ParagraphVersion.objects.filter(manuscript=last.manuscript, retired_by=None, place__gt=last.place)
    following = later.order_by("place").values_list("place", flat=True).first()
    step = ((following or last.place + GAP * (count + 1)) - last.place) // (count + 1)
    if count and step < 1:
        raise Problem("paragraph.full", "这两段之间插不下新段了", "把新写的并进前一段或后一段。")
    return [last.place + step * number for number in range(1, count + 1)]
