"""What the rules of the packs open, told the plain way, and who takes it up.

A rule opens a matter when a record comes to say something. The books watch for the same, sharing no code with the rules,
so that the truth knows these matters too; from then on they go through the workflow like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

from demo.applications import checked, redressed, tracked
from demo.books import Books, Page
from demo.courses import VILLAGE, Steps, doubt, persuasion, power_run, rectify
from demo.deeds import Handling
from demo.diary import later, office_day
from demo.enforcing import OVERTURNED, enforced, publication
from demo.matters import Course, follow
from demo.mending import hazard, water_repair
from demo.pointing import point
from demo.razing import structure

YES = (True, "是", "true")
OFFICES = {
    "nongban": "农业农村办公室", "jingfaban": "经济发展办公室", "caizheng": "财政所", "minzheng": "社会事务办公室", "laozhou": "综合行政执法队",
    "jiancha": "纪检监察室", "huji": "便民服务中心", "yingji": "应急管理站", "wenhua": "文化旅游站", "shijian": "市场监管所", "dangzhengban": "党政综合办公室",
    "sifa": "司法所", "zhili": "社会治理办公室", "cunjian": "村镇建设办公室",
}  # fmt: skip
Holds = Callable[[Page], bool]


@dataclass(frozen=True)
class Watch:
    """One rule: ``pack.id``, the ledger it listens to, what the page must say, the category of the matter, who puts it
    right and what comes of it. ``beside``: days within which another page of the place must say the same (``alike``: a field). ``course``:
    how it goes on a workflow of the pack's own; ``desk``: who finds it then. ``each``: the keys of the records of the ledger ``about`` for which it is news, one matter each."""

    rule: str
    ledger: str
    category: str
    holds: Holds
    handler: str
    results: tuple[str, ...]
    beside: int = 0
    alike: str = "contractor"
    course: Callable[[Steps, str, Random], Iterator[Handling]] | None = None
    desk: str = ""
    each: Callable[[Books, Page], list[str]] | None = None
    about: str = ""

    @property
    def line(self) -> str:
        return self.rule.partition(".")[0]

    @property
    def window(self) -> str:
        """Who takes it in and closes it: what the inspection looks into never passes the window."""
        return self.desk or ("jijian" if self.handler == "jiancha" else "chuangkou")


@dataclass(frozen=True)
class Arrival:
    """What whoever enters the store must know of a matter that a rule opened, to find it there."""

    name: str
    ledger: str
    key: str
    category: str
    line: str


@dataclass(frozen=True)
class Opened:
    """A matter that a rule opened on a day, with the record that it is about."""

    name: str
    watch: Watch
    key: str
    day: date
    said: Mapping[str, str] = field(default_factory=dict)  # the record's fields, where what becomes of it hangs on them

    @property
    def arrival(self) -> Arrival:
        """What of it can be told to another process."""
        return Arrival(self.name, self.watch.about or self.watch.ledger, self.key, self.watch.category, self.watch.line)


def _travel_running_out(page: Page) -> bool:
    so_far, spent, approved = (page.number(name) for name in ("spent_so_far", "spent", "approved"))
    ninth = approved * 9 / 10
    return page.holds(kind="travel") and page.day.month <= 8 and so_far - spent < ninth <= so_far


def _below_a_line(page: Page) -> bool:
    return any(page.number(name) < page.number(f"{name}_line") for name in ("total", "operating"))


def _signed_too_early(page: Page) -> bool:
    signed, noticed = page.data.get("signed_on"), page.data.get("noticed_on")
    return bool(signed) and (not noticed or signed < noticed)


def _lagging(page: Page) -> bool:
    reached = page.number("reached")
    return reached < 100 and reached < page.number("planned") - 10


def _units_reached(books: Books, page: Page) -> list[str]:
    """The units at risk whose own rain a reading reaches; three hours without a number of their own: fifty."""
    found = []
    for code, unit in books.pages["emergency.risk_unit"].items():
        own = {"h1": unit.data.get("h1_mm"), "h3": unit.data.get("h3_mm", "50"), "h24": unit.data.get("h24_mm")}.get(page.data["hours"])
        looks = unit.data.get("station") == page.data["station"] or (not unit.data.get("station") and unit.place == page.place)
        if looks and own and page.number("mm") >= int(own) and unit.day <= page.day:
            found.append(code)
    return found


def _walked_too_little(page: Page) -> bool:
    return page.number("due") > 0 and page.holds(met="否") and not page.data.get("closed")


def _first_test(page: Page) -> bool:
    return not page.holds(purpose="retest")


def _lacks_chlorine(page: Page) -> bool:
    least = Fraction(1, 20) if page.holds(place="tap") else Fraction(3, 10)
    return bool(page.data.get("chlorine")) and page.number("chlorine") < least


USE = "integrity.power_use"
RUNS = {
    "works": ("tender",), "purchase": ("purchase",), "asset": ("asset",), "decision": ("decision", "land_money"),
    "people": ("relief", "homestead", "hiring"), "spending": ("finance",), "seal": ("seal", "other"),
}  # fmt: skip


def _skipped(page: Page) -> bool:
    steps = ("proposed_on", "discussed_on", "examined_on")
    return page.holds(item=("tender", "asset", "land_money")) and page.number("amount") >= 100_000 and not all(page.data.get(step) for step in steps)


def _same_officer(page: Page) -> bool:
    return bool(page.data["officer"] == page.data["second_officer"])


def _to_run(*items: str) -> Holds:
    """A use of a small power that says not yet when it was published: it is published in the course of its run."""
    return lambda page: page.holds(item=items) and not page.data.get("published_on")


WATCHES = (
    *(Watch(f"powers.{kind}", USE, kind, _to_run(*items), VILLAGE, (), course=power_run, desk="nongban") for kind, items in RUNS.items()),
    Watch("agri.many_dead_pigs", "agri.pig_sale", "animal_disease", lambda page: page.number("dead") >= 20, "nongban", ("畜牧兽医到场看过，是高温应激，已降温消毒", "取样送检，没有疫病")),
    Watch("budget.travel_running_out", "budget.spending", "budget_warning", _travel_running_out, "caizheng", ("已通知各站所，下半年只批必要出差",)),
    Watch("budget.off_list_unsigned", "budget.fund_step", "fund_off_list", lambda page: page.holds(off_list=YES) and not page.data.get("sign_no"), "caizheng", ("领导已签批，补了说明", "退回原渠道，重新按清单支付")),
    Watch("care.not_met", "care.visit", "not_met", lambda page: page.holds(met=(False, "否", "false")), "minzheng", ("第二天再去，见到了人，一切都好", "联系上家属，人在外地子女家", "人在县医院住院，家属陪着")),
    Watch("collective.fell_back", "collective.verdict", "weak_village", _below_a_line, "nongban", ("已列一村一策，落实结对单位", "已列一村一策，安排光伏收益")),
    Watch("demolition.handled", "demolition.structure", "demolish", lambda page: page.holds(stepwise=YES, state="found"), "laozhou", (), course=structure, desk="laozhou"),
    Watch("demolition.large_found", "demolition.structure", "large_structure", lambda page: page.holds(state="found") and page.number("area") > 500, "laozhou", ("现场核实，面积属实，已立案", "现场核实，其中一部分有审批，已分开登记")),
    Watch("drinking.chlorine_low", "drinking.sample", "chlorine", lambda page: _first_test(page) and _lacks_chlorine(page), "nongban", (), course=water_repair, desk="nongban"),
    Watch("drinking.sample_failed", "drinking.sample", "quality", lambda page: _first_test(page) and page.holds(verdict="failed") and not _lacks_chlorine(page), "nongban", (), course=water_repair, desk="nongban"),
    Watch("drinking.outage_untold", "drinking.outage", "outage_untold", lambda page: not page.data.get("told_on"), "nongban", ("已补告知，村务群和广播都说了", "管水员已挨户说明，水车送了一趟")),
    Watch("education.child_missing", "education.missing_child", "child_missing", lambda page: not page.data.get("settled_as"), "minzheng", ("入户见到家长，劝返回校", "孩子随父母在外地就读，已要来学籍证明", "身体原因，已安排送教上门")),
    Watch("emergency.rain_orange", "emergency.rainfall", "rain_orange", lambda page: page.holds(hours="h3") and 50 <= page.number("mm") < 100, "yingji", ("已报镇长，决定启动转移",)),
    Watch("emergency.rain_red", "emergency.rainfall", "rain_red", lambda page: page.holds(hours="h3") and page.number("mm") >= 100, "yingji", ("已报镇长，启动转移",)),
    Watch("emergency.rain_yellow", "emergency.rainfall", "rain_yellow", lambda page: page.holds(hours="h6") and page.number("mm") >= 50, "yingji", ("已报镇长，先准备",)),
    Watch("emergency.rain_blue", "emergency.rainfall", "rain_blue", lambda page: page.holds(hours="h12") and page.number("mm") >= 50, "yingji", ("已通知各村值班",)),
    Watch("emergency.unit_reached", "emergency.rainfall", "unit_reached", lambda page: True, "yingji", ("已通知责任人，转移了", "责任人守着，雨小了没有转"), each=_units_reached, about="emergency.risk_unit"),
    Watch("emergency.unanswered", "emergency.rainfall", "unanswered", lambda page: page.holds(answered="unreached"), "yingji", ("派人上门叫应",)),
    Watch("emergency.expired_found", "emergency.stocktake", "expired_store", lambda page: page.number("expired") > 0, "yingji", ("已更换",)),
    Watch("emergency.refused_to_move", "emergency.evacuation", "refused_to_move", lambda page: page.holds(reason="refused") and page.number("moved") < page.number("called"), "yingji", ("包片领导上门，已转移", "上门劝说，转到亲戚家", "楼上暂避，安排人盯守")),
    Watch("emergency.early_return", "emergency.evacuation", "early_return", lambda page: page.holds(early_return=YES), "yingji", ("已劝离，再次转移",)),
    Watch("enforcement.registered", "enforcement.docket", "enforcement_case", lambda page: not _same_officer(page), "laozhou", (), course=enforced),
    Watch("enforcement.same_officer", "enforcement.docket", "same_officer", _same_officer, "laozhou", ("证号已更正，案件已经开出",)),
    Watch("enforcement.decided", "enforcement.docket", "publish_penalty", lambda page: bool(page.data.get("decision_no")), "laozhou", (), course=publication),
    Watch("enforcement.overturned", "enforcement.challenge", "take_down_penalty", lambda page: page.holds(outcome=OVERTURNED), "laozhou", (), course=publication),
    Watch("finance.subsidised_too_much", "finance.interest_subsidy", "subsidy_over", lambda page: page.number("principal") > 50_000, "nongban", ("与信用社核对，超出部分已扣回",)),
    Watch("health.doctor_gone", "health.doctor_post", "doctor_gone", lambda page: page.holds(chief=YES, state="vacant"), "minzheng", ("卫生院派驻医生，每周三天", "邻村医生代管，已在村里公告")),
    Watch("health.patient_not_met", "health.bed_visit", "patient_not_met", lambda page: page.holds(outcome="not_met"), "minzheng", ("网格员看过，人在家，当时没听见敲门", "病人去了女儿家，改约下周")),
    Watch("insurance.above_all", "insurance.snapshot", "above_all", lambda page: page.number("enrolled") > page.number("liable"), "minzheng", ("名单已核对，重复的已去掉",)),
    Watch("integrity.split_use", USE, "split_use", lambda page: page.holds(item=("tender", "purchase"), method="direct") and 0 < page.number("amount") < 100_000, "jiancha", (), beside=30, course=doubt),
    Watch("integrity.kin_contract", USE, "kin_contract", lambda page: page.holds(kin="undeclared"), "jiancha", (), course=doubt),
    Watch("integrity.direct_over_limit", USE, "direct_over_limit", lambda page: page.holds(item=("tender", "purchase"), method="direct") and page.number("amount") >= 100_000, "jiancha", (), course=doubt),
    Watch("integrity.skipped_step", USE, "skipped_step", _skipped, "jiancha", (), course=doubt),
    Watch("invest.skipped_without_paper", "invest.stage", "invest_skipped", lambda page: page.holds(skipped=YES) and not (page.data.get("skip_reason") and page.data.get("paper")), "jingfaban", ("理由和纪要已补",)),
    Watch("landwork.signed_before_notice", "landwork.household", "landwork_notice", _signed_too_early, "jingfaban", ("公示已补，满期没有异议",)),
    Watch("legalaid.applied", "legalaid.aid_application", "aid_application", lambda page: True, "sifa", ("庭前调解，款项付清", "判决支持，已执行到位", "判决支持一部分，申请执行中")),
    Watch("legalreview.unreviewed", "legalreview.paper", "unreviewed_paper", lambda page: not page.data.get("opinion_no"), "sifa", ("审过的，登记时漏填编号，已请党政办更正", "确系漏审，经办人已作说明，以后先审后签", "金额小，口头问过司法所，没有留下意见书，已提醒")),
    Watch("market.ordered", "market.inspection", "ordered", lambda page: page.holds(outcome="ordered"), "shijian", (), course=rectify, desk="shijian"),
    Watch("market.not_inspected", "market.tally", "not_inspected", lambda page: page.number("due") > 0 and page.holds(met="否"), "shijian", ("已补查，没有问题", "茶厂停产，开工前再查")),
    Watch("patrol.urgent_problem", "patrol.trip", "patrol_problem", lambda page: page.holds(handled="urgent") and not page.holds(problem="none"), "nongban", ("当天到场处置，设了警示", "清理完毕，复看没有问题")),
    Watch("patrol.missed", "patrol.tally", "patrol_missed", _walked_too_little, "nongban", ("与河长谈过，下月补上", "人住院，已指定代巡的人", "巡过没有记，已补记")),
    Watch("plan.lagging", "plan.progress", "lagging", _lagging, "dangzhengban", ("已约谈责任人，重排了进度，按周报", "材料已补齐，下一季赶上时序", "会同有关单位开过协调会，场地已落实")),
    Watch("relief.uncovered_holds", "relief.coverage_check", "uncovered_holds", lambda page: page.holds(finding="uncovered", verdict="holds"), "minzheng", ("已帮助申请，材料送民政", "已纳入低保边缘，次月发放")),
    Watch("remediation.point_listed", "remediation.point", "point", lambda page: page.holds(stepwise=YES) and not page.data.get("filed_no"), "nongban", (), course=point, desk="nongban"),
    Watch("safety.hazard_found", "safety.hazard", "hazard", lambda page: True, "yingji", (), course=hazard, desk="yingji"),
    Watch("safety.checked_again", "safety.inspection", "checked_again", lambda page: page.holds(purpose=("routine", "campaign")), "yingji", ("已和几支队伍对过，下月并作一次去", "专项行动必须去，已向业主说明"), beside=30, alike="site"),
    Watch("safety.signature_refused", "safety.inspection", "signature_refused", lambda page: page.holds(site_signed="refused"), "yingji", ("两名检查人员和村干部在场见证，已报县主管部门",)),
    Watch("safety.not_inspected", "safety.tally", "not_inspected", lambda page: page.number("due") > 0 and page.holds(met="否"), "yingji", ("已补查，没有新问题", "停产歇业，复产前再查")),
    Watch("service.taken_in", "service.application", "application", lambda page: page.holds(course="tracked") and not page.holds(channel="agent"), "huji", ()),
    Watch("service.taken_by_agent", "service.application", "application", lambda page: page.holds(course="tracked", channel="agent"), "huji", ()),
    Watch("service.to_be_checked", "service.undertaking", "undertaking_check", lambda page: True, "huji", ()),
    Watch("service.rated_badly", "service.application", "bad_rating", lambda page: page.holds(rating=("poor", "bad")), "huji", ()),
    Watch("waste.not_sorting", "waste.check", "not_sorting", lambda page: page.holds(followed="told_town"), "cunjian", (), course=persuasion, desk="cunjian"),
    Watch("tourism.thin_sample", "tourism.aggregate", "tourism_count", lambda page: page.number("sampled") < 100, "wenhua", ("补抽了样本，重新核定",)),
)  # fmt: skip
WINDOW_LINES = tuple(sorted({watch.line for watch in WATCHES if watch.window == "chuangkou"}))


@cache
def watching(ledger: str) -> tuple[Watch, ...]:
    """The rules that listen to a ledger."""
    return tuple(watch for watch in WATCHES if watch.ledger == ledger)


def holds_of(watch: Watch, books: Books, key: str) -> bool:
    """Whether a rule holds of a page as it stands, its neighbours left aside."""
    page = books.pages[watch.ledger].get(key)
    return page is not None and watch.holds(page)


def news_of(watch: Watch, books: Books, key: str) -> list[str]:
    """For whom a page is news to a rule: the keys of the records about which a matter is opened each; [""]: for itself; [] for nobody."""
    if not holds_of(watch, books, key):
        return []
    return [""] if watch.each is None else watch.each(books, books.pages[watch.ledger][key])


def accompanied(watch: Watch, books: Books, key: str) -> bool:
    """Whether another page of the place, of which the rule holds, says the same within the days."""
    if not watch.beside:
        return True
    pages = books.pages[watch.ledger]
    page, reach = pages[key], timedelta(days=watch.beside)
    return any(
        name != key and other.place == page.place and abs(other.day - page.day) <= reach and watch.holds(other)
        and page.data.get(watch.alike) is not None and other.data.get(watch.alike) == page.data[watch.alike]
        for name, other in pages.items()
    )  # fmt: skip


def taken_up(opened: Opened, rng: Random, last: int) -> Iterator[Handling]:
    """What becomes of it: mostly put right within the limits, sometimes late, now and then an entry that was wrong. ``last``: the last complete year."""
    watch = opened.watch
    if watch.line == "plan":
        yield from _supervised(opened, rng)
        return
    if watch.line == "legalaid":
        yield from _aided(opened, rng)
        return
    if watch.line == "service":
        if watch.category == "undertaking_check":
            yield from checked(opened.name, opened.day, opened.said, rng, last)
        else:
            yield from (tracked if watch.category == "application" else redressed)(opened.name, opened.day, opened.said, rng)
        return
    if watch.course is not None:
        yield from watch.course(Steps(watch.line, opened.name, opened.day, rng, opened.said), watch.category, rng)
        return
    course = Course(
        watch.line, opened.name, "", watch.category, "ledger", "", watch.window, watch.handler, OFFICES[watch.handler], watch.results,
        window=watch.window, void=0.04, reworked=0.07, suspended=0.04, reopened=0, pace=(1, 1, 1, 2, 2, 3, 9), void_reason="登记时填错了，记录已更正",
        waits=("当事人不在家，约好回来再办", "等县里部门答复"),
    )  # fmt: skip
    yield from list(follow(course, opened.day, rng))[1:]  # the rule has reported it


def _supervised(opened: Opened, rng: Random) -> Iterator[Handling]:
    """A 督办: a leader signs it or says why not; the office answers, sometimes twice; a leader strikes it off."""
    day, office, leader = opened.day, opened.watch.handler, rng.choice(("heshuji", "yezhenzhang"))

    def step(who: str, action: str, least: int, most: int, reason: str = "", result: str = "") -> Handling:
        nonlocal day
        day = office_day(later(day, rng, least, most))
        return Handling(day, who, opened.watch.line, opened.name, action, reason=reason, result=result)

    if rng.random() < 0.25:
        yield step(leader, "decline", 1, 6, reason=rng.choice(("责任单位已当面说明，下季看结果", "等县里批复，不是镇里拖的")))
        return
    yield step(leader, "sign", 1, 5)
    yield step(office, "answer", 3, 18, result=rng.choice(opened.watch.results))
    if rng.random() < 0.2:
        yield step(leader, "send_back", 1, 4, reason="没有说到什么时候完成")
        yield step(office, "answer", 2, 7, result=rng.choice(opened.watch.results))
    yield step(leader, "close", 1, 5)


def _aided(opened: Opened, rng: Random) -> Iterator[Handling]:
    """An application for legal aid: some lack papers, the county decides, sometimes late; who is refused may object."""
    day, means = opened.day, rng.choices(("pledge", "exempt", "over"), (46, 44, 10))[0]

    def step(who: str, action: str, least: int, most: int, reason: str = "", result: str = "", **more: str) -> Handling:
        nonlocal day
        day = office_day(later(day, rng, least, most))
        told = tuple((name, day.isoformat() if words == "today" else words) for name, words in more.items())
        return Handling(day, who, opened.watch.line, opened.name, action, reason=reason, result=result, more=told)

    if rng.random() < 0.15:
        yield step("sifa", "ask_papers", 1, 1, reason=rng.choice(("缺欠条或考勤记录", "缺家庭经济状况说明")))
        if rng.random() < 0.15:
            yield step("sifa", "retract", 3, 12, reason="老板已付清，不申请了")
            return
        yield step("sifa", "add_papers", 1, 9)
    yield step("sifa", "check", 1, 2, means=means, **({"exempt_ground": "checked_free"} if means == "exempt" else {}))
    yield step("sifa", "forward", 1, 2, sent_on="today", paper_no=f"云援转〔{day.year}〕{rng.randint(1, 99)}号")
    waits = (2, 5) if rng.random() < 0.9 else (20, 24)  # what the county decides late is far beyond any holiday
    if means == "over":
        yield step("sifa", "deny", *waits, reason="经济状况不符合，也不属于免予核查的情形", decided_on="today", paper_no=f"青援不〔{day.year}〕{rng.randint(1, 30)}号")
        yield step("sifa", "tell", 1, 3, told_on="today", told_by="signed", told_receipt=f"援回{rng.randint(100, 999)}")
        if rng.random() < 0.5:
            yield step("sifa", "accept_denial", 8, 15, result="申请人明白，不提异议")
            return
        yield step("sifa", "object", 2, 6, reason="申请人说收入算错了", objected_on="today")
        if rng.random() < 0.5:
            yield step("sifa", "uphold", 2, 5, paper_no=f"青司复〔{day.year}〕{rng.randint(1, 9)}号")
            return
        yield step("sifa", "overturn", 2, 5, decided_on="today", paper_no=f"青司复〔{day.year}〕{rng.randint(1, 9)}号")
    else:
        yield step("sifa", "grant", *waits, decided_on="today", paper_no=f"青援决〔{day.year}〕{rng.randint(20, 460)}号")
    yield step("sifa", "appoint", 1, 3, appointed_on="today", lawyer=rng.choice(("潘一鸣", "林见山", "季知白")))
    outcome, result = rng.choice(list(zip(("settled", "won", "partly"), opened.watch.results, strict=True)))
    yield step("sifa", "complete", 25, 140, result=result, outcome=outcome, recovered=str(rng.randint(8, 400) * 100))
    yield step("chuangkou", "close", 4, 20, satisfaction=rng.choice(("satisfied", "satisfied", "partly", "unreached")))
