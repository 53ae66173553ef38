"""12345热线: orders as the centre's tables bring them, put right by the offices, answered, and asked after by the centre; some sent
back, urged, given more time, late, done again, some of one thing; each year a few more, and people say more often that it was put right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from demo.books import Books, Case
from demo.counting import Count, flow, of_workflow
from demo.deeds import Handling
from demo.diary import PROGRESS, Note, day_in, later, office_day, posting_day, visiting_day, weekdays
from demo.life import Life
from demo.people import invent_name
from demo.places import TOWNSHIP, VILLAGES
from demo.watching import OFFICES
from demo.world import World

ORDER, LAYOUT, WORKFLOW = "hotline.order", "hotline.layout", "hotline.order"
CLERK, LEADER = "chuangkou", "fenguan"
MERGED = 2  # a year, of which several people called about one thing on one day
A_YEAR = (62, 67, 73, 79, 86, 92, 88)  # received in the years −5 … +1
LIKED = (66, 70, 73, 77, 80, 83, 84)  # of a hundred who were reached, how many say that it was put right
_SEASON = (8, 7, 8, 8, 8, 9, 11, 11, 9, 8, 7, 7)
_ABOUT = (  # category, title, what was done, who does it, how often
    ("公共设施", "村道路灯不亮", "换了灯头，当晚亮了", "zhili", 12), ("公共设施", "路面塌了一块，骑车危险", "设了警示，当天填补", "zhili", 9),
    ("市容环境", "垃圾桶几天没有清", "当天清运，与保洁公司谈过", "zhili", 11), ("用水", "自来水浑浊，断断续续", "冲洗管道，换了一段老管", "zhili", 10),
    ("农业农村", "养殖场臭味大", "到场看过，责令清理粪池", "nongban", 9), ("农业农村", "山塘漏水，田里没有水", "请人堵漏，安排抽水", "nongban", 7),
    ("农业农村", "稻田补贴没有到账", "查到账号写错，已重报", "nongban", 6), ("住房建设", "邻户建房占了通道", "量过，没有占，双方说清", "cunjian", 9),
    ("住房建设", "老屋漏雨，想翻修", "告知怎么申请，代办材料", "cunjian", 6), ("城市管理", "夜里施工吵人", "约谈工地，晚上十点停工", "laozhou", 9),
    ("城市管理", "有人占道摆摊，车过不去", "劝离，划了摊位", "laozhou", 8), ("城市管理", "路口违规广告牌挡视线", "已拆除", "laozhou", 4),
)  # fmt: skip
_NOT_OURS = (("other_unit", "高速公路收费争议，归省交通部门"), ("other_unit", "县医院收费问题，归卫生健康部门"), ("other_place", "事发地在邻镇"), ("out_of_scope", "已经起诉，不属于热线受理范围"))
_COLUMNS = (  # as the centre's table heads them
    ("工单编号", "number"), ("来电时间", "called_on"), ("诉求人", "caller"), ("诉求地址", "address"), ("诉求标题", "title"), ("诉求内容", "content"),
    ("诉求类别", "category"), ("派单时间", "sent_on"), ("办理时限", "due_on"), ("督办标记", "urged"), ("是否重办", "again"), ("核定单位", "settled_unit"),
    ("办理结果", "result"), ("办结时间", "completed_on"), ("办理单位", "office"), ("联系情况", "contact"), ("满意度", "satisfaction"), ("办理状态", "state"),
)  # fmt: skip
_ALLOWED, _MORE = 5, 5  # working days of an order that names no day; by which one may be extended
SINCE = date(2020, 1, 1)  # since when the township's own limits stand, for signing and where an order names no day
_CONTACT = (("phoned", "met", "messaged", "unreached", "anonymous"), (62, 22, 8, 5, 3))


@dataclass(frozen=True)
class Order:
    """One order as the centre sent it, the day to which it was moved (if it was), and all that was done about it."""

    number: str
    day: date
    said: dict[str, str]
    moved: tuple[date, date] | None  # told when, due when
    steps: tuple[Handling, ...]


class _Desk:
    """Takes the steps of one order, each on a day on which offices are open."""

    moved: tuple[date, date] | None = None

    def __init__(self, world: World, year: int, number: int) -> None:
        self.rng, self.liked = world.rng("hotline", year, number), LIKED[year - world.years[0]]
        self.day = visiting_day(max(day_in(self.rng, year, _SEASON), date(year, 1, 8)))
        self.number, self.village = f"QP{self.day:%Y%m%d}{number:04d}", self.rng.choice(list(VILLAGES))
        self.category, self.title, self.done, self.handler, _ = self.rng.choices(_ABOUT, [often for *_, often in _ABOUT])[0]
        self.due: date | None = self.after(5, 12) if self.chance(0.94) else None
        self.urged, self.settled = self.chance(0.03), self.chance(0.02)

    def after(self, least: int, most: int) -> date:
        return office_day(later(self.day, self.rng, least, most))

    def take(self, who: str, action: str, day: date, *, reason: str = "", result: str = "", office: str = "", **more: str) -> Handling:
        self.day = day
        told = tuple(more.items())
        return Handling(day, who, "hotline", self.number, action, reason=reason, result=result, office=office, more=told, workflow=WORKFLOW)

    def by(self, day: date) -> date:
        """The day itself or the last open one before it; never before the last step."""
        while day > self.day and office_day(day) != day:
            day -= timedelta(days=1)
        return max(day, self.day)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


@cache
def orders(world: World) -> tuple[Order, ...]:
    """All orders of the years."""
    alone = tuple(_order(world, year, number) for year, many in zip(world.years, A_YEAR, strict=True) for number in range(1, many + 1))
    return alone + tuple(order for year in world.years for number in range(1, MERGED + 1) for order in _merged(world, year, 900 + 10 * number))


def _merged(world: World, year: int, number: int) -> Iterator[Order]:
    """One thing that two or three people called about: the later orders are merged into the first, and come to their end with it."""
    rng = world.rng("hotline", "merged", year, number)
    day = visiting_day(posting_day(date(year, rng.choice((3, 4, 5, 6, 7, 8, 10, 11)), 20)) - timedelta(days=rng.randint(1, 3)))
    desks = [_Desk(world, year, number + place) for place in range(rng.choice((2, 3)))]
    lead = desks[0]
    for desk in desks:
        desk.day, desk.number = day, f"QP{day:%Y%m%d}{int(desk.number[-4:]):04d}"
        desk.village, desk.category, desk.title, desk.done, desk.handler, desk.urged, desk.settled = lead.village, *_ABOUT[number % 3][:4], False, False
        desk.due = desk.after(9, 13)
    opened = [(_opening(desk, said), said) for desk in desks for said in (_said(desk),)]
    for desk, (opening, said) in zip(desks[1:], opened[1:], strict=True):
        yield Order(desk.number, day, said, None, (opening, desk.take(CLERK, "accept", day)))
    yield Order(lead.number, day, opened[0][1], None, (opened[0][0], *_together(lead, tuple(desk.number for desk in desks[1:]))))


def _together(desk: _Desk, others: tuple[str, ...]) -> Iterator[Handling]:
    yield desk.take(CLERK, "accept", desk.day)
    yield replace(desk.take(CLERK, "merge", posting_day(desk.day), reason="几个来电说的是同一处，并成一件办"), with_it=others)
    desk.day = office_day(desk.day + timedelta(days=1))
    yield from _sent(desk, at_once=True)
    yield desk.take(desk.handler, "handle", office_day(desk.day + timedelta(days=1)))
    yield from _done(desk)
    followed = desk.after(3, 9)
    yield desk.take(CLERK, "follow_up", followed, satisfaction="satisfied", resolved="yes", followed_on=followed.isoformat())
    yield replace(desk.take(CLERK, "close", posting_day(followed)), alone=True)


def _opening(desk: _Desk, said: dict[str, str]) -> Handling:
    given = {name: said[name] for name in ("due_on", "urged", "settled_unit") if name in said}
    return Handling(
        desk.day, CLERK, "hotline", desk.number, "report", f"{desk.title}（{desk.number}）", "order", "hotline", desk.village, more=tuple(given.items()),
        workflow=WORKFLOW, record=ORDER,
    )  # fmt: skip


def _order(world: World, year: int, number: int) -> Order:
    desk = _Desk(world, year, number)
    not_ours = desk.rng.choice(_NOT_OURS) if desk.chance(0.08) else None
    if not_ours is not None:
        desk.title, desk.category, desk.settled = not_ours[1].partition("，")[0], "其他", False
        desk.done, desk.handler = "问过主管部门，把答复转告诉求人", "zhili"
    first, said = desk.day, _said(desk)
    steps = (_opening(desk, said), *(_not_ours(desk, *not_ours) if not_ours else _taken(desk)))
    return Order(desk.number, first, said, desk.moved, steps)


def _said(desk: _Desk) -> dict[str, str]:
    content = f"来电反映{desk.village}{desk.title}，希望尽快处理"
    said = {
        "number": desk.number, "layout": "默认", "address": desk.village, "title": desk.title, "content": content, "category": desk.category,
        "sent_on": desk.day.isoformat(), "assigned_to": TOWNSHIP,
    }  # fmt: skip
    if desk.due is not None:
        said["due_on"] = desk.due.isoformat()
    if desk.chance(0.7):
        said["caller"] = invent_name(desk.rng)
    return said | ({"urged": "true"} if desk.urged else {}) | ({"settled_unit": "true"} if desk.settled else {})


def _not_ours(desk: _Desk, kind: str, why: str) -> Iterator[Handling]:
    """Asked back on the very day; the centre agrees, or says that it is ours, or sends it again."""
    yield desk.take(CLERK, "ask_return", desk.day, reason=why, not_ours=kind)
    if desk.chance(0.7):
        yield desk.take(CLERK, "agree_return", desk.after(1, 2))
        if desk.chance(0.15):
            desk.due = desk.after(10, 15)
            yield desk.take(CLERK, "resend", desk.after(2, 4), reason="中心协调后仍由属地先办", due_on=desk.due.isoformat())
            yield from _accepted(desk)
        return
    yield desk.take(CLERK, "refuse_return", desk.after(1, 2), reason="中心核定由属地先办")
    yield from _accepted(desk)


def _taken(desk: _Desk) -> Iterator[Handling]:
    if desk.chance(0.015):
        yield desk.take(CLERK, "void", desk.after(0, 1), reason="中心派错了，已在热线系统撤销")
        return
    if desk.chance(0.02):
        yield desk.take(CLERK, "settle", desk.day)
    yield from _accepted(desk)


def _accepted(desk: _Desk) -> Iterator[Handling]:
    yield desk.take(CLERK, "accept", desk.day)
    yield from _sent(desk)
    if desk.due is not None and desk.chance(0.04):
        yield desk.take(desk.handler, "hand_back", desk.by(desk.day + timedelta(days=1)), reason="不归我们办，请另派")
        desk.handler = "zhili"
        yield from _sent(desk)
    if desk.due is not None and desk.chance(0.04):
        desk.due = office_day(later(desk.due, desk.rng, 3, 8))
        desk.moved = (desk.day, desk.due)
        yield desk.take(CLERK, "redate", desk.day, reason="来单更新", due_on=desk.due.isoformat())
    yield from _handled(desk)


def _sent(desk: _Desk, at_once: bool = False) -> Iterator[Handling]:
    """Signed for within the hour, or a week later."""
    yield desk.take(CLERK, "dispatch", desk.day, office=OFFICES[desk.handler])
    yield desk.take(desk.handler, "sign", desk.after(6, 9) if desk.due is not None and not at_once and desk.chance(0.04) else desk.day)


def _handled(desk: _Desk) -> Iterator[Handling]:
    yield desk.take(desk.handler, "handle", desk.by(desk.day + timedelta(days=desk.rng.randint(0, 2))))
    asked, extended = posting_day(desk.day), False
    if desk.due is not None and (desk.due - asked).days >= 2 and desk.chance(0.1):
        yield desk.take(desk.handler, "ask_extension", asked, reason="要等天晴路干才能施工", limit="due", units=str(_MORE))
        yield desk.take(LEADER, "grant_extension", asked)
        desk.day, extended = asked + timedelta(days=1), True
    if desk.chance(0.03):
        yield desk.take(CLERK, "urge", office_day(desk.day) if extended else desk.by(desk.day + timedelta(days=1)), reason="中心督办")
    if desk.chance(0.008):
        return  # put off and forgotten
    yield from _done(desk, late=desk.chance(0.05), extended=extended)
    yield from _asked_after(desk)


def _done(desk: _Desk, late: bool = False, extended: bool = False) -> Iterator[Handling]:
    """By its day, or three weeks after it; of an order that names none within days."""
    last = desk.due if desk.due is not None else office_day(desk.day)
    if late:
        last = office_day(later(max(last, desk.day), desk.rng, 20, 30))
    elif extended:
        last = desk.by(last + timedelta(days=3))
    elif desk.due is not None:
        last = desk.by(last - timedelta(days=desk.rng.randint(0, 4)))
    last = max(last, office_day(desk.day))
    how = desk.rng.choices(("solved", "explained", "planned", "unreasonable"), (72, 17, 8, 3))[0]
    yield desk.take(desk.handler, "reply", last, answer=desk.done, contact=desk.rng.choices(*_CONTACT)[0])
    yield desk.take(desk.handler, "complete", last, outcome=how)


def _asked_after(desk: _Desk, again: bool = False) -> Iterator[Handling]:
    """The centre asks who called; who was not content has it done again, and once in a while something comes up after all was put away."""
    if desk.chance(0.006):
        return
    followed = desk.after(3, 9)
    if desk.chance(0.15):
        yield desk.take(CLERK, "follow_up", followed, satisfaction="unreached", resolved="unreached", followed_on=followed.isoformat())
    else:
        solved = desk.rng.random() * 100 < desk.liked + (12 if again else 0)
        said = desk.rng.choices(("satisfied", "basic", "dissatisfied"), (70, 27, 3) if solved else (6, 34, 60))[0]
        yield desk.take(CLERK, "follow_up", followed, satisfaction=said, resolved="yes" if solved else "no", followed_on=followed.isoformat())
        if said == "dissatisfied" and not again and desk.chance(0.6):
            desk.due = desk.after(8, 14)
            yield desk.take(CLERK, "redo", followed, reason="诉求人不满意，中心要求重办", due_on=desk.due.isoformat())
            yield from _done(desk, late=desk.chance(0.05))
            yield from _asked_after(desk, again=True)
            return
    yield desk.take(CLERK, "close", desk.after(1, 5))
    if not again and desk.chance(0.015):
        day = desk.after(12, 40)
        desk.day, desk.due = day, office_day(later(day, desk.rng, 8, 14))
        yield desk.take(CLERK, "reopen", day, reason="过后又出了同样的事", due_on=desk.due.isoformat())
        yield from _done(desk)
        yield from _asked_after(desk, again=True)


def _deeds(world: World) -> Iterator[Handling]:
    for one in orders(world):
        yield from one.steps


def _notes(world: World) -> Iterator[Note]:
    for place, (heading, meaning) in enumerate(_COLUMNS, start=1):
        data = {"layout": "默认", "heading": heading, "meaning": meaning, "place": str(place)}
        yield Note(world.first_day, CLERK, LAYOUT, f"默认/{heading}", data, TOWNSHIP, world.first_day)
    for one in orders(world):
        yield Note(one.day, CLERK, ORDER, one.number, one.said, TOWNSHIP, one.day)
        if one.moved is not None:
            told, due = one.moved
            yield Note(told, CLERK, ORDER, one.number, {"number": one.number, "due_on": due.isoformat()}, reason="来单更新", manner=PROGRESS)


# How the plain books count: by the steps in their order, knowing nothing of states.


def _of(day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, by_report: bool = False) -> Count:
    return of_workflow("hotline", None, day, fits, by_report=by_report)


def _received(fits: Callable[[Case], bool] = lambda case: True) -> Count:
    return _of(lambda case: None if case.voided else case.reported, fits, by_report=True)


def _ours(case: Case) -> bool:
    return not case.voided and case.action != "agree_return"


def _ours_that(fits: Callable[[Case], bool]) -> Count:
    return _received(lambda case: _ours(case) and fits(case))


def _completed(case: Case) -> date | None:
    """When it was done last, unless it was to be done again since."""
    if not _ours(case) or case.merged:
        return None
    for step in reversed(case.steps):
        if step.action in ("redo", "reopen"):
            return None
        if step.action == "complete":
            return step.day
    return None


def _signed_late(case: Case) -> bool:
    sent = case.reported
    for step in case.steps:
        if step.action == "dispatch":
            sent = step.day
        elif step.action == "sign" and step.day > sent >= SINCE:
            return True
    return False


def _done_late(case: Case) -> bool:
    """Whether it was ever done after the day that the order named (with what was granted), or long after it came."""
    due, since, more = "", case.reported, 0
    for step in case.steps:
        due = dict(step.more).get("due_on", due)
        if step.action in ("redo", "reopen", "resend"):
            since, more = step.day, 0
        elif step.action == "grant_extension":
            more = _MORE
        elif step.action == "complete":
            last = date.fromisoformat(due) if due else None
            if since >= SINCE and weekdays(since, step.day) > _ALLOWED if last is None else weekdays(last, step.day) > more if more else step.day > last:
                return True
    return False


def _again(case: Case) -> bool:
    return any(action in case.taken for action in ("redo", "reopen", "resend"))


def _asked(field: str, *answers: str) -> Count:
    def day(case: Case) -> date | None:
        return date.fromisoformat(case.said["followed_on"]) if _ours(case) and case.said.get(field) in answers else None

    return _of(day)


def _open(books: Books, year: int) -> Fraction | None:
    last = date(year, 12, 31)
    found = [case for case in books.of_line["hotline"] if case.reported <= last]
    still = [case for case in found if _ours(case) and (case.action != "close" or case.taken["close"] > last)]
    return Fraction(len(still)) if found else None


LIFE = Life(
    "hotline", CLERK, (LAYOUT, ORDER), _notes, _deeds,
    counted={
        "hotline.tickets": _received(),
        "hotline.incidents": _ours_that(lambda case: not case.merged),
        "hotline.ours": _received(_ours),
        "hotline.responded": _ours_that(lambda case: "sign" in case.taken and not _signed_late(case)),
        "hotline.completed": _of(_completed),
        "hotline.completed_in_time": _of(_completed, lambda case: not _done_late(case)),
        "hotline.late": _ours_that(_done_late),
        "hotline.open": _open,
        "hotline.followed": _asked("resolved", "yes", "no"),
        "hotline.solved": _asked("resolved", "yes"),
        "hotline.rated": _asked("satisfaction", "satisfied", "basic", "dissatisfied"),
        "hotline.rated_well": _asked("satisfaction", "satisfied", "basic"),
        "hotline.unreached": _asked("satisfaction", "unreached"),
        "hotline.redone": _ours_that(_again),
        "hotline.returned": _received(lambda case: case.action == "agree_return"),
        "hotline.return_asked": _received(lambda case: case.said.get("settled_unit") == "true" or any(a in case.taken for a in ("refuse_return", "resend", "settle"))),
        "hotline.extended": _ours_that(lambda case: "grant_extension" in case.taken),
        "hotline.urged": _ours_that(lambda case: "urge" in case.taken or case.said.get("urged") == "true"),
        "hotline.due": flow(ORDER, time="due_on"),
    },
    ratios={
        "hotline.response_rate": ("hotline.responded", "hotline.ours"),
        "hotline.in_time_rate": ("hotline.completed_in_time", "hotline.completed"),
        "hotline.solving_rate": ("hotline.solved", "hotline.followed"),
        "hotline.satisfaction_rate": ("hotline.rated_well", "hotline.rated"),
        "hotline.redo_rate": ("hotline.redone", "hotline.ours"),
    },
)  # fmt: skip
