"""What the process remembers by the id of a row is void once the rows are rolled back: ids start again."""

from __future__ import annotations

from zhenwu.kernel.definitions.api import revision
from zhenwu.kernel.documents import definition
from zhenwu.kernel.ledgers import reading
from zhenwu.kernel.matters import steps
from zhenwu.kernel.metrics import catalogue


def forget() -> None:
    """Remember nothing of the store that was there before."""
    for one in (revision, reading._day_fields, catalogue._catalogue, steps._workflow_at, definition.template_at):
        one.cache_clear()
