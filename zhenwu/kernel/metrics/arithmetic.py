"""Exact arithmetic on rolled cells: what derived figures are made by.

Every function takes whole numbers or fractions and returns a ``Fraction``, or None where there is no answer (a part is
missing, a divisor is zero). Nothing is rounded here but growth, whose true value is a root.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

Value = int | Fraction

GROWTH_DECIMALS = 12


def ratio(numerator: Value | None, denominator: Value | None) -> Fraction | None:
    """``numerator ÷ denominator``, both already in one unit; None when the denominator is zero."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return Fraction(numerator) / Fraction(denominator)


def share(own: Value | None, parent: Value | None) -> Fraction | None:
    """The unit's value as a part of its parent's."""
    return ratio(own, parent)


def change(now: Value | None, then: Value | None) -> Fraction | None:
    """``now − then``, in the metric's unit."""
    return None if now is None or then is None else Fraction(now) - Fraction(then)


def relative_change(now: Value | None, then: Value | None) -> Fraction | None:
    """``(now − then) ÷ |then|``: positive always means more, also where ``then`` was below zero."""
    return None if then is None else ratio(change(now, then), abs(Fraction(then)))


def cumulative(values: Sequence[Value | None]) -> Fraction | None:
    """The sum over the years; None when one of them, or all, are missing: a sum with a hole is not the sum."""
    known = [Fraction(value) for value in values if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(values) else None


def net(plus: Sequence[Value | None], less: Sequence[Value | None], *, either: bool = False) -> Fraction | None:
    """What is added up, less what is taken off; None when one of them is missing: without what is to be taken off, the
    sum is no answer. ``either``: of what is added up one is enough, the others count as nothing."""
    if either and any(value is not None for value in plus):
        plus = [value or 0 for value in plus]
    terms = [*plus, *(None if value is None else -value for value in less)]
    return cumulative(terms)


def growth(first: Value | None, last: Value | None, years: int) -> Fraction | None:
    """Compound yearly growth ``(last ÷ first)^(1/years) − 1``, rounded half up to 12 decimals.

    The law: for the answer g and h = ½·10⁻¹², ``(1 + g − h)^years ≤ last ÷ first < (1 + g + h)^years``. None when
    ``first`` is not positive, ``last`` is negative or ``years`` is below one.
    """
    if first is None or last is None or first <= 0 or last < 0 or years < 1:
        return None
    quotient = Fraction(last) / Fraction(first)
    scale = 10**GROWTH_DECIMALS
    # Half up: floor(x + ½) = floor((floor(2x) + 1) ÷ 2), and floor(2x) is an integer root.
    doubled = _root((quotient * (2 * scale) ** years).__floor__(), years)
    return Fraction((doubled + 1) // 2, scale) - 1


def _root(number: int, degree: int) -> int:
    """The largest whole number whose ``degree``-th power does not exceed ``number``."""
    if degree == 1 or number < 2:
        return number
    if degree == 2:
        return isqrt(number)
    guess = 1 << -(-number.bit_length() // degree)  # never below the root, so Newton's steps only descend
    while (better := ((degree - 1) * guess + number // guess ** (degree - 1)) // degree) < guess:
        guess = better
    return guess
