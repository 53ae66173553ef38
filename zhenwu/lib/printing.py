"""Print an exact number the way a report says it, and read back what such a print can mean.

A figure stays an exact ``Fraction`` until here. The word beside a blank decides the rounding, because the
word makes the sentence true or false: “80余个” must be more than 80, “突破12万” must have passed 12万,
“达到70%以上” may be 70 exactly.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import convert

AND_MORE = frozenset({"余", "多"})
PASSED = frozenset({"突破", "超过", "超"})
AT_LEAST = frozenset({"以上", "不少于", "不低于", "至少"})

_PRINTED = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?[%％‰]?")
_HUNDRED = Fraction(100)
_ROUGH = re.compile("[ab][0-9]")
_FARTHEST = Fraction(1, 20)  # 150 rounds to 200, and yet nobody may say “近200” of it


@dataclass(frozen=True)
class Form:
    """How a blank wants its number: unit, decimals, and the rounding word beside it.

    ``percent``: the figure is a share, which may print 100 only when it is exactly 100.
    ``sign``: what the blank itself swallows after the digits (``%`` in ``xx%``), printed with the number.
    ``rough``: said with 近 or 约, rounded so far: ``a2`` to hundreds, ``b1`` to tenths.
    """

    unit: str
    decimals: int = 0
    percent: bool = False
    word: str = ""
    sign: str = ""
    rough: str = ""


def print_number(value: int | Fraction, unit: str, form: Form) -> str:
    """The digits for ``value`` (exact, in ``unit``) in ``form``; conversion is exact and happens once.

    Raises ``Problem('unit.mismatch')``, or ``Problem('printing.untrue')`` when no number makes the word true
    (“0余个” says nothing, and a negative figure cannot be exceeded from below by a count).
    """
    exact = convert(value, unit, form.unit) if unit != form.unit else Fraction(value)
    if form.rough:
        return print_roughly(exact, form, read_rough(form.rough))[0]
    last_digit = Fraction(1, 10**form.decimals)
    if form.word in AND_MORE:
        return _digits(_strictly_below(exact, _and_more_step(exact, form), form), form)
    if form.word in PASSED:
        return _digits(_strictly_below(exact, last_digit, form), form)
    if form.word in AT_LEAST:
        return _digits(exact // last_digit * last_digit, form)
    rounded = _half_up(exact, last_digit)
    if form.percent and rounded == _HUNDRED and exact != _HUNDRED:
        rounded += last_digit if exact > _HUNDRED else -last_digit
    return _digits(rounded, form)


def print_roughly(exact: Fraction, form: Form, step: int) -> tuple[str, str]:
    """(the number with its 近 or 约, how far it was rounded) in the form's unit, to a power of ten, but never by more than a twentieth.

    “近1200” is said only of what is below 1200. Raises ``Problem('printing.not_round')`` for what cannot be said so.
    """
    if form.word:
        raise _not_round(f"句子里已经有“{form.word}”")
    if exact <= 0:
        raise _not_round("这个数不大于零")
    step = min(step, _magnitude(exact))
    while abs(_half_up(exact, Fraction(10) ** step) - exact) > exact * _FARTHEST:
        step -= 1
    if step <= -form.decimals:
        raise _not_round("这个数太小")
    rounded, shown = _half_up(exact, Fraction(10) ** step), max(-step, 0)
    digits = _digits(rounded, Form(form.unit, shown, sign=form.sign))
    return ("近" if exact < rounded else "约") + digits, f"{'b' if step < 0 else 'a'}{abs(step)}"


def read_rough(rough: str) -> int:
    """The power of ten that ``a2`` or ``b1`` means; raises ``Problem('printing.rough')``."""
    if not _ROUGH.fullmatch(rough):
        raise Problem("printing.rough", f"看不懂的约数写法“{rough[:10]}”", "写 a2（到百）、b1（到十分之一）这样。")
    return int(rough[1:]) * (-1 if rough[0] == "b" else 1)


def _magnitude(exact: Fraction) -> int:
    """The power of ten of the first digit."""
    step = len(str(exact.numerator)) - len(str(exact.denominator))
    return step if exact >= Fraction(10) ** step else step - 1


def _not_round(why: str) -> Problem:
    return Problem("printing.not_round", f"不能写成约数：{why}", "改成实数，或者不写这个数。")


def interval(printed: str, form: Form | None = None) -> tuple[Fraction, Fraction]:
    """The lowest and highest value (in the printed unit) that prints as ``printed``; both ends count as
    possible.

    Without a rounding word that is half a last digit either way. Raises ``Problem('printing.unreadable')``.
    """
    found = _PRINTED.fullmatch(printed.strip())
    if not found:
        raise Problem("printing.unreadable", f"“{printed[:20]}”不是一个数", "数字写成 12 或 12.50 这样。")
    decimals = len(found[2] or "")
    value = Fraction(f"{found[1]}.{found[2] or '0'}")
    last_digit = Fraction(1, 10**decimals)
    if form is not None and form.word in AND_MORE:
        return value, value + _step_above(value, form)
    if form is not None and form.word in PASSED | AT_LEAST:
        return value, value + last_digit
    low, high = value - last_digit / 2, value + last_digit / 2
    if form is not None and form.percent:
        return _share_interval(value, low, high, last_digit)
    return low, high


def _and_more_step(exact: Fraction, form: Form) -> Fraction:
    if form.decimals:
        return Fraction(1, 10**form.decimals)
    return Fraction(100 if exact >= 1000 else 10)


def _step_above(value: Fraction, form: Form) -> Fraction:
    """900 may stand for anything up to 1000 (from four digits up the step is a hundred)."""
    if form.decimals:
        return Fraction(1, 10**form.decimals)
    return Fraction(100 if value >= 900 else 10)


def _strictly_below(exact: Fraction, step: Fraction, form: Form) -> Fraction:
    bound = (math.ceil(exact / step) - 1) * step
    if bound < 0 or (bound == 0 and form.word in AND_MORE):
        raise Problem(
            "printing.untrue",
            f"数值太小，写不成“{form.word}”：没有比它小的整数可写",
            f"请把句子里的“{form.word}”去掉，改写成实数。",
        )
    return bound


def _half_up(exact: Fraction, last_digit: Fraction) -> Fraction:
    """Half away from zero, as a clerk rounds."""
    magnitude = math.floor(abs(exact) / last_digit + Fraction(1, 2)) * last_digit
    return magnitude if exact >= 0 else -magnitude


def _share_interval(
    value: Fraction, low: Fraction, high: Fraction, last_digit: Fraction
) -> tuple[Fraction, Fraction]:
    if value == _HUNDRED:
        return _HUNDRED, _HUNDRED
    if value + last_digit == _HUNDRED:
        return low, _HUNDRED
    if value - last_digit == _HUNDRED:
        return _HUNDRED, high
    return low, high


def _digits(value: Fraction, form: Form) -> str:
    scaled = abs(value) * 10**form.decimals
    whole, rest = divmod(int(scaled), 10**form.decimals)
    minus = "-" if value < 0 else ""
    tail = f".{rest:0{form.decimals}d}" if form.decimals else ""
    return f"{minus}{whole}{tail}{form.sign}"
