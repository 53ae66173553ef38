"""Our own packs, read and judged once a process: hundreds of tests install them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from zhenwu.packkit.pack import Pack, load_packs

PACKS = Path(__file__).parents[1] / "packs"


@cache
def our_packs() -> tuple[Pack, ...]:
    """All packs of ``packs/``, those that are read first."""
    return tuple(load_packs(PACKS))
