"""Identifiers that sort by the moment they were made (UUID version 7, RFC 9562), so that indexes grow at one end."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0
# The counter and the variant (8; the two free bits beside it stay 0), spelled once.
_COUNTS = [f"{count:03x}8" for count in range(4096)]


def new_id() -> UUID:
    """A fresh UUIDv7, monotonic within this process (12 bits of counter below the millisecond)."""
    return UUID(new_ids(1)[0])


def new_ids(count: int) -> list[str]:
    """Many fresh ids in order, each as 32 hexadecimal digits."""
    global _last
    with _lock:
        first = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = first + count - 1
    chance = os.urandom(8 * count).hex()
    heads = {moment: f"{moment:012x}7" for moment in range(first >> 12, (first + count - 1 >> 12) + 1)}
    return [
        heads[stamp >> 12] + _COUNTS[stamp & 0xFFF] + chance[at : at + 15]
        for stamp, at in zip(range(first, first + count), range(0, 16 * count, 16), strict=True)
    ]
