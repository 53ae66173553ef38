"""A clean house for every test: ids start again when a test's rows go, so what was remembered by id goes too."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.kernel import yard
from tests.people import People, gather
from tests.remembered import forget
from zhenwu.kernel.metrics import counting


def _forget() -> None:
    forget()
    shutil.rmtree(Path(settings.HOME) / "columns", ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    _forget()
    yield
    _forget()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted may wait for another test's transaction on the same server; here that is no fault."""
    monkeypatch.setattr(counting, "PATIENCE", 60.0)


@pytest.fixture
def people() -> People:
    """The four people of 云岭镇, and the yard installed."""
    people = gather("yard")
    yard.install_yard()
    return people


@pytest.fixture
def begin_again() -> Callable[[], None]:
    """Empty the database: hypothesis gives one test many histories."""

    def empty() -> None:
        call_command("flush", verbosity=0, interactive=False)
        _forget()

    return empty
