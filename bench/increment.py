"""Benchmark: how soon a change is in all figures that depend on it, and whether that grows with the store.

    python bench/increment.py [--quick] [--large ROWS]

Two stores, of ten thousand and of a million records of one ledger on which 200 metrics depend (100 sums over a period, 45
levels, 15 distinct counts, 40 made from them), over 200 grids and five years, loaded by ``save_records``. One change at a
time: an edit of four fields, a move to another grid, a new record that exists for 60 months, a removal. The clock runs from
the verb's return (its commit) until a second process, on its own connection, has read all 200 figures of the year through
``Figures`` at the change's position; this process runs the sequencer and the follower at once, as the clockwork does when it
wakes. Each time the reader's count of records must have moved as the change says, and some figure with an edit.

Wall-clock seconds, median of 20 changes of each kind, the stores in turn. Judged: each kind's median in the large store
(at most 0.5 s) and the worst ratio of a kind's medians, large ÷ small (at most 1.5). Stores are kept below
``ZHENWU_BENCH_STORES`` (else ``ZHENWU_HOME``, else the temporary folder) and grow by a few records with each run. SQLite.
``--quick`` takes a thousand and four thousand records and three changes, for trying things out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import increment_store as store
from bench.timing import Verdict, worker

if TYPE_CHECKING:
    from zhenwu.lib.facts import Fact

SMALL, LARGE, QUICK = 10_000, 1_000_000, (1_000, 4_000)
ROUNDS, QUICK_ROUNDS = 20, 3
KINDS = ("edit", "move", "interval", "delete")
LIMIT, RATIO_LIMIT = 0.5, 1.5
LEAD = f"holding.cumulative0@{store.PERIOD}"  # all records that began in the five years


class Partner:
    """A process of this file that answers a line of JSON with a line of JSON."""

    def __init__(self, name: str, home: Path) -> None:
        command = worker(__file__, name, "--home", str(home))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask({})  # until it is ready

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Raises ``RuntimeError`` when the partner has ended."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a partner ended with {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def leave(self) -> None:
        """Let it end."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


def answering(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The partner's side: answer each line until there are no more."""
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(answer(question) if question else {}), flush=True)


def read_figures(home: Path) -> None:
    """The other connection: read all figures once the cells stand at the position asked for."""
    store.enter(home)
    from zhenwu.kernel.metrics.api import position
    from zhenwu.sdk import Figures

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        while position() < question["position"]:
            time.sleep(0.002)
        figures = Figures()
        values = {key: str(figures.figure(f"{key}@{store.PERIOD}").value) for key in figures.known.metrics}
        return {"at": time.monotonic(), "lead": int(float(values[LEAD.partition("@")[0]])), "values": values}

    answering(answer)


def make_changes(home: Path) -> None:
    """The writer: make a change, follow it, and ask the reader when it could read it."""
    store.enter(home)
    from django.core.management import call_command

    from zhenwu.sdk import catch_up

    call_command("migrate", verbosity=0)  # the store may have been kept from before an upgrade
    reader, hand = Partner("figures", home), Hand()
    last = reader.ask({"position": catch_up()})

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        nonlocal last
        kind = question["kind"]
        moved = hand.change(kind)
        committed = time.monotonic()
        found = reader.ask({"position": catch_up()})
        if found["lead"] - last["lead"] != moved or (kind != "move" and found["values"] == last["values"]):
            raise SystemExit(f"{kind}: the reader's figures did not move as the change says")
        last = found
        return {"seconds": found["at"] - committed}

    answering(answer)
    reader.leave()


class Hand:
    """Makes changes by the verbs, on records of one grid after another."""

    def __init__(self) -> None:
        from zhenwu.sdk import tree

        self.chance, self.number = random.Random(time.time_ns()), 0
        self.grids = list(tree(date(2020, 12, 31)).of_kind("grid"))
        self.records: list[Fact] = []

    def change(self, kind: str) -> int:
        """One change; returns by how much the number of records grew."""
        from zhenwu.sdk import SYSTEM, RecordInput, remove_record, save_record

        if kind == "interval":
            entry = store.entry(0, self.grids, self.chance)
            data = {**entry.data, "code": f"N{uuid4().hex}"}
            save_record(SYSTEM, store.LEDGER, RecordInput(data, entry.unit, date(2016, 1, 1), date(2021, 1, 1)), uuid4())
            return 1
        record = self._record()
        if kind == "delete":
            remove_record(SYSTEM, store.LEDGER, record.id, record.number, "重复登记", uuid4())
            return -1
        told = self._edited(record) if kind == "edit" else RecordInput({}, self._elsewhere(record.unit), reason="划错网格")
        save_record(SYSTEM, store.LEDGER, told, uuid4(), record.id, record.number)
        return 0

    def _edited(self, record: Fact) -> Any:
        from zhenwu.sdk import RecordInput

        row = record.row
        kind = (int(row["kind"].removeprefix("kind")) + 1) % store.KINDS
        state = (int(row["state"].removeprefix("state")) + 1) % store.STATES
        data = {"kind": f"kind{kind}", "state": f"state{state}", "amount": row["amount"] + 7, "area": "77.77"}
        return RecordInput(data, reason="复核")

    def _elsewhere(self, unit: UUID) -> UUID:
        return self.chance.choice([grid for grid in self.grids if grid != unit])

    def _record(self) -> Fact:
        """A record nobody has touched yet that counts in the year."""
        from zhenwu.kernel.ledgers.api import facts
        from zhenwu.lib.facts import Scope

        while not self.records:
            grid = self.chance.choice(self.grids)
            scope = Scope(f"ledger:{store.LEDGER}", None, frozenset([grid]), date(2020, 1, 1), date(2020, 12, 31))
            self.records = self.chance.sample(found := list(facts(scope)), min(len(found), 5))
        return self.records.pop()


def measure(homes: dict[str, Path], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Seconds by store and kind of change; the stores in turn, so that a busy moment touches both."""
    writers = {name: Partner("changes", home) for name, home in homes.items()}
    seconds: dict[str, dict[str, list[float]]] = {name: {kind: [] for kind in KINDS} for name in homes}
    for turn in range(-1, rounds):  # the first turn warms up
        for kind in KINDS:
            for name, writer in writers.items():
                spent = writer.ask({"kind": kind})["seconds"]
                if turn >= 0:
                    seconds[name][kind].append(spent)
    for writer in writers.values():
        writer.leave()
    return seconds


def home_of(rows: int) -> Path:
    """The store of so many rows, built (in a process of its own) when it is not there."""
    base = os.environ.get("ZHENWU_BENCH_STORES") or os.environ.get("ZHENWU_HOME") or tempfile.gettempdir()
    home = Path(base) / f"increment-{rows}"
    if not (home / "rows").exists():
        command = worker(__file__, "build", "--home", str(home), "--rows", str(rows))
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        spent = " ".join(f"{name} {seconds:.0f}" for name, seconds in json.loads(answer).items())
        print(f"built a store of {rows} records, seconds: {spent}", flush=True)
    return home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small stores, for trying things out")
    parser.add_argument("--large", type=int, default=LARGE, help="rows of the large store")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work == "build":
        print(json.dumps(store.build(chosen.home, chosen.rows)))
    elif chosen.work:
        {"changes": make_changes, "figures": read_figures}[chosen.work](chosen.home)
    else:
        judge(QUICK if chosen.quick else (SMALL, chosen.large), QUICK_ROUNDS if chosen.quick else ROUNDS)


def judge(rows: tuple[int, int], rounds: int) -> None:
    """Measure both stores and hold the figures against their limits."""
    homes = {"small": home_of(rows[0]), "large": home_of(rows[1])}
    seconds, verdict = measure(homes, rounds), Verdict()
    medians = {name: {kind: statistics.median(found[kind]) for kind in KINDS} for name, found in seconds.items()}
    for kind in KINDS:
        verdict.beside(f"increment {kind} at {rows[0]}", medians["small"][kind])
    for kind in KINDS:
        verdict.at_most(f"increment {kind}", medians["large"][kind], LIMIT)
    verdict.at_most("increment ratio", max(medians["large"][kind] / medians["small"][kind] for kind in KINDS), RATIO_LIMIT)
    verdict.leave()


if __name__ == "__main__":
    main()
