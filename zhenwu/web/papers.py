"""What is still missing for what somebody asks for: all papers of all items at once, less those that are kept already. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

_BETWEEN = re.compile(r"[、，,；;\n]+")


@dataclass(frozen=True)
class Wanted:
    """One item with its papers: (what, "held" | "covered" | "lackable" | "missing")."""

    title: str
    papers: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(paper for paper, state in self.papers if state != "held")


def listed(text: str) -> tuple[str, ...]:
    """The papers that a list names, once each, in their order."""
    return tuple(dict.fromkeys(word for part in _BETWEEN.split(text) if (word := part.strip())))


def wanted(items: Iterable[Mapping[str, str]], held: Collection[str]) -> list[Wanted]:
    """Each item ({"title", "papers", "lackable", "covered"}) with what is there and what is not; ``covered``: what a signed 告知承诺 may stand for."""
    found = []
    for item in items:
        states = dict.fromkeys(listed(item.get("lackable", "")), "lackable") | dict.fromkeys(listed(item.get("covered", "")), "covered") | dict.fromkeys(held, "held")
        told = tuple((paper, states.get(paper, "missing")) for paper in listed(item["papers"]))
        found.append(Wanted(item["title"], told))
    return found


def asked_once(found: Iterable[Wanted]) -> tuple[str, ...]:
    """Everything that is missing for all of them: each paper once."""
    return tuple(dict.fromkeys(paper for one in found for paper in one.missing))
