"""What a document can say, gathered: values, loops, the records read; and the memory that reads each thing once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.documents.vocabulary import Vocabulary
from zhenwu.kernel.ledgers.api import history
from zhenwu.kernel.matters.api import Photo
from zhenwu.lib.facts import Row

Version = Any  # the ledgers' row


@dataclass
class Item:
    """One turn of a loop: what ``it`` says, and the columns that a condition sees."""

    values: Mapping[str, Any]
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Ticket:
    """What whoever holds a paper looks the matter up with: number and code; ``address`` of the page, "" where this installation has none."""

    number: str
    code: str
    address: str


@dataclass
class Facts:
    """What a document can say: ``values`` by name, ``loops`` by name, ``row`` for conditions that stand in no loop; ``versions``: the
    records that were read; ``papers``: those to be put behind it; ``photos``: those of the matter; ``ticket``: where it can be looked up; ``basis`` names all of it."""

    known: Vocabulary
    values: dict[str, Any]
    loops: dict[str, list[Item]]
    row: Row
    basis: dict[str, Any]
    versions: list[Version] = field(default_factory=list)
    papers: list[Made] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    ticket: Ticket | None = None


class Memory:
    """What was read of a matter or a record within one request: its documents ask for the same records again and again."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def once(self, name: Any, read: Callable[[], Any]) -> Any:
        """What a name stands for, read the first time."""
        if name not in self._known:
            self._known[name] = read()
        return self._known[name]

    def history(self, record: UUID) -> list[Version]:
        found: list[Version] = self.once(("history", record), lambda: history(record))
        return found
