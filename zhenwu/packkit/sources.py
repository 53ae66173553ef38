"""Where a metric over rows takes its rows from: a ledger (its own or another pack's) or a workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhenwu.lib.problems import Problem
from zhenwu.lib.units import read_unit
from zhenwu.packkit.columns import WORKFLOW_COLUMNS, Column, ledger_columns, time_columns, workflow_columns
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.sdk import Workflow, standard

STANDARD = "standard"  # the workflow of a general matter, which the kernel brings
_WORKFLOW_TIMES = tuple(name for name, column in WORKFLOW_COLUMNS.items() if column.kind == "day")
_MEASURED = frozenset({"area", "length", "mass", "money", "volume", "time", "ratio", "concentration", "turbidity", "acidity"})


@dataclass(frozen=True)
class Source:
    """A row source: its key, shape, columns, and the names that may stand as ``time`` (the default first).

    ``until``: of a workflow whose matters end by 销号 alone, the day on which they leave a stock; else "" (结案, or the record's own end).
    """

    key: str
    shape: str
    columns: Mapping[str, Column]
    times: tuple[str, ...]
    until: str = ""

    @property
    def of_rules(self) -> Mapping[str, Column]:
        """The columns as rules see them: the record's own days among them."""
        return {**self.columns, **{name: Column("day") for name in self.times[:2] if name in ("occurred_on", "valid_from")}}

    def of_filter(self, metric: Entry) -> Mapping[str, Column]:
        """The columns as a metric's filter sees them: the day it counts by among them, where its parameters are read by that day."""
        return {**self.columns, metric.table.get("time") or self.times[0]: Column("day")} if metric.table["params"] else self.columns


def named_by_workflow(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """(field or action, ledger) for what a workflow's link fields name and for the registers that its actions ask."""
    yield from ((name, one.ledger) for name, one in workflow.links.items())
    for action in workflow.actions:
        yield from ((action.id, ledger) for ledger in (*action.listed.values(), *action.unlisted.values()))


def source_of(pack: Draft, others: Mapping[str, Draft], metric: Entry) -> Source | None:
    """The source a metric names; None when it cannot be judged here; raises ``Problem`` when it is not there."""
    ledger, workflow = metric.table.get("ledger"), metric.table.get("workflow")
    if bool(ledger) == bool(workflow):
        remedy = 'ledger = "台账代号"（或 workflow = "流程代号"），写一个。'
        raise Problem("metric.source", "要写明数字取自哪一本台账（或哪个流程）", remedy, metric.place("ledger"))
    if workflow == STANDARD:
        return Source(STANDARD, "flow", workflow_columns(standard()), _WORKFLOW_TIMES)
    key = pack.full(ledger or workflow or "")
    home = _home(pack, others, key)
    if home is None:
        return None
    if workflow:
        if key not in home.workflows:
            raise _absent(metric, "workflow", f"没有“{key}”这个流程", home.workflows)
        table = home.workflows[key].table["workflow"]
        columns, marks = workflow_columns(table), {action.marks for action in table.actions}
        until = "struck_off_on" if "struck_off" in marks and "closed" not in marks else ""
        return Source(key, "flow", columns, tuple(name for name, column in columns.items() if column.kind == "day"), until)
    if key not in home.ledgers:
        raise _absent(metric, "ledger", f"没有“{key}”这本台账", home.ledgers)
    ledger_table = home.ledgers[key]
    if not ledger_table.sound:
        return None
    columns = ledger_columns(ledger_table.table["field"])
    return Source(key, ledger_table.table["shape"], columns, time_columns(ledger_table.table["shape"], columns))


def _home(pack: Draft, others: Mapping[str, Draft], key: str) -> Draft | None:
    owner = key.split(".")[0]
    return pack if owner == pack.id else others.get(owner)


def ledger_called(pack: Draft, others: Mapping[str, Draft], key: str) -> Entry | None:
    """A ledger by key, own or another pack's; None when it is not there."""
    home = _home(pack, others, pack.full(key))
    return home.ledgers.get(pack.full(key)) if home else None


def _absent(metric: Entry, name: str, message: str, there: Mapping[str, Entry]) -> Problem:
    return Problem(f"metric.{name}", message, f"可以用：{'、'.join(there) or '（还没有）'}。", metric.place(name))


def find_metric(pack: Draft, others: Mapping[str, Draft], key: str) -> Entry | None:
    """A metric by key, own or another pack's; None when it is not there."""
    home = _home(pack, others, pack.full(key))
    return home.metrics.get(pack.full(key)) if home else None


def counted_unit(unit: str) -> str | None:
    """What one row counts as in that unit (万人次 → 人次; a bare number → empty); None for a measured unit."""
    dimension, _ = read_unit(unit)
    if dimension in _MEASURED:
        return None
    return "" if dimension == "number" else dimension


def each_columns(pack: Draft, told: Mapping[str, str], columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns that the condition of a rule's ``each`` sees: the record's, and those of the other ledger (of the pack) with each_."""
    ledger = pack.ledgers.get(pack.full(told["ledger"]))
    theirs = ledger_columns(ledger.table["field"]) if ledger and ledger.sound else {}
    return {**columns, **{f"each_{name}": column for name, column in theirs.items()}, "each_here": Column("flag")}
