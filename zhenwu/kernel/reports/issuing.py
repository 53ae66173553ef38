"""Issuing a document, and proving it later: from the record versions at its position, never from the frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q

from zhenwu.kernel.definitions import api as definitions
from zhenwu.kernel.files.api import put_file, take_file
from zhenwu.kernel.journal.api import Act, Writer, perform, seal_head, verify_chain
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.metrics import api as metrics
from zhenwu.kernel.metrics.api import Address, Figure, Figures, catch_up
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.kernel.reports.docx_template import fill_docx
from zhenwu.kernel.reports.filling import Answer, Filled, fill_source, read_source
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.own_template import own_to_docx, read_own
from zhenwu.lib.digests import digest
from zhenwu.lib.ids import new_id
from zhenwu.lib.periods import Period
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import NotFound, Problem, Refused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def issue_report(actor: Actor, content: bytes, name: str, year: int, title: str, op_id: UUID) -> Issue:
    """Freeze a report as of now: definitions, position, values, document. Contradictions stop it."""
    if not reach(actor, "write", "report").everywhere:
        raise Refused("report.refused", "您没有定稿的权限", "请由党政办或分管领导定稿。")
    position = catch_up()
    filled = fill_source(read_source(content, name), name, year, Figures(position))
    if filled.contradictions:
        told = "；".join(found.message for found in filled.contradictions[:5])
        raise Problem("report.contradiction", f"还有 {len(filled.contradictions)} 处数字不一致：{told}", "先更正来源，再定稿。")
    frozen = _freeze(filled, position)
    template = put_file(actor, name, "application/octet-stream", content, new_id())
    document = put_file(actor, f"{title}.docx", DOCX, filled.document, new_id())
    frozen |= {"template": template, "document": document}
    told = digest(frozen, settings.DIGEST)
    identity = new_id()

    def change(writer: Writer) -> dict[str, Any]:
        event = writer.event("report.issued", f"report:{identity}", {"frozen": told, "document": document, "position": position})
        number = (Issue.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        Issue.objects.create(
            id=identity, number=number, title=title, year=year, frozen=frozen, template_file=template,
            document_file=document, event=event,
        )  # fmt: skip
        return {"issue": str(identity)}

    request = {"template": template, "year": year, "title": title}
    answer = perform(Act(actor.principal, op_id, "issue_report", request), change)
    return Issue.objects.get(id=answer["issue"])


def find_issue(text: str) -> Issue:
    """An issued document by its number or id."""
    identity = _uuid(text)
    wanted = Q(number=int(text)) if text.isdigit() and len(text) < 9 else Q(id=identity) if identity else Q(pk__in=[])
    found = Issue.objects.filter(wanted).first()
    if found is None:
        raise NotFound("report.unknown", f"没有编号为“{text}”的定稿", "用 zhenwu report list 看已定稿的文件。")
    return found


def verify_report(issue: Issue) -> list[str]:
    """What no longer holds of an issued report; empty when everything does."""
    return list(_complaints(issue))


def _complaints(issue: Issue) -> Iterator[str]:
    frozen = issue.frozen
    if digest(frozen, settings.DIGEST) != issue.event.body["frozen"]:
        yield "定稿时冻结的内容被改动"
    yield from (found.message for found in verify_chain())
    yield from (f"指标或模块定义被改动：{name}" for name in definitions.altered())
    yield from (f"台账记录被改动：{name}" for name in ledgers.altered())
    yield from (f"导入的指标数被改动：{name}" for name in metrics.altered())
    figures = Figures(frozen["position"])
    yield from _changed_trees(figures, frozen)
    for slot in frozen["slots"]:
        if slot["address"]:
            yield from _changed_figure(figures, slot)
    yield from _changed_document(issue)


def _changed_trees(figures: Figures, frozen: dict[str, Any]) -> Iterator[str]:
    for period, told in frozen["trees"].items():
        if figures.tree(Period.parse(period)).digest != told:
            yield f"{period} 的机构和网格划分被改动"


def _changed_figure(figures: Figures, slot: dict[str, Any]) -> Iterator[str]:
    try:
        figure = figures.figure(Address(slot["address"][0], Period.parse(slot["address"][1]), UUID(slot["address"][2])))
    except Problem as problem:
        yield f"“{slot['meaning']}”无法重算：{problem.message}"
        return
    if figure.metric.digest != slot["metric_digest"]:
        yield f"“{slot['meaning']}”的指标定义与定稿时不同"
    value = _exact(figure)
    if value != slot["value"]:
        yield f"“{slot['meaning']}”由记录重算为 {value}，定稿时为 {slot['value']}"
    elif figure.value is not None and print_number(figure.value, figure.metric.unit, Form(*slot["form"])) != slot["printed"]:
        yield f"“{slot['meaning']}”印出的“{slot['printed']}”与数值不符"


def _changed_document(issue: Issue) -> Iterator[str]:
    try:
        name, _, content = take_file(issue.template_file)
        _, _, document = take_file(issue.document_file)
    except Problem as problem:
        yield problem.message
        return
    base = content if name.lower().endswith(".docx") else _text_to_docx(content, name)
    values = {slot["slot"]: slot["printed"] for slot in issue.frozen["slots"] if slot["printed"] is not None}
    if fill_docx(base, values) != document:
        yield "定稿文件与按冻结内容重新生成的不同"


def _text_to_docx(content: bytes, name: str) -> bytes:
    source = content.decode("utf-8-sig")
    template = read_own(source, name)[0] if source.startswith("+++") else read_source(content, name).template
    return own_to_docx(template)


def _freeze(filled: Filled, position: int) -> dict[str, Any]:
    seal, seal_digest = seal_head()
    figures = Figures(position)
    periods = {str(answer.figure.period) for answer in filled.answers if answer.figure}
    return {
        "year": filled.year, "position": position, "seal": [seal, seal_digest],
        "trees": {period: figures.tree(Period.parse(period)).digest for period in sorted(periods)},
        "slots": [_freeze_slot(answer) for answer in filled.answers],
    }  # fmt: skip


def _freeze_slot(answer: Answer) -> dict[str, Any]:
    figure, form = answer.figure, answer.form
    return {
        "slot": answer.slot.index, "paragraph": answer.slot.paragraph, "sentence": answer.sentence,
        "meaning": answer.meaning, "printed": answer.printed, "why": answer.why,
        "address": [figure.metric.key, str(figure.period), str(figure.unit)] if figure else None,
        "metric_digest": figure.metric.digest if figure else "", "value": _exact(figure) if figure else None,
        "form": [form.unit, form.decimals, form.percent, form.word, form.sign] if form else None,
    }  # fmt: skip


def _exact(figure: Figure) -> str | None:
    return None if figure.value is None else str(Fraction(figure.value))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

