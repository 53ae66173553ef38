"""The rehearsal in a process of its own: it lives some days ahead of whoever enters them, on the machine's other core."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from traceback import format_exc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demo.rehearsing import Counts

AHEAD = 60  # days told and not yet entered


@dataclass(frozen=True)
class Day:
    """What is done on a day: (the player's method, what it is called with), in order."""

    day: date
    acts: tuple[tuple[str, tuple[Any, ...]], ...]


@dataclass(frozen=True)
class Outcome:
    """What the books say when all is lived."""

    counts: Counts
    truth: dict[str, str]


@contextmanager
def telling(year: int, seed: int, last: date) -> Iterator[Iterator[Day | Outcome]]:
    """The days of a life in their order, the outcome last. The other process begins at once and ends with the block, however it ends."""
    from django.conf import settings

    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    teller = spawn.Process(target=_tell, args=(there, settings.SETTINGS_MODULE, year, seed, last), daemon=True)
    teller.start()
    there.close()
    told: Queue[bytes | None] = Queue(AHEAD)
    Thread(target=_listen, args=(here, told), daemon=True).start()
    try:
        yield _days(told)
    finally:
        teller.terminate()
        teller.join()
        here.close()


def _listen(here: Connection, told: Queue[bytes | None]) -> None:
    """Pass on what is told; None when there is no more. What is not taken waits in the pipe, and the teller with it."""
    try:
        while True:
            told.put(here.recv_bytes())
    except (EOFError, OSError):
        told.put(None)


def _days(told: Queue[bytes | None]) -> Iterator[Day | Outcome]:
    while (words := told.get()) is not None:
        found = pickle.loads(words)
        if isinstance(found, str):
            raise RuntimeError(found)
        yield found
        if isinstance(found, Outcome):
            return
    raise RuntimeError("the process that rehearses the demonstration ended before its story did")


def _tell(there: Connection, settings: str, year: int, seed: int, last: date) -> None:
    """The other process: live through the years, tell each day."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()
    from demo.rehearsing import Rehearsal
    from zhenwu.lib.memory import collect_rarely

    collect_rarely()

    @dataclass
    class Teller(Rehearsal):
        acts: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

        def act(self, name: str, *what: Any) -> None:
            self.acts.append((name, what))

        def day_is_over(self) -> None:
            there.send_bytes(pickle.dumps(Day(self._day, tuple(self.acts)), pickle.HIGHEST_PROTOCOL))
            self.acts = []

    try:
        life = Teller(year, seed, last)
        life.play()
        there.send_bytes(pickle.dumps(Outcome(life.counts, life.truth())))
    except BrokenPipeError:
        pass  # nobody listens any more
    except Exception:
        there.send_bytes(pickle.dumps(format_exc()))
