"""A pack uses only what its manifest says it reads; reading goes round in no circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.sources import STANDARD, named_by_workflow
from zhenwu.packkit.vocabulary import METRIC_LISTS, METRIC_REFS, ROLL_LEDGERS, ROUND_LEDGERS, WINDOW_LEDGERS

_READS = Place("pack.toml", key="reads")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    for owner, place in _used(pack):
        if owner != pack.id and owner not in pack.reads:
            remedy = f'在 pack.toml 里写 reads = ["{owner}"]。'
            found.append(Problem("pack.undeclared", f"用到了业务模块“{owner}”，却没有声明", remedy, place))
    for name in pack.reads:
        if name == pack.id:
            found.append(Problem("pack.reads_itself", "reads 里写了自己", "去掉它。", _READS))
        elif name not in others:
            found.append(
                Problem("pack.not_found", f"找不到业务模块“{name}”", "先把它放到同一个文件夹里，或去掉。", _READS)
            )
        elif others[name].problems:
            message = f"业务模块“{name}”自己还有 {len(others[name].problems)} 处错误"
            found.append(Problem("pack.reads_faulty", message, "先把那个模块改好。", _READS))
    circle = _circle(pack, others)
    if circle:
        message = f"几个模块互相引用，绕成了圈：{' → '.join(circle)}"
        found.append(Problem("pack.circle", message, "去掉其中一个方向的引用。", _READS))
    return found


def _used(pack: Draft) -> Iterator[tuple[str, Place]]:
    """The owner of everything that is referred to, and where."""
    for ledger in pack.ledgers.values():
        for field in ledger.table.get("field", ()):
            if field.get("ledger"):
                yield (
                    pack.full(field["ledger"]).split(".")[0],
                    Place(ledger.file, key=f"{field.get('id')}.ledger"),
                )
    for workflow in pack.workflows.values():
        for name, asked in named_by_workflow(workflow.table["workflow"]):
            yield pack.full(asked).split(".")[0], Place(workflow.file, key=name)
    for rule in pack.rules.values():
        if rule.table.get("ledger"):
            yield pack.full(rule.table["ledger"]).split(".")[0], rule.place("ledger")
    for entries, names in ((pack.rounds, ROUND_LEDGERS), (pack.rolls, ROLL_LEDGERS), (pack.windows, WINDOW_LEDGERS)):
        yield from _ledgers_of(pack, entries.values(), names)
    for metric in pack.metrics.values():
        yield from _used_by(pack, metric)


def _ledgers_of(pack: Draft, entries: Iterable[Entry], names: Sequence[str]) -> Iterator[tuple[str, Place]]:
    for one in entries:
        for name in names:
            if one.table.get(name):
                yield pack.full(one.table[name]).split(".")[0], one.place(name)


def _used_by(pack: Draft, metric: Entry) -> Iterator[tuple[str, Place]]:
    for name in ("ledger", "workflow", "measures", *METRIC_REFS):
        if metric.table.get(name) and (name, metric.table[name]) != ("workflow", STANDARD):
            yield pack.full(metric.table[name]).split(".")[0], metric.place(name)
    if (metric.table.get("within") or {}).get("ledger"):
        yield pack.full(metric.table["within"]["ledger"]).split(".")[0], metric.place("within")
    for name in ("beside", *METRIC_LISTS):
        for key in metric.table.get(name) or ():
            yield pack.full(key).split(".")[0], metric.place(name)


def _circle(pack: Draft, others: Mapping[str, Draft]) -> list[str]:
    """The way back to this pack, if there is one."""
    trails = [[pack.id, name] for name in pack.reads if name != pack.id]
    seen: set[str] = set()
    while trails:
        trail = trails.pop()
        if trail[-1] == pack.id:
            return trail
        if trail[-1] not in seen and trail[-1] in others:
            seen.add(trail[-1])
            trails += [[*trail, name] for name in others[trail[-1]].reads]
    return []
