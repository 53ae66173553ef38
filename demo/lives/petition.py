"""信访代办: what people petition for, told and answered by receipts, reviewed on one thread; some goes on before the mediators, a
little turns out to be an accusation and is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

from demo.books import Books, Case
from demo.counting import Count, matters
from demo.deeds import Handling
from demo.diary import day_in, later, office_day, posting_day, visiting_day
from demo.life import Life
from demo.matters import Passed
from demo.people import CADRES
from demo.places import HOME_GRID, every_grid
from demo.world import World

WORKFLOW, OFFICE = "petition.petition", "社会治理办公室"
A_YEAR = (66, 61, 63, 56, 52, 49, 47)  # registered in the years −5 … +1: fewer, as more is settled early
_SEASON = (9, 7, 12, 10, 9, 8, 7, 7, 8, 8, 8, 7)
_ABOUT = (
    ("land", "反映自留山界址不清"), ("land", "反映田埂被占用"), ("compensation", "要求重新核算征迁补偿"), ("compensation", "询问青苗补偿标准"),
    ("village_affairs", "要求公开村集体项目账目"), ("environment", "反映养殖场臭味"), ("environment", "反映石材加工场噪声"), ("labour", "反映工程欠薪"),
    ("welfare", "要求复核低保审核结果"), ("housing", "反映邻户建房遮挡"), ("other", "建议增开赶集日班车"), ("other", "建议延长卫生室开放时间"),
    ("agriculture", "反映灌溉渠多年不通水"), ("agriculture", "反映种粮补贴面积少登了"), ("traffic", "反映村道塌方没有修"),
)  # fmt: skip
_RESULTS = ("现场核实后书面答复", "会同有关站所商定办法，书面答复", "约见当事人说明政策，书面答复")
_ENDINGS = (("settled", "answered", "court", "merged"), (76, 15, 3, 6))
_FORMS = (("letter", "visit", "phone", "online"), (16, 44, 17, 23))
_CAME = {"letter": "letter", "visit": "visit", "phone": "call", "online": "online"}  # by which channel a form comes
_RECEIPTS = {"letter": "mail", "visit": "signed", "phone": "signed", "online": "online"}
ENDS = ("close", "finish", "tell_refusal", "pass_on", "hand_over")
TOLD, ANSWERED, EXTENDED = 15, 60, 90  # days of the law; what happens here is far within them or far beyond, whatever the holidays


@dataclass(frozen=True)
class Petition:
    """One petition: what it is about, what comes of it, and all that was done about it."""

    number: str
    title: str
    topic: str
    form: str
    place: str
    ending: str
    steps: tuple[Handling, ...]


@dataclass
class _Desk:
    """Takes the steps of one petition, each on a day on which offices are open."""

    matter: str
    day: date
    steps: list[Handling]

    def take(self, who: str, action: str, day: date, *, reason: str = "", result: str = "", office: str = "", ending: str = "", **more: str) -> None:
        self.day = day
        told = tuple((name, day.isoformat() if words == "today" else words) for name, words in more.items())
        self.steps.append(
            Handling(day, who, "petition", self.matter, action, reason=reason, result=result, office=office, ending=ending, more=told, workflow=WORKFLOW)
        )

    def after(self, rng: Random, least: int, most: int) -> date:
        """An open day some days on."""
        return office_day(later(self.day, rng, least, most))

    def by(self, day: date) -> date:
        """The day itself, or the last open one before it; never before the last step."""
        found = day
        while office_day(found) != found:
            found -= timedelta(days=1)
        return max(found, self.day)


@cache
def petitions(world: World) -> tuple[Petition, ...]:
    """All petitions of the years."""
    return tuple(_petition(world, year, number) for year, many in zip(world.years, A_YEAR, strict=True) for number in range(1, many + 1))


def _petition(world: World, year: int, number: int) -> Petition:
    rng = world.rng("petition", year, number)
    topic, about = rng.choice(_ABOUT)
    form = rng.choices(*_FORMS)[0]
    ending = rng.choices(*_ENDINGS)[0] if topic != "other" else "settled"
    name, place = f"信{year}-{number:02d}", rng.choice(every_grid())
    day = visiting_day(max(day_in(rng, year, _SEASON), date(year, 1, 8)))
    one = Petition(name, f"{name} {about}", topic, form, place, ending, ())
    return Petition(name, one.title, topic, form, place, ending, tuple(_followed(one, f"petition/{year}-{number:03d}", day, rng)))


def _followed(one: Petition, matter: str, day: date, rng: Random) -> list[Handling]:
    desk = _Desk(matter, day, [])
    _registered(desk, one, rng)
    if one.ending != "merged" and rng.random() < 0.03:
        desk.take("chuangkou", "void", desk.after(rng, 1, 2), reason="不是本镇的事，已告知来人")
    elif one.topic == "village_affairs" and rng.random() < 0.35:
        desk.take("zhili", "hand_over", desk.after(rng, 1, 4), paper_no=f"云信移〔{day.year}〕{rng.randint(1, 9)}号")
    elif one.ending == "court":
        _refused(desk, one, rng)
    else:
        _accepted(desk, one, rng)
    return desk.steps


def _registered(desk: _Desk, one: Petition, rng: Random) -> None:
    crowd = rng.randint(5, 23) if rng.random() < 0.06 else rng.choice((1, 1, 1, 1, 2, 3))
    by_agent = one.place == HOME_GRID
    said = {
        "petition_no": one.number, "form": one.form, "topic": one.topic, "turn": "repeated" if rng.random() < 0.14 else "first", "people": str(crowd),
    } | ({"representatives": str(min(crowd, rng.randint(3, 5)))} if crowd > 4 and one.form == "visit" else {})  # fmt: skip
    action = "report_for" if by_agent else "report"
    desk.steps.append(
        Handling(
            desk.day, "alian" if by_agent else "chuangkou", "petition", desk.matter, action, one.title, one.topic, _CAME[one.form], one.place,
            more=tuple(said.items()), workflow=WORKFLOW,
        )
    )


def _refused(desk: _Desk, one: Petition, rng: Random) -> None:
    """Told in writing where the law sends them instead."""
    ground = rng.choice(("court", "court", "arbitration", "reconsideration"))
    desk.take("yezhenzhang", "refuse", desk.by(desk.day + timedelta(days=6)), reason="依法应当走法定途径", refusal=ground, paper_no=_paper(desk, one, "信不受"))
    desk.take("zhili", "tell_refusal", desk.by(desk.day + timedelta(days=5)), told_on="today", told_by=_RECEIPTS[one.form], told_receipt=_receipt(rng))


def _accepted(desk: _Desk, one: Petition, rng: Random) -> None:
    kind = "suggestion" if one.topic == "other" else rng.choices(("appeal", "duty", "disclosure"), (91, 6, 3))[0]
    reported, slow = desk.day, one.ending != "merged" and rng.random() < 0.05
    desk.take("zhili", "accept", desk.by(reported + timedelta(days=rng.randint(1, 6))), kind=kind, paper_no=_paper(desk, one, "信受"))
    accepted = desk.day
    told = office_day(reported + timedelta(days=rng.randint(27, 34))) if slow else desk.by(reported + timedelta(days=rng.randint(3, 13)))
    desk.take("zhili", "tell", told, told_on="today", told_by=_RECEIPTS[one.form], told_receipt=_receipt(rng))
    if one.ending == "merged":
        desk.take("zhili", "pass_on", desk.after(rng, 2, 9), result="双方愿意调解，移交司法所", paper_no=one.number)
        return
    _sent(desk, rng)
    if rng.random() < 0.05:
        desk.take("chuangkou", "again", desk.after(rng, 1, 4), reason="同一件事又来，没有另开一件")
    if rng.random() < 0.05:
        desk.take("zhili", "amend", desk.after(rng, 1, 3), reason="与上年台账核对，初次和重复填反了", turn=rng.choice(("first", "repeated")))
    _answered(desk, one, kind, accepted, rng)
    _after_answer(desk, one, kind, rng)


def _sent(desk: _Desk, rng: Random) -> None:
    desk.take("chuangkou", "assign", desk.after(rng, 0, 1), office=OFFICE, leader=rng.choice(CADRES))
    if rng.random() < 0.03:
        desk.take("zhili", "send_back", desk.after(rng, 1, 2), reason="要和执法队一起办，请另派")
        desk.take("chuangkou", "assign", desk.after(rng, 0, 1), office=OFFICE)
    desk.take("zhili", "take_on", desk.after(rng, 0, 1))


def _answered(desk: _Desk, one: Petition, kind: str, accepted: date, rng: Random) -> None:
    """The reply, in time, in the time that was added, or far too late."""
    how = rng.choices(("in_time", "extended", "late"), (92, 4, 4))[0] if kind == "appeal" else "in_time"
    asked = posting_day(desk.day)
    if how == "extended" and (asked - accepted).days < 50:
        for who, action in (("zhili", "ask_extension"), ("yezhenzhang", "grant_extension")):
            words = {"limit": "answer", "units": "30"} if action == "ask_extension" else {}
            desk.take(who, action, asked, reason="要等县里有关部门的鉴定意见" if words else "", **words)
        last = desk.by(accepted + timedelta(days=rng.randint(70, 86)))
    elif how == "late":
        last = office_day(accepted + timedelta(days=rng.randint(76, 100)))
    else:
        most = {"suggestion": 27, "disclosure": 24}.get(kind, 55)
        last = desk.by(max(accepted + timedelta(days=rng.randint(most - 15, most)), desk.day))
    _reply(desk, one, kind, last, rng)


def _reply(desk: _Desk, one: Petition, kind: str, last: date, rng: Random) -> None:
    verdict = {"answered": "rejected"}.get(one.ending, rng.choice(("supported", "partly", "explained")))
    back = rng.random() < 0.09
    desk.take("zhili", "draft", desk.by(last - timedelta(days=8)), result=rng.choice(_RESULTS), verdict=verdict)
    if back:
        desk.take("yezhenzhang", "rework", desk.by(last - timedelta(days=6)), reason="没有写明依据和救济途径")
        desk.take("zhili", "draft", desk.by(last - timedelta(days=4)), result=rng.choice(_RESULTS), verdict=verdict)
    desk.take("yezhenzhang", "sign_off", desk.by(last - timedelta(days=2)), paper_no=_paper(desk, one, "信答"))
    until = {"review_until": (max(last, desk.day) + timedelta(days=30)).isoformat()} if kind == "appeal" else {}
    desk.take("chuangkou", "deliver", max(last, desk.day), answered_on="today", answered_by=_RECEIPTS[one.form], answered_receipt=_receipt(rng), **until)


def _after_answer(desk: _Desk, one: Petition, kind: str, rng: Random) -> None:
    if one.ending == "answered" and kind == "appeal" and rng.random() < 0.4:
        desk.take("chuangkou", "ask_review", desk.by(desk.day + timedelta(days=rng.randint(5, 28))), review_asked_on="today", paper_no=_paper(desk, one, "信复申"))
        opinion = desk.after(rng, 15, 26)
        until = (opinion + timedelta(days=30)).isoformat()
        desk.take("zhili", "review_done", opinion, first_opinion="upheld", paper_no=_paper(desk, one, "县信复查"), second_until=until)
        if rng.random() < 0.5:
            desk.take("chuangkou", "ask_second", desk.by(desk.day + timedelta(days=rng.randint(5, 28))), second_asked_on="today", paper_no=_paper(desk, one, "信核申"))
            desk.take("zhili", "finish", desk.after(rng, 15, 26), second_opinion="upheld", paper_no=_paper(desk, one, "市信复核"))
            return
    _closed(desk, one, rng)
    if one.ending == "settled" and one.place != HOME_GRID and rng.random() < 0.04:
        desk.take("chuangkou", "reopen", desk.after(rng, 12, 45), reason="过后又出了同样的事")
        _reply(desk, one, kind, office_day(desk.day + timedelta(days=rng.randint(15, 40))), rng)
        _closed(desk, one, rng)


def _closed(desk: _Desk, one: Petition, rng: Random) -> None:
    said = rng.choice(("satisfied", "satisfied", "partly")) if one.ending == "settled" else rng.choice(("unsatisfied", "partly", "unreached"))
    pledge = {"pledge": "true"} if one.ending == "settled" and rng.random() < 0.3 else {}
    desk.take("chuangkou", "close", desk.after(rng, 6, 20), ending=one.ending, satisfaction=said, **pledge)


def _paper(desk: _Desk, one: Petition, word: str) -> str:
    return f"云{word}〔{desk.day.year}〕{int(one.number[-2:])}号"


def _receipt(rng: Random) -> str:
    return f"回{rng.randint(10000, 99999)}"


def passed_on(world: World) -> Iterator[Passed]:
    """The petitions that the mediators took over."""
    for one in petitions(world):
        if one.steps[-1].action == "pass_on":
            yield Passed(one.number, one.title.split(" ")[1], one.place, one.steps[-1].day)


def _deeds(world: World) -> Iterator[Handling]:
    for one in petitions(world):
        yield from one.steps


def _reported(case: Case) -> date | None:
    return None if case.voided else case.reported


def _over(case: Case) -> date | None:
    return case.taken[case.action] if case.action in ENDS else None


def _told(case: Case) -> date | None:
    return case.taken.get("tell") or case.taken.get("tell_refusal")


def _in_time(case: Case) -> bool:
    told = _told(case)
    return told is not None and (told - case.reported).days <= TOLD


def _answered_in_time(case: Case) -> bool:
    allowed = EXTENDED if "grant_extension" in case.taken else ANSWERED
    return _appeal(case) and "deliver" in case.first and (case.first["deliver"] - case.first["accept"]).days <= allowed


def _appeal(case: Case) -> bool:
    return case.said.get("kind") == "appeal"


def _turn(case: Case) -> str:
    again, amended = case.taken.get("again"), case.taken.get("amend")
    return "repeated" if again and not (amended and amended >= again) else case.said["turn"]


def _first(case: Case) -> bool:
    return _turn(case) == "first" and case.action != "hand_over"


def _settled(case: Case) -> bool:
    return case.action == "close" and case.ending == "settled"


def _crowd(case: Case) -> bool:
    return case.channel == "visit" and int(case.said["people"]) >= 5


def _followed_up(case: Case) -> bool:
    return case.said.get("satisfaction") in ("satisfied", "partly", "unsatisfied")


def _open(books: Books, year: int) -> Fraction:
    last = date(year, 12, 31)
    ours = (case for case in books.of_line["petition"] if not case.voided and case.reported <= last)
    return Fraction(sum((over := _over(case)) is None or over > last for case in ours))


def _of(day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, measure: str = "") -> Count:
    return matters("petition", day, fits, measure)


LIFE = Life(
    "petition", "zhili", deeds=_deeds,
    counted={
        "petition.received": _of(_reported),
        "petition.appeals": _of(lambda case: case.taken.get("accept"), _appeal),
        "petition.settled": _of(_over, _settled),
        "petition.answered_only": _of(_over, lambda case: case.action == "close" and case.ending == "answered"),
        "petition.final": _of(_over, lambda case: case.action == "finish"),
        "petition.merged": _of(_over, lambda case: case.action == "pass_on"),
        "petition.not_taken": _of(_over, lambda case: case.action == "tell_refusal"),
        "petition.diverted": _of(_over, lambda case: case.action == "tell_refusal"),
        "petition.handed_over": _of(_over, lambda case: case.action == "hand_over"),
        "petition.open": _open,
        "petition.first_received": _of(_reported, _first),
        "petition.first_settled": _of(_reported, lambda case: _first(case) and _settled(case)),
        "petition.told_in_time": _of(_reported, _in_time),
        "petition.to_be_told": _of(_reported, lambda case: case.action != "hand_over"),
        "petition.answered_in_time": _of(lambda case: case.taken.get("accept"), _answered_in_time),
        "petition.to_be_answered": _of(lambda case: case.taken.get("accept"), lambda case: _appeal(case) and case.action not in ("pass_on", "hand_over")),
        "petition.extended": _of(_reported, lambda case: "grant_extension" in case.taken),
        "petition.people": _of(_reported, measure="people"),
        "petition.crowds": _of(_reported, _crowd),
        "petition.crowd_people": _of(_reported, _crowd, "people"),
        "petition.by_agents": _of(_reported, lambda case: "report_for" in case.first),
        "petition.repeated": _of(_reported, lambda case: _turn(case) == "repeated"),
        "petition.answered": _of(lambda case: case.taken.get("deliver")),
        "petition.reviewed": _of(_reported, lambda case: "ask_review" in case.taken),
        "petition.followed_up": _of(_reported, _followed_up),
        "petition.satisfied": _of(_reported, lambda case: case.said.get("satisfaction") in ("satisfied", "partly")),
    },
    ratios={
        "petition.settling_rate": ("petition.settled", "petition.received"),
        "petition.first_settling_rate": ("petition.first_settled", "petition.first_received"),
        "petition.telling_rate": ("petition.told_in_time", "petition.to_be_told"),
        "petition.answering_rate": ("petition.answered_in_time", "petition.to_be_answered"),
        "petition.satisfaction_rate": ("petition.satisfied", "petition.followed_up"),
    },
)  # fmt: skip
