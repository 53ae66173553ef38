"""Two readings of a report compared by figure: what changed, appeared, went, and why. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from zhenwu.kernel.metrics.api import AUTHORITIES
from zhenwu.kernel.reports.room.told import Said, Told

Kind = Literal["changed", "appeared", "gone", "kept"]


@dataclass(frozen=True)
class FigureChange:
    """A figure in the older and the newer reading. ``difference``: exact, newer − older, where both are the same metric's."""

    kind: Kind
    old: Said | None
    new: Said | None
    difference: Fraction | None = None
    why: str = ""

    @property
    def meaning(self) -> str:
        one = self.new or self.old
        return one.meaning if one else ""


def by_figure(old: Told, new: Told) -> tuple[FigureChange, ...]:
    """Every figure of either, in the order of the newer text; those gone come last."""
    mates = _paired(old, new)
    found = [_change(mates.get(one.slot), one) for one in new.figures]
    taken = {mate.slot for mate in mates.values()}
    return (*found, *(FigureChange("gone", one, None) for one in old.figures if one.slot not in taken))


def _paired(old: Told, new: Told) -> dict[int, Said]:
    """The newer figure's number → the older figure: the same blank, the n-th time that it stands in the text."""
    waiting: dict[str, list[Said]] = defaultdict(list)
    for one in old.figures:
        waiting[_name(one)].append(one)
    found = {}
    for one in new.figures:
        if waiting[_name(one)]:
            found[one.slot] = waiting[_name(one)].pop(0)
    return found


def _name(one: Said) -> str:
    return one.key or one.meaning


def _change(old: Said | None, new: Said) -> FigureChange:
    if old is None:
        return FigureChange("appeared", None, new)
    difference = _difference(old, new)
    why = "，".join(_reasons(old, new))
    same = old.printed == new.printed and not difference and old.whose == new.whose
    return FigureChange("kept" if same else "changed", old, new, difference, "" if same else why)


def _difference(old: Said, new: Said) -> Fraction | None:
    if not (old.address and new.address and old.address[0] == new.address[0] and old.value is not None and new.value is not None):
        return None
    return Fraction(new.value) - Fraction(old.value)


def _reasons(old: Said, new: Said) -> Iterator[str]:
    if old.address and new.address:
        yield from _reasons_of_metric(old, new)
    elif old.printed is None or new.printed is None:
        yield "补上了" if old.printed is None else "现在不知道了"
    else:
        yield "来处不同" if old.address or new.address else "镇情或记录里的写法变了"


def _reasons_of_metric(old: Said, new: Said) -> Iterator[str]:
    assert old.address and new.address
    if old.address[0] != new.address[0]:
        yield "换了一个指标"
    elif old.address[1] != new.address[1]:
        yield f"统计期由 {old.address[1]} 变成 {new.address[1]}"
    if old.value is None or new.value is None:
        yield "补上了" if old.value is None else "现在没有数了"
    elif old.whose != new.whose:
        yield f"由{AUTHORITIES.get(old.whose, '别的数')}改用{AUTHORITIES.get(new.whose, '别的数')}"
    elif old.value != new.value and old.address[:2] == new.address[:2]:
        yield "记录有更正或补登" if new.whose == "ledger" else "登记的数变了"
    elif old.value == new.value and old.printed != new.printed:
        yield "数没有变，写法变了"
