"""The rows behind a figure as its page shows them, a page of them at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.ledgers.api import form_at, form_of, visible, visible_history
from zhenwu.kernel.ledgers.api import versions_in as ledger_versions
from zhenwu.kernel.matters.api import openable, titles
from zhenwu.kernel.metrics.api import (
    SINCE,
    Evidence,
    Figures,
    Metric,
    begin_of,
    dated_numbers,
    held_against,
    line_of,
    scope_of,
)
from zhenwu.kernel.orgs.api import Actor, Tree, tree
from zhenwu.lib.facts import Fact
from zhenwu.web.records import author_name, authors_of, place_name, told, values_of
from zhenwu.web.words import amount, moment

LEDGER = "ledger:"


@dataclass(frozen=True)
class Row:
    """One row of evidence. ``page`` is where it can be opened: a record's or a matter's; "" for whom it may not be."""

    page: str
    title: str
    details: str
    place: str
    day: str
    value: str
    author: str
    at: str
    versions: tuple[Any, ...]


def rows_of(found: Evidence, figures: Figures, who: Actor, first: int, count: int) -> list[Row]:
    """The visible rows ``[first, first + count)`` in words."""
    metric, now = found.figure.metric, tree()
    picked = [(fact, amount(value, metric.unit, metric.decimals)) for fact, value in found.rows[first : first + count]]
    numbers = dated_numbers(metric, figures.position)
    against = {fact.id: f"照{said}" for fact, _ in picked if (said := held_against(metric, numbers, fact))} | _there(metric, picked)
    if not metric.source.startswith(LEDGER):
        return _with(_matters(picked, metric, who, now), picked, against)
    line = line_of(metric.source)
    scope = scope_of(figures, metric, found.figure.period, found.figure.unit)
    wanted = visible(who, "evidence", ledger_versions(scope), line).filter(record_id__in=[fact.id for fact, _ in picked])
    versions = {(one.record_id, one.number): one for one in wanted}
    names = authors_of(one.author for one in versions.values())
    definition = find("ledger", metric.source.removeprefix(LEDGER))
    keys = form_of(definition).key_fields if definition else ()
    rows = [_row(fact, value, versions[(fact.id, fact.number)], names, keys, who, now) for fact, value in picked]
    return _with(rows, picked, against)


def _there(metric: Metric, picked: list[tuple[Fact, str]]) -> dict[UUID, str]:
    """Of rows that count only within another ledger, since when their record stands there."""
    other = find("ledger", metric.within.right) if metric.within else None
    if metric.within is None or other is None:
        return {}
    return {fact.id: f"“{other.body['label']}”{fact.row[metric.within.same]}，{fact.row[SINCE]}起" for fact, _ in picked}


def _with(rows: list[Row], picked: list[tuple[Fact, str]], against: Mapping[UUID, str]) -> list[Row]:
    """The rows, each with what it was held against."""
    told = [" · ".join(filter(None, (row.details, against.get(fact.id, "")))) for row, (fact, _) in zip(rows, picked, strict=True)]
    return [replace(row, details=details) for row, details in zip(rows, told, strict=True)]


def _row(
    fact: Fact, value: str, version: Any, names: dict[str, str], keys: tuple[str, ...], who: Actor,
    now: Tree,
) -> Row:
    said = values_of(version)
    title = " · ".join(said[key] for key in keys if said.get(key)) or fact.id.hex[:8]
    fields = [one for one in form_at(version).fields if one.id not in keys and said[one.id]]
    details = " · ".join(f"{one.label} {said[one.id]}{one.unit}" for one in fields)
    earlier = tuple(told(visible_history(who, fact.id, "evidence"))) if fact.number > 1 else ()
    return Row(
        reverse("record", args=[fact.id]), title, details, place_name(fact.unit, now), str(version.starts_on), value,
        author_name(version.author, names), moment(version.recorded_at), earlier,
    )  # fmt: skip


def _matters(picked: list[tuple[Fact, str]], metric: Metric, who: Actor, now: Tree) -> list[Row]:
    """Rows of matters: their title, who reported them, and the day that this metric counts by."""
    known, opens = titles([fact.id for fact, _ in picked]), openable(who, [fact.id for fact, _ in picked])
    names = authors_of(principal for _, principal, _ in known.values())
    rows = []
    for fact, value in picked:
        title, principal, at = known[fact.id]
        day = fact.row[metric.time or begin_of(metric.source)] or ""
        details = f"{fact.row['reported_on']}上报" + (f" · {fact.row['closed_on']}结案" if fact.row["closed_on"] else " · 还没有结案")
        page = reverse("matter", args=[fact.id]) if fact.id in opens else ""
        rows.append(Row(page, title, details, place_name(fact.unit, now), str(day), value, author_name(principal, names), moment(at), ()))
    return rows
