"""What becomes of each figure found again: refreshed, said roughly, left out, or stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhenwu.kernel.reports.drafts.accepting import Accepted
from zhenwu.kernel.reports.drafts.approximating import WORDS, approximately
from zhenwu.kernel.reports.drafts.finding import Found
from zhenwu.kernel.reports.drafts.reading import NUMBER, Sheet, Span, plain
from zhenwu.kernel.reports.drafts.unsourced import sentence_at
from zhenwu.kernel.reports.drafts.writing import Entry, marked
from zhenwu.kernel.reports.filling import Answer, Filled, mark_of
from zhenwu.kernel.reports.neighbourhood import unit_length
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.lib.problems import Problem

_COUNTED = ("number", "percent")
_PARTS = ("%", "％", "‰")
_MULTIPLES = ("百", "千", "万", "亿")


@dataclass(frozen=True)
class Choices:
    """What somebody decided, by the figures' numbers: which to say roughly (近、约), which not to say."""

    approximate: frozenset[int] = frozenset()
    leave_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Stopped:
    """A figure that was changed by hand. ``address``: where its source is to be corrected, empty when it has none."""

    number: int
    meaning: str
    was: str
    typed: str
    now: str
    author: str
    sentence: str
    address: str
    unit: tuple[str, str] | None = None


@dataclass(frozen=True)
class Decision:
    """``text``: what is printed now (with 近 or 约 where ``rounding`` says how far), None when left out; ``stopped`` instead of ``entry`` when a person has to choose."""

    found: Found
    answer: Answer
    text: str | None = None
    entry: Entry | None = None
    stopped: Stopped | None = None
    rounding: str = ""


def decide(
    original: Sheet, draft: Sheet, found: Sequence[Found], filled: Filled, choices: Choices, accepted: Accepted
) -> tuple[Decision, ...]:
    """One decision for each figure. Raises ``Problem('draft.no_such_figure')``, ``Problem('draft.two_choices')``, ``draft.run_together``, ``draft.not_round``."""
    _refuse_odd(choices, {one.printed.number for one in found})
    _refuse_run_together(choices, found)
    answers = {answer.slot.index: answer for answer in filled.answers}
    return tuple(_decide(original, draft, one, answers[one.printed.number], choices, accepted) for one in found)


def address_of(answer: Answer) -> str:
    """Where the source of a figure is: ``demolition.area@2020``, ``镇情 town``, or nothing."""
    if answer.figure:
        return f"{answer.figure.metric.key}@{answer.figure.period}"
    binding = answer.binding
    return f"镇情 {binding.profile}" if binding and binding.profile else binding.metric if binding else ""


def _decide(
    original: Sheet, draft: Sheet, one: Found, answer: Answer, choices: Choices, accepted: Accepted
) -> Decision:
    number, typed = one.printed.number, draft.words(one.span)
    if number in choices.leave_out:
        return Decision(one, answer, None, Entry(_cut(draft, one, typed), None, marked(mark_of(answer), "", True)))
    if number in choices.approximate:
        return _written(draft, one, answer, *_rounded(answer, typed))
    text, rounding = _now(answer, one.rounding)
    unit = _other_unit(original, draft, one, answer)
    said = draft.words(_with_word(draft, one.span)) if rounding else typed
    if unit or plain(one.printed.text) not in (plain(typed), plain(said)) and plain(said) != plain(text):
        author = _author(draft, one, accepted)
        sentence, now = sentence_at(draft, one.span), answer.printed or UNKNOWN
        return Decision(
            one,
            answer,
            stopped=Stopped(
                number, answer.meaning, one.printed.text, typed, now, author, sentence, address_of(answer), unit
            ),
        )
    return _written(draft, one, answer, text, rounding)


def _written(draft: Sheet, one: Found, answer: Answer, text: str, rounding: str) -> Decision:
    span = _with_word(draft, one.span) if rounding else one.span
    return Decision(one, answer, text, Entry(span, text, marked(mark_of(answer), rounding, False)), rounding=rounding)


def _rounded(answer: Answer, typed: str) -> tuple[str, str]:
    said = approximately(answer, typed)
    return said.text, said.rounding


def _now(answer: Answer, rounding: str) -> tuple[str, str]:
    """What is printed now; what was once said roughly is said so again, while it can be."""
    if rounding:
        try:
            said = approximately(answer, "", rounding)
            return said.text, said.rounding
        except Problem:
            pass
    return answer.printed if answer.printed is not None else UNKNOWN, ""


def _other_unit(original: Sheet, draft: Sheet, one: Found, answer: Answer) -> tuple[str, str] | None:
    """A number kept and its unit changed says something else."""
    if answer.slot.kind not in _COUNTED:
        return None
    was, here = original.beside(one.printed.span).unit, draft.beside(one.span).unit
    told = was in _PARTS or here[:1] in _MULTIPLES or (was and here)
    return (was, here) if told and was != here else None


def _cut(draft: Sheet, one: Found, typed: str) -> Span:
    """What goes with a figure that is left out: its digits and unit; words typed in its place stay."""
    span = one.span
    if typed and not NUMBER.search(typed) and plain(typed) != plain(one.printed.text):
        return replace(span, start=span.end)
    after = draft.lines[span.line].text[span.end :]
    return replace(
        _with_word(draft, span), end=span.end + (unit_length(after) if NUMBER.search(one.printed.text) else 0)
    )


def _with_word(draft: Sheet, span: Span) -> Span:
    """A span with the 近 or 约 that stands before it."""
    before = draft.lines[span.line].text[: span.start]
    word = next((word for word in WORDS if before.endswith(word)), "")
    return replace(span, start=span.start - len(word))


def _author(draft: Sheet, one: Found, accepted: Accepted) -> str:
    """Who changed a figure under tracked changes; empty when it was done silently."""
    line = draft.lines[one.span.line]
    nodes = [
        piece.node
        for piece in line.pieces
        if piece.node is not None and piece.start < one.span.end and piece.start + len(piece.text) > one.span.start
    ]
    if one.mark is not None and one.mark.control is not None:
        nodes.append(one.mark.control)
    written = next((accepted.hands[node] for node in nodes if node in accepted.hands), "")
    struck = [
        author for author, words in accepted.struck.get(line.node, ()) if one.printed.text and one.printed.text in words
    ]
    return written or next(iter(struck), "")


def _refuse_odd(choices: Choices, numbers: set[int]) -> None:
    both = sorted(choices.approximate & choices.leave_out)
    if both:
        raise Problem("draft.two_choices", f"第 {both[0]} 个数又要写成约数，又要不写", "只选一样。")
    strange = sorted((choices.approximate | choices.leave_out) - numbers)
    if strange:
        raise Problem("draft.no_such_figure", f"取回的文档里没有第 {strange[0]} 个数", "号数见被拦下的清单。")


def _refuse_run_together(choices: Choices, found: Sequence[Found]) -> None:
    """Of two figures with nothing left between them neither can be written alone."""
    chosen = choices.approximate | choices.leave_out
    for one in found:
        if one.printed.number in chosen and any(one.span.meets(other.span) for other in found if other is not one):
            message = f"第 {one.printed.number} 个数和旁边的数连在了一起"
            raise Problem("draft.run_together", message, "在改稿里把两个数分开，再取回。")
