"""For every test: what is missing is left out by name, slow tests come last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests import leftout
from zhenwu.lib.memory import collect_rarely

LEFT_OUT = "left out: "

# A loaded machine is no reason to fail; the same examples in every run let a red run be repeated.
hypothesis_settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
    for item in items:
        # A server's transactions hold one another's events back, in whatever database: one worker has the server.
        if item.get_closest_marker("postgres") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("postgres"))


def pytest_collection_finish() -> None:
    collect_rarely()  # as every process of ours does


@pytest.fixture(scope="session", autouse=True)
def _own_packs_are_read_once() -> Iterator[None]:
    from tests.shelves import PACKS, our_packs
    from zhenwu.packkit import installing
    from zhenwu.packkit.pack import load_packs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(installing, "load_packs", lambda shelf: list(our_packs()) if shelf == PACKS else load_packs(shelf))
        yield


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """A test's rows are rolled back, and the next one's get the same ids."""
    yield
    from tests import remembered

    remembered.forget()


def pytest_runtest_setup(item: pytest.Item) -> None:
    missing = leftout.missing({mark.name for mark in item.iter_markers()})
    if not missing:
        return
    reason = LEFT_OUT + "、".join(missing)
    if leftout.in_ci():
        pytest.fail(f"{reason} (CI=true: nothing may be left out)", pytrace=False)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [
        (report.nodeid, str(report.longrepr[2]).partition(LEFT_OUT)[2])
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and LEFT_OUT in str(report.longrepr[2])
    ]
    if left_out:
        terminalreporter.section("没有测试:")
    for name, reason in sorted(left_out):
        terminalreporter.write_line(f"{name}  （缺 {reason}）")


@pytest.fixture(scope="session")
def seed() -> Path:
    """The folder of the seed document; mark the test ``seed``."""
    return leftout.seed()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; mark the test ``chromium``."""
    return leftout.chromium()


@pytest.fixture(scope="session")
def libreoffice() -> str:
    """The office program's path; mark the test ``libreoffice``."""
    return leftout.libreoffice()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A server where databases may be made and dropped; mark the test ``postgres``."""
    return leftout.postgres_url()
