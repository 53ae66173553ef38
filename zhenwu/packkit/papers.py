"""Documents of matters and of records as files: TOML between two ``+++`` lines says what a document is of, the text below what it says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhenwu.lib.problems import Place, Problem, Problems
from zhenwu.packkit.shapes import ID, read_table
from zhenwu.packkit.vocabulary import DOCUMENT, DOCUMENT_ROWS
from zhenwu.sdk.documents import Node, read_template

_FENCE = "+++"
_SCOPES = frozenset(("matter", "record", "unit", "step", "file", "paper", "it", "serial", "number", "today", "year", "maker"))


@dataclass(frozen=True)
class PaperFile:
    """A document: its table, its text (which begins at line ``first_row`` of the file) and the nodes read of it."""

    file: str
    table: Mapping[str, Any]
    text: str
    first_row: int
    nodes: tuple[Node, ...]
    sound: bool = True

    def place(self, key: str) -> Place:
        return Place(self.file, key=key)


def read_paper(file: str, source: str, found: list[Problem]) -> PaperFile:
    """The well-shaped part of a document; what is wrong is appended to ``found``."""
    before = len(found)
    lines = source.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), 0) if lines[0].strip() == _FENCE else 0
    if not end:
        message = "开头没有用 +++ 围起来的说明"
        found.append(Problem("document.front", message, "第一行写 +++，写明 id、label、workflow 或 ledger，再写一行 +++，下面是正文。", Place(file, 1)))
        return PaperFile(file, {}, "", 1, (), sound=False)
    head = _front("\n".join(lines[1:end]), file, found)
    if head is None:
        return PaperFile(file, {}, "", 1, (), sound=False)
    table = read_table(head, DOCUMENT, Place(file), found, "文书")
    rows = {}
    for name, raw in (table.get("rows") or {}).items():
        place = Place(file, key=f"rows.{str(name)[:60]}")
        if not ID.fullmatch(str(name)) or name in _SCOPES:
            found.append(Problem("document.rows", f"rows 里的名称“{str(name)[:40]}”不能用", "用小写英文代号，不要用 matter、record、step 这些已有的。", place))
        else:
            rows[name] = read_table(raw, DOCUMENT_ROWS, place, found, "rows")
    table["rows"] = rows
    text, first = "\n".join(lines[end + 1 :]), end + 2
    try:
        nodes = read_template(text, file, first)
    except Problems as problems:
        found.extend(problems.found)
        nodes = ()
    return PaperFile(file, table, text, first, nodes, len(found) == before)


def _front(head: str, file: str, found: list[Problem]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(head)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        row = re.search(r"line (\d+)", str(error))
        remedy = '每行写成 名称 = 值，文字用英文双引号括起来，例如 label = "受理通知书"。'
        found.append(Problem("document.front", "开头的说明读不下去", remedy, Place(file, int(row[1]) + 1 if row else None)))
        return None
