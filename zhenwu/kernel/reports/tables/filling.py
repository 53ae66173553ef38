"""Filling a foreign table: each bound cell gets its figure as a number, or the word 待补; formulas and texts of others stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.metrics.api import Address, Figure, Figures, reach_of_figure, withheld
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.filling import source_words
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.seat import seat_of
from zhenwu.kernel.reports.slots import UNKNOWN
from zhenwu.kernel.reports.tables.bindings import TableBinding, TableBindings, at_year
from zhenwu.kernel.reports.tables.grid import At, Grid, address, name_of
from zhenwu.kernel.reports.tables.headings import below, meeting
from zhenwu.kernel.reports.tables.notes import put_notes
from zhenwu.kernel.reports.tables.numbers import cell_number, ends
from zhenwu.kernel.reports.tables.package import Package, open_package
from zhenwu.kernel.reports.tables.units import Named
from zhenwu.lib.clock import LOCAL, now, today
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Place, Problem, Problems
from zhenwu.lib.units import convert, factor

MAX_FILLED = 20_000
_EMPTY = frozenset({"", UNKNOWN, "-", "--", "—", "——", "/", "x", "xx", "xxx"})
_HEADS = ("工作表", "格", "表头", "填的数", "单位", "数字地址", "口径", "来源或原因")


@dataclass(frozen=True)
class FilledCell:
    """What one bound cell got; ``value`` is None where ``why`` says what stands against it. ``kept``: the cell is as it was."""

    sheet: str
    cell: str
    words: str
    unit: str
    figure: str
    value: Decimal | None
    why: str
    basis: str = ""
    kept: bool = False


@dataclass(frozen=True)
class FilledTable:
    """A filled table. ``told`` is what the person must know: cells left as they were, units the table does not list, warnings."""

    content: bytes = field(repr=False)
    cells: tuple[FilledCell, ...]
    told: tuple[str, ...]
    position: int

    @property
    def known(self) -> int:
        return sum(cell.value is not None for cell in self.cells)

    @property
    def pending(self) -> tuple[FilledCell, ...]:
        """The cells that now read 待补."""
        return tuple(cell for cell in self.cells if cell.value is None and not cell.kept)


def fill_table(
    content: bytes, bindings: TableBindings, year: int, who: Actor, figures: Figures, unit: UUID | None = None
) -> FilledTable:
    """Fill an .xlsx for a year and a township (by default the only one), with what ``who`` may see.

    Raises ``Problem('report.ahead')``, ``Problem('table.*')``, or ``Problems`` with every binding that finds no place in this table.
    """
    if year > today().year:
        raise Problem("report.ahead", f"{year} 年还没有到，填不出它的报表", "请选已经过完的年份，或今年。")
    if not bindings.figures:
        raise Problem("table.unbound", "还没有一格关联到指标", "先用 zhenwu table bind 生成关联文件，补上指标再填。")
    package = open_package(content)
    seen = figures.tree(Period.year(year))
    work = _Work(package, year, who, figures, Named(seen, seat_of(seen, unit)))
    work.fill(bindings)
    put_notes(package, list(_notes(work, who)))
    package.recalculate_on_load()
    return FilledTable(package.pack(), tuple(work.cells), tuple(work.told), figures.stands_at)


def note_table(who: Actor, filled: FilledTable, year: int, op_id: UUID) -> None:
    """Leave in the journal who took a filled table out of the system, and with which figures."""
    told = {
        "year": year,
        "cells": len(filled.cells),
        "position": filled.position,
        "figures": sorted({one.figure for one in filled.cells}),
    }

    def change(writer: Writer) -> dict[str, int]:
        writer.event("table.filled", "table", told)
        return {}

    perform(Act(who.principal, op_id, "note_table", told), change)


class _Work:
    """One table being filled."""

    def __init__(self, package: Package, year: int, who: Actor, figures: Figures, named: Named) -> None:
        self.package, self.year, self.who, self.figures, self.named = package, year, who, figures, named
        self.cells: list[FilledCell] = []
        self.told: list[str] = list(package.warnings)
        self._taken: dict[tuple[str, At], str] = {}

    def fill(self, bindings: TableBindings) -> None:
        grids = {name: Grid(name, part, self.package) for name, part, _ in self.package.sheets}
        faults: list[Problem] = []
        for binding in bindings.figures:
            try:
                self._fill_binding(binding, grids)
            except Problem as problem:
                faults.append(problem.at(Place(binding.sheet, key=binding.words)))
        if faults:
            raise Problems(faults)
        for grid in grids.values():
            grid.forget_results()
            self.package.parts[grid.part] = grid.xml()

    def _fill_binding(self, binding: TableBinding, grids: dict[str, Grid]) -> None:
        title = at_year(binding.sheet, self.year)
        if title not in grids:
            raise Problem("table.no_such_sheet", f"没有工作表“{title}”", f"表里有：{'、'.join(grids)}。")
        if len(self._taken) > MAX_FILLED:
            raise Problem("table.too_large", f"一次最多填 {MAX_FILLED} 格", "分成几个文件填。")
        grid, metric = grids[title], self.figures.known.metric(binding.metric)
        binding = replace(binding, unit=binding.unit or metric.unit)
        factor(metric.unit, binding.unit)
        for at, unit in self._places(binding, grid):
            place = (title, grid.origin(at))
            if place in self._taken:
                raise Problem(
                    "table.twice",
                    f"{name_of(at)} 格有两个数要填（另一个：{self._taken[place]}）",
                    "只留一个；合并的格只能填一个数。",
                )
            self._taken[place] = binding.words
            self._fill_cell(binding, grid, at, unit)

    def _places(self, binding: TableBinding, grid: Grid) -> list[tuple[At, UUID]]:
        seat = self.named.seat
        if binding.cell:
            return [(address(binding.cell), seat)]
        column = [at_year(word, self.year) for word in binding.column]
        if binding.row:
            return [(meeting(grid, [at_year(word, self.year) for word in binding.row], column), seat)]
        names, cells = below(
            grid, binding.units, column, lambda text: self.named(text) is not None or self.named.is_unclear(text)
        )
        found = [(at, self.named(grid.text((at[0], names)))) for at in cells]
        for at, unit in found:
            if unit is None:
                self._tell(f"工作表“{grid.name}”第 {at[0]} 行的“{grid.text((at[0], names))}”有几个同名的单位，没有填。")
        # a total that the table adds up itself is as it should be
        placed = [(at, unit) for at, unit in found if unit is not None and not (unit == seat and grid.is_formula(at))]
        self._tell_absent(grid, {unit for _, unit in placed})
        return placed

    def _tell_absent(self, grid: Grid, listed: set[UUID]) -> None:
        tree = self.named.tree
        kinds = {tree.kind(unit) for unit in listed} - {tree.kind(self.named.seat)}
        absent = [
            tree.name(unit) for unit in tree.under(self.named.seat) if tree.kind(unit) in kinds and unit not in listed
        ]
        if absent:
            more = f"等 {len(absent)} 个" if len(absent) > 10 else ""
            self._tell(f"工作表“{grid.name}”没有列出：{'、'.join(absent[:10])}{more}。合计里不含这些单位。")

    def _tell(self, words: str) -> None:
        if words not in self.told:
            self.told.append(words)

    def _fill_cell(self, binding: TableBinding, grid: Grid, at: At, unit: UUID) -> None:
        told = FilledCell(
            grid.name, name_of(grid.origin(at)), binding.words, binding.unit, self._address(binding, unit), None, ""
        )
        kept = _kept(grid, at)
        if kept:
            self.cells.append(replace(told, why=kept, kept=True))
            self._tell(f"工作表“{grid.name}”{told.cell} 格{kept}，没有动。")
            return
        value, why, basis = self._say(binding, grid, at, unit)
        if value is None:
            grid.write_text(at, UNKNOWN)
        else:
            grid.write_number(at, value)
        self.cells.append(replace(told, value=value, why=why, basis=basis))

    def _say(self, binding: TableBinding, grid: Grid, at: At, unit: UUID) -> tuple[Decimal | None, str, str]:
        """(the number, whose it is or why there is none, 口径)."""
        if not reach_of_figure(self.who, self.figures.known.metric(binding.metric)).covers(unit):
            return None, "不在填表人的权限内", ""
        figure = self._figure(binding, unit)
        if figure is None or figure.value is None:
            return None, f"{resolve_period(binding.period, self.year).label}没有记录", ""
        if withheld(figure, self.who, self.figures):
            return None, "人数过少，不显示", figure.metric.basis
        metric = figure.metric
        decimals = binding.decimals
        if decimals is None and not grid.has_format(at) and not ends(convert(figure.value, metric.unit, binding.unit)):
            decimals = metric.decimals  # nobody else would round a third
        value = cell_number(figure.value, metric.unit, binding.unit, decimals, grid.shows_percent(at))
        return value, source_words(figure), figure.metric.basis

    def _figure(self, binding: TableBinding, unit: UUID) -> Figure | None:
        try:
            return self.figures.figure(Address(binding.metric, resolve_period(binding.period, self.year), unit))
        except NotFound:  # a metric it is made of is not installed
            return None

    def _address(self, binding: TableBinding, unit: UUID) -> str:
        place = "" if unit == self.named.tree.root else f"/{self.named.name(unit)}"
        return f"{binding.metric}@{resolve_period(binding.period, self.year)}{place}"


def _kept(grid: Grid, at: At) -> str:
    """Why a cell must stay as it is; "" when it may be filled."""
    if grid.is_formula(at):
        return "是公式"
    if grid.is_text(at) and grid.text(at).lower() not in _EMPTY:
        return f"已有文字“{grid.text(at)[:20]}”"
    return ""


def _notes(work: _Work, who: Actor) -> Iterator[list[str]]:
    until = f"{now().astimezone(LOCAL):%Y-%m-%d %H:%M}"
    yield [
        f"填表人：{who.name}；{until}；{work.year} 年；数据截至第 {work.figures.stands_at} 号留痕；共 {len(work.cells)} 格"
    ]
    for words in work.told:
        yield [f"注意：{words}"]
    yield list(_HEADS)
    for one in work.cells:
        said = "（没有动）" if one.kept else UNKNOWN if one.value is None else f"{one.value:f}"
        yield [one.sheet, one.cell, one.words, said, one.unit, one.figure, one.basis, one.why]
