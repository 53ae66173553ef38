"""Packs, loaded and checked: the door of the kit.

A shelf is a folder of packs. A pack is judged beside the packs it reads, which stand on the same shelf.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit import bodies
from zhenwu.packkit.bodies import Body
from zhenwu.packkit.checks import CHECKS
from zhenwu.packkit.draft import Draft, Entry, read_draft
from zhenwu.packkit.examples import Example
from zhenwu.packkit.exchanges import exchange_body
from zhenwu.packkit.paper_names import document_body
from zhenwu.packkit.rosters import roster_body
from zhenwu.sdk import warn_workflow


@dataclass(frozen=True)
class Pack:
    """A checked pack. Definitions are plain JSON bodies by full key; ``bindings`` are raw tables by file name."""

    id: str
    label: str
    version: str
    steward: str
    reads: tuple[str, ...]
    readme: str
    ledgers: dict[str, Body]
    metrics: dict[str, Body]
    workflows: dict[str, Body]
    params: dict[str, Body]
    reports: dict[str, Body]
    rules: dict[str, Body]
    rounds: dict[str, Body]
    documents: dict[str, Body]
    rolls: dict[str, Body]
    windows: dict[str, Body]
    exchanges: dict[str, Body]
    rosters: dict[str, Body]
    examples: tuple[Example, ...]
    bindings: dict[str, dict[str, Any]]
    hooks: str | None
    usual_for: tuple[str, ...] = ()  # posts that report these matters in the usual course
    standby: bool = False  # installed only when somebody switches it on

    def definitions(self) -> Iterator[tuple[str, str, Body]]:
        """(kind, key, body) of everything that is installed, in an order in which nothing precedes what it needs."""
        kinds = ("params", "ledgers", "workflows", "metrics", "reports", "rules", "rounds", "documents", "rolls", "windows", "exchanges", "rosters")
        for kind in kinds:
            for key, body in getattr(self, kind).items():
                yield kind.removesuffix("s"), key, body


def load_pack(folder: Path) -> Pack:
    """Read and check one pack; raises ``Problems`` with everything that is wrong, ``Problem('pack.folder')`` if absent."""
    draft = read_draft(folder)
    others = _beside(draft, folder.resolve().parent)
    found = _judge(draft, others)
    if found:
        raise Problems(found)
    return _compile(draft, others)


def load_packs(shelf: Path) -> list[Pack]:
    """All packs of a shelf, those that are read first; raises ``Problems`` of all of them together."""
    drafts = {folder.name: read_draft(folder) for folder in folders(shelf)}
    found = [_inside(name, problem) for name in drafts for problem in _judge(drafts[name], _without(drafts, name))]
    if found:
        raise Problems(found)
    return [_compile(drafts[name], _without(drafts, name)) for name in _in_order(drafts)]


def check_pack(folder: Path) -> list[Problem]:
    """Everything wrong with one pack; an empty list when it is sound."""
    try:
        load_pack(folder)
    except Problems as problems:
        return problems.found
    except Problem as problem:
        return [problem]
    return []


def warn_pack(folder: Path) -> list[Problem]:
    """What is to be looked at in a sound pack: it can be installed as it is."""
    return [problem for entry in read_draft(folder).workflows.values() for problem in warn_workflow(entry.table["workflow"], entry.file)]


def check_packs(shelf: Path) -> dict[str, list[Problem]]:
    """What is wrong with each pack of a shelf, by folder name."""
    return {folder.name: check_pack(folder) for folder in folders(shelf)}


def folders(shelf: Path) -> list[Path]:
    """The folders of a shelf that hold a pack, by name; raises ``Problem('pack.shelf')`` when there is no such shelf."""
    if not shelf.is_dir():
        raise Problem("pack.shelf", f"没有“{shelf.name}”这个文件夹", "请给出放业务模块的文件夹。")
    return [path for path in sorted(shelf.iterdir()) if not path.is_symlink() and (path / "pack.toml").is_file()]


def _beside(draft: Draft, shelf: Path) -> dict[str, Draft]:
    """The packs that the draft reads, and those that they read."""
    there = {folder.name: folder for folder in folders(shelf)}
    others: dict[str, Draft] = {}
    waiting = list(draft.reads)
    while waiting:
        name = waiting.pop()
        if name in there and name not in others and name != draft.id:
            others[name] = read_draft(there[name])
            waiting += others[name].reads
    return others


def _inside(name: str, problem: Problem) -> Problem:
    """The same problem, its file named from the shelf."""
    place = problem.place
    return problem.at(replace(place, file=f"{name}/{place.file}"))


def _without(drafts: Mapping[str, Draft], name: str) -> dict[str, Draft]:
    return {other: draft for other, draft in drafts.items() if other != name}


def _judge(draft: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found = [*draft.problems, *(problem for check in CHECKS for problem in check(draft, others))]
    unique = {(p.place, p.code, p.message): p for p in found}
    return sorted(unique.values(), key=lambda p: (p.place.file, p.place.row or 0, p.place.key, p.code))


def _in_order(drafts: Mapping[str, Draft]) -> list[str]:
    """Names in an order in which each pack comes after those it reads; circles are refused before."""
    ordered: list[str] = []
    while len(ordered) < len(drafts):
        ordered += [name for name, draft in drafts.items() if name not in ordered and set(draft.reads) <= set(ordered)]
    return ordered


def _compile(draft: Draft, others: Mapping[str, Draft]) -> Pack:
    def each(entries: Mapping[str, Entry], make: Any, *more: Any) -> dict[str, Body]:
        return {key: make(draft, *more, entry) for key, entry in entries.items()}

    return Pack(
        id=draft.id,
        label=draft.manifest["label"],
        version=draft.manifest["version"],
        steward=draft.manifest["steward"],
        reads=draft.reads,
        readme=draft.raw.texts["README.md"],
        ledgers=each(draft.ledgers, bodies.ledger_body),
        metrics=each(draft.metrics, bodies.metric_body, others),
        workflows=each(draft.workflows, bodies.workflow_body),
        params=each(draft.params, bodies.param_body),
        reports={key: bodies.report_body(draft, key, document) for key, document in draft.documents.items()},
        rules=each(draft.rules, bodies.rule_body, others),
        rounds=each(draft.rounds, bodies.round_body, others),
        documents={key: document_body(draft, others, key, paper) for key, paper in draft.papers.items()},
        rolls=each(draft.rolls, bodies.roll_body, others),
        windows=each(draft.windows, bodies.window_body),
        exchanges=each(draft.exchanges, exchange_body),
        rosters=each(draft.rosters, roster_body),
        examples=tuple(draft.examples),
        bindings=draft.raw.under("bindings"),
        hooks=draft.raw.texts.get("hooks.py"),
        usual_for=tuple(draft.manifest["usual_for"]),
        standby=draft.manifest["standby"],
    )
