"""Proving an issued document: everything is computed again from the record versions at its position.

Frozen values are only what the new ones are held against. The reading is done as on the day of issue, so that a change
of the units that was known then but took effect later does not disturb it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions import api as definitions
from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.journal.api import digest_at, verify_chain
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.metrics import api as metrics
from zhenwu.kernel.metrics.api import Address, Figures
from zhenwu.kernel.reports.docx_template import fill_docx, read_docx
from zhenwu.kernel.reports.filling import document_of, profile_day, profile_on, say_figure
from zhenwu.kernel.reports.imprint import add_imprint, imprint_of
from zhenwu.kernel.reports.issuing import exact
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.room.keeping import altered
from zhenwu.kernel.reports.wording import read_wording, say_words
from zhenwu.lib.clock import at
from zhenwu.lib.digests import digest
from zhenwu.lib.periods import Period
from zhenwu.lib.printing import Form
from zhenwu.lib.problems import Place, Problem

Slot = Mapping[str, Any]


def verify_report(issue: Issue) -> list[str]:
    """What no longer holds of an issued report, in words; empty when everything does."""
    told = issue.event.body
    if digest(issue.frozen, told["algorithm"]) != told["frozen"]:
        return ["定稿时冻结的内容被改动", *_changed_stores()]
    with at(date.fromisoformat(issue.frozen["day"])):
        return [*_changed_card(issue), *_changed_stores(), *_changed_contents(issue.frozen)]


def _changed_card(issue: Issue) -> Iterator[str]:
    """The row beside the frozen content, and the seal that stood when it was issued."""
    frozen = issue.frozen
    card = (issue.number, issue.title, issue.year, issue.template_file, issue.document_file)
    if card != tuple(frozen[name] for name in ("number", "title", "year", "template", "document")):
        yield "定稿登记的编号、标题、年份或文件被改动"
    position, sealed = frozen["seal"]
    if position and digest_at(position) != sealed:
        yield f"第 {position} 号留痕的封签与定稿时不同"


def _changed_stores() -> Iterator[str]:
    yield from (found.message for found in verify_chain())
    yield from (f"指标或模块定义被改动：{name}" for name in definitions.altered())
    yield from (f"台账记录被改动：{name}" for name in ledgers.altered())
    yield from (f"导入的指标数被改动：{name}" for name in metrics.altered())
    yield from (f"起草室的记录被改动：{name}" for name in altered())


def _changed_contents(frozen: Mapping[str, Any]) -> Iterator[str]:
    figures = Figures(frozen["position"])
    for period, told in frozen["trees"].items():
        if figures.tree(Period.parse(period)).digest != told:
            yield f"{period} 的机构和网格划分被改动"
    profile = profile_on(profile_day(frozen["year"]), frozen["position"], UUID(frozen["unit"]))
    printed: dict[int, str] = {}
    for slot in frozen["slots"]:
        try:
            words, complaints = _again(slot, frozen, figures, profile)
        except Problem as problem:
            yield f"“{slot['meaning']}”无法重算：{problem.message}"
            continue
        yield from complaints
        if words is not None:
            printed[slot["slot"]] = words
    yield from _changed_document(frozen, printed)


def _again(slot: Slot, frozen: Mapping[str, Any], figures: Figures, profile: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """What a blank prints when computed anew, and how that differs from what was printed."""
    if slot["address"]:
        return _figure_again(slot, figures)
    words = _recorded(slot, frozen, figures) if slot["record"] else profile.get(slot["profile"]) if slot["profile"] else slot["said"]
    return words, [] if words == slot["printed"] else [f"“{slot['meaning']}”现查为“{words}”，定稿时为“{slot['printed']}”"]


def _recorded(slot: Slot, frozen: Mapping[str, Any], figures: Figures) -> str | None:
    wording, period = slot["record"]
    return say_words(read_wording(wording, Place()), resolve_period(period, frozen["year"]), figures, UUID(frozen["unit"]))[0]


def _figure_again(slot: Slot, figures: Figures) -> tuple[str | None, list[str]]:
    metric, period, unit = slot["address"]
    figure = figures.figure(Address(metric, Period.parse(period), UUID(unit)))
    words, _ = say_figure(figure, Form(*slot["form"]))
    found = []
    if figure.metric.digest != slot["metric_digest"]:
        found.append(f"“{slot['meaning']}”的指标定义与定稿时不同")
    if exact(figure) != slot["value"]:
        found.append(f"“{slot['meaning']}”由记录重算为 {exact(figure)}，定稿时为 {slot['value']}")
    elif words != slot["printed"]:
        found.append(f"“{slot['meaning']}”现印为“{words}”，定稿时为“{slot['printed']}”")
    return words, found


def _changed_document(frozen: Mapping[str, Any], printed: Mapping[int, str]) -> Iterator[str]:
    """The document's bytes are held by its hash; its words must be those of the template, filled anew."""
    try:
        _, _, content = take_file(frozen["template"])
        _, _, document = take_file(frozen["document"])
        anew = add_imprint(fill_docx(document_of(content, frozen["name"], printed), printed), imprint_of(frozen))
        if read_docx(anew).text != read_docx(document).text:
            yield "定稿文件的文字与重新生成的不同"
    except Problem as problem:
        yield problem.message
