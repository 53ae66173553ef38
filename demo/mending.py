"""How what is broken is mended on the packs' own workflows: a waterworks whose water failed a test, a hazard until it is struck off.

What a failed test leads to hangs on its sheet alone, so that the matter, which a rule opens, and the ledger, in which the second test
stands, tell one story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.courses import Steps
from demo.deeds import Handling
from demo.diary import office_day

MISTAKEN = 0.06  # share of failed tests that only somebody's pen had failed
_FAULTS = {
    "chlorine": (("dosing", "加药泵堵了，拆洗后正常"), ("dosing", "换了加药管，重新调了量"), ("tank", "清水池清洗后重新投加")),
    "quality": (("filter", "滤料反冲洗，换了一层"), ("source", "取水口清淤，拦污栅重装"), ("pipe", "一段老管漏进泥水，换了四十米"), ("tank", "清水池清洗消毒")),
}
_ADVICE = {"chlorine": ("boil", "boil", "as_usual"), "quality": ("boil", "no_drinking", "bottled")}


@dataclass(frozen=True)
class Retest:
    """A second sample of a waterworks that was mended."""

    sheet: str
    day: date
    passed: bool


def households_of(station: str) -> int:
    """How many households drink from a waterworks; ``SF`` are the smallest, for a hamlet each."""
    return Random(f"户/{station}").randint(*((11, 58) if station.startswith("SF") else (72, 310)))


def mistaken(sheet: str) -> bool:
    """Whether a test that failed had only been copied wrongly."""
    return Random(f"误/{sheet}").random() < MISTAKEN


def retests(sheet: str, category: str, opened: date) -> list[Retest]:
    """The samples taken again after a test that failed; ``opened``: the day on which the rule heard of it."""
    return [one for one in _repaired(Steps("drinking", sheet, opened, Random(f"修/{sheet}")), sheet, category) if isinstance(one, Retest)]


def water_repair(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """Households are told, somebody is sent, it is mended, tested again by another, closed; now and then by the county or twice."""
    sheet = steps.matter.split(":")[1]
    if mistaken(sheet):
        yield steps.take("chuangkou", "void", 1, 3, reason="化验单抄错了，水质合格，记录已更正")
        return
    own = Steps(steps.line, steps.matter, steps.day, Random(f"修/{sheet}"))
    yield from (one for one in _repaired(own, sheet, category) if isinstance(one, Handling))


def _repaired(steps: Steps, sheet: str, category: str) -> Iterator[Handling | Retest]:
    rng = Random(f"事/{sheet}")
    if mistaken(sheet):
        return
    yield from _sent(steps, sheet, category, rng)
    if rng.random() < 0.08:
        yield steps.take("nongban", "call_county", 0, 1, reason="主管爆裂，镇里没有抢修设备")
        yield steps.take("nongban", "county_back", 2, 5, reason="县水利抢修队修好主管，其余由镇里接着修")
    yield _mended(steps, category, rng)
    failed = rng.random() < 0.13
    if rng.random() < 0.03:
        return  # nobody has taken the second sample yet
    if failed:
        again = Retest(f"{sheet}复", office_day(steps.day + timedelta(days=1)), False)
        yield again
        yield _looked_at(steps, "retest_failed", again, reason="还是不合格，再修")
        yield _mended(steps, category, rng)
    good = Retest(f"{sheet}复{'二' if failed else ''}", office_day(steps.day + timedelta(days=1)), True)
    yield good
    yield _looked_at(steps, "close", good)
    if rng.random() < 0.05:
        yield steps.take("nongban", "reopen", 20, 70, reason="下过雨又浑了，用水户反映")
        yield from _sent(steps, sheet, category, rng)
        yield _mended(steps, category, rng)
        last = Retest(f"{sheet}再复", office_day(steps.day + timedelta(days=1)), True)
        yield last
        yield _looked_at(steps, "close", last)


def _sent(steps: Steps, sheet: str, category: str, rng: Random) -> Iterator[Handling]:
    """Mostly the households are told first; where the crew went first, they are told before it can report anything."""
    actions = ("tell", "send") if rng.random() < 0.7 else ("send", "tell")
    for wait, action in enumerate(actions):
        if action == "send":
            yield replace(steps.take("nongban", "send_crew", 1 - wait, 1), office="村镇建设办公室")
        else:
            telling = steps.take("nongban", "tell_households", 1 - wait, 1)
            told = {
                "told_households": str(households_of(sheet.partition("-")[0])), "told_by": rng.choice(("group", "loudspeaker", "door")),
                "advice": rng.choice(_ADVICE[category]), "told_on": telling.day.isoformat(),
            }  # fmt: skip
            yield replace(telling, more=tuple(told.items()))


def _mended(steps: Steps, category: str, rng: Random) -> Handling:
    part, result = rng.choice(_FAULTS[category])
    cost = {"cost": str(rng.choice((180, 320, 460, 900, 1500, 2600, 5800)))} if rng.random() < 0.85 else {}
    return steps.take("cunjian", "complete", 1, 3, result=result, part=part, **cost)


def _looked_at(steps: Steps, action: str, test: Retest, reason: str = "") -> Handling:
    steps.day = test.day
    return steps.take("nongban", action, 1, 2, reason=reason, retest_sheet=test.sheet)


@dataclass(frozen=True)
class Hazard:
    """A kind of hazard: what the ledger calls it, what is seen, what is to be done about it and was."""

    sort: str
    seen: tuple[str, ...]
    measure: str
    done: str


HAZARDS = {  # the first sign of a hazard's number says its kind
    "电": Hazard("electricity", ("配电箱没有门", "插线板一个接一个", "电线裸露穿墙", "电瓶车在楼道充电"), "换线、装漏电保护、配电箱上锁", "线已换，漏电保护试过"),
    "气": Hazard("gas", ("气瓶和灶台放在一起", "没有装报警器", "橡胶管老化"), "气瓶移到室外，换管、装报警器", "气瓶已移出，报警器试过"),
    "道": Hazard("exit", ("后门堆货", "疏散指示不亮", "窗上焊了铁栏"), "清通道、换指示灯、开逃生口", "通道已清，指示灯亮了"),
    "设": Hazard("equipment", ("传动带没有防护罩", "灭火器过期", "行车限位失灵"), "加防护罩、换灭火器、请人检验", "已装已换，检验报告附后"),
    "构": Hazard("structure", ("外墙开裂", "钢棚立柱锈穿", "脚手架少拉结"), "停用、加固，请人鉴定", "加固完，鉴定附后"),
    "路": Hazard("road", ("临崖处缺护栏", "弯道没有反光镜", "桥头破损"), "补护栏、装警示", "护栏已补，警示已装"),
    "账": Hazard("management", ("没有演练记录", "特种作业证过期", "台账三个月没有记"), "补制度、补证、补演练", "证已换，演练做了"),
}  # fmt: skip
FOLLOWS = "laozhou"
_GRAVE = ("气", "构", "设")  # what may be 重大


def hazard(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """A hazard is graded, assigned, put right, looked at by another, struck off by a leader; a grave one goes by the county. Some wait
    for money, some are badly done, some come back, a few are no hazards, a few are left lying."""
    code = steps.matter.split(":")[1]
    kind = HAZARDS[code[0]]
    if rng.random() < 0.04:
        yield steps.take("yezhenzhang", "dismiss", 1, 4, reason=rng.choice(("到场看过，不是隐患", "属于邻镇，已告知")))
        return
    grave = code[0] in _GRAVE and rng.random() < 0.14
    yield from _assigned(steps, kind, grave, rng)
    if rng.random() < 0.05:
        yield steps.take("yezhenzhang", "suspend", 1, 6, reason=rng.choice(("等县里补助到账", "业主在外地，约定月底回来", "停产期间不整改，复产前办")))
        yield steps.take("yingji", "resume", 18, 45, reason="可以办了")
    if rng.random() < 0.025:
        return  # promised, and not done to this day
    told = [*_put_right(steps, kind, grave, rng)]
    yield from told
    if told[-1].action == "strike_off" and rng.random() < 0.03:
        relapse = steps.take("yingji", "relapse", 60, 200, reason="又冒出来了")
        yield replace(relapse, more=(("relapsed_on", relapse.day.isoformat()),))
        yield from _assigned(steps, kind, grave, rng, again=True)
        yield from _put_right(steps, kind, grave, rng)


def _assigned(steps: Steps, kind: Hazard, grave: bool, rng: Random, again: bool = False) -> Iterator[Handling]:
    if not again:
        yield steps.take("yingji", "classify", 1, 1 if rng.random() < 0.94 else 9, grade="major" if grave else "plain")
    if grave:
        yield steps.take("yingji", "list_county", 1, 2, paper_no=f"云安〔{steps.day.year}〕{rng.randint(1, 60)}号")
    handed = steps.take("chuangkou", "assign", 1, 3)
    given = {"measure_taken": kind.measure, "owner_post": rng.choice(("业主本人", "企业负责人", "村网格长")), "due_on": (handed.day + timedelta(days=75 if grave else 15)).isoformat()}
    if grave:
        given |= {"funds": str(rng.randint(12, 160) * 500), "contingency": "停用期间专人看守，夜间断电"}
    yield replace(handed, more=tuple(given.items()))
    if grave and rng.random() < 0.4:
        yield steps.take("yingji", "ask_stoppage", 1, 4, reason="还在使用，劝不停", paper_no=f"云安〔{steps.day.year}〕{rng.randint(61, 90)}号")
        yield steps.take("chuangkou", "stoppage_answer", 3, 12, stoppage=rng.choice(("ordered", "partial", "declined")), paper_no=f"青应急〔{steps.day.year}〕{rng.randint(1, 99)}号")


def _put_right(steps: Steps, kind: Hazard, grave: bool, rng: Random) -> Iterator[Handling]:
    if rng.random() < 0.25:
        yield steps.take(FOLLOWS, "rectify", 2, 7, result="材料已到，正在做")
    slow = rng.random() < 0.12
    yield steps.take(FOLLOWS, "complete", *((20, 60) if grave or slow else (2, 9)), result=kind.done)
    if rng.random() < 0.15:
        yield steps.take("yingji", "fail", 1, 5, reason="只做了一半")
        yield steps.take(FOLLOWS, "complete", 2, 8, result=f"{kind.done}，另一半也做了")
    if rng.random() < 0.015:
        return  # nobody has looked again
    yield steps.take("yingji", "recheck", 1, 5, result="到场看过，合格")
    if grave:
        yield steps.take("yingji", "clear_county", 3, 15, paper_no=f"青应急〔{steps.day.year}〕{rng.randint(100, 180)}号")
    yield steps.take("yezhenzhang", "strike_off", 1, 6)
