"""A workflow out of the plain body that its TOML file parses to. Pure; no database.

Reading refuses unknown keys and wrong types; whether the table makes sense is for ``checking``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from zhenwu.kernel.ledgers.api import Form, make_form
from zhenwu.kernel.matters.columns import COLUMNS, KIND, MARKS, types_of
from zhenwu.kernel.matters.lookup_table import KEYS, Lookup, read_lookup
from zhenwu.kernel.matters.workflow import (
    CLOCKS,
    DISPATCHERS,
    LEADERS,
    Action,
    Escalation,
    Extend,
    Guard,
    Limit,
    Move,
    State,
    Workflow,
)
from zhenwu.lib.expressions import evaluate, from_json, parse
from zhenwu.lib.problems import Place, Problem, Problems

FIELD_TYPES = ("text", "choice", "integer", "decimal", "date", "flag", "link")  # nothing personal: persons stand in ledgers
GIVEN = {"reason": "理由", "unit": "单位", "result": "处理结果", "assist": "协办单位", "ending": "结案类型", "paper_no": "文书编号", "photo": "照片", "paper": "文书", "barred": "要回避的人", "category": "分类（小类）"}
LONGEST_VALUE = 10_000
_LONGEST_MONTHS = 1_200  # a hundred years, as far as a calendar is walked
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REF = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?")
_WORDS = {str: "文字", list: "列表", bool: "true 或 false", int: "整数", dict: "一张小表"}
_TOP: Mapping[str, type] = {"id": str, "label": str, "state": list, "action": list, "limit": list, "field": list, "jump_by": list, "override_by": list, "follow_up_by": list, "gathers": list, "receives_from": list, "endings": list, "lookup": dict}
_ACTION: Mapping[str, type] = {
    "id": str, "label": str, "move": list, "needs": list, "takes": list, "marks": str, "clears": list, "sets": dict, "adds": dict, "returns": bool,
    "reworks": bool, "reopens": bool, "voids": bool, "asks": bool, "joins": bool, "level": str, "seals": str, "certified": list, "listed": dict, "unlisted": dict,
}  # fmt: skip
_MOVE: Mapping[str, type] = {"from": str, "to": str, "posts": list, "not_by": list, "only_by": list, "at_office": bool, "in_time": str, "after_time": list, "otherwise": str, "firm": bool}
_LIMIT: Mapping[str, type] = {
    "id": str, "label": str, "during": list, "value": int, "param": str, "ledger": str, "by": str, "clock": str, "owner": list,
    "counts_first": bool, "runs_on": bool, "source": str, "extend": dict, "remind": int, "escalate": list, "until": str, "late": str,
    "right": bool, "amount": str, "early": str, "counts_from": str, "owed": bool, "finer": str, "anew": bool, "binds": str, "follows": str,
}  # fmt: skip
_FIELD: Mapping[str, type] = {"id": str, "label": str, "type": str, "unit": str, "scale": int, "min": str, "max": str, "pattern": str, "choices": list, "unique": bool, "past": bool, "first_of": str, "ledger": str, "on_day": bool}

STANDARD, PRESSING = "standard", "supervision"  # the workflows that the kernel brings: of general matters, and of a 督办


@cache
def standard() -> Workflow:
    """The workflow of a general matter, ``standard.toml``."""
    return read_workflow(built_in_body(STANDARD), "standard.toml")


def supervision() -> Workflow:
    """The workflow of a 督办, ``supervision.toml``."""
    return read_workflow(built_in_body(PRESSING), "supervision.toml")


def standard_body() -> dict[str, Any]:
    """The plain body of ``standard``, fresh each time."""
    return built_in_body("standard")


def built_in_body(name: str) -> dict[str, Any]:
    """The plain body of a workflow that the kernel brings."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def read_workflow(body: Mapping[str, Any], file: str = "") -> Workflow:
    """A workflow out of its plain body; raises ``Problems`` with all that is unreadable in it."""
    reader = _Reader(file)
    top = reader.table(body, "", _TOP)
    form = reader.form(top.get("field", []))
    states = tuple(reader.state(raw, n) for n, raw in enumerate(top.get("state", []), 1))
    actions = tuple(reader.action(raw, n) for n, raw in enumerate(top.get("action", []), 1))
    limits = tuple(reader.limit(raw, n) for n, raw in enumerate(top.get("limit", []), 1))
    by = {name: frozenset(reader.words(top, name, "") if name in top else default) for name, default in _BY.items()}
    endings = reader.endings(top.get("endings", []))
    workflow = Workflow(
        reader.id(top, ""), reader.label(top, ""), states, actions, limits, form, by["jump_by"], by["override_by"], by["follow_up_by"], by["gathers"],
        by["receives_from"], frozenset(reader.unique), endings, frozenset(reader.past), tuple(reader.firsts.items()), reader.lookup(top.get("lookup")),
    )  # fmt: skip
    if reader.found:
        raise Problems(reader.found)
    return workflow


_BY = {"jump_by": DISPATCHERS, "override_by": LEADERS, "follow_up_by": ("clerk", "office_head"), "gathers": (), "receives_from": ()}


def longest_term(clock: str) -> int:
    """How many units of a clock a limit may have."""
    return _LONGEST_MONTHS if clock == "month" else LONGEST_VALUE



class _Reader:
    """Collects every problem of a body instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self.types = types_of({})
        self.unique: set[str] = set()
        self.past: set[str] = set()
        self.firsts: dict[str, str] = {}

    def complain(self, code: str, key: str, message: str, remedy: str) -> None:
        self.found.append(Problem(f"workflow.{code}", message, remedy, Place(file=self.file, key=key)))

    def table(self, raw: object, where: str, allowed: Mapping[str, type]) -> dict[str, Any]:
        """The known, rightly typed keys of a table; ``when`` is left to ``guard``."""
        if not isinstance(raw, Mapping):
            self.complain("table", where, "这里应当是一张表", "写成 [[…]] 开头的一段。")
            return {}
        good: dict[str, Any] = {}
        for key, value in raw.items():
            if key == "when" and allowed in (_MOVE, _LIMIT):
                continue
            if key not in allowed:
                able = "、".join((*allowed, "when") if allowed in (_MOVE, _LIMIT) else allowed)
                self.complain("unknown_key", f"{where}{key}", f"不认识的键“{key}”", f"可用：{able}。")
            elif type(value) is not allowed[key]:
                self.complain("type", f"{where}{key}", f"“{key}”的值写得不对", f"应当是{_WORDS[allowed[key]]}。")
            else:
                good[key] = value
        return good

    def id(self, table: Mapping[str, Any], where: str) -> str:
        if not _ID.fullmatch(table.get("id", "")):
            self.complain("id", f"{where}id", "缺少编号，或编号不合要求", "用小写字母、数字和下划线，以字母开头。")
        return table.get("id", "")

    def label(self, table: Mapping[str, Any], where: str) -> str:
        if not table.get("label", "").strip() or not table["label"].isprintable():
            self.complain("label", f"{where}label", "缺少中文名称", "写上给人看的名称。")
        return table.get("label", "")

    def words(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        """A list of ids."""
        value = table.get(key, [])
        if all(isinstance(word, str) and _ID.fullmatch(word) for word in value):
            return tuple(value)
        self.complain("words", f"{where}{key}", f"“{key}”应当是编号的列表", '例如 ["clerk", "officer"]。')
        return ()

    def form(self, raws: list[Any]) -> Form | None:
        """The workflow's own fields, which also become columns for its guards."""
        fields: list[dict[str, Any]] = []
        seen = set(COLUMNS) | set(GIVEN)
        for number, raw in enumerate(raws, 1):
            where = f"field[{number}]."
            one = self.table(raw, where, _FIELD)
            unique, past, first_of = one.pop("unique", False), one.pop("past", False), one.pop("first_of", "")
            name = self.id(one, where)
            self.label(one, where)
            if one.get("type") not in FIELD_TYPES:
                self.complain("field", f"{where}type", "字段的类型不对", f"可用：{'、'.join(FIELD_TYPES)}；个人信息记在台账里。")
            elif name in seen:
                self.complain("field", f"{where}id", f"“{name}”这个编号已经有了", "换一个编号。")
            elif one["type"] == "choice" and not _are_choices(one.get("choices")):
                self.complain("field", f"{where}choices", "没有写可以选什么", '例如 choices = [["major", "重大"], ["plain", "一般"]]。')
            elif unique and one["type"] != "text":
                self.complain("field", f"{where}unique", "只有文字字段可以写 unique", "编号用文字字段（text）。")
            elif (one["type"] == "link") != bool(_REF.fullmatch(one.get("ledger", ""))) or "on_day" in one and one["type"] != "link":
                self.complain("field", f"{where}ledger", "关联字段要写关联哪本台账，别的字段不写", '例如 type = "link"、ledger = "mediator"；要那一天有效的再写 on_day = true。')
            elif past and one["type"] != "date":
                self.complain("field", f"{where}past", "只有日期字段可以写 past", "去掉 past，或者改成日期字段。")
            elif first_of and not _can_be_first(one, next((other for other in fields if other["id"] == first_of), None)):
                self.complain("field", f"{where}first_of", "first_of 写得不对", "只用于选项字段，写前面一个选项字段的编号，自己的选项要都在它的选项里。")
            else:
                seen.add(name)
                self.firsts |= {name: first_of} if first_of else {}
                fields.append(one)
                self.unique |= {name} if unique else set()
                self.past |= {name} if past else set()
                self.types |= types_of({name: (one["type"], one.get("scale", 0))})
        if not fields or self.found:
            return None
        return make_form({"key": "workflow", "label": "办理信息", "pack": "", "unit_level": "", "shape": "flow", "fields": fields})

    def endings(self, raws: list[Any]) -> tuple[tuple[str, str], ...]:
        """What may have come of a matter: (code, label)."""
        if raws and not _are_choices(raws):
            self.complain("endings", "endings", "结案类型写得不对", '例如 endings = [["settled", "化解"], ["answered", "已答复"]]。')
            return ()
        return tuple((code, label) for code, label in raws)

    def lookup(self, raw: dict[str, Any] | None) -> Lookup | None:
        """What whoever holds a receipt may be told."""
        if raw is None:
            return None
        table = self.table(raw, "lookup.", KEYS)
        return read_lookup(table, {name: self.words(table, name, "lookup.") for name in ("silent", "promised", "ready")})

    def guard(self, raw: object, otherwise: str, where: str) -> Guard | None:
        """``when``: as it is written, or the stored tree of it."""
        if not isinstance(raw, Mapping) or raw.get("when") is None:
            return None
        told = raw["when"]
        try:
            tree = parse(told, self.types) if isinstance(told, str) else from_json(told)
            if tree.type.name != "flag":
                raise Problem("expression.kind", "这里要写成一个条件", "例如 gravity = 'major'。")
        except Problem as problem:
            self.complain("guard", f"{where}when", problem.message, problem.remedy)
            return None
        return Guard(tree, evaluate(tree), otherwise)

    def state(self, raw: object, number: int) -> State:
        where = f"state[{number}]."
        table = self.table(raw, where, {"id": str, "label": str, "end": bool, "pauses": bool, "unclocked": str})
        return State(self.id(table, where), self.label(table, where), table.get("end", False), table.get("pauses", False), table.get("unclocked", ""))

    def action(self, raw: object, number: int) -> Action:
        where = f"action[{number}]."
        table = self.table(raw, where, _ACTION)
        moves = tuple(self.move(m, f"{where}move[{n}].") for n, m in enumerate(table.get("move", []), 1))
        marks, clears = table.get("marks", ""), self.words(table, "clears", where)
        for mark in [*([marks] if marks else []), *clears]:
            if mark not in MARKS:
                self.complain("mark", f"{where}marks", f"没有“{mark}”这种标记", "可用：" + "、".join(MARKS) + "。")
        if table.get("level", "") not in ("", "up", "down", "county"):
            self.complain("level", f"{where}level", "level 只能写 up（提级）、down（交回下级）或 county（报到县里）", "改正，或删去这一项。")
        if table.get("seals") and not _ID.fullmatch(table["seals"]):
            self.complain("seals", f"{where}seals", "seals 写得不对", "写一个业务模块的代号，例如 integrity。")
        counted = {name: table.get(name, False) for name in ("returns", "reworks", "reopens", "voids", "asks", "joins")}
        return Action(
            self.id(table, where), self.label(table, where), moves, self.words(table, "needs", where), self.words(table, "takes", where),
            marks, clears, table.get("sets", {}), table.get("adds", {}), level=table.get("level", ""), seals=table.get("seals", ""), certified=tuple(self.words(table, "certified", where)),
            listed=self.registers(table, "listed", where), unlisted=self.registers(table, "unlisted", where), **counted,
        )  # fmt: skip

    def registers(self, table: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
        """field of the cited record → register."""
        told = table.get(key, {})
        if all(_ID.fullmatch(name) and isinstance(ledger, str) and _REF.fullmatch(ledger) for name, ledger in told.items()):
            return dict(told)
        self.complain("register", f"{where}{key}", f"“{key}”写得不对", '左边是引用的那条记录的关联字段，右边是台账，例如 {applicant = "broken_undertaking"}。')
        return {}

    def move(self, raw: object, where: str) -> Move:
        table = self.table(raw, where, _MOVE)
        if "to" not in table:
            self.complain("move", f"{where}to", "没有写到哪个状态", "写上 to。")
        posts, not_by, only_by = (frozenset(self.words(table, key, where)) for key in ("posts", "not_by", "only_by"))
        guard = self.guard(raw, table.get("otherwise", ""), where)
        timed = table.get("in_time", ""), self.words(table, "after_time", where)
        return Move(table.get("from"), table.get("to", ""), posts, not_by, only_by, table.get("at_office", False), guard, *timed, table.get("firm", False))

    def limit(self, raw: object, number: int) -> Limit:
        where = f"limit[{number}]."
        table = self.table(raw, where, _LIMIT)
        value, param, ledger, until = table.get("value"), table.get("param", ""), table.get("ledger", ""), table.get("until", "")
        told = bool(until) or (value is not None and not ledger) + bool(param) + bool(ledger)
        if told != 1 or (until and (ledger or (param and value is not None))) or (value is not None and not 0 < value <= longest_term(table.get("clock", ""))):
            self.complain("limit", where, "时限写得不对", "value（正整数）、param（参数编号）、ledger（标准台账）、until（日期字段）要写且只写一个；和 ledger 一起写的 value 是标准台账里没有的那些的时限；和 until 一起写的 value 或 param 是那天以后再过几天。")
        if until and table.get("clock") in CLOCKS.keys() - {"work_day", "natural_day"}:
            self.complain("clock", f"{where}clock", "写明办到哪天的时限只能按天延期", "可用：work_day、natural_day。")
        for key, name in (("param", param), ("ledger", ledger)):
            if name and not _REF.fullmatch(name):
                self.complain("limit", f"{where}{key}", "编号不合要求", "例如 handle_days。")
        if bool(ledger) != bool(table.get("by")):
            self.complain("limit", f"{where}by", "ledger 和 by 要一起写", "by 写本流程里存标准编号的那个字段。")
        if table.get("finer") and table.get("by") != KIND:
            self.complain("limit", f"{where}finer", "finer 只和 by = \"category\" 一起写", "写本流程里存立案条件编号的那个字段。")
        if not ledger and table.get("amount"):
            self.complain("limit", f"{where}amount", "amount 只和 ledger 一起写", "写标准台账里存天数的那个字段。")
        if table.get("early") and table.get("clock", "").endswith("hour"):
            self.complain("clock", f"{where}early", "按小时的时限不分提前", "去掉 early，或改用按天的钟。")
        if (not ledger or value is not None or "clock" in table) and table.get("clock") not in CLOCKS:
            self.complain("clock", f"{where}clock", "没有写时限的算法", "可用：" + "、".join(CLOCKS) + "。")
        during, owner = self.words(table, "during", where), self.words(table, "owner", where)
        return Limit(
            self.id(table, where), self.label(table, where), frozenset(during), value, param, table.get("clock", ""), frozenset(owner),
            ledger, table.get("by", ""), self.guard(raw, "", where), table.get("counts_first", False), table.get("runs_on", True),
            table.get("source", ""), self.extend(table.get("extend"), where), table.get("remind"),
            tuple(self.escalation(one, f"{where}escalate[{n}].") for n, one in enumerate(table.get("escalate", []), 1)),
            until, table.get("late", ""), table.get("right", False), table.get("amount", "amount"), table.get("early", ""), table.get("counts_from", ""), table.get("owed", False), table.get("finer", ""),
            table.get("anew", False), table.get("binds", ""), table.get("follows", ""),
        )  # fmt: skip

    def escalation(self, raw: object, where: str) -> Escalation:
        table = self.table(raw, where, {"after": int, "to": list, "presses": bool})
        return Escalation(table.get("after", 0), frozenset(self.words(table, "to", where)), table.get("presses", False))

    def extend(self, raw: object, where: str) -> Extend | None:
        if raw is None:
            return None
        table = self.table(raw, f"{where}extend.", {"by": list, "most": int, "times": int})
        by, most, times = self.words(table, "by", where), table.get("most", 0), table.get("times", 1)
        if not by or not 0 < most <= LONGEST_VALUE or not 0 < times <= 100:
            self.complain("extend", f"{where}extend", "延期写得不对", 'by（谁批准）、most（一共最多延多少）都要写，例如 {by = ["overseer"], most = 5, times = 1}。')
        return Extend(frozenset(by), most, times)


def _can_be_first(one: Mapping[str, Any], other: Mapping[str, Any] | None) -> bool:
    """Whether a field may keep the first word of another: both of choices, its own among the other's."""
    return one["type"] == "choice" and other is not None and other["type"] == "choice" and {code for code, _ in one["choices"]} <= {code for code, _ in other["choices"]}


def _are_choices(raw: object) -> bool:
    pairs = raw if isinstance(raw, list) else []
    return bool(pairs) and all(isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) for word in pair) and _ID.fullmatch(pair[0]) for pair in pairs)
