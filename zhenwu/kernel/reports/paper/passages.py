"""请再看一遍: fixed words that were true last year: meetings, people in office, days, honours, words of the year, typed numbers.

The detector would rather point at one passage too many than miss one: a person reads the list once a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhenwu.kernel.reports.neighbourhood import unit_length

MASK = "\ufffc"  # stands for a blank: its words are not fixed

_N = "一二三四五六七八九十"
_HAN = r"[\u4e00-\u9fff]"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦"
    "邱侯江尹薛闫雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤蓝雷温柳季梅项柯翁俞阮倪章童应娄练潜鲍麻"
)
_POSTS = "总书记|书记|镇长|乡长|县长|市长|省长|州长|主席|主任|部长|局长|所长|站长|校长|院长"
_HONOURS = (
    "称号|荣誉|殊荣|先进单位|先进集体|先进个人|先进|示范样板|示范区|示范镇|示范乡|示范村|示范点|示范单位|样板镇|样板村|样板|文明镇|文明村|文明单位"
    "|卫生镇|卫生乡|卫生村|法治村|花园乡村|美丽乡村|景区村|标杆|标兵|金奖|银奖|[一二三]等奖|优胜奖|第[一二三]名"
)
_WITHIN = r"[^，。；、,;：:！!？?（）()“”\"《》\s" + MASK + "]"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("会议", re.compile(
        rf"(?:党的)?[{_N}]{{1,3}}届[{_N}]{{1,3}}(?:中全会|次{_WITHIN}{{0,10}}?(?:全体会议|全会|会议|大会))|第[{_N}0-9]{{1,3}}次{_WITHIN}{{0,12}}?(?:全体会议|会议|大会|全会)"
        rf"|党的[{_N}]{{1,3}}大(?!力|量|地|家)|[省市县镇乡]?(?:党代会|人代会)|全国两会|(?:(?![在于到召开]){_HAN}){{2,8}}(?:工作会议|座谈会|现场会|推进会|动员会)"
    )),
    ("人名职务", re.compile(
        rf"(?:{_POSTS})[{_SURNAMES}]{_HAN}{{1,2}}?(?=同志|[，。；、,;（）()\s]|$|在|的|率|带|作|出|深|到|指|讲|强|说|代表|主持|向|等|为)|[{_SURNAMES}]{_HAN}{{1,2}}(?:同志|{_POSTS})"
    )),
    ("日期", re.compile(r"(?:(?:19|20)[0-9]{2}年)?(?:1[0-2]|[1-9])月(?:[0-9]{1,2}日|底|初|中旬|上旬|下旬|份)?|(?:19|20)[0-9]{2}年(?:度|底|初)?|[〇一二三四五六七八九]{4}年")),
    ("年代口号", re.compile(
        rf"[“\"]?十[{_N}]五[”\"]?(?:规划|时期|期间)?|(?:(?![的和]){_WITHIN}){{0,6}}(?:收官之年|开局之年|决胜之年|攻坚之年|关键之年|起步之年|元年)|{_WITHIN}{{0,4}}?[{_N}百0-9]{{1,4}}周年"
        r"|[一二三四五]年(?:行动|计划|攻坚)|两个一百年"
    )),
    ("称号荣誉", re.compile(
        rf"(?:[“\"][^”\"{MASK}]{{2,24}}[”\"][、,，]?)+等?(?:称号|荣誉|殊荣)|[“\"《]?{_WITHIN}{{0,14}}?(?:{_HONOURS})[”\"》]?"
    )),
    ("写定的数", re.compile(r"[0-9]+(?:[.．][0-9]+)?(?:[×xX*][0-9]+)?[%％‰]?")),
)  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """``text[start:end]``, and which kind of thing it is."""

    start: int
    end: int
    kind: str


def passages(text: str) -> list[Passage]:
    """What should be looked at again in a text whose blanks are masked by ``MASK``; passages do not overlap."""
    found: list[Passage] = []
    for kind, pattern in _PATTERNS:
        for one in _matches(kind, pattern, text):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _matches(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Passage]:
    for match in pattern.finditer(text):
        start, end = match.span()
        if kind == "写定的数":
            if MASK in text[max(0, start - 1) : start] or text[end : end + 1] == MASK:
                continue  # digits that touch a blank belong to it
            end += unit_length(text[end:])
        yield Passage(start, end, kind)
