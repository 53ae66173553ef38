"""Which names the blanks and the conditions of a document may use: of the matter, its record, its steps, its rows. Pure.

The checker of packs and the room that fills documents both ask here, so that what was checked can be filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from zhenwu.kernel.documents.saying import PERSONAL, Said, fault_of
from zhenwu.kernel.documents.template import Blank, Cells, Fork, Loop, Mark, Node, Parts, Words, nodes_in
from zhenwu.kernel.ledgers.api import Field, Form
from zhenwu.kernel.matters.api import Workflow, types_of
from zhenwu.lib.expressions import Type, parse
from zhenwu.lib.problems import Place, Problem

Names = Mapping[str, Said]

_OWN: Names = {
    "serial": Said("integer", "本文书当年的序号"), "number": Said("text", "本文书的编号"), "today": Said("date", "制作日期"), "year": Said("text", "制作的年份"),
    "maker": Said("text", "制作人"),
}  # fmt: skip
_MATTER: Names = {
    "title": Said("text", "标题"), "text": Said("text", "说明"), "number": Said("text", "编号"), "opened": Said("date", "登记日期"),
    "accepted": Said("date", "受理日期"), "completed": Said("date", "办结日期"), "closed": Said("date", "结案日期"), "due": Said("date", "最先到的期限"),
    "place": Said("text", "地方"), "village": Said("text", "村"), "township": Said("text", "乡镇"), "office": Said("text", "主办单位"),
    "state": Said("text", "现在的状态"), "line": Said("text", "业务"), "ending": Said("text", "结案类型"),
}  # fmt: skip
_UNIT: Names = {"place": Said("text", "地方"), "village": Said("text", "村"), "township": Said("text", "乡镇")}
_STEP: Names = {
    "day": Said("date", "日期"), "at": Said("moment", "时间"), "who": Said("text", "经办人"), "action": Said("text", "做了什么"),
    "state": Said("text", "到了哪一步"), "files": Said("text", "当时的照片和文书"),
}  # fmt: skip
_GIVEN: Names = {
    "reason": Said("text", "理由"), "result": Said("text", "处理结果"), "paper_no": Said("text", "文书编号"), "unit": Said("text", "派给哪个单位"),
}  # fmt: skip
_NO: Names = {"no": Said("integer", "第几个")}
_FILE: Names = {**_NO, "name": Said("text", "名称"), "kind": Said("text", "照片还是文书"), "day": Said("date", "日期"), "who": Said("text", "谁加的")}
_PAPER: Names = {**_NO, "label": Said("text", "文书名称"), "number": Said("text", "编号"), "day": Said("date", "制作日期"), "page": Said("page", "页次")}
PHOTOS = ("photo", "photo:before", "photo:after")  # no loops: what is counted of the photos that ``@photos`` prints
_NUMBERED = ("serial", "year")  # what a number may ask for beside the matter and its record
_TEXT, _COUNT = Type("text"), Type("integer")
_TYPES = {"text": "text", "choice": "text", "link": "text", "polyline": "text", "integer": "integer", "decimal": "integer", "date": "day", "flag": "flag"}


@dataclass(frozen=True)
class Vocabulary:
    """``names``: what stands anywhere; ``loops``: what ``@each`` goes over, with the names of ``it``; ``columns`` and ``loop_columns``: what
    conditions see there; ``never``: names that are known and that nothing can ever fill, with the reason; ``lookup``: its matters may be such as can be looked up."""

    names: Names
    loops: Mapping[str, Names]
    columns: Mapping[str, Type]
    loop_columns: Mapping[str, Mapping[str, Type]]
    never: Mapping[str, str]
    lookup: bool = False

    def said(self, name: str, loop: str = "") -> Said | None:
        if name.startswith("it."):
            return self.loops.get(loop, {}).get(name.removeprefix("it."))
        return self.names.get(name)

    def seen(self, loop: str) -> Mapping[str, Type]:
        """The columns of a condition that stands in a loop, or in none."""
        return self.loop_columns[loop] if loop else self.columns


def said_of(field: Field) -> Said:
    """What a field of a ledger or a workflow says."""
    return Said("text" if field.type in ("link", "polyline") else field.type, field.label, field.unit, field.scale, field.choices)


def columns_of(fields: Iterable[Field]) -> dict[str, Type]:
    """The fields that a condition may ask: none that is personal."""
    return {one.id: Type(_TYPES[one.type], one.scale) for one in fields if one.type not in PERSONAL}  # type: ignore[arg-type]


def vocabulary(
    workflow: Workflow | None, record: Form | None = None, links: Mapping[str, Form] | None = None, rows: Mapping[str, Form] | None = None,
    named: Mapping[str, Form] | None = None,
) -> Vocabulary:  # fmt: skip
    """What a document of a workflow's matters may name; ``record``: the ledger that they cite, with the ledgers its ``links`` lead to (by the
    field's id); ``rows``: what the document gathers, by its name; ``named``: the ledgers that the workflow's own links lead to."""
    own = {one.id: one for one in (workflow.form.fields if workflow and workflow.form else ())}
    names: dict[str, Said] = {**_OWN, **{f"matter.{name}": said for name, said in _MATTER.items()}}
    names |= {name: said_of(field) for name, field in own.items()}
    for prefix, form in (*_forms(record, links or {}, rows or {}), *(named or {}).items()):
        names |= {f"{prefix}.{one.id}": said_of(one) for one in form.fields} | {f"{prefix}.day": Said("date", form.day_label)}
    steps = {**_STEP, **_GIVEN, **{name: said_of(field) for name, field in own.items()}}
    loops: dict[str, Names] = {"step": {**_NO, **steps}, "file": _FILE, "paper": _PAPER}
    for action in workflow.actions if workflow else ():
        given = {name: steps[name] for name in (*action.needs, *action.takes) if name in _GIVEN or name in own}
        told = {**_STEP, **given, "reason": _GIVEN["reason"]}
        loops[f"step:{action.id}"] = {**_NO, **told}
        names |= {f"step.{action.id}.{name}": said for name, said in told.items()}
    loops |= dict(_rows(rows or {}))
    return Vocabulary(names, loops, _columns(own.values(), loops), _loop_columns(own.values(), loops, rows or {}), dict(_never(workflow)), workflow is None or workflow.lookup is not None)


def ledger_vocabulary(record: Form | None, links: Mapping[str, Form], rows: Mapping[str, Form]) -> Vocabulary:
    """What a document of one record may name: its fields, its unit, the records that it links to, the rows that the document gathers. Nothing
    is done with a record in steps, so there are none, nor files, nor papers to be put behind it."""
    names: dict[str, Said] = {**_OWN, **{f"unit.{name}": said for name, said in _UNIT.items()}}
    for prefix, form in _forms(record, links, rows):
        names |= {f"{prefix}.{one.id}": said_of(one) for one in form.fields} | {f"{prefix}.day": Said("date", form.day_label)}
    loops = dict(_rows(rows))
    own = columns_of(record.fields if record else ())
    seen = {name: {"no": _COUNT, **columns_of(form.fields)} for name, form in rows.items()}
    return Vocabulary(names, loops, {**{count_of(name): _COUNT for name in loops}, **own}, seen, {})


def _rows(rows: Mapping[str, Form]) -> Iterator[tuple[str, Names]]:
    for name, form in rows.items():
        yield name, {**_NO, **{one.id: said_of(one) for one in form.fields}, "day": Said("date", form.day_label)}


def count_of(loop: str) -> str:
    """The column that says how many turns a loop has: ``party_count``, ``step_meet_count``."""
    return f"{loop.replace(':', '_')}_count"


def _forms(record: Form | None, links: Mapping[str, Form], rows: Mapping[str, Form]) -> Iterator[tuple[str, Form]]:
    if record is not None:
        yield "record", record
        yield from ((f"record.{field}", form) for field, form in links.items())
    yield from rows.items()


def _columns(own: Iterable[Field], loops: Mapping[str, Names]) -> dict[str, Type]:
    counts = {count_of(name): _COUNT for name in (*loops, *PHOTOS)}
    return {**counts, **types_of({one.id: (one.type, one.scale) for one in own})}


def _loop_columns(own: Iterable[Field], loops: Mapping[str, Names], rows: Mapping[str, Form]) -> dict[str, Mapping[str, Type]]:
    steps = {"no": _COUNT, "action": _TEXT, "state": _TEXT, **columns_of(own)}
    found: dict[str, Mapping[str, Type]] = {name: steps for name in loops if name.partition(":")[0] == "step"}
    found |= {"file": {"no": _COUNT, "kind": _TEXT}, "paper": {"no": _COUNT, "document": _TEXT}}
    return found | {name: {"no": _COUNT, **columns_of(form.fields)} for name, form in rows.items()}


def _never(workflow: Workflow | None) -> Iterator[tuple[str, str]]:
    """Fields of the workflow that no action asks for or sets: a blank of theirs would stay empty for ever."""
    if workflow is None or workflow.form is None:
        return
    filled = {name for action in workflow.actions for name in (*action.needs, *action.takes, *action.sets, *action.adds)}
    filled |= {limit.late for limit in workflow.limits if limit.late}
    yield from ((one.id, f"“{one.label}”没有哪一步填写") for one in workflow.form.fields if one.id not in filled)


def check_template(nodes: tuple[Node, ...], known: Vocabulary, file: str) -> list[Problem]:
    """What a document's text asks for that is not there, or cannot be filled or said so: each with its line."""
    found: list[Problem] = []

    def see(node: Node, loop: str) -> None:
        for parts in _parts_of(node):
            found.extend(_blanks(parts, known, loop, file))
        if isinstance(node, Loop) and node.over not in known.loops:
            able = "、".join(known.loops)
            found.append(Problem("document.each", f"没有“{node.over}”可以一个一个列出", f"可以用：{able or '（先在开头写 [rows.名称]）'}。", Place(file, node.row)))
        elif isinstance(node, Mark) and node.what == "papers" and "paper" not in known.loops:
            found.append(Problem("document.papers", "台账记录后面没有做好的文书可以附", "去掉 @papers；卷宗照事项做（写 workflow）。", Place(file, node.row)))
        elif isinstance(node, Mark) and node.what == "photos" and "file" not in known.loops:
            found.append(Problem("document.photos", "台账记录没有照片可以印", "照片加在事项里：写 workflow，照事项做。", Place(file, node.row)))
        elif isinstance(node, Mark) and node.what == "lookup" and not known.lookup:
            found.append(Problem("document.lookup", "这里的事项不能查询，没有查询码可以印", "去掉 @lookup；要能查询的，在流程里写 [lookup]。", Place(file, node.row)))
        elif isinstance(node, Fork) and (loop == "" or loop in known.loops):
            found.extend(_test(node, known, loop, file))

    nodes_in(nodes, see)
    wants_pages = [blank for parts in _all_parts(nodes) for blank in parts if isinstance(blank, Blank) and blank.name == "it.page"]
    if wants_pages and not any(isinstance(node, Mark) and node.what == "papers" for node in _all(nodes)):
        found.append(Problem("document.page", "页次要有 @papers 才算得出", "在后面写一行 @papers，把做好的文书附上。", Place(file, wants_pages[0].row)))
    return found


def check_line(parts: Parts, known: Vocabulary, file: str, key: str) -> list[Problem]:
    """The same for a document's number, which may not ask for itself or for what is personal."""
    found = [problem.at(Place(file, key=key)) for problem in _blanks(parts, known, "", file)]
    for blank in parts:
        if isinstance(blank, Blank) and (said := known.said(blank.name)) is not None:
            if said.type in PERSONAL or (blank.name in _OWN and blank.name not in _NUMBERED):
                found.append(Problem("document.number", f"编号里不能用“{blank.name}”", "用案号、年份和序号，例如 云人调〔⟦year⟧〕第⟦serial⟧号。", Place(file, key=key)))
    return found


def _all(nodes: tuple[Node, ...]) -> list[Node]:
    found: list[Node] = []
    nodes_in(nodes, lambda node, loop: found.append(node))
    return found


def _all_parts(nodes: tuple[Node, ...]) -> Iterator[Parts]:
    for node in _all(nodes):
        yield from _parts_of(node)


def _parts_of(node: Node) -> tuple[Parts, ...]:
    return (node.parts,) if isinstance(node, Words) else node.cells if isinstance(node, Cells) else ()


def _blanks(parts: Parts, known: Vocabulary, loop: str, file: str) -> Iterator[Problem]:
    for blank in parts:
        if not isinstance(blank, Blank) or (loop and loop not in known.loops):
            continue
        said, place = known.said(blank.name, loop), Place(file, blank.row)
        if said is None:
            yield Problem("document.unknown", f"没有“{blank.name}”这一项", f"可以用：{_near(blank.name, known, loop)}。", place)
        elif blank.name in known.never:
            yield Problem("document.never", f"“{blank.name}”永远填不上：{known.never[blank.name]}", "在流程里让某一步填写它，或者换一个。", place)
        elif fault := fault_of(said, blank.filters):
            yield Problem("document.filter", fault, "写法：date、han、year、time、money、capitals、or 无、empty、line 12。", place)


def _near(name: str, known: Vocabulary, loop: str) -> str:
    """The names that begin as the one asked for, else the first of each kind: not hundreds."""
    if name.startswith("it."):
        return "、".join(f"it.{one}" for one in known.loops.get(loop, {})) or "（it. 只在 @each 里面用）"
    head = name.rpartition(".")[0]
    like = [one for one in known.names if one.rpartition(".")[0] == head]
    if not like:
        like = [one for one in known.names if one.partition(".")[0] == name.partition(".")[0]] or sorted({one.partition(".")[0] for one in known.names})
    return "、".join(like[:30])


def _test(node: Fork, known: Vocabulary, loop: str, file: str) -> Iterator[Problem]:
    place = Place(file, node.row)
    if node.kind == "with":
        if known.said(node.test, loop) is None:
            yield Problem("document.unknown", f"没有“{node.test}”这一项", f"可以用：{_near(node.test, known, loop)}。", place)
        return
    try:
        tree = parse(node.test, known.seen(loop), place)
    except Problem as problem:
        yield problem.at(place)
        return
    if tree.type.name != "flag":
        yield Problem("document.if", "@if 后面要写成一个条件", "例如 @if amount > 0。", place)
