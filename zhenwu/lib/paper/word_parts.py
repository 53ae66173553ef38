"""The parts of a .docx that hold no words of the document: styles, settings, fonts, footers, relations."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from zhenwu.lib.paper.faces import FAMILIES
from zhenwu.lib.paper.geometry import PAGE_HEIGHT, PAGE_WIDTH, Layout, twips
from zhenwu.lib.paper.model import FACE_OF, Face, Role

XMLNS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NUMBER_ABOVE_EDGE = 22  # mm: the page number's line begins 7 mm below the core (GB/T 9704-2012, 7.5)

FIRST_PICTURE = 6  # the number of the first picture among the relations of a document
PICTURES = '<Default Extension="jpg" ContentType="image/jpeg"/><Default Extension="png" ContentType="image/png"/>'
CELL = "CellText"  # of words in a table on an official page: 小四, no indent
STYLE_OF: dict[Role, str] = {
    "title": "Title", "subtitle": "Subtitle", "heading1": "Heading1", "heading2": "Heading2", "heading3": "Heading3",
    "heading4": "Heading4", "address": "Address", "signature": "Signature", "date": "Date",
}  # fmt: skip
_NAMES: dict[Role, str] = {
    "title": "Title", "subtitle": "Subtitle", "heading1": "heading 1", "heading2": "heading 2", "heading3": "heading 3",
    "heading4": "heading 4", "address": "称谓", "signature": "署名", "date": "成文日期",
}  # fmt: skip


def fonts_of(face: Face) -> str:
    """``w:rFonts`` of a face; digits and Latin letters are set in it too, as the standard says nothing else."""
    name = quoteattr(FAMILIES[face].word)
    return f"<w:rFonts w:ascii={name} w:hAnsi={name} w:eastAsia={name} w:cs={name}/>"


def content_types(more: str = "") -> str:
    main = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"), ("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable"),
            ("footer1", "footer"), ("footer2", "footer"),
        )
    )  # fmt: skip
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'{main}<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{more}</Types>'
    )


def package_relations() -> str:
    return _relations(
        (f"{_OFFICE}/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    )


def document_relations(pictures: Sequence[str] = ()) -> str:
    """Footers first: the section names them rId1 (odd pages) and rId2 (even). Pictures come last, from rId6 on."""
    return _relations(
        (f"{_OFFICE}/footer", "footer1.xml"), (f"{_OFFICE}/footer", "footer2.xml"), (f"{_OFFICE}/styles", "styles.xml"),
        (f"{_OFFICE}/settings", "settings.xml"), (f"{_OFFICE}/fontTable", "fontTable.xml"), *((f"{_OFFICE}/image", f"media/{name}") for name in pictures),
    )  # fmt: skip


def _relations(*found: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(found, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def properties(title: str) -> str:
    """Title only: no person, no time, so that equal documents are equal files."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title></cp:coreProperties>"
    )


# What Word keeps off the beginning and the end of a line by itself (GB/T 15834), and the signs within a day: 2025年3月4日, 2025-03-04.
_NOT_FIRST = "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠年月日"
_NOT_LAST = "$([{£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥年月-"


def settings(days_whole: bool = False) -> str:
    """Pages for both sides of a sheet, no squeezing of punctuation; with ``days_whole`` no line ends within a day (Word and WPS;
    LibreOffice does not read it)."""
    whole = ""
    if days_whole:
        whole = f'<w:noLineBreaksAfter w:lang="zh-CN" w:val={quoteattr(_NOT_LAST)}/><w:noLineBreaksBefore w:lang="zh-CN" w:val={quoteattr(_NOT_FIRST)}/>'
    return (
        f'{_HEAD}<w:settings {XMLNS}><w:mirrorMargins/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>{whole}'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def font_table() -> str:
    """Each face with the families that may stand for it and the marks by which a program finds its like."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(family.word)}><w:altName w:val={quoteattr(','.join(family.alternates))}/>"
        f'<w:panose1 w:val="{family.panose}"/><w:charset w:val="86"/><w:family w:val="{_kind(face)}"/><w:pitch w:val="variable"/></w:font>'
        for face, family in FAMILIES.items()
    )
    return f"{_HEAD}<w:fonts {XMLNS}>{fonts}</w:fonts>"


def _kind(face: Face) -> str:
    return "swiss" if face == "hei" else "roman"


def footer(side: str) -> str:
    """一字线, page number, 一字线 in 4号 Song; one character from the outer edge."""
    run = f'<w:r><w:rPr>{fonts_of("song")}<w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>'
    field = "".join(
        f"{run}{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>', '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>', '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>', '<w:t xml:space="preserve"> —</w:t>',
        )
    )  # fmt: skip
    place = f'<w:spacing w:line="280" w:lineRule="exact"/><w:ind w:{side}="280" w:firstLine="0"/><w:jc w:val="{side}"/>'
    return f'{_HEAD}<w:ftr {XMLNS}><w:p><w:pPr><w:snapToGrid w:val="0"/>{place}</w:pPr>{field}</w:p></w:ftr>'


def section(layout: Layout) -> str:
    """The page: margins, the grid of lines, page numbers.

    The characters have no grid of their own (``linesAndChars``): LibreOffice 7.4 sets 14 to a line where it draws them closer.
    """
    grid = f'<w:docGrid w:type="lines" w:linePitch="{layout.pitch}"/>'
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/><w:footerReference w:type="even" r:id="rId2"/>'
        f'<w:pgSz w:w="{twips(PAGE_WIDTH)}" w:h="{twips(PAGE_HEIGHT)}"/>'
        f'<w:pgMar w:top="{twips(layout.top)}" w:right="{twips(layout.outside)}" w:bottom="{twips(layout.bottom)}" '
        f'w:left="{twips(layout.inside)}" w:header="851" w:footer="{twips(min(_NUMBER_ABOVE_EDGE, layout.bottom - 10))}" w:gutter="0"/>{grid}</w:sectPr>'
    )


def styles(layout: Layout) -> str:
    """Normal is the body; every role has a style of its own, so that Word's outline and style list know them."""
    rest = "".join(_style(role, layout) for role in STYLE_OF)
    size = f'<w:sz w:val="{layout.half_points}"/><w:szCs w:val="{layout.half_points}"/>'
    closer = f'<w:spacing w:val="-{layout.closer}"/>' if layout.closer else ""
    paragraph = (
        '<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f"{_spacing(layout.pitch)}{_indent(2, layout)}" + '<w:jc w:val="both"/>'
    )
    return (
        f"{_HEAD}<w:styles {XMLNS}><w:docDefaults><w:rPrDefault><w:rPr>{fonts_of('fang')}{size}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{fonts_of('fang')}{closer}{size}</w:rPr></w:style>{rest}{_cell_style()}</w:styles>"
    )


def _cell_style() -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{CELL}"><w:name w:val="表格文字"/><w:basedOn w:val="Normal"/><w:pPr><w:snapToGrid w:val="0"/>'
        '<w:spacing w:before="0" w:after="0" w:line="360" w:lineRule="atLeast"/><w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
        '<w:rPr><w:sz w:val="24"/><w:szCs w:val="24"/></w:rPr></w:style>'
    )


def _style(role: Role, layout: Layout) -> str:
    face = FACE_OF.get(role, "fang")
    size = layout.title_half_points if role == "title" else layout.half_points
    return (
        f'<w:style w:type="paragraph" w:styleId="{STYLE_OF[role]}"><w:name w:val="{_NAMES[role]}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="Normal"/><w:qFormat/><w:pPr>{_paragraph(role, layout)}</w:pPr>'
        f'<w:rPr>{fonts_of(face)}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _paragraph(role: Role, layout: Layout) -> str:
    if role == "title":
        keep = '<w:keepNext/><w:snapToGrid w:val="0"/>'
        return f'{keep}{_spacing(layout.pitch, layout.pitch, layout.pitch)}{_indent(0, layout)}<w:jc w:val="center"/><w:outlineLvl w:val="0"/>'
    if role == "subtitle":
        return f'{_spacing(layout.pitch, 0, 0)}{_indent(0, layout)}<w:jc w:val="center"/>'
    if role.startswith("heading"):
        return f'<w:keepNext/><w:outlineLvl w:val="{int(role[-1]) - 1}"/>'
    if role == "address":
        return _indent(0, layout)
    edge = layout.half_points * 10 * 4
    return f'<w:ind w:rightChars="400" w:right="{edge}" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>'


def _spacing(line: int, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


def _indent(characters: int, layout: Layout) -> str:
    advance = int(twips(layout.width) / layout.characters)
    return f'<w:ind w:firstLineChars="{characters * 100}" w:firstLine="{characters * advance}"/>'
