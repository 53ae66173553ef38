"""How an enforcement case goes: small ones fined on the spot, most filed, looked into and fined, a few major ones through every gate;
some sent back, made to wait, dropped, handed over, urged, before the court, contested and taken up again.

A case is opened by the rule that hears of it in the register, and the register says in turn what became of it (the number of its
decision, who contested it). Both are told from one stream of chance: ``told`` is the whole course, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.courses import Steps
from demo.deeds import Handling
from demo.diary import later, posting_day

OFFICER, HEAD, LEADER, MAYOR, REVIEWER, WINDOW = "laozhou", "duizhang", "fenguan", "yezhenzhang", "sifa", "chuangkou"
# Whose the certificates are; the first two have all cases in hand, and neither while their certificate runs out.
HOLDERS = {
    "YL-04": OFFICER, "YL-01": "lanmulin", "YL-02": "zhongxiaoxi", "YL-03": "leiguangming", "YL-05": "wujinshan", "YL-06": "panchunlai", "YL-07": "xuqingyang",
}  # fmt: skip
_SEEN = ("现场占用属实，拍了照", "现场堆放属实，量过面积", "现场看过，与线索一致", "排放口有痕迹，取了样")
_ASKED = ("询问当事人，做了笔录", "调取进货单、收据", "向邻户核实，做了笔录", "会同村里到现场勘验")
_FOUND = ("事实清楚，建议罚款", "当事人承认，已开始整改，建议罚款", "证据齐，建议罚款")
_WAITS = ("等检测报告", "等测绘结果", "当事人住院，暂时无法参加")
_POOR = ("缺一份询问笔录", "面积没有复核", "主体身份没有核实清楚")
_SAID = ("说不知道要审批，请求从轻", "说已经清走，请求少罚", "对面积有异议，复核后不变")
_GROUNDS = (("first", "初次违法，轻微，及时改正"), ("first", "初次违法，当场清走"), ("minor", "轻微并及时改正，没有危害后果"), ("no_fact", "复核以后，违法事实不成立"))
_RECEIVERS = (("department", "不在赋权目录里，移交县级主管部门"), ("police", "涉嫌治安违法，移送公安"), ("other", "归交警管，已移送"))
_OUTCOMES = (("upheld", "withdrawn", "changed", "revoked", "illegal"), (50, 16, 10, 20, 4))
OVERTURNED = ("changed", "revoked", "illegal")


@dataclass(frozen=True)
class Contest:
    """A decision that somebody contested (``kind``: review, suit): when it was heard of, and when and how it ended."""

    kind: str
    asked: date
    ended: date
    outcome: str


@dataclass(frozen=True)
class Told:
    """A case from its register to its end: whether its party is a firm or the like, when it was decided by the ordinary procedure, and a
    contest of the first decision."""

    steps: tuple[Handling, ...]
    corporate: bool
    decided: date | None
    contest: Contest | None


NEW_LAW = date(2021, 7, 15)  # 行政处罚法（2021）


class _File(Steps):
    """A case while it is told, with what its papers say."""

    contest: Contest | None = None
    sum = 0  # what was decided to be paid
    major = False

    def __init__(self, matter: str, day: date, rng: Random, officer: str) -> None:
        super().__init__("enforcement", matter, day, rng)
        self.officer, self.rng, self.corporate = officer, rng, rng.random() < 0.45
        self.number, self._shots = int(matter.split(":")[1].rpartition("-")[2]), 0

    def paper(self, word: str) -> str:
        return f"云执{word}〔{self.day.year}〕{self.number}号"

    def shot(self) -> str:
        """The number of the next recording of sound and picture (全过程记录)."""
        self._shots += 1
        return f"音像{self.day.year}-{self.number:03d}-{self._shots}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def told(matter: str, day: date, rng: Random, officer: str = OFFICER) -> Told:
    """The course of a case that its rule opened on a day; ``matter``: ``rule:code:turn``, ``officer``: who has it in hand."""
    file = _File(matter, day, rng, officer)
    taken = tuple(_taken(file))
    decided = next((step.day for step in taken if step.action == "decide"), None)
    return Told(taken, file.corporate, decided, file.contest)


def enforced(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """What becomes of a case that its rule opened."""
    yield from told(steps.matter, steps.day, rng, HOLDERS[steps.said["officer"].rpartition("-")[0]]).steps


def publication(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """A decision is published, now and then far too late or not at all; one that was overturned is taken down, and it is said why."""
    if category == "take_down_penalty":
        yield steps.take(WINDOW, "take_down", 1, 3, reason="决定被撤销或变更，撤回并说明", site="县政府网站")
    elif rng.random() < 0.04:
        yield steps.take(LEADER, "keep", 1, 4, reason="当事人是未成年人，依法不公开")
    elif rng.random() < 0.98:
        wait = (26, 44) if rng.random() < 0.07 else (1, 4)
        yield steps.take(WINDOW, "publish", *wait, site="县政府网站", masked="true")


def _taken(file: _File) -> Iterator[Handling]:
    turn, party = file.rng.random(), "organisation" if file.corporate else "citizen"
    if turn < 0.24:
        yield from _on_the_spot(file, party)
    elif turn < 0.28:
        yield from _handed_over(file)
    elif turn < 0.985:  # of the rest nobody has looked at yet: they stand on the list
        yield file.take(file.officer, "check", 2, 9, result=file.rng.choice(_SEEN), party=party, record_no=file.shot())
        if turn < 0.33:
            yield file.take(HEAD, "decline", 1, 4, reason=file.rng.choice(("不在本镇地界", "查无此事", "已过追责期限")))
        else:
            yield file.take(HEAD, "approve", 1, 4, paper_no=file.paper("立"))
            yield from _filed(file)


def _on_the_spot(file: _File, party: str) -> Iterator[Handling]:
    """A warning (a fine of nothing) or a small fine."""
    old = file.day < NEW_LAW  # before it a case went by the law of 1996, whose small fines are smaller
    least, most = (200, 1000 if old else 1500) if file.corporate else (20, 50 if old else 200)
    fine = "0" if file.chance(0.15) else str(file.rng.randrange(least, most + 1, 10))
    yield file.take(file.officer, "fine_on_spot", 1, 2, party=party, fine=fine, paper_no=file.paper("当罚"), record_no=file.shot())
    if file.chance(0.97):
        yield file.take(file.officer, "perform", 0, 12, paid=fine)
        yield file.take(HEAD, "close", 1, 8)


def _handed_over(file: _File) -> Iterator[Handling]:
    receiver, reason = file.rng.choice(_RECEIVERS)
    yield file.take(HEAD, "hand_over", 1, 6, reason=reason, receiver=receiver, paper_no=file.paper("移"))


def _filed(file: _File) -> Iterator[Handling]:
    file.major = file.chance(0.21 if file.corporate else 0.08)
    if file.chance(0.06):
        yield file.take(file.officer, "preserve", 1, 3, paper_no=file.paper("保"), record_no=file.shot())
        yield file.take(file.officer, "dispose", 2, 6, result="拍照取证后退还")
    yield _looking_into(file, 2, 12)
    if file.chance(0.05):
        yield file.take(HEAD, "suspend", 1, 4, reason=file.rng.choice(_WAITS))
        yield file.take(file.officer, "resume", 12, 45, reason="可以接着查了")
    if file.chance(0.05):
        yield from _given_more_time(file)
    turn = file.rng.random()
    if turn < 0.03:
        yield file.take(HEAD, "drop", 2, 9, reason="与县里已立的案重复" if file.corporate else "当事人已经死亡")
    elif turn < 0.06:
        yield from _handed_over(file)
    else:
        yield from _concluded(file)


def _looking_into(file: _File, least: int, most: int) -> Handling:
    return file.take(file.officer, "investigate", least, most, result=file.rng.choice(_ASKED), record_no=file.shot())


def _given_more_time(file: _File) -> Iterator[Handling]:
    """Asked for and granted singly, so on the posting day itself."""
    day = posting_day(file.day)
    yield Handling(day, file.officer, file.line, file.matter, "ask_extension", reason="等县里有关部门的鉴定意见", more=(("limit", "decide"), ("units", "30")))
    yield Handling(day, LEADER, file.line, file.matter, "grant_extension")
    file.day = day + timedelta(days=1)


def _concluded(file: _File) -> Iterator[Handling]:
    yield _concluding(file, 4, 22)
    if file.chance(0.3 if file.major else 0.07):
        yield file.take(REVIEWER, "more_evidence", 1, 5, reason=file.rng.choice(_POOR))
        yield _looking_into(file, 2, 9)
        yield _concluding(file, 1, 6)
    if not file.major and file.chance(0.09):
        ground, reason = file.rng.choice(_GROUNDS)
        yield file.take(HEAD, "no_penalty", 1, 6, reason=reason, ground=ground, paper_no=file.paper("不罚"))
    else:
        yield from _decided(file)
        yield from _carried_out(file)


def _concluding(file: _File, least: int, most: int) -> Handling:
    given = {
        "gravity": "major" if file.major else "plain", "discretion": file.rng.choices(("lighter", "normal", "heavier"), (30, 62, 8))[0],
        "evidence": str(file.rng.randint(9, 30) if file.major else file.rng.randint(2, 11)), "record_no": file.shot(),
    }  # fmt: skip
    if file.major:
        given["major_ground"] = file.rng.choice(("complex", "rights", "by_law"))
    return file.take(file.officer, "conclude", least, most, result=file.rng.choice(_FOUND), **given)


def _decided(file: _File) -> Iterator[Handling]:
    """Told beforehand, heard if they wish, and decided: a major case after a review and a discussion, one with a hearing after another
    review."""
    if file.major or file.chance(0.2):
        yield file.take(REVIEWER, "review", 1, 5, result="事实清楚，程序合法，同意")
    yield file.take(file.officer, "inform", 1, 5, paper_no=file.paper("告"))
    if file.chance(0.45 if file.major else 0.02):
        yield file.take(file.officer, "ask_hearing", 1, 5, paper_no=file.paper("听申"))
        yield file.take(REVIEWER, "hold_hearing", 11, 24, result="当事人陈述了意见，质证完毕", paper_no=file.paper("听笔"))
        yield file.take(REVIEWER, "review", 1, 4, result="采纳了听证中的部分意见，同意")
    elif file.chance(0.25):
        yield file.take(file.officer, "hear_statement", 1, 6, result=file.rng.choice(_SAID))
    else:
        yield file.take(file.officer, "lapse", 17, 24, result="期满没有提出")
    if file.major:
        yield file.take(LEADER, "discuss", 1, 6, result="同意承办意见", paper_no=f"云纪要〔{file.day.year}〕{file.number}号")
    least, most = (70, 100) if file.chance(0.04) else (1, 7)  # some decisions come too late
    yield file.take(MAYOR if file.major else HEAD, "decide", least, most, **_amounts(file))


def _amounts(file: _File) -> dict[str, str]:
    if file.major:
        fine = file.rng.randint(20, 90) * 1000
        taken_away = file.rng.randint(10, 400) * 50 if file.chance(0.4) else 0
        file.sum = fine + taken_away
        return {"fine": str(fine), "confiscated": str(taken_away)}
    file.sum = file.rng.randint(10, 90) * 100 if file.corporate else file.rng.randint(2, 20) * 100
    return {"fine": str(file.sum)}


def _carried_out(file: _File) -> Iterator[Handling]:
    """Delivered, paid and closed; some by instalments, some only when urged; of the rest somebody contests it now and then."""
    how = file.rng.choices(("direct", "electronic", "left", "mail", "notice"), (70, 12, 8, 8, 2))[0]
    yield file.take(file.officer, "deliver", 1, 6, delivery=how, paper_no=file.paper("送"), record_no=file.shot())
    delivered, turn = file.day, file.rng.random()
    if turn < 0.1:
        yield from _urged(file)
        return
    if turn < 0.18 and file.sum >= 2000:
        yield from _by_instalments(file)
    yield file.take(file.officer, "perform", 1, 14, paid=str(file.sum))
    yield file.take(HEAD, "close", 1, 10)
    if file.contest is None and file.chance(0.4 if file.major else 0.06):
        yield from _contested(file, delivered)


def _by_instalments(file: _File) -> Iterator[Handling]:
    until = file.day + timedelta(days=file.rng.randint(60, 100))
    yield file.take(HEAD, "defer", 3, 12, reason="生意淡季，申请分两次缴清", due_on=until.isoformat())
    yield file.take(file.officer, "pay_part", 5, 20, paid=str(file.sum // 2))
    file.day = max(file.day, until - timedelta(days=18))


def _urged(file: _File) -> Iterator[Handling]:
    """Not paid in time: paid when urged, done by somebody in their stead, or before the court, where some cases lie for long."""
    in_stead = file.chance(0.2)
    yield file.take(file.officer, "urge", 26, 38, paper_no=file.paper("催"), enforce_by="stand_in" if in_stead else "court")
    if in_stead:
        yield file.take(file.officer, "stand_in", 14, 21, result="请人清运，费用由当事人承担", record_no=file.shot())
    elif file.chance(0.55):
        yield file.take(file.officer, "perform", 2, 10, paid=str(file.sum))
    else:
        yield file.take(file.officer, "apply_court", 25, 38, paper_no=file.paper("申执"))
        if file.chance(0.45):
            return
        yield file.take(file.officer, "perform", 50, 160, paid=str(file.sum), result="法院执行到位")
    yield file.take(HEAD, "close", 1, 10)


def _contested(file: _File, delivered: date) -> Iterator[Handling]:
    """Before the county or the court; what is revoked is taken up again, and decided anew or dropped."""
    kind, outcome = file.rng.choices(("review", "suit"), (3, 1))[0], file.rng.choices(*_OUTCOMES)[0]
    asked = later(delivered, file.rng, 12, 55)
    file.contest = Contest(kind, asked, later(asked, file.rng, 35, 80), outcome)
    if outcome != "revoked":
        return
    file.day = max(file.day, file.contest.ended)
    yield file.take(LEADER, "reopen", 2, 9, reason="决定被撤销，责令重新处理")
    if file.chance(0.4):
        yield file.take(HEAD, "drop", 3, 12, reason="重新核查，证据不足")
        return
    yield _looking_into(file, 2, 9)
    yield _concluding(file, 3, 9)
    yield from _decided(file)
    yield from _carried_out(file)
