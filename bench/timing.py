"""How benchmarks measure and judge: CPU seconds, each run in a process of its own, medians of alternating runs.

A benchmark file calls itself with ``--work NAME`` for one run; the worker brackets what counts with ``spent()`` and ends
with ``report(…)``; the parent adds the process's peak memory. A judged line reads ``NAME figure VALUE limit LIMIT``.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def spent() -> float:
    """CPU seconds so far, user and system, of this process and the children it has waited for."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def report(cpu: float, **facts: Any) -> None:
    """A worker's last word: what it spent and whatever the parent should know."""
    print(json.dumps({"cpu": cpu, **facts}))


@dataclass(frozen=True)
class Run:
    """One worker's run: CPU seconds, peak memory in MB, and the facts it reported."""

    cpu: float
    peak_mb: float
    facts: Mapping[str, Any]


def run(command: Sequence[str]) -> Run:
    """Run a worker to its end. Raises ``RuntimeError`` when it fails.

    The parent must stay small: Linux counts the memory of the process that forked as the child's first peak.
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not lines:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    facts = json.loads(lines[-1])
    return Run(facts.pop("cpu"), usage.ru_maxrss / 1024, facts)


def worker(file: str, name: str, *arguments: str) -> list[str]:
    """The command by which a benchmark file calls itself."""
    return [sys.executable, file, "--work", name, *arguments]


def alternating(commands: Mapping[str, Sequence[str] | Callable[[], Run]], rounds: int = 5) -> dict[str, list[Run]]:
    """Run all commands (or whatever runs one) in turn, ``rounds`` times: a busy minute touches all of them alike."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(command() if callable(command) else run(command))
    return runs


def cpu_median(runs: Sequence[Run]) -> float:
    """The median CPU seconds."""
    return statistics.median(one.cpu for one in runs)


def peak(runs: Sequence[Run]) -> float:
    """The highest peak memory, in MB."""
    return max(one.peak_mb for one in runs)


@dataclass
class Verdict:
    """Figures held against their limits; ``leave()`` ends the process with 1 if one was missed."""

    missed: list[str] = field(default_factory=list)

    def at_most(self, name: str, value: float, limit: float) -> None:
        """Print the figure and remember a miss."""
        print(f"{name} figure {value:.2f} limit {limit:g}", flush=True)
        if not value <= limit:
            self.missed.append(name)

    def beside(self, name: str, value: float) -> None:
        """Print a figure that has no limit."""
        print(f"{name} figure {value:.2f}", flush=True)

    def leave(self) -> None:
        """Exit with 0, or with 1 and the names of what was missed."""
        if self.missed:
            print("missed: " + ", ".join(self.missed))
        sys.exit(bool(self.missed))
