"""合法性审查: what offices hand in before it is issued or signed, what 司法所 says of it, what became of it; and the papers that went out
without being looked at, fewer every year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from demo.books import Case
from demo.counting import Count, flow, net, of_workflow
from demo.deeds import Handling
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, money, office_day, posting_day, visiting_day, weekdays
from demo.life import Life
from demo.places import TOWNSHIP
from demo.world import World

PAPER, COUNSEL, WORKFLOW = "legalreview.paper", "legalreview.counsel_opinion", "legalreview.review"
CLERK, OFFICE, LEADER, MAYOR = "sifa", "dangzhengban", "fenguan", "yezhenzhang"
A_YEAR = (20, 22, 25, 24, 28, 32, 30)  # handed in, in the years −5 … +1
UNSEEN = (4, 3, 3, 2, 1, 1, 1)  # papers that went out without a review
_SEASON = (7, 5, 11, 10, 9, 9, 7, 7, 9, 8, 10, 8)
_KINDS = (  # kind, how often, what it is about, who drafts it
    ("contract", 56, ("闲置校舍租赁合同", "山塘清淤工程合同", "垃圾清运服务合同", "文化礼堂修缮合同", "机耕路养护合同", "会务印刷采购合同", "林道维修合同"), ("cunjian", "nongban")),
    ("decision", 17, ("年度财政预算安排方案", "集镇停车管理方案", "农贸市场改造方案", "山塘承包处置方案"), ("cunjian", "nongban")),
    ("rule", 9, ("环境卫生管理办法", "农村建房管理办法", "集镇摊位管理办法", "山林防火管理规定"), ("cunjian",)),
    ("share_plan", 11, ("茶场入股合作方案", "光伏收益分配合作方案", "民宿合作经营方案"), ("nongban",)),
    ("enforcement", 7, ("重大行政处罚决定", "强制拆除决定"), ("laozhou",)),
)  # fmt: skip
KINDS = tuple(kind for kind, *_ in _KINDS)
_WORDS = {"contract": "合同", "decision": "政", "rule": "政规", "share_plan": "股合", "enforcement": "执审"}
_SAYS = {
    "lawful": ("主体、权限、程序、内容都没有问题", "合法，可以印发"), "after_change": ("双方的责任写得不对等，要改", "期限没有依据，要改", "缺少公示程序，补上再印"),
    "unlawful": ("超越乡镇权限", "增设了没有依据的义务", "没有经过民主表决"),
}  # fmt: skip
_BEGIN = {  # which limit an action begins, and which it ends
    "report": "enter", "enter": "review", "send_again": "review", "back_to_review": "review", "reopen": "review", "issue": "file",
    "file_rule": "form", "ask_filing_papers": "complete", "complete_filing": "form",
}  # fmt: skip
_END = {
    "enter": "enter", "give_opinion": "review", "abandon": "review", "issue": "review", "file_rule": "file", "ask_filing_papers": "form",
    "complete_filing": "complete", "take_filing": "form",
}  # fmt: skip
_ALLOWED = {"enter": 1, "review": 7, "file": 15, "form": 3, "complete": 5}  # working days, of a filing days
SINCE, BY_LAW_SINCE = date(2024, 1, 1), date(2016, 5, 1)  # since when these limits stand; that of a filing and of a share plan
ISSUED = ("issue", "file_rule", "ask_filing_papers", "complete_filing", "take_filing", "finish")


@dataclass(frozen=True)
class Review:
    """One thing handed in, and all that was done about it."""

    kind: str
    steps: tuple[Handling, ...]


class _Desk:
    """Takes the steps of one review, each on a day on which offices are open."""

    conclusion = ""
    opinions = 0

    def __init__(self, world: World, year: int, number: int) -> None:
        self.rng, self.year, self.number = world.rng("legalreview", year, number), year, number
        self.kind, _, titles, drafters = self.rng.choices(_KINDS, [often for _, often, *_ in _KINDS])[0]
        self.day = visiting_day(max(day_in(self.rng, year, _SEASON), date(year, 1, 8)))
        self.matter, self.title, self.drafter = f"legalreview/{year}-{number:03d}", self.rng.choice(titles), self.rng.choice(drafters)

    def take(self, who: str, action: str, least: int, most: int, *, reason: str = "", result: str = "", **more: str) -> Handling:
        self.day = office_day(later(self.day, self.rng, least, most))
        return self.now(who, action, reason=reason, result=result, **more)

    def now(self, who: str, action: str, *, reason: str = "", result: str = "", **more: str) -> Handling:
        return Handling(self.day, who, "legalreview", self.matter, action, reason=reason, result=result, more=tuple(more.items()), workflow=WORKFLOW)

    def within(self, who: str, action: str, least: int, most: int, late: float = 0, **more: str) -> Handling:
        """In time whatever the holidays, or more than a month late."""
        if self.chance(late):
            return self.take(who, action, 34, 50, **more)
        back = later(self.day, self.rng, least, most)
        while back > self.day and office_day(back) != back:
            back -= timedelta(days=1)
        self.day = back
        return self.take(who, action, 0, 0, **more)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def paper_no(self) -> str:
        again = "" if self.opinions < 2 else f"（第{self.opinions}稿）"
        return f"云{_WORDS[self.kind]}〔{self.year}〕{self.number}号{again}"


@cache
def reviews(world: World) -> tuple[Review, ...]:
    """All reviews of the years."""
    return tuple(_review(world, year, number) for year, many in zip(world.years, A_YEAR, strict=True) for number in range(1, many + 1))


def _review(world: World, year: int, number: int) -> Review:
    desk = _Desk(world, year, number)
    said = {"kind": desk.kind, "draft": "true", "basis_given": "true"} | ({"opinions_given": "true"} if desk.chance(0.7) else {})
    opening = Handling(
        desk.day, desk.drafter, "legalreview", desk.matter, "report", f"{desk.title}（{year}年第{number}件）", desk.kind, "", TOWNSHIP,
        more=tuple(said.items()), workflow=WORKFLOW,
    )  # fmt: skip
    in_a_flood = (year, number) == (world.year - 2, 9) and desk.kind != "rule"
    return Review(desk.kind, (opening, *(_unseen(desk) if in_a_flood else _looked_at(desk))))


def _unseen(desk: _Desk) -> Iterator[Handling]:
    """Signed before anybody had looked, with the mayor's reason; singly, so on the posting day itself."""
    yield desk.take(OFFICE, "enter", 0, 0)
    desk.day = posting_day(desk.day)
    yield replace(desk.now(MAYOR, "issue", reason="山洪冲断村道，当天要调机械抢通，来不及审", paper_no=desk.paper_no()), overriding=True)
    desk.day += timedelta(days=1)
    yield desk.take(OFFICE, "finish", 1, 9)


def _looked_at(desk: _Desk) -> Iterator[Handling]:
    yield desk.within(OFFICE, "enter", 0, 0, late=0.03)
    if desk.chance(0.15):
        yield desk.within(CLERK, "ask_papers", 0, 1, reason=desk.rng.choice(("缺征求意见情况", "缺对方的资质证明", "缺会议纪要")))
        if desk.chance(0.08):
            return  # never handed in again: it waits
        yield desk.take(desk.drafter, "add_papers", 2, 12, result="已补齐", opinions_given="true")
    if desk.chance(0.03):
        yield desk.within(LEADER, "abandon", 1, 3, reason="对方不做了")
        return
    yield _opinion(desk, desk.rng.choices(("lawful", "after_change", "unlawful"), (58, 36, 6))[0], late=0.07)
    yield from _answered(desk)


def _opinion(desk: _Desk, conclusion: str, late: float = 0) -> Handling:
    desk.conclusion, desk.opinions = conclusion, desk.opinions + 1
    by = desk.rng.choices(("justice_office", "counsel", "both"), (60, 14, 26))[0]
    number = f"云合审〔{desk.year}〕{desk.number}号{'' if desk.opinions == 1 else f'之{desk.opinions}'}"
    given = {"conclusion": conclusion, "reviewed_by": by, "paper_no": number, "result": desk.rng.choice(_SAYS[conclusion])}
    return desk.within(CLERK, "give_opinion", 1, 3, late, **given)


def _answered(desk: _Desk) -> Iterator[Handling]:
    """What the drafter makes of it: mostly changed as asked; handed in again, or not issued at all."""
    if desk.conclusion == "unlawful":
        if desk.chance(0.5):
            yield desk.take(LEADER, "abandon", 1, 6, reason="超越权限，报县里定")
            return
        yield desk.take(desk.drafter, "send_again", 3, 20, reason="重新起草，删去没有依据的几条")
        yield _opinion(desk, "lawful")
    elif desk.conclusion == "after_change" and desk.chance(0.2):
        yield desk.take(desk.drafter, "answer_opinion", 0, 4, taken=desk.rng.choice(("partly", "partly", "declined")), why_not="对方不同意改")
        if desk.chance(0.35):
            yield desk.take(LEADER, "abandon", 1, 9, reason="谈不拢，不签了")
            return
        yield desk.take(desk.drafter, "back_to_review", 2, 15, reason="谈妥了，照意见改")
        yield _opinion(desk, "lawful")
    yield desk.take(desk.drafter, "answer_opinion", 0, 4, taken="whole")
    yield from _issued(desk)


def _issued(desk: _Desk, again: bool = False) -> Iterator[Handling]:
    """Issued or signed; a rule is filed with the presidium, which now and then wants it put right."""
    yield desk.take(LEADER if desk.kind in ("contract", "share_plan") else MAYOR, "issue", 0, 6, paper_no=desk.paper_no())
    if desk.kind != "rule":
        if desk.chance(0.97):
            yield desk.take(OFFICE, "finish", 0, 8)
        return
    if desk.chance(0.06):
        return  # nobody has thought of the presidium
    yield desk.within(OFFICE, "file_rule", 2, 7, late=0.12, paper_no=f"云政备〔{desk.year}〕{desk.number}号")
    if desk.chance(0.2):
        yield desk.within(CLERK, "ask_filing_papers", 0, 1, reason="缺起草说明的电子件")
        yield desk.within(OFFICE, "complete_filing", 1, 3, result="已补")
    yield desk.within(CLERK, "take_filing", 0, 1, late=0.05, paper_no=f"云人备〔{desk.year}〕{desk.number}号{'之2' if again else ''}")
    if not again and desk.chance(0.12):
        yield desk.take(LEADER, "reopen", 12, 40, reason="备案审查认为有一条增设了义务，要求改正")
        yield _opinion(desk, "lawful")
        yield desk.take(desk.drafter, "answer_opinion", 0, 4, taken="whole")
        yield from _issued(desk, again=True)


def _deeds(world: World) -> Iterator[Handling]:
    for one in reviews(world):
        yield from one.steps


def _notes(world: World) -> Iterator[Note]:
    for one in reviews(world):
        yield from _papers(world, one)
    for year, many in zip(world.years, UNSEEN, strict=True):
        yield from _papers_unseen(world.rng(PAPER, year), year, many)
        yield from _counsel(world.rng(COUNSEL, year), year)


def _papers(world: World, one: Review) -> Iterator[Note]:
    """What was issued or signed, with the number of the opinion; of a rule the number of its filing when it has one."""
    rng, opinion, paper = world.rng(PAPER, one.steps[0].matter), "", ""
    for step in one.steps:
        given = dict(step.more)
        if step.action == "give_opinion":
            opinion = given["paper_no"]
        elif step.action == "issue":
            paper = given["paper_no"]
            data = {"paper_no": paper, "kind": one.kind} | ({"opinion_no": opinion} if opinion else {})
            if one.kind == "contract":
                data |= {"amount": money(rng.lognormvariate(11.0, 1.1), 100)}
            if one.kind in ("contract", "rule"):
                data |= {"lapses_on": (step.day + timedelta(days=365 * rng.randint(1, 3))).isoformat()}
            yield Note(later(step.day, rng, 0, 4), OFFICE, PAPER, paper, data, TOWNSHIP, step.day)
        elif step.action == "take_filing":
            filed = {"paper_no": paper, "filing_no": given["paper_no"]}
            yield Note(later(step.day, rng, 4, 8), OFFICE, PAPER, paper, filed, reason="备案登记", manner=PROGRESS)


def _papers_unseen(rng: Random, year: int, many: int) -> Iterator[Note]:
    """Signed without a review; of some it turns out that there had been one, and its number was left out."""
    for number in range(1, many + 1):
        day, name = max(day_in(rng, year, _SEASON), date(year, 1, 11)), f"云合同〔{year}〕零{number}号"
        data = {"paper_no": name, "kind": rng.choices(("contract", "decision"), (9, 1))[0], "amount": money(rng.lognormvariate(9.6, 0.6), 100)}
        if data["kind"] == "decision":
            del data["amount"]
        told = later(day, rng, 0, 6)
        yield Note(told, OFFICE, PAPER, name, data, TOWNSHIP, day)
        if rng.random() < 0.3:
            seen = {"paper_no": name, "opinion_no": f"云合审〔{year}〕零{number}号"}
            yield Note(later(told, rng, 33, 50), OFFICE, PAPER, name, seen, reason="审过的，编号登漏了", manner=CORRECT)


def _counsel(rng: Random, year: int) -> Iterator[Note]:
    """What the counsel said, point by point; what of it was taken is sometimes known only later."""
    for number in range(1, rng.randint(11, 18) + 1):
        day, code = max(day_in(rng, year, _SEASON), date(year, 1, 11)), f"顾{year}-{number:02d}"
        points = rng.randint(1, 9)
        data = {"code": code, "firm": "澄州青平律师事务所", "points": str(points)}
        taken = {"adopted_points": str(rng.randint(points * 2 // 3, points))}
        told, at_once = later(day, rng, 0, 9), rng.random() < 0.75
        yield Note(told, CLERK, COUNSEL, code, data | taken if at_once else data, TOWNSHIP, day)
        if not at_once:
            yield Note(later(told, rng, 33, 60), CLERK, COUNSEL, code, {"code": code, **taken}, reason="定稿了", manner=PROGRESS)


# How the plain books count: by the steps in their order, knowing nothing of states.


def _of(day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, by_report: bool = False) -> Count:
    return of_workflow("legalreview", KINDS, day, fits, by_report=by_report)


def _reported(case: Case) -> date:
    return case.reported


def _opined(case: Case) -> date | None:
    """When an opinion was given last, unless it was handed in again since."""
    for step in reversed(case.steps):
        if step.action in ("send_again", "back_to_review", "reopen"):
            return None
        if step.action == "give_opinion":
            return step.day
    return None


def _ended(action: str) -> Callable[[Case], date | None]:
    return lambda case: case.taken[action] if case.action == action else None


def _says(conclusion: str) -> Count:
    return _of(_opined, lambda case: case.said["conclusion"] == conclusion)


def _kind(kind: str) -> Count:
    return _of(_opined, lambda case: case.category == kind)


def _excepted(case: Case) -> bool:
    """Whether it went out without an opinion that it may."""
    said = case.said.get("conclusion")
    return case.action in ISSUED and (said in (None, "unlawful") or (said == "after_change" and case.said.get("taken") != "whole"))


def _overdue(case: Case) -> bool:
    """Whether any step came after its time: within days, or far beyond, whatever the holidays."""
    begun: dict[str, date] = {}
    rested, asked = 0, date.min
    for step in case.steps:
        if step.action == "ask_papers":
            asked = step.day
        elif step.action == "add_papers":
            rested += weekdays(asked - timedelta(days=1), step.day - timedelta(days=1))
        ends = _END.get(step.action, "")
        if ends in begun and _took_too_long(case.category, ends, begun.pop(ends), step.day, rested if ends == "review" else 0):
            return True
        if step.action in _BEGIN:
            begun[_BEGIN[step.action]] = step.day
            rested = 0
    return False


def _took_too_long(kind: str, limit: str, since: date, day: date, rested: int) -> bool:
    by_law = limit == "file" or (limit == "review" and kind == "share_plan")
    if since < (BY_LAW_SINCE if by_law else SINCE):
        return False
    if limit == "file":
        return kind == "rule" and (day - since).days > _ALLOWED[limit]
    allowed = 5 if limit == "review" and kind == "contract" else _ALLOWED[limit]
    return weekdays(since, day) - rested > allowed


UNREVIEWED = flow(PAPER, opinion_no=None)

LIFE = Life(
    "legalreview", CLERK, (PAPER, COUNSEL), _notes, _deeds,
    counted={
        "legalreview.submitted": _of(_reported, by_report=True),
        "legalreview.reviewed": _of(_opined),
        "legalreview.lawful": _says("lawful"),
        "legalreview.after_change": _says("after_change"),
        "legalreview.unlawful": _says("unlawful"),
        "legalreview.contracts_reviewed": _kind("contract"),
        "legalreview.rules_reviewed": _kind("rule"),
        "legalreview.decisions_reviewed": _kind("decision"),
        "legalreview.answered": _of(_opined, lambda case: "taken" in case.said),
        "legalreview.taken": _of(_opined, lambda case: case.said.get("taken") == "whole"),
        "legalreview.abandoned": _of(_ended("abandon")),
        "legalreview.excepted": _of(_reported, _excepted, by_report=True),
        "legalreview.filed_rules": _of(_ended("take_filing")),
        "legalreview.overdue": _of(_reported, _overdue, by_report=True),
        "legalreview.papers": flow(PAPER),
        "legalreview.papers_reviewed": net((flow(PAPER),), (UNREVIEWED,)),
        "legalreview.unreviewed": UNREVIEWED,
        "legalreview.rules_unfiled": flow(PAPER, kind="rule", filing_no=None),
        "legalreview.contract_amount": flow(PAPER, "amount", kind="contract"),
        "legalreview.counsel_points": flow(COUNSEL, "points"),
        "legalreview.counsel_points_taken": flow(COUNSEL, "adopted_points"),
    },
    ratios={
        "legalreview.taken_rate": ("legalreview.taken", "legalreview.answered"),
        "legalreview.review_rate": ("legalreview.papers_reviewed", "legalreview.papers"),
    },
)  # fmt: skip
