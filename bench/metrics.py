"""Benchmark: a hundred metrics over ten million rows, against one bare scan of the same files.

    python bench/metrics.py [--quick]

Rows: 60 Parquet files, one per month (zstd level 3), of a unit code (int32), a day, 8 coded columns (Enum), 4 measures
(int64); the units come in random order. Units: 5,000 grids at the foot of a five-level tree, codes shuffled. Metrics: 70
counts and 30 sums over 84 distinct two-term predicates. The numerator is the CPU from opening the files to all figures of
all units and periods (month, quarter, half-year, year) on disk; nothing is computed beforehand. The denominator is
``scan_parquet(files).select(all().max())`` by polars' streaming engine. The files are made once and kept below
``ZHENWU_HOME`` (or the temporary folder). ``--quick`` takes 200,000 rows and one round, for trying things out: there the
cells outnumber the rows, so its figures miss their limits and mean nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.timing import Verdict, alternating, cpu_median, peak, report, run, spent, worker

if TYPE_CHECKING:
    import polars as pl

    from zhenwu.kernel.metrics.additive import Additive
    from zhenwu.kernel.metrics.rollup import Tree

ROWS, QUICK_ROWS = 10_000_000, 200_000
FIRST_YEAR, YEARS = 2016, 5
BREADTHS = (1, 5, 50, 500, 5000)  # units on each level, grids last
CODED = {"sex": 2, "line": 4, "source": 5, "state": 8, "kind": 12, "post": 20, "cause": 40, "village": 100}
MEASURES = {"people": 9, "days": 400, "area": 100_000, "amount": 10_000_000}
PREDICATES_PER_HUNDRED = 84
RATIO_LIMIT, GROWTH_LIMIT, PEAK_LIMIT_MB = 6.0, 2.4, 1024


class Spec(NamedTuple):
    """A metric as both engines read it: SQL text and an optional measure."""

    where: str
    measure: str | None


def specs(hundreds: int) -> list[Spec]:
    """70 counts and 30 sums for each hundred, over 84 predicates for each hundred."""
    chance = random.Random(20)
    found: dict[str, None] = {}
    while len(found) < PREDICATES_PER_HUNDRED * hundreds:
        left, right = chance.sample([*CODED, *MEASURES], 2)
        found[f"{_term(chance, left)} AND {_term(chance, right)}"] = None
    predicates = list(found)
    measures = [None] * 70 * hundreds + chance.choices(list(MEASURES), k=30 * hundreds)
    return [Spec(predicates[place % len(predicates)], measure) for place, measure in enumerate(measures)]


def _term(chance: random.Random, column: str) -> str:
    if column in MEASURES:
        return f"{column} {chance.choice(['>', '<='])} {MEASURES[column] // chance.randint(2, 9)}"
    codes = [f"'{column}{code}'" for code in range(CODED[column])]
    form = chance.choice(["=", "<>", "IN"])
    if form == "IN":
        return f"{column} IN ({', '.join(chance.sample(codes, (len(codes) + 2) // 3))})"
    return f"{column} {form} {chance.choice(codes)}"


def generate(folder: Path, rows: int) -> None:
    """Write the rows, the same for the same number of rows, and beside them the two columns of the wider set."""
    import numpy as np
    import polars as pl

    made = folder.with_suffix(".part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    chance = np.random.default_rng(20)
    grids = np.array(_grids(), dtype=np.int32)
    for place in range(YEARS * 12):
        count = rows * (place + 1) // (YEARS * 12) - rows * place // (YEARS * 12)
        first = np.datetime64(f"{FIRST_YEAR + place // 12}-{place % 12 + 1:02d}-01")
        day = pl.Series(first + chance.integers(0, 28, count).astype("timedelta64[D]")).cast(pl.Date)
        columns = {"unit": pl.Series(chance.choice(grids, count)), "occurred_on": day}
        for name, size in CODED.items():
            codes = np.minimum(chance.geometric(2 / (size + 2), count) - 1, size - 1)
            labels = pl.Enum([f"{name}{code}" for code in range(size)])
            columns[name] = pl.Series(codes.astype(np.uint8)).cat.to(labels)
        for name, most in MEASURES.items():
            columns[name] = pl.Series(chance.integers(0, most, count))
        missing = pl.Series(chance.random(count) < 0.02)
        frame = pl.DataFrame(columns).with_columns(
            pl.when(~missing).then(pl.col(name)).alias(name) for name in ("cause", "area")
        )
        frame.write_parquet(made / f"{place:02d}.parquet", compression="zstd", compression_level=3)
        lasting = pl.duration(days=pl.Series(chance.integers(1, 900, count)))
        wider = frame.with_columns(
            valid_until=pl.when(pl.Series(chance.random(count) < 0.5)).then(pl.col("occurred_on") + lasting),
            person=pl.Series(chance.integers(0, 100_000, count)),
        )
        (made / "wider").mkdir(exist_ok=True)
        wider.write_parquet(made / "wider" / f"{place:02d}.parquet", compression="zstd", compression_level=3)
    made.rename(folder)


def _shuffled() -> list[int]:
    """The code of each unit, counted level by level."""
    codes = list(range(sum(BREADTHS)))
    random.Random(5).shuffle(codes)
    return codes


def _grids() -> list[int]:
    return _shuffled()[-BREADTHS[-1] :]


def tree() -> Tree:
    """The five-level tree of the benchmark."""
    from zhenwu.kernel.metrics.rollup import Tree

    codes = _shuffled()
    parents = [-1] * len(codes)
    above, start = 0, 1
    for upper, lower in zip(BREADTHS, BREADTHS[1:], strict=False):
        for place in range(lower):
            parents[codes[start + place]] = codes[above + place * upper // lower]
        above, start = start, start + lower
    return Tree(parents)


def additive(hundreds: int, wide: bool) -> list[Additive]:
    """The metrics for our engine; ``wide``: every tenth a stock, every twentieth a distinct count."""
    from zhenwu.kernel.metrics.additive import Additive
    from zhenwu.lib.expressions import Type, parse

    columns = {name: Type("text") for name in CODED} | {name: Type("integer") for name in MEASURES}
    metrics = []
    for place, spec in enumerate(specs(hundreds)):
        key, where = f"m{place}", parse(spec.where, columns)
        if wide and place % 10 == 3:
            metrics.append(Additive(key, "stock", where, spec.measure, time="occurred_on"))
        elif wide and place % 20 == 7:
            metrics.append(Additive(key, "distinct", where, distinct="person"))
        else:
            metrics.append(Additive(key, "flow", where, spec.measure))
    return metrics


def _scan(files: Path) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(files / "*.parquet")


def work_figures(files: Path, hundreds: int, wide: bool = False) -> None:
    """The numerator: rows to figures on disk."""
    import numpy as np

    from zhenwu.kernel.metrics.engine import compute
    from zhenwu.kernel.metrics.rollup import calendar_periods, roll

    metrics, units = additive(hundreds, wide), tree()
    periods = calendar_periods(FIRST_YEAR * 12, (FIRST_YEAR + YEARS) * 12 - 1)
    with tempfile.TemporaryFile() as sink:
        began = spent()
        cells = compute(_scan(files), metrics, len(units))
        for _, figures in roll(cells, units, periods):
            np.save(sink, figures)
        sink.flush()
        cost = spent() - began
    totals = [int(cells.sums(metric.key).sum()) for metric in metrics if metric.kind == "flow"]
    report(cost, totals=totals)


def work_scan(files: Path) -> None:
    """The denominator: the greatest value of every column."""
    import polars as pl

    began = spent()
    _scan(files).select(pl.all().max()).collect(engine="streaming")
    report(spent() - began)


def work_duckdb(files: Path, hundreds: int) -> None:
    """A peer: one query with a FILTER per metric, cells of unit × month only."""
    import duckdb

    asked = ", ".join(
        f"{'count(*)' if spec.measure is None else f'sum({spec.measure})'} FILTER (WHERE {spec.where}) AS m{place}"
        for place, spec in enumerate(specs(hundreds))
    )
    began = spent()
    cells = duckdb.sql(
        f"SELECT unit, date_trunc('month', occurred_on) AS month, {asked} "
        f"FROM read_parquet('{files}/*.parquet') GROUP BY ALL"
    ).arrow()
    cells = cells.read_all() if hasattr(cells, "read_all") else cells
    cost = spent() - began
    totals = [sum(int(v) for v in column.to_pylist() if v is not None) for column in cells.columns[2:]]
    report(cost, totals=totals)


def work_generate(folder: Path, rows: int) -> None:
    """Make the files unless they are there; report their hash."""
    began = spent()
    if not folder.exists():
        generate(folder, rows)
    digest = hashlib.sha256()
    paths = sorted(folder.glob("*.parquet"))
    for path in paths:
        digest.update(path.read_bytes())
    report(spent() - began, sha256=digest.hexdigest(), megabytes=sum(path.stat().st_size for path in paths) / 1e6)


def home() -> Path:
    """Where the files are kept between runs."""
    return Path(os.environ.get("ZHENWU_HOME") or tempfile.gettempdir()) / "bench-metrics"


def judge(quick: bool) -> None:
    """Make the files, run every worker in turn, print the figures and leave."""
    rows = QUICK_ROWS if quick else ROWS
    folder = home() / f"{rows}"
    made = run(worker(__file__, "generate", str(folder), str(rows)))
    print(f"rows {rows} files {made.facts['megabytes']:.0f} MB sha256 {made.facts['sha256']}", flush=True)
    rounds = 1 if quick else 5
    ours = {"scan": ("scan",), "hundred": ("figures", "1"), "three hundred": ("figures", "3")}
    runs = alternating(
        {name: worker(__file__, what, str(folder), *more) for name, (what, *more) in ours.items()}, rounds
    )
    peer = run(worker(__file__, "duckdb", str(folder), "1"))
    wide = run(worker(__file__, "figures", str(folder / "wider"), "1", "wide"))
    if peer.facts["totals"] != runs["hundred"][0].facts["totals"]:
        sys.exit("DuckDB and the engine disagree about the totals")
    cpu = {name: cpu_median(found) for name, found in runs.items()}
    verdict = Verdict()
    for name, seconds in cpu.items():
        verdict.beside(f"metrics.{name.replace(' ', '_')}_cpu_s", seconds)
    verdict.beside("metrics.duckdb_100_filters_cpu_s_one_run", peer.cpu)
    verdict.beside("metrics.with_stock_and_distinct_cpu_s_one_run", wide.cpu)
    verdict.beside("metrics.with_stock_and_distinct_peak_mb", wide.peak_mb)
    verdict.at_most("metrics.hundred_over_scan", cpu["hundred"] / cpu["scan"], RATIO_LIMIT)
    verdict.at_most("metrics.three_hundred_over_hundred", cpu["three hundred"] / cpu["hundred"], GROWTH_LIMIT)
    verdict.at_most("metrics.hundred_peak_mb", peak(runs["hundred"]), PEAK_LIMIT_MB)
    verdict.leave()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="200,000 rows, one round")
    parser.add_argument("--work", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not chosen.work:
        judge(chosen.quick)
        return
    name, path, *more = chosen.work
    match name:
        case "generate":
            work_generate(Path(path), int(more[0]))
        case "scan":
            work_scan(Path(path))
        case "duckdb":
            work_duckdb(Path(path), int(more[0]))
        case "figures":
            work_figures(Path(path), int(more[0]), wide=len(more) > 1)


if __name__ == "__main__":
    main()
