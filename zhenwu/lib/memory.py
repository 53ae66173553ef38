"""How often Python looks for cyclic garbage: our processes hold many long-lived objects and make next to no cycles."""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100


def collect_rarely() -> None:
    """Call once when a process has loaded its code: what stands now is never looked at again, the rest seldom.

    With Python's own thresholds a seventh of the time of loading the demonstration, and a third of reading its figures,
    went into looking at objects that stayed.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
