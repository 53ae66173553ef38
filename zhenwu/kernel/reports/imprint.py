"""The imprint: the last small lines of an issued document, by which anybody can have its figures checked.

It names the issue, how far the journal was known, and the seal head: whoever keeps the paper keeps a seal that nobody
who can write the database can change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from zhenwu.kernel.journal.api import moment_of
from zhenwu.kernel.reports.docx_package import open_package, parse_xml, write_package, write_xml
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.problems import Problem

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PARAGRAPH = f"""<w:p xmlns:w="{_W}"><w:pPr><w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="808080"/></w:pBdr>
<w:spacing w:before="480" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0" w:left="0"/></w:pPr>
<w:r><w:rPr><w:rFonts w:eastAsia="仿宋"/><w:sz w:val="18"/></w:rPr><w:t/></w:r></w:p>"""


def imprint_of(frozen: Mapping[str, Any]) -> str:
    """The words of an issue's imprint, from its frozen content and the journal."""
    position, (sealed, head) = frozen["position"], frozen["seal"]
    recorded = moment_of(position)
    known = f"（{recorded.astimezone(LOCAL).date()} 登记）" if recorded else ""
    return (
        f"定稿第 {frozen['number']} 号，{frozen['day']} 定稿。数据截至第 {position} 号留痕{known}。"
        f"封存到第 {sealed} 号留痕，封存印记 {head}。凭编号和印记可以核验本文的数字有没有被改动。"
    )


def add_imprint(document: bytes, words: str) -> bytes:
    """The .docx with one small paragraph more, its last; every other part keeps its bytes."""
    package = open_package(document)
    root = parse_xml(package.parts[package.main])
    body = root.find(f"{{{_W}}}body")
    if body is None:
        raise Problem("docx.not_word", "文档里没有正文", "请用 WPS 或 Word 打开它，另存为 .docx 后再导入。")
    paragraph = etree.fromstring(_PARAGRAPH, etree.XMLParser(remove_blank_text=True))
    paragraph.find(f".//{{{_W}}}t").text = words
    page = body.find(f"{{{_W}}}sectPr")
    body.append(paragraph) if page is None else page.addprevious(paragraph)
    return write_package(package, {package.main: write_xml(root)})
