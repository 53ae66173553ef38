"""荣誉创建: documents that came, one that is still being shown to the public, one plaque taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.counting import Count, flow
from demo.diary import CORRECT, PROGRESS, Note, later
from demo.life import Life
from demo.places import CITY, COUNTY, VILLAGES, stands_as
from demo.world import World

LEDGER = "honour.honour"
SPOTS = [village for village in VILLAGES if village != "西坞村"]  # what is left after the merger: no village wins twice


@dataclass(frozen=True)
class Title:
    """A title at a level: who gives it, the sign of its papers, how many came in the years −5 … +1, how many more
    the last two complete ones may bring."""

    title: str
    level: str
    name: str
    giver: str
    sign: str
    month: int
    count: tuple[int, ...]
    more: int = 0


TITLES = (
    Title("garden_village", "city", f"{CITY}花园乡村", f"{CITY}农业农村局", "澄农发", 11, (1, 0, 1, 2, 1, 2, 0), 1),
    Title("waste_village", "province", "省级农村生活垃圾分类示范村", "省农业农村厅", "江农专发", 10, (0, 1, 1, 0, 1, 1, 1), 1),
    Title("waste_village", "city", f"{CITY}垃圾分类示范村", f"{CITY}农业农村局", "澄农办", 9, (1, 2, 1, 1, 2, 2, 1)),
    Title("civilised_village", "nation", "全国文明村", "中央文明委", "文明委", 11, (0, 1, 0, 0, 1, 0, 0)),
    Title("civilised_village", "province", "省级文明村", "省文明委", "江文明委", 12, (1, 0, 1, 0, 1, 1, 0)),
    Title("law_village", "province", "省级民主法治村", "省司法厅、省民政厅", "江司", 12, (0, 1, 0, 1, 0, 1, 0), 1),
    Title("law_village", "city", f"{CITY}民主法治村", f"{CITY}司法局", "澄司", 8, (1, 1, 2, 1, 1, 1, 1), 1),
    Title("scenic_village", "county", f"{COUNTY}景区村庄", f"{COUNTY}文化和广电旅游局", "青文旅", 6, (1, 1, 2, 1, 1, 1, 2)),
    Title("health_village", "province", "省级卫生村", "省爱卫会", "江爱卫", 5, (1, 2, 1, 1, 1, 1, 1)),
    Title("beautiful_village", "county", f"{COUNTY}美丽乡村样板村", f"{COUNTY}农业农村局", "青农", 4, (1, 1, 1, 1, 1, 1, 1)),
)


def _notes(world: World) -> Iterator[Note]:
    """All notes of the ledger."""
    year = world.year
    for title in TITLES:
        rng = world.rng(LEDGER, title.title, title.level)
        villages = iter(rng.sample(SPOTS, len(SPOTS)))
        for offset, count in enumerate(_counts(rng, title), start=-5):
            paper = _paper(rng, year + offset, title)
            for village in [next(villages) for _ in range(count)]:
                yield from _awarded(rng, year, title, village, paper)
        if title.title == "garden_village":
            yield _noticed(year, title, next(villages, SPOTS[0]))
    yield from _revoked(year)


def _counts(rng: Random, title: Title) -> list[int]:
    """How many come in each year: where a year has several, one may come a year sooner or later; the last two may
    bring more."""
    counts = list(title.count)
    for place in range(1, len(counts) - 1):
        if title.count[place] > 1:
            other = place + rng.choice((-1, 0, 1))
            counts[place] -= 1
            counts[other] += 1
    return [count + (rng.randint(0, title.more) if place in (4, 5) else 0) for place, count in enumerate(counts)]


def _paper(rng: Random, year: int, title: Title) -> tuple[date, str]:
    return date(year, title.month, rng.randint(5, 28)), f"{title.sign}〔{year}〕{rng.randint(8, 96)}号"


def _awarded(rng: Random, year: int, title: Title, village: str, paper: tuple[date, str]) -> Iterator[Note]:
    """Half are entered while they are shown to the public, and become awards when the paper comes."""
    day, number = paper
    data = _data(title, stands_as(village, day, year), number)
    key = _key(data)
    if rng.random() < 0.5:
        shown = day - timedelta(days=rng.randint(12, 30))
        yield Note(shown, "dangzhengban", LEDGER, key, {**data, "state": "noticed"}, village, shown)
        named = {field: data[field] for field in ("title", "level", "recipient", "doc_no")}
        yield Note(
            later(day, rng, 3, 12), "dangzhengban", LEDGER, key, {**named, "state": "awarded"}, day=day,
            reason="文件已下发", manner=PROGRESS,
        )  # fmt: skip
    else:
        yield Note(later(day, rng, 3, 15), "dangzhengban", LEDGER, key, {**data, "state": "awarded"}, village, day)


def _noticed(year: int, title: Title, village: str) -> Note:
    """Shown to the public in December of the last complete year; the paper has not come, so it does not count."""
    day = date(year, 12, 9)
    data = _data(title, stands_as(village, day, year), f"{CITY}花园乡村拟命名名单公示（{year}年第二批）")
    return Note(day, "dangzhengban", LEDGER, _key(data), {**data, "state": "noticed"}, village, day)


def _revoked(year: int) -> Iterator[Note]:
    """A health village that failed its review: from then on it counts in no year."""
    title = Title("health_village", "city", f"{CITY}卫生村", f"{CITY}爱卫会", "澄爱卫", 5, ())
    day = date(year - 4, 5, 20)
    data = _data(title, "竹岭村", f"澄爱卫〔{day.year}〕14号") | {"review_years": "3"}
    yield Note(date(year - 4, 5, 28), "dangzhengban", LEDGER, _key(data), {**data, "state": "awarded"}, "竹岭村", day)
    gone = {"state": "revoked"}
    yield Note(date(year - 1, 9, 24), "dangzhengban", LEDGER, _key(data), gone, reason="三年复评未通过，摘牌", manner=CORRECT)


def _data(title: Title, recipient: str, number: str) -> dict[str, str]:
    return {
        "title": title.title, "full_title": title.name, "level": title.level, "recipient": recipient, "giver": title.giver,
        "doc_no": number,
    }  # fmt: skip


def _key(data: dict[str, str]) -> str:
    return "/".join(data[field] for field in ("title", "level", "recipient", "doc_no"))


def _awards(title: str, level: str) -> Count:
    return flow(LEDGER, title=title, level=level, state="awarded")


LIFE = Life(
    "honour", "dangzhengban", (LEDGER,), _notes,
    counted={
        "honour.garden_villages": _awards("garden_village", "city"),
        "honour.waste_villages_province": _awards("waste_village", "province"),
        "honour.waste_villages_city": _awards("waste_village", "city"),
        "honour.civilised_villages_nation": _awards("civilised_village", "nation"),
        "honour.law_villages_province": _awards("law_village", "province"),
        "honour.law_villages_city": _awards("law_village", "city"),
        "honour.new_era_villages": _awards("beautiful_village", "province"),
        "honour.honours": flow(LEDGER, state="awarded"),
    },
)  # fmt: skip
