"""What of a matter may be told to whoever holds its receipt: the table ``[lookup]`` of a workflow. Pure; no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenwu.lib.problems import Problem

if TYPE_CHECKING:
    from zhenwu.kernel.matters.workflow import Workflow

LONGEST_WORDS = 120
KEYS: Mapping[str, type] = {"number": str, "ledger": str, "says": dict, "silent": list, "promised": list, "ready": list}


@dataclass(frozen=True)
class Lookup:
    """How people call the matter: by its own ``unique`` field ``number``, or by the key of the record of ``ledger`` that it is about. ``says``:
    state → what is told of it; nothing at all in a ``silent`` one. ``promised``: the limits whose day is told. ``ready``: states in which
    something waits to be fetched."""

    number: str
    ledger: str
    says: Mapping[str, str]
    silent: frozenset[str] = frozenset()
    promised: frozenset[str] = frozenset()
    ready: frozenset[str] = frozenset()


def read_lookup(table: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> Lookup:
    """Out of the known, rightly typed keys of the table; ``words``: its lists of ids."""
    lists = {name: frozenset(words[name]) for name in ("silent", "promised", "ready")}
    return Lookup(table.get("number", ""), table.get("ledger", ""), dict(table.get("says", {})), **lists)


def check_lookup(workflow: Workflow) -> Iterable[Problem]:
    """Every state either says something or is named as silent, so that none is forgotten; and every name means something."""
    table = workflow.lookup
    if table is None:
        return
    states = {one.id: one.label for one in workflow.states}
    if bool(table.number) == bool(table.ledger):
        yield _problem("lookup 里要写明凭什么编号查", 'number 写本流程写了 unique 的字段，或者 ledger 写事项引用的台账，写一个。')
    elif table.number and table.number not in workflow.unique:
        yield _problem(f"“{table.number}”不是本流程写了 unique 的字段", f"可用：{'、'.join(sorted(workflow.unique)) or '（先给编号字段写 unique = true）'}。")
    for name in sorted(states.keys() - table.says.keys() - table.silent):
        yield _problem(f"没有写“{states[name]}”（{name}）怎样告诉查询的人", "在 [lookup.says] 里写一句，不告诉的写进 silent。")
    for name in sorted((table.says.keys() | table.silent | table.ready) - states.keys()):
        yield _problem(f"lookup 里的“{name}”不是本流程的状态", f"可用：{'、'.join(states)}。")
    for name in sorted((table.says.keys() | table.ready) & table.silent):
        yield _problem(f"“{name}”写了不告诉（silent），又写了告诉什么", "两处去掉一处。")
    for name in sorted(table.promised - {one.id for one in workflow.limits}):
        yield _problem(f"promised 里的“{name}”不是本流程的时限", f"可用：{'、'.join(one.id for one in workflow.limits)}。")
    for name, told in table.says.items():
        if not isinstance(told, str) or not told.strip() or not told.isprintable() or len(told) > LONGEST_WORDS:
            yield _problem(f"“{name}”的那句话写得不对", f"写一句看得懂的话，一行，最多 {LONGEST_WORDS} 个字。")


def _problem(message: str, remedy: str) -> Problem:
    return Problem("workflow.lookup", message, remedy)
