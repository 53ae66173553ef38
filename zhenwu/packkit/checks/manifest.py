"""The three things every pack has: ``pack.toml``, a page for the office that uses it, and at least one example."""

from __future__ import annotations

from collections.abc import Mapping

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.draft import Draft
from zhenwu.sdk import post_kinds

MAX_PAGE_LINES = 80


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    for name, why in (
        ("pack.toml", "写明代号、名称、版本、负责科室"),
        ("README.md", "用一页纸告诉使用的科室：做什么、谁来做、不做什么"),
    ):
        if name not in pack.raw.tables and name not in pack.raw.texts and name not in pack.raw.unread:
            found.append(Problem("pack.missing_file", f"缺少 {name}", f"请新建这个文件，{why}。", Place(name)))
    if not pack.raw.stories and not any(name.startswith("examples/") for name in pack.raw.unread):
        found.append(
            Problem(
                "pack.missing_file",
                "没有例子",
                "在 examples 文件夹里写至少一个例子（.yaml）。",
                Place("examples/"),
            )
        )
    return found + _page(pack.raw.texts.get("README.md")) + _folder(pack) + _posts(pack)


def _posts(pack: Draft) -> list[Problem]:
    unknown = sorted(set(pack.manifest.get("usual_for") or ()) - post_kinds().keys())
    place = Place("pack.toml", key="usual_for")
    return [Problem("pack.post", f"没有“{one}”这种岗位", f"可以用：{'、'.join(sorted(post_kinds()))}。", place) for one in unknown]


def _page(page: str | None) -> list[Problem]:
    if page is None:
        return []
    place = Place("README.md")
    if not page.strip():
        return [Problem("pack.empty_page", "README.md 是空的", "写明这个模块做什么、谁来做、不做什么。", place)]
    lines = page.strip().count("\n") + 1
    if lines > MAX_PAGE_LINES:
        return [
            Problem(
                "pack.long_page",
                f"README.md 有 {lines} 行",
                f"压到一页以内（最多 {MAX_PAGE_LINES} 行）。",
                place,
            )
        ]
    return []


def _folder(pack: Draft) -> list[Problem]:
    if pack.manifest.get("id", pack.raw.folder) == pack.raw.folder:
        return []
    return [
        Problem(
            "pack.folder_name",
            f"文件夹叫“{pack.raw.folder}”，代号却是“{pack.id}”",
            "把文件夹改成与代号同名。",
            Place("pack.toml", key="id"),
        )
    ]
