"""A pack whose tables have the right shape, not yet known to make sense: what the checks look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhenwu.lib.problems import Place, Problem, Problems
from zhenwu.packkit import vocabulary
from zhenwu.packkit.dated import Params, named, written_out
from zhenwu.packkit.examples import Example, read_stories
from zhenwu.packkit.front_matter import Document, read_document
from zhenwu.packkit.papers import PaperFile, read_paper
from zhenwu.packkit.reader import Raw, read_folder
from zhenwu.packkit.shapes import ID, Key, read_table
from zhenwu.sdk import read_workflow


@dataclass(frozen=True)
class Entry:
    """One definition: its full key (``demolition.area``), where it stands, its table, and whether all of it was well-shaped."""

    key: str
    file: str
    table: Mapping[str, Any]
    sound: bool = True

    def place(self, *parts: str) -> Place:
        """The file and the key inside it."""
        return Place(self.file, key=".".join([str(self.table.get("id", "")), *parts]).strip("."))


@dataclass
class Draft:
    """Definitions by full key; ``problems`` is what was ill-shaped. ``raw`` keeps the texts."""

    id: str
    raw: Raw
    manifest: Mapping[str, Any] = field(default_factory=dict)
    ledgers: dict[str, Entry] = field(default_factory=dict)
    metrics: dict[str, Entry] = field(default_factory=dict)
    workflows: dict[str, Entry] = field(default_factory=dict)
    params: dict[str, Entry] = field(default_factory=dict)
    rules: dict[str, Entry] = field(default_factory=dict)
    rounds: dict[str, Entry] = field(default_factory=dict)
    rolls: dict[str, Entry] = field(default_factory=dict)
    windows: dict[str, Entry] = field(default_factory=dict)
    exchanges: dict[str, Entry] = field(default_factory=dict)
    rosters: dict[str, Entry] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    papers: dict[str, PaperFile] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.manifest.get("reads") or ())

    def full(self, key: str) -> str:
        """A key without a dot means the pack's own."""
        return key if "." in key else f"{self.id}.{key}"


# What one file lists, name → what its users call it.
_LISTED = {"round": "周期任务", "roll": "点名", "window": "窗口", "exchange": "来往表", "roster": "排班"}


def read_draft(folder: Path) -> Draft:
    """Read and shape a folder; raises ``Problem('pack.folder')`` when there is none."""
    raw = read_folder(folder)
    found = list(raw.problems)
    manifest: dict[str, Any] = {}
    if "pack.toml" in raw.tables:
        manifest = read_table(raw.tables["pack.toml"], vocabulary.MANIFEST, Place("pack.toml"), found, "pack.toml ")
    draft = Draft(str(manifest.get("id") or raw.folder), raw, manifest, problems=found)
    _read_ledgers(draft)
    _read_params(draft)
    _read_metrics(draft)
    _read_workflows(draft)
    _read_rules(draft)
    for name, what in _LISTED.items():
        _read_listed(draft, name, what)
    for file, text in sorted(raw.texts.items()):
        if file.startswith("reports/"):
            draft.documents[f"{draft.id}.{Path(file).stem}"] = read_document(file, text, found)
        elif file.startswith("documents/"):
            draft.papers[f"{draft.id}.{Path(file).stem}"] = read_paper(file, text, found)
    for file, story in sorted(raw.stories.items()):
        draft.examples += read_stories(file, story, found)
    return draft


def _add(draft: Draft, entries: dict[str, Entry], entry: Entry, what: str) -> None:
    if entry.key in entries:
        draft.problems.append(
            Problem("pack.twice", f"{what}“{entry.key}”写了两次", "改掉其中一个的 id。", entry.place("id"))
        )
    else:
        entries[entry.key] = entry


def _read_ledgers(draft: Draft) -> None:
    for file, raw in draft.raw.under("ledgers").items():
        before = len(draft.problems)
        table = read_table(raw, vocabulary.LEDGER, Place(file), draft.problems, "台账")
        table["follow"] = [read_table(item, vocabulary.FOLLOW, Place(file), draft.problems, "follow") for item in table.get("follow", ())]
        if table.get("sign") is not None:
            table["sign"] = sign = read_table(table["sign"], vocabulary.SIGN, Place(file), draft.problems, "sign")
            sign["fact"] = [read_table(item, vocabulary.SIGN_FACT, Place(file), draft.problems, "sign.fact") for item in sign.get("fact", ())]
        if "field" in table:
            table["field"] = [
                _read_kind(item, vocabulary.FIELDS, "type", Place(file), draft.problems, "字段")
                for item in table["field"]
            ]
        if "id" in table:
            sound = len(draft.problems) == before
            _add(draft, draft.ledgers, Entry(f"{draft.id}.{table['id']}", file, table, sound), "台账")


def _read_kind(
    raw: Any, forms: Mapping[str, Mapping[str, Key]], name: str, place: Place, found: list[Problem], what: str
) -> dict[str, Any]:
    """A table whose allowed keys depend on one of them (a field's type, a metric's kind)."""
    kind = raw.get(name) if isinstance(raw, dict) else None
    own = raw.get("id") if isinstance(raw, dict) else None
    inner = Place(place.file, key=own if isinstance(own, str) and ID.fullmatch(own) else "")
    if not isinstance(kind, str) or kind not in forms:
        allowed = "、".join(forms)
        message = f"{what}没有“{str(kind)[:40]}”这个种类" if kind is not None else f"{what}没有写明 {name}"
        found.append(Problem(f"pack.{name}", message, f"{name} 可以是：{allowed}。", inner))
        return {}
    return read_table(raw, forms[kind], inner, found, f"{what}（{kind}）")


def _read_metrics(draft: Draft) -> None:
    raw = draft.raw.tables.get("metrics.toml")
    if raw is None:
        return
    place = Place("metrics.toml")
    listed = read_table(raw, {"metric": Key("tables", required=True)}, place, draft.problems, "metrics.toml ")
    for item in listed.get("metric", []):
        before = len(draft.problems)
        table = _read_kind(item, vocabulary.METRICS, "kind", place, draft.problems, "指标")
        inner = Place(place.file, key=f"{table.get('id', '')}.match".strip("."))
        table["match"] = {
            other: read_table(raw, vocabulary.MATCH, inner, draft.problems, "match")
            for other, raw in (table.get("match") or {}).items()
        }
        if table.get("within") is not None:
            table["within"] = read_table(table["within"], vocabulary.WITHIN, Place(place.file, key=f"{table.get('id', '')}.within"), draft.problems, "within")
        _dated_metric(draft, table, place)
        if "id" in table:
            sound = len(draft.problems) == before
            _add(draft, draft.metrics, Entry(f"{draft.id}.{table['id']}", "metrics.toml", table, sound), "指标")


def _read_workflows(draft: Draft) -> None:
    """The matters shelf reads its own tables; an unreadable one is told by its problems alone."""
    for file, raw in draft.raw.under("workflows").items():
        try:
            workflow = read_workflow(_with_numbers(draft, raw, file), file)
        except Problems as problems:
            draft.problems.extend(problems.found)
            continue
        table = {"id": workflow.id, "label": workflow.label, "workflow": workflow}
        _add(draft, draft.workflows, Entry(f"{draft.id}.{workflow.id}", file, table), "流程")


def _with_numbers(draft: Draft, raw: Any, file: str) -> Any:
    """The tables of a workflow, the parameters in its conditions written out by the day on which the matter was reported."""

    def told(one: Any, where: str, absent: bool) -> Any:
        if not isinstance(one, dict) or not isinstance(one.get("when"), str):
            return one
        try:
            return {**one, "when": written_out(one["when"], _numbers(draft), "reported_on", Place(file, key=f"{where}when"), absent)}
        except Problem as problem:
            raise Problems([problem]) from problem

    def moves(one: Any, number: int) -> Any:
        if not isinstance(one, dict) or not isinstance(one.get("move"), list):
            return one
        return {**one, "move": [told(move, f"action[{number}].move[{n}].", True) for n, move in enumerate(one["move"], 1)]}

    actions, limits = raw.get("action"), raw.get("limit")
    return {
        **raw,
        **({"action": [moves(one, n) for n, one in enumerate(actions, 1)]} if isinstance(actions, list) else {}),
        **({"limit": [told(one, f"limit[{n}].", False) for n, one in enumerate(limits, 1)]} if isinstance(limits, list) else {}),
    }


def _numbers(draft: Draft) -> Params:
    return {entry.table["id"]: entry.table for entry in draft.params.values() if entry.sound}


def _dated_rule(draft: Draft, table: dict[str, Any], place: Place) -> None:
    """The parameters in a rule's conditions written out by the day of the record (of the report, where it listens to steps)."""
    ledger = draft.ledgers.get(draft.full(str(table.get("ledger") or "")))
    stands = ledger is not None and ledger.table.get("shape") == "stock"
    day = "reported_on" if table.get("workflow") else "valid_from" if stands else "occurred_on"
    for holder in (table, table.get("each")):
        if holder and isinstance(holder.get("when"), str):
            try:
                holder["when"] = written_out(holder["when"], _numbers(draft), day, Place(place.file, key=f"{table.get('id', '')}.when"))
            except Problem as problem:
                draft.problems.append(problem)


def _dated_metric(draft: Draft, table: dict[str, Any], place: Place) -> None:
    """The parameters in a metric's filter written out by the day by which a row falls into its period; what was written and what it names
    are kept beside (``where_text``, ``params``)."""
    text = table.get("where") or ""
    table |= {"where_text": table.get("where"), "params": named(text)}
    if not table["params"]:
        return
    where = Place(place.file, key=f"{table.get('id', '')}.where")
    if table["kind"] == "stock":
        remedy = "期末数没有一天可照；改成按日期数的发生数，或者把数直接写进条件并在口径里说明。"
        draft.problems.append(Problem("param.stock", "期末数的条件里用不了带日期的参数", remedy, where))
        return
    day = table.get("time") or ("reported_on" if table.get("workflow") else "occurred_on")
    try:
        table["where"] = written_out(text, _numbers(draft), day, where)
    except Problem as problem:
        draft.problems.append(problem)


def _read_params(draft: Draft) -> None:
    for name, raw in sorted(draft.raw.tables.get("params.toml", {}).items()):
        place = Place("params.toml", key=re.sub(r"\s", " ", name)[:60])
        if not ID.fullmatch(name):
            draft.problems.append(
                Problem(
                    "pack.kind",
                    f"参数代号“{place.key}”不对",
                    "小写英文字母开头，只含小写字母、数字和下划线。",
                    place,
                )
            )
            continue
        before = len(draft.problems)
        table = read_table(raw, vocabulary.PARAM, place, draft.problems, "参数")
        entry = Entry(f"{draft.id}.{name}", "params.toml", {"id": name, **table}, len(draft.problems) == before)
        _add(draft, draft.params, entry, "参数")


def _read_rules(draft: Draft) -> None:
    raw = draft.raw.tables.get("rules.toml")
    if raw is None:
        return
    place = Place("rules.toml")
    listed = read_table(raw, {"rule": Key("tables", required=True)}, place, draft.problems, "rules.toml ")
    for item in listed.get("rule", []):
        before = len(draft.problems)
        table = read_table(item, vocabulary.RULE, place, draft.problems, "规则")
        for name, keys in (("open", vocabulary.RULE_OPEN), ("beside", vocabulary.RULE_BESIDE), ("enter", vocabulary.RULE_ENTER), ("each", vocabulary.RULE_EACH), ("once", vocabulary.RULE_ONCE)):
            if table.get(name) is not None:
                inner = Place(place.file, key=f"{table.get('id', '')}.{name}".strip("."))
                table[name] = read_table(table[name], keys, inner, draft.problems, name)
        _dated_rule(draft, table, place)
        if (table.get("enter") or {}).get("look") is not None:
            table["enter"]["look"] = read_table(table["enter"]["look"], vocabulary.RULE_LOOK, Place(place.file, key=f"{table.get('id', '')}.look"), draft.problems, "look")
        if "id" in table:
            sound = len(draft.problems) == before
            _add(draft, draft.rules, Entry(f"{draft.id}.{table['id']}", "rules.toml", table, sound), "规则")


def _read_listed(draft: Draft, name: str, what: str) -> None:
    """``<name>s.toml``: a list of tables of one shape; those of an exchange have tables of their own inside."""
    file = f"{name}s.toml"
    raw, place = draft.raw.tables.get(file), Place(file)
    if raw is None:
        return
    keys: Mapping[str, Key] = getattr(vocabulary, name.upper())
    listed = read_table(raw, {name: Key("tables", required=True)}, place, draft.problems, f"{file} ")
    for item in listed.get(name, []):
        before = len(draft.problems)
        table = read_table(item, keys, place, draft.problems, what)
        if name == "exchange":
            _read_inside(draft, table, place)
        if "id" in table:
            entry = Entry(f"{draft.id}.{table['id']}", file, table, len(draft.problems) == before)
            _add(draft, getattr(draft, f"{name}s"), entry, what)


def _read_inside(draft: Draft, table: dict[str, Any], place: Place) -> None:
    """The columns, answers and changes of an exchange."""
    inner = Place(place.file, key=str(table.get("id", "")))
    table["column"] = [
        _read_kind(one, vocabulary.EXCHANGE_COLUMNS, "read", place, draft.problems, "收进来的栏目") for one in table.get("column") or ()
    ]
    for name, keys, what in (("answer", vocabulary.EXCHANGE_ANSWER, "回填的栏目"), ("change", vocabulary.EXCHANGE_CHANGE, "变了怎么办")):
        table[name] = [read_table(one, keys, inner, draft.problems, what) for one in table.get(name) or ()]
