"""Templates that are plain text: read the blanks, fill them, leave every other byte as it was."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.kernel.reports.blanks import find_slots
from zhenwu.kernel.reports.slots import Paragraph, Template, refuse_large, values_for


def read_text(text: str) -> Template:
    """Read a template; a paragraph is a line (its line end, ``\\n`` or ``\\r\\n``, is not part of it).

    Raises ``Problem('report.too_long')`` or ``Problem('report.too_many_blanks')``.
    """
    refuse_large(len(text), 0)
    paragraphs, start = [], 0
    for index, line in enumerate(text.split("\n")):
        paragraphs.append(Paragraph(index, line.removesuffix("\r"), start))
        start += len(line) + 1
    alphabet, slots = find_slots(paragraphs)
    return Template(text, tuple(paragraphs), slots, alphabet)


def fill_text(template: Template, values: Mapping[int, str]) -> str:
    """The text with each blank replaced whole (a ``%`` that belongs to the blank too); unknown ones print
    待补."""
    filled = values_for(template, values)
    pieces, here = [], 0
    for slot in template.slots:
        start = template.offset(slot)
        pieces += [template.text[here:start], filled[slot.index]]
        here = start + slot.end - slot.start
    return "".join([*pieces, template.text[here:]])
