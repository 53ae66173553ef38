"""Benchmark: the demonstration township, loaded through the verbs and computed whole, beside a calibration loop.

    python bench/demo.py [--quick]

Loading is what ``./zw demo`` does after making the store: six years in recording order and the January after them, in which
the last of them is recognised and reported, every note by its verb, the rules day by day, the cells brought to the end.
(``./zw demo`` itself goes on to yesterday, up to eleven months more.) Computing begins without any cached column: all cells of all base metrics from the
record versions, rolled up for every unit (as the tree stood) and every month, quarter, half-year and year; then every
metric, derived ones too, of every unit and year through ``Figures``, as a screen reads it.

Wall-clock seconds of one run, since these are what a person waits for; CPU seconds beside them. The calibration loop counts
to ten million in plain Python: a slow or busy machine shows there. Judged: loading at most 60 s, computing at most 10 s.
``--quick`` builds nothing smaller (there is one demonstration) but reads the figures of one year only.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.increment_store import enter
from bench.timing import Verdict, report, run, spent, worker

YEAR, LOADING, COMPUTING = 2024, 60.0, 10.0


@contextmanager
def clocked(name: str, told: dict[str, float]) -> Iterator[None]:
    """Add the wall and CPU seconds of what is inside to ``told``."""
    began, cpu = time.perf_counter(), spent()
    yield
    told[name], told[f"{name} CPU"] = time.perf_counter() - began, spent() - cpu


def measure(home: Path, years: int) -> None:
    """One run in a fresh home; reports seconds and sizes."""
    enter(home)
    told: dict[str, float] = {}
    with clocked("calibration", told):
        sum(1 for _ in range(10_000_000))
    from demo.building import build
    from zhenwu.cli.store import migrate, synced_loosely

    migrate()
    with clocked("loading", told), synced_loosely():
        done = build(YEAR, 1, last_day=date(YEAR + 1, 1, 31))
    shutil.rmtree(home / "columns", ignore_errors=True)
    with clocked("computing", told):
        rolled = roll_everything(done.position)
        read = read_figures(range(YEAR - years + 1, YEAR + 1))
    notes = done.counts.entered + done.counts.progressed + done.counts.corrected
    report(0, seconds=told, notes=notes, rolled=rolled, read=read)


def roll_everything(position: int) -> int:
    """All figures of all base metrics; how many there are."""
    from zhenwu.kernel.metrics.catalogue import catalogue
    from zhenwu.kernel.metrics.columns import columns_at
    from zhenwu.kernel.metrics.engine import compute
    from zhenwu.kernel.metrics.rollup import calendar_periods, roll
    from zhenwu.kernel.orgs.api import past

    history = past()
    units = sorted(history.units)
    codes, count = {unit: code for code, unit in enumerate(units)}, 0
    for source, metrics in catalogue(position).additives.items():
        cells = compute(columns_at(source, position, codes), metrics, len(units))
        if len(cells.months):
            periods = calendar_periods(int(cells.months[0]), int(cells.months[-1]))
            tree_of = parents_on(history, codes)
            count += sum(figures.size for _, figures in roll(cells, {one: tree_of(one.end) for one in periods}, periods))
    return count


def parents_on(history: Any, codes: dict[Any, int]) -> Callable[[date], Any]:
    """The tree of a day in unit codes; what has ended or not begun hangs below the place where it counts."""
    from functools import cache

    from zhenwu.kernel.metrics.rollup import Tree as Codes
    from zhenwu.kernel.orgs.api import Tree

    changes = sorted({one.valid_from for one in history.placements} | {one.valid_until for one in history.placements if one.valid_until})

    @cache
    def of(since: date | None) -> Codes:
        tree = Tree(since or changes[0], history)
        above = [tree.parent(unit) if unit in tree else tree.place(unit).unit_id for unit in codes]
        return Codes([-1 if unit is None else codes[unit] for unit in above])

    return lambda day: of(max((one for one in changes if one <= day), default=None))


def read_figures(years: range) -> int:
    """Every metric of every unit and year, one by one; how many."""
    from zhenwu.lib.periods import Period
    from zhenwu.sdk import Address, Figures

    figures, count = Figures(), 0
    for year in years:
        period = Period.year(year)
        for unit in figures.tree(period).order:
            for key in figures.known.metrics:
                figures.figure(Address(key, period, unit))
                count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="figures of one year only, for trying things out")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--years", type=int, default=6, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        measure(chosen.home, chosen.years)
        return
    with tempfile.TemporaryDirectory(prefix="demo-") as home:
        done = run(worker(__file__, "measure", "--home", home, "--years", "1" if chosen.quick else "6")).facts
    seconds, verdict = done["seconds"], Verdict()
    print(f"{done['notes']} notes, {done['rolled']} figures rolled up, {done['read']} read one by one")
    for name in ("calibration", "loading CPU", "computing CPU"):
        verdict.beside(f"demo {name}", seconds[name])
    verdict.at_most("demo loading", seconds["loading"], LOADING)
    verdict.at_most("demo computing", seconds["computing"], COMPUTING)
    verdict.leave()


if __name__ == "__main__":
    main()
