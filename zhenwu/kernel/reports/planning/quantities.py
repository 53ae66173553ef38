"""The quantities that a sentence promises: number, unit, and whether it is a bound. Pure.

Years, dates, grades (5A级) and the numbers inside names and slogans (“十四五”、24小时) promise nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhenwu.kernel.reports.neighbourhood import read_neighbourhood, unit_length
from zhenwu.kernel.reports.planning.sections import Said
from zhenwu.lib.numerals import below_hundred

_NUMBER = re.compile(r"(?<![0-9A-Za-z.．第×])[0-9]+(?:[.．][0-9]+)?[%％‰]?(?![0-9A-Za-z×])")
_DONE = "建成|新建|建设|完成|新增|新添|引进|创成|创建|打造|培育|修缮|改造|举办|开展|实施|硬化|扩建|评选|增加|启动|改建|选树|开工|开通"
_IN_WORDS = re.compile(rf"(?:{_DONE})[^，,。；;、“”0-9]{{0,14}}?(两|[三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?)(?=[个座条户家处场次所支批名])")
_SLOGANS = re.compile("24小时|365天|三个|四个|两个(?:维护|确立)|百分之百")
_MORE, _MOST, _LEAST, _ABOUT = (
    re.compile("(?:突破|超过|超|多于|高于)$"),
    re.compile("(?:不超过|不高于|控制在|降至|降到|压减到|低于|不多于)$"),
    re.compile("(?:不少于|不低于|至少|达到?|确保)$"),
    re.compile("(?:约|大约|近|左右)$"),
)


@dataclass(frozen=True)
class Quantity:
    """``bound`` is one of ``plans.api.BOUNDS``; ``number`` is exact text in ``unit`` (None: 待补); ``said``: the words up to and with it; ``metric`` and ``period``: whose
    figure the blank prints, where it is one."""

    start: int
    end: int
    number: str | None
    unit: str
    bound: str
    said: str
    metric: str = ""
    period: str = ""


def quantities(said: Said) -> list[Quantity]:
    """The quantities of a sentence from left to right."""
    return sorted([*_from_marks(said), *_from_digits(said), *_from_words(said)], key=lambda one: one.start)


def _from_marks(said: Said) -> Iterator[Quantity]:
    for mark in said.marks:
        if mark.kind in ("number", "percent") and (mark.unit or mark.metric):
            number = None if mark.text is None else mark.text.rstrip("%％‰")
            yield _quantity(said.words, mark.start, mark.end, number, mark.unit, mark.metric, mark.period)


def _from_digits(said: Said) -> Iterator[Quantity]:
    words = said.words
    for found in _NUMBER.finditer(words):
        if any(mark.start <= found.start() < mark.end for mark in said.marks) or _SLOGANS.match(words, found.start()):
            continue
        before, after = words[max(0, found.start() - 16) : found.start()], words[found.end() : found.end() + 16]
        reading = read_neighbourhood(before, re.sub("[0-9]", "x", found[0]), after)
        if reading.kind in ("number", "percent") and reading.unit not in ("", "年", "天"):
            number = found[0].rstrip("%％‰").replace("．", ".")
            yield _quantity(words, found.start(), found.end(), number, reading.unit)


def _from_words(said: Said) -> Iterator[Quantity]:
    """两个、十二条: only right after a verb that brings something about, for 三个 and 四个 open many a slogan."""
    for found in _IN_WORDS.finditer(said.words):
        start, end = found.span(1)
        if any(mark.start < end and start < mark.end for mark in said.marks) or re.match("[个]?(?:方面|环节|阶段|层面)", said.words[end:]):
            continue
        yield _quantity(said.words, start, end, str(below_hundred(found[1])), said.words[end])


def _quantity(words: str, start: int, end: int, number: str | None, unit: str, metric: str = "", period: str = "") -> Quantity:
    percent = words[end - 1 : end] in ("%", "％", "‰")
    tail = 0 if percent else unit_length(words[end : end + 16])
    clause = max(words.rfind(sign, 0, start) for sign in "，,；;、：:") + 1
    whole = end + (1 if not percent and words[end : end + 1] in ("%", "％", "‰") else tail)
    return Quantity(start, end, number, unit, _bound(words[:start], words[end:whole], words[whole:]), words[clause:whole].strip(), metric, period)


def _bound(before: str, unit: str, after: str) -> str:
    if re.search("以内|以下", unit) or re.match("以内|以下", after) or _MOST.search(before):
        return "at_most"
    if re.search("余|多", unit) or _MORE.search(before):
        return "more_than"
    if re.search("左右", unit) or re.match("左右|上下", after) or _ABOUT.search(before):
        return "about"
    if re.search("以上", unit) or re.match("以上", after) or (_LEAST.search(before) and not before.endswith(("达到", "达", "确保"))):
        return "at_least"
    return "reach"
