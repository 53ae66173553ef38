"""What a document of one record of a ledger says, gathered: the record as it stood, its place, what it links to, the rows that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from zhenwu.kernel.documents.definition import Template, vocabulary_of
from zhenwu.kernel.documents.facts import Facts, Memory
from zhenwu.kernel.documents.reader import Opened, Reader
from zhenwu.kernel.documents.vocabulary import count_of
from zhenwu.kernel.ledgers.api import fact_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.facts import Row


class _RecordReader(Reader):
    def __init__(self, actor: Actor, template: Template, record: UUID, basis: Mapping[str, Any] | None, memory: Memory, opened: Opened) -> None:
        super().__init__(actor, template, basis, memory, opened)
        self.record = record
        versions = memory.history(record)
        self.version = versions[-1] if basis is None else next(one for one in versions if one.number == basis["version"])
        self.known = memory.once(("vocabulary", template.revision), lambda: vocabulary_of(template))

    def record_id(self) -> UUID:
        return self.record

    def equal(self, name: str) -> Any:
        return super().equal(name) if name else self.version.key


def gather_record(
    actor: Actor, template: Template, record: UUID, memory: Memory, basis: Mapping[str, Any] | None = None, opened: Opened | None = None
) -> Facts:
    """Everything that a document of a record within reach may say. The basis: ``version`` (the record's), ``day``, ``rows``."""
    at = _RecordReader(actor, template, record, basis, memory, opened or {})
    at.look_up()
    loops = at.loops()
    values = {**{f"unit.{name}": words for name, words in at.placed(at.version.unit_id).items()}, **at.values()}
    row = Row({**fact_of(at.version).row, **{count_of(name): len(items) for name, items in loops.items()}})
    basis_now = {**at.basis(), "version": at.version.number}
    return Facts(at.known, values, loops, row, basis_now, [one for found in at.read.values() for one in found])
