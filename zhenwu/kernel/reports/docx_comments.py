"""Word comments in a .docx package: the marked edition has one at each figure, saying where it comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from lxml import etree

from zhenwu.kernel.reports.docx_package import Package, parse_xml, write_xml

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_AUTHOR, _INITIALS = "镇务", "镇"


def add_comments(package: Package, comments: Sequence[tuple[etree._Element, str]]) -> dict[str, bytes]:
    """Mark each place (a run or a control) in the document's tree and return the other parts that change.

    Comments already in the document stay; ours are numbered after them and carry no date, so that output is
    repeatable.
    """
    name, changed = _comments_part(package)
    existing = package.parts.get(name)
    root = parse_xml(existing) if existing is not None else etree.Element(_w("comments"), nsmap={"w": _MAIN})
    numbers = [int(node.get(_w("id"), "0")) for node in root if node.get(_w("id"), "0").lstrip("-").isdigit()]
    for number, (place, text) in enumerate(comments, max(numbers, default=-1) + 1):
        _mark(place, str(number))
        root.append(_comment(str(number), text))
    return {**changed, name: write_xml(root)}


def _mark(place: etree._Element, number: str) -> None:
    place.addprevious(etree.Element(_w("commentRangeStart"), {_w("id"): number}))
    reference = etree.Element(_w("r"))
    etree.SubElement(reference, _w("commentReference"), {_w("id"): number})
    place.addnext(reference)
    place.addnext(etree.Element(_w("commentRangeEnd"), {_w("id"): number}))


def _comment(number: str, text: str) -> etree._Element:
    comment = etree.Element(
        _w("comment"),
        {_w("id"): number, _w("author"): _AUTHOR, _w("initials"): _INITIALS},
        nsmap={"w": _MAIN},
    )
    run = etree.SubElement(etree.SubElement(comment, _w("p")), _w("r"))
    etree.SubElement(run, _w("t")).text = text
    return comment


def _comments_part(package: Package) -> tuple[str, dict[str, bytes]]:
    """The part for comments and, when it is new, the relations and content types that announce it."""
    folder, file = posixpath.split(package.main)
    relations_name = f"{folder}/_rels/{file}.rels"
    found = package.parts.get(relations_name)
    relations = (
        parse_xml(found)
        if found is not None
        else etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
    )
    for relation in relations:
        if relation.get("Type") == _COMMENTS:
            return posixpath.normpath(posixpath.join(f"/{folder}", relation.get("Target", ""))).lstrip(
                "/"
            ), {}
    name = _free_name(package, folder)
    taken = {relation.get("Id") for relation in relations}
    free = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
    target = posixpath.basename(name)
    etree.SubElement(
        relations, f"{{{_RELATIONS}}}Relationship", {"Id": free, "Type": _COMMENTS, "Target": target}
    )
    types = parse_xml(package.parts["[Content_Types].xml"])
    etree.SubElement(types, f"{{{_TYPES}}}Override", {"PartName": f"/{name}", "ContentType": _COMMENTS_TYPE})
    return name, {relations_name: write_xml(relations), "[Content_Types].xml": write_xml(types)}


def _free_name(package: Package, folder: str) -> str:
    stem = next(
        stem
        for stem in ("comments", "comments_zhenwu", "comments_zhenwu2")
        if f"{folder}/{stem}.xml" not in package.parts
    )
    return f"{folder}/{stem}.xml"


def _w(tag: str) -> str:
    return f"{{{_MAIN}}}{tag}"
