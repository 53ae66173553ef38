"""稿次: a draft stored as it reads now, under a number and a note; issued documents count as editions beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from zhenwu.kernel.files.api import put_file, take_file
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.metrics.api import Figures, catch_up
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.issuing import DOCX
from zhenwu.kernel.reports.models import DraftEdition, Issue, Kept, ParagraphVersion
from zhenwu.kernel.reports.room.draft import Draft, name_of, read_draft, read_words, subject_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.rights import require_reader, require_writer
from zhenwu.kernel.reports.room.told import Told, read_told, told_of, told_of_issue
from zhenwu.kernel.reports.room.words import find_manuscript, live_paragraphs
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem

LONGEST_NOTE = 200
NOW = "now"


@dataclass(frozen=True)
class EditionCard:
    """An edition in the list: ``name`` is how an address says it (``e3``, ``issue2``, ``now``)."""

    name: str
    label: str
    note: str
    principal: str
    at: datetime | None
    position: int


def store_edition(actor: Actor, draft: Draft, note: str, op_id: UUID) -> int:
    """Store the draft as it now stands; returns its number.

    Raises ``Refused``, ``Problem('edition.note')``, and what reading and filling the draft raises.
    """
    require_writer(actor, draft.unit)
    said = note.strip()
    if not 0 < len(said) <= LONGEST_NOTE:
        raise Problem("edition.note", f"稿次要写一句说明，不超过 {LONGEST_NOTE} 个字", "例如“征求意见稿”“送书记阅”。")
    act = Act(actor.principal, op_id, "store_edition", {**name_of(draft), "note": said})
    answer = answered(act)
    if answer is None:
        stored = prepared(actor, draft)
        answer = perform(act, lambda writer: {"number": write_edition(writer, draft, stored, said)})
    return int(answer["number"])


def prepared(actor: Actor, draft: Draft, paragraphs: Sequence[ParagraphVersion] | None = None) -> dict[str, Any]:
    """What an edition of now holds: words and figures, the versions of its paragraphs, its .docx (put into the file store).

    ``paragraphs``: those that are about to stand; by default those that do.
    """
    manuscript = find_manuscript(draft.key, draft.year, draft.unit)
    rows = paragraphs if paragraphs is not None else live_paragraphs(manuscript) if manuscript else []
    catch_up()
    figures = Figures()  # of now: reading as of a position goes through every record
    filled = read_draft(draft, figures) if paragraphs is None else read_words(draft, [row.text for row in rows], figures)
    file = put_file(actor, f"{draft.year}年稿.docx", DOCX, filled.document, new_id())
    return told_of(filled).to_json() | {"versions": [[str(row.paragraph), row.number] for row in rows], "document": file}


def write_edition(writer: Writer, draft: Draft, content: dict[str, Any], note: str, also: Sequence[Kept] = (), retired: Sequence[Kept] = ()) -> int:
    """Write an edition inside an act, with other rows that belong to it; returns its number."""
    last = DraftEdition.objects.filter(**_rows(draft)).aggregate(last=Max("number"))["last"] or 0
    row = DraftEdition(id=new_id(), number=last + 1, note=note, content=content, **_rows(draft))
    keep(writer, "stored", subject_of(draft), [*also, row], retired)
    return row.number


def document_of_edition(actor: Actor, draft: Draft, number: int) -> bytes:
    """The .docx of a stored edition as it was then; raises ``NotFound``."""
    require_reader(actor, draft.unit)
    return take_file(stored_edition(draft, number).content["document"])[2]


def stored_edition(draft: Draft, number: int) -> DraftEdition:
    """A stored edition's row; raises ``NotFound('edition.none')``."""
    row = DraftEdition.objects.filter(number=number, **_rows(draft)).select_related("event").first()
    if row is None:
        raise NotFound("edition.none", f"没有第 {number} 稿", "在“起草”页的稿次里选一稿。")
    return row


def editions_of(actor: Actor, draft: Draft) -> list[EditionCard]:
    """The stored editions and the issues of a draft, newest first, and before them the draft as it stands."""
    require_reader(actor, draft.unit)
    stored = [_card(row) for row in DraftEdition.objects.filter(**_rows(draft)).select_related("event")]
    issued = [_issue_card(row) for row in issues_of(draft)]
    newest = sorted([*stored, *issued], key=lambda card: str(card.at), reverse=True)
    return [EditionCard(NOW, "现在的稿子", "", "", None, 0), *newest]


def read_edition(actor: Actor, draft: Draft, name: str, figures: Figures | None = None) -> tuple[EditionCard, Told]:
    """An edition by its name: ``now``, ``e3``, ``issue2`` (of any year of the township); raises ``NotFound``."""
    require_reader(actor, draft.unit)
    if name == NOW:
        told = told_of(read_draft(draft, figures))
        return EditionCard(NOW, "现在的稿子", "", "", None, told.position), told
    if name.startswith("issue"):
        row = Issue.objects.filter(number=_whole(name[5:])).select_related("event").first()
        if row is not None and row.frozen["unit"] == str(draft.unit):
            return _issue_card(row), told_of_issue(row)
    if not name.startswith("e"):
        raise NotFound("edition.none", f"没有“{name[:20]}”这一稿", "在“起草”页的稿次里选一稿。")
    stored = stored_edition(draft, _whole(name[1:]))
    return _card(stored), read_told(stored.content)


def issues_of(draft: Draft, year: int | None = None) -> list[Issue]:
    """The issued documents of a draft's township and year (or another year), newest first."""
    rows = Issue.objects.filter(year=year or draft.year).select_related("event").order_by("-number")
    return [row for row in rows if row.frozen["unit"] == str(draft.unit)]


def in_order(cards: Sequence[EditionCard], old: str, new: str) -> tuple[str, str]:
    """Two editions to compare: those asked for, or by default the last stored one and the draft as it stands."""
    names = [card.name for card in cards]
    return old or (names[1] if len(names) > 1 else NOW), new or NOW


def _rows(draft: Draft) -> dict[str, Any]:
    return {"key": draft.key, "year": draft.year, "unit_id": draft.unit}


def _card(row: DraftEdition) -> EditionCard:
    return EditionCard(f"e{row.number}", f"第 {row.number} 稿", row.note, row.event.principal, row.event.recorded_at, row.content["position"])


def _issue_card(row: Issue) -> EditionCard:
    at = row.event.recorded_at
    return EditionCard(f"issue{row.number}", f"定稿第 {row.number} 号", row.title, row.event.principal, at, row.frozen["position"])


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
