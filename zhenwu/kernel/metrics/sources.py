"""Where facts come from: the ledgers, the matters, and ledgers within one another, asked alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.metrics import within
from zhenwu.kernel.orgs.api import Actor, Purpose
from zhenwu.lib.facts import Fact, Scope

_SHELVES = {"ledger": ledgers, "workflow": matters}
KINDS = ("record.", "matter.")


def facts(scope: Scope) -> Iterator[Fact]:
    """The facts within a scope."""
    one = within.read_within(scope.source)
    if one is not None:
        return within.facts(one, scope)
    return _SHELVES[scope.source.partition(":")[0]].facts(scope)


def sources() -> set[str]:
    """The sources that have any facts."""
    return {source for shelf in _SHELVES.values() for source in shelf.sources()}


def is_among(source: str, there: Collection[str]) -> bool:
    """Whether a source may have facts, where ``there`` are the ``sources`` that have."""
    one = within.read_within(source)
    return source in there if one is None else one.parts <= set(there)


def changes(events: Sequence[Event], wanted: Collection[str], until: int) -> Iterator[tuple[list[Fact], list[Fact]]]:
    """What events put away and what they put in its place, shelf by shelf, then of each source of ``wanted`` that is made of two; ``until``
    is the position of the last of them."""
    for kind, shelf in zip(KINDS, _SHELVES.values(), strict=True):
        told = [event for event in events if event.kind.startswith(kind)]
        if told:
            before, after = shelf.changes(told)
            yield before, after
            yield from changes_within(before, after, wanted, until)


def changes_within(before: Sequence[Fact], after: Sequence[Fact], wanted: Collection[str], until: int | None = None) -> Iterator[tuple[list[Fact], list[Fact]]]:
    """What a change means for each source of ``wanted`` that is made of two (``within.changes``)."""
    for one in filter(None, map(within.read_within, wanted)):
        yield within.changes(one, before, after, until)


def many_recorded_since(position: int, least: int, share: int) -> bool:
    """Whether so many versions and steps, and one in ``share`` of all there are, were written after a position."""
    if _since(position, least) < least:
        return False
    wanted = sum(shelf.recorded() for shelf in _SHELVES.values()) // share
    return wanted <= least or _since(position, wanted) >= wanted


def _since(position: int, most: int) -> int:
    """How many were written after a position; no more than ``most`` of each shelf are counted."""
    return sum(shelf.recorded_since(position, most) for shelf in _SHELVES.values())


def visible_ids(actor: Actor, purpose: Purpose, scope: Scope, line: str) -> set[tuple[UUID, int]]:
    """(id, number) of the facts in a scope that this person may see row by row."""
    return _SHELVES[scope.source.partition(":")[0]].visible_ids(actor, purpose, scope, line)
