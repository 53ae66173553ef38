"""Where a figure comes from; the metrics there are; bringing figures up to date."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import click

from zhenwu.cli.store import acting, require_store
from zhenwu.cli.tables import plain, table
from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.journal.api import head
from zhenwu.kernel.ledgers.api import form_of, shown
from zhenwu.kernel.matters.api import standard, titles
from zhenwu.kernel.metrics.api import (
    AUTHORITIES,
    Evidence,
    Figure,
    Figures,
    Metric,
    dated_numbers,
    evidence,
    held_against,
    numbers_behind,
    reach_of_figure,
    rebuild,
    when_closed,
    withheld,
)
from zhenwu.kernel.metrics.api import catalogue as known_metrics
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.facts import Fact
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import Problem, Refused
from zhenwu.sdk import catch_up, current

UNKNOWN = "待补"
SHOWN = 30
KINDS = {
    "flow": "期间发生数", "stock": "期末存量", "distinct": "期间去重计数", "series": "外部提供的数", "ratio": "比率", "mean": "平均数", "share": "占比",
    "change": "增减", "cumulative": "累计", "net": "加减后的数", "growth": "年均增长",
}  # fmt: skip
ROLES = {"numerator": "分子", "denominator": "分母", "now": "本期", "then": "基期", "plus": "加", "less": "减"}  # a cumulative figure's parts are its years


@click.command()
@click.argument("figure", metavar="数")
@click.option("--as", "username", help="以谁的权限看（登录名）；不写则看全部")
@click.option("--all", "everything", is_flag=True, help=f"列出全部明细（默认前 {SHOWN} 行）")
def explain(figure: str, username: str | None, everything: bool) -> None:
    """看一个数是怎么来的。写成 指标@统计期/单位#留痕号，例如 demolition.area@2020/深塘村；后两段可省。"""
    require_store()
    actor = acting(username)
    address, position = _address(figure, catch_up())
    figures = Figures(position)
    found = figures.figure(address)
    _refuse_stranger(actor, found)
    if withheld(found, actor, figures):
        raise Refused("figure.withheld", "这个数不足三人，为保护个人信息不显示", "请联系本模块负责人。")
    click.echo("\n".join([*_head_lines(found), *_beside_lines(found, figures, actor)]))
    told = evidence(figures, found.address, actor)
    click.echo("\n".join(_part_lines(told) if told.parts else _row_lines(told, figures, None if everything else SHOWN)))


@click.group()
def metric() -> None:
    """指标。"""


@metric.command("list")
def list_metrics() -> None:
    """列出全部指标。"""
    require_store()
    rows = [(one.key, one.label, one.unit, KINDS[one.kind]) for one in known_metrics().metrics.values()]
    click.echo(table(("指标", "名称", "单位", "种类"), rows))


@metric.command("show")
@click.argument("key", metavar="指标")
def show_metric(key: str) -> None:
    """看一个指标的口径和算法。"""
    require_store()
    one = known_metrics().metric(key)
    click.echo(f"{one.label}（{one.key}）\n种类：{KINDS[one.kind]}\n单位：{one.unit}，{one.decimals} 位小数\n口径：{one.basis}\n算法：{formula(one)}")


@metric.command("rebuild")
def rebuild_metrics() -> None:
    """从记录重算全部指标，与日常累加的结果核对；不一致的改正。"""
    require_store()
    found = rebuild()
    click.echo(f"重算到第 {found.position} 号留痕：{found.metrics} 项，{found.cells} 格。")
    click.echo(f"有 {len(found.differed)} 项不一致，已改正：{'、'.join(found.differed)}" if found.differed else "与日常累加的结果完全一致。")


@click.command()
def catchup() -> None:
    """把已登记的内容全部计入指标。"""
    require_store()
    click.echo(f"已计到第 {catch_up()} 号留痕。")


def formula(one: Metric) -> str:
    """How a metric is computed, in words."""
    if one.is_base:
        kind, _, key = one.source.partition(":")
        source = find(kind, key)  # the standard workflow is the kernel's own and has no definition
        ledger: Mapping[str, Any] = source.body if source else {"label": standard().label}
        labels = {field["id"]: field["label"] for field in ledger.get("fields", ())}
        what = f"“{labels.get(one.measure, one.measure)}”相加" if one.measure else "条数"
        if one.kind == "distinct":
            what = f"不同的“{labels.get(one.distinct, one.distinct)}”个数"
        other = find("ledger", one.within.right) if one.within else None
        what += f"，当时在“{other.body['label']}”里的（{one.within.same}）" if one.within and other else ""
        return f"{ledger['label']}：{what}" + (f"，条件 {one.where_text}" if one.where_text else "")
    divided = f"{one.numerator} ÷ {one.denominator}"
    names = {"ratio": divided, "mean": divided, "share": f"本单位的 {one.numerator} ÷ 上级单位的 {one.numerator}"}
    against = "上年同期" if one.against == "year" else "上一期"
    names |= {
        "change": f"{one.of} 与{against}相比" + ("（%）" if one.relative else "的差"), "series": "由有权单位提供，登记时写明来源",
        "cumulative": f"{one.of} 近 {one.years} 年之和", "growth": f"{one.of} 近 {one.years} 年的年均增长",
        "net": " − ".join([" + ".join(one.plus), *one.less]),
    }  # fmt: skip
    return names[one.kind]


def printed(value: Fraction | None, one: Metric) -> str:
    """A value with the metric's decimals and unit."""
    if value is None:
        return UNKNOWN
    return f"{print_number(value, one.unit, Form(one.unit, one.decimals, one.unit == '%'))} {one.unit}"


def _address(text: str, stands_at: int) -> tuple[str, int | None]:
    address, sign, position = text.partition("#")
    if not sign:
        return address, None
    if not position.isdigit() or int(position) > stands_at:
        raise Problem("figure.position", f"没有第 {position[:20]} 号留痕", f"最新是第 {stands_at} 号。")
    return address, int(position)


def _refuse_stranger(actor: Actor, figure: Figure) -> None:
    if not reach_of_figure(actor, figure.metric).covers(figure.unit):
        raise Refused("access.refused", f"您没有看{figure.unit_name}“{figure.metric.label}”的权限", "请联系本模块负责人。")


def _head_lines(figure: Figure) -> list[str]:
    one = figure.metric
    exact = "" if figure.value is None or figure.value.denominator == 1 else f"　（精确值 {figure.value}）"
    lines = [
        f"{one.label}　{figure.unit_name}　{figure.period.label}", f"　　{printed(figure.value, one)}{exact}",
        f"口径：{one.basis}", f"算法：{KINDS[one.kind]}，{formula(one)}", f"数据截至：第 {figure.position} 号留痕（共 {head()} 号）",
    ]  # fmt: skip
    lines += [f"照这个数判：{number.between(figure.period.start, figure.period.end)}" for number in numbers_behind(one, known_metrics(figure.position), figure.position)]
    if figure.value is None:
        lines.append(f"为什么待补：{_why_unknown(figure)}")
    closed = when_closed(figure)
    if closed:
        lines.append(f"关账时：{printed(closed.value, one)}（第 {closed.position} 号留痕），以后的补录和更正使它有了变化")
    for offer in figure.offers:
        mark = "（采用）" if offer.authority == figure.authority else ""
        lines.append(f"来源：{AUTHORITIES.get(offer.authority, offer.authority)} {printed(offer.value, one)}，{plain(offer.source)}{mark}")
    return lines


def _why_unknown(figure: Figure) -> str:
    if figure.metric.is_base:
        return f"{figure.period.label}没有记录，所以不知道，不是零。登记以后自己会有。"
    if figure.metric.kind == "series":
        return f"还没有导入{figure.period.label}的数。"
    return "算它的数里有待补的，见下面。"


def _beside_lines(found: Figure, figures: Figures, actor: Actor) -> list[str]:
    """What other counts say of the same thing, whose they are, and the gap; nothing beyond the person's rights."""
    lines = []
    for other in figures.beside(found):
        if not reach_of_figure(actor, other.metric).covers(other.unit) or withheld(other, actor, figures):
            continue
        gap = found.gap(other)
        apart = "" if gap is None else f"，本数与它相差 {_exact(gap)} {found.metric.unit}"
        whose = AUTHORITIES.get(other.authority, "")
        lines.append(f"并列的数：{other.metric.label} {printed(other.value, other.metric)}{whose and f'（{whose}）'}{apart}")
    return lines


def _part_lines(told: Evidence) -> list[str]:
    rows = [(ROLES.get(role.partition(" ")[0], "其中"), one.metric.label, one.period.label, one.unit_name, printed(one.value, one.metric), f"{one.metric.key}@{one.period}/{one.unit_name}") for role, one in told.parts]
    return ["由这些数算出：", table(("", "指标", "统计期", "单位", "数值", "看它的来处"), rows, numbers=(4,))]


def _row_lines(told: Evidence, figures: Figures, most: int | None) -> list[str]:
    one = told.figure.metric
    if not one.is_base or told.value is None:
        return []
    if one.source.startswith("ledger:"):
        form = form_of(current("ledger", one.source.removeprefix("ledger:"), figures.position))
        fields = [field for field in form.fields if field.id in form.key_fields]
        called = {}
    else:
        fields, called = [], titles([fact.id for fact, _ in told.rows[:most]])
    seen, numbers = figures.tree(told.figure.period), dated_numbers(one, figures.position)

    def line(fact: Fact, value: Fraction) -> tuple[str, ...]:
        place = seen.called(fact.unit)
        keys = [shown(field, fact.row[field.id]) for field in fields if not field.is_personal]
        name = called[fact.id][0] if called else " / ".join(keys) or str(fact.id)
        day = fact.row[one.time or "occurred_on"] or fact.row["occurred_on"] or ""
        return (name, place, str(day), _exact(value), *([held_against(one, numbers, fact)] if numbers else []), str(fact.id))

    rows = [line(fact, value) for fact, value in told.rows[:most]]
    lines = [f"明细 {len(told.rows) + told.hidden} 行：", table(("关键字", "地点", "日期", one.unit, *(["照哪些数判"] if numbers else []), "记录编号"), rows, numbers=(3,))]
    if most is not None and len(told.rows) > most:
        lines.append(f"……还有 {len(told.rows) - most} 行，加 --all 全部列出。")
    if told.hidden:
        lines.append(f"权限以外 {told.hidden} 行，小计 {_exact(told.hidden_value)} {one.unit}")
    lines.append(f"合计：{_exact(told.value)} {one.unit}")
    return lines


def _exact(value: Fraction) -> str:
    """A decimal when it is one, else the fraction: a row's share of a sum is never rounded."""
    if value.denominator == 1:
        return str(value.numerator)
    for digits in range(1, 7):
        if (value * 10**digits).denominator == 1:
            return f"{Decimal(int(value * 10**digits)).scaleb(-digits):f}"
    return str(value)
