"""近 and 约: a figure said roughly, and truly: “近1200” only of what is below 1200 and rounds to it.

How far a figure was rounded is remembered in its marks, so that the next filling says it the same way: ``a2`` to hundreds,
``b1`` to tenths (a bookmark's name bears no minus sign).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from zhenwu.kernel.reports.drafts.reading import SIGNS, plain
from zhenwu.kernel.reports.filling import Answer
from zhenwu.lib.printing import Form, print_roughly, read_rough
from zhenwu.lib.problems import Problem
from zhenwu.lib.units import convert

WORDS = ("将近", "大约", "近", "约")


@dataclass(frozen=True)
class Rounded:
    """``text`` with its word, and how far it was rounded."""

    text: str
    rounding: str


def approximately(answer: Answer, typed: str, rounding: str = "") -> Rounded:
    """A figure with 近 or 约, rounded as far as what was typed (or as ``rounding`` remembers), but never by more than a twentieth.

    Raises ``Problem('draft.not_round')`` for what cannot be said so: a name, nothing known, a number of one digit, a number
    that a word beside it rounds already.
    """
    exact, form = _exact(answer)
    step = read_rough(rounding) if rounding else max(_zeros(typed), 1 - form.decimals)
    try:
        return Rounded(*print_roughly(exact, form, step))
    except Problem as problem:
        raise _refused(answer, problem.message.partition("：")[2]) from problem


def _exact(answer: Answer) -> tuple[Fraction, Form]:
    figure, form = answer.figure, answer.form
    if figure is None or form is None or figure.value is None:
        raise _refused(answer, "这里没有能写成约数的数")
    same = form.unit == figure.metric.unit
    return Fraction(figure.value) if same else convert(figure.value, figure.metric.unit, form.unit), form


def _zeros(typed: str) -> int:
    """The power of ten to which a typed number is round: 2 of 1200, -1 of 1.5, very small of what is no number."""
    digits = plain(typed).rstrip(SIGNS)
    for word in WORDS:
        digits = digits.removeprefix(word)
    whole, point, part = digits.partition(".")
    if not (whole + part).isdecimal():
        return -99
    return -len(part) if point else len(whole) - len(whole.rstrip("0"))


def _refused(answer: Answer, why: str) -> Problem:
    remedy = f"改用“不写这个数”（--leave-out {answer.slot.index}），或更正来源。"
    return Problem("draft.not_round", f"第 {answer.slot.index} 个数“{answer.meaning}”不能写成约数：{why}", remedy)
