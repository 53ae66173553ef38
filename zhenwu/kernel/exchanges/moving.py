"""How a matter moves when its sender says a row otherwise than before. Pure but for the rows it is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.exchanges.exchange import Exchange
from zhenwu.kernel.exchanges.reading import Item
from zhenwu.kernel.matters.api import Step, Taken, Workflow


@dataclass(frozen=True)
class Before:
    """What is there already of a row: the record, its version, what it says."""

    record: UUID
    version: int
    data: Mapping[str, Any]


def as_stored(value: Any) -> Any:
    """A value as records and matters keep it."""
    return value.isoformat() if isinstance(value, date) else value


def as_given(value: Any) -> str:
    """A value as a step takes it."""
    return "是" if value is True else str(as_stored(value))


def changes_of(exchange: Exchange, item: Item, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the sender says otherwise than before, of what moves the matter: column → value. What is no longer said moves nothing."""
    told = {name: as_stored(item.data.get(name)) for one in exchange.changes for name in (one.column, *one.gives)}
    return {name: value for name, value in told.items() if value and value != said.get(name)}


def steps_for(exchange: Exchange, workflow: Workflow, step: Step, changes: Mapping[str, Any]) -> list[Taken]:
    """The steps of one matter, in the order of the changes that the pack names: each sees the state that the one before it left."""
    carried = {one.id: one.carry for one in exchange.columns if one.carry}
    fresh = {name: value for name, value in changes.items() if name not in carried or step.columns.get(carried[name]) != value}
    state, taken = step.state, list[Taken]()
    for one in exchange.changes:
        move = next((move for action, move in workflow.moves_from(state) if action.id == one.action), None)
        if one.column not in fresh or move is None or (one.states and state not in one.states):
            continue
        handed = {carried[name]: as_given(fresh.pop(name)) for name in one.gives if name in fresh}
        fresh.pop(one.column, None)
        given = ({"reason": one.reason} if one.reason else {}) | handed
        taken.append(Taken(step.matter_id, one.action, step.number + len(taken), given=given))
        state = move.target
    return taken
