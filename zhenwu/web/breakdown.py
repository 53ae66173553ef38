"""What a figure over matters consists of: by small kind, by platform, by channel, by the level that handles them.

It is counted from the very rows of the evidence, so that each table adds up to what this person sees of the figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from zhenwu.kernel.matters.api import LEVELS, channels
from zhenwu.kernel.metrics.api import Evidence
from zhenwu.kernel.orgs.api import tree
from zhenwu.lib.facts import Fact
from zhenwu.web.matter_kinds import MatterKind, kinds_of, rule_kinds
from zhenwu.web.words import amount

MATTERS = "workflow:"
NONE = "没有写"


@dataclass(frozen=True)
class Breakdown:
    """One way to divide a figure: ``label``, and (words, value as printed) of each part, the largest first."""

    label: str
    parts: list[tuple[str, str]]


def breakdowns(found: Evidence) -> list[Breakdown]:
    """The ways to divide a sum over matters; empty for any other figure, and without a way of which no row says anything."""
    metric = found.figure.metric
    if not metric.is_base or metric.kind not in ("flow", "stock") or not metric.source.startswith(MATTERS):
        return []
    kinds, named = _kinds(found), channels()
    rules = rule_kinds()
    ways: tuple[tuple[str, Callable[[Fact], str]], ...] = (
        ("小类", lambda fact: kinds[code].title if (code := fact.row["category"] or "") in kinds else rules.get(code, code)),
        ("所属平台", lambda fact: kinds[code].platform if (code := fact.row["category"] or "") in kinds else ""),
        ("来源", lambda fact: named.get(code := fact.row["channel"] or "", code)),
        ("由哪一级办", lambda fact: LEVELS.get(code := fact.row["level"] or "", code)),
    )
    divided = [(label, _divided(found, way)) for label, way in ways]
    return [Breakdown(label, _printed(found, sums)) for label, sums in divided if set(sums) - {""}]


def _divided(found: Evidence, way: Callable[[Fact], str]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for fact, value in found.rows:
        sums[way(fact)] += value
    return sums


def _printed(found: Evidence, sums: dict[str, Fraction]) -> list[tuple[str, str]]:
    metric = found.figure.metric
    order = sorted(sums, key=lambda words: (words == "", -sums[words], words))
    return [(words or NONE, amount(sums[words], metric.unit, metric.decimals)) for words in order]


def _kinds(found: Evidence) -> dict[str, MatterKind]:
    """code → what the event trees of the lines counted say of it today."""
    now = tree()
    towns = now.of_kind("township")
    lines = sorted({str(fact.row["line"]) for fact, _ in found.rows if fact.row["category"]})
    return {kind.code: kind for line in lines for kind in kinds_of(line, towns)}
