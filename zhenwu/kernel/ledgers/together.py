"""A whole column of texts read in one go, where every one of them is plainly written. Pure.

What is read here is what the field's own reader (``readers``) makes of each text; of anything that is not plain nothing is
said, and the reader decides. For columns in which nearly every value is another: codes, amounts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from zhenwu.kernel.ledgers.readers import IDENTITY_SIGNS, bounds_of

if TYPE_CHECKING:
    from zhenwu.kernel.ledgers.forms import Field

_FEW = 64  # below that many values a column costs little either way; so many of them tell whether they repeat
_END = "\n"


def read_together(one: Field, told: Sequence[str]) -> Sequence[Any] | None:
    """The stored values of a column of texts, or None where they have to be read one by one."""
    read = _READERS.get(one.type)
    if read is None or len(told) < _FEW or len(set(told[:_FEW])) * 2 < _FEW:
        return None
    joined = _END.join(told)
    return read(one, told, joined) if joined.count(_END) == len(told) - 1 else None


def _numbers(one: Field, told: Sequence[str], joined: str) -> Sequence[Any] | None:
    """Amounts with all their decimals and no sign, within the field's bounds."""
    if not _plain_amounts(one.scale).fullmatch(joined):
        return None
    whole = list(map(int, joined.replace(".", "").split(_END)))
    lowest, highest = bounds_of(one)
    return whole if lowest <= min(whole) and max(whole) <= highest else None


def _texts(one: Field, told: Sequence[str], joined: str) -> Sequence[Any] | None:
    """Printable texts without blanks at their ends, too short to hold an identity number."""
    longest = min(int(one.max or 500), IDENTITY_SIGNS - 1)
    if one.pattern or not joined.replace(_END, "").isprintable() or not 0 < min(map(len, told)) <= max(map(len, told)) <= longest:
        return None
    return None if " \n" in joined or "\n " in joined or joined[0] == " " or joined[-1] == " " else told


@lru_cache(maxsize=32)
def _plain_amounts(scale: int) -> re.Pattern[str]:
    one = "[0-9]{1,15}" + (rf"\.[0-9]{{{scale}}}" if scale else "")
    return re.compile(f"(?:{one}\n)*+{one}")


_READERS: dict[str, Callable[[Field, Sequence[str], str], Sequence[Any] | None]] = {
    "integer": _numbers, "decimal": _numbers, "text": _texts,
}  # fmt: skip
