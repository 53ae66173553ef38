"""Templates that are .docx: blanks are found in the text as a person sees it and filled inside the runs.

A blank may be spread over several runs; its value takes the formatting of the first. Paragraphs are read in
document order, in tables and text boxes too. Headers, footers and notes are left alone; their blanks are
counted in ``Template.outside``. Text struck by tracked changes is not text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from zhenwu.kernel.reports.blanks import count_blanks, find_slots
from zhenwu.kernel.reports.docx_comments import add_comments
from zhenwu.kernel.reports.docx_controls import Control, enclose, free_numbers
from zhenwu.kernel.reports.docx_package import Package, open_package, parse_xml, write_package, write_xml
from zhenwu.kernel.reports.slots import Paragraph, Template, refuse_large, values_for

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _R, _T = W + "p", W + "r", W + "t"
_MARKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_SKIPPED = frozenset(
    {W + "moveFrom", W + "del", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OUTSIDE = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph's text; ``node`` is its ``w:t``, None for a tab or break."""

    start: int
    text: str
    node: etree._Element | None


@dataclass(frozen=True)
class _Opened:
    package: Package
    root: etree._Element
    pieces: list[list[Piece]]
    template: Template


def read_docx(data: bytes) -> Template:
    """Read a .docx template; raises ``Problem`` (``docx.*``, ``report.*``) for what cannot be read safely."""
    opened = _open(data)
    outside = {}
    for name, content in opened.package.parts.items():
        if _OUTSIDE.fullmatch(name):
            texts = ("".join(piece.text for piece in pieces) for pieces in _paragraphs(parse_xml(content)))
            count = sum(count_blanks(text, opened.template.alphabet) for text in texts)
            if count:
                outside[name] = count
    template = opened.template
    return Template(template.text, template.paragraphs, template.slots, template.alphabet, outside)


def fill_docx(
    data: bytes,
    values: Mapping[int, str],
    comments: Mapping[int, str] | None = None,
    controls: Mapping[int, Control] | None = None,
) -> bytes:
    """The document with its blanks filled, unknown ones by 待补.

    ``comments`` puts a Word comment at a blank, ``controls`` a content control round it. Every part that does not
    change keeps its bytes; equal input gives equal output.
    """
    opened = _open(data)
    filled = values_for(opened.template, values)
    said, named = comments or {}, controls or {}
    values_for(opened.template, said)
    numbers = free_numbers(opened.root, len(opened.template.slots)) if named else []
    written: dict[int, etree._Element] = {}
    # from the last blank to the first, so that earlier offsets stay true
    for slot in reversed(opened.template.slots):
        own_run = slot.index in said or slot.index in named
        place = write_span(opened.pieces[slot.paragraph], slot.start, slot.end, filled[slot.index], own_run)
        if slot.index in named:
            place = enclose(place, named[slot.index], numbers[slot.index - 1])
        if slot.index in said:
            written[slot.index] = place
    changed: dict[str, bytes] = {}
    if written:
        changed = add_comments(opened.package, [(written[index], said[index]) for index in sorted(written)])
    if opened.template.slots:
        changed[opened.package.main] = write_xml(opened.root)
    return write_package(opened.package, changed)


def _open(data: bytes) -> _Opened:
    package = open_package(data)
    root = parse_xml(package.parts[package.main])
    pieces = list(_paragraphs(root))
    paragraphs, start = [], 0
    for index, parts in enumerate(pieces):
        text = "".join(piece.text for piece in parts)
        paragraphs.append(Paragraph(index, text, start))
        start += len(text) + 1
    refuse_large(start, 0)
    alphabet, slots = find_slots(paragraphs)
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    return _Opened(package, root, pieces, Template(text, tuple(paragraphs), slots, alphabet))


def _paragraphs(root: etree._Element) -> Iterator[list[Piece]]:
    """The pieces of each paragraph; a text box inside a paragraph is a paragraph of its own."""
    found: dict[etree._Element, list[Piece]] = {}
    for node in root.iter(_P, _T, *_MARKS):
        if node.tag == _P:
            if not _is_skipped(node):
                found[node] = []
            continue
        run = node.getparent()
        if run is None or run.tag != _R:
            continue
        pieces = _home(run, found)
        if pieces is not None:
            start = pieces[-1].start + len(pieces[-1].text) if pieces else 0
            is_text = node.tag == _T
            text = node.text or "" if is_text else _MARKS[node.tag]
            pieces.append(Piece(start, text, node if is_text else None))
    yield from found.values()


def _home(run: etree._Element, found: dict[etree._Element, list[Piece]]) -> list[Piece] | None:
    """The paragraph a run belongs to; None when it was deleted, moved away or is a fallback copy."""
    parent = run.getparent()
    while parent is not None and parent.tag != _P:
        if parent.tag in _SKIPPED:
            return None
        parent = parent.getparent()
    return found.get(parent) if parent is not None else None


def _is_skipped(paragraph: etree._Element) -> bool:
    return any(True for _ in paragraph.iterancestors(*_SKIPPED))


def write_span(pieces: list[Piece], start: int, end: int, value: str, own_run: bool) -> etree._Element:
    """Put a value in the place of ``text[start:end]`` of a paragraph, over as many runs as that is spread.

    Returns the run that holds it (alone, when ``own_run``). Nothing stands at an empty span: the value is put there.
    The pieces before it stay true, so write a paragraph from its end to its beginning. Raises ``ValueError`` where no text stands.
    """
    (here, node), *others = _standing(pieces, start, end)
    for place, other in others:
        _set(other, other.text[end - place :])
    left, right = node.text[: start - here], node.text[max(end - here, 0) :]
    if own_run:
        return _isolate(node, left, value, right)
    _set(node, left + value + right)
    return node.getparent()


def _standing(pieces: list[Piece], start: int, end: int) -> list[tuple[int, etree._Element]]:
    """The texts that a span lies in, with their places; for an empty span the one that it touches."""
    texts = [(piece.start, piece.start + len(piece.text), piece.node) for piece in pieces if piece.node is not None]
    found = [(first, node) for first, last, node in texts if first < end and last > start]
    found = found or [(first, node) for first, last, node in texts if first <= start <= last][:1]
    if not found:
        raise ValueError("no text stands there")
    return found


def _set(node: etree._Element, text: str) -> None:
    node.text = text
    if text[:1].isspace() or text[-1:].isspace():
        node.set(_SPACE, "preserve")


def _isolate(node: etree._Element, left: str, value: str, right: str) -> etree._Element:
    """Split a run in three so that the value stands in a run of its own, each part formatted alike.

    ``node`` keeps the left text, so that blanks still to be written before it find their place.
    """
    run = node.getparent()
    behind = list(node.itersiblings())
    if not (left or right or behind) and _holds_only(run, node):
        _set(node, value)
        return run
    middle, tail = _twin(run, value), _twin(run, right)
    tail.extend(behind)
    _set(node, left)
    run.addnext(middle)
    if right or behind:
        middle.addnext(tail)
    return middle


def _holds_only(run: etree._Element, node: etree._Element) -> bool:
    return all(child is node or child.tag == W + "rPr" for child in run)


def _twin(run: etree._Element, text: str) -> etree._Element:
    twin = etree.Element(_R, run.attrib, nsmap=run.nsmap)
    properties = run.find(W + "rPr")
    if properties is not None:
        twin.append(etree.fromstring(etree.tostring(properties, with_tail=False)))
    if text:
        _set(etree.SubElement(twin, _T), text)
    return twin
