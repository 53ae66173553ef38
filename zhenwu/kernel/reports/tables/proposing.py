"""Proposing bindings for a foreign table from the words of its headings. A proposal is for a person to check; nothing is guessed silently."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from uuid import UUID

from zhenwu.kernel.metrics.api import Figures, Metric
from zhenwu.kernel.reports.seat import seat_of
from zhenwu.kernel.reports.tables.bindings import TableBinding, TableBindings, at_year, write_binding
from zhenwu.kernel.reports.tables.grid import At, Grid, plain_words
from zhenwu.kernel.reports.tables.headings import columns_under, rows_beside
from zhenwu.kernel.reports.tables.notes import is_notes
from zhenwu.kernel.reports.tables.package import open_package
from zhenwu.kernel.reports.tables.units import TOTALS, Named
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor

ALIKE, APART = 0.62, 0.08  # how alike a heading and a metric's name must be, and how far ahead of the next
MAX_OPEN, MAX_HEADINGS = 200, 1_000
_UNIT = re.compile(r"[(\[]([^()\[\]]{1,8})[)\]]$")
_SERIAL = re.compile(r"[\d.]*|[甲乙丙丁戊]|序号|编号|代码|行次|备注|填报人|审核人")
_PERIODS = {"本年": "year", "本期": "year", "今年": "year", "本年累计": "year", "累计": "year", "实绩": "year", "数量": "year", "数值": "year",
            "完成数": "year", "上年": "year-1", "去年": "year-1", "上年同期": "year-1", "五年合计": "five_years"}  # fmt: skip
_UNIT_HEADS = frozenset({"单位", "计量单位"})


@dataclass(frozen=True)
class Open:
    """A heading that could not be bound: why, and metrics with names like it."""

    sheet: str
    words: str
    why: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What a table's headings suggest."""

    bindings: TableBindings
    open: tuple[Open, ...]
    labels: Mapping[str, str]  # metric → its name
    year: int

    def words(self, one: TableBinding | Open) -> str:
        """The headings as they read in the table's year."""
        return at_year(one.words, self.year)

    @property
    def toml(self) -> str:
        """A bindings file to be checked: what was found, and as remarks what was not."""
        said = [
            "# 按表头的字面提出的关联，请逐项核对指标、统计期和单位。",
            f"label = {json.dumps(self.bindings.label, ensure_ascii=False)}",
        ]
        said += [f"# {self.labels[one.metric]}\n{write_binding(one)}" for one in self.bindings.figures]
        said += [
            f"# 没有关联：{plain_words(one.sheet)} · {one.words}（{one.why}）"
            + (f" 相近：{'、'.join(one.near)}" if one.near else "")
            for one in self.open
        ]
        return "\n\n".join(said) + "\n"


def propose_bindings(content: bytes, name: str, year: int, figures: Figures, unit: UUID | None = None) -> Proposal:
    """Read an .xlsx and suggest which metric each heading means; raises ``Problem('table.*')``. ``year`` is the table's."""
    package = open_package(content)
    seen = figures.tree(Period.year(year))
    named = Named(seen, seat_of(seen, unit))
    bound: list[TableBinding] = []
    open_: list[Open] = []
    for title, part, shown in package.sheets:
        grid = Grid(title, part, package)
        if shown and not is_notes(grid):
            for one in islice(_headings(grid, named, year), MAX_HEADINGS):
                _judge(one, figures, bound, open_)
    label = name.rpartition(".")[0] or name
    labels = {one.metric: figures.known.metric(one.metric).label for one in bound}
    return Proposal(TableBindings(tuple(bound), label), tuple(open_[:MAX_OPEN]), labels, year)


@dataclass(frozen=True)
class _Heading:
    """A place to fill, by its words: ``place`` is the binding but for its metric; ``words`` are what the metric may be called."""

    place: TableBinding
    words: tuple[str, ...]
    unit: str
    ambiguous: bool = False


def _headings(grid: Grid, named: Named, year: int) -> Iterator[_Heading]:
    names = _names_column(grid, named)
    if names is None:
        yield from _labelled_rows(grid, year)
        return
    column, first, last = names
    head = _head_over(grid, first, column)
    top = head[0]
    for other in range(column + 1, grid.last_column + 1):
        words = _path(grid, top, first, other)
        if (
            not words
            or _SERIAL.fullmatch(words[-1])
            or all(grid.is_formula((row, other)) for row in range(first, last + 1))
        ):
            continue
        place = TableBinding(
            _moving(grid.name, year), "", units=(grid.text(head),), column=tuple(_moving(word, year) for word in words)
        )
        twice = len(columns_under(grid, words)) != 1
        yield _Heading(place, words, _unit_in(words), twice)


def _names_column(grid: Grid, named: Named) -> tuple[int, int, int] | None:
    """(column, first row, last row) where the names of units stand one below the other; None where they do not."""
    rows: dict[int, list[int]] = {}
    for at, text in grid.words:
        if text not in TOTALS and named(text) not in (None, named.seat):
            rows.setdefault(at[1], []).append(at[0])
    found = [(len(lines), -column) for column, lines in rows.items() if len(lines) >= 2]
    if not found:
        return None
    column = -max(found)[1]
    return column, min(rows[column]), max(rows[column])


def _head_over(grid: Grid, first: int, column: int) -> At:
    """The heading above the first name; totals and numbers of columns are none."""
    for row in range(first - 1, 0, -1):
        text = grid.text((row, column))
        if text and text not in TOTALS and not re.fullmatch(r"[\d.]*|[甲乙丙丁戊]", text):
            return grid.origin((row, column))
    raise Problem("table.heading", f"工作表“{grid.name}”的单位名称上面没有表头", "在这一栏上面写上表头，例如“村名”。")


def _path(grid: Grid, top: int, first: int, column: int) -> tuple[str, ...]:
    """The headings over a column, from top to bottom."""
    words: list[str] = []
    for row in range(top, first):
        text = grid.text((row, column))
        is_head = grid.is_text(grid.origin((row, column))) and not re.fullmatch(r"[\d.]+|[甲乙丙丁戊]", text)
        if text and is_head and text not in words[-1:]:
            words.append(text)
    return tuple(words)


def _labelled_rows(grid: Grid, year: int) -> Iterator[_Heading]:
    """A table with a figure in each row and periods across."""
    heads = [(at, text) for at, text in grid.words if _period_of(text, year)]
    if not heads:
        return
    row = Counter(at[0] for at, _ in heads).most_common(1)[0][0]
    across = [(at[1], text) for at, text in heads if at[0] == row]
    labels = min((at[1] for at, text in grid.words if at[0] == row and not _SERIAL.fullmatch(text)), default=0)
    units = next((at[1] for at, text in grid.words if at[0] == row and text in _UNIT_HEADS), None)
    under = grid.last((row, across[0][0]))[0]
    for below in (one for one in grid.rows if one > under):
        label = grid.text((below, labels))
        if not label or not grid.is_text((below, labels)):
            continue
        twice = len(rows_beside(grid, (label,))) != 1
        unit = grid.text((below, units)) if units else _unit_in((label,))
        for column, text in across:
            if not grid.is_formula((below, column)):
                place = TableBinding(
                    _moving(grid.name, year), "", _period_of(text, year), row=(label,), column=(_moving(text, year),)
                )
                yield _Heading(place, (label,), unit, twice)


def _period_of(text: str, year: int) -> str:
    text = _UNIT.sub("", text)
    if text in _PERIODS:
        return _PERIODS[text]
    ago = {f"{year - back}年": f"year-{back}" if back else "year" for back in range(6)}
    return ago.get(text.removesuffix("度") if text.endswith("年度") else text, "")


def _judge(one: _Heading, figures: Figures, bound: list[TableBinding], open_: list[Open]) -> None:
    told = one.place.words
    if one.ambiguous:
        open_.append(Open(one.place.sheet, told, "同样的表头不止一处，请用 cell 写明"))
        return
    ranked = sorted(
        ((_alike(one.words, metric), metric.key, metric) for metric in figures.known.metrics.values()), reverse=True
    )[:4]
    near = tuple(f"{metric.label} {metric.key}" for score, _, metric in ranked[:3] if score > 0.35)
    if not ranked or ranked[0][0] < ALIKE:
        open_.append(Open(one.place.sheet, told, "没有名称相近的指标", near))
        return
    fitting = [row for row in ranked if row[0] >= ALIKE and _fits(row[2], one.unit)]
    if not fitting:
        open_.append(Open(one.place.sheet, told, f"计量单位“{one.unit}”对不上", near))
        return
    best, second = fitting[0][0], fitting[1][0] if len(fitting) > 1 else 0
    if second == 1 or (best < 1 and best - second < APART):
        open_.append(Open(one.place.sheet, told, "有几个指标名称相近，分不出是哪一个", near))
        return
    metric = fitting[0][2]
    bound.append(replace(one.place, metric=metric.key, unit=one.unit or metric.unit))


def _alike(words: Sequence[str], metric: Metric) -> float:
    """How alike headings and a metric's name are, 0 to 1: pairs of letters they share, of the last heading or of all together."""
    bare = [_UNIT.sub("", word) for word in words]
    label = metric.label.replace("（", "(").replace("）", ")")
    return max(_shared(said, label) for said in (bare[-1], "".join(bare)))


def _shared(one: str, other: str) -> float:
    if one == other:
        return 1.0
    ours, theirs = _pairs(one), _pairs(other)
    both = sum((ours & theirs).values())
    return 2 * both / max(1, sum(ours.values()) + sum(theirs.values()))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _fits(metric: Metric, unit: str) -> bool:
    if not unit:
        return True
    try:
        factor(metric.unit, unit)
    except Problem:
        return False
    return True


def _unit_in(words: Iterable[str]) -> str:
    """The unit a heading gives in brackets; "" where it gives none that we know."""
    for word in reversed([*words]):
        found = _UNIT.search(word)
        if found:
            try:
                factor(found[1], found[1])
            except Problem:
                continue
            return found[1]
    return ""


def _moving(text: str, year: int) -> str:
    """A heading with its years written as the year filled, so that next year's table is found too."""
    return re.sub(r"(?:19|20)\d\d", lambda found: _year_word(int(found[0]) - year) or found[0], text)


def _year_word(ahead: int) -> str:
    return "" if abs(ahead) > 9 else "{year}" if ahead == 0 else f"{{year{ahead:+d}}}"
