"""A slogan replaced everywhere, with a preview first; and sentences that stand in the text more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.models import ParagraphVersion
from zhenwu.kernel.reports.room.beginning import require_manuscript
from zhenwu.kernel.reports.room.draft import Draft, name_of, subject_of
from zhenwu.kernel.reports.room.editing import pointed_at
from zhenwu.kernel.reports.room.holding import WAIT, holdings
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.leading import require_lead
from zhenwu.kernel.reports.room.paragraphs import version_after
from zhenwu.kernel.reports.room.rights import require_reader, require_writer
from zhenwu.kernel.reports.room.sentence_changes import sentences_of
from zhenwu.kernel.reports.room.words import live_paragraphs
from zhenwu.lib.problems import Problem

LONGEST = 200
_SHORTEST_SENTENCE = 8  # letters: shorter ones repeat by nature


@dataclass(frozen=True)
class Place:
    """A paragraph in which the words stand: how often, the version it is in, and how it would read; ``held``: who is editing it."""

    paragraph: UUID
    number: int
    times: int
    before: str
    after: str
    held: str = ""


def preview_replacing(actor: Actor, draft: Draft, find: str, put: str) -> list[Place]:
    """Where some words stand and how those paragraphs would read; raises ``Problem`` for words that cannot be replaced."""
    require_reader(actor, draft.unit)
    _refuse_odd(find, put)
    rows = [row for row in live_paragraphs(require_manuscript(draft)) if find in row.text]
    held = holdings([row.paragraph for row in rows])
    return [
        Place(row.paragraph, row.number, row.text.count(find), row.text, row.text.replace(find, put),
              "" if row.paragraph not in held else held[row.paragraph].words)
        for row in rows
    ]  # fmt: skip


def replace_everywhere(actor: Actor, draft: Draft, find: str, put: str, seen: Sequence[tuple[UUID, int]], op_id: UUID) -> int:
    """Replace words in the paragraphs that were previewed (paragraph, version's number); returns how many paragraphs.

    Raises ``Refused``, ``Problem('replace.moved')`` when the draft is no longer what was previewed, ``Problem('paragraph.held')``.
    """
    require_writer(actor, draft.unit)
    manuscript = require_manuscript(draft)
    require_lead(actor, manuscript)
    request = {**name_of(draft), "find": find, "put": put, "seen": [[str(one), number] for one, number in seen]}
    act = Act(actor.principal, op_id, "replace_everywhere", request)
    if answered(act) is None:
        _refuse_odd(find, put)

    def change(writer: Writer) -> dict[str, int]:
        rows = [row for row in live_paragraphs(manuscript) if find in row.text]
        if not rows or {(row.paragraph, row.number) for row in rows} != set(seen):
            raise Problem("replace.moved", "预览以后稿子又变了", "重新预览，看清楚再替换。")
        held = next(iter(holdings([row.paragraph for row in rows]).values()), None)
        if held and held.person != actor.person_id:
            raise Problem("paragraph.held", held.words, WAIT)
        fresh = [version_after(row, row.text.replace(find, put), _reason(find, put)) for row in rows]
        keep(writer, "replaced", subject_of(draft), fresh, rows)
        return {"paragraphs": len(rows)}

    return int(perform(act, change)["paragraphs"])


def repeated(rows: Sequence[ParagraphVersion]) -> list[tuple[str, list[UUID]]]:
    """Sentences (with their blanks) that stand more than once, and the paragraphs that say them."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        for sentence in sentences_of(row.text):
            if len(sentence.strip()) >= _SHORTEST_SENTENCE:
                found[sentence.strip().rstrip("。；;！!")].append(row.paragraph)
    return [(sentence, places) for sentence, places in found.items() if len(places) > 1]


def _refuse_odd(find: str, put: str) -> None:
    if not 1 < len(find) <= LONGEST or len(put) > LONGEST or not (find + put).isprintable():
        raise Problem("replace.words", f"要换的话写 2 到 {LONGEST} 个字，不能有换行", "写全要换掉的那句话，例如去年的口号。")
    if find == put:
        raise Problem("replace.same", "换上的和换掉的一样", "写上新的话。")
    if any(sign in find + put for sign in "⟦⟧"):
        raise Problem("replace.blank", "⟦ ⟧ 里的空不能这样换", "只写文字；空在各段里改。")
    if pointed_at(find, put):
        raise Problem("replace.unsourced", "换上的话里有没有来处的数字", "数字用空来写，在各段里改。")


def _reason(find: str, put: str) -> str:
    return f"“{find[:80]}”统一换成“{put[:80]}”"
