"""Names: ids that hide nothing and mean one thing; within a pack a label names one metric, one ledger, one field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.vocabulary import BANNED_IDS


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    for what, entries in (("台账", pack.ledgers), ("指标", pack.metrics), ("参数", pack.params), ("周期任务", pack.rounds), ("来往表", pack.exchanges), ("排班", pack.rosters)):
        found += _banned(entry.place("id") for entry in entries.values())
        found += _one_label(what, entries.values())
    for ledger in pack.ledgers.values():
        fields = [field for field in ledger.table.get("field", ()) if "id" in field]
        found += _banned(Place(ledger.file, key=field["id"]) for field in fields)
        found += _one_label("字段", (Entry(field["id"], ledger.file, field) for field in fields))
    return found


def _banned(places: Iterable[Place]) -> list[Problem]:
    return [
        Problem("glossary.banned", f"代号“{name}”含义不清或另有所指", "换一个说得出是什么的英文词。", place)
        for place in places
        if (name := place.key.split(".")[0]) in BANNED_IDS
    ]


def _one_label(what: str, entries: Iterable[Entry]) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[str, str] = {}
    for entry in entries:
        label = entry.table.get("label")
        if label in seen:
            message = f"{what}“{seen[label]}”和“{entry.key}”都叫“{label}”"
            found.append(
                Problem("glossary.same_label", message, "改一个名称，让人一看就分得清。", entry.place("label"))
            )
        elif label:
            seen[label] = entry.key
    return found
