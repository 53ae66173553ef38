"""Report templates as files: TOML front matter between ``+++`` lines binds each ``⟦blank⟧`` of the text below."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.shapes import read_table
from zhenwu.packkit.vocabulary import BLANK, CLAIM

_BLANK = re.compile(r"⟦([^⟦⟧\n]{1,60})⟧")
_SIGN = re.compile(r"[⟦⟧]")


@dataclass(frozen=True)
class Document:
    """A template: ``source`` is the whole file, ``blanks`` maps each bound name to its table, ``used`` the names in the text,
    ``claims`` words of the text that claim something without a digit, to their table."""

    file: str
    source: str
    text: str
    blanks: dict[str, dict[str, Any]]
    used: tuple[str, ...]
    claims: dict[str, dict[str, Any]]

    @property
    def title(self) -> str:
        """The first heading, with its blanks as they stand."""
        found = re.search(r"^#\s+(.+)$", self.text, re.MULTILINE)
        return found[1].strip() if found else ""


def read_document(file: str, source: str, found: list[Problem]) -> Document:
    """The well-shaped part of a template; what is wrong is appended to ``found``."""
    place = Place(file)
    head, text = _split(source)
    if head is None:
        found.append(
            Problem(
                "report.front",
                "开头没有用 +++ 围起来的取数说明",
                "第一行写 +++，列出各待填项，再写一行 +++。",
                place,
            )
        )
        head = ""
    blanks: dict[str, dict[str, Any]] = {}
    claims: dict[str, dict[str, Any]] = {}
    for name, raw in _tables(head, place, found).items():
        table, keys = (claims, CLAIM) if isinstance(raw, dict) and "claim" in raw else (blanks, BLANK)
        table[name] = read_table(raw, keys, Place(file, key=name[:60]), found, f"待填项“{name[:60]}”")
    used = tuple(dict.fromkeys(match[1].strip() for match in _BLANK.finditer(text)))
    if _SIGN.search(_BLANK.sub("", text)):
        found.append(Problem("report.sign", "有没配成对的 ⟦ 或 ⟧", "每个待填项写成 ⟦名称⟧，不换行。", place))
    return Document(file, source, text, blanks, used, claims)


def _split(source: str) -> tuple[str | None, str]:
    lines = source.split("\n")
    if lines[0].strip() != "+++":
        return None, source
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() == "+++":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    return None, source


def _tables(head: str, place: Place, found: list[Problem]) -> dict[str, Any]:
    quoted = re.sub(r'^(\s*)([^\s"=\[#][^="\n]*?)(\s*=)', r'\1"\2"\3', head, flags=re.MULTILINE)
    try:
        return tomllib.loads(quoted)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        row = re.search(r"line (\d+)", str(error))
        remedy = '每行写成 名称 = {metric = "模块.指标", period = "year"}。'
        found.append(
            Problem(
                "report.front",
                "取数说明读不下去",
                remedy,
                Place(place.file, int(row[1]) + 1 if row else None),
            )
        )
        return {}
