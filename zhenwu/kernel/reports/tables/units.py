"""Which unit a name in a foreign table means, for one township. Pure."""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.orgs.api import Tree
from zhenwu.kernel.reports.tables.grid import plain_words

TOTALS = frozenset({"合计", "总计", "全镇", "全乡", "全镇合计", "全乡合计", "总数"})
_TAILS = ("行政村", "村民委员会", "村委会", "村", "社区居委会", "社区", "居委会", "镇", "乡")


class Named:
    """Names → units of a township: itself, its villages and what lies below, where a name is the only one of its kind."""

    def __init__(self, seen: Tree, seat: UUID) -> None:
        self.tree, self.seat = seen, seat
        self._found: dict[str, set[UUID]] = {name: {seat} for name in TOTALS}
        for unit in seen.under(seat):
            for name in {_bare(seen.name(unit)), plain_words(seen.name(unit)), seen.code(unit)} - {""}:
                self._found.setdefault(name, set()).add(unit)

    def __call__(self, text: str) -> UUID | None:
        """The unit meant; None for no unit, or for one of several."""
        found = self._found.get(text) or self._found.get(_bare(text)) or set()
        return next(iter(found)) if len(found) == 1 else None

    def is_unclear(self, text: str) -> bool:
        """Whether several units are called so."""
        return len(self._found.get(text) or self._found.get(_bare(text)) or ()) > 1

    def name(self, unit: UUID) -> str:
        """The name of an address: by id where it is not the only one."""
        name = self.tree.name(unit)
        return name if sum(self.tree.name(one) == name for one in self.tree.order) == 1 else str(unit)


def _bare(name: str) -> str:
    """A name without the word for what it is: 深塘村 and 深塘 are one."""
    name = plain_words(name)
    for tail in _TAILS:
        if name.endswith(tail) and len(name) > len(tail) + 1:
            return name.removesuffix(tail)
    return name
