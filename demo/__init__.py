"""云岭镇: an invented township and years of its life, seeded and repeatable.

``demo.build(year, seed, report) -> Summary`` fills an empty, migrated store; ``demo.accounts()`` says who may sign in.
Both need Django to be set up, which is why they fetch what they need only when called.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.building import Summary
    from demo.founding import Account


def build(
    year: int, seed: int = 1, report: Callable[[str], None] = lambda line: None, last_day: date | None = None
) -> Summary:
    """See ``demo.building.build``."""
    from demo import building

    return building.build(year, seed, report, last_day)


def accounts() -> tuple[Account, ...]:
    """See ``demo.founding.accounts``."""
    from demo import founding

    return founding.accounts()
