"""Two counts of the same thing as a page shows them: three lists of rows, what lies beyond one's rights, and the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.ledgers.api import form_of
from zhenwu.kernel.metrics.api import Figure, Figures, Metric, begin_of, evidence, line_of
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.kernel.reports.api import Comparison, Counted, Dispute, Pairing, elsewhere
from zhenwu.lib.facts import Fact
from zhenwu.web.evidence import Row, rows_of
from zhenwu.web.words import amount


@dataclass(frozen=True)
class Line:
    """One row of a list. ``note`` says why the other side does not count it, where that is known."""

    row: Row
    own: str = ""
    other: str = ""
    note: str = ""


@dataclass
class Told:
    """One of the lists: rows that may be seen, how many others there are, and the sums of all of them on both sides."""

    title: str
    count: int
    own: str
    other: str
    lines: list[Line] = field(default_factory=list)
    hidden: int = 0


@dataclass(frozen=True)
class Pair:
    """What the words of a comparison need."""

    found: Dispute
    rows: Mapping[UUID, Row]
    notes: Mapping[UUID, str]

    def said(self, value: Fraction) -> str:
        metric = self.found.own.metric
        return amount(value, metric.unit, metric.decimals)


def lists_of(found: Dispute, figures: Figures, who: Actor) -> list[Told]:
    """Only in the one, only in the other, different, alike; nothing where rows cannot be matched."""
    both = found.comparison
    if both is None:
        return []
    pair = Pair(found, {**_seen(found.own, figures, who), **_seen(found.other, figures, who)}, _notes(found, figures, who))
    mine, its = found.own.metric.label, found.other.metric.label
    return [
        _alone(pair, f"只有“{mine}”算了", both.only_own, "own"), _alone(pair, f"只有“{its}”算了", both.only_other, "other"),
        _paired(pair, "两边都算了，但不一样", both.different), _paired(pair, "两边一样", both.alike),
    ]  # fmt: skip


def sums_of(both: Comparison, found: Dispute) -> dict[str, str]:
    """How the lists add up to both figures."""
    metric = found.own.metric
    values = {
        "own": both.own, "other": both.other, "only_own": sum((row.amount for row in both.only_own), Fraction(0)),
        "only_other": sum((row.amount for row in both.only_other), Fraction(0)),
        "both_own": sum((one.own_amount for one in both.paired), Fraction(0)),
        "both_other": sum((one.other_amount for one in both.paired), Fraction(0)),
    }  # fmt: skip
    return {name: amount(value, metric.unit, metric.decimals) for name, value in values.items()}


def _alone(pair: Pair, title: str, rows: Sequence[Counted], side: str) -> Told:
    total = pair.said(sum((one.amount for one in rows), Fraction(0)))
    told = Told(title, len(rows), total if side == "own" else "", total if side == "other" else "")
    for one in rows:
        if one.fact.id in pair.rows:
            said = {side: pair.said(one.amount)}
            told.lines.append(Line(pair.rows[one.fact.id], **said, note=pair.notes.get(one.fact.id, "")))
        else:
            told.hidden += 1
    return told


def _paired(pair: Pair, title: str, pairs: Sequence[Pairing]) -> Told:
    own, other = (sum((getattr(one, side) for one in pairs), Fraction(0)) for side in ("own_amount", "other_amount"))
    told = Told(title, len(pairs), pair.said(own), pair.said(other))
    for one in pairs:
        facts = [*one.own, *one.other]
        if not all(row.fact.id in pair.rows for row in facts):
            told.hidden += 1
            continue
        note = "、".join(_differing(one, pair.found.own.metric))
        for place, row in enumerate(facts):
            side = "own" if place < len(one.own) else "other"
            told.lines.append(Line(pair.rows[row.fact.id], **{side: pair.said(row.amount)}, note=note if place == 0 else ""))
    return told


def _differing(one: Pairing, metric: Metric) -> list[str]:
    """The words for what is not alike."""
    definition = find("ledger", metric.source.removeprefix("ledger:"))
    labels = {each.id: each.label for each in form_of(definition).fields} if definition else {}
    days = {"valid_from": "日期", "occurred_on": "日期", "valid_until": "截止日期", "authority": "数据来源", "month": "月份"}
    told = ["计入的数不同" if name == "amount" else f"{labels.get(name) or days.get(name, name)}不同" for name in one.differs]
    return told + (["一边登记了几次"] if len(one.own) != len(one.other) else [])


def _seen(figure: Figure, figures: Figures, who: Actor) -> dict[UUID, Row]:
    """The rows behind a figure that this person may see, by record."""
    found = evidence(figures, figure.address, who)
    rows = rows_of(found, figures, who, 0, len(found.rows))
    return {fact.id: row for (fact, _), row in zip(found.rows, rows, strict=True)}


def _notes(found: Dispute, figures: Figures, who: Actor) -> dict[UUID, str]:
    """For rows that one side counts: what the other side's ledger says of the same thing."""
    both = found.comparison
    assert both is not None
    there, mine = elsewhere(found, figures), {one.fact.id for one in both.only_own}
    notes = {}
    for identity, fact in there.items():
        other = found.other if identity in mine else found.own
        if reach(who, "evidence", line_of(other.metric.source)).covers(fact.unit):
            notes[identity] = _why_not(fact, other)
    return notes


def _why_not(fact: Fact, figure: Figure) -> str:
    """Why a record is not counted in a figure: its day, else what the figure counts."""
    metric = figure.metric
    day = fact.row[metric.time or begin_of(metric.source)]
    if day is None:
        return f"“{metric.label}”的台账里有它，没有填计数的日期"
    if isinstance(day, date) and not figure.period.start <= day <= figure.period.end:
        return f"“{metric.label}”的台账里有它，日期 {day}，不在{figure.period.label}"
    return f"“{metric.label}”的台账里有它，不合它的口径"
