"""Identifiers that sort by the moment they were made (UUID version 7, RFC 9562), so that indexes grow at one end."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh UUIDv7, monotonic within this process (12 bits of counter below the millisecond)."""
    global _last
    with _lock:
        stamp = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = stamp
    millis, counter = stamp >> 12, stamp & 0xFFF
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(millis << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | tail)
