"""Derived figures: the operation that a metric's kind names, on the values of its parts."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from zhenwu.kernel.metrics.arithmetic import change, cumulative, growth, net, ratio, relative_change
from zhenwu.kernel.metrics.catalogue import Metric
from zhenwu.lib.units import convert

Parts = dict[str, Fraction | None]


def derived(metric: Metric, parts: Parts) -> Fraction | None:
    """A derived metric's value from those of its parts, by role; None while what it needs is not known."""
    return _DERIVE[metric.kind](metric, parts)


def _ratio(metric: Metric, parts: Parts) -> Fraction | None:
    return _in_percent(metric, ratio(parts["numerator"], parts["denominator"]))


def _mean(metric: Metric, parts: Parts) -> Fraction | None:
    return ratio(parts["numerator"], parts["denominator"])


def _change(metric: Metric, parts: Parts) -> Fraction | None:
    if metric.relative:
        return _in_percent(metric, relative_change(parts["now"], parts["then"]))
    return change(parts["now"], parts["then"])


def _net(metric: Metric, parts: Parts) -> Fraction | None:
    sides = {side: [value for role, value in parts.items() if role.startswith(side)] for side in ("plus", "less")}
    return net(**sides, either=metric.either)


def _growth(metric: Metric, parts: Parts) -> Fraction | None:
    return _in_percent(metric, growth(parts["then"], parts["now"], metric.years))


def _in_percent(metric: Metric, part: Fraction | None) -> Fraction | None:
    """A bare proportion (倍) in the metric's unit, usually %."""
    return None if part is None else convert(part, "倍", metric.unit)


def _cumulative(metric: Metric, parts: Parts) -> Fraction | None:
    return cumulative(list(parts.values()))


_DERIVE: dict[str, Callable[[Metric, Parts], Fraction | None]] = {
    "ratio": _ratio, "mean": _mean, "share": _ratio, "change": _change, "growth": _growth, "cumulative": _cumulative,
    "net": _net,
}  # fmt: skip
