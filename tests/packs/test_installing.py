"""Installing is all or nothing, says what changed, and leaves to each record the definition it was filled under."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.reports.township import PACKS, forget_remembered
from zhenwu.kernel.definitions.api import every, packs
from zhenwu.kernel.definitions.models import Revision
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.ledgers.api import form_at, history
from zhenwu.kernel.orgs.api import SYSTEM, UnitRow, open_units
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import RecordInput, save_record, switch_off

BROKEN = [
    ("metrics.toml", 'unit = "处"', 'unit = "处"\ncolour = "red"', "pack.unknown_key"),
    ("metrics.toml", 'measure = "area"', 'measure = "height"', None),
    ("metrics.toml", 'unit = "平方米"', 'unit = "户"', None),
    ("metrics.toml", "state = 'removed'", "state = ", None),
    ("metrics.toml", "[[metric]]", "[[metric", None),
    ("ledgers/structure.toml", 'key = ["code"]', 'key = ["cod"]', None),
    ("ledgers/structure.toml", 'type = "decimal"', 'type = "float"', None),
    ("pack.toml", 'version = "1.0"', 'version = "1.0"\nreads = ["nowhere"]', None),
    ("examples/removal.yaml", "demolition.area@2020", "demolition.lost@2020", None),
]


@pytest.fixture
def shelf(db: None, tmp_path: Path) -> Iterator[Path]:
    """A shelf of two packs, to be broken and changed."""
    forget_remembered()
    for name in ("demolition", "profile"):
        shutil.copytree(PACKS / name, tmp_path / "packs" / name)
    yield tmp_path / "packs"
    forget_remembered()


def change(shelf: Path, file: str, old: str, new: str) -> None:
    path = shelf / "demolition" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(("file", "old", "new", "code"), BROKEN)
def test_a_broken_pack_leaves_nothing_installed_and_says_where(
    shelf: Path, file: str, old: str, new: str, code: str | None
) -> None:
    change(shelf, file, old, new)
    with pytest.raises((Problem, Problems)) as raised:
        install_packs(SYSTEM, [shelf], uuid4())
    found = raised.value.found if isinstance(raised.value, Problems) else [raised.value]
    assert all(problem.place.file.startswith("demolition/") and problem.remedy for problem in found), str(raised.value)
    assert code is None or code in {problem.code for problem in found}
    assert not Revision.objects.exists() and not Event.objects.exists()


def test_installing_twice_changes_nothing(shelf: Path) -> None:
    first = install_packs(SYSTEM, [shelf], uuid4())
    stored, events = list(Revision.objects.values()), Event.objects.count()
    assert install_packs(SYSTEM, [shelf], uuid4()) == {"changed": [], "retired": []}
    assert (list(Revision.objects.values()), Event.objects.count()) == (stored, events)
    assert len(first["changed"]) == len(stored)


def test_a_changed_pack_makes_exactly_the_changed_revisions(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    change(shelf, "metrics.toml", "不含三改。", "不含三改；以验收为准。")
    assert install_packs(SYSTEM, [shelf], uuid4()) == {"changed": ["metric:demolition.area"], "retired": []}
    numbers = {row.key: row.number for row in Revision.objects.filter(retired_by=None, kind="metric")}
    assert {key for key, number in numbers.items() if number == 2} == {"demolition.area"}


def test_a_metric_that_is_gone_is_retired_and_comes_back_as_a_second_revision(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    text = (shelf / "demolition" / "metrics.toml").read_text(encoding="utf-8")
    blocks = text.split("[[metric]]")
    kept = [block for block in blocks if 'id = "area_self"' not in block]
    (shelf / "demolition" / "metrics.toml").write_text("[[metric]]".join(kept), encoding="utf-8")
    assert install_packs(SYSTEM, [shelf], uuid4()) == {"changed": [], "retired": ["metric:demolition.area_self"]}
    (shelf / "demolition" / "metrics.toml").write_text(text, encoding="utf-8")
    assert install_packs(SYSTEM, [shelf], uuid4())["changed"] == ["metric:demolition.area_self"]
    assert sorted(row.number for row in Revision.objects.filter(key="demolition.area_self")) == [1, 2]


def test_a_record_keeps_the_revision_it_was_filled_under(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    rows = [UnitRow("云岭镇", "township", None, "01"), UnitRow("深塘村", "village", 0, "0101"), UnitRow("一网格", "grid", 1, "1")]
    grid = open_units(SYSTEM, uuid4(), rows, today().replace(year=2015))[2]
    entry = RecordInput({"code": "A1", "area": "12.5", "state": "removed"}, grid, "2020-03-01")
    record = UUID(save_record(SYSTEM, "demolition.structure", entry, uuid4())["record"])
    change(shelf, "ledgers/structure.toml", 'label = "户主"', 'label = "房主"')
    assert install_packs(SYSTEM, [shelf], uuid4())["changed"] == ["ledger:demolition.structure"]
    save_record(SYSTEM, "demolition.structure", RecordInput({"area": "13"}, reason="复测"), uuid4(), record, 1)
    assert [form_at(version).field("owner").label for version in history(record)] == ["户主", "房主"]


def test_a_pack_switched_off_comes_back_whole(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    there = {(kind, one.key, one.digest) for kind in ("ledger", "metric") for one in every(kind)}
    switch_off(SYSTEM, "demolition", uuid4())
    assert [pack.key for pack in packs()] == ["profile"]
    install_packs(SYSTEM, [shelf], uuid4())
    assert {(kind, one.key, one.digest) for kind in ("ledger", "metric") for one in every(kind)} == there
