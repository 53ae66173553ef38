"""Issuing a document: what stands behind it is frozen as of one journal position."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from zhenwu.kernel.files.api import put_file, take_file
from zhenwu.kernel.journal.api import Act, Writer, answered, perform, seal_head
from zhenwu.kernel.metrics.api import Figure, Figures, read_now
from zhenwu.kernel.orgs.api import Actor, reach, tree
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.kernel.reports.filling import Answer, Filled, fill_source, read_source
from zhenwu.kernel.reports.imprint import add_imprint, imprint_of
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.room.draft import draft_of
from zhenwu.kernel.reports.room.rights import REPORT
from zhenwu.kernel.reports.room.signing import signing_begun, signing_of
from zhenwu.kernel.reports.seat import seat_of
from zhenwu.lib.clock import today
from zhenwu.lib.digests import digest
from zhenwu.lib.ids import new_id
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Problem, Refused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST_TITLE, _LONGEST_REASON = 200, 300


class _NumberTaken(Exception):
    """Somebody else issued a document meanwhile: the number that our document prints is theirs."""


def issue_report(
    actor: Actor, content: bytes, name: str, year: int, title: str, op_id: UUID, unit: UUID | None = None,
    unsigned_reason: str = "",
) -> Issue:  # fmt: skip
    """Freeze a township's report as of now: definitions, position, values, document. Contradictions stop it.

    ``unit`` may be left out where there is one township only. Once the signing of this draft has begun, unsigned figures stop
    it too (``Problem('report.unsigned')``), unless ``unsigned_reason`` says why it goes on. Raises ``Refused``, ``Problem('report.running')`` before December, ``Problem('report.contradiction')``, ``Problem('report.title')``, and what reading a template raises.
    """
    here = seat_of(tree(), unit)
    if not reach(actor, "write", REPORT).covers(here):
        raise Refused("report.refused", "您没有定稿的权限", "请由党政办或分管领导定稿。")
    if not 0 < len(title.strip()) <= _LONGEST_TITLE:
        raise Problem("report.title", "定稿要有标题，不超过 200 个字", "写上标题，例如“2020年政府工作报告”。")
    if len(unsigned_reason) > _LONGEST_REASON:
        raise Problem("report.reason", "理由太长", f"不超过 {_LONGEST_REASON} 个字。")
    request = {"template": hashlib.sha256(content).hexdigest(), "name": name, "year": year, "title": title, "unit": str(here)}
    request |= {"unsigned_reason": unsigned_reason} if unsigned_reason else {}
    act = Act(actor.principal, op_id, "issue_report", request)
    answer = answered(act)  # a repeated operation: by now the figures may differ, so it must not be filled again
    if answer is None:
        if not is_due(year):
            raise Problem("report.running", f"{year} 年还没有到年底，不能定稿", "可以先下载看，12 月起再定稿。")
        source = read_source(content, name)
        filled = read_now(lambda figures: fill_source(source, name, year, figures, here))
        _refuse_contradictions(filled)
        draft = draft_of(content, year, here)
        signing = signing_of(draft, filled, unsigned_reason) if draft and signing_begun(draft) else None
        template = put_file(actor, name, "application/octet-stream", content, new_id())
        common = _freeze(filled) | {"title": title, "name": name, "template": template} | ({"signing": signing} if signing else {})
        answer = _numbered(actor, act, common, filled.document)
    return Issue.objects.get(id=answer["issue"])


def is_due(year: int) -> bool:
    """Whether the report of a year may be issued: from its December on (some congresses sit before New Year)."""
    return today() >= date(year, 12, 1)


def issued() -> list[Issue]:
    """Every issued document, newest first."""
    return list(Issue.objects.select_related("event").order_by("-number"))


def find_issue(text: str) -> Issue:
    """An issued document by its number or id."""
    identity = _uuid(text)
    short = text.isdecimal() and len(text) < 10
    wanted = Q(number=int(text)) if short else Q(id=identity) if identity else Q(pk__in=[])
    found = Issue.objects.filter(wanted).first()
    if found is None:
        raise unknown_issue(text)
    return found


def unknown_issue(text: str) -> NotFound:
    """What is said of a number that is not there, or not this person's to see."""
    return NotFound("report.unknown", f"没有编号为“{text}”的定稿", "用 zhenwu report list 看已定稿的文件。")


def issued_document(issue: Issue) -> bytes:
    """The .docx as issued; raises ``Problem('file.altered')`` when its bytes changed."""
    return take_file(issue.document_file)[2]


def issued_text(issue: Issue) -> str:
    """The words of the issued document, imprint and all: its plain-text edition."""
    return read_docx(issued_document(issue)).text + "\n"


def exact(figure: Figure) -> str | None:
    """A figure's value as an exact text (``1234/5``), None when nothing is known."""
    return None if figure.value is None else str(Fraction(figure.value))


def _refuse_contradictions(filled: Filled) -> None:
    if filled.contradictions:
        told = "；".join(found.message for found in filled.contradictions[:5])
        raise Problem("report.contradiction", f"还有 {len(filled.contradictions)} 处数字不一致：{told}", "先更正来源，再定稿。")


def _numbered(actor: Actor, act: Act, common: dict[str, Any], document: bytes) -> dict[str, Any]:
    """Print the next number into the document and write the issue; again while somebody else takes that number first."""
    while True:
        frozen = common | {"number": (Issue.objects.aggregate(last=Max("number"))["last"] or 0) + 1}
        printed = add_imprint(document, imprint_of(frozen))
        frozen["document"] = put_file(actor, f"{frozen['title']}.docx", DOCX, printed, new_id())
        try:
            return perform(act, lambda writer, frozen=frozen: _write(writer, frozen))  # type: ignore[misc]
        except _NumberTaken:
            continue


def _write(writer: Writer, frozen: dict[str, Any]) -> dict[str, Any]:
    identity = new_id()
    body = {
        "frozen": digest(frozen, settings.DIGEST), "algorithm": settings.DIGEST,
        "document": frozen["document"], "position": frozen["position"],
    }  # fmt: skip
    if frozen.get("signing", {}).get("unsigned"):
        body |= {"unsigned": len(frozen["signing"]["unsigned"]), "reason": frozen["signing"]["reason"]}
    event = writer.event("report.issued", f"report:{identity}", body)
    try:
        with transaction.atomic():
            Issue.objects.create(
                id=identity, number=frozen["number"], title=frozen["title"], year=frozen["year"], frozen=frozen,
                template_file=frozen["template"], document_file=frozen["document"], event=event,
            )  # fmt: skip
    except IntegrityError as error:
        raise _NumberTaken from error
    return {"issue": str(identity)}


def _freeze(filled: Filled) -> dict[str, Any]:
    figures = Figures(filled.position)
    periods = {answer.figure.period for answer in filled.answers if answer.figure} | {Period.year(filled.year)}
    return {
        "year": filled.year, "unit": str(filled.unit), "day": today().isoformat(), "position": filled.position, "seal": list(seal_head()),
        "trees": {str(period): figures.tree(period).digest for period in sorted(periods, key=str)},
        "slots": [_freeze_slot(answer, filled.sentence(answer.slot)) for answer in filled.answers],
    }  # fmt: skip


def _freeze_slot(answer: Answer, sentence: str) -> dict[str, Any]:
    figure, form, binding = answer.figure, answer.form, answer.binding
    return {
        "slot": answer.slot.index, "paragraph": answer.slot.paragraph, "sentence": sentence,
        "meaning": answer.meaning, "printed": answer.printed, "why": answer.why,
        "address": [figure.metric.key, str(figure.period), str(figure.unit)] if figure else None,
        "authority": figure.authority if figure else "", "metric_digest": figure.metric.digest if figure else "", "value": exact(figure) if figure else None,
        "form": [form.unit, form.decimals, form.percent, form.word, form.sign, form.rough] if form else None,
        "profile": binding.profile if binding else "",
        "record": [binding.record.to_json(), binding.period or "year"] if binding and binding.record else None,
        "said": answer.printed if binding and binding.text else None,
    }  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
