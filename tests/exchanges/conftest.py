"""云岭镇 with all packs, its people, and a folder for the files of the hotline."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.township import PASSWORD, found_township
from tests.exchanges.sheets import LAMP, RUBBISH, sheet
from zhenwu.kernel.orgs.api import SYSTEM, Actor, actor_of, appoint, enrol_person, find_person, open_unit, tree


@pytest.fixture
def desk(tmp_path: Path, settings: object) -> Path:
    """The folder, with 来单.xlsx in it; 小窗 (clerk) and 老周 (officer) at the office 综合站, 何书记."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    township = tree().of_kind("township")[0]
    office = open_unit(SYSTEM, uuid4(), name="综合站", kind="office", parent=township, on=date(2016, 1, 2), code="0109")
    for username, name, kind, unit in (("xiaochuang", "小窗", "clerk", office), ("zhou", "老周", "officer", office), ("he", "何书记", "secretary", township)):
        person = enrol_person(SYSTEM, uuid4(), username, name, PASSWORD)
        appoint(SYSTEM, uuid4(), person, kind, unit, ["*"], date(2016, 1, 2))
    (tmp_path / "来单.xlsx").write_bytes(sheet(LAMP, RUBBISH))
    return tmp_path


def who(username: str) -> Actor:
    person = find_person(username)
    assert person is not None
    return actor_of(person)
