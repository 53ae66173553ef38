"""清廉建设: how villages use their small powers, red lines and who crossed them, villages rated; a few uses that look odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import cases, flow, matters, own_cases, stock
from demo.deeds import Handling, Series
from demo.diary import CORRECT, PROGRESS, Note, day_in, later, money, office_day, posting_day, visiting_day
from demo.life import Life
from demo.people import invent_name
from demo.places import MERGED, TOWNSHIP, VILLAGES, a_village, merger_day, stands_as
from demo.premises import Business
from demo.world import World

USE, LINE, BREACH, RATING = "integrity.power_use", "integrity.red_line", "integrity.breach", "integrity.rating"
MODEL_TARGET, STANDARD_TARGET = "integrity.model_villages_target", "integrity.standard_villages_target"
TARGETS = {-5: (1, 3), -4: (2, 3), -3: (2, 4), -2: (2, 4), -1: (3, 4), 0: (3, 5), 1: (3, 5)}
A_YEAR = 92  # uses of small powers in the first year; a few more each year
KNOWN = timedelta(days=60)
ACCUSATION = "integrity.accusation"
FINDINGS = (("unfounded", "查无此事，已了结"), ("partly", "部分属实，已提醒谈话"), ("founded", "属实，已清退并处理"))
DOUBTS = ("split_use", "kin_contract", "direct_over_limit", "skipped_step")
PILOT = "深塘村"  # its small powers run in the system
MAJOR = ("decision", "tender", "purchase", "asset", "land_money")
# Item, how often, what it is about, least and most it costs (0: no money).
_ITEMS = (
    ("decision", 8, ("修订村规民约", "确定年度重点工作", "村集体入股茶场"), 0, 0), ("tender", 18, ("机耕路硬化", "水沟修复", "路灯安装", "文化礼堂修缮", "停车场平整"), 22000, 420000),
    ("purchase", 10, ("垃圾桶采购", "健身器材采购", "应急物资采购"), 3000, 88000), ("finance", 20, ("保洁员补贴", "村办公开支", "老年活动经费"), 600, 24000),
    ("asset", 7, ("老校舍出租", "村集体鱼塘发包", "闲置仓库出租"), 5000, 90000), ("hiring", 5, ("聘用保洁员", "临时用工"), 1200, 18000),
    ("homestead", 12, ("宅基地申请审查", "危房翻建审查"), 0, 0), ("relief", 12, ("低保申请民主评议", "临时救助评议"), 0, 0),
    ("land_money", 3, ("征地补偿分配方案",), 60000, 900000), ("seal", 5, ("出具证明用章",), 0, 0),
)  # fmt: skip
# Invented for the demonstration: no township's list is copied.
_LINES = (
    ("fund", "不准坐收坐支集体资金"), ("fund", "不准白条入账"), ("fund", "不准公款私存"), ("fund", "不准用集体资金吃请"), ("asset", "不准低价处置集体资产"),
    ("asset", "不准未经表决出租集体房屋"), ("asset", "不准私分集体收益"), ("project", "不准插手本村工程"), ("project", "不准拆分工程规避交易"), ("project", "不准亲属承包不申报"),
    ("project", "不准虚报工程量"), ("service", "不准刁难办事群众"), ("service", "不准优亲厚友"), ("service", "不准冒领补助"), ("service", "不准代签代领"),
    ("conduct", "不准借婚丧事收受服务对象礼金"), ("conduct", "不准工作日午间饮酒"), ("conduct", "不准参与赌博"), ("election", "不准拉票贿选"), ("election", "不准阻挠他人参选"),
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """One use of a small power as the village wrote it down."""

    code: str
    village: str
    day: date
    item: str
    title: str
    amount: str
    method: str = ""
    contractor: str = ""
    in_pilot: bool = False  # published in the course of a run, not noted in the register


def _notes(world: World) -> Iterator[Note]:
    yield from _red_lines(world)
    for year in world.years:
        yield from _uses(world, year)
        yield from _breaches(world, year)
        yield from _ratings(world, year)


def _red_lines(world: World) -> Iterator[Note]:
    for number, (area, content) in enumerate(_LINES, start=1):
        data = {"number": f"第{number:02d}条", "content": content, "area": area}
        yield Note(world.first_day, "jijian", LINE, data["number"], data, TOWNSHIP, date(world.first_day.year - 1, 7, 1))


def _uses(world: World, year: int) -> Iterator[Note]:
    rng, numbers = world.rng(USE, year), iter(range(1, 1000))
    builders = [one for one in world.register.of_kind("company", "workshop", "cooperative") if one.since + KNOWN < date(year, 1, 20)]
    for _ in range(A_YEAR + 4 * (year - world.years[0]) + rng.randint(-6, 6)):
        item, _, titles, least, most = rng.choices(_ITEMS, [often for _, often, *_ in _ITEMS])[0]
        day = max(day_in(rng, year, (5, 4, 9, 10, 10, 9, 7, 7, 9, 10, 11, 9)), date(year, 1, 22))
        village = a_village(rng)
        amount = money(rng.triangular(least, most, least + (most - least) / 4), 100) if most else ""
        title = f"{stands_as(village, day, world.year)}{rng.choice(titles)}"
        use = Use(f"QL{year}-{next(numbers):03d}", village, day, item, title, amount, in_pilot=village == PILOT)
        yield from _written(rng, _let(rng, use, builders, day))
    for _ in range(rng.randint(1, 2)):
        yield from _split(world, rng, year, builders, numbers)


def _let(rng: Random, use: Use, builders: list[Business], day: date) -> Use:
    """Who does the work, and how they were chosen: by tender above the limit."""
    if use.item not in ("tender", "purchase"):
        return use
    there = [one for one in builders if one.is_there(day)]
    large = float(use.amount) >= 100_000
    method = rng.choices(("open", "compare"), (90, 10))[0] if large else rng.choices(("open", "compare", "direct"), (20, 52, 28))[0]
    return Use(**{**use.__dict__, "method": method, "contractor": rng.choice(there).code})


def _split(world: World, rng: Random, year: int, builders: list[Business], numbers: Iterator[int]) -> Iterator[Note]:
    """Two pieces of one job let directly to the same builder within a month."""
    village, month = rng.choice([one for one in VILLAGES if one not in ("东坞村", "西坞村")]), rng.randint(3, 10)
    first = date(year, month, rng.randint(3, 12))
    builder = rng.choice([one for one in builders if one.is_there(first) and one.until is None])
    for part, day in (("一段", first), ("二段", first + timedelta(days=rng.randint(6, 24)))):
        amount = money(rng.triangular(70_000, 98_000), 100)
        yield from _written(rng, Use(f"QL{year}-{next(numbers):03d}", village, day, "tender", f"{village}便道{part}", amount, "direct", builder.code))


def _written(rng: Random, use: Use) -> Iterator[Note]:
    data = {"code": use.code, "item": use.item, "title": use.title, "supervised": "true" if rng.random() < 0.95 else "false"}
    if use.item in MAJOR:
        back = sorted((rng.randint(1, 9), rng.randint(10, 16), rng.randint(17, 28)))
        steps = dict(zip(("examined_on", "discussed_on", "proposed_on"), back, strict=True))
        if rng.random() < 0.04:
            del steps["examined_on"]
        data |= {name: (use.day - timedelta(days=days)).isoformat() for name, days in steps.items()}
    if use.amount:
        data["amount"] = use.amount
    if use.method:
        data |= {"method": use.method, "contractor": use.contractor, "kin": rng.choices(("none", "declared", "undeclared"), (93, 5, 2))[0]}
    published = later(use.day, rng, 1, 9)
    if not use.in_pilot:
        data["published_on"] = published.isoformat()
    told = later(published, rng, 0, 12)
    yield Note(told, "jijian", USE, use.code, data, use.village, use.day)
    if use.amount and rng.random() < 0.02:
        less = {"code": use.code, "amount": money(float(use.amount) * 0.92, 10)}
        yield Note(later(posting_day(told), rng, 5, 40), "jijian", USE, use.code, less, reason="按结算核减", manner=CORRECT)


def _breaches(world: World, year: int) -> Iterator[Note]:
    rng = world.rng(BREACH, year)
    for number in range(1, rng.randint(3, 6)):
        line = rng.randrange(len(_LINES))
        # The first comes to light in the spring round of inspections.
        months = (0, 1, 1) + (0,) * 9 if number == 1 else (1,) * 12
        day, code = max(day_in(rng, year, months), date(year, 1, 22)), f"HX{year}-{number:02d}"
        village = rng.choice(list(VILLAGES))
        money_too = _LINES[line][0] in ("fund", "asset", "project")
        data = {
            "code": code, "red_line": f"第{line + 1:02d}条", "source": rng.choice(("patrol", "audit", "petition", "rule", "self")), "person": invent_name(rng),
        } | ({"amount": money(rng.triangular(300, 9000), 10)} if money_too else {})  # fmt: skip
        told = later(day, rng, 1, 8)
        yield Note(told, "jijian", BREACH, code, data, village, day)
        handled = later(day, rng, 20, 60)
        how = "refund" if money_too and rng.random() < 0.6 else rng.choice(("talk", "talk", "correct"))
        done = {"code": code, "handled": how, "handled_on": handled.isoformat(), "checked_on": later(handled, rng, 8, 20).isoformat()}
        yield Note(later(handled, rng, 21, 30), "jijian", BREACH, code, done, reason="处理完毕并复核", manner=PROGRESS)


def _ratings(world: World, year: int) -> Iterator[Note]:
    """Villages put in for it in spring; the township's own marks come in December, in January the county recognises, some at a
    lower grade.
    """
    rng, day = world.rng(RATING, year), date(year, 4, 12)
    model, standard = targets(world, year)
    model += rng.choice((-1, 0, 0, 1)) if model > 1 else 0
    villages = [one for one in VILLAGES if one != "西坞村" or day < merger_day(world.year)]
    for rank, village in enumerate(rng.sample(villages, len(villages))):
        grade = "model" if rank < model else "standard" if rank < model + standard else "basic" if rng.random() < 0.85 else "none"
        own = "model" if rank == model else grade  # the first of the standard ones had hoped for more
        recipient = stands_as(village, day, world.year)
        key, mark = {"round": str(year), "recipient": recipient}, {"model": 94, "standard": 87, "basic": 79, "none": 66}[own] + rng.randint(-3, 4)
        name = "/".join(key.values())
        yield Note(later(day, rng, 0, 9), "jijian", RATING, name, {**key, "grade": "applied"}, village, day)
        yield Note(date(year, 12, 18), "jijian", RATING, name, {**key, "mark": str(mark), "grade": own}, reason="镇里评定", manner=PROGRESS)
        yield Note(
            date(year + 1, 1, 12), "jijian", RATING, name, {**key, "grade": grade, "doc_no": f"青清廉办〔{year + 1}〕3号"},
            authority="recognised", reason="县里认定", manner=PROGRESS,
        )  # fmt: skip


def targets(world: World, year: int) -> tuple[int, int]:
    """What the township sets itself for a year: model villages, standard ones."""
    rng = world.rng("integrity", "targets", year)
    model, standard = TARGETS[year - world.year]
    return max(1, model + rng.choice((-1, 0, 1))), standard + rng.choice((-1, 0, 1))


def _deeds(world: World) -> Iterator[Series | Handling]:
    for year in world.years:
        paper = f"云岭镇{year}年清廉村居建设实施方案"
        for metric, number in zip((MODEL_TARGET, STANDARD_TARGET), targets(world, year), strict=True):
            yield Series(date(year, 1, 14), "jijian", metric, year, str(number), "recognised", paper)
        rng = world.rng("integrity", year)
        for number in range(1, rng.randint(4, 8)):
            yield from _accused(rng, year, number)


def _accused(rng: Random, year: int, number: int) -> Iterator[Handling]:
    """One accusation, mostly handed in at the window; now and then it is about the very officer who would look into it."""
    day = visiting_day(max(day_in(rng, year, (1,) * 12), date(year, 1, 8)))
    title, form = f"检{year}-{number:02d} {rng.choice(('反映村务支出', '反映工程发包', '反映补助发放'))}", rng.choice(("letter", "phone", "forwarded"))
    place = rng.choice([one for one in VILLAGES if one not in MERGED])

    def step(who: str, action: str, least: int, most: int, opened: bool = False, **more: str) -> Handling:
        nonlocal day
        day = office_day(later(day, rng, least, most))
        said = (title, "accusation", {"phone": "call", "forwarded": "superior"}.get(form, form), place) if opened else ("", "", "", "")
        result, reason = more.pop("result", ""), more.pop("reason", "")
        told = tuple(more.items())
        return Handling(day, who, "integrity", f"integrity/{year}-{number:02d}", action, *said, result=result, reason=reason, more=told, workflow=ACCUSATION)

    about_officer = number == 4 and year % 2 == 0
    barred = {"barred": "jiancha"} if about_officer else {}
    yield step("jijian" if form == "forwarded" else "chuangkou", "report", 0, 0, opened=True, form=form, **barred)
    named = rng.choice(("real", "anonymous"))
    yield step("jijian", "accept", 1, 6, named=named, about="town_staff" if about_officer else "village_cadre")
    if about_officer:
        yield step("jijian", "send_up", 2, 8, paper_no=f"云纪移〔{year}〕1号")
        return
    yield step("jijian", "dispose", 1, 5, disposal=rng.choice(("talk", "check", "check")))
    if rng.random() < 0.08:
        yield step("jijian", "suspend", 3, 9, reason="等审计结果")
        yield step("jiancha", "resume", 12, 45, reason="审计报告已出")
    finding = rng.choice(FINDINGS)
    yield step("jiancha", "conclude", 8, 30, result=finding[1], outcome=finding[0])
    if rng.random() < 0.1:
        yield step("jijian", "rework", 1, 4, reason="票据没有逐张核对")
        yield step("jiancha", "conclude", 4, 12, result=finding[1], outcome=finding[0])
    yield step("jijian", "approve", 1, 5, False, **({"cleared": "true"} if finding[0] == "unfounded" else {}))
    told = {"told_by": "met", "told_on": day.isoformat()} if named == "real" else {}
    yield step("jijian", "close", 1, 6, False, **told)


LIFE = Life(
    "integrity", "jijian", (LINE, USE, BREACH, RATING), _notes, _deeds,
    counted={
        "integrity.uses": flow(USE),
        "integrity.uses_amount": flow(USE, "amount"),
        "integrity.major_uses": flow(USE, item=MAJOR),
        "integrity.kin_undeclared": flow(USE, kin="undeclared"),
        "integrity.direct_amount": flow(USE, "amount", item=("tender", "purchase"), method="direct"),
        "integrity.red_lines": stock(LINE),
        "integrity.breaches": flow(BREACH),
        "integrity.refunded": flow(BREACH, "amount", time="handled_on", handled="refund"),
        "integrity.model_villages": flow(RATING, authority="recognised", grade="model"),
        "integrity.standard_villages": flow(RATING, authority="recognised", grade="standard"),
        "integrity.doubts": own_cases("reported", "integrity", DOUBTS),
        "integrity.doubts_closed": own_cases("closed", "integrity", DOUBTS),
        "integrity.accusations": cases("reported", "integrity", category="accusation"),
        "integrity.accusations_closed": cases("closed", "integrity", category="accusation"),
        "integrity.accusations_sent_up": matters("integrity", lambda case: case.taken.get("send_up"), lambda case: case.category == "accusation"),
    },
    published=(MODEL_TARGET, STANDARD_TARGET),
    ratios={"integrity.model_completion": ("integrity.model_villages", MODEL_TARGET)},
)  # fmt: skip
