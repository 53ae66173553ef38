"""Finding cells by the words of their headings: the last heading is where one stands, those before it lie above (or left). Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhenwu.kernel.reports.tables.grid import At, Grid
from zhenwu.lib.problems import Problem

REACH = 60  # how many cells above or left of a heading its own heading is looked for


def columns_under(grid: Grid, words: Sequence[str]) -> list[At]:
    """(last row of the heading, column) of every column under these headings."""
    found = []
    for at in grid.saying(words[-1]):
        row, last = grid.last(at)
        above = [(up, at[1]) for up in range(at[0] - 1, max(0, at[0] - 1 - REACH), -1)]
        if _led_by(grid, above, words[:-1]):
            if last > at[1] and _words_below(grid, row, at[1], last):
                raise Problem("table.wide", f"“{words[-1]}”下面还分几栏", '把下一级表头也写上，例如 ["拆除", "面积"]。')
            found.append((row, at[1]))
    return found


def rows_beside(grid: Grid, words: Sequence[str]) -> list[At]:
    """(row, last column of the heading) of every row beside these headings."""
    found = []
    for at in grid.saying(words[-1]):
        left = [(at[0], back) for back in range(at[1] - 1, max(0, at[1] - 1 - REACH), -1)]
        if _led_by(grid, left, words[:-1]):
            found.append((at[0], grid.last(at)[1]))
    return found


def meeting(grid: Grid, row: Sequence[str], column: Sequence[str]) -> At:
    """The one cell where a row and a column meet; raises ``Problem('table.heading')``.

    Of several tables in one sheet, a row belongs to the nearest column heading above it.
    """
    columns, rows = columns_under(grid, column), rows_beside(grid, row)
    found = set()
    for at_row, last in rows:
        above = [one for one in columns if one[0] < at_row and one[1] > last]
        nearest = max((one[0] for one in above), default=0)
        found |= {(at_row, one[1]) for one in above if one[0] == nearest}
    return _only(found, f"{'/'.join(row)} · {'/'.join(column)}", bool(columns and rows))


def below(
    grid: Grid, units: Sequence[str], column: Sequence[str], is_named: Callable[[str], bool]
) -> tuple[int, list[At]]:
    """(the column of the names, the cells to fill) of a table with a row for each unit."""
    head = _only(set(columns_under(grid, column)), "/".join(column), False)
    names = [one for one in columns_under(grid, units) if one[1] != head[1]]
    left = [one for one in names if one[1] < head[1]] or names
    if not left:
        raise Problem("table.heading", f"找不到表头“{'/'.join(units)}”", "核对表头的文字；改过名的，在关联文件里照改。")
    nearest = min(left, key=lambda one: (abs(one[0] - head[0]), -one[1]))
    first, rows = max(head[0], nearest[0]) + 1, []
    for row in (one for one in grid.rows if one >= first):
        if grid.origin((row, nearest[1]))[0] != row:  # a name over several rows stands for the first
            continue
        name = grid.text((row, nearest[1]))
        if name == units[-1]:  # the next table in the same sheet begins
            break
        rows += [row] if is_named(name) else []
    return nearest[1], [(row, head[1]) for row in rows]


def _led_by(grid: Grid, cells: Sequence[At], words: Sequence[str]) -> bool:
    """Whether the headings stand among these cells, the last of them nearest."""
    wanted = list(words)
    for at in cells:
        if not wanted:
            break
        if grid.text(at) == wanted[-1]:
            wanted.pop()
    return not wanted


def _words_below(grid: Grid, row: int, first: int, last: int) -> bool:
    """Whether the row under a broad heading divides it further."""
    texts = {grid.text((row + 1, column)) for column in range(first, min(last, first + REACH) + 1)}
    return len(texts - {""}) > 1 and any(
        grid.is_text((row + 1, column)) for column in range(first, min(last, first + REACH) + 1)
    )


def _only(found: set[At], words: str, apart: bool) -> At:
    if len(found) == 1:
        return found.pop()
    if found:
        raise Problem("table.heading", f"“{words}”有 {len(found)} 处", "把上一级表头也写上，或用 cell 写明哪一格。")
    message = f"“{words}”的行和列不相交" if apart else f"找不到表头“{words}”"
    raise Problem("table.heading", message, "核对表头的文字；改过名的，在关联文件里照改。")
