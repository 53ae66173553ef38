"""计划与任务: the sentences of each year's plan, the tasks made of them, and where they stood at the end of each quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from demo.books import Books
from demo.counting import Count, cases, flow, stock
from demo.deeds import Deed, Series, Settling
from demo.diary import CORRECT, PROGRESS, Note, later, posting_day
from demo.life import Life
from demo.people import CADRES
from demo.places import MAYOR, TOWNSHIP
from demo.planning import adopting
from demo.world import World

SENTENCE, TASK, STATE = "plan.sentence", "plan.task", "plan.progress"
STUDY_BASES = "plan.study_bases_target"
STUDY_TARGETS = {-5: 1, -4: 1, -3: 2, -2: 2, -1: 2, 0: 3, 1: 3}
ENDS = ((3, 31), (6, 30), (9, 30), (12, 20))


@dataclass(frozen=True)
class Kind:
    """A sentence that comes again each year in other words: its sort, what it measures, who leads."""

    sort: str
    chapter: str
    words: str
    office: str
    metric: str = ""
    unit: str = ""
    least: int = 0
    most: int = 0


KINDS = (
    Kind("number", "富民产业", "建成“两山”转换研学项目{}个", "文化旅游站", STUDY_BASES, "个", 1, 3),
    Kind("number", "富民产业", "发放茶苗{}万株", "农业农村办公室", "household.tea_seedlings", "万株", 14, 22),
    Kind("number", "富民产业", "低收入农户增收{}万元", "农业农村办公室", "household.income_gain", "万元", 120, 180),
    Kind("number", "美丽镇村", "拆除违法建筑{}平方米", "综合行政执法队", "demolition.quota", "平方米", 12000, 18000),
    Kind("number", "美丽镇村", "美丽城镇投资{}万元", "村镇建设办公室", "project.beautiful_town_investment", "万元", 2000, 2800),
    Kind("number", "美丽镇村", "建成公共停车场{}个", "村镇建设办公室", "project.parking_completed", "个", 2, 3),
    Kind("number", "平安治理", "开展法律民生服务{}次", "司法所", "legalaid.services", "次", 260, 360),
    Kind("number", "平安治理", "应急演练{}次", "应急管理站", "emergency.drills", "次", 12, 16),
    Kind("number", "自身建设", "建成清廉村居示范型{}个", "纪检监察室", "integrity.model_villages_target", "个", 1, 3),
    Kind("strive", "美丽镇村", "争创市级花园乡村", "农业农村办公室", "honour.garden_villages"),
    Kind("strive", "美丽镇村", "争创省级垃圾分类示范村", "村镇建设办公室", "honour.waste_villages_province"),
    Kind("strive", "平安治理", "争创省级民主法治村", "司法所", "honour.law_villages_province"),
    Kind("strive", "富民产业", "争取纳入县特色农业试点", "农业农村办公室"),
    Kind("milestone", "美丽镇村", "老街立面整治六月底前完工", "村镇建设办公室"),
    Kind("milestone", "富民产业", "茶旅综合体九月底前主体完工", "经济发展办公室"),
    Kind("milestone", "平安治理", "山洪预警设施汛期前投用", "应急管理站"),
    Kind("milestone", "民生实事", "供水站改造年内通水", "村镇建设办公室"),
    Kind("routine", "平安治理", "抓好森林防火和防汛值守", "应急管理站", "duty.attendance"),
    Kind("routine", "平安治理", "做好矛盾纠纷排查调处", "司法所", "mediation.settled"),
    Kind("routine", "平安治理", "做好信访代办", "社会治理办公室", "petition.settled"),
    Kind("routine", "民生实事", "做好困难群众救助", "社会事务办公室"),
    Kind("routine", "自身建设", "推进村务财务公开", "财政所"),
    Kind("routine", "富民产业", "做好农产品质量抽检", "农业农村办公室"),
    Kind("stance", "自身建设", "把群众答不答应作为第一标准", ""),
    Kind("stance", "总的考虑", "把绿水青山当作最大的家底", ""),
    Kind("stance", "结束语", "一件事一件事办到底", ""),
)  # fmt: skip


def _notes(world: World) -> Iterator[Note]:
    for year in world.years:
        rng, passed = world.rng("plan", year), date(year, 1, 27)
        if year >= world.year:
            yield from _adopted(world, year)
            continue
        chosen = [kind for kind in KINDS if kind.sort == "stance" or rng.random() < 0.9]
        for number, kind in enumerate(chosen, start=1):
            yield from _sentence(world, rng, kind, f"{year}-{number:03d}", passed)


def _adopted(world: World, year: int) -> Iterator[Note]:
    """From the last complete year on the tasks come from the report itself; those that a metric measures need no rows."""
    deed, rng = adopting(year, world.rng("plan", "people", year), "dangzhengban"), world.rng("plan", "adopted", year)
    for one in deed.tasks:
        if not one.measure:
            yield from _lived(rng, one.code, deed.day, min(one.due, date(year, 12, 25)), deed.passed)


def _sentence(world: World, rng: Random, kind: Kind, code: str, passed: date) -> Iterator[Note]:
    target = STUDY_TARGETS[passed.year - world.year] if kind.metric == STUDY_BASES else rng.randint(kind.least, kind.most)
    words = kind.words.format(target)
    data = {"code": code, "chapter": kind.chapter, "words": words, "sort": kind.sort}
    aim = {"target": str(target), "target_unit": kind.unit} if kind.sort == "number" and rng.random() < 0.97 else {}
    told = later(passed, rng, 0, 4)
    yield Note(told, "dangzhengban", SENTENCE, code, data, TOWNSHIP, passed)
    if kind.sort != "stance":
        yield from _task(rng, kind, code, words, passed, aim)


def _task(rng: Random, kind: Kind, sentence: str, words: str, passed: date, aim: dict[str, str]) -> Iterator[Note]:
    """Handed down within a month; each quarter a row; done, or carried over, or given up."""
    code, given = f"R{sentence}", later(passed, rng, 8, 28)
    due = date(passed.year, rng.choice((6, 9)), 30) if kind.sort == "milestone" else date(passed.year, 12, 25)
    key = {"code": code}
    data = {
        **key, "sentence": sentence, "title": words, "leader": rng.choice((MAYOR, "季青松", "毛立夏", "徐望川")), "office": kind.office,
        "owner": rng.choice(CADRES), "due_on": due.isoformat(), "state": "running", "evidence": "验收材料或文件", "sort": kind.sort, **aim,
    }  # fmt: skip
    told = later(given, rng, 0, 2)
    yield Note(told, "dangzhengban", TASK, code, data, TOWNSHIP, given)
    yield from _lived(rng, code, given, due, passed)


def _lived(rng: Random, code: str, given: date, due: date, passed: date) -> Iterator[Note]:
    """What becomes of a task without a metric: a row each quarter, then done, carried over or given up."""
    key = {"code": code}
    pace, fate = rng.triangular(0.72, 1.25, 1.03), rng.random()
    reached = 0.0
    for number, end in enumerate((date(passed.year, month, day) for month, day in ENDS), start=1):
        planned = min(100, round(100 * (end - passed).days / (due - passed).days))
        reached = min(100.0, max(reached, planned * pace + rng.uniform(-6, 6)))
        if fate > 0.96 and number == 3:
            yield Note(later(end, rng, 1, 9), "dangzhengban", TASK, code, {**key, "state": "dropped"}, until=end, reason="上级政策调整，取消", manner=PROGRESS)
            return
        yield from _quarter(rng, code, f"{end.year}Q{number}", end, planned, reached)
        if reached >= 100 or (number == 4 and reached >= 92):
            done = max(given, min(end, due))
            yield Note(later(end, rng, 2, 10), "dangzhengban", TASK, code, {**key, "state": "done", "done_on": done.isoformat()}, until=done, reason="验收合格", manner=PROGRESS)
            return
    yield _carried_over(rng, key, passed.year + 1)


def _carried_over(rng: Random, key: dict[str, str], year: int) -> Note:
    """What was not done by the end of its year is done in the next one, or taken up anew there."""
    day = date(year, rng.randint(2, 7), rng.randint(1, 28))
    if rng.random() < 0.7:
        data, why = {**key, "state": "done", "done_on": day.isoformat()}, "跨年完成，验收合格"
    else:
        data, why = {**key, "state": "dropped"}, "列入下年计划，另行下达"
    return Note(later(day, rng, 2, 10), "dangzhengban", TASK, key["code"], data, until=day, reason=why, manner=PROGRESS)


def _quarter(rng: Random, task: str, quarter: str, end: date, planned: int, reached: float) -> Iterator[Note]:
    key = {"task": task, "quarter": quarter}
    name, said = "/".join(key.values()), f"{reached:.1f}"
    data = {**key, "planned": str(planned), "reached": said, "said": rng.choice(("按计划推进", "已开工", "完成招标", "完成大半"))}
    if reached < planned - 10:
        data["obstacle"] = rng.choice(("用地没有批下来", "资金没有到位", "政策处理谈不拢", "天气影响工期"))
    told = later(end, rng, 1, 8)
    yield Note(told, "dangzhengban", STATE, name, data, TOWNSHIP, end)
    if rng.random() < 0.02:
        more = {**key, "reached": f"{min(100.0, reached + 6):.1f}"}
        yield Note(later(posting_day(told), rng, 2, 12), "dangzhengban", STATE, name, more, reason="漏报了一个节点", manner=CORRECT)


def _deeds(world: World) -> Iterator[Deed]:
    for year in (world.year, world.year + 1):
        deed = adopting(year, world.rng("plan", "people", year), "dangzhengban")
        yield deed
        yield Settling(date(year + 1, 1, 20), deed.who, year, deed.tasks)
    for year in world.years:
        paper = f"云岭镇{year}年政府工作报告重点任务分解方案"
        yield Series(date(year, 1, 15), "dangzhengban", STUDY_BASES, year, str(STUDY_TARGETS[year - world.year]), "recognised", paper)


def _supervising(count: Count, in_year: bool = False) -> Count:
    """Not known before the first 督办 was proposed (``in_year``: in a year without one): nothing recorded is not nought."""

    def told(books: Books, year: int) -> Fraction | None:
        proposed = [case.reported.year for case in books.of_line["plan"]]
        return count(books, year) if any(one == year if in_year else one <= year for one in proposed) else None

    return told


LIFE = Life(
    "plan", "dangzhengban", (SENTENCE, TASK, STATE), _notes, _deeds,
    counted={
        "plan.sentences": flow(SENTENCE),
        "plan.number_sentences": flow(SENTENCE, sort="number"),
        "plan.stances": flow(SENTENCE, sort="stance"),
        "plan.tasks": flow(TASK),
        "plan.tasks_done": flow(TASK, time="done_on", state="done"),
        "plan.tasks_dropped": flow(TASK, state="dropped"),
        "plan.tasks_open": stock(TASK),
        "plan.urged": _supervising(cases("reported", "plan"), in_year=True),
        "plan.supervised": _supervising(cases("accepted", "plan")),
        "plan.supervisions_closed": _supervising(cases("closed", "plan")),
    },
    published=(STUDY_BASES,),
    ratios={"plan.completion_rate": ("plan.tasks_done", "plan.tasks")},
)  # fmt: skip
