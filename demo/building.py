"""Building the demonstration: an empty store becomes six years of a township's life."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

from django.conf import settings

from demo.founding import enrol_all, open_township
from demo.last_day import close_the_day
from demo.playing import Player, Progress
from demo.rehearsing import Counts
from demo.rostering import roster_ahead
from demo.telling import telling
from zhenwu.kernel.journal.api import sequence
from zhenwu.kernel.matters.api import catch_up_limits
from zhenwu.lib.clock import at, today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import SYSTEM, catch_up

MARKER, TRUTH = "demo", "truth.json"
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True)
class Summary:
    """What was built. ``truth``: ``metric@year`` → exact text; ``issued``: numbers of issued reports."""

    year: int
    seed: int
    last_day: date
    counts: Counts
    position: int
    seconds: float
    truth: dict[str, str]

    def __str__(self) -> str:
        done = self.counts
        return (
            f"云岭镇 {self.year - 5} 年到 {self.last_day}：{done.entered} 条记录，{done.progressed + done.corrected} 次更正，"
            f"作废 {done.removed} 条，定稿 {len(done.issued)} 份，用时 {self.seconds:.0f} 秒。"
        )


def build(year: int, seed: int = 1, report: Progress = lambda line: None, last_day: date | None = None) -> Summary:
    """Fill an empty, migrated store with the years from ``year`` − 5 to the day before today.

    ``year`` is the last complete year; ``report`` is told what is going on, a line at a time; ``last_day`` ends the
    story earlier. Writes ``demo`` (the marker) and ``truth.json`` under ``ZHENWU_HOME``.
    Raises ``Problem('demo.year')``, ``Problem('demo.not_empty')``.
    """
    began = monotonic()
    # Today itself has not been lived: nothing may be recorded later than now.
    last = min(last_day or date.max, today() - timedelta(days=1), date(year + 1, 12, 31) if EARLIEST <= year < LATEST else date.max)
    _refuse(year, last)
    # The marker comes before the accounts: a known password must never stand in a store that looks like a real one.
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).write_text(f"{year}\n", encoding="utf-8")
    with telling(year, seed, last) as days:  # begins to rehearse while the township is founded
        player = _found(year, seed, report)
        player.play(days)
    report("最后一天……")
    close_the_day(player.actors, last)
    roster_ahead(player.actors["dangzhengban"], last)
    report("汇总指标……")
    catch_up_limits()
    position = catch_up()
    body = {"year": year, "seed": seed, "last_day": last.isoformat(), "figures": player.truth}
    (home / TRUTH).write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Summary(year, seed, last, player.counts, position, monotonic() - began, player.truth)


def _refuse(year: int, last: date) -> None:
    if not EARLIEST <= year < LATEST or last < date(year, 12, 31):
        raise Problem("demo.year", f"{year} 年还没有过完，或者不是合适的年份", "请写最近一个完整的年份。")
    if sequence():
        raise Problem("demo.not_empty", "这里已经有数据，不能再装入演示数据", "请换一个空的数据目录（ZHENWU_HOME）。")


def _found(year: int, seed: int, report: Progress) -> Player:
    """Units (as if they had always been there), packs and accounts, on the second of January five years before."""
    begins = date(year - 5, 1, 2)
    report("设立机构，安装业务模块，开通账号……")
    with at(begins):
        units = open_township(date(year - 8, 1, 1))
        install_packs(SYSTEM, settings.PACK_FOLDERS, new_id())
        actors = enrol_all(units, begins)
    return Player(year, seed, report, units=units, actors=actors)
