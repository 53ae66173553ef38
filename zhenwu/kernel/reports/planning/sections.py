"""Where the plan begins in a report, and its sentences. Pure.

A report looks back first and ahead afterwards. The plan begins at the first heading of the highest level that looks ahead
(计划、打算、思路、下一步, or the next year's number) and goes on to the end; headings that look back are left out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhenwu.kernel.reports.paper.structure import heading_end, level_of
from zhenwu.kernel.reports.slots import UNKNOWN, Slot, Template

_AHEAD = re.compile(
    "计划|打算|思路|下一步|下一年|下年|来年|明年|今后|未来|目标任务|总体要求|总体思路|工作安排|工作部署|任务安排"
    "|重点工作|重点任务|主要任务|工作任务|开局|展望"
)
_BACK = re.compile("总结|回顾|过去|困难|问题|不足|成绩|成效|完成情况|主要做法|经验|体会|(?:以来|期间)的?工作")
_MARKS = re.compile("^#{1,4} *")
_END = re.compile("[。！？!?；;]")
_NUMBERING = re.compile("^(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十百0-9]+[)）]|[0-9]{1,2}[.．])")
_LONGEST_WORDS = 400


@dataclass(frozen=True)
class Mark:
    """A blank as printed: ``start``–``end`` in its paragraph, ``text`` (None: 待补); whose figure it is, and its unit."""

    start: int
    end: int
    kind: str
    text: str | None
    unit: str = ""
    metric: str = ""
    period: str = ""


@dataclass(frozen=True)
class Written:
    """A paragraph as the document reads it, with its blanks in order."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Said:
    """One sentence of the plan: where it stands, under which heading, its words, and its blanks by their place in the words."""

    paragraph: int
    chapter: str
    words: str
    marks: tuple[Mark, ...] = ()


def written(template: Template, printed: Mapping[int, str], about: Mapping[int, tuple[str, str, str]]) -> list[Written]:
    """A template's paragraphs with the blanks printed; ``about``: blank → (unit, metric key, period), where it has one."""
    return [_filled(one.text, template.slots_of(one.index), printed, about) for one in template.paragraphs]


def plan_sentences(paragraphs: Sequence[Written], year: int) -> list[Said]:
    """The sentences of the plan for ``year`` in the order of the document; none when no heading looks ahead."""
    found: list[Said] = []
    inside, chapter = False, ""
    for number, one in enumerate(paragraphs):
        text, level, end = _headed(one.text)
        if level == 1 and end:
            ahead = _looks_ahead(text[:end], year)
            inside = ahead or (inside and not _BACK.search(text[:end]))
        if not inside or not text:
            continue
        if end:
            chapter = _name(text[:end])
        if end < len(text):
            found += _sentences(number, chapter, one, len(one.text) - len(text) + end)
    return found


def _headed(words: str) -> tuple[str, int, int]:
    """A paragraph without the marks of our templates, its heading's level, and where that heading ends (0: none)."""
    marks = _MARKS.match(words)
    text = words[marks.end() :] if marks else words
    stripped = text.lstrip("　 ")
    level = level_of(stripped)
    if marks:  # one ``#`` is the title of the whole: it opens no part
        return stripped, level or marks[0].count("#") - 1, len(stripped)
    return stripped, level, heading_end(stripped)


def _looks_ahead(heading: str, year: int) -> bool:
    if _BACK.search(heading) and not _AHEAD.search(heading):
        return False
    return bool(_AHEAD.search(heading)) or f"{year}年" in heading


def _name(heading: str) -> str:
    return _NUMBERING.sub("", heading.strip()).rstrip("。：: ")[:40]


def _sentences(paragraph: int, chapter: str, one: Written, begin: int) -> Iterator[Said]:
    """A line that ends no sentence (a signature, a date) says nothing."""
    here = begin
    for stop in _END.finditer(one.text, begin):
        if _inside_quotes(one.text[here : stop.start()]):
            continue
        start = here + len(one.text[here : stop.start()]) - len(one.text[here : stop.start()].lstrip("　 \t"))
        words = one.text[start : stop.start()].rstrip()
        here = stop.end()
        if words:
            inside = tuple(_moved(mark, -start) for mark in one.marks if start <= mark.start and mark.end <= stop.start())
            yield Said(paragraph, chapter, words[:_LONGEST_WORDS], inside)


def _inside_quotes(words: str) -> bool:
    return words.count("“") > words.count("”") or words.count("《") > words.count("》")


def _moved(mark: Mark, by: int) -> Mark:
    return Mark(mark.start + by, mark.end + by, mark.kind, mark.text, mark.unit, mark.metric, mark.period)


def _filled(
    text: str, slots: Sequence[Slot], printed: Mapping[int, str], about: Mapping[int, tuple[str, str, str]]
) -> Written:  # fmt: skip
    words, here, marks = "", 0, []
    for slot in slots:
        said = printed.get(slot.index)
        words += text[here : slot.start]
        start = len(words)
        words += UNKNOWN if said is None else said
        unit, metric, period = about.get(slot.index, ("", "", ""))
        marks.append(Mark(start, len(words), slot.kind, said, unit or slot.unit, metric, period))
        here = slot.end
    return Written(words + text[here:], tuple(marks))
