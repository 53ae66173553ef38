"""云岭镇 with its people, an administrator, and a receiver on the loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import posted
from tests.outbox.receivers import Receiver, receiving
from tests.people import People, gather
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.journal.api import follow, sequence
from zhenwu.kernel.matters.api import Report, open_matter
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.outbox.api import FOLLOWER, Made, Wish, subscribe

# On PostgreSQL an event has no position while its transaction, which would be the test's, is open.
POSTGRES = os.environ.get("ZHENWU_TEST_ON") == "postgres"
PATIENCE = 60.0 if POSTGRES else 0.0  # others' transactions on the server may hold events back for a while
EVERY = ("matter.opened", "matter.advanced", "matter.batched", "matter.closed", "report.issued", "year.closed")


@pytest.fixture
def people(db: None, settings: Any, tmp_path: Path) -> People:
    settings.HOME, settings.OUTBOX_ALLOW = tmp_path, ["127.0.0.1"]
    install(SYSTEM, [Draft("pack", line, line, {"label": line}) for line in ("grid", "service")], uuid4())
    return gather("grid", "service")


@pytest.fixture
def admin(people: People) -> Actor:
    return posted("xitong", "小季", "admin", people.town["云岭县"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def another() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def listen(admin: Actor, receiver: Receiver, name: str = "县数据平台", kinds: tuple[str, ...] = EVERY, line: str = "") -> Made:
    """A subscription, in force at once."""
    made = subscribe(admin, uuid4(), Wish(name, receiver.url, kinds, line))
    sequence(PATIENCE)
    return made


def queue() -> None:
    """What the clockwork does: positions for what was committed, messages for what is to be told."""
    sequence(PATIENCE)
    follow(FOLLOWER)


def report(people: People, title: str = "路灯不亮", line: str = "grid") -> UUID:
    """阿莲 reports something in 深塘一格."""
    return UUID(open_matter(people.alian, uuid4(), Report(line, people.town["深塘一格"], title, "王家门口，电话 13800000000"))["matter"])
