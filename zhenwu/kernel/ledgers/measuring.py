"""Numbers that are measured from a line of the same record: a walk's metres and minutes from its track. Pure.

Where there is a line, it says the number, whatever was typed: of two sayings of one fact the measured one stands (decision 0040).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zhenwu.kernel.ledgers.readers import bounds_of
from zhenwu.lib.polylines import Polyline, kept_polyline
from zhenwu.lib.problems import Problem

if TYPE_CHECKING:
    from zhenwu.kernel.ledgers.forms import Field, Form

MEASURES: dict[str, Callable[[Polyline], int | None]] = {"metres": lambda line: line.metres, "minutes": lambda line: line.minutes}


def measured(one: Field, line: Any) -> int | None:
    """What a line (as it is kept) says of a field that is measured from it; None where it says nothing: no line, or one without times.
    Raises ``Problem`` for what lies beyond the field's bounds."""
    found = MEASURES[one.measure](kept_polyline(line)) if isinstance(line, str) else None
    lowest, highest = bounds_of(one)
    if found is not None and not lowest <= found <= highest:
        bounds = " 到 ".join(end or "不限" for end in (one.min, one.max))
        raise Problem("ledger.bounds", f"照轨迹量出来是 {found}，超出范围（{bounds} {one.unit}）", "走得太短的不用记；轨迹不对的，清空轨迹再填。")
    return found


def unmeasured(form: Form, told: Mapping[str, Any], before: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a correction says, without the numbers that the line which stays says better."""
    stays = [one.id for one in form.measured if one.id in told and one.source not in told and measured(one, before.get(one.source)) is not None]
    return {name: value for name, value in told.items() if name not in stays} if stays else told
