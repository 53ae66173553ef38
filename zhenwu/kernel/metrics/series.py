"""Values that others computed: official figures, recognised counts, targets, imported history. And who chose which.

法定统计数 > 县主管部门认定数 > 镇台账数 > 预计数. Nobody edits a value; a person chooses which kind is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.journal.api import Act, Writer, known_at, perform
from zhenwu.kernel.metrics.models import Choice, SeriesValue
from zhenwu.kernel.orgs.api import Actor, History, past, reach
from zhenwu.lib.digests import digest
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound, Place, Problem, Problems, Refused

AUTHORITIES = {"statutory": "法定统计数", "recognised": "县认定数", "ledger": "镇台账数", "forecast": "预计数"}
LONGEST = 200  # letters of a source or a reason
Row = TypeVar("Row", SeriesValue, Choice)
RANK = {"forecast": 0, "ledger": 1, "recognised": 2, "statutory": 3}


@dataclass(frozen=True)
class SeriesInput:
    """A value to import: exact text in the metric's unit (``"20812"``, ``"8.5"``)."""

    metric: str
    unit: UUID
    period: Period
    value: str
    authority: str
    source: str


def import_series(actor: Actor, rows: Sequence[SeriesInput], op_id: UUID) -> dict[str, Any]:
    """Record imported values; a value for the same metric, unit, period and authority replaces the earlier one.

    Raises ``Problems`` that name the rows, ``Problem('series.overtaken')`` when somebody imported the same figure just now.
    """
    request = {"rows": [[r.metric, str(r.unit), str(r.period), r.value, r.authority, r.source] for r in rows]}
    act = Act(actor.principal, op_id, "import_series", request)
    drafts = _read_all(actor, rows)

    def change(writer: Writer) -> dict[str, Any]:
        told = [[*_name(draft), str(Fraction(draft.value, 10**draft.scale)), digest(draft.source, settings.DIGEST)] for draft in drafts]
        body = {"values": told, "algorithm": settings.DIGEST}
        event = writer.event("series.imported", "series", body)
        ordered = sorted(drafts, key=_same)  # in one order for all, so that two imports never wait for each other
        for draft in ordered:
            SeriesValue.objects.filter(retired_by=None, **_figure(draft), authority=draft.authority).update(retired_by=event)
            draft.event = event
        _refuse_second(lambda: SeriesValue.objects.bulk_create(ordered))
        return {"imported": len(drafts)}

    return perform(act, change)


def choose_authority(
    actor: Actor, metric: str, unit: UUID, period: Period, authority: str, reason: str, op_id: UUID
) -> dict[str, Any]:
    """Choose which authority's value is printed for a figure, with a reason. Values stay as they are."""
    if authority not in AUTHORITIES:
        raise Problem("series.authority", f"没有“{authority}”这种数", "可选：" + "、".join(AUTHORITIES.values()))
    if not reason.strip() or len(reason) > LONGEST:
        raise Problem("series.reason", "选用哪种数必须写明理由", f"写一句（不超过{LONGEST}字），例如“县农业农村局已认定”。")
    _may_decide(actor, metric, unit, past())
    same = {"metric": metric, "unit_id": unit, "first": period.first, "months": period.months}

    def change(writer: Writer) -> dict[str, Any]:
        event = writer.event("series.chosen", f"figure:{metric}@{period}/{unit}", {"authority": authority, "reason": reason})
        Choice.objects.filter(retired_by=None, **same).update(retired_by=event)
        _refuse_second(lambda: Choice.objects.create(authority=authority, reason=reason, event=event, **same))
        return {"authority": authority}

    request = {**{name: str(value) for name, value in same.items()}, "authority": authority, "reason": reason}
    return perform(Act(actor.principal, op_id, "choose_authority", request), change)


Told = tuple[str, Fraction, str]  # authority, value in the metric's unit, source


def values_in(metric: str, period: Period, position: int | None) -> dict[UUID, list[Told]]:
    """unit → the imported values of a metric for exactly this period."""
    rows = SeriesValue.objects.filter(known_at(position, retired="retired_by"), metric=metric, first=period.first, months=period.months)
    found: dict[UUID, list[Told]] = {}
    for row in rows.order_by("authority"):
        found.setdefault(row.unit_id, []).append((row.authority, Fraction(row.value, 10**row.scale), row.source))
    return found


def chosen_in(metric: str, period: Period, position: int | None) -> dict[UUID, str]:
    """unit → which authority a person chose for its figure of this period."""
    rows = Choice.objects.filter(known_at(position, retired="retired_by"), metric=metric, first=period.first, months=period.months)
    return dict(rows.values_list("unit_id", "authority"))


def told_of() -> frozenset[str]:
    """The metrics that have any imported value or choice: the others need not be asked for one by one."""
    return frozenset(SeriesValue.objects.values_list("metric", flat=True).distinct()).union(
        Choice.objects.values_list("metric", flat=True).distinct()
    )


def recognised_metrics() -> frozenset[str]:
    """The metrics for which the county or the statisticians ever gave a value: theirs is the one that counts in the end."""
    rows = SeriesValue.objects.filter(authority__in=("recognised", "statutory"))
    return frozenset(rows.values_list("metric", flat=True).distinct())


def history_of(metric: str, unit: UUID, period: Period) -> list[SeriesValue]:
    """Every imported value for a figure, replaced ones too, oldest first."""
    rows = SeriesValue.objects.filter(metric=metric, unit_id=unit, first=period.first, months=period.months)
    return list(rows.select_related("event", "retired_by").order_by("id"))


def altered() -> list[str]:
    """Imported values and choices that differ from what the journal says was imported, chosen or replaced."""
    values = SeriesValue.objects.select_related("event").order_by("id")
    imported = [row for row in values.iterator() if not _as_imported(row)] + _wrongly_retired(values)
    choices = Choice.objects.select_related("event").order_by("id")
    chose = [row for row in choices.iterator() if not _as_chosen(row)] + _wrongly_retired(choices)
    found: list[SeriesValue | Choice] = [*imported, *chose]
    return sorted({f"{row.metric}@{Period(row.first, row.months)}" for row in found})


def _name(row: SeriesValue) -> list[str]:
    return [row.metric, str(row.unit_id), str(Period(row.first, row.months)), row.authority]


def _as_imported(row: SeriesValue) -> bool:
    told = row.event.body
    said = [*_name(row), str(Fraction(row.value, 10**row.scale)), digest(row.source, told.get("algorithm", "sha256"))]
    return said in told.get("values", ())


def _as_chosen(row: Choice) -> bool:
    told = {"authority": row.authority, "reason": row.reason}
    return row.event.body == told and row.event.subject == f"figure:{row.metric}@{Period(row.first, row.months)}/{row.unit_id}"


def _wrongly_retired(rows: QuerySet[Row]) -> list[Row]:
    """Rows replaced by another event than the one that wrote their successor, or not replaced at all."""
    found, last = [], dict[tuple[Any, ...], Row]()
    for row in rows.iterator():
        place = (row.metric, row.unit_id, row.first, row.months, row.authority if isinstance(row, SeriesValue) else "")
        before = last.get(place)
        found += [before] if before and before.retired_by_id != row.event_id else []
        last[place] = row
    return found + [row for row in last.values() if row.retired_by_id is not None]


def _same(draft: SeriesValue) -> tuple[Any, ...]:
    return (draft.metric, draft.unit_id, draft.first, draft.months, draft.authority)


def _figure(draft: SeriesValue) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in ("metric", "unit_id", "first", "months")}


def _refuse_second(insert: Callable[[], object]) -> None:
    """Insert what stands alone for its figure: the database keeps one live row, whoever commits second is told so."""
    try:
        with transaction.atomic():
            insert()
    except IntegrityError as error:
        remedy = "刷新后看一看别人登记的数；仍要用您这份的，再提交一次。"
        raise Problem("series.overtaken", "同一个指标、单位和统计期的数刚刚由别人登记，您的没有写入", remedy) from error


def _read_all(actor: Actor, rows: Sequence[SeriesInput]) -> list[SeriesValue]:
    faults: list[Problem] = []
    drafts, units, seen = [], past(), dict[tuple[str, UUID, Period, str], int]()
    for number, row in enumerate(rows, start=1):
        try:
            drafts.append(_read(actor, row, units))
            first = seen.setdefault((row.metric, row.unit, row.period, row.authority), number)
            if first != number:
                raise Problem("series.twins", f"与第 {first} 行是同一个数", "留下一行即可。")
        except Problem as problem:
            faults.append(problem.at(Place("导入的指标数", number, row.metric)))
    if faults:
        raise Problems(faults)
    return drafts


def _read(actor: Actor, row: SeriesInput, units: History) -> SeriesValue:
    _may_decide(actor, row.metric, row.unit, units)
    if row.authority not in AUTHORITIES:
        raise Problem("series.authority", f"没有“{row.authority}”这种数", "可选：" + "、".join(AUTHORITIES))
    if not row.source.strip() or len(row.source) > LONGEST:
        raise Problem("series.source", "没有写数据来源", f"写明文件或部门（不超过{LONGEST}字），例如“县统计局年报”。")
    try:
        value = Decimal(row.value.strip())
        digits = value.as_tuple().exponent
    except ArithmeticError as error:
        raise Problem("series.number", f"“{row.value}”不是数字", "只填数字。") from error
    if not isinstance(digits, int) or value.adjusted() > 14 or -digits > 6:
        raise Problem("series.number", f"“{row.value}”不是可以保存的数", "整数部分不超过15位，小数不超过6位。")
    scale = max(0, -digits)
    return SeriesValue(
        metric=row.metric, unit_id=row.unit, first=row.period.first, months=row.period.months, authority=row.authority,
        value=int(value.scaleb(scale)), scale=scale, source=row.source.strip(),
    )  # fmt: skip


def _may_decide(actor: Actor, metric: str, unit: UUID, units: History) -> None:
    pack = current("metric", metric).pack
    if unit not in units.units:
        raise NotFound("unit.unknown", "没有这个单位", "请从机构列表里选择。")
    if not reach(actor, "write", pack).covers(unit):
        raise Refused("series.refused", "您没有登记或选用这里的指标数的权限", "请由统计员或分管领导办理。")
