"""What a metric is shown divided by (分类看): a choice or a flag of its rows; of a ratio, of the rows of both its terms."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.problems import Problem
from zhenwu.packkit.columns import Column
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import find_metric, source_of

ROWS = ("flow", "stock")


def check_one(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> list[Problem]:
    """What is wrong with ``apart`` (``metric.apart``)."""
    named, place = metric.table.get("apart") or (), metric.place("apart")
    if not named:
        return []
    terms = [metric] if metric.table["kind"] in ROWS else [find_metric(pack, others, metric.table.get(role) or "") for role in ("numerator", "denominator")]
    if metric.table["kind"] not in (*ROWS, "ratio") or any(term is None or term.table["kind"] not in ROWS for term in terms):
        return [Problem("metric.apart", "只有数条数、加总的指标和由它们相除的比率能分类看", "去掉 apart。", place)]
    columns = [_columns(pack, others, term) for term in terms if term is not None]
    able = [name for name, column in columns[0].items() if _divides(column) and all(_divides(others[name]) for others in columns[1:] if name in others)]
    able = [name for name in able if all(name in told for told in columns)]
    return [
        Problem("metric.apart", f"不能按“{name}”分类看", f"可以用（选项和是否，比率的两头都要有）：{'、'.join(able)}。", place)
        for name in named
        if name not in able
    ]


def _columns(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> Mapping[str, Column]:
    try:
        source = source_of(pack, others, metric)
    except Problem:
        return {}  # said elsewhere
    return source.columns if source else {}


def _divides(column: Column) -> bool:
    return bool(column.choices) or column.kind == "flag"
