"""勘误单 and 更正说明: what an issued document printed against what its figures say now, in a document of its own.

The issued document never changes. A person chooses which differences are errata (勘误单: it was printed wrongly) or are told as later
figures (更正说明), and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max

from zhenwu.kernel.files.api import put_file
from zhenwu.kernel.journal.api import Act, Writer, answered, perform, seal_head
from zhenwu.kernel.metrics.api import Address, Figures, catch_up
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.filling import profile_day, profile_on, say_figure
from zhenwu.kernel.reports.issued_paper import breakable
from zhenwu.kernel.reports.issuing import DOCX, exact
from zhenwu.kernel.reports.models import Erratum, Issue
from zhenwu.kernel.reports.paper.editions import fonts_here
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.rights import require_reader, require_writer
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.wording import read_wording, say_words
from zhenwu.lib.clock import today
from zhenwu.lib.ids import new_id
from zhenwu.lib.paper.geometry import OFFICIAL
from zhenwu.lib.paper.model import Column, Document, Line, Listing, Piece, cell
from zhenwu.lib.paper.pdf import document_pdf, listing_pdf
from zhenwu.lib.paper.titles import parted
from zhenwu.lib.paper.word import write_document, write_listing
from zhenwu.lib.periods import Period
from zhenwu.lib.printing import Form
from zhenwu.lib.problems import NotFound, Place, Problem

ERRATUM, CORRECTION = "erratum", "correction"
LABELS = {ERRATUM: "勘误单", CORRECTION: "更正说明"}
LONGEST_REASON = 200


@dataclass(frozen=True)
class Difference:
    """A blank of an issued document: as printed, as its source says now. ``value``: exact, ``why``: whose number it is now."""

    slot: int
    meaning: str
    sentence: str
    printed: str
    now: str
    address: tuple[str, str, str] | None
    value: str | None
    why: str


def differences(actor: Actor, issue: Issue) -> list[Difference]:
    """What an issued document printed that its sources say otherwise now, in the order of the text."""
    unit = UUID(issue.frozen["unit"])
    require_reader(actor, unit)
    catch_up()
    figures = Figures()  # of now: reading as of a position goes through every record
    profile = profile_on(profile_day(issue.year), figures.position, unit)
    found = [_now(slot, issue, figures, profile) for slot in issue.frozen["slots"]]
    return [one for one in found if one.now != one.printed]


def issue_erratum(actor: Actor, issue: Issue, kind: str, chosen: Mapping[int, str], op_id: UUID) -> Erratum:
    """Issue a 勘误单 or 更正说明 on some differences (slot → reason); the issued document stays as it is.

    Raises ``Refused``, ``Problem`` (``erratum.kind``, ``.none_chosen``, ``.reason``, ``.same`` when a chosen figure no longer differs).
    """
    require_writer(actor, UUID(issue.frozen["unit"]))
    request = {"issue": str(issue.id), "kind": kind, "chosen": {str(slot): why for slot, why in sorted(chosen.items())}}
    act = Act(actor.principal, op_id, "issue_erratum", request)
    answer = answered(act)
    if answer is None:
        _refuse_odd(kind, chosen)
        frozen = _frozen(actor, issue, kind, chosen)
        file = put_file(actor, f"{title_of(frozen)}.docx", DOCX, docx_of(frozen), new_id())

        def change(writer: Writer) -> dict[str, str]:
            if _next_number() != frozen["number"]:
                raise Problem("drafting.overtaken", "别人刚刚也出了一份，编号被用了", "再提交一次。")
            row = Erratum(id=new_id(), issue=issue, number=frozen["number"], frozen=frozen, document_file=file)
            keep(writer, "erratum", f"report:{issue.id}", [row])
            return {"erratum": str(row.id)}

        answer = perform(act, change)
    return Erratum.objects.select_related("event", "issue").get(id=answer["erratum"])


def errata_of(actor: Actor, issue: Issue) -> list[Erratum]:
    """The errata issued on a document, newest first."""
    require_reader(actor, UUID(issue.frozen["unit"]))
    return list(Erratum.objects.filter(issue=issue).select_related("event", "issue").order_by("-number"))


def find_erratum(actor: Actor, issue: Issue, number: int) -> Erratum:
    """One of them by its number; raises ``NotFound``."""
    found = next((one for one in errata_of(actor, issue) if one.number == number), None)
    if found is None:
        raise NotFound("erratum.unknown", f"没有第 {number} 号更正", "在定稿的“勘误和更正”页里选。")
    return found


def title_of(frozen: Mapping[str, Any]) -> str:
    """《…》勘误单, or 关于《…》的更正说明."""
    return f"《{frozen['title']}》勘误单" if frozen["kind"] == ERRATUM else f"关于《{frozen['title']}》有关数据的更正说明"


def docx_of(frozen: Mapping[str, Any]) -> bytes:
    """The .docx of what an erratum froze."""
    if frozen["kind"] == ERRATUM:
        return write_listing(_listing(frozen))
    return write_document(parted(_document(frozen), OFFICIAL))


def pdf_of(erratum: Erratum) -> bytes:
    """Its PDF, dated by the day it was issued; raises ``Problem('paper.…')`` without fonts."""
    frozen, day = erratum.frozen, date.fromisoformat(erratum.frozen["day"])
    if frozen["kind"] == ERRATUM:
        return listing_pdf(_listing(frozen), fonts_here(), day)
    return document_pdf(parted(_document(frozen), OFFICIAL), fonts_here(), day, OFFICIAL)


def _now(slot: Mapping[str, Any], issue: Issue, figures: Figures, profile: Mapping[str, str]) -> Difference:
    printed, value, address = slot["printed"] or UNKNOWN, None, None
    if slot["address"]:
        metric, period, unit = slot["address"]
        address = (metric, period, unit)
        now, value, why = _figure_now(slot, figures)
    elif slot["record"]:
        wording, form = slot["record"]
        period = resolve_period(form, issue.year)
        now, why = say_words(read_wording(wording, Place()), period, figures, UUID(issue.frozen["unit"]))
    elif slot["profile"]:
        now, why = profile.get(slot["profile"]), "镇情"
    else:
        now, why = slot["printed"], ""
    return Difference(slot["slot"], slot["meaning"], slot["sentence"], printed, now or UNKNOWN, address, value, why)


def _figure_now(slot: Mapping[str, Any], figures: Figures) -> tuple[str | None, str | None, str]:
    metric, period, unit = slot["address"]
    try:
        figure = figures.figure(Address(metric, Period.parse(period), UUID(unit)))
    except NotFound:
        return slot["printed"], None, "这个指标现在没有启用，没法比"
    said, why = say_figure(figure, Form(*slot["form"]))
    return said, exact(figure), why


def _refuse_odd(kind: str, chosen: Mapping[int, str]) -> None:
    if kind not in LABELS:
        raise Problem("erratum.kind", "没有选出哪一种", "印错了的出勘误单，后来有了正式数的出更正说明。")
    if not chosen:
        raise Problem("erratum.none_chosen", "没有选要更正的数", "在要更正的数前面打勾，写明原因。")
    if any(not 0 < len(why.strip()) <= LONGEST_REASON for why in chosen.values()):
        raise Problem("erratum.reason", f"每个要更正的数都要写原因，不超过 {LONGEST_REASON} 个字", "例如“县统计局公布了正式数”。")


def _frozen(actor: Actor, issue: Issue, kind: str, chosen: Mapping[int, str]) -> dict[str, Any]:
    differing = {one.slot: one for one in differences(actor, issue)}
    strange = sorted(set(chosen) - set(differing))
    if strange:
        raise Problem("erratum.same", f"第 {strange[0]} 个数现在和印的一样，不用更正", "刷新页面，从现在不一样的里面选。")
    rows = [
        {"slot": one.slot, "meaning": one.meaning, "sentence": one.sentence, "printed": one.printed, "now": one.now, "why": one.why,
         "address": list(one.address) if one.address else None, "value": one.value, "reason": chosen[one.slot].strip()}
        for one in differing.values() if one.slot in chosen
    ]  # fmt: skip
    return {
        "number": _next_number(), "kind": kind, "issue": issue.number, "title": issue.title, "issued": issue.frozen["day"],
        "day": today().isoformat(), "position": catch_up(), "seal": list(seal_head()), "rows": rows,
    }  # fmt: skip


def _next_number() -> int:
    return (Erratum.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _about(frozen: Mapping[str, Any]) -> str:
    return f"更正第 {frozen['number']} 号，{frozen['day']}。原件：定稿第 {frozen['issue']} 号，{frozen['issued']} 定稿；原件不改，请与本件对照使用。"


def _imprint(frozen: Mapping[str, Any]) -> str:
    sealed, head = frozen["seal"]
    return f"更正后的数截至第 {frozen['position']} 号留痕。封存到第 {sealed} 号留痕，封存印记 {head}。"


def _listing(frozen: Mapping[str, Any]) -> Listing:
    rows = tuple(
        (cell(str(number)), cell(one["meaning"]), cell(one["sentence"]), cell(Piece(one["printed"], face="hei")),
         cell(Piece(one["now"], face="hei")), cell(one["reason"]))
        for number, one in enumerate(frozen["rows"], start=1)
    )  # fmt: skip
    columns = (Column("号", 4), Column("哪个数", 14), Column("原句", 30), Column("误", 10), Column("正", 10), Column("原因", 18))
    return Listing(title_of(frozen), (_about(frozen), _imprint(frozen)), columns, rows, "")


def _document(frozen: Mapping[str, Any]) -> Document:
    rows = frozen["rows"]
    opening = f"《{frozen['title']}》（定稿第 {frozen['issue']} 号，{frozen['issued']} 定稿）印发后，有 {len(rows)} 处数据有了更正，说明如下。原件不改，请与本说明对照使用。"
    lines = [Line("title", (Piece(title_of(frozen)),)), Line("body", (Piece(opening),))]
    for number, one in enumerate(rows, start=1):
        said = f"{number}．{one['meaning']}：原印“{one['printed']}”，更正为“{one['now']}”。原因：{one['reason'].rstrip('。')}。原句：{one['sentence']}"
        lines.append(Line("body", (Piece(said),)))
    closing = f"更正第 {frozen['number']} 号，{frozen['day']}。{breakable(_imprint(frozen))}"
    return Document(title_of(frozen), (*lines, Line("body", (Piece(closing, face="kai"),))))
