"""A town and its people, for everything about matters."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.matters.timed import NOTICE
from tests.orgs.staff import Town, found_town, posted
from zhenwu.kernel.definitions.api import set_days
from zhenwu.kernel.orgs.api import SYSTEM, Actor


@pytest.fixture
def town() -> Town:
    return found_town()


@pytest.fixture
def people(town: Town) -> dict[str, Actor]:
    return {
        "阿莲": posted("alian", "阿莲", "grid_worker", town["深塘一格"], "grid"),
        "老周": posted("zhou", "老周", "officer", town["综合站"], "grid"),
        "窗口": posted("chuang", "小窗", "clerk", town["综合站"], "grid"),
        "何书记": posted("he", "何书记", "secretary", town["云岭镇"]),
        "外乡人": posted("wai", "外乡人", "office_head", town["外乡"], "grid"),
    }


@pytest.fixture
def calendar_of_2029() -> None:
    set_days(SYSTEM, NOTICE, uuid4(), notice=2029)
