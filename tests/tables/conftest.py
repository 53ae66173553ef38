"""The township of the reports' tests, with its year of work."""

from __future__ import annotations

import pytest

from tests.reports.conftest import town
from tests.reports.township import Township, a_year_of_work

__all__ = ["town", "working"]


@pytest.fixture
def working(town: Township) -> Township:
    a_year_of_work(town)
    return town
