"""Workflows as tables of states, actions, posts and limits: everything named exists, is reached, and has a way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zhenwu.lib.problems import Problem
from zhenwu.packkit.draft import Draft, Entry


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for entry in pack.workflows.values() if entry.sound for problem in _workflow(entry)]


def _workflow(entry: Entry) -> list[Problem]:
    found: list[Problem] = []
    if Path(entry.file).stem != entry.table["id"]:
        found.append(
            Problem("workflow.file", "流程代号与文件名不同", "把文件改成与代号同名。", entry.place("id"))
        )
    states = [state["id"] for state in entry.table["state"]]
    actions = entry.table["action"]
    for what, names in (("状态", states), ("动作", [action["id"] for action in actions])):
        for name in sorted({name for name in names if names.count(name) > 1}):
            found.append(
                Problem("workflow.twice", f"{what}“{name}”写了两次", "改掉其中一个。", entry.place(name))
            )
    found += _named(entry, states, [("start", entry.table["start"])])
    for action in actions:
        found += _named(entry, states, [(action["id"], name) for name in (*action["from"], action["to"])])
        if not action["by"]:
            found.append(
                Problem(
                    "workflow.nobody",
                    f"动作“{action['id']}”没有人能做",
                    "在 by 里写上岗位。",
                    entry.place(action["id"]),
                )
            )
    found += _named(entry, states, [("limit", limit["state"]) for limit in entry.table["limit"]])
    return found or _ways(entry, actions)


def _named(entry: Entry, states: list[str], used: Iterable[tuple[str, str]]) -> list[Problem]:
    allowed = "、".join(states)
    return [
        Problem("workflow.state", f"没有状态“{name}”", f"可以用：{allowed}。", entry.place(where))
        for where, name in used
        if name not in states
    ]


def _ways(entry: Entry, actions: list[Mapping[str, Any]]) -> list[Problem]:
    """States nobody reaches, and states that are no end and that nobody leaves."""
    reached = {entry.table["start"]}
    for _ in entry.table["state"]:
        reached |= {action["to"] for action in actions if reached & set(action["from"])}
    left = {name for action in actions for name in action["from"]}
    found: list[Problem] = []
    for state in entry.table["state"]:
        name, place = state["id"], entry.place(state["id"])
        if name not in reached:
            found.append(
                Problem(
                    "workflow.unreached", f"状态“{name}”永远走不到", "补一个到它的动作，或删掉它。", place
                )
            )
        if name not in left and not state["end"]:
            found.append(
                Problem(
                    "workflow.dead_end",
                    f"到了状态“{name}”就没有下一步",
                    "补一个动作，或写上它是哪一种终点（end）。",
                    place,
                )
            )
    return found
