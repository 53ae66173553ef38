"""Documents: the workflow, the states, the record and the rows are there; every blank can be filled; every condition reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft
from zhenwu.packkit.paper_names import ANY, columns_named, ledger_of, names_of, workflow_named
from zhenwu.packkit.papers import PaperFile
from zhenwu.packkit.vocabulary import PERSONAL
from zhenwu.sdk import Workflow
from zhenwu.sdk.documents import check_line, check_template, line_of


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for paper in pack.papers.values() if paper.sound for problem in _paper(pack, others, paper)]


def _paper(pack: Draft, others: Mapping[str, Draft], paper: PaperFile) -> Iterator[Problem]:
    table = paper.table
    if Path(paper.file).stem != table["id"]:
        yield Problem("document.file", f"文书代号“{table['id']}”与文件名不同", "把文件改成与代号同名。", paper.place("id"))
    workflow = workflow_named(pack, table["workflow"])
    if workflow is None and table["workflow"] != ANY:
        able = "、".join(one.table["id"] for one in pack.workflows.values())
        yield Problem("document.workflow", f"没有流程“{table['workflow']}”", f"写 standard、any 或本模块的流程{f'：{able}' if able else ''}。", paper.place("workflow"))
        return
    yield from _states(workflow, paper)
    faults = list(_ledgers(pack, others, workflow, paper))
    yield from faults
    if table["when"]:
        yield from judge(table["when"], columns_named(pack, table["workflow"]), paper.place("when"))
        if not table["otherwise"]:
            yield Problem("document.otherwise", "写了 when，没有写做不了的时候说什么", '加一行 otherwise = "口头协议不另出协议书"。', paper.place("otherwise"))
    if faults:
        return
    known = names_of(pack, others, paper)
    yield from check_template(paper.nodes, known, paper.file)
    if table["number"]:
        yield from check_line(line_of(table["number"], paper.file), known, paper.file, "number")


def _states(workflow: Workflow | None, paper: PaperFile) -> Iterator[Problem]:
    there = [state.id for state in workflow.states] if workflow else []
    for state in paper.table["states"]:
        if state not in there:
            yield Problem("document.state", f"“{workflow.label if workflow else '不限流程的文书'}”没有状态“{state}”", f"可以用：{'、'.join(there) or '（不写 states）'}。", paper.place("states"))


def _ledgers(pack: Draft, others: Mapping[str, Draft], workflow: Workflow | None, paper: PaperFile) -> Iterator[Problem]:
    record = paper.table["record"]
    if record and ledger_of(pack, others, record) is None:
        yield Problem("document.record", f"没有“{record}”这本台账", f"可以用：{'、'.join(pack.ledgers)}；别的模块的要在 reads 里写上。", paper.place("record"))
    for name, one in paper.table["rows"].items():
        place = paper.place(f"rows.{name}")
        entry = ledger_of(pack, others, one["ledger"])
        if entry is None:
            yield Problem("document.rows", f"没有“{one['ledger']}”这本台账", f"可以用：{'、'.join(pack.ledgers)}。", place)
            continue
        if one["field"] != (entry.table["key"] or ("",))[0]:
            yield Problem("document.rows", f"“{one['field']}”不是那本台账 key 的第一项，找起来太慢", f"那本台账的 key 是：{'、'.join(entry.table['key'])}。", place)
        yield from _equals(pack, others, workflow, paper, one["equals"], place)


def _equals(pack: Draft, others: Mapping[str, Draft], workflow: Workflow | None, paper: PaperFile, equals: str, place: Place) -> Iterator[Problem]:
    head, dot, name = equals.partition(".")
    if dot and head == "record" and paper.table["record"]:
        entry = ledger_of(pack, others, paper.table["record"])
        able = [one["id"] for one in entry.table["field"] if one["type"] not in PERSONAL] if entry else [name]
    else:
        able, name = (sorted(workflow.fields) if workflow else [], equals) if not dot else ([], equals)
    if name not in able:
        yield Problem("document.rows", f"没有“{equals}”这一项", "equals 写流程自己的字段，或 record.字段。", place)
