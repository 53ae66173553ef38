"""Where facts come from: the ledgers and the matters, asked alike."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.orgs.api import Actor, Purpose
from zhenwu.lib.facts import Fact, Scope

_SHELVES = {"ledger": ledgers, "workflow": matters}
KINDS = ("record.", "matter.")


def facts(scope: Scope) -> Iterator[Fact]:
    """The facts within a scope."""
    return _SHELVES[scope.source.partition(":")[0]].facts(scope)


def changes(event: Event) -> tuple[list[Fact], list[Fact]]:
    """What an event put away and what it put in its place."""
    return (ledgers if event.kind.startswith("record.") else matters).changes(event)


def visible_ids(actor: Actor, purpose: Purpose, scope: Scope, line: str) -> set[tuple[UUID, int]]:
    """(id, number) of the facts in a scope that this person may see row by row."""
    return _SHELVES[scope.source.partition(":")[0]].visible_ids(actor, purpose, scope, line)
