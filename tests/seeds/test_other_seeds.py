"""Other townships than the one of seed 1: the seed document writes itself from theirs as well."""

from __future__ import annotations

import pytest

from tests.demo.conftest import built
from tests.demo.test_seed_filled import PENDING, filled

pytestmark = [pytest.mark.slow, pytest.mark.seed, pytest.mark.django_db, pytest.mark.xdist_group("seeds")]


@pytest.mark.parametrize("seed", [2, 3])
def test_another_seed_fills_as_many_blanks_and_holds_as_well(seed: int) -> None:
    with built(seed):
        report = filled()
    assert {answer.slot.index for answer in report.pending} == PENDING.keys()
    assert [found.message for found in report.contradictions] == []
    assert [claim.message for claim in report.claims if claim.holds is not True] == []
