"""The claimed clock: what time a writer says it is.

Tests and the demonstration generator set it; everything else reads the machine's. Knowledge is ordered by the
journal's positions, never by this clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

LOCAL = timezone(timedelta(hours=8), "CST")
_claimed: ContextVar[datetime | None] = ContextVar("claimed", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _claimed.get() or datetime.now(UTC)


def today() -> date:
    """The local day (China Standard Time, which has no summer time)."""
    return now().astimezone(LOCAL).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Claim another moment for everything inside; a bare day means noon of it."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=LOCAL)
    token = _claimed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _claimed.reset(token)
