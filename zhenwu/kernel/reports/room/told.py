"""How a report read at one position: paragraphs of words and figures. A plain value, so that any two can be compared.

It is made from a draft that was just filled, from a stored edition (稿次) or from an issued document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.reports.filling import Answer, Filled, read_source
from zhenwu.kernel.reports.issuing import exact
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.slots import UNKNOWN, Template

Piece = str | int  # words, or the number of the figure that stands there


@dataclass(frozen=True)
class Said:
    """One figure as it was said. ``value`` is exact (``1234/5``, in the metric's unit); ``address`` (metric, period, unit's id).

    ``whose``: the authority whose value was printed; ``why``: where it came from, in words.
    """

    slot: int
    key: str
    meaning: str
    printed: str | None
    value: str | None = None
    address: tuple[str, str, str] | None = None
    whose: str = ""
    why: str = ""

    @property
    def shown(self) -> str:
        return self.printed if self.printed is not None else UNKNOWN


@dataclass(frozen=True)
class Told:
    """A report's words and figures at a journal position."""

    year: int
    unit: UUID
    position: int
    paragraphs: tuple[tuple[Piece, ...], ...]
    figures: tuple[Said, ...]

    @cached_property
    def by_slot(self) -> Mapping[int, Said]:
        return {one.slot: one for one in self.figures}

    def words(self, paragraph: tuple[Piece, ...]) -> str:
        """A paragraph as it read."""
        return "".join(piece if isinstance(piece, str) else self.by_slot[piece].shown for piece in paragraph)

    def veiled(self, is_hidden: Callable[[Said], bool]) -> Told:
        """The same without the figures that somebody may not see."""
        return Told(self.year, self.unit, self.position, self.paragraphs, tuple(
            Said(one.slot, one.key, one.meaning, None, why="人数过少，对无权看明细的人不显示") if is_hidden(one) else one for one in self.figures
        ))  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """As an edition keeps it; read again by ``read_told``."""
        figures = [asdict(one) | {"address": list(one.address) if one.address else None} for one in self.figures]
        return {
            "year": self.year, "unit": str(self.unit), "position": self.position,
            "paragraphs": [list(paragraph) for paragraph in self.paragraphs], "figures": figures,
        }  # fmt: skip


def read_told(content: Mapping[str, Any]) -> Told:
    """What ``Told.to_json`` wrote."""
    figures = tuple(Said(**{**one, "address": tuple(one["address"]) if one["address"] else None}) for one in content["figures"])
    paragraphs = tuple(tuple(paragraph) for paragraph in content["paragraphs"])
    return Told(content["year"], UUID(content["unit"]), content["position"], paragraphs, figures)


def told_of(filled: Filled) -> Told:
    """A report that was just filled."""
    figures = tuple(_said(answer) for answer in filled.answers)
    return Told(filled.year, filled.unit, filled.position, cut(filled.template), figures)


def told_of_issue(issue: Issue) -> Told:
    """An issued document as it was frozen; raises what taking its template out of the store raises."""
    frozen = issue.frozen
    name, _, content = take_file(issue.template_file)
    template = read_source(content, frozen.get("name", name)).template
    keys = {slot.index: slot.key for slot in template.slots}
    figures = tuple(_frozen(one, keys.get(one["slot"], "")) for one in frozen["slots"])
    return Told(frozen["year"], UUID(frozen["unit"]), frozen["position"], cut(template), figures)


def cut(template: Template) -> tuple[tuple[Piece, ...], ...]:
    """A template's paragraphs as words and numbers of blanks; empty lines and the marks of headings fall away."""
    found: list[tuple[Piece, ...]] = []
    for paragraph in template.paragraphs:
        text = paragraph.text
        here = len(text) - len(text.removeprefix("## ").removeprefix("# ").lstrip())
        pieces: list[Piece] = []
        for slot in template.slots_of(paragraph.index):
            pieces += [text[here : slot.start], slot.index]
            here = slot.end
        pieces.append(text[here:].rstrip())
        kept = tuple(piece for piece in pieces if piece != "")
        if kept:
            found.append(kept)
    return tuple(found)


def _said(answer: Answer) -> Said:
    figure = answer.figure
    if figure is None:
        return Said(answer.slot.index, answer.slot.key, answer.meaning, answer.printed, why=answer.why)
    address = (figure.metric.key, str(figure.period), str(figure.unit))
    return Said(answer.slot.index, answer.slot.key, answer.meaning, answer.printed, exact(figure), address, figure.authority, answer.why)


def _frozen(slot: Mapping[str, Any], key: str) -> Said:
    address = (slot["address"][0], slot["address"][1], slot["address"][2]) if slot["address"] else None
    return Said(slot["slot"], key, slot["meaning"], slot["printed"], slot["value"], address, slot["authority"], slot["why"])
