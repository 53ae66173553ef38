"""A workflow: states, actions with their moves, and time limits, read from a plain JSON body. Pure; no database.

A body is what a TOML file of a workflow parses to (``standard.toml`` is the model). Reading refuses unknown keys and
wrong types; whether the table makes sense is for ``checking``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhenwu.lib.problems import Place, Problem, Problems

CLOCKS = {"urgent_hour": "小时（昼夜连续）", "work_hour": "工作小时", "work_day": "工作日", "natural_day": "自然日"}
MARKS = ("reported", "accepted", "completed", "closed", "struck_off")
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PARAM = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?")


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter stands. An ``end`` state is left by reopening only; while a matter is in one that ``pauses`` (挂账),
    its limits stand still."""

    id: str
    label: str
    end: bool
    pauses: bool


@dataclass(frozen=True, slots=True)
class Move:
    """From a state (None: the matter is opened) to a state, by holders of ``posts``.

    ``not_by``: nobody who ever took one of these actions on the matter may make this move; ``only_by``: nobody else may.
    """

    source: str | None
    target: str
    posts: frozenset[str]
    not_by: frozenset[str]
    only_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody does: its moves, what must be given with it, and what it leaves on the matter.

    ``marks`` dates one of ``MARKS``; ``clears`` takes such dates away; ``returns`` counts as a 退回, ``reopens`` as a 重开.
    """

    id: str
    label: str
    moves: tuple[Move, ...]
    needs: tuple[str, ...]
    marks: str
    clears: tuple[str, ...]
    returns: bool
    reopens: bool


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who else is told (kinds of post) once a limit is overdue by ``after`` units of its clock."""

    after: int
    to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit that runs while the matter is in one of ``during``; ``owner`` are the posts that answer for it.

    ``value`` counts ``clock`` (one of ``CLOCKS``); None when ``param`` names a dated parameter that holds it. ``remind``: how
    many units before it is due its owner is reminded (None: a fifth of the value; 0: never).
    """

    id: str
    label: str
    during: frozenset[str]
    value: int | None
    param: str
    clock: str
    owner: frozenset[str]
    remind: int | None = None
    escalate: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """The whole table, in the order it was written."""

    id: str
    label: str
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    limits: tuple[Limit, ...]

    def state(self, state_id: str) -> State:
        """Raises ``Problem('workflow.state.unknown')``."""
        for state in self.states:
            if state.id == state_id:
                return state
        raise Problem("workflow.state.unknown", f"“{self.label}”没有状态“{state_id}”", "请联系管理员核对流程版本。")

    def moves_from(self, source: str | None) -> list[tuple[Action, Move]]:
        """What can be done in a state (None: to open a matter)."""
        return [(action, move) for action in self.actions for move in action.moves if move.source == source]


@cache
def standard() -> Workflow:
    """The workflow of a general matter, ``standard.toml``."""
    return read_workflow(standard_body(), "standard.toml")


def standard_body() -> dict[str, Any]:
    """The plain body of ``standard``, fresh each time."""
    return tomllib.loads((Path(__file__).parent / "standard.toml").read_text(encoding="utf-8"))


def read_workflow(body: Mapping[str, Any], file: str = "") -> Workflow:
    """A workflow out of its plain body; raises ``Problems`` with all that is unreadable in it."""
    reader = _Reader(file)
    top = reader.table(body, "", {"id": str, "label": str, "state": list, "action": list, "limit": list})
    states = tuple(reader.state(raw, n) for n, raw in enumerate(top.get("state", []), 1))
    actions = tuple(reader.action(raw, n) for n, raw in enumerate(top.get("action", []), 1))
    limits = tuple(reader.limit(raw, n) for n, raw in enumerate(top.get("limit", []), 1))
    workflow = Workflow(reader.id(top, ""), reader.label(top, ""), states, actions, limits)
    if reader.found:
        raise Problems(reader.found)
    return workflow


class _Reader:
    """Collects every problem of a body instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def complain(self, code: str, key: str, message: str, remedy: str) -> None:
        self.found.append(Problem(f"workflow.{code}", message, remedy, Place(file=self.file, key=key)))

    def table(self, raw: object, where: str, allowed: Mapping[str, type]) -> dict[str, Any]:
        """The known, rightly typed keys of a table."""
        if not isinstance(raw, Mapping):
            self.complain("table", where, "这里应当是一张表", "写成 [[…]] 开头的一段。")
            return {}
        good: dict[str, Any] = {}
        for key, value in raw.items():
            if key not in allowed:
                self.complain(
                    "unknown_key", f"{where}{key}", f"不认识的键“{key}”", "可用：" + "、".join(allowed) + "。"
                )
            elif type(value) is not allowed[key]:
                words = {str: "文字", list: "列表", bool: "true 或 false", int: "整数"}[allowed[key]]
                self.complain("type", f"{where}{key}", f"“{key}”的值写得不对", f"应当是{words}。")
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

    def state(self, raw: object, number: int) -> State:
        where = f"state[{number}]."
        table = self.table(raw, where, {"id": str, "label": str, "end": bool, "pauses": bool})
        return State(self.id(table, where), self.label(table, where), table.get("end", False), table.get("pauses", False))

    def action(self, raw: object, number: int) -> Action:
        where = f"action[{number}]."
        table = self.table(
            raw, where,
            {
                "id": str, "label": str, "move": list, "needs": list, "marks": str, "clears": list, "returns": bool,
                "reopens": bool,
            },
        )  # fmt: skip
        moves = tuple(self.move(m, f"{where}move[{n}].") for n, m in enumerate(table.get("move", []), 1))
        marks, clears = table.get("marks", ""), self.words(table, "clears", where)
        for mark in [*([marks] if marks else []), *clears]:
            if mark not in MARKS:
                self.complain("mark", f"{where}marks", f"没有“{mark}”这种标记", "可用：" + "、".join(MARKS) + "。")
        needs = self.words(table, "needs", where)
        counted = table.get("returns", False), table.get("reopens", False)
        return Action(self.id(table, where), self.label(table, where), moves, needs, marks, clears, *counted)

    def move(self, raw: object, where: str) -> Move:
        table = self.table(raw, where, {"from": str, "to": str, "posts": list, "not_by": list, "only_by": list})
        if "to" not in table:
            self.complain("move", f"{where}to", "没有写到哪个状态", "写上 to。")
        posts, not_by, only_by = (frozenset(self.words(table, key, where)) for key in ("posts", "not_by", "only_by"))
        return Move(table.get("from"), table.get("to", ""), posts, not_by, only_by)

    def limit(self, raw: object, number: int) -> Limit:
        where = f"limit[{number}]."
        table = self.table(
            raw, where,
            {
                "id": str, "label": str, "during": list, "value": int, "param": str, "clock": str, "owner": list, "remind": int,
                "escalate": list,
            },
        )  # fmt: skip
        value, param = table.get("value"), table.get("param", "")
        if (value is None) == (not param) or (value is not None and not 0 < value <= 10_000):
            self.complain("limit", where, "时限写得不对", "value（正整数）和 param（参数编号）要写且只写一个。")
        if param and not _PARAM.fullmatch(param):
            self.complain("limit", f"{where}param", "参数编号不合要求", "例如 handle_days。")
        if table.get("clock") not in CLOCKS:
            self.complain("clock", f"{where}clock", "没有写时限的算法", "可用：" + "、".join(CLOCKS) + "。")
        during, owner = self.words(table, "during", where), self.words(table, "owner", where)
        return Limit(
            self.id(table, where), self.label(table, where), frozenset(during), value, param,
            table.get("clock", ""), frozenset(owner), table.get("remind"),
            tuple(self.escalation(one, f"{where}escalate[{n}].") for n, one in enumerate(table.get("escalate", []), 1)),
        )  # fmt: skip

    def escalation(self, raw: object, where: str) -> Escalation:
        table = self.table(raw, where, {"after": int, "to": list})
        return Escalation(table.get("after", 0), frozenset(self.words(table, "to", where)))
