"""Open a .docx that came back from outside: what reaches out of itself, or hides words from a reader, is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from zhenwu.kernel.reports.docx_controls import PREFIX, W
from zhenwu.kernel.reports.docx_package import Package, open_package, parse_xml
from zhenwu.lib.problems import Problem

_FAR = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:)?(?://|\\\\)", re.IGNORECASE)
_NEAR_FILE = re.compile(r"file:///(?![/\\])", re.IGNORECASE)  # of this machine, as Word names its own Normal.dotm
_FIELDS = re.compile(r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b", re.IGNORECASE)
_OUTSIDE = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")


@dataclass(frozen=True)
class Opened:
    """A package with its main part as a tree, and the trees of headers, footers and notes by part."""

    package: Package
    root: etree._Element
    outside: dict[str, etree._Element]


def open_draft(data: bytes) -> Opened:
    """Open a document; raises ``Problem`` (``docx.*``, ``draft.*``) for one that cannot be trusted."""
    package = open_package(data)
    root = parse_xml(package.parts[package.main])
    outside = {name: parse_xml(content) for name, content in package.parts.items() if _OUTSIDE.fullmatch(name)}
    for name, content in package.parts.items():
        if name.endswith(".rels"):
            _refuse_reaching(parse_xml(content))
    for tree in (root, *outside.values()):
        _refuse_fields(tree)
    if next(root.iter(W + "p"), None) is None:
        remedy = "请用 WPS 或 Word 打开它，另存为普通的 .docx（不要选“Strict Open XML”）后再取回。"
        raise Problem("draft.no_text", "文档里读不到一段文字", remedy)
    for box in root.iter(W + "sdt"):
        _empty_placeholder(box)
    return Opened(package, root, outside)


def _refuse_reaching(relations: etree._Element) -> None:
    for relation in relations:
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if kind == "aFChunk":
            raise Problem(
                "draft.foreign_part",
                "文档里嵌着另一份文件的文字，看不到内容",
                "请在 Word 里把那段文字复制进正文，再取回。",
            )
        far = _FAR.match(target) and not _NEAR_FILE.match(target)
        if relation.get("TargetMode") == "External" and kind != "hyperlink" and far:
            raise Problem(
                "draft.reaches_out",
                "文档一打开就会去连别的机器（链接的模板、图片或对象）",
                "请去掉链接，或改为嵌入后再取回。",
            )


def _refuse_fields(tree: etree._Element) -> None:
    """A field that fetches or starts something; its code may be spread over runs."""
    simple = [node.get(W + "instr", "") for node in tree.iter(W + "fldSimple")]
    for code in simple + _codes(tree):
        if _FIELDS.match(code):
            raise Problem(
                "draft.reaches_out",
                "文档里有会读取别的文件或启动程序的域",
                "请在 Word 里选中它，按 Ctrl+Shift+F9 变成文字后再取回。",
            )


def _codes(tree: etree._Element) -> list[str]:
    codes: list[str] = []
    for node in tree.iter(W + "fldChar", W + "instrText"):
        if node.tag == W + "instrText":
            codes = codes or [""]
            codes[-1] += node.text or ""
        elif node.get(W + "fldCharType") == "begin":
            codes.append("")
    return codes


def _empty_placeholder(box: etree._Element) -> None:
    """In a control of ours that was emptied Word prints “单击此处输入文字”: that is not the document's text."""
    properties, content = box.find(W + "sdtPr"), box.find(W + "sdtContent")
    tag = None if properties is None else properties.find(W + "tag")
    if properties is None or content is None or tag is None or not tag.get(W + "val", "").startswith(PREFIX):
        return
    if properties.find(W + "showingPlcHdr") is not None:
        for text in [*content.iter(W + "t")]:
            text.text = ""
