"""Installing is all or nothing, says what changed, and leaves to each record the definition it was filled under."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.reports.township import PACKS
from zhenwu.kernel.definitions.api import every, packs
from zhenwu.kernel.definitions.models import Revision
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.ledgers.api import form_at, history
from zhenwu.kernel.orgs.api import SYSTEM, UnitRow, open_units
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import Draft, RecordInput, changed_meanings, save_record, switch_off

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
    for name in ("demolition", "profile"):
        shutil.copytree(PACKS / name, tmp_path / "packs" / name)
    yield tmp_path / "packs"


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


def a_structure() -> UUID:
    """One structure of 12.5 square metres."""
    rows = [UnitRow("云岭镇", "township", None, "01"), UnitRow("深塘村", "village", 0, "0101"), UnitRow("一网格", "grid", 1, "1")]
    grid = open_units(SYSTEM, uuid4(), rows, today().replace(year=2015))[2]
    entry = RecordInput({"code": "A1", "footprint": "9", "area": "12.5", "state": "removed"}, grid, "2020-03-01")
    return UUID(save_record(SYSTEM, "demolition.structure", entry, uuid4())["record"])


FOOTPRINT = 'label = "占地面积"\ntype = "decimal"\nunit = "平方米"\nscale = 2'
CHANGED_MEANING = [
    (FOOTPRINT, FOOTPRINT.replace("2", "3"), "footprint.scale", "小数位数原来是 2，不能改成 3"),
    (FOOTPRINT, FOOTPRINT.replace("平方米", "亩"), "footprint.unit", "单位原来是 平方米，不能改成 亩"),
    ('label = "位置"\ntype = "text"\nmax = 100', 'label = "位置"\ntype = "date"', "location.type", "种类原来是 text，不能改成 date"),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), CHANGED_MEANING)
def test_a_field_with_records_keeps_its_unit_and_scale(shelf: Path, old: str, new: str, key: str, words: str) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    a_structure()
    change(shelf, "ledgers/structure.toml", old, new)
    before = Revision.objects.count()
    with pytest.raises(Problems) as raised:
        install_packs(SYSTEM, [shelf], uuid4())
    [problem] = raised.value.found
    assert (problem.code, problem.place.file, problem.place.key) == ("ledger.meaning", "demolition/ledgers/structure.toml", key)
    assert words in problem.message and "另" in problem.remedy
    assert Revision.objects.count() == before


def test_a_ledger_with_records_stays_flow_or_stock(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    a_structure()
    body = next(one.body for one in every("ledger") if one.key == "demolition.structure")
    turned = Draft("ledger", "demolition.structure", "demolition", {**body, "shape": "stock"})
    assert [(one.code, one.place.key) for one in changed_meanings([turned])] == [("ledger.meaning", "shape")]


def test_a_field_that_was_dropped_cannot_come_back_with_another_unit(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    a_structure()
    switch_off(SYSTEM, "demolition", uuid4())
    change(shelf, "ledgers/structure.toml", *CHANGED_MEANING[1][:2])
    with pytest.raises(Problems, match="单位原来是 平方米，不能改成 亩"):
        install_packs(SYSTEM, [shelf], uuid4())


def test_a_field_that_nobody_has_filled_in_may_still_change(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    change(shelf, "ledgers/structure.toml", *CHANGED_MEANING[0][:2])
    assert "ledger:demolition.structure" in install_packs(SYSTEM, [shelf], uuid4())["changed"]


def test_a_record_keeps_the_revision_it_was_filled_under(shelf: Path) -> None:
    install_packs(SYSTEM, [shelf], uuid4())
    record = a_structure()
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
