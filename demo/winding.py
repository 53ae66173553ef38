"""Grid matters that went a winding way: 提级, the county and back, passed on, taken back, sent back to an earlier step, split, merged,
refused more time, pressed. A handful each year, beside the many that go straight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

from demo.courses import VILLAGE, Steps
from demo.deeds import Handling, Part
from demo.diary import later, posting_day, visiting_day
from demo.places import HOME_GRID, SEAT, grid_names
from demo.world import World

WINDOW, GRID_WORKER, MAYOR, OFFICE, HANDLER = "chuangkou", "alian", "yezhenzhang", "社会治理办公室", "zhili"
BEFORE, AFTER = ("before",), ("after",)  # photos
BUILDERS, BUILDER = "村镇建设办公室", "cunjian"


class Winding(Steps):
    """The steps of one grid matter, and where and how it was told."""

    def __init__(self, matter: str, day: date, rng: Random, category: str, title: str, channel: str = "grid") -> None:
        super().__init__("grid", matter, day, rng)
        self.rng, self.category, self.title, self.channel = rng, category, title, channel
        self.reporter = GRID_WORKER if channel == "grid" else WINDOW
        self.place = HOME_GRID if channel == "grid" else rng.choice(grid_names(SEAT))

    def report(self) -> Handling:
        return Handling(self.day, self.reporter, "grid", self.matter, "report", self.title, self.category, self.channel, self.place)

    def send(self, office: str, least: int = 1) -> Handling:
        return replace(self.take(WINDOW, "dispatch", least, 2), office=office)

    def taken_in(self, office: str, handler: str) -> Iterator[Handling]:
        yield self.report()
        yield self.take(WINDOW, "accept", 1, 1)
        yield from self.sent(office, handler)

    def sent(self, office: str, handler: str) -> Iterator[Handling]:
        yield self.send(office)
        yield self.take(handler, "sign", 1, 1)
        yield self.take(handler, "handle", 1, 2)

    def ended(self, handler: str, result: str, archived: bool = False) -> Iterator[Handling]:
        yield self.take(handler, "complete", 1, 4, result=result)
        yield self.take(self.reporter, "verify", 1, 3, seen="去现场看过，和说的一样")
        yield self.take(WINDOW, "close", 1, 2)
        if archived:
            yield self.take(WINDOW, "archive", 30, 45)


def _to_the_county(way: Winding) -> Iterator[Handling]:
    yield from way.taken_in(SEAT, VILLAGE)
    yield way.take(VILLAGE, "escalate", 1, 2, reason="村里没有设备，也没有这笔钱")
    yield way.take(WINDOW, "report_county", 1, 3, reason="要专业队伍处理，镇里办不了", paper_no=f"云政报〔{way.day.year}〕{way.rng.randint(10, 90)}号")
    yield way.take(WINDOW, "come_back", 18, 40, reason="县里已派队处理险情，余下的由镇里收尾")
    yield from way.sent(OFFICE, HANDLER)
    yield from way.ended(HANDLER, "收尾做完，警示牌撤了", archived=True)


def _down_again(way: Winding) -> Iterator[Handling]:
    yield from way.taken_in(SEAT, VILLAGE)
    yield way.take(VILLAGE, "escalate", 1, 2, reason="两户都不听村里的")
    yield way.take(WINDOW, "lower", 1, 3, reason="镇里去看过，是村道上的事，村里能办")
    yield from way.sent(SEAT, VILLAGE)
    yield from way.ended(VILLAGE, "村里出工清了，两户都认")


def _passed_on(way: Winding) -> Iterator[Handling]:
    yield way.report()
    yield way.take(WINDOW, "accept", 1, 1)
    yield way.send(SEAT)
    yield way.take(VILLAGE, "sign", 1, 2)
    yield replace(way.take(VILLAGE, "transfer", 1, 3, reason="路是镇里管养的，请社会治理办接着办"), office=OFFICE)
    yield way.take(HANDLER, "sign", 1, 1)
    yield way.take(HANDLER, "handle", 1, 2)
    yield from way.ended(HANDLER, "填平压实，路口立了镜子")


def _with_help(way: Winding) -> Iterator[Handling]:
    yield from way.taken_in(OFFICE, HANDLER)
    yield way.take(HANDLER, "call_in", 1, 1, reason="要执法队到场，也请社会事务办看看家里情况", assist="综合行政执法队、社会事务办公室")
    yield way.take("laozhou", "answer_part", 1, 3, result="到场两次，已当面责令停下")
    yield way.take("minzheng", "decline_part", 1, 2, reason="这户不在救助对象里，没有我们要办的")
    yield from way.ended(HANDLER, "堆的东西搬走了，邻居认可", archived=True)


def _taken_back(way: Winding) -> Iterator[Handling]:
    yield way.report()
    yield way.take(WINDOW, "accept", 1, 1)
    yield way.send("财政所")
    yield way.alone(WINDOW, "withdraw", reason="点错了单位，还没有人签收，撤回重派")
    yield from way.sent(OFFICE, HANDLER)
    yield from way.ended(HANDLER, "已修好，现场看过")


def _sent_back_to_the_window(way: Winding) -> Iterator[Handling]:
    yield from way.taken_in(OFFICE, HANDLER)
    yield way.alone(WINDOW, "jump", BEFORE, reason="看了现场是房屋结构的事，退到派遣，改派村镇建设办", to="accepted")
    yield from way.sent(BUILDERS, BUILDER)
    yield from way.ended(BUILDER, "加固了，雨天再看不漏", archived=True)


def _split(way: Winding) -> Iterator[Handling]:
    """What was told in one breath is two things; the first is closed after both."""
    yield way.report()
    yield way.take(WINDOW, "accept", 1, 1)
    parts = tuple(
        Part(f"{way.matter}-{number}", title, category, way.channel, way.place)
        for number, (category, title) in enumerate((("lighting", "晒谷坪路灯不亮"), ("water_edge", "池塘边没有护栏")), start=1)
    )
    yield replace(way.alone(WINDOW, "split", reason="一个电话里说了两件事，分开办"), parts=parts)
    over = begun = way.day
    yield from way.sent(OFFICE, HANDLER)
    for part, (office, handler, done) in zip(parts, ((OFFICE, HANDLER, "换了灯头，夜里亮了"), (BUILDERS, BUILDER, "护栏装好，立了牌")), strict=True):
        child = Winding(part.matter, begun, way.rng, part.category, part.title, way.channel)
        yield child.take(WINDOW, "accept", 1, 1)
        yield from child.sent(office, handler)
        yield from child.ended(handler, done)
        over = max(over, child.day)
    way.day = posting_day(over)
    yield from way.ended(HANDLER, "两件都办好了，给来电人回了话")


def _merged(way: Winding) -> Iterator[Handling]:
    """Three people call about one thing on one day: two of the reports go with the first."""
    others = [Winding(f"{way.matter}-{number}", way.day, way.rng, way.category, way.title, channel) for number, channel in ((1, "call"), (2, "visit"))]
    yield from (replace(other.report(), place=way.place) for other in others)
    yield way.report()
    yield way.take(WINDOW, "accept", 1, 1)
    yield replace(way.alone(WINDOW, "merge", BEFORE, reason="说的是同一处，并成一件办"), with_it=tuple(other.matter for other in others))
    yield from way.sent(OFFICE, HANDLER)
    yield way.take(HANDLER, "complete", 1, 4, result="清理完，给三位都回了话")
    yield way.take(WINDOW, "verify", 1, 3, seen="打电话问过，也去看了")
    yield way.alone(WINDOW, "close", AFTER)


def _refused_more_time(way: Winding) -> Iterator[Handling]:
    yield from way.taken_in(OFFICE, HANDLER)
    yield way.alone(HANDLER, "ask_extension", BEFORE, reason="施工队排不过来", limit="handle", units="5")
    yield way.alone(MAYOR, "refuse_extension", reason="群众天天走的路，不能再拖，另找一个队")
    way.day = way.day + timedelta(days=1)
    yield way.alone(HANDLER, "complete", AFTER, result="另找施工队补平，雨后看过")
    yield way.take(WINDOW, "verify", 1, 3, seen="打电话问过，也去看了")
    yield way.take(WINDOW, "close", 1, 2)


def _pressed(way: Winding) -> Iterator[Handling]:
    """Overdue for weeks, and so a 督办: a leader signs it, the office answers, once not well enough, the leader strikes it off."""
    yield from way.taken_in(OFFICE, HANDLER)
    press = Winding(f"{way.matter}/督", later(way.day, way.rng, 34, 45), way.rng, "", f"督办：{way.title}")
    press.day = visiting_day(press.day)
    opening = Handling(press.day, WINDOW, "grid", press.matter, "propose", press.title, "", "", way.place, office=OFFICE, reason="超期一个多月，上报人又来问", workflow="supervision", about=way.matter)
    yield opening
    yield press.take(MAYOR, "sign", 1, 3)
    if way.rng.random() < 0.5:
        yield press.take(HANDLER, "answer", 3, 6, result="正在协调施工队")
        yield press.take(MAYOR, "send_back", 1, 2, reason="没有说到哪天完成")
    yield press.take(HANDLER, "answer", 2, 5, result="施工队已进场，三天内完工")
    way.day = press.day
    yield from way.ended(HANDLER, "补平，雨后不积水", archived=True)
    press.day = way.day
    yield press.take(MAYOR, "close", 1, 3)


_Way = Callable[[Winding], Iterator[Handling]]
_WAYS: tuple[tuple[_Way, str, tuple[tuple[str, str], ...], str], ...] = (  # how it goes, by which channel it came, what it is about, months
    (_to_the_county, "grid", (("slide", "村道上方落石"), ("slide", "屋后山坡裂缝")), "3-6"),
    (_to_the_county, "grid", (("river", "上游漂来油污"), ("felling", "后山大片林木被砍")), "7-9"),
    (_down_again, "grid", (("road", "两户争着往路上堆料"),), "2-10"),
    (_passed_on, "grid", (("road", "岔路口塌了一角"),), "2-10"),
    (_passed_on, "grid", (("lighting", "桥头路灯时亮时灭"),), "4-9"),
    (_with_help, "going_round", (("rubbish", "门前堆满废品，邻居受不了"),), "3-10"),
    (_taken_back, "call", (("water", "半个村没有水"), ("lighting", "村口路灯不亮")), "2-10"),
    (_sent_back_to_the_window, "visit", (("roof", "老屋墙歪了，漏雨"),), "4-9"),
    (_split, "call", (("lighting", "晒谷坪的灯和池塘的栏"),), "3-8"),
    (_merged, "police", (("rubbish", "路边一车建筑垃圾"), ("road", "路中间一个大坑")), "3-10"),
    (_refused_more_time, "call", (("road", "校门口路面坑洼"),), "3-10"),
    (_pressed, "call", (("road", "机耕路冲断"), ("water_edge", "水库边护栏断了")), "2-7"),
)  # fmt: skip


@cache
def windings(world: World) -> tuple[Handling, ...]:
    """All their steps, in no order; those of one matter in theirs."""
    return tuple(step for year in world.years for step in _of_year(world, year))


def _of_year(world: World, year: int) -> Iterator[Handling]:
    for number, (way, channel, about, months) in enumerate(_WAYS, start=1):
        rng = world.rng("grid", "winding", year, number)
        least, most = map(int, months.split("-"))
        # Some days before papers are entered: what then goes alone (a plea for more time) is in time.
        day = visiting_day(posting_day(date(year, rng.randint(least, most), 20)) - timedelta(days=rng.randint(12, 14)))
        category, title = rng.choice(about)
        yield from way(Winding(f"grid/{year}-w{number:02d}", day, rng, category, title, channel))
