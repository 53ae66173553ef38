"""Adopting a report's plan: its sentences and their tasks become records of the plan's ledgers.

Nothing is kept twice: a sentence is known again by its words, so that adopting the same report once more writes nothing,
and a later edition changes what it changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.ledgers.api import RecordInput, save_records
from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.kernel.plans.matching import Match, match_sentences
from zhenwu.kernel.plans.reading import DROPPED, LINE, RUNNING, SENTENCES, TASKS, Sentence, Task, sentences, tasks
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem, Refused

STANCE = "stance"
MOST = 500  # sentences of one plan


@dataclass(frozen=True)
class GoalInput:
    """A task to be made of a sentence; texts as a person confirmed them."""

    title: str
    due_on: date
    office: str
    metric: str = ""
    measured_year: str = ""
    target: str = ""
    target_unit: str = ""
    bound: str = ""
    leader: str = ""
    partner: str = ""
    owner: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class SentenceInput:
    """A sentence to be adopted, with its tasks (none for a 表态); ``code`` when it is an adopted one in other words."""

    chapter: str
    words: str
    sort: str
    line: str = ""
    code: str = ""
    goals: tuple[GoalInput, ...] = ()


@dataclass(frozen=True)
class Adoption:
    """What is adopted: the issue's number, the year planned for, the township, the day the congress passed it, the sentences;
    ``drop``: codes of sentences no longer there, whose running tasks are to be cancelled."""

    edition: str
    year: int
    unit: UUID
    passed_on: date
    rows: tuple[SentenceInput, ...]
    drop: tuple[str, ...] = field(default=())


def compare(year: int, words: Sequence[str]) -> list[Match]:
    """How the sentences of an edition stand to what was adopted for the year."""
    return match_sentences({one.code: one.words for one in sentences(year)}, words)


def adopt(actor: Actor, given: Adoption, op_id: UUID) -> dict[str, int]:
    """Write sentences and tasks; returns how many were new, changed and dropped.

    Raises ``Refused('plan.refused')``, ``Problem('plan.empty')``, and what the ledgers raise for a row.
    """
    if not reach(actor, "write", LINE).covers(given.unit):
        raise Refused("plan.refused", "您没有采纳计划、下达任务的权限", "请由党政办或有“计划与任务”条线的同志办理。")
    if not 0 < len(given.rows) <= MOST:
        raise Problem("plan.empty", f"没有选中要采纳的句子，或超过 {MOST} 句", "勾选要采纳的句子再提交。")
    _refuse_twins(given)
    before = {one.code: one for one in sentences(given.year)}
    codes = _codes(given, before)
    written = [_sentence(given, row, code, before.get(code)) for row, code in zip(given.rows, codes, strict=True)]
    said = [one for one in written if one is not None]
    there = tasks(given.year)
    made = [one for row, code in zip(given.rows, codes, strict=True) for one in _tasks(given, row, code, there)]
    gone = _dropped(given, there)
    if said:
        save_records(actor, SENTENCES, said, uuid5(op_id, "sentences"), correct=True)
    if made or gone:
        save_records(actor, TASKS, [*made, *gone], uuid5(op_id, "tasks"), correct=True)
    return {
        "new": sum(code not in before for code in codes), "changed": sum(bool(one.reason) for one in said),
        "tasks": sum(not one.reason for one in made), "dropped": len(gone),
    }  # fmt: skip


def _refuse_twins(given: Adoption) -> None:
    words = [row.words for row in given.rows]
    twin = next((text for number, text in enumerate(words) if text in words[:number]), None)
    if twin is not None:
        raise Problem("plan.twins", f"同一句话出现了两次：“{twin[:30]}”", "留下一句，另一句不勾选。")


def _codes(given: Adoption, before: dict[str, Sentence]) -> list[str]:
    """The code of each row: that of the sentence with its words, or of the one it was before; else the next of the year."""
    by_words = {one.words: code for code, one in before.items()}
    last = max((int(code[5:]) for code in before if code[5:].isdigit()), default=0)
    codes = []
    for row in given.rows:
        code = by_words.get(row.words) or (row.code if row.code in before and row.code not in codes else "")
        last += not code
        codes.append(code or f"{given.year}-{last:03d}")
    return codes


def _sentence(given: Adoption, row: SentenceInput, code: str, before: Sentence | None) -> RecordInput | None:
    data = {"code": code, "chapter": row.chapter or "（没有标题）", "words": row.words, "sort": row.sort}
    data |= {name: text for name, text in (("line", row.line), ("edition", given.edition)) if text}
    if before is None:
        return RecordInput(data, given.unit, given.passed_on)
    if before.words == row.words and (before.sort, before.line) == (row.sort, row.line):
        return None
    why = f"第{given.edition}号定稿改了字" if before.words != row.words else "重新归类"
    return RecordInput(data, given.unit, reason=why)


def _tasks(given: Adoption, row: SentenceInput, code: str, every: Sequence[Task]) -> list[RecordInput]:
    """A sentence's tasks: those it has already are kept (and take on what changed), the others are new."""
    if row.sort == STANCE:
        return []
    there = [one for one in every if one.sentence == code]
    made: list[RecordInput] = []
    taken: set[str] = set()
    for number, goal in enumerate(row.goals, start=1):
        old = _same(goal, [one for one in there if one.code not in taken], len(row.goals))
        name = old.code if old else _free_code(code, number, {one.code for one in there} | taken)
        taken.add(name)
        entry = _changed(given, goal, row, old) if old else _fresh(given, goal, row, code, name)
        made += [entry] if entry else []
    return made


def _free_code(sentence: str, number: int, used: set[str]) -> str:
    names = (f"R{sentence}" if at == 1 else f"R{sentence}-{at}" for at in range(number, number + len(used) + 2))
    return next(name for name in names if name not in used)


def _same(goal: GoalInput, there: Sequence[Task], count: int) -> Task | None:
    """The task a goal was before: of the same metric, or title; a single one is itself whatever it says."""
    alike = [one for one in there if goal.metric and one.metric == goal.metric] or [one for one in there if one.title == goal.title]
    return alike[0] if alike else there[0] if len(there) == count == 1 else None


def _fresh(given: Adoption, goal: GoalInput, row: SentenceInput, sentence: str, code: str) -> RecordInput:
    data: dict[str, Any] = {"code": code, "sentence": sentence, "sort": row.sort, "line": row.line, "state": RUNNING, **asdict(goal)}
    data["due_on"] = goal.due_on.isoformat()
    return RecordInput({name: value for name, value in data.items() if value}, given.unit, today())


_WORDED = ("title", "target", "target_unit", "bound", "due_on")  # what an edition of the report can change


def _changed(given: Adoption, goal: GoalInput, row: SentenceInput, old: Task) -> RecordInput | None:
    """What a new edition says otherwise of a task that is still running; whom it was given to stays."""
    if old.state != RUNNING:
        return None
    now = {**{name: getattr(goal, name) for name in _WORDED}, "sort": row.sort}
    new = {name: str(value) for name, value in now.items() if value and str(value) != str(getattr(old, name))}
    return RecordInput({"code": old.code, **new}, given.unit, reason=f"第{given.edition}号定稿改了字") if new else None


def _dropped(given: Adoption, every: Sequence[Task]) -> list[RecordInput]:
    gone = [one for one in every if one.sentence in given.drop and one.state == RUNNING]
    why = f"第{given.edition}号定稿已没有这一句"
    return [RecordInput({"code": one.code, "state": DROPPED}, given.unit, until=max(today(), one.given_on), reason=why) for one in gone]
