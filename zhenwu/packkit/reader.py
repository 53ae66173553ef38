"""From a folder to plain tables and texts, trusting nothing in it.

A pack comes from a USB stick or a mail. So: no links, no files of unknown meaning, sizes bounded, UTF-8 only, YAML without
aliases and with every scalar left as text. Whatever is wrong is collected; reading goes on with the rest.
"""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.composer import Composer
from yaml.constructor import BaseConstructor
from yaml.resolver import BaseResolver

from zhenwu.lib.problems import Place, Problem

MAX_FILES = 300
MAX_BYTES = 512 * 1024
_IGNORED = {"__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini"}

# One file name, one meaning. The second column is how the file is read.
FILES: tuple[tuple[str, str], ...] = (
    ("pack.toml", "toml"),
    ("README.md", "text"),
    ("ledgers/*.toml", "toml"),
    ("workflows/*.toml", "toml"),
    ("metrics.toml", "toml"),
    ("params.toml", "toml"),
    ("rules.toml", "toml"),
    ("rounds.toml", "toml"),
    ("rolls.toml", "toml"),
    ("windows.toml", "toml"),
    ("exchanges.toml", "toml"),
    ("rosters.toml", "toml"),
    ("examples/*.yaml", "yaml"),
    ("reports/*.md", "text"),
    ("documents/*.md", "text"),
    ("bindings/*.toml", "toml"),
    ("hooks.py", "text"),
)


@dataclass
class Raw:
    """A pack as read: file name → table, text or story list. ``problems`` is what could not be read."""

    folder: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    stories: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def under(self, head: str) -> dict[str, dict[str, Any]]:
        """The tables of one sub-folder by file name, in order."""
        return {name: table for name, table in sorted(self.tables.items()) if name.startswith(f"{head}/")}


def read_folder(folder: Path) -> Raw:
    """Read every file of a pack; raises ``Problem('pack.folder')`` when there is no such folder."""
    if folder.is_symlink() or not folder.is_dir():
        raise Problem(
            "pack.folder",
            f"没有“{folder.name}”这个文件夹",
            "请给出业务模块所在的文件夹。",
            Place(folder.name),
        )
    raw = Raw(folder.resolve().name)
    for name in _names(folder, raw.problems):
        try:
            _read_one(raw, folder / name, name)
        except Problem as problem:
            raw.unread.add(name)
            raw.problems.append(problem)
    return raw


def _names(folder: Path, problems: list[Problem]) -> list[str]:
    """Relative names of the regular files, at most one folder deep."""
    names: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name in _IGNORED:
            continue
        inside = path.is_dir() and not path.is_symlink()
        for item in sorted(path.iterdir()) if inside else [path]:
            if item.name not in _IGNORED:
                names.append(item.relative_to(folder).as_posix())
            if len(names) > MAX_FILES:
                problems.append(
                    Problem(
                        "pack.too_many",
                        f"文件超过 {MAX_FILES} 个",
                        "一个业务模块只放一件业务。",
                        Place(folder.name),
                    )
                )
                return names[:MAX_FILES]
    return names


def _read_one(raw: Raw, path: Path, name: str) -> None:
    place = Place(name)
    how = _how(name)
    if how is None:
        allowed = "、".join(pattern for pattern, _ in FILES)
        raise Problem("pack.unknown_file", "业务模块里没有这种文件", f"可以有的文件：{allowed}。多余的请移走。", place)
    text = _text(path, place)
    if how == "toml":
        raw.tables[name] = _toml(text, place)
    elif how == "yaml":
        raw.stories[name] = _yaml(text, place)
    else:
        raw.texts[name] = text


def _how(name: str) -> str | None:
    for pattern, how in FILES:
        head, _, tail = pattern.rpartition("*")
        if name == pattern or (tail and name.startswith(head) and name.endswith(tail) and name.count("/") == 1):
            return how
    return None


def _text(path: Path, place: Place) -> str:
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode):
            raise Problem("pack.link", "这不是普通文件（是快捷方式、链接或设备）", "请把文件本身复制进来。", place)
        if info.st_size > MAX_BYTES:
            raise Problem("pack.too_large", f"文件超过 {MAX_BYTES // 1024} KB", "请拆分或删减。", place)
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Problem("pack.encoding", "文件不是 UTF-8 编码", "在记事本里另存为，编码选 UTF-8。", place) from None
    except OSError:
        raise Problem("pack.unreadable", "文件打不开", "检查文件是否损坏、是否有读取权限。", place) from None


def _toml(text: str, place: Place) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Problem("pack.toml", "括号套得太深", "最多套两三层。", place) from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise _toml_problem(text, str(error), place) from None


def _toml_problem(text: str, message: str, place: Place) -> Problem:
    found = re.search(r"line (\d+)", message)
    row = int(found[1]) if found else None
    lines = text.split("\n")
    line = lines[row - 1] if row and row <= len(lines) else ""
    remedy = "每行写成 名称 = 值；文字用英文双引号括起来；同一个名称只写一次。"
    if re.search("[“”‘’＝，]", re.sub(r'"[^"]*"', "", line)):
        remedy = '这一行里有中文的引号、逗号或等号，请改成英文的 " , = 。'
    return Problem("pack.toml", "写法不对，读不下去", remedy, Place(place.file, row))


class _Stories(Composer, CParser, BaseConstructor, BaseResolver):
    """YAML in which every scalar is text (no `no` that becomes false), without aliases or repeated keys.

    Read by libyaml, put together in Python: libyaml's own composer goes down into itself, and deep nesting ends the process.
    """

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        BaseConstructor.__init__(self)
        BaseResolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for number, name in enumerate(names):
            if not isinstance(name, str) or name in names[:number]:
                raise yaml.MarkedYAMLError(problem="key", problem_mark=node.value[number][0].start_mark)
        return super().construct_mapping(node, deep=True)


_YAML_WORDS = {
    "alias": ("不能用 & 和 * 引用", "把内容照写一遍。"),
    "key": ("同一处名称写了两次，或名称不是文字", "每个名称只写一次。"),
}


def _yaml(text: str, place: Place) -> Any:
    try:
        return _Stories(text).get_single_data()
    except RecursionError:
        raise Problem("pack.yaml", "层次套得太深", "例子只需三四层。", place) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message, remedy = _YAML_WORDS.get(
            getattr(error, "problem", "") or "",
            ("写法不对，读不下去", "用空格对齐（不要用制表符），冒号用英文并在后面空一格。"),
        )
        raise Problem("pack.yaml", message, remedy, Place(place.file, mark.line + 1 if mark else None)) from None
