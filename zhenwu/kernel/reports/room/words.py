"""A manuscript's words: its paragraphs as they stand, and the template that they make with the installed bindings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from zhenwu.kernel.reports.models import Manuscript, ParagraphVersion
from zhenwu.kernel.reports.own_template import put_together, take_apart

BLANK = re.compile("⟦([^⟦⟧\t\r\n]{1,80})⟧")
ROUGH = re.compile("~([ab][0-9])$")  # 近、约, rounded so far: see ``lib.printing.Form.rough``
GONE = "现在启用的报告模块里没有这个空"


def find_manuscript(key: str, year: int, unit: UUID) -> Manuscript | None:
    """The manuscript of a draft, if one was begun."""
    return Manuscript.objects.filter(key=key, year=year, unit_id=unit).select_related("event").first()


def live_paragraphs(manuscript: Manuscript) -> list[ParagraphVersion]:
    """Its paragraphs in order, each in its latest version; removed ones left out."""
    rows = ParagraphVersion.objects.filter(manuscript=manuscript, retired_by=None, removed=False)
    return list(rows.select_related("event").order_by("place", "paragraph"))


def live_words(key: str, year: int, unit: UUID) -> list[str] | None:
    """The paragraphs' words of a draft; None where no manuscript was begun."""
    manuscript = find_manuscript(key, year, unit)
    return None if manuscript is None else [one.text for one in live_paragraphs(manuscript)]


def template_of(installed: str, name: str, words: Sequence[str]) -> str:
    """A template of ours: the words, and of the installed bindings those whose blanks they hold, and all claims.

    A blank that the installed report no longer knows is 待补, with ``GONE`` for a reason.
    """
    entries, _ = take_apart(installed, name)
    body = "\n\n".join(words) + "\n"
    used = dict.fromkeys(key.strip() for key in BLANK.findall(body))
    claims = {key: entry for key, entry in entries.items() if _is_claim(entry)}
    bound = {key: _bound(entries, key) for key in used}
    return put_together(bound | claims, body)


def paragraph_line(number: int) -> int:
    """At which line of the template a manuscript's n-th paragraph (from 0) stands."""
    return 2 * number


def keys_of(text: str) -> list[str]:
    """The blanks in some words, in order."""
    return [key.strip() for key in BLANK.findall(text)]


def known_keys(installed: str, name: str) -> dict[str, Mapping[str, Any]]:
    """The blanks that the installed report knows: key → what it is bound to."""
    entries, _ = take_apart(installed, name)
    return {key: entry for key, entry in entries.items() if not _is_claim(entry)}


def plain_key(key: str) -> str:
    """A blank's name without how roughly it is said (``拆违~b1``)."""
    return ROUGH.sub("", key)


def _bound(entries: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    entry, rough = entries.get(plain_key(key)), ROUGH.search(key)
    if entry is None:
        return {"pending": True, "hint": GONE}
    return entry | {"rough": rough[1]} if rough else entry


def _is_claim(entry: object) -> bool:
    return isinstance(entry, dict) and "claim" in entry
