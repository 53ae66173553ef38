"""办件 that go through the flow: what becomes of what the window takes in, with the mess that windows know, and of bad ratings.

Days are counted as weekdays without holidays: what is in time by them is in time by any calendar, and what is late is late by
more than a week, so that no holiday that is not known here makes it good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.deeds import Handling
from demo.undertakings import LATE, MARK, accepted_so, is_broken

WINDOW, OFFICER, LEADER, OFFICE = "chuangkou", "huji", "yezhenzhang", "便民服务中心"
ACCEPTING = ("accept", "accept_deemed", "accept_lacking", "accept_undertaken")
# Who tries the flow first: items whose files take weeks. Code → (days promised, days more when it is late).
TRIED = {"SX01": (5, 8), "SX02": (10, 8), "SX03": (22, 12), "SX12": (20, 8), "SX13": (8, 8)}
_GAPS = ("缺银行卡复印件、缺户主签字", "缺诊断证明", "缺四至图、缺邻户意见", "缺核对授权书")
_PROCEDURES = (("publicity", "村里公示"), ("expert", "请专家到场勘验"), ("inspection", "请县里检验"))
_CAUSES = ("slow", "papers", "attitude", "rule", "place")


def after(day: date, work_days: int) -> date:
    """So many weekdays later."""
    while work_days > 0:
        day += timedelta(days=1)
        work_days -= day.weekday() < 5
    return day


@dataclass
class _Thread:
    """A matter while it is told: its last day, and the next step."""

    matter: str
    day: date

    def step(self, who: str, action: str, wait: int, *, office: str = "", reason: str = "", result: str = "", **more: str) -> Handling:
        self.day = after(self.day, wait)
        return Handling(self.day, who, "service", self.matter, action, office=office, reason=reason, result=result, more=tuple(more.items()))


def tracked(matter: str, day: date, said: Mapping[str, str], rng: Random) -> Iterator[Handling]:
    """The steps of an application that was taken in on a day. ``said``: its record."""
    thread, turn = _Thread(matter, day), rng.random()
    if MARK in said["code"] or said["route"] == "reissue":
        yield from _at_once(thread, said)
        return
    if said["channel"] == "agent":
        yield thread.step(WINDOW, "send_in", rng.choice((1, 1, 2, 3, 5)))
    if turn < 0.015:
        yield thread.step(WINDOW, "void", 1, reason="只是来问一问，登记错了")
        return
    if turn < 0.035:
        yield thread.step(WINDOW, "refuse", 1, reason="应当向县里申请", ground="not_ours", paper_no=f"不受-{said['code']}", remedies_told="true")
        return
    accepted = [*_accepting(thread, said["code"], rng)]
    yield from accepted
    if accepted[-1].action in ("terminate", "cancel_acceptance"):
        return
    if turn > 0.985:
        yield thread.step(WINDOW, "retract", 1, reason="本人改主意了，不办了")
        return
    yield from _decided(thread, said, rng)
    yield from _handed(thread, said, rng)
    if rng.random() < 0.04:
        yield thread.step(LEADER, "reopen", 12, reason="核对时发现年龄算错了", paper_no=f"撤决-{said['code']}")
        yield from _decided(thread, said, rng, again=True)
        yield from _handed(thread, said, rng)


def _at_once(thread: _Thread, said: Mapping[str, str]) -> Iterator[Handling]:
    """By 告知承诺, decided the next day; or made anew, which needs no decision."""
    if said["route"] == "reissue":
        yield thread.step(WINDOW, "accept", 1, office=OFFICE)
        yield thread.step(WINDOW, "reissue", 2, result="核对原件以后补制")
    else:
        yield thread.step(WINDOW, "accept_undertaken", 1, office=OFFICE, **accepted_so(said))
        yield thread.step(OFFICER, "grant", 1, result="凭告知承诺，准予")
    yield thread.step(WINDOW, "hand_out", 1, delivery="window")


def checked(matter: str, day: date, said: Mapping[str, str], rng: Random, last: int) -> Iterator[Handling]:
    """What becomes of the check of a 告知承诺: mostly it was so; now and then it is put right in the term given, or is looked at too late; twice
    in all it was not so, and the decision is revoked. ``last``: the last complete year."""
    thread, turn, decided = _Thread(matter, day), rng.random(), date.fromisoformat(said["decided_on"])
    paper = said["application"]
    if is_broken(paper, last) or turn > 0.9:
        due = after(thread.day, 30)
        yield thread.step(OFFICER, "order_mend", 8, method="shared", result="核查到的与承诺的不一致", mend_by=due.isoformat(), paper_no=f"改-{paper}")
        if not is_broken(paper, last):
            yield thread.step(OFFICER, "mend", 10, result="已经改正，核对过了")
            return
        thread.day = due
        yield thread.step(LEADER, "revoke", 2, reason="逾期没有整改", result="仍与承诺的不一致", paper_no=f"撤诺-{paper}", remedies_told="true")
        return
    thread.day = after(decided, LATE) if turn < 0.06 else after(thread.day, 5 + int(turn * 20))
    yield thread.step(OFFICER, "keep", 0, method=rng.choice(("shared", "visit")), result="与承诺的一致")


def _accepting(thread: _Thread, code: str, rng: Random) -> Iterator[Handling]:
    """In time, or with what was missing told at once, or lacking a paper that is promised, or silently too late."""
    turn = rng.random()
    if turn < 0.08:
        yield thread.step(WINDOW, "ask_papers", 1, gaps=rng.choice(_GAPS), papers_due_on=after(thread.day, 11).isoformat(), paper_no=f"补-{code}")
        if rng.random() < 0.2:
            yield thread.step(WINDOW, "terminate", 14, reason="到期没有补，电话催过两次", paper_no=f"终-{code}")
            return
        yield thread.step(WINDOW, "papers_in", rng.choice((2, 4, 6)))
        yield thread.step(WINDOW, "accept", rng.choice((1, 1, 2)), office=OFFICE)
    elif turn < 0.14:
        lacks = {"lacks": "银行卡", "lacks_due_on": after(thread.day, 6).isoformat(), "paper_no": f"容-{code}"}
        yield thread.step(WINDOW, "accept_lacking", 1, office=OFFICE, **lacks)
        if rng.random() < 0.2:
            yield thread.step(WINDOW, "cancel_acceptance", 8, reason="到期没有补，容缺受理撤销", paper_no=f"撤受-{code}")
            return
        yield thread.step(WINDOW, "lacks_in", 2)
    elif turn < 0.165:
        yield thread.step(WINDOW, "accept_deemed", 8, office=OFFICE, reason="窗口漏办，没有在五个工作日内告知")
    else:
        yield thread.step(WINDOW, "accept", rng.choice((1, 1, 2)), office=OFFICE)


def _decided(thread: _Thread, said: Mapping[str, str], rng: Random, again: bool = False) -> Iterator[Handling]:
    """Decided here or by the county: well within what was promised, now and then more than a week over it."""
    days, over = TRIED[said["item"]]
    late = not again and rng.random() < 0.04
    left = days + over if late else max(1, round(days * rng.uniform(0.3, 0.6)))
    if said["route"] == "passed_up":
        first = max(1, left // 3)
        yield thread.step(OFFICER, "pass_up", first, result="入户核对属实", paper_no=f"报-{said['code']}")
        if not late and rng.random() < 0.08:
            yield thread.step(WINDOW, "sent_back", 2, reason="缺核对授权书，县里退回")
            yield thread.step(OFFICER, "pass_up", 1, result="授权书已补", paper_no=f"报-{said['code']}-2")
        yield _outcome(thread, WINDOW, said["code"], left - first, rng)
        return
    if not late and not again and rng.random() < 0.09:
        what, why = rng.choice(_PROCEDURES)
        yield thread.step(OFFICER, "begin_procedure", 1, reason=why, procedure=what, paper_no=f"特-{said['code']}")
        yield thread.step(OFFICER, "end_procedure", rng.choice((5, 7, 10)), result="没有异议")
        left = 1
    yield _outcome(thread, OFFICER, said["code"], left, rng)


def _outcome(thread: _Thread, who: str, code: str, wait: int, rng: Random) -> Handling:
    if rng.random() < 0.03:
        return thread.step(who, "deny", wait, reason="不符合规定的条件", paper_no=f"不许-{code}", remedies_told="true")
    return thread.step(who, "grant", wait, result="符合条件，准予")


def _handed(thread: _Thread, said: Mapping[str, str], rng: Random) -> Iterator[Handling]:
    if said["channel"] == "agent":
        yield thread.step(WINDOW, "to_agent", 1)
        yield thread.step(WINDOW, "hand_back", rng.choice((1, 1, 2, 4)))
    else:
        yield thread.step(WINDOW, "hand_out", rng.choice((0, 1, 1, 3)), delivery=rng.choice(("window", "window", "mail", "electronic")))


def redressed(matter: str, day: date, said: Mapping[str, str], rng: Random) -> Iterator[Handling]:
    """What becomes of a bad rating: the next day somebody asks; most are true and are put right, one or two are slips of the finger."""
    thread = _Thread(matter, day)
    yield thread.step(WINDOW, "contact", 6 if rng.random() < 0.12 else 1, result="电话联系上本人，听了意见")
    if rng.random() < 0.2:
        yield thread.step(LEADER, "dismiss", 2, reason="本人说点错了", cause="other")
        return
    yield thread.step(WINDOW, "prove", rng.choice((1, 2)), cause=rng.choice(_CAUSES), result="情况属实")
    yield thread.step(OFFICER, "mend", rng.choice((2, 4, 7)), result="当面说明并致歉，告知单已改")
    if rng.random() < 0.15:
        yield thread.step(WINDOW, "mend_again", 1, reason="回访说还是要跑两趟")
        yield thread.step(OFFICER, "mend", 4, result="改为帮办送件")
    yield thread.step(WINDOW, "revisit", rng.choice((1, 2)), result="本人满意")
