"""Documents as Word and WPS write them, by hand: rsids, split runs, smart tags, tracked changes, marks kept or lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from lxml import etree

from zhenwu.kernel.reports.docx_package import open_package, parse_xml, write_package, write_xml

NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NS}}}"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
MAIN = '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'

# What an edited report holds: the figures of ``township.SHORT`` by key, with the number of each blank.
NUMBERS = {"镇名": 1, "年份": 2, "拆违": 3, "完成率": 4, "五年": 5, "在册": 6}
SOURCES = {
    "镇名": "town", "年份": "year", "拆违": "demolition.area@2020", "完成率": "demolition.completion@2020",
    "五年": "demolition.area@2016..2020", "在册": "household.people@2020",
}  # fmt: skip


def docx(*paragraphs: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A whole .docx of hand-written paragraphs; ``parts`` adds or replaces parts."""
    body = "".join(paragraphs)
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(MAIN),
        "word/document.xml": f'<w:document xmlns:w="{NS}"><w:body>{body}<w:sectPr/></w:body></w:document>',
    } | dict(parts or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def p(*content: str) -> str:
    return f'<w:p w:rsidR="00A77B3E" w:rsidRDefault="004C2E11"><w:pPr><w:ind w:firstLine="640"/></w:pPr>{"".join(content)}</w:p>'


def r(text: str) -> str:
    """Words as Word saves them after some editing: a run here and there, each with its rsid."""
    half = len(text) // 2
    runs = "".join(
        f'<w:r w:rsidR="00{number}C44D2"><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{part}</w:t></w:r>'
        for number, part in enumerate((text[:half], text[half:]))
        if part
    )
    return f'<w:proofErr w:type="gramStart"/>{runs}<w:proofErr w:type="gramEnd"/>'


def ins(text: str, author: str = "赵六") -> str:
    return f'<w:ins w:id="901" w:author="{author}" w:date="2021-01-14T23:50:00Z">{r(text)}</w:ins>'


def dele(text: str, author: str = "赵六") -> str:
    run = f'<w:r w:rsidDel="00D2"><w:delText xml:space="preserve">{text}</w:delText></w:r>'
    return f'<w:del w:id="902" w:author="{author}" w:date="2021-01-14T23:51:00Z">{run}</w:del>'


def control(key: str, *content: str, more: str = "") -> str:
    """A figure as it stands in Word: control in bookmark."""
    return bookmark(key, tagged(key, *content, more=more))


def tagged(key: str, *content: str, more: str = "") -> str:
    properties = f'<w:alias w:val="{key}"/><w:tag w:val="zw:{key}:{SOURCES[key]}"/><w:id w:val="{NUMBERS[key]}"/>{more}'
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{''.join(content)}</w:sdtContent></w:sdt>"


def bookmark(key: str, *content: str) -> str:
    number = NUMBERS[key]
    return f'<w:bookmarkStart w:id="{number}" w:name="zw_{key}_{number}"/>{"".join(content)}<w:bookmarkEnd w:id="{number}"/>'


def edited(data: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """A document with its main part changed."""
    package = open_package(data)
    root = parse_xml(package.parts[package.main])
    change(root)
    return write_package(package, {package.main: write_xml(root)})


def xml_of(data: bytes) -> str:
    package = open_package(data)
    return package.parts[package.main].decode()
