"""Which line is what: title, headings of four levels, whom it addresses, who signs. Read from the text alone.

GB/T 9704-2012, 7.3.3: 一、 is set in 黑体, （一） in 楷体, 1. and （1） in 仿宋. A heading may stand alone or open a
paragraph, and then ends with its first full stop.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhenwu.lib.paper.model import HEADINGS, Role

_LEVELS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"[（(][一二三四五六七八九十百]+[)）]"),
    re.compile(r"[0-9０-９]{1,2}[.．](?![0-9０-９])"),
    re.compile(r"[（(][0-9０-９]{1,2}[)）]"),
)
_ADDRESS = re.compile(r"[^。！？；，,]{2,30}[：:]")
_DAY = re.compile(
    r"[0-9xX×〇○零一二三四五六七八九]{2,4}年[0-9xX×一二三四五六七八九十]{1,3}月[0-9xX×一二三四五六七八九十]{1,3}日"
)
_SIGNS = re.compile(r"[^。！？；，,：:]{4,30}")
_SIGNERS = ("政府", "委员会", "办公室", "办事处", "镇长", "乡长", "主任", "书记", "党委", "代表大会")
_SENTENCE = re.compile(r"[。！？!?]")
_LONGEST_TITLE = 60
_LONGEST_HEADING = 60
_LONGEST_SUBTITLE = 30
_CLOSING_LINES = 3


def level_of(text: str) -> int:
    """1 to 4 for a text that begins with a numbering of that level, else 0."""
    return next((level for level, pattern in enumerate(_LEVELS, start=1) if pattern.match(text)), 0)


def heading_end(text: str) -> int:
    """Where the heading that opens a paragraph ends; 0 when the text does not begin with one."""
    if not level_of(text):
        return 0
    stop = _SENTENCE.search(text)
    end = stop.end() if stop else len(text)
    return end if end <= _LONGEST_HEADING else 0


def roles_of(texts: Sequence[str]) -> list[Role]:
    """The role of each line of a document (no line is empty); marks ``#`` of our own templates must be gone."""
    roles: list[Role] = [_standing(text) for text in texts]
    here = 0
    if texts and roles[0] == "body" and _is_title(texts[0]):
        roles[0], here = "title", 1
        while here < len(texts) and roles[here] == "body" and _is_subtitle(texts[here]):
            roles[here], here = "subtitle", here + 1
    for number in range(max(here, len(texts) - _CLOSING_LINES), len(texts)):
        if _DAY.fullmatch(texts[number]):
            roles[number] = "date"
        elif (
            roles[number] == "body"
            and _SIGNS.fullmatch(texts[number])
            and any(who in texts[number] for who in _SIGNERS)
        ):
            roles[number] = "signature"
    return roles


def _standing(text: str) -> Role:
    if _ADDRESS.fullmatch(text) and not level_of(text):
        return "address"
    end = heading_end(text)
    return HEADINGS[level_of(text) - 1] if end and end == len(text) else "body"


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not _SENTENCE.search(text) and text[-1] not in "：:；;"


def _is_subtitle(text: str) -> bool:
    if text.startswith(("——", "—")) or (text[0] in "（(" and text[-1] in "）)" and len(text) <= _LONGEST_TITLE):
        return True
    return len(text) <= _LONGEST_SUBTITLE and not re.search(r"[。！？；，,：:]", text)
