"""The editions of a filled report: which there are, in which forms, and their bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from zhenwu.kernel.metrics.api import recognised_metrics
from zhenwu.kernel.reports.blanks import OWN
from zhenwu.kernel.reports.filling import Filled, remark
from zhenwu.kernel.reports.paper import listings
from zhenwu.kernel.reports.paper.composing import compose
from zhenwu.kernel.reports.paper.sentences import for_reading
from zhenwu.lib.clock import today
from zhenwu.lib.paper.fonts import Fonts, find_fonts
from zhenwu.lib.paper.geometry import OFFICIAL, READING, Layout
from zhenwu.lib.paper.model import Document, Listing
from zhenwu.lib.paper.pdf import document_pdf, listing_pdf
from zhenwu.lib.paper.sheet import listing_xlsx
from zhenwu.lib.paper.titles import parted
from zhenwu.lib.paper.word import write_document, write_listing
from zhenwu.lib.problems import NotFound, Problem


@dataclass(frozen=True)
class Edition:
    """``forms`` are the file forms it can have, the usual one first."""

    name: str
    label: str
    forms: tuple[str, ...]
    about: str


EDITIONS = {
    one.name: one
    for one in (
        Edition("clean", "正文", ("docx", "pdf", "txt"), "公文格式，印出来上会"),
        Edition("marked", "批注版", ("docx", "pdf"), "每个数旁边写着来处"),
        Edition("reading", "宣读稿", ("docx", "pdf"), "大字，念着用"),
        Edition("proof", "校对单", ("docx", "pdf"), "数字连同句子，两人对着念"),
        Edition("pending", "待补清单", ("docx", "pdf", "xlsx"), "还没有来处的空"),
        Edition("contradictions", "数字不一致清单", ("docx", "pdf", "xlsx"), "前后对不上的数"),
        Edition("unrecognised", "待县里认定清单", ("docx", "pdf", "xlsx"), "印的还是镇里的数"),
        Edition("revisit", "请再看一遍", ("docx", "pdf", "xlsx"), "写定的会议、人名、日期、称号"),
    )
}
LIST_FORMS = ("docx", "pdf", "xlsx")
_LISTS: dict[str, Callable[[Filled], Listing]] = {
    "proof": listings.proof,
    "pending": listings.pending,
    "contradictions": listings.contradictions,
    "unrecognised": lambda filled: listings.unrecognised(filled, recognised_metrics()),
    "revisit": listings.revisit,
}


def known_edition(name: str, form: str) -> Edition:
    """The edition; raises ``NotFound('edition.unknown')``, or ``Problem('edition.form')`` for a form it does not come in."""
    if name not in EDITIONS:
        raise NotFound(
            "edition.unknown",
            f"没有“{name}”这种版本",
            "可选：" + "、".join(f"{one.name}（{one.label}）" for one in EDITIONS.values()),
        )
    found = EDITIONS[name]
    if form not in found.forms:
        raise Problem("edition.form", f"{found.label}没有 {form} 格式", f"可选：{'、'.join(found.forms)}。")
    return found


def edition(filled: Filled, name: str, form: str) -> bytes:
    """The file of an edition. Raises what ``known_edition`` raises, and ``Problem('paper.…')`` for a PDF without fonts."""
    known_edition(name, form)
    if name in _LISTS:
        return listed(_LISTS[name](filled), form)
    if form == "txt":
        return _plain_text(filled).encode()
    if name == "reading":
        return _printed(for_reading(compose(filled.template, filled.values)), form, READING)
    if form == "pdf":
        return _printed(_with_notes(filled) if name == "marked" else compose(filled.template, filled.values), form)
    return filled.marked if name == "marked" else filled.document


def officially(filled: Filled) -> Filled:
    """The same report, its .docx laid out by us even where the template is a .docx with a layout of its own."""
    return replace(filled, docx=None)


def fonts_here() -> Fonts:
    """The fonts a PDF is set in: the system's and those in the folders of ``ZHENWU_FONTS``."""
    return find_fonts(tuple(Path(folder) for folder in settings.FONT_FOLDERS))


def _printed(document: Document, form: str, layout: Layout = OFFICIAL) -> bytes:
    shown = parted(document, layout)
    return document_pdf(shown, fonts_here(), today(), layout) if form == "pdf" else write_document(shown, layout)


def listed(listing: Listing, form: str) -> bytes:
    """A list as a file: xlsx, docx or pdf; raises ``Problem('edition.form')``, ``Problem('paper.…')`` for a PDF without fonts."""
    if form not in LIST_FORMS:
        raise Problem("edition.form", f"{listing.title}没有 {form[:10]} 格式", f"可选：{'、'.join(LIST_FORMS)}。")
    if form == "xlsx":
        return listing_xlsx(listing)
    return listing_pdf(listing, fonts_here(), today()) if form == "pdf" else write_listing(listing)


def _plain_text(filled: Filled) -> str:
    """A foreign text keeps every sign outside its blanks; ours loses the marks of its headings."""
    if filled.template.alphabet != OWN:
        return filled.text
    return "\n".join(line.text for line in compose(filled.template, filled.values).lines) + "\n"


def _with_notes(filled: Filled) -> Document:
    """A number over each figure, and at the end where each comes from."""
    numbers = {answer.slot.index: str(number) for number, answer in enumerate(filled.answers, start=1)}
    document = compose(filled.template, filled.values, numbers)
    return replace(document, notes=tuple(remark(answer) for answer in filled.answers))
