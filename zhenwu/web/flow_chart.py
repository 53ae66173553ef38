"""A workflow as a picture (SVG): its states down the middle, steps onward on the right, steps back on the left. Pure.

Each step that leads to the next state is an arrow between the two; every other is a bracket in a lane of its own, so that no two lines
lie on one another. Steps that stay in a state stand in its box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from zhenwu.kernel.matters.api import Workflow

ROW, BOX, HIGH, LANE, PAD = 84, 190, 48, 74, 16
FITS = 14  # signs of a label in a box


@dataclass(frozen=True)
class Way:
    """From row to row (−1: from outside), with the labels of the actions that lead there."""

    source: int
    target: int
    label: str

    @property
    def span(self) -> tuple[int, int]:
        return min(self.source, self.target), max(self.source, self.target)


def flow_chart(workflow: Workflow, here: str = "") -> str:
    """The picture; the state ``here`` stands out. As large as it must be to be read: the page scrolls it, paper scales it."""
    rows = {state.id: number for number, state in enumerate(workflow.states)}
    ways, staying = _ways(workflow, rows)
    onward = _lanes([way for way in ways if way.target > way.source + 1 and way.source >= 0])
    back = _lanes([way for way in ways if way.target < way.source])
    left = PAD + LANE * (max(back.values(), default=-1) + 1)
    width, height = left + BOX + LANE * (max(onward.values(), default=-1) + 1) + PAD, ROW * len(rows) + PAD * 2
    parts = [f'<svg class="flow" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(workflow.label)}的流程图" xmlns="http://www.w3.org/2000/svg">', _ARROW]
    parts += [_next(way, left) for way in ways if way.target == way.source + 1 and way.source >= 0]
    parts += [_bracket(way, left + BOX, lane, 1) for way, lane in onward.items()]
    parts += [_bracket(way, left, lane, -1) for way, lane in back.items()]
    openings = {way.target: way.label for way in ways if way.source < 0}
    for state in workflow.states:
        kind = " ".join(name for name, holds in (("end", state.end), ("pauses", state.pauses), ("here", state.id == here)) if holds)
        parts.append(_box(left, rows[state.id], state.label, kind, staying.get(rows[state.id], []), openings.get(rows[state.id], "")))
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


def _middle(row: int) -> int:
    return PAD + ROW * row + HIGH // 2


def _next(way: Way, left: int) -> str:
    x, top, bottom = left + BOX // 2, PAD + ROW * way.source + HIGH, PAD + ROW * way.target
    return f'<path class="way" d="M{x} {top}V{bottom - 2}" marker-end="url(#tip)"/>{_words(x + 8, (top + bottom) // 2 + 4, way.label, "start")}'


def _bracket(way: Way, edge: int, lane: int, side: int) -> str:
    """Out of one box, along the lane, into the other; leaving and arriving a little apart so that arrows do not meet."""
    x = edge + side * (LANE * lane + LANE // 2)
    start, end = _middle(way.source) + 7, _middle(way.target) - 7
    path = f'<path class="way" d="M{edge} {start}H{x}V{end}H{edge + side * 2}" marker-end="url(#tip)"/>'
    return path + _words(x, (start + end) // 2 + 4 + 13 * (lane % 3 - 1), way.label, "middle")


def _words(x: int, y: int, label: str, anchor: str) -> str:
    return f'<text class="label" x="{x}" y="{y}" text-anchor="{anchor}">{escape(label)}</text>'


def _box(left: int, row: int, label: str, kind: str, staying: Sequence[str], opening: str) -> str:
    top, x = PAD + ROW * row, left + BOX // 2
    again = f"↺ {_short(staying)}" if staying else f"● {opening}" if opening else ""
    lines = _words(x, top + (20 if again else 29), label, "middle").replace('class="label"', 'class="name"')
    lines += _words(x, top + 38, again, "middle") if again else ""
    return f'<g class="state {kind}"><rect x="{left}" y="{top}" width="{BOX}" height="{HIGH}" rx="9"/>{lines}</g>'


def _short(labels: Sequence[str]) -> str:
    """Labels as far as a box is wide; the table below the picture has them all."""
    told = "、".join(labels)
    return told if len(told) <= FITS else f"{labels[0][: FITS - 5]}等 {len(labels)} 步" if len(labels) > 1 else f"{told[: FITS - 1]}…"
