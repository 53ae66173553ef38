"""Which report is being drafted, and how it reads now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.reports.filling import Filled, fill_source, read_source


@dataclass(frozen=True, order=True)
class Draft:
    """An installed template (``report.annual``) about one year of one township. Its blanks are named by ``slot.key``."""

    key: str
    year: int
    unit: UUID


def read_draft(draft: Draft, figures: Figures | None = None) -> Filled:
    """The draft filled from the figures given, or from those of now; raises what reading and filling a template raises."""
    name = f"{draft.key}.md"
    source = read_source(current("report", draft.key).body["text"].encode(), name)
    return fill_source(source, name, draft.year, figures or Figures(), draft.unit)
