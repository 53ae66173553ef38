"""The metrics in force: their definitions as typed values, and who depends on whom."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.conf import settings

from zhenwu.kernel.definitions.api import Definition, find, revision, stamp
from zhenwu.kernel.metrics.additive import Additive
from zhenwu.kernel.metrics.within import Within
from zhenwu.lib.expressions import from_json
from zhenwu.lib.problems import NotFound

BASE = ("flow", "stock", "distinct")
PRESENCE = "#rows"  # suffix of the implicit metric that tells "nothing recorded" from "zero"


Pairs = tuple[tuple[str, str], ...]  # a column of one source and the column of the other that says the same


@dataclass(frozen=True)
class Match:
    """How the rows of a metric are found again among those of the one beside it (``other``): ``same`` columns must be equal,
    ``compare`` columns should be."""

    other: str
    same: Pairs
    compare: Pairs = ()


@dataclass(frozen=True)
class Metric:
    """One metric. ``source`` is ``ledger:…``, ``workflow:…`` or "" (derived, series); ``beside``: keys of metrics that tell
    the same thing by another count, shown next to it and never used to compute it. ``plus``, ``less``: keys of what is added
    up and taken off; ``unit_level`` and ``whole_years`` say where and when such a metric is told at all; ``either``: one
    known term of ``plus`` is enough. ``measures``: of a
    target, the key of the metric that says how much of it is reached. ``apart``: the choices and flags of its rows by which it is shown divided. ``params``: keys of the
    dated parameters that its filter names; which number holds is written out in the filter, by the day that the metric counts by. ``within``: a ledger of which a record must stand for
    a row to count."""

    key: str
    label: str
    pack: str
    kind: str
    unit: str
    decimals: int
    basis: str
    better: str
    digest: str
    source: str = ""
    source_unit: str = ""
    scale: int = 0
    where_text: str = ""
    numerator: str = ""
    denominator: str = ""
    of: str = ""
    against: str = ""
    relative: bool = False
    years: int = 0
    measure: str = ""
    time: str = ""
    distinct: str = ""
    beside: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    plus: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    unit_level: str = ""
    whole_years: bool = False
    either: bool = False
    measures: str = ""
    apart: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    within: Within | None = None
    additive: Additive | None = None

    @property
    def counted(self) -> str:
        """The source of the facts that are counted: ``source``, or what of it lies within another ledger."""
        return self.within.source if self.within else self.source

    @property
    def is_base(self) -> bool:
        return self.kind in BASE

    @property
    def needs(self) -> tuple[str, ...]:
        """The metrics it is computed from."""
        return (*(key for key in (self.numerator, self.denominator, self.of) if key), *self.plus, *self.less)


@dataclass(frozen=True)
class Catalogue:
    """All metrics in force at one position."""

    metrics: dict[str, Metric]

    def __hash__(self) -> int:
        return id(self)

    def metric(self, key: str) -> Metric:
        """The metric; raises ``NotFound('metric.unknown')`` with near names."""
        if key in self.metrics:
            return self.metrics[key]
        near = difflib.get_close_matches(key, [*self.metrics], n=3, cutoff=0.5)
        near += [metric.key for metric in self.metrics.values() if metric.label == key]
        remedy = "是不是：" + "、".join(near) if near else "用 zhenwu metric list 看有哪些指标。"
        raise NotFound("metric.unknown", f"没有“{key}”这个指标", remedy)

    @cached_property
    def additives(self) -> dict[str, list[Additive]]:
        """source → base metrics over it, with its presence count first."""
        found: dict[str, list[Additive]] = {}
        for metric in self.metrics.values():
            if metric.additive:
                rows = found.setdefault(metric.counted, [presence(metric.counted)])
                rows.append(metric.additive)
        return found

    @cached_property
    def confidential(self) -> frozenset[str]:
        """The metrics of confidential lines that count their matters, and what is computed from these."""
        counting = (one.key for one in self.metrics.values() if one.pack in settings.CLOSED_LINES and one.source.startswith("workflow:"))
        return frozenset(self.using(counting))

    def using(self, keys: Iterable[str]) -> set[str]:
        """These metrics and all that depend on them."""
        reached, grown = set(keys), True
        while grown:
            more = {metric.key for metric in self.metrics.values() if reached.intersection(metric.needs)} - reached
            reached |= more
            grown = bool(more)
        return reached


def presence(source: str) -> Additive:
    """How many records a source has by the month in which they begin, whatever they say."""
    return Additive(key=source + PRESENCE, kind="flow", time=begin_of(source))


def begin_of(source: str) -> str:
    """The column that says when a fact of this source begins."""
    return "reported_on" if source.startswith("workflow:") else "valid_from"


def catalogue(position: int | None = None) -> Catalogue:
    """The metrics in force (at a journal position)."""
    return _catalogue(stamp("metric", position))


@lru_cache(maxsize=64)
def _catalogue(ids: tuple[int, ...]) -> Catalogue:
    metrics = map(_metric, revision.many(ids))
    return Catalogue({metric.key: metric for metric in metrics})


def _metric(definition: Definition) -> Metric:
    body = definition.body
    source = f"ledger:{body['ledger']}" if body.get("ledger") else f"workflow:{body['workflow']}" if body.get("workflow") else ""
    plain = {
        name: body[name]
        for name in ("numerator", "denominator", "of", "against", "where_text", "measure", "distinct", "time", "source_unit", "measures")
        if body.get(name)
    }
    metric = Metric(
        key=body["key"], label=body["label"], pack=body["pack"], kind=body["kind"], unit=body["unit"],
        decimals=body.get("decimals") or 0, basis=body.get("basis") or "", better=body.get("better") or "",
        digest=definition.digest, source=source, scale=body.get("scale") or 0, years=body.get("years") or 0,
        relative=bool(body.get("relative")), beside=tuple(body.get("beside") or ()),
        matches=_matches(body.get("match") or {}), plus=tuple(body.get("plus") or ()), less=tuple(body.get("less") or ()), unit_level=body.get("unit_level") or "",
        whole_years=bool(body.get("whole_years")), either=bool(body.get("either")), apart=tuple(body.get("apart") or ()),
        params=tuple(body.get("params") or ()),
        within=Within(body["ledger"], **body["within"]) if body.get("within") else None, **plain,
    )  # fmt: skip
    if metric.kind not in BASE:
        return metric
    additive = Additive(
        key=metric.key, kind=metric.kind, filter=from_json(body["where"]) if body.get("where") else None,  # type: ignore[arg-type]
        measure=metric.measure or None, distinct=metric.distinct or None,
        time=begin_of(source) if metric.kind == "stock" else metric.time or begin_of(source),
        until=body.get("until") or ("closed_on" if source.startswith("workflow:") else "valid_until"),
    )  # fmt: skip
    return Metric(**{**metric.__dict__, "additive": additive})


def _matches(told: Mapping[str, Mapping[str, list[list[str]]]]) -> tuple[Match, ...]:
    return tuple(Match(other, *(_pairs(pairs[name]) for name in ("same", "compare"))) for other, pairs in sorted(told.items()))


def _pairs(pairs: list[list[str]]) -> Pairs:
    return tuple((own, its) for own, its in pairs)


def line_of(source: str) -> str:
    """The pack a source belongs to: rights are given by pack."""
    kind, _, key = source.partition(":")
    found = find(kind, key)
    return found.pack if found else key.partition(".")[0]
