"""没有来处的数字: digits in a draft that no figure binds and that were not in the document that went out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhenwu.kernel.reports.drafts.reading import Sheet, Span, numbers_in, plain
from zhenwu.kernel.reports.neighbourhood import unit_length

_CHINESE = re.compile("[〇零一二三四五六七八九十百千万亿两]{2,}")
_ENDS = "。；;！!？?\n"
_BESIDE = 2


@dataclass(frozen=True)
class Unsourced:
    """A number without a source, and its sentence."""

    text: str
    sentence: str


def unsourced(original: Sheet, printed: Sequence[Span], draft: Sheet, found: Sequence[Span]) -> list[Unsourced]:
    """The numbers to ask about. A number is old when it stood in the first document beside the same letters."""
    known: set[tuple[str, str]] = set()
    for span in _unbound(original, printed):
        known.update(_beside(original, span))
    return [
        Unsourced(draft.words(span), sentence_at(draft, span))
        for span in _unbound(draft, found)
        if not known.intersection(_beside(draft, span))
    ]


def sentence_at(sheet: Sheet, span: Span) -> str:
    """The sentence in which a span stands."""
    text = sheet.lines[span.line].text
    start = max(text.rfind(mark, 0, span.start) for mark in _ENDS) + 1
    ends = [place for mark in _ENDS if (place := text.find(mark, span.end)) >= 0]
    return text[start : min(ends) + 1 if ends else len(text)].strip()


def _unbound(sheet: Sheet, bound: Sequence[Span]) -> Iterator[Span]:
    for span in sorted([*numbers_in(sheet), *_in_words(sheet)], key=lambda one: (one.line, one.start)):
        if not any(span.meets(one) for one in bound):
            yield span


def _in_words(sheet: Sheet) -> Iterator[Span]:
    """Numbers in Chinese letters, where a unit follows: 三百二十亩, but not 十四五规划."""
    for index, line in enumerate(sheet.lines):
        for found in _CHINESE.finditer(line.text):
            if unit_length(line.text[found.end() :]):
                yield Span(index, found.start(), found.end())


def _beside(sheet: Sheet, span: Span) -> set[tuple[str, str]]:
    """The number with the letters before it and with those behind it."""
    text, number = sheet.lines[span.line].text, plain(sheet.words(span))
    before, after = text[max(0, span.start - _BESIDE) : span.start], text[span.end : span.end + _BESIDE]
    return (
        {(number, "<" + before), (number, ">" + after)} if before and after else {(number, "<" + before + ">" + after)}
    )
