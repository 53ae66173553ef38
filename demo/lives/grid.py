"""网格事项: what people report and offices put right; some sent back, made to wait or opened again, some void, some still
open, some that went a winding way, and some quarrels that go on as disputes before the mediators.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from demo.counting import Count, cases, matters, open_cases, stock
from demo.deeds import Handling
from demo.diary import CORRECT, Note, day_in
from demo.life import Life
from demo.matters import Course, Passed, follow
from demo.places import HOME_GRID, TOWNSHIP, every_grid
from demo.watching import OFFICES
from demo.winding import windings
from demo.world import World

KIND = "grid.matter_kind"
A_YEAR, MORE = 720, 28  # matters in the first year, and how many more each year
_SEASON = (5, 6, 8, 9, 10, 12, 13, 12, 9, 8, 6, 5)
_TITLES = (
    ("lighting", "路灯不亮"), ("road", "路面坑洼积水"), ("rubbish", "垃圾桶满溢"), ("water", "自来水断断续续"), ("quarrel", "邻里为排水起争执"),
    ("river", "河边有人倒建筑垃圾"), ("fire", "田边焚烧秸秆"), ("roof", "独居老人屋顶漏水"),
)  # fmt: skip
KINDS = (  # code, name, cluster, platform, office, limit, what closes it; the limits are the township's own
    ("quarrel", "邻里纠纷", "dispute", "平安法治", "社会治理办公室", 10, "双方签了协议，或者说清不再争执"),
    ("family", "家庭婚姻纠纷", "dispute", "平安法治", "司法所", 10, "双方说清，家里平静"),
    ("land", "土地山林纠纷", "dispute", "平安法治", "司法所", 15, "界址说清，双方签字"),
    ("wage", "劳资纠纷", "dispute", "平安法治", "司法所", 10, "工钱结清，或者转仲裁"),
    ("theft", "治安隐患", "peace", "平安法治", "社会治理办公室", 3, "隐患消除，派出所到过场"),
    ("fraud", "诈骗线索", "peace", "平安法治", "社会治理办公室", 2, "本人劝阻住，线索已报"),
    ("fire", "焚烧秸秆、野外用火", "public_safety", "平安法治", "应急管理站", 3, "明火灭净，用火的人教育过"),
    ("wiring", "用电用气隐患", "public_safety", "平安法治", "应急管理站", 5, "现场复看，没有裸线、漏气"),
    ("slide", "塌方落石、地质隐患", "public_safety", "平安法治", "应急管理站", 3, "设了警示，险情有人看"),
    ("water_edge", "临水临崖没有防护", "public_safety", "平安法治", "村镇建设办公室", 15, "护栏或警示牌到位"),
    ("river", "河道倾倒、污水直排", "environment", "经济生态", "农业农村办公室", 10, "清理干净，源头堵住"),
    ("smoke", "油烟、异味、扬尘", "environment", "经济生态", "综合行政执法队", 7, "再去两次闻不到、看不到"),
    ("noise", "噪声扰民", "environment", "经济生态", "综合行政执法队", 5, "报的人说不吵了"),
    ("felling", "滥伐、毁林开垦", "environment", "经济生态", "农业农村办公室", 5, "停止，现场取证移交"),
    ("rubbish", "垃圾堆放、桶满溢", "surroundings", "公共服务", "社会治理办公室", 5, "清走，地面干净"),
    ("lighting", "路灯不亮", "surroundings", "公共服务", "社会治理办公室", 7, "夜里看过，亮了"),
    ("road", "路面坑洼积水", "surroundings", "公共服务", "社会治理办公室", 15, "补平，雨后不积水"),
    ("toilet", "公厕损坏、不洁", "surroundings", "公共服务", "村镇建设办公室", 7, "能用，没有异味"),
    ("illegal_building", "新搭新建", "surroundings", "公共服务", "综合行政执法队", 5, "停工，已立案或者有审批"),
    ("posters", "乱贴乱画", "surroundings", "公共服务", "社会治理办公室", 5, "铲净，墙面复原"),
    ("unlicensed", "无照经营", "market", "经济生态", "市场监管所", 10, "办了照，或者停了业"),
    ("bad_food", "食品问题", "market", "经济生态", "市场监管所", 5, "封存、抽检，结果告诉了报的人"),
    ("price", "价格、短斤少两", "market", "经济生态", "市场监管所", 7, "退了差价，或者说清"),
    ("water", "停水、水质", "livelihood", "公共服务", "社会治理办公室", 5, "水来了，看着清"),
    ("roof", "危房漏雨", "livelihood", "公共服务", "社会治理办公室", 10, "修好，雨天再看不漏"),
    ("elder", "独居老人需要帮助", "livelihood", "公共服务", "社会事务办公室", 3, "见到本人，事情有人接"),
    ("relief", "生活困难求助", "livelihood", "公共服务", "社会事务办公室", 7, "救助申请已交，或者说清不符合"),
    ("policy", "政策咨询", "publicity", "党建统领", "党政综合办公室", 3, "答复了，问的人听明白"),
    ("collective_call", "群体诉求苗头", "opinion", "党建统领", "社会治理办公室", 2, "牵头人见过面，诉求登记在案"),
)  # fmt: skip
_SELDOM = (  # what comes now and then, and what is done about it
    ("family", "夫妻动手，邻居来报", "到场劝开，约了下次谈"), ("land", "两家为山界争", "踏勘过，界桩重新立好"), ("wage", "工钱拖着没结", "约了包工头，当面结清"),
    ("theft", "工地钢筋被偷", "派出所到场，夜里加了人看"), ("fraud", "接到冒充公检法的电话", "劝住没有转账，线索已报"), ("wiring", "电线老化裸露", "换线，现场复看"),
    ("slide", "路边落石", "清石，设了警示"), ("water_edge", "山塘边没有护栏", "护栏装好"), ("smoke", "饭店油烟熏到楼上", "换了净化器，去闻过两次"),
    ("noise", "夜里切割机吵人", "约定晚上不开工，报的人认可"), ("felling", "有人在后山砍树", "当场叫停，取证移交"), ("toilet", "公厕水箱坏了", "换了水箱，能用"),
    ("illegal_building", "屋后新搭钢棚", "当场停工，已登记"), ("posters", "墙上乱贴广告", "铲净，墙面复原"), ("unlicensed", "路边摊无照卖熟食", "收摊，告知怎么办照"),
    ("bad_food", "小店面包发霉", "下架封存，告诉了来人"), ("price", "电子秤不准", "换秤，退了差价"), ("elder", "独居老人几天没有出门", "见到本人，人没事，子女接走"),
    ("relief", "家里出了事，日子过不下去", "救助申请已交"), ("policy", "问医保断了怎么续", "答复了，问的人听明白"), ("collective_call", "几户商量一起去镇里", "和牵头人见过面，诉求登记在案"),
)  # fmt: skip
SELDOM = 0.16  # share of what is not a quarrel
CHANNELS = (("grid", "call", "visit", "police", "going_round"), (70, 14, 8, 3, 5))  # how it came, where the grid worker of the place is not the one who tells
OFTEN = ("lighting", "road", "rubbish", "water", "quarrel", "river", "fire", "roof")
SETTLED = 0.3  # share of what 阿莲 reports that she puts right herself
SMALL = ("rubbish", "fire", "quarrel")
TO_MEDIATORS = 0.1  # share of the quarrels
ASKED = (0.18, 0.19, 0.2, 0.22, 0.23, 0.25, 0.26)  # share of what was closed in the years −5 … +1 whose reporter the window asked after
_RESULTS = ("已修好，现场看过", "已清理，拍了照", "已劝导，双方同意", "已联系施工队修复")


def _notes(world: World) -> Iterator[Note]:
    """The event tree as the township wrote it down in the beginning; in the last complete year a limit was made shorter."""
    for code, title, cluster, platform, office, days, closes in KINDS:
        data = {
            "code": code, "title": title, "cluster": cluster, "platform": platform, "office": office, "amount": str(days), "clock": "work_day",
            "urgent": "urgent" if days < 4 else "normal", "source": "本镇约定", "accept_when": closes,
        }  # fmt: skip
        yield Note(world.first_day, "chuangkou", KIND, code, data | ({"often": "是"} if code in OFTEN else {}), TOWNSHIP, world.first_day)
    shorter = {"code": "lighting", "amount": "6"}
    yield Note(date(world.year, 3, 9), "chuangkou", KIND, "lighting", shorter, reason="镇里要求路灯六个工作日修好", manner=CORRECT)


def _deeds(world: World) -> Iterator[Handling]:
    for course, day, rng in _courses(world):
        steps = list(follow(course, day, rng))
        yield from steps
        yield from _rated(world, course, steps[-1])
    yield from windings(world)


def _rated(world: World, course: Course, last: Handling) -> Iterator[Handling]:
    """What whoever reported it says when the window asks, of one in six at first, of one in four by and by."""
    rng = world.rng("grid", "rated", course.matter)
    if last.action != "close" or course.ending or course.settled or rng.random() >= ASKED[min(last.day.year - world.years[0], len(ASKED) - 1)]:
        return
    rating = rng.choices(("satisfied", "basic", "dissatisfied", "unreached"), (62, 22, 6, 10))[0]
    yield Handling(last.day, "chuangkou", "grid", course.matter, "rate", more=(("rating", rating),))


def passed_on(world: World) -> Iterator[Passed]:
    """The quarrels that the mediators took over, with the day on which they did."""
    for course, day, rng in _courses(world):
        steps = list(follow(course, day, rng))
        if course.ending == "merged":
            yield Passed(course.into, course.title, course.place, steps[-1].day)


def _courses(world: World) -> Iterator[tuple[Course, date, Random]]:
    grids = every_grid()
    for year in world.years:
        rng = world.rng("grid", year)
        for number in range(A_YEAR + MORE * (year - world.years[0])):
            day = max(day_in(rng, year, _SEASON), date(year, 1, 8))
            at_home = rng.random() < 0.06
            category, title = rng.choice(_TITLES)
            reporter, place = "alian" if at_home else "chuangkou", HOME_GRID if at_home else rng.choice(grids)
            course = Course(
                "grid", f"grid/{year}-{number + 1:04d}", title, category, "grid", place, reporter, "zhili", "社会治理办公室", _RESULTS
            )
            course = _varied(course, world.rng("grid", "kind", year, number))
            if at_home and category in SMALL and world.rng("grid", "settled", year, number).random() < SETTLED:
                course = replace(course, settled=True, void=0)
            elif category == "quarrel" and rng.random() < TO_MEDIATORS:
                course = course.merged(f"网{year}-{number + 1:04d}", "双方愿意调解，移交司法所")
            yield course, day, rng


def _varied(course: Course, rng: Random) -> Course:
    """The same matter, as it came by one channel or another; now and then of a kind that is seldom seen, put right by the office for it."""
    if course.reporter != "alian":
        course = replace(course, channel=rng.choices(*CHANNELS)[0])
    if course.category in ("quarrel", *SMALL) or rng.random() >= SELDOM:
        return course
    category, title, done = rng.choice(_SELDOM)
    handler = _LEADS[next(office for code, _, _, _, office, _, _ in KINDS if code == category)]
    # Only those of the line may take up again what waits.
    return replace(course, category=category, title=title, handler=handler, office=OFFICES[handler], results=(done,), suspended=0)


_LEADS = {office: who for who, office in OFFICES.items() if who != "jiancha"}


def _closed_and_rated(*ratings: str) -> Count:
    return matters("grid", lambda case: case.closed, lambda case: case.said.get("rating") in ratings)


LIFE = Life(
    "grid", "zhili", (KIND,), _notes, _deeds,
    counted={
        "grid.kinds": stock(KIND),
        "grid.tickets": matters("grid", lambda case: None if case.voided else case.reported),
        "grid.to_accept": cases("reported", "grid", settled=False),
        "grid.completed": cases("completed", "grid"),
        "grid.settled_here": cases("completed", "grid", settled=True),
        "grid.reported": cases("reported", "grid"),
        "grid.appeals_closed": cases("closed", "grid"),
        "grid.incidents_handled": cases("closed", "grid"),
        "grid.open": open_cases("grid"),
        "grid.sent_back": cases("reported", "grid", "returned"),
        "grid.rework_times": cases("reported", "grid", "reworked"),
        "grid.suspended": cases("reported", "grid", "suspended"),
        "grid.reopened": cases("reported", "grid", "reopened"),
        "grid.rated": _closed_and_rated("satisfied", "basic", "dissatisfied"),
        "grid.rated_well": _closed_and_rated("satisfied", "basic"),
    },
    ratios={
        "grid.closing_rate": ("grid.appeals_closed", "grid.reported"),
        "grid.self_settling_rate": ("grid.settled_here", "grid.completed"),
        "grid.satisfaction_rate": ("grid.rated_well", "grid.rated"),
        "grid.reached_rate": ("grid.rated", "grid.appeals_closed"),
    },
)  # fmt: skip
