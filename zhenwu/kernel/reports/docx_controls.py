"""Marks in a .docx by which each figure is found again after people edited the document (decision 0015).

Two of them, for neither survives everything: a content control (Word and WPS keep it when its words are typed over; LibreOffice
before 7.5 drops its tag) with a bookmark round it (every program keeps it, Word drops it when its whole text is replaced).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LONGEST = 64  # Word calls a document damaged whose tag or title is longer
PREFIX = "zw:"
_LONGEST_WORD = 40 - len("zw__99999a2")  # a bookmark's name has 40 letters at most; ``drafts`` adds what was decided
# Inside these no control may stand, or none but the one that is there.
_CLOSED_KINDS = tuple(W + name for name in ("text", "date", "dropDownList", "comboBox", "picture", "citation"))
_NO_LETTER = re.compile(r"\W")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Control:
    """``tag`` and ``bookmark`` name the figure for programs, ``title`` for people (Word shows it above the control)."""

    tag: str
    title: str
    bookmark: str


def control_of(binding: object, figure: str, title: str, slot: int) -> Control:
    """``zw:32:demolition.area@2020`` and ``zw_32_41`` for a binding's figure in the blank 41.

    What would be too long goes: the address from the tag, the binding from the bookmark.
    """
    tag = next(
        (tag for tag in (f"{PREFIX}{binding}:{figure}", f"{PREFIX}{binding}") if len(tag) <= LONGEST), f"{PREFIX}{slot}"
    )
    word = _NO_LETTER.sub("", str(binding))
    bookmark = f"zw_{word if len(word) <= _LONGEST_WORD else ''}_{slot}"
    return Control(_UNPRINTABLE.sub("", tag), _UNPRINTABLE.sub("", title)[:LONGEST], bookmark)


def enclose(run: etree._Element, control: Control, number: int) -> etree._Element:
    """Put a run between the marks of a figure; returns the control, or the run where none may stand."""
    parent = run.getparent()
    if parent is None or _is_closed(run):
        return run
    box = etree.Element(W + "sdt")
    properties = etree.SubElement(box, W + "sdtPr")
    for name, value in (("alias", control.title), ("tag", control.tag), ("id", str(number))):
        etree.SubElement(properties, W + name, {W + "val": value})
    parent.replace(run, box)
    etree.SubElement(box, W + "sdtContent").append(run)
    box.addprevious(etree.Element(W + "bookmarkStart", {W + "id": str(number), W + "name": control.bookmark}))
    box.addnext(etree.Element(W + "bookmarkEnd", {W + "id": str(number)}))
    return box


def free_numbers(root: etree._Element, count: int) -> list[int]:
    """Numbers for new controls and bookmarks, none of them taken in the document."""
    said = [node.get(W + "val", "") for node in root.iter(W + "id")] + [
        node.get(W + "id", "") for node in root.iter(W + "bookmarkStart")
    ]
    taken = {int(value) for value in said if value.isdecimal() and len(value) < 10}
    first = max((number for number in taken if number < 2**30), default=0) + 1
    return list(range(first, first + count))


def _is_closed(run: etree._Element) -> bool:
    for above in run.iterancestors(W + "sdt", W + "ruby", W + "p"):
        if above.tag == W + "p":
            return False
        if above.tag == W + "ruby":
            return True
        properties = above.find(W + "sdtPr")
        if properties is not None and any(properties.find(kind) is not None for kind in _CLOSED_KINDS):
            return True
    return False
