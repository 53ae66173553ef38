"""An edited .docx taken back into the manuscript: what passed, what stopped, and its words as the next version.

``look_at`` shows; ``take_in`` writes, all of it or nothing. Paragraphs that somebody changed here while the document was out, and that the
document changes too, stop it with both texts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.metrics.api import catch_up
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.drafts.deciding import Choices, Decision
from zhenwu.kernel.reports.drafts.taking_back import TakenBack, read_original, take_back
from zhenwu.kernel.reports.models import Manuscript, ParagraphVersion
from zhenwu.kernel.reports.room.beginning import GAP, require_manuscript
from zhenwu.kernel.reports.room.draft import Draft, installed_text, name_of, read_draft
from zhenwu.kernel.reports.room.editing import LONGEST
from zhenwu.kernel.reports.room.holding import WAIT, holdings
from zhenwu.kernel.reports.room.leading import require_lead
from zhenwu.kernel.reports.room.paragraph_changes import Matched, bare, mark_of_heading, match_lines
from zhenwu.kernel.reports.room.paragraphs import new_paragraph, version_after
from zhenwu.kernel.reports.room.rights import require_writer
from zhenwu.kernel.reports.room.storing import NOW, prepared, stored_edition, write_edition
from zhenwu.kernel.reports.room.words import live_paragraphs, plain_key, template_of
from zhenwu.lib.problems import Place, Problem, Problems


@dataclass(frozen=True)
class Base:
    """What went out: its .docx, and the paragraphs of the manuscript in the versions that it held."""

    document: bytes
    paragraphs: tuple[ParagraphVersion, ...]


@dataclass(frozen=True)
class Change:
    """A paragraph as it went out and as it came back ("" where it is not)."""

    old: str
    new: str


@dataclass(frozen=True)
class Looked:
    """``taken``: figures and tracked changes; ``changes``: paragraphs, empty while a figure is stopped; ``clashes``: changed on both sides."""

    taken: TakenBack
    changes: tuple[Change, ...]
    clashes: tuple[Change, ...]


def look_at(actor: Actor, draft: Draft, data: bytes, against: str, choices: Choices) -> Looked:
    """What taking a document back would do; nothing is written.

    ``against``: ``now`` or a stored edition (``e3``). Raises ``Refused``, ``NotFound``, ``Problem`` for a file that cannot be taken back.
    """
    require_writer(actor, draft.unit)
    require_lead(actor, require_manuscript(draft))
    base = _base(draft, against)
    taken = _taken(draft, data, base, choices)
    if taken.document is None:
        return Looked(taken, (), ())
    lines = lines_of(taken)
    matched = match_lines([row.text for row in base.paragraphs], lines)
    changes = [_told(base, lines, place, mate) for place, mate in enumerate(matched.mates)]
    dropped = [Change(base.paragraphs[place].text, "") for place in matched.dropped]
    clashes = [_told(base, lines, place, mate) for place, mate in enumerate(matched.mates)
               if mate is not None and _is_changed(base.paragraphs[mate], lines[place]) and not _stands(base.paragraphs[mate])]  # fmt: skip
    clashes += [Change(base.paragraphs[place].text, "") for place in matched.dropped if not _stands(base.paragraphs[place])]
    return Looked(taken, tuple(one for one in (*changes, *dropped) if bare(one.old) != bare(one.new)), tuple(clashes))


def take_in(actor: Actor, draft: Draft, data: bytes, against: str, choices: Choices, checked: bool, op_id: UUID) -> int:
    """Make a document's words the next versions of the manuscript's paragraphs and store that as an edition; returns its number.

    Raises what ``look_at`` raises; ``Problems`` naming the figures that are stopped; ``Problem`` (``takein.clash``, ``takein.unsourced`` unless
    ``checked``, ``takein.nothing``, ``paragraph.held``).
    """
    require_writer(actor, draft.unit)
    require_lead(actor, require_manuscript(draft))
    request = {
        **name_of(draft), "file": hashlib.sha256(data).hexdigest(), "against": against, "checked": checked,
        "rough": sorted(choices.approximate), "left_out": sorted(choices.leave_out),
    }  # fmt: skip
    act = Act(actor.principal, op_id, "take_in", request)
    known = answered(act)
    if known is not None:
        return int(known["number"])
    looked = look_at(actor, draft, data, against, choices)
    _refuse_unready(looked, checked)
    manuscript, reason = require_manuscript(draft), _reason(looked.taken)
    before = live_paragraphs(manuscript)
    plan = _planned(before, _base(draft, against), lines_of(looked.taken), reason)
    if not plan.fresh:
        raise Problem("takein.nothing", "改稿的文字和稿子一样，没有要收进来的", "检查是不是拿错了文件。")
    content = prepared(actor, draft, plan.after)

    def change(writer: Writer) -> dict[str, int]:
        now = live_paragraphs(manuscript)
        if [(row.paragraph, row.number) for row in now] != [(row.paragraph, row.number) for row in before]:
            raise Problem("takein.moved", "看改稿的时候，稿子又变了", "再看一遍，再收进来。")
        held = next((one for one in holdings([row.paragraph for row in plan.old]).values() if one.person != actor.person_id), None)
        if held:
            raise Problem("paragraph.held", held.words, WAIT)
        return {"number": write_edition(writer, draft, content, reason, plan.fresh, plan.old)}

    return int(perform(act, change)["number"])


def lines_of(taken: TakenBack) -> list[str]:
    """The words that came back, a line a paragraph, with ``⟦key⟧`` where its figures stand; an issue's imprint falls away."""
    by_line: dict[int, list[Decision]] = {}
    for one in taken.decisions:
        if one.entry:
            by_line.setdefault(one.entry.span.line, []).append(one)
    lines = []
    for paragraph in taken.filled.template.paragraphs:
        text = paragraph.text
        for one in sorted(by_line.get(paragraph.index, ()), key=lambda one: -(one.entry.span.start if one.entry else 0)):
            if one.entry:
                text = text[: one.entry.span.start] + _blank(one) + text[one.entry.span.end :]
        lines.append(text.replace("\n", "").replace("\t", " ").strip())
    return [line for line in lines if line]


def _blank(one: Decision) -> str:
    binding = one.answer.binding
    if one.text is None or binding is None:
        return ""
    return f"⟦{plain_key(str(binding.id))}~{one.rounding}⟧" if one.rounding else f"⟦{binding.id}⟧"


@dataclass(frozen=True)
class _Plan:
    """Versions to write, versions they retire, and the paragraphs as they will stand."""

    fresh: list[ParagraphVersion]
    old: list[ParagraphVersion]
    after: list[ParagraphVersion]


def _planned(live: Sequence[ParagraphVersion], base: Base, lines: Sequence[str], reason: str) -> _Plan:
    matched = match_lines([row.text for row in base.paragraphs], lines)
    here = {row.paragraph: row for row in live}
    plan = _Plan([], [], [])
    for (line, mate), place in zip(zip(lines, matched.mates, strict=True), _places(live, base, matched), strict=True):
        was = base.paragraphs[mate] if mate is not None else None
        row = here.pop(was.paragraph, None) if was else None
        if was and row is None:
            continue  # removed here meanwhile, and the document left it as it was
        text = _with_mark(was, line)
        if row is None or was is None:
            plan.fresh.append(new_paragraph(base.paragraphs[0].manuscript, place or 0, text, reason))
        elif _is_changed(was, line) or place is not None:
            fresh = version_after(row, text if _is_changed(was, line) else row.text, reason)
            fresh.place = row.place if place is None else place
            plan.fresh.append(fresh)
            plan.old.append(row)
    for number in matched.dropped:
        row = here.get(base.paragraphs[number].paragraph)
        if row is not None:
            plan.fresh.append(version_after(row, row.text, reason, removed=True))
            plan.old.append(row)
    stay = [row for row in live if row not in plan.old]
    plan.after.extend(sorted([*stay, *(row for row in plan.fresh if not row.removed)], key=lambda row: row.place))
    return plan


def _places(live: Sequence[ParagraphVersion], base: Base, matched: Matched) -> list[int | None]:
    """For each line a new place, or None where its paragraph stays where it is."""
    stands = {row.paragraph: row.place for row in live}
    ordered = sorted(stands.values())
    fixed = [
        stands.get(base.paragraphs[mate].paragraph) if mate is not None and number in matched.stayed else None
        for number, mate in enumerate(matched.mates)
    ]
    found: list[int | None] = [None] * len(fixed)
    number = 0
    while number < len(fixed):
        mate = matched.mates[number]
        if fixed[number] is not None or (mate is not None and base.paragraphs[mate].paragraph not in stands):
            number += 1
            continue
        end = next((other for other in range(number, len(fixed)) if fixed[other] is not None), len(fixed))
        previous = next((place for place in reversed(fixed[:number]) if place is not None), 0)
        following = next((place for place in ordered if place > previous), previous + GAP * (end - number + 1))
        step = (following - previous) // (end - number + 1)
        if step < 1:
            raise Problem("paragraph.full", "有的段落之间插不下新段了", "把新写的并进前一段或后一段，再取回。")
        found[number:end] = [previous + step * (place - number + 1) for place in range(number, end)]
        number = end
    return found


def _base(draft: Draft, against: str) -> Base:
    manuscript = require_manuscript(draft)
    if against == NOW:
        return Base(read_draft(draft).document, tuple(live_paragraphs(manuscript)))
    number = int(against[1:]) if against[:1] == "e" and against[1:].isdecimal() and len(against) < 10 else 0
    content = stored_edition(draft, number).content
    wanted = {(UUID(one), version): place for place, (one, version) in enumerate(content["versions"])}
    rows = [row for row in _versions(manuscript) if (row.paragraph, row.number) in wanted]
    if not rows:
        raise Problem("takein.against", "这一稿是起稿以前存的，对不上现在的段落", "选起稿以后存的稿次，或者“现在的稿子”。")
    rows.sort(key=lambda row: wanted[row.paragraph, row.number])
    return Base(take_file(content["document"])[2], tuple(rows))


def _versions(manuscript: Manuscript) -> list[ParagraphVersion]:
    return list(ParagraphVersion.objects.filter(manuscript=manuscript).select_related("manuscript"))


def _taken(draft: Draft, data: bytes, base: Base, choices: Choices) -> TakenBack:
    catch_up()
    words = template_of(installed_text(draft), draft.name, [row.text for row in base.paragraphs])  # as it went out
    original = read_original(base.document, "原稿.docx", draft.year, (words.encode(), draft.name), draft.unit)
    return take_back(data, "改稿.docx", original, draft.year, choices, draft.unit)


def _refuse_unready(looked: Looked, checked: bool) -> None:
    stopped = [
        Problem("draft.figure_changed", f"“{one.meaning}”原来是“{one.was}”，改成了“{one.typed}”，来源现在是“{one.now}”", "写成约数、不写这个数，或更正来源。")
        for one in looked.taken.stopped
    ]
    clashes = [
        Problem("takein.clash", "稿子送出去以后，这一段在网上也改过", "先在网上把两边并好，再取回。", Place(key=one.old[:40])) for one in looked.clashes
    ]
    if stopped or clashes:
        raise Problems([*stopped, *clashes])
    if looked.taken.unsourced and not checked:
        told = "、".join(dict.fromkeys(one.text for one in looked.taken.unsourced[:8]))
        raise Problem("takein.unsourced", f"没有来处的数字：{told}", "逐个核对，确要照写的打勾再收。")
    long = next((one for one in looked.changes if len(one.new) > LONGEST), None)
    if long:
        raise Problem("paragraph.too_long", f"一段不超过 {LONGEST} 个字", "在改稿里分成几段，再取回。", Place(key=long.new[:40]))


def _reason(taken: TakenBack) -> str:
    """Who changed it, in the words that the versions keep."""
    authors = Counter(change.author for change in taken.changes if change.author)
    who = "、".join(f"{author}修订{count}处" for author, count in authors.most_common(6))
    return f"取回改稿：{who or '没有留修订痕迹'}"[:200]


def _told(base: Base, lines: Sequence[str], place: int, mate: int | None) -> Change:
    return Change(base.paragraphs[mate].text if mate is not None else "", lines[place])


def _is_changed(was: ParagraphVersion, line: str) -> bool:
    return bare(was.text) != bare(line)


def _stands(row: ParagraphVersion) -> bool:
    """Whether a version is still what its paragraph says, wherever it stands by now."""
    return ParagraphVersion.objects.filter(paragraph=row.paragraph, retired_by=None, removed=False, text=row.text).exists()


def _with_mark(was: ParagraphVersion | None, line: str) -> str:
    return (mark_of_heading(was.text) if was else "") + line
