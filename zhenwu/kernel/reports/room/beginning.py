"""起稿: a township's own words for a report begin, from the installed template or from last year's text; who leads them, who owns which paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import Actor, reach, staff, tree
from zhenwu.kernel.reports.models import Manuscript, ManuscriptHead, ParagraphOwner, ParagraphVersion
from zhenwu.kernel.reports.own_template import take_apart
from zhenwu.kernel.reports.room.draft import Draft, name_of, subject_of
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.leading import head_of, leads, require_lead, writers
from zhenwu.kernel.reports.room.rights import REPORT, require_reader, require_writer
from zhenwu.kernel.reports.room.storing import issues_of
from zhenwu.kernel.reports.room.words import find_manuscript, live_paragraphs, live_words
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound, Problem, Refused

GAP = 1 << 40  # between two paragraphs' places: forty insertions at one spot
LONGEST_REASON = 200
TEMPLATE, LAST_YEAR = "template", "last_year"


def begin_manuscript(actor: Actor, draft: Draft, origin: str, op_id: UUID) -> int:
    """Begin the draft's own words, from ``template`` or ``last_year``; returns how many paragraphs there are.

    Raises ``Refused``, ``Problem('manuscript.begun')``, ``Problem('manuscript.origin')``.
    """
    require_writer(actor, draft.unit)
    words = _words(draft, origin)

    def change(writer: Writer) -> dict[str, int]:
        if find_manuscript(draft.key, draft.year, draft.unit):
            raise Problem("manuscript.begun", f"{draft.year} 年的稿子已经起好了", "刷新页面，接着改。")
        manuscript = Manuscript(id=new_id(), key=draft.key, year=draft.year, unit_id=draft.unit, origin=origin)
        rows = [
            ParagraphVersion(id=new_id(), manuscript=manuscript, paragraph=new_id(), number=1, place=GAP * place, text=text, reason="起稿")
            for place, text in enumerate(words, start=1)
        ]  # fmt: skip
        keep(writer, "begun", subject_of(draft), [manuscript, *rows])
        return {"paragraphs": len(rows)}

    return int(perform(Act(actor.principal, op_id, "begin_manuscript", {**name_of(draft), "origin": origin}), change)["paragraphs"])


def origins(draft: Draft) -> list[tuple[str, str]]:
    """From what a draft can begin: (origin, in words)."""
    found = [(TEMPLATE, "从报告模块的文字起稿")]
    if _last_year(draft) is not None:
        found.append((LAST_YEAR, f"从 {draft.year - 1} 年的文字起稿"))
    return found


def require_manuscript(draft: Draft) -> Manuscript:
    """The draft's manuscript; raises ``NotFound('manuscript.none')``."""
    found = find_manuscript(draft.key, draft.year, draft.unit)
    if found is None:
        raise NotFound("manuscript.none", f"{draft.year} 年的稿子还没有起稿", "先在“起草”页起稿，再分段改。")
    return found


def hand_out(actor: Actor, draft: Draft, paragraphs: Sequence[UUID], person: UUID, op_id: UUID) -> int:
    """Give paragraphs to a person, who alone edits them from now on beside the head; returns how many.

    Raises ``Refused``, ``NotFound``, ``Problem('paragraph.person')`` for somebody who may not even read the draft.
    """
    require_writer(actor, draft.unit)
    if person not in dict(candidates(draft.unit)):
        raise Problem("paragraph.person", "这个人看不到年度报告，不能负责段落", "请安全管理员先给他开通“年度报告”条线。")
    manuscript = require_manuscript(draft)
    require_lead(actor, manuscript)
    wanted = list(dict.fromkeys(paragraphs))
    if not wanted:
        raise Problem("paragraph.none_chosen", "没有选段落", "在段落前面打勾，再交给人。")
    request = {**name_of(draft), "paragraphs": [str(one) for one in wanted], "person": str(person)}

    def change(writer: Writer) -> dict[str, int]:
        known = {one.paragraph for one in live_paragraphs(manuscript)}
        if not known.issuperset(wanted):
            raise unknown_paragraph()
        before = list(ParagraphOwner.objects.filter(paragraph__in=wanted, retired_by=None))
        rows = [ParagraphOwner(id=new_id(), manuscript=manuscript, paragraph=one, person=person) for one in wanted]
        keep(writer, "handed_out", subject_of(draft), rows, before)
        return {"paragraphs": len(rows)}

    return int(perform(Act(actor.principal, op_id, "hand_out", request), change)["paragraphs"])


def name_head(actor: Actor, draft: Draft, person: UUID, reason: str, op_id: UUID) -> None:
    """统稿: the head hands it on to another writer of the line; another writer may only take it over, and says why.

    Raises ``Refused``, ``NotFound``, ``Problem`` (``head.person``, ``head.reason``, ``head.same``).
    """
    require_writer(actor, draft.unit)
    manuscript = require_manuscript(draft)
    if person not in dict(writers(draft.unit)):
        raise Problem("head.person", "这个人不能写年度报告，不能统稿", "请安全管理员先给他开通“年度报告”条线的登记修改。")
    if person != actor.person_id and not leads(actor, manuscript):
        raise Refused("drafting.refused", "您不统稿，只能由自己接过来，不能交给别人", "请统稿人来交；他不在的时候，可以写明理由，自己接过统稿。")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Problem("head.reason", f"换统稿人要写一句为什么，不超过 {LONGEST_REASON} 个字", "例如“林晚晴去党校学习一个月”。")

    def change(writer: Writer) -> dict[str, str]:
        if head_of(manuscript) == person:
            raise Problem("head.same", "已经由他统稿了", "刷新页面看一看。")
        before = list(ManuscriptHead.objects.filter(manuscript=manuscript, retired_by=None))
        row = ManuscriptHead(id=new_id(), manuscript=manuscript, person=person, reason=reason.strip())
        keep(writer, "head_named", subject_of(draft), [row], before)
        return {"head": str(person)}

    perform(Act(actor.principal, op_id, "name_head", {**name_of(draft), "person": str(person), "reason": reason}), change)


def owners_of(actor: Actor, draft: Draft) -> dict[UUID, UUID]:
    """paragraph → the person who owns it."""
    require_reader(actor, draft.unit)
    rows = ParagraphOwner.objects.filter(manuscript=require_manuscript(draft), retired_by=None)
    return dict(rows.values_list("paragraph", "person"))


def owner_of(paragraph: UUID) -> UUID | None:
    """Who owns a paragraph."""
    return ParagraphOwner.objects.filter(paragraph=paragraph, retired_by=None).values_list("person", flat=True).first()


def candidates(unit: UUID) -> list[tuple[UUID, str]]:
    """Who may own a paragraph: the people who may read the report of the township, by name."""
    above = {unit, *tree().ancestors(unit)}
    reaches = ((actor, reach(actor, "figures", REPORT)) for actor in staff())
    return [(actor.person_id, actor.name) for actor, seen in reaches if actor.person_id and (seen.everywhere or seen.units & above)]


def unknown_paragraph() -> NotFound:
    """What is said of a paragraph that is not there, was removed, or is of another township."""
    return NotFound("paragraph.unknown", "没有这一段，或已经删去", "回到“起草”页，从现在的段落里选。")


def _words(draft: Draft, origin: str) -> list[str]:
    if origin == TEMPLATE:
        _, body = take_apart(current("report", draft.key).body["text"], draft.name)
        return _lines(body)
    last = _last_year(draft) if origin == LAST_YEAR else None
    if last is None:
        raise Problem("manuscript.origin", "没有可以接着写的上一年文字", "改从报告模块的文字起稿。")
    return last


def _last_year(draft: Draft) -> list[str] | None:
    """Last year's manuscript, or what was issued last year from a template of ours."""
    words = live_words(draft.key, draft.year - 1, draft.unit)
    if words:
        return words
    for issue in issues_of(draft, draft.year - 1):
        if issue.frozen.get("name") == draft.name:
            _, _, content = take_file(issue.template_file)
            return _lines(take_apart(content.decode("utf-8-sig"), draft.name)[1])
    return None


def _lines(body: str) -> list[str]:
    return [line.strip() for line in body.split("\n") if line.strip()]
