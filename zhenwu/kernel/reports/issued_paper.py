"""The PDF of an issued document: its frozen template with its frozen prints, set by us, and the imprint at its end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.reports.filling import read_source
from zhenwu.kernel.reports.imprint import imprint_of
from zhenwu.kernel.reports.models import Issue
from zhenwu.kernel.reports.paper.composing import compose
from zhenwu.kernel.reports.paper.editions import fonts_here
from zhenwu.lib.paper.geometry import OFFICIAL
from zhenwu.lib.paper.model import Line, Piece
from zhenwu.lib.paper.pdf import document_pdf
from zhenwu.lib.paper.titles import parted

_HEAD = re.compile(r"[0-9a-f]{64}")


def breakable(words: str) -> str:
    """Words with every seal head parted in four by spaces: in one piece it is wider than a line of 3号."""
    return _HEAD.sub(lambda found: " ".join(found[0][place : place + 16] for place in range(0, 64, 16)), words)


def issued_pdf(issue: Issue) -> bytes:
    """The issued document as PDF, dated by its day of issue; raises ``Problem('paper.…')`` where fonts or letters are missing."""
    frozen = issue.frozen
    _, _, content = take_file(issue.template_file)
    template = read_source(content, frozen["name"]).template
    values = {slot["slot"]: slot["printed"] for slot in frozen["slots"] if slot["printed"] is not None}
    document = compose(template, values)
    imprint = Line("body", (Piece(breakable(imprint_of(frozen)), face="kai"),))
    whole = replace(document, lines=(*document.lines, imprint))
    return document_pdf(parted(whole, OFFICIAL), fonts_here(), date.fromisoformat(frozen["day"]), OFFICIAL)
