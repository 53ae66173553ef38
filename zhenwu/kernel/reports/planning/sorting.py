"""What kind of promise a sentence is, and by when. Pure.

数量目标 has a number with a unit; 创建争取 strives for a title; 项目节点 names a project or a day by which a step is done;
经常工作 is done every year; 表态 promises no deed. The first that fits, in this order (``plans.api.SORTS``).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date

from zhenwu.kernel.reports.planning.quantities import Quantity

_VOW = re.compile(
    "^(?:各位代表|让我们|同志们|总的考虑|总体思路|总体要求|指导思想|.{0,8}指导思想|实现上述|我们要紧紧围绕|做好.{0,8}意义重大|起跑决定)|意义重大|全局$|是.{0,20}(?:第一年|之年)"
)
_STRIVE = re.compile("创成|争创|创建(?!工作)|申创|争取.{0,14}(?:纳入|列入|试点|示范|先进|称号)|力争|申报|列入|评上|评为|入选|获评|摘牌|通过.{0,6}(?:验收|评估)|夺取")
_DAY = re.compile("月底|月末|月份?前|[0-9x]月(?!球)|季度|半年|年底|年内|年末|汛期?前|国庆|元旦前|春节前|高考前|[0-9x]日前")
_STEP = re.compile(
    "开工|(?<![推行撬活联带])动工(?![作商程])|竣工|完工|投用|投产|投运|通车|通水|通电|交付|封顶|主体完成|招标|落地|前期|可研|选址|(?<!建)立项(?!目)|挂图"
    "|(?:完成|推进|加快|启动|实施|谋划|建设|续建|改造|抓好)[^，,。；]{0,40}(?:项目|工程|设施|基地|园区|公园|综合体|集散中心|公路|道路|古道|管网|水厂|水站|停车场|广场|桥)"
)
_ROUTINE = re.compile(
    "抓好|抓实|抓细|抓紧|做好|做实|做优|做强|做精|开展|加强|推进|推动|落实|完善|健全|实施|深化|强化|组织|巩固|拓展|提升|提高|培育|管好|严格|严防|加大|加快|建立"
    "|统筹|支持|保障|注重|推广|引导|整治|排查|调处|化解|走访|关爱|帮扶|救助|服务|监管|宣传|培训|巡查|公开|办理|打造|打好|守住|守好|稳定|挖掘|举办|制定|探索|利用|进一步|持续"
    "|管护|运维|对接|招引|引进|受理|回访|省下来|用到"
)
_PLEDGE = re.compile("^(?:坚持|坚决|坚定|始终|牢固|牢记|永葆|不忘|以.{1,40}为|把.{1,40}(?:作为|当作|当成|放在)|紧紧围绕|紧扣|立足|站在|一件事|一年接着)")
_HALF = {"上半年": (6, 30), "下半年": (12, 31), "年底": (12, 31), "年内": (12, 31), "年末": (12, 31), "全年": (12, 31)}
_FEASTS = {"汛前": (4, 15), "汛期前": (4, 15), "国庆前": (9, 30), "元旦前": (12, 31)}  # 汛期 begins on 15 April in Zhejiang
_MONTHS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
_SHORTEST = 6  # letters: shorter than that is a slogan between sentences
_MONTH = r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
_BY_MONTH = re.compile(rf"{_MONTH}(?:(3[01]|[12][0-9]|[1-9])日)?(底|末|份)?(之?前)?")
_QUARTER = re.compile("第?([一二三四])季度")


def sort_of(words: str, found: Sequence[Quantity]) -> tuple[str, str]:
    """(sort, the words that decided); ``found`` are the sentence's quantities."""
    if found:
        return "number", found[0].said
    if vow := _VOW.search(words):
        return "stance", vow[0]
    for sort, pattern in (("strive", _STRIVE), ("milestone", _DAY), ("milestone", _STEP)):
        if told := pattern.search(words):
            return sort, told[0]
    pledge, routine = _PLEDGE.search(words), _ROUTINE.search(words)
    if routine and len(words) >= _SHORTEST and not (pledge and _only_pledges(words)):
        return "routine", routine[0]
    return "stance", pledge[0] if pledge else ""


def _only_pledges(words: str) -> bool:
    """Every clause but the pledge itself is without a deed."""
    clauses = re.split("[，,、]", words)
    return not any(_ROUTINE.search(clause) and not _PLEDGE.search(clause) for clause in clauses)


def due_day(words: str, year: int) -> tuple[date, str]:
    """(the day by which it is promised, the words that say so); the last of the year where nothing is said."""
    found = _BY_MONTH.search(words)
    if found and not re.search(r"[0-9]日?至$", words[: found.start()]):
        month = _MONTHS.get(found[1]) or int(found[1])
        last = calendar.monthrange(year, month)[1]
        return date(year, month, min(int(found[2] or last), last)), found[0]
    if quarter := _QUARTER.search(words):
        month = 3 * "一二三四".index(quarter[1]) + 3
        return date(year, month, calendar.monthrange(year, month)[1]), quarter[0]
    for told, (month, day) in (*_FEASTS.items(), *_HALF.items()):
        if told in words:
            return date(year, month, day), told
    return date(year, 12, 31), ""
