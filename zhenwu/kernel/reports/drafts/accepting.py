"""Tracked changes in a part of a .docx: listed by author, then accepted, as Word does it (ISO/IEC 29500-1, 17.13.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from zhenwu.kernel.reports.docx_controls import W

_KINDS = {
    W + "ins": "增加", W + "del": "删去", W + "moveFrom": "移走", W + "moveTo": "移来", W + "rPrChange": "改字体",
    W + "pPrChange": "改段落格式", W + "sectPrChange": "改页面", W + "tblPrChange": "改表格", W + "trPrChange": "改表格",
    W + "tcPrChange": "改表格", W + "cellIns": "增加单元格", W + "cellDel": "删去单元格", W + "cellMerge": "合并单元格",
}  # fmt: skip
_GONE, _COME = (W + "del", W + "moveFrom"), (W + "ins", W + "moveTo")
# What records an earlier state or bounds a change says nothing once the change is accepted.
_RECORDS = tuple(
    W + name
    for name in (
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange",
        "numberingChange", "cellIns", "cellMerge", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
        "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
        "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
    )
)  # fmt: skip
_RANGES = tuple(W + name for name in ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd"))
_WORDS = (W + "t", W + "delText")
_NOBODY = "（没有署名）"


@dataclass(frozen=True)
class Change:
    """One tracked change: who, when (as the document says it), what was done to which words; ``line``: where, as it stands now."""

    author: str
    day: str
    kind: str
    words: str
    line: str = ""


@dataclass(frozen=True)
class Accepted:
    """``hands``: the author by the text or control that a change touched; ``struck``: (author, words) by paragraph."""

    changes: tuple[Change, ...]
    hands: Mapping[etree._Element, str]
    struck: Mapping[etree._Element, Sequence[tuple[str, str]]]


def accept(root: etree._Element) -> Accepted:
    """Make every tracked change in the tree final; returns what there was."""
    listed, hands, lost = list(_listed(root)), _hands(root), _struck(root)
    for node in [*root.iter(*_RECORDS)]:
        _drop(node)
    for cell in [node.getparent().getparent() for node in root.iter(W + "cellDel")]:
        _drop(cell)
    struck = [node for node in root.iter(*_GONE) if _is_property(node)]
    rows = [node.getparent().getparent() for node in struck if node.getparent().tag == W + "trPr"]
    ends = [node.getparent().getparent().getparent() for node in struck if node.getparent().tag == W + "rPr"]
    for node in [*root.iter(*_GONE, *_COME)]:
        if _is_property(node):
            _drop(node)
        elif node.tag in _GONE:
            _strike(node)
    for node in [*root.iter(*_COME)]:
        unwrap(node, node)
    for row in rows:
        _drop_row(row)
    for paragraph in reversed(ends):
        _join_to_next(paragraph)
    return Accepted(tuple(_placed(listed)), hands, lost)


def unwrap(node: etree._Element, content: etree._Element | None) -> None:
    """Put the children of ``content`` (a part of ``node``, or itself) where ``node`` stands."""
    for child in list(content) if content is not None else []:
        node.addprevious(child)
    _drop(node)


def text_in(node: etree._Element) -> str:
    """All words in a part of a tree, struck ones too."""
    return "".join(one.text or "" for one in node.iter(*_WORDS))


def _listed(root: etree._Element) -> Iterator[tuple[Change, etree._Element | None]]:
    """The changes with their paragraphs; pieces of one change that follow each other are one."""
    last: tuple[Change, etree._Element | None] | None = None
    for node in root.iter(*_KINDS):
        paragraph = next(node.iterancestors(W + "p"), None)
        touched = node.getparent().getparent() if node.tag == W + "rPrChange" else node
        change = Change(
            author_of(node),
            node.get(W + "date", "")[:10],
            _KINDS[node.tag],
            text_in(touched) if touched is not None else "",
        )
        if node.tag in _GONE + _COME and node.getparent().tag == W + "rPr":
            change = replace(change, words="（分段）")
        if last and paragraph is last[1] and replace(last[0], words="") == replace(change, words=""):
            last = (replace(change, words=last[0].words + change.words), paragraph)
            continue
        if last:
            yield last
        last = (change, paragraph)
    if last:
        yield last


def _placed(listed: list[tuple[Change, etree._Element | None]]) -> Iterator[Change]:
    for change, paragraph in listed:
        yield (
            change
            if paragraph is None
            else replace(change, line="".join(one.text or "" for one in paragraph.iter(W + "t")))
        )


def author_of(node: etree._Element) -> str:
    """Who made a change or comment, as the document says."""
    return (node.get(W + "author") or "").strip()[:40] or _NOBODY


def _hands(root: etree._Element) -> dict[etree._Element, str]:
    found: dict[etree._Element, str] = {}
    for node in root.iter(*_GONE, *_COME):
        if not _is_property(node):
            touched = [*node.iter(W + "t")] if node.tag in _COME else []
            for one in (*touched, *node.iterancestors(W + "sdt")):
                found.setdefault(one, author_of(node))
    return found


def _struck(root: etree._Element) -> dict[etree._Element, list[tuple[str, str]]]:
    found: dict[etree._Element, list[tuple[str, str]]] = {}
    for node in root.iter(*_GONE):
        paragraph = next(node.iterancestors(W + "p"), None)
        if paragraph is not None and not _is_property(node):
            found.setdefault(paragraph, []).append((author_of(node), text_in(node)))
    return found


def _is_property(node: etree._Element) -> bool:
    """Whether the change is said of a paragraph's end or a row, not of words in it."""
    return node.getparent().tag in (W + "rPr", W + "trPr", W + "ctrlPr", W + "numPr")


def _strike(node: etree._Element) -> None:
    """Drop struck words; bookmarks and comments that begin or end among them stay."""
    if node.getparent() is None:
        return
    for mark in [*node.iter(*_RANGES)]:
        node.addprevious(mark)
    _drop(node)


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _drop_row(row: etree._Element) -> None:
    table = row.getparent()
    _drop(row)
    if table is not None and table.find(W + "tr") is None:
        _drop(table)


def _join_to_next(paragraph: etree._Element) -> None:
    """A paragraph whose end was struck flows into the next, and takes its properties."""
    following = paragraph.getnext()
    if following is None or following.tag != W + "p":
        return
    properties = following.find(W + "pPr")
    content = [child for child in paragraph if child.tag != W + "pPr"]
    place = 0 if properties is None else following.index(properties) + 1
    for number, child in enumerate(content):
        following.insert(place + number, child)
    _drop(paragraph)
