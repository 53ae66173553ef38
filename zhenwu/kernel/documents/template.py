"""A document's text as a pack writes it: lines of words with blanks, and lines that begin with ``@``. Pure.

    # 人民调解协议书
    @each party
    ⟦it.side⟧：⟦it.name⟧，联系电话⟦it.phone|or 无⟧。
    @end
    @if amount > 0
    给付人民币⟦amount|money⟧元（大写：⟦amount|capitals⟧）。
    @end

``#`` begins a title, ``##`` a heading; empty lines fall away. Directives: ``@to`` (no indent), ``@right``, ``@center``, ``@page``, ``@lines 3`` (to
write on), ``@photos before 4`` (of that side, or all; so many to a page), ``@lookup`` (number, code and address by which whoever holds the paper looks the matter up), ``@table`` with rows of ``|cells|``, ``@each``, ``@if``/``@with``/``@else``/``@end``, ``@papers`` (those made of the matter, each on a page).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from zhenwu.lib.paper.model import Role
from zhenwu.lib.problems import Place, Problem, Problems

LONGEST, MOST_LINES, MOST_RULED = 100_000, 2_000, 40
_BLANK = re.compile(r"⟦([^⟦⟧\n]{1,120})⟧")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")
_LOOP = re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z][a-z0-9_]{0,39})?")
_SPACE = " \t\u3000"
_ROLES: dict[str, Role] = {"to": "address", "right": "signature", "center": "subtitle", "day": "date"}
_BLOCKS = ("table", "each", "if", "with")
PER_PAGE, SIDES = (1, 2, 4, 6), ("before", "after")  # photos: how many to a page; taken before or after the handling
_WORDS = (*_ROLES, "page", "lines", "papers", "photos", "lookup", *_BLOCKS, "else", "end")


@dataclass(frozen=True)
class Blank:
    """``⟦name|filter|filter⟧``: what is asked for and how it is said; a filter is its word and what stands behind it."""

    name: str
    filters: tuple[tuple[str, str], ...]
    row: int


Part = str | Blank
Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Words:
    """One paragraph."""

    row: int
    role: Role
    parts: Parts


@dataclass(frozen=True)
class Cells:
    """One row of a table, ``lines`` high at least."""

    row: int
    lines: int
    cells: tuple[Parts, ...]


@dataclass(frozen=True)
class Table:
    """(head, share of the width) of each column, and rows (with loops and forks among them)."""

    row: int
    columns: tuple[tuple[str, int], ...]
    body: tuple[Node, ...]


@dataclass(frozen=True)
class Loop:
    """``body`` once for each of ``over``: ``step``, ``step:meet``, ``file``, ``paper`` or rows that the document names."""

    row: int
    over: str
    body: tuple[Node, ...]


@dataclass(frozen=True)
class Fork:
    """``then`` where a condition holds (``with``: where a blank has a value), else ``otherwise``. ``number`` counts the conditions from 0."""

    row: int
    kind: Literal["if", "with"]
    test: str
    number: int
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True)
class Mark:
    """A new page, the papers that were made, ``count`` lines to write on, or the photos of a ``side`` ("" for all), ``count`` to a page."""

    row: int
    what: Literal["page", "papers", "lines", "photos", "lookup"]
    count: int = 1
    side: str = ""


Node = Words | Cells | Table | Loop | Fork | Mark


@dataclass
class _Open:
    """A block that has begun: its word, what stands behind it, what it holds so far (after ``@else`` the rest)."""

    row: int
    word: str
    said: str
    then: list[Node]
    otherwise: list[Node] | None = None
    number: int = 0

    @property
    def here(self) -> list[Node]:
        return self.then if self.otherwise is None else self.otherwise


class _Reader:
    def __init__(self, file: str, first_row: int) -> None:
        self.file, self.first, self.row = file, first_row, first_row
        self.found: list[Problem] = []
        self.open = [_Open(first_row, "", "", [])]
        self.conditions = 0

    def read(self, text: str) -> tuple[Node, ...]:
        for number, line in enumerate(text.split("\n")):
            self.row = self.first + number
            self._line(line.strip(_SPACE + "\r"))
        for block in self.open[1:]:
            self.complain("document.end", f"@{block.word} 没有写 @end", "在它管的最后一行下面写一行 @end。", block.row)
        if self.found:
            raise Problems(self.found)
        return tuple(self.open[0].then)

    def complain(self, code: str, message: str, remedy: str, row: int | None = None) -> None:
        self.found.append(Problem(code, message, remedy, Place(self.file, row or self.row)))

    def _line(self, line: str) -> None:
        if not line:
            return
        if line.startswith("@"):
            word, _, said = line[1:].partition(" ")
            return self._directive(word, said.strip())
        here = self.open[-1].here
        if any(block.word == "table" for block in self.open):
            return here.append(self._cells(line))
        mark = re.match(r"(#{1,2})\s+", line)
        role: Role = "body" if mark is None else "title" if len(mark[1]) == 1 else "heading1"
        here.append(Words(self.row, role, self._parts(line[mark.end() if mark else 0 :])))

    def _directive(self, word: str, said: str) -> None:
        here = self.open[-1].here
        if word in _ROLES:
            here.append(Words(self.row, _ROLES[word], self._parts(said)))
        elif word == "lookup" and any(block.word in ("table", "each") for block in self.open):
            self.complain("document.lookup", "@lookup 不能写在 @table、@each 里面", "写在它们外面，自己一行。")
        elif word in ("page", "papers", "lookup"):
            here.append(Mark(self.row, word))  # type: ignore[arg-type]
        elif word == "lines":
            fits = said.isdecimal() and 1 <= int(said) <= MOST_RULED
            if not fits:
                self.complain("document.lines", "@lines 后面写几行", f"例如 @lines 3，最多 {MOST_RULED}。")
            here.append(Mark(self.row, "lines", int(said) if fits else 1))
        elif word == "photos":
            here.append(self._photos(said.split()))
        elif word in _BLOCKS:
            self._begin(word, said)
        elif word == "else" and self.open[-1].word in ("if", "with") and self.open[-1].otherwise is None:
            self.open[-1].otherwise = []
        elif word == "end" and len(self.open) > 1:
            block = self.open.pop()
            self.open[-1].here.append(self._closed(block))
        else:
            able = "、".join(f"@{one}" for one in _WORDS)
            message = f"@{word} 前面没有配它的 @if、@with、@each 或 @table" if word in ("else", "end") else f"没有“@{word[:20]}”这种写法"
            self.complain("document.directive", message, f"可以用：{able}。行首的 @ 只用来写这些。")

    def _photos(self, said: list[str]) -> Mark:
        if any(block.word in ("table", "each") for block in self.open):
            self.complain("document.photos", "@photos 不能写在 @table、@each 里面", "写在它们外面，自己一行。")
        side = said.pop(0) if said and said[0] in SIDES else ""
        count = said.pop(0) if said and said[0] in map(str, PER_PAGE) else "2"
        if said:
            able = "、".join(map(str, PER_PAGE))
            self.complain("document.photos", "@photos 后面写 before（处置前）或 after（处置后），和一页几张", f"例如 @photos、@photos before 4；一页可以 {able} 张，不写就是 2 张。")
        return Mark(self.row, "photos", int(count), side)

    def _begin(self, word: str, said: str) -> None:
        if word == "each" and not _LOOP.fullmatch(said):
            self.complain("document.each", "@each 后面写一样东西的名称", "例如 @each step、@each step:meet、@each file。")
        if word == "with" and not _NAME.fullmatch(said):
            self.complain("document.with", "@with 后面写一个待填项的名称", "例如 @with record.business。")
        if word in ("each", "table") and any(block.word == word for block in self.open):
            self.complain("document.nested", f"@{word} 里面不能再套 @{word}", "先写 @end，再开始下一个。")
        number = self.conditions
        self.conditions += word == "if"
        self.open.append(_Open(self.row, word, said, [], number=number))

    def _closed(self, block: _Open) -> Node:
        if block.word == "each":
            return Loop(block.row, block.said, tuple(block.then))
        if block.word == "table":
            return Table(block.row, self._columns(block), tuple(block.then))
        kind: Literal["if", "with"] = "if" if block.word == "if" else "with"
        return Fork(block.row, kind, block.said, block.number, tuple(block.then), tuple(block.otherwise or ()))

    def _columns(self, block: _Open) -> tuple[tuple[str, int], ...]:
        """``时间 3 | 经过 8`` or, without heads, ``2 | 3 | 2 | 3``."""
        columns = []
        for told in block.said.split("|"):
            head, _, share = told.strip().rpartition(" ")
            if not share.isdecimal() or not 1 <= int(share) <= 100:
                self.complain("document.table", "@table 后面写每一栏的栏名和宽窄", "例如 @table 时间 3 | 经过 8；不要栏名的只写宽窄：@table 2 | 3。", block.row)
                return (("", 1),)
            columns.append((head.strip(), int(share)))
        return tuple(columns)

    def _cells(self, line: str) -> Cells:
        found = re.fullmatch(r"(\d{0,2})\|(.*)\|", line)
        if not found:
            self.complain("document.row", "表格里的一行要写成 |一格|一格|", "每格前后各一条竖线；要高一些的，前面写几行高：4|意见|⟦reason⟧|。")
            return Cells(self.row, 1, ())
        cells = tuple(self._parts(cell.strip(_SPACE).replace("\\n", "\n")) for cell in _parted(found[2]))
        return Cells(self.row, int(found[1] or 1) or 1, cells)

    def _parts(self, words: str) -> Parts:
        parts: list[Part] = []
        here = 0
        for found in _BLANK.finditer(words):
            parts += [words[here : found.start()], self._blank(found[1])]
            here = found.end()
        parts.append(words[here:])
        if any("⟦" in part or "⟧" in part for part in parts if isinstance(part, str)):
            self.complain("document.sign", "有没配成对的 ⟦ 或 ⟧", "每个待填项写成 ⟦名称⟧，不换行。")
        return tuple(part for part in parts if part)

    def _blank(self, said: str) -> Blank:
        name, *filters = (part.strip() for part in said.split("|"))
        if not _NAME.fullmatch(name):
            self.complain("document.name", f"待填项“{name[:40]}”的名称不对", "用小写英文代号，例如 ⟦matter.title⟧、⟦record.code⟧、⟦step.accept.day⟧。")
        return Blank(name, tuple((word, rest.strip()) for word, _, rest in (one.partition(" ") for one in filters)), self.row)


def _parted(row: str) -> Iterator[str]:
    """The cells of a row: a bar inside of a blank parts no cells."""
    start = depth = 0
    for place, sign in enumerate(row):
        depth += (sign == "⟦") - (sign == "⟧")
        if sign == "|" and not depth:
            yield row[start:place]
            start = place + 1
    yield row[start:]


def read_template(text: str, file: str = "", first_row: int = 1) -> tuple[Node, ...]:
    """Read a document's text; raises ``Problems`` (``document.…``) that name the file and the line, counted from ``first_row``."""
    if len(text) > LONGEST or text.count("\n") > MOST_LINES:
        raise Problems([Problem("document.too_long", "文书太长", f"最多 {MOST_LINES} 行。", Place(file))])
    return _Reader(file, first_row).read(text)


def line_of(text: str, file: str = "") -> Parts:
    """One line of words with blanks, such as a document's number; raises ``Problems``."""
    reader = _Reader(file, 1)
    parts = reader._parts(text)
    if reader.found:
        raise Problems(reader.found)
    return parts


def nodes_in(nodes: tuple[Node, ...], see: Callable[[Node, str], None], loop: str = "") -> None:
    """Show every node, with the loop it stands in, in the order of the text."""
    for node in nodes:
        see(node, loop)
        if isinstance(node, Loop):
            nodes_in(node.body, see, node.over)
        elif isinstance(node, Table):
            nodes_in(node.body, see, loop)
        elif isinstance(node, Fork):
            nodes_in(node.then, see, loop)
            nodes_in(node.otherwise, see, loop)
