"""Whose a sentence is: the line (pack) whose own words it uses most, and the metric that could measure a quantity. Pure.

No table of words is kept: each pack's labels (of the pack, its ledgers and metrics) are its words, by pairs of letters. A pair
that many packs have says little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import factor

_LETTERS = re.compile("[^一-鿿]+")
_COMMON = frozenset("本期 其中 以上 年度 全镇 工作 建设 项目 完成 情况 数量 个数 镇村 发展 加强 推进 农村 提升 服务 管理 开展".split())
_LEAST = 2.2  # how much a line's words must weigh before it is proposed
_ALIKE = 0.75  # which part of a metric's name the clause must hold


@dataclass(frozen=True)
class Measure:
    """A metric that counts something: its key, label and unit."""

    key: str
    label: str
    unit: str


@dataclass(frozen=True)
class Lines:
    """The packs' words: pack id → its labels; ``measures`` by pack."""

    labels: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, tuple[Measure, ...]] = field(default_factory=dict)

    def line_of(self, words: str) -> str:
        """The pack whose words these are; "" when none stands out."""
        said = pairs(words)
        weights = sorted(((self._weight(line, said), line) for line in self._pairs), reverse=True)
        return weights[0][1] if weights and weights[0][0] >= _LEAST else ""

    def measure_of(self, clause: str, unit: str) -> Measure | None:
        """The metric whose name the clause holds nearly whole and whose unit converts; None when none or several do."""
        said = pairs(clause)
        near = [(self._alike(one.label, said), one) for some in self.measures.values() for one in some if _converts(one.unit, unit)]
        best = max((alike for alike, _ in near), default=0.0)
        among = [one for alike, one in near if alike == best]
        return among[0] if best >= _ALIKE and len(among) == 1 else None

    def _weight(self, line: str, said: frozenset[str]) -> float:
        return sum(self._rarity[pair] for pair in said & self._pairs[line])

    def _alike(self, label: str, said: frozenset[str]) -> float:
        own = pairs(re.sub("数$|次数$|量$|面积$|（.*", "", label))
        return len(own & said) / len(own) if own else 0.0

    def __post_init__(self) -> None:
        own = {line: frozenset().union(*map(pairs, labels)) - _COMMON for line, labels in self.labels.items()}
        spread = Counter(pair for some in own.values() for pair in some)
        rarity = {pair: math.log(1 + len(own) / count) / 2 for pair, count in spread.items()}
        object.__setattr__(self, "_pairs", own)
        object.__setattr__(self, "_rarity", rarity)

    _pairs: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _rarity: Mapping[str, float] = field(init=False, repr=False, compare=False)


def pairs(words: str) -> frozenset[str]:
    """Every two Chinese letters that stand side by side."""
    return frozenset(run[at : at + 2] for run in _runs(words) for at in range(len(run) - 1))


def _runs(words: str) -> Iterable[str]:
    return _LETTERS.split(words)


def _converts(source: str, target: str) -> bool:
    try:
        return bool(factor(source, target)) if target else False
    except Problem:
        return False
