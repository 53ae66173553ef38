"""The businesses and facilities of the township, each with a code to link to. Names are invented.

A business (主体) is whoever trades, grows, makes or lodges; a facility (设施) is what the township or a village built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from demo.diary import stream
from demo.places import MERGED, SEAT, TOWN, VILLAGES, a_village, merger_day

_NAMES = ("青禾", "云上", "山月", "溪畔", "半亩", "松风", "竹里", "栖云", "晴川", "望岳", "石上", "花溪", "南坡", "听泉", "古道", "谷雨", "白露", "惠农", "丰泽", "同心", "拾光", "归田", "野渡", "长庚")


@dataclass(frozen=True)
class Trade:
    """A kind of business: how many there are at the beginning, how many open and close a year, what they are called; ``street``: how much
    more often one opens where the street is than the size of that village alone would tell. ``invited``: one comes in the last complete
    year, in others none, one or two.
    """

    kind: str
    there: int
    opening: int
    closing: int
    called: tuple[str, ...]
    street: int = 1
    invited: bool = False


TRADES = (
    Trade("shop", 62, 5, 4, ("便民超市", "副食店", "农资店", "日用百货店", "五金店"), street=4),
    Trade("restaurant", 34, 4, 3, ("小吃店", "农家乐", "饭店", "早餐店"), street=4),
    Trade("lodging", 12, 4, 1, ("民宿", "客栈", "山居")),
    Trade("workshop", 15, 1, 1, ("竹木加工厂", "石材加工场", "农产品加工厂", "来料加工点"), street=2),
    Trade("tea_factory", 5, 2, 0, ("茶叶加工厂", "茶厂")),
    Trade("cooperative", 28, 3, 1, ("茶叶专业合作社", "果蔬专业合作社", "中药材专业合作社", "竹业合作社")),
    Trade("family_farm", 36, 4, 2, ("家庭农场",)),
    Trade("rabbit_farm", 2, 1, 0, ("肉兔养殖场",), invited=True),
    Trade("cattle_farm", 1, 1, 0, ("肉牛养殖场",), invited=True),
    Trade("pig_farm", 8, 1, 1, ("生猪养殖场",)),
    Trade("company", 14, 3, 1, ("农业开发有限公司", "文旅有限公司", "建设有限公司", "电子商务有限公司"), street=3),
)  # fmt: skip


@dataclass(frozen=True)
class Business:
    """One business over ``[since, until)``."""

    code: str
    kind: str
    title: str
    village: str
    since: date
    until: date | None = None

    def is_there(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until > day)


@dataclass(frozen=True)
class Site:
    """A kind of facility: how many stood at the beginning, how many were finished in the years −5 … +1; ``each``: one a village;
    ``seat``: the township's only one.

    ``more``: so many more the last complete year may bring. ``swing``: a year may bring so many more or fewer. ``merges``: of two villages that become one, one gives its own up.
    """

    kind: str
    called: str
    there: int = 0
    built: tuple[int, ...] = (0,) * 7
    each: bool = False
    seat: bool = False
    swing: int = 0
    more: int = 0
    merges: bool = False


SITES = (
    Site("toilet", "公厕", 22, (4, 5, 4, 5, 4, 5, 4), swing=1),
    Site("hall", "文化礼堂", 3, (1, 1, 1, 2, 1, 2, 0), swing=1, more=1),
    Site("parking", "停车场", 6, (2, 2, 3, 2, 3, 3, 1)),
    Site("clinic", "村卫生室", each=True),
    Site("agent_point", "便民代办服务点", each=True, merges=True),
    Site("children_home", "儿童之家", 2, (1, 1, 1, 1, 1, 2, 0), swing=1, more=1),
    Site("veteran_station", "退役军人服务站", each=True),
    Site("shelter", "避灾安置点", 8, (1, 0, 1, 0, 1, 0, 0)),
    Site("waste_station", "垃圾分类投放点", 20, (4, 4, 4, 3, 3, 3, 1), swing=1),
    Site("water_station", "供水站", 11, (0, 1, 0, 0, 1, 0, 0)),
    Site("information_platform", "信息平台", 0, (0, 0, 1, 1, 2, 2, 0), more=2),
    Site("veteran_station", f"{TOWN}镇退役军人服务站", seat=True),
)  # fmt: skip
_PLATFORMS = ("智慧生态治理平台", "智慧消防平台", "智慧垃圾分类平台", "智安小区平台", "山洪预警平台", "综合指挥平台", "智慧养老平台", "河湖巡查平台")


@dataclass(frozen=True)
class Facility:
    """One facility over ``[since, until)``, finished on ``built`` (None: before anybody kept a date)."""

    code: str
    kind: str
    title: str
    village: str
    since: date
    built: date | None
    until: date | None = None


@dataclass(frozen=True)
class Register:
    """Everything registered in the years of the story, in the order of codes."""

    businesses: tuple[Business, ...]
    facilities: tuple[Facility, ...]

    def of_kind(self, *kinds: str) -> list[Business]:
        return [one for one in self.businesses if one.kind in kinds]

    def sites(self, *kinds: str) -> list[Facility]:
        return [one for one in self.facilities if one.kind in kinds]


def register(year: int, seed: int) -> Register:
    """Businesses and facilities of the years ``year`` − 5 … ``year`` + 1."""
    rng = stream(seed, "premises")
    businesses = [one for trade in TRADES for one in _trade(rng, year, trade)]
    facilities = [one for site in SITES for one in _site(rng, year, site)]
    return Register(
        tuple(Business(**{**one.__dict__, "code": f"B{number:04d}"}) for number, one in enumerate(businesses, start=1)),
        tuple(Facility(**{**one.__dict__, "code": f"F{number:04d}"}) for number, one in enumerate(facilities, start=1)),
    )


def _trade(rng: Random, year: int, trade: Trade) -> list[Business]:
    found = [_business(rng, trade, year - 6 - rng.randrange(8)) for _ in range(trade.there)]
    for past in range(year - 5, year + 2):
        standing = [one for one in found if one.until is None and one.since.year < past]
        for one in rng.sample(standing, min(rng.randint(0, trade.closing), len(standing))):
            found[found.index(one)] = Business(**{**one.__dict__, "until": _day(rng, past)})
        found += [_business(rng, trade, past) for _ in range(_opening(rng, trade, past - year))]
    return found


def _opening(rng: Random, trade: Trade, offset: int) -> int:
    """How many open in a year, by years from the last complete one."""
    if trade.invited:
        return 1 if offset == 0 else rng.choice((0, 1, 1, 2))
    return max(trade.kind.endswith(("factory", "farm")), rng.randint(trade.opening // 2, trade.opening))


def _business(rng: Random, trade: Trade, year: int) -> Business:
    village = a_village(rng, trade.street)
    title = f"{village.removesuffix('村')}{rng.choice(_NAMES)}{rng.choice(trade.called)}"
    return Business("", trade.kind, title, village, _day(rng, year))


def _site(rng: Random, year: int, site: Site) -> list[Facility]:
    if site.seat:
        return [Facility("", site.kind, site.called, SEAT, date(year - 7, 3, 1), None)]
    if site.each:
        return [_one_a_village(year, site, village) for village in VILLAGES]
    found = [_facility(rng, site, number, None, date(year - 6 - rng.randrange(6), 6, 1)) for number in range(site.there)]
    for offset, number in enumerate(site.built, start=-5):
        extra = rng.randint(0, site.more) if offset == 0 and site.more else 0
        for _ in range(max(0, number + rng.randint(-site.swing, site.swing) + extra)):
            day = _day(rng, year + offset)
            found.append(_facility(rng, site, len(found), day, day))
    return found


def _one_a_village(year: int, site: Site, village: str) -> Facility:
    until = merger_day(year) if site.merges and village == MERGED[1] else None
    return Facility("", site.kind, f"{village}{site.called}", village, date(year - 7, 3, 1), None, until)


def _facility(rng: Random, site: Site, number: int, built: date | None, since: date) -> Facility:
    villages = list(VILLAGES)
    village = villages[(number * 7 + rng.randrange(2)) % len(villages)]
    if site.kind == "information_platform":
        return Facility("", site.kind, _PLATFORMS[number % len(_PLATFORMS)], SEAT, since, built)
    return Facility("", site.kind, f"{village}{'' if number < len(villages) else '第二'}{site.called}（{TOWN}{number + 1:02d}）", village, since, built)


def _day(rng: Random, year: int) -> date:
    return date(year, rng.randint(2, 11), rng.randint(1, 28))
