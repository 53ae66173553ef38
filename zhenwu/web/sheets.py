"""A figure's page: everything that is said of one number."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.urls import reverse

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.journal.api import events_about, moment_of
from zhenwu.kernel.ledgers.api import form_of
from zhenwu.kernel.metrics.api import (
    AUTHORITIES,
    Address,
    Evidence,
    Figure,
    Figures,
    Metric,
    dated_numbers,
    history_of,
    numbers_behind,
    withheld,
)
from zhenwu.kernel.orgs.api import Actor, Tree, tree
from zhenwu.kernel.reports.api import seats
from zhenwu.lib.periods import Period
from zhenwu.web import doors
from zhenwu.web.chart import Chart, draw
from zhenwu.web.records import author_name, authors_of
from zhenwu.web.words import amount, condition, exact, moment, printed

NOT_KNOWN = "待补"
TOO_FEW = "人数过少，不显示"
ROLES = {"numerator": "分子", "denominator": "分母", "now": "本期", "then": "对比期", "plus": "加", "less": "减"}  # a cumulative figure's parts are its years


@dataclass(frozen=True)
class Cell:
    """A part of a figure: its name, its value as printed and where it leads ("" when it is not this person's)."""

    label: str
    text: str
    href: str = ""
    value: Fraction | None = None


def address_of(figures: Figures, metric: str, period: Period, unit: UUID) -> str:
    """The address people share: the unit by its name where that is the only one of its name."""
    seen = figures.tree(period)
    if unit not in seen or unit == seen.root:
        return f"{metric}@{period}" + ("" if unit in seen else f"/{unit}")
    alike = [one for one in seen.order if seen.name(one) == seen.name(unit)]
    return f"{metric}@{period}/" + (seen.name(unit) if len(alike) == 1 else str(unit))


def link(figures: Figures, who: Actor, metric: Metric, period: Period, unit: UUID) -> str:
    """The page of a figure, "" when it is not this person's to see."""
    if not doors.may_open(who, metric, unit):
        return ""
    href = reverse("figure", args=[address_of(figures, metric.key, period, unit)])
    return href + (f"?at={figures.position}" if figures.position is not None else "")


def text_of(figure: Figure) -> str:
    """A figure's value with its unit, or 待补."""
    return NOT_KNOWN if figure.value is None else f"{printed(figure.value, figure.metric.unit, figure.metric.decimals)} {figure.metric.unit}"


def label_of(figure: Figure) -> str:
    """What a screen reader says of a number in the report: name, value, place, period and 口径."""
    basis = f"口径：{figure.metric.basis}" if figure.metric.basis else ""
    return f"{figure.metric.label}，{figure.unit_name}，{figure.period.label}，{text_of(figure)}。{basis}"


def formula(metric: Metric, figures: Figures) -> str:
    """How the number is made, in words."""
    if metric.kind == "series":
        return "由有关部门提供后登记，本系统不计算。"
    if metric.is_base:
        return _counted(metric)
    label = {key: figures.known.metric(key).label for key in metric.needs}
    if metric.kind in ("ratio", "mean"):
        return f"{label[metric.numerator]} ÷ {label[metric.denominator]}"
    if metric.kind == "share":
        return f"本单位的{label[metric.numerator]} ÷ 上一级单位的{label[metric.numerator]}"
    if metric.kind == "net":
        told = " − ".join([" + ".join(label[key] for key in metric.plus), *(label[key] for key in metric.less)])
        return told + _told_where(metric)
    of = label[metric.of]
    if metric.kind == "change":
        against = "上年同期" if metric.against == "year" else "上一期"
        return f"（本期{of} − {against}{of}）÷ {against}{of}" if metric.relative else f"本期{of} − {against}{of}"
    if metric.kind == "growth":
        return f"本期{of}与{metric.years}年前{of}之比，开{metric.years}次方，再减一"
    return f"{of}到本期为止{metric.years}年合计"


def _told_where(metric: Metric) -> str:
    """Where and when alone a metric is told."""
    at = {"village": "各村和全镇", "township": "全镇"}.get(metric.unit_level, "")
    only = "、".join(word for word in (at, "整年" if metric.whole_years else "") if word)
    return f"。只有{only}的数：要减的部分没有分开核定" if only else ""


def parts_of(found: Evidence, figures: Figures, who: Actor) -> list[Cell]:
    """What a derived figure is computed from."""
    return [
        _cell(ROLES.get(role.partition(" ")[0], "其中") + "：" + part.metric.label + f"（{part.unit_name}，{part.period.label}）", part, figures, who)
        for role, part in found.parts
    ]


@dataclass(frozen=True)
class Beside:
    """Another count of the same thing: its value, whose it is, and how much the page's own figure is above it."""

    cell: Cell
    authority: str
    gap: str
    consult: str = ""


def beside_of(figure: Figure, figures: Figures, who: Actor) -> list[Beside]:
    """What stands beside a figure (并列的数); of what is not this person's only the name."""
    return [_beside(figure, other, figures, who) for other in figures.beside(figure)]


def _beside(figure: Figure, other: Figure, figures: Figures, who: Actor) -> Beside:
    cell = _cell(other.metric.label, other, figures, who)
    gap = None if cell.value is None else figure.gap(other)
    said = "" if gap is None else f"{amount(gap, figure.metric.unit, figure.metric.decimals)} {figure.metric.unit}"
    consult = reverse("consultation", args=[figure.metric.key, other.metric.key, str(figure.period)]) if _may_consult(figure, cell) else ""
    return Beside(cell, authority_of(other, other.authority) if cell.href else "", said, consult if figures.position is None else "")


def _may_consult(figure: Figure, cell: Cell) -> bool:
    """Reports are a township's: only its own figures are consulted about, by who sees both."""
    return bool(cell.href) and figure.unit in seats(tree())


def by_time(figure: Figure, figures: Figures, who: Actor) -> tuple[Chart | None, list[Cell]]:
    """The figure month by month (year by year over more than a year); nothing for derived ones, single months or few persons."""
    months = figure.period.months
    if not figure.metric.is_base or months < 2 or figures.position is not None:
        return None, []
    step = 1 if months <= 12 else 12
    steps = [Period(first, step) for first in range(figure.period.first, figure.period.last + 1, step)]
    found = [(one, figures.figure(Address(figure.metric.key, one, figure.unit))) for one in steps]
    if any(withheld(part, who, figures) for _, part in found):
        return None, []
    unit, decimals = figure.metric.unit, figure.metric.decimals
    rows = [
        (f"{one.first % 12 + 1}月" if step == 1 else f"{one.last_year}年", part.value,
         "" if part.value is None else printed(part.value, unit, decimals))
        for one, part in found
    ]  # fmt: skip
    return draw(rows), [Cell(one.label, text or "没有记录") for (one, _), (_, _, text) in zip(found, rows, strict=True)]


def by_place(figure: Figure, figures: Figures, who: Actor) -> list[Cell]:
    """The figure of each unit directly below, and for sums what stays 未分配. Empty when a count would give persons away."""
    seen: Tree = figures.tree(figure.period)
    if figure.metric.kind == "series" or figure.unit not in seen:
        return []
    below = [figures.figure(Address(figure.metric.key, figure.period, one)) for one in seen.children(figure.unit)]
    below = [one for one in below if one.value is not None and (one.value or seen.kind(one.unit) != "office")]
    if any(withheld(one, who, figures) for one in below):
        return []
    cells = [_cell(one.unit_name, one, figures, who) for one in below]
    if cells and figure.metric.kind in ("flow", "stock") and figure.authority == "ledger":
        rest = (figure.value or Fraction(0)) - sum((one.value or Fraction(0) for one in below), Fraction(0))
        unit = figure.metric.unit
        cells.append(Cell("未分配", f"{printed(rest, unit, figure.metric.decimals)} {unit}", value=rest))
    return cells


def offers_of(figure: Figure) -> list[dict[str, Any]]:
    """Every authority's value side by side, which one is printed, and who registered it when."""
    rows = history_of(figure.metric.key, figure.unit, figure.period)
    live = {row.authority: row for row in rows if row.retired_by_id is None}
    names = authors_of(row.event.principal for row in rows)
    offers = []
    for one in figure.offers:
        row = live.get(one.authority)
        offers.append({
            "authority": one.authority, "label": authority_of(figure, one.authority), "value": amount(one.value, figure.metric.unit, figure.metric.decimals), "source": one.source,
            "printed": one.authority == figure.authority,
            "by": f"{author_name(row.event.principal, names)}，{moment(row.event.recorded_at)}" if row else "",
        })  # fmt: skip
    return offers


def replaced_of(figure: Figure) -> list[dict[str, str]]:
    """Imported values that a later one of the same authority replaced, newest first."""
    rows = [row for row in history_of(figure.metric.key, figure.unit, figure.period) if row.retired_by_id is not None]
    names = authors_of(row.event.principal for row in rows)
    return [
        {"label": AUTHORITIES[row.authority], "value": exact(Fraction(row.value, 10**row.scale)), "source": row.source,
         "by": f"{author_name(row.event.principal, names)}，{moment(row.event.recorded_at)}"}
        for row in reversed(rows)
    ]  # fmt: skip


def authority_of(figure: Figure, authority: str) -> str:
    """Whose number it is, in words; what is derived from several numbers is nobody's ledger."""
    if authority == "ledger" and not figure.metric.is_base:
        return "由指标算出"
    return AUTHORITIES.get(authority, "")


def choices_of(figure: Figure) -> list[dict[str, str]]:
    """Who chose which authority's value when and why, newest first."""
    told = [row for _, row in events_about(f"figure:{figure.metric.key}@{figure.period}/{figure.unit}") if row.kind == "series.chosen"]
    names = authors_of(row.principal for row in told)
    return [
        {"label": AUTHORITIES.get(row.body["authority"], ""), "reason": row.body["reason"],
         "by": author_name(row.principal, names), "at": moment(row.recorded_at)}
        for row in reversed(told)
    ]  # fmt: skip


def other_years(figure: Figure, figures: Figures) -> list[tuple[str, str, bool]]:
    """The same figure up to three periods back and one on, where the unit existed: (label, link, whether it is this one)."""
    step = 12 if figure.period.months <= 12 else figure.period.months
    found = []
    for shift in (-3 * step, -2 * step, -step, 0, step):
        period = Period(figure.period.first + shift, figure.period.months)
        if figure.unit in figures.tree(period):
            address = address_of(figures, figure.metric.key, period, figure.unit)
            found.append((period.label, reverse("figure", args=[address]), shift == 0))
    return found


def known_until(figures: Figures) -> str:
    """数据截至: the journal position and when it was recorded."""
    at = moment(moment_of(figures.stands_at))
    return f"第 {figures.stands_at} 号留痕" + (f"（{at}）" if at else "")


def numbers_of(figure: Figure, figures: Figures) -> list[str]:
    """The dated numbers in the conditions behind a figure: those in force in its period, each with its source."""
    return [one.between(figure.period.start, figure.period.end) for one in numbers_behind(figure.metric, figures.known, figures.position)]


def _cell(label: str, part: Figure, figures: Figures, who: Actor) -> Cell:
    if not doors.may_open(who, part.metric, part.unit):
        return Cell(label, "不在您的权限内")
    if withheld(part, who, figures):
        return Cell(label, TOO_FEW)
    return Cell(label, text_of(part), link(figures, who, part.metric, part.period, part.unit), part.value)


def _within(metric: Metric) -> str:
    """The other ledger in which a row must stand while it counts, in words."""
    other = find("ledger", metric.within.right) if metric.within else None
    return f"当时也在“{other.body['label']}”里" if other else ""


def _counted(metric: Metric) -> str:
    kind, _, key = metric.source.partition(":")
    source = find(kind, key)
    if source is None or kind != "ledger":
        label = source.body.get("label") if source else ""
        return f"{label or '事项'}中符合条件的，逐件计数。"
    form = form_of(source)
    labels = {one.id: one.label for one in form.fields} | {"authority": "数据来源", "month": "月份"}
    labels |= {one.name: one.label for one in dated_numbers(metric)}
    choices = {one.id: dict(one.choices) for one in form.fields} | {
        "authority": {"self": "自报", "reviewed": "初核", "recognised": "县认定"}
    }
    said, there = condition(metric.where_text, labels, choices) if metric.where_text else "", _within(metric)
    where = "的全部记录" if not said and not there else f"中，{'，'.join(filter(None, (there, said)))}的记录"
    if metric.distinct:
        return f"{form.label}{where}，按{labels.get(metric.distinct, '本人')}去掉重复后计数。"
    if metric.measure:
        return f"{form.label}{where}，{labels.get(metric.measure, metric.measure)}逐条相加。"
    return f"{form.label}{where}，逐条计数。"
