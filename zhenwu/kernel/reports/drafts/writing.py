"""Write the figures into a draft: fresh marks round each, 镇务's own comments away, all other words as people left them."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from zhenwu.kernel.reports.docx_controls import LONGEST, Control, W, enclose, free_numbers
from zhenwu.kernel.reports.docx_package import Package, parse_xml, write_xml
from zhenwu.kernel.reports.docx_template import Piece, write_span
from zhenwu.kernel.reports.drafts.accepting import text_in, unwrap
from zhenwu.kernel.reports.drafts.reading import Sheet, Span

_OURS = "镇务"
_ANCHORS = (W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference")


@dataclass(frozen=True)
class Entry:
    """What comes into a span; ``text`` None: the figure is left out, and a bookmark remembers it."""

    span: Span
    text: str | None
    control: Control


def write_figures(sheet: Sheet, entries: Sequence[Entry]) -> None:
    """Put the figures into the tree of a draft, from the last to the first, so that earlier places stay true."""
    _unmark(sheet)
    numbers = free_numbers(sheet.root, len(entries))
    for entry, number in zip(sorted(entries, key=lambda one: (-one.span.line, -one.span.start)), numbers, strict=True):
        pieces, span = sheet.lines[entry.span.line].pieces, entry.span
        run = write_span(pieces, span.start, span.end, entry.text or "", entry.text is not None)
        _free_of_nameless(run)
        if entry.text is None:
            _remember(run, entry.control, number)
        else:
            enclose(run, entry.control, number)
    for line in {entry.span.line for entry in entries}:
        _drop_emptied(sheet.lines[line].pieces)


def without_our_comments(package: Package, root: etree._Element) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """Take our remarks out of the tree (figures move, remarks do not); (changed parts, comments of people as author and words)."""
    name = next((part for part in package.parts if posixpath.basename(part) == "comments.xml"), None)
    if name is None:
        return {}, []
    comments = parse_xml(package.parts[name])
    ours = [node for node in comments.iter(W + "comment") if node.get(W + "author") == _OURS]
    numbers = {node.get(W + "id") for node in ours}
    for anchor in [node for node in root.iter(*_ANCHORS) if node.get(W + "id") in numbers]:
        anchor.getparent().remove(anchor)
    for node in ours:
        comments.remove(node)
    theirs = [(node.get(W + "author") or "", text_in(node)) for node in comments.iter(W + "comment")]
    return ({name: write_xml(comments)} if ours else {}), theirs


def _unmark(sheet: Sheet) -> None:
    """Take the old marks away; those that remember a figure left out stay."""
    left_out = {mark.name for mark in sheet.bookmarks if mark.name.endswith("x")}
    for start in [node for node in sheet.root.iter(W + "bookmarkStart") if node.get(W + "name", "").startswith("zw_")]:
        if start.get(W + "name") in left_out:
            continue
        for end in [node for node in sheet.root.iter(W + "bookmarkEnd") if node.get(W + "id") == start.get(W + "id")]:
            end.getparent().remove(end)
        start.getparent().remove(start)
    for control in sheet.controls:
        unwrap(control.node, control.node.find(W + "sdtContent"))


def _free_of_nameless(run: etree._Element) -> None:
    """LibreOffice keeps a control but drops its name: such a one round the figure alone would make them two."""
    for box in [*run.iterancestors(W + "sdt")]:
        properties = box.find(W + "sdtPr")
        named = properties is not None and any(properties.find(W + name) is not None for name in ("tag", "alias"))
        if not named and text_in(box) == text_in(run):
            unwrap(box, box.find(W + "sdtContent"))


def _drop_emptied(pieces: Sequence[Piece]) -> None:
    """A figure that was spread over runs leaves empty ones behind."""
    for node in [piece.node for piece in pieces if piece.node is not None and not piece.node.text]:
        run = node.getparent()
        if run is not None and run.getparent() is not None and all(one is node or one.tag == W + "rPr" for one in run):
            run.getparent().remove(run)


def _remember(run: etree._Element, control: Control, number: int) -> None:
    run.addnext(etree.Element(W + "bookmarkEnd", {W + "id": str(number)}))
    run.addnext(etree.Element(W + "bookmarkStart", {W + "id": str(number), W + "name": control.bookmark}))


def marked(control: Control, rounding: str, left_out: bool) -> Control:
    """A figure's marks with what was decided about it."""
    if left_out:
        return replace(control, bookmark=control.bookmark + "x")
    if not rounding:
        return control
    tag = f"{control.tag}~{rounding}"
    return replace(control, tag=tag if len(tag) <= LONGEST else control.tag, bookmark=control.bookmark + rounding)
