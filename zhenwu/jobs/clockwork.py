"""The clockwork: gives events their positions, lets every follower read on, writes the seals outside the database, and about once a
minute tells what has come to be told about time limits.

One process at a time holds the lease. A fault is logged and tried again, slower each time; killing the process loses nothing,
because every follower stores its place with what it wrote. The outbox's sender runs beside it in threads of its own: no turn
waits for the network. Run it by ``python -m zhenwu.jobs.clockwork``.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from zhenwu.lib.memory import collect_rarely

if TYPE_CHECKING:
    from zhenwu.kernel.journal.api import Follower
    from zhenwu.kernel.outbox.api import Sender

LEASE = "clockwork"
LEASE_SECONDS = 15
RENEW_SECONDS = 5.0
RELEASE_SECONDS = 3600.0  # between looks for people whose data is due to be deleted
SHORTEST, LONGEST = 0.2, 1.0  # seconds between looks when nothing happens
SLOWEST = 30.0  # seconds between tries after faults
TICK_SECONDS = 60.0  # between looks at what has come to be told about time limits
FOLLOWING = ("matters", "metrics", "rounds", "rules", "outbox")  # shelves whose api has a FOLLOWER
log = logging.getLogger("zhenwu.clockwork")


class Clockwork:
    """``turn`` does all that is due once; ``run`` turns until told to stop. ``sender`` is started once the lease is ours."""

    def __init__(self, home: Path, sender: Sender | None = None) -> None:
        self.seals, self.sender = home / "seals.log", sender
        self._renewed, self._released = 0.0, -RELEASE_SECONDS
        self._ticked = float("-inf")
        self._sealed = _last_sealed(self.seals)

    def run(self, stop: threading.Event) -> None:
        """Turn until ``stop`` is set, or the process named by ``ZHENWU_PARENT`` is no longer our parent."""
        from zhenwu.kernel.journal.api import drop_lease

        pause, faults, parent = SHORTEST, 0, os.environ.get("ZHENWU_PARENT")
        while not stop.is_set() and parent in (None, str(os.getppid())):
            try:
                moved = self._is_ours() and self.turn()
                faults, pause = 0, SHORTEST if moved else min(pause * 1.5, LONGEST)
            except Exception:
                faults += 1
                pause, self._renewed = min(SHORTEST * 2**faults, SLOWEST), 0.0
                log.exception("a turn failed; next try in %.1f s", pause)
                _drop_connections()
            stop.wait(pause)
        if self.sender:
            self.sender.end()
        try:
            drop_lease(LEASE)
        except Exception:  # it runs out by itself
            log.exception("the lease was not given back")

    def turn(self) -> bool:
        """Sequence, follow, seal, tell what has come; whether anything new had come, or more waits."""
        from zhenwu.kernel.journal.api import follow, seal_head, sequence
        from zhenwu.kernel.rounds.api import close_spans

        head = sequence()
        for follower in followers():
            follow(follower)
        close_spans()
        self._release()
        moved = head > self._sealed
        if moved:
            position, digest = seal_head()
            write_seal(self.seals, position, digest)
            self._sealed = position
        return self._tick() or moved

    def _tick(self) -> bool:
        """Reminders, overdue marks and escalations: at the start, then about once a minute; whether more waits."""
        from zhenwu.kernel.matters.api import sweep, tell_due

        if not sweep():
            return True
        if time.monotonic() - self._ticked < TICK_SECONDS:
            return False
        if tell_due():
            return True
        self._ticked = time.monotonic()
        return False

    def _release(self) -> None:
        """Delete what is due to be deleted of people, once an hour."""
        from zhenwu.kernel.ledgers.api import release_ended
        from zhenwu.kernel.orgs.api import SYSTEM
        from zhenwu.lib.clock import today

        if time.monotonic() - self._released >= RELEASE_SECONDS:
            release_ended(SYSTEM, today(), "到期删除")
            self._released = time.monotonic()

    def _is_ours(self) -> bool:
        from zhenwu.kernel.journal.api import hold_lease

        if time.monotonic() - self._renewed < RENEW_SECONDS:
            return True
        if not hold_lease(LEASE, LEASE_SECONDS):
            return False
        self._renewed = time.monotonic()
        if self.sender:
            self.sender.start()
        return True


def followers() -> list[Follower]:
    """The followers of the shelves that have one."""
    found: list[Follower] = []
    for shelf in FOLLOWING:
        name = f"zhenwu.kernel.{shelf}.api"
        if importlib.util.find_spec(name):
            follower = getattr(importlib.import_module(name), "FOLLOWER", None)
            found += [follower] if follower else []
    return found


def write_seal(path: Path, position: int, digest: str) -> None:
    """Append a seal's head: ``position digest``. Whoever later rewrites the database cannot rewrite a copy of this file."""
    torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")  # a line that a crash cut off
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write("\n" * torn + f"{position} {digest}\n")
        file.flush()
        os.fsync(file.fileno())


def _last_sealed(path: Path) -> int:
    """The last position written; a line cut off by a crash counts as not written."""
    lines = path.read_text().splitlines() if path.exists() else []
    whole = [line.split() for line in lines]
    return max((int(parts[0]) for parts in whole if len(parts) == 2 and parts[0].isdigit() and len(parts[1]) == 64), default=0)


def _drop_connections() -> None:
    from django.db import connections

    connections.close_all()


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenwu.site.settings")
    import django

    django.setup()
    collect_rarely()
    from django.conf import settings

    home = Path(settings.HOME)
    logging.basicConfig(filename=home / "zhenwu.log", level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    from zhenwu.kernel.outbox.api import Sender

    Clockwork(home, Sender()).run(stop)
    sys.exit(0)


if __name__ == "__main__":
    main()
