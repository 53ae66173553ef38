"""A draft as read: its lines of text, and the figures that stand in it between marks (decision 0015)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from zhenwu.kernel.reports.docx_controls import PREFIX, W
from zhenwu.kernel.reports.docx_template import Piece
from zhenwu.kernel.reports.neighbourhood import Reading, read_neighbourhood
from zhenwu.kernel.reports.slots import Paragraph, Slot, Template, refuse_large

NUMBER = re.compile(r"(?<![A-Za-z0-9０-９])[0-9０-９]+(?:[,][0-9０-９]{3})*(?:[.．][0-9０-９]+)?")
SIGNS = "%％‰"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_BOOKMARK = re.compile(r"zw_(\w*?)_([0-9]{1,6})(x|[ab][0-9])?")
_ROUNDING = re.compile(r"~([ab][0-9])$")
_LONGEST = 80  # characters between marks: beyond that a mark was stretched, and says nothing
_WIDTH = 16


@dataclass
class Line:
    """A paragraph as a person reads it."""

    node: etree._Element
    pieces: list[Piece] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Span:
    """``text[start:end]`` of a line."""

    line: int
    start: int
    end: int

    def holds(self, other: Span) -> bool:
        return self.line == other.line and self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        return self.line == other.line and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Mark:
    """A content control or bookmark of ours: ``name`` is its tag or name."""

    name: str
    title: str
    span: Span
    node: etree._Element


@dataclass(frozen=True)
class Standing:
    """A figure between marks. ``number`` is None when only its control is left; ``rounding``: see ``approximating``."""

    number: int | None
    binding: str
    span: Span
    title: str = ""
    source: str = ""
    rounding: str = ""
    left_out: bool = False
    by: str = ""
    control: etree._Element | None = None


@dataclass
class Sheet:
    """The lines of a document and the marks of ours in it."""

    root: etree._Element
    lines: list[Line] = field(default_factory=list)
    controls: list[Mark] = field(default_factory=list)
    bookmarks: list[Mark] = field(default_factory=list)

    def words(self, span: Span) -> str:
        return self.lines[span.line].text[span.start : span.end]

    def beside(self, span: Span) -> Reading:
        """What the words around a span say of a number there."""
        text, pattern = self.lines[span.line].text, plain(self.words(span)) or "x"
        end = span.end + (pattern[-1] not in SIGNS and text[span.end : span.end + 1] in tuple(SIGNS))
        before, after = text[max(0, span.start - _WIDTH) : span.start], text[end : end + _WIDTH]
        return read_neighbourhood(before, pattern + text[span.end : end], after)

    def whole(self, span: Span) -> Span:
        """A span with the digits that run on beside it: “5” typed behind “12” makes another number of it."""
        runs = [one.span() for one in NUMBER.finditer(self.lines[span.line].text)]
        met = [(start, end) for start, end in runs if start < span.end and span.start < end]
        return Span(
            span.line, min([span.start, *(start for start, _ in met)]), max([span.end, *(end for _, end in met)])
        )

    @cached_property
    def standing(self) -> list[Standing]:
        """The figures that marks hold, each once: controls first, then bookmarks that no control explains."""
        found, explained = [], set()
        named = [(mark, read) for mark in self.bookmarks if (read := _BOOKMARK.fullmatch(mark.name))]
        for control in self.controls:
            twin = next(
                (pair for pair in named if id(pair[0]) not in explained and pair[0].span.holds(control.span)), None
            )
            if twin:
                explained.add(id(twin[0]))
            found.append(_of_control(control, int(twin[1][2]) if twin else None))
        for mark, read in named:
            if id(mark) not in explained:
                more = read[3] or ""
                found.append(
                    Standing(
                        int(read[2]), read[1], mark.span, rounding=more.strip("x"), left_out=more == "x", by="bookmark"
                    )
                )
        return [one for one in found if one.span.end - one.span.start <= _LONGEST]


def read_sheet(root: etree._Element) -> Sheet:
    """Read a main part whose tracked changes were accepted; raises ``Problem`` when it is larger than any report."""
    sheet = _Walk(Sheet(root)).read()
    refuse_large(sum(len(line.text) + 1 for line in sheet.lines), 0)
    return sheet


def as_template(sheet: Sheet, spans: Sequence[tuple[int, Span, str]]) -> Template:
    """The text with a slot at each span, given as (its number, where, its kind or "" to read it from the words)."""
    paragraphs, start = [], 0
    for index, line in enumerate(sheet.lines):
        paragraphs.append(Paragraph(index, line.text, start))
        start += len(line.text) + 1
    slots = []
    for number, span, kind in sorted(spans, key=lambda one: (one[1].line, one[1].start)):
        read = sheet.beside(span)
        said = (kind or read.kind, read.unit, read.decimals, read.before, read.after)
        slots.append(Slot(number, span.line, span.start, span.end, sheet.words(span), "", *said))
    return Template("\n".join(line.text for line in sheet.lines), tuple(paragraphs), tuple(slots), "")


def numbers_in(sheet: Sheet) -> Iterator[Span]:
    """Every run of digits, without a percent sign behind it."""
    for index, line in enumerate(sheet.lines):
        for found in NUMBER.finditer(line.text):
            yield Span(index, found.start(), found.end())


def plain(words: str) -> str:
    """Words without differences of width, space and thousands: ``１,１９３`` is ``1193``."""
    return "".join(unicodedata.normalize("NFKC", words).split()).replace(",", "")


def squeezed(binding: object) -> str:
    """A binding's id as a bookmark's name holds it."""
    return re.sub(r"\W", "", str(binding))


@dataclass
class _Walk:
    """A walk through the tree in reading order, with the lines that are open (a text box stands inside a paragraph)."""

    sheet: Sheet
    open_lines: list[int] = field(default_factory=list)
    controls: list[tuple[int, int]] = field(default_factory=list)
    bookmarks: dict[str, tuple[etree._Element, tuple[int, int]]] = field(default_factory=dict)

    def read(self) -> Sheet:
        walk = etree.iterwalk(self.sheet.root, events=("start", "end"))
        for event, node in walk:
            if node.tag == _FALLBACK and event == "start":
                walk.skip_subtree()
            elif event == "start":
                self._enter(node)
            else:
                self._leave(node)
        return self.sheet

    def _enter(self, node: etree._Element) -> None:
        if node.tag == W + "p":
            self.open_lines.append(len(self.sheet.lines))
            self.sheet.lines.append(Line(node))
        elif node.tag == W + "t" or node.tag in _BREAKS:
            if self.open_lines and node.getparent().tag == W + "r":
                _add(self.sheet.lines[self.open_lines[-1]].pieces, node)
        elif node.tag == W + "sdt":
            self.controls.append(self._coming())
        elif node.tag == W + "bookmarkStart" and node.get(W + "name", "").startswith("zw_"):
            self.bookmarks[node.get(W + "id", "")] = node, self._coming()
        elif node.tag == W + "bookmarkEnd" and node.get(W + "id", "") in self.bookmarks:
            start, began = self.bookmarks.pop(node.get(W + "id", ""))
            self._keep(self.sheet.bookmarks, start.get(W + "name", ""), "", began, start)

    def _leave(self, node: etree._Element) -> None:
        if node.tag == W + "p":
            self.open_lines.pop()
        elif node.tag == W + "sdt":
            began, tag = self.controls.pop(), _said(node, "tag")
            if tag.startswith(PREFIX):
                self._keep(self.sheet.controls, tag, _said(node, "alias"), began, node)

    def _coming(self) -> tuple[int, int]:
        """The place just ahead: on the open line, or at the head of the next."""
        return (
            (self.open_lines[-1], self._length(self.open_lines[-1])) if self.open_lines else (len(self.sheet.lines), 0)
        )

    def _keep(self, marks: list[Mark], name: str, title: str, began: tuple[int, int], node: etree._Element) -> None:
        """Keep a mark that ends here when it began on the same line; one stretched over lines says nothing."""
        line = self.open_lines[-1] if self.open_lines else len(self.sheet.lines) - 1
        if line == began[0]:
            marks.append(Mark(name, title, Span(line, began[1], self._length(line)), node))

    def _length(self, line: int) -> int:
        pieces = self.sheet.lines[line].pieces
        return pieces[-1].start + len(pieces[-1].text) if pieces else 0


def _add(pieces: list[Piece], node: etree._Element) -> None:
    start = pieces[-1].start + len(pieces[-1].text) if pieces else 0
    is_text = node.tag == W + "t"
    pieces.append(Piece(start, node.text or "" if is_text else _BREAKS[node.tag], node if is_text else None))


def _of_control(control: Mark, number: int | None) -> Standing:
    said = control.name.removeprefix(PREFIX)
    rounding = _ROUNDING.search(said)
    said = said[: rounding.start()] if rounding else said
    binding, _, source = said.rpartition(":") if ":" in said else (said, "", "")
    return Standing(
        number,
        squeezed(binding),
        control.span,
        control.title,
        source,
        rounding[1] if rounding else "",
        by="control",
        control=control.node,
    )


def _said(control: etree._Element, name: str) -> str:
    node = control.find(f"{W}sdtPr/{W}{name}")
    return "" if node is None else node.get(W + "val", "")
