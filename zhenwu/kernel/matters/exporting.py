"""What was taken out of the system of a list of matters stands in the journal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs.api import Actor


def note_list_export(actor: Actor, line: str, scope: str, rows: int, op_id: UUID) -> None:
    """Leave in the journal who took how many rows of the matters of a line ("" for all within reach) out of the system.

    The scope's words stay out of the event: somebody's name may have been searched for. It is no event of a matter (``matter.``): none
    changed.
    """

    def change(writer: Writer) -> dict[str, Any]:
        writer.event("matters.exported", f"matters:{line or 'all'}", {"line": line, "rows": rows})
        return {}

    perform(Act(actor.principal, op_id, "note_list_export", {"line": line, "scope": scope, "rows": rows}), change)
