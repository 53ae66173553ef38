"""Rendered pages as a person counts them: lines, characters, where they stand. Points from the top left; A4."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

POINTS_PER_MM = 72 / 25.4
_PAGE = re.compile(r"<page [^>]*>(.*?)</page>", re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
# An office program without 仿宋 must not take a JP gothic: what a township's machine has by itself, fontconfig is told here.
_ALIASES = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include>/etc/fonts/fonts.conf</include>
{}</fontconfig>"""
_ALIAS = '<match target="pattern"><test name="family"><string>{}</string></test><edit name="family" mode="assign" binding="strong"><string>{}</string></edit></match>'


@dataclass(frozen=True)
class PrintedLine:
    """One line; left, right and the middle of its height in mm."""

    text: str
    left: float
    right: float
    middle: float


def pages_of(pdf: bytes, folder: Path) -> list[list[PrintedLine]]:
    """The lines of each page from top to bottom."""
    source = folder / "read.pdf"
    source.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", str(source), "-"], capture_output=True, check=True, text=True).stdout
    return [_lines(page[1]) for page in _PAGE.finditer(told)]


def words_of_pdf(pdf: bytes, folder: Path) -> str:
    """All words without spaces and line ends, page numbers too."""
    return "".join(line.text for page in pages_of(pdf, folder) for line in page)


def printed_by_office(office: str, docx: bytes, folder: Path) -> bytes:
    """The PDF that LibreOffice makes of a .docx, with Noto faces where it lacks ours."""
    (folder / "paper.docx").write_bytes(docx)
    pairs = (
        ("仿宋", "Noto Serif CJK SC"),
        ("楷体", "Noto Serif CJK SC"),
        ("宋体", "Noto Serif CJK SC"),
        ("黑体", "Noto Sans CJK SC"),
        ("方正小标宋简体", "Noto Serif CJK SC"),
    )
    (folder / "fonts.conf").write_text(
        _ALIASES.format("".join(_ALIAS.format(*pair) for pair in pairs)), encoding="utf-8"
    )
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "paper.docx")],
        check=True, capture_output=True, timeout=180, env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )  # fmt: skip
    return (folder / "paper.pdf").read_bytes()


def _lines(page: str) -> list[PrintedLine]:
    found: dict[int, list[tuple[float, float, float, str]]] = {}
    for left, top, right, bottom, text in _WORD.findall(page):
        middle = (float(top) + float(bottom)) / 2
        key = next((key for key in found if abs(key - middle) < 6), round(middle))
        found.setdefault(key, []).append((float(left), float(right), middle, unescape(text)))
    lines = []
    for key in sorted(found):
        words = sorted(found[key])
        edges = words[0][0] / POINTS_PER_MM, max(word[1] for word in words) / POINTS_PER_MM
        lines.append(PrintedLine("".join(word[3] for word in words), *edges, words[0][2] / POINTS_PER_MM))
    return lines
