"""The demonstration is rehearsed in a process of its own and entered in this one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from demo.rehearsing import Rehearsal
from demo.telling import Day, Outcome, telling

LAST = date(2019, 2, 28)
pytestmark = pytest.mark.slow


class Listening(Rehearsal):
    """A rehearsal in this process; what it would tell is kept."""

    def act(self, name: str, *what: Any) -> None:
        told.setdefault(self._day, []).append((name, what))


told: dict[date, list[tuple[str, tuple[Any, ...]]]] = {}


def test_the_other_process_tells_the_same_days_in_the_same_order() -> None:
    told.clear()
    life = Listening(2024, 1, LAST)
    life.play()
    with telling(2024, 1, LAST) as days:
        *heard, outcome = days
    assert [(one.day, list(one.acts)) for one in heard if isinstance(one, Day)] == list(told.items())
    assert isinstance(outcome, Outcome)
    assert outcome.counts == life.counts and outcome.truth == life.truth()


def test_a_fault_over_there_is_told_here() -> None:
    with telling(2024, 1, "never") as days, pytest.raises(RuntimeError, match="TypeError"):  # type: ignore[arg-type]
        list(days)
