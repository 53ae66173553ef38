"""Which report is being drafted, and how it reads now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from zhenwu.kernel.definitions.api import current, every
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


def read_some(draft: Draft, keys: Collection[str], figures: Figures) -> Filled:
    """The draft with these blanks alone: what a reminder needs, at the cost of as many figures."""
    name = f"{draft.key}.md"
    source = read_source(current("report", draft.key).body["text"].encode(), name)
    template = replace(source.template, slots=tuple(slot for slot in source.template.slots if slot.key in keys))
    return fill_source(replace(source, template=template, bindings=replace(source.bindings, claims=())), name, draft.year, figures, draft.unit)


def draft_of(content: bytes, year: int, unit: UUID) -> Draft | None:
    """Which draft a template's bytes are: that of the installed template with the same text; None for any other file."""
    found = next((one for one in every("report") if one.body["text"].encode() == content), None)
    return Draft(found.key, year, unit) if found else None


def subject_of(draft: Draft) -> str:
    """How the journal names a draft."""
    return f"draft:{draft.key}@{draft.year}/{draft.unit}"
