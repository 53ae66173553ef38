"""挪动: a paragraph put elsewhere by hand, its words and figures untouched; each move is stored as an edition, and told as one when two are compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.models import ParagraphVersion
from zhenwu.kernel.reports.room.beginning import GAP, require_manuscript, unknown_paragraph
from zhenwu.kernel.reports.room.draft import Draft, name_of
from zhenwu.kernel.reports.room.leading import require_lead
from zhenwu.kernel.reports.room.paragraphs import version_after
from zhenwu.kernel.reports.room.rights import require_reader, require_writer
from zhenwu.kernel.reports.room.storing import NOW, prepared, stored_edition, write_edition
from zhenwu.kernel.reports.room.words import BLANK, find_manuscript, live_paragraphs
from zhenwu.lib.problems import Problem

_TOLD = 24  # letters of a paragraph by which an edition's note names it


@dataclass(frozen=True)
class _Plan:
    """Versions to write, those they retire, the paragraphs as they will stand, what is said of it."""

    fresh: list[ParagraphVersion]
    old: list[ParagraphVersion]
    after: list[ParagraphVersion]
    note: str


def move_paragraph(actor: Actor, draft: Draft, paragraph: UUID, behind: UUID | None, op_id: UUID) -> int:
    """Put a paragraph behind another (None: before all), whoever is editing it; returns the number of the edition that holds it so.

    Raises ``Refused`` for anybody but the head, ``NotFound``, ``Problem`` (``move.nowhere``, ``move.moved`` when the draft changed meanwhile).
    """
    require_writer(actor, draft.unit)
    manuscript = require_manuscript(draft)
    require_lead(actor, manuscript)
    request = {**name_of(draft), "paragraph": str(paragraph), "behind": str(behind) if behind else ""}
    act = Act(actor.principal, op_id, "move_paragraph", request)
    known = answered(act)
    if known is not None:
        return int(known["number"])
    before = live_paragraphs(manuscript)
    plan = _planned(before, paragraph, behind)
    content = prepared(actor, draft, plan.after)

    def change(writer: Writer) -> dict[str, int]:
        now = live_paragraphs(manuscript)
        if [(row.paragraph, row.number) for row in now] != [(row.paragraph, row.number) for row in before]:
            raise Problem("move.moved", "挪的时候，稿子又变了", "刷新页面，看清楚再挪。")
        return {"number": write_edition(writer, draft, content, plan.note, plan.fresh, plan.old)}

    return int(perform(act, change)["number"])


def moved_by_hand(actor: Actor, draft: Draft, old: str, new: str) -> frozenset[int]:
    """The paragraphs of the newer edition (by their order in it) that somebody put elsewhere since the older; none where one of the two was not made
    of the manuscript's paragraphs. Raises ``Refused``, ``NotFound``."""
    require_reader(actor, draft.unit)
    before, after = _versions(draft, old), _versions(draft, new)
    both = set(before) & set(after)
    rows = ParagraphVersion.objects.filter(paragraph__in=both).values_list("paragraph", "number", "place")
    places = {(one, number): place for one, number, place in rows}
    elsewhere = [one for one in after if one in both and places.get((one, before[one])) != places.get((one, after[one]))]
    moved = out_of_order([one for one in before if one in both], [one for one in after if one in both], elsewhere)
    return frozenset(number for number, one in enumerate(after) if one in moved)


def out_of_order(old: Sequence[UUID], new: Sequence[UUID], suspects: Sequence[UUID]) -> set[UUID]:
    """Of the suspects those that must be left out for the rest to stand in one order on both sides."""
    moved = set(suspects)
    for one in suspects:
        if _without(old, moved - {one}) == _without(new, moved - {one}):
            moved.discard(one)
    return moved


def _without(order: Sequence[UUID], left_out: Collection[UUID]) -> list[UUID]:
    return [one for one in order if one not in left_out]


def _planned(before: Sequence[ParagraphVersion], paragraph: UUID, behind: UUID | None) -> _Plan:
    order = [row.paragraph for row in before]
    if paragraph not in order or (behind is not None and behind not in order):
        raise unknown_paragraph()
    old, here = order.index(paragraph), before[order.index(paragraph)]
    rest = [row for row in before if row is not here]
    new = 0 if behind is None else 1 + next((place for place, row in enumerate(rest) if row.paragraph == behind), old - 1)
    if new == old:
        raise Problem("move.nowhere", "这一段已经在那里了", "选另一个位置。")
    reason = f"从第 {old + 1} 段挪到第 {new + 1} 段"
    start = rest[new - 1].place if new else 0
    end = rest[new].place if new < len(rest) else start + 2 * GAP
    places = {paragraph: (start + end) // 2}
    if places[paragraph] == start:  # no room is left between the two: all paragraphs are spread anew
        places = {row.paragraph: GAP * number for number, row in enumerate([*rest[:new], here, *rest[new:]], start=1)}
    fresh = [_placed(row, places[row.paragraph], reason) for row in before if places.get(row.paragraph, row.place) != row.place]
    changed = {row.paragraph: row for row in fresh}
    after = [changed.get(row.paragraph, row) for row in (*rest[:new], here, *rest[new:])]
    return _Plan(fresh, [row for row in before if row.paragraph in changed], after, f"{reason}：{_told(here.text)}")


def _placed(row: ParagraphVersion, place: int, reason: str) -> ParagraphVersion:
    fresh = version_after(row, row.text, reason)
    fresh.place = place
    return fresh


def _told(text: str) -> str:
    words = BLANK.sub("…", text.removeprefix("## ").removeprefix("# "))
    return words if len(words) <= _TOLD else f"{words[:_TOLD]}…"


def _versions(draft: Draft, name: str) -> dict[UUID, int]:
    """paragraph → version's number, in the order of an edition; nothing for what is no edition of the manuscript."""
    if name == NOW:
        manuscript = find_manuscript(draft.key, draft.year, draft.unit)
        return {row.paragraph: row.number for row in live_paragraphs(manuscript)} if manuscript else {}
    number = int(name[1:]) if name[:1] == "e" and name[1:].isdecimal() and len(name) < 10 else 0
    return {UUID(one): version for one, version in stored_edition(draft, number).content["versions"]} if number else {}
