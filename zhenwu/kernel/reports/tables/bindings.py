"""Which figure stands in which cell of a foreign table. Data in TOML, joined to the table by the words of its headings.

    label = "拆违情况统计表"
    [[figure]]
    sheet = "表1"
    units = "村名"                              # one row for each unit named below this heading …
    column = ["拆除违法建筑", "面积(平方米)"]        # … in the column under these headings, from top to bottom
    metric = "demolition.area"   period = "year"   unit = "平方米"   decimals = 2

Instead of ``units``: ``row`` (headings from left to right) for the cell where row and column meet, or ``cell = "C5"`` alone. Headings
are found wherever they stand, so inserted rows and columns do no harm. ``{year}``, ``{year-1}`` in headings mean the year filled.
``unit`` defaults to the metric's; without ``decimals`` the number is exact and the cell's own format rounds it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.tables.grid import address, plain_words
from zhenwu.lib.problems import Place, Problem, Problems
from zhenwu.lib.units import read_unit

MAX_FIGURES = 2_000
_FILE_KEYS = {"label", "figure"}
_KEYS = ("sheet", "cell", "units", "row", "column", "metric", "period", "unit", "decimals")
_METRIC = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_YEAR = re.compile(r"\{year([+-][1-9])?\}")
Words = tuple[str, ...]


@dataclass(frozen=True)
class TableBinding:
    """What one cell, or one column of cells, says. Exactly one of ``cell``, ``units``, ``row`` is set."""

    sheet: str
    metric: str
    period: str = "year"
    unit: str = ""
    decimals: int | None = None
    cell: str = ""
    units: Words = ()
    row: Words = ()
    column: Words = ()

    @property
    def words(self) -> str:
        """How a person would name the place."""
        return self.cell or " · ".join(part for part in ("/".join(self.row), "/".join(self.column)) if part)


@dataclass(frozen=True)
class TableBindings:
    """All that is known of one table."""

    figures: tuple[TableBinding, ...]
    label: str = ""


def read_table_bindings(content: bytes, name: str) -> TableBindings:
    """Bindings from a TOML file; raises ``Problem`` for no TOML, or ``Problems`` with all that is wrong."""
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("table.toml", f"文件不是合格的 TOML：{error}", "请按提示的行改正。", Place(name)) from error
    rows = data.get("figure", [])
    if not isinstance(rows, list) or len(rows) > MAX_FIGURES or not all(isinstance(row, dict) for row in rows):
        raise Problem(
            "table.type",
            "figure 要写成 [[figure]]",
            f"每项一段，以双方括号开头，不超过 {MAX_FIGURES} 段。",
            Place(name),
        )
    found: list[Problem] = [_unknown(key, _FILE_KEYS, Place(name)) for key in sorted(set(data) - _FILE_KEYS)]
    figures = []
    for number, row in enumerate(rows, start=1):
        try:
            figures.append(_read(row))
        except Problem as problem:
            found.append(problem.at(Place(name, key=f"第{number}个 figure")))
    if found:
        raise Problems(found)
    return TableBindings(tuple(figures), str(data.get("label", "")))


def at_year(words: str, year: int) -> str:
    """Headings with ``{year}`` in them as they read in a year."""
    return _YEAR.sub(lambda found: str(year + int(found[1] or 0)), words)


def write_binding(one: TableBinding) -> str:
    """A binding as its TOML."""
    lines = ["[[figure]]"]
    for key in _KEYS:
        value = getattr(one, key)
        if value not in ("", (), None):
            plain = (list(value) if len(value) > 1 else value[0]) if isinstance(value, tuple) else value
            lines.append(f"{key} = {json.dumps(plain, ensure_ascii=False)}")
    return "\n".join(lines)


def _read(row: Mapping[str, Any]) -> TableBinding:
    strange = sorted(set(row) - set(_KEYS))
    if strange:
        raise _unknown(strange[0], set(_KEYS), Place())
    texts = {key: _text(row, key) for key in ("sheet", "cell", "metric", "period", "unit") if key in row}
    words = {key: _words(row, key) for key in ("units", "row", "column") if key in row}
    decimals = row.get("decimals")
    if decimals is not None and (type(decimals) is not int or not 0 <= decimals <= 6):
        raise Problem("table.decimals", "小数位数要是 0 到 6 的整数", "例如 decimals = 2；不写就按原数填。")
    given: dict[str, Any] = {"sheet": "", "metric": "", "decimals": decimals, **texts, **words}
    one = TableBinding(**given)
    _check(one)
    return one


def _check(one: TableBinding) -> None:
    if not one.sheet or not one.metric:
        raise Problem("table.incomplete", "没有写工作表或指标", "每项都要有 sheet 和 metric。")
    if not _METRIC.fullmatch(one.metric):
        raise Problem("table.metric", f"指标名“{one.metric}”写法不对", "写成 模块.指标，如 demolition.area。")
    if sum(map(bool, (one.cell, one.units, one.row))) != 1 or bool(one.column) == bool(one.cell):
        remedy = "写 units 和 column（一行一个单位），或 row 和 column（行列相交的格），或只写 cell。"
        raise Problem("table.place", "没有说清填在哪一格", remedy)
    if one.cell:
        address(one.cell)
    resolve_period(one.period, 2020)
    if one.unit:
        read_unit(one.unit)


def _text(row: Mapping[str, Any], key: str) -> str:
    if not isinstance(row[key], str):
        raise Problem("table.type", f"{key} 要写成带引号的文字", f'例如 {key} = "……"。')
    return row[key]


def _words(row: Mapping[str, Any], key: str) -> Words:
    value = row[key]
    parts = [value] if isinstance(value, str) else value
    if (
        not isinstance(parts, list)
        or not 0 < len(parts) <= 8
        or not all(isinstance(part, str) and plain_words(part) for part in parts)
    ):
        raise Problem("table.type", f"{key} 要写成表头的文字", f'例如 {key} = "面积" 或 {key} = ["拆除", "面积"]。')
    return tuple(plain_words(part) for part in parts)


def _unknown(key: str, allowed: set[str], place: Place) -> Problem:
    return Problem("table.unknown_key", f"不认识的键“{key}”", f"可用的键：{'、'.join(sorted(allowed))}。", place)
