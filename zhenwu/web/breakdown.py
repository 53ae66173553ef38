"""What a figure consists of: over matters by small kind, by platform, by channel, by the level that handles them; and by what the
metric itself says (``apart``), of a ratio the ratio of each part.

It is counted from the very rows of the evidence, so that each table adds up to what this person sees of the figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import form_of
from zhenwu.kernel.matters.api import LEVELS, channels, pinned
from zhenwu.kernel.metrics.api import Address, Evidence
from zhenwu.kernel.orgs.api import tree
from zhenwu.lib.facts import Fact
from zhenwu.web.matter_kinds import MatterKind, kinds_of, rule_kinds
from zhenwu.web.words import amount, exact, printed

MATTERS = "workflow:"
NONE = "没有写"


@dataclass(frozen=True)
class Breakdown:
    """One way to divide a figure: ``label``, and (words, value as printed) of each part, the largest first."""

    label: str
    parts: list[tuple[str, str]]


Opening = Callable[[Address], Evidence]


def breakdowns(found: Evidence, opened: Opening) -> list[Breakdown]:
    """The ways to divide a figure, without a way of which no row says anything; ``opened``: the evidence of another figure, for a ratio's
    terms."""
    metric = found.figure.metric
    own = [one for name in metric.apart if (one := _of_its_own(found, name, opened)).parts]
    if not metric.is_base or metric.kind not in ("flow", "stock") or not metric.source.startswith(MATTERS):
        return own
    return [*own, *_of_matters(found)]


def _of_its_own(found: Evidence, name: str, opened: Opening) -> Breakdown:
    """By a choice or a flag of the rows, called as the form calls it today."""
    metric = found.figure.metric
    if metric.is_base:
        label, words = _worded(metric.source, name)
        sums = _divided(found, lambda fact: words(fact.row.get(name)))
        return Breakdown(label, _printed(found, sums) if set(sums) - {""} else [])
    over, under = (opened(figure.address) for role, figure in found.parts if role in ("numerator", "denominator"))
    label, words = _worded(under.figure.metric.source, name)
    above, below = (_divided(term, lambda fact: words(fact.row.get(name))) for term in (over, under))
    order = sorted(below, key=lambda one: (one == "", -below[one], one))
    return Breakdown(label, [(f"{one or NONE}（{_of(above[one], below[one])}）", printed(above[one] / below[one] * 100, metric.unit, metric.decimals)) for one in order if below[one]])


def _of(over: Fraction, under: Fraction) -> str:
    return f"{exact(over)}／{exact(under)}"


def _worded(source: str, name: str) -> tuple[str, Callable[[object], str]]:
    """What a field is called, and how its values are."""
    kind, _, key = source.partition(":")
    form = form_of(current("ledger", key)) if kind == "ledger" else pinned(key)[1].form
    field = next((one for one in form.fields if one.id == name), None) if form else None
    called = dict(field.choices) if field else {}
    return (field.label if field else name), lambda value: {True: "是", False: "否"}[value] if isinstance(value, bool) else called.get(str(value or ""), str(value or ""))


def _of_matters(found: Evidence) -> list[Breakdown]:
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
