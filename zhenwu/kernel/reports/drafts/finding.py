"""Find the figures of the document that went out again in the one that came back: by control, by bookmark, by the words around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zhenwu.kernel.reports.anchors import Anchor, make_anchor
from zhenwu.kernel.reports.drafts.reading import NUMBER, SIGNS, Sheet, Span, Standing, as_template, numbers_in, plain
from zhenwu.kernel.reports.matching import pair
from zhenwu.kernel.reports.slots import UNKNOWN

_CONTEXT = 4  # letters on each side of a figure by which its empty place is known again
_WIDEST_GAP = 24


@dataclass(frozen=True)
class Printed:
    """A figure as it went out: its number in the document, binding (as marks write it), words and place."""

    number: int
    binding: str
    title: str
    text: str
    span: Span
    rounding: str = ""
    source: str = ""


@dataclass(frozen=True)
class Found:
    """A figure found again. ``by``: control, bookmark, words, or place (its number is not there, its sentence is)."""

    printed: Printed
    span: Span
    by: str
    rounding: str = ""
    copied: bool = False
    mark: Standing | None = None


@dataclass(frozen=True)
class Search:
    """``gone``: figures whose sentence was cut."""

    found: tuple[Found, ...]
    gone: tuple[Printed, ...]


def printed_in(sheet: Sheet) -> list[Printed]:
    """The figures of the document that went out; where only a control is left the next free number is given."""
    free = _free({one.number for one in sheet.standing if one.number})
    return [
        Printed(
            one.number or next(free), one.binding, one.title, sheet.words(one.span), one.span, one.rounding, one.source
        )
        for one in sheet.standing
        if not one.left_out
    ]


def find(original: Sheet, printed: Sequence[Printed], draft: Sheet) -> Search:
    """Where each figure stands now."""
    found = [_run_on(one, original, draft) for one in _by_marks(printed, draft)]
    found += _by_words(original, printed, _lost(printed, found), draft, [one.span for one in found])
    # A mark says that a figure was left out; a number in its place would say otherwise, and was looked for all the same.
    left_out = {one.number for one in draft.standing if one.left_out}
    lost = [one for one in _lost(printed, found) if one.number not in left_out]
    for one in lost:
        place = _empty_place(original, one, draft, [other.span for other in found])
        if place:
            found.append(Found(one, place, "place"))
    gone = tuple(_lost(lost, found))
    return Search(tuple(sorted(found, key=lambda one: (one.span.line, one.span.start))), gone)


def _lost(printed: Iterable[Printed], found: Iterable[Found]) -> list[Printed]:
    here = {one.printed.number for one in found}
    return [one for one in printed if one.number not in here]


def _by_marks(printed: Sequence[Printed], draft: Sheet) -> Iterator[Found]:
    """Those between marks. A control without its bookmark is the first of its binding still unfound, or else a copy."""
    by_number = {one.number: one for one in printed}
    certain = {
        one.number for one in draft.standing if one.number in by_number and one.binding == by_number[one.number].binding
    }
    taken: set[int] = set()
    free = _free(set(by_number))
    for mark in draft.standing:
        if mark.left_out or mark.span.start == mark.span.end:
            continue
        twin = by_number.get(mark.number or 0)
        if twin is None or twin.binding != mark.binding or twin.number in taken:
            alike = [one for one in printed if one.binding == mark.binding]
            twin = next((one for one in alike if one.number not in taken | certain), None)
            if twin is None and (mark.by == "bookmark" or not alike):
                continue
            if twin is None:
                copy = replace(alike[0], number=next(free))
                yield Found(copy, _narrowed(draft, mark.span, copy.text), mark.by, mark.rounding, True, mark)
                continue
        taken.add(twin.number)
        yield Found(twin, _narrowed(draft, mark.span, twin.text), mark.by, mark.rounding or twin.rounding, False, mark)


def _run_on(one: Found, original: Sheet, draft: Sheet) -> Found:
    """Digits typed right beside a figure's marks are part of its number, unless they were there from the first."""
    was = one.printed.span
    return one if original.whole(was) != was else replace(one, span=draft.whole(one.span))


def _narrowed(draft: Sheet, span: Span, text: str) -> Span:
    """Words typed beside the number inside its marks are words: only the number is the figure's."""
    words = draft.words(span)
    place = words.find(text) if text else -1
    if place >= 0 and not _digit_beside(words, place, place + len(text)):
        return Span(span.line, span.start + place, span.start + place + len(text))
    numbers = list(NUMBER.finditer(words))
    if len(numbers) != 1 or not NUMBER.search(text):
        return span
    return Span(span.line, span.start + numbers[0].start(), span.start + _with_sign(words, numbers[0].end(), text))


def _digit_beside(words: str, start: int, end: int) -> bool:
    beside = words[start - 1 : start] + words[end : end + 1]
    return any(sign.isdigit() or sign in ".．" for sign in beside)


def _with_sign(words: str, end: int, text: str) -> int:
    return end + (text[-1:] in tuple(SIGNS) and words[end : end + 1] in tuple(SIGNS))


def _by_words(
    original: Sheet, printed: Sequence[Printed], lost: Sequence[Printed], draft: Sheet, taken: list[Span]
) -> Iterator[Found]:
    """Figures whose marks are gone, by the anchors they had in the document that went out."""
    if not lost:
        return
    names = {plain(one.text): one.text for one in lost if one.text and not NUMBER.search(one.text)}
    places = [*taken, *_candidates(draft, taken, names.values())]
    standing = _anchors(draft, places)
    wanted = _anchors(original, [one.span for one in printed] + _others(original, printed, names.values()))
    numbers = {one.number: place for place, one in enumerate(printed)}
    pairs = pair([wanted[numbers[one.number]] for one in lost], standing[len(taken) :])
    for place, number in pairs.items():
        span = places[len(taken) + place]
        text = draft.lines[span.line].text
        yield Found(
            lost[number],
            replace(span, end=_with_sign(text, span.end, lost[number].text)),
            "words",
            lost[number].rounding,
        )


def _others(sheet: Sheet, printed: Sequence[Printed], names: Iterable[str]) -> list[Span]:
    return list(_candidates(sheet, [one.span for one in printed], names))


def _candidates(sheet: Sheet, taken: Sequence[Span], names: Iterable[str]) -> Iterator[Span]:
    """Where a figure may stand though nothing marks it: digits, 待补, the names that were printed."""
    by_line = _grouped(taken)
    wanted = sorted({*names, UNKNOWN}, key=len, reverse=True)
    for span in numbers_in(sheet):
        if not any(span.meets(one) for one in by_line.get(span.line, ())):
            yield span
    for index, line in enumerate(sheet.lines):
        mine = list(by_line.get(index, ()))
        for name in wanted:
            place = line.text.find(name)
            while place >= 0:
                span = Span(index, place, place + len(name))
                if not any(span.meets(one) for one in mine):
                    mine.append(span)
                    yield span
                place = line.text.find(name, place + len(name))


def _grouped(spans: Iterable[Span]) -> Mapping[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for span in spans:
        found.setdefault(span.line, []).append(span)
    return found


def _anchors(sheet: Sheet, spans: Sequence[Span]) -> list[Anchor]:
    """The anchor of each span; percent signs are words here, for some blanks swallow theirs and some do not."""
    bare = [(number, _without_sign(sheet, span), "") for number, span in enumerate(spans)]
    template = as_template(sheet, bare)
    by_number = {slot.index: make_anchor(template, slot) for slot in template.slots}
    return [by_number[number] for number in range(len(spans))]


def _without_sign(sheet: Sheet, span: Span) -> Span:
    words = sheet.words(span)
    return replace(span, end=span.end - 1) if len(words) > 1 and words[-1] in SIGNS else span


def _empty_place(original: Sheet, one: Printed, draft: Sheet, taken: Sequence[Span]) -> Span | None:
    """Where the words on both sides of a figure still stand, with something else or nothing between them."""
    text = original.lines[one.span.line].text
    left, right = text[max(0, one.span.start - _CONTEXT) : one.span.start], text[one.span.end : one.span.end + _CONTEXT]
    if len(left) + len(right) < _CONTEXT:
        return None
    for index, line in enumerate(draft.lines):
        place = line.text.find(left) if left else 0
        if place < 0:
            continue
        start = place + len(left)
        end = line.text.find(right, start) if right else len(line.text)
        span = Span(index, start, end)
        if start <= end <= start + _WIDEST_GAP and not any(span.meets(other) for other in taken):
            return span
    return None


def _free(taken: set[int]) -> Iterator[int]:
    number = max(taken, default=0)
    while True:
        number += 1
        yield number
