"""Which report is being drafted, and how it reads now: by its own words where the township began a manuscript, else by the installed template."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current, every
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.reports.filling import Filled, fill_source, read_source
from zhenwu.kernel.reports.room.words import live_words, template_of


@dataclass(frozen=True, order=True)
class Draft:
    """An installed template (``report.annual``) about one year of one township. Its blanks are named by ``slot.key``."""

    key: str
    year: int
    unit: UUID

    @property
    def name(self) -> str:
        """The template's file name, as problems tell it."""
        return f"{self.key}.md"


def installed_text(draft: Draft) -> str:
    """The installed template of a draft; raises ``NotFound`` when no such report is installed."""
    return str(current("report", draft.key).body["text"])


def content_of(draft: Draft) -> bytes:
    """The draft as a template of ours; raises ``NotFound`` when no such report is installed."""
    installed = installed_text(draft)
    words = live_words(draft.key, draft.year, draft.unit)
    return (installed if words is None else template_of(installed, draft.name, words)).encode()


def read_draft(draft: Draft, figures: Figures | None = None) -> Filled:
    """The draft filled from the figures given, or from those of now; raises what reading and filling a template raises."""
    return _filled(draft, content_of(draft), figures or Figures())


def read_words(draft: Draft, words: Sequence[str], figures: Figures) -> Filled:
    """As ``read_draft``, with other words in the place of its own."""
    return _filled(draft, template_of(installed_text(draft), draft.name, words).encode(), figures)


def _filled(draft: Draft, content: bytes, figures: Figures) -> Filled:
    return fill_source(read_source(content, draft.name), draft.name, draft.year, figures, draft.unit)


def read_some(draft: Draft, keys: Collection[str], figures: Figures) -> Filled:
    """The draft with these blanks alone: what a reminder needs, at the cost of as many figures."""
    source = read_source(content_of(draft), draft.name)
    template = replace(source.template, slots=tuple(slot for slot in source.template.slots if slot.key in keys))
    some = replace(source, template=template, bindings=replace(source.bindings, claims=()))
    return fill_source(some, draft.name, draft.year, figures, draft.unit)


def draft_of(content: bytes, year: int, unit: UUID) -> Draft | None:
    """Which draft a template's bytes are: one whose words they are, or those of its installed template; None for any other file."""
    drafts = [Draft(one.key, year, unit) for one in every("report")]
    return next((one for one in drafts if content in (installed_text(one).encode(), content_of(one))), None)


def name_of(draft: Draft) -> dict[str, Any]:
    """A draft as an act's request says it."""
    return {"key": draft.key, "year": draft.year, "unit": str(draft.unit)}


def subject_of(draft: Draft) -> str:
    """How the journal names a draft: what its events are about."""
    return f"draft:{draft.key}@{draft.year}/{draft.unit}"
