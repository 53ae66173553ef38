"""How often one caller may ask: a bucket for each, filled evenly, kept in this process and forgotten when there are too many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic

MOST_CALLERS = 10_000


class Limiter:
    """``take`` says how many seconds to wait; 0 lets the caller go on. Each process of the web server counts by itself."""

    def __init__(self, clock: Callable[[], float] = monotonic, most: int = MOST_CALLERS) -> None:
        self._clock, self._most, self._lock = clock, most, Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, per_minute: float, at_once: int = 0) -> float:
        """One request of a caller who may make so many a minute, ``at_once`` (by default as many) in one go; 0 a minute sets no limit."""
        if per_minute <= 0:
            return 0.0
        with self._lock:
            now = self._clock()
            room = float(at_once or per_minute)
            left, since = self._buckets.pop(caller, (room, now))
            left = min(room, left + (now - since) * per_minute / 60)
            wait = 0.0 if left >= 1 else (1 - left) * 60 / per_minute
            self._buckets[caller] = (left if wait else left - 1, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            return wait

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._buckets.clear()


limiter = Limiter()
