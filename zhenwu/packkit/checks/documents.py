"""Documents: the workflow, the states, the record and the rows are there; every blank can be filled; every condition reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
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
    if bool(table["ledger"]) == bool(table["workflow"]):
        yield Problem("document.of", "要写明照什么做：workflow 和 ledger 写一个", '照事项做的写 workflow = "standard"，照本模块台账的一条记录做的写 ledger = "台账代号"。', paper.place("workflow"))
        return
    if table["ledger"]:
        yield from _of_ledger(pack, others, paper)
        return
    workflow = workflow_named(pack, table["workflow"])
    if workflow is None and table["workflow"] != ANY:
        able = "、".join(one.table["id"] for one in pack.workflows.values())
        yield Problem("document.workflow", f"没有流程“{table['workflow']}”", f"写 standard、any 或本模块的流程{f'：{able}' if able else ''}。", paper.place("workflow"))
        return
    yield from _states(workflow, paper)
    faults = list(_ledgers(pack, others, workflow, paper))
    yield from faults
    yield from _when(pack, paper)
    if not faults:
        yield from _text(pack, others, paper)


def _of_ledger(pack: Draft, others: Mapping[str, Draft], paper: PaperFile) -> Iterator[Problem]:
    """A document of one record: there are no states and no other record, and the rows are found by what the record itself says."""
    table = paper.table
    if pack.full(table["ledger"]) not in pack.ledgers:
        yield Problem("document.ledger", f"本模块没有“{table['ledger']}”这本台账", f"可以用：{'、'.join(one.partition('.')[2] for one in pack.ledgers)}。", paper.place("ledger"))
        return
    for name in ("states", "record"):
        if table[name]:
            yield Problem("document.of", f"照台账记录做的文书不写 {name}", "一条记录没有办到哪一步，也不引用别的记录；删掉这一行。", paper.place(name))
    faults = list(_ledgers(pack, others, None, paper))
    yield from faults
    yield from _when(pack, paper)
    if not faults and ledger_of(pack, others, table["ledger"]) is not None:
        yield from _text(pack, others, paper)


def _when(pack: Draft, paper: PaperFile) -> Iterator[Problem]:
    table = paper.table
    if table["when"]:
        yield from judge(table["when"], columns_named(pack, table), paper.place("when"))
        if not table["otherwise"]:
            yield Problem("document.otherwise", "写了 when，没有写做不了的时候说什么", '加一行 otherwise = "口头协议不另出协议书"。', paper.place("otherwise"))


def _text(pack: Draft, others: Mapping[str, Draft], paper: PaperFile) -> Iterator[Problem]:
    table = paper.table
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
        if one["equals"]:
            yield from _equals(pack, others, workflow, paper, one["equals"], place)
        elif not _links_here(entry, pack, paper, one["field"]):
            yield Problem("document.rows", "没有写 equals", "写 equals：流程自己的字段，或 record.字段；照台账记录做的，field 是关联本台账的字段就不用写。", place)


def _equals(pack: Draft, others: Mapping[str, Draft], workflow: Workflow | None, paper: PaperFile, equals: str, place: Place) -> Iterator[Problem]:
    head, dot, name = equals.partition(".")
    cited = paper.table["ledger"] or paper.table["record"]
    if dot and head == "record" and cited:
        entry = ledger_of(pack, others, cited)
        able = [one["id"] for one in entry.table["field"] if one["type"] not in PERSONAL] if entry else [name]
    else:
        able, name = (sorted(workflow.fields) if workflow else [], equals) if not dot else ([], equals)
    if name not in able:
        yield Problem("document.rows", f"没有“{equals}”这一项", "equals 写流程自己的字段，或 record.字段。", place)


def _links_here(entry: Entry, pack: Draft, paper: PaperFile, name: str) -> bool:
    """Whether a field of another ledger links to the ledger that the document is made of."""
    home = entry.key.partition(".")[0]
    links = {one["id"]: one["ledger"] for one in entry.table["field"] if one["type"] == "link"}
    there = links.get(name, "")
    return bool(paper.table["ledger"]) and (there if "." in there else f"{home}.{there}") == pack.full(paper.table["ledger"])
