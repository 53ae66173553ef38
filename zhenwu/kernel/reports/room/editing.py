"""A paragraph's next version: saved by one person at a time on the base that was read, its blanks kept as blanks.

Nobody types a figure: a paragraph holds ``⟦key⟧`` where a figure stands. Digits that no blank brings are pointed at, and taken
only when somebody says that they were checked; the print of a blank that was struck is never taken as words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.docx_template import Piece
from zhenwu.kernel.reports.drafts.reading import Line, Sheet, Span, plain
from zhenwu.kernel.reports.drafts.unsourced import Unsourced, unsourced
from zhenwu.kernel.reports.models import Kept, ParagraphOwner, ParagraphVersion
from zhenwu.kernel.reports.room.aside import own_aside
from zhenwu.kernel.reports.room.beginning import owner_of
from zhenwu.kernel.reports.room.draft import Draft, name_of, read_draft, subject_of
from zhenwu.kernel.reports.room.holding import LONGEST_REASON, broken_to, hold_of, refuse_held
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.paragraphs import (
    MOST_TYPED,
    editable,
    new_paragraph,
    places_after,
    says_the_same,
    version_after,
)
from zhenwu.kernel.reports.room.words import BLANK, keys_of, known_keys, plain_key
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Conflict, Problem

LONGEST = 8_000  # letters of a paragraph


@dataclass(frozen=True)
class Edit:
    """What somebody made of a paragraph: more lines than one make new paragraphs behind it, none removes it.

    ``base``: the number of the version they read; a paragraph that was only moved since says the same. ``checked``: they answer for digits that no blank brings.
    """

    text: str
    reason: str
    base: int
    checked: bool = False


def save_paragraph(actor: Actor, draft: Draft, paragraph: UUID, edit: Edit, op_id: UUID) -> int:
    """Write a paragraph's next version and let it go; returns its number.

    Raises ``Refused``, ``NotFound``, ``Problem`` (``paragraph.held``, ``.reason``, ``.too_long``, ``.blank``, ``.typed_over``,
    ``.unsourced``, ``.full``), and ``Conflict`` with the text sent and the version that stands for a stale base.
    """
    lines = [line.strip() for line in edit.text.split("\n") if line.strip()]
    request = {**name_of(draft), "paragraph": str(paragraph), "text": edit.text, "reason": edit.reason, "base": edit.base, "checked": edit.checked}
    act = Act(actor.principal, op_id, "save_paragraph", request)
    if answered(act) is None:
        _refuse_odd(draft, editable(actor, draft, paragraph), lines, edit)

    def change(writer: Writer) -> dict[str, int]:
        last, hold = editable(actor, draft, paragraph), hold_of(paragraph)
        refuse_held(hold, actor)
        if not says_the_same(last, edit.base):
            raise Conflict("这一段刚刚被别人改过", edit.text, last)
        rows = _next_versions(last, lines, edit.reason.strip())
        held = [hold] if hold is not None and hold.person == actor.person_id else []
        keep(writer, "edited", subject_of(draft), rows, [last, *held, *own_aside(actor, paragraph), *broken_to(actor, paragraph)])
        return {"number": last.number + 1}

    return int(perform(act, change)["number"])


def pointed_at(before: str, after: str) -> list[Unsourced]:
    """The digits of a text that no blank brings and that did not stand in the text before."""
    was, now_ = _sheet(before), _sheet(after)
    return unsourced(was, _blanks(was), now_, _blanks(now_))


def _refuse_odd(draft: Draft, last: ParagraphVersion, lines: Sequence[str], edit: Edit) -> None:
    if not 0 < len(edit.reason.strip()) <= LONGEST_REASON:
        raise Problem("paragraph.reason", f"改动要写一句为什么，不超过 {LONGEST_REASON} 个字", "例如“按书记意见精简”。")
    if any(len(line) > LONGEST for line in lines) or len(edit.text) > MOST_TYPED:
        raise Problem("paragraph.too_long", f"一段不超过 {LONGEST} 个字", "分成几段再提交。")
    text = "\n".join(lines)
    if any(not sign.isprintable() and sign != "\n" for sign in text):
        raise Problem("paragraph.unprintable", "里面有印不出来的字符", "删去从别处带来的控制字符再提交。")
    refuse_unknown_blanks(draft, text, keys_of(last.text))
    new = pointed_at(last.text, text)
    typed = _typed_over(draft, last.text, text, new)
    if typed:
        message = f"“{typed}”的空删掉了，却照着它的数打了字"
        raise Problem("paragraph.typed_over", message, f"把 ⟦{typed}⟧ 放回去，数字由系统填；数不对，去更正来源。")
    if new and not edit.checked:
        told = "、".join(dict.fromkeys(one.text for one in new[:8]))
        raise Problem("paragraph.unsourced", f"没有来处的数字：{told}", "能用空的用空（见右边的清单）；确要照写的，核对后打勾再提交。")


def refuse_unknown_blanks(draft: Draft, text: str, kept: Sequence[str] = ()) -> None:
    """Every ⟦ ⟧ is one that the installed report knows, or one that stood there before."""
    keys = keys_of(text)
    if text.count("⟦") != len(keys) or text.count("⟧") != len(keys):
        raise Problem("paragraph.blank", "有一处 ⟦ ⟧ 没有配成对", "⟦ ⟧ 里的名字原样留着，整个删去或整个搬走都可以。")
    known = known_keys(current("report", draft.key).body["text"], draft.name)
    strange = next((key for key in keys if plain_key(key) not in known and key not in kept), None)
    if strange:
        raise Problem("paragraph.blank", f"没有“{strange}”这个空", "名字要和清单里的一样；新的数先请系统管理员在报告模块里加上。")


def _typed_over(draft: Draft, before: str, after: str, new: Sequence[Unsourced]) -> str | None:
    """A blank struck from a text in which its print now stands as new digits."""
    struck = Counter(keys_of(before)) - Counter(keys_of(after))
    if not struck or not new:
        return None
    prints = {answer.slot.key: plain(answer.printed or "") for answer in read_draft(draft).answers}
    fresh = {plain(one.text) for one in new}
    return next((key for key in struck if prints.get(key) and prints[key] in fresh), None)


def _next_versions(last: ParagraphVersion, lines: Sequence[str], reason: str) -> list[Kept]:
    """The paragraph's next version, and new paragraphs behind it that have the same owner."""
    text = lines[0] if lines else last.text
    rows: list[Kept] = [version_after(last, text, reason, removed=not lines)]
    owner = owner_of(last.paragraph)
    for line, place in zip(lines[1:], places_after(last, max(len(lines) - 1, 0)), strict=True):
        row = new_paragraph(last.manuscript, place, line, reason)
        rows.append(row)
        if owner:
            rows.append(ParagraphOwner(id=new_id(), manuscript=last.manuscript, paragraph=row.paragraph, person=owner))
    return rows


def _sheet(text: str) -> Sheet:
    return Sheet(None, [Line(None, [Piece(0, line, None)]) for line in text.split("\n")])


def _blanks(sheet: Sheet) -> list[Span]:
    return [Span(number, *found.span()) for number, line in enumerate(sheet.lines) for found in BLANK.finditer(line.text)]


