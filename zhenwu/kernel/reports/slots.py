"""What a template is made of: paragraphs of text and the blanks (slots) in them.

Pure values, shared by every reader (plain text, .docx, our own ``⟦key⟧``). A slot's index is its number in
reading order, from 1; it is how values are handed to a filler and how a person names a blank.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from zhenwu.lib.printing import AND_MORE, AT_LEAST, PASSED, Form
from zhenwu.lib.problems import Problem

KINDS = ("year", "number", "percent", "name", "ordinal")
UNKNOWN = "待补"
MAX_SLOTS = 5_000
MAX_CHARACTERS = 1_000_000

_BLANK = "□"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: ``index`` from 0 in reading order, ``start`` its offset in ``Template.text``."""

    index: int
    text: str
    start: int


@dataclass(frozen=True)
class Slot:
    """A blank: ``text[start:end]`` of its paragraph.

    ``kind`` is one of ``KINDS``; ``unit`` is what the words say (``万元``; for a name the place suffix,
    ``镇``); ``decimals`` counts what the pattern shows; ``before`` and ``after`` are the rounding words
    touching the number; ``key`` is set for our own ``⟦key⟧`` blanks only.
    """

    index: int
    paragraph: int
    start: int
    end: int
    pattern: str
    alphabet: str
    kind: str
    unit: str = ""
    decimals: int = 0
    before: str = ""
    after: str = ""
    key: str = ""

    @property
    def form(self) -> Form:
        """How this blank wants its number printed, as far as the text alone can tell."""
        return Form(self.unit, self.decimals, self.kind == "percent", self.word, self.sign)

    @property
    def word(self) -> str:
        """The one word that decides the rounding; 余 outweighs 超过 because it also fixes the step."""
        if self.after in AND_MORE:
            return self.after
        if self.before in PASSED | AT_LEAST:
            return self.before
        return self.after if self.after in AT_LEAST else ""

    @property
    def sign(self) -> str:
        """The percent sign that the blank swallows, if any."""
        return self.pattern[-1] if self.pattern[-1:] in ("%", "％", "‰") else ""


@dataclass(frozen=True)
class Template:
    """A text with blanks. ``outside`` counts blanks in parts that are left alone (headers, footers,
    notes)."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    slots: tuple[Slot, ...]
    alphabet: str
    outside: Mapping[str, int] = field(default_factory=dict)

    def offset(self, slot: Slot) -> int:
        """Where the blank begins, in characters of ``text``."""
        return self.paragraphs[slot.paragraph].start + slot.start

    def slots_of(self, paragraph: int) -> list[Slot]:
        """The blanks of a paragraph, from left to right."""
        return self._by_paragraph.get(paragraph, [])

    def around(self, slot: Slot, width: int) -> tuple[str, str]:
        """The words left and right of a blank within its paragraph, every other blank reduced to one sign."""
        skeleton, place = self._skeletons[slot.index]
        return skeleton[max(0, place - width) : place], skeleton[place + 1 : place + 1 + width]

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the text between the blanks; equal for the same document as .txt and as .docx."""
        lines = [
            _between(paragraph.text, self._by_paragraph.get(paragraph.index, ()))
            for paragraph in self.paragraphs
        ]
        words = "\n".join(_BLANK.join(line) for line in lines if any(line))
        return hashlib.sha256(words.encode()).hexdigest()[:32]

    @cached_property
    def _by_paragraph(self) -> dict[int, list[Slot]]:
        grouped: dict[int, list[Slot]] = {}
        for slot in self.slots:
            grouped.setdefault(slot.paragraph, []).append(slot)
        return grouped

    @cached_property
    def _skeletons(self) -> dict[int, tuple[str, int]]:
        placed: dict[int, tuple[str, int]] = {}
        for number, slots in self._by_paragraph.items():
            pieces = _between(self.paragraphs[number].text, slots)
            line, place = _BLANK.join(pieces), -1
            for slot, piece in zip(slots, pieces, strict=False):
                place += len(piece) + 1
                placed[slot.index] = (line, place)
        return placed


def _between(text: str, slots: list[Slot] | tuple[Slot, ...]) -> list[str]:
    """The text before, between and after the blanks, without differences of width and space."""
    pieces, here = [], 0
    for slot in slots:
        pieces.append(_plain(text[here : slot.start]))
        here = slot.end
    return [*pieces, _plain(text[here:])]


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())


def refuse_large(characters: int, slots: int) -> None:
    """Raises ``Problem`` when a document is larger than any report a township writes."""
    if characters > MAX_CHARACTERS:
        raise Problem(
            "report.too_long", "文件太长", f"报告模板不超过 {MAX_CHARACTERS // 10_000} 万字，请拆开后再导入。"
        )
    if slots > MAX_SLOTS:
        raise Problem(
            "report.too_many_blanks",
            f"待填项超过 {MAX_SLOTS} 个",
            "请检查是否把符号误当成空格，或拆成几份模板。",
        )


def values_for(template: Template, values: Mapping[int, str]) -> dict[int, str]:
    """A value for every slot, ``待补`` where none is known; refuses foreign indexes and unprintable
    characters."""
    strangers = sorted(set(values) - {slot.index for slot in template.slots})
    if strangers:
        raise Problem(
            "report.no_such_blank",
            f"模板里没有第 {strangers[0]} 个待填项",
            f"这份模板共有 {len(template.slots)} 个待填项。",
        )
    for index, value in values.items():
        if _UNPRINTABLE.search(value):
            raise Problem(
                "report.unprintable",
                f"第 {index} 个待填项的内容含有不能打印的字符",
                "请删去换行和控制字符后再填。",
            )
    return {slot.index: values.get(slot.index, UNKNOWN) for slot in template.slots}
