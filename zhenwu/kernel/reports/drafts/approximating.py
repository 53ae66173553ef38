"""近 and 约: a figure said roughly, and truly: “近1200” only of what is below 1200 and rounds to it.

How far a figure was rounded is remembered in its marks, so that the next filling says it the same way: ``a2`` to hundreds,
``b1`` to tenths (a bookmark's name bears no minus sign).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from zhenwu.kernel.reports.drafts.reading import SIGNS, plain
from zhenwu.kernel.reports.filling import Answer
from zhenwu.lib.problems import Problem
from zhenwu.lib.units import convert

_FARTHEST = Fraction(1, 20)  # 150 rounds to 200, and yet nobody may say “近200” of it
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
    exact, decimals = _exact(answer)
    step = _read(rounding) if rounding else max(_zeros(typed), 1 - decimals)
    step = min(step, math.floor(math.log10(exact)))
    while abs(_rounded(exact, step) - exact) > exact * _FARTHEST:
        step -= 1
    if step <= -decimals:
        raise _refused(answer, "这个数太小，写不成约数")
    rounded = _rounded(exact, step)
    shown = max(-step, 0)
    digits = f"{int(rounded * 10**shown):0{shown + 1}d}"
    text = f"{digits[:-shown]}.{digits[-shown:]}" if shown else digits
    word = "近" if exact < rounded else "约"
    return Rounded(word + text + (answer.form.sign if answer.form else ""), f"{'b' if step < 0 else 'a'}{abs(step)}")


def _rounded(exact: Fraction, step: int) -> Fraction:
    size = Fraction(10) ** step
    return math.floor(exact / size + Fraction(1, 2)) * size


def _exact(answer: Answer) -> tuple[Fraction, int]:
    figure, form = answer.figure, answer.form
    if figure is None or form is None or figure.value is None:
        raise _refused(answer, "这里没有能写成约数的数")
    if form.word:
        raise _refused(answer, f"句子里已经有“{form.word}”")
    exact = (
        convert(figure.value, figure.metric.unit, form.unit)
        if form.unit != figure.metric.unit
        else Fraction(figure.value)
    )
    if exact <= 0:
        raise _refused(answer, "这个数不大于零，写不成约数")
    return exact, form.decimals


def _zeros(typed: str) -> int:
    """The power of ten to which a typed number is round: 2 of 1200, -1 of 1.5, very small of what is no number."""
    digits = plain(typed).rstrip(SIGNS)
    for word in WORDS:
        digits = digits.removeprefix(word)
    whole, point, part = digits.partition(".")
    if not (whole + part).isdecimal():
        return -99
    return -len(part) if point else len(whole) - len(whole.rstrip("0"))


def _read(rounding: str) -> int:
    return int(rounding[1:]) * (-1 if rounding[0] == "b" else 1)


def _refused(answer: Answer, why: str) -> Problem:
    remedy = f"改用“不写这个数”（--leave-out {answer.slot.index}），或更正来源。"
    return Problem("draft.not_round", f"第 {answer.slot.index} 个数“{answer.meaning}”不能写成约数：{why}", remedy)
