"""Our own templates: headings and paragraphs with ``⟦key⟧``, each key bound in TOML between two ``+++``
lines.

    +++
    拆违面积 = {metric = "demolition.area", period = "year", unit = "万平方米", decimals = 1}
    +++
    # 三改一拆
    全年拆除违法建筑⟦拆违面积⟧万平方米。

Words that claim something without a digit are bound to the metric that counts their exceptions, by the words themselves:
``应保尽保 = {claim = "relief.uncovered"}``. A line is a paragraph, ``#`` and ``##`` begin headings, empty lines part them. Keys may be Chinese without
quotes.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from zhenwu.kernel.reports.bindings import Binding, Bindings, read_slot
from zhenwu.kernel.reports.claims import Claim, read_claim
from zhenwu.kernel.reports.slots import Template
from zhenwu.kernel.reports.text_template import read_text
from zhenwu.lib.problems import Place, Problem, Problems

_FENCE = "+++"
_BARE_KEY = re.compile(r"^(\s*)([^\s\"'#=\[\]{},]*[^\x00-\x7f][^\s\"'#=\[\]{},]*)(\s*=)", re.MULTILINE)


def read_own(text: str, file: str) -> tuple[Template, Bindings]:
    """Read a template of ours.

    Raises ``Problem`` for a broken head, ``Problems`` for keys unbound or bound in vain.
    """
    head, body, first_line = _parted(text, file)
    entries = _entries(head, file)
    template = read_text(body)
    found: list[Problem] = []
    claims = [_claimed(key, entries.pop(key), file, found) for key in list(entries) if _is_claim(entries[key])]
    bound = [_bound(key, entry, file, found) for key, entry in entries.items()]
    for slot in template.slots:
        if not slot.key:
            found.append(Problem("own.no_key", "有一处空没有写名字", "写成 ⟦名字⟧。", Place(file)))
        elif slot.key not in entries:
            place = Place(file, row=first_line + slot.paragraph, key=slot.key)
            found.append(
                Problem("own.unbound", f"“{slot.key}”没有取数来源", "在开头的 +++ 之间给它写一行。", place)
            )
    if body.count("⟦") != len(template.slots) or body.count("⟧") != len(template.slots):
        found.append(
            Problem(
                "own.unclosed", "有一处 ⟦ ⟧ 没有配成对或里面没有字", "写成 ⟦名字⟧，不要换行。", Place(file)
            )
        )
    for key in sorted(set(entries) - {slot.key for slot in template.slots}):
        remedy = "删去这一行，或在正文里写上 ⟦" + key + "⟧。"
        found.append(Problem("own.unused", f"“{key}”在正文里没有用到", remedy, Place(file, key=key)))
    if found:
        raise Problems(found)
    return template, Bindings(
        tuple(binding for binding in bound if binding), label=file, claims=tuple(claim for claim in claims if claim)
    )


def take_apart(text: str, file: str) -> tuple[dict[str, Any], str]:
    """(what each key is bound to, the body) of a template of ours; raises ``Problem`` for a broken head."""
    head, body, _ = _parted(text, file)
    return _entries(head, file), body


def put_together(entries: Mapping[str, Any], body: str) -> str:
    """A template of ours with these bindings, which ``read_own`` reads again."""
    return "\n".join([_FENCE, *(f"{_toml(key)} = {_toml(entry)}" for key, entry in entries.items()), _FENCE, body])


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entries(head: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_BARE_KEY.sub(r'\1"\2"\3', head))
    except tomllib.TOMLDecodeError as error:
        message = f"开头两行 +++ 之间的取数关联写得不对：{error}"
        raise Problem("binding.toml", message, "行号从 +++ 的下一行数起。", Place(file)) from error


def _parted(text: str, file: str) -> tuple[str, str, int]:
    """The head, the body, and the line number at which the body begins."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    fences = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
    if len(fences) < 2 or any(line.strip() for line in lines[: fences[0]]):
        raise Problem(
            "own.no_head",
            "模板开头缺少取数关联",
            "文件以一行 +++ 开头，写完取数关联后再写一行 +++，下面是正文。",
            Place(file),
        )
    first, second = fences[:2]
    return "\n".join(lines[first + 1 : second]), "\n".join(lines[second + 1 :]), second + 2


def _is_claim(entry: object) -> bool:
    return isinstance(entry, dict) and "claim" in entry


def _claimed(words: str, entry: dict[str, object], file: str, found: list[Problem]) -> Claim | None:
    """``"应保尽保" = {claim = "relief.uncovered"}``: the words themselves are the key."""
    try:
        given = {name: value for name, value in entry.items() if name != "claim"}
        return read_claim({"id": words, "words": [words], "metric": entry["claim"], **given}, file)
    except Problem as problem:
        found.append(problem)
        return None


def _bound(key: str, entry: object, file: str, found: list[Problem]) -> Binding | None:
    place = Place(file, key=key)
    if not isinstance(entry, dict):
        found.append(Problem("binding.type", "取数关联要写在花括号里", '例如 {profile = "town"}。', place))
        return None
    try:
        return read_slot(entry, file, key)
    except Problem as problem:
        found.append(problem if problem.place.file else problem.at(place))
        return None
