"""Which township a report speaks for. In a store of one township that is plain; under a county it is one of several."""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.orgs.api import Tree
from zhenwu.lib.problems import Problem


def seats(seen: Tree) -> tuple[UUID, ...]:
    """The units that may have a report: the townships; the topmost unit where none is called so."""
    return seen.of_kind("township") or (seen.root,)


def seat_of(seen: Tree, unit: UUID | None = None) -> UUID:
    """The township asked for, or the only one; raises ``Problem('report.unit')``."""
    possible = seats(seen)
    if unit is None and len(possible) == 1:
        return possible[0]
    if unit not in possible:
        names = "、".join(seen.name(one) for one in possible[:10])
        message = "有几个乡镇，没有写是哪一个的报告" if unit is None else "报告只能是一个乡镇的，这个单位不是"
        raise Problem("report.unit", message, f"写明乡镇：{names}。")
    return unit
