"""会商: two offices' numbers that tell the same thing, their rows side by side, and the ruling which of them is printed.

A ruling edits no value. It names one of the two metrics; filling prints that one's figure (``room/ruled``). It was made on
certain rows; when either side's rows are others, it is due again, and is printed by until somebody rules anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.api import facts
from zhenwu.kernel.metrics.api import Address, Figure, Figures, Match, Metric, in_unit, rows_behind
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.kernel.reports.models import Ruling
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.room.blanks import Blank
from zhenwu.kernel.reports.room.comparing import Comparison, Counted, compare, key_of, once_each
from zhenwu.kernel.reports.room.keeping import keep
from zhenwu.kernel.reports.room.rights import REPORT
from zhenwu.kernel.reports.room.ruled import rulings_about
from zhenwu.lib.digests import digest
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.ids import new_id
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Problem, Refused
from zhenwu.lib.units import convert

STATES = {"alike": "一致", "open": "待会商", "ruled": "已裁定", "again": "裁定后又变了"}
LONGEST = 300  # letters of a reason


@dataclass(frozen=True)
class Dispute:
    """A figure and the one beside it. ``comparison`` is None where rows cannot be matched; ``ruling`` is the live one;
    ``mark`` is the digest of what both stand on now."""

    own: Figure
    other: Figure
    comparison: Comparison | None
    ruling: Ruling | None
    mark: str

    @property
    def gap(self) -> Fraction | None:
        return self.own.gap(self.other)

    @property
    def state(self) -> str:
        """alike, open, ruled, or again: ruled, and moved since."""
        if self.ruling:
            return "ruled" if self.ruling.mark == self.mark else "again"
        same_rows = self.comparison is None or not (self.comparison.only_own or self.comparison.only_other or self.comparison.different)
        return "alike" if self.gap == 0 and same_rows else "open"

    @property
    def is_due(self) -> bool:
        return self.state in ("open", "again") and self.own.value is not None and self.other.value is not None


def dispute(figures: Figures, metric: str, other: str, period: Period, unit: UUID) -> Dispute:
    """Hold a figure against the one beside it; raises ``NotFound('consult.unknown')`` for two that do not stand so."""
    known = figures.known.metric(metric)
    if other not in known.beside or other not in figures.known.metrics:
        raise NotFound("consult.unknown", "这两个指标没有写成并列的数", "请在业务模块的指标里写 beside。")
    own, its = (figures.figure(Address(key, period, unit)) for key in (metric, other))
    match = next((one for one in known.matches if one.other == other), None)
    compared = _compared(figures, own, its, match) if match and known.is_base and its.metric.is_base else None
    live = next((row for row in rulings_about(metric, unit, period, other) if row.retired_by_id is None), None)
    stands_on = compared.mark if compared else [[one.metric.key, one.authority, str(one.value)] for one in (own, its)]
    return Dispute(own, its, compared, live, digest([stands_on, own.authority, its.authority]))


def disputes(blanks: Iterable[Blank], year: int, figures: Figures) -> list[tuple[Blank, Dispute]]:
    """Every figure of a draft that has another count beside it, with that count."""
    found = []
    for blank in blanks:
        binding = blank.answer.binding
        if binding and blank.figure and binding.metric in figures.known.metrics:
            period = resolve_period(binding.period, year)
            for other in figures.known.metric(binding.metric).beside:
                if other in figures.known.metrics:
                    found.append((blank, dispute(figures, binding.metric, other, period, blank.figure.unit)))
    return found


def elsewhere(found: Dispute, figures: Figures) -> Mapping[UUID, Fact]:
    """For a row that only one side counts: the record in the other's ledger that is the same thing and is not counted there,
    by the row's id."""
    match = next((one for one in found.own.metric.matches if one.other == found.other.metric.key), None)
    if match is None or found.comparison is None:
        return {}
    own, its = ([pair[side] for pair in match.same] for side in (0, 1))
    return {
        **_uncounted(found.comparison.only_own, own, found.other, its, figures),
        **_uncounted(found.comparison.only_other, its, found.own, own, figures),
    }


def may_rule(actor: Actor, own: Metric, other: Metric, unit: UUID) -> bool:
    """Whether somebody rules between two counts: who draws up the report, or who writes on both lines for the township."""
    return reach(actor, "write", REPORT).covers(unit) or all(reach(actor, "write", one.pack).covers(unit) for one in (own, other))


def rule(
    actor: Actor, metric: str, other: str, period: Period, unit: UUID, printed: str, reason: str, mark: str, op_id: UUID
) -> dict[str, Any]:
    """裁定: say which of two counts is printed, and why. ``mark`` is what the person saw both stand on.

    Raises ``Refused``, ``NotFound``, ``Problem('consult.reason')``, ``('consult.choice')``, ``('consult.moved')``.
    """
    request = {
        "metric": metric, "other": other, "period": str(period), "unit": str(unit), "printed": printed, "reason": reason, "mark": mark,
    }  # fmt: skip
    act = Act(actor.principal, op_id, "rule", request)
    known = answered(act)
    if known is not None:
        return known
    found = dispute(Figures(), metric, other, period, unit)
    if not may_rule(actor, found.own.metric, found.other.metric, unit):
        raise Refused("consult.refused", "您没有裁定这两个数的权限", "请由党政办裁定。")
    _check(found, printed, reason, mark)
    row = Ruling(
        id=new_id(), metric=metric, other=other, unit=unit, first=period.first, months=period.months, printed=printed,
        reason=reason.strip(), mark=mark, values=[_exact(one) for one in (found.own, found.other)],
    )  # fmt: skip

    def change(writer: Writer) -> dict[str, Any]:
        old = [found.ruling] if found.ruling else []
        keep(writer, "figure.ruled", f"figure:{metric}@{period}/{unit}", [row], old)
        return {"ruling": str(row.id)}

    return perform(act, change)


def _check(found: Dispute, printed: str, reason: str, mark: str) -> None:
    if printed not in (found.own.metric.key, found.other.metric.key):
        raise Problem("consult.choice", "没有写印哪一个数", "在两个数里选一个。")
    if not reason.strip() or len(reason) > LONGEST:
        raise Problem("consult.reason", "裁定必须写明理由", f"写一句（不超过{LONGEST}字），例如“以代表验收为准，村报的一座不算”。")
    if mark != found.mark:
        raise Problem("consult.moved", "您看的时候，两边的记录又变了，裁定没有写入", "刷新页面，看过新的三张名单再裁定。")


def _compared(figures: Figures, own: Figure, other: Figure, match: Match) -> Comparison:
    """Both sides' rows, the other's amounts in the own unit."""
    mine, its = _rows(figures, own), _rows(figures, other)
    return compare(
        [Counted(fact, value) for fact, value in mine],
        [Counted(fact, convert(value, other.metric.unit, own.metric.unit)) for fact, value in its], match,
    )  # fmt: skip


def _rows(figures: Figures, figure: Figure) -> list[tuple[Fact, Fraction]]:
    """What a figure is counted from, the amounts adding up to it."""
    rows = rows_behind(figures, figure.metric, figure.period, figure.unit)
    if figure.metric.kind != "distinct":
        return rows
    return [(fact, in_unit(figure.metric, 1) * value) for fact, value in once_each(rows, figure.metric.distinct)]


def _uncounted(
    rows: Iterable[Counted], columns: list[str], figure: Figure, its: list[str], figures: Figures
) -> dict[UUID, Fact]:
    wanted = {key: row.fact.id for row in rows if (key := key_of(row.fact, columns)) is not None}
    if not wanted or not figure.metric.source.startswith("ledger:"):
        return {}
    members = figures.members(figure.unit, figure.period)
    scope = Scope(figure.metric.source, figures.position, None if members is None else frozenset(members))
    found = {}
    for fact in facts(scope):
        key = key_of(fact, its)
        if key in wanted:
            found[wanted[key]] = fact
    return found


def _exact(figure: Figure) -> str | None:
    return None if figure.value is None else str(figure.value)
