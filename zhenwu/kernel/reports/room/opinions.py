"""意见: said of a sentence by whoever reads the draft, ruled on by the paragraph's owner or the head, listed as 意见采纳情况表."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.models import Opinion, OpinionRuling
from zhenwu.kernel.reports.paper.editions import fonts_here
from zhenwu.kernel.reports.room.beginning import owner_of, require_manuscript, unknown_paragraph
from zhenwu.kernel.reports.room.draft import Draft, name_of, subject_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.leading import require_editor
from zhenwu.kernel.reports.room.rights import require_reader
from zhenwu.kernel.reports.room.sentence_changes import sentences_of
from zhenwu.kernel.reports.room.words import live_paragraphs
from zhenwu.lib.clock import today
from zhenwu.lib.ids import new_id
from zhenwu.lib.paper.model import Column, Listing, cell
from zhenwu.lib.paper.pdf import listing_pdf
from zhenwu.lib.paper.sheet import listing_xlsx
from zhenwu.lib.paper.word import write_listing
from zhenwu.lib.problems import NotFound, Problem

DECISIONS = {"adopted": "采纳", "partly": "部分采纳", "declined": "不采纳"}
LONGEST = 500
LONGEST_REASON = 300


@dataclass(frozen=True)
class Heard:
    """An opinion with its ruling, if there is one. ``stands``: whether the sentence still reads as it did."""

    opinion: Opinion
    ruling: OpinionRuling | None
    stands: bool

    @property
    def decision(self) -> str:
        return DECISIONS[self.ruling.decision] if self.ruling else "待定"


def give_opinion(actor: Actor, draft: Draft, paragraph: UUID, sentence: int, words: str, op_id: UUID) -> UUID:
    """Say something about a paragraph's n-th sentence (from 0; -1: the paragraph as a whole); returns the opinion's id.

    Raises ``Refused``, ``NotFound``, ``Problem('opinion.words')``.
    """
    require_reader(actor, draft.unit)
    if not 0 < len(words.strip()) <= LONGEST:
        raise Problem("opinion.words", f"意见要写，不超过 {LONGEST} 个字", "写明哪里不妥、建议怎么改。")
    manuscript = require_manuscript(draft)

    def change(writer: Writer) -> dict[str, str]:
        row = next((one for one in live_paragraphs(manuscript) if one.paragraph == paragraph), None)
        if row is None:
            raise unknown_paragraph()
        said = sentences_of(row.text)
        if not -1 <= sentence < len(said):
            raise Problem("opinion.sentence", "这一句已经不在了", "刷新页面，对着现在的句子再提。")
        number = (Opinion.objects.filter(manuscript=manuscript).aggregate(last=Max("number"))["last"] or 0) + 1
        about = row.text if sentence < 0 else said[sentence].strip()
        opinion = Opinion(id=new_id(), manuscript=manuscript, paragraph=paragraph, number=number, sentence=about, words=words.strip())
        keep(writer, "opinion", subject_of(draft), [opinion])
        return {"opinion": str(opinion.id)}

    request = {**name_of(draft), "paragraph": str(paragraph), "sentence": sentence, "words": words}
    return UUID(perform(Act(actor.principal, op_id, "give_opinion", request), change)["opinion"])


def rule_opinion(actor: Actor, draft: Draft, opinion: UUID, decision: str, reason: str, op_id: UUID) -> None:
    """采纳、部分采纳、不采纳, with a reason; a later ruling replaces the earlier. Raises ``Refused``, ``NotFound``, ``Problem('opinion.reason')``."""
    require_reader(actor, draft.unit)
    manuscript = require_manuscript(draft)
    found = Opinion.objects.filter(id=opinion, manuscript=manuscript).first()
    if found is None:
        raise NotFound("opinion.unknown", "没有这条意见", "回到意见页，从清单里选。")
    require_editor(actor, manuscript, owner_of(found.paragraph))
    if decision not in DECISIONS:
        raise Problem("opinion.decision", "没有选采纳情况", "选采纳、部分采纳或不采纳。")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Problem("opinion.reason", f"采纳情况要写理由，不超过 {LONGEST_REASON} 个字", "写一句怎么改的，或为什么不改。")

    def change(writer: Writer) -> dict[str, str]:
        before = list(OpinionRuling.objects.filter(opinion=found, retired_by=None))
        row = OpinionRuling(id=new_id(), opinion=found, decision=decision, reason=reason.strip())
        keep(writer, "ruled", subject_of(draft), [row], before)
        return {"ruling": str(row.id)}

    request = {**name_of(draft), "opinion": str(opinion), "decision": decision, "reason": reason}
    perform(Act(actor.principal, op_id, "rule_opinion", request), change)


def opinions_of(actor: Actor, draft: Draft, paragraph: UUID | None = None) -> list[Heard]:
    """The opinions on a draft (or one paragraph), in the order they came."""
    require_reader(actor, draft.unit)
    manuscript = require_manuscript(draft)
    rows = Opinion.objects.filter(manuscript=manuscript).select_related("event").order_by("number")
    rows = rows.filter(paragraph=paragraph) if paragraph else rows
    ruled = {one.opinion_id: one for one in OpinionRuling.objects.filter(opinion__in=rows, retired_by=None).select_related("event")}
    texts = {one.paragraph: one.text for one in live_paragraphs(manuscript)}
    return [Heard(row, ruled.get(row.id), row.sentence in texts.get(row.paragraph, "")) for row in rows]


def print_opinions(draft: Draft, heard: Sequence[Heard], told: Sequence[tuple[str, str, str]], form: str) -> bytes:
    """意见采纳情况表 as xlsx, docx or pdf; ``told`` gives for each opinion: the sentence as read, who said it, who ruled."""
    if form == "xlsx":
        return listing_xlsx(_listing(draft, heard, told))
    if form == "pdf":
        return listing_pdf(_listing(draft, heard, told), fonts_here(), today())
    if form == "docx":
        return write_listing(_listing(draft, heard, told))
    raise NotFound("opinion.form", f"没有 {form[:10]} 格式的意见表", "可选：xlsx、docx、pdf。")


def _listing(draft: Draft, heard: Sequence[Heard], told: Sequence[tuple[str, str, str]]) -> Listing:
    rows = tuple(
        (cell(str(one.opinion.number)), cell(sentence), cell(by), cell(one.opinion.words), cell(one.decision),
         cell(one.ruling.reason if one.ruling else ""), cell(ruled))
        for one, (sentence, by, ruled) in zip(heard, told, strict=True)
    )  # fmt: skip
    columns = (
        Column("号", 4), Column("句子", 26), Column("谁提的", 9), Column("意见", 22), Column("采纳情况", 9), Column("理由", 20), Column("谁定的", 10),
    )  # fmt: skip
    counts = "，".join(f"{label} {sum(one.decision == label for one in heard)} 条" for label in (*DECISIONS.values(), "待定"))
    return Listing(f"{draft.year}年报告意见采纳情况表", (f"共 {len(rows)} 条：{counts}。",), columns, rows, "还没有人提意见。")
