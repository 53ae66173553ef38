"""One Chinese term, one identifier: the glossary is complete, and the words it bans are not used."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT, modules, name_of, tree

# Synonyms of glossary words, each with the word to write instead.
BANNED = {
    "indicator": "metric",
    "kpi": "metric",
    "organisation": "unit",
    "organization": "unit",
    "department": "office",
    "gridworker": "grid_worker",
    "strikeoff": "strike_off",
    "timelimit": "time_limit",
}
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")


def words(identifier: str) -> list[str]:
    """``MetricKind`` and ``metric_kind`` are both metric, kind."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower().split("_")


def identifiers(path: Path) -> Iterator[tuple[int, str]]:
    """Names that people of ours gave: of functions, classes, arguments and assigned variables."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def test_no_identifier_uses_a_banned_synonym() -> None:
    found = [
        f"{name_of(path)}:{line} {name} (write {BANNED[word]})"
        for path in modules()
        if not name_of(path).startswith("tests/house/")
        for line, name in identifiers(path)
        for word in words(name)
        if word in BANNED
    ]
    assert found == []


def test_no_id_of_a_pack_uses_a_banned_synonym() -> None:
    found = [
        f"{file}: {item['id']}"
        for file, item in declared()
        for word in words(str(item["id"]).replace(".", "_"))
        if word in BANNED
    ]
    assert found == []


def test_every_id_of_a_pack_has_a_chinese_label_beside_it() -> None:
    labels = [(f"{file}: {item['id']}", str(item.get("label", ""))) for file, item in declared()]
    assert [name for name, label in labels if not has_chinese(label)] == []


def test_the_glossary_gives_each_identifier_once() -> None:
    counted = Counter(identifier for _, identifier in glossary())
    assert len(counted) > 100
    assert [identifier for identifier, times in counted.items() if times > 1] == []


def test_the_glossary_gives_each_chinese_term_once() -> None:
    assert [term for term, times in Counter(term for term, _ in glossary()).items() if times > 1] == []


def test_the_glossary_uses_no_word_that_it_bans() -> None:
    assert [name for _, name in glossary() if set(words(name)) & set(BANNED)] == []


def declared() -> Iterator[tuple[str, dict]]:
    """Each thing with an id in the ledgers, metrics and workflows of all packs."""
    patterns = ("*/pack.toml", "*/ledgers/*.toml", "*/metrics.toml", "*/workflows/*.toml")
    for pattern in patterns:
        for path in sorted((ROOT / "packs").glob(pattern)):
            body = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from ((name_of(path), item) for item in with_id(body))


def with_id(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value
        for part in value.values():
            yield from with_id(part)
    elif isinstance(value, list):
        for part in value:
            yield from with_id(part)


def has_chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def glossary() -> list[tuple[str, str]]:
    """(Chinese term, identifier) of each row."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = (ROW.match(line) for line in text.splitlines())
    return [(row[1].strip(), row[2].strip(" `")) for row in rows if row and row[2].strip().startswith("`")]
