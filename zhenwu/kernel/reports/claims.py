"""Claims without a digit: 全覆盖, 应保尽保, 一个也不少. Each is bound to a metric that counts its exceptions.

    [[claim]]
    id = "应保尽保"
    words = ["应保尽保"]
    metric = "relief.uncovered"   period = "year"
    because = "低保对象"

A claim that the text makes holds when the metric counts nothing; the rows behind the figure are the exceptions by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhenwu.kernel.metrics.api import Address, Figure, Figures
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.slots import Template
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import NotFound, Place, Problem

_KEYS = {"id", "words", "metric", "period", "because"}
_METRIC = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Claim:
    """``words``: the text makes the claim where one of them stands. ``because`` says in Chinese whom it is about."""

    id: str
    words: tuple[str, ...]
    metric: str
    period: str = "year"
    because: str = ""


@dataclass(frozen=True)
class Stance:
    """A claim as the text makes it. ``figure`` counts the exceptions; None while nobody records them."""

    claim: Claim
    sentence: str
    figure: Figure | None

    @property
    def holds(self) -> bool | None:
        """Whether there is no exception; None when nothing is known."""
        return None if self.figure is None or self.figure.value is None else self.figure.value == 0

    @property
    def message(self) -> str:
        """What a person should know about it."""
        about = f"（{self.claim.because}）" if self.claim.because else ""
        if self.holds is None:
            return f"“{self.claim.id}”没有数据可以印证{about}"
        if self.holds:
            return f"“{self.claim.id}”与台账相符，没有例外{about}"
        assert self.figure is not None and self.figure.value is not None
        unit = self.figure.metric.unit
        left = print_number(self.figure.value, unit, Form(unit, 0))
        return f"“{self.claim.id}”与台账不一致：还有 {left}{unit}例外{about}。名单见“{self.figure.metric.label}”{self.figure.period.label}的明细。"


def read_claim(entry: Mapping[str, Any], file: str) -> Claim:
    """One ``[[claim]]`` table; raises ``Problem`` for unknown or missing keys and wrong types."""
    place = Place(file, key=f"claim {entry.get('id', '?')}")
    odd = sorted(set(entry) - _KEYS | {"id", "words", "metric"} - set(entry))
    if odd:
        raise Problem("claim.unknown_key", f"键多了或少了：{'、'.join(odd)}", f"可用的键：{'、'.join(sorted(_KEYS))}。", place)
    words = entry["words"]
    if not (isinstance(words, list) and words and all(isinstance(one, str) and len(one) > 1 for one in words)):
        raise Problem("claim.words", "words 要写成一组词句，每个至少两个字", '例如 words = ["应保尽保"]。', place)
    if not _METRIC.fullmatch(str(entry["metric"])):
        raise Problem("claim.metric", f"指标名“{entry['metric']}”写法不对", "写成 模块.指标，如 relief.uncovered。", place)
    period = str(entry.get("period", "year"))
    resolve_period(period, 2020)
    return Claim(str(entry["id"]), tuple(words), entry["metric"], period, str(entry.get("because", "")))


def stances(claims: tuple[Claim, ...], template: Template, year: int, figures: Figures, unit: UUID) -> tuple[Stance, ...]:
    """The claims that the text makes about a township, in the order of the text, each with its count of exceptions."""
    found = []
    for claim in claims:
        places = [template.text.find(words) for words in claim.words]
        start = min((place for place in places if place >= 0), default=-1)
        if start >= 0:
            found.append((start, Stance(claim, _sentence(template.text, start), _figure(claim, year, figures, unit))))
    return tuple(stance for _, stance in sorted(found, key=lambda pair: pair[0]))


def _sentence(text: str, at: int) -> str:
    start = max(text.rfind(sign, 0, at) for sign in "。；;\n") + 1
    ends = [place for place in (text.find(sign, at) for sign in "。；;\n") if place >= 0]
    return text[start : min(ends, default=len(text) - 1) + 1].strip()


def _figure(claim: Claim, year: int, figures: Figures, unit: UUID) -> Figure | None:
    if claim.metric not in figures.known.metrics:
        return None
    try:
        return figures.figure(Address(claim.metric, resolve_period(claim.period, year), unit))
    except NotFound:
        return None
