"""The township, built once for all tests about it and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

import demo
from demo.building import MARKER, TRUTH, Summary
from demo.diary import ENTER, Note
from zhenwu.kernel.ledgers.api import FORGOTTEN_LOG

YEAR, LAST = 2024, date(2025, 6, 18)
SEEDS = pytest.mark.parametrize("seed", (1, 2, 3))


def entered(notes: list[Note], ledger: str) -> list[Note]:
    """The records that notes enter into a ledger."""
    return [note for note in notes if note.ledger == ledger and note.manner == ENTER]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has them all: the township is built once."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("demo"))


@contextmanager
def built(seed: int) -> Iterator[Summary]:
    """The township of a seed, as long as the block lasts."""
    with transaction.atomic():
        yield demo.build(YEAR, seed, last_day=LAST)
        transaction.set_rollback(True)
    for name in (MARKER, TRUTH, FORGOTTEN_LOG):
        (Path(settings.HOME) / name).unlink(missing_ok=True)


@pytest.fixture(scope="package")
def town(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Summary]:
    """The township of seed 1."""
    with django_db_blocker.unblock(), built(1) as summary:  # type: ignore[attr-defined]
        yield summary
