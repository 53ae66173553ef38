"""One sheet of an .xlsx as a grid of cells, read and written in its own XML. Pure. Rows and columns count from 1."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cached_property

from lxml import etree

from zhenwu.kernel.reports.tables.package import Package, parse_xml, whole, write_xml
from zhenwu.lib.problems import Place, Problem

MAX_CELLS = 500_000
MAX_ARRAYS = 1_000
LONGEST = 300  # letters of a heading
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_AT = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ELSEWHERE = re.compile(r"(?<![\w\]])\[\d+\]")  # [1]Sheet1!A1 asks another file; Table1[2020] does not
_BUILT_IN = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "49": "@"}
At = tuple[int, int]


class Grid:
    """The cells of a sheet. A merged range is one cell: its first; ``spans`` gives the last row and column of each."""

    def __init__(self, name: str, part: str, package: Package) -> None:
        self.name, self.part = name, part
        self._root = parse_xml(package.parts[part])
        self._ns = f"{{{etree.QName(self._root).namespace}}}"
        data = self._root.find(f"{self._ns}sheetData")
        if data is None:
            raise Problem("table.damaged", "工作表里没有内容", "用表格软件打开它，另存为 .xlsx 再用。", Place(key=name))
        self._data = data
        self._strings = _shared_strings(package)
        self._formats = _formats(package)
        self._rows: dict[int, etree._Element] = {}
        self._cells: dict[At, etree._Element] = {}
        self.hidden_rows: set[int] = set()
        self.spans: dict[At, At] = {}
        self._covered: dict[At, At] = {}
        self._index()
        self._read_spans()
        self._arrays = self._read_arrays()

    @cached_property
    def words(self) -> list[tuple[At, str]]:
        """Every cell that holds a text, top to bottom, left to right."""
        texts = [at for at, cell in sorted(self._cells.items()) if cell.get("t") in ("s", "str", "inlineStr")]
        return [(at, text) for at in texts if (text := plain_words(self._raw(self._cells[at])))]

    def saying(self, word: str) -> list[At]:
        """The cells that hold just this text."""
        return self._saying.get(word, [])

    @cached_property
    def _saying(self) -> dict[str, list[At]]:
        found: dict[str, list[At]] = {}
        for at, text in self.words:
            found.setdefault(text, []).append(at)
        return found

    @cached_property
    def rows(self) -> list[int]:
        """The rows in which anything stands."""
        return sorted({row for row, _ in self._cells})

    def origin(self, at: At) -> At:
        """The first cell of the merged range a cell lies in; itself where it lies in none."""
        return self._covered.get(at, at)

    def last(self, at: At) -> At:
        """The last row and column that a cell covers."""
        return self.spans.get(at, at)

    def text(self, at: At) -> str:
        """What stands in a cell (in the merged range it lies in), in one spelling."""
        cell = self._cells.get(self.origin(at))
        return "" if cell is None else plain_words(self._raw(cell))

    def is_formula(self, at: At) -> bool:
        """Whether a formula stands in a cell, or one that fills several cells reaches it."""
        at = self.origin(at)
        cell = self._cells.get(at)
        inside = any(first[0] <= at[0] <= last[0] and first[1] <= at[1] <= last[1] for first, last in self._arrays)
        return inside or (cell is not None and cell.find(f"{self._ns}f") is not None)

    def is_text(self, at: At) -> bool:
        cell = self._cells.get(self.origin(at))
        return cell is not None and cell.get("t") in ("s", "inlineStr")

    def shows_percent(self, at: At) -> bool:
        """Whether the cell's own number format multiplies by a hundred."""
        return "%" in _QUOTED.sub("", self._format(at))

    def has_format(self, at: At) -> bool:
        """Whether the cell has a number format, which then rounds what is shown."""
        return self._format(at) not in ("", "General", "@")

    def _format(self, at: At) -> str:
        cell = self._cells.get(self.origin(at))
        return self._formats.get(cell.get("s", "0") if cell is not None else self._style_at(at), "")

    @property
    def last_column(self) -> int:
        return max((column for _, column in self._cells), default=0)

    def write_number(self, at: At, value: Decimal) -> None:
        """An exact number; the cell keeps its format."""
        cell = self._emptied(at)
        etree.SubElement(cell, f"{self._ns}v").text = f"{value:f}"

    def write_text(self, at: At, text: str) -> None:
        """A text that can never run as a formula."""
        cell = self._emptied(at)
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{self._ns}is"), f"{self._ns}t").text = text

    def forget_results(self) -> None:
        """Drop what formulas gave before, so that nobody reads a stale sum; those that ask another file keep theirs."""
        for cell in self._cells.values():
            formula, result = cell.find(f"{self._ns}f"), cell.find(f"{self._ns}v")
            if formula is not None and result is not None and not _ELSEWHERE.search(formula.text or ""):
                cell.remove(result)
                cell.attrib.pop("t", None)

    def xml(self) -> bytes:
        return write_xml(self._root)

    def _index(self) -> None:
        row = 0
        for line in self._data.iterchildren(f"{self._ns}row"):
            row = _number(line.get("r"), row + 1, MAX_ROW, self.name)
            self._rows[row] = line
            if line.get("hidden") in ("1", "true"):
                self.hidden_rows.add(row)
            column = 0
            for cell in line.iterchildren(f"{self._ns}c"):
                column = address(cell.get("r", ""))[1] if cell.get("r") else column + 1
                self._cells[(row, column)] = cell
            if len(self._cells) > MAX_CELLS:
                raise Problem("table.too_large", f"工作表“{self.name}”超过 {MAX_CELLS} 格", "删去多余的行再用。")

    def _read_spans(self) -> None:
        for one in self._root.iter(f"{self._ns}mergeCell"):
            first, last = _range(one.get("ref", ""))
            self.spans[first] = last
            if len(self._covered) + (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > MAX_CELLS:
                raise Problem("table.too_large", f"工作表“{self.name}”合并的格太多", "取消不用的合并再用。")
            for row in range(first[0], last[0] + 1):
                self._covered.update({(row, column): first for column in range(first[1], last[1] + 1)})

    def _read_arrays(self) -> list[tuple[At, At]]:
        """The ranges that one formula fills."""
        formulas = [
            one for one in self._root.iter(f"{self._ns}f") if one.get("t") in ("array", "dataTable") and one.get("ref")
        ]
        if len(formulas) > MAX_ARRAYS:
            raise Problem("table.too_large", f"工作表“{self.name}”的数组公式超过 {MAX_ARRAYS} 个", "改成普通公式再用。")
        return [_range(one.get("ref", "")) for one in formulas]

    def _raw(self, cell: etree._Element) -> str:
        kind, value = cell.get("t", "n"), cell.findtext(f"{self._ns}v") or ""
        if kind == "s":
            return self._strings[whole(value)] if whole(value) < len(self._strings) else ""
        return _said(cell, self._ns) if kind == "inlineStr" else value

    def _emptied(self, at: At) -> etree._Element:
        at = self.origin(at)
        cell = self._cells.get(at)
        if cell is None:
            cell = self._new_cell(at)
        cell.attrib.pop("t", None)
        for child in list(cell):
            cell.remove(child)
        return cell

    def _new_cell(self, at: At) -> etree._Element:
        row, column = at
        line = self._rows.get(row)
        if line is None:
            line = self._rows[row] = etree.Element(f"{self._ns}row", r=str(row))
            self._data.insert(sum(one < row for one in self._rows), line)
        line.attrib.pop("spans", None)
        cell = etree.Element(f"{self._ns}c", r=name_of(at))
        if (style := self._style_at(at)) != "0":
            cell.set("s", style)
        line.insert(sum(1 for one in self._cells if one[0] == row and one[1] < column), cell)
        self._cells[at] = cell
        return cell

    def _style_at(self, at: At) -> str:
        """The style of a cell that is not there yet: its row's, else its column's."""
        line = self._rows.get(at[0])
        if line is not None and line.get("customFormat") in ("1", "true"):
            return line.get("s", "0")
        for one in self._root.iter(f"{self._ns}col"):
            if whole(one.get("min")) <= at[1] <= whole(one.get("max")):
                return one.get("style", "0")
        return "0"


def plain_words(text: str) -> str:
    """A heading in one spelling: full and half width alike, no spaces or line breaks, no colon at the end."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace()).rstrip(":")


def address(text: str) -> At:
    """``C5`` → (5, 3); raises ``Problem('table.cell')``."""
    found = _AT.fullmatch(text)
    row, column = (int(found[2]), _column(found[1])) if found else (0, 0)
    if not 1 <= row <= MAX_ROW or not 1 <= column <= MAX_COLUMN:
        raise Problem("table.cell", f"没有“{text[:20]}”这样的格", "写成 C5 这样：列用字母，行用数字。")
    return row, column


def name_of(at: At) -> str:
    """(5, 3) → ``C5``."""
    letters, rest = "", at[1]
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{at[0]}"


def _range(text: str) -> tuple[At, At]:
    first, _, last = text.partition(":")
    return address(first), address(last or first)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str | None, default: int, most: int, sheet: str) -> int:
    number = default if text is None else whole(text)
    if not 1 <= number <= most:
        raise Problem(
            "table.damaged", "行号不对，表格可能已损坏", "用表格软件打开它，另存为 .xlsx 再用。", Place(key=sheet)
        )
    return number


def _said(holder: etree._Element, ns: str) -> str:
    """The text of a string, without the readings some programs write over the characters."""
    return "".join(one.text or "" for one in holder.iter(f"{ns}t") if etree.QName(one.getparent()).localname != "rPh")


def _shared_strings(package: Package) -> list[str]:
    part = package.related("sharedStrings")
    if part is None or part not in package.parts:
        return []
    root = parse_xml(package.parts[part])
    ns = f"{{{etree.QName(root).namespace}}}"
    return [_said(one, ns) for one in root.iterchildren(f"{ns}si")]


def _formats(package: Package) -> dict[str, str]:
    """Number of a style → its number format; those that every workbook has without saying so by what matters of them."""
    part = package.related("styles")
    if part is None or part not in package.parts:
        return {}
    root = parse_xml(package.parts[part])
    ns = f"{{{etree.QName(root).namespace}}}"
    codes = _BUILT_IN | {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{ns}numFmt")}
    formats = root.find(f"{ns}cellXfs")
    rows = [] if formats is None else formats.iterchildren(f"{ns}xf")
    return {str(at): codes.get(one.get("numFmtId", "0"), "") for at, one in enumerate(rows)}
