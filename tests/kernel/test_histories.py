"""Whatever happens to a township, and in whatever order: cells, figures, evidence and the past agree."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.kernel.histories import PERIODS, TODAY, VERBS, Step, Story
from tests.kernel.reference import KEYS, Reference
from zhenwu.kernel.journal.api import head, verify_chain
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.metrics import api as metrics
from zhenwu.kernel.metrics import counting, store
from zhenwu.kernel.metrics.api import Address, Figures, catch_up, every_cell, evidence, rebuild
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib import clock
from zhenwu.lib.periods import Period

pytestmark = pytest.mark.django_db(transaction=True)
Said = dict[tuple[str, Period, UUID], Fraction | None]

_numbers = st.tuples(*[st.integers(0, 30)] * 4)
_verbs = st.sampled_from([verb for verb, weight in VERBS.items() for _ in range(weight)])
stories = st.lists(st.tuples(_verbs, _numbers), min_size=4, max_size=9)


def said(figures: Figures, reference: Reference, every: int, turn: int) -> Said:
    """Figures of all kinds, each checked against the reference; every so-many-th of them."""
    found: Said = {}
    addresses = [(key, period, unit) for key in KEYS for period in PERIODS for unit in reference.story.kinds]
    for number, (key, period, unit) in enumerate(addresses):
        if number % every == turn % every and reference.stands(unit, period):
            value = figures.figure(Address(f"yard.{key}", period, unit)).value
            assert value == reference.figure(key, period, unit), (key, str(period), reference.mode)
            found[(key, period, unit)] = value
    return found


def check_cells(position: int) -> None:
    """Kept by increments, rebuilt from columns, counted row by row: one and the same."""
    assert rebuild(write=False).differed == ()
    for source, additives in metrics.catalogue(position).additives.items():
        for key, cells in counting.cells_at(additives, source, position).items():
            assert every_cell(key) == {
                (unit, month, None if name is None else store.key_text(name)): value for (unit, month, name), value in cells.items()
            }


def check_evidence(figures: Figures, found: Said) -> None:
    """The rows behind a figure add up to what the ledger offers for it."""
    for key, period, unit in found:
        address = Address(f"yard.{key}", period, unit)
        opened = evidence(figures, address, SYSTEM)
        own = [offer.value for offer in opened.figure.offers if offer.authority == "ledger"]
        if opened.figure.metric.is_base and own:
            assert opened.value == own[0] and opened.hidden == 0, (key, str(period))


def live(steps: list[Step]) -> None:
    """Live through a story, checking after every step, and in the end look back at each position."""
    with clock.at(TODAY):
        story, remembered = Story(), {}
        for turn, step in enumerate(steps):
            story.do(step)
            position = catch_up()
            assert position == head()
            check_cells(position)
            found: dict[str, Any] = {}
            for mode in ("as_was", "as_is"):
                figures = Figures(mode=mode)
                found[mode] = said(figures, Reference(story, mode), 17, turn)
                check_evidence(figures, found[mode])
            remembered[position] = found
        for position, found in remembered.items():
            for mode, values in found.items():
                then = Figures(position, mode=mode)
                for (key, period, unit), value in values.items():
                    assert then.figure(Address(f"yard.{key}", period, unit)).value == value, (key, str(period), position)
        assert list(verify_chain()) == [] and ledgers.altered() == [] and metrics.altered() == []


# No shrinking: a failing story is printed whole and can be lived again; making it shorter would take minutes.
_LOOSE: dict[str, Any] = {
    "deadline": None, "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}  # fmt: skip


@settings(max_examples=4, **_LOOSE)
@given(stories)
def test_cells_figures_evidence_and_the_past_agree_whatever_happens(
    begin_again: Callable[[], None], steps: list[Step]
) -> None:
    begin_again()
    live(steps)


@pytest.mark.slow
@settings(max_examples=60, **_LOOSE)
@given(st.lists(st.tuples(_verbs, _numbers), min_size=8, max_size=40))
def test_they_agree_over_long_stories_too(begin_again: Callable[[], None], steps: list[Step]) -> None:
    begin_again()
    live(steps)
