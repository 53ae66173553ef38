"""A township for the tests of reports, on one fixed day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reports.township import TODAY, Township, found_township
from zhenwu.lib.clock import at


@pytest.fixture
def town(db: None) -> Iterator[Township]:
    """云坪镇 on 15 January 2021, with the packs installed and nothing recorded yet."""
    with at(TODAY):
        yield found_township()
