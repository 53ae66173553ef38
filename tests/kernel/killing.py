"""Killing a process before each statement it sends, one after the other, until it lives to its end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, connections


def killed_everywhere(act: Callable[[int], None]) -> int:
    """Do an act in forks, the n-th killed before its n-th statement or commit; how many were killed.

    ``act`` gets n. No thread may be running here: a fork would not have it.
    """
    for n in range(1, 1000):
        connections.close_all()
        child = os.fork()
        if child == 0:
            _live_until(n, act)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert status == 0, f"the act failed before its statement {n}"
            return n - 1
    raise AssertionError("the act has no end")


def told_in(folder: Path) -> Iterator[str]:
    """What the forks had said in files of their own, one for each."""
    return (path.read_text() for path in sorted(folder.iterdir()))


def _live_until(n: int, act: Callable[[int], None]) -> None:
    sent = iter(range(1, n))

    def count() -> None:
        if next(sent, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Callable[..., Any], *rest: Any) -> Any:
        count()
        return execute(*rest)

    commit = connection._commit

    def counted_commit() -> None:
        count()
        commit()

    connection._commit = counted_commit
    try:
        with connection.execute_wrapper(statement):
            act(n)
    except BaseException:
        os._exit(1)
    os._exit(0)
