"""Filling a template: each blank gets the figure its binding names, or stays 待补; what contradicts is listed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.ledgers.api import PREFIX, facts
from zhenwu.kernel.metrics.api import AUTHORITIES, Address, Figure, Figures
from zhenwu.kernel.orgs.api import tree
from zhenwu.kernel.reports.bindings import Binding, Bindings, parse_bindings
from zhenwu.kernel.reports.claims import Stance, stances
from zhenwu.kernel.reports.constraints import Contradiction, check
from zhenwu.kernel.reports.docx_controls import Control, control_of
from zhenwu.kernel.reports.docx_template import fill_docx, read_docx
from zhenwu.kernel.reports.matching import match
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.kernel.reports.paper.composing import lay_out
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.room.ruled import Prints, ruled_prints
from zhenwu.kernel.reports.seat import seat_of
from zhenwu.kernel.reports.slots import UNKNOWN, Slot, Template
from zhenwu.kernel.reports.text_template import fill_text, read_text
from zhenwu.kernel.reports.wording import say_words
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope
from zhenwu.lib.periods import Period
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import NotFound, Problem

_KEY = re.compile("⟦([^⟧]+)⟧")


@dataclass(frozen=True)
class Answer:
    """What one blank got. ``figure`` when it came from a metric; ``printed`` is None when nothing is known."""

    slot: Slot
    meaning: str
    printed: str | None
    why: str
    binding: Binding | None = None
    figure: Figure | None = None
    form: Form | None = None


@dataclass(frozen=True)
class Filled:
    """A filled template: the answers by blank, and the documents made of them."""

    name: str
    year: int
    template: Template
    answers: tuple[Answer, ...]
    contradictions: tuple[Contradiction, ...]
    position: int
    unit: UUID  # the township it speaks for
    docx: bytes | None = field(default=None, repr=False)
    claims: tuple[Stance, ...] = ()

    @cached_property
    def values(self) -> dict[int, str]:
        return {answer.slot.index: answer.printed for answer in self.answers if answer.printed is not None}

    @property
    def pending(self) -> tuple[Answer, ...]:
        """The blanks that print 待补."""
        return tuple(answer for answer in self.answers if answer.printed is None)

    def sentence(self, slot: Slot) -> str:
        """The clause around a blank as it now reads."""
        return sentence_of(self.template, slot, self.values)

    def say(self, words: str) -> str:
        """Words with our own ``⟦key⟧`` in them (a report's title), as they read with this report's values."""
        known = {answer.slot.key: answer.printed for answer in self.answers}
        return _KEY.sub(lambda found: known.get(found[1]) or UNKNOWN, words)

    @cached_property
    def text(self) -> str:
        return fill_text(self.template, self.values)

    @cached_property
    def document(self) -> bytes:
        """The clean .docx, each figure in a content control."""
        return fill_docx(self._docx, self.values, controls=self._controls)

    @cached_property
    def marked(self) -> bytes:
        """The .docx with a comment at each blank."""
        return fill_docx(self._docx, self.values, {answer.slot.index: remark(answer) for answer in self.answers}, self._controls)

    @property
    def _controls(self) -> dict[int, Control]:
        return {answer.slot.index: mark_of(answer) for answer in self.answers if answer.binding}

    @cached_property
    def _docx(self) -> bytes:
        return self.docx if self.docx is not None else lay_out(self.template, self.values)


@dataclass(frozen=True)
class _Here:
    """What all blanks of one filling share: year, township, figures, the names in force, the rulings."""

    year: int
    unit: UUID
    figures: Figures
    profile: Mapping[str, str]
    ruled: Prints


@dataclass(frozen=True)
class Source:
    """A template as read: its blanks, and which binding each has."""

    template: Template
    bindings: Bindings
    matched: Mapping[int, int | str]
    docx: bytes | None = None


def read_source(content: bytes, name: str) -> Source:
    """Read a .docx, a foreign text or one of our own templates, and bind its blanks; raises ``Problem`` for anything else."""
    template, bindings, document = _read(content, name)
    if bindings is None:
        return _foreign(template, document)
    return Source(template, bindings, match(template, bindings))


def document_of(content: bytes, name: str, values: Mapping[int, str]) -> bytes:
    """The .docx with blanks that a template is filled in with ``values``: itself, or one made of a text."""
    template, _, document = _read(content, name)
    return lay_out(template, values) if document is None else document


def _read(content: bytes, name: str) -> tuple[Template, Bindings | None, bytes | None]:
    """(template, its own bindings if it brings them, itself if it is a .docx); a problem names the file."""
    try:
        return _read_kind(content, name)
    except Problem as problem:
        if problem.place.file:
            raise
        raise problem.at(replace(problem.place, file=name)) from None


def _read_kind(content: bytes, name: str) -> tuple[Template, Bindings | None, bytes | None]:
    if name.lower().endswith((".docx", ".doc", ".docm", ".wps")):
        return read_docx(content), None, content
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("template.encoding", f"“{name}”不是 UTF-8 文字", "请另存为 UTF-8 编码的 .txt，或用 .docx。") from error
    if text.startswith("+++"):
        return (*read_own(text, name), None)
    return read_text(text), None, None


def fill(content: bytes, name: str, year: int, position: int | None = None, unit: UUID | None = None) -> Filled:
    """Fill a template for the year under review, from today's figures or as known at a journal position."""
    return fill_source(read_source(content, name), name, year, Figures(position), unit)


def fill_source(source: Source, name: str, year: int, figures: Figures, unit: UUID | None = None) -> Filled:
    """Fill a template already read, for a township (by default the only one).

    Raises ``Problem('report.ahead')`` for a year that has not begun, ``Problem('report.unit')``.
    """
    if year > today().year:
        raise Problem("report.ahead", f"{year} 年还没有到，填不出它的报告", "请选已经过完的年份，或今年。")
    here = seat_of(figures.tree(Period.year(year)), unit)
    profile = profile_on(profile_day(year), figures.position, here)
    shared = _Here(year, here, figures, profile, ruled_prints(here, figures.position))
    answers = tuple(_answer(source, slot, shared) for slot in source.template.slots)
    by_binding = {answer.binding.id: answer for answer in answers if answer.binding}
    values = {id: answer.printed for id, answer in by_binding.items() if answer.printed is not None}
    forms = {id: answer.form for id, answer in by_binding.items() if answer.form}
    outside = _outside_facts(source.bindings, figures, year, here)
    claims = stances(source.bindings.claims, source.template, year, figures, here)
    contradictions = (*check(source.bindings.rules, values, forms, outside), *_untrue(claims))
    return Filled(name, year, source.template, answers, contradictions, figures.stands_at, here, source.docx, claims)


def _untrue(claims: tuple[Stance, ...]) -> list[Contradiction]:
    """Claims that their own list of exceptions contradicts."""
    return [Contradiction(one.claim.id, (), one.message, str(one.figure.address)) for one in claims if one.figure and one.holds is False]


def profile_day(year: int) -> date:
    """The day whose names a report of a year prints: the year's last, or today while it runs."""
    return min(Period.year(year).end, today())


def profile_on(day: date, position: int | None, unit: UUID) -> dict[str, str]:
    """A township's names and fixed facts on a day, from the profile ledger; no number of villages before there were units."""
    seen = tree(day, position)
    among = None if not len(seen) or unit == seen.root else frozenset(seen.under(unit) if unit in seen else ())
    rows = facts(Scope(PREFIX + settings.PROFILE_LEDGER, position, among, alive_on=day))
    villages = sum(among is None or one in among for one in seen.of_kind("village"))
    return ({"village_count": str(villages)} if len(seen) else {}) | {fact.row["key"]: fact.row["value"] for fact in rows}


def remark(answer: Answer) -> str:
    """The words of the comment at a blank."""
    figure = answer.figure
    if figure is None or figure.value is None:
        return f"{answer.meaning}：{answer.printed or UNKNOWN}。{answer.why}"
    return (
        f"{answer.meaning}：{answer.printed}。指标“{figure.metric.label}”，{figure.unit_name}，{figure.period.label}。"
        f"口径：{figure.metric.basis.rstrip('。')}。{answer.why}。数据截至第 {figure.position} 号留痕。看明细：zhenwu explain {figure.metric.key}@{figure.period}"
    )


def mark_of(answer: Answer) -> Control:
    """Which figure stands in a blank, said so that a program finds it again: the binding and its source."""
    binding, figure = answer.binding, answer.figure
    assert binding is not None
    source = f"{figure.metric.key}@{figure.period}" if figure else binding.profile or binding.text
    return control_of(binding.id, source, answer.meaning, answer.slot.index)


def _foreign(template: Template, docx: bytes | None) -> Source:
    """Bind a foreign template by the installed bindings that fit it best."""
    best = Source(template, Bindings(()), {}, docx)
    for definition in every("binding"):
        bindings = parse_bindings(definition.body, definition.key)
        matched = match(template, bindings)
        if len(matched) > len(best.matched):
            best = Source(template, bindings, matched, docx)
    return best


def _answer(source: Source, slot: Slot, here: _Here) -> Answer:
    if slot.index not in source.matched:
        return Answer(slot, "（未关联）", None, "这处空还没有取数关联")
    binding, year = source.bindings[source.matched[slot.index]], here.year
    if binding.profile:
        value = here.profile.get(binding.profile)
        day = profile_day(year)
        why = f"取自镇情“{binding.profile}”，{day} 在用" if value else f"镇情里没有 {day} 在用的“{binding.profile}”"
        return Answer(slot, binding.meaning, value, why, binding)
    if binding.record:
        words, why = say_words(binding.record, resolve_period(binding.period or "year", year), here.figures, here.unit)
        return Answer(slot, binding.meaning, words, why, binding)
    if binding.text:
        return Answer(slot, binding.meaning, binding.say(year), "由报告年度推出", binding, form=binding.form(slot))
    if binding.pending:
        return Answer(slot, binding.meaning, None, binding.hint or "没有数据来源", binding)
    return _figure_answer(slot, binding, here)


def _figure_answer(slot: Slot, binding: Binding, here: _Here) -> Answer:
    form = binding.form(slot)
    figure = _figure(binding, here)
    if figure is None:
        return Answer(slot, binding.meaning, None, f"指标 {binding.metric} 尚未启用", binding, form=form)
    printed, why = say_figure(figure, form)
    if figure.metric.key != binding.metric:
        why = f"会商后改印“{figure.metric.label}”，代替“{here.figures.known.metric(binding.metric).label}”；{why}"
    return Answer(slot, binding.meaning, printed, why, binding, figure, form)


def _figure(binding: Binding, here: _Here) -> Figure | None:
    """The bound figure, or the one beside it that a ruling prints in its place; None when its metric, or one it is made of,
    is not installed."""
    known = here.figures.known.metrics
    if binding.metric not in known:  # to ask all the same would look for names like it, at some cost
        return None
    period = resolve_period(binding.period, here.year)
    instead = here.ruled.get((binding.metric, period), binding.metric)
    try:
        return here.figures.figure(Address(instead if instead in known else binding.metric, period, here.unit))
    except NotFound:
        return None


def say_figure(figure: Figure, form: Form) -> tuple[str | None, str]:
    """How a figure is printed and whose number it is; or None and why no number can stand there."""
    if figure.value is None:
        return None, f"{figure.period.label}没有记录"
    try:
        return print_number(figure.value, figure.metric.unit, form), source_words(figure)
    except Problem as problem:
        return None, problem.message


def source_words(figure: Figure) -> str:
    """Whose number this is, in words."""
    offer = next((offer for offer in figure.offers if offer.authority == figure.authority), None)
    return f"{AUTHORITIES.get(figure.authority, '')}，{offer.source}" if offer else "没有数据"


def sentence_of(template: Template, slot: Slot, values: Mapping[int, str]) -> str:
    """The clause around a blank with its blanks filled, for lists of what is pending or touched."""
    text = template.paragraphs[slot.paragraph].text
    start = max(text.rfind(mark, 0, slot.start) for mark in "。；;!！?？\n") + 1
    ends = [place for place in (text.find(mark, slot.end) for mark in "。；;!！?？\n") if place >= 0]
    end = min(ends) + 1 if ends else len(text)
    for other in reversed(template.slots_of(slot.paragraph)):
        if start <= other.start and other.end <= end:
            said = values.get(other.index, UNKNOWN)
            text, end = text[: other.start] + said + text[other.end :], end + len(said) - (other.end - other.start)
    return text[start:end].strip()


def _outside_facts(bindings: Bindings, figures: Figures, year: int, unit: UUID) -> dict[str, tuple[Fraction, str]]:
    """What rules compare with though the text does not print it: the number of villages, or a metric of the year."""
    found: dict[str, tuple[Fraction, str]] = {}
    for name in {rule.fact for rule in bindings.rules if rule.fact}:
        if name == "profile.villages":
            seen = figures.tree(Period.year(year))
            found[name] = (Fraction(sum(seen.kind(one) == "village" for one in seen.under(unit))), "个")
        elif name in figures.known.metrics:
            figure = figures.figure(Address(name, Period.year(year), unit))
            if figure.value is not None:
                found[name] = (figure.value, figure.metric.unit)
    return found
