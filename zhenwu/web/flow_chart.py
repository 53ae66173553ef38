"""A workflow as a picture (SVG): its states down the middle, steps onward on the right, steps back on the left. Pure.

Each step that leads to the next state is an arrow between the two. Every other leaves its box at a height of its own, with its name
written on it, and runs in a narrow lane of its own beyond the names, so that no two lines lie on one another and the longest workflow
is no wider than a page. Steps that stay in a state stand in its box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from zhenwu.kernel.matters.api import Workflow

BOX, HIGH, GAP, LANE, SLOT, PAD = 200, 48, 36, 13, 19, 16
FITS, MOST = 14, 16  # signs of a label in a box, and on a line
SIGN = 12  # how wide one is


@dataclass(frozen=True)
class Way:
    """From row to row (−1: from outside), with the labels of the actions that lead there."""

    source: int
    target: int
    label: str

    @property
    def span(self) -> tuple[int, int]:
        return min(self.source, self.target), max(self.source, self.target)

    @property
    def words(self) -> str:
        """The labels as far as a line has room; the table below the picture has them all."""
        return _short(self.label.split("、"), MOST)


@dataclass(frozen=True)
class Side:
    """The brackets of one side (1: right, −1: left): each way's lane, the room for their names, and where they leave and arrive in a
    row, counted in slots from its top."""

    lanes: Mapping[Way, int]
    side: int

    @property
    def names(self) -> int:
        return max((len(way.words) for way in self.lanes), default=0) * SIGN + PAD if self.lanes else 0

    @property
    def width(self) -> int:
        return self.names + LANE * (max(self.lanes.values(), default=-1) + 1)

    def slots(self, row: int) -> int:
        return sum(way.source == row for way in self.lanes) + any(way.target == row for way in self.lanes)

    def leaves(self, way: Way) -> int:
        """The outer lane above the inner one on the way down, below it on the way up: so they do not cross."""
        out = sorted((one for one in self.lanes if one.source == way.source), key=lambda one: -self.side * self.lanes[one])
        comes_first = self.side > 0 and any(one.target == way.source for one in self.lanes)
        return out.index(way) + comes_first

    def arrives(self, row: int) -> int:
        return 0 if self.side > 0 else sum(way.source == row for way in self.lanes)


@dataclass(frozen=True)
class Rows:
    """Where each row begins and how high it is."""

    tops: tuple[int, ...]
    heights: tuple[int, ...]

    def at(self, row: int, slot: int, side: Side) -> int:
        """The height of a slot; the slots of a row are set in its middle."""
        return self.tops[row] + (self.heights[row] - SLOT * side.slots(row)) // 2 + SLOT * slot + SLOT // 2 + 3


def flow_chart(workflow: Workflow, here: str = "") -> str:
    """The picture; the state ``here`` stands out. The page and paper scale it to their width."""
    rows = {state.id: number for number, state in enumerate(workflow.states)}
    ways, staying = _ways(workflow, rows)
    right = Side(_lanes([way for way in ways if way.target > way.source + 1 and way.source >= 0]), 1)
    left = Side(_lanes([way for way in ways if way.target < way.source]), -1)
    placed = _placed(len(rows), (left, right))
    edge = PAD + left.width
    width, height = edge + BOX + right.width + PAD, placed.tops[-1] + placed.heights[-1] + PAD
    parts = [f'<svg class="flow" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(workflow.label)}的流程图" xmlns="http://www.w3.org/2000/svg">', _ARROW]
    parts += [_next(way, edge, placed) for way in ways if way.target == way.source + 1 and way.source >= 0]
    parts += [_bracket(way, edge + BOX, right, placed) for way in right.lanes]
    parts += [_bracket(way, edge, left, placed) for way in left.lanes]
    openings = {way.target: way.label for way in ways if way.source < 0}
    for state in workflow.states:
        kind = " ".join(name for name, holds in (("end", state.end), ("pauses", state.pauses), ("here", state.id == here)) if holds)
        row = rows[state.id]
        parts.append(_box(edge, placed.tops[row], placed.heights[row], state.label, kind, staying.get(row, []), openings.get(row, "")))
    return "".join([*parts, "</svg>"])


_ARROW = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
    '<path d="M0 0L8 4L0 8z"/></marker></defs>'
)


def _ways(workflow: Workflow, rows: Mapping[str, int]) -> tuple[list[Way], dict[int, list[str]]]:
    """The ways between states, those of one direction together; and the actions that stay, by row."""
    labels: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for action in workflow.actions:
        for move in action.moves:
            labels[-1 if move.source is None else rows[move.source], rows[move.target]].append(action.label)
    ways = [Way(*ends, "、".join(some)) for ends, some in labels.items() if ends[0] != ends[1]]
    return ways, {ends[0]: some for ends, some in labels.items() if ends[0] == ends[1]}


def _lanes(ways: Sequence[Way]) -> dict[Way, int]:
    """Way → lane, the short ones inside; two that overlap never share one."""
    taken: list[list[tuple[int, int]]] = []
    found: dict[Way, int] = {}
    for way in sorted(ways, key=lambda one: (one.span[1] - one.span[0], one.span)):
        low, high = way.span
        lane = next((n for n, spans in enumerate(taken) if all(high < a or b < low for a, b in spans)), len(taken))
        taken += [] if lane < len(taken) else [[]]
        taken[lane].append(way.span)
        found[way] = lane
    return found


def _placed(rows: int, sides: tuple[Side, Side]) -> Rows:
    heights = [max(HIGH, SLOT * max(side.slots(row) for side in sides) + SLOT // 2) for row in range(rows)]
    tops = [PAD + sum(heights[:row]) + GAP * row for row in range(rows)]
    return Rows(tuple(tops), tuple(heights))


def _next(way: Way, edge: int, placed: Rows) -> str:
    x, top, bottom = edge + BOX // 2, placed.tops[way.source] + placed.heights[way.source], placed.tops[way.target]
    return f'<path class="way" d="M{x} {top}V{bottom - 2}" marker-end="url(#tip)"/>{_words(x + 8, (top + bottom) // 2 + 4, way.words, "start", way.label)}'


def _bracket(way: Way, edge: int, side: Side, placed: Rows) -> str:
    """Out of one box under its name, along the lane, into the other."""
    x = edge + side.side * (side.names + LANE * side.lanes[way] + LANE // 2)
    start, end = placed.at(way.source, side.leaves(way), side), placed.at(way.target, side.arrives(way.target), side)
    path = f'<path class="way" d="M{edge} {start}H{x}V{end}H{edge + side.side * 2}" marker-end="url(#tip)"/>'
    return path + _words(edge + side.side * 8, start - 4, way.words, "start" if side.side > 0 else "end", way.label)


def _words(x: int, y: int, label: str, anchor: str, whole: str = "") -> str:
    title = f"<title>{escape(whole)}</title>" if whole not in ("", label) else ""
    return f'<text class="label" x="{x}" y="{y}" text-anchor="{anchor}">{title}{escape(label)}</text>'


def _box(edge: int, top: int, height: int, label: str, kind: str, staying: Sequence[str], opening: str) -> str:
    x, middle = edge + BOX // 2, top + height // 2
    again, whole = (f"↺ {_short(staying, FITS)}", "、".join(staying)) if staying else (f"● {opening}", "") if opening else ("", "")
    lines = _words(x, middle - 4 if again else middle + 5, label, "middle").replace('class="label"', 'class="name"')
    lines += _words(x, middle + 14, again, "middle", whole) if again else ""
    return f'<g class="state {kind}"><rect x="{edge}" y="{top}" width="{BOX}" height="{height}" rx="9"/>{lines}</g>'


def _short(labels: Sequence[str], fits: int) -> str:
    """Labels as far as there is room."""
    told = "、".join(labels)
    return told if len(told) <= fits else f"{labels[0][: fits - 5]}等 {len(labels)} 步" if len(labels) > 1 else f"{told[: fits - 1]}…"
