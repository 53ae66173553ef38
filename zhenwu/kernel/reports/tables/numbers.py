"""A figure as the number a cell holds: exact, in the cell's unit. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.units import convert

DIGITS = 15  # as many as a spreadsheet keeps
_KEPT = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


def cell_number(value: Fraction, unit: str, wanted: str, decimals: int | None, shows_percent: bool) -> Decimal:
    """The number to write; ``decimals`` rounds it half up in ``wanted`` first. A cell formatted as a percentage holds the bare proportion.

    Raises ``Problem('unit.mismatch')``.
    """
    if decimals is None:
        exact = convert(value, unit, wanted)
    else:
        exact = Fraction(print_number(value, unit, Form(wanted, decimals, wanted in ("%", "‰"))))
    if shows_percent and wanted in ("%", "‰"):
        exact = convert(exact, wanted, "倍")
    return _KEPT.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def ends(value: Fraction) -> bool:
    """Whether a number has an end when written in decimals."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
