"""人大代表建议: what the deputies asked for, who was to answer, what was answered and signed, and whether the deputies were content.

What is late here is late by more than the longest holiday, so that no last day that gives way to a worked one makes it good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.books import Case
from demo.counting import Count, fitting, flow, of_workflow, open_of_workflow
from demo.courses import Steps
from demo.deeds import Deed, Handling
from demo.diary import PROGRESS, Note, later, office_day
from demo.life import Life
from demo.places import MERGED, VILLAGES
from demo.watching import OFFICES
from demo.world import World

LINE, PLEDGE = "congress", "congress.pledge"
CLERK, MAYOR, SECRETARY = "dangzhengban", "yezhenzhang", "heshuji"
AT_CONGRESS, BETWEEN = (15, 16, 17, 18, 20, 21, 22), (5, 4, 5, 6, 5, 6, 6)  # suggestions, year by year
DOUBTED = (0.2, 0.18, 0.16, 0.15, 0.12, 0.1, 0.1)  # answers that the deputy did not take
LATE = (0.2, 0.16, 0.14, 0.1, 0.08, 0.06, 0.06)
# Who answers, for what, and who assists where two have to do with it.
_TOPICS = (
    ("cunjian", ("拓宽{}到集镇的村道", "修复{}危桥", "{}增设停车位", "{}老街污水管网改造"), "caizheng"),
    ("nongban", ("修复{}上游水渠", "解决{}半山饮水", "扶持{}高山茶园", "{}撂荒地流转"), "caizheng"),
    ("minzheng", ("{}办老年食堂", "改善{}村卫生室", "增加{}校车班次", "关心{}独居老人"), "caizheng"),
    ("laozhou", ("整治{}沿路堆放", "{}集市日交通秩序", "{}垃圾桶布点"), "cunjian"),
    ("wenhua", ("保护{}古民居", "{}文化礼堂多开放", "{}古道标识"), "cunjian"),
    ("yingji", ("{}山洪预警喇叭", "{}设微型消防站", "{}临崖路段护栏"), "cunjian"),
    ("jingfaban", ("{}来料加工点", "{}快递进村", "{}闲置厂房招商"), "nongban"),
)  # fmt: skip
_ABOVE = ("省道{}段增设信号灯", "{}增开到县城的早班车")
_ANSWERS = {"solved": "已经办好，附照片", "planned": "列入下一年计划，资金已落实", "explained": "条件还不具备，已当面说明"}
_PLEDGED = ("年内开工，明年上半年完成", "筹到资金后分两段做", "先做设计，下一年度实施")


@dataclass(frozen=True)
class Suggestion:
    """One suggestion: its number, what it asks, of which village, on which day, at the congress or between."""

    code: str
    title: str
    village: str
    day: date
    topic: int  # an index of _TOPICS; −1 for what only the county can do
    at_congress: bool


def _suggestions(world: World, year: int) -> Iterator[Suggestion]:
    rng, turn, villages = world.rng(LINE, year), year - world.years[0], [name for name in VILLAGES if name not in MERGED]
    congress = office_day(date(year, 1, 26))
    days = [congress] * (AT_CONGRESS[turn] + rng.randint(-1, 1)) + sorted(office_day(date(year, rng.randint(4, 8), rng.randint(8, 22))) for _ in range(BETWEEN[turn]))
    for number, day in enumerate(days, start=1):
        topic, village = rng.choice((*range(len(_TOPICS)), 0, 0, 1, 2, -1 if rng.random() < 0.5 else 3)), rng.choice(villages)
        asked = rng.choice(_ABOVE if topic < 0 else _TOPICS[topic][1]).format(village)
        yield Suggestion(f"建议{year}-{number:02d}", f"建议{year}-{number:02d} {asked}", village, day, topic, day == congress)


def _deeds(world: World) -> Iterator[Deed]:
    for year in world.years:
        for one in _suggestions(world, year):
            yield from _told(world, one)


def _told(world: World, one: Suggestion) -> list[Handling]:
    """All steps of a suggestion."""
    rng = world.rng(LINE, one.code)
    return list(_course(one, Steps(LINE, one.code, one.day, rng), rng, one.day.year - world.years[0]))


def _course(one: Suggestion, steps: Steps, rng: Random, turn: int) -> Iterator[Handling]:
    session = f"镇人代会{one.day.year}年会议" if one.at_congress else "闭会期间"
    said = (("deputies", str(rng.choice((1, 1, 2, 3, 4)))), ("session", session))
    yield Handling(one.day, CLERK, LINE, one.code, "report", one.title, "", "", one.village, more=said, workflow="congress.proposal")
    if one.topic < 0:
        yield steps.take(CLERK, "refer", 5, 15, reason="属县级部门职权", paper_no=f"云人转〔{one.day.year}〕{rng.randint(1, 20)}号")
        return
    if rng.random() < 0.03:
        yield steps.take(CLERK, "retract", 1, 10, reason="代表改为口头反映")
        return
    # What was brought to the congress is handed out at one meeting, after the Spring Festival and its leave.
    steps.day = office_day(date(one.day.year, 3, 5)) if one.at_congress else steps.day
    who, joint, assists = _TOPICS[one.topic][0], rng.random() < 0.22, _TOPICS[one.topic][2]
    hard = not joint and rng.random() < 0.2
    if rng.random() < 0.09:
        other = rng.choice([name for name, _, _ in _TOPICS if name != who])
        yield _assigned(steps, other, hard, "")
        yield steps.take(other, "send_back", 2, 6, reason="不属本单位，请改交")
    assigned = _assigned(steps, who, hard, assists if joint else "")
    yield assigned
    yield steps.take(who, "take_on", 1, 5)
    late = rng.random() < LATE[turn]
    if joint:
        yield steps.take(assists, "answer_part", 3, 24, result=rng.choice(("同意列入，资金分两年安排", "选址可行，手续由本站办")))
    yield steps.take(who, "talk", 2, 9, result="到现场和代表一起看了")
    if rng.random() < 0.02:
        return  # it lies in a drawer to this day
    steps.day = assigned.day + timedelta(days=_wait(rng, hard, joint, late))
    yield from _answered(steps, who, rng, turn, first=True)
    hands_in = 0.98  # some never hand their sheet in, more of those who were not content
    if rng.random() < DOUBTED[turn]:
        hands_in = 0.85
        yield steps.take(CLERK, "reject_answer", 3, 12, reason=rng.choice(("没有实地看过", "只说研究，没有说哪年做", "答的不是一回事")))
        yield from _again(steps, who, rng, turn)
    elif rng.random() < 0.05:
        yield steps.take(CLERK, "accept_answer", 3, 12, satisfaction="satisfied")
        yield steps.take(CLERK, "reopen", 50, 160, reason="验收后又坏了，代表要求重新办")
        yield from _again(steps, who, rng, turn)
    if rng.random() < hands_in:
        yield steps.take(CLERK, "accept_answer", 4, 25, satisfaction=rng.choices(("satisfied", "basic"), (66 + 3 * turn, 24))[0])


def _assigned(steps: Steps, who: str, hard: bool, assists: str) -> Handling:
    given = {"hard": str(hard).lower(), "joint": str(bool(assists)).lower()} | ({"assist": OFFICES[assists]} if assists else {})
    return replace(steps.take(CLERK, "assign", 1, 4, **given), office=OFFICES[who])


def _wait(rng: Random, hard: bool, joint: bool, late: bool) -> int:
    """Days from the assignment to the draft: within what is allowed or far beyond."""
    if hard:
        return rng.randint(205, 240) if late else rng.randint(90, 150)
    if joint:
        return rng.randint(115, 140) if late else rng.randint(35, 44)
    return rng.randint(112, 150) if late else rng.randint(34, 68)


def _answered(steps: Steps, who: str, rng: Random, turn: int, first: bool = False) -> Iterator[Handling]:
    grade = rng.choices(tuple(_ANSWERS), (50 + 3 * turn, 34, 16 - turn))[0]
    draft = {"grade": grade, "open_to_all": rng.choice(("true", "true", "true", "false"))}
    yield steps.take(who, "draft_answer", 0, 2, result=_ANSWERS[grade], **draft)
    if first and rng.random() < 0.1:
        yield steps.take(MAYOR, "redraft", 1, 2, reason="没有写什么时候做")
        yield steps.take(who, "draft_answer", 1, 3, result=f"{_ANSWERS[grade]}，写明时间", **draft)
    leader = SECRETARY if rng.random() < 0.2 else MAYOR
    yield steps.take(leader, "sign_off", 1, 3, paper_no=f"云答〔{steps.day.year}〕{rng.randint(1, 60)}号{'' if first else '之二'}")


def _again(steps: Steps, who: str, rng: Random, turn: int) -> Iterator[Handling]:
    """Once more within the month, now and then much later."""
    yield steps.take(who, "talk", 1, 4, result="再到现场，和代表商量了做法")
    steps.day += timedelta(days=rng.randint(48, 70) if rng.random() < LATE[turn] else rng.randint(2, 6))
    yield from _answered(steps, who, rng, turn)


def _notes(world: World) -> Iterator[Note]:
    """What answer B promises is followed until it is done."""
    for year in world.years:
        for one in _suggestions(world, year):
            signed = _promised(_told(world, one))
            if signed is not None:
                yield from _pledge(world, one, signed)


def _promised(steps: list[Handling]) -> date | None:
    """When the last answer was signed, if it puts the matter into a plan."""
    grades = [dict(step.more)["grade"] for step in steps if step.action == "draft_answer"]
    return max(step.day for step in steps if step.action == "sign_off") if grades and grades[-1] == "planned" else None


def _pledge(world: World, one: Suggestion, signed: date) -> Iterator[Note]:
    rng, told = world.rng(PLEDGE, one.code), later(signed, world.rng(PLEDGE, one.code, "told"), 0, 5)
    due = date(signed.year + (rng.random() < 0.55), rng.choice((6, 9, 11, 12)), 30)
    due = due if due > signed else due.replace(year=signed.year + 1)
    data = {"code": one.code, "content": rng.choice(_PLEDGED), "due_on": due.isoformat()}
    data |= {"money": f"{rng.randint(4, 90) * 5000}.00"} if rng.random() < 0.7 else {}
    yield Note(told, CLERK, PLEDGE, one.code, data, one.village, signed)
    kept = rng.random()
    if kept < 0.78:
        done = due - timedelta(days=rng.randint(3, 90)) if kept < 0.6 else due + timedelta(days=rng.randint(10, 150))
        done = max(done, told + timedelta(days=35))
        yield Note(done, CLERK, PLEDGE, one.code, {"code": one.code, "done_on": done.isoformat()}, reason="代表看过，认可", manner=PROGRESS)
    elif kept < 0.92:
        why = rng.choice(("县里项目调整，资金没有下来", "涉及林地，审批没有通过"))
        yield Note(due + timedelta(days=rng.randint(5, 40)), CLERK, PLEDGE, one.code, {"code": one.code, "failed_why": why}, reason="报下一次代表大会", manner=PROGRESS)


def _accepted(case: Case) -> date | None:
    """When it was handed out, the last time; not while it is back at the table."""
    assigned, back = case.taken.get("assign"), case.taken.get("send_back")
    return None if assigned is None or (back is not None and back >= assigned) or case.action == "retract" else assigned


def _answer(case: Case) -> date | None:
    return case.taken["sign_off"] if case.action in ("sign_off", "accept_answer") else None


def _says(case: Case) -> str:
    """What the deputy said last."""
    if case.action == "accept_answer":
        return case.said["satisfaction"]
    return "dissatisfied" if _is_again(case) else ""


def _is_again(case: Case) -> bool:
    return "reject_answer" in case.taken or "reopen" in case.taken


def _in_time(case: Case) -> bool:
    """Whether the first answer, the assisting office's part of it and the second answer came in time."""
    assigned, drafted, signed = case.taken["assign"], case.first["draft_answer"], case.first["sign_off"]
    again = case.taken.get("reject_answer") or case.taken.get("reopen")
    if (signed - assigned).days > (180 if case.said["hard"] == "true" else 90):
        return False
    if case.said["joint"] == "true" and (drafted - assigned).days > 60:
        return False
    return again is None or (case.taken["sign_off"] - again).days <= 30


def _ended(case: Case) -> date | None:
    return case.taken[case.action] if case.action in ("accept_answer", "retract", "refer") else None


def _batch(fits: Callable[[Case], bool]) -> Count:
    """Of those that were handed out in a year."""
    return of_workflow(LINE, "", _accepted, fits)


def _graded(grade: str) -> Count:
    return _batch(lambda case: _answer(case) is not None and case.said["grade"] == grade)


def _reported(case: Case) -> date | None:
    return case.reported


LIFE = Life(
    LINE, CLERK, (PLEDGE,), _notes, _deeds,
    counted={
        "congress.received": of_workflow(LINE, "", _reported, by_report=True),
        "congress.handed": _batch(lambda case: True),
        "congress.answered": _batch(lambda case: _answer(case) is not None),
        "congress.answered_in_time": _batch(lambda case: _answer(case) is not None and _in_time(case)),
        "congress.asked": _batch(lambda case: bool(_says(case))),
        "congress.satisfied": _batch(lambda case: _says(case) in ("satisfied", "basic")),
        "congress.dissatisfied": _batch(lambda case: _says(case) == "dissatisfied"),
        "congress.done_again": _batch(_is_again),
        "congress.solved": _graded("solved"),
        "congress.planned": _graded("planned"),
        "congress.explained": _graded("explained"),
        "congress.sent_back": of_workflow(LINE, "", _reported, lambda case: case.returned > 0, by_report=True),
        "congress.open": open_of_workflow(LINE, "", _ended),
        "congress.published": of_workflow(LINE, "", _answer, lambda case: case.said["open_to_all"] == "true"),
        "congress.pledges": flow(PLEDGE, time="due_on"),
        "congress.pledges_kept": fitting(PLEDGE, lambda page: bool(page.data.get("done_on")), time="due_on"),
        "congress.pledges_broken": fitting(PLEDGE, lambda page: not page.data.get("done_on"), time="due_on"),
    },
    ratios={
        "congress.answer_rate": ("congress.answered", "congress.handed"),
        "congress.in_time_rate": ("congress.answered_in_time", "congress.handed"),
        "congress.satisfaction_rate": ("congress.satisfied", "congress.asked"),
        "congress.solved_rate": ("congress.solved", "congress.answered"),
        "congress.pledge_rate": ("congress.pledges_kept", "congress.pledges"),
    },
)  # fmt: skip
