"""A bar chart as numbers for an inline SVG: drawn on the server, styled by the style sheet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT, TOP, FOOT = 720, 220, 26, 30


@dataclass(frozen=True)
class Bar:
    """One bar in the chart's coordinates; ``text`` is its value as printed ("" when nothing is known)."""

    label: str
    text: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        return self.y - 7


@dataclass(frozen=True)
class Chart:
    """Bars over a base line; negative values hang below it."""

    bars: tuple[Bar, ...]
    base: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def foot(self) -> int:
        return HEIGHT - 9


def draw(rows: Sequence[tuple[str, Fraction | None, str]]) -> Chart | None:
    """A chart of (label, value, printed value); None when no value is known or all are nothing."""
    known = [value for _, value, _ in rows if value is not None]
    if not any(known):
        return None
    highest, lowest = max(*known, Fraction(0), Fraction(0)), min(*known, Fraction(0), Fraction(0))
    room = HEIGHT - TOP - FOOT
    base = TOP + round(room * highest / (highest - lowest))
    step = WIDTH / len(rows)
    bars = []
    for place, (label, value, text) in enumerate(rows):
        tall = 0 if value is None else round(room * abs(value) / (highest - lowest))
        tall = max(tall, 2) if value else tall
        y = base - tall if value is None or value >= 0 else base
        bars.append(Bar(label, text, round(place * step + step * 0.2), y, round(step * 0.6), tall))
    return Chart(tuple(bars), base)
