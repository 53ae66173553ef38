"""我的视图 above a list: each as a link with how many it shows, and what would be kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from zhenwu.kernel.journal.api import head, position_of
from zhenwu.kernel.matters.api import FOLLOWER as LIMITS
from zhenwu.kernel.orgs.api import Actor, SavedView
from zhenwu.lib.clock import now

PAGE = "matters"  # the list of matters; a ledger's list is called by the ledger's key
COUNTED = 99  # rows; beyond, a view says that it has more
REMEMBERED = 5000  # counts
Read = Callable[[Mapping[str, str]], tuple[dict[str, str], Callable[[], Any]]]
_known: dict[Hashable, str] = {}


@dataclass(frozen=True)
class Shown:
    """A view as a link: ``count`` in words, "" where what it asks for is no longer all offered (``changed``); ``here``: it is what is listed."""

    id: UUID
    name: str
    address: str
    count: str
    here: bool
    changed: bool


@dataclass(frozen=True)
class Views:
    """What stands above a list: where to keep its present filter (``sent``), and the views that there are."""

    save_at: str
    sent: Mapping[str, str]
    rows: Sequence[Shown]
    op_ids: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))

    @property
    def may_save(self) -> bool:
        """Whether something is narrowed that is no view yet."""
        return bool(self.sent) and not any(one.here for one in self.rows)


def shown(who: Actor, found: Sequence[SavedView], present: Mapping[str, str], read: Read) -> list[Shown]:
    """The views of a list; ``read`` says what is still offered of a filter, and how it finds its rows (a list, or a query)."""
    # Each count costs as much as a list: it is asked once, while nothing is written that could change it; the minute is for what falls due.
    stamp = (head(), position_of(LIMITS.name), f"{now():%Y%m%d%H%M}", who) if found else ()
    return [_shown(one, present, stamp, *read(one.sent)) for one in found]


def _shown(one: SavedView, present: Mapping[str, str], stamp: tuple[Hashable, ...], sent: Mapping[str, str], find: Callable[[], Any]) -> Shown:
    changed = sent != one.sent
    return Shown(one.id, one.name, urlencode(sent), "" if changed else _count((one.id, *stamp), find), sent == present, changed)


def _count(key: Hashable, find: Callable[[], Any]) -> str:
    told = _known.get(key)
    if told is None:
        found = find()
        count = len(found) if isinstance(found, list) else found.order_by()[: COUNTED + 1].count()
        told = _known[key] = f"{COUNTED}+" if count > COUNTED else str(count)
        if len(_known) > REMEMBERED:
            _known.clear()
    return told
