"""Workflows as tables of states, actions, posts and limits: everything named exists, is reached, and has a way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zhenwu.kernel.matters.api import LONGEST_WAIT
from zhenwu.kernel.orgs.api import post_kinds
from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft, Entry

MOST_UNITS = 10_000


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    return [problem for entry in pack.workflows.values() if entry.sound for problem in _workflow(pack, entry)]


def _workflow(pack: Draft, entry: Entry) -> list[Problem]:
    found: list[Problem] = []
    if Path(entry.file).stem != entry.table["id"]:
        found.append(Problem("workflow.file", "流程代号与文件名不同", "把文件改成与代号同名。", entry.place("id")))
    states, actions, limits = entry.table["state"], entry.table["action"], entry.table["limit"]
    for what, items in (("状态", states), ("动作", actions), ("时限", limits)):
        names = [item["id"] for item in items]
        for name in sorted({name for name in names if names.count(name) > 1}):
            found.append(Problem("workflow.twice", f"{what}“{name}”写了两次", "改掉其中一个。", entry.place(name)))
    found += _strangers(entry, _names_used(entry), {state["id"] for state in states}, "状态")
    used = [(action["id"], name) for action in actions for move in action["move"] for name in (*move["not_by"], *move["only_by"])]
    found += _strangers(entry, used, {action["id"] for action in actions}, "动作")
    for action in actions:
        if not all(move["posts"] for move in action["move"]):
            message = f"动作“{action['label']}”没有人能做"
            found.append(Problem("workflow.nobody", message, "在 posts 里写上岗位。", entry.place(action["id"])))
    for limit in limits:
        found += _limit(pack, entry, limit)
    return found or _ways(entry)


def _names_used(entry: Entry) -> Iterable[tuple[str, str]]:
    """(where, state) for every state that a move or a limit names."""
    for action in entry.table["action"]:
        for move in action["move"]:
            yield action["id"], move["to"]
            if move["from"]:
                yield action["id"], move["from"]
    for limit in entry.table["limit"]:
        yield from ((limit["id"], name) for name in limit["during"])


def _strangers(entry: Entry, used: Iterable[tuple[str, str]], known: set[str], what: str) -> list[Problem]:
    allowed = "、".join(sorted(known))
    return [
        Problem("workflow.stranger", f"没有{what}“{name}”", f"可以用：{allowed}。", entry.place(where))
        for where, name in used
        if name not in known
    ]


def _limit(pack: Draft, entry: Entry, limit: Mapping[str, Any]) -> list[Problem]:
    place = entry.place(str(limit["id"]))
    found: list[Problem] = []
    if (limit["value"] is None) == (limit["param"] is None):
        found.append(
            Problem("workflow.limit", "时限没有写多长", "value（天数或小时数）和 param（参数代号）写一个。", place)
        )
    elif limit["param"] and pack.full(str(limit["param"])) not in pack.params:
        found.append(Problem("workflow.limit", f"没有参数“{limit['param']}”", "先在 params.toml 里写上。", place))
    elif limit["param"] and not _is_whole(pack.params[pack.full(str(limit["param"]))]):
        found.append(Problem("workflow.limit", f"参数“{limit['param']}”不能用作时限", f"每一段都写 value，1 到 {MOST_UNITS} 的整数。", place))
    if not limit["owner"]:
        found.append(Problem("workflow.limit", "时限没有人负责", "在 owner 里写上岗位。", place))
    return found + _telling(limit, place)


def _telling(limit: Mapping[str, Any], place: Place) -> list[Problem]:
    """Who is told when: posts that there are, the reminder within the limit, each escalation later than the one before."""
    found, known = [], "、".join(f"{kind.id}（{kind.label}）" for kind in post_kinds().values())
    if limit["remind"] is not None and not 0 <= limit["remind"] <= (limit["value"] or MOST_UNITS):
        found.append(Problem("workflow.remind", "提醒（remind）写得不对", "写提前几个单位：0（不提醒）到时限本身的长短。", place))
    afters = [step["after"] for step in limit["escalate"]]
    if any(not 0 < after <= LONGEST_WAIT for after in afters) or afters != sorted(set(afters)):
        found.append(Problem("workflow.escalate", "提级（escalate）先后写得不对", f"after 是超期几个单位以后，1 到 {LONGEST_WAIT}，一级比一级晚。", place))
    if not all(step["to"] for step in limit["escalate"]):
        found.append(Problem("workflow.escalate", "提级了却没有写告诉谁", "在 to 里写上岗位。", place))
    told = [name for step in limit["escalate"] for name in step["to"]]
    found += [Problem("workflow.stranger", f"没有岗位“{name}”", f"可以用：{known}。", place) for name in told if name not in post_kinds()]
    return found


def _is_whole(param: Entry) -> bool:
    """Whether every value of a parameter that is not abolished is a whole number that a limit can have."""
    told = [values for values in param.table["from"].values() if values != {"abolished": True}]
    return all(isinstance(values.get("value"), int) and 1 <= values["value"] <= MOST_UNITS for values in told)


def _ways(entry: Entry) -> list[Problem]:
    """States nobody reaches, and states that are no end and that nobody leaves."""
    moves = [move for action in entry.table["action"] for move in action["move"]]
    reached = {move["to"] for move in moves if move["from"] is None}
    for _ in entry.table["state"]:
        reached |= {move["to"] for move in moves if move["from"] in reached}
    left = {move["from"] for move in moves if move["from"] != move["to"]}
    found: list[Problem] = []
    for state in entry.table["state"]:
        name, place = state["id"], entry.place(state["id"])
        if name not in reached:
            found.append(
                Problem("workflow.unreached", f"状态“{name}”永远走不到", "补一个到它的动作，或删掉它。", place)
            )
        if name not in left and not state["end"]:
            remedy = "补一个动作，或者写上 end = true（终点）。"
            found.append(Problem("workflow.dead_end", f"到了状态“{name}”就没有下一步", remedy, place))
    return found
